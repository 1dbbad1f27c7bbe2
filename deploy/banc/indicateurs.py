"""The computed figures: of the largest département over six years, of the whole country one by one."""

import resource
import time

from django.db import connection, transaction
from django.db.models import Count, Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluation.selectors.calcul import Contexte, calculs_connus
from evaluation.services.bibliotheque import charger_indicateurs
from evaluation.services.campagnes import ouvrir_campagne
from evaluation.services.campagnes_calcul import calculer_campagne
from reseaux.models import AnneeScolaire, Departement
from reseaux.perimetre import Perimetre

ANNEES = 6


def mesurer_indicateurs():
    """Every computed figure of the département that has the most schools, year after year, then their rows in
    the base for each département of the country, undone at once.
    """
    grand = _departements().order_by("-ecoles", "pk")[0]
    annees = AnneeScolaire.objects.filter(debut__lte=timezone.localdate()).order_by("-debut")[:ANNEES]
    debut, calcul = time.perf_counter(), time.process_time()
    chiffres = sum(_mesurer(grand, annee) for annee in annees)
    six_annees, calcul = time.perf_counter() - debut, time.process_time() - calcul
    with CaptureQueriesContext(connection) as requetes:
        _mesurer(grand, annees[0])
    campagnes = [_campagne(departement, annees[0]) for departement in _departements().order_by("code")]
    mesures, durees, calculs = zip(*campagnes, strict=True)
    return {
        "departement": str(grand),
        "ecoles": grand.ecoles,
        "annees": len(annees),
        "chiffres": chiffres,
        "requetes": len(requetes.captured_queries),
        "six_annees": six_annees,
        "calcul": calcul,
        "pays": sum(durees),
        "calcul_du_pays": sum(calculs),
        "departements": len(campagnes),
        "mesures": sum(mesures),
        "memoire": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _departements():
    eple = Count("etablissements", filter=Q(etablissements__est_eple=True))
    return Departement.objects.annotate(ecoles=eple).filter(ecoles__gt=0)


def _jour(annee):
    return min(annee.fin, timezone.localdate())


def _mesurer(departement, annee):
    contexte = Contexte(departement, annee, _jour(annee))
    return sum(len(calcul.mesurer(contexte)) for calcul in calculs_connus())


def _campagne(departement, annee):
    """Opened, computed, written as the background job does it: figures, seconds, seconds of processor."""
    systeme = Perimetre.systeme()
    with transaction.atomic():
        charger_indicateurs(perimetre=systeme, departement=departement)
        campagne = ouvrir_campagne(
            perimetre=systeme,
            departement=departement,
            code="BANC",
            libelle="Campagne du banc",
            annee=annee,
            date_observation=_jour(annee),
        )
        debut, calcul = time.perf_counter(), time.process_time()
        bilan = calculer_campagne(perimetre=systeme, campagne=campagne)
        mesure = bilan.mesures, time.perf_counter() - debut, time.process_time() - calcul
        transaction.set_rollback(True)
    return mesure

"""Two campaigns of the département of the first IEN-IO, computed: what the page of a campaign reads."""

from django.utils import timezone

from comptes.enums import Role
from evaluation.models import Campagne
from evaluation.services.bibliotheque import charger_indicateurs
from evaluation.services.campagnes import ouvrir_campagne
from evaluation.services.campagnes_calcul import calculer_campagne
from reseaux.models import AnneeScolaire, Habilitation
from reseaux.perimetre import Perimetre

CODES = ("B0", "B1")


def preparer_campagnes():
    """The first day of the year, then today; committed for the server."""
    ien = Perimetre.de(Habilitation.objects.pour_perimetre().filter(role=Role.IEN_IO).order_by("pk")[0])
    departement = ien.habilitation.departement
    if Campagne.objects.filter(departement=departement, code__in=CODES).exists():
        return {"mesures": 0}  # measured again on the same base
    charger_indicateurs(perimetre=ien, departement=departement)
    annee = AnneeScolaire.objects.en_cours()
    mesures = 0
    for code, jour in zip(CODES, (annee.debut, timezone.localdate()), strict=True):
        campagne = ouvrir_campagne(
            perimetre=ien,
            departement=departement,
            code=code,
            libelle="Campagne du banc",
            annee=annee,
            date_observation=jour,
        )
        mesures += calculer_campagne(perimetre=ien, campagne=campagne).mesures
    return {"mesures": mesures}


def campagne_du_banc():
    """The key of the last one, whose page is measured."""
    return Campagne.objects.filter(code=CODES[-1]).order_by("pk")[0].pk

"""A report of sixty pages and more, in the département that has the most CIO; nothing of it stays."""

import io
import resource
import time

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from pypdf import PdfReader

from evaluation.documents.rapports import dessiner_rapport
from evaluation.enums import EtatCritere, Niveau, Sens, SourceIndicateur, Unite
from evaluation.models import Analyse, Campagne, Critere, Indicateur, Mesure
from evaluation.selectors.rapports_contenu import contenu_du_rapport
from evaluation.services.rapports import preparer_rapport
from planning.enums import NiveauObjectif
from planning.models import Objectif
from reseaux.models import AnneeScolaire, Departement
from reseaux.perimetre import Perimetre

OBJECTIFS, INDICATEURS_PAR_OBJECTIF, CIO_AU_PLUS = 11, 4, 8
TEXTE = (
    "Le taux progresse dans les réseaux ruraux, où deux PsyEN ont rejoint un lycée tête de réseau ; il "
    "stagne ailleurs, faute de remplacement au second trimestre. "
)


@transaction.atomic
def mesurer_rapport():
    """Seconds to read the figures and to draw the report, its pages, the peak of the process in MB."""
    campagne = _campagne()
    rapport = preparer_rapport(perimetre=Perimetre.systeme(), campagne=campagne)
    debut = time.perf_counter()
    contenu = contenu_du_rapport(rapport)
    lecture = time.perf_counter() - debut
    pdf = dessiner_rapport(contenu, emis_le=None)
    duree = time.perf_counter() - debut
    memoire = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    transaction.set_rollback(True)
    pages = len(PdfReader(io.BytesIO(pdf)).pages)
    return {"lecture": lecture, "duree": duree, "memoire": memoire, "pages": pages, "octets": len(pdf)}


def _campagne():
    nombre = Count("cios", filter=Q(cios__parent=None))
    departement = Departement.objects.annotate(nombre=nombre).order_by("-nombre", "pk")[0]
    jour = timezone.localdate()
    campagne = Campagne.objects.create(
        departement=departement,
        annee=AnneeScolaire.objects.au(jour),
        code="BANC",
        libelle="Campagne du banc",
        date_observation=jour,
    )
    cios = list(departement.cios.filter(parent=None).order_by("nom", "pk")[:CIO_AU_PLUS])
    for rang in range(OBJECTIFS):
        _objectif(campagne, cios, rang)
    return campagne


def _objectif(campagne, cios, rang):
    departement = campagne.departement
    objectif = Objectif.objects.create(
        departement=departement,
        niveau=NiveauObjectif.AXE,
        code=f"BANC{rang}",
        libelle=f"Objectif {rang + 1} du banc, dont l’intitulé tient une ligne et demie, comme la source",
    )
    critere = Critere.objects.create(
        departement=departement,
        objectif=objectif,
        libelle=f"Critère {rang + 1} du banc",
        etat=EtatCritere.VALIDE,
        statue_le=campagne.date_observation,
    )
    for numero in range(INDICATEURS_PAR_OBJECTIF):
        _indicateur(campagne, cios, critere, INDICATEURS_PAR_OBJECTIF * rang + numero + 1)


def _indicateur(campagne, cios, critere, numero):
    indicateur = Indicateur.objects.create(
        departement=campagne.departement,
        critere=critere,
        code=f"B{numero}",
        libelle="Part des EPLE où exerce au moins un PsyEN",
        numerateur="EPLE où exerce au moins un PsyEN au titre d’une répartition arrêtée",
        denominateur="EPLE ouverts",
        unite=Unite.POURCENTAGE,
        sens=Sens.HAUSSE,
        niveau=Niveau.CIO,
        source=SourceIndicateur.SAISI,
        cible=90,
    )
    Mesure.objects.bulk_create(
        Mesure(
            campagne=campagne,
            indicateur=indicateur,
            niveau=Niveau.CIO if cio else Niveau.DEPARTEMENT,
            cio=cio,
            territoire=str(cio or campagne.departement),
            cle_territoire=str(cio or campagne.departement.code),
            valeur=40 + (7 * numero + 11 * rang) % 60,
            source=indicateur.source,
            relevee_le=campagne.date_observation,
        )
        for rang, cio in enumerate([None, *cios])
    )
    Analyse.objects.bulk_create(
        Analyse(campagne=campagne, indicateur=indicateur, cio=cio, version=1, texte=2 * TEXTE)
        for cio in [None, *cios[:1]]
    )

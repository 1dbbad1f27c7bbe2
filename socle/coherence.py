"""What must be true of the technical tables whatever happened; the apps above add their own sentences.

`controler()` of each app is read by the nightly `verifier_coherence`: one French sentence per anomaly.
"""

import hashlib
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from socle.enums import EtatCourriel, EtatTravail
from socle.models import Courriel, Document, Fichier, TravailDeFond

#: Append-only tables (migrations 0002, 0007, 0008 and 0010).
DECLENCHEURS = frozenset(
    {
        "socle_entreejournal_update_journal_intangible",
        "socle_entreejournal_sans_suppression",
        "socle_fichier_sans_modification",
        "socle_consultation_update_consultation_intangible",
        "socle_effacement_update_effacement_intangible",
        "socle_effacement_delete_effacement_intangible",
        "socle_consultation_delete_consultation_recente",
    }
)
#: The tick comes every minute: what did not move for this long will not move by itself.
IMMOBILE = timedelta(hours=6)


def controler() -> Iterator[str]:
    """Anomalies of the technical base."""
    yield from declencheurs_manquants(DECLENCHEURS)
    yield from _references_perdues()
    yield from _documents_sans_objet()
    yield from _fichiers_alteres()
    yield from _courriels_bloques()
    yield from _travaux_bloques()


def declencheurs_manquants(attendus: Collection[str]) -> Iterator[str]:
    """Rules of the database that a migration (SQLite rebuilds its tables) or a hand has taken away."""
    for nom in sorted(set(attendus) - declencheurs_poses()):
        yield f"Le déclencheur « {nom} » manque dans la base : la règle qu’il porte n’est plus tenue."


def declencheurs_poses() -> set[str]:
    """Names of the triggers that are in force."""
    if connection.vendor == "postgresql":
        requete = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        requete = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as curseur:
        curseur.execute(requete)
        return {nom for (nom,) in curseur.fetchall()}


def exclusions_manquantes(attendues: Collection[str]) -> Iterator[str]:
    """On PostgreSQL, the constraints that keep two periods from overlapping (triggers on SQLite)."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT conname FROM pg_constraint WHERE contype = 'x' AND convalidated")
        posees = {nom for (nom,) in curseur.fetchall()}
    for nom in sorted(set(attendues) - posees):
        yield f"La contrainte « {nom} » manque dans la base : la règle n’est plus tenue."


def superposees(lignes: QuerySet[Any], cle: str, *, debut: str = "debut", fin: str = "fin") -> QuerySet[Any]:
    """The rows whose period meets that of an earlier row of the same `cle`; no end means for ever."""
    autre = lignes.order_by().filter(**{cle: OuterRef(cle), "pk__lt": OuterRef("pk")})
    autre = autre.filter(Q(**{f"{fin}__isnull": True}) | Q(**{f"{fin}__gte": OuterRef(debut)}))
    sans_fin = Q(**{f"{fin}__isnull": True}) & Exists(autre)
    avec_fin = Q(**{f"{fin}__isnull": False}) & Exists(autre.filter(**{f"{debut}__lte": OuterRef(fin)}))
    return lignes.filter(sans_fin | avec_fin).order_by("pk")


def _references_perdues() -> Iterator[str]:
    """SQLite may hold a row whose parent is gone, if it was written with its foreign keys off."""
    try:
        connection.check_constraints()
    except IntegrityError as erreur:
        yield f"Une ligne renvoie à un objet qui n’existe plus : {erreur}"


def _documents_sans_objet() -> Iterator[str]:
    """No foreign key holds a document to its object, nor a document to its versions."""
    genres = Document.objects.order_by("objet_type").values_list("objet_type", flat=True).distinct()
    for genre in ContentType.objects.filter(pk__in=genres).order_by("pk"):
        modele = genre.model_class()
        joints = Document.objects.filter(objet_type=genre)
        if modele is not None:
            joints = joints.exclude(objet_id__in=modele._base_manager.order_by().values("pk"))
        for document in joints.order_by("pk"):
            yield f"Le document n° {document.pk} est joint à un objet qui n’existe plus ({genre.name})."
    for document in Document.objects.filter(versions=None).order_by("pk"):
        yield f"Le document n° {document.pk} n’a aucune version."


def _fichiers_alteres() -> Iterator[str]:
    for fichier in Fichier.objects.order_by("pk").iterator(20):
        contenu = bytes(fichier.contenu)
        if hashlib.sha256(contenu).hexdigest() != fichier.sha256 or len(contenu) != fichier.taille:
            yield f"Le fichier n° {fichier.pk} « {fichier.nom} » ne correspond plus à son empreinte SHA-256."


def _courriels_bloques() -> Iterator[str]:
    limite = timezone.now() - IMMOBILE
    dus = Courriel.objects.filter(etat=EtatCourriel.A_ENVOYER, prochain_essai_le__lt=limite)
    pris = Courriel.objects.filter(etat=EtatCourriel.EN_COURS, pris_le__lt=limite)
    for courriel in (dus | pris).order_by("pk"):
        yield f"Le courriel n° {courriel.pk} ne part pas (état : {courriel.get_etat_display()})."


def _travaux_bloques() -> Iterator[str]:
    limite = timezone.now() - IMMOBILE
    muets = TravailDeFond.objects.filter(etat=EtatTravail.EN_COURS, battement_le__lt=limite)
    oublies = TravailDeFond.objects.filter(etat=EtatTravail.EN_ATTENTE, cree_le__lt=limite)
    for travail in (muets | oublies).order_by("pk"):
        yield f"Le travail de fond n° {travail.pk} « {travail.titre} » n’avance plus."

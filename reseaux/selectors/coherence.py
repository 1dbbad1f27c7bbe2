"""What must be true of the territory whatever happened: one French sentence per anomaly."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from reseaux.enums import CATEGORIES_LYCEE, Categorie, Secteur
from reseaux.models import Etablissement, MembreReseau, Reseau


def controler() -> Iterator[str]:
    """Anomalies of the schools and of the réseaux."""
    yield from _membres_d_une_autre_annee()
    yield from _tetes_impossibles()
    yield from _eple_faux()


def _membres_d_une_autre_annee() -> Iterator[str]:
    """`MembreReseau.annee` repeats the réseau's so that a constraint can read it."""
    membres = MembreReseau.objects.exclude(annee=F("reseau__annee")).select_related(
        "etablissement", "reseau__annee", "annee"
    )
    for membre in membres.order_by("pk"):
        yield (
            f"{membre.etablissement} est inscrit pour {membre.annee} au réseau « {membre.reseau} », "
            f"qui est de {membre.reseau.annee}."
        )


def _tetes_impossibles() -> Iterator[str]:
    membre = MembreReseau.objects.filter(reseau=OuterRef("pk"), etablissement=OuterRef("tete"))
    reseaux = Reseau.objects.annotate(tete_membre=Exists(membre)).select_related("tete", "annee")
    fautifs = reseaux.filter(Q(tete_membre=False) | ~Q(tete__categorie__in=CATEGORIES_LYCEE))
    for reseau in fautifs.order_by("pk"):
        faute = "n’est pas un lycée" if reseau.tete_membre else "n’en est pas membre"
        yield f"La tête du réseau « {reseau} » ({reseau.annee}), {reseau.tete}, {faute}."


def _eple_faux() -> Iterator[str]:
    """`est_eple` follows from the sector, the category and the mother school (`calculer_derives`)."""
    autonome = Q(secteur=Secteur.PUBLIC, mere__isnull=True) & ~Q(categorie=Categorie.SECTION)
    fautifs = Etablissement.objects.filter((autonome & Q(est_eple=False)) | (~autonome & Q(est_eple=True)))
    for etablissement in fautifs.order_by("pk"):
        etat = "passe pour un EPLE" if etablissement.est_eple else "ne passe pas pour un EPLE"
        yield f"{etablissement}, {etablissement.uai}, {etat} contre ce que dit sa fiche."

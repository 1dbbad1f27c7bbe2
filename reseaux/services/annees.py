"""School years: prepared, opened on 1 September, closed the summer after."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from reseaux.enums import EtatAnnee
from reseaux.models import AnneeScolaire
from reseaux.perimetre import Perimetre
from reseaux.permissions import peut_administrer
from socle.journal import journaliser
from socle.unicite import enregistrer


@transaction.atomic
def creer_annee_suivante(*, perimetre: Perimetre, rentree: int | None = None) -> AnneeScolaire:
    """Prepare the year after the last one known. `rentree`: the calendar year in which whoever asks sees it
    begin, so that two clicks prepare one; needed when no year exists yet.
    """
    _verifier_droit(perimetre)
    derniere = AnneeScolaire.objects.order_by("-debut", "pk").first()
    debut = derniere.debut.year + 1 if derniere else rentree
    if debut is None:
        raise ValidationError(
            "Aucune année scolaire n’existe encore : indiquez l’année civile de sa rentrée."
        )
    if rentree not in (None, debut):
        raise ValidationError(
            f"La dernière année connue est désormais {derniere} : "
            "relisez la liste avant de préparer la suivante."
        )
    annee = AnneeScolaire(
        code=f"{debut}-{debut + 1}", debut=dt.date(debut, 9, 1), fin=dt.date(debut + 1, 8, 31)
    )
    annee.full_clean()
    enregistrer(annee)
    journaliser(perimetre=perimetre, action="reseaux.annee.creee", objet=annee)
    return annee


@transaction.atomic
def ouvrir_annee(*, perimetre: Perimetre, annee: AnneeScolaire) -> None:
    """The year becomes the current one; the one before is closed in the same gesture."""
    _verifier_droit(perimetre)
    annee = _verrouiller(annee)
    if annee.etat != EtatAnnee.PREPARATION:
        raise ValidationError(
            f"L’année {annee} est {annee.get_etat_display()} : seule une année en préparation s’ouvre."
        )
    precedente = AnneeScolaire.objects.select_for_update().filter(etat=EtatAnnee.EN_COURS).first()
    if precedente is not None and precedente.debut > annee.debut:
        raise ValidationError(
            f"L’année {precedente}, plus récente, est en cours : l’année {annee} ne peut plus s’ouvrir."
        )
    if precedente is not None:
        _changer_etat(perimetre, precedente, EtatAnnee.CLOSE, "reseaux.annee.close")
    _changer_etat(perimetre, annee, EtatAnnee.EN_COURS, "reseaux.annee.ouverte")


@transaction.atomic
def clore_annee(*, perimetre: Perimetre, annee: AnneeScolaire) -> None:
    """Freeze a year: nothing in it changes any more."""
    _verifier_droit(perimetre)
    annee = _verrouiller(annee)
    if annee.etat != EtatAnnee.EN_COURS:
        raise ValidationError(
            f"L’année {annee} est {annee.get_etat_display()} : seule l’année en cours se clôt."
        )
    _changer_etat(perimetre, annee, EtatAnnee.CLOSE, "reseaux.annee.close")


def _verifier_droit(perimetre: Perimetre) -> None:
    if not peut_administrer(perimetre):
        raise PermissionDenied


def _verrouiller(annee: AnneeScolaire) -> AnneeScolaire:
    """Read again under lock: two clicks open a year once."""
    return AnneeScolaire.objects.select_for_update().get(pk=annee.pk)


def _changer_etat(perimetre: Perimetre, annee: AnneeScolaire, etat: EtatAnnee, action: str) -> None:
    avant, annee.etat = annee.etat, etat
    annee.save(update_fields=["etat"])
    journaliser(perimetre=perimetre, action=action, objet=annee, avant={"etat": avant}, apres={"etat": etat})

"""Public and school holidays of an académie: loaded from the texts, then kept by its ADMIN."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from planning.models import PeriodeNonOuvree
from planning.permissions import peut_modifier_calendrier
from planning.selectors.calendrier_officiel import PeriodeOfficielle, periodes_officielles
from reseaux.models import Academie, AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

#: Longer than any holidays, shorter than what would leave the reminders without any working day.
PERIODE_MAX = dt.timedelta(days=100)


@transaction.atomic
def enregistrer_periode_non_ouvree(
    *,
    perimetre: Perimetre,
    academie: Academie,
    genre: str,
    nom: str,
    debut: dt.date,
    fin: dt.date,
    periode: PeriodeNonOuvree | None = None,
) -> PeriodeNonOuvree:
    """Adds a closure to the calendar of the académie, or changes `periode`; both days are closed."""
    _verifier_droit(perimetre, academie)
    avant = None
    if periode is None:
        periode = PeriodeNonOuvree(academie=academie)
    else:
        periode = PeriodeNonOuvree.objects.select_for_update().get(pk=periode.pk, academie=academie)
        avant = _resume(periode)
    periode.genre, periode.nom, periode.debut, periode.fin = genre, nom.strip(), debut, fin
    periode.full_clean()
    if fin - debut >= PERIODE_MAX:
        raise ValidationError(
            {"fin": f"Une fermeture dure {PERIODE_MAX.days} jours au plus : vérifiez les deux dates."}
        )
    periode.save()
    action = "planning.periode_non_ouvree.creee" if avant is None else "planning.periode_non_ouvree.modifiee"
    journaliser(perimetre=perimetre, action=action, objet=periode, avant=avant, apres=_resume(periode))
    return periode


@transaction.atomic
def supprimer_periode_non_ouvree(*, perimetre: Perimetre, periode: PeriodeNonOuvree) -> None:
    """These days become working days again."""
    _verifier_droit(perimetre, periode.academie)
    journaliser(
        perimetre=perimetre,
        action="planning.periode_non_ouvree.supprimee",
        objet=periode,
        avant=_resume(periode),
    )
    periode.delete()


@transaction.atomic
def charger_calendrier(*, perimetre: Perimetre, academie: Academie, annee: AnneeScolaire) -> int:
    """Adds the public and school holidays that the year lacks; returns how many.

    What someone corrected stays: a period of the same name in the year, or of the same nature over the same
    days, is left as it is.
    """
    _verifier_droit(perimetre, academie)
    # Two clicks at once load once.
    Academie.objects.select_for_update().get(pk=academie.pk)
    connues = list(
        PeriodeNonOuvree.objects.filter(academie=academie, debut__lte=annee.fin, fin__gte=annee.debut)
    )
    manquantes = [
        PeriodeNonOuvree(
            academie=academie,
            genre=officielle.genre,
            nom=officielle.nom,
            debut=officielle.debut,
            fin=officielle.fin,
        )
        for officielle in periodes_officielles(academie, annee)
        if not any(_tient_lieu(connue, officielle) for connue in connues)
    ]
    PeriodeNonOuvree.objects.bulk_create(manquantes)
    if manquantes:
        journaliser(
            perimetre=perimetre,
            action="planning.calendrier.charge",
            objet=academie,
            apres={"annee": annee.code, "periodes": [periode.nom for periode in manquantes]},
        )
    return len(manquantes)


def _tient_lieu(connue: PeriodeNonOuvree, officielle: PeriodeOfficielle) -> bool:
    meme_jours = connue.debut <= officielle.fin and officielle.debut <= connue.fin
    return connue.nom == officielle.nom or (connue.genre == officielle.genre and meme_jours)


def _verifier_droit(perimetre: Perimetre, academie: Academie) -> None:
    if not peut_modifier_calendrier(perimetre):
        raise PermissionDenied
    if not Academie.objects.dans_perimetre(perimetre).filter(pk=academie.pk).exists():
        raise PermissionDenied


def _resume(periode: PeriodeNonOuvree) -> dict[str, Any]:
    return {
        "genre": periode.genre,
        "nom": periode.nom,
        "debut": periode.debut.isoformat(),
        "fin": periode.fin.isoformat(),
    }

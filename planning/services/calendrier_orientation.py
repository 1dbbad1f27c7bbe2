"""The orientation calendar of a département, and the rhythm of each school."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from planning.models import ChoixRythme, PeriodeOrientation
from planning.permissions import peut_choisir_rythme, peut_modifier_orientation
from planning.selectors.calendrier_orientation import A_CONFIRMER, periodes_type
from reseaux.models import AnneeScolaire, Departement, Etablissement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

CHAMPS = ("genre", "titre", "niveau", "rythme", "debut", "fin")


@transaction.atomic
def enregistrer_periode_orientation(
    *,
    perimetre: Perimetre,
    departement: Departement,
    annee: AnneeScolaire,
    valeurs: dict[str, Any],
    periode: PeriodeOrientation | None = None,
) -> PeriodeOrientation:
    """Adds a period to the year, or changes `periode`; `valeurs` has the keys of `CHAMPS`."""
    _verifier_droit(perimetre, departement, annee)
    avant = None
    if periode is None:
        periode = PeriodeOrientation(departement=departement, annee=annee)
    else:
        periode = PeriodeOrientation.objects.select_for_update().get(
            pk=periode.pk, departement=departement, annee=annee
        )
        avant = _resume(periode)
    for champ in CHAMPS:
        setattr(periode, champ, valeurs[champ])
    _verifier_dates(annee, periode.debut, periode.fin)
    periode.full_clean()
    periode.save()
    journaliser(
        perimetre=perimetre,
        action=f"planning.periode_orientation.{'creee' if avant is None else 'modifiee'}",
        objet=periode,
        avant=avant,
        apres=_resume(periode),
        departement_id=departement.pk,
    )
    return periode


@transaction.atomic
def supprimer_periode_orientation(*, perimetre: Perimetre, periode: PeriodeOrientation) -> None:
    """It leaves the calendar; the journal keeps what it was."""
    _verifier_droit(perimetre, periode.departement, periode.annee)
    journaliser(
        perimetre=perimetre,
        action="planning.periode_orientation.supprimee",
        objet=periode,
        avant=_resume(periode),
        departement_id=periode.departement_id,
    )
    periode.delete()


@transaction.atomic
def charger_orientation(*, perimetre: Perimetre, departement: Departement, annee: AnneeScolaire) -> int:
    """Adds what the year lacks of the calendar type; returns how many. What bears a title known, « dates à
    confirmer » or not, is left as it was corrected.
    """
    _verifier_droit(perimetre, departement, annee)
    # Two clicks at once load once.
    Departement.objects.select_for_update().get(pk=departement.pk)
    connues = PeriodeOrientation.objects.filter(departement=departement, annee=annee)
    titres = {titre.removesuffix(A_CONFIRMER) for titre in connues.values_list("titre", flat=True)}
    manquantes = [
        PeriodeOrientation(
            departement=departement, annee=annee, **{champ: getattr(type_, champ) for champ in CHAMPS}
        )
        for type_ in periodes_type(annee)
        if type_.titre.removesuffix(A_CONFIRMER) not in titres
    ]
    PeriodeOrientation.objects.bulk_create(manquantes)
    if manquantes:
        journaliser(
            perimetre=perimetre,
            action="planning.orientation.chargee",
            objet=departement,
            apres={"annee": annee.code, "periodes": [periode.titre for periode in manquantes]},
            departement_id=departement.pk,
        )
    return len(manquantes)


@transaction.atomic
def choisir_rythme(
    *, perimetre: Perimetre, etablissement: Etablissement, annee: AnneeScolaire, rythme: str
) -> None:
    """Terms or semesters for a school in a year."""
    if not peut_choisir_rythme(perimetre, etablissement, annee):
        raise PermissionDenied
    choix = ChoixRythme.objects.select_for_update().filter(etablissement=etablissement, annee=annee).first()
    avant = choix.rythme if choix else None
    choix = choix or ChoixRythme(etablissement=etablissement, annee=annee)
    choix.rythme = rythme
    choix.full_clean()
    choix.save()
    journaliser(
        perimetre=perimetre,
        action="planning.rythme.choisi",
        objet=etablissement,
        avant={"annee": annee.code, "rythme": avant} if avant else None,
        apres={"annee": annee.code, "rythme": rythme},
        departement_id=etablissement.departement_id,
    )


def _verifier_droit(perimetre: Perimetre, departement: Departement, annee: AnneeScolaire) -> None:
    if not peut_modifier_orientation(perimetre, departement):
        raise PermissionDenied
    if not annee.est_modifiable and not perimetre.est_systeme:
        raise ValidationError(f"L’année {annee} est close : son calendrier ne change plus.")


def _verifier_dates(annee: AnneeScolaire, debut: dt.date, fin: dt.date) -> None:
    """It starts in the year; the phase complémentaire of Parcoursup ends in the next one."""
    if not annee.debut <= debut <= annee.fin:
        raise ValidationError(
            {"debut": f"L’année {annee} va du {annee.debut:%d/%m/%Y} au {annee.fin:%d/%m/%Y}."}
        )
    if fin > annee.fin + dt.timedelta(days=61):
        raise ValidationError({"fin": f"Cette date est trop loin après l’année {annee} : vérifiez-la."})


def _resume(periode: PeriodeOrientation) -> dict[str, Any]:
    valeurs = {champ: getattr(periode, champ) for champ in CHAMPS}
    return valeurs | {"debut": periode.debut.isoformat(), "fin": periode.fin.isoformat()}

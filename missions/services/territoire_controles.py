"""What the writings about the territory check alike: the département, the CIO, the publics, the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone

from missions.models import Partenaire, Public
from reseaux.models import CIO, AnneeScolaire


def exiger_cio_ouvert(cio: CIO) -> None:
    if not cio.est_ouvert:
        raise ValidationError({"cio": f"Le {cio} est fermé : choisissez un CIO ouvert."})


def partenaires_du_departement(
    partenaires: Iterable[Partenaire], departement_id: int, champ: str = "partenaires"
) -> list[Partenaire]:
    """« une stratégie partenariale » is that of a département: its own directory."""
    choisis = list(partenaires)
    etrangers = [str(p) for p in choisis if p.departement_id != departement_id]
    if etrangers:
        raise ValidationError(
            {champ: f"{', '.join(etrangers)} : partenaire d’un autre département, à inscrire d’abord ici."}
        )
    return choisis


def publics_de_l_academie(publics: Iterable[Public], cio: CIO) -> list[Public]:
    choisis = list(publics)
    if any(public.academie_id != cio.departement.academie_id for public in choisis):
        raise ValidationError({"publics": "Un public choisi n’est pas de la nomenclature de l’académie."})
    return choisis


def exiger_annee_modifiable(annee: AnneeScolaire) -> None:
    if not annee.est_modifiable:
        raise ValidationError({"annee": f"L’année scolaire {annee} est close : rien n’y change plus."})


def exiger_dans_l_annee(jour: dt.date, annee: AnneeScolaire, champ: str = "jour") -> None:
    if not annee.debut <= jour <= annee.fin:
        raise ValidationError(
            {
                champ: f"Le {jour:%d/%m/%Y} n’est pas dans l’année scolaire {annee}, qui va du "
                f"{annee.debut:%d/%m/%Y} au {annee.fin:%d/%m/%Y} : corrigez la date ou l’année."
            }
        )


def exiger_pas_a_venir(jour: dt.date, champ: str, quoi: str) -> None:
    """What is told as done has happened."""
    if jour > timezone.localdate():
        raise ValidationError({champ: f"{quoi} : indiquez une date passée ou celle d’aujourd’hui."})

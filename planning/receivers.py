"""What the work plan adds to the pages of the apps below."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from comptes.models import Utilisateur
from missions.models import ProgrammeActivites
from missions.selectors.programmes import RubriqueProgramme
from missions.signals import rubriques_du_programme
from planning.selectors.mes_donnees import donnees_du_plan
from planning.selectors.programme import actions_du_dcio, reunions_du_cio
from planning.services.effacement import effacer_du_plan
from psyen.models import PsyEN
from psyen.selectors.mes_donnees import Rubrique
from psyen.signals import donnees_demandees, personne_effacee
from reseaux.models import CIO, AnneeScolaire
from socle.effacement import Effet


def ecouter() -> None:
    """Connects the receivers, once, at start."""
    rubriques_du_programme.connect(_plan_et_reunions, sender=ProgrammeActivites)
    donnees_demandees.connect(_mes_donnees, sender=Utilisateur)
    personne_effacee.connect(_effacer, sender=Utilisateur)


def _mes_donnees(*, utilisateur: Utilisateur, limite: int | None, **_: Any) -> list[Rubrique]:
    return donnees_du_plan(utilisateur, limite)


def _effacer(*, utilisateur: Utilisateur | None, psyen: PsyEN | None, **_: Any) -> list[Effet]:
    return effacer_du_plan(utilisateur=utilisateur, psyen=psyen)


def _plan_et_reunions(*, cio: CIO, annee: AnneeScolaire, **_: Any) -> list[RubriqueProgramme]:
    """The title of a meeting is said among those invited: the programme tells its nature and its date."""
    return [
        RubriqueProgramme(
            "Actions du plan de travail",
            ("N°", "Action", "Calendrier"),
            [(str(a.numero), a.titre, a.calendrier) for a in actions_du_dcio(cio, annee)],
            "Le DCIO ne répond d’aucune action du plan de travail de cette année.",
        ),
        RubriqueProgramme(
            "Réunions et temps de concertation",
            ("Date", "Nature"),
            [
                (date_format(timezone.localtime(r.debut), "d/m/Y"), r.get_genre_display())
                for r in reunions_du_cio(cio, annee)
                if r.debut
            ],
            "Aucune réunion du CIO n’est encore fixée pour cette année.",
        ),
    ]

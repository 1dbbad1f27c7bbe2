"""« Mes échéances »: all that awaits a person under the habilitation worn."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Q

from planning.enums import EtatAction, EtatJalon, ModeRappel, SituationAction
from planning.models import Action, Jalon, PreferenceRappels
from planning.selectors.messages import delai_en_mots, noms
from planning.selectors.responsables import Titulaires
from reseaux.perimetre import Perimetre


class EcheanceLue(NamedTuple):
    """One line: the milestone, how long until it, everyone who answers for it."""

    jalon: Jalon
    delai: str
    responsables: str


class ActionTenue(NamedTuple):
    """`action` is annotated with `bloquee`, `jalons_prevus` and `jalons_faits`."""

    action: Action
    situation: SituationAction


class Groupe(NamedTuple):
    cle: str
    titre: str
    echeances: list[EcheanceLue]


@dataclass(frozen=True)
class MesEcheances:
    jour: dt.date
    groupes: list[Groupe]
    actions: list[ActionTenue]
    mode: ModeRappel

    @property
    def nombre(self) -> int:
        return sum(len(groupe.echeances) for groupe in self.groupes)


def mes_echeances(perimetre: Perimetre, jour: dt.date) -> MesEcheances:
    """Milestones still to be done and open actions that one answers for; the same queries for any number."""
    jalons = (
        Jalon.objects.a_faire()
        .dans_perimetre(perimetre)
        .tenus_par(perimetre)
        .select_related("action__plan", "cio")
        .prefetch_related("action__responsables")
        .order_by("echeance", "action__numero", "pk")
    )
    titulaires = Titulaires.des_departements(perimetre.departements_lus(), jour)
    lues = [
        EcheanceLue(jalon, delai_en_mots(jalon.echeance, jour), noms(titulaires.du_jalon(jalon)))
        for jalon in jalons
    ]
    return MesEcheances(jour, _groupes(lues, jour), _actions(perimetre, jour), mode_de_rappel(perimetre))


def mode_de_rappel(perimetre: Perimetre) -> ModeRappel:
    """The choice of the person; without one, a mail per due date."""
    preference = PreferenceRappels.objects.dans_perimetre(perimetre).order_by("pk").first()
    return ModeRappel(preference.mode) if preference else ModeRappel.IMMEDIAT


def _groupes(lues: Iterable[EcheanceLue], jour: dt.date) -> list[Groupe]:
    """Late, until Sunday, until the end of the month, later; the empty ones are left out."""
    dimanche = jour + dt.timedelta(days=6 - jour.weekday())
    fin_du_mois = jour.replace(day=monthrange(jour.year, jour.month)[1])
    groupes = [
        Groupe("retard", "En retard", []),
        Groupe("semaine", "Cette semaine", []),
        Groupe("mois", "D’ici à la fin du mois", []),
        Groupe("plus-tard", "Plus tard", []),
    ]
    for lue in lues:
        echeance = lue.jalon.echeance
        rang = (echeance >= jour) + (echeance > dimanche) + (echeance > max(dimanche, fin_du_mois))
        groupes[rang].echeances.append(lue)
    return [groupe for groupe in groupes if groupe.echeances]


def _actions(perimetre: Perimetre, jour: dt.date) -> list[ActionTenue]:
    """The open ones, with how many of their milestones are done."""
    jalons = Q(jalons__est_final=False) & ~Q(jalons__etat=EtatJalon.ABANDONNE)
    actions = (
        Action.objects.dans_perimetre(perimetre)
        .tenues_par(perimetre)
        .filter(etat=EtatAction.OUVERTE, plan__etat="ouvert")
        .avec_situation(jour)
        .annotate(
            jalons_prevus=Count("jalons", filter=jalons),
            jalons_faits=Count("jalons", filter=jalons & Q(jalons__etat=EtatJalon.FAIT)),
        )
        .select_related("plan")
        .order_by("fin", "numero", "pk")
    )
    return [ActionTenue(action, action.situation_au(jour)) for action in actions]

"""Who is owed which reminder on a day: computed from the database each time, nothing is planned ahead."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, Self

from django.db.models import Q, QuerySet

from comptes.enums import Role
from comptes.models import Utilisateur
from planning.models import Jalon, PlanDeTravail, Rappel, ResponsableAction
from planning.selectors.jours_ouvres import PORTEE, Calendrier, calendriers_ouvres
from planning.selectors.rappels_etapes import ESCALADE, EtapeDue, Pas, escalade_due, etape_due
from planning.selectors.responsables import Titulaires

#: Milestones read at a time: two queries each, whatever the number of plans.
LOT = 2000
#: The étapes of a « relance » by hand begin so; they settle no step of the calendar.
RELANCE = "relance-"

type_cle = tuple[int | None, int | None, str]


class RappelDu(NamedTuple):
    """One line of the tick: what is owed, to whom, and everyone who answers for it."""

    destinataire: Utilisateur
    jalon: int
    echeance: dt.date
    due: EtapeDue
    responsables: tuple[Utilisateur, ...]

    @property
    def etape(self) -> str:
        return self.due.etape


class Echeance(NamedTuple):
    """A milestone as the tick reads it; the order is that of `CHAMPS`."""

    jalon: int
    echeance: dt.date
    fixee_le: dt.date
    action: int
    plan: int
    cio: int | None
    utilisateur: int | None
    groupe: int | None
    role: str

    @property
    def cle_responsable(self) -> type_cle:
        return (self.utilisateur, self.groupe, self.role)


CHAMPS = (
    "pk",
    "echeance",
    "echeance_fixee_le",
    "action",
    "action__plan",
    "cio",
    "utilisateur",
    "groupe",
    "role",
)


class PlanSuivi(NamedTuple):
    """What the tick knows of an open plan."""

    departement: int
    pas: Pas
    calendrier: Calendrier


@dataclass
class Passage:
    """One tick: the open plans, their calendars, whoever is in post; then what is owed."""

    jour: dt.date
    plans: dict[int, PlanSuivi]
    titulaires: Titulaires
    _personnes: dict[tuple[tuple[type_cle, ...], int, int | None], tuple[Utilisateur, ...]] = field(
        default_factory=dict
    )

    @classmethod
    def du(cls, jour: dt.date) -> Self:
        ouverts = PlanDeTravail.objects.ouverts().select_related("departement").order_by("pk")
        lus = list(ouverts.defer("departement__contour"))
        calendriers = calendriers_ouvres(plan.departement.academie_id for plan in lus)
        plans = {
            plan.pk: PlanSuivi(
                plan.departement_id, pas_du_plan(plan), calendriers[plan.departement.academie_id]
            )
            for plan in lus
        }
        departements = {plan.departement for plan in plans.values()}
        return cls(jour, plans, Titulaires.des_departements(departements, jour))

    def rappels_dus(self) -> list[RappelDu]:
        """Everything owed that was not written, by due date."""
        if not any(plan.calendrier.est_ouvre(self.jour) for plan in self.plans.values()):
            return []
        lignes = echeances_suivies(self.plans, self.jour).order_by("echeance", "pk")
        flux = iter(Echeance(*ligne) for ligne in lignes.values_list(*CHAMPS).iterator(LOT))
        dus: list[RappelDu] = []
        while lot := list(islice(flux, LOT)):
            dus += self._du_lot(lot)
        return dus

    def _du_lot(self, lot: list[Echeance]) -> Iterator[RappelDu]:
        etapes = [(ligne, etape) for ligne in lot for etape in self._etapes(ligne)]
        if not etapes:
            return
        concernees = {ligne.jalon: ligne for ligne, _ in etapes}
        responsables = self._responsables(concernees.values())
        ecrits = rappels_ecrits(concernees)
        for ligne, due in etapes:
            siens = responsables[ligne.jalon]
            for personne in self._destinataires(ligne, due, siens):
                if not est_regle(due, ecrits[ligne.jalon, ligne.echeance, personne.pk]):
                    yield RappelDu(personne, ligne.jalon, ligne.echeance, due, siens)

    def _etapes(self, ligne: Echeance) -> Iterator[EtapeDue]:
        plan = self.plans[ligne.plan]
        due = etape_due(ligne.echeance, ligne.fixee_le, self.jour, plan.pas, plan.calendrier)
        if due:
            yield due
        escalade = escalade_due(ligne.echeance, self.jour, plan.pas, plan.calendrier)
        if escalade:
            yield escalade

    def _destinataires(
        self, ligne: Echeance, due: EtapeDue, responsables: tuple[Utilisateur, ...]
    ) -> Iterable[Utilisateur]:
        """The owners; when nobody stands behind them any more, the IEN-IO, so that no deadline is silent.

        The escalation goes to the IEN-IO who does not already receive the reminder.
        """
        pilotes = pilotes_du_departement(self.titulaires, self.plans[ligne.plan].departement)
        rappeles = responsables or pilotes
        if due.etape != ESCALADE:
            return rappeles
        return [pilote for pilote in pilotes if pilote not in rappeles]

    def _responsables(self, lignes: Iterable[Echeance]) -> dict[int, tuple[Utilisateur, ...]]:
        """Per milestone: its own owner, otherwise those of its action."""
        lignes = list(lignes)
        sans = {ligne.action for ligne in lignes if not any(ligne.cle_responsable)}
        des_actions = responsables_des_actions(sans)
        return {
            ligne.jalon: self._resoudre(
                (ligne.cle_responsable,) if any(ligne.cle_responsable) else des_actions[ligne.action],
                self.plans[ligne.plan].departement,
                ligne.cio,
            )
            for ligne in lignes
        }

    def _resoudre(
        self, cles: tuple[type_cle, ...], departement: int, cio: int | None
    ) -> tuple[Utilisateur, ...]:
        question = (cles, departement, cio)
        if question not in self._personnes:
            self._personnes[question] = resoudre(self.titulaires, *question)
        return self._personnes[question]


def pas_du_plan(plan: PlanDeTravail) -> Pas:
    return Pas(tuple(plan.jours_avant), plan.jours_entre_relances, plan.jours_avant_escalade)


def echeances_suivies(plans: dict[int, PlanSuivi], jour: dt.date) -> QuerySet[Jalon]:
    """The open milestones of these plans that a reminder may concern: not muted, not too far away."""
    horizon = max((max(plan.pas.avant, default=0) for plan in plans.values()), default=0) + PORTEE
    non_suspendues = Q(action__silence_jusqu_au=None) | Q(action__silence_jusqu_au__lt=jour)
    return Jalon.objects.a_faire().filter(
        non_suspendues, action__plan__in=plans, echeance__lte=jour + dt.timedelta(days=horizon)
    )


def responsables_des_actions(actions: Iterable[int]) -> dict[int, tuple[type_cle, ...]]:
    """The (person, group, role) of the owners of each action, in the order of its attribution."""
    cles: dict[int, tuple[type_cle, ...]] = defaultdict(tuple)
    lues = ResponsableAction.objects.filter(action__in=actions).order_by("action", "rang")
    for action, personne, groupe, role in lues.values_list("action", "utilisateur", "groupe", "role"):
        cles[action] += ((personne, groupe, role),)
    return cles


def resoudre(
    titulaires: Titulaires, cles: Iterable[type_cle], departement: int, cio: int | None
) -> tuple[Utilisateur, ...]:
    """The persons in post behind these owners, once each."""
    trouves = (personne for cle in cles for personne in titulaires.resoudre(cle, departement, cio))
    return tuple({personne.pk: personne for personne in trouves}.values())


def pilotes_du_departement(titulaires: Titulaires, departement: int) -> list[Utilisateur]:
    """The IEN-IO; the adjoint when there is none in post."""
    for role in (Role.IEN_IO, Role.ADJOINT_IEN_IO):
        if trouves := titulaires.resoudre((None, None, role), departement):
            return trouves
    return []


def rappels_ecrits(
    jalons: Iterable[int],
) -> dict[tuple[int, dt.date, int], list[tuple[str, dt.date]]]:
    """(milestone, due date, recipient) → what was written by the calendar: (step, day)."""
    ecrits: dict[tuple[int, dt.date, int], list[tuple[str, dt.date]]] = defaultdict(list)
    lus = Rappel.objects.filter(jalon__in=list(jalons)).exclude(etape__startswith=RELANCE).order_by("pk")
    for jalon, echeance, personne, etape, jour in lus.values_list(
        "jalon", "echeance", "destinataire", "etape", "jour"
    ):
        ecrits[jalon, echeance, personne].append((etape, jour))
    return ecrits


def est_regle(due: EtapeDue, ecrits: list[tuple[str, dt.date]]) -> bool:
    """That step was written, or a reminder left since its day (the steps of the plan changed meanwhile)."""
    if due.etape == ESCALADE:
        return any(etape == ESCALADE for etape, _ in ecrits)
    return any(etape == due.etape or (etape != ESCALADE and jour >= due.part_le) for etape, jour in ecrits)

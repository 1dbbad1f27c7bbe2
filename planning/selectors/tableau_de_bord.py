"""The lines of a plan, as the dashboard, the timeline, the COPIL and the exports read them.

A constant number of queries whatever the number of actions; everything else is computed in Python.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from comptes.enums import Role
from planning.enums import EtatAction, EtatJalon, SituationAction
from planning.models import Action, Dependance, Jalon, Objectif, PlanDeTravail, ResponsableAction
from planning.models.action import ActionQuerySet
from planning.permissions import peut_lire_suivi
from planning.selectors.cibles import LectureCible
from reseaux.perimetre import ROLES_CIO, Perimetre
from socle.tableaux import adresses

#: What the address says: one's own actions, or the whole plan.
PART_MOI, PART_TOUT = "moi", "tout"
#: « ma part » is what they come for; the others drive or follow the whole plan.
ROLES_DE_LEUR_PART = ROLES_CIO | {Role.PSYEN, Role.CHEF_ETABLISSEMENT}


@dataclass(frozen=True, slots=True)
class Responsable:
    """An owner as written in an address (« r-dcio », « g-4 », « u-12 ») and on screen."""

    cle: str
    libelle: str
    #: (person, group, role), as `Titulaires.resoudre` takes it.
    brut: tuple[int | None, int | None, str]


@dataclass(frozen=True, slots=True)
class Attente:
    """An action that another one waits for."""

    pk: int
    numero: int
    titre: str
    est_ouverte: bool
    url: str


@dataclass(frozen=True, slots=True)
class JalonLu:
    """A milestone under way, the end of the action aside."""

    pk: int
    intitule: str
    echeance: dt.date
    etat: EtatJalon
    cio_id: int | None
    #: None: the owners of the action answer.
    responsable: Responsable | None
    url: str
    url_relance: str

    @property
    def est_a_faire(self) -> bool:
        return self.etat == EtatJalon.A_FAIRE


@dataclass(slots=True)
class LigneAction:
    """An action on one day, with what hangs on it."""

    action: Action
    situation: SituationAction
    url: str
    jour: dt.date
    #: As written in the plan; empty for the Région, which reads no staff data (R08).
    attribution: str
    #: Where a reminder by hand of its end is written: that of the milestone which stands for it.
    url_relance: str = ""
    responsables: list[Responsable] = field(default_factory=list)
    jalons: list[JalonLu] = field(default_factory=list)
    attend: list[Attente] = field(default_factory=list)
    objectifs: list[int] = field(default_factory=list)

    @property
    def pk(self) -> int:
        return self.action.pk

    @property
    def est_ouverte(self) -> bool:
        return self.action.etat == EtatAction.OUVERTE

    @property
    def est_en_retard(self) -> bool:
        return self.situation == SituationAction.EN_RETARD

    @property
    def jours(self) -> int:
        """Until its end; negative once it is past."""
        return (self.action.fin - self.jour).days

    @property
    def retient(self) -> list[Attente]:
        """The open actions that it waits for."""
        return [attente for attente in self.attend if attente.est_ouverte] if self.est_ouverte else []

    @property
    def jalons_a_faire(self) -> list[JalonLu]:
        return [jalon for jalon in self.jalons if jalon.est_a_faire]

    @property
    def libelle_situation(self) -> str:
        """« En retard de 12 jours », « En cours »."""
        if self.est_en_retard:
            return f"En retard de {compter_jours(-self.jours)}"
        return self.situation.label


def compter_jours(nombre: int) -> str:
    return f"{nombre} jour" if nombre < 2 else f"{nombre} jours"


def dire_delai(jours: int) -> str:
    """« 12 jours de retard », « aujourd’hui », « demain », « dans 12 jours »."""
    if jours < 0:
        return f"{compter_jours(-jours)} de retard"
    return {0: "aujourd’hui", 1: "demain"}.get(jours, f"dans {jours} jours")


def reste_a_faire(ligne: LigneAction, cible: LectureCible | None) -> list[str]:
    """What is missing before an open action may be said done, one sentence each."""
    if not ligne.est_ouverte:
        return []
    manques = [f"attend l’action {attente.numero}" for attente in ligne.retient]
    manques += cible.manques if cible else []
    return manques + [f"{jalon.intitule} ({jalon.echeance:%d/%m/%Y})" for jalon in ligne.jalons_a_faire]


# --- Which plan, which part ------------------------------------------------------------------------


def plans_lus(perimetre: Perimetre) -> list[PlanDeTravail]:
    """Those one may open: under way first, then the latest."""
    plans = PlanDeTravail.objects.dans_perimetre(perimetre).select_related("departement")
    plans = plans.defer("departement__contour")
    tries = plans.order_by("-debut", "-fin", "departement__nom", "titre", "pk")
    return sorted(tries, key=lambda plan: not plan.est_modifiable)


def lire_part(perimetre: Perimetre, demandee: str) -> str:
    """The part asked for, otherwise the one that the role comes for."""
    if not peut_lire_suivi(perimetre):
        return PART_TOUT
    if demandee in (PART_MOI, PART_TOUT):
        return demandee
    return PART_MOI if perimetre.est(*ROLES_DE_LEUR_PART) else PART_TOUT


def actions_lues(perimetre: Perimetre, part: str) -> ActionQuerySet:
    """Where every page starts from."""
    actions = Action.objects.dans_perimetre(perimetre)
    return actions.tenues_par(perimetre) if part == PART_MOI else actions


def objectifs_lus(perimetre: Perimetre, departement: int) -> list[Objectif]:
    """The tree of a département, parents not always before their children, retired ones included."""
    lus = Objectif.objects.dans_perimetre(perimetre).filter(departement=departement)
    return list(lus.order_by("rang", "code", "pk"))


# --- The lines -------------------------------------------------------------------------------------


def lire_lignes(
    actions: ActionQuerySet, perimetre: Perimetre, jour: dt.date, plan: PlanDeTravail
) -> list[LigneAction]:
    """The actions of a plan already read, by number, with owners, milestones, dependencies, objectives."""
    lues = list(actions.filter(plan=plan).order_by("numero", "pk"))
    for action in lues:
        action.plan = plan
    return completer(lues, perimetre, jour)


def completer(actions: Sequence[Action], perimetre: Perimetre, jour: dt.date) -> list[LigneAction]:
    """Actions already read (their plan joined), in their order, with what hangs on them."""
    suivi = peut_lire_suivi(perimetre)
    urls = adresses("planning:action", [action.pk for action in actions])
    lignes = {
        action.pk: LigneAction(
            action, action.situation_au(jour), url, jour, action.attribution if suivi else ""
        )
        for action, url in zip(actions, urls, strict=True)
    }
    if suivi:
        _ajouter_responsables(lignes)
        _ajouter_jalons(lignes)
    _ajouter_dependances(lignes, perimetre)
    liens = Action.objectifs.through.objects.filter(action__in=lignes).order_by("pk")
    for action, objectif in liens.values_list("action_id", "objectif_id"):
        lignes[action].objectifs.append(objectif)
    return list(lignes.values())


CHAMPS_RESPONSABLE = (
    "utilisateur_id",
    "groupe_id",
    "role",
    "utilisateur__prenom",
    "utilisateur__nom",
    "groupe__nom",
)


def lire_responsable(champs: Sequence) -> Responsable | None:
    """The owner behind `CHAMPS_RESPONSABLE`; None when nobody is named."""
    personne, groupe, role, prenom, nom, nom_du_groupe = champs
    brut = (personne, groupe, role)
    if personne is not None:
        return Responsable(f"u-{personne}", f"{prenom} {nom.upper()}", brut)
    if groupe is not None:
        return Responsable(f"g-{groupe}", nom_du_groupe, brut)
    return Responsable(f"r-{role}", str(Role(role).label), brut) if role else None


def _ajouter_responsables(lignes: dict[int, LigneAction]) -> None:
    lus = ResponsableAction.objects.filter(action__in=lignes).order_by("action", "rang", "pk")
    for action, *champs in lus.values_list("action_id", *CHAMPS_RESPONSABLE):
        if responsable := lire_responsable(champs):
            lignes[action].responsables.append(responsable)


def _ajouter_jalons(lignes: dict[int, LigneAction]) -> None:
    champs = ("action_id", "pk", "intitule", "echeance", "etat", "cio_id", "est_final")
    jalons = Jalon.objects.filter(action__in=lignes).order_by("echeance", "pk")
    lus = list(jalons.values_list(*champs, *CHAMPS_RESPONSABLE))
    pks = [jalon[1] for jalon in lus]
    urls = zip(adresses("planning:jalon", pks), adresses("planning:relancer", pks), strict=True)
    for (action, pk, intitule, echeance, etat, cio, final, *champs_r), (url, relance) in zip(
        lus, urls, strict=True
    ):
        if final:
            lignes[action].url_relance = relance
            continue
        responsable = lire_responsable(champs_r)
        jalon = JalonLu(pk, intitule, echeance, EtatJalon(etat), cio, responsable, url, relance)
        lignes[action].jalons.append(jalon)


def _ajouter_dependances(lignes: dict[int, LigneAction], perimetre: Perimetre) -> None:
    """In the same plan (the service sees to it), hence within the perimeter; but the Région does not learn
    which internal action holds a public one back.
    """
    liens = Dependance.objects.filter(action__in=lignes)
    if not peut_lire_suivi(perimetre):
        liens = liens.filter(predecesseur__publique=True)
    champs = ("predecesseur__numero", "predecesseur__titre", "predecesseur__etat")
    lus = list(
        liens.order_by("predecesseur__numero", "pk").values_list("action_id", "predecesseur_id", *champs)
    )
    urls = adresses("planning:action", [lien[1] for lien in lus])
    for (action, pk, numero, titre, etat), url in zip(lus, urls, strict=True):
        lignes[action].attend.append(Attente(pk, numero, titre, etat == EtatAction.OUVERTE, url))

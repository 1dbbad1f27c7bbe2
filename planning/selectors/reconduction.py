"""« Reconduire » a plan: what the next one would hold, read before anything is written.

The preview is a value: the same reading, with the same `empreinte`, is what the service writes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from planning.enums import EtatAction, EtatJalon
from planning.models import Action, Commentaire, Jalon, PlanDeTravail, Preuve, ResponsableAction
from planning.selectors.responsables import Titulaires
from planning.validators import decaler_annees, decaler_date, decaler_texte, lire_periode
from reseaux.enums import EtatAnnee, EtatEtablissement
from reseaux.models import AnneeScolaire


@dataclass(frozen=True)
class JalonReconduit:
    jalon: Jalon
    intitule: str
    echeance: dt.date


@dataclass(frozen=True)
class ActionReconduite:
    """One line of the next plan; `avant` is the action it comes from."""

    avant: Action
    titre: str
    calendrier: str
    debut: dt.date
    fin: dt.date
    responsables: list[ResponsableAction]
    #: Names of the owners that nobody in post stands behind.
    caducs: list[str]
    jalons: list[JalonReconduit]
    #: Milestones left behind: their CIO is closed, or they were abandoned.
    jalons_ecartes: list[tuple[Jalon, str]]
    #: Schools named by the evidence, closed or closing since: the target will have to be reached elsewhere.
    ecoles_fermees: list[str]
    preuves: int
    commentaires: int

    @property
    def montre(self) -> tuple[Any, ...]:
        """What the preview says of it."""
        return (
            *(self.avant.pk, self.avant.revision, self.titre, self.calendrier, self.attribution),
            *(self.caducs, self.ecoles_fermees, self.preuves, self.commentaires),
            [(repris.jalon.pk, repris.intitule, repris.echeance) for repris in self.jalons],
            [(jalon.pk, pourquoi) for jalon, pourquoi in self.jalons_ecartes],
        )

    @property
    def attribution(self) -> str:
        return self.avant.attribution

    @property
    def est_proposee(self) -> bool:
        """Ticked at first: all but what was given up."""
        return self.avant.etat != EtatAction.ABANDONNEE


@dataclass(frozen=True)
class Reconduction:
    plan: PlanDeTravail
    #: First year of the school year prepared, the year itself when it is registered, years between both.
    rentree: int
    annee: AnneeScolaire | None
    ecart: int
    titre: str
    periode: str
    actions: list[ActionReconduite]

    @property
    def empreinte(self) -> str:
        """Moves with anything shown: what has changed since it was read is not done unseen."""
        texte = repr([action.montre for action in self.actions])
        return hashlib.sha256(f"{self.plan.pk} {self.rentree} {texte}".encode()).hexdigest()

    @property
    def preuves(self) -> int:
        return sum(action.preuves for action in self.actions)

    @property
    def commentaires(self) -> int:
        return sum(action.commentaires for action in self.actions)


def rentrees_possibles(plan: PlanDeTravail, annees: Iterable[AnneeScolaire]) -> list[int]:
    """The school year after that of the plan, and the later ones that are not closed."""
    suivante = _rentree(plan) + 1
    ouvertes = {a.debut.year for a in annees if a.etat != EtatAnnee.CLOSE and a.debut.year > suivante}
    return [suivante, *sorted(ouvertes)]


def lire_reconduction(plan: PlanDeTravail, rentree: int) -> Reconduction:
    """`plan` comes with its département and its year; a constant number of queries."""
    ecart = rentree - _rentree(plan)
    actions = list(
        Action.objects.filter(plan=plan)
        .select_related("plan")
        .prefetch_related("objectifs", "attend")
        .order_by("numero")
    )
    annee = AnneeScolaire.objects.exclude(etat=EtatAnnee.CLOSE).filter(debut__year=rentree).first()
    titre = decaler_annees(plan.titre, ecart)
    return Reconduction(
        plan=plan,
        rentree=rentree,
        annee=annee,
        ecart=ecart,
        titre=titre if titre != plan.titre else f"{plan.titre} ({rentree}-{rentree + 1})",
        periode=decaler_texte(plan.periode, ecart),
        actions=_reconduire(actions, plan, ecart),
    )


def _rentree(plan: PlanDeTravail) -> int:
    return plan.annee.debut.year if plan.annee else plan.debut.year


def _reconduire(actions: list[Action], plan: PlanDeTravail, ecart: int) -> list[ActionReconduite]:
    titulaires = Titulaires.des_departements([plan.departement_id])
    responsables = _par_action(
        ResponsableAction.objects.filter(action__plan=plan)
        .select_related("utilisateur", "groupe")
        .order_by("rang", "pk")
    )
    jalons = _par_action(
        Jalon.objects.filter(action__plan=plan, est_final=False)
        .select_related("cio", "utilisateur", "groupe")
        .order_by("echeance", "pk")
    )
    preuves = _par_action(
        Preuve.objects.filter(action__plan=plan).select_related("etablissement").order_by("pk")
    )
    dits = Commentaire.objects.filter(action__plan=plan).values_list("action").order_by("action")
    commentaires = dict(dits.annotate(nombre=Count("pk")))
    return [
        _une_action(
            action,
            ecart,
            responsables=responsables[action.pk],
            caducs=[
                r.libelle_responsable
                for r in responsables[action.pk]
                if titulaires.est_caduc(r, plan.departement_id)
            ],
            jalons=jalons[action.pk],
            preuves=preuves[action.pk],
            commentaires=commentaires.get(action.pk, 0),
        )
        for action in actions
    ]


def _une_action(
    action: Action,
    ecart: int,
    *,
    responsables: list[ResponsableAction],
    caducs: list[str],
    jalons: list[Jalon],
    preuves: list[Preuve],
    commentaires: int,
) -> ActionReconduite:
    periode = lire_periode(decaler_texte(action.calendrier, ecart))
    motifs = {jalon.pk: _pourquoi_ecarter(jalon) for jalon in jalons}
    return ActionReconduite(
        avant=action,
        titre=decaler_annees(action.titre, ecart),
        calendrier=periode.texte,
        debut=periode.debut,
        fin=periode.fin,
        responsables=responsables,
        caducs=caducs,
        jalons=[
            JalonReconduit(
                jalon, decaler_annees(jalon.intitule, ecart)[:250], decaler_date(jalon.echeance, ecart)
            )
            for jalon in jalons
            if not motifs[jalon.pk]
        ],
        jalons_ecartes=[(jalon, motifs[jalon.pk]) for jalon in jalons if motifs[jalon.pk]],
        ecoles_fermees=_fermees(preuves),
        preuves=len(preuves),
        commentaires=commentaires,
    )


def _pourquoi_ecarter(jalon: Jalon) -> str:
    """Empty when the milestone goes on."""
    if jalon.etat == EtatJalon.ABANDONNE:
        return "abandonné"
    if jalon.cio and not jalon.cio.est_ouvert:
        return f"{jalon.cio} est fermé"
    return ""


def _fermees(preuves: list[Preuve]) -> list[str]:
    noms = {
        p.etablissement.pk: str(p.etablissement)
        for p in preuves
        if p.etablissement and p.etablissement.etat in (EtatEtablissement.FERME, EtatEtablissement.A_FERMER)
    }
    return list(noms.values())


def _par_action(objets: Iterable) -> dict[int, list]:
    groupes: dict[int, list] = defaultdict(list)
    for objet in objets:
        groupes[objet.action_id].append(objet)
    return groupes

"""« Mode COPIL »: the open actions in the order in which they call for a decision, and what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from planning.models import Action, Commentaire, PlanDeTravail
from planning.selectors.tableau_de_bord import LigneAction
from planning.selectors.tableau_de_bord_urgences import PROCHES
from reseaux.perimetre import Perimetre
from socle.models import EntreeJournal

#: Acts of the journal that are decisions on an action, and the word for each.
FAITE, REPORTEE = "planning.action.faite", "planning.action.reportee"
DECISIONS = {
    FAITE: "Faite",
    REPORTEE: "Reportée",
    "planning.action.abandonnee": "Abandonnée",
    "planning.action.rouverte": "Rouverte",
}
NOTE = "Note"


@dataclass(frozen=True, slots=True)
class Decision:
    """A line of the relevé de décisions."""

    le: dt.datetime
    action_pk: int
    numero: int
    titre: str
    quoi: str
    detail: str
    auteur: str
    qualite: str

    @property
    def est_une_note(self) -> bool:
        return self.quoi == NOTE


@dataclass(frozen=True, slots=True)
class OrdreDuJour:
    """`a_voir` in order, then `decidees`: those on which something was decided that day."""

    a_voir: list[LigneAction]
    decidees: list[LigneAction]

    @property
    def toutes(self) -> list[LigneAction]:
        return self.a_voir + self.decidees

    def choisir(self, pk: int | None) -> LigneAction | None:
        """The one asked for; the first to be seen otherwise."""
        if pk is None:
            return next(iter(self.toutes), None)
        return next((ligne for ligne in self.toutes if ligne.pk == pk), None)

    def voisines(self, courante: LigneAction) -> tuple[LigneAction | None, LigneAction | None]:
        """(before, after): once it is decided, the next one is the first of those still to be seen."""
        if courante in self.decidees:
            return None, next(iter(self.a_voir), None)
        rang = self.a_voir.index(courante)
        apres = self.a_voir[rang + 1] if rang + 1 < len(self.a_voir) else None
        return (self.a_voir[rang - 1] if rang else None), apres


def ordre_du_jour(lignes: Sequence[LigneAction], decisions: Sequence[Decision]) -> OrdreDuJour:
    """Late (the longest first), due soon, blocked, then by due date; what was decided that day goes last."""
    decidees = {decision.action_pk for decision in decisions if not decision.est_une_note}
    a_voir = [ligne for ligne in lignes if ligne.est_ouverte and ligne.pk not in decidees]
    return OrdreDuJour(
        sorted(a_voir, key=_urgence),
        [ligne for ligne in lignes if ligne.pk in decidees],
    )


def _urgence(ligne: LigneAction) -> tuple[int, int, int]:
    if ligne.jours <= PROCHES:
        return 0, ligne.jours, ligne.action.numero
    attendue = (ligne.action.debut - ligne.jour).days <= PROCHES
    return (1 if ligne.retient and attendue else 2), ligne.jours, ligne.action.numero


def lire_releve(plan: PlanDeTravail, jour: dt.date, perimetre: Perimetre) -> list[Decision]:
    """What was decided and noted on the actions of a plan that day in Paris, in order."""
    actions = Action.objects.dans_perimetre(perimetre).filter(plan=plan).order_by("pk")
    noms = {pk: (numero, titre) for pk, numero, titre in actions.values_list("pk", "numero", "titre")}
    debut = timezone.make_aware(dt.datetime.combine(jour, dt.time()))
    fin = timezone.make_aware(dt.datetime.combine(jour + dt.timedelta(days=1), dt.time()))
    entrees = EntreeJournal.objects.filter(
        objet_type=ContentType.objects.get_for_model(Action),
        objet_id__in=[str(pk) for pk in noms],
        action__in=DECISIONS,
        le__gte=debut,
        le__lt=fin,
    ).select_related("auteur")
    notes = Commentaire.objects.dans_perimetre(perimetre).filter(action__plan=plan, le__gte=debut, le__lt=fin)
    decisions = [
        _de_l_entree(entree, *noms[int(entree.objet_id)])
        for entree in entrees.order_by("pk")
        if not _apres_coup(entree, jour)
    ]
    for note in notes.select_related("auteur").order_by("pk"):
        numero, titre = noms[note.action_id]
        auteur = str(note.auteur or "")
        decisions.append(
            Decision(note.le, note.action_id, numero, titre, NOTE, note.texte, auteur, note.qualite)
        )
    return sorted(decisions, key=lambda decision: decision.le)


def _apres_coup(entree: EntreeJournal, jour: dt.date) -> bool:
    """Said done on another day: written down that day, not decided in session."""
    return entree.action == FAITE and (entree.apres or {}).get("faite_le") != jour.isoformat()


def _de_l_entree(entree: EntreeJournal, numero: int, titre: str) -> Decision:
    detail = entree.motif
    if entree.action == REPORTEE and entree.avant and entree.apres:
        report = f"de « {entree.avant['calendrier']} » à « {entree.apres['calendrier']} »"
        detail = f"{report} : {entree.motif}"
    return Decision(
        le=entree.le,
        action_pk=int(entree.objet_id),
        numero=numero,
        titre=titre,
        quoi=DECISIONS[entree.action],
        detail=detail,
        auteur=str(entree.auteur or "système"),
        qualite=entree.habilitation_libelle,
    )

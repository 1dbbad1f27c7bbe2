"""What the missions show of the targets of a plan, besides the evidence that people give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils import timezone

from missions.enums import EtatActionDeTerritoire, EtatBiblioLab, EtatMatrice, Volet
from missions.models import (
    ActionDeTerritoire,
    ActionExternalisable,
    BiblioLab,
    ChampIntervention,
    FicheDePoste,
    Matrice,
)
from missions.selectors.fiches_de_poste import secretaires_en_poste
from planning.enums import SourceCible
from planning.models import Action, PlanDeTravail
from planning.selectors.responsables import Titulaires
from reseaux.enums import GenreGroupe
from reseaux.models import CIO, Groupe


@dataclass
class Constat:
    """What a source shows for one plan."""

    #: CIO → how many; an antenne counts for the CIO it depends on.
    par_cio: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    etablissements: set[int] = field(default_factory=set)
    #: What was asked of the whole département holds.
    est_fait: bool = False
    #: What is missing, when it does not hold.
    manque: str = ""


#: (source, plan) → what is shown.
Constats = dict[tuple[str, int], Constat]


def lire_constats(actions: Iterable[Action]) -> Constats:
    """Of the actions whose target has a source; a plan that prepares no year of the service is told by its
    evidence alone. The queries follow the kinds of sources, not the plans.
    """
    plans: dict[str, list[PlanDeTravail]] = defaultdict(list)
    for action in actions:
        if action.source and action.plan.annee_id and action.plan not in plans[action.source]:
            plans[action.source].append(action.plan)
    constats: Constats = {}
    for source, siens in plans.items():
        for plan, constat in LECTEURS[SourceCible(source)](siens).items():
            constats[source, plan] = constat
    return constats


def _territoire_avenir(plans: list[PlanDeTravail]) -> dict[int, Constat]:
    """« au moins une action relevant du volet « Avenir » […] autour de chaque CIO »: held, in the plan's
    year.
    """
    realisees = ActionDeTerritoire.objects.filter(
        volet=Volet.AVENIR,
        etat=EtatActionDeTerritoire.REALISEE,
        annee__in={plan.annee_id for plan in plans},
        cio__departement__in=_departements(plans),
    )
    lignes = (
        realisees.order_by("cio", "annee")
        .values_list("cio__departement", "annee", "cio", "cio__parent")
        .annotate(nombre=Count("pk"))
    )
    constats = {plan.pk: Constat() for plan in plans}
    for departement, annee, cio, parent, nombre in lignes:
        for plan in plans:
            if (plan.departement_id, plan.annee_id) == (departement, annee):
                constats[plan.pk].par_cio[parent or cio] += nombre
    return constats


def _externalisables(plans: list[PlanDeTravail]) -> dict[int, Constat]:
    """« Recenser les actions éducatives externalisables en CIO »: those of the catalogue today."""
    offertes = ActionExternalisable.objects.filter(retiree_le=None, cio__departement__in=_departements(plans))
    lignes = (
        offertes.order_by("cio")
        .values_list("cio__departement", "cio", "cio__parent")
        .annotate(nombre=Count("pk"))
    )
    par_departement: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for departement, cio, parent, nombre in lignes:
        par_departement[departement][parent or cio] += nombre
    return {plan.pk: Constat(par_cio=par_departement[plan.departement_id]) for plan in plans}


def _fiches_de_poste(plans: list[PlanDeTravail]) -> dict[int, Constat]:
    """Secrétaires in post who have a valid fiche; a CIO where one has none still waits."""
    en_poste = secretaires_en_poste(CIO.objects.filter(departement__in=_departements(plans)))
    valides = FicheDePoste.objects.valides().filter(secretaire__in={h.utilisateur_id for h in en_poste})
    pourvues = set(valides.values_list("secretaire", flat=True))
    sans_fiche: set[int] = set()
    par_departement: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for habilitation in en_poste:
        cio = habilitation.cio
        if cio is None:
            continue
        principal = cio.parent_id or cio.pk
        par_departement[cio.departement_id][principal] += 1
        if habilitation.utilisateur_id not in pourvues:
            sans_fiche.add(principal)
    return {
        plan.pk: Constat(
            par_cio={
                cio: nombre
                for cio, nombre in par_departement[plan.departement_id].items()
                if cio not in sans_fiche
            }
        )
        for plan in plans
    }


def _biblio_labs(plans: list[PlanDeTravail]) -> dict[int, Constat]:
    """« Expérimenter dans au moins 1 EPLE »: the Biblio-Labs experimented in the plan's year."""
    labs = BiblioLab.objects.filter(
        etat=EtatBiblioLab.EXPERIMENTE,
        annee__in={plan.annee_id for plan in plans},
        etablissement__departement__in=_departements(plans),
    )
    ecoles: dict[tuple[int, int | None], set[int]] = defaultdict(set)
    for departement, annee, ecole in labs.values_list("etablissement__departement", "annee", "etablissement"):
        ecoles[departement, annee].add(ecole)
    return {plan.pk: Constat(etablissements=ecoles[plan.departement_id, plan.annee_id]) for plan in plans}


def _qui_fait_quoi(plans: list[PlanDeTravail]) -> dict[int, Constat]:
    """« SG + Direction orientation » (action 3): a matrix that both have validated."""
    validees = Matrice.objects.filter(departement__in=_departements(plans), etat=EtatMatrice.VALIDEE)
    faits = set(validees.values_list("departement", flat=True))
    manque = "aucun « Qui fait quoi ? » n’est validé dans le département"
    return {plan.pk: Constat(est_fait=plan.departement_id in faits, manque=manque) for plan in plans}


def _champs_intervention(plans: list[PlanDeTravail]) -> dict[int, Constat]:
    """« Définir expressément le champ d'intervention des membres de l'équipe de direction » (action 6): each
    member in post has one today.
    """
    departements = _departements(plans)
    equipes = Groupe.objects.filter(departement__in=departements, genre=GenreGroupe.EQUIPE_DIRECTION)
    groupes = dict(equipes.values_list("departement", "pk"))
    titulaires = Titulaires.des_departements(departements)
    champs = ChampIntervention.objects.filter(departement__in=departements, debut__lte=timezone.localdate())
    definis = set(champs.values_list("departement", "membre"))
    constats = {}
    for plan in plans:
        departement = plan.departement_id
        groupe = groupes.get(departement)
        membres = titulaires.resoudre((None, groupe, ""), departement) if groupe else []
        sans_champ = [str(membre) for membre in membres if (departement, membre.pk) not in definis]
        manque = "l’équipe de direction n’a aucun membre en poste : composez ce groupe"
        if sans_champ:
            manque = f"champ d’intervention à définir : {', '.join(sans_champ)}"
        constats[plan.pk] = Constat(est_fait=bool(membres) and not sans_champ, manque=manque)
    return constats


def _departements(plans: Iterable[PlanDeTravail]) -> set[int]:
    return {plan.departement_id for plan in plans}


LECTEURS: dict[SourceCible, Callable[[list[PlanDeTravail]], dict[int, Constat]]] = {
    SourceCible.TERRITOIRE_AVENIR: _territoire_avenir,
    SourceCible.EXTERNALISABLES: _externalisables,
    SourceCible.FICHES_DE_POSTE: _fiches_de_poste,
    SourceCible.BIBLIO_LABS: _biblio_labs,
    SourceCible.QUI_FAIT_QUOI: _qui_fait_quoi,
    SourceCible.CHAMPS_INTERVENTION: _champs_intervention,
}

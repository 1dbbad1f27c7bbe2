"""Does the target of an action hold, what is missing: read from evidence, missions, réseaux and
répartitions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef

from planning.enums import EtatReunion, GenreCible, GenreReunion, PublicCible, SourceCible
from planning.models import Action, PlanDeTravail, Preuve, Reunion
from planning.selectors.reunions import psyens_non_invites
from planning.selectors.sources import Constat, Constats, lire_constats
from psyen.enums import EtatRepartition
from psyen.models import Repartition
from reseaux.models import CIO, Etablissement, MembreReseau, Reseau
from socle.models import Document

#: What is missing, in the words of the source of the target.
REMEDES: dict[str, str] = {
    SourceCible.TERRITOIRE_AVENIR: "aucune action « Avenir » réalisée pour",
    SourceCible.EXTERNALISABLES: "aucune action externalisable au catalogue de",
    SourceCible.FICHES_DE_POSTE: "une fiche de poste reste à valider pour",
    SourceCible.BIBLIO_LABS: "inscrivez un Biblio-Lab expérimenté ou ajoutez une preuve qui nomme l’EPLE",
}
#: What an app above asks besides before a réunion bilan closes an action: the last one held, by action → what
#: is missing, for the actions where something is.
ExigenceDuBilan = Callable[[Mapping[int, Sequence[Reunion]]], Mapping[int, str]]
_exigences: list[ExigenceDuBilan] = []
#: Names listed before « et n autres ».
NOMS_CITES = 5


@dataclass(frozen=True)
class LectureCible:
    """`fait` out of `attendu`, and one French sentence for each thing that is missing."""

    fait: int
    attendu: int
    manques: list[str] = field(default_factory=list)
    #: CIO → how many, when the target is counted by CIO.
    par_cio: dict[CIO, int] = field(default_factory=dict)

    @property
    def atteinte(self) -> bool:
        return not self.manques


@dataclass(frozen=True)
class Dossier:
    """What the targets of some actions are read from, in a constant number of queries."""

    preuves: dict[int, list[Preuve]]
    constats: Constats
    #: Actions on which a document is deposited.
    avec_piece: set[int]
    reunions: dict[int, list[Reunion]]
    #: département → its CIO, antennes aside.
    cios: dict[int, list[CIO]]
    #: plan → the EPLE in no réseau, their total; the CIO without an arrêtée répartition, their total.
    sans_reseau: dict[int, tuple[list[Etablissement], int]]
    sans_repartition: dict[int, tuple[list[CIO], int]]
    #: action → what the apps above still ask of its réunion bilan.
    bilans: dict[int, list[str]]

    def constat(self, action: Action) -> Constat:
        """What the source of its target shows; nothing when it has none."""
        return self.constats.get((action.source, action.plan_id)) or Constat()


def declarer_exigence_du_bilan(exigence: ExigenceDuBilan) -> None:
    """Once, at start, from the `receivers.py` of the app above (« restituer les résultats », action 13)."""
    if exigence not in _exigences:
        _exigences.append(exigence)


def lire_cible(action: Action) -> LectureCible:
    """The same for one action."""
    return lire_cibles([action])[action.pk]


def lire_cibles(actions: Iterable[Action]) -> dict[int, LectureCible]:
    """By action; its plan must be joined."""
    liste = list(actions)
    dossier = _constituer(liste)
    return {action.pk: LECTEURS[GenreCible(action.cible)](action, dossier) for action in liste}


def _constituer(actions: list[Action]) -> Dossier:
    """Only what the targets of these actions ask for is read."""
    cibles = {action.cible for action in actions}
    preuves: dict[int, list[Preuve]] = defaultdict(list)
    for preuve in Preuve.objects.filter(action__in=actions).select_related("cio").order_by("pk"):
        preuves[preuve.action_id].append(preuve)
    plans = {
        genre: {action.plan for action in actions if action.cible == genre and action.plan.annee_id}
        for genre in (GenreCible.PERIMETRE, GenreCible.TEMPS_TRAVAIL)
    }
    reunions = _reunions_tenues(actions) if cibles & {GenreCible.REUNION, GenreCible.BILAN} else {}
    return Dossier(
        preuves,
        lire_constats(actions),
        _avec_piece(actions) if cibles - {GenreCible.AUCUNE, GenreCible.PAR_CIO} else set(),
        reunions,
        _cios_du_departement(actions) if GenreCible.PAR_CIO in cibles else {},
        {plan.pk: _eple_sans_reseau(plan) for plan in plans[GenreCible.PERIMETRE]},
        {plan.pk: _cios_sans_repartition(plan) for plan in plans[GenreCible.TEMPS_TRAVAIL]},
        _exigences_du_bilan(actions, reunions),
    )


def _reunions_tenues(actions: list[Action]) -> dict[int, list[Reunion]]:
    reunions: dict[int, list[Reunion]] = defaultdict(list)
    tenues = Reunion.objects.filter(action__in=actions, etat=EtatReunion.TENUE)
    for reunion in tenues.order_by("debut", "pk"):
        reunions[reunion.action_id or 0].append(reunion)
    return reunions


def _exigences_du_bilan(
    actions: Iterable[Action], reunions: Mapping[int, Sequence[Reunion]]
) -> dict[int, list[str]]:
    bilans = {
        action.pk: _bilans_tenus(reunions.get(action.pk, []))[-1:]
        for action in actions
        if action.cible == GenreCible.BILAN
    }
    manques: dict[int, list[str]] = defaultdict(list)
    for exigence in _exigences if bilans else []:
        for action, manque in exigence(bilans).items():
            manques[action].append(manque)
    return manques


def _bilans_tenus(reunions: Iterable[Reunion]) -> list[Reunion]:
    return [reunion for reunion in reunions if reunion.genre == GenreReunion.BILAN]


def _cios_du_departement(actions: list[Action]) -> dict[int, list[CIO]]:
    departements = {action.plan.departement_id for action in actions}
    cios: dict[int, list[CIO]] = defaultdict(list)
    for cio in CIO.objects.filter(departement__in=departements, parent=None).order_by("nom", "pk"):
        cios[cio.departement_id].append(cio)
    return cios


def _avec_piece(actions: list[Action]) -> set[int]:
    genre = ContentType.objects.get_for_model(Action)
    pieces = Document.objects.filter(
        objet_type=genre, objet_id__in=[action.pk for action in actions], retire_le=None
    )
    return set(pieces.values_list("objet_id", flat=True))


def _eple_sans_reseau(plan: PlanDeTravail) -> tuple[list[Etablissement], int]:
    """« every public EPLE in exactly one réseau » (the database forbids two): those in none, and how many
    there are.
    """
    eples = Etablissement.objects.eple().ouverts().filter(departement=plan.departement_id)
    membre = MembreReseau.objects.filter(etablissement=OuterRef("pk"), annee=plan.annee_id)
    return list(eples.exclude(Exists(membre)).order_by("nom", "pk")), eples.count()


def _cios_sans_repartition(plan: PlanDeTravail) -> tuple[list[CIO], int]:
    """The CIO which have réseaux that year and no répartition arrêtée, and how many have réseaux."""
    reseaux = Reseau.objects.filter(cio=OuterRef("pk"), annee=plan.annee_id)
    arretee = Repartition.objects.filter(
        cio=OuterRef("pk"), annee=plan.annee_id, etat=EtatRepartition.ARRETEE
    )
    cios = CIO.objects.filter(Exists(reseaux), departement=plan.departement_id)
    return list(cios.exclude(Exists(arretee)).order_by("nom", "pk")), cios.count()


# --- One reader for each kind of target --------------------------------------------------------------


def _sans_cible(_action: Action, _dossier: Dossier) -> LectureCible:
    return LectureCible(0, 0)


def _une_preuve(action: Action, dossier: Dossier) -> LectureCible:
    """Given here, or shown by the missions."""
    constat = dossier.constat(action)
    fait = bool(dossier.preuves.get(action.pk)) or action.pk in dossier.avec_piece or constat.est_fait
    manque = constat.manque or "aucune preuve n’est donnée : ajoutez une pièce, un lien ou une note"
    return LectureCible(int(fait), 1, [] if fait else [manque])


def _etablissements(action: Action, dossier: Dossier) -> LectureCible:
    """« dans au moins 1 EPLE » (R10): schools named by the evidence, or by the missions."""
    ecoles = dossier.constat(action).etablissements | {
        p.etablissement_id for p in dossier.preuves.get(action.pk, []) if p.etablissement_id
    }
    reste = action.cible_nombre - len(ecoles)
    if reste <= 0:
        return LectureCible(len(ecoles), action.cible_nombre)
    remede = REMEDES.get(action.source, "ajoutez une preuve qui nomme l’établissement")
    manque = f"il manque {_nombre(reste, 'EPLE', 'EPLE')} : {remede}"
    return LectureCible(len(ecoles), action.cible_nombre, [manque])


def _par_cio(action: Action, dossier: Dossier) -> LectureCible:
    """« au moins une […] autour de chaque CIO » (R11): evidence, and what the missions show, counted by
    CIO, an antenne for its CIO.
    """
    cios = dossier.cios.get(action.plan.departement_id, [])
    comptes = dict.fromkeys((cio.pk for cio in cios), 0)
    for pk, nombre in dossier.constat(action).par_cio.items():
        comptes[pk] = comptes.get(pk, 0) + nombre
    for preuve in dossier.preuves.get(action.pk, []):
        if preuve.cio:
            pk = preuve.cio.parent_id or preuve.cio.pk
            comptes[pk] = comptes.get(pk, 0) + 1
    par_cio = {cio: comptes[cio.pk] for cio in cios}
    en_attente = [cio for cio, fait in par_cio.items() if fait < action.cible_nombre]
    rien = REMEDES.get(action.source, "rien encore pour")
    manques = [f"{rien} {_lister(en_attente)}"] if en_attente else []
    if action.cible_nombre > 1 and en_attente:
        manques = [f"moins de {action.cible_nombre} pour {_lister(en_attente)}"]
    if not cios:
        manques = ["le département n’a aucun CIO"]
    return LectureCible(len(cios) - len(en_attente), len(cios), manques, par_cio)


def _publics(action: Action, dossier: Dossier) -> LectureCible:
    """« aux PsyEN et aux chefs d'établissement »: both audiences named by the evidence."""
    atteints = {p.public for p in dossier.preuves.get(action.pk, []) if p.public}
    manques = [
        f"aucune preuve pour le public « {public.label} »" for public in PublicCible if public not in atteints
    ]
    return LectureCible(len(atteints), len(PublicCible), manques)


def _reunion(action: Action, dossier: Dossier) -> LectureCible:
    tenues = dossier.reunions.get(action.pk, [])
    if tenues or _prouvee_apres_coup(action, dossier):
        return LectureCible(1, 1)
    return LectureCible(0, 1, ["aucune réunion rattachée à l’action n’est encore tenue"])


def _bilan(action: Action, dossier: Dossier) -> LectureCible:
    """« procéder à l'évaluation […] et restituer les résultats dans le cadre d'une réunion bilan associant
    les PsyEN » (R12): the meeting held, each PsyEN invited, and what the apps above ask (the report issued).
    """
    tenues = _bilans_tenus(dossier.reunions.get(action.pk, []))
    if not tenues and _prouvee_apres_coup(action, dossier):
        return LectureCible(1, 1)
    manques = list(dossier.bilans.get(action.pk, []))
    if not tenues:
        return LectureCible(0, 1, ["aucune réunion bilan rattachée à l’action n’est encore tenue", *manques])
    oublies = psyens_non_invites(tenues[-1])
    if oublies:
        manques.insert(0, f"des PsyEN n’ont pas été invités à la réunion bilan : {_lister(oublies)}")
    return LectureCible(1, 1, manques)


def _perimetre(action: Action, dossier: Dossier) -> LectureCible:
    if action.plan_id not in dossier.sans_reseau:
        return _une_preuve(action, dossier)
    restants, total = dossier.sans_reseau[action.plan_id]
    manques = []
    if restants:
        manques = [f"sans réseau pour {action.plan.annee} : {_lister(restants)}"]
    elif not total:
        manques = ["le département n’a aucun EPLE ouvert : importez l’annuaire"]
    return LectureCible(total - len(restants), total, manques)


def _temps_travail(action: Action, dossier: Dossier) -> LectureCible:
    if action.plan_id not in dossier.sans_repartition:
        return _une_preuve(action, dossier)
    restants, total = dossier.sans_repartition[action.plan_id]
    manques = []
    if restants:
        manques = [f"répartition {action.plan.annee} non arrêtée : {_lister(restants)}"]
    elif not total:
        manques = [f"aucun réseau n’est dessiné pour {action.plan.annee}"]
    return LectureCible(total - len(restants), total, manques)


def _prouvee_apres_coup(action: Action, dossier: Dossier) -> bool:
    """A plan older than the service prepares no year that it knows: its meetings are told by evidence."""
    return action.plan.annee_id is None and bool(dossier.preuves.get(action.pk))


def _nombre(nombre: int, singulier: str, pluriel: str) -> str:
    return f"{nombre} {singulier if nombre == 1 else pluriel}"


def _lister(objets: Iterable[object]) -> str:
    noms = [str(objet) for objet in objets]
    reste = len(noms) - NOMS_CITES
    return ", ".join(noms[:NOMS_CITES]) + (f" et {_nombre(reste, 'autre', 'autres')}" if reste > 0 else "")


LECTEURS: dict[GenreCible, Callable[[Action, Dossier], LectureCible]] = {
    GenreCible.AUCUNE: _sans_cible,
    GenreCible.PREUVE: _une_preuve,
    GenreCible.ETABLISSEMENTS: _etablissements,
    GenreCible.PAR_CIO: _par_cio,
    GenreCible.PUBLICS: _publics,
    GenreCible.REUNION: _reunion,
    GenreCible.BILAN: _bilan,
    GenreCible.PERIMETRE: _perimetre,
    GenreCible.TEMPS_TRAVAIL: _temps_travail,
}

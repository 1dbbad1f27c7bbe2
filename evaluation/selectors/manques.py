"""What a campaign still waits for, and who owes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from comptes.enums import Role
from comptes.models import Utilisateur
from evaluation.enums import SOURCES_CALCULEES, Niveau, SourceIndicateur
from evaluation.models import Campagne, Indicateur, Mesure, SaisieDemandee
from evaluation.selectors.definitions import indicateurs_de
from planning.enums import GenreCible
from planning.models import Action, Jalon
from planning.selectors.responsables import Titulaires
from reseaux.models import CIO
from reseaux.perimetre import ROLES_CIO

#: What someone gives by hand.
SOURCES_ATTENDUES = (SourceIndicateur.SAISI, SourceIndicateur.IMPORTE)
#: (person, group, role), as milestones keep it.
type_cle = tuple[int | None, int | None, str]
#: (indicator, CIO, level) of what is there.
type_places = set[tuple[int, int | None, str]]


@dataclass(frozen=True)
class Manque:
    """A figure that nobody has given: of the département without CIO."""

    indicateur: Indicateur
    cio: CIO | None
    cle_responsable: type_cle

    @property
    def place(self) -> tuple[int, int | None]:
        return (self.indicateur.pk, self.cio.pk if self.cio else None)


@dataclass
class Attente:
    """What one owner owes, for one CIO or for the whole département."""

    cle_responsable: type_cle
    libelle: str
    cio: CIO | None
    personnes: list[Utilisateur] = field(default_factory=list)
    indicateurs: list[Indicateur] = field(default_factory=list)
    #: The latest milestone that asks for it, still to be done.
    jalon: Jalon | None = None

    @property
    def a_importer(self) -> bool:
        return any(i.source == SourceIndicateur.IMPORTE for i in self.indicateurs)


def cios_du_departement(departement: int) -> list[CIO]:
    """The open CIO that figures are entered for, by name: an antenne counts with its CIO."""
    cios = CIO.objects.filter(departement=departement, est_ouvert=True, parent=None)
    return list(cios.order_by("nom", "pk"))


def manques(campagne: Campagne, indicateurs: Iterable[Indicateur] | None = None) -> list[Manque]:
    """Figures to enter or to import that an open campaign has not; two queries, one more for its
    `indicateurs_de` when the caller has not read them.
    """
    if not campagne.est_ouverte:
        return []
    lus = indicateurs_de(campagne) if indicateurs is None else indicateurs
    attendus = [i for i in lus if i.source in SOURCES_ATTENDUES and i.retire_le is None]
    places = places_donnees(campagne)
    cios = cios_du_departement(campagne.departement_id)
    return [
        Manque(indicateur, cio, _responsable(indicateur, cio))
        for indicateur in attendus
        for cio in _attendus(indicateur, cios)
        if not est_donne(indicateur, cio.pk if cio else None, places)
    ]


def _attendus(indicateur: Indicateur, cios: Iterable[CIO]) -> Iterator[CIO | None]:
    """The département; each CIO when the figure is entered down to there."""
    yield None
    if indicateur.source == SourceIndicateur.SAISI and indicateur.niveau != Niveau.DEPARTEMENT:
        yield from cios


def places_donnees(campagne: Campagne) -> type_places:
    """Where the campaign has a figure that no function gives."""
    donnees = Mesure.objects.filter(campagne=campagne).exclude(source__in=SOURCES_CALCULEES)
    return set(donnees.order_by("pk").values_list("indicateur", "cio", "niveau"))


def est_donne(indicateur: Indicateur, cio: int | None, places: type_places) -> bool:
    """An imported table is there as soon as one of its figures is."""
    if indicateur.source == SourceIndicateur.IMPORTE:
        return any(pk == indicateur.pk for pk, _, _ in places)
    return (indicateur.pk, cio, Niveau.DEPARTEMENT if cio is None else Niveau.CIO) in places


def _responsable(indicateur: Indicateur, cio: CIO | None) -> type_cle:
    """The owner of the definition. Without one, the DCIO for a CIO and the IEN-IO for the département; a role
    held in a CIO answers for that CIO, not for the département.
    """
    cle = indicateur.cle_responsable
    if cio is None and (not any(cle) or cle[2] in ROLES_CIO):
        return (None, None, Role.IEN_IO)
    return cle if any(cle) else (None, None, Role.DCIO)


def attentes(campagne: Campagne, manquants: Iterable[Manque] | None = None) -> list[Attente]:
    """What is missing, owner by owner: the persons in post, and the milestone that already asks for it."""
    lus = list(manques(campagne) if manquants is None else manquants)
    if not lus:
        return []
    titulaires = Titulaires.des_departements([campagne.departement_id])
    demandes = jalons_des_demandes(campagne)
    par_cle: dict[tuple[type_cle, int | None], Attente] = {}
    for manque in lus:
        cle, cio = manque.cle_responsable, manque.cio
        attente = par_cle.get((cle, cio.pk if cio else None))
        if attente is None:
            personnes = titulaires.resoudre(cle, campagne.departement_id, cio.pk if cio else None)
            libelle = _libelle(cle, manque.indicateur)
            attente = Attente(cle, libelle, cio, personnes)
            par_cle[cle, cio.pk if cio else None] = attente
        attente.indicateurs.append(manque.indicateur)
        attente.jalon = demandes.get(manque.place, attente.jalon)
    return sorted(par_cle.values(), key=lambda a: (a.cio.nom if a.cio else "", a.libelle))


def _libelle(cle: type_cle, indicateur: Indicateur) -> str:
    """A role may not be that of the definition (`_responsable`)."""
    return Role(cle[2]).label if cle[2] else indicateur.libelle_responsable


def jalons_des_demandes(campagne: Campagne) -> dict[tuple[int, int | None], Jalon]:
    """(indicator, CIO) → the milestone, still to be done, that asks for it."""
    ouverts = SaisieDemandee.objects.filter(campagne=campagne, jalon__in=Jalon.objects.a_faire())
    lues = ouverts.select_related("jalon").only("indicateur", "cio", "jalon__echeance")
    demandes = lues.order_by("jalon", "pk")
    return {(demande.indicateur_id, demande.cio_id): demande.jalon for demande in demandes}


def action_d_evaluation(departement: int) -> Action | None:
    """« Procéder à l'évaluation de l'expérimentation et restituer les résultats dans le cadre d'une réunion
    bilan » (action 13): the open action of the latest open plan whose target is that meeting.
    """
    actions = Action.objects.filter(
        plan__departement=departement, plan__etat="ouvert", etat="ouverte", cible=GenreCible.BILAN
    )
    return actions.select_related("plan").order_by("-plan__debut", "-plan__pk", "numero").first()


def par_indicateur(manquants: Iterable[Manque]) -> dict[int, list[Manque]]:
    """Indicator → its missing figures."""
    lus: dict[int, list[Manque]] = defaultdict(list)
    for manque in manquants:
        lus[manque.indicateur.pk].append(manque)
    return lus

"""« Mon PsyEN »: who comes to one's school, today, later and in the proposal. Nothing of anywhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from psyen.enums import EtatRepartition, Modalite
from psyen.models import Affectation, CommentaireEtablissement, Repartition
from psyen.selectors.concernes import est_concerne
from psyen.selectors.grille import ZERO
from psyen.selectors.periodes import Periode, fusionner, periodes
from reseaux.models import CIO, AnneeScolaire, Etablissement, MembreReseau, Reseau
from reseaux.perimetre import Perimetre


@dataclass(frozen=True)
class Venue:
    """A PsyEN who comes to the school."""

    psyen_pk: int
    nom: str
    demi_journees: Decimal
    a_distance: bool


@dataclass(frozen=True)
class Presence:
    """Who comes during a period, under one arrêté."""

    periode: Periode
    venues: list[Venue]

    @property
    def total(self) -> Decimal:
        return sum((venue.demi_journees for venue in self.venues), ZERO)


@dataclass(frozen=True)
class LigneProposee:
    """Half-days of one PsyEN in the school, until now and as proposed."""

    nom: str
    avant: Venue | None
    apres: Venue | None


@dataclass(frozen=True)
class PropositionEcole:
    """What a proposal would change in the school, and what its chef said of it."""

    repartition: Repartition
    lignes: list[LigneProposee]
    commentaires: list[CommentaireEtablissement]


@dataclass(frozen=True)
class MonPsyEN:
    etablissement: Etablissement
    jour: dt.date
    presences: list[Presence]
    a_venir: list[Presence]
    propositions: list[PropositionEcole]
    reseau: Reseau | None
    autres_membres: list[Etablissement]
    cios: list[CIO]

    @property
    def venues(self) -> list[Venue]:
        return [venue for presence in self.presences for venue in presence.venues]


def lire_mon_psyen(perimetre: Perimetre, jour: dt.date) -> MonPsyEN:
    """The page of a chef d'établissement on a given day."""
    etablissement = Etablissement.objects.select_related("cio").get(Q(pk=perimetre.etablissement_id))
    venues = _venues(perimetre)
    appartenance, membres = _reseau(etablissement, jour)
    cios = _cios(etablissement, venues)
    distinctes = fusionner(periodes([cio.pk for cio in cios]), lambda r: venues.get(r.pk))
    toutes = [Presence(p, venues.get(p.repartition.pk, [])) for p in distinctes]
    presences = [p for p in toutes if p.periode.contient(jour) and p.venues]
    return MonPsyEN(
        etablissement=etablissement,
        jour=jour,
        presences=presences,
        a_venir=_a_venir(toutes, jour),
        propositions=_propositions(perimetre, etablissement, cios, venues, toutes),
        reseau=appartenance,
        autres_membres=[m for m in membres if m.pk != etablissement.pk],
        cios=_interlocuteurs(presences, appartenance, etablissement, cios),
    )


def proposition_a_commenter(perimetre: Perimetre, pk: int) -> Repartition | None:
    """That proposal, if it waits for a decision and concerns the school."""
    repartition = Repartition.objects.filter(pk=pk, etat=EtatRepartition.PROPOSEE).first()
    ecole = perimetre.etablissement_id
    return repartition if repartition and ecole and est_concerne(repartition, ecole) else None


def _venues(perimetre: Perimetre) -> dict[int, list[Venue]]:
    """Répartition → who comes: the school's own lines, arrêtées or proposed, nothing else is read."""
    lignes = (
        Affectation.objects.dans_perimetre(perimetre)
        .select_related("service__psyen")
        .order_by("service__psyen__nom", "service__psyen__prenom", "pk")
    )
    venues: dict[int, list[Venue]] = {}
    for a in lignes:
        venue = Venue(
            psyen_pk=a.service.psyen_id,
            nom=str(a.service.psyen),
            demi_journees=a.demi_journees,
            a_distance=a.modalite == Modalite.DISTANCIEL,
        )
        venues.setdefault(a.service.repartition_id, []).append(venue)
    return venues


def _reseau(etablissement: Etablissement, jour: dt.date) -> tuple[Reseau | None, list[Etablissement]]:
    """The réseau of the school that year, with its schools, the tête first."""
    annee = AnneeScolaire.objects.au(jour)
    appartenance = (
        MembreReseau.objects.filter(annee=annee, etablissement=etablissement)
        .select_related("reseau__tete", "reseau__cio", "reseau__annee")
        .first()
    )
    if appartenance is None:
        return None, []
    reseau = appartenance.reseau
    membres = MembreReseau.objects.filter(reseau=reseau).select_related("etablissement")
    ecoles = [m.etablissement for m in membres.order_by("etablissement__nom", "pk")]
    return reseau, sorted(ecoles, key=lambda e: e.pk != reseau.tete_id)


def _cios(etablissement: Etablissement, repartitions: Iterable[int]) -> list[CIO]:
    """Every CIO that ever had to do with the school."""
    pks = set(Repartition.objects.filter(pk__in=list(repartitions)).values_list("cio_id", flat=True))
    pks |= set(MembreReseau.objects.filter(etablissement=etablissement).values_list("reseau__cio", flat=True))
    if etablissement.cio_id:
        pks.add(etablissement.cio_id)
    return list(CIO.objects.filter(pk__in=pks).order_by("nom", "pk"))


def _a_venir(toutes: list[Presence], jour: dt.date) -> list[Presence]:
    """Later periods in which somebody comes, or after which nobody does any more."""
    resultat = []
    for rang, presence in enumerate(toutes):
        precedente = toutes[rang - 1] if rang else None
        venait = (
            precedente
            and precedente.periode.repartition.cio_id == presence.periode.repartition.cio_id
            and precedente.venues
        )
        if presence.periode.debut > jour and (presence.venues or venait):
            resultat.append(presence)
    return sorted(resultat, key=lambda p: (p.periode.debut, p.periode.repartition.pk))


def _propositions(
    perimetre: Perimetre,
    etablissement: Etablissement,
    cios: list[CIO],
    venues: dict[int, list[Venue]],
    toutes: list[Presence],
) -> list[PropositionEcole]:
    proposees = (
        Repartition.objects.filter(cio__in=cios, etat=EtatRepartition.PROPOSEE)
        .select_related("cio", "annee")
        .order_by("date_effet", "pk")
    )
    concernees = [r for r in proposees if est_concerne(r, etablissement.pk)]
    commentaires = CommentaireEtablissement.objects.dans_perimetre(perimetre).filter(
        repartition__in=concernees
    )
    dits = list(commentaires.select_related("auteur").order_by("donne_le", "pk"))
    return [
        PropositionEcole(
            repartition=r,
            lignes=_lignes(_avant(r, toutes), venues.get(r.pk, [])),
            # Those on an earlier proposal, returned since, were read then.
            commentaires=[
                c for c in dits if c.repartition_id == r.pk and r.proposee_le and c.donne_le >= r.proposee_le
            ],
        )
        for r in concernees
    ]


def _avant(proposee: Repartition, toutes: list[Presence]) -> list[Venue]:
    """Who comes until the day the proposal would take effect."""
    precedentes = [
        p
        for p in toutes
        if p.periode.repartition.cio_id == proposee.cio_id and p.periode.debut <= proposee.date_effet
    ]
    return max(precedentes, key=lambda p: p.periode.debut).venues if precedentes else []


def _lignes(avant: list[Venue], apres: list[Venue]) -> list[LigneProposee]:
    anciennes = {venue.psyen_pk: venue for venue in avant}
    nouvelles = {venue.psyen_pk: venue for venue in apres}
    noms = {pk: venue.nom for pk, venue in (anciennes | nouvelles).items()}
    return [LigneProposee(nom, anciennes.get(pk), nouvelles.get(pk)) for pk, nom in noms.items()]


def _interlocuteurs(
    presences: list[Presence], reseau: Reseau | None, etablissement: Etablissement, cios: list[CIO]
) -> list[CIO]:
    """Whom to call: the CIO of those who come, otherwise that of the réseau, otherwise that of the sector."""
    pks: set[int | None] = {p.periode.repartition.cio_id for p in presences}
    if not pks and reseau:
        pks = {reseau.cio_id}
    return [cio for cio in cios if cio.pk in (pks or {etablissement.cio_id})]

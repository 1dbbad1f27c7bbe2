"""The picture of a répartition: PsyEN × schools, read in a constant number of queries.

Page, checks, differences and arrêté all start from it, so that they can never disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Q

from psyen.enums import HEURES_PAR_DEMI_JOURNEE, Statut
from psyen.models import Affectation, Rattachement, Repartition, Service
from reseaux.enums import CATEGORIES_LYCEE, Categorie
from reseaux.models import Effectif, Etablissement, MembreReseau, Reseau

T = TypeVar("T")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Ecole:
    """A column of the grid."""

    pk: int
    uai: str
    nom: str
    commune: str
    categorie: str
    est_ouverte: bool
    effectif: int | None
    #: None when the school left every réseau of the CIO since the répartition was written.
    reseau_pk: int | None

    @property
    def est_lycee(self) -> bool:
        return self.categorie in CATEGORIES_LYCEE

    def __str__(self) -> str:
        return f"{self.nom} ({self.commune})"


@dataclass(frozen=True)
class ReseauGrille:
    """A réseau and its columns, the tête first."""

    pk: int
    nom: str
    tete_pk: int
    ecoles: tuple[Ecole, ...]

    @property
    def a_un_college(self) -> bool:
        return any(ecole.categorie == Categorie.COLLEGE for ecole in self.ecoles)

    @property
    def effectif(self) -> int:
        """Pupils of the réseau, as far as they are known."""
        return sum(ecole.effectif or 0 for ecole in self.ecoles)


@dataclass(frozen=True)
class Cellule:
    """Half-days of one PsyEN in one school."""

    demi_journees: Decimal
    modalite: str


@dataclass
class LigneGrille:
    """A PsyEN’s week, saved or just typed."""

    psyen_pk: int
    nom: str
    prenom: str
    statut: str
    quotite: Decimal
    capacite: Decimal
    cio: Decimal
    reseau_pk: int | None
    compte: bool
    est_rattache: bool
    cellules: dict[int, Cellule] = field(default_factory=dict)

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}"

    @property
    def eple(self) -> Decimal:
        return sum((c.demi_journees for c in self.cellules.values()), ZERO)

    @property
    def total(self) -> Decimal:
        return self.cio + self.eple

    @property
    def reste(self) -> Decimal:
        """Half-days still to give; negative above the capacity."""
        return self.capacite - self.total

    @property
    def est_stagiaire(self) -> bool:
        return self.statut == Statut.STAGIAIRE


@dataclass
class Grille:
    """One répartition, whole. Totals are computed on demand; lines are few (30 PsyEN × 60 schools)."""

    repartition: Repartition
    reseaux: tuple[ReseauGrille, ...]
    #: Columns that belong to no réseau of the CIO any more but still hold half-days.
    hors_reseau: tuple[Ecole, ...]
    lignes: list[LigneGrille]

    @cached_property
    def ecoles(self) -> dict[int, Ecole]:
        return {e.pk: e for r in self.reseaux for e in r.ecoles} | {e.pk: e for e in self.hors_reseau}

    def reseau_de(self) -> dict[int, int]:
        """School → réseau, for the schools that are in one."""
        return {e.pk: r.pk for r in self.reseaux for e in r.ecoles}

    def total_ecole(self, ecole_pk: int) -> Decimal:
        """Half-days given to a school, stagiaires included: they are there too."""
        return sum(
            (ligne.cellules[ecole_pk].demi_journees for ligne in self.lignes if ecole_pk in ligne.cellules),
            ZERO,
        )

    def couverture_ecole(self, ecole_pk: int) -> Decimal:
        """Half-days that count: « un stagiaire n'apporte aucune couverture autonome »."""
        return sum(
            (
                ligne.cellules[ecole_pk].demi_journees
                for ligne in self.lignes
                if ligne.compte and ecole_pk in ligne.cellules
            ),
            ZERO,
        )

    def couverture_reseau(self, reseau: ReseauGrille) -> Decimal:
        return sum((self.couverture_ecole(ecole.pk) for ecole in reseau.ecoles), ZERO)

    def psyens_du_reseau(self, reseau: ReseauGrille) -> list[LigneGrille]:
        """Those with at least one school of the réseau, stagiaires included."""
        ecoles = {ecole.pk for ecole in reseau.ecoles}
        return [ligne for ligne in self.lignes if ecoles & ligne.cellules.keys()]

    def nombre_de_psyen(self, reseau: ReseauGrille) -> int:
        """PsyEN who count towards the target of about two by réseau."""
        return sum(1 for ligne in self.psyens_du_reseau(reseau) if ligne.compte)

    def reseaux_de(self, ligne: LigneGrille) -> list[ReseauGrille]:
        """The réseaux where a PsyEN has a school."""
        return [r for r in self.reseaux if any(e.pk in ligne.cellules for e in r.ecoles)]


def heures_pour_cent_eleves(demi_journees: Decimal, effectif: int | None) -> Decimal | None:
    """Weekly timetabled hours per 100 pupils (2.7 h a half-day); None when the pupils are unknown."""
    if not effectif:
        return None
    return (demi_journees * HEURES_PAR_DEMI_JOURNEE * 100 / effectif).quantize(Decimal("0.01"))


def construire_grille(repartition: Repartition) -> Grille:
    """Six queries, whatever the size: services, affectations, réseaux, members, pupils, attachments; one
    more when schools out of every réseau still hold half-days.
    """
    return construire_grilles([repartition])[repartition.pk]


def construire_grilles(repartitions: Collection[Repartition]) -> dict[int, Grille]:
    """The pictures of several répartitions by the same queries; `cio` and `annee` already joined."""
    services = _grouper(
        Service.objects.filter(repartition__in=repartitions)
        .select_related("psyen")
        .order_by("psyen__nom", "psyen__prenom", "pk"),
        attrgetter("repartition_id"),
    )
    affectations: dict[int, list[Any]] = _grouper(
        # Tuples: joined, a school would be built as many times as it has half-days.
        Affectation.objects.filter(service__repartition__in=repartitions)
        .order_by("pk")
        .values_list("service_id", "etablissement_id", "demi_journees", "modalite", named=True),
        attrgetter("service_id"),
    )
    reseaux, membres = _reseaux_et_membres(repartitions)
    ecoles = {m.etablissement_id: m.etablissement for m in chain.from_iterable(membres.values())}
    sorties = {a.etablissement_id for a in chain.from_iterable(affectations.values())} - ecoles.keys()
    ecoles |= Etablissement.objects.in_bulk(sorties) if sorties else {}
    effectifs = _effectifs(ecoles, repartitions)
    rattachements = _rattachements(repartitions)
    grilles = {}
    for r in repartitions:
        siens = services.get(r.pk, [])
        affectes = [ecoles[a.etablissement_id] for s in siens for a in affectations.get(s.pk, [])]
        du_cio = reseaux.get((r.cio_id, r.annee_id), [])
        colonnes, hors_reseau = _colonnes(du_cio, membres, affectes, _derniers(effectifs, r.annee.debut))
        rattaches = {psyen for cio, psyen, du, au in rattachements if cio == r.cio_id and _est_au(r, du, au)}
        lignes = [_ligne(s, affectations.get(s.pk, []), s.psyen_id in rattaches) for s in siens]
        grilles[r.pk] = Grille(r, colonnes, hors_reseau, lignes)
    return grilles


def _grouper(lignes: Iterable[T], cle: Callable[[T], Any]) -> dict[Any, list[T]]:
    """Rows by key, in their order."""
    groupes: dict[Any, list[T]] = {}
    for ligne in lignes:
        groupes.setdefault(cle(ligne), []).append(ligne)
    return groupes


def _reseaux_et_membres(
    repartitions: Collection[Repartition],
) -> tuple[dict[tuple[int, int], list[Reseau]], dict[int, list[MembreReseau]]]:
    """Réseaux by (CIO, year), members by réseau."""
    cios, annees = {r.cio_id for r in repartitions}, {r.annee_id for r in repartitions}
    reseaux = list(Reseau.objects.filter(cio__in=cios, annee__in=annees).order_by("nom", "pk"))
    membres = (
        # By their keys: from the CIO and the year, PostgreSQL reads every member of the year.
        MembreReseau.objects.filter(reseau__in=[reseau.pk for reseau in reseaux])
        .select_related("etablissement")
        .order_by("etablissement__nom", "pk")
    )
    return _grouper(reseaux, attrgetter("cio_id", "annee_id")), _grouper(membres, attrgetter("reseau_id"))


def _rattachements(repartitions: Collection[Repartition]) -> list[tuple[int, int, dt.date, dt.date | None]]:
    """(CIO, PsyEN, from, to) of the attachments that may hold on one of the effective dates."""
    effets = [r.date_effet for r in repartitions] or [dt.date.max]
    return list(
        Rattachement.objects.filter(
            Q(date_fin__isnull=True) | Q(date_fin__gte=min(effets)),
            cio__in={r.cio_id for r in repartitions},
            date_debut__lte=max(effets),
        )
        .order_by("pk")
        .values_list("cio_id", "psyen_id", "date_debut", "date_fin")
    )


def _est_au(repartition: Repartition, du: dt.date, au: dt.date | None) -> bool:
    return du <= repartition.date_effet and (au is None or repartition.date_effet <= au)


def _ligne(service: Service, affectations: Iterable[Any], est_rattache: bool) -> LigneGrille:
    return LigneGrille(
        psyen_pk=service.psyen_id,
        nom=service.psyen.nom,
        prenom=service.psyen.prenom,
        statut=service.psyen.statut,
        quotite=service.quotite,
        capacite=service.capacite,
        cio=service.demi_journees_cio,
        reseau_pk=service.reseau_id,
        compte=service.compte_dans_couverture,
        est_rattache=est_rattache,
        cellules={a.etablissement_id: Cellule(a.demi_journees, a.modalite) for a in affectations},
    )


def _colonnes(
    reseaux: list[Reseau],
    membres: dict[int, list[MembreReseau]],
    affectes: Iterable[Etablissement],
    effectifs: dict[int, int],
) -> tuple[tuple[ReseauGrille, ...], tuple[Ecole, ...]]:
    """Schools by réseau, the tête first; then those that left every réseau but still hold half-days."""
    colonnes, vus = [], set()
    for r in reseaux:
        siens = [m.etablissement for m in membres.get(r.pk, [])]
        vus |= {e.pk for e in siens}
        ecoles = [_ecole(e, r.pk, effectifs) for e in siens]
        ecoles.sort(key=lambda e: (e.pk != r.tete_id, not e.est_lycee, e.nom, e.pk))
        colonnes.append(ReseauGrille(pk=r.pk, nom=r.nom, tete_pk=r.tete_id, ecoles=tuple(ecoles)))
    restants = {e.pk: e for e in affectes if e.pk not in vus}
    return tuple(colonnes), tuple(_ecole(e, None, effectifs) for e in restants.values())


def _ecole(etablissement: Etablissement, reseau_pk: int | None, effectifs: dict[int, int]) -> Ecole:
    return Ecole(
        pk=etablissement.pk,
        uai=etablissement.uai,
        nom=etablissement.nom,
        commune=etablissement.commune,
        categorie=etablissement.categorie,
        est_ouverte=etablissement.est_ouvert,
        effectif=effectifs.get(etablissement.pk),
        reseau_pk=reseau_pk,
    )


def _effectifs(
    etablissements: Iterable[int], repartitions: Collection[Repartition]
) -> list[tuple[int, dt.date, int]]:
    """(school, rentrée, pupils), the earliest rentrée first."""
    dernier = max((r.annee.debut for r in repartitions), default=dt.date.min)
    return list(
        Effectif.objects.filter(etablissement__in=set(etablissements), annee__debut__lte=dernier)
        .order_by("annee__debut", "pk")
        .values_list("etablissement_id", "annee__debut", "nombre")
    )


def _derniers(effectifs: Iterable[tuple[int, dt.date, int]], au: dt.date) -> dict[int, int]:
    """Pupils of each school at the latest rentrée known by that day."""
    return {pk: nombre for pk, rentree, nombre in effectifs if rentree <= au}

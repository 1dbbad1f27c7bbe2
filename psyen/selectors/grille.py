"""The picture of a répartition: PsyEN × schools, read in a constant number of queries.

Page, checks, differences and arrêté all start from it, so that they can never disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from psyen.enums import HEURES_PAR_DEMI_JOURNEE, Statut
from psyen.models import Affectation, Rattachement, Repartition, Service
from reseaux.enums import CATEGORIES_LYCEE, Categorie
from reseaux.models import Effectif, Etablissement, MembreReseau, Reseau

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
    """Six queries, whatever the size: services, affectations, réseaux, members, pupils, attachments."""
    services = list(
        Service.objects.filter(repartition=repartition)
        .select_related("psyen")
        .order_by("psyen__nom", "psyen__prenom", "pk")
    )
    affectations = list(
        Affectation.objects.filter(service__repartition=repartition)
        .select_related("etablissement")
        .order_by("pk")
    )
    reseaux, hors_reseau = _colonnes(repartition, (a.etablissement for a in affectations))
    return Grille(
        repartition=repartition,
        reseaux=reseaux,
        hors_reseau=hors_reseau,
        lignes=_lignes(repartition, services, affectations),
    )


def _lignes(
    repartition: Repartition, services: list[Service], affectations: list[Affectation]
) -> list[LigneGrille]:
    rattaches = set(
        Rattachement.objects.au(repartition.date_effet)
        .filter(cio=repartition.cio_id)
        .values_list("psyen_id", flat=True)
    )
    cellules: dict[int, dict[int, Cellule]] = {}
    for a in affectations:
        cellules.setdefault(a.service_id, {})[a.etablissement_id] = Cellule(a.demi_journees, a.modalite)
    return [
        LigneGrille(
            psyen_pk=s.psyen_id,
            nom=s.psyen.nom,
            prenom=s.psyen.prenom,
            statut=s.psyen.statut,
            quotite=s.quotite,
            capacite=s.capacite,
            cio=s.demi_journees_cio,
            reseau_pk=s.reseau_id,
            compte=s.compte_dans_couverture,
            est_rattache=s.psyen_id in rattaches,
            cellules=cellules.get(s.pk, {}),
        )
        for s in services
    ]


def _colonnes(
    repartition: Repartition, affectes: Iterable[Etablissement]
) -> tuple[tuple[ReseauGrille, ...], tuple[Ecole, ...]]:
    reseaux = list(
        Reseau.objects.filter(cio=repartition.cio_id, annee=repartition.annee_id).order_by("nom", "pk")
    )
    membres = list(
        MembreReseau.objects.filter(reseau__cio=repartition.cio_id, annee=repartition.annee_id)
        .select_related("etablissement")
        .order_by("etablissement__nom", "pk")
    )
    appartenances = {m.etablissement_id: m.reseau_id for m in membres}
    etablissements = {m.etablissement_id: m.etablissement for m in membres}
    etablissements |= {e.pk: e for e in affectes}
    effectifs = effectifs_connus(etablissements, repartition.annee.debut)
    ecoles = [
        Ecole(
            pk=e.pk,
            uai=e.uai,
            nom=e.nom,
            commune=e.commune,
            categorie=e.categorie,
            est_ouverte=e.est_ouvert,
            effectif=effectifs.get(e.pk),
            reseau_pk=appartenances.get(e.pk),
        )
        for e in etablissements.values()
    ]
    colonnes = tuple(
        ReseauGrille(
            pk=r.pk,
            nom=r.nom,
            tete_pk=r.tete_id,
            ecoles=tuple(
                sorted(
                    (e for e in ecoles if e.reseau_pk == r.pk),
                    key=lambda e: (e.pk != r.tete_id, not e.est_lycee, e.nom, e.pk),
                )
            ),
        )
        for r in reseaux
    )
    return colonnes, tuple(e for e in ecoles if e.reseau_pk is None)


def effectifs_connus(etablissements: Iterable[int], au: dt.date) -> dict[int, int]:
    """Pupils of each school at the latest rentrée known by that day."""
    lignes = (
        Effectif.objects.filter(etablissement__in=list(etablissements), annee__debut__lte=au)
        .order_by("annee__debut", "pk")
        .values_list("etablissement_id", "nombre")
    )
    return dict(lignes)

"""The counts of a CIO and a month as a grid: a place, a mission and a public a row, a unit a column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from missions.enums import Audience, Cadre, Lieu, Unite
from missions.models import Mission, Public, ReleveActivite
from reseaux.models import CIO, AnneeScolaire, Etablissement, MembreReseau

#: A month of a CIO never counts more of anything: beyond, a digit too many was typed.
NOMBRE_MAXIMUM = 5_000


@dataclass(frozen=True, slots=True)
class ColonneActivite:
    """A number that may be counted; the audience is that of the trainings."""

    unite: str
    audience: str = ""

    @property
    def cle(self) -> str:
        """Name of the column in the page and in the addresses: « entretiens », « formations-pp »."""
        return f"{self.unite}-{self.audience}" if self.audience else self.unite

    @property
    def titre(self) -> str:
        if not self.audience:
            return Unite(self.unite).label
        return f"{Unite(self.unite).label} : {Audience(self.audience).label}"


COLONNES = (
    ColonneActivite(Unite.ENTRETIENS),
    ColonneActivite(Unite.SEANCES),
    *(ColonneActivite(Unite.FORMATIONS, audience) for audience in Audience.values),
)


@dataclass(frozen=True, slots=True, order=True)
class CleLigne:
    """(school or 0 for the CIO, mission, public or 0): what a row of the grid is about."""

    etablissement: int
    mission: int
    public: int

    @property
    def texte(self) -> str:
        return f"{self.etablissement}-{self.mission}-{self.public}"

    @classmethod
    def lire(cls, texte: str) -> CleLigne | None:
        morceaux = texte.split("-")
        if len(morceaux) != 3 or not all(m.isascii() and m.isdecimal() and len(m) < 16 for m in morceaux):
            return None
        return cls(*(int(morceau) for morceau in morceaux))


#: (row, column) → number; what is not counted is absent.
type_nombres = dict[tuple[CleLigne, str], int]


@dataclass(frozen=True)
class LigneActivite:
    """A row to show: its words, and whether it comes from an earlier month."""

    cle: CleLigne
    lieu: str
    mission: str
    public: str
    est_reprise: bool = False


@dataclass(frozen=True)
class GrilleActivite:
    cio: CIO
    mois: dt.date
    lignes: list[LigneActivite]
    nombres: type_nombres
    #: The same a month before, as a reminder beside an empty cell.
    mois_precedent: type_nombres = field(default_factory=dict)

    @property
    def groupes(self) -> list[tuple[str, list[LigneActivite]]]:
        """Place by place, the CIO first."""
        groupes: dict[str, list[LigneActivite]] = {}
        for ligne in self.lignes:
            groupes.setdefault(ligne.lieu, []).append(ligne)
        return list(groupes.items())


def nom_du_mois(mois: dt.date) -> str:
    """« octobre 2026 »."""
    return date_format(mois, "F Y")


def premier_du_mois(jour: dt.date) -> dt.date:
    return jour.replace(day=1)


def decaler(mois: dt.date, nombre: int) -> dt.date:
    """The first day of the month, that many months later."""
    rang = mois.year * 12 + mois.month - 1 + nombre
    return dt.date(rang // 12, rang % 12 + 1, 1)


def mois_de_l_annee(annee: AnneeScolaire) -> list[dt.date]:
    """The months of a school year that have begun."""
    fin = min(annee.fin, timezone.localdate())
    mois, premier = [], premier_du_mois(annee.debut)
    while premier <= fin:
        mois.append(premier)
        premier = decaler(premier, 1)
    return mois


def missions_comptees(cio: CIO, mois: dt.date) -> QuerySet[Mission]:
    """Those of the PsyEN that were in force during the month, those of the CIO first."""
    fin = decaler(mois, 1) - dt.timedelta(days=1)
    missions = Mission.objects.filter(
        Q(fin=None) | Q(fin__gte=mois),
        academie=cio.departement.academie_id,
        cadre=Cadre.PSYEN,
        debut__lte=fin,
    )
    return missions.order_by("lieu", "rang", "pk")


def publics_comptes(cio: CIO, mois: dt.date) -> QuerySet[Public]:
    fin = decaler(mois, 1) - dt.timedelta(days=1)
    publics = Public.objects.filter(
        Q(fin=None) | Q(fin__gte=mois), academie=cio.departement.academie_id, debut__lte=fin
    )
    return publics.order_by("libelle", "pk")


def ecoles_du_cio(cio: CIO, annee: AnneeScolaire) -> QuerySet[Etablissement]:
    """Those of its sector and of its réseaux of the year; an antenne works in those of its CIO."""
    cios = [pk for pk in (cio.pk, cio.parent_id) if pk]
    membres = MembreReseau.objects.filter(annee=annee, reseau__cio__in=cios)
    ecoles = Etablissement.objects.filter(Q(cio__in=cios) | Q(pk__in=membres.values("etablissement")))
    return ecoles.order_by("nom", "commune", "pk")


def lire_nombres(releves: Iterable[ReleveActivite]) -> type_nombres:
    return {(cle_de(r), ColonneActivite(r.unite, r.audience).cle): r.nombre for r in releves}


def cle_de(releve: ReleveActivite) -> CleLigne:
    return CleLigne(releve.etablissement_id or 0, releve.mission_id, releve.public_id or 0)


def lire_grille(cio: CIO, mois: dt.date, annee: AnneeScolaire) -> GrilleActivite:
    """The rows counted this month, then those of the school year and of the month before, still empty. Two
    queries; a retired mission is shown only where it was counted.
    """
    precedent = decaler(mois, -1)
    depuis = min(premier_du_mois(annee.debut), precedent)
    releves = list(
        ReleveActivite.objects.filter(cio=cio, mois__gte=depuis, mois__lte=mois)
        .select_related("etablissement", "mission", "public")
        .order_by("mois", "pk")
    )
    du_mois = [r for r in releves if r.mois == mois]
    nombres = lire_nombres(du_mois)
    comptees = {cle for cle, _ in nombres}
    retirees = [r for r in releves if not _est_en_vigueur(r, mois) and cle_de(r) not in comptees]
    lignes = _lignes([r for r in releves if r not in retirees], comptees)
    return GrilleActivite(cio, mois, lignes, nombres, lire_nombres(r for r in releves if r.mois == precedent))


def _est_en_vigueur(releve: ReleveActivite, mois: dt.date) -> bool:
    nomenclatures = (releve.mission, releve.public) if releve.public else (releve.mission,)
    return all(n.fin is None or n.fin >= mois for n in nomenclatures)


def _lignes(releves: Sequence[ReleveActivite], comptees: set[CleLigne]) -> list[LigneActivite]:
    """By place (the CIO first), by the order of fiche 1, then « tous publics » before the others."""
    par_cle = {cle_de(r): r for r in releves}
    ordonnes = sorted(
        par_cle.items(),
        key=lambda paire: (
            str(paire[1].etablissement or ""),
            paire[0].etablissement,
            paire[1].mission.rang,
            paire[0].mission,
            paire[1].public.libelle if paire[1].public else "",
        ),
    )
    return [
        LigneActivite(
            cle,
            str(releve.etablissement) if releve.etablissement else "Au CIO",
            f"{releve.mission.code} – {releve.mission.libelle}",
            releve.public.libelle if releve.public else "Tous publics",
            cle not in comptees,
        )
        for cle, releve in ordonnes
    ]


def lieu_de(mission: Mission) -> str:
    """« Au CIO », « En établissement »."""
    return Lieu(mission.lieu).label

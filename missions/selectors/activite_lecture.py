"""Reading the counts: along one axis, by unit; in full inside the CIO, small numbers masked outside."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from comptes.enums import Role
from missions.enums import Audience, Lieu, Unite
from missions.models import ReleveActivite
from missions.selectors.activite import nom_du_mois
from missions.selectors.activite_masquage import masquer_colonne, type_montre
from reseaux.models import AnneeScolaire
from reseaux.perimetre import Perimetre


@dataclass(frozen=True)
class Axe:
    """A way to share out the numbers: the fields read, how they are told, in which order."""

    titre: str
    champs: tuple[str, ...]
    dire: Callable[..., str]
    ordre: tuple[str, ...]


def _mois(mois: dt.date) -> str:
    return nom_du_mois(mois).capitalize()


def _ecole(nom_du_cio: str, nom: str | None, commune: str | None, *_: Any) -> str:
    return f"{nom} ({commune}), {nom_du_cio}" if nom else f"Au CIO, {nom_du_cio}"


def _mission(code: str, libelle: str, *_: Any) -> str:
    return f"{code} – {libelle}"


ECOLE = ("cio__nom", "etablissement__nom", "etablissement__commune", "cio", "etablissement")
AXES: Mapping[str, Axe] = {
    "mois": Axe("Mois", ("mois",), _mois, ("mois",)),
    "cio": Axe("CIO", ("cio__nom", "cio"), lambda nom, _: nom, ("cio__nom", "cio")),
    "etablissement": Axe("Établissement", ECOLE, _ecole, ECOLE),
    "mission": Axe(
        "Mission",
        ("mission__code", "mission__libelle", "mission"),
        _mission,
        ("mission__rang", "mission"),
    ),
    "public": Axe(
        "Public",
        ("public__libelle", "public"),
        lambda libelle, _: libelle or "Tous publics",
        ("public__libelle", "public"),
    ),
    "audience": Axe(
        "Personnels formés",
        ("audience",),
        lambda audience: Audience(audience).label if audience else "Sans audience",
        ("audience",),
    ),
}
UNITES = tuple(Unite.values)


@dataclass(frozen=True)
class RangActivite:
    """A line of the page: what is told, one number or one word for each unit."""

    libelle: str
    valeurs: tuple[type_montre, ...]

    @property
    def est_masque(self) -> bool:
        return any(isinstance(valeur, str) for valeur in self.valeurs)


@dataclass(frozen=True)
class LectureActivite:
    axe: Axe
    unites: tuple[str, ...]
    rangs: list[RangActivite]
    total: tuple[type_montre, ...]

    @property
    def est_masquee(self) -> bool:
        return any(rang.est_masque for rang in self.rangs)


def lit_en_detail(perimetre: Perimetre) -> bool:
    """The CIO and, for his school, the chef d'établissement read every number (red lines)."""
    return perimetre.est_systeme or perimetre.travaille_au_cio or perimetre.est(Role.CHEF_ETABLISSEMENT)


def totaux_activite(
    releves: QuerySet[ReleveActivite], par: Sequence[str] = ()
) -> dict[tuple[Any, ...], dict[str, int]]:
    """Sums of the counts, in full: key read in the fields `par` → unit → number. One query.

    The definition of the indicators I13 to I16:
    - `entretiens`: interviews held, each counted once, whoever came; not the persons received;
    - `seances`: collective sessions held, whatever the number of people in the room;
    - `formations`: trainings given to the actors of orientation, by `audience` (PP, CPE, profs doc,
      personnels de direction); one training given to two audiences is counted in each.
    A number belongs to the month and to the place where the activity took place. What nobody counted is
    absent; a zero was counted. An antenne counts under its own CIO: give `cio__parent` too to gather them.
    Whoever shows these sums outside the CIO masks them with `activite_masquage`.
    """
    totaux: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    lignes = releves.order_by(*par, "unite").values_list(*par, "unite").annotate(somme=Sum("nombre"))
    for *cle, unite, somme in lignes:
        totaux[tuple(cle)][unite] = somme
    return dict(totaux)


def releves_lus(
    perimetre: Perimetre, annee: AnneeScolaire, lieu: str = "", **filtres: Any
) -> QuerySet[ReleveActivite]:
    """Those of a school year, at the CIO or in the schools, that one reads in detail or may sum."""
    releves = (
        ReleveActivite.objects.dans_perimetre(perimetre)
        if lit_en_detail(perimetre)
        else ReleveActivite.objects.a_compter(perimetre)
    )
    if lieu:
        releves = releves.filter(etablissement__isnull=lieu == Lieu.CIO)
    return releves.filter(mois__gte=annee.debut, mois__lte=annee.fin, **filtres)


def lire_en_detail(releves: QuerySet[ReleveActivite], nom: str) -> LectureActivite:
    """Every number, along an axis. Inside the CIO only."""
    axe = AXES[nom]
    if nom == "audience":
        releves = releves.filter(unite=Unite.FORMATIONS)
    unites = _unites(nom)
    totaux = _totaux(releves, axe)
    rangs = [
        RangActivite(axe.dire(*cle), tuple(par_unite.get(unite, 0) for unite in unites))
        for cle, par_unite in totaux.items()
    ]
    total = tuple(sum(par_unite.get(unite, 0) for par_unite in totaux.values()) for unite in unites)
    return LectureActivite(axe, unites, rangs, total)


def lire_masquee(releves: QuerySet[ReleveActivite], nom: str) -> LectureActivite:
    """The same outside the CIO: the axes that this reader may ask for are masked together, whichever is
    shown. `releves` are those of one year and of one kind of place, never filtered further: a filter would
    be subtracted from the whole. One query by axis.
    """
    totaux = {axe: _totaux(releves, AXES[axe]) for axe in AXES if axe != "audience"}
    formations = releves.filter(unite=Unite.FORMATIONS)
    totaux["audience"] = _totaux(formations, AXES["audience"])
    colonnes = [_masquer_unite(totaux, unite, nom) for unite in _unites(nom)]
    axe = AXES[nom]
    rangs = [
        RangActivite(axe.dire(*cle), tuple(montres[rang] for _, montres in colonnes))
        for rang, cle in enumerate(totaux[nom])
    ]
    return LectureActivite(axe, _unites(nom), rangs, tuple(total for total, _ in colonnes))


type_totaux = dict[tuple[Any, ...], dict[str, int]]


def _masquer_unite(totaux: Mapping[str, type_totaux], unite: str, nom: str) -> tuple[type_montre, list]:
    """(total, numbers of the axis asked for) of a unit, after every axis was looked at."""
    axes = {
        axe: [par_unite.get(unite, 0) for par_unite in lignes.values()]
        for axe, lignes in totaux.items()
        if axe != "etablissement" and (axe != "audience" or unite == Unite.FORMATIONS)
    }
    rang_du_cio = {cle[-1]: rang for rang, cle in enumerate(totaux["cio"])}
    ecoles: dict[int, list[int]] = defaultdict(list)
    places = []
    for cle, par_unite in totaux["etablissement"].items():
        rang = rang_du_cio[cle[3]]
        places.append((rang, len(ecoles[rang])))
        ecoles[rang].append(par_unite.get(unite, 0))
    total, montres, par_ecole = masquer_colonne(axes, ecoles, "cio")
    if nom == "etablissement":
        return total, [par_ecole[rang][place] for rang, place in places]
    return total, montres[nom]


def _totaux(releves: QuerySet[ReleveActivite], axe: Axe) -> type_totaux:
    """By key of the axis, in its order."""
    ordre = [champ for champ in axe.ordre if champ not in axe.champs]
    totaux = totaux_activite(releves.order_by(), (*axe.champs, *ordre))
    rangs = [axe.champs.index(c) if c in axe.champs else len(axe.champs) + ordre.index(c) for c in axe.ordre]
    ranges = sorted(totaux.items(), key=lambda paire: tuple(_rang(paire[0][rang]) for rang in rangs))
    return {cle[: len(axe.champs)]: par_unite for cle, par_unite in ranges}


def _rang(valeur: Any) -> tuple[bool, Any]:
    """Nothing (the CIO itself, every public) comes first."""
    return (False, 0) if valeur is None else (True, valeur)


def _unites(nom: str) -> tuple[str, ...]:
    return (Unite.FORMATIONS,) if nom == "audience" else UNITES

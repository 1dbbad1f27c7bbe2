"""The missions of a territory, added up line by line of its table; those without a place apart.

Few flat queries, added up here: joined in one, the same rows cost the database several times as much.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from missions.models import MissionConfiee
from missions.selectors.places import places_en_vigueur
from psyen.selectors.presences import jour_de_reference
from psyen.templatetags.repartition import intitule_reseau
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement, MembreReseau, Reseau
from reseaux.perimetre import Perimetre

ZERO = Decimal(0)
AU_CIO, HORS_RESEAU = "Au CIO", "Hors réseau"


@dataclass(frozen=True)
class Territoire:
    """What is looked at: the narrowest of these that is set; nothing set is all that one may sum."""

    departement: Departement | None = None
    cio: CIO | None = None
    reseau: Reseau | None = None
    etablissement: Etablissement | None = None

    @property
    def maille(self) -> str:
        """What a line of the table is."""
        if self.reseau or self.etablissement:
            return "etablissement"
        return "reseau" if self.cio else "cio"

    def __str__(self) -> str:
        choisi = self.etablissement or self.cio or self.departement
        return intitule_reseau(self.reseau.nom) if self.reseau else str(choisi or "Académie")


class Ligne(NamedTuple):
    """A line of the table; `groupe`: with which others it may be put together."""

    cle: Hashable
    nom: str
    groupe: Hashable = None


#: PsyEN, CIO, school (None: the CIO itself), mission, half-days.
Confiee = tuple[int, int, int | None, int, Decimal]
CHAMPS = ("psyen", "cio", "etablissement", "mission", "demi_journees")
#: School (None: the CIO itself) or CIO → line.
Lignes = dict[int | None, Ligne]


@dataclass
class Cumul:
    """What is exercised on a line, and by whom."""

    ligne: Ligne
    personnes: set[int] = field(default_factory=set)
    #: Mission → half-days.
    par_mission: dict[int, Decimal] = field(default_factory=dict)


def lire(
    perimetre: Perimetre, annee: AnneeScolaire, territoire: Territoire
) -> tuple[dict[Hashable, Cumul], Decimal]:
    """The lines by key, the CIO's own place first, and the half-days that have no place any more."""
    confiees = list(_confiees(perimetre, annee, territoire))
    places = places_en_vigueur({cio for _, cio, *_ in confiees}, jour_de_reference(annee))
    lignes = _lignes(territoire.maille, confiees, annee)
    par_cio, sans_place = territoire.maille == "cio", ZERO
    cumuls: dict[Hashable, Cumul] = {ligne.cle: Cumul(ligne) for ligne in lignes.values()}
    for psyen, cio, ecole, mission, demi_journees in confiees:
        if (psyen, cio, ecole) in places:
            cumul = cumuls[lignes[cio if par_cio else ecole].cle]
            cumul.personnes.add(psyen)
            cumul.par_mission[mission] = cumul.par_mission.get(mission, ZERO) + demi_journees
        else:
            sans_place += demi_journees
    tries = sorted(cumuls.values(), key=lambda c: (c.ligne.nom != AU_CIO, c.ligne.nom, str(c.ligne.cle)))
    return {cumul.ligne.cle: cumul for cumul in tries if cumul.personnes}, sans_place


def _confiees(perimetre: Perimetre, annee: AnneeScolaire, territoire: Territoire) -> Iterable[Confiee]:
    """What may be summed there; a réseau is that of the school, in that year."""
    confiees = MissionConfiee.objects.a_compter(perimetre).filter(annee=annee)
    if territoire.etablissement:
        confiees = confiees.filter(etablissement=territoire.etablissement)
    elif territoire.reseau:
        membres = MembreReseau.objects.filter(reseau=territoire.reseau, annee=annee)
        confiees = confiees.filter(etablissement__in=membres.values("etablissement"))
    elif territoire.cio:
        confiees = confiees.filter(cio=territoire.cio)
    elif territoire.departement:
        confiees = confiees.filter(cio__departement=territoire.departement)
    return confiees.order_by().values_list(*CHAMPS)


# --- Lines, one query ----------------------------------------------------------------------------------


def _lignes(maille: str, confiees: Collection[Confiee], annee: AnneeScolaire) -> Lignes:
    if maille == "cio":
        return _par_cio({cio for _, cio, *_ in confiees})
    ecoles = {ecole for _, _, ecole, *_ in confiees if ecole}
    return _par_reseau(ecoles, annee) if maille == "reseau" else _par_etablissement(ecoles)


def _par_cio(cios: Collection[int]) -> Lignes:
    """CIO are put together inside their département only."""
    lus = CIO.objects.filter(pk__in=cios).values_list("pk", "nom", "departement")
    return {pk: Ligne(pk, nom, departement) for pk, nom, departement in lus}


def _par_reseau(ecoles: Collection[int], annee: AnneeScolaire) -> Lignes:
    """The CIO's own place, the réseaux of the year, and the schools that are in none."""
    lignes: Lignes = {None: Ligne(AU_CIO, AU_CIO)} | dict.fromkeys(ecoles, Ligne(HORS_RESEAU, HORS_RESEAU))
    membres = MembreReseau.objects.filter(annee=annee, etablissement__in=ecoles)
    for ecole, pk, nom in membres.values_list("etablissement", "reseau", "reseau__nom"):
        lignes[ecole] = Ligne(pk, intitule_reseau(nom))
    return lignes


def _par_etablissement(ecoles: Collection[int]) -> Lignes:
    lues = Etablissement.objects.filter(pk__in=ecoles).values_list("pk", "nom", "commune")
    return {pk: Ligne(pk, f"{nom} ({commune})") for pk, nom, commune in lues}

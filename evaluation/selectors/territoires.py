"""From rows to one result per territory, from the département to the finest level; and back to the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Protocol, TypeVar

from django.urls import reverse

from evaluation.enums import Niveau
from evaluation.models.campagne import SANS_LES_CHIFFRES
from evaluation.selectors.calcul import Contexte, LignesComptees, Resultat, calcul_de
from evaluation.selectors.lectures import cios, ecoles_ouvertes, reseaux, versions_en_vigueur
from evaluation.selectors.statistiques import arrondir
from reseaux.models import CIO
from reseaux.perimetre import Perimetre

CENT = Decimal(100)
PAS_DE_DETAIL = "Au-dessus du CIO, aucun détail : le chiffre de chaque CIO, quand il est publié."


class Situe(Protocol):
    """A row that counts somewhere."""

    @property
    def cio(self) -> int | None: ...
    @property
    def reseau(self) -> int | None: ...
    @property
    def etablissement(self) -> int | None: ...


S = TypeVar("S", bound=Situe)


@dataclass(frozen=True, slots=True)
class Chiffre:
    """A figure before its territory; without a value, why."""

    valeur: Decimal | None = None
    numerateur: Decimal | None = None
    denominateur: Decimal | None = None
    personnes: int | None = None
    motif: str = ""


def rapport(
    numerateur: Decimal | int,
    denominateur: Decimal | int,
    *,
    facteur: Decimal | int = 1,
    sinon: str,
    personnes: int | None = None,
) -> Chiffre:
    """The quotient, times `facteur`; `sinon` when there is nothing to divide by."""
    if not denominateur:
        return Chiffre(motif=sinon, personnes=personnes)
    numerateur, denominateur = Decimal(numerateur), Decimal(denominateur)
    return Chiffre(numerateur * facteur / denominateur, numerateur, denominateur, personnes)


def nombre(valeur: Decimal | int) -> Chiffre:
    """A number, which zero may be."""
    return Chiffre(Decimal(valeur), Decimal(valeur))


def par_territoire(
    contexte: Contexte,
    finesse: Niveau,
    rangs: Iterable[S],
    chiffrer: Callable[[Sequence[S]], Chiffre],
    *,
    selon_repartition: bool = False,
) -> list[Resultat]:
    """One result for the département, each CIO, each réseau of the year, each open school, down to
    `finesse`. `selon_repartition`: without a répartition in force, that is the reason given.
    """
    lus = list(rangs)
    groupes = {niveau: _grouper(lus, niveau) for niveau in Niveau if niveau.rang <= finesse.rang}
    resultats = []
    for territoire in territoires(contexte, finesse):
        siens = groupes[territoire.niveau].get(_cle(territoire), [])
        chiffre = chiffrer(siens)
        if not siens and selon_repartition and not _est_reparti(contexte, territoire):
            chiffre = Chiffre(
                motif=f"aucune répartition n’est en vigueur le {contexte.jour:%d/%m/%Y}",
                personnes=chiffre.personnes,
            )
        resultats.append(_resultat(territoire, chiffre))
    return resultats


def territoires(contexte: Contexte, finesse: Niveau) -> list[Resultat]:
    """Without any figure yet, from the whole to `finesse`. A closed CIO counts as long as it runs a réseau of
    the year.
    """
    return [
        territoire
        for niveau in Niveau
        if niveau.rang <= finesse.rang
        for territoire in contexte.lire(f"territoires:{niveau}", partial(LECTEURS[niveau], contexte))
    ]


def _des_cios(contexte: Contexte) -> list[Resultat]:
    qui_tiennent = {reseau.cio for reseau in reseaux(contexte).values()}
    return [
        Resultat(Niveau.CIO, cio.nom, cio=cio.pk)
        for cio in cios(contexte).values()
        if cio.pk == cio.principal and (cio.est_ouvert or cio.pk in qui_tiennent)
    ]


LECTEURS: dict[Niveau, Callable[[Contexte], list[Resultat]]] = {
    Niveau.DEPARTEMENT: lambda contexte: [Resultat(Niveau.DEPARTEMENT, str(contexte.departement))],
    Niveau.CIO: _des_cios,
    Niveau.RESEAU: lambda contexte: [
        Resultat(Niveau.RESEAU, reseau.nom, cio=reseau.cio, reseau=reseau.pk)
        for reseau in reseaux(contexte).values()
    ],
    Niveau.ETABLISSEMENT: lambda contexte: [
        Resultat(Niveau.ETABLISSEMENT, ecole.nom, cio=ecole.cio, etablissement=ecole.pk)
        for ecole in ecoles_ouvertes(contexte)
    ],
}


def du_territoire(territoire: Resultat, rangs: Iterable[S]) -> list[S]:
    """The rows that a figure counts."""
    return _grouper(rangs, territoire.niveau).get(_cle(territoire), [])


def lister(
    contexte: Contexte,
    perimetre: Perimetre,
    territoire: Resultat,
    rangs: Iterable[S],
    *,
    colonnes: Sequence[str],
    dire: Callable[[S], Sequence[Any]],
    adresse: Callable[[S], str],
    precision: str = "",
) -> LignesComptees:
    """The rows behind a figure that the reader may see: those of the CIO he reads."""
    vus = cios_lus(contexte, perimetre)
    comptes = du_territoire(territoire, rangs)
    lisibles = [rang for rang in comptes if rang.cio in vus]
    manquantes = len(comptes) - len(lisibles)
    if manquantes:
        precision = " ".join((precision, "Les lignes des autres CIO ne sont pas montrées.")).strip()
    return LignesComptees(
        colonnes,
        [dire(rang) for rang in lisibles],
        [adresse(rang) for rang in lisibles],
        precision,
    )


def par_cio(contexte: Contexte, perimetre: Perimetre, territoire: Resultat, code: str) -> LignesComptees:
    """The figure of each CIO, as it is published."""
    calcul_ = calcul_de(code)
    vus = cios_lus(contexte, perimetre)
    mesures = [
        r
        for r in (calcul_.mesurer(contexte) if calcul_ else ())
        if r.niveau == Niveau.CIO and r.cio in vus and territoire.cio in (None, r.cio)
    ]
    return LignesComptees(
        ("CIO", "Valeur", "Pourquoi il n’y en a pas"),
        [(r.territoire, "" if r.valeur is None else round(r.valeur, 2), r.motif) for r in mesures],
        [reverse("reseaux:cio", args=[r.cio]) for r in mesures],
        PAS_DE_DETAIL,
    )


def adresse_ecole(rang: Situe) -> str:
    """The page of the school that a row is about."""
    return reverse("reseaux:etablissement", args=[rang.etablissement])


def cios_lus(contexte: Contexte, perimetre: Perimetre) -> set[int | None]:
    """The CIO whose rows one reads, and None for what belongs to none of them; nothing for whoever reads only
    what is published.
    """
    if perimetre.est(*SANS_LES_CHIFFRES):
        return set()
    visibles = CIO.objects.dans_perimetre(perimetre).filter(departement=contexte.departement)
    lus: set[int | None] = set(visibles.values_list("pk", flat=True))
    return lus if perimetre.travaille_au_cio or not lus else lus | {None}


#: What the rows of a territory have in common.
CHAMP: dict[Niveau, Callable[[Any], int | None]] = {
    Niveau.DEPARTEMENT: lambda _: 0,
    Niveau.CIO: lambda rang: rang.cio,
    Niveau.RESEAU: lambda rang: rang.reseau,
    Niveau.ETABLISSEMENT: lambda rang: rang.etablissement,
}


def _grouper(rangs: Iterable[S], niveau: Niveau) -> dict[int | None, list[S]]:
    """Rows that belong to no territory of that level are left out."""
    champ, groupes = CHAMP[niveau], defaultdict(list)
    for rang in rangs:
        groupes[champ(rang)].append(rang)
    groupes.pop(None, None)
    return groupes


def _cle(territoire: Resultat) -> int | None:
    return CHAMP[territoire.niveau](territoire)


def _est_reparti(contexte: Contexte, territoire: Resultat) -> bool:
    en_vigueur = {version.cio for version in versions_en_vigueur(contexte).values()}
    if territoire.niveau == Niveau.DEPARTEMENT or territoire.cio is None:
        return bool(en_vigueur)
    return territoire.cio in en_vigueur


def _resultat(territoire: Resultat, chiffre: Chiffre) -> Resultat:
    """Rounded as it is stored."""

    def stocke(valeur: Decimal | None) -> Decimal | None:
        return None if valeur is None else arrondir(valeur)

    return Resultat(
        niveau=territoire.niveau,
        territoire=territoire.territoire,
        valeur=stocke(chiffre.valeur),
        numerateur=stocke(chiffre.numerateur),
        denominateur=stocke(chiffre.denominateur),
        personnes=chiffre.personnes,
        motif=f"non calculable : {chiffre.motif}" if chiffre.motif else "",
        cio=territoire.cio,
        reseau=territoire.reseau,
        etablissement=territoire.etablissement,
    )

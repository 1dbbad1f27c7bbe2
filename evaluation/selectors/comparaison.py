"""Figures side by side: two campaigns of a département, the CIO of one, départements of the académie. In the
order of the dates or of the alphabet, never by value: nothing here ranks anyone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.enums import Niveau
from evaluation.models import Campagne
from evaluation.selectors.campagnes import AUTRE_DEFINITION, Releve, relever
from evaluation.selectors.comparaison_dessin import Panneau, Trait, panneau
from evaluation.selectors.definitions import Definition, definitions_de
from evaluation.selectors.mesures import MesureLue, lire_mesures
from evaluation.selectors.tendances import ecart_a_la_cible, ecrire_valeur
from reseaux.perimetre import Perimetre

ABSENT = "pas de chiffre"
AUTRES_DEFINITIONS = (
    "Les définitions diffèrent d’un département à l’autre : chaque valeur se lit avec la sienne."
)


@dataclass(frozen=True)
class Cellule:
    """A figure in words: its value or why there is none, then what is said of it."""

    texte: str
    precision: str = ""

    @property
    def phrase(self) -> str:
        return f"{self.texte}, {self.precision}" if self.precision else self.texte


@dataclass(frozen=True)
class LigneComparee:
    definition: Definition
    cellules: list[Cellule]
    panneau: Panneau
    #: « +2,4 points, en hausse, dans le sens attendu ; cible atteinte », between two campaigns.
    mots: str = ""


@dataclass(frozen=True)
class Comparaison:
    """One line per indicator, one column per campaign, CIO or département."""

    titre: str
    colonnes: list[str]
    lignes: list[LigneComparee]


# --- Two campaigns ------------------------------------------------------------------------------------


def comparer_campagnes(avant: Campagne, apres: Campagne) -> Comparaison:
    """T0 and T1 of one département: what each indicator became, against its direction and its target."""
    lues = [avant, apres]
    definies = definitions_de(lues)
    mesures = lire_mesures(lues, niveaux=[Niveau.DEPARTEMENT])
    releves = {pk: siens[0] for pk, siens in relever(apres, avant, mesures, definies).items()}
    d_avant = {definition.indicateur: definition for definition in definies[avant.pk]}
    m_avant = {mesure.indicateur: mesure for mesure in mesures if mesure.campagne == avant.pk}
    lignes = []
    for definition in definies[apres.pk]:
        pk = definition.indicateur
        releve = releves.get(pk) or Releve(definition, None, m_avant.get(pk), d_avant.get(pk))
        if releve.mesure or releve.avant:
            lignes.append(_ligne_de_campagnes(releve, avant, apres))
    return Comparaison(
        f"{avant.code} et {apres.code}", [avant.code, apres.code, "Évolution", "Cible"], lignes
    )


def _ligne_de_campagnes(releve: Releve, avant: Campagne, apres: Campagne) -> LigneComparee:
    definition, evolution, cible = releve.definition, releve.tendance, releve.ecart_cible
    mots = ", ".join(mot for mot in (evolution.signe, evolution.mots) if mot) if evolution else ""
    cellules = [
        _cellule(releve.avant, releve.definition_d_avant),
        _cellule(releve.mesure, definition),
        Cellule(mots or releve.pourquoi_sans_tendance or "–"),
        Cellule(releve.cible or "–", cible.mots if cible else ""),
    ]
    traits = [
        _trait(avant.code, releve.avant if releve.est_comparable else None, est_avant=True),
        _trait(apres.code, releve.mesure),
    ]
    note = "" if releve.est_comparable or not releve.a_un_avant else AUTRE_DEFINITION.capitalize()
    phrases = [mots, cible.mots if cible else ""]
    dit = " ; ".join(phrase for phrase in phrases if phrase)
    return LigneComparee(definition, cellules, panneau(definition, traits, note), dit)


# --- The CIO of a campaign ----------------------------------------------------------------------------


def comparer_cios(campagne: Campagne) -> Comparaison:
    """Each CIO of the département beside the others, by name."""
    mesures = lire_mesures([campagne], niveaux=[Niveau.CIO])
    noms = sorted({mesure.territoire for mesure in mesures})
    par_indicateur: dict[int, dict[str, MesureLue]] = defaultdict(dict)
    for mesure in mesures:
        par_indicateur[mesure.indicateur][mesure.territoire] = mesure
    lignes = [
        _ligne_de_territoires(definition, noms, par_indicateur[definition.indicateur])
        for definition in definitions_de([campagne])[campagne.pk]
        if definition.indicateur in par_indicateur
    ]
    return Comparaison(f"Les CIO, {campagne.code}", noms, lignes)


def _ligne_de_territoires(
    definition: Definition, noms: Sequence[str], mesures: Mapping[str, MesureLue], note: str = ""
) -> LigneComparee:
    traits = [_trait(nom, mesures.get(nom)) for nom in noms]
    cellules = [_cellule(mesures.get(nom), definition, avec_cible=True) for nom in noms]
    return LigneComparee(definition, cellules, panneau(definition, traits, note))


# --- Départements -------------------------------------------------------------------------------------


def codes_comparables(perimetre: Perimetre) -> list[str]:
    """Codes of the frozen campaigns of the académie: « T0 », « T1 »."""
    codes = Campagne.objects.comparables(perimetre).order_by("code").values_list("code", flat=True)
    return list(codes.distinct())


def comparer_departements(perimetre: Perimetre, code: str) -> Comparaison:
    """« l'expérimentation relative à l'organisation des CIO dans les départements du Cher, de l'Eure-et-Loir
    et du Loir-et-Cher »: the frozen campaigns of that code, figures of whole départements, matched by the
    code of their indicator.
    """
    lues = Campagne.objects.comparables(perimetre).filter(code=code).select_related("departement")
    campagnes = list(lues.defer("departement__contour").order_by("departement__nom", "pk"))
    definies = definitions_de(campagnes)
    noms = {campagne.pk: campagne.departement.nom for campagne in campagnes}
    codes = {d.indicateur: d.code for siennes in definies.values() for d in siennes}
    mesures: dict[str, dict[str, MesureLue]] = defaultdict(dict)
    for mesure in lire_mesures(campagnes, niveaux=[Niveau.DEPARTEMENT]):
        mesures[codes[mesure.indicateur]][noms[mesure.campagne]] = mesure
    lignes = [
        _ligne_de_departements(siennes, list(noms.values()), mesures[code_indicateur])
        for code_indicateur, siennes in _par_code(definies[c.pk] for c in campagnes).items()
    ]
    return Comparaison(f"Les départements, {code}", list(noms.values()), lignes)


def _par_code(definies: Iterable[Iterable[Definition]]) -> dict[str, list[Definition]]:
    """Code → the definition of each département, in the order of the first one."""
    par_code: dict[str, list[Definition]] = defaultdict(list)
    for siennes in definies:
        for definition in siennes:
            par_code[definition.code].append(definition)
    return par_code


def _ligne_de_departements(
    definies: Sequence[Definition], noms: Sequence[str], mesures: Mapping[str, MesureLue]
) -> LigneComparee:
    """Another unit cannot share the scale: its figure is written, not drawn."""
    premiere = definies[0]
    semblables = all(definition.dit_la_meme_chose(premiere) for definition in definies)
    de = {definition.indicateur: definition for definition in definies}
    cellules = [
        _cellule(m, de[m.indicateur], avec_cible=True) if (m := mesures.get(nom)) else Cellule(ABSENT)
        for nom in noms
    ]
    traits = []
    for nom, cellule in zip(noms, cellules, strict=True):
        mesure = mesures.get(nom)
        memes = mesure is not None and de[mesure.indicateur].unite == premiere.unite
        traits.append(_trait(nom, mesure) if memes else Trait(nom, None, cellule.texte))
    note = "" if semblables else AUTRES_DEFINITIONS
    return LigneComparee(premiere, cellules, panneau(premiere, traits, note))


# --- Words --------------------------------------------------------------------------------------------


def _trait(nom: str, mesure: MesureLue | None, *, est_avant: bool = False) -> Trait:
    if mesure is None:
        return Trait(nom, None, ABSENT, est_avant)
    return Trait(nom, mesure.valeur, mesure.motif, est_avant)


def _cellule(mesure: MesureLue | None, definition: Definition | None, *, avec_cible: bool = False) -> Cellule:
    if mesure is None or definition is None:
        return Cellule(ABSENT)
    if mesure.valeur is None:
        return Cellule(mesure.motif)
    ecart = ecart_a_la_cible(definition, mesure.valeur) if avec_cible else None
    return Cellule(ecrire_valeur(mesure.valeur, definition.unite), ecart.mots if ecart else "")

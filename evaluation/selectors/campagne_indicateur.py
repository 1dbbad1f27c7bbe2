"""The page of an indicator in a campaign: every territory that one reads, and the rows behind a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from evaluation.enums import Niveau
from evaluation.models import Campagne, Indicateur
from evaluation.selectors.calcul import Calcul, Contexte, LignesComptees, Resultat, calcul_de
from evaluation.selectors.campagnes import Releve, campagne_precedente, relever
from evaluation.selectors.comparaison_dessin import Panneau, Trait, panneau
from evaluation.selectors.definitions import Definition, definitions_de
from evaluation.selectors.mesures import MesureLue, lire_mesures, lisibles
from reseaux.perimetre import Perimetre

#: Titles of the tables, from the whole to the part.
TITRES = {
    Niveau.DEPARTEMENT: "Département",
    Niveau.CIO: "CIO",
    Niveau.RESEAU: "Réseaux",
    Niveau.ETABLISSEMENT: "Établissements",
}


@dataclass(frozen=True)
class NiveauLu:
    """The territories of one level, by name."""

    niveau: Niveau
    releves: list[Releve]

    @property
    def titre(self) -> str:
        return TITRES[self.niveau]


@dataclass(frozen=True)
class PageIndicateur:
    definition: Definition
    precedente: Campagne | None
    niveaux: list[NiveauLu]
    #: The CIO, with what they were; None when there is nothing to draw.
    dessin: Panneau | None
    #: Whether the rows behind a figure can be listed.
    a_des_lignes: bool

    @property
    def nombre_colonnes(self) -> int:
        """Of the table: territory, figure, source; what it was and became; its rows."""
        return 3 + 2 * bool(self.precedente) + self.a_des_lignes

    @property
    def departement(self) -> Releve | None:
        premiers = [lu.releves[0] for lu in self.niveaux if lu.niveau == Niveau.DEPARTEMENT]
        return premiers[0] if premiers else None


def page_indicateur(campagne: Campagne, indicateur: int, perimetre: Perimetre) -> PageIndicateur | None:
    """None when the campaign does not follow that indicator."""
    precedente = campagne_precedente(campagne)
    lues = [campagne, precedente] if precedente else [campagne]
    definies = definitions_de(lues)
    definition = next((d for d in definies[campagne.pk] if d.indicateur == indicateur), None)
    if definition is None:
        return None
    mesures = lisibles(lire_mesures(lues, indicateur=indicateur), perimetre)
    releves = relever(campagne, precedente, mesures, definies).get(indicateur, [])
    niveaux = [NiveauLu(Niveau(niveau), list(siens)) for niveau, siens in groupby(releves, key=_niveau)]
    calcul = _calcul(indicateur)
    return PageIndicateur(
        definition,
        precedente,
        niveaux,
        _dessin(definition, precedente, niveaux),
        bool(calcul and calcul.lignes),
    )


def _niveau(releve: Releve) -> str:
    assert releve.mesure is not None  # noqa: S101 - made from a measure
    return releve.mesure.niveau


def _dessin(
    definition: Definition, precedente: Campagne | None, niveaux: Sequence[NiveauLu]
) -> Panneau | None:
    cios = next((lu.releves for lu in niveaux if lu.niveau == Niveau.CIO), [])
    traits = []
    for releve in cios:
        mesure, avant = releve.mesure, releve.avant
        assert mesure is not None  # noqa: S101 - made from a measure
        traits.append(Trait(mesure.territoire, mesure.valeur, mesure.motif))
        if precedente and avant and avant.valeur is not None and releve.est_comparable:
            traits.append(Trait(precedente.code, avant.valeur, est_avant=True))
    return panneau(definition, traits) if any(trait.valeur is not None for trait in traits) else None


# --- The rows behind a figure -------------------------------------------------------------------------


def contexte_de(campagne: Campagne) -> Contexte:
    """What the functions are asked about."""
    return Contexte(campagne.departement, campagne.annee, campagne.date_observation)


def lignes_comptees(campagne: Campagne, mesure: MesureLue, perimetre: Perimetre) -> LignesComptees | None:
    """The rows that the figure counts, those of the perimeter, as the base knows them today; None when it
    has none, or is kept silent.
    """
    calcul = _calcul(mesure.indicateur)
    if calcul is None or calcul.lignes is None or mesure.est_tue:
        return None
    resultat = Resultat(
        niveau=Niveau(mesure.niveau),
        territoire=mesure.territoire,
        valeur=mesure.valeur,
        numerateur=mesure.numerateur,
        denominateur=mesure.denominateur,
        personnes=mesure.personnes,
        motif=mesure.motif,
        cio=mesure.cio,
        reseau=mesure.reseau,
        etablissement=mesure.etablissement,
    )
    return calcul.lignes(contexte_de(campagne), perimetre, resultat)


def _calcul(indicateur: int) -> Calcul | None:
    code = Indicateur.objects.filter(pk=indicateur).values_list("calcul", flat=True).first()
    return calcul_de(code) if code else None

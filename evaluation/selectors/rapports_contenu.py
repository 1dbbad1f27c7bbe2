"""What a report says: read once, shown in the page, on paper and on the slides alike.

Figures of the département and of its CIO only, masked below five persons; the queries do not follow the rows.
No perimeter: whoever reads a report reads all of it (`permissions.peut_lire_rapports`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from evaluation.enums import EtatCampagne, Niveau, SourceIndicateur
from evaluation.models import Analyse, Campagne, Rapport, SectionRapport
from evaluation.selectors.definitions import Definition, definitions
from evaluation.selectors.enquete_resultats import Resultats, enquetes_closes, lire_resultats
from evaluation.selectors.mesures import MesureLue, lire_mesures
from evaluation.selectors.rapports_dessin import (
    DIAPOSITIVE,
    PAGE,
    Gabarit,
    Graphique,
    Valeur,
    dessiner_barres,
)
from evaluation.selectors.rapports_sections import cle_de_l_objectif, sections_de
from evaluation.selectors.tendances import Ecart, ecart_a_la_cible, ecrire_valeur, tendance

#: Levels that a report shows: the schools and the réseaux are in the data annex.
NIVEAUX_DU_RAPPORT = (Niveau.DEPARTEMENT, Niveau.CIO)
CHIFFRES_CLES = 6
#: The summary holds on one page.
RESUME_AU_PLUS = 1400
ABSENT = "pas encore mesuré"


@dataclass(frozen=True)
class ChiffreDuTerritoire:
    """A row of the annexes: where, how much, from what."""

    mesure: MesureLue
    texte: str

    @property
    def territoire(self) -> str:
        return self.mesure.territoire

    @property
    def est_le_tout(self) -> bool:
        return self.mesure.niveau == Niveau.DEPARTEMENT


@dataclass(frozen=True)
class LectureAnalyse:
    """« en analysent les résultats »: whose words, of which CIO; without one, the IEN-IO's."""

    texte: str
    cio: str
    qualite: str


@dataclass(frozen=True)
class LigneIndicateur:
    """An indicator in a report: its figure for the département, what it was, what it should be."""

    definition: Definition
    mesure: MesureLue | None
    ancienne: MesureLue | None = None
    territoires: Sequence[ChiffreDuTerritoire] = ()
    analyses: Sequence[LectureAnalyse] = ()

    @property
    def a_un_chiffre(self) -> bool:
        """Somewhere in the département: the others are told once, in the method."""
        return any(chiffre.mesure.valeur is not None for chiffre in self.territoires)

    @property
    def est_connu(self) -> bool:
        return self.mesure is not None and self.mesure.valeur is not None

    @property
    def texte(self) -> str:
        """The figure, or why there is none."""
        return ecrire_mesure(self.mesure, self.definition)

    @property
    def avant(self) -> str:
        return ecrire_mesure(self.ancienne, self.definition) if self.ancienne else "–"

    @property
    def cible(self) -> str:
        cible = self.definition.cible
        return ecrire_valeur(cible, self.definition.unite) if cible is not None else ""

    @property
    def a_la_cible(self) -> Ecart | None:
        if self.mesure is None or self.mesure.valeur is None:
            return None
        return ecart_a_la_cible(self.definition, self.mesure.valeur)

    @property
    def evolution(self) -> Ecart | None:
        """Since the campaign of reference; none when one of the two is silent."""
        avant, apres = self.ancienne, self.mesure
        if avant is None or apres is None or avant.valeur is None or apres.valeur is None:
            return None
        return tendance(self.definition, avant.valeur, apres.valeur)

    @property
    def graphique(self) -> Graphique | None:
        """The whole, then each CIO whose figure is known, in the order of their names: never a ranking."""
        return self._dessiner(PAGE)

    @property
    def graphique_de_la_vue(self) -> Graphique | None:
        """The same, read from the back of the room."""
        return self._dessiner(DIAPOSITIVE)

    def _dessiner(self, gabarit: Gabarit) -> Graphique | None:
        valeurs = [
            Valeur(t.territoire, t.mesure.valeur, t.texte, t.est_le_tout)
            for t in self.territoires
            if t.mesure.valeur is not None
        ]
        cible = self.definition.cible
        return dessiner_barres(
            str(self.definition),
            valeurs,
            Valeur("cible", cible, self.cible) if cible is not None else None,
            gabarit,
        )


@dataclass(frozen=True)
class Partie:
    """A section that is kept, with the figures it shows."""

    section: SectionRapport
    lignes: Sequence[LigneIndicateur] = ()

    @property
    def criteres(self) -> list[str]:
        return [c for c in dict.fromkeys(ligne.definition.critere for ligne in self.lignes) if c]


@dataclass(frozen=True)
class ContenuRapport:
    """The whole report; `parties` in their order."""

    rapport: Rapport
    lignes: Sequence[LigneIndicateur]
    parties: Sequence[Partie]
    #: The campaign that figures are compared with, when there is an earlier frozen one.
    reference: Campagne | None
    #: On the whole: the IEN-IO's words, then those of each CIO.
    analyses: Sequence[LectureAnalyse] = field(default_factory=list)
    #: The last survey closed in the year by the day observed, as it publishes itself.
    enquete: Resultats | None = None

    @property
    def campagne(self) -> Campagne:
        return self.rapport.campagne

    @cached_property
    def chiffres_cles(self) -> list[LigneIndicateur]:
        """Those with a target first: what the summary puts in large."""
        connus = [ligne for ligne in self.lignes if ligne.est_connu]
        connus.sort(key=lambda ligne: ligne.definition.cible is None)
        return connus[:CHIFFRES_CLES]

    @cached_property
    def silences(self) -> list[LigneIndicateur]:
        """The figures of the département that cannot be given, each with its reason."""
        return [ligne for ligne in self.lignes if not ligne.est_connu]

    @property
    def nombre_connus(self) -> int:
        return len(self.lignes) - len(self.silences)

    @cached_property
    def cibles(self) -> list[bool]:
        """Of each figure that has a target: is it reached?"""
        lues = (ligne.a_la_cible for ligne in self.lignes)
        return [bool(ecart.favorable) for ecart in lues if ecart is not None]

    @property
    def cibles_atteintes(self) -> int:
        return sum(self.cibles)

    @property
    def synthese(self) -> LectureAnalyse | None:
        return next((analyse for analyse in self.analyses if not analyse.cio), None)

    @property
    def analyses_des_cio(self) -> list[LectureAnalyse]:
        return [analyse for analyse in self.analyses if analyse.cio]

    @property
    def externes(self) -> list[LigneIndicateur]:
        """« not caused by the experiment alone »: brought from elsewhere."""
        return [ligne for ligne in self.lignes if ligne.definition.source == SourceIndicateur.IMPORTE]

    def partie(self, genre: str) -> Partie | None:
        """A section of which there is one, when it is kept."""
        return next((partie for partie in self.parties if partie.section.genre == genre), None)


def ecrire_mesure(mesure: MesureLue | None, definition: Definition) -> str:
    """« 62,5 % », « moins de 5 personnes », « non calculable : … »."""
    if mesure is None:
        return ABSENT
    return mesure.motif if mesure.valeur is None else ecrire_valeur(mesure.valeur, definition.unite)


def contenu_du_rapport(rapport: Rapport, sections: Sequence[SectionRapport] | None = None) -> ContenuRapport:
    """The report as written, or with the `sections` that someone is trying out."""
    definies = definitions(rapport.campagne)
    reference = rapport.reference if rapport.est_emis else campagne_de_reference(rapport.campagne)
    analyses = _analyses(rapport)
    lignes = _lignes(rapport.campagne, reference, definies, analyses)
    par_objectif: dict[str, list[LigneIndicateur]] = defaultdict(list)
    for ligne in lignes:
        par_objectif[cle_de_l_objectif(ligne.definition.objectif)].append(ligne)
    if sections is None:
        sections = sections_de(rapport, definies)
    return ContenuRapport(
        rapport=rapport,
        lignes=lignes,
        parties=[
            Partie(section, par_objectif.get(section.cle, []))
            for section in sorted(sections, key=lambda section: section.rang)
            if section.retenue
        ],
        reference=reference,
        analyses=analyses[None],
        enquete=_enquete(rapport),
    )


def _enquete(rapport: Rapport) -> Resultats | None:
    """That of an issued report was written down with it."""
    campagne = rapport.campagne
    if rapport.est_emis:
        return lire_resultats(rapport.enquete) if rapport.enquete else None
    closes = enquetes_closes(campagne.departement, campagne.annee.debut, campagne.date_observation)
    return lire_resultats(closes[0]) if closes else None


def campagne_de_reference(campagne: Campagne) -> Campagne | None:
    """T0: the first frozen campaign of the département, when this one came later."""
    figees = Campagne.objects.filter(departement=campagne.departement_id, etat=EtatCampagne.FIGEE)
    anterieures = figees.filter(date_observation__lt=campagne.date_observation)
    return anterieures.order_by("date_observation", "pk").first()


def _lignes(
    campagne: Campagne,
    reference: Campagne | None,
    definies: Sequence[Definition],
    analyses: dict[int | None, list[LectureAnalyse]],
) -> list[LigneIndicateur]:
    """A figure is compared with T0 only when both mean the same thing."""
    mesures = _par_indicateur(lire_mesures([campagne], niveaux=NIVEAUX_DU_RAPPORT))
    anciennes: dict[int, list[MesureLue]] = {}
    comparables: set[int] = set()
    if reference is not None:
        anciennes = _par_indicateur(lire_mesures([reference], niveaux=[Niveau.DEPARTEMENT]))
        alors = {definition.indicateur: definition for definition in definitions(reference)}
        comparables = {d.indicateur for d in definies if _meme_sens(d, alors.get(d.indicateur))}
    return [
        LigneIndicateur(
            definition=definition,
            mesure=_du_departement(mesures[definition.indicateur]),
            ancienne=_du_departement(anciennes.get(definition.indicateur, []))
            if definition.indicateur in comparables
            else None,
            territoires=[
                ChiffreDuTerritoire(mesure, ecrire_mesure(mesure, definition))
                for mesure in mesures[definition.indicateur]
            ],
            analyses=analyses.get(definition.indicateur, []),
        )
        for definition in definies
    ]


def _meme_sens(definition: Definition, alors: Definition | None) -> bool:
    return alors is not None and definition.dit_la_meme_chose(alors)


def _par_indicateur(mesures: Sequence[MesureLue]) -> dict[int, list[MesureLue]]:
    """The département, then its CIO by name."""
    par_indicateur: dict[int, list[MesureLue]] = defaultdict(list)
    for mesure in mesures:
        par_indicateur[mesure.indicateur].append(mesure)
    return par_indicateur


def _du_departement(mesures: Sequence[MesureLue]) -> MesureLue | None:
    return next((mesure for mesure in mesures if mesure.niveau == Niveau.DEPARTEMENT), None)


def _analyses(rapport: Rapport) -> dict[int | None, list[LectureAnalyse]]:
    """By indicator (None: on the whole), the last version of each: the IEN-IO's first, then each CIO's. Those
    written after a report was issued are not of it.
    """
    lues = Analyse.objects.filter(campagne=rapport.campagne_id).select_related("cio")
    if rapport.est_emis:
        lues = lues.filter(pk__lte=rapport.derniere_analyse)
    dernieres: dict[tuple[int | None, int | None], Analyse] = {}
    for analyse in lues.order_by("version", "pk"):
        dernieres[analyse.indicateur_id, analyse.cio_id] = analyse
    rangees = sorted(dernieres.values(), key=lambda a: (a.cio is not None, str(a.cio or "")))
    par_indicateur: dict[int | None, list[LectureAnalyse]] = defaultdict(list)
    for analyse in rangees:
        if analyse.texte.strip():
            lecture = LectureAnalyse(analyse.texte, str(analyse.cio or ""), analyse.qualite)
            par_indicateur[analyse.indicateur_id].append(lecture)
    return par_indicateur

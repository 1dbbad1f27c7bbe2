"""What the page of a campaign shows: each indicator at the département, against its target and the campaign
before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from django.utils.functional import cached_property

from evaluation.enums import Niveau
from evaluation.models import Campagne
from evaluation.selectors.definitions import Definition, definitions_de, indicateurs_de
from evaluation.selectors.manques import Attente, Manque, attentes, manques, par_indicateur
from evaluation.selectors.mesures import MesureLue, lire_mesures, lisibles
from evaluation.selectors.tendances import Ecart, ecart_a_la_cible, ecrire_valeur, tendance
from reseaux.perimetre import Perimetre

SANS_OBJECTIF = "Sans objectif"
SANS_CRITERE = "Sans critère"
AUTRE_DEFINITION = "définition changée depuis : les deux chiffres ne se comparent pas"


def campagne_precedente(campagne: Campagne) -> Campagne | None:
    """The one that the same département observed just before."""
    anterieures = Campagne.objects.filter(
        departement=campagne.departement_id, date_observation__lt=campagne.date_observation
    )
    return anterieures.order_by("-date_observation", "-pk").first()


@dataclass(frozen=True)
class Releve:
    """The figure of one territory in a campaign, and what it was in the one before."""

    definition: Definition
    mesure: MesureLue | None
    avant: MesureLue | None = None
    #: The definition of the campaign before, when it had that indicator.
    definition_d_avant: Definition | None = None
    #: « T0 ».
    code_avant: str = ""

    @property
    def valeur(self) -> Decimal | None:
        return self.mesure.valeur if self.mesure else None

    @property
    def texte(self) -> str:
        return ecrire_valeur(self.valeur, self.definition.unite)

    @property
    def a_un_avant(self) -> bool:
        return self.avant is not None and self.avant.valeur is not None

    @property
    def texte_avant(self) -> str:
        if self.avant is None or self.definition_d_avant is None:
            return "–"
        return ecrire_valeur(self.avant.valeur, self.definition_d_avant.unite)

    @property
    def motif(self) -> str:
        """Why there is no figure; « » when there is one."""
        if self.mesure is None:
            return "pas encore de chiffre"
        return self.mesure.motif

    @property
    def cible(self) -> str:
        return (
            ""
            if self.definition.cible is None
            else ecrire_valeur(self.definition.cible, self.definition.unite)
        )

    @cached_property
    def ecart_cible(self) -> Ecart | None:
        return None if self.valeur is None else ecart_a_la_cible(self.definition, self.valeur)

    @property
    def est_comparable(self) -> bool:
        return self.definition_d_avant is not None and self.definition.dit_la_meme_chose(
            self.definition_d_avant
        )

    @cached_property
    def tendance(self) -> Ecart | None:
        if self.valeur is None or self.avant is None or self.avant.valeur is None or not self.est_comparable:
            return None
        return tendance(self.definition, self.avant.valeur, self.valeur)

    @property
    def pourquoi_sans_tendance(self) -> str:
        """Said where a trend is expected and there is none."""
        if self.avant is not None and self.avant.valeur is not None and not self.est_comparable:
            return AUTRE_DEFINITION
        return ""

    @property
    def details(self) -> list[tuple[str, str]]:
        """(what, in words) under the figure: its target, what it became."""
        details = []
        if self.cible:
            ecart = self.ecart_cible
            details.append(("Cible", f"{self.cible} : {ecart.mots}" if ecart else self.cible))
        if self.a_un_avant and self.valeur is not None:
            evolution, mots = self.tendance, AUTRE_DEFINITION
            if evolution:
                mots = " : ".join(filter(None, (evolution.signe, evolution.mots)))
            details.append((f"Depuis {self.code_avant}", f"{self.texte_avant}, {mots}"))
        return details


@dataclass
class LigneIndicateur:
    """An indicator on the page: the département, the reader's own CIO if he works in one, what is missing."""

    departement: Releve
    cios: list[Releve] = field(default_factory=list)
    manques: list[Manque] = field(default_factory=list)

    @property
    def definition(self) -> Definition:
        return self.departement.definition

    @property
    def releves(self) -> list[tuple[str, Releve]]:
        """(territory, figure): the département goes without saying."""
        return [("", self.departement), *((r.mesure.territoire, r) for r in self.cios if r.mesure)]


@dataclass
class GroupeCritere:
    nom: str
    lignes: list[LigneIndicateur]


@dataclass
class GroupeObjectif:
    nom: str
    criteres: list[GroupeCritere]


@dataclass
class PageCampagne:
    groupes: list[GroupeObjectif]
    est_ouverte: bool
    precedente: Campagne | None
    attentes: list[Attente]

    @cached_property
    def lignes(self) -> list[LigneIndicateur]:
        return [ligne for groupe in self.groupes for critere in groupe.criteres for ligne in critere.lignes]

    @property
    def nombre_mesures(self) -> int:
        """Indicators that have a figure for the département."""
        return sum(ligne.departement.valeur is not None for ligne in self.lignes)

    @property
    def nombre_manques(self) -> int:
        return sum(len(ligne.manques) for ligne in self.lignes)

    @cached_property
    def _cibles(self) -> list[Ecart]:
        ecarts = (ligne.departement.ecart_cible for ligne in self.lignes)
        return [ecart for ecart in ecarts if ecart is not None and ecart.favorable is not None]

    @property
    def cibles_atteintes(self) -> int:
        return sum(bool(ecart.favorable) for ecart in self._cibles)

    @property
    def nombre_cibles(self) -> int:
        return len(self._cibles)

    @property
    def reperes(self) -> list[tuple[int, str, str, str]]:
        """(number, label, detail, anchor) at the top of the page."""
        mesures, cibles, manques = self.nombre_mesures, self.cibles_atteintes, self.nombre_manques
        return [
            (mesures, _accorder("indicateur chiffré", mesures), f"sur {len(self.lignes)}", ""),
            (cibles, _accorder("cible atteinte", cibles), f"sur {self.nombre_cibles}", ""),
            (manques, _accorder("chiffre attendu", manques), "", "#attentes" if self.est_ouverte else ""),
        ][: 3 if self.est_ouverte else 2]


def page_campagne(campagne: Campagne, perimetre: Perimetre) -> PageCampagne:
    """Everything on the page of a campaign, in a constant number of queries."""
    precedente = campagne_precedente(campagne)
    lues = [campagne, precedente] if precedente else [campagne]
    indicateurs = indicateurs_de(campagne) if campagne.est_ouverte else []
    definies = definitions_de(lues, vivants={campagne.pk: indicateurs})
    niveaux = [Niveau.DEPARTEMENT, Niveau.CIO] if perimetre.travaille_au_cio else [Niveau.DEPARTEMENT]
    releves = relever(
        campagne, precedente, lisibles(lire_mesures(lues, niveaux=niveaux), perimetre), definies
    )
    manquants = manques(campagne, indicateurs)
    manques_de = par_indicateur(manquants)
    lignes = []
    for definition in definies[campagne.pk]:
        siens = releves.get(definition.indicateur, [])
        departement = next((r for r in siens if r.mesure and r.mesure.niveau == Niveau.DEPARTEMENT), None)
        cios = [r for r in siens if r.mesure and r.mesure.niveau == Niveau.CIO]
        ligne = LigneIndicateur(departement or Releve(definition, None), cios)
        ligne.manques = manques_de.get(definition.indicateur, [])
        lignes.append(ligne)
    groupes, attendues = _grouper(lignes), attentes(campagne, manquants)
    return PageCampagne(groupes, campagne.est_ouverte, precedente, attendues)


def _accorder(mots: str, nombre: int) -> str:
    """« cible atteinte », « cibles atteintes »."""
    return " ".join(f"{mot}s" for mot in mots.split()) if nombre > 1 else mots


def _grouper(lignes: Iterable[LigneIndicateur]) -> list[GroupeObjectif]:
    """The lines come in the order of objectives and criteria."""
    return [
        GroupeObjectif(
            objectif or SANS_OBJECTIF,
            [
                GroupeCritere(critere or SANS_CRITERE, list(siennes))
                for critere, siennes in groupby(du_meme, key=lambda ligne: ligne.definition.critere)
            ],
        )
        for objectif, du_meme in groupby(lignes, key=lambda ligne: ligne.definition.objectif)
    ]


def relever(
    campagne: Campagne,
    precedente: Campagne | None,
    mesures: Iterable[MesureLue],
    definies: Mapping[int, list[Definition]],
) -> dict[int, list[Releve]]:
    """Indicator → its figures in the campaign, each with what the same territory had before. A réseau is
    drawn anew each year: it is found again by its name.
    """
    par_pk = {c.pk: {d.indicateur: d for d in definies[c.pk]} for c in (campagne, precedente) if c}
    d_avant = par_pk[precedente.pk] if precedente else {}
    lues = list(mesures)
    avant = {_cle(m): m for m in lues if precedente and m.campagne == precedente.pk}
    releves: dict[int, list[Releve]] = {}
    for mesure in lues:
        definition = par_pk[campagne.pk].get(mesure.indicateur)
        if mesure.campagne != campagne.pk or definition is None:
            continue
        releve = Releve(
            definition,
            mesure,
            avant.get(_cle(mesure)),
            d_avant.get(mesure.indicateur),
            precedente.code if precedente else "",
        )
        releves.setdefault(mesure.indicateur, []).append(releve)
    return releves


def _cle(mesure: MesureLue) -> tuple[int, str, int | str | None]:
    if mesure.niveau == Niveau.RESEAU:
        return (mesure.indicateur, mesure.niveau, mesure.cle_territoire)
    return (mesure.indicateur, mesure.niveau, mesure.etablissement or mesure.cio)

"""Which territory a table of figures speaks of: « 041 », « CIO de Blois », a réseau, a UAI."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from evaluation.enums import Niveau
from evaluation.models import Campagne
from evaluation.selectors.mesures import MesureLue
from reseaux.models import CIO, Etablissement, Reseau
from socle.texte import normaliser_recherche

#: What is expected, level by level.
ATTENDUS = {
    Niveau.DEPARTEMENT: "le code du département, par exemple « 041 »",
    Niveau.CIO: "le nom ou le code UAI d’un CIO du département",
    Niveau.RESEAU: "« CIO de Blois / nom du réseau », un réseau de l’année de la campagne",
    Niveau.ETABLISSEMENT: "le code UAI d’un établissement du département",
}


@dataclass(frozen=True)
class Territoire:
    """One place of the département; `cle` is how the tables of figures name it."""

    niveau: str
    cle: str
    nom: str
    cio: int | None = None
    reseau: int | None = None
    etablissement: int | None = None

    @property
    def niveau_enum(self) -> Niveau:
        return Niveau(self.niveau)


@dataclass
class Reperage:
    """Every name of the territories of one campaign: those of its figures first, then those of today."""

    #: Level → normalised name → territory.
    connus: dict[str, dict[str, Territoire]] = field(default_factory=lambda: {n.value: {} for n in Niveau})
    #: (level, name) that figures already bear: they keep their meaning, whatever bears that name today.
    portes: set[tuple[str, str]] = field(default_factory=set)
    #: (level, name) that two territories of today bear.
    ambigus: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def de(cls, campagne: Campagne, mesures: Iterable[MesureLue]) -> Self:
        """Three queries, and none for the figures."""
        reperage = cls()
        for m in mesures:
            reperage._ajouter(
                Territoire(m.niveau, m.cle_territoire, m.territoire, m.cio, m.reseau, m.etablissement),
                m.cle_territoire,
            )
        reperage.portes = {(niveau, nom) for niveau, noms in reperage.connus.items() for nom in noms}
        reperage._lire_aujourd_hui(campagne)
        return reperage

    def trouver(self, niveau: str, ecrit: str) -> Territoire:
        """ValueError when nothing of the département bears that name, or two do."""
        cle = (niveau, normaliser_recherche(ecrit))
        if cle in self.ambigus:
            raise ValueError(
                f"« {ecrit} » désigne plusieurs territoires : écrivez {ATTENDUS[Niveau(niveau)]}."
            )
        trouve = self.connus[niveau].get(cle[1])
        if trouve is None:
            raise ValueError(f"« {ecrit} » est inconnu ici : écrivez {ATTENDUS[Niveau(niveau)]}.")
        return trouve

    def _lire_aujourd_hui(self, campagne: Campagne) -> None:
        departement = campagne.departement
        ici = Territoire(Niveau.DEPARTEMENT, departement.code, departement.nom)
        # A spreadsheet takes the leading zero away from « 041 ».
        self._ajouter(ici, departement.code, departement.code.lstrip("0"), departement.nom)
        cios = CIO.objects.filter(departement=departement).order_by("pk")
        noms = {}
        for pk, nom, uai in cios.values_list("pk", "nom", "uai"):
            noms[pk] = nom
            self._ajouter(Territoire(Niveau.CIO, nom, nom, cio=pk), nom, uai or "")
        reseaux = Reseau.objects.filter(cio__departement=departement, annee=campagne.annee_id).order_by("pk")
        for pk, nom, cio in reseaux.values_list("pk", "nom", "cio"):
            cle = f"{noms[cio]} / {nom}"
            self._ajouter(Territoire(Niveau.RESEAU, cle, nom, cio=cio, reseau=pk), cle, nom)
        ecoles = Etablissement.objects.filter(departement=departement).order_by("pk")
        for pk, uai, nom, commune, cio in ecoles.values_list("pk", "uai", "nom", "commune", "cio"):
            lue = Territoire(Niveau.ETABLISSEMENT, uai, f"{nom} ({commune})", cio=cio, etablissement=pk)
            self._ajouter(lue, uai)

    def _ajouter(self, territoire: Territoire, *noms: str) -> None:
        connus = self.connus[territoire.niveau]
        for nom in {normaliser_recherche(nom) for nom in noms if nom}:
            deja = connus.setdefault(nom, territoire)
            if _place(deja) != _place(territoire) and (territoire.niveau, nom) not in self.portes:
                self.ambigus.add((territoire.niveau, nom))


def _place(territoire: Territoire) -> tuple[int | None, int | None, int | None]:
    return (
        territoire.cio if not territoire.etablissement else None,
        territoire.reseau,
        territoire.etablissement,
    )

"""What changed between two versions of a matrix: activities, cells, who decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from missions.selectors.matrice import MOTS, LigneLue, TableauMatrice
from socle.texte import normaliser_recherche


@dataclass(frozen=True)
class Changement:
    """« IEN-IO : est consulté → décide », or a rubrique, a dossier; `est_decision`: who decides changes."""

    quoi: str
    avant: str
    apres: str
    est_decision: bool = False


@dataclass(frozen=True)
class ActiviteChangee:
    activite: str
    rubrique: str
    changements: list[Changement]

    @property
    def change_de_decideur(self) -> bool:
        return any(changement.est_decision for changement in self.changements)


@dataclass(frozen=True)
class Comparaison:
    """Activities are matched by their wording, actors by their label; accents and capitals do not count."""

    ajoutees: list[tuple[LigneLue, str]] = field(default_factory=list)
    retirees: list[tuple[LigneLue, str]] = field(default_factory=list)
    modifiees: list[ActiviteChangee] = field(default_factory=list)
    acteurs_ajoutes: list[str] = field(default_factory=list)
    acteurs_retires: list[str] = field(default_factory=list)
    #: The activities common to both stand in another order.
    ordre_change: bool = False

    @property
    def est_vide(self) -> bool:
        listes = (
            self.ajoutees,
            self.retirees,
            self.modifiees,
            self.acteurs_ajoutes,
            self.acteurs_retires,
        )
        return not any(listes) and not self.ordre_change


def cle(texte: str) -> str:
    """« Réaffectation » and « reaffectation » are one."""
    return normaliser_recherche(texte)


def comparer(avant: TableauMatrice, apres: TableauMatrice) -> Comparaison:
    """From `avant` to `apres`; each added or withdrawn activity comes with the label of who decides."""
    acteurs_avant, acteurs_apres = _acteurs(avant), _acteurs(apres)
    lignes_avant = {cle(ligne.activite): ligne for ligne in avant.lignes}
    lignes_apres = {cle(ligne.activite): ligne for ligne in apres.lignes}
    communes = [c for c in lignes_apres if c in lignes_avant]
    noms_avant, noms_apres = _noms(avant), _noms(apres)
    modifiees = []
    for commune in communes:
        ancienne, nouvelle = lignes_avant[commune], lignes_apres[commune]
        ecarts = _entete(ancienne, nouvelle, avant, apres)
        ecarts += _cases(ancienne, nouvelle, acteurs_avant, acteurs_apres, noms_avant | noms_apres)
        if ecarts:
            modifiees.append(ActiviteChangee(nouvelle.activite, nouvelle.rubrique, ecarts))
    return Comparaison(
        ajoutees=[(x, _decideur(x, apres)) for c, x in lignes_apres.items() if c not in lignes_avant],
        retirees=[(x, _decideur(x, avant)) for c, x in lignes_avant.items() if c not in lignes_apres],
        modifiees=modifiees,
        acteurs_ajoutes=[noms_apres[c] for c in acteurs_apres if c not in acteurs_avant],
        acteurs_retires=[noms_avant[c] for c in acteurs_avant if c not in acteurs_apres],
        ordre_change=communes != [c for c in lignes_avant if c in lignes_apres],
    )


def _acteurs(tableau: TableauMatrice) -> dict[str, int]:
    return {cle(acteur.libelle): acteur.pk for acteur in tableau.acteurs}


def _noms(tableau: TableauMatrice) -> dict[str, str]:
    return {cle(acteur.libelle): acteur.libelle for acteur in tableau.acteurs}


def _decideur(ligne: LigneLue, tableau: TableauMatrice) -> str:
    return next(acteur.libelle for acteur in tableau.acteurs if acteur.pk == ligne.decide)


def _entete(
    ancienne: LigneLue, nouvelle: LigneLue, avant: TableauMatrice, apres: TableauMatrice
) -> list[Changement]:
    """The wording, the rubrique, the dossier."""
    paires = (
        ("Activité", ancienne.activite, nouvelle.activite),
        ("Rubrique", ancienne.rubrique, nouvelle.rubrique),
        (
            "Dossier transversal",
            avant.dossiers.get(ancienne.dossier or 0, ""),
            apres.dossiers.get(nouvelle.dossier or 0, ""),
        ),
    )
    return [Changement(quoi, a or "–", b or "–") for quoi, a, b in paires if a != b]


def _cases(
    ancienne: LigneLue,
    nouvelle: LigneLue,
    avant: Mapping[str, int],
    apres: Mapping[str, int],
    noms: Mapping[str, str],
) -> list[Changement]:
    changements = []
    for acteur in dict.fromkeys((*apres, *avant)):
        a = ancienne.lettres(avant[acteur]) if acteur in avant else ""
        b = nouvelle.lettres(apres[acteur]) if acteur in apres else ""
        if a != b:
            decision = a.startswith("D") != b.startswith("D")
            changements.append(Changement(noms[acteur], MOTS[a], MOTS[b], decision))
    return changements

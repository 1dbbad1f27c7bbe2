"""Two people saved the same draft: what each wants, line by line, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from psyen.forms.grille import empreinte, empreintes_lues, lire_cle, texte_cellule
from psyen.selectors.controles import nombre
from psyen.selectors.grille import Grille, LigneGrille

#: Fields of the grid, by first letter of their name; the second part is always the PsyEN.
PREFIXES = ("c-", "q-", "k-", "i-", "r-")
LA_LEUR = "autre"


@dataclass(frozen=True, slots=True)
class Divergence:
    """One place whose value differs: mine, and the one saved meanwhile."""

    lieu: str
    mienne: str
    enregistree: str


@dataclass(frozen=True, slots=True)
class LigneEnConflit:
    psyen_pk: int
    nom: str
    divergences: list[Divergence]
    #: False when the line did not move on the other side: mine is kept without asking.
    a_choisir: bool


@dataclass(frozen=True, slots=True)
class Conflit:
    lignes: list[LigneEnConflit]
    #: Fields of my lines, sent again by the page that settles the conflict.
    champs: list[tuple[str, str]]
    #: My lines whose PsyEN is no longer in the draft.
    disparues: int

    @property
    def a_choisir(self) -> list[LigneEnConflit]:
        return [ligne for ligne in self.lignes if ligne.a_choisir]

    @property
    def conservees(self) -> list[LigneEnConflit]:
        return [ligne for ligne in self.lignes if not ligne.a_choisir]


def confronter(enregistree: Grille, saisie: Grille, donnees: Mapping[str, str]) -> Conflit:
    """What is typed against what is saved now. A line that I did not touch is theirs without asking."""
    depart = empreintes_lues(donnees)
    lignes = []
    for leur, mienne in zip(enregistree.lignes, saisie.lignes, strict=True):
        base = depart.get(leur.psyen_pk)
        divergences = _divergences(enregistree, mienne, leur)
        if divergences and empreinte(mienne) != base:
            lignes.append(
                LigneEnConflit(leur.psyen_pk, leur.nom_complet, divergences, empreinte(leur) != base)
            )
    mes_lignes = {ligne.psyen_pk for ligne in lignes}
    presents = {ligne.psyen_pk for ligne in enregistree.lignes}
    return Conflit(
        lignes=lignes,
        champs=[(nom, valeur) for nom, valeur in donnees.items() if psyen_du_champ(nom) in mes_lignes],
        disparues=len(depart.keys() - presents),
    )


def sans_les_lignes_abandonnees(donnees: Mapping[str, str]) -> dict[str, str]:
    """The fields sent, without those of the lines whose saved version was preferred (`garder-<psyen>`)."""
    abandonnees = {
        lire_cle(nom.removeprefix("garder-"))
        for nom, choix in donnees.items()
        if nom.startswith("garder-") and choix == LA_LEUR
    } - {None}
    return {nom: valeur for nom, valeur in donnees.items() if psyen_du_champ(nom) not in abandonnees}


def psyen_du_champ(nom: str) -> int | None:
    """The PsyEN of a field of the grid, None for any other field."""
    if not nom.startswith(PREFIXES):
        return None
    return lire_cle(nom.split("-", 2)[1])


def _divergences(grille: Grille, mienne: LigneGrille, leur: LigneGrille) -> list[Divergence]:
    reseaux = {reseau.pk: reseau.nom for reseau in grille.reseaux}
    paires = [
        ("Réseau principal", reseaux.get(mienne.reseau_pk or 0, ""), reseaux.get(leur.reseau_pk or 0, "")),
        ("Quotité (%)", nombre(mienne.quotite), nombre(leur.quotite)),
        ("Capacité", nombre(mienne.capacite), nombre(leur.capacite)),
        ("CIO", nombre(mienne.cio), nombre(leur.cio)),
    ]
    for pk, ecole in grille.ecoles.items():
        if pk in mienne.cellules or pk in leur.cellules:
            valeurs = texte_cellule(mienne.cellules.get(pk)), texte_cellule(leur.cellules.get(pk))
            paires.append((str(ecole), *valeurs))
    return [Divergence(lieu, m, e) for lieu, m, e in paires if m != e]

"""Which column of the user's file is which: case, accents, spaces and punctuation do not matter."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from socle.texte import normaliser_recherche


@dataclass(frozen=True)
class Correspondance:
    """`colonnes`: our key → the user's header; the rest is told in French."""

    colonnes: dict[str, str]
    inconnues: list[str] = field(default_factory=list)
    erreurs: list[str] = field(default_factory=list)

    @property
    def avertissements(self) -> list[str]:
        """Columns of the file that nothing reads."""
        if not self.inconnues:
            return []
        return [f"Colonnes non reconnues, laissées de côté : {_citer(self.inconnues)}."]

    def valeurs(self, ligne: Mapping[str, str]) -> dict[str, str]:
        """The line by our own keys; a missing optional column is absent."""
        return {cle: ligne[entete] for cle, entete in self.colonnes.items()}


def correspondance(
    entetes: Iterable[str],
    attendus: Mapping[str, Iterable[str]],
    *,
    facultatives: Collection[str] = (),
) -> Correspondance:
    """Match headers with the variants of each expected column; missing and double ones are errors."""
    cle_de = {_forme(variante): cle for cle, variantes in attendus.items() for variante in (cle, *variantes)}
    trouvees: dict[str, list[str]] = {}
    inconnues: list[str] = []
    for entete in entetes:
        cle = cle_de.get(_forme(entete))
        if cle is None:
            inconnues.append(entete)
        else:
            trouvees.setdefault(cle, []).append(entete)
    erreurs = [
        f"Les colonnes {_citer(doubles)} disent la même chose : gardez-en une seule."
        for doubles in trouvees.values()
        if len(doubles) > 1
    ]
    manquantes = [
        next(iter(variantes), cle)
        for cle, variantes in attendus.items()
        if cle not in trouvees and cle not in facultatives
    ]
    if manquantes:
        erreurs.insert(0, f"Colonnes manquantes : {_citer(manquantes)}.")
    return Correspondance({cle: noms[0] for cle, noms in trouvees.items()}, inconnues, erreurs)


def _forme(entete: str) -> str:
    return normaliser_recherche(entete).replace(" ", "")


def _citer(noms: Iterable[str]) -> str:
    return ", ".join(f"« {nom} »" for nom in noms)

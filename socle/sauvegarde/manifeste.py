"""What an archive says of itself, and whether this installation may take it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from socle.sauvegarde.erreurs import ArchiveInvalide

FORMAT = 1


@dataclass(frozen=True)
class Installation:
    """What the archive comes from, what it is restored on."""

    application: str
    moteur: str
    #: « 15.20 »; of SQLite, the version of the library.
    version_du_moteur: str
    #: Applied (or, here, known) migrations, by app.
    migrations: dict[str, list[str]]

    @property
    def version_majeure(self) -> int:
        return int(self.version_du_moteur.split(".")[0])


@dataclass(frozen=True)
class Membre:
    octets: int
    sha256: str


@dataclass(frozen=True)
class Manifeste:
    cree_le: str
    installation: Installation
    #: Rows of each table, counted in the same instant as the dump.
    lignes: dict[str, int]
    #: Tables whose rows are left out: their content must not come back (open sessions).
    sans_lignes: list[str]
    membres: dict[str, Membre] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def total(self) -> int:
        return sum(self.lignes.values())

    def en_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False).encode()

    @classmethod
    def lire(cls, contenu: bytes) -> Manifeste:
        try:
            brut = json.loads(contenu)
            if brut["format"] != FORMAT:
                raise ArchiveInvalide(
                    f"Cette archive est au format {brut['format']}, ce service lit le format {FORMAT}."
                )
            membres = {nom: Membre(**membre) for nom, membre in brut.pop("membres").items()}
            return cls(**brut | {"installation": Installation(**brut["installation"]), "membres": membres})
        except (KeyError, TypeError, ValueError) as erreur:
            raise ArchiveInvalide(f"Le manifeste de l’archive est illisible ({erreur}).") from erreur


def obstacles(archive: Installation, ici: Installation) -> Iterator[str]:
    """Why this archive cannot be restored here, whatever the options."""
    if archive.moteur != ici.moteur:
        yield f"L’archive vient de {archive.moteur}, cette base est {ici.moteur}."
        return
    inconnues = [
        f"{app}.{nom}"
        for app, noms in sorted(archive.migrations.items())
        for nom in noms
        if nom not in ici.migrations.get(app, ())
    ]
    if inconnues:
        yield (
            f"L’archive vient d’une version plus récente du service ({archive.application}, ici "
            f"{ici.application}) : migrations inconnues ici, {', '.join(inconnues)}."
        )
    if archive.version_majeure > ici.version_majeure:
        yield f"L’archive vient de {archive.moteur} {archive.version_majeure}, ici {ici.version_majeure}."


def ecarts(archive: Installation, ici: Installation) -> Iterator[str]:
    """Differences that one must accept with open eyes: an older application, an older server."""
    if archive.application != ici.application:
        yield f"L’archive vient de la version {archive.application} du service, ici {ici.application}."
    if archive.version_majeure < ici.version_majeure:
        yield f"L’archive vient de {archive.moteur} {archive.version_majeure}, ici {ici.version_majeure}."

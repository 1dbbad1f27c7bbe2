"""The two acts: make an archive of the base, put one back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from socle.enums import EtatCourriel
from socle.sauvegarde import archive as fichiers
from socle.sauvegarde.erreurs import SauvegardeImpossible
from socle.sauvegarde.manifeste import Installation, Manifeste, ecarts, obstacles
from socle.sauvegarde.moteurs import SANS_LIGNES, est_vide, moteur_de

MOTIF = "reseaux-cio-*.tar*"


@dataclass(frozen=True)
class Options:
    """What one accepts knowingly when restoring."""

    #: The base holds data: they are replaced.
    remplacer: bool = False
    #: The archive comes from an older application or an older server.
    autre_version: bool = False


def sauvegarder(
    connexion: BaseDatabaseWrapper,
    dossier: Path,
    *,
    cles_publiques: Sequence[str] = (),
) -> tuple[Path, Manifeste]:
    """Writes `reseaux-cio-<instant>.tar` (`.tar.age` with keys) in a folder, readable by its owner only.

    The base may be in use: the dump is of one instant. Needs the room of the dump twice.
    """
    moteur = moteur_de(connexion)
    instant = timezone.localtime()
    nom = f"reseaux-cio-{instant:%Y-%m-%d-%H%M%S}.tar" + (".age" if cles_publiques else "")
    with tempfile.TemporaryDirectory(prefix=".sauvegarde-", dir=dossier) as travail:
        dump, lignes = moteur.exporter(Path(travail))
        manifeste = Manifeste(
            cree_le=instant.isoformat(timespec="seconds"),
            installation=_installation(connexion, appliquees=True),
            lignes=lignes,
            sans_lignes=list(SANS_LIGNES),
        )
        destination = dossier / nom
        return destination, fichiers.ecrire(destination, manifeste, [dump], cles_publiques)


def garder(dossier: Path, nombre: int) -> list[Path]:
    """Removes the oldest archives of a folder; `nombre` remain."""
    anciennes = sorted(dossier.glob(MOTIF), key=lambda chemin: chemin.name)[: -nombre or None]
    for ancienne in anciennes:
        ancienne.unlink()
    return anciennes


@contextmanager
def ouvrir(archive: Path, cle_privee: Path | None = None) -> Iterator[tuple[Manifeste, Path]]:
    """The manifest and the folder of the members, every byte checked; the folder goes at the end."""
    with tempfile.TemporaryDirectory(prefix="restauration-") as travail:
        dossier = Path(travail)
        yield fichiers.deballer(archive, dossier, cle_privee), dossier


def examiner(connexion: BaseDatabaseWrapper, manifeste: Manifeste, options: Options) -> None:
    """Raises, before anything is touched, when this archive must not be restored here."""
    ici = _installation(connexion, appliquees=False)
    refus = list(obstacles(manifeste.installation, ici))
    if moteur_de(connexion).membre not in manifeste.membres and not refus:
        refus.append("L’archive ne contient pas la base.")
    if not refus and not options.autre_version:
        refus = [
            f"{ecart} Pour l’accepter : --autre-version." for ecart in ecarts(manifeste.installation, ici)
        ]
    if not refus and not options.remplacer and not est_vide(connexion):
        refus = ["La base contient déjà des données. Pour les remplacer toutes : --remplacer."]
    if refus:
        raise SauvegardeImpossible(" ".join(refus))


def restaurer(
    connexion: BaseDatabaseWrapper, manifeste: Manifeste, dossier: Path, *, retenir_courriels: bool
) -> None:
    """Puts the whole base back, or leaves it as it was. The migrations that it lacks are still to be run."""
    moteur = moteur_de(connexion)
    ensuite = [_retenue()] if retenir_courriels else []
    moteur.importer(dossier / moteur.membre, manifeste.lignes, ensuite)
    connexion.close()


def _retenue() -> str:
    """A mail that left after the backup waits again in it: nothing leaves twice, nor from a rehearsal.

    SQL, because it runs inside the restore, before any worker may see the base.
    """
    phrase = (
        f"Retenu par la restauration du {timezone.localdate():%d/%m/%Y} : il est peut-être déjà parti. "
        "Relisez-le avant de le renvoyer."
    )
    return (
        f"UPDATE socle_courriel SET etat = '{EtatCourriel.ECHEC}', erreur = '{phrase}' "
        f"WHERE etat IN ('{EtatCourriel.A_ENVOYER}', '{EtatCourriel.EN_COURS}')"
    )


def _installation(connexion: BaseDatabaseWrapper, *, appliquees: bool) -> Installation:
    """`appliquees`: the migrations that the base has; otherwise those that the code knows."""
    charge = MigrationLoader(connexion)
    noms: dict[str, list[str]] = {}
    for app, nom in sorted(charge.applied_migrations if appliquees else charge.disk_migrations):
        noms.setdefault(app, []).append(nom)
    moteur = moteur_de(connexion)
    return Installation(settings.VERSION, moteur.nom, moteur.version(), noms)

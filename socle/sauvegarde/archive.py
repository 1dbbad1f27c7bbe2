"""The file: a tar (manifest, print of the manifest, members), encrypted by age when keys are given.

Plain tar and age (age-encryption.org), so that an archive opens without this program. Encrypted for public
keys: the server that writes archives cannot read them. Everything streams; a member is never in memory.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

import pyrage

from socle.sauvegarde.erreurs import ArchiveInvalide, SauvegardeImpossible
from socle.sauvegarde.manifeste import Manifeste, Membre

MANIFESTE = "manifeste.json"
EMPREINTE = "manifeste.sha256"
BLOC = 1024 * 1024  # bytes read at a time
DEBUT_AGE = b"age-encryption.org/v1"
#: A manifest of a hundred tables weighs 10 kB: beyond this it is not one.
MANIFESTE_MAXIMUM = 4 * 1024 * 1024


def mesurer(chemin: Path) -> Membre:
    """Size and SHA-256 of a file."""
    with chemin.open("rb") as fichier:
        empreinte = hashlib.file_digest(fichier, "sha256")
    return Membre(chemin.stat().st_size, empreinte.hexdigest())


def _creer_prive(chemin: Path) -> IO[bytes]:
    """A new file, that its owner alone may read; refuses to write over another."""
    return os.fdopen(os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


# --- Writing -----------------------------------------------------------------------------------------


class _Flux(io.RawIOBase):
    """A generator of bytes as a readable file: what `pyrage` asks for."""

    def __init__(self, morceaux: Iterator[bytes]) -> None:
        self._morceaux = morceaux
        self._reste = b""

    def readable(self) -> bool:
        return True

    def readinto(self, tampon) -> int:
        while not self._reste:
            try:
                self._reste = next(self._morceaux)
            except StopIteration:
                return 0
        lus, self._reste = self._reste[: len(tampon)], self._reste[len(tampon) :]
        tampon[: len(lus)] = lus
        return len(lus)


def ecrire(
    destination: Path, manifeste: Manifeste, membres: Sequence[Path], cles_publiques: Sequence[str] = ()
) -> Manifeste:
    """Writes the archive beside its name, then gives it its name: a half-written one is never seen."""
    complet = replace(manifeste, membres={membre.name: mesurer(membre) for membre in membres})
    partiel = destination.with_name(destination.name + ".partiel")
    destinataires = [_destinataire(cle) for cle in cles_publiques]
    try:
        with _creer_prive(partiel) as sortie:
            morceaux = _tar(complet, membres)
            if destinataires:
                pyrage.encrypt_io(_Flux(morceaux), sortie, destinataires)
            else:
                sortie.writelines(morceaux)
            sortie.flush()
            os.fsync(sortie.fileno())
        partiel.rename(destination)
    finally:
        partiel.unlink(missing_ok=True)
    return complet


def _destinataire(cle: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(cle.strip())
    except pyrage.RecipientError as erreur:
        raise SauvegardeImpossible(
            f"« {cle} » n’est pas une clé publique age (elle commence par « age1 »)."
        ) from erreur


def _tar(manifeste: Manifeste, membres: Sequence[Path]) -> Iterator[bytes]:
    contenu = manifeste.en_json()
    empreinte = hashlib.sha256(contenu).hexdigest().encode()
    for nom, petit in ((MANIFESTE, contenu), (EMPREINTE, empreinte)):
        yield from _entree(nom, len(petit), iter([petit]))
    for membre in membres:
        yield from _entree(membre.name, membre.stat().st_size, _lire(membre))
    yield bytes(2 * tarfile.BLOCKSIZE)


def _entree(nom: str, taille: int, contenu: Iterator[bytes]) -> Iterator[bytes]:
    entete = tarfile.TarInfo(nom)
    entete.size, entete.mode = taille, 0o600
    yield entete.tobuf(tarfile.GNU_FORMAT)
    yield from contenu
    yield bytes(-taille % tarfile.BLOCKSIZE)


def _lire(chemin: Path) -> Iterator[bytes]:
    with chemin.open("rb") as fichier:
        while bloc := fichier.read(BLOC):
            yield bloc


# --- Reading -----------------------------------------------------------------------------------------


def deballer(archive: Path, dossier: Path, cle_privee: Path | None = None) -> Manifeste:
    """Unpacks into an empty folder and checks every byte against the manifest; raises otherwise.

    Nothing but the members that the manifest names is written, under these names.
    """
    clair = _dechiffrer(archive, dossier, cle_privee) if _est_chiffree(archive) else archive
    try:
        with clair.open("rb") as fichier, tarfile.open(fileobj=fichier, mode="r|") as tar:
            manifeste = _manifeste(tar)
            _verser(tar, manifeste, dossier)
    except (tarfile.TarError, EOFError) as erreur:
        raise ArchiveInvalide(f"L’archive est tronquée ou altérée ({erreur}).") from erreur
    finally:
        if clair != archive:
            clair.unlink()
    return manifeste


def _est_chiffree(archive: Path) -> bool:
    with archive.open("rb") as fichier:
        return fichier.read(len(DEBUT_AGE)) == DEBUT_AGE


def _dechiffrer(archive: Path, dossier: Path, cle_privee: Path | None) -> Path:
    """age authenticates each block and the last one: a change or a cut is an error, not a shorter file."""
    if cle_privee is None:
        raise ArchiveInvalide("L’archive est chiffrée : donnez la clé privée (--cle).")
    clair = dossier / "archive.tar"
    try:
        with archive.open("rb") as source, clair.open("xb") as cible:
            pyrage.decrypt_io(source, cible, _identites(cle_privee))
    except (OSError, pyrage.DecryptError) as erreur:
        raise ArchiveInvalide(
            f"L’archive ne se déchiffre pas : altérée, tronquée, ou faite pour une autre clé ({erreur})."
        ) from erreur
    return clair


def _identites(chemin: Path) -> list[pyrage.x25519.Identity]:
    """The keys of a file as `age-keygen` writes it: comments, then one AGE-SECRET-KEY per line."""
    lignes = [ligne.strip() for ligne in chemin.read_text(errors="replace").splitlines()]
    try:
        cles = [pyrage.x25519.Identity.from_str(ligne) for ligne in lignes if ligne and ligne[0] != "#"]
    except pyrage.IdentityError as erreur:
        raise ArchiveInvalide(f"« {chemin} » n’est pas un fichier de clé privée age.") from erreur
    if not cles:
        raise ArchiveInvalide(f"« {chemin} » ne contient aucune clé privée.")
    return cles


def _manifeste(tar: tarfile.TarFile) -> Manifeste:
    contenu = _petit_membre(tar, MANIFESTE)
    if hashlib.sha256(contenu).hexdigest().encode() != _petit_membre(tar, EMPREINTE):
        raise ArchiveInvalide("Le manifeste de l’archive ne correspond plus à son empreinte.")
    return Manifeste.lire(contenu)


def _petit_membre(tar: tarfile.TarFile, nom: str) -> bytes:
    entree = tar.next()
    source = tar.extractfile(entree) if entree and entree.isfile() else None
    if source is None or entree is None or entree.name != nom or entree.size > MANIFESTE_MAXIMUM:
        raise ArchiveInvalide("Ce fichier n’est pas une sauvegarde de ce service.")
    return source.read()


def _verser(tar: tarfile.TarFile, manifeste: Manifeste, dossier: Path) -> None:
    attendus = dict(manifeste.membres)
    while entree := tar.next():
        attendu = attendus.pop(entree.name, None)
        source = tar.extractfile(entree) if entree.isfile() else None
        # The name comes from the manifest too: it must stay in the folder.
        if attendu is None or source is None or Path(entree.name).name != entree.name:
            raise ArchiveInvalide(f"L’archive contient un membre imprévu : « {entree.name} ».")
        chemin = dossier / entree.name
        if _copier(source, chemin) != attendu:
            raise ArchiveInvalide(f"Le membre « {entree.name} » ne correspond plus à son empreinte SHA-256.")
    if attendus:
        raise ArchiveInvalide(f"L’archive est tronquée : il manque {', '.join(sorted(attendus))}.")


def _copier(source: IO[bytes], chemin: Path) -> Membre:
    empreinte, octets = hashlib.sha256(), 0
    with chemin.open("xb") as cible:
        while bloc := source.read(BLOC):
            empreinte.update(bloc)
            octets += cible.write(bloc)
    return Membre(octets, empreinte.hexdigest())


# --- Keys --------------------------------------------------------------------------------------------


def creer_cle(chemin: Path) -> str:
    """A new private key, in a file that only its owner reads; gives the public key."""
    identite = pyrage.x25519.Identity.generate()
    publique = str(identite.to_public())
    with _creer_prive(chemin) as fichier:
        fichier.write(f"# clé publique : {publique}\n{identite}\n".encode())
    return publique

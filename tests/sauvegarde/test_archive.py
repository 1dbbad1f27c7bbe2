"""The file of a backup: whole, or refused before anything is written from it."""

import hashlib
import io
import tarfile
import tracemalloc
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socle.sauvegarde.archive import MANIFESTE, creer_cle, deballer, ecrire
from socle.sauvegarde.erreurs import ArchiveInvalide, SauvegardeImpossible
from socle.sauvegarde.manifeste import Installation, Manifeste, ecarts, obstacles

ICI = Installation("1.0.0", "PostgreSQL", "15.18", {"socle": ["0001_initial", "0002_ecriture_seule"]})
CONTENU = bytes(range(256)) * 37


def creer_archive(dossier: Path, *cles: str, contenu: bytes = CONTENU) -> Path:
    (dossier / "source").mkdir()
    membre = dossier / "source" / "base.dump"
    membre.write_bytes(contenu)
    manifeste = Manifeste("2027-03-11T03:10:00+01:00", ICI, {"socle_fichier": 3}, ["comptes_session"])
    archive = dossier / "essai.tar"
    ecrire(archive, manifeste, [membre], cles)
    return archive


def lire(archive: Path, dossier: Path, cle: Path | None = None) -> bytes:
    dossier.mkdir()
    deballer(archive, dossier, cle)
    return (dossier / "base.dump").read_bytes()


@pytest.fixture(scope="module")
def claire(tmp_path_factory) -> Path:
    return creer_archive(tmp_path_factory.mktemp("claire"))


def test_ce_qui_est_ecrit_se_relit(tmp_path, claire):
    assert lire(claire, tmp_path / "lu") == CONTENU
    assert deballer(claire, tmp_path).lignes == {"socle_fichier": 3}
    assert claire.stat().st_mode & 0o077 == 0


def test_l_archive_s_ouvre_sans_ce_programme(tmp_path, claire):
    with tarfile.open(claire) as tar:
        assert tar.getnames() == [MANIFESTE, "manifeste.sha256", "base.dump"]


@settings(max_examples=80)
@given(st.data())
def test_un_octet_change_est_reconnu_ou_ne_change_rien(tmp_path_factory, claire, data):
    """The zeros that a tar puts between its members are nobody's content."""
    octets = bytearray(claire.read_bytes())
    rang = data.draw(st.integers(0, len(octets) - 1))
    octets[rang] ^= data.draw(st.integers(1, 255))
    dossier = tmp_path_factory.mktemp("alteree")
    (dossier / "essai.tar").write_bytes(octets)
    try:
        assert lire(dossier / "essai.tar", dossier / "lu") == CONTENU
    except ArchiveInvalide:
        return
    assert claire.read_bytes()[rang] == 0 or rang < 512 * 4  # a name, a date in a header


@settings(max_examples=40)
@given(st.data())
def test_une_archive_coupee_est_reconnue(tmp_path_factory, claire, data):
    octets = claire.read_bytes()
    utiles = len(octets) - 2 * 512 - (-len(CONTENU) % 512)
    dossier = tmp_path_factory.mktemp("coupee")
    (dossier / "essai.tar").write_bytes(octets[: data.draw(st.integers(0, utiles - 1))])
    with pytest.raises(ArchiveInvalide):
        lire(dossier / "essai.tar", dossier / "lu")


def test_un_fichier_quelconque_est_refuse(tmp_path):
    (tmp_path / "photo.tar").write_bytes(b"GIF89a" * 500)
    with pytest.raises(ArchiveInvalide):
        lire(tmp_path / "photo.tar", tmp_path / "lu")


def test_un_membre_ne_s_ecrit_pas_ailleurs(tmp_path, claire):
    """Even with a manifest and a print that agree."""
    manifeste = deballer(claire, tmp_path)
    membre = manifeste.membres.pop("base.dump")
    manifeste.membres["../evade"] = membre
    with pytest.raises(ArchiveInvalide, match="imprévu"):
        lire(_refaire(tmp_path, manifeste, "../evade"), tmp_path / "lu")
    assert not (tmp_path / "evade").exists()


def _refaire(dossier: Path, manifeste: Manifeste, nom: str) -> Path:
    contenu = manifeste.en_json()
    archive = dossier / "refaite.tar"
    with tarfile.open(archive, "w") as tar:
        empreinte = hashlib.sha256(contenu).hexdigest().encode()
        for membre, octets in ((MANIFESTE, contenu), ("manifeste.sha256", empreinte), (nom, CONTENU)):
            entree = tarfile.TarInfo(membre)
            entree.size = len(octets)
            tar.addfile(entree, io.BytesIO(octets))
    return archive


# --- Encryption --------------------------------------------------------------------------------------


def test_une_archive_chiffree_ne_s_ouvre_qu_avec_sa_cle(tmp_path):
    publique = creer_cle(tmp_path / "cle.txt")
    creer_cle(tmp_path / "autre.txt")
    archive = creer_archive(tmp_path, publique)
    assert b"PostgreSQL" not in archive.read_bytes()
    assert (tmp_path / "cle.txt").stat().st_mode & 0o077 == 0
    assert lire(archive, tmp_path / "lu", tmp_path / "cle.txt") == CONTENU
    with pytest.raises(ArchiveInvalide, match="chiffrée"):
        lire(archive, tmp_path / "sans")
    with pytest.raises(ArchiveInvalide, match="autre clé"):
        lire(archive, tmp_path / "autre", tmp_path / "autre.txt")
    with pytest.raises(ArchiveInvalide, match="pas un fichier de clé"):
        lire(archive, tmp_path / "faux", _texte(tmp_path))


def _texte(dossier: Path) -> Path:
    (dossier / "notes.txt").write_text("rendez-vous à 9 h\n")
    return dossier / "notes.txt"


@pytest.mark.parametrize("reste", [0.3, 0.9, 0.9999])
def test_une_archive_chiffree_coupee_ou_alteree_est_reconnue(tmp_path, reste):
    publique = creer_cle(tmp_path / "cle.txt")
    archive = creer_archive(tmp_path, publique, contenu=bytes(300_000))
    octets = archive.read_bytes()
    rang = int(len(octets) * reste)
    archive.write_bytes(octets[:rang])
    with pytest.raises(ArchiveInvalide):
        lire(archive, tmp_path / "coupee", tmp_path / "cle.txt")
    archive.write_bytes(octets[:rang] + bytes([octets[rang] ^ 1]) + octets[rang + 1 :])
    with pytest.raises(ArchiveInvalide):
        lire(archive, tmp_path / "alteree", tmp_path / "cle.txt")


def test_une_cle_publique_mal_recopiee_n_ecrit_rien(tmp_path):
    with pytest.raises(SauvegardeImpossible, match="clé publique age"):
        creer_archive(tmp_path, "age1fausse")
    assert [chemin.name for chemin in tmp_path.iterdir()] == ["source"]


def test_la_memoire_ne_suit_pas_la_taille(tmp_path):
    """40 MB pass through a few blocks of 1 MB."""
    publique = creer_cle(tmp_path / "cle.txt")
    tracemalloc.start()
    try:
        (tmp_path / "lu").mkdir()
        membre = tmp_path / "base.dump"
        with membre.open("wb") as fichier:
            fichier.truncate(40_000_000)
        manifeste = Manifeste("2027-03-11T03:10:00+01:00", ICI, {}, [])
        ecrire(tmp_path / "essai.tar", manifeste, [membre], [publique])
        deballer(tmp_path / "essai.tar", tmp_path / "lu", tmp_path / "cle.txt")
        _, sommet = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sommet < 8_000_000


def test_disque_plein_rien_a_moitie_ecrit(tmp_path, monkeypatch):
    def plein(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pyrage, "encrypt_io", plein)
    with pytest.raises(OSError, match="No space"):
        creer_archive(tmp_path, creer_cle(tmp_path / "cle.txt"))
    assert sorted(chemin.name for chemin in tmp_path.iterdir()) == ["cle.txt", "source"]


# --- May this installation take it? ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changement", "phrase"),
    [
        ({"moteur": "SQLite"}, "vient de SQLite"),
        ({"migrations": {"socle": ["0001_initial", "0099_demain"]}}, "socle.0099_demain"),
        ({"migrations": {"inconnue": ["0001_initial"]}}, "plus récente"),
        ({"version_du_moteur": "16.2"}, "PostgreSQL 16"),
    ],
)
def test_ce_qui_ne_se_restaure_pas_ici(changement, phrase):
    archive = Installation(**{**vars(ICI), **changement})
    assert phrase in " ".join(obstacles(archive, ICI))


def test_ce_qui_se_restaure_en_le_disant():
    assert not list(obstacles(ICI, ICI))
    assert not list(ecarts(ICI, ICI))
    ancienne = Installation("0.9.0", "PostgreSQL", "14.9", {"socle": ["0001_initial"]})
    assert not list(obstacles(ancienne, ICI))
    assert [ecart.split()[-1] for ecart in ecarts(ancienne, ICI)] == ["1.0.0.", "15."]

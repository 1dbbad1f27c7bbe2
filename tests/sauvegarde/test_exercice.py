"""The drill: dump, empty server, restore, migrate; same rows, same prints, one signs in, one PDF."""

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import FileField
from django.test import Client

from comptes.enums import Role
from psyen.services.arretes import produire_document
from reseaux.models import CIO
from socle.coherence import declencheurs_poses
from socle.enums import EtatCourriel
from socle.models import Courriel
from socle.sauvegarde import moteurs
from socle.sauvegarde.archive import creer_cle
from tests.comptes.factories import MOT_DE_PASSE, creer_compte
from tests.depot import COUCHES
from tests.psyen.factories import creer_arretee
from tests.reseaux.factories import connecter, creer_perimetre
from tests.sauvegarde.serveurs import serveur_vide

pytestmark = pytest.mark.django_db(transaction=True)
VISITE = Path(__file__).with_name("visite_apres_restauration.py")


@pytest.fixture
def monde(settings):
    """An arrêté with its PDF, a DCIO signed in, one mail sent and others that wait."""
    arretee = creer_arretee()
    produire_document(arrete=arretee.arrete)
    dcio = creer_perimetre(Role.DCIO, arretee.cio, utilisateur=creer_compte("ana@ac-essai.fr"))
    client = connecter(Client(), dcio)
    for rang, etat in enumerate((EtatCourriel.ENVOYE, EtatCourriel.A_ENVOYER, EtatCourriel.EN_COURS)):
        Courriel.objects.create(
            cle=f"exercice:{rang}", destinataire="ana@ac-essai.fr", objet="o", corps_texte="t", etat=etat
        )
    return arretee, client.cookies[settings.SESSION_COOKIE_NAME].value


def sauvegarder(dossier: Path, *arguments: str) -> Path:
    call_command("sauvegarder", dossier, *arguments, verbosity=0)
    (archive,) = dossier.glob("*.tar*")
    return archive


def test_l_exercice_de_restauration(monde, tmp_path, capsys):
    arretee, session = monde
    publique = creer_cle(tmp_path / "cle.txt")
    (archives := tmp_path / "archives").mkdir()
    archive = sauvegarder(archives, "--pour", publique)
    assert b"Blois" not in archive.read_bytes()
    (neuf := tmp_path / "neuf").mkdir()
    with serveur_vide(neuf) as serveur:
        restaure = serveur.manage("restaurer", str(archive), "--cle", str(tmp_path / "cle.txt"))
        assert restaure.returncode == 0, restaure.stderr
        assert "Aucune anomalie." in restaure.stdout
        arguments = ("ana@ac-essai.fr", MOT_DE_PASSE, session, str(arretee.arrete.pk))
        vu = json.loads(serveur.script(VISITE, *arguments))

    fichier = arretee.arrete.__class__.objects.get(pk=arretee.arrete.pk).fichier
    assert (vu["connexion"], vu["pdf"], vu["sha256_servi"]) == (302, 200, fichier.sha256)
    assert vu["session_d_avant"] == 302  # to the sign-in page: a session is not restored
    assert all(annonce == calcule for annonce, calcule in vu["sha256"].values())
    attendus = Courriel.objects.exclude(etat__in=["a_envoyer", "en_cours"]).count()
    assert vu["courriels"].count("echec") == len(vu["courriels"]) - attendus
    assert not {"a_envoyer", "en_cours"} & set(vu["courriels"])
    annonces = int(capsys.readouterr().out.split(" tables, ")[1].split()[0])
    # The visit signed in: what it wrote is not of the archive.
    assert sum(vu["lignes"].values()) - vu["lignes"]["axes_accesslog"] == annonces


def test_une_base_qui_contient_des_donnees_n_est_remplacee_que_sur_demande(monde, tmp_path):
    archive = sauvegarder(tmp_path, "--en-clair")
    declencheurs_avant = declencheurs_poses()
    CIO.objects.update(telephone="écrit depuis")
    with pytest.raises(CommandError, match="--remplacer"):
        call_command("restaurer", archive)
    assert CIO.objects.filter(telephone="écrit depuis").exists()
    call_command("restaurer", archive, "--remplacer", "--a-blanc")
    assert CIO.objects.filter(telephone="écrit depuis").exists()
    call_command("restaurer", archive, "--remplacer")
    assert CIO.objects.exists()
    assert not CIO.objects.filter(telephone="écrit depuis").exists()
    assert not declencheurs_avant ^ declencheurs_poses()


def test_une_archive_alteree_ne_touche_a_rien(monde, tmp_path):
    archive = sauvegarder(tmp_path)
    octets = bytearray(archive.read_bytes())
    octets[len(octets) // 2] ^= 1
    archive.write_bytes(octets)
    with pytest.raises(CommandError, match=r"restauré\. Le membre"):
        call_command("restaurer", archive, "--remplacer")
    archive.write_bytes(octets[: len(octets) // 2])
    with pytest.raises(CommandError, match="tronquée"):
        call_command("restaurer", archive, "--remplacer")
    assert CIO.objects.exists()


def test_une_archive_qui_ment_sur_ses_lignes_est_refusee_en_bloc(monde, tmp_path, monkeypatch):
    """Counted inside the transaction of the restore: the base stays as it was."""
    compter = moteurs._compter
    monkeypatch.setattr(moteurs, "_compter", lambda *a: compter(*a) | {"socle_fichier": 41})
    archive = sauvegarder(tmp_path)
    monkeypatch.undo()
    with pytest.raises(CommandError, match="socle_fichier"):
        call_command("restaurer", archive, "--remplacer")
    assert CIO.objects.exists()


def test_une_archive_plus_recente_est_refusee(monde, tmp_path, settings):
    settings.VERSION = "9.0.0"
    archive = sauvegarder(tmp_path)
    settings.VERSION = "1.0.0"
    with pytest.raises(CommandError, match=r"version 9\.0\.0.*--autre-version"):
        call_command("restaurer", archive, "--remplacer")


def test_les_archives_anciennes_s_effacent_les_recentes_restent(monde, tmp_path):
    for jour in range(1, 5):
        (tmp_path / f"reseaux-cio-2026-01-0{jour}-031000.tar").touch()
    (tmp_path / "notes.txt").touch()
    call_command("sauvegarder", tmp_path, "--garder", "2", verbosity=0)
    noms = sorted(chemin.name for chemin in tmp_path.iterdir())
    assert len(noms) == 4
    assert noms[:3] == ["effacements.jsonl", "notes.txt", "reseaux-cio-2026-01-04-031000.tar"]


def test_la_sauvegarde_va_ou_l_on_dit(tmp_path):
    with pytest.raises(CommandError, match="Indiquez le dossier"):
        call_command("sauvegarder")
    with pytest.raises(CommandError, match="Aucune archive"):
        call_command("sauvegarder", tmp_path / "absent")
    assert not (tmp_path / "absent").exists()
    with pytest.raises(CommandError, match="au moins une"):
        call_command("sauvegarder", tmp_path, "--garder", "0")


@pytest.mark.sqlite
def test_tout_est_dans_la_base():
    """A file on the disk would be in no archive."""
    modeles = [modele for modele in apps.get_models() if modele._meta.app_label in COUCHES]
    champs = [champ for modele in modeles for champ in modele._meta.get_fields()]
    assert not [champ for champ in champs if isinstance(champ, FileField)]

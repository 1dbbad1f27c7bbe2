"""The installer refuses early, in one French line, and does nothing the second time."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import installer
import pytest
import systeme

from tests import services_jetables
from tests.depot import RACINE

SCRIPT = RACINE / "deploy" / "outils" / "installer.py"


def _refus(refuser, *arguments: object) -> str:
    """The single line with which a check stops; a text given to sys.exit means exit code 1."""
    with pytest.raises(SystemExit) as arret:
        refuser(*arguments)
    message = arret.value.code
    assert isinstance(message, str)
    assert "\n" not in message
    return message


def test_un_port_pris_est_dit_avant_tout_travail():
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        port = occupant.getsockname()[1]
        essai = subprocess.run(
            [sys.executable, str(SCRIPT), "--port", str(port)], capture_output=True, text=True, check=False
        )
    assert essai.returncode == 1
    assert f"Le port {port} est déjà pris" in essai.stderr
    assert len(essai.stderr.splitlines()) == 1
    assert not essai.stdout


@pytest.mark.parametrize("port", ["0", "65536", "-1", "huit mille", ""])
def test_un_port_impossible_est_refuse(port):
    assert "n’est pas un nombre de 1 à 65535" in _refus(installer.exiger_port_libre, port)


def test_un_dossier_en_lecture_seule_est_nomme(monkeypatch):
    monkeypatch.setattr(installer, "_modifiable", lambda dossier: False)
    message = _refus(installer.exiger_dossier_modifiable)
    assert str(RACINE) in message
    assert "lecture seule" in message


def test_un_dossier_modifiable_ne_garde_pas_de_trace(tmp_path):
    assert installer._modifiable(tmp_path)
    assert not list(tmp_path.iterdir())
    assert not installer._modifiable(tmp_path / "absent")


def test_un_python_trop_ancien_est_refuse(monkeypatch):
    monkeypatch.setattr(
        installer, "sys", SimpleNamespace(version_info=(3, 8, 2), executable="/vieux", exit=sys.exit)
    )
    monkeypatch.setattr(installer.shutil, "which", lambda nom: None)
    message = _refus(installer.exiger_python)
    assert "Python 3.11 ou plus récent" in message
    assert "3.8" in message


def test_un_python_plus_recent_de_la_machine_prend_le_relais(monkeypatch):
    monkeypatch.setattr(installer, "VERSION_MINIMALE", (3, 99))
    monkeypatch.setattr(installer, "VERSION_MAXIMALE", 99)
    monkeypatch.setattr(installer.shutil, "which", lambda nom: f"/bin/{nom}")
    appels = []
    monkeypatch.setattr(installer.os, "execv", lambda chemin, mots: appels.append(chemin) or sys.exit(0))
    with pytest.raises(SystemExit):
        installer.exiger_python()
    assert appels == ["/bin/python3.99"]


def test_le_temoin_evite_de_reinstaller(monkeypatch, tmp_path):
    temoin = tmp_path / "verrou-installe"
    monkeypatch.setattr(installer, "TEMOIN", temoin)
    monkeypatch.setattr(installer, "PYTHON", Path(sys.executable))
    assert not installer.deja_installe("execution")
    temoin.write_text(installer.empreinte("requirements.lock"))
    assert installer.deja_installe("execution")
    assert not installer.deja_installe("essais")
    temoin.write_text(installer.empreinte("requirements-dev.lock"))
    assert installer.deja_installe("execution")
    assert installer.deja_installe("essais")
    monkeypatch.setattr(installer, "PYTHON", tmp_path / "python-disparu")
    assert not installer.deja_installe("essais")


def test_ce_qui_manque_est_dit_avec_la_commande_qui_l_installe(monkeypatch):
    monkeypatch.setattr(systeme, "manquants", lambda usage: ["pango", "redis"])
    monkeypatch.setattr(systeme.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(systeme.shutil, "which", lambda nom: "/x" if nom == "apt-get" else None)
    message = _refus(systeme.exiger, "essais")
    assert "apt-get install -y --no-install-recommends libpango-1.0-0 redis-server" in message


def test_root_sur_debian_installe_puis_verifie(monkeypatch):
    ordres: list[list[str]] = []
    monkeypatch.setattr(systeme, "manquants", lambda usage: [] if ordres else ["redis"])
    monkeypatch.setattr(systeme.os, "geteuid", lambda: 0)
    monkeypatch.setattr(systeme.shutil, "which", lambda nom: "/x")
    fait = SimpleNamespace(returncode=0, stdout=b"")
    monkeypatch.setattr(systeme.subprocess, "run", lambda ordre, **_: ordres.append(ordre) or fait)
    systeme.exiger("essais")
    assert [ordre[:2] for ordre in ordres] == [["apt-get", "update"], ["apt-get", "install"]]
    assert ordres[1][-1] == "redis-server"


@pytest.mark.parametrize(
    ("trouver", "ouvrir"),
    [
        ("trouver_postgresql", services_jetables.postgresql_jetable),
        ("trouver_redis", services_jetables.redis_jetable),
    ],
)
def test_un_service_absent_est_un_echec_avec_son_remede(monkeypatch, trouver, ouvrir):
    monkeypatch.setattr(systeme, trouver, lambda: None)
    with pytest.raises(services_jetables.ServiceManquant, match="Pour l’installer"), ouvrir():
        pytest.fail("le service ne devait pas démarrer")


def test_les_outils_ne_demandent_rien_d_installe():
    """They run before the environment exists, on the bare Python of the machine."""
    essai = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path.insert(0, {str(SCRIPT.parent)!r}); import installer",
        ],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert essai.returncode == 0, essai.stderr

"""The antivirus: a fake clamd in a thread, that speaks INSTREAM as the real one does."""

import socket
import threading

import pytest
from django.core.exceptions import ValidationError

from socle import antivirus
from socle.antivirus import exiger_sain, lire_adresse

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FauxClamd:
    """Reads one file by connection, keeps it, and recognises EICAR; `reponse` makes it say something else."""

    def __init__(self, ecoute: socket.socket):
        self.ecoute, self.recus, self.reponse = ecoute, [], None
        self.fil = threading.Thread(target=self._servir, daemon=True)
        self.fil.start()

    def _servir(self):
        while True:
            try:
                prise, _ = self.ecoute.accept()
            except OSError:
                return
            with prise, prise.makefile("rb") as flux:
                assert flux.read(10) == b"zINSTREAM\0"
                contenu = b""
                while longueur := int.from_bytes(flux.read(4)):
                    contenu += flux.read(longueur)
                self.recus.append(contenu)
                infecte = b"stream: Eicar-Test-Signature FOUND\0"
                prise.sendall(self.reponse or (infecte if EICAR in contenu else b"stream: OK\0"))


@pytest.fixture(params=["tcp", "unix"])
def clamd(request, settings, tmp_path):
    if request.param == "tcp":
        ecoute = socket.create_server(("127.0.0.1", 0))
        settings.ANTIVIRUS = f"clamd://127.0.0.1:{ecoute.getsockname()[1]}"
    else:
        ecoute = socket.socket(socket.AF_UNIX)
        ecoute.bind(str(tmp_path / "c"))
        ecoute.listen()
        settings.ANTIVIRUS = f"clamd://{tmp_path / 'c'}"
    serveur = FauxClamd(ecoute)
    yield serveur
    ecoute.shutdown(socket.SHUT_RDWR)
    ecoute.close()
    serveur.fil.join()


def refus(contenu: bytes) -> str:
    with pytest.raises(ValidationError) as leve:
        exiger_sain(nom="note.pdf", contenu=contenu)
    (message,) = leve.value.message_dict["fichier"]
    return message


def test_un_fichier_sain_passe_en_entier(clamd):
    contenu = bytes(range(256)) * 1_000
    exiger_sain(nom="note.pdf", contenu=contenu)
    assert clamd.recus == [contenu]


def test_un_virus_est_nomme_avec_ce_qu_il_faut_faire(clamd):
    message = refus(EICAR)
    assert "« Eicar-Test-Signature » dans « note.pdf »" in message
    assert "prévenez l’assistance" in message


@pytest.mark.parametrize("reponse", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"stream: peut-etre\0"])
def test_une_reponse_qui_n_est_pas_oui_est_un_refus(clamd, reponse):
    clamd.reponse = reponse
    assert "n’a pas pu être vérifié" in refus(b"sain")


@pytest.mark.parametrize(
    "adresse", ["clamd://127.0.0.1:1", "clamd:///nulle/part", "http://127.0.0.1", "clamd://127.0.0.1:abc"]
)
def test_sans_reponse_rien_n_est_garde(settings, adresse):
    settings.ANTIVIRUS = adresse
    message = refus(b"sain")
    assert "n’est pas enregistré" in message
    assert "Réessayez" in message


def test_un_antivirus_muet_est_un_refus(settings, monkeypatch):
    monkeypatch.setattr(antivirus, "DELAI", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as ecoute:
        settings.ANTIVIRUS = f"clamd://127.0.0.1:{ecoute.getsockname()[1]}"
        assert "n’a pas pu être vérifié" in refus(b"sain")


def test_sans_antivirus_configure_rien_n_est_demande(settings):
    settings.ANTIVIRUS = ""
    exiger_sain(nom="note.pdf", contenu=EICAR)


def test_les_deux_formes_d_adresse():
    assert lire_adresse("clamd://antivirus:3311") == ("antivirus", 3311)
    assert lire_adresse("clamd://antivirus") == ("antivirus", 3310)
    assert lire_adresse("clamd:///run/clamav/clamd.sock") == "/run/clamav/clamd.sock"

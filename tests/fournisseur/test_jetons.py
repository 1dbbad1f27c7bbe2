"""The tokens of the provider, and the links to it: what is believed, where it comes from, where it goes."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.certificats import certifier, contexte_du_serveur
from tests.fournisseur.conftest import ANA
from tests.fournisseur.test_connexion import entrer, est_connecte, partir, refus

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("entete", ["jku", "x5u", "jwk"])
def test_une_cle_ne_vient_que_de_l_adresse_reglee(client, fournisseur, ana, entete):
    """A token that says where its key is, or brings it: neither fetched nor believed."""
    valeur = {} if entete == "jwk" else f"{fournisseur.racine}/piege/"
    fournisseur.regler(personnes={"sub-ana": ANA}, autre_cle=True, entetes={entete: valeur})
    refus(entrer(client, fournisseur), "n’est pas conforme", 400)
    assert not est_connecte(client)
    assert fournisseur.visites_du_piege() == []


def test_le_piege_prend_qui_va_y_chercher_ses_cles(client, fournisseur, ana, settings):
    """Else the essay above would prove nothing: with these keys, the same token is good."""
    entetes = {"jku": f"{fournisseur.racine}/piege/"}
    fournisseur.regler(personnes={"sub-ana": ANA}, autre_cle=True, entetes=entetes)
    settings.OIDC_OP_JWKS_ENDPOINT = f"{fournisseur.racine}/piege/"
    entrer(client, fournisseur)
    assert est_connecte(client)
    assert fournisseur.visites_du_piege() != []


@pytest.mark.parametrize("autre", ["acces", "userinfo"])
def test_un_jeton_d_un_autre_genre_n_ouvre_rien(client, fournisseur, ana, autre):
    """In the place of the id token: the access token, or the signed answer of userinfo, well signed."""
    fournisseur.regler(personnes={"sub-ana": ANA}, a_la_place=autre)
    refus(entrer(client, fournisseur), "n’est pas conforme", 400)
    assert not est_connecte(client)


@pytest.mark.parametrize("adresse", ["TOKEN", "USER", "JWKS"])
def test_aucune_reponse_n_envoie_le_service_ailleurs(client, fournisseur, ana, settings, adresse):
    fournisseur.regler(personnes={"sub-ana": ANA})
    retour = fournisseur.entrer(partir(client), "sub-ana")
    setattr(settings, f"OIDC_OP_{adresse}_ENDPOINT", f"{fournisseur.racine}/detour/")
    refus(client.get(retour), "n’est pas conforme", 400)
    assert fournisseur.visites_du_piege() == []


def test_les_jetons_ne_quittent_pas_le_serveur(client, fournisseur, ana):
    """No access nor refresh token is kept; the id token goes back to its provider, nowhere else."""
    fournisseur.regler(personnes={"sub-ana": ANA})
    entrer(client, fournisseur)
    session = dict(client.session)
    jeton = session["oidc_id_token"]
    assert not {"oidc_access_token", "oidc_refresh_token"} & set(session)
    assert {temoin.value for temoin in client.cookies.values()} & {jeton, jeton.split(".")[2]} == set()
    for adresse in ("/compte/", "/compte/second-facteur/", "/aide/"):
        reponse = client.get(adresse)
        assert jeton.split(".")[2] not in reponse.content.decode() + str(reponse.headers), adresse
    assert f"id_token_hint={jeton}" in client.post("/deconnexion/").context["suite"]


@pytest.fixture
def certificat(request, monkeypatch, tmp_path) -> Path:
    """Of that name; vouched for, or not."""
    nom, garanti = request.param
    fichier = certifier(tmp_path, nom)
    if garanti:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(fichier))
    return fichier


def lire_par_https(client, fournisseur, settings, certificat: Path):
    """The return of Ana, when the tokens are asked for at a server that shows that certificate."""
    fournisseur.regler(personnes={"sub-ana": ANA})
    retour = fournisseur.entrer(partir(client), "sub-ana")
    with serveur_chiffre(certificat) as (port, recus):
        settings.OIDC_OP_TOKEN_ENDPOINT = f"https://localhost:{port}/token"
        return client.get(retour), recus


@pytest.mark.parametrize("certificat", [("localhost", False), ("autre.example", True)], indirect=True)
def test_un_fournisseur_au_faux_certificat_ne_recoit_rien(client, fournisseur, settings, certificat):
    """Nobody vouches for it, or for another name: neither the code nor the secret of the service."""
    reponse, recus = lire_par_https(client, fournisseur, settings, certificat)
    refus(reponse, "ne répond pas", 502)
    assert recus == []


@pytest.mark.parametrize("certificat", [("localhost", True)], indirect=True)
def test_un_fournisseur_au_bon_certificat_recoit_le_code(client, fournisseur, settings, certificat):
    """Else the two above would prove nothing."""
    _, recus = lire_par_https(client, fournisseur, settings, certificat)
    assert b"code=" in recus[0]


@contextmanager
def serveur_chiffre(certificat):
    """An HTTPS server that keeps what it is sent and gives nothing: (port, bodies)."""
    recus: list[bytes] = []

    class Muet(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            recus.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_error(400)

        def log_message(self, *args: object) -> None:
            pass

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Muet)
    serveur.socket = contexte_du_serveur(certificat).wrap_socket(serveur.socket, server_side=True)
    fil = threading.Thread(target=serveur.serve_forever)
    fil.start()
    yield serveur.server_port, recus
    serveur.shutdown()
    fil.join()
    serveur.server_close()

"""The composition at work: from the first account to a mail sent, its headers, its logs, its limits."""

from __future__ import annotations

import json
import re
import socket
from contextlib import suppress
from pathlib import Path

import pytest
import systeme
from django.conf import settings
from pyotp import TOTP

from tests.pannes.attente import attendre
from tests.production.pile import HOTE, Pile, Visiteur
from tests.robustesse.test_entetes import manques
from tests.services_jetables import ServiceManquant

pytestmark = pytest.mark.sqlite

COURRIEL, MOT_DE_PASSE = "ada.lovelace@ac-essai.fr", "chene-fougere-12-violon"
#: A pattern that nothing else would write.
JETON = "Jeton7secret-a5Zk"
ACTIVATION = "/compte/second-facteur/activer/"
MO = 1024 * 1024
PERSONNEL = ("Lovelace", "Ada", COURRIEL, MOT_DE_PASSE, "grace.hopper")


@pytest.fixture(scope="module")
def administratrice(pile: Pile) -> Visiteur:
    """The first account, as docs/deploiement.md opens it: command, link, password, second factor."""
    creation = pile.gerer(
        "creer_administrateur", COURRIEL, "--prenom", "Ada", "--nom", "Lovelace", "--academie", "18"
    )
    assert creation.returncode == 0, creation.stderr
    lien = re.search(rf"https://{re.escape(HOTE)}(/mot-de-passe/nouveau/\S+/)", creation.stdout)[1]
    visiteur = pile.visiteur()
    formulaire = visiteur.demander(lien).entetes["Location"]
    pose = visiteur.soumettre(formulaire, new_password1=MOT_DE_PASSE, new_password2=MOT_DE_PASSE)
    assert pose.statut == 302, pose.texte
    entree = visiteur.soumettre("/connexion/", username=COURRIEL, password=MOT_DE_PASSE)
    assert entree.statut == 302, entree.texte
    cle = re.search(r'class="cio-cle">([^<]+)<', visiteur.demander(ACTIVATION).texte)[1]
    assert "codes de secours" in visiteur.soumettre(ACTIVATION, saisie=TOTP(cle.replace(" ", "")).now()).texte
    return visiteur


# --- It works -------------------------------------------------------------------------------------
def test_chaque_service_passe_sa_sonde(pile: Pile):
    attendre(lambda: all(pile.sonder(nom) for nom in ("web", "worker", "beat")), "les sondes", delai=40)
    connexion = pile.connexion("vivant")
    connexion.request("GET", "/vivant")
    assert connexion.getresponse().status == 204
    connexion.close()


def test_le_premier_compte_ouvre_la_page_de_l_administrateur(administratrice: Visiteur):
    page = administratrice.demander("/comptes/")
    assert page.statut == 200
    assert "Ada LOVELACE" in page.texte
    assert page.entetes["Cache-Control"] == "private, no-store"


def test_le_travailleur_envoie_le_courriel_du_premier_compte(pile: Pile, administratrice: Visiteur):
    attendre(lambda: COURRIEL in pile.puits.destinataires, "le courriel d’ouverture")


def test_la_sante_se_demande_sans_compte_ni_temoin(pile: Pile):
    for chemin, mot in (("/sante/vivant", "vivant\n"), ("/sante/pret", "prêt\n")):
        reponse = pile.visiteur().demander(chemin)
        assert (reponse.statut, reponse.texte) == (200, mot)
        assert "Set-Cookie" not in reponse.entetes
    assert pile.visiteur().demander("/sante/mesures").statut == 404


def test_redis_ne_repond_qu_a_qui_a_son_mot_de_passe(pile: Pile):
    """Web, worker and beat have it, as everything above shows; nobody reads it on its command line."""
    with socket.create_connection(("127.0.0.1", pile.ports["redis"]), timeout=5) as prise:
        prise.sendall(b"KEYS *\r\n")
        assert prise.recv(64).startswith(b"-NOAUTH")
    mot_de_passe = (pile.dossier / "secrets" / "mot_de_passe_redis").read_text().strip()
    ordres = [ordre.read_bytes() for ordre in Path("/proc").glob("[0-9]*/cmdline") if ordre.is_file()]
    assert any(b"redis-server" in ordre for ordre in ordres)
    assert not [ordre for ordre in ordres if mot_de_passe.encode() in ordre]


# --- Headers ---------------------------------------------------------------------------------------
def verifier(entetes: dict[str, str]) -> None:
    """As on every answer of the application; « nginx », without its version, is what nginx says of itself."""
    assert entetes["Server"] == "nginx"
    politique = entetes["Content-Security-Policy"]
    assert "unsafe" not in politique
    assert "default-src 'none'" in politique
    reste = {nom: valeur for nom, valeur in entetes.items() if nom != "Server"}
    assert [faute for faute in manques(reste) if not faute.startswith("CSP")] == []
    assert entetes["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


@pytest.mark.parametrize(
    ("chemin", "statut"),
    [("/connexion/", 200), ("/inconnue/", 404), ("/static/inconnu.css", 404), ("/sante/pret", 200),
     ("/indisponible/page.css", 200), ("/indisponible/page.html", 404), ("/comptes/", 302)],
)  # fmt: skip
def test_les_entetes_a_travers_nginx(pile: Pile, chemin: str, statut: int):
    reponse = pile.visiteur().demander(chemin)
    assert reponse.statut == statut
    verifier(reponse.entetes)


def test_chaque_entete_n_est_dit_qu_une_fois(pile: Pile):
    connexion = pile.connexion()
    connexion.request("GET", "/connexion/", headers={"Host": HOTE})
    noms = [nom.lower() for nom, _ in connexion.getresponse().getheaders() if nom.lower() != "set-cookie"]
    connexion.close()
    assert len(noms) == len(set(noms))


def test_un_fichier_statique_vient_de_nginx_et_se_garde_un_an(pile: Pile):
    feuille = re.search(r'href="(/static/css/cio[^"]+\.css)"', pile.visiteur().demander("/connexion/").texte)
    reponse = pile.visiteur().demander(feuille[1], Accept_Encoding="gzip")
    assert reponse.statut == 200
    assert reponse.entetes["Cache-Control"] == "public, max-age=31536000, immutable"
    assert reponse.entetes["Content-Encoding"] == "gzip"
    assert "upstream" not in pile.journal("nginx.erreurs").read_text()
    verifier(reponse.entetes)


def test_une_erreur_interne_garde_ses_entetes_et_n_avoue_rien(pile: Pile, administratrice: Visiteur):
    with pile.base_de_donnees() as base:
        base.execute("ALTER TABLE socle_entreejournal RENAME TO ailleurs")
        try:
            reponse = administratrice.demander("/journal/")
        finally:
            base.execute("ALTER TABLE ailleurs RENAME TO socle_entreejournal")
    assert reponse.statut == 500
    assert "Le service rencontre un problème" in reponse.texte
    assert "Traceback" not in reponse.texte
    verifier(reponse.entetes)


def test_en_clair_rien_que_le_chemin_vers_https(pile: Pile):
    connexion = pile.connexion("http")
    connexion.request("GET", f"/calendriers/{JETON}.ics", headers={"Host": HOTE})
    reponse = connexion.getresponse()
    connexion.close()
    assert (reponse.status, reponse.headers["Location"]) == (308, f"https://{HOTE}/calendriers/{JETON}.ics")
    assert reponse.headers["X-Frame-Options"] == "DENY"


def test_un_hote_inconnu_est_refuse(pile: Pile):
    reponse = pile.visiteur().demander("/connexion/", Host="evil.example", X_Forwarded_Host=HOTE)
    assert reponse.statut == 400
    assert "evil.example" not in reponse.texte
    verifier(reponse.entetes)


# --- Limits ----------------------------------------------------------------------------------------
def test_un_depot_trop_lourd_recoit_une_page_claire(pile: Pile, administratrice: Visiteur):
    reponse = administratrice.demander("/etablissements/importer/", b"x" * (17 * MO))
    assert reponse.statut == 413
    assert "Le fichier est trop lourd" in reponse.texte
    assert "contact@ac-exemple.fr" in reponse.texte
    assert "Rien n’a été enregistré" in reponse.texte
    verifier(reponse.entetes)


def test_un_faux_x_forwarded_for_ne_contourne_pas_le_verrou(pile: Pile):
    """nginx writes the last address: the ten failures are those of one visitor."""
    visiteur, statuts = pile.visiteur(), []
    page = visiteur.demander("/connexion/").texte
    jeton = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    champs = {"username": "grace.hopper@ac-essai.fr", "password": "faux", "csrfmiddlewaretoken": jeton}
    for rang in range(settings.AXES_FAILURE_LIMIT + 1):
        reponse = visiteur.demander("/connexion/", champs, X_Forwarded_For=f"203.0.113.{rang}")
        statuts.append(reponse.statut)
    assert statuts[-1] == 429
    assert set(statuts[:-2]) == {200}


def test_sans_application_une_page_le_dit_puis_tout_revient(pile: Pile):
    pile.arreter("web")
    for chemin in (
        "/connexion/",
        f"/calendriers/{JETON}.ics",
        f"/static/..%2fcalendriers/{JETON}.ics",
        "/comptes/?q=Lovelace",
    ):
        reponse = pile.visiteur().demander(chemin)
        assert reponse.statut == 502
        assert "momentanément indisponible" in reponse.texte
        verifier(reponse.entetes)
    pile.demarrer("web")
    attendre(pile.web_repond, "le retour de l’application", delai=40)


def test_le_diagnostic_ne_trouve_aucune_panne(pile: Pile):
    """Beat asked, Redis carried, the worker ran: nothing else writes its sign of life."""
    attendre(lambda: "panne" not in pile.diagnostic().values(), "un diagnostic sans panne", delai=60)
    assert set(pile.diagnostic()) >= {"base de données", "Redis", "messagerie", "polices", "disque"}


# --- Logs: read last, once everything above has written in them ----------------------------------------
def test_aucun_jeton_dans_aucun_journal(pile: Pile, administratrice: Visiteur):
    portes = ("calendriers", "mot-de-passe/nouveau", "compte/courriel/confirmer")
    for porte in portes:
        encodee = f"%{ord(porte[0]):02x}{porte[1:]}"
        for chemin in (porte, porte.upper(), encodee, f"/./{porte}"):
            administratrice.demander(f"/{chemin}/{JETON}.ics?{JETON}")
        administratrice.demander(f"/{porte}/{JETON}/{JETON}/")
        administratrice.demander(f"/{porte}/{JETON}/", b"x" * (17 * MO))
    administratrice.demander("/comptes/", Referer=f"https://{HOTE}/mot-de-passe/nouveau/{JETON}/")
    _brut(pile, f"GET /calendriers/{JETON}.ics HTTP/9.9\r\nHost: {HOTE}\r\n\r\n")
    journaux = pile.journaux()
    assert [nom for nom, texte in journaux.items() if JETON in texte] == []
    assert "/calendriers/***" in journaux["nginx.acces"]
    assert "/calendriers/***" in journaux["web"]


def test_un_evenement_tient_sur_une_ligne_et_ne_dit_rien_de_personne(pile: Pile, administratrice: Visiteur):
    administratrice.demander("/comptes/?q=Lovelace")
    administratrice.demander('/introuvable%0d%0a{"niveau":"CRITICAL"}%1b[2J%E2%80%A8/')
    journaux = pile.journaux()
    for nom in ("web", "worker", "beat", "nginx.acces"):
        evenements = [json.loads(ligne) for ligne in journaux[nom].split("\n") if ligne]
        assert all("date" in evenement for evenement in evenements), nom
        assert "CRITICAL" not in {evenement.get("niveau") for evenement in evenements}
        assert [mot for mot in PERSONNEL if mot in journaux[nom]] == []
    assert [mot for mot in PERSONNEL if mot in journaux["nginx.erreurs"]] == []
    assert '"statut": 500' in journaux["web"]
    assert "ProgrammingError" in journaux["web"]


def _brut(pile: Pile, texte: str) -> None:
    """A request that no client would write."""
    connexion = pile.connexion()
    connexion.sock.sendall(texte.encode())
    with suppress(OSError):
        connexion.sock.recv(4096)
    connexion.close()


def test_sans_nginx_l_echec_nomme_la_commande(monkeypatch, tmp_path):
    monkeypatch.setattr(systeme, "trouver_nginx", lambda: None)
    with pytest.raises(ServiceManquant, match=r"Pour l’installer : .*nginx"):
        Pile(tmp_path, "").demarrer_nginx()

"""docs/asvs.md says true: each requirement once, each test there; and what no other test proves of it."""

import ast
import re
from collections import Counter

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.forms import PasswordInput

from cio_network.settings import base
from comptes import forms
from socle.forms import FormulaireDsfr
from tests.depot import RACINE, fichiers_suivis

NUMERO = re.compile(r"\d+\.\d+\.\d+")
#: ASVS 5.0.0: the numbers of each level (OWASP, CC BY-SA 4.0 for its text, which is not here).
NIVEAU_1 = NUMERO.findall("""
1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2
3.5.1 3.5.2 3.5.3 4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7
6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2
9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1
14.3.1 15.1.1 15.2.1 15.3.1
""")
NIVEAU_2 = NUMERO.findall("""
1.1.1 1.1.2 1.2.6 1.2.7 1.2.8 1.2.9 1.3.3 1.3.4 1.3.5 1.3.6 1.3.7 1.3.8 1.3.9 1.3.10 1.3.11 1.4.1 1.4.2
1.4.3 1.5.2 2.1.2 2.1.3 2.2.3 2.3.2 2.3.3 2.3.4 2.4.1 3.3.2 3.3.3 3.3.4 3.4.3 3.4.4 3.4.5 3.4.6 3.5.4
3.5.5 3.7.1 3.7.2 4.1.2 4.1.3 4.2.1 4.3.1 4.3.2 4.4.2 4.4.3 4.4.4 5.1.1 5.2.3 5.4.1 5.4.2 5.4.3 6.1.2
6.1.3 6.2.9 6.2.10 6.2.11 6.2.12 6.3.3 6.3.4 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.1 6.6.2 6.6.3
6.8.1 6.8.2 6.8.3 6.8.4 7.1.1 7.1.2 7.1.3 7.3.1 7.3.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2 8.1.2
8.2.3 8.4.1 9.2.2 9.2.3 9.2.4 10.1.1 10.1.2 10.2.1 10.2.2 10.3.1 10.3.2 10.3.3 10.3.4 10.4.6 10.4.7
10.4.8 10.4.9 10.4.10 10.4.11 10.5.1 10.5.2 10.5.3 10.5.4 10.5.5 10.6.1 10.6.2 10.7.1 10.7.2 10.7.3
11.1.1 11.1.2 11.2.1 11.2.2 11.2.3 11.3.3 11.4.2 11.4.3 11.4.4 11.5.1 11.6.1 12.1.2 12.1.3 12.3.1 12.3.2
12.3.3 12.3.4 13.1.1 13.2.1 13.2.2 13.2.3 13.2.4 13.2.5 13.3.1 13.3.2 13.4.2 13.4.3 13.4.4 13.4.5 14.1.1
14.1.2 14.2.2 14.2.3 14.2.4 14.3.2 14.3.3 15.1.2 15.1.3 15.2.2 15.2.3 15.3.2 15.3.3 15.3.4 15.3.5 15.3.6
15.3.7 16.1.1 16.2.1 16.2.2 16.2.3 16.2.4 16.2.5 16.3.1 16.3.2 16.3.3 16.3.4 16.4.1 16.4.2 16.4.3 16.5.1
16.5.2 16.5.3 17.1.1 17.2.1 17.2.2 17.2.3 17.2.4 17.3.1 17.3.2
""")
ETATS = ("prouvé", "écrit", "sans objet", "déployeur", "non prouvé")
ESSAI = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
TABLE = (RACINE / "docs/asvs.md").read_text()
LIGNES = [
    [cellule.strip() for cellule in ligne.strip("| ").split(" | ")]
    for ligne in TABLE.splitlines()
    if re.match(r"\| \d+\.\d+\.\d+ \|", ligne)
]
SERVIS = {"/srv", "/etc/nginx/reseaux/pages/", "/etc/nginx/reseaux/pages/page.css"}
NGINX = (RACINE / "deploy/nginx/nginx.conf").read_text()
MOTS_DE_PASSE = [
    (formulaire.__name__, nom, champ)
    for formulaire in vars(forms).values()
    if isinstance(formulaire, type) and issubclass(formulaire, FormulaireDsfr)
    for nom, champ in formulaire.base_fields.items()
    if "mot_de_passe" in nom or "password" in nom
]


def test_le_referentiel_compte_70_et_183_exigences():
    assert (len(set(NIVEAU_1)), len(set(NIVEAU_2))) == (70, 183)


def test_chaque_exigence_est_dans_la_table_une_fois_a_son_niveau():
    voulus = Counter([(n, "1") for n in NIVEAU_1] + [(n, "2") for n in NIVEAU_2])
    assert Counter((ligne[0], ligne[1]) for ligne in LIGNES) == voulus


@pytest.mark.parametrize("ligne", LIGNES, ids=lambda ligne: ligne[0])
def test_chaque_ligne_dit_sa_preuve_ou_sa_raison(ligne):
    _, _, objet, etat, raison = ligne
    assert objet
    assert etat in ETATS
    assert raison
    assert bool(ESSAI.search(raison)) is (etat == "prouvé")
    assert ("](" in raison) is (etat == "écrit")


def test_chaque_essai_nomme_existe():
    essais = {
        (str(chemin.relative_to(RACINE)), noeud.name)
        for chemin in fichiers_suivis("tests/*.py", "tests/**/*.py")
        for noeud in ast.parse(chemin.read_text()).body
        if isinstance(noeud, ast.FunctionDef)
    }
    cites = {essai for page in ("asvs", "securite") for essai in ESSAI.findall(lire(page))}
    assert len(cites) > 100
    assert cites - essais == set()


def lire(page: str) -> str:
    return (RACINE / f"docs/{page}.md").read_text()


def test_le_compte_est_juste():
    comptes = Counter((ligne[3], ligne[1]) for ligne in LIGNES)
    for etat in ETATS:
        [ecrits] = re.findall(rf"^\| {etat} \| [^|]+ \| (\d+) \| (\d+) \|$", TABLE, re.MULTILINE)
        assert tuple(map(int, ecrits)) == (comptes[etat, "1"], comptes[etat, "2"]), etat


# --- What the other tests leave out ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formulaire", "nom", "champ"), MOTS_DE_PASSE, ids=lambda v: v if type(v) is str else ""
)
def test_un_mot_de_passe_est_masque_et_pris_tel_quel(formulaire, nom, champ):
    assert isinstance(champ.widget, PasswordInput)
    assert champ.strip is False
    assert champ.max_length is None or champ.max_length >= 64
    assert champ.widget.attrs.get("autocomplete") in {"current-password", "new-password"}


def test_aucun_script_n_empeche_de_coller():
    assert len(MOTS_DE_PASSE) >= 6
    scripts = [chemin.read_text() for chemin in fichiers_suivis("static/js/*.js")]
    assert scripts
    assert not [script for script in scripts if re.search(r"[\"']paste[\"']|onpaste", script)]


def test_les_mots_de_passe_sont_condenses_lentement():
    """The settings of the tests are quicker; production keeps Django's own."""
    assert not hasattr(base, "PASSWORD_HASHERS")
    assert global_settings.PASSWORD_HASHERS[0].endswith(".PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.algorithm == "pbkdf2_sha256"
    assert PBKDF2PasswordHasher.iterations >= 600_000


def test_nginx_ne_parle_que_des_protocoles_recents():
    assert re.findall(r"ssl_protocols (.*);", NGINX) == ["TLSv1.2 TLSv1.3"]
    [suites] = re.findall(r"ssl_ciphers (.*);", NGINX)
    for suite in suites.split(":"):
        assert suite.startswith("ECDHE-")
        assert suite.endswith(("-GCM-SHA256", "-GCM-SHA384", "-CHACHA20-POLY1305"))


def test_nginx_ne_sert_que_les_fichiers_statiques():
    """No list of a directory, and nothing of the repository: git is not even in the image."""
    assert "autoindex" not in NGINX
    assert set(re.findall(r"^\s*(?:root|alias) (.*);", NGINX, re.MULTILINE)) <= SERVIS
    assert {".git", ".env", "secrets"} <= set((RACINE / ".dockerignore").read_text().splitlines())

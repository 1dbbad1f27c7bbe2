"""Hashing, encryption, randomness and patterns: what the code calls is a closed list, read in its tree."""

from __future__ import annotations

import ast
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from math import log2
from pathlib import Path

import pyotp
import pytest
from django.middleware.csrf import _get_new_csrf_string

from comptes.models.session import SessionStore
from comptes.services import second_facteur
from planning.services import flux
from tests.comptes.factories import creer_compte
from tests.depot import COUCHES, RACINE, fichiers_suivis, imports

SERVIS = [
    chemin
    for chemin in fichiers_suivis(*(f"{app}/**/*.py" for app in COUCHES), *(f"{app}/*.py" for app in COUCHES))
    if "demonstration" not in chemin.parts
]
ARBRES = {str(chemin.relative_to(RACINE)): ast.parse(chemin.read_text()) for chemin in SERVIS}
#: Everything that computes a digest, a secret or a cipher, and the modules that may: a new one is read first.
BIBLIOTHEQUES = {"cryptography", "pyrage", "pyotp", "hmac", "crypt", "Crypto", "nacl", "jwt", "Cryptodome"}
CHIFFREMENT = {
    "cryptography.fernet.Fernet",
    "cryptography.fernet.InvalidToken",
    "cryptography.fernet.MultiFernet",
    "cryptography.hazmat.primitives.hashes.SHA256",
    "cryptography.hazmat.primitives.kdf.hkdf.HKDF",
    "pyrage.x25519",
}
#: `Random` is only the type of the generator of the system there.
HASARD_NOMME = {"evaluation/services/enquete_urne.py": {"random.Random"}}


def noms_importes(racines: set[str]) -> dict[str, set[str]]:
    """File → what it imports from these libraries."""
    trouves = {}
    for chemin in SERVIS:
        noms = {nom for nom in imports(chemin) if nom.split(".")[0] in racines}
        if noms:
            trouves[str(chemin.relative_to(RACINE))] = noms
    return trouves


def appels(nom: str) -> Iterator[tuple[str, ast.Call]]:
    for chemin, arbre in ARBRES.items():
        for noeud in ast.walk(arbre):
            if isinstance(noeud, ast.Call) and ast.unparse(noeud.func).split(".")[-1] == nom:
                yield chemin, noeud


# --- Digests and ciphers ------------------------------------------------------------------------------


def test_l_arbre_est_lu():
    assert len(ARBRES) > 200
    assert {chemin.split("/")[0] for chemin in ARBRES} == set(COUCHES)


def test_seul_sha256_est_appele():
    """The codes of the phones, HMAC-SHA-1, are computed by pyotp (RFC 6238): the only exception."""
    fonctions = {
        noeud.attr
        for arbre in ARBRES.values()
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.Attribute) and ast.unparse(noeud.value) == "hashlib"
    }
    nommees = {nom for noms in noms_importes({"hashlib"}).values() for nom in noms} - {"hashlib"}
    assert fonctions | {nom.removeprefix("hashlib.") for nom in nommees} == {
        "file_digest",
        "sha256",
    }
    algorithmes = {ast.unparse(appel.args[1]) for _, appel in appels("file_digest")}
    assert algorithmes == {"'sha256'"}


def test_chaque_signature_nomme_sha256():
    """Django's own default is SHA-1."""
    signatures = list(appels("salted_hmac"))
    assert signatures
    for chemin, appel in signatures:
        algorithme = {mot.arg: ast.unparse(mot.value) for mot in appel.keywords}.get("algorithm")
        assert algorithme == "'sha256'", chemin


def test_le_chiffrement_est_une_liste_fermee():
    """Fernet (AES-128-CBC, then HMAC-SHA-256), age (X25519, ChaCha20-Poly1305), tokens read by PyJWT."""
    trouves = noms_importes(BIBLIOTHEQUES)
    assert set(trouves) == {
        "comptes/services/second_facteur.py",
        "comptes/views/oidc.py",
        "socle/chiffrement.py",
        "socle/sauvegarde/archive.py",
    }
    noms = {nom for noms in trouves.values() for nom in noms if nom.count(".")}
    assert {nom for nom in noms if nom.split(".")[0] in {"cryptography", "pyrage"}} - CHIFFREMENT <= {
        "cryptography.fernet",
        "cryptography.hazmat.primitives.hashes",
        "cryptography.hazmat.primitives.kdf.hkdf",
    }


# --- Randomness ---------------------------------------------------------------------------------------


def test_le_hasard_previsible_n_est_importe_nulle_part():
    assert noms_importes({"random", "numpy"}) == {
        chemin: noms | {"random"} for chemin, noms in HASARD_NOMME.items()
    }
    assert list(appels("uuid1")) == []


def nouveaux_codes() -> list[str]:
    """Recovery codes, without the number that says which one it is."""
    compte = creer_compte()
    secret = second_facteur.nouveau_secret()
    code = pyotp.TOTP(second_facteur.lire_secret(secret)).now()
    codes = second_facteur.activer(utilisateur=compte, secret_chiffre=secret, saisie=code)
    return [code.split("-", 1)[1].replace("-", "") for code in codes]


#: What is drawn, the bits asked of it (ASVS 6.5.4, 7.2.3, 11.5.1), and how.
SECRETS: dict[str, tuple[int, Callable[[], list[str]]]] = {
    "code de secours": (20, nouveaux_codes),
    "secret du second facteur": (
        128,
        lambda: [second_facteur.lire_secret(second_facteur.nouveau_secret())],
    ),
    "clé de session": (128, lambda: [SessionStore()._get_new_session_key()]),
    "jeton de formulaire": (128, lambda: [_get_new_csrf_string()]),
    "lien de calendrier": (128, lambda: [flux.secrets.token_urlsafe(flux.OCTETS_DU_JETON)]),
}
tires = pytest.mark.parametrize(("bits", "tirer"), SECRETS.values(), ids=SECRETS)


@pytest.fixture
def systeme_rejoue(monkeypatch) -> Callable[[], None]:
    """The generator of the system says the same thing again each time this is called."""
    rang = count()

    def tirer(taille: int) -> bytes:
        return random.Random(next(rang)).randbytes(taille)

    def rejouer() -> None:
        nonlocal rang
        rang = count()

    monkeypatch.setattr(os, "urandom", tirer)
    monkeypatch.setattr(random, "_urandom", tirer)
    return rejouer


@pytest.mark.django_db
@tires
def test_un_secret_vient_tout_entier_du_generateur_du_systeme(bits, tirer, systeme_rejoue):
    """The system says the same: the secret is the same. Nothing in it comes from elsewhere."""
    tirages = []
    for _ in range(2):
        systeme_rejoue()
        tirages.append(tirer())
    assert tirages[0] == tirages[1]


@pytest.mark.django_db
@tires
def test_un_secret_ne_doit_rien_au_hasard_previsible(bits, tirer):
    tirages = []
    for _ in range(2):
        random.seed(0)
        tirages.append(tirer())
    assert tirages[0] != tirages[1]


@pytest.mark.django_db
@tires
def test_un_secret_a_son_entropie(bits, tirer):
    """The sum, place by place, of the surprise of the letter that comes most often (min-entropy)."""
    vus: list[str] = []
    while len(vus) < (1000 if bits >= 128 else 200):
        vus += tirer()
    assert len(set(vus)) == len(vus)
    longueur = min(map(len, vus))
    frequences = [Counter(s[place] for s in vus).most_common(1)[0][1] for place in range(longueur)]
    assert sum(log2(len(vus) / frequence) for frequence in frequences) >= bits


# --- Patterns -----------------------------------------------------------------------------------------
#: Names written in small letters that hold a constant of the module: read once, and fixed.
MOTIFS_NOMMES = {
    "planning/validators.py": {"separe", "motif"},  # a literal two lines above; a tuple of literals
}
FONCTIONS = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}


def parties(noeud: ast.expr) -> list[ast.expr]:
    """What a pattern is put together from: the pieces of an f-string, of a sum, the `.pattern` of another."""
    match noeud:
        case ast.JoinedStr(values=morceaux):
            return morceaux
        case ast.BinOp(left=gauche, op=ast.Add(), right=droite):
            return [gauche, droite]
        case ast.FormattedValue(value=valeur) | ast.Attribute(value=valeur, attr="pattern"):
            return [valeur]
    return []


def est_fixe(noeud: ast.expr, permis: set[str]) -> bool:
    """Literals and constants of a module: nothing that anyone typed, unless `re.escape` has seen it."""
    if morceaux := parties(noeud):
        return all(est_fixe(morceau, permis) for morceau in morceaux)
    if isinstance(noeud, ast.Name):
        return noeud.id.isupper() or noeud.id in permis
    return isinstance(noeud, ast.Constant) or ast.unparse(noeud).startswith("re.escape(")


def test_aucun_motif_n_est_compose_d_une_saisie():
    composes, lus = [], 0
    for chemin, arbre in ARBRES.items():
        for noeud in ast.walk(arbre):
            if not (isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Attribute)):
                continue
            if ast.unparse(noeud.func.value) == "re" and noeud.func.attr in FONCTIONS:
                lus += 1
                if not est_fixe(noeud.args[0], MOTIFS_NOMMES.get(chemin, set())):
                    composes.append(f"{chemin}:{noeud.lineno}")
    assert lus > 50
    assert composes == []


def test_la_base_ne_recoit_aucun_motif():
    """No `regex` lookup: a pattern typed by someone would run in PostgreSQL."""
    noms = {
        mot.arg
        for arbre in ARBRES.values()
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.Call)
        for mot in noeud.keywords
        if mot.arg
    }
    assert not [nom for nom in noms if nom.endswith(("__regex", "__iregex"))]


def test_aucun_script_ne_compose_de_motif():
    scripts: list[Path] = fichiers_suivis("static/js/*.js")
    assert scripts
    assert not [chemin.name for chemin in scripts if "RegExp" in chemin.read_text()]

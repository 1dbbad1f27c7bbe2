"""Headers of every answer: pages, refusals, files, exports, static assets (reliability rows 24 to 26)."""

from __future__ import annotations

import importlib
from http.cookies import SimpleCookie
from unittest.mock import patch

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from tests.comptes.factories import creer_compte, se_connecter
from tests.robustesse.conftest import Scene
from tests.robustesse.hostile import part
from tests.robustesse.lieux import NOMS

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]

DIRECTIVES = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
#: A document deposited by someone: nothing in it may run, even opened by hand.
BAC_A_SABLE = {"default-src": ["'none'"], "sandbox": []}
COMMUNS = {
    "X-Frame-Options": {"DENY"},
    "X-Content-Type-Options": {"nosniff"},
    # A page whose address is a secret tells nobody where one comes from, at most from which site.
    "Referrer-Policy": {"same-origin", "no-referrer", "strict-origin"},
    "Cross-Origin-Opener-Policy": {"same-origin"},
}


def politique(valeur: str) -> dict[str, list[str]]:
    return {mots[0]: mots[1:] for partie in valeur.split(";") if (mots := partie.split())}


def manques(entetes) -> list[str]:
    """What that answer lacks or tells too much of."""
    trouves = [
        f"{nom} = {entetes.get(nom)}" for nom, voulus in COMMUNS.items() if entetes.get(nom) not in voulus
    ]
    if politique(entetes.get("Content-Security-Policy", "")) not in (DIRECTIVES, BAC_A_SABLE):
        trouves.append(f"CSP = {entetes.get('Content-Security-Policy')}")
    bavardages = {"Access-Control-Allow-Origin", "Server", "X-Powered-By", "X-Django-Version", "Via"} & set(
        entetes
    )
    return [*trouves, *sorted(bavardages)]


@pytest.mark.parametrize("nom", part(NOMS, "en-têtes"))
def test_chaque_reponse_porte_ses_entetes(nom: str, scene: Scene):
    anomalies = []
    for adresse in scene.adresses(nom):
        for role in (Role.ADMIN, Role.DCIO, Role.CHEF_ETABLISSEMENT):
            for methode in ("get", "post", "options"):
                visite = scene.visiteurs[role].demander(methode, adresse)
                faux = manques(visite.entetes)
                # Signing out ends with an anonymous answer: nothing personal is in it.
                if scene.est_personnelle(nom) and visite.entetes.get("Cache-Control") != "private, no-store":
                    faux.append(f"Cache-Control = {visite.entetes.get('Cache-Control')}")
                if faux:
                    anomalies.append((methode, adresse, role, visite.statut, faux))
    assert anomalies == []


@pytest.mark.parametrize("nom", NOMS)
def test_chaque_reponse_a_un_anonyme_porte_ses_entetes(nom: str, scene: Scene):
    anomalies = {adresse: manques(Client().get(adresse).headers) for adresse in scene.adresses(nom)}
    assert {adresse: faux for adresse, faux in anomalies.items() if faux} == {}


@pytest.mark.parametrize("format_", ["csv", "xlsx", "ods"])
def test_un_export_porte_ses_entetes(format_: str, scene: Scene):
    visite = scene.visiteurs[Role.DCIO].demander("get", f"{reverse('psyen:psyens')}?format={format_}")
    assert visite.statut == 200
    assert visite.entetes["Content-Disposition"].startswith("attachment")
    assert visite.entetes["Cache-Control"] == "private, no-store"
    assert manques(visite.entetes) == []


def test_un_document_porte_ses_entetes(scene: Scene):
    adresse = reverse("psyen:projet", args=[scene.propre.proposee.pk])
    visite = scene.visiteurs[Role.DASEN].demander("get", adresse)
    assert (visite.statut, visite.entetes["Content-Type"]) == (200, "application/pdf")
    assert visite.entetes["Cache-Control"] == "private, no-store"
    assert manques(visite.entetes) == []


@pytest.mark.parametrize("adresse", ["/inconnue/", "/static/css/cio.css", "/static/inconnu.css", "/aide/"])
def test_les_autres_reponses_portent_leurs_entetes(adresse: str, client):
    reponse = client.get(adresse)
    reponse.getvalue()
    assert manques(reponse.headers) == []


def test_un_refus_d_hote_porte_ses_entetes(client):
    reponse = client.get(reverse("comptes:connexion"), headers={"host": "evil.example"})
    assert reponse.status_code == 400
    assert manques(reponse.headers) == []
    assert "evil.example" not in reponse.content.decode()


def test_une_panne_porte_ses_entetes_et_n_avoue_rien(scene: Scene):
    visiteur = scene.visiteurs[Role.DCIO]
    with patch("psyen.views.accueil_dcio.lire_mon_cio", side_effect=RuntimeError("secret de fabrique")):
        visite = visiteur.demander("get", reverse("psyen:mon_cio"))
    assert visite.statut == 500
    assert manques(visite.entetes) == []
    assert visite.entetes["Cache-Control"] == "private, no-store"
    assert "secret de fabrique" not in visite.contenu
    assert "Traceback" not in visite.contenu
    assert 'lang="fr"' in visite.contenu


def test_les_temoins_sont_caches_aux_scripts_et_aux_autres_sites(client):
    compte = creer_compte()
    client.get(reverse("comptes:connexion"))
    reponse = se_connecter(client, compte.courriel)
    temoins: SimpleCookie = reponse.cookies
    assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} <= set(temoins)
    for temoin in temoins.values():
        assert temoin["httponly"], temoin.key
        assert temoin["samesite"] == "Lax", temoin.key
        assert temoin["path"] == "/", temoin.key
        assert not temoin["domain"], temoin.key


def test_en_production_les_temoins_ne_voyagent_que_chiffres():
    base = importlib.import_module("cio_network.settings.base")
    assert base.SESSION_COOKIE_SECURE
    assert base.CSRF_COOKIE_SECURE
    assert base.SESSION_COOKIE_NAME.startswith("__Host-")
    assert base.CSRF_COOKIE_NAME.startswith("__Host-")
    assert base.SECURE_HSTS_SECONDS >= 31_536_000

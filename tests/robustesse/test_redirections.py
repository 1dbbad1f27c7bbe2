"""No address leads off the site, no mail trusts the request (reliability row 24)."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from socle.models import Courriel, Notification
from socle.notifications import notifier
from tests.comptes.factories import MOT_DE_PASSE, creer_compte, se_connecter
from tests.robustesse.conftest import ROLES, Scene
from tests.robustesse.hostile import part, tour
from tests.robustesse.lieux import NOMS

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]

AILLEURS = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "\\\\evil.example/",
    "/\\evil.example/",
    "https:evil.example",
    "http:///evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\thttps://evil.example/",
    "/\t/evil.example/",
    "%0d%0aLocation: https://evil.example/",
    "/\r\nLocation: https://evil.example/",
)
#: Every name that such a parameter has borne somewhere.
PARAMETRES = (
    "next",
    "suite",
    "retour",
    "url",
    "redirect",
    "continue",
    "parametres",
    "lecture",
    "HTTP_REFERER",
)


def mene_ailleurs(lieu: str) -> bool:
    """As a browser reads it: tabs and newlines dropped, backslashes taken for slashes."""
    lu = re.sub(r"[\t\r\n]", "", lieu).replace("\\", "/").strip()
    partie = urlsplit(lu)
    return (
        lu.startswith("//") or bool(partie.scheme) or (bool(partie.netloc) and partie.netloc != "testserver")
    )


def test_le_controle_sait_reconnaitre_un_depart():
    assert all(mene_ailleurs(lieu) for lieu in AILLEURS if "%0d" not in lieu and not lieu.startswith("/\r"))
    assert not mene_ailleurs("/repartitions/?page=2")


@pytest.mark.parametrize("ailleurs", AILLEURS)
def test_apres_la_connexion_on_reste_ici(ailleurs: str, client):
    compte = creer_compte()
    for par in ("adresse", "formulaire"):
        client.logout()
        donnees = {"username": compte.courriel, "password": MOT_DE_PASSE, "next": ailleurs}
        suite = f"?{urlencode({'next': ailleurs})}" if par == "adresse" else ""
        reponse = client.post(
            reverse("comptes:connexion") + suite, {**donnees, "next": "" if suite else ailleurs}
        )
        assert reponse.status_code == 302
        assert not mene_ailleurs(reponse["Location"]), reponse["Location"]
        # Already signed in, the page itself redirects.
        reponse = client.get(reverse("comptes:connexion") + (suite or f"?next={quote(ailleurs)}"))
        assert not mene_ailleurs(reponse["Location"]), reponse["Location"]


@pytest.mark.parametrize("nom", part(NOMS, "redirections"))
def test_aucun_parametre_ne_mene_ailleurs(nom: str, scene: Scene):
    departs = []
    for adresse in scene.adresses(nom)[:2]:
        for role in tour(ROLES, 2, nom):
            visiteur = scene.visiteurs[role]
            if visiteur.demander("get", adresse).entetes.get("Content-Type") == "application/pdf":
                continue
            for ailleurs in (AILLEURS[0], AILLEURS[3], AILLEURS[-1]):
                donnees = dict.fromkeys(PARAMETRES, ailleurs)
                referent = {"referer": "https://evil.example/"}
                visites = [
                    visiteur.demander("get", f"{adresse}?{urlencode(donnees)}", headers=referent),
                    visiteur.demander("post", adresse, donnees, headers=referent),
                ]
                departs += [v.entetes["Location"] for v in visites if v.statut in {301, 302, 303, 307, 308}]
    assert [lieu for lieu in departs if mene_ailleurs(lieu)] == []


def test_une_notification_ne_mene_qu_ici(scene: Scene):
    for ailleurs in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="page de ce site"):
            notifier(utilisateur=scene.acteurs[Role.DCIO].utilisateur, texte="Ailleurs", url=ailleurs)


def test_une_notification_a_contre_barre_ne_mene_qu_ici(scene: Scene):
    """« /\\evil » is « //evil » to a browser."""
    with pytest.raises(ValueError, match="page de ce site"):
        notifier(utilisateur=scene.acteurs[Role.DCIO].utilisateur, texte="Ailleurs", url="/\\evil.example/")
    assert not Notification.objects.filter(url__contains="evil")


@pytest.mark.parametrize(
    "entetes",
    [
        {"host": "evil.example"},
        {"host": "testserver:80@evil.example"},
        {"host": "testserver evil.example"},
        {"host": ""},
    ],
)
def test_un_hote_inconnu_est_refuse(entetes, client):
    assert client.get(reverse("comptes:connexion"), headers=entetes).status_code in {400, 200}
    if entetes["host"]:
        assert client.get(reverse("comptes:connexion"), headers=entetes).status_code == 400


def test_les_courriels_ne_croient_que_l_adresse_publique(scene: Scene):
    """Forged headers change no link: reset, invitation, opening, change of address."""
    forges = {
        "x-forwarded-host": "evil.example",
        "forwarded": "host=evil.example",
        "origin": "https://evil.example",
    }
    avant = set(Courriel.objects.values_list("pk", flat=True))
    compte = creer_compte()
    Client().post(reverse("comptes:mot_de_passe_oublie"), {"courriel": compte.courriel}, headers=forges)
    admin = Client()
    admin.cookies.load(scene.visiteurs[Role.ADMIN].temoins)
    admin.post(reverse("reseaux:compte_inviter", args=[scene.propre.dcio.utilisateur_id]), headers=forges)
    lui = Client()
    se_connecter(lui, compte.courriel)
    lui.post(
        reverse("comptes:courriel_changer"),
        {"nouveau": "autre@ac-essai.fr", "mot_de_passe": MOT_DE_PASSE, "password": MOT_DE_PASSE},
        headers=forges,
    )
    nouveaux = Courriel.objects.exclude(pk__in=avant).order_by("pk")
    assert len(nouveaux) >= 3
    for courriel in nouveaux:
        texte = courriel.corps_texte + courriel.corps_html
        assert "evil.example" not in texte
        assert "testserver" not in texte
        liens = re.findall(r"https?://[^\s\"'<>)]+", texte)
        assert liens, courriel.objet
        assert all(lien.startswith(settings.ADRESSE_PUBLIQUE) for lien in liens), liens

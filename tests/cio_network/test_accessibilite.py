"""axe on every page that each role may read, light and dark; nothing overflows at 320 nor 1024 px."""

import os
import re
from collections import Counter, deque
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse

from comptes.enums import Role
from reseaux.perimetre import Perimetre
from tests.acces.monde import acteur, creer_monde
from tests.reseaux.factories import connecter, creer_departement, creer_perimetre

PUBLIQUES = ["mentions_legales", "accessibilite", "donnees_personnelles", "plan_du_site", "aide"]
FIXES = [*map(reverse, PUBLIQUES), "/rien/"]
#: What a page is made of: its elements, their classes and roles, whatever the words.
ELEMENTS = re.compile(r'<([a-z0-9]+)(?:[^>]*? (?:class|role|type)="([^"]*)")?')
LIENS = re.compile(r'href="(/(?!static/)[^"?#]*)"')


def ouvrir_session(page, live_server, perimetre: Perimetre) -> None:
    """The visitor wears that habilitation: the cookie of a signed-in test client."""
    client = connecter(Client(), perimetre)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def pages(client: Client) -> Iterator[tuple[str, str]]:
    """(address, body) of all that links lead to from the home page, three objects of each kind at most."""
    a_lire, connues, nombres = deque(["/", *FIXES]), {"/", *FIXES}, Counter()
    while a_lire:
        url = a_lire.popleft()
        reponse = client.get(url, follow=True)
        if not reponse.headers["Content-Type"].startswith("text/html"):
            continue
        texte = reponse.content.decode()
        yield url, texte.partition("<main")[2].partition("</main>")[0]
        for suivante in LIENS.findall(texte):
            nom = resolve(suivante).view_name
            if suivante not in connues and nombres[nom] < 3:
                nombres[nom] += 1
                connues.add(suivante)
                a_lire.append(suivante)


def pages_nouvelles(client: Client, juges: Path) -> Iterator[str]:
    """Those not judged yet, by this worker or another: the same page for another role is no new case."""
    for url, corps in pages(client):
        squelette = sorted(set(ELEMENTS.findall(corps)))
        try:
            (juges / sha256(repr(squelette).encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            continue
        yield url


@pytest.fixture(scope="session")
def juges(tmp_path_factory) -> Path:
    """One file a page, in the folder that the workers of a run share."""
    racine = tmp_path_factory.getbasetemp()
    dossier = (racine.parent if "PYTEST_XDIST_WORKER" in os.environ else racine) / "pages_jugees"
    dossier.mkdir(exist_ok=True)
    return dossier


def violations(page, *regles: str) -> list[str]:
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(regles)} if regles else {})
    resultat = Axe().run(page, options=options)
    return [f"{v['id']} : {[n['html'][:120] for n in v['nodes']]}" for v in resultat.response["violations"]]


@pytest.mark.parametrize("role", Role)
def test_chaque_page_de_chaque_role(navigateur, live_server, role, juges):
    perimetre = acteur(creer_monde("Blois", departement=creer_departement()), role)
    page = navigateur()
    ouvrir_session(page, live_server, perimetre)
    defauts = {}
    for url in pages_nouvelles(connecter(Client(), perimetre), juges):
        page.set_viewport_size({"width": 1366, "height": 900})
        page.goto(url)
        trouves = violations(page)
        page.evaluate("document.documentElement.dataset.frTheme = 'dark'")
        trouves += [f"thème sombre, {defaut}" for defaut in violations(page, "color-contrast")]
        for largeur in (320, 1024):
            page.set_viewport_size({"width": largeur, "height": 640})
            if page.evaluate("document.documentElement.scrollWidth") > largeur:
                trouves.append(f"déborde à {largeur} pixels")
        if trouves:
            defauts[url] = trouves
    assert defauts == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_sur_les_menus_ouverts_et_un_formulaire_refuse(navigateur, live_server, theme):
    page = navigateur(color_scheme=theme, viewport={"width": 390, "height": 800})
    page.goto(reverse("comptes:mot_de_passe_oublie"))
    assert page.locator("html").get_attribute("data-fr-theme") == theme
    page.locator("main button[type=submit]").click()
    page.get_by_role("alert").wait_for()
    assert page.evaluate("document.activeElement.dataset.cioFocus") == ""
    assert not violations(page)
    ouvrir_session(page, live_server, creer_perimetre(Role.DCIO))
    page.goto(reverse("aide"))
    page.locator("#bouton-menu").click()
    page.locator(".fr-header__menu summary").last.click()
    page.get_by_role("link", name="Mon compte").wait_for()
    assert not violations(page)


def test_echap_ferme_le_menu_et_rend_la_main(navigateur, live_server):
    page = navigateur()
    ouvrir_session(page, live_server, creer_perimetre(Role.DCIO))
    page.goto(reverse("aide"))
    menu = page.locator(".fr-header__tools details").last
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_sans_script_le_menu_est_dans_la_page(navigateur, live_server):
    page = navigateur(java_script_enabled=False, viewport={"width": 390, "height": 800})
    ouvrir_session(page, live_server, creer_perimetre(Role.DCIO))
    page.goto(reverse("aide"))
    page.get_by_role("link", name="Réseaux", exact=True).click()
    assert page.url.endswith(reverse("reseaux:reseaux"))

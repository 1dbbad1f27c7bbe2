"""axe on the pages of the menu and on the public ones, light and dark; nothing overflows at 320 px."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse

from cio_network.navigation import menu_du_role
from comptes.enums import Role
from tests.reseaux.factories import connecter, creer_perimetre, creer_reseau

PUBLIQUES = ["mentions_legales", "accessibilite", "donnees_personnelles", "plan_du_site", "aide"]
FIXES = [reverse(nom) for nom in PUBLIQUES]


def ouvrir_session(page, live_server, role: str) -> None:
    """The visitor wears that role: the cookie of a signed-in test client."""
    client = connecter(Client(), creer_perimetre(role))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def violations(page) -> list[str]:
    resultat = Axe().run(page, options={"resultTypes": ["violations"]})
    return [f"{v['id']} : {[n['html'][:120] for n in v['nodes']]}" for v in resultat.response["violations"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("role", [Role.ADMIN, Role.DCIO])
def test_axe_ne_trouve_rien(navigateur, live_server, role, theme):
    creer_reseau()
    page = navigateur(color_scheme=theme)
    ouvrir_session(page, live_server, role)
    for url in [*(url for _, url in menu_du_role(role, False)), *FIXES, "/rien/"]:
        page.goto(url)
        assert page.locator("html").get_attribute("data-fr-theme") == theme
        assert not violations(page), url


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_sur_les_menus_ouverts_et_un_formulaire_refuse(navigateur, live_server, theme):
    page = navigateur(color_scheme=theme, viewport={"width": 390, "height": 800})
    page.goto(reverse("comptes:mot_de_passe_oublie"))
    page.locator("main button[type=submit]").click()
    page.get_by_role("alert").wait_for()
    assert page.evaluate("document.activeElement.dataset.cioFocus") == ""
    assert not violations(page)
    ouvrir_session(page, live_server, Role.DCIO)
    page.goto(reverse("aide"))
    page.locator("#bouton-menu").click()
    page.locator(".fr-header__menu summary").last.click()
    page.get_by_role("link", name="Mon compte").wait_for()
    assert not violations(page)


def test_rien_ne_deborde_a_320_pixels(navigateur, live_server):
    creer_reseau()
    page = navigateur(viewport={"width": 320, "height": 640})
    ouvrir_session(page, live_server, Role.ADMIN)
    for url in [*(url for _, url in menu_du_role(Role.ADMIN, False)), *FIXES, "/rien/"]:
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, url


def test_echap_ferme_le_menu_et_rend_la_main(navigateur, live_server):
    page = navigateur()
    ouvrir_session(page, live_server, Role.DCIO)
    page.goto(reverse("aide"))
    menu = page.locator(".fr-header__tools details").last
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_sans_script_le_menu_est_dans_la_page(navigateur, live_server):
    page = navigateur(java_script_enabled=False, viewport={"width": 390, "height": 800})
    ouvrir_session(page, live_server, Role.DCIO)
    page.goto(reverse("aide"))
    page.get_by_role("link", name="Réseaux", exact=True).click()
    assert page.url.endswith(reverse("reseaux:reseaux"))

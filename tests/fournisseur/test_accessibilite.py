"""axe on the pages of sign-in that no link leads to: the code, recovery codes, the provider, its refusals."""

from __future__ import annotations

import pyotp
import pytest

from tests.cio_network.test_accessibilite import violations
from tests.comptes.factories import MOT_DE_PASSE, creer_compte

pytestmark = pytest.mark.django_db


def juger(page, nom: str) -> list[str]:
    """In both themes, and without overflow at 320 px."""
    defauts = violations(page)
    page.evaluate("document.documentElement.dataset.frTheme = 'dark'")
    defauts += [f"thème sombre, {defaut}" for defaut in violations(page, "color-contrast")]
    page.set_viewport_size({"width": 320, "height": 800})
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        defauts.append("déborde à 320 px")
    page.evaluate("document.documentElement.dataset.frTheme = 'light'")
    page.set_viewport_size({"width": 1280, "height": 900})
    return [f"{nom} : {defaut}" for defaut in defauts]


def entrer(page, courriel: str) -> None:
    page.goto("/connexion/?next=/compte/")
    page.get_by_label("Adresse électronique").fill(courriel)
    page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter").click()


def test_le_second_facteur(navigateur, live_server):
    ana = creer_compte("ana@ac-essai.fr")
    page = navigateur()
    entrer(page, ana.courriel)
    page.goto("/compte/second-facteur/activer/")
    defauts = juger(page, "activer")
    cle = page.locator(".cio-cle").inner_text().replace(" ", "")
    page.get_by_label("Code affiché").fill(pyotp.TOTP(cle).now())
    page.get_by_role("button", name="Activer", exact=True).click()
    defauts += juger(page, "codes de secours")
    code = page.locator(".cio-codes code").first.inner_text()
    defauts += [d for adresse in ("", "codes/", "retirer/") for d in _aller(page, adresse)]
    autre = navigateur()
    entrer(autre, ana.courriel)
    autre.get_by_label("Code", exact=False).first.fill("000000")
    autre.get_by_role("button", name="Se connecter").last.click()
    defauts += juger(autre, "code refusé")
    autre.get_by_label("Code", exact=False).first.fill(code)
    autre.get_by_role("button", name="Se connecter").last.click()
    defauts += juger(autre, "mon compte, deux sessions")
    assert not defauts


def _aller(page, adresse: str) -> list[str]:
    page.goto(f"/compte/second-facteur/{adresse}")
    return juger(page, adresse or "second facteur")


def test_le_fournisseur(navigateur, live_server, fournisseur):
    creer_compte("ana@ac-essai.fr")
    fournisseur.regler(
        site=live_server.url,
        personnes={"sub-ana": {"email": "ana@ac-essai.fr"}, "sub-eve": {"email": "eve@ac-essai.fr"}},
    )
    page = navigateur()
    page.goto("/connexion/")
    defauts = juger(page, "connexion")
    _par_le_fournisseur(page, "sub-eve")
    defauts += juger(page, "inconnue")
    page.get_by_role("link", name="Me déconnecter de ProConnect").click()
    _par_le_fournisseur(page, "sub-ana")
    page.goto("/compte/")
    defauts += juger(page, "mon compte relié")
    page.goto("/compte/second-facteur/")
    defauts += juger(page, "second facteur du fournisseur")
    assert not defauts


def _par_le_fournisseur(page, sujet: str) -> None:
    page.get_by_role("link", name="Se connecter avec ProConnect").click()
    page.get_by_label("Identifiant").fill(sujet)
    page.get_by_label("Mot de passe").fill("chez le fournisseur")
    page.get_by_role("button", name="Entrer").click()
    page.wait_for_url("**/connexion/fournisseur/retour/**" if sujet == "sub-eve" else "**/")

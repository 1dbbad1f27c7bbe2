"""The two grids in a real browser: typed at the keyboard, told live, saved as they read."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from comptes.enums import Role
from missions.models import MissionConfiee
from missions.selectors.matrice import lire_matrice
from tests.missions.factories import charger_missions, creer_matrice
from tests.psyen.factories import creer_arretee
from tests.reseaux.factories import connecter, creer_perimetre

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ouvrir(navigateur, live_server):
    """Signs that habilitation in and opens the page."""

    def _ouvrir(perimetre, adresse):
        page = navigateur()
        client = connecter(Client(), perimetre)
        cookies = [{"name": n, "value": m.value, "url": live_server.url} for n, m in client.cookies.items()]
        page.context.add_cookies(cookies)
        page.goto(adresse)
        return page

    return _ouvrir


def taper(page, *touches):
    """A key by its name, anything else as it is typed."""
    for touche in touches:
        if touche.startswith("Arrow") or touche in ("Enter", "Escape", "Tab"):
            page.keyboard.press(touche)
        else:
            page.keyboard.type(touche)


def test_confier_des_missions_au_clavier(ouvrir):
    repartition = creer_arretee()
    missions = charger_missions()
    psyen = repartition.services.get().psyen
    adresse = reverse("missions:confier", args=[psyen.pk, repartition.annee.code])
    page = ouvrir(creer_perimetre(Role.DCIO, repartition.cio), adresse)

    def case(code, place):
        return page.locator(f"#d-{place}-{missions[code].pk}")

    def total(place):
        return page.locator(f"output[data-total='{place}']")

    case("M1", "cio").click()
    taper(page, "3", "ArrowDown", "50 %")
    expect(total("cio")).to_have_text("5 sur 4")
    expect(total("cio")).to_have_class("est-debordee")
    taper(page, "ArrowUp", "2")
    expect(case("M1", "cio")).to_have_value("2")
    expect(total("cio")).to_have_text("4 sur 4")
    expect(total("cio")).to_have_class("est-pleine")
    # From a school to the next one, then to the mission below; Enter never sends the form by accident.
    premiere, seconde = page.locator("thead th[id^='lieu-eple-']").all()[:2]
    gauche, droite = (th.get_attribute("id").removeprefix("lieu-eple-") for th in (premiere, seconde))
    case("M5", gauche).click()
    taper(page, "1", "ArrowRight", "0,75", "Enter")
    expect(case("M6", droite)).to_be_focused()
    taper(page, "ArrowLeft")
    expect(case("M6", gauche)).to_be_focused()
    assert not MissionConfiee.objects.exists()
    page.get_by_role("button", name="Enregistrer les missions").click()
    expect(page.locator(".cio-messages")).to_be_visible()
    confiees = MissionConfiee.objects.values_list("mission__code", "etablissement", "demi_journees")
    assert set(confiees) == {
        ("M1", None, Decimal(2)),
        ("M2", None, Decimal(2)),
        ("M5", int(gauche), Decimal(1)),
        ("M5", int(droite), Decimal("0.75")),
    }


def test_remplir_la_matrice_au_clavier(ouvrir):
    matrice = creer_matrice()
    avant = lire_matrice(matrice)
    ligne, suivante, acteurs = avant.lignes[0], avant.lignes[1], avant.acteurs
    page = ouvrir(creer_perimetre(Role.IEN_IO), reverse("missions:matrice_grille", args=[matrice.pk]))
    etat = page.locator("#etat")
    vide = next(rang for rang, acteur in enumerate(acteurs[:-1]) if not ligne.lettres(acteur.pk))

    def case(lue, rang):
        return page.locator(f"#c-{lue.pk}-{acteurs[rang].pk}")

    expect(etat).to_have_text("Tout est enregistré")
    case(ligne, vide).click()
    taper(page, "c")
    expect(etat).to_have_text("1 modification non enregistrée")
    taper(page, "Escape")
    expect(case(ligne, vide)).to_have_value("")
    expect(etat).to_have_text("Tout est enregistré")
    taper(page, "ArrowRight", "ArrowDown")
    expect(case(suivante, vide + 1)).to_be_focused()
    taper(page, "ArrowLeft", "ArrowUp", "i", "Enter")
    expect(case(suivante, vide)).to_be_focused()
    page.get_by_role("button", name="Enregistrer la grille").click()
    expect(page.locator(".cio-messages")).to_contain_text("La grille est enregistrée.")
    assert lire_matrice(matrice).lignes[0].lettres(acteurs[vide].pk) == "I"

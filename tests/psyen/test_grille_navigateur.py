"""The grid in a real browser: typing, keyboard, undo, totals told live; and the same without a script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from comptes.enums import Role
from psyen.models import Affectation, Service
from tests.psyen.factories import creer_brouillon, creer_reseau_type, ecoles_de, enregistrer, saisie
from tests.reseaux.factories import connecter, creer_effectif, creer_perimetre

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def brouillon():
    """Two réseaux, two PsyEN; the first one already has 2 half-days in her lycée."""
    brouillon = creer_brouillon(psyens=2)
    premier = brouillon.cio.reseaux.get()
    creer_reseau_type("Zola", cio=brouillon.cio, annee=brouillon.annee)
    Service.objects.update(reseau=premier)
    for ecole in ecoles_de(premier):
        creer_effectif(ecole, 400)
    psyen = brouillon.services.order_by("pk").first().psyen
    semaine = saisie(brouillon, psyen, {ecoles_de(premier)[0]: "2"}, cio="4", reseau_pk=premier.pk)
    enregistrer(brouillon, semaine)
    return brouillon


@pytest.fixture
def ouvrir(navigateur, brouillon, live_server):
    """Signs the DCIO in and opens the grid in that reading."""

    def _ouvrir(lecture="reseaux", **options):
        page = navigateur(**options)
        client = connecter(Client(), creer_perimetre(Role.DCIO, brouillon.cio))
        cookies = [{"name": n, "value": m.value, "url": live_server.url} for n, m in client.cookies.items()]
        page.context.add_cookies(cookies)
        page.goto(f"/repartitions/{brouillon.pk}/grille/?lecture={lecture}")
        return page

    return _ouvrir


def case(brouillon, rang=0, personne=0):
    psyen = brouillon.services.order_by("pk")[personne].psyen_id
    premier = brouillon.cio.reseaux.order_by("pk").first()
    return f"#c-{psyen}-{ecoles_de(premier)[rang].pk}"


@pytest.mark.parametrize("lecture", ["reseaux", "ensemble"])
def test_saisir_depasser_annuler_enregistrer(ouvrir, brouillon, lecture):
    page = ouvrir(lecture)
    service = brouillon.services.order_by("pk").select_related("psyen").first()
    cellule = page.locator(case(brouillon))
    expect(page.locator("#etat")).to_have_text("Tout est enregistré")
    cellule.click()
    page.keyboard.type("7")
    page.keyboard.press("Tab")
    # Told at once, by the same sentence as the server's.
    phrase = f"{service.psyen} : 11 demi-journées pour une capacité de 10 ; retirez-en 1."
    expect(page.locator(f"#l-{service.psyen_id}")).to_have_class(re.compile("est-erreur"))
    expect(page.locator(f"#n-{service.psyen_id}")).to_contain_text(phrase)
    expect(page.locator(f"#s-{service.psyen_id}")).to_have_text("−1")
    expect(page.locator("#etat")).to_have_text("1 modification non enregistrée")
    expect(page.locator("#alertes-resume")).to_contain_text("1 erreur à corriger")
    page.keyboard.press("Control+z")
    expect(cellule).to_have_value("2")
    expect(cellule).to_be_focused()
    page.keyboard.press("Control+y")
    expect(cellule).to_have_value("7")
    page.keyboard.press("-")
    page.keyboard.press("-")
    page.keyboard.press("d")
    expect(cellule).to_have_value("6 D")
    page.keyboard.press("+")
    page.keyboard.press("-")
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(cellule).to_have_value("6 D")
    expect(page.locator(f"#s-{service.psyen_id}")).to_have_text("0")
    expect(page.locator("#g-reste")).to_have_text("10")  # the other one's whole week
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".cio-messages")).to_contain_text("Le brouillon est enregistré.")
    expect(page.locator(case(brouillon))).to_have_value("6 D")
    affectation = Affectation.objects.get()
    assert (affectation.demi_journees, affectation.modalite) == (6, "distanciel")


def test_fleches_entree_et_tabulation(ouvrir, brouillon):
    page = ouvrir("ensemble")
    page.locator(case(brouillon)).click()
    for touche, attendue in (
        ("ArrowRight", case(brouillon, 1)),
        ("ArrowDown", case(brouillon, 1, 1)),
        ("ArrowLeft", case(brouillon, 0, 1)),
        ("ArrowUp", case(brouillon)),
        ("Enter", case(brouillon, 0, 1)),
        ("Tab", case(brouillon, 1, 1)),
    ):
        page.keyboard.press(touche)
        expect(page.locator(attendue)).to_be_focused()


def test_totaux_du_reseau_et_personne_comptee_une_fois(ouvrir, brouillon):
    page = ouvrir("ensemble")
    premier, second = brouillon.cio.reseaux.order_by("pk")
    ailleurs = ecoles_de(second)[0]
    page.locator(f"#c-{brouillon.services.order_by('pk')[0].psyen_id}-{ailleurs.pk}").fill("1,5")
    for reseau, total in ((premier, "2"), (second, "1,5")):
        expect(page.locator(f"#rn-{reseau.pk}")).to_have_text("1")
        expect(page.locator(f"#rt-{reseau.pk}")).to_have_text(total)
    expect(page.locator(f"#rh-{premier.pk}")).to_have_text("0,45")
    expect(page.locator("#g-psyen")).to_have_text("2")
    expect(page.locator("#g-eple")).to_have_text("3,5")
    # A folded réseau keeps its sub-total.
    page.locator(f"#reseau-{second.pk} [data-pli]").click()
    expect(page.locator(f"#e{ailleurs.pk}")).to_be_hidden()
    expect(page.locator("tbody .grille__sous-total").first).to_have_text("1,5")


def test_une_alerte_mene_a_sa_case(ouvrir, brouillon):
    page = ouvrir("ensemble")
    second = brouillon.cio.reseaux.order_by("pk")[1]
    cellule = page.locator(f"#c-{brouillon.services.order_by('pk')[0].psyen_id}-{ecoles_de(second)[0].pk}")
    cellule.fill("1")
    page.locator("#alertes summary").click()
    page.get_by_role("link", name="n’est pas dans son réseau principal").click()
    expect(cellule).to_be_focused()
    expect(cellule).to_have_class(re.compile("est-avertissement"))


def test_quitter_sans_enregistrer_est_signale(ouvrir, brouillon):
    page = ouvrir()
    page.locator(case(brouillon)).fill("3")
    messages = []
    page.on("dialog", lambda dialogue: (messages.append(dialogue.type), dialogue.accept()))
    page.get_by_role("link", name="page de la répartition").click()
    page.wait_for_url("**/repartitions/*/")
    assert messages == ["beforeunload"]


@pytest.mark.parametrize("lecture", ["reseaux", "ensemble"])
def test_sans_script_tout_se_fait(ouvrir, brouillon, lecture):
    page = ouvrir(lecture, java_script_enabled=False)
    service = brouillon.services.order_by("pk").select_related("psyen").first()
    page.locator(case(brouillon)).fill("7")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(
        f"{service.psyen} : 11 demi-journées pour une capacité de 10"
    )
    expect(page.locator(f"#s-{service.psyen_id}")).to_have_text("−1")
    page.locator(case(brouillon)).fill("1,5 D")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".cio-messages")).to_contain_text("Le brouillon est enregistré.")
    assert Affectation.objects.get().modalite == "distanciel"


def test_deux_onglets_la_seconde_saisie_se_rapproche(ouvrir, brouillon):
    premiere, seconde = ouvrir("ensemble"), ouvrir("ensemble")
    for page, valeur in ((premiere, "3"), (seconde, "4")):
        page.locator(case(brouillon)).fill(valeur)
        page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(seconde.get_by_role("heading", level=1)).to_have_text("Deux saisies à rapprocher")
    seconde.get_by_role("button", name="Enregistrer ce rapprochement").click()
    expect(seconde.locator(case(brouillon))).to_have_value("4")


@pytest.mark.parametrize("schema", ["light", "dark"])
@pytest.mark.parametrize("lecture", ["reseaux", "ensemble"])
def test_accessible_dans_les_deux_lectures(ouvrir, brouillon, lecture, schema):
    page = ouvrir(lecture, color_scheme=schema)
    page.locator(case(brouillon)).fill("8")
    page.keyboard.press("Tab")
    expect(page.locator("#alertes-resume")).to_contain_text("1 erreur à corriger")
    page.locator("#alertes summary").click()
    page.wait_for_timeout(300)  # colours of the theme settle
    resultat = Axe().run(page)
    assert resultat.violations_count == 0, resultat.generate_report()

"""The main job from end to end on the demonstration, in a real browser: Blois shares out its PsyEN for
next year, the DASEN decides, the chef d'établissement sees who comes, the mail is there.
"""

import io
import re

import pikepdf
import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page, expect

from cio_network.celery import app as celery_app
from psyen.models import Arrete, Repartition, Service
from tests.pdf import texte_du_pdf

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parcours]


@pytest.fixture
def demonstration(settings):
    """Loaded as at the first start, when no worker draws the arrêtés of the past yet; its accounts change
    hands with one click, without a second factor (`settings.embarque`).
    """
    settings.DEMONSTRATION, settings.SECOND_FACTEUR_EXIGE = True, False
    celery_app.conf.update(task_always_eager=False)
    call_command("demo", stdout=io.StringIO())
    celery_app.conf.update(task_always_eager=True)


def se_connecter(page: Page, role: str) -> None:
    """One click on an account of the sign-in page."""
    page.goto("/connexion/")
    page.get_by_role("button", name=role).first.click()


def test_de_la_grille_a_mon_psyen(demonstration, navigateur, live_server):
    brouillon = Repartition.objects.get(cio__commune="Blois", etat="brouillon")
    # The PsyEN whose week the demonstration leaves unfinished.
    service = next(s for s in brouillon.services.select_related("psyen").order_by("pk") if s.reste)
    presence = service.affectations.select_related("etablissement").get(etablissement=service.reseau.tete)
    lycee, avant = presence.etablissement, presence.demi_journees

    page = navigateur()
    se_connecter(page, "DCIO – CIO de Blois")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon CIO")
    page.get_by_role("link", name="Continuer la saisie").click()

    # Too much: told at once in the page, and refused by the server with everything typed kept.
    cellule = page.locator(f"#c-{service.psyen_id}-{lycee.pk}")
    cellule.fill("9")
    cellule.press("Tab")
    expect(page.locator(f"#n-{service.psyen_id}")).to_contain_text("demi-journées pour une capacité de")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text(str(service.psyen))
    expect(cellule).to_have_value("9")
    assert Service.objects.get(pk=service.pk).total == service.total

    # Corrected, saved, proposed.
    cellule.fill(f"{avant + service.reste:f}".replace(".", ","))
    cellule.press("Tab")
    page.get_by_role("button", name=re.compile("^Enregistrer et proposer")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Proposer")
    page.get_by_label("Message au DASEN").fill("Proposition de la rentrée.")
    page.get_by_role("button", name="Proposer").click()
    expect(page.get_by_text("Proposée", exact=False).first).to_be_visible()

    # The DASEN compares, then decides.
    dasen = navigateur()
    se_connecter(dasen, "DASEN du Loir-et-Cher")
    expect(dasen.get_by_role("heading", level=1)).to_have_text("À décider")
    carte = dasen.locator("section, article").filter(has_text="CIO de Blois").first
    expect(carte).to_contain_text("Proposition de la rentrée.")
    carte.get_by_text("Changements par PsyEN").click()
    carte.get_by_role("link", name=re.compile("^Arrêter")).or_(
        carte.get_by_role("button", name=re.compile("^Arrêter"))
    ).first.click()
    expect(dasen.locator(".feuille")).to_contain_text("Article 1")
    dasen.get_by_role("button", name="Arrêter").click()

    arrete = Arrete.objects.get(repartition=brouillon)
    dasen.goto(f"/arretes/{arrete.pk}/")
    expect(dasen.get_by_role("heading", level=1)).to_contain_text(arrete.numero)
    _verifier_pdf(dasen, arrete, service, lycee)

    # The chef d'établissement: unchanged today, changed from the effective date.
    chef = navigateur()
    se_connecter(chef, f"Chef d’établissement – {lycee.nom}")
    expect(chef.get_by_role("heading", level=1)).to_contain_text("PsyEN")
    expect(chef.locator("main")).to_contain_text("1er septembre")
    chef.goto(f"/mon-psyen/?au={brouillon.date_effet:%Y-%m-%d}")
    expect(chef.locator("main")).to_contain_text(str(service.psyen))

    # And the mail is in « Courriels émis ».
    chef.goto("/courriels/?q=" + arrete.numero)
    expect(chef.locator("main")).to_contain_text(arrete.numero)


def _verifier_pdf(page: Page, arrete: Arrete, service: Service, lycee) -> None:
    """The stored PDF says what was decided, and is the same twice."""
    for _ in range(60):
        arrete.refresh_from_db()
        if arrete.fichier_id:
            break
        page.wait_for_timeout(500)  # the server draws it after the decision
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    client = Client()
    client.cookies.load(cookies)
    adresse = f"/arretes/{arrete.pk}/document/"
    premier, second = (client.get(adresse).getvalue() for _ in range(2))
    assert premier == second
    with pikepdf.open(io.BytesIO(premier)) as pdf:
        assert str(pdf.Root.Lang) == "fr"
    texte = texte_du_pdf(premier)
    assert arrete.numero in texte
    assert f"{service.psyen.nom.upper()} {service.psyen.prenom}" in texte
    assert lycee.uai in texte

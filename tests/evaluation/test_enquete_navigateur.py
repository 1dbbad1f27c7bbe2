"""The whole survey answered on a telephone, kept on it until sent."""

from __future__ import annotations

import pytest
from django.urls import reverse

from evaluation.models import Urne
from evaluation.services import enquete_urne
from tests.cio_network.test_accessibilite import ouvrir_session, violations
from tests.evaluation.factories_enquetes import (
    creer_brouillon,
    creer_close,
    creer_ien_io,
    creer_ouverte,
    liens,
)

TELEPHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def cocher(page, question, valeur) -> None:
    page.locator(f'input[name="q{question.pk}"][value="{valeur}"]').check(force=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_repondre_au_telephone(navigateur, live_server, theme):
    enquete = creer_ouverte()
    satisfaction, qui_decide, unique, multiple, texte = enquete.questions.dans_l_ordre()
    url = reverse("evaluation:enquete_repondre", args=[liens(enquete)[0]])
    page = navigateur(color_scheme=theme, **TELEPHONE)
    page.goto(url)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert not violations(page)
    case = page.locator(".enquete-note").first.bounding_box()
    assert min(case["width"], case["height"]) >= 44  # a thumb
    page.locator(".enquete-note", has_text="7").first.tap()
    page.locator(f'textarea[name="q{texte.pk}"]').fill("Un bureau par collège.")
    cocher(page, multiple, 1)

    # Closed and opened again: nothing is lost, nothing was sent.
    page.goto(reverse("mentions_legales"))
    page.goto(url)
    assert page.locator(f'input[name="q{satisfaction.pk}"][value="7"]').is_checked()
    assert page.locator(f'textarea[name="q{texte.pk}"]').input_value() == "Un bureau par collège."
    assert Urne.objects.get(enquete=enquete).scelle == ""

    # Sent too early: what is missing is named, what was written stays.
    page.get_by_role("button", name="Envoyer mes réponses").click()
    page.get_by_role("alert").wait_for()
    assert not violations(page)
    assert page.locator(f'input[name="q{multiple.pk}"][value="1"]').is_checked()
    cocher(page, qui_decide, 10)
    cocher(page, unique, 0)
    page.evaluate("delete document.querySelector('form').dataset.cioEnvoye")
    page.get_by_role("button", name="Envoyer mes réponses").click()
    page.get_by_role("heading", name="Merci, vos réponses sont dans l’urne").wait_for()
    assert not violations(page)
    assert page.url.endswith(reverse("evaluation:enquete_merci"))
    page.wait_for_function("Object.keys(localStorage).every((cle) => !cle.startsWith('enquete-'))")
    assert page.context.cookies() == []

    [bulletin] = enquete_urne.ouvrir(Urne.objects.get(enquete=enquete))
    assert bulletin.reponses == {
        satisfaction.pk: 7,
        qui_decide.pk: 10,
        unique.pk: 0,
        multiple.pk: [1],
        texte.pk: "Un bureau par collège.",
    }
    page.goto(url)
    page.get_by_role("heading", name="Ce lien a déjà servi").wait_for()
    assert not violations(page)


def test_effacer_ce_que_l_appareil_garde(navigateur, live_server):
    enquete = creer_ouverte()
    question = enquete.questions.dans_l_ordre()[0]
    url = reverse("evaluation:enquete_repondre", args=[liens(enquete)[0]])
    page = navigateur(**TELEPHONE)
    page.goto(url)
    cocher(page, question, 4)
    page.get_by_role("button", name="Effacer mes réponses de cet appareil").click()
    page.reload()
    assert page.locator("main input:checked").count() == 0


def test_sans_script_le_questionnaire_s_envoie(navigateur, live_server):
    enquete = creer_ouverte()
    satisfaction, qui_decide, unique, *_ = enquete.questions.dans_l_ordre()
    page = navigateur(java_script_enabled=False, **TELEPHONE)
    page.goto(reverse("evaluation:enquete_repondre", args=[liens(enquete)[0]]))
    for question, valeur in ((satisfaction, 0), (qui_decide, 5), (unique, 1)):
        cocher(page, question, valeur)
    page.get_by_role("button", name="Envoyer mes réponses").click()
    page.get_by_role("heading", name="Merci, vos réponses sont dans l’urne").wait_for()
    assert len(enquete_urne.ouvrir(Urne.objects.get(enquete=enquete))) == 1


def test_les_pages_de_qui_organise_et_de_qui_lit(navigateur, live_server):
    """axe, light and dark; nothing overflows at 320 pixels."""
    ien_io, close, ouverte = creer_ien_io(), creer_close("Close"), creer_ouverte("Ouverte")
    brouillon = creer_brouillon("Brouillon")
    question = brouillon.questions.dans_l_ordre()[2]
    pages = [
        reverse("evaluation:enquete", args=[brouillon.pk]),
        reverse("evaluation:enquete", args=[ouverte.pk]),
        reverse("evaluation:enquete", args=[close.pk]),
        reverse("evaluation:enquete_apercu", args=[brouillon.pk]),
        reverse("evaluation:enquete_modifier", args=[brouillon.pk]),
        reverse("evaluation:question_modifier", args=[question.pk]),
    ]
    page = navigateur(viewport={"width": 320, "height": 640})
    ouvrir_session(page, live_server, ien_io)
    defauts = {}
    for url in pages:
        page.goto(url)
        trouves = violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            trouves.append("déborde à 320 pixels")
        page.evaluate("document.documentElement.dataset.frTheme = 'dark'")
        trouves += violations(page, "color-contrast")
        if trouves:
            defauts[url] = trouves
    assert defauts == {}

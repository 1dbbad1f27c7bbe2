"""What the browser keeps of us, and what an address does to our scripts (ASVS 14.3.3, 15.3.6)."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from tests.acces.monde import Monde, acteur, creer_monde
from tests.depot import fichiers_suivis
from tests.evaluation.factories_enquetes import creer_ouverte, liens
from tests.reseaux.factories import connecter, creer_departement
from tests.robustesse.lieux import adresses

SCRIPTS = fichiers_suivis("static/js/*.js")
#: Theme, shortcuts of the projected screen, a survey not sent yet (named by a print of its link).
LOCAL = re.compile(r"scheme|copil-touches|enquete-[\w-]+")
#: Where the page was scrolled to, the survey being sent: gone with the tab.
DE_L_ONGLET = re.compile(r"cio-perimetre-defilement|enquete-en-route")
RESTE = """async () => ({
  local: Object.entries(localStorage), onglet: Object.entries(sessionStorage),
  bases: (await indexedDB.databases()).map((base) => base.name), caches: await caches.keys(),
  services: (await navigator.serviceWorker.getRegistrations()).length,
})"""
POLLUTION = (
    "?__proto__[pollue]=1&__proto__.pollue=1&constructor[prototype][pollue]=1&q=__proto__&tri=__proto__"
    "&page=constructor#__proto__[pollue]=1"
)


@pytest.fixture
def visites(navigateur, live_server):
    """`visites(role, addresses) -> page`, each address opened in turn by that role of one world."""
    monde = creer_monde("Blois", departement=creer_departement())

    def ouvrir(role: Role, lieux: list[str], suite: str = ""):
        page = navigateur()
        client = connecter(Client(), acteur(monde, role))
        page.context.add_cookies(
            [{"name": n, "value": m.value, "url": live_server.url} for n, m in client.cookies.items()]
        )
        for adresse in lieux:
            page.goto(adresse + suite)
            yield page

    ouvrir.monde = monde
    return ouvrir


#: Who opens what: a page at least for each of our scripts, but for those that follow a gesture.
PAGES = {
    Role.DCIO: (
        "psyen:repartition_grille",
        "psyen:psyens",
        "missions:confier",
        "missions:activite_saisir",
        "reseaux:perimetre",
        "reseaux:cio",
    ),
    Role.IEN_IO: (
        "planning:tableau_de_bord",
        "planning:copil",
        "missions:matrice_grille",
        "evaluation:rapport_composer",
    ),
    Role.ADMIN: ("reseaux:compte_creer",),
}
APRES_UN_GESTE = {"copier.js", "travail.js", "enquetes.js"}


def pages_a_script(monde: Monde) -> dict[Role, list[str]]:
    lieux = adresses(monde)
    return {role: [adresse for nom in noms for adresse in lieux[nom]] for role, noms in PAGES.items()}


@pytest.mark.django_db(transaction=True)
def test_le_navigateur_ne_garde_rien_de_personne(visites):
    """Names, cookies and storage after each page, and after a survey answered by half."""
    monde = visites.monde
    vus, scripts = set(), set()
    for role, lieux in pages_a_script(monde).items():
        for page in visites(role, lieux):
            scripts |= set(page.evaluate("[...document.scripts].map((s) => s.src.split('/').pop())"))
            page.mouse.wheel(0, 400)
            vus |= ce_qui_reste(page)
            temoins = {temoin["name"] for temoin in page.context.cookies()}
            assert temoins <= {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    assert {chemin.name for chemin in SCRIPTS} - scripts == APRES_UN_GESTE
    assert not [texte for texte in vus if monde.psyen.nom in texte]


@pytest.mark.django_db(transaction=True)
def test_une_enquete_commencee_est_la_seule_saisie_que_le_navigateur_garde(navigateur):
    enquete = creer_ouverte()
    page = navigateur()
    page.goto(reverse("evaluation:enquete_repondre", args=[liens(enquete)[0]]))
    page.locator("textarea").first.fill("Un bureau par collège.")
    assert "Un bureau par collège." in "".join(ce_qui_reste(page))
    # Not the link itself: whoever reads the device cannot answer again, nor tell who was asked.
    assert liens(enquete)[0] not in "".join(ce_qui_reste(page))
    page.get_by_role("button", name="Effacer").click()
    assert "Un bureau" not in "".join(ce_qui_reste(page))


def ce_qui_reste(page) -> set[str]:
    """Everything kept, keys and values; a key of no list fails."""
    reste = page.evaluate(RESTE)
    assert [cle for cle, _ in reste["local"] if not LOCAL.fullmatch(cle)] == []
    assert [cle for cle, _ in reste["onglet"] if not DE_L_ONGLET.fullmatch(cle)] == []
    assert (reste["bases"], reste["caches"], reste["services"]) == ([], [], 0)
    return {f"{cle}={valeur}" for cle, valeur in (*reste["local"], *reste["onglet"])}


@pytest.mark.django_db(transaction=True)
def test_aucune_adresse_ne_change_ce_dont_heritent_les_objets(visites):
    for role, lieux in pages_a_script(visites.monde).items():
        for page in visites(role, lieux, POLLUTION):
            assert page.evaluate("({}).pollue === undefined && [].pollue === undefined"), page.url
            assert page.evaluate("Object.keys(Object.prototype).length") == 0, page.url


def test_aucun_script_n_ecrit_dans_un_objet_sous_un_nom_recu():
    """What comes from a page goes to a `Map`: no key of it reaches a prototype."""
    ecrit = re.compile(r"\w\[[^\]\n]+\]\s*(\|\||\?\?)?=[^=>]|Object\.assign|\bmerge\(")
    assert len(SCRIPTS) > 10
    assert not [chemin.name for chemin in SCRIPTS if ecrit.search(chemin.read_text())]

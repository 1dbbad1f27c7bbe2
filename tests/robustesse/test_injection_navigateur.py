"""The same payloads in a real browser: no dialog, no violation of the policy (row 22)."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from tests.acces.monde import acteur, creer_monde
from tests.reseaux.factories import connecter, creer_departement
from tests.robustesse.charges import empoisonner
from tests.robustesse.conftest import ROLES


@pytest.mark.django_db(transaction=True)
def test_dans_un_vrai_navigateur_rien_ne_s_execute(navigateur, live_server):
    """No dialog, no violation of the policy; the fixture also fails on any complaint in the console."""
    with transaction.atomic():
        monde = creer_monde("Blois", departement=creer_departement())
    acteurs = {role: acteur(monde, role) for role in ROLES}
    empoisonner()
    pages = {
        Role.ADMIN: ["reseaux:comptes", "reseaux:habilitations", "socle:journal", "reseaux:annees"],
        Role.DASEN: ["psyen:a_decider", "psyen:repartitions", "psyen:arretes", "reseaux:carte"],
        Role.DCIO: ["psyen:mon_cio", "psyen:psyens", "reseaux:cios", "reseaux:etablissements"],
        Role.PSYEN: ["psyen:ma_semaine", "psyen:mes_donnees"],
        Role.CHEF_ETABLISSEMENT: ["psyen:mon_psyen"],
    }
    objets = {
        Role.DCIO: [
            reverse("psyen:repartition_grille", args=[monde.brouillon.pk]),
            f"{reverse('psyen:repartition_grille', args=[monde.brouillon.pk])}?lecture=ensemble",
            reverse("reseaux:perimetre", args=[monde.cio.pk, monde.brouillon.annee.code]),
        ],
        Role.DASEN: [reverse("psyen:repartition", args=[monde.proposee.pk])],
        Role.ADMIN: [reverse("reseaux:etablissement", args=[monde.tete.pk])],
    }
    dialogues: list[str] = []
    for role, noms in pages.items():
        page = navigateur()
        page.on("dialog", lambda dialogue: (dialogues.append(dialogue.message), dialogue.dismiss()))
        page.add_init_script(
            "window.violations=[];document.addEventListener('securitypolicyviolation',"
            "e=>window.violations.push(e.violatedDirective+' '+e.blockedURI))"
        )
        client = connecter(Client(), acteurs[role])
        page.context.add_cookies(
            [{"name": n, "value": m.value, "url": live_server.url} for n, m in client.cookies.items()]
        )
        for adresse in [*(reverse(nom) for nom in noms), *objets.get(role, [])]:
            page.goto(adresse)
            assert page.locator("main").count() == 1, adresse
            assert page.evaluate("window.violations") == [], adresse
            assert page.locator("xss-o").count() == 0, adresse
    assert dialogues == []

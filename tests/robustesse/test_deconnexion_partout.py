"""Whoever is signed in finds the way out on every page, refusals included (ASVS 7.4.4)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from comptes.enums import Role
from tests.robustesse.conftest import Scene
from tests.robustesse.lieux import NOMS

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]

SORTIE = f'<form method="post" action="{reverse("comptes:deconnexion")}">'
#: Errors that the database may have caused: drawn without asking it anything, hence for nobody.
SANS_BASE = {400, 413, 500}


#: The survey knows nobody, signed in or not; the screen of a meeting is projected, its button leads back.
SANS_OUTILS = {"evaluation:enquete_merci", "evaluation:enquete_repondre", "planning:copil"}


@pytest.mark.parametrize("nom", sorted(set(NOMS) - SANS_OUTILS))
def test_chaque_page_permet_de_se_deconnecter(nom: str, scene: Scene):
    sans_sortie = []
    for adresse in scene.adresses(nom):
        for role in (Role.ADMIN, Role.DCIO):
            visite = scene.visiteurs[role].demander("get", adresse)
            est_une_page = visite.entetes.get("Content-Type", "").startswith("text/html") and visite.contenu
            if est_une_page and visite.statut not in SANS_BASE and visite.contenu.count(SORTIE) != 1:
                sans_sortie.append((adresse, role, visite.statut))
    assert sans_sortie == []

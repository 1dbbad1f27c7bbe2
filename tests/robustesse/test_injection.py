"""A payload in every text column of every table, then every page read by every role: nothing is born of it.

Worse than any form allows: what an import, a migration or a hand could leave in the database (row 22).
"""

from __future__ import annotations

import pytest

from tests.robustesse.charges import COURTE, LIEN, LONGUE, empoisonner, nes_d_une_charge
from tests.robustesse.conftest import ROLES, Scene
from tests.robustesse.formulaires import formulaires
from tests.robustesse.lieux import NOMS

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]


def test_le_lecteur_voit_une_charge_vive():
    for vive in (LONGUE, COURTE, f'<a href="{LIEN}">x</a>', f"<input value='{COURTE}'>", "<p style='a'>"):
        assert nes_d_une_charge(vive), vive
    assert nes_d_une_charge('<a href="/x">&lt;xss-o onx=1&gt;</a><script src="/a.js"></script>') == []


@pytest.fixture
def scene_empoisonnee(scene: Scene) -> Scene:
    assert empoisonner() > 45
    return scene


def test_aucune_charge_ne_prend_vie(scene_empoisonnee: Scene):
    """One test: the tables are poisoned once. The payload must also be seen, escaped, on many pages."""
    nees, montrees, pannes = [], 0, []
    for nom in NOMS:
        for adresse in scene_empoisonnee.adresses(nom):
            for role in ROLES:
                visite = scene_empoisonnee.visiteurs[role].demander("get", adresse)
                if visite.statut >= 500:
                    pannes.append((adresse, role, visite.faute))
                elif visite.entetes.get("Content-Type", "").startswith("text/html"):
                    montrees += "xss-o" in visite.contenu
                    nees += [(adresse, role, n) for n in nes_d_une_charge(visite.contenu)]
    assert pannes == []
    assert nees == []
    assert montrees > 80


def test_aucune_charge_tapee_ne_prend_vie(scene: Scene):
    """What is typed and shown again: refused forms, searches, the grid, the conflict page."""
    nees, montrees = [], 0
    for nom in NOMS:
        for adresse in scene.adresses(nom):
            for role in ROLES:
                visiteur = scene.visiteurs[role]
                page = visiteur.demander("get", f"{adresse}?inconnu=1")
                visites = [
                    visiteur.demander("get", adresse, dict.fromkeys(page.lus, charge))
                    for charge in (LONGUE, LIEN)
                ]
                for formulaire in formulaires(page.contenu) if page.statut == 200 else ():
                    action = formulaire.action or adresse
                    envoi = dict.fromkeys(formulaire.donnees, LONGUE) | {"revision": "0"}
                    if formulaire.methode == "post" and not action.startswith("#"):
                        visites.append(visiteur.demander("post", action.partition("#")[0] or adresse, envoi))
                for visite in visites:
                    if visite.entetes.get("Content-Type", "").startswith("text/html"):
                        montrees += "xss-o" in visite.contenu
                        nees += [(adresse, role, n) for n in nes_d_une_charge(visite.contenu)]
    assert nees == []
    assert montrees > 30

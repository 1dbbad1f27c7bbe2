"""A payload in every text column of every table, then every page read by every role: nothing is born of it.

Worse than any form allows: what an import, a migration or a hand could leave in the database (row 22).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.robustesse.charges import COURTE, LIEN, LONGUE, empoisonner, nes_d_une_charge
from tests.robustesse.conftest import ROLES, Scene
from tests.robustesse.formulaires import formulaires
from tests.robustesse.hostile import tour
from tests.robustesse.lieux import NOMS
from tests.robustesse.visite import Visite, Visiteur

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
            for role in tour(ROLES, 3, adresse):
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
    deja: set[tuple[str, str]] = set()
    for nom in NOMS:
        for adresse in scene.adresses(nom):
            for role in tour(ROLES, 3, adresse):
                for visite in charges_tapees(scene.visiteurs[role], nom, adresse, deja):
                    montrees += "xss-o" in visite.contenu
                    nees += [(adresse, role, n) for n in nes_d_une_charge(visite.contenu)]
    assert nees == []
    assert montrees > 25


def charges_tapees(
    visiteur: Visiteur, nom: str, adresse: str, deja: set[tuple[str, str]]
) -> Iterator[Visite]:
    """The page with payloads for parameters, then each of its forms, once whoever sends it."""
    page = visiteur.demander("get", f"{adresse}?inconnu=1")
    if page.statut != 200 or not page.entetes["Content-Type"].startswith("text/html"):
        return
    if ("get", nom) not in deja:
        deja.add(("get", nom))
        for charge in (LONGUE, LIEN):
            yield visiteur.demander("get", adresse, dict.fromkeys(page.lus, charge))
    for formulaire in formulaires(page.contenu):
        action = formulaire.action.partition("#")[0] or adresse
        marque = (action, ",".join(formulaire.donnees))
        if formulaire.methode == "post" and marque not in deja:
            deja.add(marque)
            yield visiteur.demander(
                "post", action, dict.fromkeys(formulaire.donnees, LONGUE) | {"revision": "0"}
            )

"""No address answers 500, whatever is asked of it by reading (reliability A10: fail closed, say why)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import pytest

from comptes.enums import Role
from tests.robustesse.conftest import ROLES, Scene
from tests.robustesse.hostile import BRUTES, CODES_ADMIS, ESSENTIELLES, VALEURS, part, tour
from tests.robustesse.lieux import NOMS, routes
from tests.robustesse.visite import Visite

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]


def anomalie(visite: Visite, depart: str) -> str:
    """What is wrong with that answer, in a few words."""
    if visite.statut not in CODES_ADMIS or visite.faute:
        return f"{visite.statut} {visite.faute}"
    if visite.a_ecrit(depart):
        return f"{visite.statut} a écrit"
    html = visite.entetes.get("Content-Type", "").startswith("text/html")
    if visite.statut not in {200, 302, 405} and html and 'lang="fr"' not in visite.contenu:
        return f"{visite.statut} sans page en français"
    return ""


def lectures_hostiles(noms: set[str], page: str) -> list[str]:
    """Query strings: everything at once for the long list, each name alone for the short one."""
    chacun = [
        urlencode({nom: valeur}) for nom in sorted(noms) for valeur in tour(ESSENTIELLES, 2, page + nom)
    ]
    repetes = [urlencode([(nom, "1"), (nom, "abc"), (nom, "")]) for nom in sorted(noms)]
    brutes = ["&".join(f"{nom}={brute}" for nom in sorted(noms)) for brute in tour(BRUTES, 2, page)]
    return [*ensemble(noms, tour(VALEURS, 6, page)), *chacun, *repetes, *brutes] if noms else ["page=abc"]


def ensemble(noms: set[str], valeurs: Sequence[str]) -> list[str]:
    return [urlencode(dict.fromkeys(sorted(noms), valeur)) for valeur in valeurs] if noms else []


@pytest.mark.parametrize("nom", part(NOMS, "requêtes"))
def test_aucune_adresse_ne_tombe(nom: str, scene: Scene):
    """The first role that reads the page tries everything; the others, the short list."""
    anomalies = []
    for adresse in scene.adresses(nom):
        est_lue = False
        for role in ROLES:
            visiteur = scene.visiteurs[role]
            simple = visiteur.demander("get", f"{adresse}?inconnu=1")
            noms = simple.lus - {"inconnu"}
            if faux := anomalie(simple, scene.depart):
                anomalies.append((role, adresse, faux))
            if simple.statut != 200:
                suites = ["page=abc"]
            elif est_lue:
                suites = ensemble(noms, tour(ESSENTIELLES, 1, nom + role))
            else:
                suites, est_lue = lectures_hostiles(noms, nom), True
            for suite in suites:
                faux = anomalie(visiteur.demander("get", f"{adresse}?{suite}"), scene.depart)
                if faux:
                    anomalies.append((role, f"{adresse}?{suite}"[:160], faux))
    assert anomalies == []


GROS = (0, 2**31, 2**63, 2**64, 10**30)
TEXTES = ("%00", "a%00b", "%FF", "..", "x" * 3000, "'", "2026-2027%00", "９９９")


@pytest.mark.parametrize("nom", part([nom for nom, _, noms in routes() if noms], "arguments"))
def test_arguments_impossibles(nom: str, scene: Scene):
    """Huge numbers and strange bytes in the path itself, one argument at a time: 404 or 400, never 500."""
    chemins = {
        "/".join(morceau if i != rang else str(valeur) for i, morceau in enumerate(morceaux))
        for adresse in scene.adresses(nom)[:1]
        for morceaux in [adresse.split("/")]
        for rang in range(2, len(morceaux) - 1)
        for valeur in tour((*GROS, *TEXTES), 3, nom + str(rang))
    }
    anomalies = [
        (methode, role, chemin[:120], faux)
        for chemin in sorted(chemins)
        for role in (Role.ADMIN, Role.DCIO)
        for methode in ("get", "post")
        if (faux := anomalie(scene.visiteurs[role].demander(methode, chemin), scene.depart))
    ]
    assert anomalies == []

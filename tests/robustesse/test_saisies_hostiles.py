"""No form answers 500 nor writes what it refuses, whatever is sent to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from comptes.enums import Role
from tests.robustesse.conftest import ROLES, Scene
from tests.robustesse.formulaires import formulaires
from tests.robustesse.hostile import ESSENTIELLES, INCONNUS, LONGUE, VALEURS, part, tour
from tests.robustesse.lieux import NOMS
from tests.robustesse.test_requetes_hostiles import anomalie
from tests.robustesse.visite import Visite, Visiteur

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]

#: Shows a secret link once, in the answer itself: a redirection would have to carry it.
SANS_REDIRECTION = "/mes-calendriers/"
#: A grid has one field a cell: the first ones tell as much as the last ones.
CHAMPS_AU_PLUS = 8
Saisie = dict[str, Any]


@pytest.fixture(scope="module")
def saisies(scene: Scene):
    """(role, address) → what each form of that person's pages would send there."""

    @cache
    def de(role: Role) -> dict[str, list[Saisie]]:
        trouvees: dict[str, list[Saisie]] = {}
        for nom in NOMS:
            for adresse in scene.adresses(nom)[:1]:
                page = scene.visiteurs[role].demander("get", adresse)
                for formulaire in formulaires(page.contenu) if page.statut == 200 else ():
                    if formulaire.methode == "post":
                        action = formulaire.action.partition("#")[0] or adresse
                        trouvees.setdefault(action, []).append(formulaire.donnees)
        return trouvees

    return de


def envois(saisie: Saisie, page: str, *, en_detail: bool) -> Iterator[Saisie]:
    """One field spoilt at a time, then all of them, then fields missing and fields invented."""
    noms = list(saisie)
    for nom in noms[:CHAMPS_AU_PLUS] if en_detail else ():
        for valeur in tour((*ESSENTIELLES, LONGUE), 2, page + nom):
            yield saisie | {nom: valeur}
        yield saisie | {nom: ["1", "abc", ""]}
        yield {cle: valeur for cle, valeur in saisie.items() if cle != nom}
    for valeur in tour(VALEURS, 6, page) if en_detail else tour(ESSENTIELLES, 1, page):
        yield dict.fromkeys(noms, valeur)
    yield saisie | INCONNUS
    yield saisie | {f"{prefixe}-1": "1" for prefixe in "cqkirb"} | {"c-1-1": "1", "c--": "1", "c-9-": "2"}


def defaut(visite: Visite, depart: str, adresse: str = "") -> str:
    """A refused form writes nothing: only a redirection tells of something done."""
    fait = visite.statut == 302 or (visite.statut == 200 and adresse.startswith(SANS_REDIRECTION))
    faux = anomalie(visite, "" if fait else depart)
    return "" if fait and faux.endswith(" a écrit") else faux


def jouer(
    visiteur: Visiteur, adresse: str, saisie: Saisie, depart: str, *, en_detail: bool
) -> list[tuple[str, str, str]]:
    anomalies = []
    for envoi in envois(saisie, adresse, en_detail=en_detail):
        visite = visiteur.demander("post", adresse, envoi)
        if faux := defaut(visite, depart, adresse):
            anomalies.append((adresse, repr(envoi)[:400], faux))
    return anomalies


@pytest.mark.parametrize("nom", part(NOMS, "saisies"))
def test_aucun_formulaire_ne_tombe(nom: str, scene: Scene, saisies):
    """The first role that may send the form tries everything; the others, the short list."""
    anomalies = []
    for adresse in scene.adresses(nom):
        en_detail = True
        for role in ROLES:
            visiteur = scene.visiteurs[role]
            vide = visiteur.demander("post", adresse, {"inconnu": "1"})
            if faux := defaut(vide, scene.depart):
                anomalies.append((role, adresse, faux))
            if vide.statut in {403, 404, 405}:
                continue
            connue = saisies(role).get(adresse, [])[:1]
            lus = dict.fromkeys(sorted(vide.lus - {"csrfmiddlewaretoken", "inconnu"}), "1")
            for saisie in connue or [lus]:
                anomalies += jouer(visiteur, adresse, saisie, scene.depart, en_detail=en_detail)
            en_detail = False
    assert anomalies == []

"""Two sheets at the same instant: by the same link, one is counted; by two links, both are."""

from __future__ import annotations

import threading

import pytest

from evaluation.models import Urne
from evaluation.services import enquete_reponse, enquete_urne
from evaluation.services.enquete_conduite import clore_enquete
from evaluation.services.enquete_reponse import LienSansEffet, deposer_reponse
from reseaux.perimetre import Perimetre
from tests.evaluation.factories_enquetes import creer_ouverte, feuille, liens, repondre
from tests.psyen.test_numerotation import tous_ensemble

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def bulletins(enquete) -> int:
    return len(enquete_urne.ouvrir(Urne.objects.get(enquete=enquete)))


def tous_deposent(enquete, jetons, *autres) -> list[str]:
    """At the same instant; what each is told, "" when the sheet is taken."""
    questions, dits = list(enquete.questions.dans_l_ordre()), [""] * len(jetons)

    def deposer(rang: int, jeton: str) -> None:
        try:
            deposer_reponse(jeton=jeton, reponses=feuille(questions, rang))
        except LienSansEffet as sans_effet:
            dits[rang] = str(sans_effet)

    gestes = [lambda r=rang, j=jeton: deposer(r, j) for rang, jeton in enumerate(jetons)]
    assert tous_ensemble([*gestes, *autres]) == [None] * (len(gestes) + len(autres))
    return dits


def test_un_lien_ouvert_sur_quatre_appareils_ne_compte_qu_une_fois():
    enquete = creer_ouverte()
    dits = tous_deposent(enquete, [liens(enquete)[0]] * 4)
    assert sorted(dits) == ["", *["Ce lien a déjà servi"] * 3]
    assert bulletins(enquete) == 1


def test_six_personnes_en_meme_temps_sont_toutes_comptees():
    enquete = creer_ouverte()
    assert tous_deposent(enquete, liens(enquete)) == [""] * 6
    assert bulletins(enquete) == 6


def test_une_feuille_envoyee_pendant_la_cloture_compte_ou_est_refusee():
    enquete = creer_ouverte()
    repondre(enquete, 5)
    [dit] = tous_deposent(
        enquete,
        liens(enquete)[5:],
        lambda: clore_enquete(perimetre=Perimetre.systeme(), enquete=enquete),
    )
    enquete.refresh_from_db()
    assert dit in {"", "L’enquête est close"}
    assert enquete.resultat.reponses == (5 if dit else 6)


def _sans_verrou(monkeypatch) -> None:
    """Both read the same urn before either writes; a lock would keep the second out until the first is
    done.
    """
    barriere = threading.Barrier(2, timeout=10)
    valider = enquete_reponse.valider

    def valider_ensemble(*arguments):
        barriere.wait()
        return valider(*arguments)

    monkeypatch.setattr(Urne.objects, "select_for_update", Urne.objects.all)
    monkeypatch.setattr(enquete_reponse, "valider", valider_ensemble)


def test_sans_le_verrou_de_l_urne_une_feuille_se_perdrait(monkeypatch):
    enquete = creer_ouverte()
    _sans_verrou(monkeypatch)
    assert tous_deposent(enquete, liens(enquete)[:2]) == ["", ""]
    assert bulletins(enquete) == 1


def test_sans_le_verrou_la_mise_a_jour_conditionnelle_refuse_encore_le_second(monkeypatch):
    enquete = creer_ouverte()
    _sans_verrou(monkeypatch)
    assert sorted(tous_deposent(enquete, [liens(enquete)[0]] * 2)) == ["", "Ce lien a déjà servi"]


def test_sans_l_un_ni_l_autre_un_lien_compterait_deux_fois(monkeypatch):
    enquete = creer_ouverte()
    _sans_verrou(monkeypatch)
    monkeypatch.setattr(enquete_reponse, "_user_le_lien", lambda invitation: True)
    assert tous_deposent(enquete, [liens(enquete)[0]] * 2) == ["", ""]

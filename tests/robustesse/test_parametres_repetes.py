"""A parameter said twice, or in the address of a form: one reading, everywhere the same (ASVS 15.3.7)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from reseaux.perimetre import CLE_SESSION
from socle.models import Courriel
from tests.comptes.factories import MOT_DE_PASSE, creer_compte, se_connecter
from tests.robustesse.conftest import Scene
from tests.robustesse.formulaires import formulaires
from tests.robustesse.lieux import NOMS

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]

FORMULAIRE = "application/x-www-form-urlencoded"
DECONNEXION = reverse("comptes:deconnexion")


@pytest.fixture
def ana():
    return creer_compte("ana@ac-essai.fr")


def poster(client: Client, adresse: str, *champs: tuple[str, str]):
    """The fields in that order, some of them twice."""
    return client.post(adresse, urlencode(champs), content_type=FORMULAIRE)


@pytest.mark.parametrize("nom", NOMS)
def test_l_adresse_ne_remplit_jamais_un_formulaire(nom: str, scene: Scene):
    """What a page would send, said in the address of its form: as if nothing had been said."""
    anomalies = []
    for adresse in scene.adresses(nom):
        for role in (Role.ADMIN, Role.DCIO):
            visiteur = scene.visiteurs[role]
            page = visiteur.demander("get", adresse)
            for formulaire in formulaires(page.contenu) if page.statut == 200 else ():
                if formulaire.methode != "post" or not (champs := urlencode(formulaire.donnees, doseq=True)):
                    continue
                lieu = formulaire.action or adresse
                if "?" in lieu or lieu == DECONNEXION:
                    continue
                muet, parle = (visiteur.demander("post", ou, {}) for ou in (lieu, f"{lieu}?{champs}"))
                resultats = [(v.statut, v.a_ecrit(scene.depart)) for v in (muet, parle)]
                if resultats[0] != resultats[1]:
                    anomalies.append((lieu, role, resultats))
    assert anomalies == []


def test_le_dernier_dit_est_celui_qu_on_verifie_et_celui_qui_sert(ana, client):
    se_connecter(client, "ana@ac-essai.fr")
    page = reverse("comptes:courriel_changer")
    creer_compte("prise@ac-essai.fr")
    mot_de_passe = ("mot_de_passe", MOT_DE_PASSE)
    # Good then taken: refused; taken then good: the good one, and no other, gets the link.
    poster(client, page, ("nouveau", "libre@ac-essai.fr"), ("nouveau", "prise@ac-essai.fr"), mot_de_passe)
    liens = Courriel.objects.filter(destinataire__in=["libre@ac-essai.fr", "prise@ac-essai.fr"]).order_by(
        "pk"
    )
    assert not liens.exists()
    poster(client, page, ("nouveau", "prise@ac-essai.fr"), ("nouveau", "libre@ac-essai.fr"), mot_de_passe)
    assert [c.destinataire for c in liens.all()] == ["libre@ac-essai.fr"]


def test_deux_noms_ne_font_pas_deux_comptes_d_essais(ana, client):
    """The account that is tried is the account that is locked."""
    page = reverse("comptes:connexion")
    for _ in range(12):
        reponse = poster(
            client,
            page,
            ("username", "leurre@ac-essai.fr"),
            ("username", "ana@ac-essai.fr"),
            ("password", "x"),
        )
    assert reponse.status_code == 429
    assert se_connecter(client, "ana@ac-essai.fr").status_code == 429


def test_une_habilitation_etrangere_ne_se_glisse_pas_a_cote_de_la_sienne(scene: Scene):
    visiteur = next(iter(scene.visiteurs.values())).client
    sienne = next(iter(scene.acteurs.values())).habilitation_id
    etrangere = scene.etranger.habilitation.pk
    page = reverse("reseaux:porter_habilitation")
    for champs in ((sienne, etrangere), (etrangere, sienne)):
        poster(visiteur, page, *(("habilitation", str(cle)) for cle in champs))
        assert visiteur.session.get(CLE_SESSION) != etrangere

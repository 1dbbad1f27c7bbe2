"""Signing in: what works, what an attacker tries."""

import datetime as dt
from unittest.mock import patch

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.urls import reverse

from comptes.selectors import MOT_DE_PASSE_DEMONSTRATION
from tests.comptes.factories import MOT_DE_PASSE, creer_compte, se_connecter

pytestmark = pytest.mark.django_db

MON_COMPTE = "/compte/"


def est_connecte(client: Client) -> bool:
    return client.get(MON_COMPTE).status_code == 200


def test_l_adresse_se_saisit_dans_n_importe_quelle_casse(client):
    creer_compte("ana@ac-essai.fr")
    assert se_connecter(client, " Ana@AC-essai.fr ").status_code == 302
    assert est_connecte(client)


def test_un_compte_desactive_ne_se_distingue_pas_d_un_mot_de_passe_faux(client):
    creer_compte("ana@ac-essai.fr", is_active=False)
    creer_compte("bob@ac-essai.fr")
    reponses = [
        se_connecter(client, "ana@ac-essai.fr"),
        se_connecter(client, "bob@ac-essai.fr", "un mot de passe faux"),
        se_connecter(client, "inconnu@ac-essai.fr"),
    ]
    assert {reponse.status_code for reponse in reponses} == {200}
    erreurs = {str(reponse.context["form"].non_field_errors()) for reponse in reponses}
    assert len(erreurs) == 1
    assert not est_connecte(client)


def test_la_session_change_de_cle_a_la_connexion(client):
    """Session fixation: the key planted before signing in must be worth nothing afterwards."""
    creer_compte("ana@ac-essai.fr")
    session = client.session
    session["panier"] = "posé par un tiers"
    session.save()
    cle = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = cle
    se_connecter(client, "ana@ac-essai.fr")
    assert client.session.session_key != cle
    tiers = Client()
    tiers.cookies[settings.SESSION_COOKIE_NAME] = cle
    assert not est_connecte(tiers)


def test_la_deconnexion_se_fait_par_post_et_rend_le_temoin_inutile(client):
    creer_compte("ana@ac-essai.fr")
    se_connecter(client, "ana@ac-essai.fr")
    temoin = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get(reverse("comptes:deconnexion")).status_code == 405
    assert est_connecte(client)
    client.post(reverse("comptes:deconnexion"))
    rejoue = Client()
    rejoue.cookies[settings.SESSION_COOKIE_NAME] = temoin
    assert not est_connecte(rejoue)


@pytest.mark.parametrize(
    "suite",
    [
        "//mechant.example",
        "///mechant.example",
        "https://mechant.example",
        "https:mechant.example",
        "http:///mechant.example",
        "\\\\mechant.example",
        "/\\mechant.example",
        "https://testserver@mechant.example",
        "https://testserver.mechant.example/",
        "/compte/\r\nLocation: https://mechant.example",
        "javascript:alert(1)",
        "\x08//mechant.example",
        " //mechant.example",
        "ftp://testserver/",
    ],
)
def test_la_connexion_ne_mene_jamais_hors_du_site(client, suite):
    creer_compte("ana@ac-essai.fr")
    reponse = se_connecter(client, "ana@ac-essai.fr", donnees={"next": suite})
    assert reponse.status_code == 302
    assert "mechant" not in reponse["Location"] or reponse["Location"].startswith("/compte/")
    assert "\n" not in reponse["Location"]
    assert not reponse["Location"].startswith(("//", "/\\", "javascript", "ftp"))


def test_la_connexion_mene_a_la_page_demandee(client):
    creer_compte("ana@ac-essai.fr")
    demande = client.get(MON_COMPTE)
    assert demande["Location"] == f"{reverse('comptes:connexion')}?next={MON_COMPTE}"
    reponse = se_connecter(client, "ana@ac-essai.fr", donnees={"next": MON_COMPTE})
    assert reponse["Location"] == MON_COMPTE


def test_sans_jeton_le_formulaire_est_refuse():
    client = Client(enforce_csrf_checks=True)
    creer_compte("ana@ac-essai.fr")
    assert se_connecter(client, "ana@ac-essai.fr").status_code == 403


# --- Brute force -------------------------------------------------------------------------------------


def echouer(client: Client, courriel: str, fois: int, **options) -> list[int]:
    return [
        se_connecter(client, courriel, "un mot de passe faux", **options).status_code for _ in range(fois)
    ]


def test_dix_echecs_suspendent_le_compte_depuis_cette_adresse(client):
    creer_compte("ana@ac-essai.fr")
    assert 429 not in echouer(client, "ana@ac-essai.fr", 9)
    echouer(client, "ana@ac-essai.fr", 1)
    onzieme = se_connecter(client, "ana@ac-essai.fr")  # even with the right password
    assert onzieme.status_code == 429
    assert 800 < int(onzieme["Retry-After"]) <= 900
    assert "suspendue jusqu’à" in onzieme.content.decode()
    assert not est_connecte(client)


def test_les_collegues_derriere_la_meme_adresse_se_connectent(client):
    creer_compte("ana@ac-essai.fr")
    creer_compte("bob@ac-essai.fr")
    echouer(client, "ana@ac-essai.fr", 11)
    assert se_connecter(client, "bob@ac-essai.fr").status_code == 302


def test_la_victime_se_connecte_depuis_une_autre_adresse(client):
    creer_compte("ana@ac-essai.fr")
    echouer(client, "ana@ac-essai.fr", 11, REMOTE_ADDR="192.0.2.1")
    assert se_connecter(client, "ana@ac-essai.fr", REMOTE_ADDR="192.0.2.2").status_code == 302


@pytest.mark.parametrize(
    "variante", [{"HTTP_X_FORWARDED_FOR": "203.0.113.{}"}, {"HTTP_USER_AGENT": "robot {}"}]
)
def test_changer_d_entetes_ne_donne_pas_d_essais_de_plus(client, variante):
    creer_compte("ana@ac-essai.fr")
    for rang in range(10):
        entetes = {nom: valeur.format(rang) for nom, valeur in variante.items()}
        echouer(client, "ana@ac-essai.fr", 1, **entetes)
    entetes = {nom: valeur.format(99) for nom, valeur in variante.items()}
    assert se_connecter(client, "ana@ac-essai.fr", **entetes).status_code == 429


def test_changer_la_casse_ne_donne_pas_d_essais_de_plus(client):
    creer_compte("ana@ac-essai.fr")
    echouer(client, "ana@ac-essai.fr", 5)
    echouer(client, "ANA@ac-essai.fr", 5)
    assert se_connecter(client, "Ana@ac-essai.fr").status_code == 429


@override_settings(NOMBRE_DE_MANDATAIRES=1)
def test_derriere_un_mandataire_c_est_l_adresse_qu_il_a_vue_qui_compte(client):
    creer_compte("ana@ac-essai.fr")
    for rang in range(10):
        echouer(client, "ana@ac-essai.fr", 1, HTTP_X_FORWARDED_FOR=f"203.0.113.{rang}, 192.0.2.7")
    verrou = {"HTTP_X_FORWARDED_FOR": "203.0.113.99, 192.0.2.7"}
    assert se_connecter(client, "ana@ac-essai.fr", **verrou).status_code == 429
    ailleurs = {"HTTP_X_FORWARDED_FOR": "203.0.113.99, 192.0.2.8"}
    assert se_connecter(client, "ana@ac-essai.fr", **ailleurs).status_code == 302


def test_le_verrou_finit_a_l_heure_annoncee_meme_si_l_on_insiste(client):
    creer_compte("ana@ac-essai.fr")
    depart = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
    with time_machine.travel(depart, tick=False) as horloge:
        echouer(client, "ana@ac-essai.fr", 10)
        horloge.shift(dt.timedelta(minutes=10))
        assert se_connecter(client, "ana@ac-essai.fr").status_code == 429
        horloge.shift(dt.timedelta(minutes=5, seconds=1))
        assert se_connecter(client, "ana@ac-essai.fr").status_code == 302


# --- Demonstration -----------------------------------------------------------------------------------


def test_les_comptes_de_demonstration_se_prennent_d_un_bouton(client, settings):
    creer_compte("dcio@demo.example", mot_de_passe=MOT_DE_PASSE_DEMONSTRATION, demonstration="DCIO de Blois")
    page = reverse("comptes:connexion")
    assert "DCIO de Blois" not in client.get(page).content.decode()
    settings.DEMONSTRATION = True
    assert "DCIO de Blois" in client.get(page).content.decode()
    assert se_connecter(client, "dcio@demo.example", MOT_DE_PASSE_DEMONSTRATION).status_code == 302


def test_le_mot_de_passe_de_demonstration_respecte_la_regle_de_longueur():
    assert len(MOT_DE_PASSE_DEMONSTRATION) >= 15
    assert len(MOT_DE_PASSE) >= 15


# --- Choice of a password ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mot_de_passe",
    [
        "quatorze signe",  # 14
        "aaaaaaaaaaaaaaaa",
        "azertyazertyazerty",
        "Motdepasse 2026-2027",
        "password12345678",
        "1234567890123456789",
        "demonstration-cio",
        "Réseaux CIO 2026 !",
        "ana.durand@ac-essai.fr",
    ],
)
def test_un_mot_de_passe_qui_se_devine_est_refuse(mot_de_passe):
    ana = creer_compte("ana.durand@ac-essai.fr", prenom="Ana", nom="Durand")
    with pytest.raises(ValidationError):
        validate_password(mot_de_passe, ana)


@pytest.mark.parametrize(
    "mot_de_passe",
    [
        "cheval agrafe pile correcte",  # no capital, no digit: nothing of the kind is asked
        "correcthorsebatterystaple",
        "les élèves de 3e visitent 2 lycées",
        "日本語のパスワードを使うことにした",
        "x7#Lq9!vT2@mK5$z",
        "a" + "mot bien long " * 6,
    ],
)
def test_une_suite_de_mots_suffit(mot_de_passe):
    validate_password(mot_de_passe, creer_compte("ana.durand@ac-essai.fr"))


def test_un_mot_de_passe_refuse_ne_coute_pas_plus_cher_selon_le_compte(client):
    """A known account, an unknown one, a deactivated one: one hash each, neither more nor less."""
    creer_compte("ana@ac-essai.fr")
    creer_compte("eve@ac-essai.fr", is_active=False)
    calculs = []
    for courriel in ("ana@ac-essai.fr", "inconnu@ac-essai.fr", "eve@ac-essai.fr"):
        with patch.object(
            MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
        ) as encode:
            se_connecter(Client(), courriel, "un mot de passe faux")
        calculs.append(encode.call_count)
    assert len(set(calculs)) == 1
    assert calculs[0] > 0

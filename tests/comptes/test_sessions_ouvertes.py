"""« Sessions ouvertes »: what the person sees of them, and closing one or all the others."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from comptes.models import Session
from comptes.selectors import appareil_en_mots, sessions_ouvertes
from comptes.services import comptes
from socle.journal import historique
from tests.comptes.factories import MOT_DE_PASSE, creer_compte, se_connecter

pytestmark = pytest.mark.django_db

COMPTE, CONNEXION, PRESENCE = "/compte/", "/connexion/", "/compte/presence/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1 Safari/604.1"
)
DEPART = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def ana():
    return creer_compte("ana@ac-essai.fr")


def ouvrir(agent: str = FIREFOX) -> Client:
    client = Client(HTTP_USER_AGENT=agent)
    assert se_connecter(client, "ana@ac-essai.fr").status_code == 302
    return client


def est_connecte(client: Client) -> bool:
    return client.get(COMPTE).status_code == 200


def references(client: Client, utilisateur) -> list[str]:
    """Of the sessions that the page offers to close."""
    page = client.get(COMPTE).content.decode()
    return [s.reference for s in sessions_ouvertes(utilisateur) if f'value="{s.reference}"' in page]


def test_chacun_voit_ses_appareils_et_rien_qui_permette_d_entrer(ana):
    ici, telephone = ouvrir(), ouvrir(SAFARI)
    page = ici.get(COMPTE).content.decode()
    assert "Firefox sur Windows" in page
    assert "Safari sur iPhone" in page
    assert page.count("Cette session") == 1
    assert "Cette session" in page.split("Firefox sur Windows")[1][:200]
    for client in (ici, telephone):
        assert client.session.session_key not in page


def test_personne_ne_voit_ni_ne_ferme_les_sessions_d_un_autre(ana):
    ici = ouvrir()
    eve = Client()
    creer_compte("eve@ac-essai.fr")
    se_connecter(eve, "eve@ac-essai.fr")
    assert "Firefox sur Windows" not in eve.get(COMPTE).content.decode()
    (session,) = sessions_ouvertes(ana)
    eve.post(reverse("comptes:session_fermer"), {"reference": session.reference})
    eve.post(reverse("comptes:sessions_fermer_autres"))
    assert est_connecte(ici)


def test_fermer_une_session_la_tue_a_la_requete_suivante(ana):
    ici, ailleurs, bureau = ouvrir(), ouvrir(SAFARI), ouvrir("Chrome/140 Linux")
    iphone = next(s for s in sessions_ouvertes(ana) if "iPhone" in s.appareil)
    assert len(references(ici, ana)) == 2
    reponse = ici.post(reverse("comptes:session_fermer"), {"reference": iphone.reference}, follow=True)
    assert "La session est fermée." in reponse.content.decode()
    assert [est_connecte(client) for client in (ici, ailleurs, bureau)] == [True, False, True]
    assert historique(ana).first().libelle == "Sessions ouvertes fermées"
    reponse = ici.post(reverse("comptes:session_fermer"), {"reference": iphone.reference}, follow=True)
    assert "déjà fermée" in reponse.content.decode()


def test_fermer_les_autres_garde_celle_ci(ana):
    ici, ailleurs, bureau = ouvrir(), ouvrir(SAFARI), ouvrir()
    ici.post(reverse("comptes:sessions_fermer_autres"))
    assert [est_connecte(client) for client in (ici, ailleurs, bureau)] == [True, False, False]
    assert "Fermer les autres sessions" not in ici.get(COMPTE).content.decode()


def test_une_session_morte_n_est_plus_montree(ana):
    ouvrir()
    comptes.definir_mot_de_passe(utilisateur=ana, mot_de_passe="une autre phrase bien longue")
    assert sessions_ouvertes(ana) == []


def test_l_heure_se_note_toutes_les_cinq_minutes_au_plus(ana):
    with time_machine.travel(DEPART, tick=False) as horloge:
        client = ouvrir()
        horloge.shift(dt.timedelta(minutes=4))
        with CaptureQueriesContext(connection) as capture:
            client.get(COMPTE)
        assert not [r for r in capture if r["sql"].startswith("UPDATE")]
        assert sessions_ouvertes(ana)[0].vue_le == DEPART
        horloge.shift(dt.timedelta(minutes=57))
        client.get(COMPTE)
        assert sessions_ouvertes(ana)[0].vue_le == DEPART + dt.timedelta(minutes=61)
        assert "Vue le 23 novembre, vers 11 h" in client.get(COMPTE).content.decode()


# --- Unused ---------------------------------------------------------------------------------------------


def test_une_session_inutilisee_se_ferme_et_la_connexion_le_dit(ana):
    with time_machine.travel(DEPART, tick=False) as horloge:
        client = ouvrir()
        copie = Client()
        copie.cookies[settings.SESSION_COOKIE_NAME] = client.session.session_key
        horloge.shift(dt.timedelta(minutes=settings.INACTIVITE_MINUTES, seconds=1))
        assert sessions_ouvertes(ana) == []
        reponse = client.get(COMPTE, follow=True)
        assert reponse.redirect_chain == [(f"{CONNEXION}?next={COMPTE}", 302)]
        assert "fermée après 2 heures sans activité" in reponse.content.decode()
        assert not est_connecte(copie)
        # Nothing is left of it, and the page that was asked for is found again.
        assert not Session.objects.filter(utilisateur=ana).exists()
        donnees = {"username": ana.courriel, "password": MOT_DE_PASSE, "next": COMPTE}
        assert client.post(CONNEXION, donnees)["Location"] == COMPTE
        client.post("/deconnexion/")
        assert "sans activité" not in client.get(CONNEXION).content.decode()


def test_une_session_qui_sert_ne_se_ferme_pas(ana):
    with time_machine.travel(DEPART, tick=False) as horloge:
        client = ouvrir()
        for _ in range(6):
            horloge.shift(dt.timedelta(minutes=settings.INACTIVITE_MINUTES - 6))
            assert client.get(PRESENCE).status_code == 204
        horloge.shift(dt.timedelta(minutes=settings.INACTIVITE_MINUTES, seconds=1))
        assert client.get(PRESENCE)["Location"].startswith(CONNEXION)


def test_la_duree_est_un_reglage(ana, settings):
    settings.INACTIVITE_MINUTES = 30
    with time_machine.travel(DEPART, tick=False) as horloge:
        client = ouvrir()
        assert "après 30 minutes sans activité" in client.get(COMPTE).content.decode()
        horloge.shift(dt.timedelta(minutes=31))
        assert not est_connecte(client)


def test_qui_attend_son_code_ou_n_est_personne_ne_lit_pas_qu_une_session_s_est_fermee():
    with time_machine.travel(DEPART, tick=False) as horloge:
        client = Client()
        session = client.session
        session["pose"] = "1"
        session.save()
        horloge.shift(dt.timedelta(hours=11))
        assert "sans activité" not in client.get(CONNEXION).content.decode()


# --- In the browser: what an open page does of it -------------------------------------------------------


@pytest.fixture
def onglets(navigateur, live_server):
    """`onglets(*adresses)`: Ana signed in, one tab for each address, on a clock that the test moves."""
    creer_compte("ana@ac-essai.fr")

    def ouvrir_les_onglets(*adresses: str):
        page = navigateur()
        page.context.clock.install()
        page.goto(CONNEXION)
        page.get_by_label("Adresse électronique").fill("ana@ac-essai.fr")
        page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url("/")
        ouverts = [page, *(page.context.new_page() for _ in adresses[1:])]
        for onglet, adresse in zip(ouverts, adresses, strict=True):
            onglet.goto(adresse)
        return ouverts

    return ouvrir_les_onglets


def vieillir_les_sessions() -> None:
    passe = timezone.now() - dt.timedelta(minutes=settings.INACTIVITE_MINUTES, seconds=1)
    Session.objects.update(vue_le=passe)


def test_une_page_laissee_ouverte_se_retire_quand_la_session_se_ferme(onglets):
    lue, ecrite = onglets(COMPTE, "/compte/courriel/")
    ecrite.get_by_label("Nouvelle adresse électronique").fill("ana.martin@ac-essai.fr")
    vieillir_les_sessions()
    lue.context.clock.fast_forward(settings.INACTIVITE_MINUTES * 60_000 + 31_000)
    expect(lue.get_by_text("Votre session a été fermée après 2 heures sans activité")).to_be_visible()
    assert lue.url.endswith(f"{CONNEXION}?next={COMPTE}")
    # What was being written is still there, and the person is told.
    expect(ecrite.get_by_text("Votre session est fermée : ce que vous écrivez")).to_be_visible()
    expect(ecrite.get_by_label("Nouvelle adresse électronique")).to_have_value("ana.martin@ac-essai.fr")


def test_ecrire_longtemps_garde_la_session(onglets):
    (page,) = onglets("/compte/courriel/")
    Session.objects.update(vue_le=timezone.now() - dt.timedelta(minutes=settings.INACTIVITE_MINUTES - 1))
    page.context.clock.fast_forward(6 * 60_000)
    with page.expect_response(f"**{PRESENCE}") as signe:
        page.get_by_label("Nouvelle adresse électronique").press_sequentially("ana")
    assert signe.value.status == 204
    assert Session.objects.get(utilisateur__isnull=False).vue_le > timezone.now() - dt.timedelta(minutes=1)


def test_se_deconnecter_retire_les_pages_des_autres_onglets(onglets):
    """And nothing is kept of them by the browser; what is not the session's stays: an unfinished survey."""
    ici, ailleurs = onglets(COMPTE, "/compte/second-facteur/")
    ici.evaluate("localStorage.setItem('enquete-essai', 'en cours')")
    ici.get_by_text("Camille MARTIN").first.click()
    with ici.expect_response("**/deconnexion/") as sortie:
        ici.get_by_role("button", name="Se déconnecter").click()
    assert sortie.value.all_headers()["clear-site-data"] == '"cache"'
    expect(ailleurs.get_by_role("heading", level=1)).to_have_text("Se connecter")
    assert ici.evaluate("localStorage.getItem('enquete-essai')") == "en cours"


def test_une_session_finit_au_bout_de_douze_heures_meme_si_elle_sert(ana):
    with time_machine.travel(DEPART, tick=False) as horloge:
        client = ouvrir()
        for _ in range(12):
            horloge.shift(dt.timedelta(minutes=59))
            session = client.session
            session["sert"] = str(horloge)
            session.save()
            assert est_connecte(client)
        horloge.shift(dt.timedelta(minutes=13))
        assert not est_connecte(client)


def test_changer_de_mot_de_passe_garde_l_appareil_de_cette_session(ana):
    ici = ouvrir()
    nouveau = "une autre phrase bien longue"
    donnees = {"old_password": MOT_DE_PASSE, "new_password1": nouveau, "new_password2": nouveau}
    ici.post(reverse("comptes:mot_de_passe_changer"), donnees)
    ana.refresh_from_db()
    assert [session.appareil for session in sessions_ouvertes(ana)] == ["Firefox sur Windows"]
    assert Session.objects.filter(utilisateur=ana).count() == 1


def test_un_compte_efface_emporte_ses_sessions(ana):
    ouvrir()
    ana.delete()
    assert not Session.objects.filter(utilisateur__isnull=False).exists()


@pytest.mark.parametrize(
    ("agent", "mots"),
    [
        (FIREFOX, "Firefox sur Windows"),
        (SAFARI, "Safari sur iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge sur Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome sur Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_1) AppleWebKit Version/19 Safari/605", "Safari sur Mac"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/140.0 Safari/537.36", "Chrome sur Chromebook"),
        ("curl/8.1 <script>alert(1)</script>", "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
        ("x" * 100_000, "Navigateur inconnu"),
    ],
)
def test_l_appareil_se_dit_en_mots(agent, mots):
    assert appareil_en_mots(agent) == mots

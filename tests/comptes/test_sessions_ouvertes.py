"""« Sessions ouvertes »: what the person sees of them, and closing one or all the others."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.models import Session
from comptes.selectors import appareil_en_mots, sessions_ouvertes
from comptes.services import comptes
from socle.journal import historique
from tests.comptes.factories import MOT_DE_PASSE, creer_compte, se_connecter

pytestmark = pytest.mark.django_db

COMPTE = "/compte/"
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


def test_l_heure_se_note_une_fois_par_heure_au_plus(ana):
    with time_machine.travel(DEPART, tick=False) as horloge:
        client = ouvrir()
        horloge.shift(dt.timedelta(minutes=59))
        with CaptureQueriesContext(connection) as capture:
            client.get(COMPTE)
        assert not [r for r in capture if r["sql"].startswith("UPDATE")]
        assert sessions_ouvertes(ana)[0].vue_le == DEPART
        horloge.shift(dt.timedelta(minutes=2))
        client.get(COMPTE)
        assert sessions_ouvertes(ana)[0].vue_le == DEPART + dt.timedelta(minutes=61)
        assert "Vue le 23 novembre, vers 11 h" in client.get(COMPTE).content.decode()


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

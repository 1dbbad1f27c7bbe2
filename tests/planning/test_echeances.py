"""« Mes échéances »: all that awaits the person, and the rhythm of the reminders."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from planning.enums import ModeRappel
from planning.models import PreferenceRappels
from planning.selectors.echeances import mes_echeances
from socle.journal import historique
from tests.planning.factories import creer_action, creer_groupe, creer_jalon, creer_plan, dans
from tests.reseaux.factories import connecter, creer_cio, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db
PAGE = "planning:mes_echeances"
#: A Tuesday, the 9th.
MARDI = dt.datetime(2027, 3, 9, 9, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def _mardi():
    with time_machine.travel(MARDI, tick=False):
        yield


@pytest.fixture
def dcio():
    return creer_perimetre(Role.DCIO, creer_cio())


def lues(perimetre) -> dict[str, list[str]]:
    page = mes_echeances(perimetre, dans(0))
    return {g.titre: [lue.jalon.intitule for lue in g.echeances] for g in page.groupes}


def test_tout_ce_qui_m_attend_par_ordre_de_date(dcio):
    action = creer_action(titre="Rédiger le bilan", fin=60)
    for intitule, jours in (
        ("En retard de deux jours", -2),
        ("Ce soir", 0),
        ("Dimanche", 5),
        ("Lundi prochain", 6),
        ("Le 31", 22),
        ("Le 1er avril", 23),
    ):
        creer_jalon(action, intitule, dans_jours=jours)
    assert lues(dcio) == {
        "En retard": ["En retard de deux jours"],
        "Cette semaine": ["Ce soir", "Dimanche"],
        "D’ici à la fin du mois": ["Lundi prochain", "Le 31"],
        "Plus tard": ["Le 1er avril", "Rédiger le bilan"],
    }


def test_la_semaine_passe_avant_le_mois(dcio):
    with time_machine.travel(MARDI + dt.timedelta(days=21), tick=False):  # 30 March, a Tuesday
        creer_jalon(creer_action(fin=300), "Vendredi", dans_jours=3)
        assert lues(dcio)["Cette semaine"] == ["Vendredi"]


def test_ce_qui_est_a_d_autres_n_y_est_pas(dcio):
    creer_jalon(creer_action(role=Role.SG, fin=300), "Du SG")
    creer_jalon(creer_action(fin=300), "De Vendôme", role=Role.DCIO, cio=creer_cio("Vendôme"))
    loin = creer_plan(departement=creer_departement("018"))
    creer_jalon(creer_action(loin, fin=300), "Du Cher")
    intitules = [intitule for groupe in lues(dcio).values() for intitule in groupe]
    assert intitules == ["Action 2"]


def test_un_groupe_amene_ses_echeances(dcio):
    creer_jalon(creer_action(groupe=creer_groupe(), fin=300), "De l’équipe")
    assert ["De l’équipe"] in lues(dcio).values()


def test_fait_ferme_le_jalon_et_revient_a_la_page(client, dcio):
    connecter(client, dcio)
    jalon = creer_jalon(creer_action(fin=300), "Réunir les chefs")
    reponse = client.post(reverse("planning:echeance_faite", args=[jalon.pk]), follow=True)
    assert reponse.redirect_chain == [(reverse(PAGE), 302)]
    assert "C’est noté : « Réunir les chefs » est fait." in reponse.text
    jalon.refresh_from_db()
    assert jalon.fait_le == dans(0)


def test_une_cible_non_atteinte_dit_ce_qui_manque(client, dcio):
    connecter(client, dcio)
    action = creer_action(cible="preuve")
    page = client.post(reverse("planning:echeance_faite", args=[action.jalons.get().pk]), follow=True).text
    assert "fr-alert--error" in page
    action.refresh_from_db()
    assert action.est_ouverte


def test_le_rythme_des_rappels_se_choisit_et_se_journalise(client, dcio):
    connecter(client, dcio)
    page = client.post(reverse("planning:mode_rappels"), {"mode": "recapitulatif"}, follow=True).text
    assert "Votre choix est enregistré" in page
    preference = PreferenceRappels.objects.get()
    assert (preference.utilisateur, preference.mode) == (dcio.utilisateur, ModeRappel.RECAPITULATIF)
    assert historique(preference).first().action == "planning.rappels.mode_choisi"
    assert client.get(reverse(PAGE)).context["form"].initial == {"mode": ModeRappel.RECAPITULATIF}


def test_un_rythme_inconnu_est_refuse(client, dcio):
    connecter(client, dcio)
    page = client.post(reverse("planning:mode_rappels"), {"mode": "jamais"}, follow=True).text
    assert "Choisissez l’un des deux rythmes proposés." in page
    assert not PreferenceRappels.objects.exists()


def test_une_page_vide_dit_ce_qui_viendra(client):
    connecter(client, creer_perimetre(Role.PSYEN))
    assert "Aucune échéance ne vous attend" in client.get(reverse(PAGE)).text


def test_le_nombre_de_requetes_ne_suit_pas_celui_des_echeances(client, dcio):
    connecter(client, dcio)

    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(reverse(PAGE)).status_code == 200
        return len(requetes)

    creer_jalon(creer_action())
    peu = compter()
    for rang in range(8):
        creer_jalon(creer_action(), dans_jours=rang)
        creer_perimetre(Role.DCIO, creer_cio(f"Commune {rang}"))
    assert compter() == peu

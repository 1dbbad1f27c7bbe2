"""What the outbox tells of a survey: never who has not answered; and nothing to a person who was erased."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from evaluation.models import Enquete, Invitation
from evaluation.selectors.enquetes import jours_de_rappel, population
from evaluation.services.enquete_conduite import clore_enquete, suivre_enquetes
from psyen.models import PsyEN
from psyen.services.effacement import effacer_personne
from reseaux.perimetre import Perimetre
from socle.consultations import Consultation
from socle.courriels import envoyer_en_attente
from socle.effacement import DOMAINE
from socle.enums import EtatCourriel
from socle.models import Courriel
from tests.evaluation.factories_enquetes import creer_brouillon, creer_ouverte, creer_psyens, repondre
from tests.reseaux.factories import connecter, creer_perimetre

pytestmark = pytest.mark.django_db
LUNDI = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def relancee() -> Enquete:
    """Two of six have answered, the four others were reminded once."""
    with time_machine.travel(LUNDI, tick=False):
        enquete = creer_ouverte()
        repondre(enquete, 2)
        envoyer_en_attente()
    return enquete


@pytest.fixture
def rappel(relancee):
    """The clock at the day of the first reminder, sent."""
    jour = dt.datetime.combine(jours_de_rappel(relancee)[0], dt.time(9), tzinfo=dt.UTC)
    with time_machine.travel(jour, tick=False):
        suivre_enquetes()
        envoyer_en_attente()
        yield Courriel.objects.filter(objet__startswith="Rappel").order_by("pk")[0]


def test_la_liste_des_courriels_ne_nomme_pas_qui_est_relance(client, rappel):
    connecter(client, creer_perimetre(Role.ADMIN))
    liste = reverse("socle:courriels")
    adresse = rappel.destinataire
    page = client.get(liste, {"q": "rappel"}).text
    assert page.count("non montré") == 4
    assert adresse not in page
    # The invitation names the person, as everyone invited; the reminder is not found by the address.
    trouves = client.get(liste, {"q": adresse}).text
    assert reverse("socle:courriel", args=[rappel.pk]) not in trouves
    tries = client.get(liste, {"tri": "destinataire", "q": "rappel"}).context["object_list"]
    assert [c["adresse"] for c in tries] == ["non montré"] * 4


def test_la_page_d_un_rappel_ne_nomme_ni_son_destinataire_ni_l_erreur_qui_le_nommerait(client, rappel):
    connecter(client, creer_perimetre(Role.ADMIN))
    Courriel.objects.filter(pk=rappel.pk).update(
        etat=EtatCourriel.ECHEC, erreur=f"550 <{rappel.destinataire}> unknown"
    )
    page = client.get(reverse("socle:courriel", args=[rappel.pk])).text
    assert "Non montré" in page
    assert rappel.destinataire not in page
    assert "Renvoyer" in page
    assert not Consultation.objects.exists()


def test_a_la_cloture_plus_rien_ne_dit_qui_fut_relance(relancee, rappel):
    assert Courriel.objects.filter(cle__startswith="evaluation.enquete:").count() == 10
    clore_enquete(perimetre=Perimetre.systeme(), enquete=relancee)
    restants = Courriel.objects.filter(cle__startswith="evaluation.enquete:").order_by("pk")
    assert all(":resultats:" in courriel.cle for courriel in restants)
    assert restants.count() == 6  # the results, told to all


def effacer(psyen: PsyEN, *, en_fonction: bool = False) -> None:
    if not en_fonction:
        psyen.rattachements.update(date_fin=timezone.localdate() - dt.timedelta(days=1))
    effacer_personne(
        perimetre=Perimetre.systeme(),
        utilisateur=None,
        psyen=psyen,
        motif="Départ",
        encore_en_fonction=en_fonction,
    )


def test_une_personne_effacee_ne_recoit_ni_rappel_ni_resultats(relancee):
    parti = Invitation.objects.filter(enquete=relancee, lien_utilise=False).order_by("pk")[0]
    jour = dt.datetime.combine(jours_de_rappel(relancee)[0], dt.time(9), tzinfo=dt.UTC)
    with time_machine.travel(jour, tick=False):
        effacer(parti.psyen)
        suivre_enquetes()
        assert not parti.jetons.exists()
        assert Courriel.objects.filter(objet__startswith="Rappel").count() == 3
        clore_enquete(perimetre=Perimetre.systeme(), enquete=relancee)
    resultats = Courriel.objects.filter(cle__startswith="evaluation.enquete:resultats:")
    assert resultats.count() == 5
    assert not resultats.filter(destinataire__endswith=DOMAINE).exists()


def test_une_personne_effacee_le_jour_de_l_ouverture_n_est_pas_invitee():
    psyens, enquete, jour = creer_psyens(6), creer_brouillon(), timezone.localdate()
    assert population(enquete, jour).count() == 6
    effacer(psyens[0], en_fonction=True)
    assert population(enquete, jour).count() == 5


def test_la_montee_oublie_les_rappels_des_enquetes_closes_et_tait_les_autres(relancee, rappel):
    """As the version before wrote them."""
    migration = import_module("evaluation.migrations.0009_envois_des_enquetes")
    rappels = Courriel.objects.filter(objet__startswith="Rappel")
    rappels.update(garde="evaluation.enquete", recherche=rappel.destinataire)
    migration.oublier(apps, None)
    assert set(rappels.values_list("garde", flat=True)) == {"evaluation.enquete.rappel"}
    assert not rappels.filter(recherche__contains="@").exists()
    migration.revenir(apps, None)
    avant = list(Courriel.objects.filter(garde="evaluation.enquete").order_by("pk"))
    clore_enquete(perimetre=Perimetre.systeme(), enquete=relancee)
    Courriel.objects.bulk_create(avant)
    migration.oublier(apps, None)
    assert not Courriel.objects.filter(garde__startswith="evaluation.enquete").exists()

"""Asked again before the mail leaves: what is no longer owed is withheld, and told anew when still true."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from comptes.enums import Role
from planning.enums import EtatAction, EtatJalon
from planning.models import PreferenceRappels, Rappel
from planning.services.rappels import envoyer_rappels
from reseaux.models import Habilitation
from socle.courriels import envoyer_en_attente
from socle.enums import EtatCourriel
from socle.models import Courriel
from tests.planning.factories import creer_action, creer_jalon, dans
from tests.reseaux.factories import creer_cio, creer_habilitation, creer_perimetre

pytestmark = pytest.mark.django_db
JEUDI = dt.datetime(2027, 3, 4, 9, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def horloge():
    with time_machine.travel(JEUDI, tick=False) as horloge:
        yield horloge


@pytest.fixture
def dcio():
    return creer_perimetre(Role.DCIO, creer_cio())


@pytest.fixture
def jalon(dcio):
    return creer_jalon(creer_action(fin=400), "Réunir les chefs", dans_jours=7)


def test_un_rappel_encore_du_part(jalon, mailoutbox):
    envoyer_rappels()
    assert envoyer_en_attente() == 1
    assert mailoutbox[0].subject == "Pour le jeudi 11 mars 2027 (dans 7 jours) : Réunir les chefs"
    assert Rappel.objects.count() == 1


def terminer(jalon):
    jalon.etat, jalon.fait_le = EtatJalon.FAIT, dans(0)
    jalon.save()


def clore_action(jalon):
    jalon.action.etat, jalon.action.faite_le = EtatAction.FAITE, dans(0)
    jalon.action.save()


def clore_plan(jalon):
    jalon.action.plan.etat = "clos"
    jalon.action.plan.save()


def suspendre(jalon):
    jalon.action.silence_jusqu_au = dans(3)
    jalon.action.save()


def reporter(jalon):
    jalon.echeance = dans(90)
    jalon.save()


def changer_de_responsable(jalon):
    jalon.role = Role.SG
    jalon.save()


def revoquer(jalon):
    Habilitation.objects.update(revoquee_le=timezone.now())


def fermer_le_compte(jalon):
    for habilitation in Habilitation.objects.order_by("pk"):
        habilitation.utilisateur.is_active = False
        habilitation.utilisateur.save()


@pytest.mark.parametrize(
    "changement",
    [
        terminer,
        clore_action,
        clore_plan,
        suspendre,
        reporter,
        changer_de_responsable,
        revoquer,
        fermer_le_compte,
    ],
)
def test_ce_qui_n_est_plus_du_ne_part_pas(jalon, mailoutbox, changement):
    envoyer_rappels()
    changement(jalon)
    assert envoyer_en_attente() == 0
    assert not mailoutbox
    assert Courriel.objects.get().etat == EtatCourriel.SANS_OBJET
    assert not Rappel.objects.exists()


def test_le_successeur_recoit_ce_que_le_partant_n_a_pas_recu(jalon, dcio, mailoutbox):
    envoyer_rappels()
    Habilitation.objects.update(revoquee_le=timezone.now())
    nouvelle = creer_habilitation(Role.DCIO, creer_cio())
    envoyer_en_attente()
    assert len(envoyer_rappels()) == 1
    envoyer_en_attente()
    assert [message.to for message in mailoutbox] == [[nouvelle.utilisateur.courriel]]


def test_un_courriel_reste_en_file_la_nuit_est_recrit_le_lendemain(jalon, horloge, mailoutbox):
    """« dans 7 jours » would be untrue: withheld, then written again with the right delay."""
    envoyer_rappels()
    horloge.move_to(JEUDI + dt.timedelta(days=1))
    assert envoyer_en_attente() == 0
    assert len(envoyer_rappels()) == 1
    assert envoyer_en_attente() == 1
    assert [message.subject for message in mailoutbox] == [
        "Pour le jeudi 11 mars 2027 (dans 6 jours) : Réunir les chefs"
    ]


def test_un_courriel_peut_etre_deja_parti_revient_le_meme(jalon, horloge, mailoutbox):
    """Its sender died, perhaps after the server had said yes: the same mail leaves again, if a day late."""
    envoyer_rappels()
    Courriel.objects.update(etat=EtatCourriel.EN_COURS, pris_le=timezone.now(), essais=1)
    identifiant = Courriel.objects.get().message_id
    horloge.move_to(JEUDI + dt.timedelta(days=1))
    assert envoyer_en_attente() == 1
    assert mailoutbox[0].extra_headers["Message-ID"] == identifiant
    assert envoyer_rappels() == []


def test_le_recapitulatif_est_recrit_sans_ce_qui_est_fait(jalon, dcio, mailoutbox):
    PreferenceRappels.objects.create(utilisateur=dcio.utilisateur, mode="recapitulatif")
    for rang in (1, 2):
        creer_jalon(jalon.action, f"Autre {rang}", dans_jours=1)
    assert len(envoyer_rappels()) == 3
    terminer(jalon)
    assert envoyer_en_attente() == 0
    assert len(envoyer_rappels()) == 2
    assert envoyer_en_attente() == 1
    assert "Réunir les chefs" not in mailoutbox[0].body
    assert mailoutbox[0].subject == "Plan de travail : 2 échéances à suivre"


def test_l_escalade_ne_part_qu_a_un_ien_io_en_poste(dcio, mailoutbox):
    ien = creer_perimetre(Role.IEN_IO)
    creer_jalon(creer_action(fin=400), dans_jours=-14)
    envoyer_rappels()
    assert ien.habilitation is not None
    ien.habilitation.revoquee_le = timezone.now()
    ien.habilitation.save()
    assert envoyer_en_attente() == 1
    assert mailoutbox[0].to == [dcio.utilisateur.courriel]


def test_un_passage_fait_pour_un_jour_a_venir_est_juge_ce_jour_la(jalon, mailoutbox):
    demain = creer_habilitation(Role.DCIO, creer_cio("Vendôme"), date_debut=dans(6))
    envoyer_rappels(maintenant=JEUDI + dt.timedelta(days=6))
    assert envoyer_en_attente() == 2
    assert [demain.utilisateur.courriel] in [message.to for message in mailoutbox]

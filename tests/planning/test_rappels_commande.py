"""`manage.py envoyer_rappels`: one tick, and the list of what it wrote."""

import datetime as dt

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from comptes.enums import Role
from planning.models import Rappel
from planning.tasks import envoyer_rappels
from socle.courriels import envoyer_en_attente
from socle.models import Courriel
from tests.planning.factories import creer_action, creer_jalon, dans
from tests.reseaux.factories import creer_cio, creer_perimetre

pytestmark = pytest.mark.django_db
JEUDI = dt.datetime(2027, 3, 4, 9, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def horloge():
    with time_machine.travel(JEUDI, tick=False) as horloge:
        yield horloge


@pytest.fixture
def dcio():
    dcio = creer_perimetre(Role.DCIO, creer_cio())
    creer_jalon(creer_action(fin=400), "Réunir les chefs", dans_jours=14)
    return dcio


def lancer(capsys, *options: str) -> str:
    call_command("envoyer_rappels", *options)
    return capsys.readouterr().out


def test_avancer_l_horloge_ecrit_exactement_les_rappels_dus(capsys, settings, dcio):
    settings.DEMONSTRATION = True
    assert "J-30" in lancer(capsys, "--au", "2027-03-04")  # the first tick of all catches up
    assert lancer(capsys, "--au", "2027-03-10") == "Aucun rappel n’est dû le 10/03/2027.\n"
    sortie = lancer(capsys, "--au", "2027-03-11")
    assert sortie.splitlines() == [
        "Rappels écrits au 11/03/2027 : 1",
        f"  {dcio.utilisateur}  J-7  18/03/2027  Réunir les chefs",
    ]
    assert lancer(capsys, "--au", "2027-03-11") == "Aucun rappel n’est dû le 11/03/2027.\n"
    assert lancer(capsys, "--au", "2027-03-13") == "Aucun rappel n’est dû le 13/03/2027.\n"  # a Saturday
    assert envoyer_en_attente() == 2
    dernier = Courriel.objects.order_by("-pk")[0]
    assert dernier.objet == "Pour le jeudi 18 mars 2027 (dans 7 jours) : Réunir les chefs"
    assert list(Rappel.objects.order_by("pk").values_list("jour", flat=True)) == [dans(0), dans(7)]


def test_hors_demonstration_on_n_avance_pas_l_horloge(capsys, settings, dcio):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="qu’en démonstration"):
        lancer(capsys, "--au", "2027-03-11")
    assert "Rappels écrits au 04/03/2027 : 1" in lancer(capsys)


def test_un_jour_passe_est_refuse(capsys, settings):
    settings.DEMONSTRATION = True
    with pytest.raises(CommandError, match="Ce jour est passé"):
        lancer(capsys, "--au", "2027-03-03")
    with pytest.raises(CommandError, match="n’est pas une date"):
        lancer(capsys, "--au", "demain")


def test_la_nuit_la_commande_le_dit(capsys, horloge, dcio):
    horloge.move_to(JEUDI.replace(hour=20))
    assert "rien n’est écrit" in lancer(capsys)
    assert not Rappel.objects.exists()


def test_la_tache_periodique_fait_le_meme_passage(dcio):
    envoyer_rappels()
    envoyer_rappels()
    assert Rappel.objects.count() == 1


def test_un_intitule_ne_commande_pas_le_terminal(capsys, settings):
    settings.DEMONSTRATION = True
    creer_perimetre(Role.DCIO, creer_cio())
    creer_jalon(creer_action(fin=400), "Réunir\x1b[2J\nRappels écrits : 0", dans_jours=14)
    sortie = lancer(capsys, "--au", "2027-03-04")
    assert "Réunir\\u001b[2J\\nRappels écrits : 0" in sortie
    assert "\x1b" not in sortie
    assert len(sortie.splitlines()) == 2

"""`manage.py diagnostic`: what works, what does not, an exit code, and no secret."""

import json
from collections import namedtuple
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from socle import battements, diagnostic
from socle.enums import EtatCourriel, Processus
from socle.models import Courriel, TravailDeFond
from tests.reseaux.factories import creer_utilisateur
from tests.services_jetables import port_libre, redis_jetable
from tests.socle.boite import ecrire

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tout_va_bien(puits, settings):
    """A mail server, an embedded broker, processes that live."""
    settings.CELERY_BROKER_URL = "memory://"
    for processus in Processus:
        battements.noter(processus)


def constats() -> dict[str, tuple[str, str]]:
    return {constat.nom: (constat.etat, constat.detail) for constat in diagnostic.diagnostiquer()}


def test_quand_tout_va_bien_la_commande_le_dit_et_sort_a_zero():
    sortie = StringIO()
    call_command("diagnostic", stdout=sortie)
    lignes = sortie.getvalue().splitlines()
    assert len(lignes) == len(diagnostic.CONTROLES) == 10
    assert not [ligne for ligne in lignes if ligne.startswith("PANNE")]


def test_en_json_pour_un_autre_programme():
    sortie = StringIO()
    call_command("diagnostic", "--json", stdout=sortie)
    lus = json.loads(sortie.getvalue())
    assert {constat["nom"] for constat in lus} == set(diagnostic.CONTROLES)
    assert {frozenset(constat) for constat in lus} == {frozenset({"nom", "etat", "detail"})}


def test_une_panne_fait_sortir_en_erreur_et_la_nomme(settings):
    settings.EMAIL_PORT = port_libre()
    sortie = StringIO()
    with pytest.raises(CommandError, match=r"En panne : messagerie\.") as erreur:
        call_command("diagnostic", stdout=sortie)
    assert erreur.value.returncode == 1
    assert "PANNE      messagerie" in sortie.getvalue()
    assert "Connection refused" in sortie.getvalue()


def test_redis_repond_ou_non(settings):
    settings.CELERY_BROKER_URL = settings.REDIS_URL = f"redis://moi:secret@127.0.0.1:{port_libre()}/0"
    etat, detail = constats()["Redis"]
    assert etat == "panne"
    assert "secret" not in detail
    with redis_jetable() as adresse:
        settings.CELERY_BROKER_URL = settings.REDIS_URL = adresse
        assert constats()["Redis"][0] == "bon"


def test_une_base_absente_ne_fait_taire_personne(monkeypatch):
    def perdue(*args, **kwargs):
        raise ValueError("Lovelace")

    monkeypatch.setattr(connection, "cursor", perdue)
    trouves = constats()
    assert trouves["base de données"] == ("panne", "ValueError")
    assert trouves["messagerie"][0] == "bon"
    assert set(trouves) == set(diagnostic.CONTROLES)


def test_une_migration_en_attente(monkeypatch):
    monkeypatch.setattr(diagnostic, "migrations_en_attente", lambda: 2)
    assert constats()["migrations"] == ("panne", "2 à passer : « manage.py migrate »")


@pytest.mark.parametrize(
    ("processus", "nom"), [(Processus.BEAT, "horloge (beat)"), (Processus.WORKER, "travailleur (worker)")]
)
def test_un_processus_muet(processus, nom):
    with time_machine.travel(timezone.now() + timedelta(minutes=12), tick=False):
        battements.noter(next(autre for autre in Processus if autre != processus))
        assert constats()[nom] == ("panne", "dernier signe de vie il y a 12 min")
    battements.oublier()
    assert constats()[nom][0] == "panne"


def test_un_signe_de_vie_du_futur_dit_que_l_heure_a_recule():
    with time_machine.travel(timezone.now() + timedelta(hours=2, seconds=30), tick=False):
        battements.noter(Processus.BEAT)
    etat, detail = constats()["horloge (beat)"]
    assert etat == "attention"
    assert "dans 2 h : l’heure de la machine a reculé" in detail


def test_un_courriel_en_retard_ou_en_echec():
    ecrire()
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
        assert constats()["courriels"] == ("panne", "le plus ancien attend depuis 3 h")
    Courriel.objects.update(etat=EtatCourriel.ECHEC)
    assert constats()["courriels"] == ("attention", "1 en échec ou incertains : voir « Courriels émis »")


@pytest.mark.parametrize("etat", ["en_attente", "en_cours"])
def test_un_travail_qui_n_avance_plus(etat):
    TravailDeFond.objects.create(
        genre="essai",
        titre="Export",
        proprietaire=creer_utilisateur(),
        etat=etat,
        battement_le=timezone.now(),
    )
    assert constats()["travaux"][0] == "bon"
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert constats()["travaux"] == ("panne", "1 n’avancent plus")


@pytest.mark.parametrize(("libre", "etat"), [(50, "bon"), (10, "attention"), (3, "panne")])
def test_le_disque(monkeypatch, libre, etat):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(diagnostic.shutil, "disk_usage", lambda d: usage(100, 100 - libre, libre))
    assert constats()["disque"][0] == etat


def test_une_police_absente(monkeypatch):
    monkeypatch.setattr(diagnostic, "fichier_statique", lambda nom: None)
    etat, detail = constats()["polices"]
    assert etat == "panne"
    assert "Marianne-Regular.woff2" in detail


@pytest.mark.parametrize(
    ("duree", "dite"),
    [
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=90), "1 h"),
        (timedelta(days=1), "1 jour"),
        (timedelta(days=3), "3 jours"),
    ],
)
def test_une_duree_se_lit(duree, dite):
    assert diagnostic.en_clair(duree) == dite

"""The technical log tells who enters, who is refused and who leaves: by number, never by name nor by what was
typed (ASVS 16.3.1 to 16.3.3).
"""

import datetime as dt
import io
import json
import logging

import pyotp
import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from comptes.services import second_facteur
from socle.journal_technique import UneLigneParEvenement
from tests.acces.monde import creer_mondes
from tests.comptes.factories import MOT_DE_PASSE, creer_compte, se_connecter
from tests.reseaux.factories import connecter, creer_perimetre

pytestmark = pytest.mark.django_db

ADRESSE = "ana@ac-essai.fr"
DEPART = dt.datetime(2026, 11, 23, 9, 0, 5, tzinfo=dt.UTC)


@pytest.fixture
def journal():
    """`journal()` → (message, person, status) of each event written since the last call; nobody is named."""
    flux = io.StringIO()
    poignee = logging.StreamHandler(flux)
    poignee.setFormatter(UneLigneParEvenement())
    logging.getLogger().addHandler(poignee)

    def lire() -> list[tuple[str, int | None, int | None]]:
        texte = flux.getvalue()
        assert not [mot for mot in (ADRESSE, "Camille", "Martin", MOT_DE_PASSE, "un secret") if mot in texte]
        flux.seek(0)
        flux.truncate()
        evenements = map(json.loads, texte.splitlines())
        return [(e["message"], e.get("personne"), e.get("statut")) for e in evenements]

    yield lire
    logging.getLogger().removeHandler(poignee)


@pytest.fixture
def ana():
    return creer_compte(ADRESSE)


def test_entrer_et_sortir(ana, client, journal):
    se_connecter(client, ADRESSE)
    assert journal() == [("Connexion : mot de passe", ana.pk, None)]
    client.post("/deconnexion/")
    assert journal() == [("Déconnexion", ana.pk, None)]
    se_connecter(client, ADRESSE)
    client.post(reverse("comptes:deconnecter_partout"))
    assert journal()[1:] == [("Déconnexion : toutes les sessions", ana.pk, None)]


def test_un_mot_de_passe_refuse_nomme_le_compte_vise_par_son_numero(ana, client, journal):
    se_connecter(client, ADRESSE, "un secret")
    assert journal() == [("Connexion refusée : mot de passe", ana.pk, None)]
    # Whatever is typed in the place of a name may be a password.
    se_connecter(client, "un secret@ac-essai.fr", "x")
    assert journal() == [("Connexion refusée : mot de passe", None, None)]
    ana.is_active = False
    ana.save()
    se_connecter(client, ADRESSE)
    assert journal() == [("Connexion refusée : mot de passe", ana.pk, None)]


def test_le_verrou_se_lit(ana, client, journal):
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        se_connecter(client, ADRESSE, "un secret")
    messages = [evenement[0] for evenement in journal()]
    assert "Connexion refusée : trop d’essais" in messages
    assert "Too Many Requests: /connexion/" in messages


def test_le_second_facteur_se_lit(ana, client, journal):
    with time_machine.travel(DEPART, tick=False) as horloge:
        secret = second_facteur.nouveau_secret()
        application = pyotp.TOTP(second_facteur.lire_secret(secret))
        second_facteur.activer(utilisateur=ana, secret_chiffre=secret, saisie=application.now())
        horloge.shift(30)
        se_connecter(client, ADRESSE)
        client.post("/connexion/code/", {"saisie": "000000"})
        client.post("/connexion/code/", {"saisie": application.now()})
    assert journal() == [
        ("Connexion : code attendu", ana.pk, None),
        ("Connexion refusée : code refuse", ana.pk, None),
        ("Connexion : code", ana.pk, None),
    ]


def test_une_session_inutilisee_se_lit(ana, client, journal):
    with time_machine.travel(DEPART, tick=False) as horloge:
        se_connecter(client, ADRESSE)
        horloge.shift(dt.timedelta(minutes=settings.INACTIVITE_MINUTES + 1))
        client.get("/compte/")
    assert journal()[1:] == [("Session fermée : inutilisée", ana.pk, None)]


def test_chaque_refus_dit_a_qui(journal):
    """Forbidden, and hidden because it is someone else's: both with the number of who asked."""
    propre, _, etranger = creer_mondes()
    client = connecter(Client(), propre.dcio)
    journal()
    ailleurs = reverse("psyen:repartition", args=[etranger.brouillon.pk])
    assert client.get(ailleurs).status_code == 404
    assert client.get(reverse("reseaux:comptes")).status_code == 403
    personne = propre.dcio.utilisateur_id
    assert journal() == [
        (f"Not Found: {ailleurs}", personne, 404),
        (f"Forbidden (Permission denied): {reverse('reseaux:comptes')}", personne, 403),
    ]


def test_un_contournement_se_lit(journal):
    perimetre = creer_perimetre(Role.ADMIN)
    client = connecter(Client(enforce_csrf_checks=True), perimetre)
    journal()
    client.post(reverse("comptes:deconnecter_partout"), {"csrfmiddlewaretoken": "un secret"})
    assert journal()[0][1:] == (perimetre.utilisateur_id, 403)
    # A choice that the page does not offer.
    client = connecter(Client(), perimetre)
    journal()
    client.post(reverse("reseaux:compte_creer"), {"role": "un secret", "prenom": "Eve"})
    [(message, personne, _)] = journal()
    assert message.startswith("Valeur jamais offerte : ")
    assert "role" in message
    assert personne == perimetre.utilisateur_id


def test_une_erreur_de_saisie_n_est_pas_un_contournement(ana, client, journal):
    se_connecter(client, ADRESSE)
    journal()
    client.post("/compte/courriel/", {"nouveau": "pas une adresse"})
    assert journal() == []


def test_une_requete_ne_porte_jamais_la_personne_de_la_precedente(ana, client, journal):
    se_connecter(client, ADRESSE)
    client.get("/compte/")
    journal()
    assert Client().get("/compte/", headers={"host": "mechant.example"}).status_code == 400
    assert {evenement[1] for evenement in journal()} == {None}
    client.get("/compte/")
    assert Client().get("/inconnue/").status_code == 404
    assert [evenement[1] for evenement in journal()] == [None]

"""Two colleagues on one form: only the refusal that tells of the other moves what was read; nothing typed is
lost on the way.
"""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from evaluation.models import Campagne, Critere, Enquete
from evaluation.services.enquete_preparation import retirer_question
from tests.evaluation.factories import creer_campagne
from tests.evaluation.factories_cadre import creer_critere
from tests.evaluation.factories_enquetes import creer_brouillon, creer_ien_io
from tests.reseaux.factories import connecter, creer_cio

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien_io(client) -> Client:
    return connecter(client, creer_ien_io())


def reglages(enquete: Enquete, **valeurs) -> dict:
    dates = {nom: getattr(enquete, nom).isoformat() for nom in ("date_ouverture", "date_fermeture")}
    return {"titre": enquete.titre, "par_cio": "on", "revision": enquete.revision} | dates | valeurs


def test_une_erreur_de_saisie_ne_fait_pas_taire_l_avertissement_d_un_critere(ien_io):
    critere = creer_critere()
    Critere.objects.filter(pk=critere.pk).update(libelle="Celui d’un collègue", revision=1)
    adresse = reverse("evaluation:critere_modifier", args=[critere.pk])
    lue = ien_io.post(adresse, {"libelle": "", "revision": "0"}).context["form"]["revision"].value()
    assert "entre-temps" in ien_io.post(adresse, {"libelle": "Le mien", "revision": lue}).text
    critere.refresh_from_db()
    assert critere.libelle == "Celui d’un collègue"


def test_une_erreur_de_saisie_ne_fait_pas_taire_l_avertissement_d_une_campagne(ien_io):
    campagne = creer_campagne()
    adresse = reverse("evaluation:campagne_regler", args=[campagne.pk])
    envoi = {
        "lue": campagne.etat_lu,
        "code": "",
        "libelle": "Le mien",
        "annee": campagne.annee.pk,
        "date_observation": campagne.date_observation.isoformat(),
    }
    Campagne.objects.filter(pk=campagne.pk).update(libelle="Celui d’un collègue")
    lue = ien_io.post(adresse, envoi).context["form"]["lue"].value()
    assert "pendant que vous l’écriviez" in ien_io.post(adresse, envoi | {"code": "T1", "lue": lue}).text
    campagne.refresh_from_db()
    assert campagne.libelle == "Celui d’un collègue"


def test_une_erreur_de_saisie_ne_fait_pas_taire_l_avertissement_d_une_enquete(ien_io):
    enquete = creer_brouillon()
    adresse = reverse("evaluation:enquete_modifier", args=[enquete.pk])
    ien_io.post(adresse, reglages(enquete, titre="Celui d’un collègue"))
    lue = ien_io.post(adresse, reglages(enquete, titre="")).context["form"]["revision"].value()
    assert "entre-temps" in ien_io.post(adresse, reglages(enquete, titre="Le mien", revision=lue)).text
    enquete.refresh_from_db()
    assert enquete.titre == "Celui d’un collègue"


def test_un_formulaire_refuse_garde_tous_les_cio_coches(ien_io):
    cios = [creer_cio(nom).pk for nom in ("Blois", "Romorantin", "Vendôme")]
    enquete = creer_brouillon()
    adresse = reverse("evaluation:enquete_modifier", args=[enquete.pk])
    Enquete.objects.filter(pk=enquete.pk).update(revision=enquete.revision + 1)
    refus = ien_io.post(adresse, reglages(enquete, cios=cios)).context["form"]
    assert refus.non_field_errors()
    assert [int(pk) for pk in refus["cios"].value()] == cios
    suite = reglages(enquete, cios=refus["cios"].value(), revision=refus["revision"].value())
    assert ien_io.post(adresse, suite).status_code == 302
    assert enquete.cios.count() == 3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_une_question_retiree_pendant_qu_on_l_enregistre_le_dit():
    question = creer_brouillon().questions.dans_l_ordre()[0]
    navigateur, reponses = connecter(Client(), creer_ien_io()), []

    def enregistrer() -> None:
        adresse = reverse("evaluation:question_modifier", args=[question.pk])
        reponses.append(navigateur.post(adresse, {"libelle": "Trop tard", "dimension": "", "revision": 0}))
        connection.close()

    fil = threading.Thread(target=enregistrer)
    with transaction.atomic():
        retirer_question(perimetre=creer_ien_io(), question=question)
        fil.start()
        time.sleep(1)  # the page has read the question, and waits for the draft
    fil.join(30)
    assert "Un collègue a retiré cette question entre-temps." in reponses[0].text

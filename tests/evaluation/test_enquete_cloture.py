"""What a survey leaves at its closing: to whom, when; links used, unknown, too late."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from evaluation.enums import EtatEnquete
from evaluation.models import Reponse, Urne
from evaluation.permissions import peut_lire_resultats
from evaluation.selectors.coherence import controler
from evaluation.selectors.enquetes import suivre
from evaluation.services.enquete_conduite import (
    clore_enquete,
    relever_participation,
    suivre_enquetes,
)
from evaluation.services.enquete_reponse import LienSansEffet, deposer_reponse
from reseaux.perimetre import Perimetre
from socle.courriels import envoyer_en_attente
from socle.models import Courriel, EntreeJournal, Notification
from tests.evaluation.factories_enquetes import (
    creer_close,
    creer_ien_io,
    creer_ouverte,
    creer_psyens,
    feuille,
    liens,
    repondre,
)
from tests.reseaux.factories import (
    connecter,
    creer_academie,
    creer_cio,
    creer_departement,
    creer_perimetre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db
LUNDI = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)  # a Monday without holidays around


def le(jour: dt.date) -> time_machine.travel:
    return time_machine.travel(dt.datetime.combine(jour, dt.time(9), tzinfo=dt.UTC), tick=False)


# --- Participation ------------------------------------------------------------------------------------


def test_a_repondu_s_ecrit_a_part_et_se_lit_de_cinq_en_cinq():
    enquete = creer_ouverte(psyens=8)
    repondre(enquete, 7)
    assert not enquete.invitations.filter(a_repondu=True).exists()
    assert suivre(enquete).reponses_au_moins == 0
    assert relever_participation() == 7
    assert suivre(enquete).reponses_au_moins == 5


def test_la_cloture_oublie_qui_a_repondu():
    enquete = creer_close()
    assert not enquete.invitations.exclude(a_repondu=None, lien_utilise=None).exists()
    assert not Urne.objects.exists()


# --- Closing ------------------------------------------------------------------------------------------


def test_les_resultats_paraissent_pour_tous_au_meme_moment(mailoutbox):
    psyen = creer_psyens(1)[0]
    psyen.utilisateur = creer_utilisateur(nom="Agent")
    psyen.save()
    directions = [creer_perimetre(role, creer_departement()) for role in (Role.DASEN, Role.SG, Role.IEN_IO)]
    enquete = creer_ouverte()
    repondre(enquete, 6)
    envoyer_en_attente()
    mailoutbox.clear()
    Notification.objects.all().delete()
    clore_enquete(perimetre=directions[2], enquete=enquete)
    ecrits = Courriel.objects.filter(cle__startswith="evaluation.enquete:resultats:")
    assert {c.destinataire for c in ecrits.order_by("pk")} >= {
        psyen.courriel,
        *(d.utilisateur.courriel for d in directions),
    }
    prevenus = set(Notification.objects.values_list("utilisateur", flat=True))
    assert prevenus == {psyen.utilisateur_id, *(d.utilisateur_id for d in directions)}


@pytest.mark.parametrize("role", [Role.IEN_IO, Role.DASEN, Role.SG, Role.ADMIN, Role.PSYEN, Role.DCIO])
def test_avant_la_cloture_personne_ne_lit_rien(role):
    enquete = creer_ouverte()
    repondre(enquete, 6)
    relever_participation()
    territoire = {Role.DCIO: creer_cio(), Role.ADMIN: creer_academie()}.get(role, creer_departement())
    client = connecter(Client(), creer_perimetre(role, territoire))
    for nom, arguments in (("enquete_pdf", [enquete.pk]), ("enquete_exporter", [enquete.pk, "csv"])):
        assert client.get(reverse(f"evaluation:{nom}", args=arguments)).status_code == 403
    page = client.get(reverse("evaluation:enquete", args=[enquete.pk])).content.decode()
    assert "Remarque 1" not in page
    assert "Moyenne" not in page
    assert not peut_lire_resultats(Perimetre.systeme(), enquete)


def test_le_dernier_jour_passe_l_enquete_se_clot_d_elle_meme():
    with time_machine.travel(LUNDI, tick=False):
        enquete = creer_ouverte()
        repondre(enquete, 6)
    with le(enquete.date_fermeture):
        suivre_enquetes()
        enquete.refresh_from_db()
        assert enquete.etat == EtatEnquete.OUVERTE
    with le(enquete.date_fermeture + dt.timedelta(days=1)):
        suivre_enquetes()
    enquete.refresh_from_db()
    assert enquete.etat == EtatEnquete.CLOSE
    assert enquete.resultat.reponses == 6


def test_moins_de_cinq_reponses_et_rien_n_est_conserve():
    enquete = creer_close(reponses=4)
    assert enquete.resultat.reponses is None
    assert enquete.resultat.contenu["questions"] == {}
    assert not Reponse.objects.exists()
    client = connecter(Client(), creer_ien_io())
    page = client.get(reverse("evaluation:enquete", args=[enquete.pk])).content.decode()
    assert "Pas assez de réponses" in page
    assert "Moins de 5 réponses" in page
    derniere = EntreeJournal.objects.filter(action="evaluation.enquete.close").get()
    assert derniere.apres == {"reponses": None}


def test_une_cle_changee_n_efface_rien(settings):
    enquete = creer_ouverte()
    repondre(enquete, 5)
    ancienne, settings.SECRET_KEY = settings.SECRET_KEY, "une-autre-cle"
    with pytest.raises(ValidationError, match="rien n’est perdu"):
        clore_enquete(perimetre=creer_ien_io(), enquete=enquete)
    [anomalie] = controler()
    assert "ne s’ouvrent pas avec la clé du service" in anomalie
    settings.SECRET_KEY_FALLBACKS = [ancienne]
    assert list(controler()) == []
    questions = list(enquete.questions.dans_l_ordre())
    deposer_reponse(jeton=liens(enquete)[5], reponses=feuille(questions, 5))
    clore_enquete(perimetre=creer_ien_io(), enquete=enquete)
    enquete.refresh_from_db()
    assert enquete.resultat.reponses == 6


# --- Links --------------------------------------------------------------------------------------------


def test_un_lien_ne_sert_qu_une_fois():
    enquete = creer_ouverte()
    questions, jeton = list(enquete.questions.dans_l_ordre()), liens(enquete)[0]
    deposer_reponse(jeton=jeton, reponses=feuille(questions))
    with pytest.raises(LienSansEffet) as refus:
        deposer_reponse(jeton=jeton, reponses=feuille(questions))
    assert refus.value.refus == "utilise"


def test_une_question_sans_reponse_n_use_pas_le_lien():
    enquete = creer_ouverte()
    questions, jeton = list(enquete.questions.dans_l_ordre()), liens(enquete)[0]
    for mauvaise in (
        {},
        feuille(questions) | {questions[0].pk: 11},
        feuille(questions) | {questions[2].pk: 7},
    ):
        with pytest.raises(ValidationError, match="Répondez à la question"):
            deposer_reponse(jeton=jeton, reponses=mauvaise)
    deposer_reponse(jeton=jeton, reponses=feuille(questions))


def test_un_texte_long_ou_bizarre_tient_dans_sa_place():
    enquete = creer_ouverte()
    questions = list(enquete.questions.dans_l_ordre())
    bizarre = '😀\\"\x01\t\n' * 400
    for jeton in liens(enquete):
        deposer_reponse(jeton=jeton, reponses=feuille(questions) | {questions[4].pk: bizarre})
    clore_enquete(perimetre=creer_ien_io(), enquete=enquete)
    textes = Reponse.objects.exclude(texte="").order_by("pk").values_list("texte", flat=True)
    assert {len(texte) for texte in textes} == {1000}

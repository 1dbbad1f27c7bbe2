"""The mail server refuses, hangs, cuts, a right is gone: the others are told, the rest is told later."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from comptes.enums import Role
from planning.models import Rappel
from planning.services.rappels import envoyer_rappels
from reseaux.models import Habilitation
from socle.courriels import envoyer_en_attente
from socle.enums import EtatCourriel
from socle.models import Courriel
from tests.pannes.ateliers import COURRIELS, RAPPELS
from tests.pannes.attente import attendre
from tests.pannes.echeances import (
    attendre_que_tout_parte,
    creer_action_lointaine,
    creer_dcio,
    creer_echeances,
    dits,
    du_a,
    laisser_passer_le_bail,
    verifier_chacun_une_fois,
)
from tests.pannes.puits import PuitsDesPannes
from tests.planning.factories import dans
from tests.reseaux.factories import connecter, creer_habilitation, creer_perimetre

pytestmark = [pytest.mark.chaos, pytest.mark.postgresql, pytest.mark.usefixtures("sans_reveil")]

FAUSSE = "nulle-part@reseaux-cio.example"
EN_ATTENTE = (EtatCourriel.A_ENVOYER, EtatCourriel.EN_COURS)


def test_une_mauvaise_adresse_parmi_deux_cents(atelier, puits, client):
    """199 are told; the failure is shown to the ADMIN, who sends it again once the address is mended."""
    action = creer_action_lointaine()
    dus = {du_a(action, creer_dcio(FAUSSE if rang == 100 else ""), 0, "J") for rang in range(200)}
    puits.refus = {FAUSSE: "550 Boîte inconnue"}
    atelier.embaucher(2)
    atelier.courtier.demander(RAPPELS)
    attendre(lambda: Rappel.objects.count() == 200, "deux cents rappels écrits")
    attendre(lambda: not Courriel.objects.filter(etat__in=EN_ATTENTE).exists(), "la file vidée")
    assert len(dits()) == len(puits.recus) == 199
    echec = Courriel.objects.get(etat=EtatCourriel.ECHEC)
    connecter(client, creer_perimetre(Role.ADMIN))
    page = client.get(reverse("socle:courriels"), {"etat": "echec"}).content.decode()
    assert FAUSSE in page
    puits.refus = {}
    client.post(reverse("socle:courriel_renvoyer", args=[echec.pk]))
    atelier.courtier.demander(COURRIELS)
    attendre_que_tout_parte(dus)
    verifier_chacun_une_fois(dus, puits)


def refuser_provisoirement(puits: PuitsDesPannes, adresse: str) -> None:
    puits.refus = {adresse: "450 Revenez plus tard"}


def refuser_le_texte(puits: PuitsDesPannes, adresse: str) -> None:
    puits.refus_du_message = {adresse: "451 Engorgé"}


def couper_pendant_le_texte(puits: PuitsDesPannes, adresse: str) -> None:
    puits.coupes = {adresse}


def ne_pas_acquitter(puits: PuitsDesPannes, adresse: str) -> None:
    """The text is taken, nothing is answered before the timeout."""
    puits.muets = {adresse}


def guerir(puits: PuitsDesPannes) -> None:
    puits.refus, puits.refus_du_message, puits.coupes, puits.muets = {}, {}, set(), set()


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize(
    ("incident", "recu_d_abord"),
    [
        (refuser_provisoirement, 0),
        (refuser_le_texte, 1),
        (couper_pendant_le_texte, 0),
        (ne_pas_acquitter, 1),
    ],
)
def test_un_incident_d_une_adresse_se_reprend_sans_arreter_les_autres(
    incident: Callable[[PuitsDesPannes, str], None], recu_d_abord: int, vers_le_puits
):
    """What arrived without being acknowledged comes a second time with its Message-ID, and nothing else."""
    action = creer_action_lointaine()
    personnes = [creer_dcio() for _ in range(4)]
    dus = {du_a(action, personne, 0, "J") for personne in personnes}
    incident(vers_le_puits, personnes[1].courriel)
    envoyer_rappels()
    assert envoyer_en_attente() == 3
    assert Courriel.objects.get(etat=EtatCourriel.A_ENVOYER).destinataire == personnes[1].courriel
    assert envoyer_en_attente() == 0  # not before its time
    guerir(vers_le_puits)
    laisser_passer_le_bail()
    assert envoyer_en_attente() == 1
    verifier_chacun_une_fois(dus, vers_le_puits, redits=[2] * recu_d_abord)


@pytest.mark.usefixtures("transactional_db")
def test_sans_chiffrement_rien_ne_part_en_clair_et_tout_part_ensuite(vers_le_puits, settings):
    dus = creer_echeances(3)
    settings.EMAIL_USE_TLS = True
    envoyer_rappels()
    assert envoyer_en_attente() == 0
    assert vers_le_puits.recus == []
    settings.EMAIL_USE_TLS = False
    laisser_passer_le_bail()
    envoyer_en_attente()
    verifier_chacun_une_fois(dus, vers_le_puits)


def test_un_droit_revoque_avant_l_envoi_retient_le_rappel(atelier, puits):
    """Computed while in post, sent after: the person reads nothing, and the due date goes to the IEN-IO."""
    ien = creer_habilitation(Role.IEN_IO).utilisateur
    partant, restant = creer_dcio(), creer_dcio()
    action = creer_action_lointaine()
    du_partant, du_restant = du_a(action, partant, 0, "J"), du_a(action, restant, 0, "J")
    envoyer_rappels()
    Habilitation.objects.filter(utilisateur=partant).update(date_fin=dans(-1))
    atelier.embaucher()
    atelier.courtier.demander(COURRIELS)
    attendre(lambda: not Courriel.objects.filter(etat__in=EN_ATTENTE).exists(), "la file vidée")
    assert dits() == [du_restant]
    assert Courriel.objects.get(etat=EtatCourriel.SANS_OBJET).destinataire == partant.courriel
    atelier.courtier.demander(RAPPELS, COURRIELS)
    attendre_que_tout_parte({du_restant, du_partant._replace(personne=ien.pk)})
    assert sorted(puits.destinataires) == sorted([restant.courriel, ien.courriel])

"""Password, address, sessions, opening and closing of an account."""

import datetime as dt
import re

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.services import comptes as services
from comptes.services.identite import Identite, reconnaitre
from reseaux.perimetre import Perimetre
from socle.courriels import envoyer_en_attente
from socle.enums import EtatCourriel
from socle.journal import historique
from socle.models import Courriel, EntreeJournal
from tests.comptes.factories import MOT_DE_PASSE, creer_compte, se_connecter

pytestmark = pytest.mark.django_db

Utilisateur = get_user_model()
NOUVEAU = "une autre phrase bien longue"
SYSTEME = Perimetre.systeme()


def lien_recu(courriel: Courriel) -> str:
    """The link of a mail, checked to lead to our own public address."""
    lien = re.search(r"https?://\S+", courriel.corps_texte)[0]
    assert lien.startswith(settings.ADRESSE_PUBLIQUE + "/")
    return lien.removeprefix(settings.ADRESSE_PUBLIQUE)


def sessions(utilisateur, nombre: int) -> list[Client]:
    clients = [Client() for _ in range(nombre)]
    for client in clients:
        se_connecter(client, utilisateur.courriel)
    return clients


def est_connecte(client: Client) -> bool:
    return client.get(reverse("comptes:mon_compte")).status_code == 200


# --- Forgotten password ------------------------------------------------------------------------------


def demander(client: Client, courriel: str, **entetes):
    return client.post(reverse("comptes:mot_de_passe_oublie"), {"courriel": courriel}, **entetes)


def test_le_mot_de_passe_oublie_se_choisit_a_nouveau(client):
    ana = creer_compte("ana@ac-essai.fr")
    (autre,) = sessions(ana, 1)
    demander(client, "ANA@ac-essai.fr")
    courriel = Courriel.objects.get()
    assert courriel.confidentiel
    page = client.get(lien_recu(courriel), follow=True)
    adresse = page.redirect_chain[-1][0]
    assert "set-password" in adresse  # the token has left the address
    client.post(adresse, {"new_password1": NOUVEAU, "new_password2": NOUVEAU})
    assert not est_connecte(autre)
    assert se_connecter(client, "ana@ac-essai.fr", NOUVEAU).status_code == 302
    assert "Ce lien" in Client().get(lien_recu(courriel), follow=True).content.decode()  # used once
    assert historique(ana).first().libelle == "Mot de passe modifié"
    assert Courriel.objects.filter(objet="Votre mot de passe a été modifié").count() == 1


def test_compte_connu_ou_inconnu_la_reponse_et_le_travail_sont_les_memes():
    creer_compte("ana@ac-essai.fr")
    creer_compte("eve@ac-essai.fr", is_active=False)
    requetes, pages = [], []
    for courriel in ("ana@ac-essai.fr", "inconnu@ac-essai.fr", "eve@ac-essai.fr"):
        with CaptureQueriesContext(connection) as capture:
            reponse = demander(Client(), courriel)
        verbes = (requete["sql"].split()[0] for requete in capture)
        requetes.append([verbe for verbe in verbes if verbe in ("SELECT", "INSERT", "UPDATE", "DELETE")])
        pages.append((reponse.status_code, reponse["Location"]))
    assert len(set(pages)) == 1
    assert requetes[0] == requetes[1] == requetes[2]
    assert "INSERT" in requetes[0]
    assert [courriel.destinataire for courriel in Courriel.objects.all()] == ["ana@ac-essai.fr"]


def test_le_lien_ne_vient_jamais_de_l_hote_demande(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    creer_compte("ana@ac-essai.fr")
    demander(client, "ana@ac-essai.fr", HTTP_HOST="mechant.example", HTTP_X_FORWARDED_HOST="mechant.example")
    courriel = Courriel.objects.get()
    assert "mechant" not in courriel.corps_texte + courriel.corps_html
    lien_recu(courriel)


def test_un_quart_d_heure_un_seul_message(client):
    creer_compte("ana@ac-essai.fr")
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, 1, tzinfo=dt.UTC), tick=False):
        for _ in range(5):
            demander(client, "ana@ac-essai.fr")
    assert Courriel.objects.count() == 1


def test_le_lien_perime_au_bout_de_deux_heures(client):
    creer_compte("ana@ac-essai.fr")
    depart = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
    with time_machine.travel(depart, tick=False) as horloge:
        demander(client, "ana@ac-essai.fr")
        assert "valable 2 heures" in Courriel.objects.get().corps_texte
        horloge.shift(dt.timedelta(hours=2, seconds=1))
        page = client.get(lien_recu(Courriel.objects.get()), follow=True)
    assert "n’est plus valable" in page.content.decode()


@pytest.mark.parametrize(("jours", "valable"), [(6, True), (8, False)])
def test_une_invitation_attend_sept_jours(client, jours, valable):
    depart = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
    with time_machine.travel(depart, tick=False) as horloge:
        services.creer_utilisateur(
            perimetre=SYSTEME, courriel="eve@ac-essai.fr", prenom="Ève", nom="Petit", mot_de_passe=None
        )
        courriel = Courriel.objects.get()
        horloge.shift(dt.timedelta(days=jours))
        page = client.get(lien_recu(courriel), follow=True).content.decode()
    assert "valable 7 jours" in courriel.corps_texte
    assert ("n’est plus valable" not in page) is valable


def test_un_verrou_saute_quand_le_mot_de_passe_est_choisi_par_courriel(client):
    ana = creer_compte("ana@ac-essai.fr")
    for _ in range(11):
        se_connecter(client, "ana@ac-essai.fr", "un mot de passe faux")
    services.definir_mot_de_passe(utilisateur=ana, mot_de_passe=NOUVEAU)
    assert se_connecter(client, "ana@ac-essai.fr", NOUVEAU).status_code == 302


# --- Change of password ------------------------------------------------------------------------------


def test_changer_de_mot_de_passe_garde_cette_session_et_ferme_les_autres():
    ana = creer_compte("ana@ac-essai.fr")
    ici, ailleurs = sessions(ana, 2)
    cle = ici.session.session_key
    donnees = {"old_password": MOT_DE_PASSE, "new_password1": NOUVEAU, "new_password2": NOUVEAU}
    assert ici.post(reverse("comptes:mot_de_passe_changer"), donnees).status_code == 302
    assert est_connecte(ici)
    assert ici.session.session_key != cle
    assert not est_connecte(ailleurs)


@pytest.mark.parametrize(
    ("ancien", "nouveau", "attendu"),
    [
        ("faux faux faux faux", NOUVEAU, "old_password"),
        (MOT_DE_PASSE, "trop court", "new_password2"),
        (MOT_DE_PASSE, "ana@ac-essai.fr", "new_password2"),
    ],
)
def test_un_changement_refuse_dit_pourquoi(client, ancien, nouveau, attendu):
    creer_compte("ana@ac-essai.fr")
    se_connecter(client, "ana@ac-essai.fr")
    donnees = {"old_password": ancien, "new_password1": nouveau, "new_password2": nouveau}
    page = client.post(reverse("comptes:mot_de_passe_changer"), donnees)
    assert attendu in page.context["form"].errors
    assert "correction" in page.content.decode()


# --- Change of address -------------------------------------------------------------------------------


def demander_adresse(client: Client, nouveau: str, mot_de_passe: str = MOT_DE_PASSE):
    donnees = {"nouveau": nouveau, "mot_de_passe": mot_de_passe}
    return client.post(reverse("comptes:courriel_changer"), donnees)


def test_l_adresse_ne_change_qu_une_fois_le_lien_confirme(client):
    ana = creer_compte("ana@ac-essai.fr")
    se_connecter(client, "ana@ac-essai.fr")
    assert demander_adresse(client, "Ana.Nouvelle@ac-essai.fr").status_code == 302
    courriel = Courriel.objects.get()
    assert courriel.destinataire == "ana.nouvelle@ac-essai.fr"
    lien, telephone = lien_recu(courriel), Client()
    assert telephone.get(lien).status_code == 200
    ana.refresh_from_db()
    assert ana.courriel == "ana@ac-essai.fr"  # reading the link changes nothing
    assert telephone.post(lien).status_code == 302
    ana.refresh_from_db()
    assert ana.courriel == "ana.nouvelle@ac-essai.fr"
    assert Courriel.objects.filter(destinataire="ana@ac-essai.fr").count() == 1  # the old one is told
    entree = historique(ana).first()
    assert (entree.avant, entree.apres) == (
        {"courriel": "ana@ac-essai.fr"},
        {"courriel": "ana.nouvelle@ac-essai.fr"},
    )
    assert telephone.post(lien).status_code == 410  # used once


def test_changer_d_adresse_demande_le_mot_de_passe(client):
    creer_compte("ana@ac-essai.fr")
    se_connecter(client, "ana@ac-essai.fr")
    page = demander_adresse(client, "voleur@ac-essai.fr", "un mot de passe faux")
    assert "mot_de_passe" in page.context["form"].errors
    assert not Courriel.objects.exists()


def test_une_adresse_prise_entre_la_demande_et_le_lien_est_refusee(client):
    creer_compte("ana@ac-essai.fr")
    creer_compte("bob@ac-essai.fr")
    se_connecter(client, "ana@ac-essai.fr")
    assert "nouveau" in demander_adresse(client, "bob@ac-essai.fr").context["form"].errors
    demander_adresse(client, "libre@ac-essai.fr")
    creer_compte("libre@ac-essai.fr")
    reponse = client.post(lien_recu(Courriel.objects.get()))
    assert reponse.status_code == 410
    assert "Un autre compte" in reponse.content.decode()


def test_un_lien_d_avant_ne_change_plus_l_adresse_d_un_compte_relie(client, settings):
    settings.OIDC_EMETTEUR, settings.OIDC_NOM = "https://fournisseur.example", "ProConnect"
    ana = creer_compte("ana@ac-essai.fr")
    se_connecter(client, "ana@ac-essai.fr")
    demander_adresse(client, "ana.ailleurs@exemple.fr")
    lien = lien_recu(Courriel.objects.get())
    reconnaitre(Identite(settings.OIDC_EMETTEUR, "sub-ana", "ana@ac-essai.fr", courriel_verifie=True))
    for reponse in (Client().get(lien), Client().post(lien)):
        assert reponse.status_code == 410
        assert "tenue par ProConnect" in reponse.content.decode()
    ana.refresh_from_db()
    assert ana.courriel == "ana@ac-essai.fr"


def test_un_lien_forge_est_refuse(client):
    assert client.get(reverse("comptes:courriel_confirmer", args=["jeton:forge:ici"])).status_code == 410


# --- Sessions and closing ----------------------------------------------------------------------------


def test_me_deconnecter_partout():
    clients = sessions(creer_compte("ana@ac-essai.fr"), 3)
    clients[0].post(reverse("comptes:deconnecter_partout"))
    assert [est_connecte(client) for client in clients] == [False, False, False]


def test_un_compte_desactive_perd_ses_sessions_a_la_requete_suivante():
    ana = creer_compte("ana@ac-essai.fr")
    (client,) = sessions(ana, 1)
    services.desactiver_utilisateur(perimetre=SYSTEME, utilisateur=ana, motif="Départ")
    assert not est_connecte(client)
    services.reactiver_utilisateur(perimetre=SYSTEME, utilisateur=ana)
    assert not est_connecte(client)  # the sessions of before stay dead
    assert est_connecte(sessions(ana, 1)[0])
    assert [entree.action for entree in historique(ana)] == [
        "comptes.utilisateur.reactive",
        "comptes.utilisateur.desactive",
    ]


def test_seul_l_administrateur_gere_les_comptes_et_jamais_le_sien():
    ana, bob = creer_compte(), creer_compte()
    dcio, admin = Perimetre(utilisateur=ana, role="dcio"), Perimetre(utilisateur=ana, role="admin")
    with pytest.raises(PermissionDenied):
        services.creer_utilisateur(perimetre=dcio, courriel="x@ac-essai.fr", prenom="X", nom="Y")
    for geste in (services.reinitialiser, services.desactiver_utilisateur, services.reactiver_utilisateur):
        with pytest.raises(PermissionDenied):
            geste(perimetre=dcio, utilisateur=bob)
    with pytest.raises(PermissionDenied):
        services.desactiver_utilisateur(perimetre=admin, utilisateur=ana)
    assert not EntreeJournal.objects.exists()


def test_un_compte_ouvert_recoit_le_lien_pour_choisir_son_mot_de_passe(client):
    services.creer_utilisateur(perimetre=SYSTEME, courriel=" Nadia@ac-essai.fr", prenom="Nadia", nom="Petit")
    nadia = Utilisateur.objects.get(courriel="nadia@ac-essai.fr")
    assert str(nadia) == "Nadia PETIT"
    assert not nadia.has_usable_password()
    adresse = client.get(lien_recu(Courriel.objects.get()), follow=True).redirect_chain[-1][0]
    client.post(adresse, {"new_password1": NOUVEAU, "new_password2": NOUVEAU})
    assert se_connecter(client, "nadia@ac-essai.fr", NOUVEAU).status_code == 302
    services.reinitialiser(perimetre=SYSTEME, utilisateur=nadia)
    assert Courriel.objects.filter(objet="Choisir un nouveau mot de passe").count() == 1


def test_deux_comptes_ne_partagent_pas_une_adresse():
    creer_compte("ana@ac-essai.fr")
    with pytest.raises(ValidationError, match="Un compte existe déjà"):
        services.creer_utilisateur(perimetre=SYSTEME, courriel="ANA@ac-essai.fr", prenom="A", nom="B")


def test_la_base_refuse_une_adresse_en_majuscules():
    with pytest.raises(IntegrityError), transaction.atomic():
        creer_compte("Ana@ac-essai.fr")


def test_aucun_etat_d_un_message_secret_ne_garde_le_lien_une_fois_parti(client):
    creer_compte("ana@ac-essai.fr")
    demander(client, "ana@ac-essai.fr")
    envoyer_en_attente()
    courriel = Courriel.objects.get()
    assert (courriel.etat, courriel.corps_texte, courriel.corps_html) == (EtatCourriel.ENVOYE, "", "")

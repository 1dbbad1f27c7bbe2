"""A right that ends, ends everywhere at once: page, queued job, download, other sessions (rows 6 and 26)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Session, Utilisateur
from comptes.services.comptes import desactiver_utilisateur, reactiver_utilisateur
from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre
from reseaux.services.habilitations import revoquer_habilitation
from socle.enums import EtatTravail
from socle.fichiers import enregistrer_fichier
from socle.models import TravailDeFond
from socle.travaux import _GENRES, executer_travail, genre_de_travail, lancer_travail
from tests.comptes.factories import MOT_DE_PASSE, creer_compte, se_connecter
from tests.reseaux.factories import creer_cio, creer_habilitation, creer_perimetre

pytestmark = pytest.mark.django_db

NOUVEAU = "une autre phrase assez longue"


@pytest.fixture
def compte() -> Utilisateur:
    compte = creer_compte()
    creer_habilitation(Role.DCIO, creer_cio("Blois"), utilisateur=compte)
    return compte


def ouvrir(compte: Utilisateur, mot_de_passe: str = MOT_DE_PASSE) -> Client:
    client = Client()
    assert se_connecter(client, compte.courriel, mot_de_passe).status_code == 302
    return client


def copier(client: Client) -> Client:
    """Another browser with the same cookies: what a thief would hold."""
    voleur = Client()
    voleur.cookies.load({nom: temoin.value for nom, temoin in client.cookies.items()})
    return voleur


def est_dehors(client: Client) -> bool:
    reponse = client.get(reverse("psyen:mon_cio"))
    return reponse.status_code == 302 and reponse["Location"].startswith(reverse("comptes:connexion"))


def cle(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_se_connecter_change_la_cle(compte):
    """A key fixed beforehand by someone else is worth nothing afterwards."""
    client = Client()
    client.get(reverse("comptes:connexion"))
    session = client.session
    session["pose"] = "1"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    fixee = copier(client)
    se_connecter(client, compte.courriel)
    assert cle(client) != session.session_key
    assert est_dehors(fixee)
    assert not est_dehors(client)


def test_changer_d_habilitation_change_la_cle(compte):
    seconde = creer_habilitation(Role.DCIO, creer_cio("Vendôme"), utilisateur=compte)
    client = ouvrir(compte)
    avant = copier(client)
    client.post(reverse("reseaux:porter_habilitation"), {"habilitation": seconde.pk})
    assert cle(client) != cle(avant)
    assert not Session.objects.filter(session_key=cle(avant)).exists()
    assert est_dehors(avant)
    assert "Vendôme" in client.get(reverse("psyen:mon_cio")).content.decode()


def test_se_deconnecter_tue_la_copie(compte):
    client = ouvrir(compte)
    copie = copier(client)
    client.post(reverse("comptes:deconnexion"))
    assert est_dehors(copie)


def test_changer_de_mot_de_passe_ferme_les_autres_sessions(compte):
    ici, ailleurs = ouvrir(compte), ouvrir(compte)
    copie = copier(ici)
    reponse = ici.post(
        reverse("comptes:mot_de_passe_changer"),
        {"old_password": MOT_DE_PASSE, "new_password1": NOUVEAU, "new_password2": NOUVEAU},
    )
    assert reponse.status_code == 302
    assert not est_dehors(ici)
    assert est_dehors(ailleurs)
    assert est_dehors(copie)


def test_fermer_partout_ferme_partout(compte):
    ici, ailleurs = ouvrir(compte), ouvrir(compte)
    ici.post(reverse("comptes:deconnecter_partout"))
    assert est_dehors(ici)
    assert est_dehors(ailleurs)


def test_un_compte_desactive_sort_a_la_requete_suivante(compte):
    client = ouvrir(compte)
    desactiver_utilisateur(perimetre=Perimetre.systeme(), utilisateur=compte)
    assert est_dehors(client)
    assert se_connecter(Client(), compte.courriel).status_code == 200


def test_un_compte_desactive_par_la_base_sort_aussi(compte):
    client = ouvrir(compte)
    Utilisateur.objects.filter(pk=compte.pk).update(is_active=False)
    assert est_dehors(client)


def test_un_compte_reactive_ne_rend_pas_ses_sessions(compte):
    client = ouvrir(compte)
    desactiver_utilisateur(perimetre=Perimetre.systeme(), utilisateur=compte)
    reactiver_utilisateur(perimetre=Perimetre.systeme(), utilisateur=compte)
    assert est_dehors(client)
    assert not est_dehors(ouvrir(compte))


# --- Long jobs ------------------------------------------------------------------------------------


@pytest.fixture
def genre():
    """A job that leaves a file and counts how many times it ran."""
    passages = []

    @genre_de_travail("essai.sessions")
    def exporter(travail, *, perimetre, progression):
        passages.append(perimetre.libelle)
        return enregistrer_fichier(nom="export.csv", type_mime="text/csv", contenu=b"secret")

    yield passages
    del _GENRES["essai.sessions"]


def demander(perimetre) -> TravailDeFond:
    return lancer_travail(perimetre=perimetre, genre="essai.sessions", titre="Export", parametres={})


def test_un_travail_en_file_meurt_avec_l_habilitation(genre):
    perimetre = creer_perimetre(Role.DCIO)
    travail = demander(perimetre)
    revoquer_habilitation(perimetre=Perimetre.systeme(), habilitation=perimetre.habilitation, motif="départ")
    executer_travail(travail.pk)
    travail.refresh_from_db()
    assert (travail.etat, travail.resultat, genre) == (EtatTravail.REFUSE, None, [])


def test_un_travail_en_file_meurt_avec_le_compte(genre):
    perimetre = creer_perimetre(Role.DCIO)
    travail = demander(perimetre)
    Utilisateur.objects.filter(pk=perimetre.utilisateur_id).update(is_active=False)
    executer_travail(travail.pk)
    travail.refresh_from_db()
    assert (travail.etat, genre) == (EtatTravail.REFUSE, [])


def test_un_travail_en_file_meurt_avec_la_fin_de_l_habilitation(genre):
    perimetre = creer_perimetre(Role.DCIO)
    travail = demander(perimetre)
    hier = timezone.localdate() - timezone.timedelta(days=1)
    Habilitation.objects.filter(pk=perimetre.habilitation_id).update(date_fin=hier)
    executer_travail(travail.pk)
    travail.refresh_from_db()
    assert (travail.etat, genre) == (EtatTravail.REFUSE, [])


def test_le_resultat_ne_se_telecharge_plus_une_fois_l_habilitation_revoquee(genre, compte):
    habilitation = compte.habilitations.get()
    perimetre = Perimetre.de(Habilitation.objects.pour_perimetre().get(pk=habilitation.pk))
    travail = demander(perimetre)
    executer_travail(travail.pk)
    client = ouvrir(compte)
    adresse = reverse("socle:travail_resultat", args=[travail.pk])
    assert client.get(adresse).content == b"secret"
    autre = creer_habilitation(Role.DCIO, creer_cio("Vendôme"), utilisateur=compte)
    revoquer_habilitation(perimetre=Perimetre.systeme(), habilitation=habilitation, motif="mutation")
    for nom in ("socle:travail_resultat", "socle:travail", "socle:travail_etat"):
        assert client.get(reverse(nom, args=[travail.pk])).status_code == 404
    client.post(reverse("reseaux:porter_habilitation"), {"habilitation": autre.pk})
    assert client.get(adresse).status_code == 404


def test_le_travail_d_un_autre_n_existe_pas(genre, compte):
    travail = demander(creer_perimetre(Role.DCIO, creer_cio("Blois")))
    executer_travail(travail.pk)
    client = ouvrir(compte)
    for nom in ("socle:travail_resultat", "socle:travail", "socle:travail_etat"):
        assert client.get(reverse(nom, args=[travail.pk])).status_code == 404

"""The second factor: enrolment, verification, what an attacker who knows the password tries."""

import datetime as dt
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pyotp
import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from comptes.enums import Role, Verdict
from comptes.models import CodeDeSecours, SecondFacteur, Session
from comptes.services import comptes, second_facteur
from reseaux.perimetre import Perimetre
from reseaux.permissions import exige_second_facteur
from reseaux.services.habilitations import accorder_habilitation
from socle.journal import historique
from socle.models import Courriel
from tests.comptes.factories import MOT_DE_PASSE, creer_compte, se_connecter
from tests.reseaux.factories import connecter, creer_departement, creer_habilitation, creer_perimetre

pytestmark = pytest.mark.django_db

CODE, ACCUEIL = "/connexion/code/", "/"
FACTEUR, ACTIVER = "/compte/second-facteur/", "/compte/second-facteur/activer/"
DEPART = dt.datetime(2026, 11, 23, 9, 0, 5, tzinfo=dt.UTC)
SYSTEME = Perimetre.systeme()


@pytest.fixture
def horloge():
    """A clock that stands still: the code of now is the code of the whole test."""
    with time_machine.travel(DEPART, tick=False) as horloge:
        yield horloge


@pytest.fixture
def ana(horloge):
    """Ana has a second factor; the code of her application has not served yet."""
    ana = creer_compte("ana@ac-essai.fr")
    ana.secret = second_facteur.nouveau_secret()
    code = application(ana).now()
    ana.codes = second_facteur.activer(utilisateur=ana, secret_chiffre=ana.secret, saisie=code)
    Courriel.objects.all().delete()
    horloge.shift(60)
    return ana


def application(utilisateur) -> pyotp.TOTP:
    """The phone of that person."""
    return pyotp.TOTP(second_facteur.lire_secret(utilisateur.secret))


def donner_le_code(client: Client, saisie: str):
    return client.post(CODE, {"saisie": saisie})


def est_connecte(client: Client) -> bool:
    return client.get("/compte/").status_code == 200


# --- Enrolment -------------------------------------------------------------------------------------------


def cle_affichee(page: str) -> str:
    return re.search(r'cio-cle">([A-Z2-7 ]+)<', page)[1].replace(" ", "")


def test_activer_depuis_la_page(client, horloge):
    compte = creer_compte("ana@ac-essai.fr")
    ailleurs = Client()
    se_connecter(ailleurs, "ana@ac-essai.fr")
    se_connecter(client, "ana@ac-essai.fr")
    page = client.get(ACTIVER).content.decode()
    assert "<svg" in page
    cle = cle_affichee(page)
    assert cle == cle_affichee(client.get(ACTIVER).content.decode())  # the drawing survives a reload
    reponse = client.post(ACTIVER, {"saisie": "000000"})
    assert "Ce code ne convient pas" in reponse.content.decode()
    assert not SecondFacteur.objects.exists()
    reponse = client.post(ACTIVER, {"saisie": f" {pyotp.TOTP(cle).now()[:3]} {pyotp.TOTP(cle).now()[3:]}"})
    codes = re.findall(r">(\d-\w{4}-\w{4}-\w{4})<", reponse.content.decode())
    assert len(set(codes)) == 8
    assert "no-store" in reponse["Cache-Control"]
    assert est_connecte(client)
    assert not est_connecte(ailleurs)
    assert Courriel.objects.get().objet == "Votre second facteur est actif"
    assert historique(compte).first().libelle == "Second facteur activé"
    assert client.get(ACTIVER)["Location"] == FACTEUR


def test_longtemps_apres_la_connexion_le_mot_de_passe_est_redemande(client, horloge):
    creer_compte("ana@ac-essai.fr")
    se_connecter(client, "ana@ac-essai.fr")
    cle = cle_affichee(client.get(ACTIVER).content.decode())
    horloge.shift(601)
    for mot_de_passe in ("", "un mot de passe faux"):
        client.post(ACTIVER, {"saisie": pyotp.TOTP(cle).now(), "mot_de_passe": mot_de_passe})
        assert not SecondFacteur.objects.exists()
    client.post(ACTIVER, {"saisie": pyotp.TOTP(cle).now(), "mot_de_passe": MOT_DE_PASSE})
    assert SecondFacteur.objects.exists()


def test_ni_le_secret_ni_les_codes_ne_se_lisent_dans_la_base(ana):
    facteur = SecondFacteur.objects.get()
    assert application(ana).secret not in facteur.secret_chiffre
    empreintes = " ".join(CodeDeSecours.objects.values_list("empreinte", flat=True))
    assert not [code for code in ana.codes if code.split("-", 1)[1].replace("-", "") in empreintes]


def test_le_secret_en_attente_est_chiffre_dans_la_session(client, horloge):
    creer_compte("ana@ac-essai.fr")
    se_connecter(client, "ana@ac-essai.fr")
    cle = cle_affichee(client.get(ACTIVER).content.decode())
    assert cle not in str(dict(client.session))


# --- Signing in ------------------------------------------------------------------------------------------


def test_le_mot_de_passe_seul_n_ouvre_rien(client, ana):
    reponse = se_connecter(client, "ana@ac-essai.fr", donnees={"next": "/aide/"})
    assert reponse["Location"] == CODE
    assert not est_connecte(client)
    assert client.get(CODE).status_code == 200
    reponse = donner_le_code(client, application(ana).now())
    assert reponse["Location"] == "/aide/"
    assert est_connecte(client)


def test_la_page_du_code_sans_mot_de_passe_renvoie_a_la_connexion(client, ana):
    assert client.get(CODE)["Location"] == "/connexion/"
    assert donner_le_code(client, application(ana).now())["Location"] == "/connexion/"
    assert not est_connecte(client)


def test_l_attente_du_code_change_la_cle_de_session(client, ana):
    session = client.session
    session["pose"] = "par un tiers"
    session.save()
    client.cookies["session"] = session.session_key
    se_connecter(client, "ana@ac-essai.fr")
    voleur = Client()
    voleur.cookies["session"] = session.session_key
    assert voleur.get(CODE)["Location"] == "/connexion/"
    attente = client.session.session_key
    donner_le_code(client, application(ana).now())
    assert client.session.session_key != attente
    assert not Session.objects.filter(pk=attente).exists()


def test_l_attente_finit_au_bout_de_dix_minutes(client, ana, horloge):
    se_connecter(client, "ana@ac-essai.fr")
    horloge.shift(601)
    assert donner_le_code(client, application(ana).now())["Location"] == "/connexion/"


def test_un_compte_desactive_ou_un_mot_de_passe_change_perime_l_attente(client, ana):
    se_connecter(client, "ana@ac-essai.fr")
    comptes.definir_mot_de_passe(utilisateur=ana, mot_de_passe="une autre phrase bien longue")
    assert donner_le_code(client, application(ana).now())["Location"] == "/connexion/"
    se_connecter(client, "ana@ac-essai.fr", "une autre phrase bien longue")
    comptes.desactiver_utilisateur(perimetre=SYSTEME, utilisateur=ana)
    assert donner_le_code(client, application(ana).now())["Location"] == "/connexion/"


def test_un_code_ne_sert_jamais_deux_fois(client, ana, horloge):
    code = application(ana).now()
    se_connecter(client, "ana@ac-essai.fr")
    donner_le_code(client, code)
    rejoue = Client()
    se_connecter(rejoue, "ana@ac-essai.fr")
    assert "Ce code ne convient pas" in donner_le_code(rejoue, code).content.decode()
    # The one before, still within the tolerance of the clocks, is spent too.
    precedent = application(ana).at(DEPART + dt.timedelta(seconds=30))
    assert second_facteur.verifier(utilisateur=ana, saisie=precedent) == Verdict.REFUSE
    horloge.shift(30)
    assert second_facteur.verifier(utilisateur=ana, saisie=application(ana).now()) == Verdict.ACCEPTE


@pytest.mark.parametrize(
    ("ecart", "verdict"),
    [(-60, Verdict.REFUSE), (-30, Verdict.ACCEPTE), (30, Verdict.ACCEPTE), (60, Verdict.REFUSE)],
)
def test_le_telephone_peut_avancer_ou_retarder_de_trente_secondes(ana, horloge, ecart, verdict):
    horloge.shift(120)
    saisie = application(ana).at(DEPART + dt.timedelta(seconds=180 + ecart))
    assert second_facteur.verifier(utilisateur=ana, saisie=saisie) == verdict


@pytest.mark.parametrize(
    "saisie", ["", "12345", "1234567", "٣٤٥٦٧٨", "abcdef", "9-aaaa-aaaa-aaaa", "1" * 4000]
)
def test_ce_qui_n_est_pas_un_code_est_refuse(ana, saisie):
    assert second_facteur.verifier(utilisateur=ana, saisie=saisie) == Verdict.REFUSE


def test_le_second_facteur_d_un_autre_ne_sert_a_rien(client, ana):
    eve = creer_compte("eve@ac-essai.fr")
    eve.secret = second_facteur.nouveau_secret()
    second_facteur.activer(utilisateur=eve, secret_chiffre=eve.secret, saisie=application(eve).now())
    se_connecter(client, "ana@ac-essai.fr")
    donner_le_code(client, application(eve).at(DEPART + dt.timedelta(seconds=90)))
    assert not est_connecte(client)


# --- Recovery codes --------------------------------------------------------------------------------------


def test_un_code_de_secours_sert_une_fois(client, ana):
    se_connecter(client, "ana@ac-essai.fr")
    donner_le_code(client, f" {ana.codes[2].upper()} ")
    assert est_connecte(client)
    assert "Il vous en reste 7" in Courriel.objects.get().corps_texte
    assert second_facteur.verifier(utilisateur=ana, saisie=ana.codes[2]) == Verdict.REFUSE
    assert "7 codes de secours sur 8" in client.get(FACTEUR).content.decode()


def test_renouveler_perime_les_anciens_codes(client, ana, horloge):
    se_connecter(client, "ana@ac-essai.fr")
    donner_le_code(client, application(ana).now())
    horloge.shift(30)
    adresse = reverse("comptes:codes_renouveler")
    assert client.post(adresse, {"saisie": "000000"}).status_code == 200
    assert second_facteur.verifier(utilisateur=ana, saisie=ana.codes[0]) == Verdict.ACCEPTE
    page = client.post(adresse, {"saisie": application(ana).now()}).content.decode()
    nouveaux = re.findall(r">(\d-\w{4}-\w{4}-\w{4})<", page)
    assert second_facteur.verifier(utilisateur=ana, saisie=ana.codes[1]) == Verdict.REFUSE
    assert second_facteur.verifier(utilisateur=ana, saisie=nouveaux[1]) == Verdict.ACCEPTE


# --- Brute force -----------------------------------------------------------------------------------------


def test_cinq_codes_faux_suspendent_et_la_personne_est_prevenue(client, ana, horloge):
    se_connecter(client, "ana@ac-essai.fr")
    for _ in range(5):
        donner_le_code(client, "000000")
    page = donner_le_code(client, application(ana).now()).content.decode()
    assert "la vérification est suspendue" in page
    assert not est_connecte(client)
    courriel = Courriel.objects.get()
    assert "quelqu’un connaît votre mot de passe" in courriel.corps_texte
    assert "jusqu’au 23 novembre 2026 à 10:16" in courriel.corps_texte
    horloge.shift(15 * 60 + 1)
    assert second_facteur.verifier(utilisateur=ana, saisie=application(ana).now()) == Verdict.ACCEPTE


def test_chaque_serie_double_la_suspension_un_jour_au_plus(ana, horloge):
    durees = []
    for _ in range(9):
        for _ in range(5):
            second_facteur.verifier(utilisateur=ana, saisie="000000")
        fin = SecondFacteur.objects.get().suspendu_jusqu_a
        durees.append(int((fin - dt.datetime.now(dt.UTC)).total_seconds()) // 60)
        horloge.move_to(fin + dt.timedelta(seconds=1))
    assert durees == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


def test_changer_d_adresse_ou_de_session_ne_donne_pas_d_essais_de_plus(ana):
    for rang in range(5):
        client = Client(REMOTE_ADDR=f"192.0.2.{rang}")
        se_connecter(client, "ana@ac-essai.fr")
        donner_le_code(client, "000000")
    assert second_facteur.verifier(utilisateur=ana, saisie=application(ana).now()) == Verdict.SUSPENDU


def test_un_bon_code_efface_les_echecs(ana, horloge):
    for _ in range(4):
        second_facteur.verifier(utilisateur=ana, saisie="000000")
    second_facteur.verifier(utilisateur=ana, saisie=application(ana).now())
    for _ in range(4):
        second_facteur.verifier(utilisateur=ana, saisie="000000")
    horloge.shift(30)
    assert second_facteur.verifier(utilisateur=ana, saisie=application(ana).now()) == Verdict.ACCEPTE


# --- Removal, reset, keys --------------------------------------------------------------------------------


def test_retirer_ferme_les_autres_sessions(client, ana, horloge):
    ailleurs = Client()
    for rang, ouvert in enumerate((client, ailleurs)):
        se_connecter(ouvert, "ana@ac-essai.fr")
        donner_le_code(ouvert, ana.codes[rang])
    client.post(reverse("comptes:second_facteur_retirer"), {"saisie": application(ana).now()})
    assert est_connecte(client)
    assert not est_connecte(ailleurs)
    assert not SecondFacteur.objects.exists()
    assert se_connecter(Client(), "ana@ac-essai.fr")["Location"] == ACCUEIL


def test_l_administrateur_reinitialise_et_la_personne_est_prevenue(client, ana):
    creer_habilitation(Role.DCIO, utilisateur=ana)
    se_connecter(client, "ana@ac-essai.fr")
    donner_le_code(client, application(ana).now())
    admin = connecter(Client(), creer_perimetre(Role.ADMIN))
    fiche = reverse("reseaux:compte", args=[ana.pk])
    assert "Réinitialiser le second facteur" in admin.get(fiche).content.decode()
    admin.post(reverse("reseaux:compte_reinitialiser", args=[ana.pk]))
    assert not est_connecte(client)
    assert not SecondFacteur.objects.exists()
    assert Courriel.objects.get(destinataire=ana.courriel).objet == "Votre second facteur a été réinitialisé"
    assert historique(ana).first().libelle == "Second facteur réinitialisé"
    assert "Réinitialiser le second facteur" not in admin.get(fiche).content.decode()


def test_seul_l_administrateur_reinitialise(ana):
    with pytest.raises(PermissionDenied):
        second_facteur.reinitialiser_second_facteur(perimetre=creer_perimetre(Role.DASEN), utilisateur=ana)
    assert SecondFacteur.objects.exists()


def test_une_nouvelle_cle_relit_les_secrets_tant_que_l_ancienne_est_gardee(ana, settings):
    ancienne, settings.SECRET_KEY = settings.SECRET_KEY, "une-nouvelle-cle"
    settings.SECRET_KEY_FALLBACKS = [ancienne]
    assert (
        second_facteur.verifier(
            utilisateur=ana, saisie=pyotp.TOTP(second_facteur.lire_secret(ana.secret)).now()
        )
        == Verdict.ACCEPTE
    )


def test_une_cle_perdue_se_dit_au_lieu_de_casser(client, ana, settings):
    secret = application(ana)
    settings.SECRET_KEY = "une-cle-sans-rapport"
    se_connecter(client, "ana@ac-essai.fr")
    page = donner_le_code(client, secret.now())
    assert page.status_code == 200
    assert "demandez à l’administrateur" in page.content.decode()
    donner_le_code(client, ana.codes[0])  # recovery codes need no key
    assert est_connecte(client)


# --- Who must have one -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_qui_doit_avoir_un_second_facteur(client, role, horloge):
    exige = role in {Role.DASEN, Role.SG, Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.ADMIN}
    compte = creer_compte("ana@ac-essai.fr")
    habilitation = creer_habilitation(role, utilisateur=compte)
    assert exige_second_facteur([habilitation]) is exige
    se_connecter(client, "ana@ac-essai.fr")
    assert (client.get(ACCUEIL)["Location"] == FACTEUR) is exige
    for libre in ("/compte/", FACTEUR, ACTIVER, "/aide/", "/mentions-legales/"):
        assert client.get(libre).status_code == 200
    journal = client.get(reverse("socle:travaux"))
    assert (journal.status_code == 302 and journal["Location"] == FACTEUR) is exige
    if exige:
        assert "Votre fonction exige un second facteur" in client.get(FACTEUR).content.decode()
        cle = cle_affichee(client.get(ACTIVER).content.decode())
        client.post(ACTIVER, {"saisie": pyotp.TOTP(cle).now()})
    assert client.get(reverse("socle:travaux")).status_code == 200


def test_une_habilitation_non_portee_ou_accordee_en_cours_de_session_suffit(client):
    compte = creer_compte("ana@ac-essai.fr")
    creer_habilitation(Role.DCIO, utilisateur=compte)
    se_connecter(client, "ana@ac-essai.fr")
    assert client.get(reverse("psyen:mon_cio")).status_code == 200
    accorder_habilitation(
        perimetre=SYSTEME,
        utilisateur=compte,
        role=Role.IEN_IO,
        territoire=creer_departement(),
        date_debut=dt.date(2020, 9, 1),
    )
    assert client.get(reverse("psyen:mon_cio"))["Location"] == FACTEUR
    assert client.post(reverse("reseaux:porter_habilitation"))["Location"] == FACTEUR


def test_une_habilitation_finie_n_exige_plus_rien(client):
    compte = creer_compte("ana@ac-essai.fr")
    creer_habilitation(Role.DCIO, utilisateur=compte)
    ancienne = creer_habilitation(Role.DASEN, utilisateur=compte)
    type(ancienne).objects.filter(pk=ancienne.pk).update(
        date_debut=dt.date(2020, 9, 1), date_fin=dt.date(2021, 8, 31)
    )
    se_connecter(client, "ana@ac-essai.fr")
    assert client.get(reverse("psyen:mon_cio")).status_code == 200


@override_settings(SECOND_FACTEUR_EXIGE=False)
def test_en_demonstration_personne_n_y_est_oblige(client):
    compte = creer_compte("ana@ac-essai.fr")
    creer_habilitation(Role.DASEN, utilisateur=compte)
    se_connecter(client, "ana@ac-essai.fr")
    assert client.get(ACCUEIL)["Location"] != FACTEUR


# --- At the same time --------------------------------------------------------------------------------------


def deux_a_la_fois(ana, saisie, monkeypatch) -> list[Verdict]:
    """Two requests give the same code; each waits, while it judges, for the other to judge too."""
    rendez_vous = threading.Barrier(2)
    juger = pyotp.TOTP.verify_and_get_timecode

    def juger_ensemble(*arguments, **options):
        with suppress(threading.BrokenBarrierError):
            rendez_vous.wait(timeout=1)
        return juger(*arguments, **options)

    monkeypatch.setattr(pyotp.TOTP, "verify_and_get_timecode", juger_ensemble)

    def donner(_rang: int) -> Verdict:
        try:
            return second_facteur.verifier(utilisateur=ana, saisie=saisie)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as fils:
        return list(fils.map(donner, range(2)))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_le_meme_code_donne_deux_fois_a_la_fois_ne_sert_qu_une_fois(ana, monkeypatch):
    verdicts = deux_a_la_fois(ana, application(ana).now(), monkeypatch)
    assert sorted(verdicts) == [Verdict.ACCEPTE, Verdict.REFUSE]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sans_le_verrou_le_meme_code_servirait_deux_fois(ana, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_, **__: self.all())
    verdicts = deux_a_la_fois(ana, application(ana).now(), monkeypatch)
    assert verdicts == [Verdict.ACCEPTE, Verdict.ACCEPTE]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_vingt_codes_faux_a_la_fois_ne_font_pas_plus_de_cinq_essais(ana):
    def essayer(rang: int) -> Verdict:
        try:
            return second_facteur.verifier(utilisateur=ana, saisie=f"{rang:06}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as fils:
        verdicts = list(fils.map(essayer, range(20)))
    assert (verdicts.count(Verdict.REFUSE), verdicts.count(Verdict.SUSPENDU)) == (5, 15)

"""The outbox: at most one mail, whatever the server, the worker or the broker do."""

import datetime as dt
import threading

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, connections, transaction
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from comptes.enums import Role
from reseaux.perimetre import Perimetre
from socle import courriels, reveil
from socle.courriels import BAIL, DELAIS_EN_MINUTES, envoyer_en_attente, renvoyer_courriel
from socle.enums import EtatCourriel
from socle.journal import historique
from socle.models import Courriel
from socle.reveil import en_serie
from tests.comptes.factories import creer_compte
from tests.reseaux.factories import connecter, creer_perimetre
from tests.socle.boite import ecrire, etats, mourir_pendant_l_envoi

pytestmark = pytest.mark.django_db


# --- A real SMTP server --------------------------------------------------------------------------------


def test_un_message_part_en_texte_et_en_html_avec_les_formules_d_usage(puits):
    ecrire(utilisateur=creer_compte(prenom="Ana", nom="Roy"))
    assert envoyer_en_attente() == 1
    (message,) = puits.messages
    courriel = Courriel.objects.get()
    assert (message["Subject"].strip(), message["To"]) == (
        "Votre adresse électronique a été modifiée",
        "ana@ac-essai.fr",
    )
    assert message["Message-ID"] == courriel.message_id
    texte = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    html = message.get_body(("html",)).get_content()
    assert texte.startswith("Bonjour Ana ROY,\n\n")
    assert "<ana> & l’autre" in texte
    assert "&lt;ana&gt; &amp; l’autre" in html
    assert "merci de ne pas y répondre" in texte
    assert (courriel.etat, courriel.erreur, courriel.essais) == (EtatCourriel.ENVOYE, "", 1)
    assert courriel.envoye_le is not None


def test_une_adresse_refusee_parmi_d_autres_n_arrete_personne(puits):
    puits.refus = {"non3@ac-essai.fr": "550 Boîte inconnue", "plus-tard@ac-essai.fr": "450 Revenez plus tard"}
    for rang in range(6):
        ecrire(f"non{rang}@ac-essai.fr")
    ecrire("plus-tard@ac-essai.fr")
    assert envoyer_en_attente() == 5
    assert sorted(puits.destinataires) == [f"non{rang}@ac-essai.fr" for rang in (0, 1, 2, 4, 5)]
    assert etats()["non3@ac-essai.fr"] == EtatCourriel.ECHEC
    assert "Boîte inconnue" in Courriel.objects.get(destinataire="non3@ac-essai.fr").erreur
    assert etats()["plus-tard@ac-essai.fr"] == EtatCourriel.A_ENVOYER


@pytest.mark.parametrize(
    ("reponse", "attendu"),
    [("451 Engorgé", EtatCourriel.A_ENVOYER), ("554 Refusé", EtatCourriel.ECHEC)],
)
def test_un_refus_apres_le_texte_suit_la_meme_regle(puits, reponse, attendu):
    puits.refus_du_message = {"ana@ac-essai.fr": reponse}
    ecrire()
    assert envoyer_en_attente() == 0
    assert etats() == {"ana@ac-essai.fr": attendu}


def test_les_essais_suivent_la_table_puis_s_arretent(puits):
    puits.refus = {"ana@ac-essai.fr": "450 Revenez plus tard"}
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC), tick=False) as horloge:
        courriel = ecrire()
        for essai, minutes in enumerate(DELAIS_EN_MINUTES, start=1):
            envoyer_en_attente()
            courriel.refresh_from_db()
            attente = courriel.prochain_essai_le - timezone.now()
            assert (courriel.essais, attente) == (essai, dt.timedelta(minutes=minutes))
            horloge.shift(attente - dt.timedelta(seconds=1))
            envoyer_en_attente()
            courriel.refresh_from_db()
            assert courriel.essais == essai  # not before its time
            horloge.shift(dt.timedelta(seconds=1))
        envoyer_en_attente()
    courriel.refresh_from_db()
    assert courriel.etat == EtatCourriel.ECHEC
    assert "Abandon après 7 essais" in courriel.erreur


def test_un_serveur_injoignable_ou_sans_tls_remet_a_plus_tard(puits, settings):
    """Nothing was said about the mail yet; and a TLS that fails never falls back to clear text."""
    ecrire()
    settings.EMAIL_USE_TLS = True
    assert envoyer_en_attente() == 0
    assert puits.recus == []
    settings.EMAIL_USE_TLS = False
    settings.EMAIL_PORT = 1
    Courriel.objects.update(prochain_essai_le=timezone.now())
    envoyer_en_attente()
    courriel = Courriel.objects.get()
    assert (courriel.etat, courriel.essais) == (EtatCourriel.A_ENVOYER, 2)
    assert "ne répond pas" in courriel.erreur


def test_un_silence_apres_le_texte_laisse_le_message_incertain_et_les_autres_partent(puits):
    puits.muets = {"ana@ac-essai.fr"}
    ecrire()
    ecrire("bob@ac-essai.fr")
    envoyer_en_attente()
    assert etats() == {"ana@ac-essai.fr": EtatCourriel.INCERTAIN, "bob@ac-essai.fr": EtatCourriel.ENVOYE}
    assert puits.destinataires == ["ana@ac-essai.fr", "bob@ac-essai.fr"]  # ana's is not sent twice


# --- Once, and only once -------------------------------------------------------------------------------


def test_une_cle_ne_s_ecrit_qu_une_fois():
    assert ecrire(cle="arrete:1:ana") == ecrire(cle="arrete:1:ana")
    assert Courriel.objects.count() == 1


def test_sans_adresse_rien_n_est_ecrit():
    assert ecrire(destinataire="", cle="arrete:1:inconnu") is None
    assert not Courriel.objects.exists()


def test_un_geste_annule_n_ecrit_a_personne():
    with transaction.atomic():
        ecrire()
        transaction.set_rollback(True)
    assert not Courriel.objects.exists()


@pytest.mark.parametrize("apres", [False, True])
def test_un_envoyeur_tue_laisse_un_message_incertain_jamais_renvoye_seul(monkeypatch, mailoutbox, apres):
    depart = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
    with time_machine.travel(depart, tick=False) as horloge:
        ecrire()
        ecrire("bob@ac-essai.fr")
        mourir_pendant_l_envoi(monkeypatch, apres=apres)
        assert envoyer_en_attente() == 1  # the others follow
        assert etats()["ana@ac-essai.fr"] == EtatCourriel.EN_COURS
        horloge.shift(BAIL + dt.timedelta(seconds=1))
        assert envoyer_en_attente() == 0
    assert etats()["ana@ac-essai.fr"] == EtatCourriel.INCERTAIN
    assert len([m for m in mailoutbox if m.to == ["ana@ac-essai.fr"]]) == int(apres)


def test_un_second_envoyeur_au_meme_instant_ne_double_rien(mailoutbox):
    """The worst interleaving, on any engine: the second sender runs between reading and claiming."""
    for rang in range(5):
        ecrire(f"personne{rang}@ac-essai.fr")
    entre_deux = iter([True])

    def doubler(execute, sql, params, many, contexte):
        if sql.startswith("UPDATE") and "pris_le" in sql and "essais" in sql and next(entre_deux, False):
            envoyer_en_attente()
        return execute(sql, params, many, contexte)

    with connection.execute_wrapper(doubler):
        envoyer_en_attente()
    assert sorted(m.to[0] for m in mailoutbox) == [f"personne{rang}@ac-essai.fr" for rang in range(5)]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_huit_envoyeurs_a_la_fois_n_envoient_qu_une_fois_chaque_message(puits):
    for rang in range(40):
        ecrire(f"personne{rang}@ac-essai.fr")
    depart = threading.Barrier(8)

    def envoyer():
        depart.wait()
        try:
            envoyer_en_attente()
        finally:
            connections.close_all()

    envoyeurs = [threading.Thread(target=envoyer) for _ in range(8)]
    for envoyeur in envoyeurs:
        envoyeur.start()
    for envoyeur in envoyeurs:
        envoyeur.join()
    assert sorted(puits.destinataires) == sorted(f"personne{rang}@ac-essai.fr" for rang in range(40))
    assert set(etats().values()) == {EtatCourriel.ENVOYE}


# --- The broker ----------------------------------------------------------------------------------------


@pytest.fixture
def courtier(monkeypatch):
    """Counts the wake-up calls; `courtier.en_panne = True` makes the broker fail."""

    class Courtier:
        appels = 0
        en_panne = False

        def signature(self, tache, args):
            return self

        def delay(self):
            self.appels += 1
            if self.en_panne:
                raise OperationalError("Redis est arrêté")

    courtier = Courtier()
    monkeypatch.setattr(reveil, "current_app", courtier)
    monkeypatch.setattr(reveil, "disjoncteur", reveil._Disjoncteur())
    return courtier


def test_deux_cents_messages_ne_reveillent_qu_une_fois(courtier, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for rang in range(200):
            ecrire(f"personne{rang}@ac-essai.fr")
    assert courtier.appels == 1


@pytest.mark.django_db(transaction=True)
def test_une_serie_de_gestes_reveille_au_premier_et_a_la_fin(courtier):
    """One transaction per recipient: two hints, not two hundred; then each act wakes again."""
    with en_serie():
        for rang in range(200):
            ecrire(f"personne{rang}@ac-essai.fr")
            assert courtier.appels == 1
    assert courtier.appels == 2
    ecrire("seul@ac-essai.fr")
    assert courtier.appels == 3


def test_un_courtier_en_panne_ne_casse_rien_et_n_est_essaye_qu_une_fois(
    courtier, django_capture_on_commit_callbacks
):
    courtier.en_panne = True
    for rang in range(3):
        connection.run_on_commit.clear()
        with django_capture_on_commit_callbacks(execute=True):
            ecrire(f"personne{rang}@ac-essai.fr")
    assert courtier.appels == 1  # then the breaker spares the pages
    assert envoyer_en_attente() == 3  # the tick of beat does the rest


# --- Secrets, demonstration, screens -------------------------------------------------------------------


def test_un_message_confidentiel_est_efface_une_fois_parti(mailoutbox):
    ecrire(confidentiel=True)
    envoyer_en_attente()
    courriel = Courriel.objects.get()
    assert (courriel.corps_texte, courriel.corps_html) == ("", "")
    assert "l’autre" in mailoutbox[0].body


def test_un_message_confidentiel_ne_s_affiche_jamais(client):
    courriel = ecrire(confidentiel=True)
    connecter(client, creer_perimetre(Role.ADMIN))
    page = client.get(reverse("socle:courriel", args=[courriel.pk])).content.decode()
    assert "l’autre" not in page
    assert "lien personnel" in page


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("demonstration", [False, True])
def test_les_courriels_emis_sont_a_l_administrateur_sauf_en_demonstration(
    client, settings, role, demonstration
):
    settings.DEMONSTRATION = demonstration
    courriel = ecrire()
    connecter(client, creer_perimetre(role))
    attendu = 200 if demonstration or role == Role.ADMIN else 403
    for url in (reverse("socle:courriels"), reverse("socle:courriel", args=[courriel.pk])):
        assert client.get(url).status_code == attendu


def test_en_demonstration_l_etat_dit_que_rien_n_est_parti(client, settings):
    settings.DEMONSTRATION = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    ecrire()
    envoyer_en_attente()
    connecter(client, creer_perimetre(Role.DCIO))
    assert "Affiché, non envoyé" in client.get(reverse("socle:courriels")).content.decode()


def test_la_liste_se_filtre_par_etat_par_texte_et_par_date(client):
    ecrire("ana@ac-essai.fr")
    ecrire("bob@ac-essai.fr")
    Courriel.objects.filter(destinataire="bob@ac-essai.fr").update(etat=EtatCourriel.ECHEC)
    connecter(client, creer_perimetre(Role.ADMIN))

    def trouves(**filtre):
        page = client.get(reverse("socle:courriels"), filtre).content.decode()
        return [nom for nom in ("ana", "bob") if f"{nom}@ac-essai.fr" in page]

    assert trouves() == ["ana", "bob"]
    assert trouves(etat="echec") == ["bob"]
    assert trouves(q="ÉLECTRONIQUE ana") == ["ana"]
    assert trouves(jusqu_a="2020-01-01") == []


def test_le_texte_affiche_ne_s_execute_pas(client):
    courriel = ecrire()
    Courriel.objects.filter(pk=courriel.pk).update(
        objet="<script>1</script>", corps_texte="<script>2</script>", corps_html="<script>3</script>"
    )
    connecter(client, creer_perimetre(Role.ADMIN))
    for url in (reverse("socle:courriels"), reverse("socle:courriel", args=[courriel.pk])):
        page = client.get(url).content.decode()
        assert "<script>1" not in page
        assert "<script>2" not in page
        assert "<script>3" not in page


def test_une_file_arretee_se_voit(client):
    ecrire()
    Courriel.objects.update(prochain_essai_le=timezone.now() - dt.timedelta(minutes=11))
    connecter(client, creer_perimetre(Role.ADMIN))
    assert "semble arrêté" in client.get(reverse("socle:courriels")).content.decode()


@pytest.mark.parametrize("etat", [EtatCourriel.ECHEC, EtatCourriel.INCERTAIN])
def test_renvoyer_est_un_geste_de_l_administrateur(client, mailoutbox, etat):
    courriel = ecrire()
    Courriel.objects.update(etat=etat, essais=7)
    adresse = reverse("socle:courriel_renvoyer", args=[courriel.pk])
    connecter(client, creer_perimetre(Role.ADMIN))
    assert client.get(adresse).status_code == 405
    assert "Renvoyer" in client.get(reverse("socle:courriel", args=[courriel.pk])).content.decode()
    client.post(adresse)
    assert [entree.libelle for entree in historique(courriel)] == ["Courriel renvoyé"]
    assert envoyer_en_attente() == 1
    assert client.post(adresse).status_code == 403  # already sent
    assert len(mailoutbox) == 1


def test_personne_d_autre_ne_renvoie(settings):
    settings.DEMONSTRATION = True
    courriel = ecrire()
    Courriel.objects.update(etat=EtatCourriel.ECHEC)
    courriel.refresh_from_db()
    with pytest.raises(PermissionDenied):
        renvoyer_courriel(courriel=courriel, perimetre=Perimetre(utilisateur=creer_compte(), role=Role.DCIO))


@pytest.mark.parametrize("nombre", [1, 3])
def test_la_liste_coute_le_meme_nombre_de_requetes(client, nombre, django_assert_max_num_queries):
    for rang in range(nombre):
        ecrire(f"personne{rang}@ac-essai.fr")
    connecter(client, creer_perimetre(Role.ADMIN))
    with django_assert_max_num_queries(8):
        client.get(reverse("socle:courriels"))


def test_un_lot_s_arrete_a_l_heure(mailoutbox):
    ecrire()
    assert courriels.DUREE_DU_LOT < 300
    assert envoyer_en_attente(duree=0) == 0
    assert etats() == {"ana@ac-essai.fr": EtatCourriel.A_ENVOYER}


def test_un_courriel_ecrit_avant_que_l_heure_recule_n_attend_pas_qu_elle_revienne():
    """One put off after a refusal keeps its date."""
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2), tick=False):
        ecrire("ana@ac-essai.fr")
        remis = ecrire("bob@ac-essai.fr")
        Courriel.objects.filter(pk=remis.pk).update(essais=1)
    assert envoyer_en_attente() == 1
    assert etats() == {"ana@ac-essai.fr": "envoye", "bob@ac-essai.fr": "a_envoyer"}

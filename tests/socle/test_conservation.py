"""How long things are kept: what is announced is what is done, and a rehearsal touches nothing."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from socle.conservation import verifier_durees
from socle.consultations import noter_consultation
from socle.enums import EtatTravail
from socle.fichiers import enregistrer_fichier
from socle.models import Courriel, Fichier, Notification, TravailDeFond
from socle.purge import purger
from socle.traces import Consultation
from tests.comptes.factories import creer_compte
from tests.reseaux.factories import connecter, creer_perimetre

pytestmark = pytest.mark.django_db


def il_y_a(jours: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=jours)


def creer_export(jours: int, etat: str = EtatTravail.TERMINE) -> TravailDeFond:
    fichier = enregistrer_fichier(nom="export.csv", type_mime="text/csv", contenu=b"nom;prenom")
    travail = TravailDeFond.objects.create(
        genre="essai", titre="Export", proprietaire=creer_compte(), etat=etat, resultat=fichier
    )
    TravailDeFond.objects.filter(pk=travail.pk).update(cree_le=il_y_a(jours))
    return travail


def vieillir_les_fichiers(monkeypatch) -> None:
    """A stored file does not change, its date neither: it is the clock that moves."""
    maintenant = timezone.now()
    monkeypatch.setattr("socle.purge.timezone.now", lambda: maintenant + dt.timedelta(days=2))


def test_un_export_s_efface_avec_son_fichier_un_arrete_garde_le_sien(monkeypatch):
    vieux, recent = creer_export(100), creer_export(10)
    en_cours = creer_export(100, EtatTravail.EN_COURS)
    vieillir_les_fichiers(monkeypatch)
    purger()
    assert set(TravailDeFond.objects.all()) == {recent, en_cours}
    assert set(Fichier.objects.values_list("pk", flat=True)) == {recent.resultat_id, en_cours.resultat_id}
    assert vieux.resultat_id not in {recent.resultat_id, en_cours.resultat_id}


def test_un_fichier_du_jour_n_est_pas_touche():
    """Its transaction may be about to hold it."""
    enregistrer_fichier(nom="en-route.pdf", type_mime="application/pdf", contenu=b"%PDF")
    purger()
    assert Fichier.objects.count() == 1


def test_la_base_protege_un_fichier_que_quelque_chose_porte():
    travail = creer_export(1)
    with transaction.atomic():
        Fichier.objects.filter(pk=travail.resultat_id)._raw_delete("default")
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)
    assert Fichier.objects.filter(pk=travail.resultat_id).exists()


def test_les_durees_sont_des_reglages(settings):
    settings.CONSERVATION = settings.CONSERVATION | {"notifications": 30}
    ana = creer_compte()
    Notification.objects.create(utilisateur=ana, texte="lue", lue_le=il_y_a(31))
    purger()
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    ("nom", "jours", "refus"),
    [
        ("consultations", 179, "socle.E002"),
        ("consultations", 366, "socle.E002"),
        ("courriels", 0, "socle.E001"),
        ("courriels", 30, None),
    ],
)
def test_une_duree_interdite_est_refusee_au_demarrage(settings, nom, jours, refus):
    settings.CONSERVATION = settings.CONSERVATION | {nom: jours}
    assert [faute.id for faute in verifier_durees()] == ([refus] if refus else [])


def test_a_blanc_compte_et_n_efface_rien(capsys):
    creer_export(100)
    Notification.objects.create(utilisateur=creer_compte(), texte="lue", lue_le=il_y_a(366))
    ancien = creer_compte()
    Utilisateur.objects.filter(pk=ancien.pk).update(cree_le=il_y_a(400))
    call_command("purger", "--a-blanc")
    sortie = capsys.readouterr().out
    assert "1 comptes sans habilitation depuis un an" in sortie
    assert "1 notifications lues (durée : un an)" in sortie
    assert "1 travaux finis et leurs fichiers (durée : 90 jours)" in sortie
    assert (TravailDeFond.objects.count(), Notification.objects.count()) == (1, 1)
    call_command("purger")
    assert (TravailDeFond.objects.count(), Notification.objects.count()) == (0, 0)


def test_la_page_dit_les_durees_appliquees(client, settings):
    settings.CONSERVATION = settings.CONSERVATION | {"notifications": 30, "travaux": 45}
    page = client.get(reverse("donnees_personnelles")).content.decode()
    assert "Un mois après leur lecture" in page
    assert "45 jours après la demande" in page


# --- Consultations -----------------------------------------------------------------------------------


def test_une_ligne_par_jour_par_lecteur_et_par_page(time_machine):
    ana, ien = creer_compte(), creer_perimetre(Role.IEN_IO)
    for jour in ("2027-03-01", "2027-03-01", "2027-03-02"):
        time_machine.move_to(f"{jour} 09:00")
        noter_consultation(ien, ana, "Fiche")
        noter_consultation(ien, ana, "Compte")
    assert Consultation.objects.count() == 4
    assert {c.qualite for c in Consultation.objects.all()} == {ien.libelle}


def test_lire_sa_propre_page_ne_laisse_rien():
    ien = creer_perimetre(Role.IEN_IO)
    noter_consultation(ien, ien.utilisateur, "Compte")
    assert not Consultation.objects.exists()


def test_une_consultation_ne_se_reecrit_ni_ne_s_efface_avant_six_mois():
    ana, ien = creer_compte(), creer_perimetre(Role.IEN_IO)
    noter_consultation(ien, ana, "Fiche")
    for geste in (lambda: Consultation.objects.update(page="Autre"), Consultation.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            geste()
    purger()
    assert Consultation.objects.count() == 1


def test_les_consultations_d_il_y_a_un_an_s_effacent():
    ana, ien = creer_compte(), creer_perimetre(Role.IEN_IO)
    noter_consultation(ien, ana, "Fiche")
    modele = Consultation.objects.get()
    for jours in (366, 364):
        modele.pk, modele.jour = None, timezone.localdate() - dt.timedelta(days=jours)
        modele.save()
    purger()
    assert {(timezone.localdate() - c.jour).days for c in Consultation.objects.all()} == {0, 364}


@pytest.mark.django_db(transaction=True)
def test_une_base_qui_refuse_l_ecriture_laisse_lire(client, caplog):
    """Read-only base, lock that lasts: the page is shown, the log says what was not noted."""

    def refuser(execute, sql, params, many, contexte):
        if sql.startswith("INSERT") and "socle_consultation" in sql:
            raise OperationalError("database is locked")
        return execute(sql, params, many, contexte)

    admin = creer_perimetre(Role.ADMIN)
    courriel = Courriel.objects.create(
        cle="essai", destinataire="ana@ac-essai.fr", objet="o", corps_texte="t", utilisateur=creer_compte()
    )
    connecter(client, admin)
    with connection.execute_wrapper(refuser):
        assert client.get(reverse("socle:courriel", args=[courriel.pk])).status_code == 200
    assert "Consultation non notée" in caplog.text
    assert not Consultation.objects.exists()

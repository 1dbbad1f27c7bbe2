"""What is erased each night, and what is not."""

import datetime as dt

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Session
from socle.enums import EtatCourriel
from socle.fichiers import enregistrer_fichier
from socle.models import Courriel, EntreeJournal, Notification
from socle.purge import purger
from socle.tasks import purger as tache
from tests.comptes.factories import creer_compte
from tests.reseaux.factories import connecter, creer_perimetre

pytestmark = pytest.mark.django_db


def il_y_a(jours: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=jours)


def creer_courriel(cle: str, etat: str, jours: int) -> Courriel:
    return Courriel.objects.create(
        cle=cle,
        destinataire="ana@ac-essai.fr",
        objet="Un arrêté vous concerne",
        corps_texte="Le texte",
        corps_html="<p>Le texte</p>",
        etat=etat,
        envoye_le=il_y_a(jours) if etat == EtatCourriel.ENVOYE else None,
    )


def test_le_texte_d_un_courriel_envoye_s_efface_au_bout_d_un_an(client):
    vieux = creer_courriel("vieux", EtatCourriel.ENVOYE, 366)
    recent = creer_courriel("recent", EtatCourriel.ENVOYE, 364)
    echoue = creer_courriel("echoue", EtatCourriel.ECHEC, 800)
    purger()
    for courriel in (vieux, recent, echoue):
        courriel.refresh_from_db()
    assert (vieux.corps_texte, vieux.corps_html, vieux.objet) == ("", "", "Un arrêté vous concerne")
    assert recent.corps_texte == echoue.corps_texte == "Le texte"
    connecter(client, creer_perimetre(Role.ADMIN))
    page = client.get(reverse("socle:courriel", args=[vieux.pk])).content.decode()
    assert "effacé au bout d’un an" in page


def test_la_piece_d_un_courriel_s_en_va_avec_son_texte():
    piece = enregistrer_fichier(nom="invitation.ics", type_mime="text/calendar", contenu=b"BEGIN:VCALENDAR")
    vieux = creer_courriel("vieux", EtatCourriel.ENVOYE, 366)
    retenu = creer_courriel("retenu", EtatCourriel.SANS_OBJET, 366)
    Courriel.objects.update(piece=piece, pris_le=il_y_a(366))
    purger()
    for courriel in (vieux, retenu):
        courriel.refresh_from_db()
        assert (courriel.corps_texte, courriel.piece) == ("", None)


def test_une_notification_lue_s_efface_au_bout_d_un_an():
    ana = creer_compte()
    Notification.objects.create(utilisateur=ana, texte="lue", lue_le=il_y_a(366))
    Notification.objects.create(utilisateur=ana, texte="lue depuis peu", lue_le=il_y_a(3))
    Notification.objects.create(utilisateur=ana, texte="jamais lue")
    entrees = EntreeJournal.objects.count()
    purger()
    assert sorted(n.texte for n in Notification.objects.all()) == ["jamais lue", "lue depuis peu"]
    assert EntreeJournal.objects.count() == entrees


def test_chaque_nuit_les_sessions_finies_s_effacent():
    Session.objects.create(session_key="finie", session_data="", expire_date=il_y_a(1), vue_le=il_y_a(1))
    Session.objects.create(session_key="ouverte", session_data="", expire_date=il_y_a(-1), vue_le=il_y_a(0))
    tache()
    assert [s.session_key for s in Session.objects.all()] == ["ouverte"]
    assert tache.name in {ligne["task"] for ligne in settings.CELERY_BEAT_SCHEDULE.values()}


def test_une_regle_en_echec_n_arrete_pas_les_suivantes_et_se_remarque(caplog):
    Notification.objects.create(utilisateur=creer_compte(), texte="lue", lue_le=il_y_a(366))
    Session.objects.create(session_key="finie", session_data="", expire_date=il_y_a(1), vue_le=il_y_a(1))
    vieux = creer_courriel("vieux", EtatCourriel.ENVOYE, 366)

    def refuser_les_notifications(execute, sql, params, many, contexte):
        if sql.startswith("DELETE") and "socle_notification" in sql:
            raise OperationalError("verrou trop long")
        return execute(sql, params, many, contexte)

    with connection.execute_wrapper(refuser_les_notifications), pytest.raises(OperationalError):
        tache()
    vieux.refresh_from_db()
    assert vieux.corps_texte == ""
    assert (Session.objects.count(), Notification.objects.count()) == (0, 1)
    assert "« notifications lues », règle en échec" in caplog.text

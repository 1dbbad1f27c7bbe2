"""The traps bite: each one is shown the fault that it is there to catch."""

import socket

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from socle.models import EntreeJournal


def lire_en_ecrivant(request):
    ContentType.objects.create(app_label=request.method.lower(), model="essai")
    return HttpResponse("écrit")


lire_en_ecrivant.login_required = False  # what the login_not_required decorator does
urlpatterns = [path("ecriture/", lire_en_ecrivant)]


@pytest.mark.django_db
def test_une_liste_sans_ordre_arrive_dans_le_desordre():
    ordonnees = list(Permission.objects.order_by("pk"))
    assert list(Permission.objects.order_by()) != ordonnees
    assert list(Permission.objects.order_by().iterator()) != ordonnees
    assert list(Permission.objects.order_by("pk").iterator()) == ordonnees


def test_l_exterieur_est_injoignable():
    with socket.socket() as prise, pytest.raises(AssertionError, match="extérieur"):
        prise.connect(("192.0.2.1", 443))  # documentation address (RFC 5737)


@pytest.mark.django_db
@override_settings(ROOT_URLCONF="tests.test_pieges")
def test_une_lecture_qui_ecrit_est_refusee(client):
    with pytest.raises(AssertionError, match="GET /ecriture/ a écrit"):
        client.get("/ecriture/")
    assert client.post("/ecriture/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_le_journal_ne_se_vide_que_par_le_nettoyage_des_essais():
    EntreeJournal.objects.create(action="essai", objet_id=1, objet_type=ContentType.objects.first())
    with pytest.raises(DatabaseError):
        connection.cursor().execute(f"DELETE FROM {EntreeJournal._meta.db_table}")
    call_command("flush", verbosity=0, interactive=False)
    assert not EntreeJournal.objects.exists()

"""Home, help, legal pages and error pages."""

import errno

import pytest
from django.conf import settings as reglages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest
from django.test import Client, override_settings
from django.urls import path, reverse

from cio_network import urls
from comptes.enums import Role
from tests.reseaux.factories import connecter, creer_perimetre, creer_utilisateur

PUBLIQUES = ["mentions_legales", "accessibilite", "donnees_personnelles", "plan_du_site", "aide"]


def leve(exception: Exception):
    def vue(request: HttpRequest):
        raise exception

    return vue


def lire_une_table_absente(request: HttpRequest):
    """« Operational » for SQLite, as a lock or a full disk is."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT saisie FROM nulle_part")


#: The base is away, its link is cut, a disk is full: what the machine says, which no page may repeat.
PASSAGERES = {
    "base": OperationalError('connection to server on socket "/run/secret" failed'),
    "liaison": InterfaceError("SELECT nom FROM secret: the connection is closed"),
    "disque": OSError(errno.ENOSPC, "No space left on device", "/tmp/secret.xlsx"),
}

urlpatterns = [
    *(path(f"essai/{nom}/", leve(erreur)) for nom, erreur in PASSAGERES.items()),
    path("essai/table/", lire_une_table_absente),
    path("essai/400/", leve(SuspiciousOperation())),
    path("essai/403/", leve(PermissionDenied("Seul le DASEN arrête une répartition."))),
    path("essai/404/", leve(Http404())),
    path("essai/500/", leve(RuntimeError("panne"))),
    *urls.urlpatterns,
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@pytest.mark.parametrize("nom", PUBLIQUES)
def test_les_pages_publiques_s_ouvrent_sans_compte_et_sans_la_base(client, nom):
    """Without the `db` mark, a query fails the test."""
    reponse = client.get(reverse(nom))
    assert reponse.status_code == 200
    assert reverse("comptes:connexion") in reponse.text


@pytest.mark.django_db
def test_les_mentions_viennent_des_reglages(client, settings):
    settings.ORGANISME = reglages.ORGANISME | {
        "editeur": "Rectorat de Caen",
        "accessibilite": "partiellement conforme",
    }
    assert "Rectorat de Caen" in client.get(reverse("mentions_legales")).text
    declaration = client.get(reverse("accessibilite")).text
    assert "partiellement conforme" in declaration
    assert "Aucun audit" not in declaration
    assert "Défenseur des droits" in declaration


@pytest.mark.parametrize("role", Role)
def test_chaque_role_a_son_aide(client, role, db):
    connecter(client, creer_perimetre(role))
    reponse = client.get(reverse("aide")).text
    assert f"<h1>Aide\N{NO-BREAK SPACE}: {role.label}</h1>" in reponse
    assert "<ol>" in reponse
    assert client.get(reverse("aide_du_role", args=[role])).status_code == 200


@pytest.mark.django_db
def test_l_aide_d_un_role_inconnu_n_existe_pas(client):
    assert client.get(reverse("aide_du_role", args=["empereur"])).status_code == 404


@pytest.mark.django_db
def test_sans_habilitation_on_sait_que_faire(client):
    client.force_login(creer_utilisateur(), backend="django.contrib.auth.backends.ModelBackend")
    reponse = client.get(reverse("accueil"))
    assert reponse.status_code == 200
    assert "Aucune habilitation en cours" in reponse.text
    # Any other page leads back there.
    assert client.get(reverse("socle:journal")).url == reverse("accueil")


@pytest.mark.django_db
def test_le_plan_du_site_suit_l_habilitation(client):
    connecter(client, creer_perimetre(Role.ADMIN))
    assert reverse("reseaux:comptes") in client.get(reverse("plan_du_site")).text
    autre = connecter(Client(), creer_perimetre(Role.PSYEN))
    assert reverse("reseaux:comptes") not in autre.get(reverse("plan_du_site")).text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statut", "texte"),
    [
        (400, "Demande incomprise"),
        (403, "Seul le DASEN arrête une répartition."),
        (404, "Page introuvable"),
        (500, "Le service rencontre un problème"),
    ],
)
def test_les_pages_d_erreur_sont_les_notres(client, statut, texte):
    client.raise_request_exception = False
    connecter(client, creer_perimetre(Role.DCIO))
    with override_settings(ROOT_URLCONF=__name__):
        reponse = client.get(f"/essai/{statut}/")
    assert reponse.status_code == statut
    assert texte in reponse.text
    assert 'class="fr-footer"' in reponse.text


@pytest.mark.django_db
@pytest.mark.parametrize("nom", PASSAGERES)
def test_ce_qui_passera_seul_demande_de_revenir(client, nom):
    client.raise_request_exception = False
    connecter(client, creer_perimetre(Role.DCIO))
    with override_settings(ROOT_URLCONF=__name__):
        reponse = client.get(f"/essai/{nom}/")
    assert reponse.status_code == 503
    assert reponse.headers["Retry-After"] == "30"
    assert "Service momentanément indisponible" in reponse.text
    assert "secret" not in reponse.text


@pytest.mark.django_db
@pytest.mark.parametrize("adresse", ["/essai/table/", "/essai/500/"])
def test_une_faute_du_service_ne_se_dit_pas_passagere(client, adresse):
    client.raise_request_exception = False
    connecter(client, creer_perimetre(Role.DCIO))
    with override_settings(ROOT_URLCONF=__name__):
        reponse = client.get(adresse)
    assert reponse.status_code == 500
    assert "Retry-After" not in reponse.headers


@pytest.mark.parametrize("page", [urls.handler400, urls.handler500, urls.views.jeton_perime])
def test_une_panne_s_affiche_sans_la_base(page, rf):
    """Without the `db` mark, a query fails the test."""
    assert page(rf.get("/")).status_code in {400, 403, 500}


@pytest.mark.django_db
def test_un_formulaire_perime_dit_que_rien_n_est_enregistre():
    client = Client(enforce_csrf_checks=True)
    reponse = client.post(reverse("comptes:connexion"), {"username": "a@b.fr", "password": "x"})
    assert reponse.status_code == 403
    assert "Rien n’a été enregistré" in reponse.text


@pytest.mark.django_db
def test_une_page_personnelle_n_est_gardee_par_aucun_cache(client):
    assert "no-store" not in client.get(reverse("aide")).headers.get("Cache-Control", "")
    connecter(client, creer_perimetre(Role.DCIO))
    assert client.get(reverse("aide")).headers["Cache-Control"] == "private, no-store"

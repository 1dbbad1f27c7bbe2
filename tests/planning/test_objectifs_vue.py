"""The tree of objectives, and its upkeep."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from planning.models import Objectif
from planning.services.objectifs import creer_objectif as creer
from planning.services.objectifs import modifier_objectif, monter_objectif, retirer_objectif
from planning.services.plans import charger_objectifs
from tests.planning.factories import creer_action, creer_objectif
from tests.reseaux.factories import connecter, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO, creer_departement())


def lire(client, perimetre) -> str:
    reponse = connecter(client, perimetre).get(reverse("planning:objectifs"))
    assert reponse.status_code == 200
    return reponse.content.decode()


def geste(client, objectif, nom):
    return client.post(reverse("planning:objectif_geste", args=[objectif.pk, nom]), follow=True)


def test_l_arbre_de_la_source_et_les_actions_qui_le_servent(client, ien):
    charger_objectifs(perimetre=ien, departement=creer_departement())
    action = creer_action(titre="Bibio-Lab")
    action.objectifs.add(Objectif.objects.get(code="O4"))
    page = lire(client, ien)
    assert page.count('class="plan-axe"') == 2
    assert page.count('class="plan-sous-axe"') == 5
    assert page.count("Modifier<span") == 20
    assert f">{action}</a>" in page


def test_l_arbre_coute_autant_avec_une_action_ou_trois(client, ien):
    charger_objectifs(perimetre=ien, departement=creer_departement())

    def compter():
        with CaptureQueriesContext(connection) as capture:
            lire(client, ien)
        return len(capture)

    creer_action().objectifs.set(Objectif.objects.filter(niveau="objectif"))
    compter()
    une = compter()
    for _ in range(2):
        creer_action().objectifs.set(Objectif.objects.filter(niveau="objectif"))
    assert compter() == une


def test_les_autres_lisent_sans_gestes(client, ien):
    charger_objectifs(perimetre=ien, departement=creer_departement())
    page = lire(client, creer_perimetre(Role.PSYEN, creer_departement()))
    assert "Développer une pédagogie de l’orientation" in page
    assert "Modifier<span" not in page


def test_l_administrateur_choisit_le_departement(client, ien):
    creer_departement("018")
    charger_objectifs(perimetre=ien, departement=creer_departement())
    connecter(client, creer_perimetre(Role.ADMIN))
    adresse = reverse("planning:objectifs")
    assert "pédagogie" in client.get(adresse, {"departement": "041"}).content.decode()
    assert "pédagogie" not in client.get(adresse, {"departement": "018"}).content.decode()
    assert client.get(adresse, {"departement": "999"}).status_code == 404


def test_ajouter_un_objectif_sous_son_sous_axe(client, ien):
    sous_axe = creer_objectif().parent
    connecter(client, ien)
    adresse = reverse("planning:objectif_creer", args=["objectif"])
    assert f'value="{sous_axe.pk}" selected' in client.get(f"{adresse}?parent={sous_axe.pk}").content.decode()
    donnees = {"parent": sous_axe.pk, "code": "O99", "libelle": "Nouveau"}
    assert client.post(adresse, donnees).status_code == 302
    assert Objectif.objects.get(code="O99").parent == sous_axe
    assert "déjà ce code" in client.post(adresse, donnees).content.decode()
    assert client.get(reverse("planning:objectif_creer", args=["feuille"])).status_code == 404


def test_reformuler_et_rattacher_ailleurs(client, ien):
    objectif, ailleurs = creer_objectif("O1"), creer_objectif("O2").parent
    connecter(client, ien)
    adresse = reverse("planning:objectif_modifier", args=[objectif.pk])
    client.post(adresse, {"parent": ailleurs.pk, "code": "O1", "libelle": "Reformulé"})
    objectif.refresh_from_db()
    assert (objectif.libelle, objectif.parent) == ("Reformulé", ailleurs)


def test_monter_et_descendre(client, ien):
    premier = creer_objectif()
    second = creer(
        perimetre=ien,
        departement=premier.departement,
        niveau="objectif",
        code="O2",
        libelle="Second",
        parent=premier.parent,
    )
    connecter(client, ien)
    geste(client, second, "monter")
    assert list(premier.parent.enfants.order_by("rang")) == [second, premier]
    geste(client, second, "descendre")
    assert list(premier.parent.enfants.order_by("rang")) == [premier, second]
    with pytest.raises(ValidationError, match="déjà premier"):
        monter_objectif(perimetre=ien, objectif=premier)


def test_un_objectif_qui_a_servi_est_retire_jamais_efface(client, ien):
    objectif = creer_objectif()
    creer_action().objectifs.add(objectif)
    connecter(client, ien)
    geste(client, objectif, "retirer")
    objectif.refresh_from_db()
    assert objectif.retire_le
    page = geste(client, objectif, "retablir").content.decode()
    objectif.refresh_from_db()
    assert not objectif.retire_le
    assert "de nouveau dans l’arbre" in page


def test_un_objectif_qui_n_a_jamais_servi_est_supprime(ien):
    objectif = creer_objectif()
    retirer_objectif(perimetre=ien, objectif=objectif)
    assert not Objectif.objects.filter(pk=objectif.pk).exists()


def test_un_noeud_charge_ne_se_retire_pas(ien):
    objectif = creer_objectif()
    with pytest.raises(ValidationError, match="porte encore des objectifs"):
        retirer_objectif(perimetre=ien, objectif=objectif.parent)


def test_un_objectif_ne_se_rattache_qu_a_un_sous_axe(ien):
    objectif = creer_objectif()
    champs = {"perimetre": ien, "objectif": objectif, "code": "O1", "libelle": "x"}
    with pytest.raises(ValidationError, match="Rattachez-le à un sous-axe"):
        modifier_objectif(**champs, parent=objectif.parent.parent)
    with pytest.raises(ValidationError, match="autre département"):
        modifier_objectif(**champs, parent=creer_objectif(departement=creer_departement("018")).parent)


def test_qui_ne_pilote_pas_ne_touche_pas_a_l_arbre(client):
    objectif = creer_objectif()
    dcio = creer_perimetre(Role.DCIO)
    connecter(client, dcio)
    assert client.get(reverse("planning:objectif_modifier", args=[objectif.pk])).status_code == 403
    with pytest.raises(PermissionDenied):
        retirer_objectif(perimetre=dcio, objectif=objectif)

"""The page of a CIO and its contact data."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from comptes.enums import Role
from reseaux.services.cio import modifier_contact_cio
from socle.models import EntreeJournal
from tests.reseaux import factories as f

pytestmark = pytest.mark.django_db

CONTACT = {
    "adresse": "1 rue de la Gare",
    "code_postal": "41000",
    "commune": "Blois",
    "telephone": "02 54 00 00 00",
    "courriel": "cio.blois@ac.example",
    "horaires": "du lundi au vendredi",
}


def _fiche(client, cio):
    return client.get(reverse("reseaux:cio", args=(cio.pk,)))


def test_la_fiche_montre_secteur_antennes_et_reseaux(client):
    cio = f.creer_cio()
    antenne = f.creer_cio("Contres", nom="Point d’accueil de Contres", parent=cio)
    f.creer_etablissement("Collège du secteur", cio=antenne)
    f.creer_reseau(cio, nom="Réseau Nord")
    f.connecter(client, f.creer_perimetre(Role.DCIO, cio))
    page = _fiche(client, cio).content.decode()
    for texte in ("Collège du secteur", "Point d’accueil de Contres", "Réseau Nord", "Modifier les coord"):
        assert texte in page
    assert "PsyEN rattachés" in page


@pytest.mark.parametrize("role", [Role.DCIO, Role.SECRETAIRE_CIO])
def test_le_cio_modifie_ses_coordonnees(client, role):
    cio = f.creer_cio()
    f.connecter(client, f.creer_perimetre(role, cio))
    adresse = reverse("reseaux:cio_modifier", args=(cio.pk,))
    assert client.get(adresse).status_code == 200
    client.post(adresse, CONTACT)
    cio.refresh_from_db()
    assert (cio.adresse, cio.telephone) == ("1 rue de la Gare", "02 54 00 00 00")
    entree = EntreeJournal.objects.get(action="reseaux.cio.contact")
    assert entree.apres["adresse"] == "1 rue de la Gare"
    # Only what changed is written down; the same thing again is no act.
    assert "commune" not in entree.apres
    client.post(adresse, CONTACT)
    assert EntreeJournal.objects.filter(action="reseaux.cio.contact").count() == 1


def test_une_adresse_mal_formee_est_refusee(client):
    cio = f.creer_cio()
    f.connecter(client, f.creer_perimetre(Role.DCIO, cio))
    reponse = client.post(reverse("reseaux:cio_modifier", args=(cio.pk,)), CONTACT | {"courriel": "blois"})
    assert "courriel" in reponse.context["form"].errors


@pytest.mark.parametrize(
    ("role", "attendu"),
    [
        (Role.DASEN, 403),
        (Role.IEN_IO, 403),
        (Role.PSYEN, 403),
        (Role.CHARGE_MISSION_REGION, 403),
        (Role.ADMIN, 200),
    ],
)
def test_qui_modifie(client, role, attendu):
    cio = f.creer_cio()
    perimetre = f.creer_perimetre(role)
    f.connecter(client, perimetre)
    assert client.get(reverse("reseaux:cio_modifier", args=(cio.pk,))).status_code == attendu
    if attendu == 403:
        with pytest.raises(PermissionDenied):
            modifier_contact_cio(perimetre=perimetre, cio=cio, contact=CONTACT)


def test_un_cio_etranger_n_existe_pas(client):
    voisin = f.creer_cio("Vendôme")
    f.connecter(client, f.creer_perimetre(Role.DCIO, f.creer_cio()))
    assert _fiche(client, voisin).status_code == 404
    assert client.get(reverse("reseaux:cio_modifier", args=(voisin.pk,))).status_code == 404


def test_le_chef_d_etablissement_lit_son_cio_sans_les_autres_ecoles(client):
    cio = f.creer_cio()
    f.creer_etablissement("Collège voisin", cio=cio)
    f.connecter(client, f.creer_perimetre(Role.CHEF_ETABLISSEMENT, f.creer_etablissement(cio=cio)))
    page = _fiche(client, cio).content.decode()
    assert cio.courriel in page
    assert "Collège voisin" not in page
    assert "PsyEN rattachés" not in page

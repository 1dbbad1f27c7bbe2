"""The page of a CIO and its contact data."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from comptes.enums import Role
from reseaux.models import CIO
from reseaux.services.cio import creer_cio, fermer_cio, modifier_cio, modifier_contact_cio, rouvrir_cio
from socle.models import EntreeJournal
from tests.psyen.factories import creer_psyen
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


# --- Recorded, changed and closed by the ADMIN ----------------------------------------------------------


def _fiche_saisie(departement, **champs):
    vide = {"uai": "", "parent": "", "latitude": "", "longitude": ""}
    return CONTACT | vide | {"nom": "CIO de Blois", "departement": departement.pk} | champs


@pytest.fixture
def admin(client):
    perimetre = f.creer_perimetre(Role.ADMIN)
    f.connecter(client, perimetre)
    return perimetre


def test_l_administrateur_enregistre_un_point_d_accueil_sans_uai(client, admin):
    cio = f.creer_cio()
    assert "Enregistrer un CIO" in client.get(reverse("reseaux:cios")).content.decode()
    saisie = _fiche_saisie(cio.departement, nom="Point d’accueil de Contres", parent=cio.pk)
    reponse = client.post(reverse("reseaux:cio_creer"), saisie)
    antenne = cio.antennes.get()
    assert reponse["Location"] == reverse("reseaux:cio", args=(antenne.pk,))
    assert antenne.uai is None
    assert EntreeJournal.objects.get(action="reseaux.cio.cree").objet == antenne


def test_une_cle_uai_fausse_est_dite(client, admin):
    departement = f.creer_departement()
    juste = f.uai(numero=17)
    fausse = juste[:7] + ("A" if juste[7] != "A" else "B")
    reponse = client.post(reverse("reseaux:cio_creer"), _fiche_saisie(departement, uai=fausse))
    assert f"la clé attendue est {juste[7]}" in reponse.context["form"].errors["uai"][0]
    client.post(reverse("reseaux:cio_creer"), _fiche_saisie(departement, uai=juste.lower()))
    assert CIO.objects.get().uai == juste


def test_une_antenne_d_antenne_ou_d_un_autre_departement_est_refusee(client, admin):
    cio = f.creer_cio()
    ailleurs = f.creer_cio("Bourges", departement=f.creer_departement("018"))
    reponse = client.post(
        reverse("reseaux:cio_creer"), _fiche_saisie(cio.departement, nom="Antenne", parent=ailleurs.pk)
    )
    assert "autre département" in reponse.context["form"].errors["parent"][0]
    antenne = f.creer_cio("Contres", parent=cio)
    with pytest.raises(ValidationError, match="lui-même une antenne"):
        creer_cio(
            perimetre=admin, nom="Sous-antenne", commune="Oisly", departement=cio.departement, parent=antenne
        )


def test_l_administrateur_modifie_la_fiche_et_l_historique_le_dit(client, admin):
    cio = f.creer_cio()
    adresse = reverse("reseaux:cio_fiche", args=(cio.pk,))
    assert client.get(adresse).status_code == 200
    saisie = _fiche_saisie(f.creer_departement("018"), nom="CIO du Blésois", latitude="47,5")
    client.post(adresse, saisie)
    cio.refresh_from_db()
    assert (cio.nom, cio.latitude, cio.departement.code) == ("CIO du Blésois", 47.5, "041")
    assert EntreeJournal.objects.get(action="reseaux.cio.modifie").apres["nom"] == "CIO du Blésois"


def test_un_cio_ferme_quand_plus_rien_ne_repose_sur_lui(client, admin):
    cio = f.creer_cio()
    f.creer_etablissement(cio=cio)
    f.creer_reseau(cio)
    f.creer_cio("Contres", parent=cio)
    creer_psyen("Martin", cio=cio)
    fermer = reverse("reseaux:cio_fermer", args=(cio.pk,))
    page = client.post(fermer, follow=True).content.decode()
    for obstacle in ("Antennes ouvertes", "de son secteur", "années ouvertes", "PsyEN encore rattachés : 1"):
        assert obstacle in page
    cio.refresh_from_db()
    assert cio.est_ouvert


def test_un_cio_ferme_se_rouvre(client, admin):
    cio = f.creer_cio()
    page = client.post(reverse("reseaux:cio_fermer", args=(cio.pk,)), follow=True).content.decode()
    assert "Ce CIO est fermé." in page
    assert "Rouvrir ce CIO" in page
    client.post(reverse("reseaux:cio_rouvrir", args=(cio.pk,)))
    cio.refresh_from_db()
    assert cio.est_ouvert


@pytest.mark.parametrize(
    "geste",
    [
        lambda perimetre, cio: modifier_contact_cio(perimetre=perimetre, cio=cio, contact=CONTACT),
        lambda perimetre, cio: modifier_cio(perimetre=perimetre, cio=cio, nom="CIO du Blésois"),
        lambda perimetre, cio: fermer_cio(perimetre=perimetre, cio=cio),
        lambda perimetre, cio: rouvrir_cio(perimetre=perimetre, cio=cio),
    ],
    ids=["contact", "fiche", "fermer", "rouvrir"],
)
def test_l_administrateur_d_une_autre_academie_ne_touche_pas_au_cio(geste):
    cio = f.creer_cio()
    ailleurs = f.creer_perimetre(Role.ADMIN, f.creer_academie("14", "Rennes"))
    with pytest.raises(PermissionDenied):
        geste(ailleurs, cio)
    assert not EntreeJournal.objects.filter(action__startswith="reseaux.cio").exists()


def test_une_adresse_n_ajoute_pas_de_destinataire_au_message_qu_elle_ouvre(client):
    cio = f.creer_cio("Blois", courriel="x%40y.fr?bcc=evil&cc=a@evil.fr")
    f.connecter(client, f.creer_perimetre(Role.DCIO, cio))
    assert 'href="mailto:x%2540y.fr%3Fbcc%3Devil%26cc%3Da@evil.fr"' in _fiche(client, cio).text


def test_le_nom_d_une_commune_tient_sur_une_ligne(client):
    """What a request made by hand would put in the subject of a mail."""
    cio = f.creer_cio("Blois")
    f.connecter(client, f.creer_perimetre(Role.DCIO, cio))
    donnees = CONTACT | {"commune": "Blois\r\nBcc: x@y.fr"}
    assert client.post(reverse("reseaux:cio_modifier", args=(cio.pk,)), donnees).status_code == 302
    cio.refresh_from_db()
    assert cio.commune == "Blois Bcc: x@y.fr"

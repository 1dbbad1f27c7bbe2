"""The page of a school, the page of a réseau, the sectorisation in bulk, the UAI field."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from comptes.enums import Role
from reseaux.enums import Categorie
from reseaux.forms.habilitations import UAIField
from reseaux.models import CIO
from reseaux.services.cio import fermer_cio, sectoriser
from socle.models import EntreeJournal
from tests.reseaux import factories as f

pytestmark = pytest.mark.django_db


def _fiche(client, objet, nom="etablissement"):
    return client.get(reverse(f"reseaux:{nom}", args=(objet.pk,)))


def test_la_fiche_d_un_etablissement(client):
    cio, annee = f.creer_cio(), f.creer_annee()
    lycee = f.creer_lycee("Lycée Dessaignes", cio=cio, internat=True)
    f.creer_etablissement("SEP du lycée", categorie=Categorie.SECTION, mere=lycee)
    f.creer_effectif(lycee, 1234, annee)
    f.creer_reseau(cio, annee=annee, tete=lycee, nom="Réseau Dessaignes")
    f.connecter(client, f.creer_perimetre(Role.DCIO, cio))
    page = _fiche(client, lycee).content.decode()
    for texte in (lycee.uai, "SEP du lycée", "1\xa0234", "Réseau Dessaignes", "CIO de Blois", "47,58"):
        assert texte in page, texte
    assert "Aucun PsyEN n’est affecté" in page
    assert "Modifier le CIO de secteur" not in page


def test_un_etablissement_ferme_le_dit(client):
    annee = f.creer_annee()
    ecole = f.creer_etablissement(etat="ferme", date_fermeture=annee.debut)
    f.connecter(client, f.creer_perimetre(Role.IEN_IO))
    assert "est fermé depuis le 1er septembre" in _fiche(client, ecole).content.decode()


def test_un_etablissement_d_ailleurs_n_existe_pas(client):
    voisin = f.creer_etablissement(departement=f.creer_departement("018"))
    mien = f.creer_etablissement()
    f.connecter(client, f.creer_perimetre(Role.DASEN))
    assert _fiche(client, mien).status_code == 200
    assert _fiche(client, voisin).status_code == 404


def test_la_region_ne_lit_rien_du_personnel(client):
    cio = f.creer_cio()
    reseau = f.creer_reseau(cio)
    f.connecter(client, f.creer_perimetre(Role.CHARGE_MISSION_REGION))
    for objet, nom in ((reseau.tete, "etablissement"), (cio, "cio"), (reseau, "reseau")):
        page = _fiche(client, objet, nom).content.decode()
        assert "PsyEN rattachés" not in page
        assert "PsyEN du réseau" not in page
        assert "PsyEN affectés" not in page


def test_la_fiche_d_un_reseau_dit_les_distances(client):
    cio = f.creer_cio()
    tete = f.creer_lycee(cio=cio, latitude=47.58, longitude=1.33)
    loin = f.creer_etablissement("Collège lointain", cio=cio, latitude=47.80, longitude=1.07)
    sans = f.creer_etablissement("Collège sans carte", cio=cio, latitude=None, longitude=None)
    f.creer_effectif(loin, 400)
    reseau = f.creer_reseau(cio, tete=tete, membres=[loin, sans])
    f.connecter(client, f.creer_perimetre(Role.DCIO, cio))
    page = _fiche(client, reseau, "reseau").content.decode()
    assert "31 km" in page
    assert "(tête de réseau)" in page
    assert reverse("reseaux:perimetre", args=(cio.pk, reseau.annee.code)) in page


def test_un_reseau_voisin_n_existe_pas(client):
    reseau = f.creer_reseau(f.creer_cio("Vendôme"))
    f.connecter(client, f.creer_perimetre(Role.DCIO, f.creer_cio()))
    assert _fiche(client, reseau, "reseau").status_code == 404


# --- Sectorisation ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.ADMIN])
def test_sectoriser_depuis_la_liste(client, role):
    cio = f.creer_cio()
    ecoles = [f.creer_etablissement() for _ in range(3)]
    f.connecter(client, f.creer_perimetre(role))
    assert client.get(reverse("reseaux:sectorisation")).status_code == 200
    reponse = client.post(
        reverse("reseaux:sectorisation_enregistrer"),
        {"etablissements": [e.pk for e in ecoles[:2]], "cio": cio.pk, "parametres": "categorie=college"},
        follow=True,
    )
    assert reponse.redirect_chain[0][0].endswith("/sectorisation/?categorie=college")
    assert "2 établissements rattachés" in reponse.content.decode()
    assert cio.etablissements.count() == 2
    entree = EntreeJournal.objects.filter(action="reseaux.etablissement.sectorise").first()
    assert (entree.avant, entree.apres) == ({"cio": None}, {"cio": "CIO de Blois"})
    # Nothing changes twice.
    assert sectoriser(perimetre=f.creer_perimetre(role), etablissements=ecoles[:2], cio=cio) == 0


def test_sans_rien_cocher_on_le_dit(client):
    f.connecter(client, f.creer_perimetre(Role.IEN_IO))
    reponse = client.post(reverse("reseaux:sectorisation_enregistrer"), {"cio": ""}, follow=True)
    page = reponse.content.decode()
    assert "Cochez au moins un établissement." in page
    assert "Choisissez le CIO de secteur." in page


@pytest.mark.parametrize("role", [Role.DASEN, Role.SG, Role.DCIO, Role.SECRETAIRE_CIO, Role.PSYEN])
def test_qui_ne_sectorise_pas(client, role):
    cio = f.creer_cio()
    perimetre = f.creer_perimetre(role)
    ecole = f.creer_etablissement()
    f.connecter(client, perimetre)
    assert client.get(reverse("reseaux:sectorisation")).status_code == 403
    donnees = {"etablissements": [ecole.pk], "cio": cio.pk}
    assert client.post(reverse("reseaux:sectorisation_enregistrer"), donnees).status_code == 403
    with pytest.raises(PermissionDenied):
        sectoriser(perimetre=perimetre, etablissements=[ecole], cio=cio)


def test_un_secteur_reste_dans_son_departement():
    cio = f.creer_cio("Bourges", departement=f.creer_departement("018"))
    ecole = f.creer_etablissement()
    with pytest.raises(ValidationError, match="n’est pas dans le département"):
        sectoriser(perimetre=f.creer_perimetre(Role.ADMIN), etablissements=[ecole], cio=cio)
    ferme = f.creer_cio("Mer", est_ouvert=False)
    with pytest.raises(ValidationError, match="est fermé"):
        sectoriser(perimetre=f.creer_perimetre(Role.ADMIN), etablissements=[ecole], cio=ferme)


def test_les_ecoles_d_ailleurs_ne_se_sectorisent_pas(client):
    voisine = f.creer_etablissement(departement=f.creer_departement("018"))
    cio = f.creer_cio()
    f.connecter(client, f.creer_perimetre(Role.IEN_IO))
    donnees = {"etablissements": [voisine.pk], "cio": cio.pk}
    reponse = client.post(reverse("reseaux:sectorisation_enregistrer"), donnees, follow=True)
    assert "n’existe plus" in reponse.content.decode()
    voisine.refresh_from_db()
    assert voisine.cio is None


def test_l_administrateur_d_une_autre_academie_ne_sectorise_pas():
    ailleurs = f.creer_perimetre(Role.ADMIN, f.creer_academie("14", "Rennes"))
    with pytest.raises(PermissionDenied):
        sectoriser(perimetre=ailleurs, etablissements=[f.creer_etablissement()], cio=f.creer_cio())


def test_sectoriser_vers_un_cio_ferme_depuis_la_lecture_est_refuse():
    cio, ecole = f.creer_cio(), f.creer_etablissement()
    perimetre = f.creer_perimetre(Role.ADMIN)
    fermer_cio(perimetre=perimetre, cio=CIO.objects.get(pk=cio.pk))
    with pytest.raises(ValidationError, match="est fermé"):
        sectoriser(perimetre=perimetre, etablissements=[ecole], cio=cio)


# --- UAI ----------------------------------------------------------------------------------------------


def test_le_champ_uai_pardonne_la_forme_et_dit_la_cle():
    champ = UAIField()
    juste = f.uai("041", 17)
    assert champ.clean(f" {juste[:3]} {juste[3:].lower()} ") == juste
    with pytest.raises(ValidationError, match=f"la clé attendue est {juste[7]}"):
        champ.clean(juste[:7] + ("A" if juste[7] != "A" else "B"))
    with pytest.raises(ValidationError, match="sept chiffres puis une lettre"):
        champ.clean("41001")

"""Who reads the past of a school, of a CIO, of a réseau, on its page: it names people and quotes a chef."""

import pytest
from django.urls import reverse

from comptes.enums import Role
from missions.services.missions_echanges import dire_priorite
from reseaux.services.cio import modifier_contact_cio, sectoriser
from reseaux.services.reseaux import renommer_reseau
from socle.journal import journaliser
from tests.reseaux import factories as f

pytestmark = pytest.mark.django_db

PRIORITE = "Les troisièmes sans projet"
DIRECTION = (Role.DASEN, Role.SG, Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.ADMIN)
CIO = (Role.DCIO, Role.SECRETAIRE_CIO)


@pytest.fixture
def reseau():
    """A school, its CIO and its réseau, each with a past."""
    cio, annee = f.creer_cio(), f.creer_annee()
    reseau = f.creer_reseau(cio, annee=annee, tete=f.creer_lycee(cio=cio))
    autre = f.creer_cio("Vendôme")
    ien, dcio = f.creer_perimetre(Role.IEN_IO), f.creer_perimetre(Role.DCIO, cio)
    for secteur in (autre, cio):
        sectoriser(perimetre=ien, etablissements=[reseau.tete], cio=secteur)
    chef = f.creer_perimetre(Role.CHEF_ETABLISSEMENT, reseau.tete)
    dire_priorite(perimetre=chef, etablissement=reseau.tete, annee=annee, texte=PRIORITE)
    modifier_contact_cio(perimetre=dcio, cio=cio, contact={"telephone": "02 54 00 00 00"})
    journaliser(perimetre=dcio, action="missions.activite.enregistree", objet=cio)
    renommer_reseau(perimetre=dcio, reseau=reseau, nom="Réseau du Val")
    return reseau


def _page(client, role, territoire, nom, objet):
    f.connecter(client, f.creer_perimetre(role, territoire))
    reponse = client.get(reverse(f"reseaux:{nom}", args=(objet.pk,)))
    assert reponse.status_code == 200
    return reponse.content.decode()


@pytest.mark.parametrize("nom", ["etablissement", "cio", "reseau"])
def test_la_region_ne_lit_pas_qui_a_fait_quoi(client, reseau, nom):
    objet = {"etablissement": reseau.tete, "cio": reseau.cio, "reseau": reseau}[nom]
    page = _page(client, Role.CHARGE_MISSION_REGION, None, nom, objet)
    assert 'id="historique"' not in page
    assert PRIORITE not in page
    # Whoever works there reads it.
    assert 'id="historique"' in _page(client, Role.DCIO, reseau.cio, nom, objet)


@pytest.mark.parametrize("role", [*DIRECTION, *CIO, Role.CHEF_ETABLISSEMENT])
def test_les_mots_du_chef_se_lisent_de_qui_repond_de_l_ecole(client, reseau, role):
    territoire = {Role.CHEF_ETABLISSEMENT: reseau.tete}.get(role, reseau.cio if role in CIO else None)
    page = _page(client, role, territoire, "etablissement", reseau.tete)
    assert PRIORITE in page
    assert "CIO de secteur" in page


@pytest.mark.parametrize("role", [Role.PSYEN, *CIO])
def test_un_psyen_ou_un_autre_cio_ne_lit_que_les_actes_du_territoire(client, reseau, role):
    territoire = f.creer_cio("Vendôme") if role in CIO else None
    page = _page(client, role, territoire, "etablissement", reseau.tete)
    assert PRIORITE not in page
    assert "Priorité de l’établissement enregistrée" not in page
    assert "cio-historique__titre" in page


@pytest.mark.parametrize(
    ("role", "attendu"),
    [
        *((role, True) for role in (*DIRECTION, *CIO)),
        (Role.PSYEN, False),
        (Role.CHEF_ETABLISSEMENT, False),
    ],
)
def test_les_releves_d_un_cio_se_lisent_de_qui_y_travaille_ou_le_dirige(client, reseau, role, attendu):
    territoire = {Role.CHEF_ETABLISSEMENT: reseau.tete}.get(role, reseau.cio if role in CIO else None)
    page = _page(client, role, territoire, "cio", reseau.cio)
    assert ("Relevés d’activité enregistrés" in page) == attendu
    assert "cio-historique__titre" in page

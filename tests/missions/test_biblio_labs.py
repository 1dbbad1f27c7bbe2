"""The Biblio-Labs of the schools."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from comptes.enums import Role
from missions.models import BiblioLab
from missions.services.biblio_labs import modifier_biblio_lab, suivre_biblio_lab
from tests.missions import factories_territoire as f
from tests.reseaux.factories import (
    connecter,
    creer_annee,
    creer_cio,
    creer_etablissement,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien_io():
    return creer_perimetre(Role.IEN_IO)


def suivre(perimetre, etablissement, **champs):
    valeurs = {"annee": creer_annee(), "etat": "experimente", "depuis": f.dans(-1)} | champs
    return suivre_biblio_lab(perimetre=perimetre, etablissement=etablissement, **valeurs)


def test_une_fois_par_ecole_et_par_annee(ien_io):
    ecole = creer_etablissement(cio=creer_cio())
    suivre(ien_io, ecole)
    with pytest.raises(ValidationError, match="déjà suivi cette année"):
        suivre(ien_io, ecole)


@pytest.mark.parametrize(
    ("champs", "message"),
    [({"depuis": None}, "depuis quand"), ({"depuis": f.dans(3)}, "a déjà commencé")],
)
def test_un_biblio_lab_experimente_l_est_depuis_un_jour_passe(ien_io, champs, message):
    with pytest.raises(ValidationError, match=message):
        suivre(ien_io, creer_etablissement(cio=creer_cio()), **champs)


def test_une_ecole_fermee_ou_privee_est_refusee(ien_io):
    fermee = creer_etablissement(cio=creer_cio(), etat="ferme", date_fermeture=f.dans(-10))
    with pytest.raises(ValidationError, match="est fermé"):
        suivre(ien_io, fermee)
    with pytest.raises(ValidationError, match="n’est pas un EPLE"):
        suivre(ien_io, creer_etablissement(cio=creer_cio(), secteur="prive"))
    assert not BiblioLab.objects.exists()


def test_le_chef_d_etablissement_ecrit_celui_de_son_ecole_seulement():
    ecole = creer_etablissement(cio=creer_cio())
    chef = creer_perimetre(Role.CHEF_ETABLISSEMENT, ecole)
    lab = suivre(chef, ecole, etat="projet", depuis=None)
    modifier_biblio_lab(perimetre=chef, lab=lab, etat="experimente", depuis=f.dans(0))
    with pytest.raises(PermissionDenied):
        suivre(chef, creer_etablissement(cio=creer_cio()))


def test_inscrire_par_la_page(client, ien_io):
    ecole = creer_etablissement(cio=creer_cio())
    connecter(client, ien_io)
    client.post(
        reverse("missions:biblio_lab_creer"),
        {
            "etablissement": ecole.pk,
            "annee": creer_annee().pk,
            "etat": "experimente",
            "depuis": f.dans(-2).isoformat(),
        },
    )
    page = client.get(reverse("missions:biblio_lab", args=[BiblioLab.objects.get().pk])).text
    assert "Expérimenté" in page

"""The directory of the partners."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from comptes.enums import Role
from missions.enums import GenrePartenaire
from missions.models import Partenaire
from missions.services.partenaires import creer_partenaire, supprimer_partenaire
from tests.missions import factories_territoire as f
from tests.reseaux.factories import connecter, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


def test_le_charge_de_mission_region_inscrit_un_partenaire(client):
    connecter(client, creer_perimetre(Role.CHARGE_MISSION_REGION))
    client.post(
        reverse("missions:partenaire_creer"),
        {"nom": "CCI", "genre": "entreprise", "site": "www.cci.fr", "courriel": ""},
    )
    partenaire = Partenaire.objects.get()
    assert (partenaire.nom, partenaire.site) == ("CCI", "https://www.cci.fr")


def test_un_chef_d_etablissement_n_ecrit_pas_l_annuaire():
    with pytest.raises(PermissionDenied):
        creer_partenaire(
            perimetre=creer_perimetre(Role.CHEF_ETABLISSEMENT),
            departement=creer_departement(),
            nom="CCI",
            genre=GenrePartenaire.ENTREPRISE,
        )


def test_le_meme_nom_autrement_ecrit_est_le_meme():
    ien_io = creer_perimetre(Role.IEN_IO)
    f.creer_partenaire("Mission locale")
    with pytest.raises(ValidationError, match="déjà connu"):
        creer_partenaire(
            perimetre=ien_io,
            departement=creer_departement(),
            nom=" mission   LOCALE ",
            genre=GenrePartenaire.MISSION_LOCALE,
        )


def test_un_partenaire_cite_ne_se_supprime_pas():
    ien_io = creer_perimetre(Role.IEN_IO)
    f.creer_convention()
    with pytest.raises(ValidationError, match="est cité"):
        supprimer_partenaire(perimetre=ien_io, partenaire=Partenaire.objects.get(nom="Région"))
    supprimer_partenaire(perimetre=ien_io, partenaire=f.creer_partenaire("Inscrit par erreur"))
    assert [p.nom for p in Partenaire.objects.all()] == ["Région"]

"""What each role sees of each model of the territory: own objects, and nothing foreign."""

import pytest

from comptes.enums import Role
from reseaux.models import (
    CIO,
    Academie,
    Bassin,
    Departement,
    Effectif,
    Etablissement,
    Habilitation,
    MembreReseau,
    Reseau,
)
from reseaux.perimetre import Perimetre
from tests.reseaux import factories as f

pytestmark = pytest.mark.django_db

DEPARTEMENTAUX = (
    Role.DASEN,
    Role.SG,
    Role.IEN_IO,
    Role.ADJOINT_IEN_IO,
    Role.CHARGE_MISSION_REGION,
    Role.PSYEN,
)
DU_CIO = (Role.DCIO, Role.SECRETAIRE_CIO)


@pytest.fixture
def monde():
    """Two académies; in the first, two départements; in the first of these, two CIO."""
    loir, cher = f.creer_departement("041"), f.creer_departement("018")
    ailleurs = f.creer_departement("035", academie=f.creer_academie("14", "Rennes"))
    lieux = {
        "blois": f.creer_cio("Blois", departement=loir),
        "vendome": f.creer_cio("Vendôme", departement=loir),
        "bourges": f.creer_cio("Bourges", departement=cher),
        "rennes": f.creer_cio("Rennes", departement=ailleurs),
    }
    f.creer_cio("Contres", nom="Point d’accueil de Contres", parent=lieux["blois"])
    for nom, cio in lieux.items():
        ecole = f.creer_etablissement(f"Collège de {nom}", cio=cio, commune=nom)
        f.creer_reseau(cio, membres=[ecole], nom=f"Réseau de {nom}")
        f.creer_effectif(ecole, 400)
    for code, departement in (("18501", loir), ("18101", cher), ("14001", ailleurs)):
        f.creer_bassin(code, departement=departement)
    return lieux


def _noms(queryset, champ="nom"):
    return sorted(queryset.values_list(champ, flat=True))


def _perimetre(role, monde):
    territoire = None
    if role in DU_CIO:
        territoire = monde["blois"]
    if role == Role.CHEF_ETABLISSEMENT:
        territoire = Etablissement.objects.get(nom="Collège de blois")
    return f.creer_perimetre(role, territoire)


@pytest.mark.parametrize("role", Role.values)
def test_territoires(role, monde):
    perimetre = _perimetre(role, monde)
    admin = role == Role.ADMIN
    assert _noms(Academie.objects.dans_perimetre(perimetre)) == ["Orléans-Tours"]
    assert _noms(Departement.objects.dans_perimetre(perimetre), "code") == (
        ["018", "041"] if admin else ["041"]
    )
    assert _noms(Bassin.objects.dans_perimetre(perimetre), "code") == (
        ["18101", "18501"] if admin else ["18501"]
    )


@pytest.mark.parametrize(
    ("roles", "cios"),
    [
        ((Role.ADMIN,), ["CIO de Blois", "CIO de Bourges", "CIO de Vendôme", "Point d’accueil de Contres"]),
        (DEPARTEMENTAUX, ["CIO de Blois", "CIO de Vendôme", "Point d’accueil de Contres"]),
        (DU_CIO, ["CIO de Blois", "Point d’accueil de Contres"]),
        ((Role.CHEF_ETABLISSEMENT,), ["CIO de Blois"]),
    ],
)
def test_cio(roles, cios, monde):
    for role in roles:
        assert _noms(CIO.objects.dans_perimetre(_perimetre(role, monde))) == cios


@pytest.mark.parametrize(
    ("roles", "communes"),
    [
        ((Role.ADMIN,), ["blois", "bourges", "vendome"]),
        (DEPARTEMENTAUX, ["blois", "vendome"]),
        # The schools are open data: a CIO reads those of its whole département.
        (DU_CIO, ["blois", "vendome"]),
        ((Role.CHEF_ETABLISSEMENT,), ["blois"]),
    ],
)
def test_etablissements_et_effectifs(roles, communes, monde):
    for role in roles:
        perimetre = _perimetre(role, monde)
        colleges = Etablissement.objects.dans_perimetre(perimetre).filter(categorie="college")
        assert _noms(colleges, "commune") == communes
        assert _noms(Effectif.objects.dans_perimetre(perimetre), "etablissement__commune") == communes


@pytest.mark.parametrize(
    ("roles", "reseaux"),
    [
        ((Role.ADMIN,), ["Réseau de blois", "Réseau de bourges", "Réseau de vendome"]),
        (DEPARTEMENTAUX, ["Réseau de blois", "Réseau de vendome"]),
        (DU_CIO, ["Réseau de blois"]),
        ((Role.CHEF_ETABLISSEMENT,), ["Réseau de blois"]),
    ],
)
def test_reseaux_et_membres(roles, reseaux, monde):
    for role in roles:
        perimetre = _perimetre(role, monde)
        assert _noms(Reseau.objects.dans_perimetre(perimetre)) == reseaux
        vus = MembreReseau.objects.dans_perimetre(perimetre)
        assert sorted(set(vus.values_list("reseau__nom", flat=True))) == reseaux


def test_l_admin_voit_les_habilitations_de_son_academie(monde):
    admin = f.creer_perimetre(Role.ADMIN)
    siennes = {
        admin.habilitation_id,
        f.creer_habilitation(Role.DASEN, monde["blois"].departement).pk,
        f.creer_habilitation(Role.DCIO, monde["bourges"]).pk,
        f.creer_habilitation(Role.CHEF_ETABLISSEMENT, Etablissement.objects.get(nom="Collège de blois")).pk,
    }
    f.creer_habilitation(Role.ADMIN, Academie.objects.get(nom="Rennes"))
    f.creer_habilitation(Role.DCIO, monde["rennes"])
    vues = Habilitation.objects.dans_perimetre(admin).order_by("pk")
    assert set(vues.values_list("pk", flat=True)) == siennes


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
def test_les_autres_ne_voient_que_les_leurs(role, monde):
    perimetre = _perimetre(role, monde)
    f.creer_habilitation(role, perimetre.habilitation.territoire)
    vues = Habilitation.objects.dans_perimetre(perimetre).order_by("pk")
    assert list(vues.values_list("pk", flat=True)) == [perimetre.habilitation_id]


def test_le_systeme_voit_tout(monde):
    systeme = Perimetre.systeme()
    for modele in (CIO, Etablissement, Reseau, MembreReseau, Effectif, Departement, Bassin, Academie):
        assert modele.objects.dans_perimetre(systeme).count() == modele.objects.count()

"""The definitions: written, reworded, retired; what the figures rest on does not change."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from evaluation.enums import Niveau, SourceIndicateur, Unite
from evaluation.models import Campagne, Indicateur, Mesure
from evaluation.selectors.calcul import calculs_connus
from evaluation.services.indicateurs import (
    creer_indicateur,
    modifier_indicateur,
    retablir_indicateur,
    retirer_indicateur,
)
from planning.selectors.attribution import SaisieResponsable
from reseaux.models import Groupe
from tests.evaluation.factories_cadre import creer_critere, creer_indicateur_saisi, valeurs_indicateur
from tests.reseaux.factories import connecter, creer_annee, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien_io():
    return creer_perimetre(Role.IEN_IO)


def mesurer(indicateur):
    campagne = Campagne.objects.create(
        departement=indicateur.departement,
        annee=creer_annee(),
        code="T0",
        libelle="Point de départ",
        date_observation=timezone.localdate(),
    )
    return Mesure.objects.create(
        campagne=campagne,
        indicateur=indicateur,
        niveau=Niveau.DEPARTEMENT,
        territoire="Loir-et-Cher",
        valeur=1,
        source=indicateur.source,
        relevee_le=timezone.localdate(),
    )


def test_le_sg_definit_le_dcio_non():
    departement = creer_departement()
    indicateur = creer_indicateur(
        perimetre=creer_perimetre(Role.SG), departement=departement, valeurs=valeurs_indicateur()
    )
    assert indicateur.rang == 1
    with pytest.raises(PermissionDenied):
        creer_indicateur(
            perimetre=creer_perimetre(Role.DCIO), departement=departement, valeurs=valeurs_indicateur("X2")
        )


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"source": SourceIndicateur.CALCULE, "calcul": "inconnu"}, "calcul"),
        ({"source": SourceIndicateur.CALCULE, "calcul": ""}, "calcul"),
        ({"code": ""}, "code"),
    ],
)
def test_ce_qui_est_refuse(ien_io, champs, champ):
    with pytest.raises(ValidationError) as refus:
        creer_indicateur(
            perimetre=ien_io, departement=creer_departement(), valeurs=valeurs_indicateur(**champs)
        )
    assert champ in refus.value.error_dict
    assert not Indicateur.objects.exists()


def test_un_calcul_ne_va_pas_avec_une_saisie(ien_io):
    with pytest.raises(ValidationError, match="nomme son calcul"):
        creer_indicateur(
            perimetre=ien_io,
            departement=creer_departement(),
            valeurs=valeurs_indicateur(calcul=calculs_connus()[0].code),
        )


def test_ni_critere_ni_groupe_d_un_autre_departement(ien_io):
    departement, cher = creer_departement(), creer_departement("018")
    with pytest.raises(ValidationError, match="autre département"):
        creer_indicateur(
            perimetre=ien_io,
            departement=departement,
            valeurs=valeurs_indicateur(critere=creer_critere(departement=cher)),
        )
    groupe = Groupe.objects.create(departement=cher, nom="GT du Cher", genre="groupe_travail")
    with pytest.raises(ValidationError, match="autre département"):
        creer_indicateur(
            perimetre=ien_io,
            departement=departement,
            valeurs=valeurs_indicateur(),
            responsable=SaisieResponsable(groupe_id=groupe.pk),
        )


@pytest.mark.parametrize(("champ", "valeur"), [("unite", Unite.POURCENTAGE), ("niveau", Niveau.DEPARTEMENT)])
def test_une_fois_mesure_ce_qui_fonde_les_chiffres_ne_change_plus(ien_io, champ, valeur):
    indicateur = creer_indicateur_saisi()
    libre = modifier_indicateur(
        perimetre=ien_io, indicateur=indicateur, revision=0, valeurs=valeurs_indicateur(**{champ: valeur})
    )
    assert getattr(libre, champ) == valeur
    mesurer(libre)
    with pytest.raises(ValidationError, match="ne change plus"):
        modifier_indicateur(
            perimetre=ien_io, indicateur=libre, revision=libre.revision, valeurs=valeurs_indicateur()
        )
    redit = valeurs_indicateur(**{champ: valeur}, libelle="Dit autrement")
    modifier_indicateur(perimetre=ien_io, indicateur=libre, revision=libre.revision, valeurs=redit)
    indicateur.refresh_from_db()
    assert indicateur.libelle == "Dit autrement"


def test_le_second_de_deux_auteurs_est_prevenu(ien_io):
    indicateur = creer_indicateur_saisi()
    premier, second = valeurs_indicateur(libelle="Le premier"), valeurs_indicateur(libelle="Le second")
    modifier_indicateur(perimetre=ien_io, indicateur=indicateur, revision=0, valeurs=premier)
    with pytest.raises(ValidationError, match="entre-temps"):
        modifier_indicateur(perimetre=ien_io, indicateur=indicateur, revision=0, valeurs=second)


def test_mesure_il_est_retire_jamais_mesure_il_est_supprime(ien_io):
    mesure, jamais = creer_indicateur_saisi("X1"), creer_indicateur_saisi("X2")
    mesurer(mesure)
    for indicateur in (mesure, jamais):
        retirer_indicateur(perimetre=ien_io, indicateur=indicateur)
    assert list(Indicateur.objects.values_list("code", flat=True)) == ["X1"]
    with pytest.raises(ValidationError, match="déjà retiré"):
        retirer_indicateur(perimetre=ien_io, indicateur=mesure)
    retablir_indicateur(perimetre=ien_io, indicateur=mesure)
    mesure.refresh_from_db()
    assert mesure.retire_le is None


def test_le_formulaire_ecrit_la_definition_et_son_responsable(client, ien_io):
    connecter(client, ien_io)
    saisie = {cle: valeur or "" for cle, valeur in valeurs_indicateur("I99", cible="12.5").items()}
    reponse = client.post(reverse("evaluation:indicateur_creer"), saisie | {"responsable": "r-dcio"})
    assert reponse.status_code == 302, reponse.content.decode()
    indicateur = Indicateur.objects.get(code="I99")
    assert (indicateur.role, indicateur.cible) == (Role.DCIO, 12.5)
    page = client.get(reverse("evaluation:indicateur", args=[indicateur.pk])).content.decode()
    assert "DCIO" in page
    assert "12,5" in page
    assert client.get(reverse("evaluation:indicateurs"), {"format": "csv"}).status_code == 200

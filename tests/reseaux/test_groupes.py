"""The équipe de direction and the groups of a département: members by role or in person, dated."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from comptes.enums import Role
from reseaux.enums import GenreGroupe
from reseaux.models import Groupe, MembreGroupe
from reseaux.services.groupes import (
    ajouter_membre,
    creer_groupe,
    renommer_groupe,
    retirer_membre,
    supprimer_groupe,
)
from socle.journal import historique
from tests.planning.factories import creer_action
from tests.reseaux.factories import creer_departement, creer_perimetre, creer_utilisateur

pytestmark = pytest.mark.django_db

EQUIPE = (Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.DCIO)


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO, creer_departement())


def _equipe(perimetre, **champs):
    valeurs = {"nom": "Équipe de direction", "genre": GenreGroupe.EQUIPE_DIRECTION, "roles": EQUIPE} | champs
    return creer_groupe(perimetre=perimetre, departement=creer_departement(), **valeurs)


def test_l_equipe_de_direction_tient_ses_roles_des_aujourd_hui(ien):
    groupe = _equipe(ien)
    membres = groupe.membres.en_vigueur()
    assert set(membres.values_list("role", flat=True)) == set(EQUIPE)
    actions = list(historique(groupe).values_list("action", flat=True))
    assert actions == ["reseaux.groupe.membre_ajoute"] * 3 + ["reseaux.groupe.cree"]


def test_un_departement_n_a_qu_une_equipe_de_direction(ien):
    _equipe(ien)
    with pytest.raises(ValidationError, match="déjà une équipe de direction"):
        _equipe(ien, nom="Une autre")


def test_ailleurs_ou_sans_le_piloter_c_est_refuse(ien):
    with pytest.raises(PermissionDenied):
        creer_groupe(perimetre=ien, departement=creer_departement("018"), nom="GT", genre="groupe_travail")
    with pytest.raises(PermissionDenied):
        _equipe(creer_perimetre(Role.DCIO))


def test_un_membre_n_entre_pas_deux_fois_en_meme_temps(ien):
    groupe = _equipe(ien)
    with pytest.raises(ValidationError, match="fait déjà partie du groupe"):
        ajouter_membre(perimetre=ien, groupe=groupe, role=Role.DCIO)


def test_un_membre_sort_un_jour_donne_et_peut_revenir(ien):
    groupe = _equipe(ien, roles=())
    jour = timezone.localdate()
    membre = ajouter_membre(
        perimetre=ien, groupe=groupe, role=Role.SG, date_debut=jour - dt.timedelta(days=30)
    )
    retirer_membre(perimetre=ien, membre=membre, date_fin=jour - dt.timedelta(days=1))
    assert not groupe.membres.en_vigueur().exists()
    ajouter_membre(perimetre=ien, groupe=groupe, role=Role.SG)
    assert groupe.membres.en_vigueur().count() == 1


def test_on_ne_sort_pas_avant_d_etre_entre(ien):
    membre = ajouter_membre(perimetre=ien, groupe=_equipe(ien, roles=()), role=Role.SG)
    with pytest.raises(ValidationError, match="choisissez ce jour ou un jour suivant"):
        retirer_membre(perimetre=ien, membre=membre, date_fin=timezone.localdate() - dt.timedelta(days=1))


def test_une_personne_est_du_departement(ien):
    groupe = _equipe(ien)
    with pytest.raises(ValidationError, match="aucune habilitation en vigueur"):
        ajouter_membre(perimetre=ien, groupe=groupe, utilisateur=creer_utilisateur(nom="Ailleurs"))
    en_poste = creer_perimetre(Role.PSYEN, creer_departement()).utilisateur
    assert ajouter_membre(perimetre=ien, groupe=groupe, utilisateur=en_poste).utilisateur == en_poste


def test_l_administrateur_n_est_pas_un_role_du_departement(ien):
    with pytest.raises(ValidationError, match="n’exerce dans aucun département"):
        ajouter_membre(perimetre=ien, groupe=_equipe(ien), role=Role.ADMIN)


def test_un_membre_est_une_personne_ou_un_role(ien):
    groupe = _equipe(ien)
    with pytest.raises(ValidationError, match="choisissez l’un des deux"):
        ajouter_membre(perimetre=ien, groupe=groupe)


def test_un_groupe_supprime_entre_temps_se_dit(ien):
    groupe = _equipe(ien)
    membre = groupe.membres.order_by("pk")[0]
    supprimer_groupe(perimetre=ien, groupe=Groupe.objects.get(pk=groupe.pk))
    for geste in (
        lambda: supprimer_groupe(perimetre=ien, groupe=groupe),
        lambda: renommer_groupe(perimetre=ien, groupe=groupe, nom="Équipe"),
        lambda: retirer_membre(perimetre=ien, membre=membre),
    ):
        with pytest.raises(ValidationError, match="a été supprimé entre-temps"):
            geste()


def test_un_membre_efface_entre_temps_se_dit(ien):
    membre = _equipe(ien).membres.order_by("pk")[0]
    MembreGroupe.objects.filter(pk=membre.pk).delete()
    with pytest.raises(ValidationError, match="ne figure plus dans le groupe"):
        retirer_membre(perimetre=ien, membre=membre)


def test_renommer_et_supprimer(ien):
    groupe = _equipe(ien)
    assert renommer_groupe(perimetre=ien, groupe=groupe, nom=" Direction ").nom == "Direction"
    creer_action(groupe=groupe)
    with pytest.raises(ValidationError, match="répond d’une action"):
        supprimer_groupe(perimetre=ien, groupe=groupe)
    vide = _equipe(ien, nom="GT", genre=GenreGroupe.GROUPE_TRAVAIL)
    supprimer_groupe(perimetre=ien, groupe=vide)
    assert not type(vide).objects.filter(nom="GT").exists()

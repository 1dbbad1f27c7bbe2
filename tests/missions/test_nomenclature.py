"""The tree of fiche 1: loaded once, reworded, retired, never looped."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from comptes.enums import Role
from missions.enums import Cadre, Famille, Lieu
from missions.models import Mission, Public
from missions.services.nomenclature import (
    CHAMPS_MISSION,
    charger_nomenclature,
    creer_mission,
    creer_public,
    modifier_mission,
    modifier_public,
)
from missions.services.nomenclature_retrait import retablir, retirer, supprimer
from reseaux.perimetre import Perimetre
from socle.journal import historique
from tests.missions.factories import charger_missions, creer_mission_confiee
from tests.missions.factories import creer_public as public_existant
from tests.reseaux.factories import creer_academie, creer_perimetre

pytestmark = pytest.mark.django_db
SYSTEME = Perimetre.systeme()


def valeurs_de(mission: Mission, **champs: Any) -> dict[str, Any]:
    return {champ: getattr(mission, champ) for champ in CHAMPS_MISSION} | champs


def nouvelle(**champs: Any) -> dict[str, Any]:
    return {
        "code": "X1",
        "libelle": "Une mission de plus",
        "cadre": Cadre.PSYEN,
        "lieu": Lieu.CIO,
        "famille": Famille.CONSEIL,
        "parent": None,
        "citation": "",
        "debut": timezone.localdate(),
    } | champs


def test_la_fiche_1_est_chargee_en_entier():
    arbre = charger_missions()
    compte = {(m.cadre, m.lieu): 0 for m in arbre.values()}
    for mission in arbre.values():
        compte[mission.cadre, mission.lieu] += 1
    assert compte == {
        ("psyen", "cio"): 7,  # four of fiche 1, three of the experiment
        ("psyen", "eple"): 6,  # three axes, the second with its three aspects
        ("dcio", ""): 6,
        ("direction", ""): 4,
        ("region", ""): 3,
    }
    assert {m.code for m in arbre["M6"].enfants.all()} == {"M6a", "M6b", "M6c"}
    assert Public.objects.filter(academie=creer_academie()).count() == 10
    assert all(m.citation for m in arbre.values())


def test_l_autorite_suit_du_lieu():
    arbre = charger_missions()
    assert arbre["M1"].autorite == "autorité hiérarchique du DCIO"
    assert arbre["M6a"].autorite == "autorité fonctionnelle du chef d’établissement"
    assert arbre["M8"].autorite == ""


def test_recharger_n_ecrase_ni_n_ajoute_rien():
    mission = charger_missions()["M1"]
    modifier_mission(perimetre=SYSTEME, mission=mission, valeurs=valeurs_de(mission, libelle="Accueillir"))
    assert charger_nomenclature(perimetre=SYSTEME, academie=creer_academie()) == 0
    mission.refresh_from_db()
    assert mission.libelle == "Accueillir"


@pytest.mark.parametrize("role", [Role.IEN_IO, Role.ADMIN])
def test_l_ien_io_et_l_admin_tiennent_la_nomenclature(role):
    perimetre = creer_perimetre(role)
    mission = creer_mission(perimetre=perimetre, academie=creer_academie(), valeurs=nouvelle())
    public = creer_public(
        perimetre=perimetre,
        academie=creer_academie(),
        valeurs={"code": "X", "libelle": "Internes", "debut": timezone.localdate()},
    )
    modifier_public(
        perimetre=perimetre,
        public=public,
        valeurs={"code": "X", "libelle": "Élèves internes", "debut": public.debut},
    )
    assert historique(mission).count() == 1
    assert historique(public).count() == 2


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.IEN_IO, Role.ADMIN}))
def test_les_autres_la_lisent_seulement(role):
    with pytest.raises(PermissionDenied):
        creer_mission(perimetre=creer_perimetre(role), academie=creer_academie(), valeurs=nouvelle())


def test_pas_celle_d_une_autre_academie():
    with pytest.raises(PermissionDenied):
        creer_mission(
            perimetre=creer_perimetre(Role.IEN_IO),
            academie=creer_academie("14", "Rennes"),
            valeurs=nouvelle(),
        )


def test_une_boucle_est_refusee_avec_son_chemin():
    arbre = charger_missions()
    with pytest.raises(ValidationError, match="M6 → M6a → M6"):
        modifier_mission(
            perimetre=SYSTEME, mission=arbre["M6"], valeurs=valeurs_de(arbre["M6"], parent=arbre["M6a"])
        )
    arbre["M6"].refresh_from_db()
    assert arbre["M6"].parent is None


def test_on_ne_rattache_qu_au_meme_lieu_et_a_la_meme_academie():
    arbre = charger_missions()
    etrangere = charger_missions(creer_academie("14", "Rennes"))["M1"]
    for parent, motif in ((arbre["M7"], "lieu"), (etrangere, "autre académie")):
        with pytest.raises(ValidationError, match=motif):
            creer_mission(perimetre=SYSTEME, academie=creer_academie(), valeurs=nouvelle(parent=parent))


def test_une_mission_de_psyen_a_un_lieu_et_un_code_libre():
    charger_missions()
    for champs, motif in (({"lieu": ""}, "au CIO ou en établissement"), ({"code": "M1"}, "déjà ce code")):
        with pytest.raises(ValidationError, match=motif):
            creer_mission(perimetre=SYSTEME, academie=creer_academie(), valeurs=nouvelle(**champs))


def test_une_mission_confiee_se_retire_sans_se_supprimer_ni_changer_de_lieu():
    mission = charger_missions()["M1"]
    creer_mission_confiee(mission=mission)
    with pytest.raises(ValidationError, match="a déjà servi"):
        supprimer(perimetre=SYSTEME, objet=mission)
    with pytest.raises(ValidationError, match="son lieu ne change plus"):
        modifier_mission(perimetre=SYSTEME, mission=mission, valeurs=valeurs_de(mission, lieu=Lieu.EPLE))
    retirer(perimetre=SYSTEME, objet=mission)
    assert not Mission.objects.en_vigueur().filter(pk=mission.pk).exists()
    retablir(perimetre=SYSTEME, objet=mission)
    assert Mission.objects.en_vigueur().filter(pk=mission.pk).exists()


def test_une_mission_qui_n_a_jamais_servi_se_supprime():
    mission = charger_missions()["M4"]
    supprimer(perimetre=SYSTEME, objet=mission)
    assert not Mission.objects.filter(code="M4").exists()


def test_un_public_cite_se_retire_sans_se_supprimer():
    public = public_existant("EANA")
    creer_mission_confiee(publics=(public,))
    with pytest.raises(ValidationError, match="a déjà servi"):
        supprimer(perimetre=SYSTEME, objet=public)
    retirer(perimetre=SYSTEME, objet=public)
    public.refresh_from_db()
    assert public.fin == timezone.localdate() - dt.timedelta(days=1)


def test_un_axe_qui_porte_des_aspects_ne_se_retire_pas():
    arbre = charger_missions()
    for geste in (retirer, supprimer):
        with pytest.raises(ValidationError, match="M6 porte"):
            geste(perimetre=SYSTEME, objet=arbre["M6"])

"""Missions entrusted: they fit the week, follow its changes, and two writers never overfill a place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from comptes.enums import Role
from missions.models import MissionConfiee
from missions.selectors.missions import missions_des_cios, missions_du_psyen, missions_sans_place
from missions.services.missions import SaisieMission, confier_missions, empreinte_des_missions
from missions.services.nomenclature_retrait import retirer
from psyen.models import PsyEN, Repartition
from reseaux.models import Etablissement
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.models import EntreeJournal
from tests.missions.factories import charger_missions, creer_mission_confiee, creer_public
from tests.psyen.factories import creer_arretee, creer_modificatif_propose, creer_psyen, decider, ecoles_de
from tests.reseaux.factories import (
    annee_precedente,
    creer_academie,
    creer_cio,
    creer_etablissement,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db


class Monde:
    """A PsyEN with four half-days at the CIO and two in each of three schools, the tree of fiche 1."""

    def __init__(self) -> None:
        self.repartition: Repartition = creer_arretee()
        self.cio, self.annee = self.repartition.cio, self.repartition.annee
        self.psyen: PsyEN = self.repartition.services.get().psyen
        self.tete, self.college, _ = ecoles_de(self.cio.reseaux.get(annee=self.annee))
        self.missions = charger_missions()
        self.dcio: Perimetre = creer_perimetre(Role.DCIO, self.cio)

    def saisie(self, code: str, ecole: Etablissement | None, parts: str, **champs: Any) -> SaisieMission:
        pk = ecole.pk if ecole else None
        return SaisieMission(self.missions[code].pk, pk, Decimal(parts), **champs)

    def confier(self, *saisies: SaisieMission, **champs: Any) -> bool:
        valeurs = {"perimetre": self.dcio, "psyen": self.psyen, "cio": self.cio, "annee": self.annee} | champs
        return confier_missions(saisies=saisies, **valeurs)

    def lues(self) -> list[tuple[str, str, Decimal]]:
        return [
            (ligne.mission.code, str(ligne.etablissement or ligne.cio), ligne.demi_journees)
            for ligne in MissionConfiee.objects.order_by("mission__rang", "pk")
        ]


@pytest.fixture
def monde() -> Monde:
    return Monde()


def test_les_missions_remplissent_la_semaine(monde):
    public = creer_public("EANA")
    assert monde.confier(
        monde.saisie("M1", None, "2.5"),
        monde.saisie("M2", None, "1.5", publics=frozenset({public.pk}), precisions="Le mercredi"),
        monde.saisie("M6a", monde.tete, "2"),
    )
    siennes = missions_des_cios([monde.cio], monde.annee)[0]
    au_cio = siennes.places[0]
    assert (str(au_cio), au_cio.demi_journees, au_cio.somme) == (str(monde.cio), 4, 4)
    assert (siennes.somme, siennes.reste, siennes.est_a_revoir) == (6, 4, False)
    deuxieme = au_cio.lignes[1]
    assert (list(deuxieme.publics.all()), deuxieme.precisions) == ([public], "Le mercredi")
    assert siennes.places[1].autorite == "autorité fonctionnelle du chef d’établissement"


def test_enregistrer_de_nouveau_remplace_sans_doubler(monde):
    monde.confier(monde.saisie("M1", None, "1"), monde.saisie("M2", None, "1"))
    assert monde.confier(monde.saisie("M1", None, "2"))
    assert monde.lues() == [("M1", str(monde.cio), 2)]
    assert not monde.confier(monde.saisie("M1", None, "2"))
    assert historique(monde.psyen).filter(action__startswith="missions.").count() == 2


@pytest.mark.parametrize(
    ("code", "ou", "parts", "motif"),
    [
        ("M1", "cio", "4.25", "4,75 demi-journées confiées pour 4"),
        ("M6a", "tete", "2.25", "2,25 demi-journées confiées pour 2"),
        ("M1", "tete", "1", "M1 s’exerce au CIO"),
        ("M6a", "cio", "1", "M6a s’exerce en établissement"),
        ("M1", "cio", "0.3", "par quarts"),
        ("M1", "cio", "0", "par quarts"),
        ("M1", "cio", "-1", "par quarts"),
        ("M6a", "ailleurs", "1", "ce lieu n’est pas dans la semaine"),
        ("M8", "cio", "1", "n’est pas de la nomenclature"),
    ],
)
def test_ce_qui_ne_tient_pas_est_refuse_sans_rien_ecrire(monde, code, ou, parts, motif):
    ecole = {"cio": None, "tete": monde.tete, "ailleurs": creer_etablissement(cio=monde.cio)}[ou]
    with pytest.raises(ValidationError, match=motif):
        monde.confier(monde.saisie("M2", None, "0.5"), monde.saisie(code, ecole, parts))
    assert monde.lues() == []


def test_une_mission_en_retrait_ne_se_confie_plus_mais_se_garde(monde):
    monde.confier(monde.saisie("M1", None, "1"))
    for code in ("M1", "M2"):
        retirer(perimetre=Perimetre.systeme(), objet=monde.missions[code])
    monde.confier(monde.saisie("M1", None, "2"))
    with pytest.raises(ValidationError, match="M2 est en retrait"):
        monde.confier(monde.saisie("M2", None, "1"))


def test_rien_d_une_autre_academie(monde):
    etrangere = charger_missions(creer_academie("14", "Rennes"))["M1"]
    public = creer_public("X", academie=creer_academie("14", "Rennes"))
    with pytest.raises(ValidationError, match="pas de la nomenclature"):
        monde.confier(SaisieMission(etrangere.pk, None, Decimal(1)))
    with pytest.raises(ValidationError, match="public choisi"):
        monde.confier(monde.saisie("M1", None, "1", publics=frozenset({public.pk})))
    with pytest.raises(ValidationError, match="ni semaine arrêtée"):
        monde.confier(psyen=creer_psyen(cio=creer_cio("Vendôme")))


def test_qui_confie(monde):
    secretaire = creer_perimetre(Role.SECRETAIRE_CIO, monde.cio)
    assert monde.confier(monde.saisie("M1", None, "1"), perimetre=secretaire)
    voisin = creer_perimetre(Role.DCIO, creer_cio("Vendôme"))
    chef = creer_perimetre(Role.CHEF_ETABLISSEMENT, monde.tete)
    for perimetre in (voisin, chef, creer_perimetre(Role.IEN_IO), creer_perimetre(Role.ADMIN)):
        with pytest.raises(PermissionDenied):
            monde.confier(perimetre=perimetre)
    with pytest.raises(PermissionDenied):
        monde.confier(annee=annee_precedente())


def test_une_modification_entre_temps_est_dite_et_rien_n_est_perdu(monde):
    monde.confier(monde.saisie("M1", None, "1"))
    lue = empreinte_des_missions(missions_du_psyen(monde.psyen, monde.annee)[0])
    monde.confier(monde.saisie("M1", None, "2"), empreinte=lue)
    with pytest.raises(ValidationError, match="pendant que vous") as refus:
        monde.confier(monde.saisie("M1", None, "3"), empreinte=lue)
    assert refus.value.code == "conflit"
    assert monde.lues() == [("M1", str(monde.cio), 2)]


def test_un_modificatif_laisse_des_missions_sans_place_signalees_jamais_supprimees(monde):
    monde.confier(
        monde.saisie("M1", None, "4"),
        monde.saisie("M5", monde.tete, "2"),
        monde.saisie("M7", monde.college, "1"),
    )
    # From the first day of the year: the tête keeps one half-day, the collèges none.
    decider(creer_modificatif_propose(monde.repartition, "1", jours=0))
    (missions,) = missions_sans_place([monde.cio], monde.annee)
    assert [ligne.mission.code for ligne in missions.sans_place] == ["M7"]
    assert [str(place) for place in missions.debordements] == [str(monde.tete)]
    assert len(monde.lues()) == 3
    # The page is saved again: what has no place stays until someone says so.
    monde.confier(monde.saisie("M1", None, "4"), monde.saisie("M5", monde.tete, "1"))
    assert len(monde.lues()) == 3
    monde.confier(
        monde.saisie("M1", None, "4"),
        monde.saisie("M5", monde.tete, "1"),
        retirees={missions.sans_place[0].pk},
    )
    assert not missions_sans_place([monde.cio], monde.annee)


def test_ce_que_laisse_l_ancien_cio_est_repris_par_le_nouveau(monde):
    ancienne = creer_mission_confiee(
        monde.psyen, monde.missions["M1"], cio=creer_cio("Vendôme"), annee=monde.annee, demi_journees="3"
    )
    monde.confier(monde.saisie("M1", None, "1"))
    ancienne.refresh_from_db()
    assert (ancienne.cio, ancienne.demi_journees) == (monde.cio, 1)


def test_le_journal_du_departement_ne_dit_pas_le_detail(monde):
    monde.confier(monde.saisie("M1", None, "1"))
    for role in (Role.IEN_IO, Role.SG, Role.ADMIN):
        lues = EntreeJournal.objects.dans_perimetre(creer_perimetre(role))
        assert not lues.filter(action="missions.confiees.enregistrees").exists()


def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_de_psyen(monde, django_assert_num_queries):
    monde.confier(monde.saisie("M1", None, "1"), monde.saisie("M5", monde.tete, "1"))
    with django_assert_num_queries(4):
        missions_des_cios([monde.cio], monde.annee)
    for _ in range(3):
        creer_mission_confiee(creer_psyen(cio=monde.cio), monde.missions["M1"], annee=monde.annee)
    with django_assert_num_queries(4):
        assert len(missions_des_cios([monde.cio], monde.annee)) == 4

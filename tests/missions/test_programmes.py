"""The programme d'activités: assembled, drawn once, frozen, copied; read by all once published."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from missions.documents.programme import rubriques
from missions.enums import EtatProgramme, Theme, Volet
from missions.models import ActionDeTerritoire, ActionExternalisable, ProgrammeActivites
from missions.services.programmes import (
    abandonner_programme,
    modifier_programme,
    preparer_programme,
    publier_programme,
)
from planning.enums import EtatReunion
from reseaux.enums import EtatAnnee
from tests.missions.factories import arreter_les_semaines, creer_mission_confiee
from tests.pdf import texte_du_pdf
from tests.planning.factories import creer_action, creer_plan, creer_reunion
from tests.psyen.factories import creer_psyen, creer_reseau_type, ecoles_de
from tests.reseaux.factories import connecter, creer_annee, creer_cio, creer_perimetre

pytestmark = pytest.mark.django_db
TEXTE = "Trois priorités pour l’année."


class Decor:
    def __init__(self) -> None:
        self.annee = creer_annee()
        self.cio = creer_cio("Blois")
        self.dcio = creer_perimetre(Role.DCIO, self.cio)
        self.ecoles = ecoles_de(creer_reseau_type(cio=self.cio, annee=self.annee))

    def preparer(self, introduction: str = TEXTE) -> ProgrammeActivites:
        programme = preparer_programme(perimetre=self.dcio, cio=self.cio, annee=self.annee)
        return modifier_programme(perimetre=self.dcio, programme=programme, introduction=introduction)

    def publier(self) -> ProgrammeActivites:
        return publier_programme(perimetre=self.dcio, programme=self.preparer())

    def remplir(self, rang: int = 1) -> None:
        """One row of each part."""
        psyen = creer_psyen(f"Canari{rang}", cio=self.cio)
        creer_mission_confiee(psyen, demi_journees="1.5")
        creer_mission_confiee(psyen, etablissement=self.ecoles[rang % 3])
        arreter_les_semaines(self.cio, self.annee, self.ecoles)
        theme, titre = Theme.DECROCHAGE, f"Atelier {rang}"
        ActionExternalisable.objects.create(cio=self.cio, theme=theme, titre=titre)
        ActionDeTerritoire.objects.create(
            cio=self.cio, annee=self.annee, volet=Volet.AVENIR, titre=f"Forum {rang}", jour=self.annee.debut
        )
        departement = self.cio.departement
        plan = creer_plan(f"Plan {rang}", departement=departement, annee=self.annee)
        creer_action(plan, f"Recenser {rang}", role=Role.DCIO)
        creer_action(plan, f"Du SG {rang}", role=Role.SG)
        debut = dt.datetime.combine(self.annee.debut, dt.time(14), tzinfo=dt.UTC)
        creer_reunion(
            "Titre réservé",
            departement=departement,
            cio=self.cio,
            debut=debut,
            fin=debut + dt.timedelta(hours=2),
            etat=EtatReunion.CONVOQUEE,
        )


@pytest.fixture
def decor() -> Decor:
    return Decor()


def test_il_assemble_missions_actions_plan_et_reunions_sans_nommer_personne(decor):
    decor.remplir()
    parties = {r.titre: r.lignes for r in rubriques(decor.cio, decor.annee)}
    assert [ligne[-1] for ligne in parties["Missions exercées au CIO"]] == ["1,5"]
    assert [ligne[1:] for ligne in parties["Missions exercées dans les établissements"]] == [("1", "1")]
    assert [ligne[1] for ligne in parties["Actions éducatives externalisables"]] == ["Atelier 1"]
    assert [ligne[1] for ligne in parties["Actions de territoire, parcours Avenir et Citoyen"]] == ["Forum 1"]
    assert [ligne[1] for ligne in parties["Actions du plan de travail"]] == ["Recenser 1"]
    assert len(parties["Réunions et temps de concertation"]) == 1
    assert "Canari" not in str(parties)
    assert "Titre réservé" not in str(parties)


def test_une_mission_sans_place_n_est_pas_au_programme(decor):
    decor.remplir()
    arreter_les_semaines(decor.cio, decor.annee)
    parties = {r.titre: r for r in rubriques(decor.cio, decor.annee)}
    assert [ligne[-1] for ligne in parties["Missions exercées au CIO"].lignes] == ["1,5"]
    assert not parties["Missions exercées dans les établissements"].lignes


def test_publie_il_est_fige_et_une_nouvelle_version_le_copie(decor):
    decor.remplir()
    programme = decor.publier()
    assert programme.fichier is not None
    texte = texte_du_pdf(bytes(programme.fichier.contenu))
    assert "Sommaire" in texte
    assert "Trois priorités" in texte
    with pytest.raises(ValidationError, match="nouvelle version"):
        modifier_programme(perimetre=decor.dcio, programme=programme, introduction="Autre")
    for geste in (
        lambda: ProgrammeActivites.objects.filter(pk=programme.pk).update(introduction="Autre"),
        lambda: ProgrammeActivites.objects.filter(pk=programme.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            geste()
    suivante = preparer_programme(perimetre=decor.dcio, cio=decor.cio, annee=decor.annee)
    assert (suivante.version, suivante.introduction) == (2, TEXTE)
    with pytest.raises(ValidationError, match="déjà en préparation"):
        preparer_programme(perimetre=decor.dcio, cio=decor.cio, annee=decor.annee)
    abandonner_programme(perimetre=decor.dcio, programme=suivante)
    assert ProgrammeActivites.objects.get().etat == EtatProgramme.PUBLIE


def test_le_secretaire_prepare_le_dcio_publie(decor):
    secretaire = creer_perimetre(Role.SECRETAIRE_CIO, decor.cio)
    programme = preparer_programme(perimetre=secretaire, cio=decor.cio, annee=decor.annee)
    modifier_programme(perimetre=secretaire, programme=programme, introduction=TEXTE)
    with pytest.raises(PermissionDenied):
        publier_programme(perimetre=secretaire, programme=programme)
    with pytest.raises(PermissionDenied):
        modifier_programme(perimetre=creer_perimetre(Role.IEN_IO), programme=programme, introduction="x")


def test_ni_vide_ni_d_une_annee_close(decor):
    programme = decor.preparer("")
    with pytest.raises(ValidationError, match="introduction est vide"):
        publier_programme(perimetre=decor.dcio, programme=programme)
    type(decor.annee).objects.filter(pk=decor.annee.pk).update(etat=EtatAnnee.CLOSE)
    with pytest.raises(PermissionDenied):
        publier_programme(perimetre=decor.dcio, programme=programme)


def test_le_texte_d_un_collegue_n_est_pas_ecrase(client, decor):
    programme = decor.preparer("Premier texte")
    modifier_programme(perimetre=decor.dcio, programme=programme, introduction="Texte du collègue")
    connecter(client, decor.dcio)
    adresse = reverse("missions:programme_modifier", args=[programme.pk])
    page = client.post(adresse, {"introduction": "Le mien", "ouverte_avec": "Premier texte"})
    contenu = page.content.decode()
    assert "Texte du collègue" in contenu
    assert "Le mien" in contenu
    programme.refresh_from_db()
    assert programme.introduction == "Texte du collègue"
    donnees = {"introduction": "Réunis", "ouverte_avec": "Texte du collègue"}
    assert client.post(adresse, donnees).status_code == 302


def test_une_saisie_refusee_ne_fait_pas_oublier_le_texte_du_collegue(client, decor):
    """Told of nothing yet, saving again is not knowing."""
    programme = decor.preparer("Premier texte")
    modifier_programme(perimetre=decor.dcio, programme=programme, introduction="Texte du collègue")
    connecter(client, decor.dcio)
    adresse = reverse("missions:programme_modifier", args=[programme.pk])
    trop_long = {"introduction": "a" * 20_001, "ouverte_avec": "Premier texte"}
    form = client.post(adresse, trop_long).context["form"]
    assert form["ouverte_avec"].value() == "Premier texte"
    page = client.post(adresse, {"introduction": "Le mien", "ouverte_avec": form["ouverte_avec"].value()})
    assert "Texte du collègue" in page.text
    programme.refresh_from_db()
    assert programme.introduction == "Texte du collègue"
    assert page.context["form"]["ouverte_avec"].value() == "Texte du collègue"


def test_le_departement_lit_ce_qui_est_publie_jamais_la_region(client, decor):
    brouillon = decor.preparer()
    adresse = reverse("missions:programme", args=[brouillon.pk])
    for role in (Role.IEN_IO, Role.SG, Role.PSYEN):
        connecter(client, creer_perimetre(role))
        assert client.get(adresse).status_code == 404
    publier_programme(perimetre=decor.dcio, programme=brouillon)
    voisin = creer_perimetre(Role.DCIO, creer_cio("Vendôme", departement=decor.cio.departement))
    for perimetre in (creer_perimetre(Role.IEN_IO), creer_perimetre(Role.PSYEN), voisin):
        connecter(client, perimetre)
        assert client.get(adresse).status_code == 200
        assert client.get(f"{adresse}pdf/")["Content-Type"] == "application/pdf"
    connecter(client, creer_perimetre(Role.CHARGE_MISSION_REGION))
    assert client.get(adresse).status_code == 404


def test_les_requetes_ne_suivent_pas_les_lignes(client, decor):
    def requetes() -> int:
        with CaptureQueriesContext(connection) as capture:
            assert client.get(adresse).status_code == 200
        return len(capture)

    adresse = reverse("missions:programme", args=[decor.preparer().pk])
    connecter(client, decor.dcio)
    decor.remplir(1)
    requetes()
    une = requetes()
    for rang in (2, 3):
        decor.remplir(rang)
    assert requetes() == une

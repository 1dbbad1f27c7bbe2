"""Targets that the missions show: what counts, what does not, what is missing."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes.enums import Role
from missions.models import ChampIntervention, Matrice
from planning.enums import GenreCible, SourceCible
from planning.selectors.cibles import lire_cible, lire_cibles
from planning.selectors.experimentation import experimentation
from planning.services.actions import creer_action, modifier_action, terminer_action
from planning.services.preuves import ajouter_preuve
from tests.missions.factories_territoire import (
    creer_action_de_territoire,
    creer_biblio_lab,
    creer_externalisable,
    creer_fiche,
    creer_secretaire,
    dans,
)
from tests.planning import factories as f
from tests.reseaux.factories import (
    annee_precedente,
    creer_cio,
    creer_departement,
    creer_perimetre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien_io():
    return creer_perimetre(Role.IEN_IO)


def _manques(action) -> str:
    return " ; ".join(lire_cible(action).manques)


def _avenir():
    return f.creer_action(
        titre="Action Avenir", cible=GenreCible.PAR_CIO, source=SourceCible.TERRITOIRE_AVENIR
    )


# --- Action 12 ---------------------------------------------------------------------------------------


def test_l_action_avenir_dit_quel_cio_manque(ien_io):
    blois, _vendome = creer_cio("Blois"), creer_cio("Vendôme")
    action = _avenir()
    creer_action_de_territoire(cio=blois, etat="realisee")
    with pytest.raises(ValidationError, match="aucune action « Avenir » réalisée pour CIO de Vendôme"):
        terminer_action(perimetre=ien_io, action=action)


def test_une_action_prevue_citoyenne_ou_d_une_autre_annee_ne_compte_pas():
    creer_cio("Blois")
    action = _avenir()
    creer_action_de_territoire("Prévue")
    creer_action_de_territoire("Annulée", etat="annulee")
    creer_action_de_territoire("Citoyenne", volet="citoyen", etat="realisee")
    avant = annee_precedente()
    creer_action_de_territoire("Ancienne", etat="realisee", annee=avant, jour=avant.debut)
    assert "CIO de Blois" in _manques(action)


def test_realisee_dans_une_antenne_elle_compte_pour_son_cio(ien_io):
    blois = creer_cio("Blois")
    action = _avenir()
    creer_action_de_territoire(cio=creer_cio("Contres", parent=blois), etat="realisee")
    assert lire_cible(action).par_cio == {blois: 1}
    terminer_action(perimetre=ien_io, action=action)


def test_une_preuve_donnee_a_la_main_s_ajoute(ien_io):
    blois, vendome = creer_cio("Blois"), creer_cio("Vendôme")
    action = _avenir()
    creer_action_de_territoire(cio=blois, etat="realisee")
    ajouter_preuve(perimetre=ien_io, action=action, texte="Forum", cio=vendome)
    assert not _manques(action)


def test_un_plan_sans_annee_se_lit_dans_ses_preuves():
    blois = creer_cio("Blois")
    plan = f.creer_plan("Ancien plan", annee=None)
    action = f.creer_action(plan, cible=GenreCible.PAR_CIO, source=SourceCible.TERRITOIRE_AVENIR)
    creer_action_de_territoire(cio=blois, etat="realisee")
    assert "CIO de Blois" in _manques(action)


# --- The others --------------------------------------------------------------------------------------


def test_action_4_le_catalogue_de_chaque_cio():
    blois, vendome = creer_cio("Blois"), creer_cio("Vendôme")
    action = f.creer_action(cible=GenreCible.PAR_CIO, source=SourceCible.EXTERNALISABLES)
    creer_externalisable(cio=blois)
    creer_externalisable(cio=vendome, retiree_le=dans(-1))
    assert _manques(action) == "aucune action externalisable au catalogue de CIO de Vendôme"


def test_action_7_chaque_secretaire_en_poste_a_sa_fiche():
    blois = creer_cio("Blois")
    action = f.creer_action(cible=GenreCible.PAR_CIO, source=SourceCible.FICHES_DE_POSTE)
    premiere, seconde = creer_secretaire(blois), creer_secretaire(blois)
    creer_fiche(premiere, cio=blois)
    creer_fiche(seconde, cio=blois, validee_le=None)
    assert _manques(action) == "une fiche de poste reste à valider pour CIO de Blois"
    creer_fiche(seconde, cio=blois, version=2)
    assert lire_cible(action).par_cio == {blois: 2}


def test_action_11_un_biblio_lab_experimente():
    action = f.creer_action(cible=GenreCible.ETABLISSEMENTS, source=SourceCible.BIBLIO_LABS)
    lab = creer_biblio_lab(etat="projet", depuis=None)
    assert "inscrivez un Biblio-Lab expérimenté" in _manques(action)
    lab.etat, lab.depuis = "experimente", dans(-3)
    lab.save()
    assert not _manques(action)


def test_action_3_une_matrice_validee_du_departement():
    action = f.creer_action(cible=GenreCible.PREUVE, source=SourceCible.QUI_FAIT_QUOI)
    Matrice.objects.create(departement=creer_departement(), version=1, titre="Qui fait quoi ?")
    assert "aucun « Qui fait quoi ? » n’est validé" in _manques(action)
    maintenant = timezone.now()
    Matrice.objects.create(
        departement=creer_departement(),
        version=2,
        titre="Qui fait quoi ?",
        etat="validee",
        validee_sg_le=maintenant,
        validee_direction_le=maintenant,
    )
    assert not _manques(action)


def test_action_6_chaque_membre_de_la_direction_a_son_champ(ien_io):
    action = f.creer_action(cible=GenreCible.PREUVE, source=SourceCible.CHAMPS_INTERVENTION)
    assert "aucun membre en poste" in _manques(action)
    f.creer_groupe(roles=(Role.IEN_IO,))
    assert str(ien_io.utilisateur) in _manques(action)
    ChampIntervention.objects.create(
        departement=creer_departement(), membre=ien_io.utilisateur, texte="Pilotage", debut=dans(-1)
    )
    assert not _manques(action)


def test_un_parti_de_la_direction_n_est_pas_attendu():
    f.creer_groupe(roles=(), personnes=(creer_utilisateur(nom="Parti"),))
    action = f.creer_action(cible=GenreCible.PREUVE, source=SourceCible.CHAMPS_INTERVENTION)
    assert "Parti" not in _manques(action)


# --- Writing -----------------------------------------------------------------------------------------


def test_le_modele_dit_la_source_de_six_actions():
    sources = {rang: a["source"] for rang, a in enumerate(experimentation()["actions"], 1) if "source" in a}
    assert sources == {
        3: "qui_fait_quoi",
        4: "externalisables",
        6: "champs_intervention",
        7: "fiches_de_poste",
        11: "biblio_labs",
        12: "territoire_avenir",
    }


def test_une_source_va_avec_sa_cible(ien_io):
    plan = f.creer_plan()
    saisie = {"titre": "Action", "attribution": "IEN-IO", "calendrier": "Juin 2027"}
    with pytest.raises(ValidationError, match="ne se compte pas dans la cible"):
        creer_action(
            perimetre=ien_io, plan=plan, **saisie, cible=GenreCible.PREUVE, source=SourceCible.BIBLIO_LABS
        )
    action = creer_action(
        perimetre=ien_io, plan=plan, **saisie, cible=GenreCible.ETABLISSEMENTS, source=SourceCible.BIBLIO_LABS
    )
    action = modifier_action(perimetre=ien_io, action=action, revision=action.revision, **saisie)
    assert (action.cible, action.source) == (GenreCible.AUCUNE, SourceCible.AUCUNE)


def test_les_requetes_ne_suivent_ni_les_actions_ni_les_cios():
    def compter() -> int:
        actions = list(plan.actions.select_related("plan").order_by("pk"))
        with CaptureQueriesContext(connection) as capture:
            lire_cibles(actions)
        return len(capture)

    plan = f.creer_plan()
    genres = {
        SourceCible.TERRITOIRE_AVENIR: GenreCible.PAR_CIO,
        SourceCible.EXTERNALISABLES: GenreCible.PAR_CIO,
        SourceCible.FICHES_DE_POSTE: GenreCible.PAR_CIO,
        SourceCible.BIBLIO_LABS: GenreCible.ETABLISSEMENTS,
        SourceCible.CHAMPS_INTERVENTION: GenreCible.PREUVE,
    }
    f.creer_groupe()
    for source, cible in genres.items():
        f.creer_action(plan, cible=cible, source=source)
    creer_fiche(cio=creer_cio("Blois"))
    compter()  # content types are read once by a process
    avant = compter()
    for rang, commune in enumerate(("Vendôme", "Romorantin")):
        cio = creer_cio(commune)
        creer_fiche(cio=cio)
        creer_action_de_territoire(f"Action {rang}", cio=cio, etat="realisee")
        creer_externalisable(cio=cio)
        f.creer_action(plan, cible=GenreCible.PAR_CIO, source=SourceCible.TERRITOIRE_AVENIR)
    assert compter() == avant

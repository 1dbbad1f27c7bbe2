"""Two people at once on one territory: the second waits for the first, then reads what it did."""

from collections.abc import Callable

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from comptes.services.comptes import ADRESSE_PRISE, SEL_COURRIEL, changer_courriel
from reseaux.enums import GenreGroupe
from reseaux.models import CIO, AnneeScolaire, Etablissement, Groupe, Habilitation, Reseau
from reseaux.perimetre import Perimetre
from reseaux.services.annees import creer_annee_suivante
from reseaux.services.cio import creer_cio, fermer_cio, modifier_cio, sectoriser
from reseaux.services.groupes import creer_groupe, renommer_groupe
from reseaux.services.habilitations import accorder_habilitation, ouvrir_acces
from reseaux.services.reseaux import creer_reseau
from tests import ensemble
from tests.reseaux import factories as f

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

SYSTEME = Perimetre.systeme()


def pendant(premier: Callable[[], object], second: Callable[[], object]) -> str:
    """What becomes of `second`, begun while the transaction of `premier` is open: « fait », or a refusal."""
    with ensemble.pendant(premier, second) as (fil,):
        pass
    return " ".join(fil.rendu.messages) if isinstance(fil.rendu, ValidationError) else fil.issue


def test_un_cio_ne_ferme_pas_pendant_qu_un_reseau_y_nait():
    cio, annee, tete = f.creer_cio(), f.creer_annee(), f.creer_lycee()
    issue = pendant(
        lambda: creer_reseau(cio=cio, annee=annee, nom="A", tete=tete, perimetre=SYSTEME),
        lambda: fermer_cio(perimetre=SYSTEME, cio=cio),
    )
    assert "Réseaux des années ouvertes : 1" in issue
    assert CIO.objects.get().est_ouvert


def test_aucun_reseau_ne_nait_pendant_que_le_cio_ferme():
    cio, annee, tete = f.creer_cio(), f.creer_annee(), f.creer_lycee()
    issue = pendant(
        lambda: fermer_cio(perimetre=SYSTEME, cio=cio),
        lambda: creer_reseau(cio=cio, annee=annee, nom="A", tete=tete, perimetre=SYSTEME),
    )
    assert "est fermé" in issue
    assert not Reseau.objects.exists()


def test_un_cio_ne_ferme_pas_pendant_qu_on_lui_donne_une_ecole():
    cio, ecole = f.creer_cio(), f.creer_etablissement()
    issue = pendant(
        lambda: sectoriser(perimetre=SYSTEME, etablissements=[ecole], cio=cio),
        lambda: fermer_cio(perimetre=SYSTEME, cio=cio),
    )
    assert "Établissements de son secteur : 1" in issue
    assert CIO.objects.get().est_ouvert


def test_aucune_ecole_n_est_donnee_a_un_cio_qui_ferme():
    cio, ecole = f.creer_cio(), f.creer_etablissement()
    issue = pendant(
        lambda: fermer_cio(perimetre=SYSTEME, cio=cio),
        lambda: sectoriser(perimetre=SYSTEME, etablissements=[ecole], cio=cio),
    )
    assert "est fermé" in issue
    assert Etablissement.objects.get().cio is None


def deux_fois(geste: Callable[[], object]) -> str:
    return pendant(geste, geste)


def test_la_meme_habilitation_ne_s_accorde_pas_deux_fois():
    personne, cio = f.creer_utilisateur(), f.creer_cio()
    issue = deux_fois(
        lambda: accorder_habilitation(
            perimetre=SYSTEME,
            utilisateur=personne,
            role=Role.DCIO,
            territoire=cio,
            date_debut=timezone.localdate(),
        )
    )
    assert "porte déjà cette habilitation" in issue
    assert Habilitation.objects.count() == 1


def test_un_acces_ouvert_deux_fois_ne_fait_qu_un_compte():
    cio = f.creer_cio()
    issue = deux_fois(
        lambda: ouvrir_acces(
            perimetre=SYSTEME,
            courriel="anne.durand@ac.example",
            prenom="Anne",
            nom="Durand",
            role=Role.DCIO,
            territoire=cio,
            date_debut=timezone.localdate(),
        )
    )
    assert issue == "Un compte existe déjà avec cette adresse électronique."
    assert (Utilisateur.objects.count(), Habilitation.objects.count()) == (1, 1)


def test_deux_cio_du_meme_nom():
    departement = f.creer_departement()
    issue = deux_fois(
        lambda: creer_cio(perimetre=SYSTEME, nom="CIO de Mer", commune="Mer", departement=departement)
    )
    assert issue == "Un CIO de ce département porte déjà ce nom."
    assert CIO.objects.count() == 1


def test_deux_cio_renommes_d_un_meme_nom():
    un, autre = f.creer_cio("Mer"), f.creer_cio("Vineuil")
    issue = pendant(
        lambda: modifier_cio(perimetre=SYSTEME, cio=un, nom="CIO du Val"),
        lambda: modifier_cio(perimetre=SYSTEME, cio=autre, nom="CIO du Val"),
    )
    assert issue == "Un CIO de ce département porte déjà ce nom."


def test_deux_groupes_renommes_d_un_meme_nom():
    departement = f.creer_departement()
    un, autre = (
        creer_groupe(perimetre=SYSTEME, departement=departement, nom=nom, genre=GenreGroupe.GROUPE_TRAVAIL)
        for nom in ("Est", "Ouest")
    )
    issue = pendant(
        lambda: renommer_groupe(perimetre=SYSTEME, groupe=un, nom="Nord"),
        lambda: renommer_groupe(perimetre=SYSTEME, groupe=autre, nom="Nord"),
    )
    assert issue == "Un groupe de ce département porte déjà ce nom."


def test_deux_comptes_ne_prennent_pas_une_adresse():
    def jeton(utilisateur: Utilisateur) -> str:
        valeurs = (utilisateur.pk, utilisateur.courriel, "nouvelle@ac.example")
        return signing.dumps(valeurs, salt=SEL_COURRIEL)

    un, autre = jeton(f.creer_utilisateur()), jeton(f.creer_utilisateur())
    issue = pendant(lambda: changer_courriel(jeton=un), lambda: changer_courriel(jeton=autre))
    assert issue == ADRESSE_PRISE
    assert Utilisateur.objects.filter(courriel="nouvelle@ac.example").count() == 1


def test_deux_equipes_de_direction():
    departement = f.creer_departement()
    noms = iter(("Équipe", "Direction"))
    issue = deux_fois(
        lambda: creer_groupe(
            perimetre=SYSTEME, departement=departement, nom=next(noms), genre=GenreGroupe.EQUIPE_DIRECTION
        )
    )
    assert issue == "Ce département a déjà une équipe de direction."
    assert Groupe.objects.count() == 1


def test_deux_annees_suivantes():
    f.creer_annee()
    issue = deux_fois(lambda: creer_annee_suivante(perimetre=SYSTEME))
    assert "existe déjà" in issue
    assert AnneeScolaire.objects.count() == 2

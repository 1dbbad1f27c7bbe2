"""The criteria: who proposes, who writes down what the group decided, two people on one text."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from evaluation.enums import EtatCritere
from evaluation.models import Critere, Indicateur
from evaluation.services.bibliotheque import charger_indicateurs
from evaluation.services.criteres import (
    bibliotheque_des_criteres,
    charger_criteres,
    ecarter_critere,
    modifier_critere,
    proposer_critere,
    remettre_critere,
    valider_critere,
)
from planning.enums import GenreReunion
from planning.services.plans import charger_objectifs
from reseaux.enums import GenreGroupe
from reseaux.models import Groupe, MembreGroupe
from reseaux.perimetre import Perimetre
from socle.journal import historique
from tests.evaluation.factories_cadre import creer_critere, valeurs_critere
from tests.planning.factories import creer_reunion
from tests.reseaux.factories import connecter, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien_io():
    return creer_perimetre(Role.IEN_IO)


def _entrer_au_gt(perimetre, *, en_personne=True):
    groupe = Groupe.objects.create(
        departement=creer_departement(), nom="GT évaluation", genre=GenreGroupe.GROUPE_TRAVAIL
    )
    qui = {"utilisateur": perimetre.utilisateur} if en_personne else {"role": perimetre.role}
    MembreGroupe.objects.create(groupe=groupe, date_debut=timezone.localdate(), **qui)


@pytest.mark.parametrize("en_personne", [True, False])
def test_un_psyen_du_groupe_de_travail_propose_les_autres_non(en_personne):
    psyen, departement = creer_perimetre(Role.PSYEN), creer_departement()
    with pytest.raises(PermissionDenied):
        proposer_critere(perimetre=psyen, departement=departement, valeurs=valeurs_critere())
    _entrer_au_gt(psyen, en_personne=en_personne)
    critere = proposer_critere(perimetre=psyen, departement=departement, valeurs=valeurs_critere())
    assert critere.etat == EtatCritere.PROPOSE
    assert historique(critere).get().libelle == "Critère proposé"


def test_un_membre_parti_du_groupe_ne_propose_plus():
    psyen, departement = creer_perimetre(Role.PSYEN), creer_departement()
    _entrer_au_gt(psyen)
    hier = timezone.localdate() - dt.timedelta(days=1)
    MembreGroupe.objects.update(date_debut=hier, date_fin=hier)
    with pytest.raises(PermissionDenied):
        proposer_critere(perimetre=psyen, departement=departement, valeurs=valeurs_critere())


def test_le_groupe_valide_en_reunion_et_le_texte_ne_change_plus(ien_io):
    critere, departement = creer_critere(), creer_departement()
    reunion = creer_reunion("GT du mois", departement=departement, genre=GenreReunion.GROUPE_TRAVAIL)
    with pytest.raises(PermissionDenied):
        valider_critere(perimetre=creer_perimetre(Role.DCIO), critere=critere, statue_le=timezone.localdate())
    valider_critere(perimetre=ien_io, critere=critere, statue_le=timezone.localdate(), reunion=reunion)
    assert (critere.etat, critere.reunion) == (EtatCritere.VALIDE, reunion)
    with pytest.raises(PermissionDenied):
        modifier_critere(
            perimetre=ien_io, critere=critere, revision=critere.revision, valeurs=valeurs_critere()
        )
    with pytest.raises(ValidationError, match="déjà statué"):
        ecarter_critere(perimetre=ien_io, critere=critere, statue_le=timezone.localdate(), motif="Trop vague")


def test_remis_en_discussion_il_se_reecrit(ien_io):
    critere = creer_critere()
    valider_critere(perimetre=ien_io, critere=critere, statue_le=timezone.localdate())
    remis = remettre_critere(perimetre=ien_io, critere=critere)
    assert (remis.etat, remis.statue_le, remis.reunion) == (EtatCritere.PROPOSE, None, None)
    ecrit = modifier_critere(
        perimetre=ien_io, critere=remis, revision=remis.revision, valeurs=valeurs_critere("Redit")
    )
    assert ecrit.libelle == "Redit"
    with pytest.raises(ValidationError, match="déjà en discussion"):
        remettre_critere(perimetre=ien_io, critere=ecrit)


def test_ecarter_veut_un_motif(ien_io):
    critere, jour = creer_critere(), timezone.localdate()
    with pytest.raises(ValidationError, match="pourquoi"):
        ecarter_critere(perimetre=ien_io, critere=critere, statue_le=jour, motif="  ")
    ecarter_critere(perimetre=ien_io, critere=critere, statue_le=jour, motif="Ne se mesure pas")
    with transaction.atomic(), pytest.raises(IntegrityError):
        Critere.objects.filter(pk=critere.pk).update(motif="")


def test_une_decision_n_est_ni_a_venir_ni_d_un_autre_departement(ien_io):
    critere, demain = creer_critere(), timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(ValidationError, match="à venir"):
        valider_critere(perimetre=ien_io, critere=critere, statue_le=demain)
    ailleurs = creer_reunion("Ailleurs", departement=creer_departement("018"))
    with pytest.raises(ValidationError, match="autre département"):
        valider_critere(perimetre=ien_io, critere=critere, statue_le=timezone.localdate(), reunion=ailleurs)


def test_le_second_de_deux_auteurs_est_prevenu(ien_io):
    critere = creer_critere()
    modifier_critere(perimetre=ien_io, critere=critere, revision=0, valeurs=valeurs_critere("Le premier"))
    with pytest.raises(ValidationError, match="entre-temps"):
        modifier_critere(perimetre=ien_io, critere=critere, revision=0, valeurs=valeurs_critere("Le second"))
    critere.refresh_from_db()
    assert critere.libelle == "Le premier"


def test_prevenu_il_enregistre_de_nouveau_en_connaissance_de_cause(client, ien_io):
    critere = creer_critere("Au départ")
    modifier_critere(perimetre=ien_io, critere=critere, revision=0, valeurs=valeurs_critere("Le premier"))
    adresse = reverse("evaluation:critere_modifier", args=[critere.pk])
    connecter(client, ien_io)
    reponse = client.post(adresse, {"libelle": "Le second", "revision": "0"})
    assert "entre-temps" in reponse.content.decode()
    assert 'name="revision" value="1"' in reponse.content.decode()
    assert client.post(adresse, {"libelle": "Le second", "revision": "1"}).status_code == 302
    critere.refresh_from_db()
    assert critere.libelle == "Le second"


def test_la_bibliotheque_se_charge_sans_toucher_a_l_existant(ien_io):
    departement = creer_departement()
    charger_objectifs(perimetre=Perimetre.systeme(), departement=departement)
    premier = bibliotheque_des_criteres()["criteres"][0]["libelle"]
    creer_critere(premier, pourquoi="Dit autrement")
    charger_indicateurs(perimetre=ien_io, departement=departement)
    total = len(bibliotheque_des_criteres()["criteres"])
    assert charger_criteres(perimetre=ien_io, departement=departement) == total - 1
    assert charger_criteres(perimetre=ien_io, departement=departement) == 0
    assert Critere.objects.get(libelle=premier).pourquoi == "Dit autrement"
    assert Critere.objects.exclude(objectif=None).exists()
    assert not Indicateur.objects.filter(critere=None).exists()


def test_chaque_indicateur_de_la_bibliotheque_a_son_critere(ien_io):
    departement = creer_departement()
    charger_indicateurs(perimetre=ien_io, departement=departement)
    codes = set(Indicateur.objects.values_list("code", flat=True))
    nommes = {code for ligne in bibliotheque_des_criteres()["criteres"] for code in ligne["indicateurs"]}
    assert codes == nommes


def test_la_liste_et_la_fiche_se_lisent(client, ien_io):
    critere = creer_critere("Chaque école a son PsyEN", comment="On compte")
    connecter(client, ien_io)
    assert "Chaque école a son PsyEN" in client.get(reverse("evaluation:criteres")).content.decode()
    page = client.get(reverse("evaluation:critere", args=[critere.pk])).content.decode()
    assert "On compte" in page
    assert reverse("evaluation:critere_valider", args=[critere.pk]) in page
    export = client.get(reverse("evaluation:criteres"), {"format": "csv"})
    assert "Proposé" in export.getvalue().decode()

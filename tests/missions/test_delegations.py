"""Delegations of the IEN-IO: dates, overlap, rights that follow, the warning before the end."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from comptes.enums import Role
from missions.models import Delegation
from missions.permissions import peut_piloter_dossier
from missions.selectors.delegations import mention_delegation
from missions.services import delegations as service
from missions.services.delegations import deleguer, prevenir_des_fins, retirer_delegation
from missions.services.dossiers import modifier_dossier, retablir_dossier, retirer_dossier
from missions.tasks import prevenir_des_fins as tache
from socle.courriels import envoyer_en_attente
from socle.journal import historique
from socle.models import Courriel, Notification, VersionDocument
from socle.pieces import deposer_document
from tests.missions.factories import creer_delegation, creer_dossier
from tests.psyen.test_numerotation import tous_ensemble
from tests.reseaux.factories import (
    creer_academie,
    creer_cio,
    creer_departement,
    creer_habilitation,
    creer_perimetre,
)


def dans(jours):
    return timezone.localdate() + dt.timedelta(days=jours)


@pytest.fixture
def ien_io(db):
    return creer_perimetre(Role.IEN_IO)


@pytest.fixture
def adjoint(db):
    return creer_perimetre(Role.ADJOINT_IEN_IO)


def donner(ien_io, adjoint, dossier=None, debut=0, fin=100, **champs):
    return deleguer(
        perimetre=ien_io,
        dossier=dossier or creer_dossier(),
        delegataire=adjoint.habilitation,
        debut=dans(debut),
        fin=dans(fin),
        **champs,
    )


def test_les_droits_suivent_la_delegation(ien_io, adjoint):
    dossier = creer_dossier()
    assert not peut_piloter_dossier(adjoint, dossier)
    with pytest.raises(PermissionDenied):
        modifier_dossier(perimetre=adjoint, dossier=dossier, presentation="Non")
    delegation = donner(ien_io, adjoint, dossier)
    mention = mention_delegation(adjoint, dossier)
    assert mention.startswith("par délégation de l’IEN-IO, du ")
    modifier_dossier(perimetre=adjoint, dossier=dossier, presentation="Le réseau se réunit en octobre.")
    assert historique(dossier).first().apres["au_titre"] == mention
    with pytest.raises(PermissionDenied):
        modifier_dossier(perimetre=adjoint, dossier=dossier, presentation="", libelle="Autre nom")
    retirer_delegation(perimetre=ien_io, delegation=delegation, motif="Changement de fonctions")
    assert not peut_piloter_dossier(adjoint, dossier)
    assert mention_delegation(adjoint, dossier) == ""


def test_l_ien_io_agit_en_son_nom(ien_io, adjoint):
    dossier = creer_dossier()
    donner(ien_io, adjoint, dossier)
    assert mention_delegation(ien_io, dossier) == ""
    modifier_dossier(perimetre=ien_io, dossier=dossier, presentation="Par l’IEN-IO")
    assert "au_titre" not in historique(dossier).first().apres


def test_ce_que_le_delegataire_depose_dit_a_quel_titre(ien_io, adjoint):
    dossier = creer_dossier()
    donner(ien_io, adjoint, dossier)
    deposer_document(perimetre=adjoint, objet=dossier, titre="Note", nom="note.txt", contenu=b"Bonjour")
    version = VersionDocument.objects.get()
    assert version.habilitation_libelle.startswith("Adjoint à l’IEN-IO, Loir-et-Cher, par délégation")
    assert historique(dossier).first().apres["au_titre"].startswith("par délégation")


@pytest.mark.parametrize(
    ("debut", "fin", "message"),
    [
        (-1, 30, "commence aujourd’hui ou plus tard"),
        (-60, -30, "commence aujourd’hui ou plus tard"),
        (10, 9, "doit finir après avoir commencé"),
    ],
)
def test_les_dates_refusees(ien_io, adjoint, debut, fin, message):
    with pytest.raises(ValidationError, match=message):
        donner(ien_io, adjoint, debut=debut, fin=fin)
    assert not Delegation.objects.exists()


@pytest.mark.parametrize(("debut", "fin"), [(100, 120), (0, 0), (50, 60), (0, 300)])
def test_deux_delegations_du_meme_dossier_ne_se_chevauchent_pas(ien_io, adjoint, debut, fin):
    premiere = donner(ien_io, adjoint)
    dcio = creer_perimetre(Role.DCIO)
    with pytest.raises(ValidationError) as refus:
        donner(ien_io, dcio, premiere.dossier, debut, fin)
    assert f"déjà délégué à {adjoint.utilisateur} du {dans(0):%d/%m/%Y}" in str(refus.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        creer_delegation(premiere.dossier, debut=debut, fin=fin)


def test_l_autre_dossier_la_suite_et_apres_un_retrait_vont(ien_io, adjoint):
    premiere = donner(ien_io, adjoint)
    donner(ien_io, adjoint, creer_dossier("Dispositifs relais"))
    donner(ien_io, adjoint, premiere.dossier, 101, 200)
    retirer_delegation(perimetre=ien_io, delegation=premiere, motif="Erreur")
    donner(ien_io, adjoint, premiere.dossier, 0, 100)
    with pytest.raises(ValidationError, match="est retirée depuis"):
        retirer_delegation(perimetre=ien_io, delegation=premiere, motif="Encore")


def test_a_soi_meme_ailleurs_ou_a_qui_ne_dirige_pas(ien_io):
    ailleurs = creer_departement("035", academie=creer_academie("14", "Rennes"))
    refuses = (
        (ien_io.habilitation, "à soi-même"),
        (
            creer_habilitation(
                Role.ADJOINT_IEN_IO, ien_io.habilitation.departement, utilisateur=ien_io.utilisateur
            ),
            "à soi-même",
        ),
        (creer_habilitation(Role.ADJOINT_IEN_IO, ailleurs), "en poste dans le département"),
        (creer_habilitation(Role.CHARGE_MISSION_REGION), "en poste dans le département"),
        (creer_habilitation(Role.ADJOINT_IEN_IO, date_fin=dans(-1)), "en poste dans le département"),
        (creer_habilitation(Role.DCIO, date_fin=dans(50)), "prend fin le"),
    )
    for habilitation, message in refuses:
        with pytest.raises(ValidationError, match=message):
            deleguer(
                perimetre=ien_io,
                dossier=creer_dossier(),
                delegataire=habilitation,
                debut=dans(0),
                fin=dans(100),
            )
    assert not Delegation.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.ADJOINT_IEN_IO, Role.SG, Role.DASEN, Role.DCIO, Role.ADMIN])
def test_seul_l_ien_io_delegue_et_retire(role):
    delegation = creer_delegation()
    perimetre = creer_perimetre(role)
    with pytest.raises(PermissionDenied):
        donner(perimetre, creer_perimetre(Role.DCIO), creer_dossier("Autre"))
    with pytest.raises(PermissionDenied):
        retirer_delegation(perimetre=perimetre, delegation=delegation, motif="Non")


def test_la_delegation_cesse_avec_l_une_des_deux_habilitations(ien_io, adjoint):
    delegation = donner(ien_io, adjoint)
    ien_io.habilitation.date_fin = dans(-1)
    ien_io.habilitation.date_debut = dans(-30)
    ien_io.habilitation.save()
    assert not peut_piloter_dossier(adjoint, delegation.dossier)


def test_un_dossier_delegue_ne_se_retire_pas_de_la_liste(ien_io, adjoint):
    delegation = donner(ien_io, adjoint)
    with pytest.raises(ValidationError, match="retirez d’abord la délégation"):
        retirer_dossier(perimetre=ien_io, dossier=delegation.dossier)
    retirer_delegation(perimetre=ien_io, delegation=delegation, motif="Fin")
    dossier = retirer_dossier(perimetre=ien_io, dossier=delegation.dossier)
    with pytest.raises(ValidationError, match="est retiré de la liste"):
        donner(ien_io, adjoint, dossier)
    retablir_dossier(perimetre=ien_io, dossier=dossier)


def test_le_motif_du_retrait_est_exige(ien_io, adjoint):
    delegation = donner(ien_io, adjoint)
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        retirer_delegation(perimetre=ien_io, delegation=delegation, motif=" ")


# --- The end draws near -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_les_deux_sont_prevenus_une_fois_trente_jours_avant():
    delegation = creer_delegation(fin=30)
    creer_delegation(creer_dossier("Plus tard"), fin=31)
    tache()
    tache()
    prevenir_des_fins(dans(1))
    courriels = list(Courriel.objects.filter(cle__contains=f"fin:{delegation.pk}:").order_by("pk"))
    assert {c.utilisateur_id for c in courriels} == {
        delegation.delegant.utilisateur_id,
        delegation.delegataire.utilisateur_id,
    }
    assert len(courriels) == 2
    assert "FOQUALE" in courriels[0].objet
    assert f"/dossiers/delegations/{delegation.pk}/" in courriels[0].corps_texte
    assert Notification.objects.filter(cle__contains=f"fin:{delegation.pk}:").count() == 2


@pytest.mark.django_db
def test_le_jour_manque_est_rattrape_et_une_delegation_finie_ne_se_dit_plus():
    creer_delegation(fin=3)
    creer_delegation(creer_dossier("Finie"), debut=-60, fin=-1)
    creer_delegation(creer_dossier("À venir"), debut=5, fin=20)
    assert prevenir_des_fins() == 1


@pytest.mark.django_db
def test_rien_pour_une_delegation_retiree_meme_entre_l_ecriture_et_l_envoi(ien_io, adjoint, mailoutbox):
    delegation = donner(ien_io, adjoint, fin=10)
    assert prevenir_des_fins() == 1
    retirer_delegation(perimetre=ien_io, delegation=delegation, motif="Fin anticipée")
    envoyer_en_attente()
    assert mailoutbox == []
    assert prevenir_des_fins() == 0


# --- Two at once --------------------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_delegations_au_meme_instant_une_seule_passe(ien_io):
    dossier = creer_dossier()
    delegataires = [
        creer_perimetre(Role.DCIO, creer_cio(nom)) for nom in ("Blois", "Vendôme", "Mer", "Selles")
    ]
    fautes = tous_ensemble([lambda d=d: donner(ien_io, d, dossier) for d in delegataires])
    assert sum(faute is None for faute in fautes) == 1
    assert all("déjà délégué à" in str(faute) for faute in fautes if faute)
    assert Delegation.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sans_le_controle_la_base_refuse_encore(ien_io, monkeypatch):
    monkeypatch.setattr(service, "_exiger_seule", lambda delegation: None)
    dossier = creer_dossier()
    delegataires = [creer_perimetre(Role.DCIO, creer_cio(nom)) for nom in ("Blois", "Vendôme")]
    fautes = tous_ensemble([lambda d=d: donner(ien_io, d, dossier) for d in delegataires])
    assert [type(faute).__name__ for faute in fautes if faute] == ["ValidationError"]
    assert Delegation.objects.count() == 1

"""Preparing, writing, proposing and deciding a répartition, through the services."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from comptes.enums import Role
from psyen.enums import EtatRepartition, SensAvis, Statut
from psyen.models import Affectation, Arrete, Repartition, Service
from psyen.selectors.controles import controler
from psyen.selectors.differences import differences
from psyen.selectors.grille import construire_grille
from psyen.selectors.versions import histoire_lisible
from psyen.services.decision import (
    arreter_repartition,
    arreter_repartitions,
    commenter_proposition,
    donner_avis,
    renvoyer_repartition,
)
from psyen.services.grille import ConflitDEdition, affecter_au_reseau, enregistrer_grille
from psyen.services.repartition import (
    actualiser_les_psyen,
    preparer_modificatif,
    preparer_repartition,
    proposer_repartition,
    reprendre_repartition,
    retirer_proposition,
    supprimer_brouillon,
)
from reseaux.enums import EtatEtablissement
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.models import EntreeJournal
from tests.psyen.factories import (
    creer_arretee,
    creer_brouillon,
    creer_modele_arrete,
    creer_proposee,
    creer_psyen,
    creer_reseau_type,
    ecoles_de,
    enregistrer,
    saisie,
)
from tests.reseaux.factories import (
    annee_suivante,
    creer_annee,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db


def psyen_de(repartition):
    return repartition.services.order_by("pk").first().psyen


def reseau_de(repartition):
    return repartition.cio.reseaux.filter(annee=repartition.annee).order_by("pk").first()


# --- the week ------------------------------------------------------------------------------------


def test_total_au_dela_de_la_capacite_refuse_avec_le_compte():
    repartition = creer_brouillon()
    lycee, college, _ = ecoles_de(reseau_de(repartition))
    with pytest.raises(ValidationError, match="10,5 demi-journées pour une capacité de 10 ; retirez-en 0,5"):
        enregistrer(
            repartition, saisie(repartition, psyen_de(repartition), {lycee: "4", college: "3.5"}, cio="3")
        )
    assert not Affectation.objects.exists()


def test_total_egal_a_la_capacite_enregistre_et_la_base_tient_la_somme():
    repartition = creer_brouillon()
    lycee, college, _ = ecoles_de(reseau_de(repartition))
    enregistrer(repartition, saisie(repartition, psyen_de(repartition), {lycee: "4", college: "3"}, cio="3"))
    service = Service.objects.get()
    assert (service.demi_journees_eple, service.total, service.reste) == (7, 10, 0)
    assert historique(repartition).first().action == "psyen.repartition.enregistree"


@pytest.mark.parametrize("pas", ["0.3", "-1", "10.5", "11"])
def test_pas_de_demi_journee_refuse(pas):
    repartition = creer_brouillon()
    lycee, *_ = ecoles_de(reseau_de(repartition))
    with pytest.raises(ValidationError, match="pas de 0,5"):
        enregistrer(repartition, saisie(repartition, psyen_de(repartition), {lycee: pas}))


def test_etablissement_d_un_autre_cio_refuse():
    repartition = creer_brouillon()
    ailleurs = ecoles_de(creer_reseau_type(cio=creer_cio("Chartres"), annee=repartition.annee))[0]
    with pytest.raises(ValidationError, match="aucun réseau de ce CIO"):
        enregistrer(repartition, saisie(repartition, psyen_de(repartition), {ailleurs: "1"}))


def test_capacite_au_dela_de_la_quotite_refusee():
    repartition = creer_brouillon()
    with pytest.raises(ValidationError, match="ne peut pas dépasser 5 demi-journées"):
        enregistrer(repartition, saisie(repartition, psyen_de(repartition), quotite=Decimal(50)))


def test_etablissement_ferme_refuse():
    repartition = creer_brouillon()
    _, college, _ = ecoles_de(reseau_de(repartition))
    college.etat, college.date_fermeture = EtatEtablissement.FERME, dt.date(2020, 8, 31)
    college.save()
    with pytest.raises(ValidationError, match="est fermé"):
        enregistrer(repartition, saisie(repartition, psyen_de(repartition), {college: "1"}))


def test_une_ligne_inchangee_ne_change_pas_la_revision():
    repartition = creer_brouillon()
    revision = repartition.revision
    enregistrer(repartition, saisie(repartition, psyen_de(repartition)))
    repartition.refresh_from_db()
    assert repartition.revision == revision


def test_deux_editeurs_le_second_est_averti_et_rien_n_est_perdu():
    repartition = creer_brouillon()
    lycee, college, _ = ecoles_de(reseau_de(repartition))
    psyen = psyen_de(repartition)
    ouverte_a = repartition.revision
    enregistrer(repartition, saisie(repartition, psyen, {lycee: "2"}))
    with pytest.raises(ConflitDEdition):
        enregistrer_grille(
            repartition=repartition,
            saisies=[saisie(repartition, psyen, {college: "5"})],
            revision=ouverte_a,
            perimetre=Perimetre.systeme(),
        )
    assert [a.etablissement_id for a in Affectation.objects.order_by("pk")] == [lycee.pk]


def test_une_ecriture_directe_est_arretee_par_la_base():
    repartition = creer_brouillon()
    lycee, college, _ = ecoles_de(reseau_de(repartition))
    service = Service.objects.get()
    service.demi_journees_cio = 8
    service.save()
    ligne = {"service": service, "reseau": reseau_de(repartition)}
    Affectation.objects.create(etablissement=lycee, demi_journees=2, **ligne)
    with pytest.raises(IntegrityError, match="service_total_dans_la_capacite"), transaction.atomic():
        Affectation.objects.bulk_create(
            [Affectation(etablissement=college, demi_journees=Decimal("0.5"), **ligne)]
        )
    with pytest.raises(IntegrityError, match="service_total_dans_la_capacite"), transaction.atomic():
        Affectation.objects.update(demi_journees=3)
    Affectation.objects.all().delete()
    service.refresh_from_db()
    assert service.demi_journees_eple == 0


def test_affecter_au_reseau_garde_les_autres_reseaux():
    repartition = creer_brouillon()
    reseau = reseau_de(repartition)
    autre = creer_reseau_type("Second", cio=repartition.cio, annee=repartition.annee)
    ailleurs = ecoles_de(autre)[0]
    psyen = psyen_de(repartition)
    enregistrer(repartition, saisie(repartition, psyen, {ailleurs: "1"}))
    lycee, college, _ = ecoles_de(reseau)
    repartition.refresh_from_db()
    affecter_au_reseau(
        repartition=repartition,
        psyen=psyen,
        reseau=reseau,
        parts={lycee.pk: Decimal(3), college.pk: Decimal(0)},
        revision=repartition.revision,
        perimetre=Perimetre.systeme(),
    )
    assert dict(Affectation.objects.values_list("etablissement_id", "demi_journees")) == {
        ailleurs.pk: 1,
        lycee.pk: 3,
    }
    assert Service.objects.get().reseau == reseau


# --- opening -------------------------------------------------------------------------------------


def test_la_premiere_version_reprend_l_annee_precedente_sans_les_ecoles_sorties_du_reseau():
    ancienne = creer_arretee(annee=creer_annee())
    cio = ancienne.cio
    gardee, *_ = ecoles_de(ancienne.cio.reseaux.get())
    nouveau = creer_reseau_type(cio=cio, annee=annee_suivante())
    nouveau.membres.create(annee=annee_suivante(), etablissement=gardee)
    repartition = preparer_repartition(cio=cio, annee=annee_suivante(), perimetre=Perimetre.systeme())
    assert [a.etablissement_id for a in Affectation.objects.filter(service__repartition=repartition)] == [
        gardee.pk
    ]
    assert repartition.services.get().demi_journees_cio == 4


def test_un_stagiaire_ne_compte_pas_dans_la_couverture():
    cio = creer_cio()
    creer_reseau_type(cio=cio)
    creer_psyen(cio=cio, statut=Statut.STAGIAIRE)
    repartition = preparer_repartition(cio=cio, annee=annee_suivante(), perimetre=Perimetre.systeme())
    lycee, *_ = ecoles_de(cio.reseaux.get())
    enregistrer(repartition, saisie(repartition, psyen_de(repartition), {lycee: "2"}))
    grille = construire_grille(repartition)
    assert grille.total_ecole(lycee.pk) == 2
    assert grille.couverture_ecole(lycee.pk) == 0
    assert grille.nombre_de_psyen(grille.reseaux[0]) == 0


def test_un_seul_brouillon_par_cio_et_annee():
    repartition = creer_brouillon()
    with pytest.raises(ValidationError, match="existe déjà"):
        preparer_repartition(cio=repartition.cio, annee=repartition.annee, perimetre=Perimetre.systeme())


def test_actualiser_ajoute_l_arrivee_et_retire_le_depart():
    repartition = creer_brouillon()
    parti = psyen_de(repartition)
    parti.rattachements.update(date_fin=repartition.date_effet - dt.timedelta(days=1))
    arrive = creer_psyen("Nouvelle", cio=repartition.cio)
    assert actualiser_les_psyen(repartition=repartition, perimetre=Perimetre.systeme()) == ([arrive], [parti])
    assert [s.psyen for s in repartition.services.all().order_by("pk")] == [arrive]


# --- the workflow --------------------------------------------------------------------------------


def test_proposition_refusee_si_un_psyen_n_est_plus_rattache():
    repartition = creer_brouillon()
    psyen_de(repartition).rattachements.update(date_fin=repartition.date_effet - dt.timedelta(days=1))
    with pytest.raises(ValidationError, match="n’est pas rattaché à ce CIO"):
        proposer_repartition(repartition=repartition, perimetre=creer_perimetre(Role.DCIO, repartition.cio))


@pytest.mark.parametrize("role", [r for r in Role if r != Role.DCIO])
def test_seul_le_dcio_du_cio_propose(role):
    repartition = creer_brouillon()
    territoires = {Role.SECRETAIRE_CIO: repartition.cio}
    with pytest.raises(PermissionDenied):
        proposer_repartition(repartition=repartition, perimetre=creer_perimetre(role, territoires.get(role)))


def test_le_dcio_d_un_autre_cio_ne_propose_pas():
    with pytest.raises(PermissionDenied):
        proposer_repartition(
            repartition=creer_brouillon(), perimetre=creer_perimetre(Role.DCIO, creer_cio("Vendôme"))
        )


def test_arreter_numerote_et_fige():
    repartition = creer_arretee()
    arrete = repartition.arrete
    assert arrete.rang == 1
    assert arrete.numero == f"DSDEN041-CIO-{arrete.annee_civile}-001"
    for geste in (
        lambda: Repartition.objects.filter(pk=repartition.pk).update(message="autre"),
        lambda: Repartition.objects.filter(pk=repartition.pk).delete(),
        lambda: Service.objects.update(demi_journees_cio=0),
        lambda: Affectation.objects.all().delete(),
        lambda: Arrete.objects.update(visas="autres"),
        lambda: Arrete.objects.all().delete(),
    ):
        with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
            geste()


def test_le_proposant_ne_decide_pas_meme_dasen():
    repartition = creer_brouillon()
    creer_modele_arrete()
    dcio = creer_perimetre(Role.DCIO, repartition.cio)
    proposer_repartition(repartition=repartition, perimetre=dcio)
    dasen = creer_perimetre(Role.DASEN, utilisateur=dcio.utilisateur)
    with pytest.raises(PermissionDenied):
        arreter_repartition(repartition=repartition, perimetre=dasen)
    with (
        pytest.raises(IntegrityError, match="repartition_pas_decidee_par_le_proposant"),
        transaction.atomic(),
    ):
        Repartition.objects.update(
            etat=EtatRepartition.ARRETEE, decidee_le=repartition.modifiee_le, decidee_par=dcio.utilisateur
        )


@pytest.mark.parametrize("role", [r for r in Role if r != Role.DASEN])
def test_seul_le_dasen_decide(role):
    repartition = creer_proposee()
    creer_modele_arrete()
    with pytest.raises(PermissionDenied):
        arreter_repartition(repartition=repartition, perimetre=creer_perimetre(role))


def test_le_dasen_d_un_autre_departement_ne_decide_pas():
    repartition = creer_proposee()
    creer_modele_arrete()
    with pytest.raises(PermissionDenied):
        arreter_repartition(
            repartition=repartition, perimetre=creer_perimetre(Role.DASEN, creer_departement("018"))
        )


def test_renvoyer_sans_motif_refuse_puis_reprise_et_nouvelle_proposition():
    repartition = creer_proposee()
    dasen = creer_perimetre(Role.DASEN)
    with pytest.raises(ValidationError, match="motif"):
        renvoyer_repartition(repartition=repartition, motif="  ", perimetre=dasen)
    renvoyer_repartition(repartition=repartition, motif="Revoir le collège.", perimetre=dasen)
    dcio = creer_perimetre(Role.DCIO, repartition.cio)
    reprendre_repartition(repartition=repartition, perimetre=dcio)
    repartition = proposer_repartition(repartition=repartition, perimetre=dcio)
    assert repartition.etat == EtatRepartition.PROPOSEE
    assert repartition.motif_renvoi == ""


def test_retrait_avant_la_decision_seulement():
    repartition = creer_proposee()
    dcio = creer_perimetre(Role.DCIO, repartition.cio)
    retirer_proposition(repartition=repartition, perimetre=dcio)
    with pytest.raises(PermissionDenied):
        retirer_proposition(repartition=repartition, perimetre=dcio)


def test_supprimer_seulement_un_brouillon():
    with pytest.raises(PermissionDenied):
        supprimer_brouillon(repartition=creer_proposee(), perimetre=Perimetre.systeme())
    brouillon = creer_brouillon(cio=creer_cio("Vendôme"))
    supprimer_brouillon(repartition=brouillon, perimetre=Perimetre.systeme())
    assert not Repartition.objects.filter(cio=brouillon.cio).exists()


def test_modificatif_derive_numerote_et_en_vigueur_a_sa_date():
    initiale = creer_arretee()
    annee = initiale.annee
    effet = annee.debut + dt.timedelta(days=60)
    version = preparer_modificatif(
        cio=initiale.cio, annee=annee, date_effet=effet, perimetre=Perimetre.systeme()
    )
    assert differences(construire_grille(initiale), construire_grille(version)) == []
    lycee, *_ = ecoles_de(reseau_de(version))
    psyen = psyen_de(version)
    enregistrer(version, saisie(version, psyen, {lycee: "3"}, cio="4"))
    proposer_repartition(repartition=version, perimetre=creer_perimetre(Role.DCIO, version.cio))
    arrete = arreter_repartition(repartition=version, perimetre=creer_perimetre(Role.DASEN))
    assert arrete.modifie == initiale.arrete
    assert arrete.rang == 2
    assert Repartition.objects.en_vigueur(initiale.cio, effet - dt.timedelta(days=1)) == initiale
    assert Repartition.objects.en_vigueur(initiale.cio, effet).pk == version.pk
    ecarts = differences(construire_grille(initiale), construire_grille(version))
    assert [(e.avant, e.apres) for e in ecarts] == [(2, 0), (2, 0), (2, 3)]


def test_modificatif_avant_la_version_modifiee_refuse():
    initiale = creer_arretee()
    with pytest.raises(ValidationError, match="comprise entre"):
        preparer_modificatif(
            cio=initiale.cio,
            annee=initiale.annee,
            date_effet=initiale.annee.debut - dt.timedelta(days=1),
            perimetre=Perimetre.systeme(),
        )


def test_decision_groupee_tout_ou_rien():
    creer_modele_arrete()
    blois, vendome = creer_proposee(), creer_proposee(cio=creer_cio("Vendôme"))
    psyen_de(vendome).rattachements.update(date_fin=vendome.date_effet - dt.timedelta(days=1))
    dasen = creer_perimetre(Role.DASEN)
    with pytest.raises(ValidationError, match="CIO de Vendôme"):
        arreter_repartitions(repartitions=[blois, vendome], perimetre=dasen)
    assert not Arrete.objects.exists()
    psyen_de(vendome).rattachements.update(date_fin=None)
    arretes = arreter_repartitions(repartitions=[blois, vendome], perimetre=dasen)
    assert [a.rang for a in arretes] == [1, 2]


def test_avis_de_l_ien_io_et_commentaire_du_chef_sur_ses_lignes():
    repartition = creer_proposee()
    lycee, *_ = ecoles_de(reseau_de(repartition))
    ien = creer_perimetre(Role.IEN_IO)
    donner_avis(repartition=repartition, sens=SensAvis.RESERVE, texte="À voir.", perimetre=ien)
    chef = creer_perimetre(Role.CHEF_ETABLISSEMENT, lycee)
    commenter_proposition(
        repartition=repartition, etablissement=lycee, texte="Merci d’ajouter un jour.", perimetre=chef
    )
    etranger = creer_etablissement()
    with pytest.raises(PermissionDenied):
        commenter_proposition(
            repartition=repartition,
            etablissement=etranger,
            texte="Et moi ?",
            perimetre=creer_perimetre(Role.CHEF_ETABLISSEMENT, etranger),
        )
    with pytest.raises(PermissionDenied):
        commenter_proposition(repartition=repartition, etablissement=etranger, texte="…", perimetre=chef)


# --- findings ------------------------------------------------------------------------------------


def test_avertissements_n_empechent_pas_de_proposer(settings):
    repartition = creer_proposee()
    settings.CIBLE_PSYEN_PAR_RESEAU = 4.0
    constats = controler(construire_grille(repartition))
    assert [(c.code, c.est_erreur) for c in constats] == [("reseau_hors_cible", False)]


def test_psyen_dans_deux_reseaux_hors_de_son_reseau_et_ecole_sans_personne():
    repartition = creer_brouillon()
    reseau = reseau_de(repartition)
    autre = creer_reseau_type("Second", cio=repartition.cio, annee=repartition.annee)
    lycee, ailleurs = ecoles_de(reseau)[0], ecoles_de(autre)[0]
    enregistrer(
        repartition,
        saisie(repartition, psyen_de(repartition), {lycee: "1", ailleurs: "1"}, reseau_pk=reseau.pk),
    )
    codes = [alerte.code for alerte in controler(construire_grille(repartition))]
    assert {"plusieurs_reseaux", "hors_de_son_reseau", "ecole_sans_personne", "reste"} <= set(codes)


def test_la_grille_se_lit_en_un_nombre_constant_de_requetes(django_assert_num_queries):
    petite = creer_brouillon()
    grande = creer_brouillon(cio=creer_cio("Vendôme"), psyens=5)
    creer_reseau_type("B", cio=grande.cio, annee=grande.annee, colleges=6)
    for repartition in (petite, grande):
        with django_assert_num_queries(6):
            construire_grille(repartition)


def test_un_brouillon_commente_ne_se_supprime_plus():
    repartition = creer_proposee()
    donner_avis(
        repartition=repartition, sens=SensAvis.RESERVE, texte="", perimetre=creer_perimetre(Role.IEN_IO)
    )
    dcio = creer_perimetre(Role.DCIO, repartition.cio)
    repartition = retirer_proposition(repartition=repartition, perimetre=dcio)
    with pytest.raises(ValidationError, match="ne se supprime plus"):
        supprimer_brouillon(repartition=repartition, perimetre=dcio)


def test_un_brouillon_renvoye_ne_se_supprime_plus_meme_propose_de_nouveau():
    """A new proposal clears the reason of the return: the journal still has it."""
    repartition = creer_proposee()
    dcio = creer_perimetre(Role.DCIO, repartition.cio)
    renvoyer_repartition(repartition=repartition, motif="Non.", perimetre=creer_perimetre(Role.DASEN))
    repartition = reprendre_repartition(repartition=repartition, perimetre=dcio)
    proposer_repartition(repartition=repartition, perimetre=dcio)
    repartition = retirer_proposition(repartition=repartition, perimetre=dcio)
    with pytest.raises(ValidationError, match="ne se supprime plus"):
        supprimer_brouillon(repartition=repartition, perimetre=dcio)


def test_les_actes_du_brouillon_ne_se_lisent_pas_d_en_haut():
    repartition = creer_proposee()
    actes = EntreeJournal.objects.filter(action="psyen.repartition.enregistree")
    assert actes.exists()
    for role in (Role.IEN_IO, Role.SG, Role.ADMIN):
        lus = EntreeJournal.objects.dans_perimetre(creer_perimetre(role))
        assert not lus.filter(pk__in=actes).exists()
    ien, dcio = creer_perimetre(Role.IEN_IO), creer_perimetre(Role.DCIO, repartition.cio)
    assert not histoire_lisible(repartition, ien).filter(pk__in=actes).exists()
    assert histoire_lisible(repartition, dcio).filter(pk__in=actes).exists()


def test_le_dcio_mene_aussi_l_antenne_de_son_cio():
    antenne = creer_cio("Montoire", parent=creer_cio())
    repartition = creer_brouillon(cio=antenne)
    dcio = creer_perimetre(Role.DCIO, antenne.parent)
    assert Repartition.objects.dans_perimetre(dcio).filter(pk=repartition.pk).exists()
    assert proposer_repartition(repartition=repartition, perimetre=dcio).etat == EtatRepartition.PROPOSEE


def test_proposer_date_le_reseau_de_chaque_ecole():
    repartition = creer_brouillon()
    premier = reseau_de(repartition)
    second = creer_reseau_type("Second", cio=repartition.cio, annee=repartition.annee)
    _, college, _ = ecoles_de(premier)
    enregistrer(repartition, saisie(repartition, psyen_de(repartition), {college: "2"}))
    college.appartenances.update(reseau=second)
    proposer_repartition(repartition=repartition, perimetre=creer_perimetre(Role.DCIO, repartition.cio))
    assert Affectation.objects.get().reseau == second


def test_actualiser_compte_le_stagiaire_devenu_titulaire():
    cio = creer_cio()
    creer_reseau_type(cio=cio)
    psyen = creer_psyen(cio=cio, statut=Statut.STAGIAIRE)
    repartition = preparer_repartition(cio=cio, annee=annee_suivante(), perimetre=Perimetre.systeme())
    assert not repartition.services.get().compte_dans_couverture
    psyen.statut = Statut.TITULAIRE
    psyen.save()
    actualiser_les_psyen(repartition=repartition, perimetre=Perimetre.systeme())
    assert repartition.services.get().compte_dans_couverture

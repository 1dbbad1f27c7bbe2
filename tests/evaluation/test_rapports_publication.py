"""Nothing is public unless the IEN-IO publishes the synthesis; the réunion bilan that closes the action."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from evaluation.models import Rapport
from evaluation.selectors.rapports import conditions_du_bilan
from evaluation.services.rapports import preparer_rapport, rattacher_bilan
from evaluation.services.rapports_publication import publier_synthese, retirer_synthese
from planning.enums import EtatReunion, GenreCible, GenreReunion
from planning.models import Participant
from planning.selectors.cibles import lire_cible
from planning.services.actions import terminer_action
from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre
from socle.courriels import envoyer_en_attente
from socle.enums import EtatCourriel
from socle.models import Courriel, Notification
from tests.evaluation.factories_rapports import creer_rapport, emettre
from tests.evaluation.test_campagnes_concurrence import ensemble
from tests.planning.factories import creer_action, creer_reunion
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import (
    connecter,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien() -> Perimetre:
    return creer_perimetre(Role.IEN_IO)


@pytest.fixture
def emis(ien) -> Rapport:
    return emettre(creer_rapport(ien))


def lire(perimetre: Perimetre, rapport: Rapport) -> tuple[int, bool]:
    """(answer of the document, is the synthesis on the page?)"""
    navigateur = connecter(Client(), perimetre)
    document = navigateur.get(reverse("evaluation:synthese", args=[rapport.pk])).status_code
    page = navigateur.get(reverse("evaluation:syntheses")).content.decode()
    return document, "Résumé en une page" in page


# --- Published, withdrawn -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.PSYEN, Role.CHEF_ETABLISSEMENT, Role.SECRETAIRE_CIO])
def test_rien_n_est_lu_avant_la_publication_ni_apres_le_retrait(ien, emis, role):
    lecteur = creer_perimetre(role)
    assert lire(lecteur, emis) == (404, False)
    publier_synthese(perimetre=ien, rapport=emis)
    assert lire(lecteur, emis) == (200, True)
    retirer_synthese(perimetre=ien, rapport=emis)
    assert lire(lecteur, emis) == (404, False)


@pytest.mark.parametrize("role", [Role.PSYEN, Role.CHEF_ETABLISSEMENT, Role.SECRETAIRE_CIO])
def test_publiee_la_synthese_n_ouvre_rien_d_autre(ien, emis, role):
    publier_synthese(perimetre=ien, rapport=emis)
    # The banner names the CIO of the secrétaire.
    ailleurs = creer_cio("Ailleurs") if role == Role.SECRETAIRE_CIO else None
    navigateur = connecter(Client(), creer_perimetre(role, ailleurs))
    for nom, args in (
        ("rapports", []),
        ("rapport", [emis.pk]),
        ("rapport_document", [emis.pk, "rapport"]),
        ("rapport_document", [emis.pk, "diaporama"]),
        ("rapport_annexe", [emis.pk, "csv"]),
    ):
        assert navigateur.get(reverse(f"evaluation:{nom}", args=args)).status_code == 403, nom
    page = navigateur.get(reverse("evaluation:syntheses")).content.decode()
    assert "CIO de Blois" not in page
    assert "75\xa0%" not in page


def test_ni_la_region_ni_un_autre_departement(ien, emis):
    publier_synthese(perimetre=ien, rapport=emis)
    region = connecter(Client(), creer_perimetre(Role.CHARGE_MISSION_REGION))
    assert region.get(reverse("evaluation:syntheses")).status_code == 403
    voisin = creer_perimetre(Role.PSYEN, creer_departement("018"))
    assert lire(voisin, emis) == (404, False)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.IEN_IO, Role.ADJOINT_IEN_IO}))
def test_seul_l_ien_ou_son_adjoint_publie(emis, role):
    with pytest.raises(PermissionDenied):
        publier_synthese(perimetre=creer_perimetre(role), rapport=emis)


def test_un_brouillon_ne_se_publie_pas(ien):
    brouillon = creer_rapport(ien)
    with pytest.raises(PermissionDenied):
        publier_synthese(perimetre=ien, rapport=brouillon)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rapport.objects.filter(pk=brouillon.pk).update(publie_le=timezone.now())


def test_une_seule_version_est_publiee_la_derniere(ien, emis):
    publier_synthese(perimetre=ien, rapport=emis)
    suivant = emettre(preparer_rapport(perimetre=ien, campagne=emis.campagne))
    publier_synthese(perimetre=ien, rapport=suivant)
    assert list(Rapport.objects.filter(publie_le__isnull=False)) == [suivant]


def test_on_ne_publie_ni_ne_retire_deux_fois(ien, emis):
    with pytest.raises(ValidationError, match="n’est pas publiée"):
        retirer_synthese(perimetre=ien, rapport=emis)
    publier_synthese(perimetre=ien, rapport=emis)
    with pytest.raises(ValidationError, match="déjà publiée"):
        publier_synthese(perimetre=ien, rapport=emis)


# --- Told ---------------------------------------------------------------------------------------------


def test_la_publication_est_annoncee_aux_psyen_et_aux_chefs_du_departement(ien, emis):
    psyen, chef = creer_perimetre(Role.PSYEN), creer_perimetre(Role.CHEF_ETABLISSEMENT)
    creer_perimetre(Role.PSYEN, creer_departement("018"))
    cher = creer_etablissement(departement=creer_departement("018"))
    creer_perimetre(Role.CHEF_ETABLISSEMENT, cher)
    creer_perimetre(Role.DCIO)
    assert publier_synthese(perimetre=ien, rapport=emis) == 2
    attendus = {psyen.utilisateur_id, chef.utilisateur_id}
    courriels = Courriel.objects.filter(cle__startswith="evaluation.synthese:")
    assert set(courriels.values_list("utilisateur", flat=True)) == attendus
    nouvelles = Notification.objects.filter(cle__startswith="evaluation.synthese:")
    assert set(nouvelles.values_list("utilisateur", flat=True)) == attendus
    assert reverse("evaluation:syntheses") in courriels[0].corps_texte


def test_retiree_avant_l_envoi_la_nouvelle_ne_part_pas(ien, emis):
    creer_perimetre(Role.PSYEN)
    publier_synthese(perimetre=ien, rapport=emis)
    retirer_synthese(perimetre=ien, rapport=emis)
    envoyer_en_attente()
    assert Courriel.objects.get().etat == EtatCourriel.SANS_OBJET


def test_ni_a_qui_n_est_plus_du_departement(ien, emis):
    psyen = creer_perimetre(Role.PSYEN)
    publier_synthese(perimetre=ien, rapport=emis)
    Habilitation.objects.filter(pk=psyen.habilitation_id).update(revoquee_le=timezone.now())
    creer_perimetre(Role.PSYEN, creer_departement("018"), utilisateur=psyen.utilisateur)
    envoyer_en_attente()
    assert Courriel.objects.get().etat == EtatCourriel.SANS_OBJET


def test_publiee_et_en_poste_la_nouvelle_part(ien, emis):
    creer_perimetre(Role.PSYEN)
    publier_synthese(perimetre=ien, rapport=emis)
    envoyer_en_attente()
    assert Courriel.objects.get().etat == EtatCourriel.ENVOYE


# --- The réunion bilan closes the action ---------------------------------------------------------------


class Bilan:
    """The action 13, its réunion bilan held yesterday with its only PsyEN invited, an issued report."""

    def __init__(self, ien: Perimetre, rapport: Rapport) -> None:
        self.ien, self.rapport = ien, rapport
        self.action = creer_action(titre="Procéder à l’évaluation", cible=GenreCible.BILAN, role=Role.IEN_IO)
        self.psyen = creer_psyen(cio=creer_cio())
        debut = timezone.now() - dt.timedelta(days=1)
        self.reunion = creer_reunion(
            "Réunion bilan",
            genre=GenreReunion.BILAN,
            action=self.action,
            etat=EtatReunion.TENUE,
            debut=debut,
            fin=debut + dt.timedelta(hours=2),
        )
        self.inviter(self.reunion)

    def inviter(self, reunion) -> None:
        Participant.objects.create(
            reunion=reunion,
            psyen=self.psyen,
            nom=self.psyen.nom,
            courriel="psyen@reseaux-cio.example",
            invite_le=timezone.now(),
        )

    def rattacher(self) -> None:
        rattacher_bilan(perimetre=self.ien, rapport=self.rapport, reunion=self.reunion)

    @property
    def manques(self) -> list[str]:
        return lire_cible(self.action).manques


@pytest.fixture
def bilan(ien, emis) -> Bilan:
    return Bilan(ien, emis)


@pytest.mark.parametrize(("role", "lue"), [(Role.ADMIN, False), (Role.SG, True)])
def test_la_page_ne_dit_la_reunion_qu_a_qui_la_lit(client, bilan, role, lue):
    bilan.reunion.titre = "Restitution du 12"
    bilan.reunion.save()
    bilan.rattacher()
    page = connecter(client, creer_perimetre(role)).get(
        reverse("evaluation:rapport", args=[bilan.rapport.pk])
    )
    assert ("Restitution du 12" in page.text) == lue
    assert "Aucune réunion n’est rattachée" not in page.text


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_versions_publiees_ensemble_une_seule_reste(ien):
    premiere = emettre(creer_rapport(ien))
    seconde = emettre(preparer_rapport(perimetre=ien, campagne=premiere.campagne))
    gestes = [lambda r=rapport: publier_synthese(perimetre=ien, rapport=r) for rapport in (premiere, seconde)]
    assert ensemble(*gestes) == ["fait", "fait"]
    assert Rapport.objects.filter(publie_le__isnull=False).count() == 1


SANS_RAPPORT = ["aucun rapport d’évaluation émis n’est rattaché à la réunion bilan"]


def test_l_action_se_clot_quand_le_rapport_est_emis_et_la_reunion_tenue_avec_les_psyen(ien, bilan):
    bilan.rattacher()
    assert bilan.manques == []
    assert all(condition.tenue for condition in conditions_du_bilan(Rapport.objects.get(pk=bilan.rapport.pk)))
    assert terminer_action(perimetre=ien, action=bilan.action).etat == "faite"


def test_sans_rapport_rattache_elle_ne_se_clot_pas(ien, bilan):
    assert bilan.manques == SANS_RAPPORT
    with pytest.raises(ValidationError, match="aucun rapport d’évaluation émis"):
        terminer_action(perimetre=ien, action=bilan.action)


def test_un_brouillon_rattache_ne_suffit_pas(ien, bilan):
    brouillon = preparer_rapport(perimetre=ien, campagne=bilan.rapport.campagne)
    rattacher_bilan(perimetre=ien, rapport=brouillon, reunion=bilan.reunion)
    assert bilan.manques == SANS_RAPPORT


def test_un_rapport_rendu_dans_une_autre_reunion_ne_suffit_pas(ien, bilan):
    autre = creer_reunion("Autre bilan", genre=GenreReunion.BILAN, action=creer_action(bilan.action.plan))
    rattacher_bilan(perimetre=ien, rapport=bilan.rapport, reunion=autre)
    assert bilan.manques == SANS_RAPPORT


def test_une_reunion_seulement_convoquee_ne_suffit_pas(bilan):
    bilan.rattacher()
    bilan.reunion.etat = EtatReunion.CONVOQUEE
    bilan.reunion.save()
    assert "aucune réunion bilan" in bilan.manques[0]


def test_un_psyen_oublie_l_empeche(bilan):
    bilan.rattacher()
    creer_psyen("Oublié", cio=creer_cio())
    (manque,) = bilan.manques
    assert "Oublié" in manque


def test_deux_reunions_qui_se_partagent_les_conditions_ne_suffisent_pas(ien, bilan):
    """The report in one, the PsyEN in the other: nobody who was judged heard the results."""
    bilan.rattacher()
    debut = timezone.now() - dt.timedelta(hours=3)
    seconde = creer_reunion(
        "Second bilan",
        genre=GenreReunion.BILAN,
        action=bilan.action,
        etat=EtatReunion.TENUE,
        debut=debut,
        fin=debut + dt.timedelta(hours=1),
    )
    bilan.inviter(seconde)
    assert bilan.manques == SANS_RAPPORT


def test_la_page_du_rapport_dit_ce_qui_reste_a_faire(ien, bilan):
    page = connecter(Client(), ien).get(reverse("evaluation:rapport", args=[bilan.rapport.pk]))
    assert [c.tenue for c in page.context["conditions"]] == [True, False, False, False, False]


def test_un_plan_ancien_se_prouve_apres_coup():
    """A plan older than the service is told by its evidence: no report is asked of it."""
    action = creer_action(cible=GenreCible.BILAN)
    action.plan.annee = None
    action.plan.save()
    action.preuves.create(texte="Bilan présenté aux PsyEN", le=dt.date(2022, 5, 12))
    assert lire_cible(action).manques == []

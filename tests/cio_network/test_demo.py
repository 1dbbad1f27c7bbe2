"""The demonstration: complete, deterministic, and right whatever the day it is loaded."""

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from comptes.selectors import MOT_DE_PASSE_DEMONSTRATION, comptes_de_demonstration
from planning.models import PlanDeTravail
from psyen.enums import EtatRepartition, NatureArrete
from psyen.models import Affectation, Arrete, Repartition, Service
from reseaux.enums import EtatAnnee
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement, Habilitation, Reseau
from socle.models import EntreeJournal

JOURS = ["2026-09-01", "2027-08-31", "2028-02-29"]


def charger() -> str:
    sortie = StringIO()
    call_command("demo", stdout=sortie)
    return sortie.getvalue()


@pytest.fixture(scope="module")
def empreintes() -> list[dict[str, list]]:
    """Of what was loaded on an empty base, load after load."""
    return []


@pytest.fixture(scope="class")
def chargee(django_db_setup, django_db_blocker, empreintes):
    """Loaded once for the tests that only look at it, then taken back: it costs some seconds."""
    with django_db_blocker.unblock(), override_settings(DEMONSTRATION=True), transaction.atomic():
        charger()
        empreintes.append(empreinte())
        yield
        transaction.set_rollback(True)


def empreinte() -> dict[str, list]:
    """Names and half-days: what two loads on one day must share."""
    affectations = Affectation.objects.order_by("pk").values_list(
        "service__repartition__cio__nom",
        "service__repartition__annee__code",
        "service__repartition__version",
        "service__psyen__courriel",
        "etablissement__uai",
        "reseau__nom",
        "demi_journees",
    )
    return {
        "comptes": list(Utilisateur.objects.order_by("pk").values_list("courriel", "demonstration")),
        "services": list(
            Service.objects.order_by("pk").values_list("psyen__courriel", "quotite", "demi_journees_cio")
        ),
        "affectations": list(affectations),
        "arretes": list(Arrete.objects.order_by("numero").values_list("numero", "date_signature")),
        "journal": list(EntreeJournal.objects.order_by("pk").values_list("action", flat=True)),
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("chargee")
class TestDemonstrationChargee:
    def test_la_demonstration_est_complete(self):
        annees = list(AnneeScolaire.objects.order_by("debut"))
        suivante = Repartition.objects.filter(annee=annees[2])

        assert [annee.etat for annee in annees] == [
            EtatAnnee.CLOSE,
            EtatAnnee.EN_COURS,
            EtatAnnee.PREPARATION,
        ]
        assert set(suivante.values_list("etat", flat=True)) == set(EtatRepartition.values)
        assert CIO.objects.count() == 9
        assert not CIO.objects.exclude(uai=None).exists()  # none is invented
        assert Etablissement.objects.count() > 140
        assert Arrete.objects.filter(nature=NatureArrete.MODIFICATIF).count() == 1
        assert Service.objects.filter(compte_dans_couverture=False).exists()  # a stagiaire
        assert Service.objects.exclude(quotite=100).exists()  # part-times
        for annee in annees[:2]:
            arretees = Repartition.objects.filter(annee=annee, etat=EtatRepartition.ARRETEE)
            assert arretees.values("cio").distinct().count() == 9

    def test_le_plan_de_2021_est_de_l_histoire_et_celui_de_l_annee_vit(self):
        """Issue 3: « the plan of 2021-2022 (closed, as history) and the current plan (living) »."""
        for departement in Departement.objects.order_by("code"):
            histoire, vivant = departement.plans.order_by("debut")
            assert (histoire.etat, vivant.etat) == ("clos", "ouvert")
            assert histoire.actions.get(numero=8).calendrier == "Juin/Juillet 2021"
            assert not histoire.actions.exclude(etat="faite").exists()
            assert histoire.actions.count() == vivant.actions.count() == 13
        blois = PlanDeTravail.objects.get(departement__code="041", etat="ouvert")
        situations = set(blois.actions.avec_situation().values_list("situation", flat=True))
        assert {"faite", "en_cours"} <= situations
        assert blois.actions.filter(jalons__est_final=False).exists()

    def test_chaque_role_a_un_compte_offert_sur_la_page_de_connexion(self, client):
        offerts = comptes_de_demonstration()
        roles = (
            Habilitation.objects.en_vigueur().filter(utilisateur__in=offerts).values_list("role", flat=True)
        )
        page = client.get(reverse("comptes:connexion")).text

        assert set(roles) == set(Role.values)
        for compte in offerts:
            assert compte.courriel in page
        # Somebody wears two hats: the switch of the header has something to show.
        assert Habilitation.objects.filter(utilisateur__in=offerts).count() > offerts.count()
        dcio = offerts.filter(demonstration__startswith="DCIO").first()
        reponse = client.post(
            reverse("comptes:connexion"), {"username": dcio.courriel, "password": MOT_DE_PASSE_DEMONSTRATION}
        )
        assert reponse.status_code == 302

    def test_un_second_chargement_ne_change_rien(self):
        avant = empreinte()
        assert "déjà chargée" in charger()
        assert empreinte() == avant


@pytest.mark.django_db
def test_une_base_en_service_est_refusee():
    Utilisateur.objects.create(courriel="dcio@ac.example", prenom="Claude", nom="Morel")
    with pytest.raises(CommandError, match="base vide"):
        charger()
    assert not Reseau.objects.exists()


@pytest.mark.sqlite
@pytest.mark.django_db
def test_deux_chargements_le_meme_jour_donnent_la_meme_chose(empreintes):
    while len(empreintes) < 2:
        with transaction.atomic():
            charger()
            empreintes.append(empreinte())
            transaction.set_rollback(True)
    assert len(empreintes[0]["affectations"]) > 300
    assert empreintes[0] == empreintes[1]


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.parametrize("jour", JOURS)
def test_la_demonstration_se_charge_tous_les_jours_de_l_annee(jour):
    with time_machine.travel(f"{jour}T10:00:00+02:00", tick=True):
        charger()
        aujourd_hui = timezone.localdate()
        assert aujourd_hui == dt.date.fromisoformat(jour)
        en_cours = AnneeScolaire.objects.en_cours()
        assert en_cours.debut <= aujourd_hui <= en_cours.fin
        en_vigueur = Repartition.objects.filter(pk__in=Repartition.objects.pks_en_vigueur(aujourd_hui))
        assert en_vigueur.count() == 9
        modificatif = Arrete.objects.get(nature=NatureArrete.MODIFICATIF)
        assert en_cours.debut < modificatif.repartition.date_effet <= en_cours.fin
        assert set(
            Repartition.objects.filter(annee__debut__gt=aujourd_hui).values_list("etat", flat=True)
        ) == set(EtatRepartition.values)

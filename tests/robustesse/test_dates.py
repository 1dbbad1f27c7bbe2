"""Days are those of Paris: school year, version in force, habilitations, numbers (rows 36 and 37).

Nights of the change of hour, 29 February, midnight of 31 August: a day counted in UTC would be wrong by one.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from psyen.models import Affectation, Rattachement, Repartition
from psyen.services.decision import arreter_repartition
from psyen.services.repartition import preparer_modificatif, preparer_repartition, proposer_repartition
from reseaux.models import AnneeScolaire, Habilitation
from reseaux.perimetre import Perimetre
from reseaux.services.annees import creer_annee_suivante
from socle.models import EntreeJournal
from tests.psyen.factories import (
    creer_arretee,
    creer_modele_arrete,
    creer_psyen,
    creer_reseau_type,
    ecoles_de,
    enregistrer,
    saisie,
)
from tests.reseaux.factories import (
    connecter,
    creer_annee,
    creer_cio,
    creer_departement,
    creer_habilitation,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")


def a(annee: int, mois: int, jour: int, heure: int = 12, minute: int = 0, *, fold: int = 0) -> dt.datetime:
    return dt.datetime(annee, mois, jour, heure, minute, tzinfo=PARIS, fold=fold)


# --- The day --------------------------------------------------------------------------------------
INSTANTS = [
    (a(2026, 8, 31, 23, 59), dt.date(2026, 8, 31)),
    (a(2026, 9, 1, 0, 0), dt.date(2026, 9, 1)),
    (a(2026, 9, 1, 1, 59), dt.date(2026, 9, 1)),
    (a(2027, 8, 31, 23, 59), dt.date(2027, 8, 31)),
    (a(2026, 10, 25, 0, 30), dt.date(2026, 10, 25)),
    (a(2026, 10, 25, 2, 30), dt.date(2026, 10, 25)),
    (a(2026, 10, 25, 2, 30, fold=1), dt.date(2026, 10, 25)),
    (a(2026, 10, 25, 23, 30), dt.date(2026, 10, 25)),
    (a(2027, 3, 28, 0, 30), dt.date(2027, 3, 28)),
    (a(2027, 3, 28, 3, 0), dt.date(2027, 3, 28)),
    (a(2027, 3, 28, 23, 59), dt.date(2027, 3, 28)),
    (a(2028, 2, 29, 0, 10), dt.date(2028, 2, 29)),
    (a(2028, 2, 29, 23, 50), dt.date(2028, 2, 29)),
    (a(2027, 1, 1, 0, 30), dt.date(2027, 1, 1)),
    (a(2026, 12, 31, 23, 30), dt.date(2026, 12, 31)),
]
NOMS_D_INSTANT = [f"{instant:%Y-%m-%d %H:%M}{' bis' if instant.fold else ''}" for instant, _ in INSTANTS]


@pytest.mark.parametrize(("instant", "jour"), INSTANTS, ids=NOMS_D_INSTANT)
def test_annee_scolaire_d_un_instant(instant, jour):
    for debut in (2025, 2026, 2027):
        creer_annee(debut, etat="preparation")
    rentree = jour.year if jour >= dt.date(jour.year, 9, 1) else jour.year - 1
    with time_machine.travel(instant, tick=False):
        assert timezone.localdate() == jour
        assert AnneeScolaire.objects.au(timezone.localdate()).code == f"{rentree}-{rentree + 1}"


@pytest.mark.parametrize(("instant", "jour"), INSTANTS, ids=NOMS_D_INSTANT)
def test_une_habilitation_vaut_du_premier_au_dernier_jour_compris(instant, jour):
    un_jour = dt.timedelta(days=1)
    bornes = {
        "ce jour seulement": (jour, jour, True),
        "jusqu’à ce jour": (jour - 9 * un_jour, jour, True),
        "à partir de ce jour": (jour, None, True),
        "finie la veille": (jour - 9 * un_jour, jour - un_jour, False),
        "commence le lendemain": (jour + un_jour, None, False),
    }
    for cas, (debut, fin, vaut) in bornes.items():
        habilitation = creer_habilitation(Role.DCIO, creer_cio(), date_debut=debut, date_fin=fin)
        with time_machine.travel(instant, tick=False):
            assert Habilitation.objects.en_vigueur().filter(pk=habilitation.pk).exists() == vaut, cas


def test_une_habilitation_s_eteint_a_minuit_de_paris_pour_une_session_ouverte():
    """23:59 in, 00:00 out, while it is still the day before in UTC."""
    with time_machine.travel(a(2026, 8, 31, 23, 59), tick=False) as horloge:
        perimetre = creer_perimetre(
            Role.DCIO, creer_cio(), date_debut=dt.date(2026, 8, 1), date_fin=dt.date(2026, 8, 31)
        )
        client = connecter(Client(), perimetre)
        assert client.get(reverse("psyen:mon_cio")).status_code == 200
        horloge.move_to(a(2026, 9, 1, 0, 0))
        assert client.get(reverse("psyen:mon_cio"))["Location"] == reverse("accueil")


def test_une_habilitation_s_ouvre_a_minuit_de_paris():
    with time_machine.travel(a(2026, 8, 31, 23, 59), tick=False) as horloge:
        perimetre = creer_perimetre(Role.DCIO, creer_cio(), date_debut=dt.date(2026, 9, 1))
        client = connecter(Client(), perimetre)
        assert client.get(reverse("psyen:mon_cio"))["Location"] == reverse("accueil")
        horloge.move_to(a(2026, 9, 1, 0, 0))
        assert client.get(reverse("psyen:mon_cio")).status_code == 200


# --- The version in force -------------------------------------------------------------------------
@pytest.fixture
def deux_versions():
    """The year 2027-2028; a modificatif takes effect on 29 February 2028."""
    with time_machine.travel(a(2027, 10, 4), tick=False):
        cio = creer_cio()
        premiere = creer_arretee(cio=cio, annee=creer_annee(2027))
        dcio, dasen = creer_perimetre(Role.DCIO, cio), creer_perimetre(Role.DASEN, cio.departement)
        seconde = preparer_modificatif(
            cio=cio, annee=premiere.annee, date_effet=dt.date(2028, 2, 29), perimetre=dcio
        )
        proposer_repartition(repartition=seconde, perimetre=dcio)
        arreter_repartition(repartition=seconde, perimetre=dasen)
    return cio, premiere, seconde


@pytest.mark.parametrize(
    ("instant", "attendue"),
    [
        (a(2027, 8, 31, 23, 59), None),
        (a(2027, 9, 1, 0, 0), 1),
        (a(2028, 2, 28, 23, 59), 1),
        (a(2028, 2, 29, 0, 0), 2),
        (a(2028, 3, 26, 2, 59), 2),
        (a(2028, 8, 31, 23, 59), 2),
        (a(2028, 9, 1, 0, 0), None),
    ],
)
def test_version_en_vigueur(deux_versions, instant, attendue):
    cio, premiere, _ = deux_versions
    with time_machine.travel(instant, tick=False):
        jour = timezone.localdate()
        version = Repartition.objects.en_vigueur(cio, jour)
        assert (version and version.version) == attendue
        lignes = Affectation.objects.en_vigueur(jour).values_list("service__repartition__version", flat=True)
        assert set(lignes) == ({attendue} if attendue else set())
        etablissement = ecoles_de(premiere.cio.reseaux.get())[0]
        chef = creer_perimetre(Role.CHEF_ETABLISSEMENT, etablissement, date_debut=dt.date(2027, 1, 1))
        assert connecter(Client(), chef).get(reverse("psyen:mon_psyen")).status_code == 200


def test_rattachement_du_29_fevrier():
    with time_machine.travel(a(2028, 2, 29, 0, 5), tick=False):
        psyen = creer_psyen(debut=dt.date(2028, 2, 29), fin=dt.date(2028, 2, 29))
        assert Rattachement.objects.au(timezone.localdate()).get().psyen == psyen
        assert Rattachement.objects.non_termines().exists()
    with time_machine.travel(a(2028, 3, 1, 0, 5), tick=False):
        assert not Rattachement.objects.non_termines().exists()


# --- The arrêté -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("instant", "annee_civile"), [(a(2026, 12, 31, 23, 45), 2026), (a(2027, 1, 1, 0, 15), 2027)]
)
def test_un_arrete_porte_le_jour_et_l_annee_de_paris(instant, annee_civile):
    """At 00:15 on 1 January in Paris it is still December in UTC: the number starts again at 1."""
    with time_machine.travel(instant, tick=False):
        repartition = creer_arretee()
        assert repartition.arrete.date_signature == instant.date()
        assert repartition.arrete.annee_civile == annee_civile
        assert repartition.arrete.numero.endswith(f"-{annee_civile}-001")


def test_les_numeros_repartent_a_un_le_premier_janvier():
    with time_machine.travel(a(2026, 12, 31, 23, 50), tick=False) as horloge:
        creer_departement()
        premiere = creer_arretee(cio=creer_cio("Blois"))
        deuxieme = creer_arretee(cio=creer_cio("Vendôme"))
        horloge.move_to(a(2027, 1, 1, 0, 10))
        troisieme = creer_arretee(cio=creer_cio("Romorantin"))
    numeros = [r.arrete.numero.rpartition("CIO-")[2] for r in (premiere, deuxieme, troisieme)]
    assert numeros == ["2026-001", "2026-002", "2027-001"]


def test_la_nuit_du_changement_d_heure_le_journal_garde_son_ordre():
    """02:30 comes twice: what is done second is told second."""
    with time_machine.travel(a(2026, 10, 25, 2, 30), tick=False) as horloge:
        cio, annee = creer_cio(), creer_annee()
        creer_reseau_type(cio=cio, annee=annee)
        psyen = creer_psyen(cio=cio)
        creer_modele_arrete()
        repartition = preparer_repartition(cio=cio, annee=annee, perimetre=Perimetre.systeme())
        horloge.move_to(a(2026, 10, 25, 2, 10, fold=1))
        ecole = ecoles_de(cio.reseaux.get())[0]
        enregistrer(repartition, saisie(repartition, psyen, {ecole: "2"}))
    instants = list(EntreeJournal.objects.order_by("pk").values_list("le", flat=True))
    assert instants == sorted(instants)
    assert len(instants) >= 2


def test_l_annee_se_prepare_jusqu_au_bout_du_calendrier():
    for premiere in (2024, 2027, 2099):
        AnneeScolaire.objects.all().delete()
        annee = creer_annee_suivante(perimetre=Perimetre.systeme(), rentree=premiere)
        assert (annee.debut, annee.fin) == (dt.date(premiere, 9, 1), dt.date(premiere + 1, 8, 31))


@pytest.mark.parametrize("saisie_faite", ["9999", "0", "-5", "99999999999", "1e3", "٢٠٢٦", ""])
def test_une_premiere_annee_impossible_est_refusee(saisie_faite):
    """The very first year is typed: the only one that nothing precedes."""
    client = connecter(Client(), creer_perimetre(Role.ADMIN))
    AnneeScolaire.objects.all().delete()
    reponse = client.post(reverse("reseaux:annee_creer"), {"rentree": saisie_faite}, follow=True)
    assert reponse.status_code == 200
    assert list(AnneeScolaire.objects.values_list("debut__year", flat=True)) in ([], [2026])

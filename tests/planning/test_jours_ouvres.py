"""Working days of an académie, and how its calendar is loaded and corrected."""

import datetime as dt
import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from comptes.enums import Role
from planning.models import PeriodeNonOuvree
from planning.selectors.calendrier_officiel import jours_feries, periodes_officielles
from planning.selectors.jours_ouvres import PORTEE, Calendrier, calendrier_ouvre, calendriers_ouvres
from planning.services.calendrier import (
    charger_calendrier,
    enregistrer_periode_non_ouvree,
    supprimer_periode_non_ouvree,
)
from reseaux.perimetre import Perimetre
from socle.models import EntreeJournal
from tests.reseaux.factories import creer_academie, creer_annee, creer_perimetre

SYSTEME = Perimetre.systeme()


def jour(texte):
    return dt.date.fromisoformat(texte)


def test_les_jours_feries_suivent_paques():
    assert [(str(le), nom) for le, nom in jours_feries(2027)] == [
        ("2027-01-01", "Jour de l’an"),
        ("2027-03-29", "Lundi de Pâques"),
        ("2027-05-01", "Fête du Travail"),
        ("2027-05-06", "Ascension"),
        ("2027-05-08", "Victoire de 1945"),
        ("2027-05-17", "Lundi de Pentecôte"),
        ("2027-07-14", "Fête nationale"),
        ("2027-08-15", "Assomption"),
        ("2027-11-01", "Toussaint"),
        ("2027-11-11", "Armistice de 1918"),
        ("2027-12-25", "Noël"),
    ]
    # 1 May and Ascension met in 2008: still two holidays, one day.
    assert [nom for le, nom in jours_feries(2008) if le == dt.date(2008, 5, 1)] == [
        "Ascension",
        "Fête du Travail",
    ]


@pytest.mark.django_db
def test_une_annee_compte_onze_feries_et_les_vacances_de_la_zone_b():
    periodes = periodes_officielles(creer_academie(), creer_annee(2026))
    assert [p.nom for p in periodes if p.genre == "vacances"] == [
        "Vacances de la Toussaint",
        "Vacances de Noël",
        "Vacances d’hiver",
        "Vacances de printemps",
        "Pont de l’Ascension",
        "Vacances d’été",
    ]
    assert sum(p.genre == "ferie" for p in periodes) == 11
    # Holidays start on a Saturday and end the day before lessons, save for the bridge and the summer.
    assert all(p.debut.weekday() == 5 for p in periodes if p.nom.startswith("Vacances"))
    autre_zone = creer_academie("01", "Paris")
    assert {p.genre for p in periodes_officielles(autre_zone, creer_annee(2026))} == {"ferie"}
    assert {p.genre for p in periodes_officielles(creer_academie(), creer_annee(2033))} == {"ferie"}


@pytest.mark.django_db
def test_les_jours_ouvres_sautent_week_ends_feries_et_vacances():
    academie = creer_academie()
    charger_calendrier(perimetre=SYSTEME, academie=academie, annee=creer_annee(2026))
    with CaptureQueriesContext(connection) as requetes:
        calendrier = calendrier_ouvre(academie.pk)
        assert calendrier.est_ouvre(jour("2026-11-23"))
        assert not calendrier.est_ouvre(jour("2026-11-22"))
        assert not calendrier.est_ouvre(jour("2026-11-11"))
        assert calendrier.precedent_ou_meme(jour("2026-12-25")) == jour("2026-12-18")
        assert calendrier.suivant_ou_meme(jour("2026-12-25")) == jour("2027-01-04")
        assert calendrier.precedent_ou_meme(jour("2027-08-31")) == jour("2027-07-02")
        assert calendrier.suivant_ou_meme(jour("2026-11-23")) == jour("2026-11-23")
    assert len(requetes) == 1


@pytest.mark.django_db
def test_chaque_academie_a_son_calendrier_en_une_requete(django_assert_num_queries):
    orleans, rennes = creer_academie(), creer_academie("14", "Rennes")
    PeriodeNonOuvree.objects.create(
        academie=rennes, genre="autre", nom="Pont", debut=jour("2026-11-23"), fin=jour("2026-11-24")
    )
    with django_assert_num_queries(1):
        calendriers = calendriers_ouvres([orleans.pk, rennes.pk])
    assert calendriers[orleans.pk].est_ouvre(jour("2026-11-23"))
    assert calendriers[rennes.pk].suivant_ou_meme(jour("2026-11-23")) == jour("2026-11-25")


def test_tout_ferme_rend_le_jour_meme():
    tout = frozenset(jour("2026-01-01") + dt.timedelta(days=n) for n in range(1000))
    assert Calendrier(tout).suivant_ou_meme(jour("2026-06-01")) == jour("2026-06-01")
    assert Calendrier(tout).precedent_ou_meme(jour("2027-06-01")) == jour("2027-06-01")


jours_2027 = st.dates(jour("2027-01-01"), jour("2027-12-31"))


@given(jours_2027, st.frozensets(jours_2027, max_size=60))
def test_le_jour_trouve_est_le_plus_proche_des_jours_ouvres(le, fermes):
    calendrier = Calendrier(fermes)
    suivant, precedent = calendrier.suivant_ou_meme(le), calendrier.precedent_ou_meme(le)
    assert precedent <= le <= suivant
    assert calendrier.est_ouvre(suivant)
    assert calendrier.est_ouvre(precedent)
    entre = (precedent + dt.timedelta(days=n) for n in range((suivant - precedent).days + 1))
    assert {d for d in entre if calendrier.est_ouvre(d)} <= {precedent, suivant, le}


def test_cinquante_mille_questions_prennent_moins_d_une_seconde():
    ete = frozenset(jour("2027-07-03") + dt.timedelta(days=n) for n in range(60))
    calendrier = Calendrier(ete)
    jours = [jour("2026-09-01") + dt.timedelta(days=n % 730) for n in range(50_000)]
    debut = time.perf_counter()
    for le in jours:
        calendrier.precedent_ou_meme(le)
    assert time.perf_counter() - debut < 1
    assert PORTEE > 100


@pytest.mark.django_db
def test_recharger_n_ajoute_rien_et_ne_defait_aucune_correction():
    academie, annee = creer_academie(), creer_annee(2026)
    assert charger_calendrier(perimetre=SYSTEME, academie=academie, annee=annee) == 17
    noel = PeriodeNonOuvree.objects.get(nom="Vacances de Noël")
    enregistrer_periode_non_ouvree(
        perimetre=SYSTEME,
        academie=academie,
        genre="vacances",
        nom="Congés de fin d’année",
        debut=noel.debut,
        fin=jour("2027-01-05"),
        periode=noel,
    )
    # Renamed, it is recognised by its days; moved, by its name.
    ete = PeriodeNonOuvree.objects.get(nom="Vacances d’été")
    PeriodeNonOuvree.objects.filter(pk=ete.pk).update(debut=jour("2027-07-10"))
    assert charger_calendrier(perimetre=SYSTEME, academie=academie, annee=annee) == 0
    noel.refresh_from_db()
    assert (noel.nom, str(noel.fin)) == ("Congés de fin d’année", "2027-01-05")
    assert PeriodeNonOuvree.objects.count() == 17
    # The next year has its own: the summer of one is not that of the other.
    assert charger_calendrier(perimetre=SYSTEME, academie=academie, annee=creer_annee(2025)) == 17


@pytest.mark.django_db
def test_seul_l_admin_de_l_academie_modifie_son_calendrier():
    academie, annee = creer_academie(), creer_annee(2026)
    admin = creer_perimetre(Role.ADMIN, academie)
    charger_calendrier(perimetre=admin, academie=academie, annee=annee)
    etranger = creer_perimetre(Role.ADMIN, creer_academie("14", "Rennes"))
    periode = PeriodeNonOuvree.objects.order_by("pk").first()
    for autre in (etranger, creer_perimetre(Role.IEN_IO), creer_perimetre(Role.DASEN)):
        with pytest.raises(PermissionDenied):
            charger_calendrier(perimetre=autre, academie=academie, annee=annee)
        with pytest.raises(PermissionDenied):
            supprimer_periode_non_ouvree(perimetre=autre, periode=periode)
    supprimer_periode_non_ouvree(perimetre=admin, periode=periode)
    assert EntreeJournal.objects.order_by("pk").last().action == "planning.periode_non_ouvree.supprimee"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("debut", "fin", "dit"),
    [
        ("2027-01-05", "2027-01-04", "finir après avoir commencé"),
        ("2027-01-05", "2027-12-31", "100 jours au plus"),
    ],
)
def test_une_periode_impossible_est_refusee(debut, fin, dit):
    with pytest.raises(ValidationError, match=dit):
        enregistrer_periode_non_ouvree(
            perimetre=SYSTEME,
            academie=creer_academie(),
            genre="autre",
            nom="Fermeture",
            debut=jour(debut),
            fin=jour(fin),
        )

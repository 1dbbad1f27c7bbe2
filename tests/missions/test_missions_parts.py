"""Shares in half-days or in %: never above the place, whatever is typed, however many write at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.db.models import QuerySet, Sum
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from missions.forms.missions import lire_saisie
from missions.models import Mission, MissionConfiee
from missions.selectors.missions import missions_du_psyen
from missions.selectors.missions_parts import PAS, en_demi_journees
from missions.services import missions as service
from missions.services.missions import SaisieMission, confier_missions, empreinte_des_missions
from psyen.models import PsyEN
from reseaux.models import AnneeScolaire
from reseaux.perimetre import Perimetre
from tests.missions.factories import charger_missions
from tests.psyen.factories import creer_arretee
from tests.psyen.test_totaux_concurrents import base_partagee
from tests.reseaux.factories import creer_annee


@dataclass(frozen=True)
class Semaine:
    psyen: PsyEN
    annee: AnneeScolaire


@pytest.fixture
def semaine() -> Semaine:
    """A PsyEN with four half-days at the CIO, the tree of fiche 1."""
    repartition = creer_arretee()
    charger_missions()
    return Semaine(repartition.services.get().psyen, repartition.annee)


def confiees() -> Decimal:
    return MissionConfiee.objects.aggregate(total=Sum("demi_journees"))["total"] or Decimal(0)


PLACES = st.integers(1, 20).map(lambda n: Decimal(n) / 2)
POURCENTAGES = st.lists(st.decimals(0, 100, places=2), max_size=8)


@given(POURCENTAGES, PLACES)
def test_des_pourcentages_jusqu_a_cent_ne_depassent_jamais_le_lieu(parts, demi_journees):
    converties = en_demi_journees(dict(enumerate(parts)), demi_journees)
    for rang, part in enumerate(parts):
        assert converties[rang] % PAS == 0
        assert abs(converties[rang] - part * demi_journees / 100) < PAS
    if sum(parts) <= 100:
        assert sum(converties.values()) <= demi_journees
    if sum(parts) == 100:
        assert sum(converties.values()) == demi_journees


TEXTES = st.one_of(
    st.integers(0, 44).map(lambda n: f"{n / 4:g}".replace(".", ",")),
    st.integers(0, 120).map(lambda n: f"{n} %"),
    st.sampled_from(["", "abc", "-1", "0,1", "1e3", "½", "1,255", "١"]),
)


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(textes=st.lists(TEXTES, min_size=4, max_size=4))
def test_quoi_qu_on_ecrive_le_lieu_n_est_jamais_depasse(semaine, textes):
    """Read and written as the page does, or refused with nothing written; 4 half-days at the CIO."""
    (missions,) = missions_du_psyen(semaine.psyen, semaine.annee)
    avant = confiees()
    offertes = list(Mission.objects.filter(code__in=["M1", "M2", "M3", "M4"]).order_by("rang"))
    donnees = {f"d-cio-{mission.pk}": [texte] for mission, texte in zip(offertes, textes, strict=True)}
    saisie = lire_saisie(missions, offertes, MultiValueDict(donnees))
    try:
        if saisie.fautes:
            raise ValidationError(saisie.fautes)
        confier_missions(
            perimetre=Perimetre.systeme(),
            psyen=semaine.psyen,
            cio=missions.cio,
            annee=semaine.annee,
            saisies=saisie.saisies,
        )
    except ValidationError:
        assert confiees() == avant
    assert confiees() <= 4


# --- Writers at the same time -------------------------------------------------------------------------

ECRIVAINS = 4


def ecrire_ensemble(monkeypatch, rejoindre: Callable[[], None]) -> Counter[str]:
    """Each fills the four half-days of the CIO with his own mission; all have read the same empty week."""
    psyen, annee = PsyEN.objects.get(), creer_annee()
    (lues,) = missions_du_psyen(psyen, annee)
    empreinte, missions = empreinte_des_missions(lues), charger_missions()
    rendez_vous = threading.Barrier(ECRIVAINS)
    lire = service.missions_du_psyen_au_cio

    def lire_ensemble(*arguments):
        """Without a lock every writer has read before any writes; with it nobody else comes."""
        resultat = lire(*arguments)
        with suppress(threading.BrokenBarrierError):
            rendez_vous.wait(timeout=1)
        return resultat

    monkeypatch.setattr(service, "missions_du_psyen_au_cio", lire_ensemble)
    issues, verrou = Counter[str](), threading.Lock()

    def ecrivain(code: str) -> None:
        rejoindre()
        try:
            saisie = SaisieMission(missions[code].pk, None, Decimal(4))
            confier_missions(
                perimetre=Perimetre.systeme(),
                psyen=psyen,
                cio=lues.cio,
                annee=annee,
                saisies=[saisie],
                empreinte=empreinte,
            )
            issue = "écrite"
        except ValidationError as refus:
            issue = getattr(refus, "code", "")
        finally:
            connections.close_all()
        with verrou:
            issues[issue] += 1

    fils = [threading.Thread(target=ecrivain, args=[code]) for code in ("M1", "M2", "M3", "M4")]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=60)
    return issues


@pytest.mark.django_db(transaction=True)
def test_quatre_ecrivains_ne_remplissent_pas_deux_fois_un_lieu(monkeypatch, tmp_path):
    creer_arretee()
    charger_missions()
    with base_partagee(tmp_path) as rejoindre:
        assert ecrire_ensemble(monkeypatch, rejoindre) == {"écrite": 1, "conflit": ECRIVAINS - 1}
        assert confiees() == 4


@pytest.mark.django_db(transaction=True)
def test_sans_le_verrou_ils_le_rempliraient(monkeypatch, tmp_path):
    """SQLite has one writer at a time whatever one asks (IMMEDIATE): the lock is PostgreSQL's business."""
    creer_arretee()
    charger_missions()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_, **__: self.all())
    with base_partagee(tmp_path) as rejoindre:
        ecrire_ensemble(monkeypatch, rejoindre)
        assert (confiees() > 4) == (connection.vendor == "postgresql")

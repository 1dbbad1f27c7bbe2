"""Arrêtés are numbered by département and civil year, without hole or duplicate, however many decide."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from comptes.enums import Role
from psyen.models import Arrete, CompteurArrete, Repartition
from psyen.services import decision
from psyen.services.decision import arreter_repartition, arreter_repartitions
from tests.psyen.factories import creer_modele_arrete, creer_proposee
from tests.reseaux.factories import creer_academie, creer_cio, creer_departement, creer_perimetre

COMMUNES = ("Blois", "Vendôme", "Romorantin", "Selles", "Mer", "Contres")


def a_midi(jour: dt.date | None) -> dt.datetime | None:
    """An act recorded afterwards; None: now."""
    return timezone.make_aware(dt.datetime.combine(jour, dt.time(12))) if jour else None


def arreter(repartition, jour=None):
    creer_modele_arrete(repartition.cio.departement)
    dasen = creer_perimetre(Role.DASEN, repartition.cio.departement)
    return arreter_repartition(repartition=repartition, perimetre=dasen, le=a_midi(jour))


@pytest.mark.django_db
def test_une_suite_par_departement_et_par_annee_civile():
    rennes = creer_departement("035", academie=creer_academie("14", "Rennes"))
    blois, vendome, mer = (creer_proposee(cio=creer_cio(nom)) for nom in ("Blois", "Vendôme", "Mer"))
    ailleurs = creer_proposee(cio=creer_cio("Rennes", departement=rennes))
    numeros = [
        arreter(blois, dt.date(2026, 12, 31)).numero,
        arreter(vendome, dt.date(2026, 12, 31)).numero,
        arreter(ailleurs, dt.date(2026, 12, 31)).numero,
        arreter(mer, dt.date(2027, 1, 1)).numero,
    ]
    assert numeros == [
        "DSDEN041-CIO-2026-001",
        "DSDEN041-CIO-2026-002",
        "DSDEN035-CIO-2026-001",
        "DSDEN041-CIO-2027-001",
    ]


@pytest.mark.django_db
def test_une_decision_qui_echoue_rend_son_numero(monkeypatch):
    proposee = creer_proposee()

    def tomber(arrete):
        raise RuntimeError("panne après la prise du numéro")

    with monkeypatch.context() as patch:
        patch.setattr(decision, "annoncer_decision", tomber)
        with pytest.raises(RuntimeError), transaction.atomic():
            arreter(proposee)
    assert not Arrete.objects.exists()
    assert arreter(proposee).rang == 1


@pytest.mark.django_db
def test_une_decision_groupee_refusee_ne_prend_aucun_numero():
    creer_modele_arrete()
    blois, vendome = creer_proposee(), creer_proposee(cio=creer_cio("Vendôme"))
    vendome.services.get().psyen.rattachements.update(date_fin=vendome.date_effet - dt.timedelta(days=1))
    with pytest.raises(ValidationError):
        arreter_repartitions(repartitions=[blois, vendome], perimetre=creer_perimetre(Role.DASEN))
    assert not CompteurArrete.objects.filter(dernier__gt=0).exists()
    assert arreter(blois).rang == 1


# --- Many at once --------------------------------------------------------------------------------------


def proposer_six() -> tuple[list[Repartition], list]:
    creer_modele_arrete()
    proposees = [creer_proposee(cio=creer_cio(commune)) for commune in COMMUNES]
    return proposees, [creer_perimetre(Role.DASEN) for _ in proposees]


def tous_ensemble(gestes: list[Callable[[], object]]) -> list[BaseException | None]:
    """Run them in threads that start together; what each raised."""
    depart = Barrier(len(gestes))

    def courir(geste) -> BaseException | None:
        depart.wait()
        try:
            geste()
        except (IntegrityError, ValidationError) as erreur:
            return erreur
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(gestes)) as fils:
        return list(fils.map(courir, gestes))


def rangs() -> list[int]:
    return list(Arrete.objects.order_by("rang").values_list("rang", flat=True))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_six_decisions_au_meme_instant_se_suivent():
    proposees, dasens = proposer_six()
    fautes = tous_ensemble(
        [
            lambda r=r, p=p: arreter_repartition(repartition=r, perimetre=p)
            for r, p in zip(proposees, dasens, strict=True)
        ]
    )
    assert fautes == [None] * 6
    assert rangs() == [1, 2, 3, 4, 5, 6]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_decisions_groupees_qui_se_croisent_ne_se_bloquent_pas():
    """Two batches hold their répartitions before the counter, in the same order: no deadlock."""
    proposees, dasens = proposer_six()
    fautes = tous_ensemble(
        [
            lambda: arreter_repartitions(repartitions=proposees[:4], perimetre=dasens[0]),
            lambda: arreter_repartitions(repartitions=proposees[4:][::-1], perimetre=dasens[1]),
        ]
    )
    assert fautes == [None, None]
    assert rangs() == [1, 2, 3, 4, 5, 6]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sans_le_verrou_deux_decisions_prendraient_le_meme_numero(monkeypatch):
    """Proof that the test above tests something: the counter read without its lock fails."""
    proposees, dasens = proposer_six()
    tous_ont_lu = Barrier(2)

    def prendre_sans_verrou(departement, annee_civile):
        compteur, _ = CompteurArrete.objects.get_or_create(departement=departement, annee_civile=annee_civile)
        tous_ont_lu.wait(timeout=10)
        compteur.dernier += 1
        compteur.save()
        return compteur.dernier

    CompteurArrete.objects.create(departement=proposees[0].cio.departement, annee_civile=2026)
    monkeypatch.setattr(decision, "_prendre_rang", prendre_sans_verrou)
    fautes = tous_ensemble(
        [
            lambda r=r, p=p: arreter_repartition(repartition=r, perimetre=p, le=a_midi(dt.date(2026, 7, 1)))
            for r, p in zip(proposees[:2], dasens[:2], strict=True)
        ]
    )
    assert sorted(type(faute).__name__ for faute in fautes) == ["IntegrityError", "NoneType"]

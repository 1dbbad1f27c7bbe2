"""« total ≤ capacité » holds whoever writes and however many write at once, by every door; and does not
once the guard is taken away: these tests would see it.

Same proof on both engines: threads on the test database (PostgreSQL), on a copy of it in a file (SQLite,
whose in-memory database is not shared as a file is).
"""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections
from django.db.models import Sum

from psyen.enums import Modalite
from psyen.models import Affectation, Repartition, Service
from psyen.selectors.grille import Cellule, construire_grille
from psyen.services.grille import ConflitDEdition, SaisieService, enregistrer_grille
from reseaux.perimetre import Perimetre
from tests.psyen.factories import creer_brouillon, creer_reseau_type, ecoles_de
from tests.reseaux.factories import annee_suivante, creer_cio

ECRIVAINS = 32
CAPACITE = 10

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def brouillon() -> Repartition:
    """One PsyEN of capacity 10, as many schools as writers."""
    cio = creer_cio()
    creer_reseau_type(cio=cio, annee=annee_suivante(), colleges=ECRIVAINS - 1)
    return creer_brouillon(cio=cio)


@contextmanager
def base_partagee(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """A database that every thread reaches; yields what each one calls first to join it.

    On SQLite what the test wrote so far goes to a file, and the test itself reads the file from there on.
    """
    if connection.vendor == "postgresql":
        yield lambda: None
        return
    memoire, chemin = connections["default"], tmp_path / "base.sqlite3"
    with closing(sqlite3.connect(chemin)) as fichier:
        memoire.connection.backup(fichier)

    def rejoindre() -> None:
        copie = connections["default"].copy()
        copie.settings_dict = copie.settings_dict | {"NAME": str(chemin)}
        connections["default"] = copie

    rejoindre()
    try:
        yield rejoindre
    finally:
        connections["default"].close()
        connections["default"] = memoire


# --- The doors: each gives one half-day to one school, or is refused ------------------------------


def par_le_service(repartition: Repartition, service: Service, ecole_pk: int, _reseau_pk: int) -> None:
    """As the page does: read, add, save; read again when someone came first."""
    while True:
        repartition = Repartition.objects.get(pk=repartition.pk)
        ligne = construire_grille(repartition).lignes[0]
        saisie = SaisieService(
            psyen_pk=service.psyen_id,
            quotite=ligne.quotite,
            capacite=ligne.capacite,
            cio=ligne.cio,
            affectations=ligne.cellules | {ecole_pk: Cellule(Decimal(1), Modalite.PRESENTIEL)},
        )
        try:
            enregistrer_grille(
                repartition=repartition,
                saisies=[saisie],
                revision=repartition.revision,
                perimetre=Perimetre.systeme(),
            )
        except ConflitDEdition:
            continue
        return


def par_bulk_create(_repartition: Repartition, service: Service, ecole_pk: int, reseau_pk: int) -> None:
    Affectation.objects.bulk_create(
        [Affectation(service_id=service.pk, etablissement_id=ecole_pk, reseau_id=reseau_pk, demi_journees=1)]
    )


def en_sql(_repartition: Repartition, service: Service, ecole_pk: int, reseau_pk: int) -> None:
    with connections["default"].cursor() as curseur:
        curseur.execute(
            "INSERT INTO psyen_affectation (service_id, etablissement_id, reseau_id, demi_journees, modalite)"
            " VALUES (%s, %s, %s, 1, 'presentiel')",
            [service.pk, ecole_pk, reseau_pk],
        )


def ecrire_ensemble(porte: Callable[..., None], repartition: Repartition, rejoindre) -> Counter[str]:
    """All the writers at the same instant; what became of each."""
    service = Service.objects.get()
    reseau = repartition.cio.reseaux.get()
    ecoles = [ecole.pk for ecole in ecoles_de(reseau)]
    depart, issues = threading.Barrier(ECRIVAINS), Counter[str]()
    verrou = threading.Lock()

    def ecrivain(ecole_pk: int) -> None:
        rejoindre()
        try:
            depart.wait(timeout=30)
            porte(repartition, service, ecole_pk, reseau.pk)
            issue = "écrite"
        except (IntegrityError, ValidationError):
            issue = "refusée"
        except Exception as erreur:
            issue = f"{type(erreur).__name__} : {erreur}"
        finally:
            connections.close_all()
        with verrou:
            issues[issue] += 1

    fils = [threading.Thread(target=ecrivain, args=[pk]) for pk in ecoles]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=120)
    return issues


def total_reel() -> Decimal:
    return Affectation.objects.aggregate(total=Sum("demi_journees"))["total"]


@pytest.mark.parametrize("porte", [par_le_service, par_bulk_create, en_sql])
def test_jamais_au_dela_de_la_capacite(porte, brouillon, tmp_path):
    with base_partagee(tmp_path) as rejoindre:
        issues = ecrire_ensemble(porte, brouillon, rejoindre)
        assert issues == {"écrite": CAPACITE, "refusée": ECRIVAINS - CAPACITE}
        assert total_reel() == Service.objects.get().demi_journees_eple == CAPACITE


# --- Without the guard -----------------------------------------------------------------------------


@contextmanager
def sans_contrainte() -> Iterator[Callable[[], None]]:
    """Without the CHECK; yields what each thread does to be without it too."""
    with connections["default"].cursor() as curseur:
        if connection.vendor == "sqlite":
            yield lambda: connections["default"].cursor().execute("PRAGMA ignore_check_constraints = ON")
            return
        curseur.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conname = 'service_total_dans_la_capacite'"
        )
        definition = curseur.fetchone()[0]
        curseur.execute("ALTER TABLE psyen_service DROP CONSTRAINT service_total_dans_la_capacite")
        try:
            yield lambda: None
        finally:
            Affectation.objects.all().delete()
            curseur.execute(
                f"ALTER TABLE psyen_service ADD CONSTRAINT service_total_dans_la_capacite {definition}"
            )


@contextmanager
def sans_declencheur() -> Iterator[Callable[[], None]]:
    """Without the trigger that keeps the sum (on SQLite the copy dies with the test)."""
    nom = "psyen_affectation_insert_total"
    with connections["default"].cursor() as curseur:
        if connection.vendor == "sqlite":
            curseur.execute(f"DROP TRIGGER {nom}")
            yield lambda: None
            return
        curseur.execute(f"ALTER TABLE psyen_affectation DISABLE TRIGGER {nom}")
        try:
            yield lambda: None
        finally:
            curseur.execute(f"ALTER TABLE psyen_affectation ENABLE TRIGGER {nom}")
            # The sum was not kept on the way in: it must not be on the way out.
            curseur.execute("ALTER TABLE psyen_affectation DISABLE TRIGGER psyen_affectation_delete_total")
            Affectation.objects.all().delete()
            curseur.execute("ALTER TABLE psyen_affectation ENABLE TRIGGER psyen_affectation_delete_total")


@pytest.mark.parametrize("garde", [sans_contrainte, sans_declencheur])
@pytest.mark.parametrize("porte", [par_bulk_create, en_sql])
def test_sans_la_garde_la_capacite_est_depassee(porte, garde, brouillon, tmp_path):
    with base_partagee(tmp_path) as rejoindre, garde() as desarmer:

        def rejoindre_sans_garde() -> None:
            rejoindre()
            desarmer()

        issues = ecrire_ensemble(porte, brouillon, rejoindre_sans_garde)
        assert issues == {"écrite": ECRIVAINS}
        assert total_reel() == ECRIVAINS > CAPACITE

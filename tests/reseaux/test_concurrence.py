"""Two people at once on one territory: the second waits for the first, then reads what it did."""

import threading
import time
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from reseaux.models import CIO, Etablissement, Reseau
from reseaux.perimetre import Perimetre
from reseaux.services.cio import fermer_cio, sectoriser
from reseaux.services.reseaux import creer_reseau
from tests.reseaux import factories as f

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

SYSTEME = Perimetre.systeme()


def pendant(premier: Callable[[], object], second: Callable[[], object]) -> str:
    """What becomes of `second`, begun while the transaction of `premier` is open: « fait », or its refusal."""
    issues: list[str] = []

    def executer() -> None:
        try:
            second()
            issues.append("fait")
        except ValidationError as refus:
            issues.append(" ".join(refus.messages))
        except DatabaseError as erreur:
            issues.append(type(erreur).__name__)
        finally:
            connection.close()

    fil = threading.Thread(target=executer)
    with transaction.atomic():
        premier()
        fil.start()
        _attendre_qu_il_attende(fil)
    fil.join(30)
    return issues[0]


def _attendre_qu_il_attende(fil: threading.Thread) -> None:
    """Until it waits for a lock, or is done because none held it."""
    limite = time.monotonic() + 20
    with connection.cursor() as curseur:
        while fil.is_alive() and time.monotonic() < limite:
            curseur.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if curseur.fetchone()[0]:
                return
            time.sleep(0.02)


def test_un_cio_ne_ferme_pas_pendant_qu_un_reseau_y_nait():
    cio, annee, tete = f.creer_cio(), f.creer_annee(), f.creer_lycee()
    issue = pendant(
        lambda: creer_reseau(cio=cio, annee=annee, nom="A", tete=tete, perimetre=SYSTEME),
        lambda: fermer_cio(perimetre=SYSTEME, cio=cio),
    )
    assert "Réseaux des années ouvertes : 1" in issue
    assert CIO.objects.get().est_ouvert


def test_aucun_reseau_ne_nait_pendant_que_le_cio_ferme():
    cio, annee, tete = f.creer_cio(), f.creer_annee(), f.creer_lycee()
    issue = pendant(
        lambda: fermer_cio(perimetre=SYSTEME, cio=cio),
        lambda: creer_reseau(cio=cio, annee=annee, nom="A", tete=tete, perimetre=SYSTEME),
    )
    assert "est fermé" in issue
    assert not Reseau.objects.exists()


def test_un_cio_ne_ferme_pas_pendant_qu_on_lui_donne_une_ecole():
    cio, ecole = f.creer_cio(), f.creer_etablissement()
    issue = pendant(
        lambda: sectoriser(perimetre=SYSTEME, etablissements=[ecole], cio=cio),
        lambda: fermer_cio(perimetre=SYSTEME, cio=cio),
    )
    assert "Établissements de son secteur : 1" in issue
    assert CIO.objects.get().est_ouvert


def test_aucune_ecole_n_est_donnee_a_un_cio_qui_ferme():
    cio, ecole = f.creer_cio(), f.creer_etablissement()
    issue = pendant(
        lambda: fermer_cio(perimetre=SYSTEME, cio=cio),
        lambda: sectoriser(perimetre=SYSTEME, etablissements=[ecole], cio=cio),
    )
    assert "est fermé" in issue
    assert Etablissement.objects.get().cio is None

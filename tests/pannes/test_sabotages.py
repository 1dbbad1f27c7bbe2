"""These tests would see it: without its guard, each proof fails as it should."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from planning.models import Rappel
from planning.services.rappels import envoyer_rappels
from socle.courriels import envoyer_en_attente
from socle.enums import EtatCourriel
from socle.models import Courriel
from tests.pannes.ateliers import COURRIELS, RAPPELS
from tests.pannes.attente import attendre
from tests.pannes.echeances import creer_echeances, dits, laisser_passer_le_bail
from tests.pannes.test_battements import passer_ensemble
from tests.pannes.test_tue import apres_la_prise

pytestmark = [pytest.mark.chaos, pytest.mark.postgresql, pytest.mark.usefixtures("sans_reveil")]


@contextmanager
def sans_unicite() -> Iterator[None]:
    """One row per (milestone, due date, recipient, step) is no longer a rule of the database."""
    with connection.cursor() as curseur:
        curseur.execute("ALTER TABLE planning_rappel DROP CONSTRAINT rappel_unique")
        try:
            yield
        finally:
            Rappel.objects.all().delete()
            curseur.execute(
                "ALTER TABLE planning_rappel ADD CONSTRAINT rappel_unique"
                " UNIQUE (jalon_id, echeance, destinataire_id, etape)"
            )


@contextmanager
def au_plus_une_fois() -> Iterator[None]:
    """A reminder is treated as an arrêté: in doubt, it waits for a human."""
    with connection.cursor() as curseur:
        curseur.execute(
            "CREATE FUNCTION au_plus_une_fois() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NEW.au_moins_une_fois = false; RETURN NEW; END $$"
        )
        curseur.execute(
            "CREATE TRIGGER au_plus_une_fois BEFORE INSERT ON socle_courriel"
            " FOR EACH ROW EXECUTE FUNCTION au_plus_une_fois()"
        )
        try:
            yield
        finally:
            curseur.execute("DROP FUNCTION au_plus_une_fois CASCADE")


@pytest.mark.usefixtures("transactional_db")
def test_sans_l_unicite_vingt_passages_disent_plusieurs_fois(vers_le_puits):
    dus = creer_echeances()
    with sans_unicite():
        passer_ensemble()
        envoyer_en_attente()
        fois = Counter(dits())
        assert set(fois) == dus
        assert min(fois.values()) > 1
        assert len(vers_le_puits.recus) > len(dus)


def test_sans_la_reprise_une_echeance_n_est_jamais_dite(atelier, puits):
    """Same kill, same recovery as the true test: the mail that was claimed is still not told."""
    dus = creer_echeances()
    atelier.embaucher()
    with au_plus_une_fois():
        apres_la_prise(atelier, puits, atelier.ouvriers[0].tuer)
        atelier.embaucher()
        laisser_passer_le_bail()
        atelier.courtier.demander(RAPPELS, COURRIELS)
        attendre(
            lambda: not Courriel.objects.filter(etat__in=("a_envoyer", "en_cours")).exists(),
            "la file vidée",
        )
    assert set(dits()) < dus
    assert Courriel.objects.filter(etat=EtatCourriel.INCERTAIN).count() == 1
    assert envoyer_rappels() == []

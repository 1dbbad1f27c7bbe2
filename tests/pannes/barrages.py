"""Stopping a writer at a chosen statement: a trigger of the test database waits for a lock that we hold.

A killed client leaves its statement to the server, which would carry it through once let go: the fault proven
here is a process that died before the statement took effect, so the server's end dies too (`noyer`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

from tests.pannes.attente import attendre

VERROU = 7331
#: In this database: other tests have theirs, on the same server.
QUI_ATTEND = (
    "FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database AND datname = current_database()"
    f" WHERE locktype = 'advisory' AND objid = {VERROU} AND NOT granted"
)
FONCTION = f"""
CREATE FUNCTION barrage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_NARGS = 0 OR EXISTS (SELECT FROM socle_courriel WHERE etat = TG_ARGV[0]) THEN
        PERFORM pg_advisory_xact_lock_shared({VERROU});
    END IF;
    RETURN NEW;
END $$
"""
#: Name → where a writer waits.
LIEUX = {
    "l’écriture d’un rappel": "CREATE TRIGGER barrage BEFORE INSERT ON planning_rappel"
    " FOR EACH ROW EXECUTE FUNCTION barrage()",
    "la validation": "CREATE CONSTRAINT TRIGGER barrage AFTER INSERT ON planning_rappel"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION barrage()",
    "la prise du second courriel": "CREATE TRIGGER barrage BEFORE UPDATE ON socle_courriel"
    " FOR EACH ROW WHEN (NEW.etat = 'en_cours') EXECUTE FUNCTION barrage('envoye')",
    "l’écriture d’un fichier": "CREATE TRIGGER barrage BEFORE INSERT ON socle_fichier"
    " FOR EACH ROW EXECUTE FUNCTION barrage()",
    "la validation d’un fichier": "CREATE CONSTRAINT TRIGGER barrage AFTER INSERT ON socle_fichier"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION barrage()",
    "la prise d’un travail": "CREATE TRIGGER barrage BEFORE UPDATE ON socle_travaildefond"
    " FOR EACH ROW WHEN (OLD.etat = 'en_attente' AND NEW.etat = 'en_cours') EXECUTE FUNCTION barrage()",
    "la fin d’un travail": "CREATE TRIGGER barrage BEFORE UPDATE ON socle_travaildefond"
    " FOR EACH ROW WHEN (NEW.etat = 'termine') EXECUTE FUNCTION barrage()",
    "le marquage": "CREATE TRIGGER barrage BEFORE UPDATE ON socle_courriel"
    " FOR EACH ROW WHEN (NEW.etat = 'envoye') EXECUTE FUNCTION barrage()",
}


class Barrage:
    """Closed until `ouvrir`; those who wait are let through, or drowned first."""

    def __init__(self, garde: psycopg.Connection) -> None:
        self._garde = garde
        self._garde.execute("SELECT pg_advisory_lock(%s)", [VERROU])

    def attendre(self, nombre: int = 1) -> None:
        """That many writers are stopped there."""
        attendre(lambda: self._arretes() >= nombre, f"{nombre} écriture(s) au barrage")

    def noyer(self) -> None:
        """What they were writing is rolled back."""
        self._garde.execute(f"SELECT pg_terminate_backend(pid) {QUI_ATTEND}")
        attendre(lambda: not self._arretes(), "plus personne au barrage")

    def ouvrir(self) -> None:
        self._garde.execute("SELECT pg_advisory_unlock_all()")

    def _arretes(self) -> int:
        return self._garde.execute(f"SELECT count(*) {QUI_ATTEND}").fetchone()[0]


def connexion_a_part() -> psycopg.Connection:
    """Another session on the test database."""
    reglages = connection.settings_dict
    return psycopg.connect(
        host=reglages["HOST"],
        port=reglages["PORT"] or None,
        user=reglages["USER"],
        password=reglages["PASSWORD"] or None,
        dbname=reglages["NAME"],
        autocommit=True,
    )


@contextmanager
def barrage(lieu: str) -> Iterator[Barrage]:
    """Closed at once; gone at the end, whatever happened."""
    with connexion_a_part() as garde:
        garde.execute(FONCTION)
        garde.execute(LIEUX[lieu])
        ferme = Barrage(garde)
        try:
            yield ferme
        finally:
            ferme.ouvrir()
            garde.execute("DROP FUNCTION barrage CASCADE")

"""Rules that the database itself keeps by triggers, the same on SQLite and on PostgreSQL.

Called by migrations. SQLite rebuilds a table, and loses its triggers, when a migration changes it: that
migration runs `retirer` before and `poser` after (`verifier_coherence` names the missing ones).
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class Refus(NamedTuple):
    """An order (INSERT, UPDATE, DELETE) on a table is refused where the condition, in SQL, holds.

    The condition reads NEW and OLD; `regle` is the error raised, and ends the name of the trigger.
    """

    table: str
    ordre: str
    condition: str
    regle: str

    @property
    def nom(self) -> str:
        return f"{self.table}_{self.ordre.lower()}_{self.regle}"


def poser(schema_editor: BaseDatabaseSchemaEditor, refus: Iterable[Refus]) -> None:
    """Creates the triggers."""
    creer = _sur_postgresql if schema_editor.connection.vendor == "postgresql" else _sur_sqlite
    for un_refus in refus:
        for ordre in creer(un_refus):
            # No parameters: the % of a condition is its own.
            schema_editor.execute(ordre, params=None)


def retirer(schema_editor: BaseDatabaseSchemaEditor, refus: Iterable[Refus]) -> None:
    """Drops them."""
    for un_refus in refus:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {un_refus.nom} ON {un_refus.table}")
            schema_editor.execute(f"DROP FUNCTION {un_refus.nom}()")
        else:
            schema_editor.execute(f"DROP TRIGGER {un_refus.nom}")


def _sur_sqlite(refus: Refus) -> list[str]:
    return [
        (
            f"CREATE TRIGGER {refus.nom} BEFORE {refus.ordre} ON {refus.table} WHEN {refus.condition} "
            f"BEGIN SELECT RAISE(ABORT, '{refus.regle}'); END"
        )
    ]


def _sur_postgresql(refus: Refus) -> list[str]:
    rendue = "OLD" if refus.ordre == "DELETE" else "NEW"
    # In brackets: plpgsql would end the IF at the THEN of a CASE.
    return [
        (
            f"CREATE FUNCTION {refus.nom}() RETURNS trigger AS $$ BEGIN IF ({refus.condition}) THEN "
            f"RAISE EXCEPTION '{refus.regle}' USING ERRCODE = 'integrity_constraint_violation'; "
            f"END IF; RETURN {rendue}; END $$ LANGUAGE plpgsql"
        ),
        (
            f"CREATE TRIGGER {refus.nom} BEFORE {refus.ordre} ON {refus.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {refus.nom}()"
        ),
    ]

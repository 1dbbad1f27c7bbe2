"""Has this database received the migrations of this code?"""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

#: What this process has seen once stays true: a database only goes forward under it.
_vu_a_jour: list[bool] = []


def migrations_en_attente() -> int:
    """Migrations of this code that this database has not received."""
    executeur = MigrationExecutor(connection)
    return len(executeur.migration_plan(executeur.loader.graph.leaf_nodes()))


def base_prete() -> bool:
    """One query once the schema has been seen up to date; `DatabaseError` when the database is away."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT 1")
    if not _vu_a_jour and migrations_en_attente() == 0:
        _vu_a_jour.append(True)
    return bool(_vu_a_jour)

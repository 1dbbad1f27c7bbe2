"""From one release to the next: data kept, each step reversible, no lock that hurts, old code serves."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models.fields import NOT_PROVIDED

from tests.depot import COUCHES
from tests.montees.versions import charger, version_1_0
from tests.sauvegarde.serveurs import serveur_vide

MONTER = Path(__file__).with_name("monter.py")
#: Migrations that cannot be undone, with their reason.
SANS_RETOUR: dict[tuple[str, str], str] = {}
#: Operations that the code of the former release survives, whatever they hold.
SANS_DANGER = (migrations.AddIndex, migrations.RunPython, migrations.AlterModelOptions)
#: (app, migration) → why the other operations that it holds are harmless to the former code.
EXAMINEES: dict[tuple[str, str], str] = {}
#: Rules of squawk that do not apply, with their reason.
REGLES_ECARTEES = {
    "prefer-robust-stmts": "a migration is one transaction: it starts again from nothing",
    "require-timeout-settings": "lock_timeout and statement_timeout come with the connection (settings)",
    "require-concurrent-index-creation": "tables of a département hold thousands of rows, not millions",
    "adding-foreign-key-constraint": "Django adds it to a table just created, or to an empty column",
    "constraint-missing-not-valid": "same: nothing to read",
    "prefer-identity": "Django’s BigAutoField is already one",
    "ban-char-field": "Django’s own types",
    "prefer-text-field": "lengths are rules of the trade",
    "prefer-bigint-over-int": "small counters are meant",
    "prefer-bigint-over-smallint": "small counters are meant",
}

#: The base kept of version 1.0 holds a few rows of each table: not every final milestone is among them.
DE_L_ECHANTILLON = "n’a pas de jalon de fin : aucun rappel n’en part."


def nouvelles() -> list[tuple[str, str]]:
    """Migrations of ours that version 1.0 did not have, in the order in which they run."""
    chargeur = MigrationLoader(connection)
    anciennes = version_1_0().migrations
    plan = chargeur.graph._generate_plan(chargeur.graph.leaf_nodes(), at_end=True)
    return [(app, nom) for app, nom in plan if app in COUCHES and nom not in anciennes.get(app, ())]


@pytest.mark.django_db(transaction=True)
def test_une_base_de_la_version_1_0_monte_redescend_et_remonte_avec_ses_donnees(tmp_path):
    with serveur_vide(tmp_path) as serveur:
        dit = json.loads(serveur.script(MONTER))
    ajoutes_par_migrate = {"auth.permission", "contenttypes.contenttype"}
    attendu = {label: n for label, n in dit["avant"].items() if label not in ajoutes_par_migrate}
    assert sum(attendu.values()) > 600
    for etape in ("montee", "remontee"):
        trouve = {label: n for label, n in dit[etape]["lignes"].items() if label not in ajoutes_par_migrate}
        assert trouve == attendu
        assert [a for a in dit[etape]["anomalies"] if not a.endswith(DE_L_ECHANTILLON)] == []
    assert (dit["connexion"], dit["pdf"]) == (302, 200)


@pytest.mark.django_db
def test_le_code_de_la_version_1_0_ecrit_et_lit_dans_le_schema_d_aujourd_hui():
    """Its models insert their rows here, then read them back: a column that it does not know asks nothing."""
    version = version_1_0()
    numeros = {
        (ligne["app_label"], ligne["model"]): ligne["id"]
        for ligne in version.lignes["contenttypes.contenttype"]
    }
    ici = ContentType.objects.in_bulk()
    types = {numero: _type_ici(ici, *nom) for nom, numero in numeros.items()}
    charger(version, types_de_contenu=types)
    for modele in version.apps().get_models():
        lignes = version.lignes.get(modele._meta.label_lower, [])
        if modele._meta.app_label in COUCHES and lignes:
            lues = list(modele._base_manager.order_by("pk"))
            assert len(lues) == len(lignes), modele._meta.label


def _type_ici(ici: dict[int, ContentType], app: str, modele: str) -> int:
    trouves = [pk for pk, genre in ici.items() if (genre.app_label, genre.model) == (app, modele)]
    return trouves[0] if trouves else ContentType.objects.create(app_label=app, model=modele).pk


@pytest.mark.django_db
@pytest.mark.sqlite
def test_chaque_migration_se_defait_ou_dit_pourquoi():
    fautes = [
        f"{app}.{nom} : {operation.describe()}"
        for (app, nom), migration in MigrationLoader(connection).disk_migrations.items()
        if app in COUCHES and (app, nom) not in SANS_RETOUR
        for operation in migration.operations
        if not operation.reversible
    ]
    assert not fautes


@pytest.mark.django_db
@pytest.mark.sqlite
def test_ce_qui_change_le_schema_laisse_servir_l_ancien_code():
    """While a release goes on line, the former one still serves: tables and columns are added, never taken.

    What is removed is removed one release later. A new column is nullable or has its default in the base. A
    table that the former release did not know may change as it likes.
    """
    chargeur, connus = MigrationLoader(connection), modeles_connus()
    fautes = [
        f"{app}.{nom} : {operation.describe()}"
        for app, nom in nouvelles()
        if (app, nom) not in EXAMINEES
        for operation in chargeur.disk_migrations[app, nom].operations
        if not _additive(operation, app, connus)
    ]
    assert not fautes


def modeles_connus() -> set[tuple[str, str]]:
    """(app, model) of version 1.0."""
    return {(m._meta.app_label, m._meta.model_name) for m in version_1_0().apps().get_models()}


def _additive(operation: Operation, app: str, connus: set[tuple[str, str]]) -> bool:
    modele = getattr(operation, "model_name", None) or getattr(operation, "name", None)
    if isinstance(operation, SANS_DANGER) or (modele and (app, modele.lower()) not in connus):
        return True
    if isinstance(operation, migrations.AddField):
        champ = operation.field
        return champ.null or champ.db_default is not NOT_PROVIDED or bool(champ.many_to_many)
    return False


@pytest.mark.parametrize(
    ("operation", "additive"),
    [
        (migrations.AddField("a", "c", models.TextField(default="")), False),
        (migrations.AddField("a", "c", models.TextField(null=True)), True),
        (migrations.AddField("a", "c", models.TextField(db_default="")), True),
        (migrations.RemoveField("a", "c"), False),
        (migrations.DeleteModel("a"), False),
        (migrations.RenameField("a", "c", "d"), False),
        (migrations.AlterField("a", "c", models.CharField(max_length=3)), False),
        (migrations.RunSQL("SELECT 1"), False),
    ],
)
def test_ce_qui_passe_pour_un_ajout(operation, additive):
    assert _additive(operation, "essai", {("essai", "a")}) is additive
    assert _additive(operation, "essai", set()) is (additive or not isinstance(operation, migrations.RunSQL))


@pytest.mark.django_db
@pytest.mark.postgresql
def test_aucune_migration_nouvelle_ne_bloque_une_table_en_service(tmp_path, capsys):
    """What concerns only tables that version 1.0 did not know stops nobody."""
    anciennes = [f'"{m._meta.db_table}"' for m in version_1_0().apps().get_models()]
    for app, nom in nouvelles():
        call_command("sqlmigrate", app, nom)
        ordres = [
            ordre
            for ordre in capsys.readouterr().out.splitlines()
            if ordre.startswith(("CREATE TABLE", "BEGIN", "COMMIT")) or any(t in ordre for t in anciennes)
        ]
        (tmp_path / f"{app}_{nom}.sql").write_text("\n".join(ordres))
    lu = _squawk(tmp_path)
    assert lu.returncode == 0, lu.stdout


@pytest.mark.parametrize(
    "ordre",
    [
        "ALTER TABLE psyen_psyen ADD COLUMN c text NOT NULL;",
        "ALTER TABLE psyen_psyen ALTER COLUMN nom TYPE varchar(200);",
        "ALTER TABLE psyen_psyen DROP COLUMN nom;",
        "ALTER TABLE psyen_psyen RENAME COLUMN nom TO patronyme;",
    ],
)
@pytest.mark.sqlite
def test_squawk_reconnait_ce_qui_bloque(tmp_path, ordre):
    (tmp_path / "essai.sql").write_text(ordre)
    assert _squawk(tmp_path).returncode == 1


def _squawk(dossier: Path) -> subprocess.CompletedProcess[str]:
    programme = Path(sys.executable).with_name("squawk")
    fichiers = sorted(str(chemin) for chemin in dossier.glob("*.sql"))
    ecartees = [f"--exclude={regle}" for regle in REGLES_ECARTEES]
    return subprocess.run(
        [programme, "--pg-version=15.0", *ecartees, *fichiers],
        capture_output=True,
        text=True,
        check=False,
    )

"""Dump and load of the database on each engine. A load is one transaction: all or nothing."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from socle.sauvegarde.erreurs import ArchiveInvalide, SauvegardeImpossible

#: Restored, an ended or a stolen session would open again.
SANS_LIGNES = ("comptes_session", "django_session")
#: Written by `migrate` itself, or by a worker with nothing to do: with rows in these only, a base is empty.
ECRITES_D_OFFICE = {"django_migrations", "django_content_type", "auth_permission", "socle_battement"}
ATTENTE = "30s"
#: What the settings may say of the way to the server, and pg_dump must be told too.
DE_LIBPQ = (
    *("host", "hostaddr", "port", "dbname", "user", "service", "passfile", "gssencmode"),
    *("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl"),
)


class Moteur(Protocol):
    nom: str
    membre: str

    def version(self) -> str: ...

    def exporter(self, dossier: Path) -> tuple[Path, dict[str, int]]:
        """The dump and the number of rows of each table, both of the same instant."""

    def importer(self, dump: Path, lignes: dict[str, int], ensuite: Sequence[str]) -> None:
        """Replaces the whole content by the dump, checks the rows, runs `ensuite` (SQL): all or nothing."""


def moteur_de(connexion: BaseDatabaseWrapper) -> Moteur:
    return MoteurPostgresql(connexion) if connexion.vendor == "postgresql" else MoteurSqlite(connexion)


def est_vide(connexion: BaseDatabaseWrapper) -> bool:
    """No row but those that `migrate` writes in a new base."""
    with connexion.cursor() as curseur:
        tables = set(connexion.introspection.table_names(curseur)) - ECRITES_D_OFFICE
        for table in sorted(tables):
            curseur.execute(f"SELECT 1 FROM {connexion.ops.quote_name(table)} LIMIT 1")
            if curseur.fetchone():
                return False
    return True


def _compter(connexion: Any, tables: Sequence[str]) -> dict[str, int]:
    """`connexion`: anything whose `execute` gives a cursor (Django, psycopg, sqlite3)."""
    return {
        table: connexion.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]
        for table in sorted(set(tables) - set(SANS_LIGNES))
    }


# --- SQLite ------------------------------------------------------------------------------------------


class MoteurSqlite:
    """The backup API copies a live base page by page, as of one instant."""

    nom = "SQLite"
    membre = "base.sqlite3.gz"

    def __init__(self, connexion: BaseDatabaseWrapper) -> None:
        self.connexion = connexion

    def version(self) -> str:
        return sqlite3.sqlite_version

    def exporter(self, dossier: Path) -> tuple[Path, dict[str, int]]:
        copie, dump = dossier / "base.sqlite3", dossier / self.membre
        self.connexion.ensure_connection()
        with closing(self._ouvrir(copie)) as cible:
            self.connexion.connection.backup(cible)
            # What is left out is not in the freed pages either.
            cible.execute("PRAGMA journal_mode = DELETE")
            cible.execute("PRAGMA secure_delete = ON")
            tables = _tables_sqlite(cible)
            for table in set(SANS_LIGNES).intersection(tables):
                cible.execute(f'DELETE FROM "{table}"')
            lignes = _compter(cible, tables)
        with copie.open("rb") as clair, gzip.open(dump, "wb", compresslevel=6) as serre:
            shutil.copyfileobj(clair, serre)
        copie.unlink()
        return dump, lignes

    def importer(self, dump: Path, lignes: dict[str, int], ensuite: Sequence[str]) -> None:
        copie = dump.with_suffix("")
        with gzip.open(dump, "rb") as serre, copie.open("xb") as clair:
            shutil.copyfileobj(serre, clair)
        self.connexion.ensure_connection()
        with closing(self._ouvrir(copie)) as source:
            if source.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise ArchiveInvalide("La base contenue dans l’archive est altérée.")
            _exiger_les_memes(_compter(source, _tables_sqlite(source)), lignes)
            for ordre in ensuite:
                source.execute(ordre)
            source.backup(self.connexion.connection)

    def _ouvrir(self, copie: Path) -> sqlite3.Connection:
        """With the functions of Django, which the checks of the tables call."""
        return self.connexion.get_new_connection({"database": copie, "isolation_level": None})


def _tables_sqlite(connexion: sqlite3.Connection) -> list[str]:
    lues = connexion.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return [nom for (nom,) in lues]


def _exiger_les_memes(trouvees: dict[str, int], attendues: dict[str, int]) -> None:
    if trouvees != attendues:
        autres = sorted(t for t in {*trouvees, *attendues} if trouvees.get(t) != attendues.get(t))
        raise ArchiveInvalide(f"L’archive n’a pas les lignes qu’elle annonce : {', '.join(autres)}.")


# --- PostgreSQL --------------------------------------------------------------------------------------


class MoteurPostgresql:
    """pg_dump on an exported snapshot; pg_restore as SQL into one transaction of psql."""

    nom = "PostgreSQL"
    membre = "base.dump"

    def __init__(self, connexion: BaseDatabaseWrapper) -> None:
        self.connexion = connexion
        connexion.ensure_connection()
        self._numero = connexion.connection.info.server_version
        self._adresse = " ".join(
            f"{cle}={_protegee(str(valeur))}"
            for cle, valeur in connexion.get_connection_params().items()
            if cle in DE_LIBPQ
        )
        mot_de_passe = connexion.settings_dict.get("PASSWORD")
        # In the environment, not in the arguments, which any user of the machine may read.
        self._environnement = os.environ | ({"PGPASSWORD": mot_de_passe} if mot_de_passe else {})

    def version(self) -> str:
        majeure, mineure = divmod(self._numero, 10_000)
        return f"{majeure}.{mineure}"

    def exporter(self, dossier: Path) -> tuple[Path, dict[str, int]]:
        dump = dossier / self.membre
        with self._instantane() as (instantane, lignes):
            exclues = [f"--exclude-table-data={table}" for table in SANS_LIGNES]
            self._lancer(
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={instantane}",
                f"--lock-wait-timeout={ATTENTE}",
                *exclues,
                f"--file={dump}",
                f"--dbname={self._adresse}",
            )
        return dump, lignes

    @contextmanager
    def _instantane(self) -> Iterator[tuple[str, dict[str, int]]]:
        """A snapshot that pg_dump shares, and the rows that it holds."""
        with transaction.atomic(using=self.connexion.alias), self.connexion.cursor() as curseur:
            curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            curseur.execute("SET LOCAL statement_timeout = 0")
            curseur.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            curseur.execute("SELECT pg_export_snapshot()")
            (instantane,) = curseur.fetchone()
            curseur.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            tables = [table for (table,) in curseur.fetchall()]
            yield instantane, _compter(curseur, tables)

    def importer(self, dump: Path, lignes: dict[str, int], ensuite: Sequence[str]) -> None:
        self.connexion.close()
        environnement = self._environnement | {"PGOPTIONS": f"-c lock_timeout={ATTENTE}"}
        commande = [self._programme("psql"), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"]
        commande += ["--single-transaction", "--output", os.devnull, "--dbname", self._adresse]
        commande += ["--command", "SET client_min_messages = warning"]
        commande += ["--command", "DROP SCHEMA public CASCADE", "--command", "CREATE SCHEMA public"]
        commande += ["--command", "ALTER SCHEMA public OWNER TO pg_database_owner", "--file", "-"]
        for ordre in ("SET search_path = public", _controle(lignes), *ensuite):
            commande += ["--command", ordre]
        restauration = [self._programme("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)]
        with (
            tempfile.TemporaryFile() as plaintes,
            subprocess.Popen(restauration, stdout=subprocess.PIPE, stderr=plaintes) as lecture,
            subprocess.Popen(commande, stdin=subprocess.PIPE, stderr=plaintes, env=environnement) as ecriture,
        ):
            entier = _transvaser(lecture, ecriture)
            if not entier:
                # Before its input ends: at the end of its input psql would commit what it has.
                ecriture.kill()
            ecriture.communicate()
            plaintes.seek(0)
            erreurs = plaintes.read().decode(errors="replace").strip()
        if not entier or ecriture.returncode != 0:
            raise SauvegardeImpossible(
                f"La restauration a échoué, la base est restée comme avant : {erreurs[-2000:]}"
            )

    def _lancer(self, nom: str, *arguments: str) -> None:
        fini = subprocess.run(
            [self._programme(nom), *arguments],
            env=self._environnement,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if fini.returncode != 0:
            raise SauvegardeImpossible(f"{nom} a échoué : {fini.stderr.strip()[-2000:]}")

    def _programme(self, nom: str) -> str:
        """The client of the server's own version where Debian puts it, otherwise that of the PATH."""
        majeure = self._numero // 10_000
        debian = Path(f"/usr/lib/postgresql/{majeure}/bin") / nom
        trouve = str(debian) if debian.is_file() else shutil.which(nom)
        if trouve is None:
            raise SauvegardeImpossible(
                f"Le programme {nom} manque : installez le paquet postgresql-client-{majeure}."
            )
        return trouve


def _protegee(valeur: str) -> str:
    """A value of a connection string (libpq): quotes and backslashes are escaped."""
    return "'" + valeur.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _controle(lignes: dict[str, int]) -> str:
    """SQL that raises, hence undoes everything, when a table has not the rows that were dumped."""
    controles = "".join(
        f'IF (SELECT count(*) FROM public."{table}") <> {nombre} THEN RAISE EXCEPTION '
        f"'la table {table} n’a pas ses {nombre} lignes'; END IF; "
        for table, nombre in lignes.items()
    )
    return f"DO $controle$ BEGIN {controles} END $controle$"


def _transvaser(lecture: subprocess.Popen[bytes], ecriture: subprocess.Popen[bytes]) -> bool:
    """True when pg_restore said everything and psql took it."""
    if lecture.stdout is None or ecriture.stdin is None:
        return False
    try:
        shutil.copyfileobj(lecture.stdout, ecriture.stdin, 1024 * 1024)
        ecriture.stdin.flush()
    except BrokenPipeError:
        lecture.kill()
        return False
    return lecture.wait() == 0

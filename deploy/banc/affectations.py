"""Every affectation of ten years in one CSV, beside `psql \\copy` of the same query on the same server."""

import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import systeme
from django.db import connection

from comptes.enums import Role
from psyen.exports import COLONNES_AFFECTATIONS, affectations_a_exporter, lignes_affectations
from psyen.models import Repartition
from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre
from socle.tableurs import flux_csv

TOURS = 5


def mesurer_affectations():
    """What the page of the first ADMIN sends, made in a process that does nothing else: medians of rounds in
    turn, in seconds; rows; the peak of the process in MB.
    """
    perimetre, requete = _admin(), requete_de_l_export()
    durees, copies = [], []
    with tempfile.TemporaryDirectory() as dossier:
        vers = Path(dossier) / "affectations.csv"
        for _ in range(TOURS + 1):  # the first warms both
            durees.append(_exporter(perimetre, vers))
            copies.append(_copier(requete, vers))
        with vers.open("rb") as fichier:
            lignes = sum(1 for _ in fichier) - 1
    return {
        "export": statistics.median(durees[1:]),
        "copie": statistics.median(copies[1:]),
        "lignes": lignes,
        "memoire": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _exporter(perimetre, vers):
    debut = time.perf_counter()
    lues = lignes_affectations(Repartition.objects.dans_perimetre(perimetre), perimetre=perimetre)
    with vers.open("wb") as fichier:
        fichier.writelines(flux_csv(colonnes=COLONNES_AFFECTATIONS, lignes=lues))
    return time.perf_counter() - debut


def _admin():
    return Perimetre.de(Habilitation.objects.pour_perimetre().filter(role=Role.ADMIN).order_by("pk")[0])


def requete_de_l_export():
    """The query of the export, its values written in."""
    perimetre = _admin()
    lues = affectations_a_exporter(Repartition.objects.dans_perimetre(perimetre), perimetre=perimetre)
    sql, parametres = lues.query.sql_with_params()
    connection.ensure_connection()
    return psycopg.ClientCursor(connection.connection).mogrify(sql, parametres)


def _copier(requete, vers):
    base = connection.settings_dict
    psql = [systeme.trouver_postgresql() / "psql", "-X", "-q", "-h", base["HOST"], "-U", base["USER"]]
    debut = time.perf_counter()
    ordre = f"\\copy ({requete}) to '{vers}' (format csv, header)"
    subprocess.run([*psql, "-d", base["NAME"], "-c", ordre], check=True)
    return time.perf_counter() - debut

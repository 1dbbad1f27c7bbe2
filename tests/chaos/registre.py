"""What people were told is saved, kept on their side; and what the base says of it afterwards."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg

#: Kind of gesture → the marks found in the base and how many whole copies of each.
ECRITS = {
    "commentaire": "SELECT texte, count(*) FROM planning_commentaire GROUP BY 1",
    "jalon": "SELECT intitule, count(*) FROM planning_jalon WHERE NOT est_final GROUP BY 1",
    "document": """SELECT titre, count(*) FROM socle_document d
        JOIN socle_versiondocument v ON v.document_id = d.id JOIN socle_fichier f ON f.id = v.fichier_id
        GROUP BY 1""",
    "relance": """SELECT c.objet, count(*) FROM socle_courriel c
        JOIN planning_rappel r ON r.courriel_id = c.id WHERE r.etape LIKE 'relance-%' GROUP BY 1""",
    "grille": """SELECT id || '/' || n, count(*) FROM psyen_repartition, generate_series(1, revision) n
        GROUP BY 1""",
}
ACTES = "SELECT count(*) FROM socle_entreejournal WHERE action = "
#: Two counts that only an act cut in half would make differ.
MOITIES = {
    "un commentaire et son acte": f"""SELECT (SELECT count(*) FROM planning_commentaire),
        ({ACTES} 'planning.action.commentee')""",
    "un jalon et son acte": f"""SELECT (SELECT count(*) FROM planning_jalon
        WHERE intitule ~ '^Jalon [0-9a-f]{{16}}$'), ({ACTES} 'planning.jalon.cree')""",
    "un document et son acte": f"""SELECT (SELECT count(*) FROM socle_document),
        ({ACTES} 'socle.document.depose')""",
    "un document et son fichier": """SELECT (SELECT count(*) FROM socle_document),
        (SELECT count(*) FROM socle_fichier WHERE length(contenu) = taille
        AND encode(sha256(contenu), 'hex') = sha256 AND nom = 'notes.txt')""",
    "une relance et son acte": f"""SELECT (SELECT count(DISTINCT etape) FROM planning_rappel
        WHERE etape LIKE 'relance-%'), ({ACTES} 'planning.jalon.relance')""",
    "une grille et son acte": f"""SELECT (SELECT sum(revision - 1) FROM psyen_repartition),
        ({ACTES} 'psyen.repartition.enregistree')""",
}


class Registre:
    """One line per gesture acknowledged: on the disk before anything else is done."""

    def __init__(self, chemin: Path) -> None:
        self._sortie = chemin.open("a", encoding="utf-8")
        self._chemin = chemin
        self._verrou = threading.Lock()
        self.nombre = 0

    def acquitter(self, genre: str, marque: str) -> None:
        with self._verrou:
            self._sortie.write(json.dumps([genre, marque], ensure_ascii=False) + "\n")
            self._sortie.flush()
            os.fsync(self._sortie.fileno())
            self.nombre += 1

    def lire(self) -> set[tuple[str, str]]:
        return {tuple(json.loads(ligne)) for ligne in self._chemin.read_text(encoding="utf-8").splitlines()}

    def fermer(self) -> None:
        self._sortie.close()


def fautes(base: psycopg.Connection, registre: Registre) -> list[str]:
    """What is lost, written twice or cut in half."""
    return [*_perdus_ou_doubles(base, registre), *_moities(base)]


def _perdus_ou_doubles(base: psycopg.Connection, registre: Registre) -> Iterator[str]:
    trouves: Counter[tuple[str, str]] = Counter()
    for genre, requete in ECRITS.items():
        trouves.update({(genre, marque): fois for marque, fois in base.execute(requete)})
    for genre, marque in sorted(registre.lire()):
        if not trouves[genre, marque]:
            yield f"perdu : {marque} ({genre})"
    for (genre, marque), fois in sorted(trouves.items()):
        if fois > 1:
            yield f"écrit {fois} fois : {marque} ({genre})"


def _moities(base: psycopg.Connection) -> Iterator[str]:
    for quoi, requete in MOITIES.items():
        un, autre = base.execute(requete).fetchone() or (0, 0)
        if un != autre:
            yield f"{quoi} : {un} et {autre}"

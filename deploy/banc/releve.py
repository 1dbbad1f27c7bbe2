"""The figures of a run: printed as a table, each beside its bound."""

import os
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Releve:
    """One figure; without a bound it is there to be read."""

    intitule: str
    valeur: float
    unite: str
    borne: float | None = None
    au_moins: bool = False
    detail: str = ""

    @property
    def tenu(self):
        if self.borne is None:
            return True
        return self.valeur >= self.borne if self.au_moins else self.valeur <= self.borne

    def ligne(self):
        borne = "" if self.borne is None else f"{'≥' if self.au_moins else '≤'} {nombre(self.borne)}"
        verdict = "" if self.borne is None else ("oui" if self.tenu else "NON")
        mesure = f"{nombre(self.valeur)} {self.unite}"
        return f"{self.intitule:<58} {mesure:>12} {borne:>9} {verdict:<4} {self.detail}".rstrip()


def nombre(valeur):
    """Three significant digits, decimal comma."""
    texte = f"{valeur:.0f}" if abs(valeur) >= 100 else f"{valeur:.3g}"
    return texte.replace(".", ",")


def imprimer(titre, releves):
    print(f"\n{titre}")
    for releve in releves:
        print(f"  {releve.ligne()}", flush=True)


def lancer(ordre, environnement, dossier):
    """(seconds, peak MB of its largest process) of a command that must succeed."""
    debut = time.perf_counter()
    processus = subprocess.Popen(
        [str(mot) for mot in ordre],
        cwd=dossier,
        env=environnement,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    sortie = processus.stdout.read()
    _, statut, usage = os.wait4(processus.pid, 0)
    duree = time.perf_counter() - debut
    processus.returncode = os.waitstatus_to_exitcode(statut)
    if processus.returncode:
        raise SystemExit(f"{' '.join(map(str, ordre))} a échoué :\n{sortie[-3000:]}")
    return duree, usage.ru_maxrss / 1024, sortie

"""What a load test concludes from its notes: writes lost or doubled, memory that grows."""

import statistics
from collections import defaultdict
from typing import NamedTuple


class Ecriture(NamedTuple):
    """A gesture as its author saw it: `marque` is what he wrote, `objet` where.

    `certaine`: the service answered that it was done. Cut short, a gesture may stand in the base or not.
    """

    genre: str
    objet: str
    marque: str
    certaine: bool = True


class Lecture(NamedTuple):
    """What the base holds of one object: how many times it was written, and what was written last."""

    nombre: int
    derniere: str


class Verdict(NamedTuple):
    #: One sentence for each object that lost or doubled something.
    perdues: list[str]
    doublees: list[str]


def verifier(ecritures, avant, apres):
    """`avant` and `apres`: (genre, object) → `Lecture`, around the test. Each acknowledged write must be
    there once, the last one on top.
    """
    par_objet = defaultdict(list)
    for ecriture in ecritures:
        par_objet[ecriture.genre, ecriture.objet].append(ecriture)
    verdict = Verdict([], [])
    for cle, siennes in par_objet.items():
        _verifier_objet(verdict, cle, siennes, avant.get(cle), apres.get(cle))
    return verdict


def _verifier_objet(verdict, cle, siennes, avant, apres):
    certaines = [ecriture for ecriture in siennes if ecriture.certaine]
    nombre = (apres.nombre if apres else 0) - (avant.nombre if avant else 0)
    if nombre < len(certaines):
        verdict.perdues.append(f"{_dire(cle)} : {len(certaines)} écrites, {max(nombre, 0)} en base")
    elif nombre > len(siennes):
        verdict.doublees.append(f"{_dire(cle)} : {len(siennes)} écrites, {nombre} en base")
    elif siennes[-1].certaine and apres and apres.derniere != siennes[-1].marque:
        attendue = siennes[-1].marque
        verdict.perdues.append(f"{_dire(cle)} : « {attendue} » attendu, « {apres.derniere} » en base")


def _dire(cle):
    genre, objet = cle
    return f"{genre} {objet}"


def derive(releves):
    """Growth of the last third of the samples over the middle one: 0.05 is 5 %. The first third warms up."""
    tiers = len(releves) // 3
    if not tiers:
        return 0.0
    milieu, fin = statistics.mean(releves[tiers:-tiers]), statistics.mean(releves[-tiers:])
    return fin / milieu - 1


def centile(durees, part):
    """The duration that this part of them does not pass; the longest one when they are few."""
    rangees = sorted(durees)
    return rangees[min(len(rangees) - 1, int(part * len(rangees)))]

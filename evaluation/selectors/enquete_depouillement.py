"""From the sheets to what is published of them: pure computation, run once, at the closing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from evaluation.enums import GenreQuestion
from evaluation.models import Question
from evaluation.selectors.enquete_protection import (
    Tranche,
    choix_montrables,
    coche_montrable,
    est_petit,
    groupes_montrables,
    moyennes_sures,
    regrouper,
    tranches_montrables,
)
from evaluation.selectors.enquete_publication import (
    Agregat,
    GroupePublie,
    Part,
    Publication,
    QuestionPubliee,
)


@dataclass(frozen=True)
class Bulletin:
    """One sheet, out of the sealed urn: a CIO and the answers, by question."""

    cio: int
    reponses: Mapping[int, Any]


@dataclass(frozen=True)
class Invites:
    """The persons invited from one CIO."""

    cio: int
    nom: str
    nombre: int


@dataclass(frozen=True)
class Groupe:
    """A group of CIO and the sheets that came from it."""

    publie: GroupePublie
    bulletins: Sequence[Bulletin]


def depouiller(
    questions: Sequence[Question],
    bulletins: Sequence[Bulletin],
    invites: Sequence[Invites],
    *,
    seuil: int,
    par_cio: bool,
) -> Publication:
    """Everything that may be told; below the threshold, nothing but the number of persons invited."""
    nombre = sum(cio.nombre for cio in invites)
    if len(bulletins) < seuil:
        return Publication(seuil=seuil, invites=nombre, reponses=None)
    groupes = _groupes(bulletins, invites, seuil) if par_cio else []
    return Publication(
        seuil=seuil,
        invites=nombre,
        reponses=len(bulletins),
        groupes=tuple(groupe.publie for groupe in groupes),
        questions={
            question.pk: _depouiller_question(question, bulletins, groupes, seuil)
            for question in questions
            if question.genre != GenreQuestion.TEXTE_LIBRE
        },
        textes=frozenset(
            question.pk
            for question in questions
            if question.genre == GenreQuestion.TEXTE_LIBRE
            and _textes_montrables(sum(question.pk in b.reponses for b in bulletins), len(bulletins), seuil)
        ),
    )


def _textes_montrables(textes: int, n: int, seuil: int) -> bool:
    """Neither those who wrote nor those who kept silent are 1 to 4."""
    return textes >= seuil and not est_petit(n - textes, seuil)


def _groupes(bulletins: Sequence[Bulletin], invites: Sequence[Invites], seuil: int) -> list[Groupe]:
    """The groups of CIO, those that may be shown with their number of answers; none when there is only
    one.
    """
    reunis = regrouper([cio.nombre for cio in invites], seuil)
    if len(reunis) < 2:
        return []
    membres = [[invites[rang] for rang in rangs] for rangs in reunis]
    sortis = [[b for b in bulletins if b.cio in {cio.cio for cio in cios}] for cios in membres]
    nombres = [sum(cio.nombre for cio in cios) for cios in membres]
    montres = groupes_montrables(nombres, [len(sorti) for sorti in sortis], seuil)
    return [
        Groupe(
            GroupePublie(
                nom=" et ".join(cio.nom for cio in cios),
                cios=tuple(cio.cio for cio in cios),
                invites=nombre,
                reponses=len(sorti) if rang in montres else None,
            ),
            sorti,
        )
        for rang, (cios, sorti, nombre) in enumerate(zip(membres, sortis, nombres, strict=True))
    ]


def _depouiller_question(
    question: Question, bulletins: Sequence[Bulletin], groupes: Sequence[Groupe], seuil: int
) -> QuestionPubliee:
    if question.genre == GenreQuestion.ECHELLE:
        return _echelle(question.pk, bulletins, groupes, seuil)
    compter = _choix_multiple if question.genre == GenreQuestion.CHOIX_MULTIPLE else _choix_unique
    return QuestionPubliee(compter(question, bulletins, seuil), tuple(None for _ in groupes))


# --- Scales -------------------------------------------------------------------------------------------


def _echelle(
    pk: int, bulletins: Sequence[Bulletin], groupes: Sequence[Groupe], seuil: int
) -> QuestionPubliee:
    valeurs = [bulletin.reponses[pk] for bulletin in bulletins]
    aucune = tuple(None for _ in groupes)
    if len(set(valeurs)) == 1:
        return QuestionPubliee(Agregat(seuil, len(valeurs), homogene=True), aucune)
    montrable = tranches_montrables(valeurs, seuil)
    agregat = Agregat(
        seuil,
        len(valeurs),
        _moyenne(valeurs) if montrable.avec_moyenne else None,
        tuple(_part(tranche) for tranche in montrable.tranches),
    )
    par_groupe = _par_groupe(pk, groupes, montrable.tranches, seuil) if montrable.avec_moyenne else aucune
    return QuestionPubliee(agregat, par_groupe)


def _par_groupe(
    pk: int, groupes: Sequence[Groupe], tranches: Sequence[Tranche], seuil: int
) -> tuple[Agregat | None, ...]:
    """The mean of each group shown, if all of them, and what the total gives back of the others, may be
    told.
    """
    notes = [[bulletin.reponses[pk] for bulletin in groupe.bulletins] for groupe in groupes]
    montres = [groupe.publie.reponses is not None for groupe in groupes]
    connus = [(len(n), sum(n)) for n, montre in zip(notes, montres, strict=True) if montre]
    reste = [note for n, montre in zip(notes, montres, strict=True) if not montre for note in n]
    if reste:
        connus.append((len(reste), sum(reste)))
    if not any(montres) or not moyennes_sures(connus, tranches, seuil):
        return tuple(None for _ in groupes)
    return tuple(
        Agregat(seuil, len(n), _moyenne(n)) if montre else None
        for n, montre in zip(notes, montres, strict=True)
    )


def _moyenne(valeurs: Sequence[int]) -> Decimal:
    exacte = Decimal(sum(valeurs)) / len(valeurs)
    return exacte.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _part(tranche: Tranche) -> Part:
    return Part(f"de {tranche.bas} à {tranche.haut}", tranche.effectif, (tranche.bas, tranche.haut))


# --- Choices ------------------------------------------------------------------------------------------


def _choix_unique(question: Question, bulletins: Sequence[Bulletin], seuil: int) -> Agregat:
    choisis = [bulletin.reponses[question.pk] for bulletin in bulletins]
    if len(set(choisis)) == 1:
        return Agregat(seuil, len(choisis), homogene=True)
    effectifs = [choisis.count(rang) for rang in range(len(question.choix))]
    groupes = choix_montrables(effectifs, seuil) or []
    parts = (
        Part(" ; ".join(question.choix[rang] for rang in rangs), sum(effectifs[rang] for rang in rangs))
        for rangs in groupes
    )
    return Agregat(seuil, len(choisis), parts=tuple(parts))


def _choix_multiple(question: Question, bulletins: Sequence[Bulletin], seuil: int) -> Agregat:
    """Each choice by itself; nothing ticked is an answer too."""
    coches = [frozenset(bulletin.reponses.get(question.pk, ())) for bulletin in bulletins]
    n = len(coches)
    if len(set(coches)) == 1:
        return Agregat(seuil, n, homogene=True)
    parts = []
    for rang, libelle in enumerate(question.choix):
        nombre = sum(rang in coche for coche in coches)
        parts.append(Part(libelle, nombre if coche_montrable(nombre, n, seuil) else None))
    return Agregat(seuil, n, parts=tuple(parts))

"""What is published of a survey: one type that cannot be built below the threshold, for page, PDF and
exports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from evaluation.enums import PERSONNES_AU_MOINS
from evaluation.models import ResultatEnquete
from evaluation.selectors.enquete_protection import est_petit


class TropPeu(ValueError):
    """A figure that would cover fewer persons than the threshold: it does not exist."""


@dataclass(frozen=True)
class Part:
    """How many persons gave this answer; None: masked."""

    libelle: str
    effectif: int | None
    #: Of a band: its first and last marks.
    bornes: tuple[int, int] | None = None


@dataclass(frozen=True)
class Agregat:
    """The answers of `n` persons to one question. TropPeu below the threshold, or for a part of 1 to 4."""

    seuil: int
    n: int
    #: Of a scale, out of 10, one decimal.
    moyenne: Decimal | None = None
    parts: tuple[Part, ...] = ()
    #: All the same: neither mean nor parts, that would tell the answer of each.
    homogene: bool = False

    def __post_init__(self) -> None:
        seuil = max(self.seuil, PERSONNES_AU_MOINS)
        if self.n < seuil or any(est_petit(part.effectif or 0, seuil) for part in self.parts):
            raise TropPeu
        if self.homogene and (self.moyenne is not None or self.parts):
            raise TropPeu


@dataclass(frozen=True)
class GroupePublie:
    """A CIO, or several gathered; `reponses` is None when hidden."""

    nom: str
    cios: tuple[int, ...]
    invites: int
    reponses: int | None


@dataclass(frozen=True)
class QuestionPubliee:
    """`par_groupe` follows the groups: None where nothing is shown."""

    agregat: Agregat
    par_groupe: tuple[Agregat | None, ...]


@dataclass(frozen=True)
class Publication:
    """Everything that is published of a survey; nothing else is ever read of it."""

    seuil: int
    invites: int
    #: None below the threshold.
    reponses: int | None
    groupes: tuple[GroupePublie, ...] = ()
    questions: Mapping[int, QuestionPubliee] | None = None
    #: Free-text questions whose texts may be read.
    textes: frozenset[int] = frozenset()

    def question(self, pk: int) -> QuestionPubliee | None:
        return (self.questions or {}).get(pk)


def lire_publication(resultat: ResultatEnquete, seuil: int) -> Publication:
    """From its row; TropPeu if the row was tampered with to say more."""
    contenu = resultat.contenu
    groupes = tuple(
        GroupePublie(g["nom"], tuple(g["cios"]), g["invites"], g["reponses"])
        for g in contenu.get("groupes", [])
    )
    return Publication(
        seuil=seuil,
        invites=resultat.invites,
        reponses=resultat.reponses,
        groupes=groupes,
        questions={
            int(pk): _lire_question(lue, groupes, seuil) for pk, lue in contenu.get("questions", {}).items()
        },
        textes=frozenset(contenu.get("textes", [])),
    )


def ecrire_publication(publication: Publication) -> dict[str, Any]:
    """The same as plain JSON."""
    return {
        "groupes": [
            {"nom": g.nom, "cios": list(g.cios), "invites": g.invites, "reponses": g.reponses}
            for g in publication.groupes
        ],
        "questions": {
            str(pk): _ecrire(question.agregat)
            | {"par_groupe": [_moyenne(agregat) for agregat in question.par_groupe]}
            for pk, question in (publication.questions or {}).items()
        },
        "textes": sorted(publication.textes),
    }


def _lire_question(lue: Mapping[str, Any], groupes: Sequence[GroupePublie], seuil: int) -> QuestionPubliee:
    agregat = Agregat(
        seuil=seuil,
        n=lue["n"],
        moyenne=_decimal(lue["moyenne"]),
        parts=tuple(
            Part(libelle, effectif, tuple(bornes) if bornes else None)
            for libelle, effectif, bornes in lue["parts"]
        ),
        homogene=lue["homogene"],
    )
    par_groupe = tuple(
        Agregat(seuil, groupe.reponses or 0, _decimal(moyenne)) if moyenne else None
        for groupe, moyenne in zip(groupes, lue["par_groupe"], strict=True)
    )
    return QuestionPubliee(agregat, par_groupe)


def _ecrire(agregat: Agregat) -> dict[str, Any]:
    return {
        "n": agregat.n,
        "moyenne": _moyenne(agregat),
        "parts": [[part.libelle, part.effectif, part.bornes] for part in agregat.parts],
        "homogene": agregat.homogene,
    }


def _moyenne(agregat: Agregat | None) -> str | None:
    return None if agregat is None or agregat.moyenne is None else str(agregat.moyenne)


def _decimal(ecrit: str | None) -> Decimal | None:
    return None if ecrit is None else Decimal(ecrit)

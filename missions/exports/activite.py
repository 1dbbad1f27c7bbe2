"""The counts as spreadsheets: number by number inside the CIO (what is exported may be imported), as shown
on the page for everyone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from missions.enums import Audience, Unite
from missions.models import ReleveActivite
from missions.selectors.activite_lecture import LectureActivite
from socle.tableurs import Colonne

COLONNES_RELEVES = (
    Colonne("cio", "CIO", largeur=28),
    Colonne("mois", "Mois", "date", largeur=12),
    Colonne("uai", "UAI de l’établissement", largeur=22),
    Colonne("etablissement", "Établissement", largeur=40),
    Colonne("mission", "Mission", largeur=10),
    Colonne("public", "Public", largeur=20),
    Colonne("unite", "Unité", largeur=22),
    Colonne("audience", "Audience", largeur=28),
    Colonne("nombre", "Nombre", "entier", largeur=10),
)


def lignes_releves(releves: QuerySet[ReleveActivite]) -> Iterator[Sequence[Any]]:
    """One number a line; a mission and a public by their codes."""
    lus = releves.select_related("cio", "etablissement", "mission", "public")
    for releve in lus.order_by(
        "cio__nom", "mois", "etablissement__uai", "mission__rang", "public__code", "unite", "audience", "pk"
    ):
        ecole, public = releve.etablissement, releve.public
        yield (
            releve.cio.nom,
            releve.mois,
            ecole.uai if ecole else "",
            ecole.nom if ecole else "",
            releve.mission.code,
            public.code if public else "",
            Unite(releve.unite).label,
            Audience(releve.audience).label if releve.audience else "",
            releve.nombre,
        )


def colonnes_lecture(lecture: LectureActivite) -> list[Colonne]:
    """As on the page: a column may hold « moins de 5 », so numbers are written as text where one does."""
    masquees = [
        any(isinstance(rang.valeurs[i], str) for rang in lecture.rangs) for i in range(len(lecture.unites))
    ]
    return [
        Colonne("libelle", lecture.axe.titre, largeur=60),
        *(
            Colonne(unite, Unite(unite).label, "texte" if masquee else "entier", largeur=20)
            for unite, masquee in zip(lecture.unites, masquees, strict=True)
        ),
    ]


def lignes_lecture(lecture: LectureActivite) -> Iterator[Sequence[Any]]:
    """The lines of the page, then their total."""
    for rang in lecture.rangs:
        yield (rang.libelle, *rang.valeurs)
    yield ("Total", *lecture.total)

"""What the programme d'activités of a CIO and a year is made of, in the order of the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Prefetch
from django.utils.formats import date_format

from missions.enums import EtatActionDeTerritoire, Lieu
from missions.models import (
    ActionDeTerritoire,
    ActionExternalisable,
    Convention,
    Mission,
    Partenaire,
    Public,
)
from missions.selectors.missions import missions_des_cios
from psyen.selectors.controles import nombre
from reseaux.models import CIO, AnneeScolaire


@dataclass(frozen=True, slots=True)
class RubriqueProgramme:
    """A part of the programme: a table, or the sentence that stands for an empty one."""

    titre: str
    colonnes: Sequence[str]
    lignes: Sequence[Sequence[str]]
    vide: str = ""
    #: How many of the last columns are numbers.
    nombres: int = 0

    @property
    def entetes(self) -> list[tuple[str, bool]]:
        """Each title, and whether its column is numbers."""
        textes = len(self.colonnes) - self.nombres
        return [(titre, rang >= textes) for rang, titre in enumerate(self.colonnes)]


@dataclass
class _Exercee:
    total: Decimal = Decimal(0)
    ecoles: set[int | None] = field(default_factory=set)


def rubriques_des_missions(cio: CIO, annee: AnneeScolaire) -> list[RubriqueProgramme]:
    """Missions, actions, conventions: the same queries whatever the rows."""
    return [
        *_missions(cio, annee),
        _externalisables(cio),
        _territoire(cio, annee),
        _conventions(cio, annee),
    ]


def _missions(cio: CIO, annee: AnneeScolaire) -> list[RubriqueProgramme]:
    """Half-days by mission, at the CIO then in the schools, without what has no place any more; never who
    holds them.
    """
    par_lieu: dict[str, dict[Mission, _Exercee]] = {lieu: {} for lieu in Lieu.values}
    for psyen in missions_des_cios([cio], annee):
        for ligne in psyen.lignes:
            exercee = par_lieu[ligne.mission.lieu].setdefault(ligne.mission, _Exercee())
            exercee.total += ligne.demi_journees
            exercee.ecoles.add(ligne.etablissement_id)
    rangees = {
        lieu: sorted(exercees.items(), key=lambda e: (e[0].rang, e[0].pk))
        for lieu, exercees in par_lieu.items()
    }
    return [
        RubriqueProgramme(
            "Missions exercées au CIO",
            ("Mission", "Demi-journées par semaine"),
            [(f"{m.code} – {m.libelle}", nombre(exercee.total)) for m, exercee in rangees[Lieu.CIO]],
            "Aucune mission n’est encore confiée au CIO pour cette année.",
            nombres=1,
        ),
        RubriqueProgramme(
            "Missions exercées dans les établissements",
            ("Mission", "Établissements", "Demi-journées par semaine"),
            [
                (f"{m.code} – {m.libelle}", str(len(exercee.ecoles)), nombre(exercee.total))
                for m, exercee in rangees[Lieu.EPLE]
            ],
            "Aucune mission n’est encore confiée dans un établissement pour cette année.",
            nombres=2,
        ),
    ]


def _externalisables(cio: CIO) -> RubriqueProgramme:
    actions = (
        ActionExternalisable.objects.filter(cio=cio, retiree_le=None)
        .prefetch_related(_publics(), _partenaires())
        .order_by("theme", "titre", "pk")
    )
    return RubriqueProgramme(
        "Actions éducatives externalisables",
        ("Thème", "Action", "Publics", "Partenaires"),
        [(a.get_theme_display(), a.titre, _noms(a.publics), _noms(a.partenaires)) for a in actions],
        "Aucune action n’est inscrite au catalogue du CIO.",
    )


def _territoire(cio: CIO, annee: AnneeScolaire) -> RubriqueProgramme:
    actions = (
        ActionDeTerritoire.objects.filter(cio=cio, annee=annee)
        .exclude(etat=EtatActionDeTerritoire.ANNULEE)
        .prefetch_related(_publics(), _partenaires())
        .order_by("jour", "titre", "pk")
    )
    return RubriqueProgramme(
        "Actions de territoire, parcours Avenir et Citoyen",
        ("Date", "Action", "Volet", "Publics", "Partenaires"),
        [
            (
                date_format(a.jour, "d/m/Y"),
                f"{a.titre}, {a.lieu}" if a.lieu else a.titre,
                a.get_volet_display(),
                _noms(a.publics),
                _noms(a.partenaires),
            )
            for a in actions
        ],
        "Aucune action de territoire n’est inscrite pour cette année.",
    )


def _conventions(cio: CIO, annee: AnneeScolaire) -> RubriqueProgramme:
    """Those of the département that run during the school year."""
    conventions = (
        Convention.objects.filter(departement=cio.departement_id, debut__lte=annee.fin, fin__gte=annee.debut)
        .prefetch_related(_partenaires())
        .order_by("objet", "debut", "pk")
    )
    return RubriqueProgramme(
        "Conventions en vigueur",
        ("Objet", "Parties", "Du", "Au"),
        [
            (c.objet, _noms(c.partenaires), date_format(c.debut, "d/m/Y"), date_format(c.fin, "d/m/Y"))
            for c in conventions
        ],
        "Aucune convention du département n’est en vigueur cette année.",
    )


def _publics() -> Prefetch:
    return Prefetch("publics", Public.objects.order_by("libelle", "pk"))


def _partenaires() -> Prefetch:
    return Prefetch("partenaires", Partenaire.objects.order_by("nom", "pk"))


def _noms(lies) -> str:
    return ", ".join(str(objet) for objet in lies.all()) or "–"

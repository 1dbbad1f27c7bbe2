"""What the IEN-IO looks at first: late, due within thirty days, blocked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comptes.models import Utilisateur
from planning.selectors.responsables import Titulaires
from planning.selectors.tableau_de_bord import JalonLu, LigneAction, Responsable, dire_delai
from planning.selectors.tableau_de_bord_personnes import titulaires_de

PROCHES = 30
#: Persons named beside a role or a group, before « et n autres ».
NOMS_CITES = 2


@dataclass(frozen=True, slots=True)
class Echeance:
    """The end of an action, or one of its milestones, to be met on a day."""

    ligne: LigneAction
    jalon: JalonLu | None
    date: dt.date
    jours: int
    responsables: str
    #: Those in post behind the owners; « plus personne » when the mandate lapsed.
    personnes: str
    est_caduque: bool
    url: str
    #: Where a reminder by hand is written.
    url_relance: str

    @property
    def titre(self) -> str:
        return self.jalon.intitule if self.jalon else self.ligne.action.titre

    @property
    def delai(self) -> str:
        return dire_delai(self.jours)

    @property
    def nombre(self) -> int:
        """Of days, late or left: what one reads from afar."""
        return abs(self.jours)


@dataclass(frozen=True, slots=True)
class _Place:
    """A due date before one knows who stands behind its owners."""

    ligne: LigneAction
    jalon: JalonLu | None
    date: dt.date
    responsables: list[Responsable]


@dataclass(frozen=True, slots=True)
class Blocage:
    """An open action which waits for others."""

    ligne: LigneAction
    responsables: str
    #: It should have begun, or does within thirty days.
    presse: bool


@dataclass(frozen=True, slots=True)
class Urgences:
    en_retard: list[Echeance]
    proches: list[Echeance]
    bloquees: list[Blocage]

    @property
    def actions_en_retard(self) -> int:
        """Among what is late; the rest are milestones."""
        return sum(echeance.jalon is None for echeance in self.en_retard)

    @property
    def jalons_en_retard(self) -> int:
        return len(self.en_retard) - self.actions_en_retard

    @property
    def bloquees_plus_tard(self) -> list[Blocage]:
        return [blocage for blocage in self.bloquees if not blocage.presse]

    @property
    def bloquees_maintenant(self) -> list[Blocage]:
        return [blocage for blocage in self.bloquees if blocage.presse]


def lire_urgences(lignes: Sequence[LigneAction], departement: int, jour: dt.date, *, suivi: bool) -> Urgences:
    """The most overdue first; without `suivi`, no person is named (Région)."""
    ouvertes = [ligne for ligne in lignes if ligne.est_ouverte]
    places = [place for ligne in ouvertes for place in _places(ligne, jour)]
    titulaires = None
    if suivi and places:
        tous = (responsable for place in places for responsable in place.responsables)
        titulaires = titulaires_de(tous, departement, jour)
    echeances = sorted(
        (_echeance(place, titulaires, jour) for place in places),
        key=lambda e: (e.date, e.ligne.action.numero, e.jalon is not None),
    )
    return Urgences(
        en_retard=[e for e in echeances if e.jours < 0],
        proches=[e for e in echeances if e.jours >= 0],
        bloquees=[
            Blocage(ligne, _libelles(ligne.responsables), (ligne.action.debut - jour).days <= PROCHES)
            for ligne in sorted(ouvertes, key=lambda ligne: (ligne.action.debut, ligne.action.numero))
            if ligne.retient
        ],
    )


def _places(ligne: LigneAction, jour: dt.date) -> Iterable[_Place]:
    """The end of an action and its milestones, those that are late or near."""
    for jalon in (None, *ligne.jalons_a_faire):
        date = jalon.echeance if jalon else ligne.action.fin
        if (date - jour).days <= PROCHES:
            siens = [jalon.responsable] if jalon and jalon.responsable else ligne.responsables
            yield _Place(ligne, jalon, date, siens)


def _echeance(place: _Place, titulaires: Titulaires | None, jour: dt.date) -> Echeance:
    ligne, jalon = place.ligne, place.jalon
    personnes = _personnes(place, titulaires) if titulaires else []
    return Echeance(
        ligne=ligne,
        jalon=jalon,
        date=place.date,
        jours=(place.date - jour).days,
        responsables=_libelles(place.responsables),
        personnes=_citer(personnes),
        est_caduque=titulaires is not None and not personnes,
        url=jalon.url if jalon else ligne.url,
        url_relance=jalon.url_relance if jalon else ligne.url_relance,
    )


def _personnes(place: _Place, titulaires: Titulaires) -> list[Utilisateur]:
    """Whoever answers today, each once; for a milestone of a CIO, in that CIO."""
    departement = place.ligne.action.plan.departement_id
    cio = place.jalon.cio_id if place.jalon else None
    trouvees = {
        personne.pk: personne
        for responsable in place.responsables
        for personne in titulaires.resoudre(responsable.brut, departement, cio)
    }
    return list(trouvees.values())


def _libelles(responsables: Iterable[Responsable]) -> str:
    return ", ".join(responsable.libelle for responsable in responsables)


def _citer(personnes: Sequence[Utilisateur]) -> str:
    noms = [str(personne) for personne in personnes]
    reste = len(noms) - NOMS_CITES
    if reste == 1:
        return ", ".join(noms)
    return ", ".join(noms[:NOMS_CITES]) + (f" et {reste} autres" if reste > 1 else "")

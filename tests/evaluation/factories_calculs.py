"""A département whose figures can be worked out by hand, on fixed dates: plain functions, no randomness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from evaluation.enums import Niveau
from evaluation.selectors.calcul import Calcul, Contexte, Resultat, calcul_de, calculs_connus
from psyen.enums import EtatRepartition, Modalite, NatureArrete, Statut
from psyen.models import Affectation, Arrete, PsyEN, Repartition, Service
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement, Reseau
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import (
    creer_annee,
    creer_cio,
    creer_departement,
    creer_effectif,
    creer_etablissement,
    creer_lycee,
    creer_reseau,
    creer_utilisateur,
)

#: A leap year: the figures of 29 February are asked for.
ANNEE = 2023
JOUR = dt.date(2024, 2, 29)
type_ecoles = Mapping[Etablissement, str | tuple[str, str]]


@dataclass
class Semaine:
    """What a PsyEN does: half-days at the CIO, school → half-days (present unless told otherwise)."""

    psyen: PsyEN
    ecoles: type_ecoles = field(default_factory=dict)
    cio: str = "4"
    capacite: str = "10"


def a_midi(jour: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(jour, dt.time(12)))


def creer_version(
    cio: CIO,
    semaines: Iterable[Semaine] = (),
    *,
    annee: AnneeScolaire | None = None,
    effet: dt.date | None = None,
    etat: str = EtatRepartition.ARRETEE,
    proposee_le: dt.date | None = None,
    decidee_le: dt.date | None = None,
) -> Repartition:
    """A répartition written while a draft, then brought to its state, without the services: fixed dates of
    the past are their business neither in time nor in right.
    """
    annee = annee or creer_annee(ANNEE)
    version = Repartition.objects.create(
        cio=cio,
        annee=annee,
        version=Repartition.objects.filter(cio=cio, annee=annee).count() + 1,
        date_effet=effet or annee.debut,
    )
    for semaine in semaines:
        service = Service.objects.create(
            repartition=version,
            psyen=semaine.psyen,
            quotite=Decimal(semaine.capacite) * 10,
            capacite=Decimal(semaine.capacite),
            demi_journees_cio=Decimal(semaine.cio),
            compte_dans_couverture=semaine.psyen.compte_dans_couverture,
        )
        for ecole, dit in semaine.ecoles.items():
            nombre, modalite = (dit, Modalite.PRESENTIEL) if isinstance(dit, str) else dit
            Affectation.objects.create(
                service=service,
                etablissement=ecole,
                reseau=Reseau.objects.get(membres__etablissement=ecole, annee=annee),
                demi_journees=Decimal(nombre),
                modalite=modalite,
            )
    if etat != EtatRepartition.BROUILLON:
        _decider(version, etat, proposee_le or annee.debut, decidee_le or annee.debut)
    return version


def _decider(version: Repartition, etat: str, proposee_le: dt.date, decidee_le: dt.date) -> None:
    version.etat, version.proposee_le = etat, a_midi(proposee_le)
    version.proposee_par = creer_utilisateur()
    if etat != EtatRepartition.PROPOSEE:
        version.decidee_le, version.decidee_par = a_midi(decidee_le), creer_utilisateur()
    version.save()


def creer_arrete_de(version: Repartition, numero: str) -> Arrete:
    """Numbered, without its PDF."""
    jour = timezone.localdate(version.decidee_le)
    return Arrete.objects.create(
        repartition=version,
        departement=version.cio.departement,
        annee_civile=jour.year,
        rang=Arrete.objects.count() + 1,
        numero=numero,
        nature=NatureArrete.INITIAL,
        date_signature=jour,
        autorite="Le directeur académique",
        visas="Vu le code de l’éducation ;",
        signataire="Camille DASEN",
        qualite="Pour le recteur et par délégation",
        lieu="Blois",
    )


@dataclass
class Jeu:
    """Two CIO, an antenne of the first; three réseaux; one school in none; a stagiaire; a school closed."""

    departement: Departement
    annee: AnneeScolaire
    blois: CIO
    antenne: CIO
    vendome: CIO
    reseaux: dict[str, Reseau]
    ecoles: dict[str, Etablissement]
    psyens: dict[str, PsyEN]
    versions: dict[str, Repartition]

    def contexte(self, jour: dt.date = JOUR) -> Contexte:
        return Contexte(self.departement, self.annee, jour)


#: School → (CIO, tête or member, pupils, weight traits, opened, closed).
ECOLES = {
    "lycee_blois": ("blois", 1200, {}),
    "college_blois": ("blois", 500, {"education_prioritaire": "REP+", "segpa": True}),
    "college_sans_psyen": ("blois", 300, {"ulis": True}),
    "college_hors_reseau": ("blois", 400, {}),
    "lycee_antenne": ("antenne", 800, {}),
    "college_antenne": ("antenne", 350, {"education_prioritaire": "REP"}),
    "lycee_vendome": ("vendome", 900, {}),
    "college_vendome": ("vendome", None, {}),
    "college_stagiaire": ("vendome", 450, {}),
    "college_ferme": ("vendome", 250, {"etat": "ferme", "date_fermeture": dt.date(2024, 1, 8)}),
}
RESEAUX = {
    "blois": ("lycee_blois", ("college_blois", "college_sans_psyen")),
    "antenne": ("lycee_antenne", ("college_antenne",)),
    "vendome": ("lycee_vendome", ("college_vendome", "college_stagiaire", "college_ferme")),
}


def creer_jeu(*, psyens_a_blois: int = 3) -> Jeu:
    """`psyens_a_blois` besides those that the schools need: persons are enough for their figures, or not."""
    annee, departement = creer_annee(ANNEE), creer_departement()
    blois = creer_cio("Blois", latitude=47.586, longitude=1.335)
    antenne = creer_cio("Romorantin", parent=blois, latitude=47.357, longitude=1.744)
    vendome = creer_cio("Vendôme", latitude=47.793, longitude=1.066)
    cios = {"blois": blois, "antenne": antenne, "vendome": vendome}
    ecoles = {
        nom: _ecole(nom, cios[cio], rang, eleves, champs)
        for rang, (nom, (cio, eleves, champs)) in enumerate(ECOLES.items())
    }
    creer_etablissement("Collège privé", cio=blois, secteur="prive")
    reseaux = {
        nom: creer_reseau(
            cios[nom], annee=annee, tete=ecoles[tete], membres=[ecoles[m] for m in membres], nom=nom.title()
        )
        for nom, (tete, membres) in RESEAUX.items()
    }
    psyens = {
        "alix": creer_psyen("Alix", cio=blois),
        "bo": creer_psyen("Bo", cio=antenne),
        "cleo": creer_psyen("Cleo", cio=vendome, fin=dt.date(2024, 1, 31)),
        "dany": creer_psyen("Dany", cio=vendome, statut=Statut.STAGIAIRE),
    } | {f"extra{n}": creer_psyen(f"Extra{n}", cio=blois) for n in range(psyens_a_blois)}
    versions = _versions(cios, ecoles, psyens)
    return Jeu(departement, annee, blois, antenne, vendome, reseaux, ecoles, psyens, versions)


def _ecole(nom: str, cio: CIO, rang: int, eleves: int | None, champs: dict) -> Etablissement:
    fabrique = creer_lycee if nom.startswith("lycee") else creer_etablissement
    place = {"latitude": 47.5 + rang / 50, "longitude": 1.2 + rang / 40}
    ecole = fabrique(nom.replace("_", " ").title(), cio=cio, **(place | champs))
    if eleves:
        creer_effectif(ecole, eleves, creer_annee(ANNEE))
    return ecole


def _versions(cios: dict[str, CIO], e: dict[str, Etablissement], p: dict[str, PsyEN]) -> dict:
    """In December Alix goes to the collège of Blois too; Vendôme decides late."""
    extras = [Semaine(psyen, {e["lycee_blois"]: "0.5"}) for nom, psyen in p.items() if "extra" in nom]
    loin = ("1.5", Modalite.DISTANCIEL)
    return {
        "blois_1": creer_version(
            cios["blois"],
            [Semaine(p["alix"], {e["lycee_blois"]: "3"}), *extras],
            proposee_le=dt.date(2023, 6, 1),
            decidee_le=dt.date(2023, 6, 11),
        ),
        "blois_2": creer_version(
            cios["blois"],
            [Semaine(p["alix"], {e["lycee_blois"]: "3", e["college_blois"]: loin}), *extras],
            effet=dt.date(2023, 12, 4),
            proposee_le=dt.date(2023, 11, 1),
            decidee_le=dt.date(2023, 11, 4),
        ),
        "antenne": creer_version(
            cios["antenne"],
            [Semaine(p["bo"], {e["lycee_antenne"]: "2", e["college_antenne"]: "2.5"}, cio="2", capacite="8")],
            proposee_le=dt.date(2023, 6, 5),
            decidee_le=dt.date(2023, 6, 25),
        ),
        "vendome": creer_version(
            cios["vendome"],
            [
                Semaine(p["cleo"], {e["lycee_vendome"]: "4", e["college_vendome"]: "1"}),
                Semaine(p["dany"], {e["college_stagiaire"]: "3"}, cio="2"),
            ],
            effet=dt.date(2023, 10, 2),
            proposee_le=dt.date(2023, 9, 4),
            decidee_le=dt.date(2023, 9, 29),
        ),
    }


def mesurer(code: str, contexte: Contexte) -> list[Resultat]:
    calcul = calcul_de(code)
    assert calcul is not None, code
    return calcul.mesurer(contexte)


def chiffre(
    code: str,
    contexte: Contexte,
    *,
    cio: CIO | None = None,
    reseau: Reseau | None = None,
    ecole: Etablissement | None = None,
) -> Resultat:
    """Of that territory; of the département without one."""
    niveau = Niveau.DEPARTEMENT
    if ecole:
        niveau = Niveau.ETABLISSEMENT
    elif reseau:
        niveau = Niveau.RESEAU
    elif cio:
        niveau = Niveau.CIO
    (trouve,) = (
        r
        for r in mesurer(code, contexte)
        if r.niveau == niveau
        and (ecole is None or r.etablissement == ecole.pk)
        and (reseau is None or r.reseau == reseau.pk)
        and (cio is None or r.cio == cio.pk)
    )
    return trouve


def calculs_du_service() -> list[Calcul]:
    """Those that the service registers; the tests register others."""
    return [calcul for calcul in calculs_connus() if calcul.fonction.__module__.startswith("evaluation.")]

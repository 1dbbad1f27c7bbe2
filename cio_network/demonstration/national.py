"""A set of national size, to measure speed: real public schools, fictional CIO towns, people and shares.

Written in bulk, past the services: it is a bench, not an example. The rules of the database hold all the
same. Nothing is drawn at random: two loads on one day give the same rows. **One académie holds the whole
country**, so that one account lists every school: the worst case of each query.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password

from cio_network.demonstration.noms import DOMAINE, personnes
from comptes.enums import Role
from comptes.models import Utilisateur
from comptes.selectors import MOT_DE_PASSE_DEMONSTRATION
from psyen.enums import Statut
from psyen.models import PsyEN, Rattachement
from reseaux.enums import EtatAnnee
from reseaux.models import CIO, Academie, AnneeScolaire, Departement, Effectif, Etablissement, Habilitation
from reseaux.perimetre import Perimetre
from reseaux.selectors.geographie import distance_km
from reseaux.services.annuaire import LIMITES_ANNUAIRE, importer_annuaire

ANNUAIRE = Path(__file__).resolve().parent / "donnees" / "annuaire_national.csv.gz"
#: Of the whole country; a part of it gets its share.
NOMBRE_CIO, NOMBRE_PSYEN, NOMBRE_EPLE = 450, 6_000, 8_000
#: One CIO is much larger than any real one.
ECOLES_DU_GRAND_CIO, PSYENS_DU_GRAND_CIO = 60, 30
EPLE_PAR_RESEAU = 4
QUOTITES = (100, 100, 80, 100, 50, 100)
LOT = 2_000


@dataclass
class Secteur:
    """A CIO with its schools in réseaux (the tête first) and its PsyEN, the same from year to year."""

    cio: CIO
    reseaux: list[list[Etablissement]] = field(default_factory=list)
    psyens: list[tuple[PsyEN, Decimal]] = field(default_factory=list)
    dcio: Habilitation = field(init=False)
    dasen: Habilitation = field(init=False)


def part(total: int, poids: Mapping[Any, int], *, minimum: int = 1) -> dict[Any, int]:
    """`total` things in proportion to the weights, by the largest remainders, at least `minimum` each."""
    somme = sum(poids.values()) or 1
    parts = {cle: max(minimum, total * p // somme) for cle, p in poids.items()}
    restes = sorted(poids, key=lambda cle: (-(total * poids[cle] % somme), str(cle)))
    for cle in restes[: max(0, total - sum(parts.values()))]:
        parts[cle] += 1
    return parts


# --- Territory ------------------------------------------------------------------------------------
def charger_etablissements(departements: Sequence[str]) -> None:
    """Through the real import, as an ADMIN would do it; then one académie for all."""
    importer_annuaire(
        perimetre=Perimetre.systeme(),
        nom=ANNUAIRE.name,
        contenu=ANNUAIRE.read_bytes(),
        departements=departements,
        limites=LIMITES_ANNUAIRE,
    )
    nationale = Academie.objects.create(code="00", nom="Académie du jeu d’essai national")
    Departement.objects.update(academie=nationale)
    Academie.objects.exclude(pk=nationale.pk).delete()


def charger_annees(nombre: int, aujourd_hui: dt.date) -> list[AnneeScolaire]:
    """The last one in preparation, the one before in force, the others closed."""
    rentree = aujourd_hui.year if aujourd_hui.month >= 9 else aujourd_hui.year - 1
    etats = [EtatAnnee.CLOSE] * (nombre - 2) + [EtatAnnee.EN_COURS, EtatAnnee.PREPARATION]
    debuts = range(rentree + 2 - nombre, rentree + 2)
    return AnneeScolaire.objects.bulk_create(
        AnneeScolaire(
            code=f"{debut}-{debut + 1}", debut=dt.date(debut, 9, 1), fin=dt.date(debut + 1, 8, 31), etat=etat
        )
        for debut, etat in zip(debuts, etats, strict=True)
    )


def charger_secteurs() -> list[Secteur]:
    """CIO in the largest towns, the schools of each, their réseaux. The first sector is the large CIO's."""
    ecoles: dict[Departement, list[Etablissement]] = defaultdict(list)
    eple = Etablissement.objects.eple().ouverts().select_related("departement").order_by("uai")
    for ecole in eple:
        ecoles[ecole.departement].append(ecole)
    poids = {departement: len(membres) for departement, membres in ecoles.items()}
    nombres = part(round(NOMBRE_CIO * sum(poids.values()) / NOMBRE_EPLE), poids)
    _ouvrir_cios(ecoles, nombres)
    secteurs: list[Secteur] = []
    for departement in sorted(ecoles, key=lambda d: (-poids[d], d.code)):
        cios = list(CIO.objects.filter(departement=departement).order_by("-latitude", "pk"))
        secteurs += _sectoriser(cios, ecoles[departement], grand=not secteurs)
    concernes = [e for s in secteurs for reseau in s.reseaux for e in reseau]
    Etablissement.objects.bulk_update(concernes, ["cio"], batch_size=LOT)
    return secteurs


def _ouvrir_cios(ecoles: Mapping[Departement, list[Etablissement]], nombres: Mapping[Any, int]) -> None:
    """No UAI is invented: a CIO of the bench has none, those of the annuaire keep theirs."""
    reels = set(CIO.objects.values_list("departement__code", "commune"))
    nouveaux = []
    for departement, membres in ecoles.items():
        villes: dict[str, list[Etablissement]] = defaultdict(list)
        for ecole in membres:
            villes[ecole.commune].append(ecole)
        grandes = sorted(villes, key=lambda v: (-sum(e.est_lycee for e in villes[v]), -len(villes[v]), v))
        deja = sum(code == departement.code for code, _ in reels)
        libres = [ville for ville in grandes if (departement.code, ville) not in reels]
        for ville in libres[: max(0, nombres[departement] - deja)]:
            centre = villes[ville][0]
            cio = CIO(
                nom=f"CIO de {ville} (essai)",
                departement=departement,
                commune=ville,
                code_postal=centre.code_postal,
                latitude=centre.latitude,
                longitude=centre.longitude,
            )
            cio.calculer_derives()
            nouveaux.append(cio)
    CIO.objects.bulk_create(nouveaux, batch_size=LOT)


def _sectoriser(cios: list[CIO], ecoles: list[Etablissement], *, grand: bool) -> list[Secteur]:
    """Each school to the nearest CIO that has room; the large one first takes the nearest sixty."""
    restantes = ecoles
    membres: dict[int, list[Etablissement]] = {cio.pk: [] for cio in cios}
    if grand:
        proches = sorted(ecoles, key=lambda e: (not e.est_lycee, _distance(e, cios[0]), e.uai))
        lycees = proches[: ECOLES_DU_GRAND_CIO // EPLE_PAR_RESEAU]
        autres = sorted((e for e in ecoles if e not in lycees), key=lambda e: (_distance(e, cios[0]), e.uai))
        membres[cios[0].pk] = lycees + autres[: ECOLES_DU_GRAND_CIO - len(lycees)]
        restantes = autres[ECOLES_DU_GRAND_CIO - len(lycees) :]
    candidats = cios[1:] or cios if grand else cios
    place = -(-2 * len(restantes) // len(candidats))
    for ecole in restantes:
        libres = [cio for cio in candidats if len(membres[cio.pk]) < place]
        membres[min(libres, key=lambda cio: (_distance(ecole, cio), cio.pk)).pk].append(ecole)
    for cio in cios:
        for ecole in membres[cio.pk]:
            ecole.cio = cio
    return [Secteur(cio=cio, reseaux=_reseaux(membres[cio.pk])) for cio in cios]


def _reseaux(ecoles: Sequence[Etablissement]) -> list[list[Etablissement]]:
    """From west to east, about four schools behind each lycée; none without a lycée."""
    rang = sorted(ecoles, key=lambda e: (e.longitude or 0, e.uai))
    tetes = [e for e in rang if e.est_lycee][: -(-len(rang) // EPLE_PAR_RESEAU)]
    membres = [e for e in rang if e not in tetes]
    bornes = [len(membres) * n // len(tetes) for n in range(len(tetes) + 1)] if tetes else []
    return [[tete, *membres[bornes[n] : bornes[n + 1]]] for n, tete in enumerate(tetes)]


def _distance(ecole: Etablissement, cio: CIO) -> float:
    """Some schools overseas have no coordinates: they stay together, far from everything."""
    return distance_km((ecole.longitude or 0, ecole.latitude or 0), (cio.longitude or 0, cio.latitude or 0))


def charger_effectifs(secteurs: Sequence[Secteur], annees: Sequence[AnneeScolaire]) -> None:
    """Fictional pupils, 300 to 1 200 by school, drawn from its number."""
    ecoles = [e for s in secteurs for reseau in s.reseaux for e in reseau]
    for rang, annee in enumerate(annees[:-1]):
        Effectif.objects.bulk_create(
            (
                Effectif(etablissement=e, annee=annee, nombre=300 + (int(e.uai[:7]) + 7 * rang) % 900)
                for e in ecoles
            ),
            batch_size=LOT,
        )


# --- People ---------------------------------------------------------------------------------------
def charger_personnes(secteurs: Sequence[Secteur], debut: dt.date) -> None:
    """PsyEN of each CIO, a DCIO by CIO, a DASEN by département, and one account for each other role."""
    _charger_psyens(secteurs, debut)
    departements = {s.cio.departement_id: s.cio.departement for s in secteurs}
    dasens = _habiliter(Role.DASEN, list(departements.values()), debut)
    dcios = _habiliter(Role.DCIO, [s.cio for s in secteurs], debut)
    for secteur, dcio in zip(secteurs, dcios, strict=True):
        secteur.dcio = dcio
        secteur.dasen = next(d for d in dasens if d.departement_id == secteur.cio.departement_id)
    grand = secteurs[0]
    _habiliter(Role.ADMIN, [Academie.objects.get()], debut)
    for role in (Role.SG, Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.CHARGE_MISSION_REGION, Role.PSYEN):
        (habilitation,) = _habiliter(role, [grand.cio.departement], debut)
    PsyEN.objects.filter(pk=grand.psyens[0][0].pk).update(utilisateur=habilitation.utilisateur)
    _habiliter(Role.SECRETAIRE_CIO, [grand.cio], debut)
    _habiliter(Role.CHEF_ETABLISSEMENT, [grand.reseaux[0][0]], debut)


def _charger_psyens(secteurs: Sequence[Secteur], debut: dt.date) -> None:
    poids = {rang: sum(map(len, s.reseaux)) for rang, s in enumerate(secteurs)}
    nombres = part(round(NOMBRE_PSYEN * sum(poids.values()) / NOMBRE_EPLE), poids)
    nombres[0] = min(PSYENS_DU_GRAND_CIO, 2 * len(secteurs[0].reseaux))
    noms = cycle(personnes())
    rattachements: list[Rattachement] = []
    for rang, secteur in enumerate(secteurs):
        for numero in range(nombres[rang]):
            prenom, nom = next(noms)
            statut = Statut.STAGIAIRE if numero % 20 == 19 else Statut.TITULAIRE
            courriel = f"psyen.{len(rattachements) + 1}@{DOMAINE}"
            psyen = PsyEN(nom=nom, prenom=prenom, courriel=courriel, statut=statut)
            psyen.calculer_derives()
            quotite = Decimal(QUOTITES[numero % len(QUOTITES)])
            secteur.psyens.append((psyen, quotite))
            rattachements.append(
                Rattachement(psyen=psyen, cio=secteur.cio, quotite=quotite, date_debut=debut)
            )
    PsyEN.objects.bulk_create((psyen for s in secteurs for psyen, _ in s.psyens), batch_size=LOT)
    Rattachement.objects.bulk_create(rattachements, batch_size=LOT)


def _habiliter(role: Role, territoires: Sequence[Any], debut: dt.date) -> list[Habilitation]:
    """One account by territory, « role.n@… »; the first of each role stands on the sign-in page."""
    mot_de_passe = make_password(MOT_DE_PASSE_DEMONSTRATION)
    comptes = []
    for rang, (territoire, (prenom, nom)) in enumerate(zip(territoires, cycle(personnes())), start=1):
        courriel = f"{role.value.replace('_', '-')}.{rang}@{DOMAINE}"
        vitrine = f"{role.label} – {territoire}"[:120] if rang == 1 else ""
        comptes.append(
            Utilisateur(
                courriel=courriel, prenom=prenom, nom=nom, password=mot_de_passe, demonstration=vitrine
            )
        )
    Utilisateur.objects.bulk_create(comptes, batch_size=LOT)
    return Habilitation.objects.bulk_create(
        (
            Habilitation(
                utilisateur=compte,
                role=role,
                date_debut=debut,
                **{type(territoire)._meta.model_name or "": territoire},
            )
            for compte, territoire in zip(comptes, territoires, strict=True)
        ),
        batch_size=LOT,
    )

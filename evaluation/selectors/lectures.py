"""What the figures are computed from, read once for a campaign: territory, pupils, répartitions, weeks.

An antenne counts with the CIO it depends on, everywhere. Each reading is a constant number of queries,
whatever the rows (`Contexte.lire`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from evaluation.selectors.calcul import Contexte
from psyen.enums import EtatRepartition, Modalite
from psyen.models import Affectation, Repartition, Service
from reseaux.models import CIO, AnneeScolaire, Etablissement, MembreReseau, Reseau
from reseaux.selectors.geographie import Position
from reseaux.selectors.indicateurs import EffectifConnu, effectifs_connus

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CioLu:
    pk: int
    nom: str
    #: Itself, or the CIO it depends on.
    principal: int
    est_ouvert: bool
    position: Position | None


@dataclass(frozen=True, slots=True)
class ReseauLu:
    pk: int
    nom: str
    #: The CIO or the antenne that runs it.
    tenu_par: int
    #: The CIO where it counts.
    cio: int


@dataclass(frozen=True, slots=True)
class EcoleLue:
    """An EPLE of the département, open or not on the day."""

    pk: int
    nom: str
    uai: str
    #: Where it counts: the CIO of its réseau, otherwise that of its sector; None when it has neither.
    cio: int | None
    reseau: int | None
    #: The CIO or the antenne whose répartition may send someone there.
    tenue_par: int | None
    ouverture: dt.date | None
    fermeture: dt.date | None
    position: Position | None
    effectif: EffectifConnu | None
    #: What makes one of its pupils weigh more: « REP », « REP+ », « ULIS », « SEGPA ».
    traits: tuple[str, ...]

    @property
    def etablissement(self) -> int:
        return self.pk

    @property
    def eleves(self) -> int:
        return self.effectif.nombre if self.effectif else 0

    def est_ouverte(self, jour: dt.date) -> bool:
        """From its opening to the day before its closing."""
        return (self.ouverture is None or self.ouverture <= jour) and (
            self.fermeture is None or jour < self.fermeture
        )


@dataclass(frozen=True, slots=True)
class RangDEcole:
    """What is said of one school; it counts where the school does."""

    ecole: EcoleLue

    @property
    def cio(self) -> int | None:
        return self.ecole.cio

    @property
    def reseau(self) -> int | None:
        return self.ecole.reseau

    @property
    def etablissement(self) -> int:
        return self.ecole.pk


@dataclass(frozen=True, slots=True)
class VersionLue:
    """A répartition arrêtée of the year."""

    pk: int
    tenue_par: int
    cio: int
    effet: dt.date
    proposee_le: dt.datetime | None
    decidee_le: dt.datetime | None


@dataclass(frozen=True, slots=True)
class PresenceLue:
    """A PsyEN in a school, in one version."""

    version: int
    service: int
    psyen: int
    #: A stagiaire gives no coverage.
    compte: bool
    etablissement: int
    reseau: int
    demi_journees: Decimal
    a_distance: bool


@dataclass(frozen=True, slots=True)
class SemaineLue:
    """The week of a PsyEN who counts in the coverage, in the version in force."""

    service: int
    version: int
    psyen: int
    nom: str
    tenue_par: int
    cio: int
    capacite: Decimal
    au_cio: Decimal
    en_eple: Decimal
    reseau: None = None
    etablissement: None = None


# --- Territory ----------------------------------------------------------------------------------------


def cios(contexte: Contexte) -> dict[int, CioLu]:
    """Every CIO of the département, antennes included, by name."""

    def lire() -> dict[int, CioLu]:
        lignes = (
            CIO.objects.filter(departement=contexte.departement)
            .order_by("nom", "pk")
            .values_list("pk", "nom", "parent", "est_ouvert", "longitude", "latitude")
        )
        return {
            pk: CioLu(pk, nom, parent or pk, ouvert, _position(longitude, latitude))
            for pk, nom, parent, ouvert, longitude, latitude in lignes
        }

    return contexte.lire("cios", lire)


def reseaux(contexte: Contexte) -> dict[int, ReseauLu]:
    """The réseaux of the year, by name."""

    def lire() -> dict[int, ReseauLu]:
        connus = cios(contexte)
        lignes = (
            Reseau.objects.filter(cio__departement=contexte.departement, annee=contexte.annee)
            .order_by("nom", "pk")
            .values_list("pk", "nom", "cio")
        )
        return {pk: ReseauLu(pk, nom, cio, connus[cio].principal) for pk, nom, cio in lignes}

    return contexte.lire("reseaux", lire)


def ecoles(contexte: Contexte) -> list[EcoleLue]:
    """Every EPLE of the département, by name; those open on a day are for the caller to keep."""
    return contexte.lire("ecoles", lambda: _lire_ecoles(contexte))


def ecoles_ouvertes(contexte: Contexte) -> list[EcoleLue]:
    """Those open on the day of the campaign."""
    return contexte.lire(
        "ecoles_ouvertes", lambda: [e for e in ecoles(contexte) if e.est_ouverte(contexte.jour)]
    )


def ecoles_reparties(contexte: Contexte) -> list[EcoleLue]:
    """Those open, of which a répartition in force says who comes; a school of no CIO is never reached by
    any, and counts as soon as one is in force in the département.
    """

    def lire() -> list[EcoleLue]:
        tenant = {version.tenue_par for version in versions_en_vigueur(contexte).values()}
        return [e for e in ecoles_ouvertes(contexte) if (e.tenue_par in tenant if e.tenue_par else tenant)]

    return contexte.lire("ecoles_reparties", lire)


def _lire_ecoles(contexte: Contexte) -> list[EcoleLue]:
    les_cios, les_reseaux = cios(contexte), reseaux(contexte)
    membres = dict(
        MembreReseau.objects.filter(
            annee=contexte.annee, reseau__cio__departement=contexte.departement
        ).values_list("etablissement", "reseau")
    )
    avec_reseaux = {reseau.tenu_par for reseau in les_reseaux.values()}
    lignes = list(
        Etablissement.objects.eple()
        .filter(departement=contexte.departement)
        .order_by("nom", "pk")
        .only(
            "nom",
            "uai",
            "commune",
            "cio",
            "date_ouverture",
            "date_fermeture",
            "longitude",
            "latitude",
            "education_prioritaire",
            "ulis",
            "segpa",
        )
    )
    effectifs = effectifs_connus(etablissements=[e.pk for e in lignes], annee=contexte.annee)

    def ecole(e: Etablissement) -> EcoleLue:
        reseau = les_reseaux.get(membres.get(e.pk, 0))
        tenant = reseau.tenu_par if reseau else e.cio_id
        cio = les_cios[tenant].principal if tenant in les_cios else None
        return EcoleLue(
            pk=e.pk,
            nom=str(e),
            uai=e.uai,
            cio=cio,
            reseau=reseau.pk if reseau else None,
            tenue_par=tenant if tenant in avec_reseaux else cio,
            ouverture=e.date_ouverture,
            fermeture=e.date_fermeture,
            position=_position(e.longitude, e.latitude),
            effectif=effectifs.get(e.pk),
            traits=_traits(e),
        )

    return [ecole(e) for e in lignes]


def _traits(ecole: Etablissement) -> tuple[str, ...]:
    traits = (
        ecole.education_prioritaire,
        "ULIS" if ecole.ulis else "",
        "SEGPA" if ecole.segpa else "",
    )
    return tuple(trait for trait in traits if trait)


def _position(longitude: float | None, latitude: float | None) -> Position | None:
    return None if longitude is None or latitude is None else (longitude, latitude)


# --- Répartitions -------------------------------------------------------------------------------------


def versions(contexte: Contexte) -> list[VersionLue]:
    """Every version arrêtée of the year, in the order in which they take effect."""

    def lire() -> list[VersionLue]:
        connus = cios(contexte)
        lignes = (
            Repartition.objects.filter(
                cio__departement=contexte.departement,
                annee=contexte.annee,
                etat=EtatRepartition.ARRETEE,
            )
            .order_by("date_effet", "version", "pk")
            .values_list("pk", "cio", "date_effet", "proposee_le", "decidee_le")
        )
        return [
            VersionLue(pk, cio, connus[cio].principal, effet, proposee_le, decidee_le)
            for pk, cio, effet, proposee_le, decidee_le in lignes
        ]

    return contexte.lire("versions", lire)


def versions_en_vigueur(contexte: Contexte) -> dict[int, VersionLue]:
    """By its pk, the last version effective by the day, one per CIO and antenne; none outside the year."""
    if not contexte.annee.debut <= contexte.jour <= contexte.annee.fin:
        return {}
    dernieres = {v.tenue_par: v for v in versions(contexte) if v.effet <= contexte.jour}
    return {version.pk: version for version in dernieres.values()}


def presences(contexte: Contexte) -> list[PresenceLue]:
    """Who goes where in every version arrêtée of the year."""

    def lire() -> list[PresenceLue]:
        lignes = (
            Affectation.objects.filter(
                service__repartition__cio__departement=contexte.departement,
                service__repartition__annee=contexte.annee,
                service__repartition__etat=EtatRepartition.ARRETEE,
            )
            .order_by("pk")
            .values_list(
                "service__repartition",
                "service",
                "service__psyen",
                "service__compte_dans_couverture",
                "etablissement",
                "reseau",
                "demi_journees",
                "modalite",
            )
        )
        return [
            PresenceLue(
                version, service, psyen, compte, ecole, reseau, nombre, modalite == Modalite.DISTANCIEL
            )
            for version, service, psyen, compte, ecole, reseau, nombre, modalite in lignes
        ]

    return contexte.lire("presences", lire)


def couverture(contexte: Contexte) -> dict[int, list[PresenceLue]]:
    """School → the presences in force that count in its coverage."""

    def lire() -> dict[int, list[PresenceLue]]:
        en_vigueur = versions_en_vigueur(contexte)
        par_ecole: dict[int, list[PresenceLue]] = defaultdict(list)
        for presence in presences(contexte):
            if presence.compte and presence.version in en_vigueur:
                par_ecole[presence.etablissement].append(presence)
        return dict(par_ecole)

    return contexte.lire("couverture", lire)


def semaines(contexte: Contexte) -> list[SemaineLue]:
    """The weeks in force of those who count in the coverage, by name: the same persons for every figure
    about persons, so that two of them never differ by one.
    """

    def lire() -> list[SemaineLue]:
        en_vigueur = versions_en_vigueur(contexte)
        lignes = (
            Service.objects.filter(repartition__in=list(en_vigueur), compte_dans_couverture=True)
            .order_by("psyen__nom", "psyen__prenom", "pk")
            .values_list(
                "pk",
                "repartition",
                "psyen",
                "psyen__prenom",
                "psyen__nom",
                "capacite",
                "demi_journees_cio",
                "demi_journees_eple",
            )
        )
        return [
            SemaineLue(
                pk,
                version,
                psyen,
                f"{prenom} {nom}",
                en_vigueur[version].tenue_par,
                en_vigueur[version].cio,
                capacite,
                au_cio,
                en_eple,
            )
            for pk, version, psyen, prenom, nom, capacite, au_cio, en_eple in lignes
        ]

    return contexte.lire("semaines", lire)


def presences_du_service(contexte: Contexte) -> dict[int, list[PresenceLue]]:
    """Service → where it goes, in the versions in force."""

    def lire() -> dict[int, list[PresenceLue]]:
        par_service: dict[int, list[PresenceLue]] = defaultdict(list)
        for siennes in couverture(contexte).values():
            for presence in siennes:
                par_service[presence.service].append(presence)
        return dict(par_service)

    return contexte.lire("presences_du_service", lire)


def annee_precedente(contexte: Contexte) -> Contexte | None:
    """The year before as it ended; None when the service does not know it."""

    def lire() -> Contexte | None:
        veille = contexte.annee.debut - dt.timedelta(days=1)
        annee: AnneeScolaire | None = AnneeScolaire.objects.au(veille)
        return Contexte(contexte.departement, annee, annee.fin) if annee else None

    return contexte.lire("annee_precedente", lire)


def nom_du_reseau(contexte: Contexte, reseau: int | None) -> str:
    return reseaux(contexte)[reseau].nom if reseau else "aucun"

"""What a letter of mission says: the week in force, its two authorities, the missions, the priorities.

The draft, the letter given and the state of each letter start from here. Nothing here looks at the perimeter:
callers pass the CIO, the PsyEN or the school that they may read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import QuerySet

from comptes.enums import Role
from missions.models import LettreDeMission, PrioriteEtablissement
from missions.selectors.missions import (
    MissionsDuPsyen,
    Place,
    missions_de_l_ecole,
    missions_des_cios,
    missions_du_psyen_au_cio,
)
from psyen.enums import Modalite
from psyen.models import Affectation, Arrete, PsyEN
from psyen.selectors.ma_semaine import en_heures
from psyen.selectors.presences import jour_de_reference
from reseaux.models import CIO, AnneeScolaire, Etablissement, Habilitation


@dataclass(frozen=True)
class LieuDeLettre:
    """A place of the week with what is expected there."""

    place: Place
    modalite: str
    priorite: str

    @property
    def heures(self) -> str:
        return en_heures(self.place.demi_journees)


@dataclass(frozen=True)
class ContenuLettre:
    """All that a letter says, but who signs it and when."""

    missions: MissionsDuPsyen
    annee: AnneeScolaire
    lieux: tuple[LieuDeLettre, ...]
    arrete: Arrete | None

    @property
    def psyen(self) -> PsyEN:
        return self.missions.psyen

    @property
    def cio(self) -> CIO:
        return self.missions.cio

    @property
    def au_cio(self) -> LieuDeLettre | None:
        return next((lieu for lieu in self.lieux if lieu.place.etablissement is None), None)

    @property
    def en_ecole(self) -> list[LieuDeLettre]:
        return [lieu for lieu in self.lieux if lieu.place.etablissement is not None]

    @property
    def heures(self) -> str:
        return en_heures(self.missions.demi_journees)

    @property
    def empechement(self) -> str:
        """Why the letter cannot be given yet; empty when it can."""
        if self.missions.est_a_revoir:
            return "ses missions ne correspondent plus à sa semaine : revoyez-les d’abord"
        if not self.missions.lignes:
            return "aucune mission ne lui est encore confiée"
        return ""

    @cached_property
    def empreinte(self) -> str:
        """The same letter always has the same one, whoever signs it."""
        dit = [str(self.psyen), str(self.cio), str(self.annee), self.arrete and self.arrete.numero]
        for lieu in self.lieux:
            dit += [str(lieu.place), lieu.modalite, lieu.priorite, _exact(lieu.place.demi_journees)]
            for ligne in lieu.place.lignes:
                publics = sorted(public.libelle for public in ligne.publics.all())
                dit += [ligne.mission.libelle, _exact(ligne.demi_journees), *publics, ligne.precisions]
        return hashlib.sha256(repr(dit).encode()).hexdigest()


@dataclass(frozen=True)
class EtatLettre:
    """Where the letter of a PsyEN stands."""

    contenu: ContenuLettre
    derniere: LettreDeMission | None

    @property
    def est_a_jour(self) -> bool:
        return self.derniere is not None and self.derniere.empreinte == self.contenu.empreinte

    @property
    def est_a_emettre(self) -> bool:
        return not self.est_a_jour and not self.contenu.empechement

    @property
    def version_suivante(self) -> int:
        return self.derniere.version + 1 if self.derniere else 1


@dataclass(frozen=True)
class VenueDansEcole:
    """Who comes to a school, how, for what."""

    psyen: PsyEN
    place: Place
    modalite: str


@dataclass(frozen=True)
class FicheEcole:
    etablissement: Etablissement
    annee: AnneeScolaire
    venues: tuple[VenueDansEcole, ...]
    priorite: str

    @property
    def demi_journees(self) -> Decimal:
        return sum((venue.place.demi_journees for venue in self.venues), Decimal(0))


def etats_des_lettres(cios: Collection[CIO | int], annee: AnneeScolaire) -> list[EtatLettre]:
    """Every PsyEN of the répartitions in force in these CIO, by name. Constant queries."""
    siennes = [missions for missions in missions_des_cios(cios, annee) if missions.service]
    return _etats(siennes, annee)


def etat_de_la_lettre(psyen: PsyEN, cio: CIO, annee: AnneeScolaire) -> EtatLettre | None:
    """The same for one PsyEN in one CIO; None when he has no week there."""
    missions = missions_du_psyen_au_cio(psyen, cio, annee)
    return _etats([missions], annee)[0] if missions and missions.service else None


def lettres_lues(lettres: QuerySet[LettreDeMission]) -> QuerySet[LettreDeMission]:
    """As the pages list them: the newest first, their bytes left in the database."""
    lues = lettres.select_related("psyen", "annee", "cio", "fichier").defer("fichier__contenu")
    return lues.order_by("-annee__debut", "psyen__nom", "psyen__prenom", "-version", "-pk")


def ecoles_du_cio(cios: Collection[CIO | int], annee: AnneeScolaire) -> QuerySet[Etablissement]:
    """The schools where a PsyEN of these CIO works, by commune."""
    lignes = Affectation.objects.en_vigueur(jour_de_reference(annee)).filter(
        service__repartition__cio__in=cios
    )
    return Etablissement.objects.filter(pk__in=lignes.values("etablissement")).order_by(
        "commune", "nom", "pk"
    )


def cios_ensemble(cio: CIO) -> list[CIO]:
    """A CIO and its antennes: their letters are prepared together."""
    return [cio, *CIO.objects.filter(parent=cio).select_related("departement").order_by("nom", "pk")]


def signataire_du(cio: CIO) -> str:
    """The DCIO in post; for an antenne without one, that of its CIO."""
    en_poste = Habilitation.objects.en_vigueur().filter(role=Role.DCIO).select_related("utilisateur")
    for pk in (cio.pk, cio.parent_id):
        trouvee = en_poste.filter(cio=pk).order_by("date_debut", "pk").first()
        if trouvee:
            return str(trouvee.utilisateur)
    return ""


def fiche_de_l_ecole(
    etablissement: Etablissement, annee: AnneeScolaire, cios: Collection[int] | None = None
) -> FicheEcole:
    """Who comes to a school; of these CIO only, when they are given."""
    venues = [
        (psyen, place)
        for psyen, place in missions_de_l_ecole(etablissement, annee)
        if cios is None or place.cio.pk in cios
    ]
    affectations = Affectation.objects.en_vigueur(jour_de_reference(annee)).filter(
        etablissement=etablissement
    )
    modalites = dict(affectations.order_by("pk").values_list("service__psyen", "modalite"))
    priorite = PrioriteEtablissement.objects.filter(etablissement=etablissement, annee=annee).first()
    return FicheEcole(
        etablissement,
        annee,
        tuple(VenueDansEcole(p, place, Modalite(modalites[p.pk]).label) for p, place in venues),
        priorite.texte if priorite else "",
    )


# --- Reading -----------------------------------------------------------------------------------------


def _etats(siennes: Sequence[MissionsDuPsyen], annee: AnneeScolaire) -> list[EtatLettre]:
    services = [missions.service for missions in siennes if missions.service]
    affectations = Affectation.objects.filter(service__in=services).order_by("pk")
    modalites = {(s, e): m for s, e, m in affectations.values_list("service", "etablissement", "modalite")}
    dites = PrioriteEtablissement.objects.filter(annee=annee, etablissement__in={e for _, e in modalites})
    priorites = dict(dites.order_by("pk").values_list("etablissement", "texte"))
    pris = Arrete.objects.filter(repartition__in={service.repartition_id for service in services})
    arretes = {arrete.repartition_id: arrete for arrete in pris.order_by("pk")}
    lettres = LettreDeMission.objects.filter(psyen__in=[m.psyen.pk for m in siennes], annee=annee)
    dernieres = {lettre.psyen_id: lettre for lettre in lettres.order_by("version")}
    etats = []
    for missions in siennes:
        assert missions.service is not None  # noqa: S101 - those without a week were left out
        lieux = [_lieu(place, missions.service.pk, modalites, priorites) for place in missions.places]
        arrete = arretes.get(missions.service.repartition_id)
        contenu = ContenuLettre(missions, annee, tuple(lieux), arrete)
        etats.append(EtatLettre(contenu, dernieres.get(missions.psyen.pk)))
    return etats


def _lieu(
    place: Place, service_pk: int, modalites: dict[tuple[int, int], str], priorites: dict[int, str]
) -> LieuDeLettre:
    if place.etablissement is None:
        return LieuDeLettre(place, "", "")
    pk = place.etablissement.pk
    return LieuDeLettre(place, Modalite(modalites[service_pk, pk]).label, priorites.get(pk, ""))


def _exact(nombre: Decimal) -> str:
    return f"{nombre:.2f}"

"""What copying last year's réseaux would do: shown before, done as shown, told afterwards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from reseaux.models import CIO, AnneeScolaire, Etablissement, MembreReseau, Reseau


@dataclass(frozen=True, slots=True)
class EcoleEcartee:
    """A school that is not copied, and why."""

    etablissement: Etablissement
    raison: str


@dataclass(frozen=True, slots=True)
class ReseauCopie:
    """One réseau of last year as it would be (or was) copied."""

    nom: str
    #: None: no lycée of the réseau can head it any more, the réseau is not copied.
    tete: Etablissement | None
    membres: tuple[Etablissement, ...]
    ecartees: tuple[EcoleEcartee, ...]
    #: Last year's tête when it could not be kept: the new one is to be confirmed by the DCIO.
    ancienne_tete: Etablissement | None = None


@dataclass(frozen=True, slots=True)
class CopieDeReseaux:
    """The report of a copy; `depuis` is None when there is no earlier year."""

    depuis: AnneeScolaire | None
    reseaux: tuple[ReseauCopie, ...] = ()

    @property
    def copies(self) -> list[ReseauCopie]:
        return [reseau for reseau in self.reseaux if reseau.tete]

    @property
    def non_copies(self) -> list[ReseauCopie]:
        return [reseau for reseau in self.reseaux if not reseau.tete]

    @property
    def ecartees(self) -> list[EcoleEcartee]:
        return [ecole for reseau in self.reseaux for ecole in reseau.ecartees]

    @property
    def tetes_a_confirmer(self) -> list[ReseauCopie]:
        return [reseau for reseau in self.copies if reseau.ancienne_tete]


def copie_prevue(*, cio: CIO, annee: AnneeScolaire) -> CopieDeReseaux:
    """Last year's réseaux without the schools that closed, are no EPLE any more or are taken elsewhere.

    A tête that closed gives its place to the first lycée of the réseau, to be confirmed.
    """
    depuis = AnneeScolaire.objects.filter(debut__lt=annee.debut, reseaux__cio=cio).order_by("-debut").first()
    if depuis is None:
        return CopieDeReseaux(None)
    membres = defaultdict(list)
    for membre in (
        MembreReseau.objects.filter(reseau__cio=cio, annee=depuis)
        .select_related("etablissement")
        .order_by("etablissement__nom", "etablissement")
    ):
        membres[membre.reseau_id].append(membre.etablissement)
    pris = {
        membre.etablissement_id: f"déjà dans le réseau « {membre.reseau} » du {membre.reseau.cio}"
        for membre in MembreReseau.objects.filter(annee=annee)
        .select_related("reseau__cio")
        .order_by("etablissement")
    }
    reseaux = Reseau.objects.filter(cio=cio, annee=depuis).select_related("tete").order_by("nom", "pk")
    return CopieDeReseaux(depuis, tuple(_copier(reseau, membres[reseau.pk], pris) for reseau in reseaux))


def _copier(reseau: Reseau, etablissements: list[Etablissement], pris: dict[int, str]) -> ReseauCopie:
    raisons = {e.pk: _raison(e, pris) for e in etablissements}
    gardes = [e for e in etablissements if not raisons[e.pk]]
    lycees = sorted((e for e in gardes if e.est_lycee), key=lambda e: e.pk != reseau.tete_id)
    tete = lycees[0] if lycees else None
    ecartees = [EcoleEcartee(e, raisons[e.pk]) for e in etablissements if raisons[e.pk]]
    if tete is None:
        ecartees += [EcoleEcartee(e, "réseau sans lycée pour tête") for e in gardes]
        gardes = []
    return ReseauCopie(
        nom=reseau.nom,
        tete=tete,
        membres=tuple(gardes),
        ecartees=tuple(ecartees),
        ancienne_tete=reseau.tete if tete != reseau.tete else None,
    )


def _raison(etablissement: Etablissement, pris: dict[int, str]) -> str:
    """Why a school cannot be in a réseau this year; empty when it can."""
    if not etablissement.est_ouvert:
        return "établissement fermé"
    if not etablissement.est_eple:
        return "n’est plus un EPLE"
    return pris.get(etablissement.pk, "")

"""What the PsyEN of the demonstration are entrusted with; priorities of schools, a word exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cio_network.demonstration.personnes import Equipe
from comptes.enums import Role
from missions.enums import Lieu
from missions.models import Mission, Public
from missions.selectors.missions import MissionsDuPsyen, Place, missions_des_cios, missions_du_psyen
from missions.services.missions import PAS, SaisieMission, confier_missions
from missions.services.missions_echanges import commenter_missions, dire_priorite
from missions.services.nomenclature import charger_nomenclature
from psyen.models import PsyEN
from reseaux.models import CIO, Academie, AnneeScolaire, Habilitation
from reseaux.perimetre import Perimetre

#: Turns of missions, by PsyEN: a share of the place in eighths, the last one takes what is left.
AU_CIO = (
    (("M1", 4), ("M2", 2), ("M15", 2)),
    (("M1", 3), ("M3", 2), ("M4", 1), ("M2", 2)),
    (("M2", 4), ("M1", 2), ("M14", 2)),
    (("M1", 5), ("M16", 1), ("M2", 2)),
)
EN_ETABLISSEMENT = (
    (("M5", 4), ("M6a", 2), ("M7", 2)),
    (("M5", 5), ("M6c", 3)),
    (("M5", 4), ("M6b", 1), ("M6c", 1), ("M7", 2)),
)
PUBLICS = {"M2": ("16-25", "DECROCHEURS", "EANA"), "M15": ("MINEURS-ISOLES", "BEP"), "M1": ("SCOLAIRES",)}
PRIORITES = (
    "Accompagner les élèves de seconde dans le choix de leurs spécialités, avec leurs professeurs.",
    "Prévenir le décrochage : un point mensuel avec les équipes avant chaque commission.",
    "Faire vivre le parcours Avenir dès la cinquième, avec le professeur documentaliste.",
)


def charger_missions(annee: AnneeScolaire, equipes: dict[int, Equipe]) -> None:
    """Every CIO, for the PsyEN of its répartition in force; then what the accounts of the showcase say."""
    charger_nomenclature(perimetre=Perimetre.systeme(), academie=Academie.objects.get())
    missions = {mission.code: mission for mission in Mission.objects.order_by("pk")}
    publics = {public.code: public.pk for public in Public.objects.order_by("pk")}
    for cio in CIO.objects.order_by("pk"):
        dcio = equipes[cio.departement_id].dcio.get(cio.parent_id or cio.pk)
        if dcio is None:
            continue
        for rang, siennes in enumerate(missions_des_cios([cio], annee)):
            confier_missions(
                perimetre=dcio,
                psyen=siennes.psyen,
                cio=cio,
                annee=annee,
                saisies=list(_partager(siennes, rang, missions, publics)),
            )
    _dire_priorites(annee)
    _echanger(annee, equipes)


def _partager(
    siennes: MissionsDuPsyen, rang: int, missions: dict[str, Mission], publics: dict[str, int]
) -> Iterator[SaisieMission]:
    for numero, place in enumerate(siennes.places):
        tours = AU_CIO if place.lieu == Lieu.CIO else EN_ETABLISSEMENT
        reste = place.demi_journees
        tour = tours[(rang + numero) % len(tours)]
        for code, huitiemes in tour:
            part = reste if code == tour[-1][0] else min(_en_quarts(place, huitiemes), reste)
            reste -= part
            if part:
                choisis = frozenset(publics[public] for public in PUBLICS.get(code, ()))
                etablissement = place.etablissement.pk if place.etablissement else None
                yield SaisieMission(missions[code].pk, etablissement, part, choisis)


def _en_quarts(place: Place, huitiemes: int) -> Decimal:
    return place.demi_journees * huitiemes / 8 // PAS * PAS


def _dire_priorites(annee: AnneeScolaire) -> None:
    chefs = Habilitation.objects.pour_perimetre().filter(role=Role.CHEF_ETABLISSEMENT).order_by("pk")
    for chef, texte in zip(chefs, PRIORITES, strict=False):
        assert chef.etablissement is not None  # noqa: S101 - a chef has a school
        dire_priorite(
            perimetre=Perimetre.de(chef), etablissement=chef.etablissement, annee=annee, texte=texte
        )


def _echanger(annee: AnneeScolaire, equipes: dict[int, Equipe]) -> None:
    """A PsyEN of the showcase asks, his DCIO answers."""
    habilitation = Habilitation.objects.pour_perimetre().filter(role=Role.PSYEN).order_by("pk")[0]
    psyen = Perimetre.de(habilitation)
    for missions in missions_du_psyen(PsyEN.objects.get(utilisateur=psyen.utilisateur), annee):
        dcio = equipes[missions.cio.departement_id].dcio[missions.cio.pk]
        for perimetre, texte in (
            (psyen, "La part des entretiens externalisés me paraît courte pour les demandes du mercredi."),
            (dcio, "Faisons le point aux vacances : le programme d’activités peut être revu en janvier."),
        ):
            commenter_missions(
                perimetre=perimetre, psyen=missions.psyen, cio=missions.cio, annee=annee, texte=texte
            )

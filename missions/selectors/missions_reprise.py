"""What may be entrusted, and from where a draft may start: last year, a colleague."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from missions.enums import Cadre
from missions.models import Mission, MissionConfiee, Public
from missions.selectors.missions import MissionsDuPsyen
from psyen.models import PsyEN
from reseaux.models import CIO, Academie, AnneeScolaire


def missions_a_confier(academie: Academie | int, missions: MissionsDuPsyen) -> list[Mission]:
    """Those of the PsyEN in force, and those retired that he still holds."""
    tenues = [ligne.mission_id for ligne in missions.lignes]
    actuelles = Mission.objects.en_vigueur().values("pk")
    siennes = Mission.objects.filter(academie=academie, cadre=Cadre.PSYEN)
    return list(siennes.filter(Q(pk__in=actuelles) | Q(pk__in=tenues)).order_by("rang", "pk"))


def publics_a_choisir(academie: Academie | int, missions: MissionsDuPsyen) -> list[Public]:
    """The same, of the publics."""
    tenus = {public.pk for ligne in missions.lignes for public in ligne.publics.all()}
    actuels = Public.objects.en_vigueur().values("pk")
    publics = Public.objects.filter(academie=academie)
    return list(publics.filter(Q(pk__in=actuels) | Q(pk__in=tenus)).order_by("pk"))


def annee_d_avant(annee: AnneeScolaire) -> AnneeScolaire | None:
    return AnneeScolaire.objects.filter(debut__lt=annee.debut).order_by("-debut", "pk").first()


def sources_de_reprise(missions: MissionsDuPsyen, annee: AnneeScolaire) -> list[tuple[str, str]]:
    """(value, label): his own missions of last year, those of his colleagues of the CIO this year."""
    sources = []
    avant = annee_d_avant(annee)
    siennes = MissionConfiee.objects.filter(psyen=missions.psyen, cio=missions.cio)
    if avant and siennes.filter(annee=avant).exists():
        sources.append(("avant", f"ses missions de {avant}"))
    confiees = MissionConfiee.objects.filter(cio=missions.cio, annee=annee)
    collegues = PsyEN.objects.filter(pk__in=confiees.values("psyen")).exclude(pk=missions.psyen.pk)
    sources += [(str(p.pk), f"les missions de {p}") for p in collegues.order_by("nom", "prenom", "pk")]
    return sources


def missions_a_reprendre(
    source: str, psyen: PsyEN, cio: CIO, annee: AnneeScolaire
) -> Collection[MissionConfiee]:
    """The rows of a source given by `sources_de_reprise`, within the CIO; none for anything else."""
    lignes = MissionConfiee.objects.filter(cio=cio).prefetch_related("publics").order_by("pk")
    if source == "avant":
        return lignes.filter(psyen=psyen, annee=annee_d_avant(annee))
    if source.isascii() and source.isdecimal() and len(source) < 16:
        return lignes.filter(psyen=int(source), annee=annee)
    return lignes.none()

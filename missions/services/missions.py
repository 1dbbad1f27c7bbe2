"""The missions entrusted to a PsyEN for a year: the DCIO's gesture, which never overfills a place."""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from missions.enums import PAS_DE_MISSION, Cadre, Lieu
from missions.models import Mission, MissionConfiee, Public
from missions.permissions import peut_confier
from missions.selectors.missions import MissionsDuPsyen, Place, depassement, missions_du_psyen_au_cio
from missions.selectors.missions_histoire import au_cio
from psyen.models import PsyEN
from psyen.selectors.controles import nombre
from reseaux.models import CIO, AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

PAS = Decimal(PAS_DE_MISSION)
LONGUEUR_PRECISIONS = 1000
CONFLIT = (
    "Quelqu’un a modifié les missions de ce PsyEN pendant que vous les écriviez : votre saisie est conservée "
    "ci-dessous, avec ce qui est enregistré. Corrigez-la s’il y a lieu, puis enregistrez de nouveau."
)


@dataclass(frozen=True)
class SaisieMission:
    """A mission at the CIO (no school) or in a school, in half-days a week."""

    mission_pk: int
    etablissement_pk: int | None
    demi_journees: Decimal
    publics: frozenset[int] = frozenset()
    precisions: str = ""

    @property
    def cle(self) -> tuple[int, int | None]:
        return self.mission_pk, self.etablissement_pk


@transaction.atomic
def confier_missions(
    *,
    perimetre: Perimetre,
    psyen: PsyEN,
    cio: CIO,
    annee: AnneeScolaire,
    saisies: Sequence[SaisieMission],
    retirees: Collection[int] = (),
    empreinte: str | None = None,
) -> bool:
    """Writes the whole of what a PsyEN does in his places of this CIO; returns whether anything changed.

    What has no place any more stays, unless its key is in `retirees`. `empreinte` is that of the page
    (`empreinte_des_missions`): with another, a colleague wrote in between and nothing is.
    """
    # Two writers of one PsyEN one after the other: the second counts what the first wrote.
    psyen = PsyEN.objects.select_for_update().get(pk=psyen.pk)
    if not peut_confier(perimetre, cio, annee):
        raise PermissionDenied
    missions = missions_du_psyen_au_cio(psyen, cio, annee)
    if missions is None:
        raise ValidationError(f"{psyen} n’a ni semaine arrêtée ni mission au {cio} pour {annee}.")
    if empreinte is not None and empreinte != empreinte_des_missions(missions):
        raise ValidationError(CONFLIT, code="conflit")
    fautes = list(_fautes(missions, saisies))
    if fautes:
        raise ValidationError(fautes)
    avant = _en_clair(missions)
    _ecrire(missions, annee, saisies, retirees)
    ecrites = missions_du_psyen_au_cio(psyen, cio, annee)
    apres = _en_clair(ecrites) if ecrites else {}
    if apres == avant:
        return False
    journaliser(
        perimetre=perimetre,
        action="missions.confiees.enregistrees",
        objet=psyen,
        avant=avant | au_cio(cio),
        apres=apres | au_cio(cio),
        departement_id=cio.departement_id,
    )
    return True


def empreinte_des_missions(missions: MissionsDuPsyen) -> str:
    """Short print of what is entrusted: the same missions always have the same one."""
    lignes = sorted(
        (
            ligne.mission_id,
            ligne.etablissement_id or 0,
            ligne.cio_id,
            nombre(ligne.demi_journees),
            ligne.precisions,
            sorted(public.pk for public in ligne.publics.all()),
        )
        for ligne in _toutes(missions)
    )
    return f"{zlib.crc32(repr(lignes).encode()):08x}"


# --- Rules -------------------------------------------------------------------------------------------


def _fautes(missions: MissionsDuPsyen, saisies: Sequence[SaisieMission]) -> Iterator[str]:
    """Every broken rule at once, place by place."""
    academie = missions.cio.departement.academie_id
    permises = {m.pk: m for m in Mission.objects.filter(academie=academie, cadre=Cadre.PSYEN).order_by("pk")}
    offertes = set(Mission.objects.en_vigueur().filter(pk__in=permises).values_list("pk", flat=True))
    publics = set(Public.objects.filter(academie=academie).values_list("pk", flat=True))
    places = {_ecole(place): place for place in missions.places}
    tenues = {ligne.mission_id for ligne in missions.lignes}
    sommes: dict[int | None, Decimal] = defaultdict(Decimal)
    for saisie in saisies:
        mission, place = permises.get(saisie.mission_pk), places.get(saisie.etablissement_pk)
        if mission is None:
            yield "Une mission choisie n’est pas de la nomenclature de l’académie : actualisez la page."
        elif place is None:
            yield f"{mission.code} : ce lieu n’est pas dans la semaine de {missions.psyen} à ce jour."
        else:
            sommes[saisie.etablissement_pk] += saisie.demi_journees
            yield from _fautes_de_ligne(saisie, mission, place, mission.pk in offertes | tenues, publics)
    for cle, fois in Counter(saisie.cle for saisie in saisies).items():
        if fois > 1:
            yield f"{permises[cle[0]].code if cle[0] in permises else 'Une mission'} est saisie deux fois."
    yield from (depassement(places[cle], s) for cle, s in sommes.items() if s > places[cle].demi_journees)


def _fautes_de_ligne(
    saisie: SaisieMission, mission: Mission, place: Place, est_offerte: bool, publics: set[int]
) -> Iterator[str]:
    if mission.lieu != place.lieu:
        yield (
            f"{mission.code} s’exerce {Lieu(mission.lieu).en_phrase} : elle ne se confie pas ici, {place}."
        )
    if not est_offerte:
        yield f"{mission.code} est en retrait de la nomenclature : choisissez-en une autre."
    if saisie.demi_journees <= 0 or saisie.demi_journees % PAS:
        yield (
            f"{mission.code}, {place} : {nombre(saisie.demi_journees)} ; les missions se comptent par quarts "
            "de demi-journée, à partir de 0,25."
        )
    if not saisie.publics <= publics:
        yield f"{mission.code}, {place} : un public choisi n’est pas de la liste de l’académie."
    if len(saisie.precisions) > LONGUEUR_PRECISIONS:
        yield f"{mission.code}, {place} : les précisions dépassent {LONGUEUR_PRECISIONS} caractères."


# --- Writing -----------------------------------------------------------------------------------------


def _ecrire(
    missions: MissionsDuPsyen,
    annee: AnneeScolaire,
    saisies: Sequence[SaisieMission],
    retirees: Collection[int],
) -> None:
    """Rows that stay are updated; one left by the PsyEN's former CIO under the same key is taken over."""
    gardees = {saisie.cle for saisie in saisies}
    perdues = [ligne.pk for ligne in missions.sans_place if ligne.pk in retirees]
    perdues += [li.pk for li in missions.lignes if (li.mission_id, li.etablissement_id) not in gardees]
    MissionConfiee.objects.filter(pk__in=perdues).delete()
    siennes = MissionConfiee.objects.filter(psyen=missions.psyen, annee=annee)
    connues = {(ligne.mission_id, ligne.etablissement_id): ligne for ligne in siennes.order_by("pk")}
    for saisie in saisies:
        ligne = connues.get(saisie.cle) or MissionConfiee(
            psyen=missions.psyen,
            annee=annee,
            mission_id=saisie.mission_pk,
            etablissement_id=saisie.etablissement_pk,
        )
        ligne.cio, ligne.demi_journees = missions.cio, saisie.demi_journees
        ligne.precisions = saisie.precisions.strip()
        ligne.full_clean(exclude=["psyen", "annee", "mission", "etablissement", "cio", "publics"])
        est_nouvelle = ligne.pk is None
        ligne.save()
        if saisie.publics or not est_nouvelle:
            ligne.publics.set(saisie.publics)


def _ecole(place: Place) -> int | None:
    return place.etablissement.pk if place.etablissement else None


def _toutes(missions: MissionsDuPsyen) -> list[MissionConfiee]:
    return [*missions.lignes, *missions.sans_place]


def _en_clair(missions: MissionsDuPsyen) -> dict[str, dict[str, str]]:
    """Place → mission → what is said of it, for the journal."""
    dits: dict[str, dict[str, str]] = {}
    for ligne in _toutes(missions):
        publics = ", ".join(sorted(public.libelle for public in ligne.publics.all()))
        dit = nombre(ligne.demi_journees) + (f" ({publics})" if publics else "")
        dit += f", {ligne.precisions}" if ligne.precisions else ""
        dits.setdefault(str(ligne.etablissement or ligne.cio), {})[ligne.mission.code] = dit
    return dits

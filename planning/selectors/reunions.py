"""Readings of the meetings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from planning.enums import EtatReunion, GenreReunion, StatutPoint
from planning.models import Decision, Participant, PointOrdreDuJour, Reunion
from planning.permissions import peut_diriger_reunion
from psyen.models import PsyEN, Rattachement
from reseaux.perimetre import Perimetre


def psyens_non_invites(reunion: Reunion) -> list[PsyEN]:
    """The PsyEN attached in the département on the day of the meeting whom nobody invited (R12)."""
    jour = timezone.localdate(reunion.debut) if reunion.debut else timezone.localdate()
    rattaches = Rattachement.objects.au(jour).filter(
        psyen=OuterRef("pk"), cio__departement=reunion.departement_id
    )
    invites = Participant.objects.filter(Q(psyen=OuterRef("pk")) | Q(courriel=OuterRef("courriel")))
    return list(
        PsyEN.objects.filter(Exists(rattaches))
        .exclude(Exists(invites.filter(reunion=reunion, invite_le__isnull=False)))
        .order_by("nom", "prenom", "pk")
    )


@dataclass(frozen=True)
class Etape:
    """A stage of the meeting: done, or not yet; its section on the page has its key as anchor."""

    cle: str
    titre: str
    resume: str
    faite: bool
    courante: bool = False


def psyens_a_associer(perimetre: Perimetre, reunion: Reunion) -> list[PsyEN]:
    """For whoever prepares a réunion bilan from above: the PsyEN still to be invited (R12)."""
    concerne = reunion.genre == GenreReunion.BILAN and reunion.etat != EtatReunion.ANNULEE
    return psyens_non_invites(reunion) if concerne and perimetre.lit_le_departement else []


def reunions_listees(perimetre: Perimetre) -> QuerySet[Reunion]:
    """The meetings one reads; those without a date, which wait for one, come first by date."""
    return Reunion.objects.dans_perimetre(perimetre).annotate(
        date_de_tri=Coalesce("debut", Value(dt.datetime(9999, 1, 1, tzinfo=dt.UTC))),
        nombre_participants=Count("participants"),
        nombre_presents=Count("participants", filter=Q(participants__present=True)),
    )


def demandes_en_attente(perimetre: Perimetre) -> list[Reunion]:
    """The concertations asked for that this person may answer, the oldest first."""
    demandes = Reunion.objects.dans_perimetre(perimetre).filter(etat=EtatReunion.DEMANDEE)
    lues = demandes.select_related("cio", "initiateur").order_by("pk")
    return [reunion for reunion in lues if peut_diriger_reunion(perimetre, reunion)]


def participants_de(reunion: Reunion) -> list[Participant]:
    """By name, each with his account."""
    return list(reunion.participants.select_related("utilisateur").order_by("nom", "pk"))


def points_de(reunion: Reunion) -> list[PointOrdreDuJour]:
    """In the order of the agenda; those set aside stay readable by whoever proposed them."""
    points = PointOrdreDuJour.objects.filter(reunion=reunion).select_related("propose_par", "reunion")
    return list(points.order_by("rang", "pk"))


def decisions_de(reunion: Reunion) -> list[Decision]:
    return list(
        Decision.objects.filter(reunion=reunion).select_related("action__plan").order_by("rang", "pk")
    )


def etapes_de(
    reunion: Reunion, points: list[PointOrdreDuJour], participants: list[Participant]
) -> list[Etape]:
    """Where the meeting stands: the first stage that is not done is the one in hand. Once it has begun,
    its agenda and its invitations are behind.
    """
    tenue, commencee = reunion.etat == EtatReunion.TENUE, reunion.a_commence
    arrete = reunion.ordre_arrete_le is not None
    a_prevenir = 0 if commencee else sum(participant.a_prevenir for participant in participants)
    presents = sum(bool(participant.present) for participant in participants)
    retenus = _nombre(sum(point.statut == StatutPoint.RETENU for point in points), "point")
    etapes = [
        Etape("preparation", "Préparation", reunion.quand or "date à fixer", reunion.debut is not None),
        Etape(
            "ordre-du-jour",
            "Ordre du jour",
            f"{retenus}, {'arrêté' if arrete else 'non arrêté'}",
            arrete or commencee,
        ),
        Etape(
            "participants",
            "Invitations",
            f"{a_prevenir} à envoyer" if a_prevenir else _nombre(len(participants), "participant"),
            commencee or (bool(participants) and not a_prevenir),
        ),
        Etape("presences", "Présences", _nombre(presents, "présent") if tenue else "après la réunion", tenue),
        Etape(
            "compte-rendu",
            "Compte rendu",
            _dit_du_compte_rendu(reunion),
            reunion.compte_rendu_diffuse_le is not None,
        ),
    ]
    en_main = next((etape.cle for etape in etapes if not etape.faite), "")
    return [replace(etape, courante=etape.cle == en_main) for etape in etapes]


def _nombre(nombre: int, mot: str) -> str:
    return f"{nombre} {mot}{'s' if nombre > 1 else ''}"


def _dit_du_compte_rendu(reunion: Reunion) -> str:
    if reunion.compte_rendu_diffuse_le:
        return f"diffusé le {timezone.localdate(reunion.compte_rendu_diffuse_le):%d/%m/%Y}"
    return "en préparation" if reunion.compte_rendu else "à écrire"

"""Who takes part: named, invited by mail with a calendar file, answering."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from planning.documents.reunions_ics import ANNULATION, DEMANDE, invitation, type_mime
from planning.enums import EtatReunion, ReponseInvitation
from planning.models import Participant, Reunion
from planning.notifications.reunions import ecrire_annulation, ecrire_invitation
from planning.permissions import peut_organiser, peut_repondre_a_l_invitation
from planning.selectors.reunions import participants_de
from planning.selectors.reunions_invites import Invite, sans_doublon
from planning.services.reunions_verrou import journaliser_reunion, verrouiller_reunion
from psyen.models import PsyEN
from reseaux.perimetre import Perimetre
from socle.fichiers import enregistrer_fichier
from socle.models import Fichier

NOMS_AU_JOURNAL = 10


@transaction.atomic
def ajouter_participants(*, perimetre: Perimetre, reunion: Reunion, invites: Iterable[Invite]) -> int:
    """Names people; returns how many are new. Nobody is written to yet."""
    reunion = verrouiller_reunion(reunion, perimetre, peut_organiser)
    if reunion.etat == EtatReunion.DEMANDEE:
        raise ValidationError("Cette concertation n’a pas encore de date : convoquez-la d’abord.")
    if reunion.compte_rendu_diffuse_le is not None:
        raise ValidationError("Le compte rendu est diffusé : la liste des participants ne change plus.")
    nouveaux = inscrire(reunion, invites)
    if nouveaux:
        journaliser_reunion(perimetre, "participants_ajoutes", reunion, apres=_qui(nouveaux))
    return len(nouveaux)


@transaction.atomic
def retirer_participant(*, perimetre: Perimetre, participant: Participant) -> None:
    """Someone no longer expected; told so if he had been invited."""
    reunion = verrouiller_reunion(participant.reunion, perimetre, peut_organiser)
    if reunion.etat != EtatReunion.CONVOQUEE:
        raise ValidationError("La réunion s’est tenue : la liste des participants ne se réduit plus.")
    inscrit = reunion.participants.select_related("utilisateur").filter(pk=participant.pk).first()
    if inscrit is None:
        raise ValidationError("Cette personne a été retirée des participants entre-temps.")
    if inscrit.invite_le and not reunion.a_commence:
        _avancer(reunion)
        ecrire_annulation(reunion, inscrit, _piece(reunion, inscrit, ANNULATION), motif="")
    journaliser_reunion(perimetre, "participant_retire", reunion, avant=_qui([inscrit]))
    inscrit.delete()


@transaction.atomic
def envoyer_invitations(*, perimetre: Perimetre, reunion: Reunion) -> int:
    """Writes to those never written to, and to all those invited before a change; returns how many."""
    reunion = verrouiller_reunion(reunion, perimetre, peut_organiser)
    if reunion.etat != EtatReunion.CONVOQUEE or reunion.a_commence:
        raise ValidationError("Les invitations partent avant la réunion, une fois sa date fixée.")
    destinataires = [participant for participant in participants_de(reunion) if participant.a_prevenir]
    if not destinataires:
        raise ValidationError("Chacun a déjà reçu son invitation : il n’y a personne à prévenir.")
    _avancer(reunion)
    for participant in destinataires:
        ecrire_invitation(reunion, participant, _piece(reunion, participant, DEMANDE))
    reunion.participants.filter(pk__in=[p.pk for p in destinataires]).update(invite_le=timezone.now())
    journaliser_reunion(perimetre, "invitations_envoyees", reunion, apres=_qui(destinataires))
    return len(destinataires)


@transaction.atomic
def repondre_a_l_invitation(*, perimetre: Perimetre, reunion: Reunion, reponse: str) -> None:
    """« présent » or « excusé », for oneself, until the meeting is held."""
    reunion = verrouiller_reunion(reunion, perimetre, _participe)
    if not peut_repondre_a_l_invitation(perimetre, reunion):
        raise ValidationError("La réunion s’est tenue : on n’y répond plus.")
    reponse = ReponseInvitation(reponse)
    siens = reunion.participants.filter(utilisateur=perimetre.utilisateur_id)
    if not siens.exclude(reponse=reponse).update(reponse=reponse):
        return
    journaliser_reunion(perimetre, "reponse", reunion, apres={"reponse": reponse.label})


def inscrire(reunion: Reunion, invites: Iterable[Invite]) -> list[Participant]:
    """The lines of those who are not yet among the participants: one per address; the account of a PsyEN is
    known as his (R12).
    """
    liste = sans_doublon(invites)
    comptes = [invite.utilisateur_id for invite in liste if invite.utilisateur_id]
    psyens = dict(
        PsyEN.objects.filter(utilisateur__in=comptes).order_by("pk").values_list("utilisateur", "pk")
    )
    connues = {courriel.lower() for courriel in reunion.participants.values_list("courriel", flat=True)}
    nouveaux = [
        Participant(
            reunion=reunion,
            utilisateur_id=invite.utilisateur_id,
            psyen_id=invite.psyen_id or psyens.get(invite.utilisateur_id or 0),
            nom=invite.nom[:160],
            qualite=invite.qualite[:200],
            courriel=invite.courriel.lower(),
        )
        for invite in liste
        if invite.courriel.lower() not in connues
    ]
    for participant in nouveaux:
        participant.full_clean(exclude=["reunion", "utilisateur", "psyen"])
    return Participant.objects.bulk_create(nouveaux)


def annoncer_annulation(reunion: Reunion) -> None:
    """Everyone invited reads that the meeting is called off, and why; calendars drop it."""
    if reunion.a_commence:
        return
    _avancer(reunion)
    invites = reunion.participants.filter(invite_le__isnull=False).select_related("utilisateur")
    for participant in invites.order_by("pk"):
        piece = _piece(reunion, participant, ANNULATION)
        ecrire_annulation(reunion, participant, piece, motif=reunion.motif)


def _avancer(reunion: Reunion) -> None:
    """Each mailing is newer than the one before (RFC 5545, SEQUENCE)."""
    reunion.sequence += 1
    reunion.save(update_fields=["sequence"])


def _piece(reunion: Reunion, participant: Participant, methode: str) -> Fichier:
    return enregistrer_fichier(
        nom="annulation.ics" if methode == ANNULATION else "invitation.ics",
        type_mime=type_mime(methode),
        contenu=invitation(reunion, participant, methode),
    )


def _qui(participants: Sequence[Participant]) -> dict[str, object]:
    """Names, or their number where they would fill a page: the list itself is kept with its dates."""
    if len(participants) > NOMS_AU_JOURNAL:
        return {"participants": f"{len(participants)} personnes"}
    return {"participants": [participant.nom for participant in participants]}


def _participe(perimetre: Perimetre, reunion: Reunion) -> bool:
    siens = reunion.participants.filter(utilisateur=perimetre.utilisateur_id, utilisateur__isnull=False)
    return siens.exists()

"""Who is told what about a meeting: requests, invitations, minutes."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from comptes.models import Utilisateur
from planning.enums import StatutPoint
from planning.models import Participant, Reunion
from planning.permissions import PILOTES
from reseaux.models import Habilitation
from reseaux.perimetre import ROLES_CIO
from socle.courriels import mettre_en_file
from socle.models import Fichier
from socle.notifications import notifier


def annoncer_demande(reunion: Reunion) -> None:
    """Whoever may give the date: the direction of the CIO, otherwise the IEN-IO and the adjoint; the IEN-IO
    reads it in the application anyway.
    """
    texte = f"Concertation demandée : « {reunion.titre} »."
    _notifier(_pilotes(reunion), texte, reunion)
    destinataires = _du_cio(reunion) if reunion.cio_id else _pilotes(reunion)
    if reunion.cio_id:
        _notifier(destinataires, texte, reunion)
    for personne in destinataires:
        mettre_en_file(
            cle=f"planning.demande:{reunion.pk}:{personne.courriel}"[:200],
            destinataire=personne.courriel,
            utilisateur=personne,
            modele="planning/courriels/reunion_demande",
            contexte={"reunion": reunion, "lien": adresse(reunion)},
        )


def annoncer_suite(reunion: Reunion) -> None:
    """Whoever asked learns what becomes of it: a date, or the reason why there is none."""
    demandeur = reunion.initiateur
    if demandeur is None:
        return
    suite = "est écartée" if reunion.est_ecartee else f"est convoquée le {reunion.quand}"
    _notifier([demandeur], f"Votre concertation « {reunion.titre} » {suite}.", reunion)
    mettre_en_file(
        cle=f"planning.suite:{reunion.pk}:{reunion.etat}",
        destinataire=demandeur.courriel,
        utilisateur=demandeur,
        modele="planning/courriels/reunion_suite",
        contexte={"reunion": reunion, "lien": adresse(reunion)},
    )


def annoncer_ordre_du_jour(reunion: Reunion) -> None:
    """Those invited who have an account: the agenda is settled."""
    texte = f"L’ordre du jour de la réunion « {reunion.titre} » est arrêté."
    _notifier(_comptes(reunion.participants.filter(invite_le__isnull=False)), texte, reunion)


def ecrire_invitation(reunion: Reunion, participant: Participant, piece: Fichier) -> None:
    """A first invitation, or what has changed since; one mail per person and mailing."""
    points = reunion.points.filter(statut=StatutPoint.RETENU).order_by("rang", "pk")
    _ecrire(
        reunion,
        participant,
        "planning/courriels/reunion_invitation",
        piece=piece,
        mise_a_jour=participant.invite_le is not None,
        points=list(points) if reunion.ordre_arrete_le else [],
    )


def ecrire_annulation(reunion: Reunion, participant: Participant, piece: Fichier, motif: str) -> None:
    """The meeting is called off, or the person is no longer expected (no reason then)."""
    _ecrire(reunion, participant, "planning/courriels/reunion_annulation", piece=piece, motif=motif)


def ecrire_compte_rendu(
    reunion: Reunion, participant: Participant, piece: Fichier | None, *, rectification: str = ""
) -> None:
    """A link for who has an account, the document itself for who has none."""
    _ecrire(
        reunion,
        participant,
        "planning/courriels/reunion_compte_rendu",
        piece=piece,
        rectification=rectification,
    )


def annoncer_compte_rendu(reunion: Reunion) -> None:
    _notifier(
        _comptes(reunion.participants.all()),
        f"Le compte rendu de la réunion « {reunion.titre} » est diffusé.",
        reunion,
    )


def adresse(reunion: Reunion) -> str:
    """The one link of a mail."""
    return f"{settings.ADRESSE_PUBLIQUE}{reverse('planning:reunion', args=[reunion.pk])}"


def _ecrire(
    reunion: Reunion, participant: Participant, modele: str, *, piece: Fichier | None, **contexte: object
) -> None:
    """`sequence` moves at each mailing: the same person is never written to twice by one."""
    mettre_en_file(
        cle=f"planning.reunion:{reunion.pk}:{reunion.sequence}:{participant.courriel}"[:200],
        destinataire=participant.courriel,
        utilisateur=participant.utilisateur,
        modele=modele,
        contexte={
            "reunion": reunion,
            "participant": participant,
            "lien": adresse(reunion) if participant.utilisateur else "",
            **contexte,
        },
        piece=piece,
    )


def _comptes(participants: Iterable[Participant]) -> list[Utilisateur]:
    pks = [participant.utilisateur_id for participant in participants if participant.utilisateur_id]
    return list(Utilisateur.objects.filter(pk__in=pks).order_by("pk"))


def _pilotes(reunion: Reunion) -> list[Utilisateur]:
    return _personnes(Q(departement=reunion.departement_id, role__in=PILOTES))


def _du_cio(reunion: Reunion) -> list[Utilisateur]:
    """DCIO and secrétaire of the CIO; for an antenne, those of the CIO it depends on."""
    cio = reunion.cio
    cios = [pk for pk in (cio.pk, cio.parent_id) if pk] if cio else []
    return _personnes(Q(cio__in=cios, role__in=ROLES_CIO))


def _personnes(qui: Q) -> list[Utilisateur]:
    en_poste = Habilitation.objects.en_vigueur().filter(qui, utilisateur__is_active=True)
    return list(Utilisateur.objects.filter(pk__in=en_poste.values("utilisateur")).order_by("pk"))


def _notifier(personnes: Iterable[Utilisateur], texte: str, reunion: Reunion) -> None:
    for personne in personnes:
        notifier(utilisateur=personne, texte=texte, url=reverse("planning:reunion", args=[reunion.pk]))

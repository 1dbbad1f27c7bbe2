"""Invitations and reminders of a survey, each with its own secret link; its results, told to all at once."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from evaluation.enums import RAPPELS_AU_PLUS
from evaluation.models import Enquete, Invitation
from evaluation.models.enquete import PREPARENT
from evaluation.selectors.enquetes import invitations_joignables
from reseaux.models import Habilitation
from socle.courriels import mettre_en_file
from socle.models import Courriel
from socle.notifications import notifier

GARDE = "evaluation.enquete"
#: A reminder goes to who has not answered: no screen tells to whom.
GARDE_RAPPEL = "evaluation.enquete.rappel"
CLE = "evaluation.enquete:"
INVITATION = "invitation"
RAPPELS = tuple(f"rappel{etape}" for etape in range(1, RAPPELS_AU_PLUS + 1))


def inviter(enquete: Enquete, invitation: Invitation, jeton: str) -> None:
    """Confidential: the link is shown on no screen, and its text erased once sent."""
    _ecrire(enquete, invitation, jeton, INVITATION, GARDE)


def rappeler(enquete: Enquete, invitation: Invitation, jeton: str, etape: int) -> None:
    """The first or the second reminder: one mail each, whatever happens."""
    _ecrire(enquete, invitation, jeton, RAPPELS[etape - 1], GARDE_RAPPEL)


def oublier_les_envois(enquete: Enquete) -> None:
    """The rows of the invitations and of the reminders: the outbox would tell for ever who had not answered
    on the day of a reminder.
    """
    invitations = Invitation.objects.filter(enquete=enquete).values_list("pk", flat=True)
    cles = [f"{CLE}{pk}:{motif}" for pk in invitations for motif in (INVITATION, *RAPPELS)]
    Courriel.objects.filter(cle__in=cles).delete()


def est_encore_due(courriel: Courriel) -> bool:
    """Asked just before the mail leaves: no reminder to who has answered, no link to a closed survey."""
    pk = courriel.cle.removeprefix(CLE).split(":")[0]
    invitation = Invitation.objects.filter(pk=pk, lien_utilise=False).select_related("enquete").first()
    return invitation is not None and invitation.enquete.recoit(timezone.localdate())


def annoncer_resultats(enquete: Enquete) -> None:
    """« Les résultats sont montrés aux PsyEN en même temps qu'à la direction »: same transaction, same
    text.
    """
    url = reverse("evaluation:enquete", args=[enquete.pk])
    contexte = {"enquete": enquete, "lien": f"{settings.ADRESSE_PUBLIQUE}{url}"}
    cle = f"{CLE}resultats:{enquete.pk}"
    comptes = {habilitation.utilisateur_id: habilitation.utilisateur for habilitation in _direction(enquete)}
    adresses = {compte.courriel: compte for compte in comptes.values()}
    for invitation in invitations_joignables(enquete):
        psyen = invitation.psyen
        adresses.setdefault(psyen.courriel, psyen.utilisateur)
        if psyen.utilisateur:
            comptes[psyen.utilisateur_id] = psyen.utilisateur
    for adresse, utilisateur in adresses.items():
        mettre_en_file(
            cle=f"{cle}:{adresse}"[:200],
            destinataire=adresse,
            utilisateur=utilisateur,
            modele="evaluation/courriels/enquete_resultats",
            contexte=contexte,
        )
    for compte in comptes.values():
        notifier(
            utilisateur=compte, texte=f"Enquête « {enquete} » : les résultats sont publiés.", url=url, cle=cle
        )


def _direction(enquete: Enquete):
    departement = enquete.departement_id
    return (
        Habilitation.objects.en_vigueur()
        .filter(
            Q(departement=departement, role__in=(*PREPARENT, Role.SG, Role.DASEN))
            | Q(cio__departement=departement, role=Role.DCIO)
        )
        .select_related("utilisateur")
        .order_by("pk")
    )


def _ecrire(enquete: Enquete, invitation: Invitation, jeton: str, motif: str, garde: str) -> None:
    psyen = invitation.psyen
    mettre_en_file(
        cle=f"{CLE}{invitation.pk}:{motif}",
        destinataire=psyen.courriel,
        utilisateur=psyen.utilisateur,
        modele="evaluation/courriels/enquete_invitation",
        contexte={
            "enquete": enquete,
            "psyen": psyen,
            "est_un_rappel": motif != INVITATION,
            "lien": settings.ADRESSE_PUBLIQUE + reverse("evaluation:enquete_repondre", args=[jeton]),
        },
        confidentiel=True,
        garde=garde,
        au_moins_une_fois=True,
    )

"""« Relancer »: whoever drives the plan writes to those who answer for a milestone."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from comptes.models import Utilisateur
from planning.models import Jalon, Rappel
from planning.notifications.rappels import cle_du_rappel, envoyer
from planning.permissions import peut_relancer
from planning.selectors.messages import Texte
from planning.selectors.rappels import RELANCE
from planning.selectors.rappels_a_la_main import numero_de_relance, responsables_du_jalon
from planning.services.verrous import tenir_jalon
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def relancer(
    *,
    perimetre: Perimetre,
    jalon: Jalon,
    destinataires: Collection[int],
    objet: str,
    corps: str,
    numero: int,
) -> int:
    """Sends the text as it was read to the persons ticked; returns how many.

    `numero` is that of the page shown: two clicks, or two people, do not send the same twice.
    """
    jalon = tenir_jalon(jalon)
    if not peut_relancer(perimetre, jalon):
        raise PermissionDenied
    if numero != numero_de_relance(jalon):
        raise ValidationError(
            "Une relance est partie entre-temps pour cette échéance : vérifiez qu’une autre est utile, puis "
            "envoyez de nouveau."
        )
    choisis = _parmi_les_responsables(jalon, destinataires)
    texte = _texte(objet, corps)
    for personne in choisis:
        _ecrire(perimetre, jalon, personne, texte, f"{RELANCE}{numero}")
    journaliser(
        perimetre=perimetre,
        action="planning.jalon.relance",
        objet=jalon,
        apres={"destinataires": [str(personne) for personne in choisis], "objet": texte.objet},
    )
    return len(choisis)


def _parmi_les_responsables(jalon: Jalon, destinataires: Collection[int]) -> list[Utilisateur]:
    choisis = [personne for personne in responsables_du_jalon(jalon) if personne.pk in set(destinataires)]
    if len(choisis) != len(set(destinataires)):
        raise ValidationError(
            {"destinataires": "Une personne cochée ne répond plus de cette échéance : vérifiez la liste."}
        )
    if not choisis:
        raise ValidationError({"destinataires": "Cochez au moins une personne à relancer."})
    return choisis


def _texte(objet: str, corps: str) -> Texte:
    texte = Texte(" ".join(objet.split()), corps.replace("\r\n", "\n").strip())
    if not all(texte):
        raise ValidationError("Le message a un objet et un texte : écrivez les deux.")
    return texte


def _ecrire(perimetre: Perimetre, jalon: Jalon, personne: Utilisateur, texte: Texte, etape: str) -> None:
    rappel = Rappel.objects.create(
        jalon=jalon,
        echeance=jalon.echeance,
        destinataire=personne,
        etape=etape,
        jour=timezone.localdate(),
        auteur_id=perimetre.utilisateur_id,
    )
    rappel.courriel = envoyer(texte, personne, cle_du_rappel(rappel))
    rappel.save(update_fields=["courriel"])

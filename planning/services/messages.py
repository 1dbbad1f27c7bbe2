"""The texts of the reminders of an académie: rewritten by its ADMIN, or given back as they were."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from planning.enums import GenreMessage
from planning.models import ModeleDeMessage
from planning.permissions import peut_modifier_messages
from planning.selectors.messages import TEXTES, Texte, verifier_texte
from reseaux.models import Academie
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def enregistrer_message(
    *, perimetre: Perimetre, academie: Academie, genre: str, objet: str, corps: str
) -> ModeleDeMessage:
    """The text that the next mails of that kind take; unknown words between braces are refused."""
    _verifier_droit(perimetre, academie)
    texte = Texte(" ".join(objet.split()), corps.replace("\r\n", "\n").strip())
    verifier_texte(genre, texte)
    modele = ModeleDeMessage.objects.select_for_update().filter(academie=academie, genre=genre).first()
    avant = Texte(modele.objet, modele.corps) if modele else TEXTES[genre]
    modele = modele or ModeleDeMessage(academie=academie, genre=genre)
    modele.objet, modele.corps = texte
    modele.full_clean(validate_unique=False, validate_constraints=False)
    modele.save()
    journaliser(
        perimetre=perimetre,
        action="planning.message.modifie",
        objet=modele,
        avant=avant._asdict(),
        apres=texte._asdict(),
    )
    return modele


@transaction.atomic
def retablir_message(*, perimetre: Perimetre, academie: Academie, genre: str) -> None:
    """Back to the text of the service."""
    _verifier_droit(perimetre, academie)
    modele = ModeleDeMessage.objects.select_for_update().filter(academie=academie, genre=genre).first()
    if modele is None:
        raise ValidationError("Ce message a déjà son texte d’origine.")
    journaliser(
        perimetre=perimetre,
        action="planning.message.retabli",
        objet=modele,
        avant={"objet": modele.objet, "corps": modele.corps},
        apres=TEXTES[GenreMessage(genre)]._asdict(),
    )
    modele.delete()


def _verifier_droit(perimetre: Perimetre, academie: Academie) -> None:
    if not peut_modifier_messages(perimetre):
        raise PermissionDenied
    if not Academie.objects.dans_perimetre(perimetre).filter(pk=academie.pk).exists():
        raise PermissionDenied

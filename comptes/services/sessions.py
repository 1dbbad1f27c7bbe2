"""Closing sessions, by the person they belong to."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from comptes.models import Session, Utilisateur
from comptes.selectors import reference_de_session, sessions_ouvertes
from socle.journal import Personne, journaliser


@transaction.atomic
def fermer_sessions(*, utilisateur: Utilisateur) -> None:
    """« Me déconnecter partout »: every session opened so far is dead at its next request."""
    Utilisateur.objects.filter(pk=utilisateur.pk).update(generation_sessions=F("generation_sessions") + 1)
    Session.objects.filter(utilisateur=utilisateur).delete()
    _journaliser(utilisateur)


@transaction.atomic
def fermer_les_autres(*, utilisateur: Utilisateur, cle: str) -> int:
    """All but the one of that key; returns how many were closed."""
    nombre, _ = Session.objects.filter(utilisateur=utilisateur).exclude(pk=cle).delete()
    if nombre:
        _journaliser(utilisateur)
    return nombre


@transaction.atomic
def fermer_une_session(*, utilisateur: Utilisateur, reference: str) -> None:
    """One of one's own, named by its reference: the key itself never leaves the server."""
    for session in sessions_ouvertes(utilisateur):
        if reference_de_session(session.cle) == reference:
            Session.objects.filter(pk=session.cle).delete()
            _journaliser(utilisateur)
            return
    raise ValidationError("Cette session est déjà fermée.")


def _journaliser(utilisateur: Utilisateur) -> None:
    journaliser(perimetre=Personne(utilisateur.pk), action="comptes.utilisateur.sessions", objet=utilisateur)

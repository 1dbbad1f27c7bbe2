"""How long the service keeps what it erases by itself: one rule a kind, told on the pages, applied at night.

The durations are settings (`CONSERVATION`, in days); « Données personnelles » and « Mes données » read them
here: what is announced is what is done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db.models import Exists, ManyToOneRel, OuterRef, Q, QuerySet
from django.utils import timezone

from socle.enums import EtatCourriel, EtatTravail
from socle.models import Courriel, Fichier, Notification, TravailDeFond
from socle.traces import Consultation

UN_JOUR = timedelta(days=1)
EN_MOTS = {30: "un mois", 180: "six mois", 365: "un an", 730: "deux ans"}
#: The trigger of `socle_consultation` keeps the first six months; the CNIL asks at most a year.
CONSULTATIONS_MINIMUM, CONSULTATIONS_MAXIMUM = 180, 365


@dataclass(frozen=True)
class Regle:
    """`echus`: what is past its time at an instant; `effacer`: how it goes, and how many."""

    quoi: str
    duree: str
    echus: Callable[[datetime], QuerySet[Any]]
    effacer: Callable[[QuerySet[Any]], int]


def duree(nom: str) -> str:
    """A duration of `CONSERVATION` in words: « un an », « 90 jours »."""
    jours = settings.CONSERVATION[nom]
    return EN_MOTS.get(jours, f"{jours} jours")


def durees() -> dict[str, str]:
    """All of them, for a page."""
    return {nom: duree(nom) for nom in settings.CONSERVATION}


def avant(nom: str, instant: datetime) -> datetime:
    """What is older than this is past the duration of that name."""
    return instant - timedelta(days=settings.CONSERVATION[nom])


def regles() -> list[Regle]:
    """In the order in which they apply: a file goes once nothing holds it any more."""
    return [
        Regle("sessions finies", "douze heures", _sessions, _supprimer),
        Regle("essais de connexion manqués", "un jour", _essais, _supprimer),
        Regle("notifications lues", duree("notifications"), _notifications, _supprimer),
        Regle("textes et pièces de courriels envoyés", duree("courriels"), _courriels, _vider),
        Regle("consultations de données", duree("consultations"), _consultations, _supprimer),
        Regle("travaux finis et leurs fichiers", duree("travaux"), _travaux, _supprimer),
        Regle("fichiers que plus rien ne porte", "un jour", _fichiers_sans_porteur, _supprimer),
    ]


def verifier_durees(**_: Any) -> list[CheckMessage]:
    """System check: a duration that the law or the base refuses is told before the service starts."""
    fautes: list[CheckMessage] = [
        Error(f"CONSERVATION_{nom.upper()} doit être d’un jour au moins.", id="socle.E001")
        for nom, jours in settings.CONSERVATION.items()
        if jours < 1
    ]
    if not CONSULTATIONS_MINIMUM <= settings.CONSERVATION["consultations"] <= CONSULTATIONS_MAXIMUM:
        fautes.append(
            Error(
                f"CONSERVATION_CONSULTATIONS va de {CONSULTATIONS_MINIMUM} à {CONSULTATIONS_MAXIMUM} jours "
                "(recommandation de la CNIL sur la journalisation).",
                id="socle.E002",
            )
        )
    return fautes


# --- What is past its time ---------------------------------------------------------------------------


def _sessions(instant: datetime) -> QuerySet[Any]:
    sessions = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    return sessions.objects.filter(expire_date__lt=instant)


def _essais(instant: datetime) -> QuerySet[Any]:
    return AccessAttempt.objects.filter(attempt_time__lt=instant - UN_JOUR)


def _notifications(instant: datetime) -> QuerySet[Any]:
    return Notification.objects.filter(lue_le__lt=avant("notifications", instant))


def _courriels(instant: datetime) -> QuerySet[Any]:
    """Of a mail remain its subject, its recipient and its date: what tells that the person was informed."""
    limite = avant("courriels", instant)
    anciens = Q(etat=EtatCourriel.ENVOYE, envoye_le__lt=limite)
    anciens |= Q(etat=EtatCourriel.SANS_OBJET, pris_le__lt=limite)
    return Courriel.objects.filter(anciens).exclude(corps_texte="", corps_html="", piece=None)


def _consultations(instant: datetime) -> QuerySet[Any]:
    return Consultation.objects.filter(jour__lt=timezone.localdate(avant("consultations", instant)))


def _travaux(instant: datetime) -> QuerySet[Any]:
    finis = (EtatTravail.TERMINE, EtatTravail.ECHEC, EtatTravail.REFUSE)
    return TravailDeFond.objects.filter(etat__in=finis, cree_le__lt=avant("travaux", instant))


def _fichiers_sans_porteur(instant: datetime) -> QuerySet[Any]:
    """A day old, so that no transaction in progress is about to hold them."""
    portes = Q(pk__in=())
    for relation in Fichier._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            porteurs = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            portes |= Q(Exists(porteurs))
    return Fichier.objects.filter(~portes, cree_le__lt=instant - UN_JOUR).only("pk")


def _supprimer(objets: QuerySet[Any]) -> int:
    """Rows of the kind itself: what a cascade takes along is not counted."""
    _, par_modele = objets.delete()
    return par_modele.get(objets.model._meta.label, 0)


def _vider(courriels: QuerySet[Any]) -> int:
    return courriels.update(corps_texte="", corps_html="", piece=None)

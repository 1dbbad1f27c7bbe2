"""Reads about accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.dateparse import parse_datetime

from comptes.enums import Preuve
from comptes.models import IdentiteExterne, SecondFacteur, Session, Utilisateur
from comptes.models.session import CLE_APPAREIL, CLE_OUVERTURE, CLE_PREUVE, inactivite

# Public by nature: these accounts exist in the demonstration only, with fictional data.
MOT_DE_PASSE_DEMONSTRATION = "demonstration-cio"


def comptes_de_demonstration() -> QuerySet[Utilisateur]:
    """Accounts offered on the sign-in page; none outside the demonstration."""
    if not settings.DEMONSTRATION:
        return Utilisateur.objects.none()
    return Utilisateur.objects.filter(is_active=True).exclude(demonstration="").order_by("pk")


def fin_du_verrou(courriel: str, adresse: str | None) -> datetime:
    """When the pair (account, address) may try again: the lock runs from its last counted failure."""
    derniere = AccessAttempt.objects.filter(username=courriel, ip_address=adresse).aggregate(
        le=Max("attempt_time")
    )["le"]
    return (derniere or timezone.now()) + timedelta(hours=settings.AXES_COOLOFF_TIME)


# --- Sessions ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SessionOuverte:
    """One line of « Sessions ouvertes »."""

    cle: str
    appareil: str
    ouverte_le: datetime | None
    vue_le: datetime
    preuve: str

    @property
    def reference(self) -> str:
        return reference_de_session(self.cle)


def sessions_ouvertes(utilisateur: Utilisateur) -> list[SessionOuverte]:
    """Those still good, last seen first: neither ended, nor unused, nor from before a changed password."""
    empreinte = utilisateur.get_session_auth_hash()
    maintenant = timezone.now()
    lignes = Session.objects.filter(
        utilisateur=utilisateur, expire_date__gt=maintenant, vue_le__gte=maintenant - inactivite()
    )
    return [
        _session_ouverte(session, donnees)
        for session in lignes.order_by("-vue_le", "pk")
        if constant_time_compare((donnees := session.get_decoded()).get(HASH_SESSION_KEY, ""), empreinte)
    ]


def _session_ouverte(session: Session, donnees: dict[str, str]) -> SessionOuverte:
    return SessionOuverte(
        cle=session.session_key,
        appareil=donnees.get(CLE_APPAREIL, "") or "Navigateur inconnu",
        ouverte_le=parse_datetime(donnees.get(CLE_OUVERTURE, "")),
        vue_le=session.vue_le,
        preuve=Preuve(donnees[CLE_PREUVE]).label if donnees.get(CLE_PREUVE) else "Mot de passe",
    )


def reference_de_session(cle: str) -> str:
    """What names a session in a page: its key opens the account, this opens nothing."""
    return salted_hmac("comptes.session", cle, algorithm="sha256").hexdigest()[:32]


#: What a browser calls itself → its name. The first found wins: each one also claims to be the next.
NAVIGATEURS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def appareil_en_mots(agent: str) -> str:
    """« Firefox sur Windows », from the User-Agent header; nothing of what it says is repeated as is."""
    navigateur = next((nom for marque, nom in NAVIGATEURS if marque in agent), "Navigateur inconnu")
    systeme = next((nom for marque, nom in SYSTEMES if marque in agent), "")
    return f"{navigateur} sur {systeme}" if systeme else navigateur


# --- Second factor -----------------------------------------------------------------------------------


def second_facteur_de(utilisateur: Utilisateur) -> SecondFacteur | None:
    return SecondFacteur.objects.filter(pk=utilisateur.pk).first()


def codes_de_secours_restants(facteur: SecondFacteur) -> int:
    return facteur.codes.filter(utilise_le=None).count()


# --- Identity provider -------------------------------------------------------------------------------


def identite_externe_de(utilisateur: Utilisateur) -> IdentiteExterne | None:
    """The identity that holds the name, the address and the way in; none while no provider is set."""
    if not settings.OIDC_EMETTEUR:
        return None
    return IdentiteExterne.objects.filter(pk=utilisateur.pk, emetteur=settings.OIDC_EMETTEUR).first()

"""Surveys: whom they ask, what a link leads to, when reminders leave, how many answers so far."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from evaluation.enums import PERSONNES_AU_MOINS, RAPPELS_AU_PLUS, EtatEnquete, LienRefuse
from evaluation.models import Enquete, Invitation, Jeton
from evaluation.selectors.enquete_depouillement import Invites
from planning.selectors.jours_ouvres import Calendrier, calendrier_ouvre
from psyen.models import Rattachement
from reseaux.models import CIO, Departement
from socle.effacement import DOMAINE

#: Whoever was erased keeps a row, and an address that leads nowhere.
EFFACE = Q(psyen__courriel__endswith=f"@{DOMAINE}")
SOURCE = Path(__file__).resolve().parent.parent / "donnees" / "enquete_qvt.json"
#: Before the last day.
RAPPELS_AVANT = (dt.timedelta(days=7), dt.timedelta(days=2))
#: No reminder on the heels of the invitation.
REPIT = dt.timedelta(days=2)


def seuil_de_publication() -> int:
    """The threshold of the surveys to come: that of the settings, never below five."""
    return max(settings.SEUIL_ENQUETE, PERSONNES_AU_MOINS)


def questionnaire_type() -> list[dict[str, Any]]:
    """The questions proposed: dimensions of the DEPP and of indicator I23, « je sais qui décide quoi »
    (I25).
    """
    return json.loads(SOURCE.read_text())


# --- Whom it asks -------------------------------------------------------------------------------------


def population(enquete: Enquete, jour: dt.date) -> QuerySet[Rattachement]:
    """The attachments in force on that day, of the département or of the CIO chosen and their antennes;
    nobody who was erased.
    """
    rattachements = Rattachement.objects.au(jour).filter(cio__departement=enquete.departement_id)
    rattachements = rattachements.exclude(EFFACE)
    choisis = list(enquete.cios.order_by("pk").values_list("pk", flat=True))
    if choisis:
        rattachements = rattachements.filter(cio__in=choisis) | rattachements.filter(cio__parent__in=choisis)
    return rattachements.select_related("psyen__utilisateur", "cio").order_by("psyen__nom", "psyen__pk")


def invitations_joignables(enquete: Enquete) -> QuerySet[Invitation]:
    """Those of whoever may be written to, by name: an erased person is left in peace."""
    invitations = Invitation.objects.filter(enquete=enquete).select_related("psyen__utilisateur")
    return invitations.exclude(EFFACE).order_by("psyen__nom", "pk")


def cios_possibles(departement: Departement) -> QuerySet[CIO]:
    """Those that may be chosen: an antenne goes with the CIO it depends on."""
    return CIO.objects.filter(departement=departement, parent=None).order_by("nom", "pk")


def invites_par_cio(enquete: Enquete) -> list[Invites]:
    """How many persons were invited from each CIO, by name."""
    invites = (
        Invitation.objects.filter(enquete=enquete).values("cio", "cio__nom").annotate(nombre=Count("pk"))
    )
    return [
        Invites(ligne["cio"], ligne["cio__nom"], ligne["nombre"])
        for ligne in invites.order_by("cio__nom", "cio")
    ]


def effectif_par_cio(rattachements: Iterable[Rattachement]) -> Counter[int]:
    return Counter(rattachement.cio.parent_id or rattachement.cio_id for rattachement in rattachements)


# --- Links --------------------------------------------------------------------------------------------


def empreinte(jeton: str) -> str:
    """What is kept of a link: finding it by its SHA-256 leaks nothing by the time it takes."""
    return hashlib.sha256(jeton.encode("utf-8", "surrogatepass")).hexdigest()


def invitation_du_jeton(jeton: str) -> Invitation | None:
    trouve = (
        Jeton.objects.filter(empreinte=empreinte(jeton))
        .select_related("invitation__enquete__departement")
        .first()
    )
    return trouve.invitation if trouve else None


def refus_du_lien(invitation: Invitation | None, jour: dt.date) -> LienRefuse | None:
    """Why this link opens no questionnaire on that day; None when it does."""
    if invitation is None:
        return LienRefuse.INCONNU
    if not invitation.enquete.recoit(jour):
        return LienRefuse.FERMEE
    return LienRefuse.UTILISE if invitation.lien_utilise else None


# --- While it is open ---------------------------------------------------------------------------------


def jours_de_rappel(enquete: Enquete, calendrier: Calendrier | None = None) -> list[dt.date]:
    """The working days on which a reminder may leave: a week, then two days before the end; fewer when the
    survey is short. In order.
    """
    calendrier = calendrier or calendrier_ouvre(enquete.departement.academie_id)
    jours = {calendrier.precedent_ou_meme(enquete.date_fermeture - avant) for avant in RAPPELS_AVANT}
    return sorted(jour for jour in jours if jour >= enquete.date_ouverture + REPIT)


def rappel_du(enquete: Enquete, jour: dt.date) -> int | None:
    """The number of the reminder due on that day (1 or 2); None otherwise. Of two missed, one leaves."""
    if not enquete.recoit(jour):
        return None
    calendrier = calendrier_ouvre(enquete.departement.academie_id)
    echus = sum(prevu <= jour for prevu in jours_de_rappel(enquete, calendrier))
    etape = min(echus, RAPPELS_AU_PLUS)
    return etape if etape > enquete.rappels_envoyes and calendrier.est_ouvre(jour) else None


@dataclass(frozen=True)
class Suivi:
    """How an open survey goes: a count by steps of the threshold, so that two readings of it, at two moments,
    never tell of fewer persons than that.
    """

    invites: int
    #: « au moins »; 0 below the threshold.
    reponses_au_moins: int
    rappels: Sequence[dt.date]


def suivre(enquete: Enquete) -> Suivi:
    invitations = Invitation.objects.filter(enquete=enquete)
    repondu = invitations.filter(a_repondu=True).count()
    return Suivi(
        invites=invitations.count(),
        reponses_au_moins=repondu - repondu % enquete.seuil,
        rappels=jours_de_rappel(enquete)[enquete.rappels_envoyes :],
    )


def enquetes_a_suivre() -> QuerySet[Enquete]:
    """Those that the clock may open, remind of, or close."""
    return (
        Enquete.objects.filter(etat__in=(EtatEnquete.PROGRAMMEE, EtatEnquete.OUVERTE))
        .select_related("departement")
        .order_by("pk")
    )

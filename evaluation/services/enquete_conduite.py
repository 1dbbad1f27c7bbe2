"""The life of a survey: planned, opened with its invitations, reminded of, prolonged, closed with its
results.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from evaluation.enums import EtatEnquete
from evaluation.models import Enquete, Invitation, Jeton, Urne
from evaluation.notifications.enquetes import annoncer_resultats, inviter, rappeler
from evaluation.permissions import (
    peut_conduire_enquete,
    peut_creer_enquete,
    peut_preparer_enquete,
    peut_reprendre_enquete,
)
from evaluation.selectors.enquetes import (
    empreinte,
    enquetes_a_suivre,
    invitations_joignables,
    population,
    rappel_du,
    seuil_de_publication,
)
from evaluation.services.enquete_cloture import cloturer
from reseaux.perimetre import Perimetre
from socle.chiffrement import Illisible
from socle.journal import journaliser

logger = logging.getLogger(__name__)

#: 256 bits: nobody finds a link by trying.
OCTETS_DU_JETON = 32
JAMAIS_OUVERTE = "Son dernier jour est passé avant qu’elle ait pu s’ouvrir : changez ses dates."


@transaction.atomic
def lancer_enquete(*, perimetre: Perimetre, enquete: Enquete, jour: dt.date | None = None) -> Enquete:
    """Freezes the questions. Opened and the invitations written at once, or on its opening day."""
    jour = jour or timezone.localdate()
    enquete = _verrouiller(enquete)
    if not peut_creer_enquete(perimetre, enquete.departement):
        raise PermissionDenied
    if not peut_preparer_enquete(perimetre, enquete):
        raise ValidationError(f"Cette enquête est déjà {enquete.get_etat_display().lower()}.")
    if not enquete.questions.exists():
        raise ValidationError("Ajoutez au moins une question avant de lancer l’enquête.")
    if enquete.date_fermeture < jour:
        raise ValidationError("Le dernier jour de l’enquête est passé : changez ses dates.")
    _exiger_assez_de_monde(enquete, jour)
    if enquete.date_ouverture > jour:
        enquete.etat = EtatEnquete.PROGRAMMEE
        enquete.save(update_fields=["etat"])
        _journaliser(perimetre, "programmee", enquete)
    else:
        _ouvrir(perimetre, enquete, jour)
    return enquete


@transaction.atomic
def reprendre_enquete(*, perimetre: Perimetre, enquete: Enquete) -> None:
    """A planned survey is a draft again: nobody was told of it yet."""
    enquete = _verrouiller(enquete)
    if not peut_creer_enquete(perimetre, enquete.departement):
        raise PermissionDenied
    if not peut_reprendre_enquete(perimetre, enquete):
        raise ValidationError("Seule une enquête programmée redevient un brouillon.")
    _reprendre(perimetre, enquete)


@transaction.atomic
def prolonger_enquete(*, perimetre: Perimetre, enquete: Enquete, date_fermeture: dt.date) -> None:
    """Later only: an end brought forward would shut out those who counted on the date of their mail."""
    enquete = _verrouiller(enquete)
    _exiger_conduite(perimetre, enquete)
    if date_fermeture <= enquete.date_fermeture:
        raise ValidationError(
            {"date_fermeture": f"Choisissez un jour après le {enquete.date_fermeture:%d/%m/%Y}."}
        )
    avant, enquete.date_fermeture = enquete.date_fermeture, date_fermeture
    enquete.save(update_fields=["date_fermeture"])
    _journaliser(
        perimetre,
        "prolongee",
        enquete,
        avant={"date_fermeture": avant},
        apres={"date_fermeture": date_fermeture},
    )


@transaction.atomic
def clore_enquete(*, perimetre: Perimetre, enquete: Enquete, jour: dt.date | None = None) -> None:
    """Opens the urn, publishes the results to everyone at once; for good."""
    # The order of a deposit: the urn, then the rest.
    urne = Urne.objects.select_for_update().filter(enquete=enquete).first()
    enquete = _verrouiller(enquete)
    _exiger_conduite(perimetre, enquete)
    assert urne is not None  # noqa: S101 - an open survey has its urn
    try:
        reponses = cloturer(enquete, urne, jour or timezone.localdate())
    except Illisible:
        raise ValidationError(
            "Les bulletins ne s’ouvrent pas : la clé secrète du service a changé depuis l’ouverture. "
            "Demandez à l’administrateur de rétablir l’ancienne clé, puis recommencez : rien n’est perdu."
        ) from None
    _journaliser(perimetre, "close", enquete, apres={"reponses": reponses})
    annoncer_resultats(enquete)


# --- The clock ----------------------------------------------------------------------------------------


def suivre_enquetes(jour: dt.date | None = None) -> None:
    """Opens, reminds of and closes what is due; whatever happens to one survey, the others follow."""
    jour = jour or timezone.localdate()
    for enquete in enquetes_a_suivre():
        try:
            _suivre(enquete, jour)
        except Exception:
            logger.exception("Enquête %s : l’échéance du %s n’est pas tenue", enquete.pk, jour)


def _suivre(enquete: Enquete, jour: dt.date) -> None:
    """Each gesture in its own transaction."""
    if enquete.etat == EtatEnquete.PROGRAMMEE:
        _ouvrir_a_son_jour(enquete, jour)
    elif enquete.date_fermeture < jour:
        clore_enquete(perimetre=Perimetre.systeme(), enquete=enquete, jour=jour)
    else:
        _rappeler(enquete, jour)


@transaction.atomic
def _ouvrir_a_son_jour(enquete: Enquete, jour: dt.date) -> None:
    """Too late to open (too few persons until then, a clock that stood still), it is a draft again: its
    history says why.
    """
    enquete, systeme = _verrouiller(enquete), Perimetre.systeme()
    if enquete.etat != EtatEnquete.PROGRAMMEE or enquete.date_ouverture > jour:
        return
    if enquete.date_fermeture < jour:
        _reprendre(systeme, enquete, motif=JAMAIS_OUVERTE)
        return
    _exiger_assez_de_monde(enquete, jour)
    _ouvrir(systeme, enquete, jour)


def relever_participation() -> int:
    """Who has answered, all at once and apart from the answers; returns how many more."""
    ouvertes = Enquete.objects.filter(etat=EtatEnquete.OUVERTE)
    return _relever(Invitation.objects.filter(enquete__in=ouvertes))


def _relever(invitations) -> int:
    return invitations.filter(lien_utilise=True, a_repondu=False).update(a_repondu=True)


@transaction.atomic
def _rappeler(enquete: Enquete, jour: dt.date) -> None:
    enquete = _verrouiller(enquete)
    etape = rappel_du(enquete, jour)
    if etape is None:
        return
    _relever(Invitation.objects.filter(enquete=enquete))
    enquete.rappels_envoyes = etape
    enquete.save(update_fields=["rappels_envoyes"])
    for invitation in invitations_joignables(enquete).filter(a_repondu=False):
        rappeler(enquete, invitation, _nouveau_lien(invitation), etape)


# --- Rules --------------------------------------------------------------------------------------------


def _reprendre(perimetre: Perimetre, enquete: Enquete, **pourquoi: str) -> None:
    enquete.etat = EtatEnquete.BROUILLON
    enquete.save(update_fields=["etat"])
    _journaliser(perimetre, "reprise", enquete, **pourquoi)


def _ouvrir(perimetre: Perimetre, enquete: Enquete, jour: dt.date) -> None:
    """The population of that day, one link each; the threshold of that day is kept."""
    enquete.etat, enquete.seuil = EtatEnquete.OUVERTE, seuil_de_publication()
    enquete.date_ouverture = jour
    enquete.save(update_fields=["etat", "seuil", "date_ouverture"])
    Urne.objects.create(enquete=enquete)
    invites = list(population(enquete, jour))
    Invitation.objects.bulk_create(
        Invitation(enquete=enquete, psyen=r.psyen, cio_id=r.cio.parent_id or r.cio_id) for r in invites
    )
    for invitation in invitations_joignables(enquete):
        inviter(enquete, invitation, _nouveau_lien(invitation))
    _journaliser(perimetre, "ouverte", enquete, apres={"invites": len(invites)})


def _nouveau_lien(invitation: Invitation) -> str:
    """The secret of a mail: given to the outbox, kept nowhere else."""
    jeton = secrets.token_urlsafe(OCTETS_DU_JETON)
    Jeton.objects.create(invitation=invitation, empreinte=empreinte(jeton))
    return jeton


def _exiger_assez_de_monde(enquete: Enquete, jour: dt.date) -> None:
    seuil, nombre = seuil_de_publication(), population(enquete, jour).count()
    if nombre < seuil:
        raise ValidationError(
            f"L’enquête n’interrogerait que {nombre} PsyEN : en dessous de {seuil}, aucun résultat ne "
            "pourrait être montré. Élargissez-la à d’autres CIO."
        )


def _exiger_conduite(perimetre: Perimetre, enquete: Enquete) -> None:
    if not peut_creer_enquete(perimetre, enquete.departement):
        raise PermissionDenied
    if not peut_conduire_enquete(perimetre, enquete):
        raise ValidationError(
            f"Cette enquête n’est pas ouverte : elle est {enquete.get_etat_display().lower()}."
        )


def _verrouiller(enquete: Enquete) -> Enquete:
    return Enquete.objects.select_for_update(of=("self",)).select_related("departement").get(pk=enquete.pk)


def _journaliser(perimetre: Perimetre, geste: str, enquete: Enquete, **valeurs) -> None:
    journaliser(
        perimetre=perimetre,
        action=f"evaluation.enquete.{geste}",
        objet=enquete,
        departement_id=enquete.departement_id,
        **valeurs,
    )

"""A meeting is asked for, called, changed, called off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from planning.enums import EtatReunion, GenreReunion
from planning.models import Action, Reunion
from planning.notifications.reunions import annoncer_demande, annoncer_suite
from planning.permissions import (
    peut_demander_concertation,
    peut_diriger_reunion,
    peut_organiser,
    peut_retirer_demande,
    peut_reunir,
)
from planning.selectors.reunions_invites import personnes_associees
from planning.services.reunions_invitations import annoncer_annulation, inscrire
from planning.services.reunions_verrou import journaliser_reunion, verrouiller_reunion
from reseaux.models import CIO, Departement
from reseaux.perimetre import Perimetre

#: What an invitation says: whoever received one is written to again when it changes.
CHAMPS_DE_L_INVITATION = ("titre", "presentation", "debut", "fin", "lieu")
CHAMPS_SUIVIS = ("genre", "cio", "action", *CHAMPS_DE_L_INVITATION)


@transaction.atomic
def demander_concertation(
    *, perimetre: Perimetre, titre: str, presentation: str = "", cio: CIO | None = None
) -> Reunion:
    """« à l'initiative […] des PsyEN eux-mêmes » (R13): no date yet, the direction gives it or says why not.

    Without a CIO, the request goes to the IEN-IO.
    """
    if not peut_demander_concertation(perimetre):
        raise PermissionDenied
    reunion = _nouvelle(perimetre, GenreReunion.CONCERTATION, titre, cio)
    reunion.presentation = presentation.strip()
    _enregistrer(reunion)
    journaliser_reunion(perimetre, "demandee", reunion, apres=_ouverture(reunion))
    annoncer_demande(reunion)
    return reunion


@transaction.atomic
def convoquer_reunion(
    *,
    perimetre: Perimetre,
    genre: str,
    titre: str,
    debut: dt.datetime,
    fin: dt.datetime,
    lieu: str = "",
    presentation: str = "",
    cio: CIO | None = None,
    action: Action | None = None,
    departement: Departement | None = None,
) -> Reunion:
    """The direction calls a meeting; whoever calls it takes part. Invitations leave later, on purpose."""
    reunion = _nouvelle(perimetre, genre, titre, cio, departement)
    if not peut_organiser(perimetre, reunion):
        raise PermissionDenied
    reunion.presentation, reunion.action = presentation.strip(), action
    _convoquer(reunion, perimetre, debut, fin, lieu)
    journaliser_reunion(perimetre, "convoquee", reunion, apres=_ouverture(reunion))
    return reunion


@transaction.atomic
def convoquer_demande(
    *, perimetre: Perimetre, reunion: Reunion, debut: dt.datetime, fin: dt.datetime, lieu: str = ""
) -> Reunion:
    """The direction gives its date to the concertation asked for; whoever asked takes part and learns it."""
    reunion = verrouiller_reunion(reunion, perimetre, peut_diriger_reunion)
    if reunion.etat != EtatReunion.DEMANDEE:
        raise ValidationError("Cette concertation a déjà reçu une réponse.")
    avant = _suivi(reunion)
    _convoquer(reunion, perimetre, debut, fin, lieu)
    journaliser_reunion(perimetre, "convoquee", reunion, avant, _suivi(reunion))
    annoncer_suite(reunion)
    return reunion


@transaction.atomic
def modifier_reunion(*, perimetre: Perimetre, reunion: Reunion, **champs: Any) -> Reunion:
    """Writes what changed; those already invited are then to be written to again, and to answer anew when
    the date moves.
    """
    reunion = verrouiller_reunion(reunion, perimetre, peut_organiser)
    if reunion.etat == EtatReunion.DEMANDEE:
        raise ValidationError("Cette concertation n’a pas encore de date : convoquez-la d’abord.")
    avant, deja = _suivi(reunion), {nom: getattr(reunion, nom) for nom in champs}
    for nom in CHAMPS_SUIVIS:
        if nom in champs:
            valeur = champs[nom]
            setattr(reunion, nom, valeur.strip() if isinstance(valeur, str) else valeur)
    changes = {nom for nom, valeur in deja.items() if getattr(reunion, nom) != valeur}
    if not changes:
        return reunion
    if not peut_reunir(perimetre, reunion.cio):
        raise PermissionDenied
    if reunion.etat == EtatReunion.CONVOQUEE and changes & set(CHAMPS_DE_L_INVITATION):
        reunion.changee_le = timezone.now()
    _enregistrer(reunion)
    if changes & {"debut", "fin"} and reunion.etat == EtatReunion.CONVOQUEE:
        reunion.participants.update(reponse="")
    journaliser_reunion(perimetre, "modifiee", reunion, avant, _suivi(reunion))
    return reunion


@transaction.atomic
def annuler_reunion(*, perimetre: Perimetre, reunion: Reunion, motif: str) -> Reunion:
    """Calls the meeting off, or sets the request aside: whoever asked or was invited reads why."""
    reunion = verrouiller_reunion(reunion, perimetre, peut_diriger_reunion)
    if reunion.etat == EtatReunion.TENUE:
        raise ValidationError("Cette réunion s’est tenue : elle ne s’annule plus.")
    if not motif.strip():
        raise ValidationError({"motif": "Dites pourquoi : les personnes concernées liront ce motif."})
    _annuler(reunion, motif.strip())
    ecartee = reunion.est_ecartee
    action = "ecartee" if ecartee else "annulee"
    journaliser_reunion(perimetre, action, reunion, motif=reunion.motif)
    if ecartee:
        annoncer_suite(reunion)
    else:
        annoncer_annulation(reunion)
    return reunion


@transaction.atomic
def retirer_demande(*, perimetre: Perimetre, reunion: Reunion) -> Reunion:
    """Whoever asked for a concertation takes his request back, as long as nobody answered."""
    reunion = verrouiller_reunion(reunion, perimetre, peut_retirer_demande)
    _annuler(reunion, "Demande retirée par son auteur.")
    journaliser_reunion(perimetre, "retiree", reunion)
    return reunion


def _nouvelle(
    perimetre: Perimetre, genre: str, titre: str, cio: CIO | None, departement: Departement | None = None
) -> Reunion:
    """Opened by the hat worn (R13)."""
    reunion = Reunion(
        cio=cio,
        genre=genre,
        titre=titre.strip(),
        initiateur=perimetre.utilisateur,
        initiateur_qualite=perimetre.libelle,
        initiateur_role=perimetre.role,
    )
    reunion.departement_id = departement.pk if departement else perimetre.departement_id  # type: ignore[assignment]  # the hats that call a meeting have one
    return reunion


def _convoquer(
    reunion: Reunion, perimetre: Perimetre, debut: dt.datetime, fin: dt.datetime, lieu: str
) -> None:
    reunion.debut, reunion.fin, reunion.lieu = debut, fin, lieu.strip()
    reunion.etat = EtatReunion.CONVOQUEE
    reunion.convoquee_par, reunion.convoquee_en_qualite = perimetre.utilisateur, perimetre.libelle
    _enregistrer(reunion)
    inscrire(reunion, personnes_associees(reunion))


def _annuler(reunion: Reunion, motif: str) -> None:
    reunion.etat, reunion.motif = EtatReunion.ANNULEE, motif
    _enregistrer(reunion)


def _enregistrer(reunion: Reunion) -> None:
    """A meeting stays in its département: its CIO and its action are of there."""
    reunion.full_clean(exclude=["initiateur", "convoquee_par", "departement"])
    if reunion.cio and reunion.cio.departement_id != reunion.departement_id:
        raise ValidationError({"cio": f"{reunion.cio} est dans un autre département."})
    if reunion.action and reunion.action.plan.departement_id != reunion.departement_id:
        raise ValidationError({"action": "Cette action est celle d’un autre département."})
    reunion.save()


def _suivi(reunion: Reunion) -> dict[str, Any]:
    """What the journal keeps: words, never keys."""
    return {
        "genre": reunion.genre,
        "titre": reunion.titre,
        "quand": reunion.quand,
        "lieu": reunion.lieu,
        "presentation": reunion.presentation,
        "cio": str(reunion.cio or ""),
        "action": str(reunion.action or ""),
    }


def _ouverture(reunion: Reunion) -> dict[str, Any]:
    """What is known when it opens; its subject is the title of the line."""
    return {nom: valeur for nom, valeur in _suivi(reunion).items() if valeur and nom != "titre"}

"""Preparing a répartition: opening a draft, writing it, proposing it, taking it back."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from psyen.enums import ETATS_OUVERTS, EtatRepartition, Statut
from psyen.models import Affectation, PsyEN, Repartition, Service
from psyen.notifications import annoncer_proposition, annoncer_retrait
from psyen.permissions import (
    peut_modifier_repartition,
    peut_preparer,
    peut_proposer,
    peut_reprendre,
    peut_retirer,
)
from psyen.selectors.controles import erreurs
from psyen.selectors.grille import construire_grille
from psyen.services.copie import (
    completer_services,
    copier_annee_precedente,
    copier_version,
    rattachements_au,
)
from reseaux.models import CIO, AnneeScolaire, MembreReseau
from reseaux.perimetre import Perimetre
from reseaux.services.cio import tenir_cio
from socle.journal import historique, journaliser


def exiger(droit: bool, message: str) -> None:
    """Refuse, saying why, when the right is missing."""
    if not droit:
        raise PermissionDenied(message)


def verrouiller(repartition: Repartition) -> Repartition:
    """The row as it is now, held until the end of the transaction: two gestures never cross.

    Raises ValidationError when a colleague has just deleted the draft.
    """
    verrouillee = (
        Repartition.objects.select_for_update(of=("self",))
        .select_related("cio__departement__academie", "annee", "derivee_de")
        .filter(pk=repartition.pk)
        .first()
    )
    if verrouillee is None:
        raise ValidationError("Cette répartition vient d’être supprimée par une autre personne.")
    return verrouillee


def _prendre_cio(cio: CIO) -> CIO:
    """Two colleagues open the versions of a CIO one after the other, none once it closes."""
    cio = tenir_cio(cio)
    if not cio.est_ouvert:
        raise ValidationError(f"{cio} est fermé : aucune répartition ne s’y prépare plus.")
    return cio


@transaction.atomic
def preparer_repartition(*, cio: CIO, annee: AnneeScolaire, perimetre: Perimetre) -> Repartition:
    """Open the first draft of a CIO for a year, filled from last year's version in force.

    PsyEN: those attached on the first day of the year. Raises ValidationError when the year already has
    a version, or the CIO is closed.
    """
    exiger(peut_preparer(perimetre, cio, annee), "Vous ne préparez pas les répartitions de ce CIO.")
    cio = _prendre_cio(cio)
    if Repartition.objects.filter(cio=cio, annee=annee).exists():
        raise ValidationError(
            f"Une répartition existe déjà pour {cio} en {annee} : ouvrez-la, ou préparez une modification."
        )
    repartition = Repartition.objects.create(cio=cio, annee=annee, date_effet=annee.debut)
    precedente = Repartition.objects.en_vigueur(cio, annee.debut - dt.timedelta(days=1))
    rattachements = rattachements_au(cio, annee.debut)
    if precedente:
        copier_annee_precedente(repartition, precedente, rattachements)
    completer_services(repartition, rattachements)
    journaliser(perimetre=perimetre, action="psyen.repartition.ouverte", objet=repartition)
    return repartition


@transaction.atomic
def preparer_modificatif(
    *, cio: CIO, annee: AnneeScolaire, date_effet: dt.date, perimetre: Perimetre
) -> Repartition:
    """Open the next version, derived by copy of the last arrêtée one, effective from a day of the year.

    Raises ValidationError when nothing is arrêté yet, when a version is already being prepared, when the
    day lies before the effect of the version it modifies, or when the CIO is closed.
    """
    exiger(peut_preparer(perimetre, cio, annee), "Vous ne préparez pas les répartitions de ce CIO.")
    cio = _prendre_cio(cio)
    versions = Repartition.objects.filter(cio=cio, annee=annee)
    ouverte = versions.filter(etat__in=ETATS_OUVERTS).first()
    if ouverte:
        raise ValidationError(
            f"La version {ouverte.version} est déjà en préparation ({ouverte.get_etat_display()}) : "
            "menez-la à son terme avant d’en ouvrir une autre."
        )
    modifiee = versions.filter(etat=EtatRepartition.ARRETEE).order_by("-date_effet", "-version").first()
    if modifiee is None:
        raise ValidationError("Aucune répartition n’est arrêtée cette année : préparez d’abord la première.")
    _verifier_date_effet(date_effet, annee, modifiee)
    derniere = versions.order_by("-version").values_list("version", flat=True)[0]
    repartition = Repartition.objects.create(
        cio=cio, annee=annee, version=derniere + 1, date_effet=date_effet, derivee_de=modifiee
    )
    rattachements = rattachements_au(cio, date_effet)
    copier_version(repartition, modifiee, rattachements)
    completer_services(repartition, rattachements)
    journaliser(
        perimetre=perimetre,
        action="psyen.repartition.ouverte",
        objet=repartition,
        apres={"modifie": modifiee.version, "date_effet": date_effet.isoformat()},
    )
    return repartition


@transaction.atomic
def changer_date_effet(*, repartition: Repartition, date_effet: dt.date, perimetre: Perimetre) -> Repartition:
    """Move the effective date of a draft inside its year."""
    repartition = verrouiller(repartition)
    exiger(peut_modifier_repartition(perimetre, repartition), "Cette répartition n’est plus modifiable.")
    _verifier_date_effet(date_effet, repartition.annee, repartition.derivee_de)
    avant = repartition.date_effet
    repartition.date_effet = date_effet
    repartition.revision += 1
    repartition.save()
    journaliser(
        perimetre=perimetre,
        action="psyen.repartition.date_changee",
        objet=repartition,
        avant={"date_effet": avant.isoformat()},
        apres={"date_effet": date_effet.isoformat()},
    )
    return repartition


@transaction.atomic
def actualiser_les_psyen(
    *, repartition: Repartition, perimetre: Perimetre
) -> tuple[list[PsyEN], list[PsyEN]]:
    """Bring the lines in step with the attachments at the effective date: (arrived, gone).

    The lines of those gone disappear with their half-days; of the others only the coverage changes, when
    a stagiaire became titulaire.
    """
    repartition = verrouiller(repartition)
    exiger(peut_modifier_repartition(perimetre, repartition), "Cette répartition n’est plus modifiable.")
    rattachements = rattachements_au(repartition.cio, repartition.date_effet)
    partis = Service.objects.filter(repartition=repartition).exclude(psyen__in=rattachements)
    personnes_parties = [service.psyen for service in partis.select_related("psyen").order_by("pk")]
    Affectation.objects.filter(service__in=partis).delete()
    partis.delete()
    services = Service.objects.filter(repartition=repartition)
    stagiaires = PsyEN.objects.filter(statut=Statut.STAGIAIRE)
    services.filter(psyen__in=stagiaires).update(compte_dans_couverture=False)
    services.exclude(psyen__in=stagiaires).update(compte_dans_couverture=True)
    arrives = completer_services(repartition, rattachements)
    if arrives or personnes_parties:
        repartition.revision += 1
        repartition.save()
        journaliser(
            perimetre=perimetre,
            action="psyen.repartition.psyen_actualises",
            objet=repartition,
            apres={"arrivees": [str(p) for p in arrives], "departs": [str(p) for p in personnes_parties]},
        )
    return arrives, personnes_parties


@transaction.atomic
def supprimer_brouillon(*, repartition: Repartition, perimetre: Perimetre) -> None:
    """Give up a draft; nothing of it is kept but the journal.

    Raises ValidationError once somebody outside the CIO has spoken on it: what was said is not erased.
    """
    repartition = verrouiller(repartition)
    exiger(peut_modifier_repartition(perimetre, repartition), "Seul un brouillon peut être supprimé.")
    if _a_recu_une_reponse(repartition):
        raise ValidationError(
            "Un avis, un commentaire ou un renvoi a déjà été donné sur cette répartition : corrigez-la, "
            "elle ne se supprime plus."
        )
    journaliser(perimetre=perimetre, action="psyen.repartition.supprimee", objet=repartition)
    repartition.delete()


@transaction.atomic
def proposer_repartition(
    *, repartition: Repartition, perimetre: Perimetre, message: str = "", le: dt.datetime | None = None
) -> Repartition:
    """brouillon → proposée. Raises ValidationError with every finding that forbids it (fiche 1: « sur
    proposition du DCIO »). `le`: now, or the day of an act recorded afterwards.
    """
    repartition = verrouiller(repartition)
    exiger(peut_proposer(perimetre, repartition), "Seul le DCIO propose, et seulement un brouillon.")
    refuser_si_erreurs(repartition)
    _dater_les_reseaux(repartition)
    repartition.etat = EtatRepartition.PROPOSEE
    repartition.message = message.strip()
    repartition.proposee_le = le or timezone.now()
    repartition.proposee_par = perimetre.utilisateur
    repartition.proposee_en_qualite = perimetre.habilitation
    repartition.decidee_le = repartition.decidee_par = repartition.decidee_en_qualite = None
    repartition.motif_renvoi = ""
    repartition.save()
    journaliser(perimetre=perimetre, action="psyen.repartition.proposee", objet=repartition)
    annoncer_proposition(repartition)
    return repartition


@transaction.atomic
def retirer_proposition(*, repartition: Repartition, perimetre: Perimetre) -> Repartition:
    """proposée → brouillon, by the DCIO, before the decision."""
    repartition = verrouiller(repartition)
    exiger(peut_retirer(perimetre, repartition), "Cette proposition ne peut plus être retirée.")
    repartition.etat = EtatRepartition.BROUILLON
    repartition.save()
    journaliser(perimetre=perimetre, action="psyen.repartition.retiree", objet=repartition)
    annoncer_retrait(repartition)
    return repartition


@transaction.atomic
def reprendre_repartition(*, repartition: Repartition, perimetre: Perimetre) -> Repartition:
    """renvoyée → brouillon: the CIO takes it up again; the reason stays in the journal and on the page."""
    repartition = verrouiller(repartition)
    exiger(peut_reprendre(perimetre, repartition), "Seule une répartition renvoyée peut être reprise.")
    repartition.etat = EtatRepartition.BROUILLON
    repartition.save()
    journaliser(perimetre=perimetre, action="psyen.repartition.reprise", objet=repartition)
    return repartition


def _a_recu_une_reponse(repartition: Repartition) -> bool:
    """An opinion, a comment or a return; a new proposal clears its own return, the journal keeps them all."""
    renvois = historique(repartition).filter(action="psyen.repartition.renvoyee")
    return repartition.avis.exists() or repartition.commentaires.exists() or renvois.exists()


def _dater_les_reseaux(repartition: Repartition) -> None:
    """Write on each line the réseau its school is in today: what is proposed keeps it for good."""
    reseau_de = dict(
        MembreReseau.objects.filter(reseau__cio=repartition.cio_id, annee=repartition.annee_id).values_list(
            "etablissement_id", "reseau_id"
        )
    )
    deplacees = [
        affectation
        for affectation in Affectation.objects.filter(service__repartition=repartition).order_by("pk")
        if affectation.reseau_id != reseau_de[affectation.etablissement_id]
    ]
    for affectation in deplacees:
        affectation.reseau_id = reseau_de[affectation.etablissement_id]
    Affectation.objects.bulk_update(deplacees, ["reseau"])


def refuser_si_erreurs(repartition: Repartition) -> None:
    """Raise every blocking finding at once, so that the user mends them in one go."""
    constats = erreurs(construire_grille(repartition))
    if constats:
        raise ValidationError([constat.message for constat in constats])


def _verifier_date_effet(date_effet: dt.date, annee: AnneeScolaire, modifiee: Repartition | None) -> None:
    if not annee.debut <= date_effet <= annee.fin:
        raise ValidationError(
            f"La date d’effet doit être comprise entre le {annee.debut:%d/%m/%Y} et le {annee.fin:%d/%m/%Y}."
        )
    if modifiee and date_effet < modifiee.date_effet:
        raise ValidationError(
            "La date d’effet ne peut pas précéder celle de la version modifiée "
            f"({modifiee.date_effet:%d/%m/%Y})."
        )

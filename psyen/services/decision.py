"""The DASEN's decision, and what is said before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from psyen.enums import EtatRepartition, NatureArrete
from psyen.models import (
    Arrete,
    AvisRepartition,
    CommentaireEtablissement,
    CompteurArrete,
    ModeleArrete,
    Repartition,
)
from psyen.notifications import annoncer_avis, annoncer_commentaire, annoncer_decision, annoncer_renvoi
from psyen.permissions import peut_commenter, peut_configurer_arretes, peut_decider, peut_donner_avis
from psyen.selectors.concernes import est_concerne
from psyen.services.repartition import exiger, refuser_si_erreurs, verrouiller
from reseaux.models import Departement, Etablissement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser
from socle.reveil import reveiller_apres_commit


@transaction.atomic
def donner_avis(*, repartition: Repartition, sens: str, texte: str, perimetre: Perimetre) -> AvisRepartition:
    """The opinion of the IEN-IO or the adjoint on a proposal; a later one replaces it on the page."""
    repartition = verrouiller(repartition)
    exiger(peut_donner_avis(perimetre, repartition), "L’avis se donne sur une proposition en attente.")
    avis = AvisRepartition(
        repartition=repartition,
        auteur=perimetre.utilisateur,
        en_qualite=perimetre.habilitation,
        sens=sens,
        texte=texte.strip(),
    )
    avis.full_clean()
    avis.save()
    journaliser(
        perimetre=perimetre, action="psyen.repartition.avis", objet=repartition, apres={"avis": avis.sens}
    )
    annoncer_avis(avis)
    return avis


@transaction.atomic
def commenter_proposition(
    *, repartition: Repartition, etablissement: Etablissement, texte: str, perimetre: Perimetre
) -> CommentaireEtablissement:
    """A chef d'établissement on the lines of his own school, while the proposal waits.

    The school must be concerned: half-days gained, kept or lost, or none though it is in a réseau of the CIO.
    """
    repartition = verrouiller(repartition)
    exiger(
        peut_commenter(perimetre, repartition, etablissement) and est_concerne(repartition, etablissement.pk),
        "Vous commentez les lignes de votre établissement dans une proposition en attente.",
    )
    commentaire = CommentaireEtablissement(
        repartition=repartition,
        etablissement=etablissement,
        auteur=perimetre.utilisateur,
        texte=texte.strip(),
    )
    commentaire.full_clean()
    commentaire.save()
    journaliser(perimetre=perimetre, action="psyen.repartition.commentaire", objet=repartition)
    annoncer_commentaire(commentaire)
    return commentaire


@transaction.atomic
def renvoyer_repartition(*, repartition: Repartition, motif: str, perimetre: Perimetre) -> Repartition:
    """proposée → renvoyée, with the reason that the DCIO will read."""
    repartition = verrouiller(repartition)
    exiger(peut_decider(perimetre, repartition), "Le DASEN du département décide de ce qui est proposé.")
    if not motif.strip():
        raise ValidationError({"motif": "Indiquez le motif du renvoi : le DCIO en a besoin pour corriger."})
    _marquer_decidee(repartition, EtatRepartition.RENVOYEE, perimetre, timezone.now())
    repartition.motif_renvoi = motif.strip()
    repartition.save()
    journaliser(
        perimetre=perimetre,
        action="psyen.repartition.renvoyee",
        objet=repartition,
        motif=repartition.motif_renvoi,
    )
    annoncer_renvoi(repartition)
    return repartition


@transaction.atomic
def arreter_repartition(
    *, repartition: Repartition, perimetre: Perimetre, le: dt.datetime | None = None
) -> Arrete:
    """proposée → arrêtée, and the numbered arrêté with it (fiche 1: « arrêtés par l'Inspecteur
    d'académie sur proposition du DCIO »).

    The number follows the last one of the département and civil year: the counter's row lock leaves
    neither hole nor duplicate. PDF and mails follow the commit (`produire_document`). Raises
    ValidationError when a rule broke since the proposal, or when the département has no model of arrêté.
    `le`: now, or the day of an act recorded afterwards, that of the arrêté.
    """
    repartition = verrouiller(repartition)
    exiger(peut_decider(perimetre, repartition), "Le DASEN du département décide de ce qui est proposé.")
    refuser_si_erreurs(repartition)
    le = le or timezone.now()
    _marquer_decidee(repartition, EtatRepartition.ARRETEE, perimetre, le)
    repartition.save()
    arrete = _prendre_arrete(repartition, timezone.localdate(le))
    journaliser(
        perimetre=perimetre,
        action="psyen.repartition.arretee",
        objet=repartition,
        apres={"arrete": arrete.numero, "date_effet": repartition.date_effet.isoformat()},
    )
    annoncer_decision(arrete)
    reveiller_apres_commit("psyen.tasks.produire_arrete", arrete.pk)
    return arrete


@transaction.atomic
def arreter_repartitions(*, repartitions: Sequence[Repartition], perimetre: Perimetre) -> list[Arrete]:
    """One decision for several CIO: all of them, or none with what stands in the way of each.

    Every répartition is held before the first number is taken: two decisions never wait for each other.
    """
    arretes, fautes = [], []
    for repartition in [verrouiller(r) for r in sorted(repartitions, key=lambda r: r.pk)]:
        try:
            arretes.append(arreter_repartition(repartition=repartition, perimetre=perimetre))
        except ValidationError as erreur:
            fautes += [f"{repartition.cio} : {message}" for message in erreur.messages]
    if fautes:
        raise ValidationError(fautes)
    return arretes


@transaction.atomic
def configurer_arretes(*, departement: Departement, perimetre: Perimetre, **champs: str) -> ModeleArrete:
    """Set visas and signatory for the arrêtés to come; those already taken keep theirs."""
    exiger(
        peut_configurer_arretes(perimetre, departement),
        "Vous ne configurez pas les arrêtés de ce département.",
    )
    modele = ModeleArrete.objects.filter(departement=departement).first() or ModeleArrete(
        departement=departement
    )
    avant = {champ: getattr(modele, champ) for champ in champs} if modele.pk else None
    for champ, valeur in champs.items():
        setattr(modele, champ, valeur)
    modele.full_clean()
    modele.save()
    journaliser(
        perimetre=perimetre,
        action="psyen.modele_arrete.modifie",
        objet=modele,
        avant=avant,
        apres=champs,
        departement_id=departement.pk,
    )
    return modele


def _marquer_decidee(
    repartition: Repartition, etat: EtatRepartition, perimetre: Perimetre, le: dt.datetime
) -> None:
    repartition.etat = etat
    repartition.decidee_le = le
    repartition.decidee_par = perimetre.utilisateur
    repartition.decidee_en_qualite = perimetre.habilitation


def _prendre_arrete(repartition: Repartition, date_signature: dt.date) -> Arrete:
    departement = repartition.cio.departement
    modele = ModeleArrete.objects.filter(departement=departement).first()
    if modele is None:
        raise ValidationError(
            f"Le modèle d’arrêté ({departement}) n’est pas renseigné : visas et signataire se saisissent "
            "dans « Modèle d’arrêté »."
        )
    rang = _prendre_rang(departement, date_signature.year)
    modifie = repartition.derivee_de.arrete if repartition.derivee_de else None
    return Arrete.objects.create(
        repartition=repartition,
        departement=departement,
        annee_civile=date_signature.year,
        rang=rang,
        numero=f"{modele.prefixe}-{date_signature.year}-{rang:03d}",
        nature=NatureArrete.MODIFICATIF if modifie else NatureArrete.INITIAL,
        modifie=modifie,
        date_signature=date_signature,
        autorite=modele.autorite,
        visas=modele.visas,
        signataire=modele.signataire,
        qualite=modele.qualite,
        lieu=modele.lieu,
    )


def _prendre_rang(departement: Departement, annee_civile: int) -> int:
    """Next number, under the row lock of the counter: a decision that fails gives it back."""
    CompteurArrete.objects.get_or_create(departement=departement, annee_civile=annee_civile)
    compteur = CompteurArrete.objects.select_for_update().get(
        departement=departement, annee_civile=annee_civile
    )
    compteur.dernier += 1
    compteur.save()
    return compteur.dernier

"""What is said about the missions: by the PsyEN and his CIO, by the chef d'établissement of his school."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from missions.models import CommentaireMissions, PrioriteEtablissement
from missions.permissions import peut_commenter_missions, peut_dire_priorite
from missions.selectors.missions import missions_du_psyen_au_cio
from missions.selectors.missions_histoire import au_cio
from psyen.models import PsyEN
from reseaux.models import CIO, AnneeScolaire, Etablissement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

LONGUEUR_COMMENTAIRE = 2000
LONGUEUR_PRIORITE = 1000


@transaction.atomic
def commenter_missions(
    *, perimetre: Perimetre, psyen: PsyEN, cio: CIO, annee: AnneeScolaire, texte: str
) -> CommentaireMissions:
    """What the PsyEN thinks of his missions, what the CIO answers; signed with the hat worn."""
    auteur = perimetre.utilisateur
    if auteur is None or not peut_commenter_missions(perimetre, psyen, cio):
        raise PermissionDenied
    if not annee.est_modifiable:
        raise ValidationError(f"L’année {annee} est close : ses missions ne se commentent plus.")
    if missions_du_psyen_au_cio(psyen, cio, annee) is None:
        raise ValidationError(f"{psyen} n’a ni semaine arrêtée ni mission au {cio} pour {annee}.")
    commentaire = CommentaireMissions(
        psyen=psyen,
        cio=cio,
        annee=annee,
        auteur=auteur,
        qualite=perimetre.libelle[:200],
        texte=texte.strip(),
    )
    commentaire.full_clean(exclude=["psyen", "cio", "annee", "auteur"])
    commentaire.save()
    journaliser(
        perimetre=perimetre,
        action="missions.commentaire.ajoute",
        objet=psyen,
        avant=au_cio(cio),
        apres=au_cio(cio),
        departement_id=cio.departement_id,
    )
    return commentaire


@transaction.atomic
def dire_priorite(
    *, perimetre: Perimetre, etablissement: Etablissement, annee: AnneeScolaire, texte: str
) -> PrioriteEtablissement | None:
    """« dans la dynamique du projet d'établissement »: one priority a year; an empty text withdraws it."""
    # Two clicks at once write one priority.
    etablissement = Etablissement.objects.select_for_update().get(pk=etablissement.pk)
    if not peut_dire_priorite(perimetre, etablissement, annee):
        raise PermissionDenied
    priorite = PrioriteEtablissement.objects.filter(etablissement=etablissement, annee=annee).first()
    avant, apres = priorite.texte if priorite else "", texte.strip()
    if avant == apres:
        return priorite
    journaliser(
        perimetre=perimetre,
        action="missions.priorite.dite",
        objet=etablissement,
        avant={"priorite": avant, "annee": annee.code},
        apres={"priorite": apres, "annee": annee.code},
        departement_id=etablissement.departement_id,
    )
    if not apres and priorite:
        priorite.delete()
        return None
    priorite = priorite or PrioriteEtablissement(etablissement=etablissement, annee=annee)
    priorite.texte = apres
    priorite.full_clean(exclude=["etablissement", "annee"])
    priorite.save()
    return priorite

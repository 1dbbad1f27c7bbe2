"""The groups of a département: équipe de direction (orientation), groupes de travail; dated members."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from reseaux.models import Departement, Groupe, Habilitation, MembreGroupe
from reseaux.perimetre import Perimetre
from reseaux.permissions import peut_gerer_groupes
from socle.journal import journaliser
from socle.unicite import enregistrer


@transaction.atomic
def creer_groupe(
    *, perimetre: Perimetre, departement: Departement, nom: str, genre: str, roles: Iterable[str] = ()
) -> Groupe:
    """A group whose first members are whoever holds these roles, from today."""
    _exiger_droit(perimetre, departement.pk)
    groupe = Groupe(departement=departement, nom=nom.strip(), genre=genre)
    groupe.full_clean()
    enregistrer(groupe)
    journaliser(
        perimetre=perimetre,
        action="reseaux.groupe.cree",
        objet=groupe,
        apres={"nom": groupe.nom, "genre": groupe.genre},
        departement_id=departement.pk,
    )
    for role in roles:
        ajouter_membre(perimetre=perimetre, groupe=groupe, role=role)
    return groupe


@transaction.atomic
def renommer_groupe(*, perimetre: Perimetre, groupe: Groupe, nom: str) -> Groupe:
    groupe = _verrouiller(perimetre, groupe)
    avant, groupe.nom = groupe.nom, nom.strip()
    if groupe.nom == avant:
        return groupe
    groupe.full_clean()
    enregistrer(groupe)
    journaliser(
        perimetre=perimetre,
        action="reseaux.groupe.renomme",
        objet=groupe,
        avant={"nom": avant},
        apres={"nom": groupe.nom},
        departement_id=groupe.departement_id,
    )
    return groupe


@transaction.atomic
def supprimer_groupe(*, perimetre: Perimetre, groupe: Groupe) -> None:
    """Only a group that nothing names yet: what answered for an action stays readable (PROTECT)."""
    groupe = _verrouiller(perimetre, groupe)
    journaliser(
        perimetre=perimetre,
        action="reseaux.groupe.supprime",
        objet=groupe,
        avant={"nom": groupe.nom, "membres": [str(membre) for membre in groupe.membres.order_by("pk")]},
        departement_id=groupe.departement_id,
    )
    try:
        groupe.delete()
    except ProtectedError as erreur:
        raise ValidationError(
            f"« {groupe} » répond d’une action ou figure dans une réunion : "
            "retirez-en plutôt les membres, ou renommez-le."
        ) from erreur


@transaction.atomic
def ajouter_membre(
    *,
    perimetre: Perimetre,
    groupe: Groupe,
    utilisateur: Utilisateur | None = None,
    role: str = "",
    date_debut: dt.date | None = None,
    date_fin: dt.date | None = None,
) -> MembreGroupe:
    """A person in post in the département, or whoever holds a role there; from today unless told."""
    groupe = _verrouiller(perimetre, groupe)
    membre = MembreGroupe(
        groupe=groupe,
        utilisateur=utilisateur,
        role=role,
        date_debut=date_debut or timezone.localdate(),
        date_fin=date_fin,
    )
    membre.full_clean()
    _exiger_en_poste(membre)
    _exiger_absent(membre)
    membre.save()
    journaliser(
        perimetre=perimetre,
        action="reseaux.groupe.membre_ajoute",
        objet=groupe,
        apres={"membre": str(membre), "du": membre.date_debut, "au": membre.date_fin},
        departement_id=groupe.departement_id,
    )
    return membre


@transaction.atomic
def retirer_membre(*, perimetre: Perimetre, membre: MembreGroupe, date_fin: dt.date | None = None) -> None:
    """`date_fin` is the last day in the group (today by default); the past stays readable."""
    groupe = _verrouiller(perimetre, membre.groupe)
    actuel = groupe.membres.select_related("utilisateur").filter(pk=membre.pk).first()
    if actuel is None:
        raise ValidationError(f"{membre} ne figure plus dans le groupe « {groupe} ».")
    membre = actuel
    avant, membre.date_fin = membre.date_fin, date_fin or timezone.localdate()
    if membre.date_fin < membre.date_debut:
        raise ValidationError(
            {
                "date_fin": f"{membre} entre dans le groupe le {membre.date_debut:%d/%m/%Y} : "
                "choisissez ce jour ou un jour suivant."
            }
        )
    membre.save(update_fields=["date_fin"])
    journaliser(
        perimetre=perimetre,
        action="reseaux.groupe.membre_retire",
        objet=groupe,
        avant={"membre": str(membre), "au": avant},
        apres={"membre": str(membre), "au": membre.date_fin},
        departement_id=groupe.departement_id,
    )


def _exiger_droit(perimetre: Perimetre, departement_id: int) -> None:
    if not peut_gerer_groupes(perimetre, departement_id):
        raise PermissionDenied


def _verrouiller(perimetre: Perimetre, groupe: Groupe) -> Groupe:
    verrouille = Groupe.objects.select_for_update().filter(pk=groupe.pk).first()
    if verrouille is None:
        raise ValidationError(f"Le groupe « {groupe} » a été supprimé entre-temps.")
    _exiger_droit(perimetre, verrouille.departement_id)
    return verrouille


def _exiger_en_poste(membre: MembreGroupe) -> None:
    """« whoever holds a role »: of the département, so never the ADMIN, who has none."""
    if membre.role == Role.ADMIN:
        raise ValidationError(
            {"role": "L’administrateur n’exerce dans aucun département : choisissez un autre rôle."}
        )
    if membre.utilisateur is None:
        return
    departement = membre.groupe.departement_id
    en_poste = Habilitation.objects.en_vigueur().filter(
        Q(departement=departement)
        | Q(cio__departement=departement)
        | Q(etablissement__departement=departement),
        utilisateur=membre.utilisateur,
    )
    if not en_poste.exists():
        raise ValidationError(
            {
                "utilisateur": f"{membre.utilisateur} n’a aucune habilitation en vigueur dans le "
                "département : choisissez quelqu’un d’autre ou demandez-en une à l’administrateur."
            }
        )


def _exiger_absent(membre: MembreGroupe) -> None:
    """Not twice in the group at the same time."""
    memes = membre.groupe.membres.filter(utilisateur=membre.utilisateur, role=membre.role)
    memes = memes.filter(Q(date_fin=None) | Q(date_fin__gte=membre.date_debut))
    if membre.date_fin:
        memes = memes.filter(date_debut__lte=membre.date_fin)
    if memes.exists():
        raise ValidationError(f"{membre} fait déjà partie du groupe « {membre.groupe} » à ces dates.")

"""What the missions hold of a person, for « Mes données »."""

from __future__ import annotations

from django.db.models import Q

from comptes.models import Utilisateur
from missions.models import (
    ChampIntervention,
    CommentaireMissions,
    Delegation,
    FicheDePoste,
    LettreDeMission,
    MissionConfiee,
)
from psyen.selectors.controles import en_demi_journees
from psyen.selectors.mes_donnees import DUREE_SERVICE, SOI, Rubrique

LECTEURS_DES_MISSIONS = (
    f"{SOI} ; le DCIO et le secrétaire de votre CIO ; chaque chef d’établissement pour son seul établissement"
)
LECTEURS_DU_CIO = f"{SOI} ; le DCIO et le secrétaire de votre CIO"
LECTEURS_DU_DEPARTEMENT = f"{SOI} ; les agents du département, le chargé de mission Région excepté"
LECTEURS_DES_FICHES = f"{SOI} ; le DCIO ; l’IEN-IO et son adjoint, le secrétaire général, le DASEN"


def donnees_des_missions(utilisateur: Utilisateur) -> list[Rubrique]:
    """By kind; a kind of which nothing is held is left out."""
    lues = (
        ("Missions qui vous sont confiées", _confiees(utilisateur), LECTEURS_DES_MISSIONS),
        ("Vos lettres de mission", _lettres(utilisateur), LECTEURS_DU_CIO),
        ("Commentaires que vous avez écrits sur des missions", _commentaires(utilisateur), LECTEURS_DU_CIO),
        ("Délégations données ou reçues", _delegations(utilisateur), LECTEURS_DU_DEPARTEMENT),
        ("Votre champ d’intervention", _champs(utilisateur), LECTEURS_DU_DEPARTEMENT),
        ("Votre fiche de poste", _fiches(utilisateur), LECTEURS_DES_FICHES),
    )
    return [
        Rubrique(titre, lignes, visible_par, DUREE_SERVICE, len(lignes))
        for titre, lignes, visible_par in lues
        if lignes
    ]


def _confiees(utilisateur: Utilisateur) -> list[tuple[str, str]]:
    lues = MissionConfiee.objects.filter(psyen__utilisateur=utilisateur).select_related(
        "annee", "cio", "etablissement", "mission"
    )
    return [
        (
            f"{c.annee}, {c.etablissement or c.cio}",
            f"{c.mission} : {en_demi_journees(c.demi_journees)} par semaine. {c.precisions}".strip(),
        )
        for c in lues.order_by("-annee__debut", "cio", "etablissement", "mission__rang", "pk")
    ]


def _lettres(utilisateur: Utilisateur) -> list[tuple[str, str]]:
    lues = LettreDeMission.objects.filter(psyen__utilisateur=utilisateur).select_related("annee")
    return [
        (f"{lettre.annee}, version {lettre.version}", f"Émise le {lettre.emise_le:%d/%m/%Y}")
        for lettre in lues.order_by("-annee__debut", "-version", "pk")
    ]


def _commentaires(utilisateur: Utilisateur) -> list[tuple[str, str]]:
    lus = CommentaireMissions.objects.filter(auteur=utilisateur).order_by("-le", "-pk")
    return [(f"{commentaire.le:%d/%m/%Y}", commentaire.texte) for commentaire in lus]


def _delegations(utilisateur: Utilisateur) -> list[tuple[str, str]]:
    lues = Delegation.objects.filter(
        Q(delegant__utilisateur=utilisateur) | Q(delegataire__utilisateur=utilisateur)
    ).select_related("dossier", "delegataire")
    return [
        (
            "Reçue" if delegation.delegataire.utilisateur_id == utilisateur.pk else "Donnée",
            str(delegation),
        )
        for delegation in lues.order_by("-debut", "-pk")
    ]


def _champs(utilisateur: Utilisateur) -> list[tuple[str, str]]:
    lus = ChampIntervention.objects.filter(membre=utilisateur).order_by("-debut", "-pk")
    return [(f"Depuis le {champ.debut:%d/%m/%Y}", champ.texte) for champ in lus]


def _fiches(utilisateur: Utilisateur) -> list[tuple[str, str]]:
    lues = FicheDePoste.objects.filter(secretaire=utilisateur, validee_le__isnull=False)
    return [
        (
            f"Version {fiche.version}, à compter du {fiche.debut:%d/%m/%Y}",
            " ; ".join(f"{titre} : {texte}" for titre, texte in fiche.rubriques.items()),
        )
        for fiche in lues.order_by("-version", "-pk")
    ]

"""What the work plan holds of a person, for « Mes données »."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from comptes.models import Utilisateur
from planning.models import (
    Commentaire,
    FluxCalendrier,
    Jalon,
    Participant,
    PreferenceRappels,
    Preuve,
    Rappel,
    ResponsableAction,
)
from psyen.selectors.mes_donnees import DUREE_SERVICE, SOI, Rubrique
from reseaux.models import MembreGroupe

LECTEURS_DU_PLAN = f"{SOI} ; les agents du département, le chargé de mission Région excepté"
LECTEURS_DES_RAPPELS = f"{SOI} ; l’IEN-IO et son adjoint, sur la page de l’échéance"
LECTEURS_DES_REUNIONS = f"{SOI} ; les autres participants ; la direction qui réunit"


def donnees_du_plan(utilisateur: Utilisateur, limite: int | None) -> list[Rubrique]:
    """By kind, the newest first; `limite` cuts what grows; a kind of which nothing is held is left out."""
    sien: Any = {"utilisateur": utilisateur}
    auteur: Any = {"auteur": utilisateur}
    lues = (
        _rubrique(
            "Groupes dont vous êtes membre",
            MembreGroupe.objects.filter(**sien).select_related("groupe").order_by("-date_debut", "-pk"),
            lambda m: (str(m.groupe), f"depuis le {m.date_debut:%d/%m/%Y}"),
            LECTEURS_DU_PLAN,
            limite,
        ),
        _rubrique(
            "Actions dont vous répondez en votre nom",
            ResponsableAction.objects.filter(**sien).select_related("action__plan").order_by("-pk"),
            lambda r: (str(r.action.plan), str(r.action)),
            LECTEURS_DU_PLAN,
            limite,
        ),
        _rubrique(
            "Jalons dont vous répondez en votre nom",
            Jalon.objects.filter(**sien).order_by("-echeance", "-pk"),
            lambda j: (f"{j.echeance:%d/%m/%Y}", f"{j.intitule} ({j.get_etat_display().lower()})"),
            LECTEURS_DU_PLAN,
            limite,
        ),
        _rubrique(
            "Commentaires que vous avez écrits sur le plan de travail",
            Commentaire.objects.filter(**auteur).order_by("-le", "-pk"),
            lambda c: (f"{timezone.localtime(c.le):%d/%m/%Y}", c.texte),
            LECTEURS_DU_PLAN,
            limite,
        ),
        _rubrique(
            "Preuves que vous avez apportées",
            Preuve.objects.filter(**auteur).order_by("-le", "-pk"),
            lambda p: (f"{p.le:%d/%m/%Y}", p.texte),
            LECTEURS_DU_PLAN,
            limite,
        ),
        _rubrique(
            "Rappels qui vous ont été écrits",
            Rappel.objects.filter(Q(destinataire=utilisateur) | Q(auteur=utilisateur))
            .select_related("jalon")
            .order_by("-jour", "-pk"),
            lambda r: (f"{r.jour:%d/%m/%Y}", f"{r.jalon} ({r.etape}, échéance du {r.echeance:%d/%m/%Y})"),
            LECTEURS_DES_RAPPELS,
            limite,
        ),
        _rubrique(
            "Réunions auxquelles vous êtes invité",
            Participant.objects.filter(Q(**sien) | Q(psyen__utilisateur=utilisateur))
            .select_related("reunion")
            .order_by("-pk"),
            lambda p: (str(p.reunion), _presence(p)),
            LECTEURS_DES_REUNIONS,
            limite,
        ),
        _rubrique(
            "Vos réglages",
            PreferenceRappels.objects.filter(**sien).order_by("pk"),
            lambda p: ("Rappels", p.get_mode_display()),
            SOI,
            limite,
        ),
        _rubrique(
            "Vos calendriers partagés",
            FluxCalendrier.objects.filter(**sien).order_by("-cree_le", "-pk"),
            lambda f: (f"{timezone.localtime(f.cree_le):%d/%m/%Y}", f.get_genre_display()),
            SOI,
            limite,
        ),
    )
    return [rubrique for rubrique in lues if rubrique.total]


def _rubrique(
    titre: str,
    objets: QuerySet,
    ligne: Callable[[Any], tuple[str, str]],
    visible_par: str,
    limite: int | None,
) -> Rubrique:
    lignes = [ligne(objet) for objet in (objets[:limite] if limite else objets)]
    return Rubrique(titre, lignes, visible_par, DUREE_SERVICE, objets.count() if limite else len(lignes))


def _presence(participant: Participant) -> str:
    """What is known of one's coming: the answer, then the attendance."""
    dits = [participant.get_reponse_display()] if participant.reponse else []
    if participant.present is not None:
        dits.append("venu" if participant.present else "absent")
    return ", ".join(dits) or "sans réponse"

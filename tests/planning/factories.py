"""Deterministic plans, actions and milestones; dates relative to today."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from planning.enums import GenrePeriodeOrientation, GenreReunion, NiveauObjectif
from planning.models import (
    Action,
    Jalon,
    Objectif,
    PeriodeNonOuvree,
    PeriodeOrientation,
    PlanDeTravail,
    ResponsableAction,
    Reunion,
)
from reseaux.enums import GenreGroupe
from reseaux.models import Academie, Departement, Groupe, MembreGroupe
from tests.reseaux.factories import creer_academie, creer_annee, creer_departement


def dans(jours: int) -> dt.date:
    """Today in Paris, plus that many days."""
    return timezone.localdate() + dt.timedelta(days=jours)


def creer_plan(titre: str = "", *, departement: Departement | None = None, **champs: Any) -> PlanDeTravail:
    """The open plan of this school year in Loir-et-Cher, unless told otherwise."""
    annee = creer_annee()
    valeurs = {
        "titre": titre or f"Plan de travail {annee}",
        "periode": f"Année {annee}",
        "debut": annee.debut,
        "fin": annee.fin,
        "annee": annee,
    }
    return PlanDeTravail.objects.create(departement=departement or creer_departement(), **(valeurs | champs))


def creer_action(
    plan: PlanDeTravail | None = None,
    titre: str = "",
    *,
    debut: int = -10,
    fin: int = 20,
    role: str = Role.DCIO,
    personne: Utilisateur | None = None,
    groupe: Groupe | None = None,
    **champs: Any,
) -> Action:
    """Under way: started `debut` days from today, due `fin` days from today; the DCIO answer for it."""
    plan = plan or PlanDeTravail.objects.order_by("pk").first() or creer_plan()
    numero = champs.pop("numero", plan.actions.count() + 1)
    valeurs = {
        "titre": titre or f"Action {numero}",
        "attribution": "DCIO",
        "calendrier": f"du {dans(debut):%d/%m/%Y} au {dans(fin):%d/%m/%Y}",
        "debut": dans(debut),
        "fin": dans(fin),
    }
    action = Action.objects.create(plan=plan, numero=numero, **(valeurs | champs))
    proprietaire = {"utilisateur": personne} if personne else {"groupe": groupe} if groupe else {"role": role}
    ResponsableAction.objects.create(action=action, rang=1, est_garant=True, **proprietaire)
    Jalon.objects.create(
        action=action,
        intitule=action.titre[:250],
        echeance=action.fin,
        echeance_fixee_le=action.debut - dt.timedelta(days=60),
        est_final=True,
    )
    return action


def creer_jalon(
    action: Action | None = None, intitule: str = "", *, dans_jours: int = 7, **champs: Any
) -> Jalon:
    """Due in a week; its due date was set two months before."""
    action = action or creer_action()
    echeance = champs.pop("echeance", dans(dans_jours))
    valeurs = {"echeance_fixee_le": echeance - dt.timedelta(days=60)} | champs
    return Jalon.objects.create(
        action=action, intitule=intitule or f"Jalon de {action.titre}", echeance=echeance, **valeurs
    )


def creer_groupe(
    nom: str = "Équipe de direction orientation",
    *,
    departement: Departement | None = None,
    genre: str = GenreGroupe.EQUIPE_DIRECTION,
    roles: tuple[str, ...] = (Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.DCIO),
    personnes: tuple[Utilisateur, ...] = (),
) -> Groupe:
    groupe = Groupe.objects.create(departement=departement or creer_departement(), nom=nom, genre=genre)
    for role in roles:
        MembreGroupe.objects.create(groupe=groupe, role=role, date_debut=dans(-365))
    for personne in personnes:
        MembreGroupe.objects.create(groupe=groupe, utilisateur=personne, date_debut=dans(-365))
    return groupe


def creer_objectif(code: str = "O1", *, departement: Departement | None = None) -> Objectif:
    """An objective under a sub-axis of its own axis."""
    departement = departement or creer_departement()
    parent: Objectif | None = None
    for niveau, rang in (
        (NiveauObjectif.AXE, "A"),
        (NiveauObjectif.SOUS_AXE, "S"),
        (NiveauObjectif.OBJECTIF, ""),
    ):
        parent = Objectif.objects.create(
            departement=departement,
            parent=parent,
            niveau=niveau,
            code=f"{rang}{code}",
            libelle=f"{niveau} {code}",
        )
    return parent


def creer_reunion(titre: str = "Réunion de service", **champs: Any) -> Reunion:
    """A meeting called for next week, in Loir-et-Cher."""
    debut = timezone.now() + dt.timedelta(days=7)
    valeurs = {
        "departement": creer_departement(),
        "genre": GenreReunion.SERVICE,
        "debut": debut,
        "fin": debut + dt.timedelta(hours=2),
        "etat": "convoquee",
    }
    return Reunion.objects.create(titre=titre, **(valeurs | champs))


def creer_periode_non_ouvree(academie: Academie | None = None, **champs: Any) -> PeriodeNonOuvree:
    """A closed day of next week; the same académie, name and day twice is the same."""
    valeurs = {"academie": academie or creer_academie(), "nom": "Pont", "debut": dans(7)} | champs
    defauts = {"genre": valeurs.pop("genre", "autre"), "fin": valeurs.pop("fin", valeurs["debut"])}
    return PeriodeNonOuvree.objects.get_or_create(defaults=defauts, **valeurs)[0]


def creer_periode_orientation(
    departement: Departement | None = None, titre: str = "Forum", **champs: Any
) -> PeriodeOrientation:
    """In October of this school year; the same title twice is the same."""
    annee = champs.pop("annee", None) or creer_annee()
    defauts = {
        "genre": GenrePeriodeOrientation.SALON,
        "debut": dt.date(annee.debut.year, 10, 1),
        "fin": dt.date(annee.debut.year, 10, 31),
    }
    return PeriodeOrientation.objects.get_or_create(
        departement=departement or creer_departement(), annee=annee, titre=titre, defaults=defauts | champs
    )[0]

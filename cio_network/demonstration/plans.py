"""The work plans of the demonstration: that of 2021-2022, closed, and the living one of this year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from cio_network.demonstration.personnes import DEPARTEMENT_VITRINE, Equipe
from comptes.enums import Role
from planning.enums import GenreCible, PublicCible
from planning.models import Action, PlanDeTravail
from planning.selectors.attribution import SaisieResponsable
from planning.selectors.cibles import lire_cible
from planning.services.actions import terminer_action
from planning.services.calendrier import charger_calendrier
from planning.services.calendrier_orientation import charger_orientation
from planning.services.jalons import commenter, creer_jalon
from planning.services.plans import clore_plan, creer_plan
from planning.services.preuves import ajouter_preuve
from reseaux.models import CIO, Academie, AnneeScolaire, Departement, Reseau
from reseaux.perimetre import Perimetre

#: An action over for longer than this is done; one that ended since is late.
DELAI_HABITUEL = dt.timedelta(days=40)
#: Still open whatever the day: the fiches de poste lack a CIO, the GT is late, the year-long ones go on.
LAISSEES_OUVERTES = {7, 10, 11, 12, 13}
CE_QUI_A_ETE_FAIT = {
    1: "Périmètres présentés aux chefs d’établissement et transmis au DASEN.",
    2: "Organisation hebdomadaire de chaque PsyEN arrêtée sur proposition des DCIO.",
    3: "« Qui fait quoi ? » validé en réunion de direction.",
    4: "Entretiens délocalisés au CIO : décrochage et difficultés de comportement.",
    5: "Note de cadrage de la concertation sur projet.",
    6: "Lettre de l’IEN-IO précisant le champ d’intervention de chacun.",
    7: "Fiche de poste relue avec la secrétaire du CIO.",
    8: "Présentation du cadre expérimental, diaporama remis.",
    9: "Priorités de l’année publiées et adressées aux PsyEN.",
    10: "Le GT a retenu douze critères.",
    11: "Le CDI devient Biblio-Lab de l’orientation : espace ouvert aux familles.",
    12: "Forum « Avenir » du territoire apprenant, familles et partenaires invités.",
    13: "Évaluation restituée en réunion bilan, PsyEN invités.",
}
#: Milestones of the living plan: action, title, days from today, role of the owner.
JALONS = (
    (7, "Relire la dernière fiche de poste avec la secrétaire", -16, Role.DCIO),
    (10, "Envoyer la liste des critères proposés aux membres du GT", -4, Role.SG),
    (10, "Arrêter la liste des critères", 6, Role.IEN_IO),
    (11, "Choisir le deuxième établissement volontaire", 20, Role.ADJOINT_IEN_IO),
    (12, "Confirmer la salle et les intervenants du forum", 1, Role.DCIO),
    (12, "Adresser les invitations aux familles", 12, Role.SECRETAIRE_CIO),
    (13, "Préparer la trame du rapport d’évaluation", 45, Role.IEN_IO),
)


def charger_calendriers(academie: Academie, annees: Iterable[AnneeScolaire], perimetre: Perimetre) -> None:
    """Public and school holidays, then the orientation calendar of each département."""
    for annee in annees:
        charger_calendrier(perimetre=perimetre, academie=academie, annee=annee)
        for departement in Departement.objects.order_by("code"):
            charger_orientation(perimetre=perimetre, departement=departement, annee=annee)


def charger_histoire(departement: Departement, equipe: Equipe) -> PlanDeTravail:
    """The plan of the source, as it was written, done and closed."""
    plan = creer_plan(
        perimetre=equipe.ien_io,
        departement=departement,
        titre="Plan de travail 2021-2022",
        periode="Avril 2021 - mai 2022",
        avec_modele=True,
    )
    for action in plan.actions.select_related("plan__annee").order_by("numero"):
        prouver(equipe.ien_io, action, le=action.fin)
        terminer_action(perimetre=equipe.ien_io, action=action, le=action.fin)
    clore_plan(perimetre=equipe.ien_io, plan=plan)
    return plan


def charger_plan_vivant(
    departement: Departement, equipe: Equipe, annee: AnneeScolaire, aujourd_hui: dt.date
) -> PlanDeTravail:
    """The plan of this year where it stands today: some of it done, some late, the rest to come."""
    plan = creer_plan(
        perimetre=equipe.ien_io,
        departement=departement,
        titre=f"Plan de travail {annee}",
        periode=f"Avril {annee.debut.year} - août {annee.fin.year}",
        annee=annee,
        avec_modele=True,
    )
    actions = {a.numero: a for a in plan.actions.select_related("plan__annee").order_by("numero")}
    for numero, action in actions.items():
        if numero not in LAISSEES_OUVERTES and action.fin + DELAI_HABITUEL < aujourd_hui:
            _terminer(equipe.ien_io, action)
    if departement.code == DEPARTEMENT_VITRINE:
        _animer(equipe, actions, aujourd_hui)
    return plan


def _terminer(perimetre: Perimetre, action: Action) -> None:
    """Done at its end, unless the réseaux or the répartitions say otherwise; proved where the missions do not
    show it already.
    """
    lue_ailleurs = action.cible in (GenreCible.PERIMETRE, GenreCible.TEMPS_TRAVAIL)
    if not lue_ailleurs and not lire_cible(action).atteinte:
        prouver(perimetre, action, le=action.fin)
    if lire_cible(action).atteinte:
        terminer_action(perimetre=perimetre, action=action, le=action.fin)


def prouver(perimetre: Perimetre, action: Action, *, le: dt.date) -> None:
    """The evidence that the target of the action asks for."""
    texte = CE_QUI_A_ETE_FAIT[action.numero]
    departement = action.plan.departement
    if action.cible == GenreCible.PAR_CIO:
        for cio in CIO.objects.filter(departement=departement, parent=None).order_by("pk"):
            ajouter_preuve(perimetre=perimetre, action=action, texte=texte, cio=cio, le=le)
    elif action.cible == GenreCible.PUBLICS:
        for public in PublicCible:
            ajouter_preuve(perimetre=perimetre, action=action, texte=texte, public=public, le=le)
    elif action.cible == GenreCible.ETABLISSEMENTS:
        reseau = Reseau.objects.filter(cio__departement=departement).select_related("tete").order_by("pk")[0]
        ajouter_preuve(perimetre=perimetre, action=action, texte=texte, etablissement=reseau.tete, le=le)
    else:
        ajouter_preuve(perimetre=perimetre, action=action, texte=texte, le=le)


def _animer(equipe: Equipe, actions: dict[int, Action], aujourd_hui: dt.date) -> None:
    """What makes the showcase département alive: milestones, a word of the DCIO; the targets half reached are
    read in its territory and its fiches de poste.
    """
    for numero, intitule, jours, role in JALONS:
        creer_jalon(
            perimetre=equipe.ien_io,
            action=actions[numero],
            intitule=intitule,
            echeance=aujourd_hui + dt.timedelta(days=jours),
            responsable=SaisieResponsable(role=role),
        )
    dcio = next(iter(equipe.dcio.values()))
    commenter(
        perimetre=dcio,
        action=actions[12],
        texte="La salle des fêtes est réservée ; la mission locale et la CCI seront présentes.",
    )

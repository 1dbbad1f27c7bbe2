"""Loads the demonstration once; a second call changes nothing."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from cio_network.demonstration import (
    evaluation,
    missions_activite,
    missions_confiees,
    missions_lettres,
    missions_matrice,
    missions_territoire,
    personnes,
    plans,
    repartitions,
    reunions,
    territoire,
)
from comptes.enums import Role
from comptes.models import Utilisateur
from reseaux.enums import EtatAnnee
from reseaux.models import CIO, Academie, AnneeScolaire, Departement, Etablissement, Reseau
from reseaux.perimetre import Perimetre
from reseaux.services.annees import ouvrir_annee
from reseaux.services.reseaux import copier_reseaux_de_l_annee_precedente

#: What next year's répartition of each CIO shows; a CIO not named has not begun.
ETATS_DE_L_ANNEE_SUIVANTE = {
    "Blois": "brouillon",
    "Vendôme": "avis",
    "Romorantin-Lanthenay": "renvoyee",
    "Chartres": "proposee",
    "Dreux": "arretee",
    "Bourges": "brouillon",
    "Vierzon": "proposee",
    "Saint-Amand-Montrond": "arretee",
}


class Command(BaseCommand):
    help = "Charge la démonstration : trois départements réels, des personnels fictifs."

    def handle(self, *args: Any, **options: Any) -> None:
        if Utilisateur.objects.exists() or AnneeScolaire.objects.exists():
            if Utilisateur.objects.exclude(demonstration="").exists():
                self.stdout.write("La démonstration est déjà chargée.")
                return
            raise CommandError("La base contient déjà des données : la démonstration veut une base vide.")
        with transaction.atomic():
            charger(timezone.localdate())
        self.stdout.write("Démonstration chargée.")


def charger(aujourd_hui: dt.date) -> None:
    """Everything, in the order the trade would do it: territory, people, then year after year."""
    systeme = Perimetre.systeme()
    rentree = aujourd_hui.year if aujourd_hui.month >= 9 else aujourd_hui.year - 1
    precedente, courante, suivante = territoire.charger_annees(rentree, systeme)
    territoire.charger_etablissements(precedente)
    territoire.charger_contours(systeme)
    cios = territoire.charger_cios(systeme)

    distribution = personnes.Distribution.depuis(precedente.debut, systeme)
    distribution.compte(Role.ADMIN, Academie.objects.get(), vitrine="Administrateur de l’académie")
    equipes = {
        departement.pk: personnes.charger_direction(distribution, departement)
        for departement in Departement.objects.order_by("code")
    }
    for departement in Departement.objects.order_by("code"):
        repartitions.charger_modele(departement, equipes[departement.pk].dasen, systeme)
    for cio in cios:
        reseaux = territoire.dessiner_reseaux(cio, precedente, systeme)
        personnes.charger_psyens(distribution, cio, 2 * len(reseaux), courante, suivante)

    for annee in (precedente, courante):
        _arreter_partout(annee, cios, equipes, systeme)
        missions_activite.compter_annee(annee, cios, equipes, aujourd_hui)
    blois = next(cio for cio in cios if cio.commune == "Blois")
    modificatif = repartitions.modifier_en_cours_d_annee(
        blois, courante, equipes[blois.departement_id], distribution, aujourd_hui
    )
    _ouvrir_comptes_de_terrain(distribution, blois, modificatif.repartition)
    _preparer_l_annee_suivante(suivante, cios, equipes, systeme)
    _conduire_l_experimentation(courante, suivante, equipes, aujourd_hui)
    missions_matrice.charger_matrices(equipes, aujourd_hui)
    missions_lettres.charger_lettres(blois, courante, equipes[blois.departement_id])
    reunions.charger_reunions(blois, equipes[blois.departement_id], aujourd_hui)
    missions_activite.charger_programmes(courante, cios, equipes, blois)
    evaluation.charger_evaluations(precedente, courante, equipes, aujourd_hui)


def _conduire_l_experimentation(
    courante: AnneeScolaire, suivante: AnneeScolaire, equipes: dict, aujourd_hui: dt.date
) -> None:
    """Calendars, what each CIO opens to its territory, the plan of 2021-2022 as history, then the living plan
    of each département, which reads the territory.
    """
    missions_confiees.charger_missions(courante, equipes)
    missions_territoire.charger_territoires(courante, equipes, aujourd_hui)
    plans.charger_calendriers(Academie.objects.get(), (courante, suivante), Perimetre.systeme())
    for departement in Departement.objects.order_by("code"):
        equipe = equipes[departement.pk]
        plans.charger_histoire(departement, equipe)
        plans.charger_plan_vivant(departement, equipe, courante, aujourd_hui)


def _arreter_partout(annee: AnneeScolaire, cios: list[CIO], equipes: dict, systeme: Perimetre) -> None:
    """Perimeters and arrêtés of one year; opening it closes the one before."""
    if annee.etat == EtatAnnee.PREPARATION:
        for cio in cios:
            copier_reseaux_de_l_annee_precedente(cio=cio, annee=annee, perimetre=systeme)
        ouvrir_annee(perimetre=systeme, annee=annee)
        annee.refresh_from_db()
    for rang, cio in enumerate(cios):
        signee_le = annee.debut - dt.timedelta(days=60 - rang)
        repartitions.arreter_annee(cio, annee, equipes[cio.departement_id], signee_le=signee_le)


def _ouvrir_comptes_de_terrain(distribution: personnes.Distribution, blois: CIO, repartition) -> None:
    """Two PsyEN of Blois and three chefs d'établissement whom the modificatif concerns."""
    personnes.ouvrir_comptes_psyen(distribution, repartitions.psyens_de(repartition), blois)
    pks = repartitions.ecoles_touchees(repartition)
    tete = (
        Reseau.objects.filter(cio=blois, annee=repartition.annee)
        .order_by("pk")
        .values_list("tete", flat=True)
    )
    choisis = list(dict.fromkeys([tete[0], *pks]))[:3]
    etablissements = Etablissement.objects.in_bulk(choisis)
    personnes.ouvrir_comptes_chefs(distribution, [etablissements[pk] for pk in choisis])


def _preparer_l_annee_suivante(
    annee: AnneeScolaire, cios: list[CIO], equipes: dict, systeme: Perimetre
) -> None:
    """Every state of a répartition, one CIO each."""
    for cio in cios:
        copier_reseaux_de_l_annee_precedente(cio=cio, annee=annee, perimetre=systeme)
        etat = ETATS_DE_L_ANNEE_SUIVANTE.get(cio.commune)
        if etat:
            equipe = equipes[cio.departement_id]
            repartition = repartitions.preparer_et_partager(cio, annee, equipe)
            repartitions.mener_jusqu_a(etat, repartition, equipe)

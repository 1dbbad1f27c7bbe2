"""Fills an empty base with a set of national size, for `make bench`."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from cio_network.demonstration import national, national_repartitions
from comptes.models import Utilisateur
from comptes.selectors import MOT_DE_PASSE_DEMONSTRATION
from psyen.models import PsyEN
from reseaux.models import AnneeScolaire, Etablissement


class Command(BaseCommand):
    help = "Charge un jeu d’essai de taille nationale (mesures de vitesse), dans une base vide."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--annees", type=int, default=10, help="nombre d’années scolaires (2 au moins)")
        parser.add_argument(
            "--departement", default="", help="une partie du pays : codes séparés par des virgules, 018,041"
        )

    def handle(self, *, annees: int, departement: str, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "Les comptes du jeu d’essai ont un mot de passe public : "
                "il ne se charge qu’en mode démonstration (DEMONSTRATION=true)."
            )
        if annees < 2:
            raise CommandError("Il faut au moins deux années : une en cours, une en préparation.")
        if any(modele._default_manager.exists() for modele in (Utilisateur, AnneeScolaire, Etablissement)):
            raise CommandError("La base contient déjà des données : le jeu d’essai veut une base vide.")
        with transaction.atomic():
            self.charger(annees, [code for code in departement.upper().split(",") if code])
        self.stdout.write(
            f"Jeu d’essai chargé : {Etablissement.objects.count()} établissements, "
            f"{PsyEN.objects.count()} PsyEN, {annees} années. Mot de passe : {MOT_DE_PASSE_DEMONSTRATION}"
        )

    def charger(self, nombre: int, departements: Sequence[str]) -> None:
        """Territory, people, then year after year."""
        national.charger_etablissements(departements)
        annees = national.charger_annees(nombre, timezone.localdate())
        secteurs = national.charger_secteurs()
        national.charger_effectifs(secteurs, annees)
        national.charger_personnes(secteurs, annees[0].debut)
        for annee in annees:
            self.stdout.write(f"Année {annee}…")
            national_repartitions.charger_annee(secteurs, annee)
        national_repartitions.charger_arretes(secteurs)

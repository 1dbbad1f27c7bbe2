"""Erases the data of someone who left, on the written decision of the authority; `--a-blanc` only tells."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from comptes.models import Utilisateur
from psyen.models import PsyEN
from psyen.services.effacement import effacer_personne
from reseaux.perimetre import Perimetre
from socle.effacement import Effet, ouvrir_registre

REGISTRE_EN_RETARD = (
    "La personne est effacée de la base ; faites de la place, puis lancez « sauvegarder », qui complète le "
    "registre à côté de l’archive."
)


class Command(BaseCommand):
    help = "Efface les données d’une personne qui a quitté ses fonctions ; dit ce qui est gardé et pourquoi."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("courriel", help="adresse du compte ou de la fiche de PsyEN")
        parser.add_argument("--motif", default="", help="la décision : sa date, sa référence ; aucun nom")
        parser.add_argument("--a-blanc", action="store_true", help="dit ce qui se passerait, n’efface rien")

    def handle(self, *, courriel: str, motif: str, a_blanc: bool, **options: Any) -> None:
        if not (motif.strip() or a_blanc):
            raise CommandError(
                "Donnez la décision qui fonde l’effacement : --motif « décision du 3 mars 2027 »."
            )
        utilisateur, psyen = _trouver(courriel.strip().lower())
        effets: list[Effet] = []
        try:
            if not a_blanc:
                ouvrir_registre(settings.JOURNAL_DES_EFFACEMENTS)
            with transaction.atomic():
                effets = effacer_personne(
                    perimetre=Perimetre.systeme(), utilisateur=utilisateur, psyen=psyen, motif=motif.strip()
                )
                transaction.set_rollback(a_blanc)
        except OSError as erreur:
            # The register is written once the base has let the person go.
            fait = REGISTRE_EN_RETARD if effets else "Rien n’est effacé. Réglez JOURNAL_DES_EFFACEMENTS."
            raise CommandError(f"Le registre ne s’écrit pas ({erreur}). {fait}") from erreur
        except ValidationError as erreur:
            raise CommandError(f"Rien n’est effacé. {' '.join(erreur.messages)}") from erreur
        for effet in effets:
            suite = f" (gardé : {effet.garde_car})" if effet.garde_car else ""
            self.stdout.write(f"{effet.nombre:>8} {effet.quoi}{suite}")
        self.stdout.write(
            "Rien n’est effacé : c’était à blanc."
            if a_blanc
            else "C’est effacé. Lancez « sauvegarder » : les archives d’avant contiennent encore la personne."
        )


def _trouver(courriel: str) -> tuple[Utilisateur | None, PsyEN | None]:
    """The account and the PsyEN file of one person, found by the address of either."""
    utilisateur = Utilisateur.objects.filter(courriel=courriel).first()
    psyen = PsyEN.objects.filter(utilisateur=utilisateur).first() if utilisateur else None
    psyen = psyen or PsyEN.objects.filter(courriel__iexact=courriel).select_related("utilisateur").first()
    utilisateur = utilisateur or (psyen.utilisateur if psyen else None)
    if utilisateur is None and psyen is None:
        raise CommandError("Personne n’a cette adresse, ni compte ni fiche de PsyEN.")
    return utilisateur, psyen

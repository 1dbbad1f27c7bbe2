"""`manage.py creer_administrateur COURRIEL`: the first ADMIN of an académie, who opens every other access."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from reseaux.services.administrateurs import creer_administrateur
from socle.texte import sans_controle


class Command(BaseCommand):
    help = "Ouvre le compte du premier administrateur d’une académie et affiche son lien de connexion."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("courriel", help="adresse électronique professionnelle : son identifiant")
        parser.add_argument("--prenom", required=True)
        parser.add_argument("--nom", required=True)
        parser.add_argument("--academie", required=True, help="code à deux chiffres : 18 pour Orléans-Tours")
        parser.add_argument(
            "--nom-academie", default="", help="nom de l’académie, quand son code n’est pas connu du service"
        )
        parser.add_argument(
            "--supplementaire", action="store_true", help="même si l’académie a déjà un administrateur"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            habilitation, lien = creer_administrateur(
                courriel=options["courriel"],
                prenom=options["prenom"],
                nom=options["nom"],
                code_academie=options["academie"],
                nom_academie=options["nom_academie"],
                supplementaire=options["supplementaire"],
            )
        except ValidationError as erreur:
            raise CommandError("\n".join(erreur.messages)) from None
        personne = habilitation.utilisateur
        nom = sans_controle(str(personne))
        self.stdout.write(f"{nom} est administrateur de l’académie {habilitation.territoire}.")
        if personne.has_usable_password():
            self.stdout.write("Cette personne a déjà un mot de passe : elle se connecte comme d’habitude.")
            return
        self.stdout.write(f"Pour choisir son mot de passe, dans les sept jours et une seule fois :\n{lien}")
        self.stdout.write("Un lien lui part aussi par courriel : le premier suivi périme l’autre.")

"""Accounts for the tests."""

from itertools import count

from django.test import Client
from django.urls import reverse

from comptes.models import Utilisateur

MOT_DE_PASSE = "une phrase assez longue"
_rang = count(1)


def creer_compte(courriel: str = "", *, mot_de_passe: str = MOT_DE_PASSE, **champs) -> Utilisateur:
    """An active account whose password is MOT_DE_PASSE."""
    rang = next(_rang)
    valeurs = {"prenom": "Camille", "nom": f"Martin{rang}", **champs}
    utilisateur = Utilisateur(courriel=courriel or f"camille{rang}@ac-essai.fr", **valeurs)
    utilisateur.set_password(mot_de_passe)
    utilisateur.save()
    return utilisateur


def se_connecter(client: Client, courriel: str, mot_de_passe: str = MOT_DE_PASSE, **options):
    """Signs in through the page, as a person does."""
    donnees = {"username": courriel, "password": mot_de_passe, **options.pop("donnees", {})}
    return client.post(reverse("comptes:connexion"), donnees, **options)

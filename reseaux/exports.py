"""Columns of the exports, and the rows that need more than a field read as it is."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from comptes.enums import Role
from reseaux.enums import Categorie, EtatEtablissement, Secteur
from socle.tableurs import Colonne

COLONNES_ETABLISSEMENTS = (
    Colonne("uai", "UAI", largeur=10),
    Colonne("nom", "nom", largeur=45),
    Colonne("categorie", "catégorie", largeur=28),
    Colonne("secteur", "secteur", largeur=9),
    Colonne("adresse", "adresse", largeur=35),
    Colonne("code_postal", "code postal", largeur=11),
    Colonne("commune", "commune", largeur=28),
    Colonne("departement__code", "département", largeur=12),
    Colonne("cio__nom", "CIO de secteur", largeur=30),
    Colonne("appartenance__reseau__nom", "réseau", largeur=35),
    Colonne("internat", "internat", "booleen", largeur=9),
    Colonne("ulis", "ULIS", "booleen", largeur=9),
    Colonne("segpa", "SEGPA", "booleen", largeur=9),
    Colonne("education_prioritaire", "éducation prioritaire", largeur=20),
    Colonne("etat", "état", largeur=10),
)

COLONNES_CIO = (
    Colonne("uai", "UAI", largeur=10),
    Colonne("nom", "nom", largeur=35),
    Colonne("adresse", "adresse", largeur=35),
    Colonne("code_postal", "code postal", largeur=11),
    Colonne("commune", "commune", largeur=28),
    Colonne("departement__code", "département", largeur=12),
    Colonne("parent__nom", "antenne de", largeur=30),
    Colonne("telephone", "téléphone", largeur=16),
    Colonne("courriel", "courriel", largeur=35),
    Colonne("nombre_etablissements", "établissements du secteur", "entier", largeur=24),
    Colonne("nombre_reseaux", "réseaux de l’année", "entier", largeur=18),
)

COLONNES_RESEAUX = (
    Colonne("nom", "réseau", largeur=40),
    Colonne("annee__code", "année scolaire", largeur=14),
    Colonne("cio__nom", "CIO", largeur=30),
    Colonne("tete__uai", "UAI de la tête", largeur=14),
    Colonne("tete__nom", "lycée tête de réseau", largeur=40),
    Colonne("tete__commune", "commune de la tête", largeur=25),
    Colonne("nombre_membres", "établissements", "entier", largeur=14),
    Colonne("nombre_eleves", "élèves", "entier", largeur=10),
)

COLONNES_HABILITATIONS = (
    Colonne("utilisateur__nom", "nom", largeur=25),
    Colonne("utilisateur__prenom", "prénom", largeur=20),
    Colonne("utilisateur__courriel", "courriel", largeur=35),
    Colonne("role", "rôle", largeur=28),
    Colonne("territoire_nom", "territoire", largeur=40),
    Colonne("date_debut", "du", "date", largeur=12),
    Colonne("date_fin", "au", "date", largeur=12),
    Colonne("situation", "situation", largeur=12),
)

#: Stored slug → word read by a person, per column.
LIBELLES: dict[str, dict[Any, str]] = {
    "categorie": dict(Categorie.choices),
    "secteur": dict(Secteur.choices),
    "etat": dict(EtatEtablissement.choices),
    "role": dict(Role.choices),
}


def lignes_lisibles(queryset: QuerySet[Any], colonnes: tuple[Colonne, ...]) -> Iterator[list[Any]]:
    """Rows in the order of the columns, slugs replaced by their words, read little by little."""
    traduits = [(i, LIBELLES[c.cle]) for i, c in enumerate(colonnes) if c.cle in LIBELLES]
    for valeurs in queryset.values_list(*(c.cle for c in colonnes)).iterator(2000):
        ligne = list(valeurs)
        for i, libelles in traduits:
            ligne[i] = libelles[ligne[i]]
        yield ligne

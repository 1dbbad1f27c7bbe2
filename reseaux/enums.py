"""States and categories of the territory; stored slugs are ASCII and never change, labels may."""

from django.db import models


class EtatAnnee(models.TextChoices):
    PREPARATION = "preparation", "en préparation"
    EN_COURS = "en_cours", "en cours"
    CLOSE = "close", "close"


class Secteur(models.TextChoices):
    PUBLIC = "public", "public"
    PRIVE = "prive", "privé"


class Categorie(models.TextChoices):
    """What an establishment is for us, derived from its « nature » code in the annuaire."""

    COLLEGE = "college", "collège"
    LYCEE = "lycee", "lycée général et technologique"
    LYCEE_POLYVALENT = "lycee_polyvalent", "lycée polyvalent"
    LYCEE_PROFESSIONNEL = "lycee_professionnel", "lycée professionnel"
    EREA = "erea", "EREA"
    SECTION = "section", "section ou annexe"


#: « lycée tête de réseau »: only these may head a réseau (experiment, governance).
CATEGORIES_LYCEE = (Categorie.LYCEE, Categorie.LYCEE_POLYVALENT, Categorie.LYCEE_PROFESSIONNEL)


class EtatEtablissement(models.TextChoices):
    OUVERT = "ouvert", "ouvert"
    A_OUVRIR = "a_ouvrir", "à ouvrir"
    A_FERMER = "a_fermer", "à fermer"
    FERME = "ferme", "fermé"


class EducationPrioritaire(models.TextChoices):
    AUCUNE = "", "hors éducation prioritaire"
    REP = "REP", "REP"
    REP_PLUS = "REP+", "REP+"


class TypeTerritoire(models.TextChoices):
    """The one territory that a habilitation is limited to."""

    ACADEMIE = "academie", "académie"
    DEPARTEMENT = "departement", "département"
    CIO = "cio", "CIO"
    ETABLISSEMENT = "etablissement", "établissement"


class GenreGroupe(models.TextChoices):
    """What gathers people of a département. One équipe de direction each."""

    EQUIPE_DIRECTION = "equipe_direction", "Équipe de direction (orientation)"
    GROUPE_TRAVAIL = "groupe_travail", "Groupe de travail"

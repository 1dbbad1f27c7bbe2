"""Closed lists of the evaluation: criteria, indicators, campaigns."""

from django.db.models import TextChoices


class EtatCritere(TextChoices):
    """« Réunion du GT sur les critères de l'évaluation de l'expérimentation » (action 10)."""

    PROPOSE = "propose", "Proposé"
    VALIDE = "valide", "Validé"
    ECARTE = "ecarte", "Écarté"


class Unite(TextChoices):
    """What a figure is counted in."""

    NOMBRE = "nombre", "nombre"
    POURCENTAGE = "pourcentage", "%"
    HEURES = "heures", "heures"
    JOURS = "jours", "jours"
    KILOMETRES = "km", "km"
    RAPPORT = "rapport", "rapport"
    NOTE = "note", "note sur 10"


class Sens(TextChoices):
    """Which way is better; `cible`: neither more nor less, as near the target as possible."""

    HAUSSE = "hausse", "plus c’est élevé, mieux c’est"
    BAISSE = "baisse", "moins c’est élevé, mieux c’est"
    CIBLE = "cible", "au plus près de la cible"
    NEUTRE = "neutre", "pour information"


class Niveau(TextChoices):
    """Where a figure is read, from the whole to the part."""

    DEPARTEMENT = "departement", "Département"
    CIO = "cio", "CIO"
    RESEAU = "reseau", "Réseau"
    ETABLISSEMENT = "etablissement", "Établissement"

    @property
    def rang(self) -> int:
        return list(Niveau).index(self)


class SourceIndicateur(TextChoices):
    """Where the figure comes from: nobody enters again what the service already knows."""

    CALCULE = "calcule", "calculé par l’application"
    SAISI = "saisi", "saisi"
    IMPORTE = "importe", "importé"
    ENQUETE = "enquete", "enquête"


#: Figures that a registered function gives (`evaluation.selectors.calcul`).
SOURCES_CALCULEES = (SourceIndicateur.CALCULE, SourceIndicateur.ENQUETE)


class EtatCampagne(TextChoices):
    OUVERTE = "ouverte", "Ouverte"
    FIGEE = "figee", "Figée"


#: A figure about persons is never shown for fewer of them (red line, conception §8).
PERSONNES_AU_MOINS = 5

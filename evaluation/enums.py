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


class EtatRapport(TextChoices):
    BROUILLON = "brouillon", "Brouillon"
    EMIS = "emis", "Émis"


class GenreSection(TextChoices):
    """What a report is made of, in its usual order; one section per objective."""

    RESUME = "resume", "Résumé en une page"
    SYNTHESE = "synthese", "Synthèse de l’IEN-IO"
    OBJECTIF = "objectif", "Objectif"
    ENQUETE = "enquete", "Qualité de vie au travail : résultats de l’enquête"
    METHODE = "methode", "Méthode, définitions et précautions de lecture"
    ANNEXES = "annexes", "Annexes : tous les territoires"


class RythmeExport(TextChoices):
    MENSUEL = "mensuel", "Chaque mois"
    TRIMESTRIEL = "trimestriel", "Chaque trimestre"


class FormatExport(TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX (Excel)"
    ODS = "ods", "ODS (LibreOffice)"


#: A figure about persons is never shown for fewer of them (red line, conception §8).
PERSONNES_AU_MOINS = 5


# --- QVT survey ---------------------------------------------------------------------------------------


class EtatEnquete(TextChoices):
    """Brouillon ↔ programmée → ouverte → close: nothing leads back from an open survey."""

    BROUILLON = "brouillon", "Brouillon"
    PROGRAMMEE = "programmee", "Programmée"
    OUVERTE = "ouverte", "Ouverte"
    CLOSE = "close", "Close"


class GenreQuestion(TextChoices):
    ECHELLE = "echelle", "Échelle de 0 à 10"
    CHOIX_UNIQUE = "choix_unique", "Choix unique"
    CHOIX_MULTIPLE = "choix_multiple", "Choix multiples"
    TEXTE_LIBRE = "texte_libre", "Texte libre"


#: Questions whose answers are written by the IEN-IO.
GENRES_A_CHOIX = (GenreQuestion.CHOIX_UNIQUE, GenreQuestion.CHOIX_MULTIPLE)


class Dimension(TextChoices):
    """What a scale is about: dimensions of the DEPP (« Baromètre du bien-être des personnels »), those of
    indicator I23, and « je sais qui décide quoi » (I25).
    """

    SATISFACTION = "satisfaction", "Satisfaction générale"
    CHARGE = "charge", "Charge de travail"
    AUTONOMIE = "autonomie", "Autonomie"
    RECONNAISSANCE = "reconnaissance", "Reconnaissance"
    EQUIPE = "equipe", "Équipe"
    EQUILIBRE = "equilibre", "Équilibre entre vie professionnelle et vie privée"
    SENS = "sens", "Sens du travail"
    DEPLACEMENTS = "deplacements", "Déplacements"
    DEUX_AUTORITES = "deux_autorites", "Clarté des deux autorités"
    EQUIPEMENT = "equipement", "Équipement"
    EPUISEMENT = "epuisement", "Épuisement professionnel"
    REMUNERATION = "remuneration", "Rémunération"
    PERSPECTIVES = "perspectives", "Perspectives de carrière"
    QUI_DECIDE = "qui_decide", "Qui décide quoi"


#: « workload 7.4 judged excessive, exhaustion 6.8 »: the higher, the worse.
DIMENSIONS_A_REDUIRE = frozenset({Dimension.CHARGE, Dimension.EPUISEMENT})
#: A scale runs from « pas du tout d’accord » to « tout à fait d’accord ».
ECHELLE = range(11)
#: Broad bands in which the answers to a scale are counted (CNIL, délib. 2025-028: broad bands of answers).
TRANCHES = ((0, 3), (4, 6), (7, 10))
#: Characters of a free text.
TEXTE_AU_PLUS = 1000
RAPPELS_AU_PLUS = 2


class LienRefuse(TextChoices):
    """Why a link to a survey opens no questionnaire."""

    INCONNU = "inconnu", "Ce lien n’ouvre aucune enquête"
    UTILISE = "utilise", "Ce lien a déjà servi"
    FERMEE = "fermee", "L’enquête est close"

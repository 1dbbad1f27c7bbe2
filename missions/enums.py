"""Closed lists of the missions: places, families, matrix, territory, activity. Nomenclatures are tables."""

from django.db.models import TextChoices


class Cadre(TextChoices):
    """Whose missions they are (fiche 1, governance of the experiment)."""

    PSYEN = "psyen", "PsyEN"
    DCIO = "dcio", "DCIO"
    DIRECTION = "direction", "Équipe de direction"
    REGION = "region", "Chargé de mission Région"


class Lieu(TextChoices):
    """« Dans le CIO, sous l'autorité hiérarchique du DCIO » · « Au sein des EPLE, sous l'autorité
    fonctionnelle des chefs d'établissement » (fiche 1): the authority follows from the place.
    """

    CIO = "cio", "Au CIO"
    EPLE = "eple", "En établissement"

    @property
    def autorite(self) -> str:
        return AUTORITES[self]

    @property
    def en_phrase(self) -> str:
        """« au CIO », « en établissement »."""
        return self.label[0].lower() + self.label[1:]


AUTORITES = {
    Lieu.CIO: "autorité hiérarchique du DCIO",
    Lieu.EPLE: "autorité fonctionnelle du chef d’établissement",
}


class Famille(TextChoices):
    """« cohérence des actions conduites en matière d'information, de conseil et d'accompagnement »."""

    INFORMATION = "information", "Information"
    CONSEIL = "conseil", "Conseil"
    ACCOMPAGNEMENT = "accompagnement", "Accompagnement"


class EtatMatrice(TextChoices):
    PROJET = "projet", "Projet"
    VALIDEE = "validee", "Validée"


class Part(TextChoices):
    """What an actor does in an activity, besides the one who decides."""

    REALISE = "realise", "réalise"
    CONSULTE = "consulte", "est consulté"
    INFORME = "informe", "est informé"


class Volet(TextChoices):
    """« territoires apprenants comportant un volet parcours « Avenir » ou « Citoyen » » (objectives)."""

    AVENIR = "avenir", "Avenir"
    CITOYEN = "citoyen", "Citoyen"


class EtatActionDeTerritoire(TextChoices):
    PREVUE = "prevue", "Prévue"
    REALISEE = "realisee", "Réalisée"
    ANNULEE = "annulee", "Annulée"


class Theme(TextChoices):
    """« réponses éducatives nécessitant un lieu neutre » (objectives): the four of the source."""

    DECROCHAGE = "decrochage", "Prévention du décrochage scolaire"
    COMPORTEMENT = "comportement", "Difficultés comportementales liées à l’adolescence"
    MINEURS_ISOLES = "mineurs_isoles", "Accompagnement de mineurs isolés"
    BESOINS_PARTICULIERS = "besoins_particuliers", "Élèves à besoins éducatifs particuliers"


class EtatBiblioLab(TextChoices):
    PROJET = "projet", "En projet"
    EXPERIMENTE = "experimente", "Expérimenté"
    ARRETE = "arrete", "Arrêté"


class GenrePartenaire(TextChoices):
    REGION = "region", "Région"
    MISSION_LOCALE = "mission_locale", "Mission locale"
    COLLECTIVITE = "collectivite", "Collectivité"
    ENTREPRISE = "entreprise", "Entreprise ou chambre consulaire"
    ASSOCIATION = "association", "Association"
    ETAT = "etat", "Service de l’État"
    AUTRE = "autre", "Autre"


class SituationConvention(TextChoices):
    """What is shown of a convention; derived from its dates, never stored."""

    A_VENIR = "a_venir", "À venir"
    EN_VIGUEUR = "en_vigueur", "En vigueur"
    A_RENOUVELER = "a_renouveler", "À renouveler"
    ECHUE = "echue", "Échue"


class SituationFiche(TextChoices):
    """What is shown of a fiche de poste; derived from its dates, never stored."""

    PROJET = "projet", "Projet"
    A_VENIR = "a_venir", "À venir"
    VALIDE = "valide", "Valide"
    REMPLACEE = "remplacee", "Terminée"


class EtatProgramme(TextChoices):
    BROUILLON = "brouillon", "Brouillon"
    PUBLIE = "publie", "Publié"


class Unite(TextChoices):
    """What is counted; never a pupil, never a name."""

    ENTRETIENS = "entretiens", "Entretiens"
    SEANCES = "seances", "Séances collectives"
    FORMATIONS = "formations", "Formations données"


class Audience(TextChoices):
    """« Former les acteurs majeurs de l'orientation (PP, CPE, profs doc, personnels de direction) »."""

    PROFESSEURS_PRINCIPAUX = "pp", "Professeurs principaux"
    CPE = "cpe", "CPE"
    PROFS_DOC = "profs_doc", "Professeurs documentalistes"
    DIRECTION = "direction", "Personnels de direction"


#: Half-days of a mission are shared by quarters.
PAS_DE_MISSION = "0.25"
#: Outside the CIO, a count below this is masked.
SEUIL_DE_MASQUAGE = 5

"""Closed lists of the work plan: states, targets, reminders, meetings, calendars."""

from django.db.models import TextChoices


class NiveauObjectif(TextChoices):
    """« Objectifs de l'expérimentation »: two axes, their sub-axes, thirteen objectives."""

    AXE = "axe", "Axe"
    SOUS_AXE = "sous_axe", "Sous-axe"
    OBJECTIF = "objectif", "Objectif"


class EtatPlan(TextChoices):
    OUVERT = "ouvert", "En cours"
    CLOS = "clos", "Clos"


class EtatAction(TextChoices):
    """What is stored: a decision of someone. The rest follows from the dates (`SituationAction`)."""

    OUVERTE = "ouverte", "Ouverte"
    FAITE = "faite", "Faite"
    ABANDONNEE = "abandonnee", "Abandonnée"


class SituationAction(TextChoices):
    """What is shown; « en retard » is derived each day, never stored."""

    EN_RETARD = "en_retard", "En retard"
    EN_COURS = "en_cours", "En cours"
    A_VENIR = "a_venir", "À venir"
    FAITE = "faite", "Faite"
    ABANDONNEE = "abandonnee", "Abandonnée"


class EtatJalon(TextChoices):
    A_FAIRE = "a_faire", "À faire"
    FAIT = "fait", "Fait"
    ABANDONNE = "abandonne", "Abandonné"


class Lien(TextChoices):
    """How an owner is joined to the one before: « SG + IEN-IO », « IEN-IO ou adjointe »."""

    ET = "et", "et"
    OU = "ou", "ou"


class GenreCible(TextChoices):
    """What must hold before an action is said done."""

    AUCUNE = "aucune", "Aucune"
    PREUVE = "preuve", "Une pièce, un lien ou une note"
    ETABLISSEMENTS = "etablissements", "Au moins un nombre d’EPLE"
    PAR_CIO = "par_cio", "Au moins un nombre par CIO"
    PUBLICS = "publics", "PsyEN et chefs d’établissement réunis"
    REUNION = "reunion", "Une réunion tenue"
    BILAN = "bilan", "Réunion bilan tenue, PsyEN invités"
    PERIMETRE = "perimetre", "Chaque EPLE public dans un réseau"
    TEMPS_TRAVAIL = "temps_travail", "Répartition arrêtée dans chaque CIO"


class SourceCible(TextChoices):
    """Where the missions show, besides the evidence, that a target is reached."""

    AUCUNE = "", "Les seules preuves données ici"
    TERRITOIRE_AVENIR = "territoire_avenir", "Actions de territoire du volet « Avenir » réalisées"
    EXTERNALISABLES = "externalisables", "Actions externalisables au catalogue"
    FICHES_DE_POSTE = "fiches_de_poste", "Fiches de poste valides des secrétaires"
    BIBLIO_LABS = "biblio_labs", "Biblio-Labs expérimentés"
    QUI_FAIT_QUOI = "qui_fait_quoi", "« Qui fait quoi ? » validé"
    CHAMPS_INTERVENTION = "champs_intervention", "Champs d’intervention de l’équipe de direction"


#: What each kind of target may be read from, besides the evidence.
SOURCES_DE_LA_CIBLE = {
    GenreCible.PAR_CIO: (
        SourceCible.TERRITOIRE_AVENIR,
        SourceCible.EXTERNALISABLES,
        SourceCible.FICHES_DE_POSTE,
    ),
    GenreCible.ETABLISSEMENTS: (SourceCible.BIBLIO_LABS,),
    GenreCible.PREUVE: (SourceCible.QUI_FAIT_QUOI, SourceCible.CHAMPS_INTERVENTION),
}


class PublicCible(TextChoices):
    """« Présenter le cadre expérimental aux PsyEn et aux chefs d'établissement » (work plan, action 8)."""

    PSYEN = "psyen", "PsyEN"
    CHEFS = "chefs", "Chefs d’établissement"


class ModeRappel(TextChoices):
    IMMEDIAT = "immediat", "Un courriel par échéance"
    RECAPITULATIF = "recapitulatif", "Un seul récapitulatif par jour"


class GenreMessage(TextChoices):
    """The texts that an ADMIN may rewrite."""

    RAPPEL = "rappel", "Rappel avant l’échéance"
    RETARD = "retard", "Rappel d’une échéance dépassée"
    ESCALADE = "escalade", "Signalement d’un retard à l’IEN-IO"
    RECAPITULATIF = "recapitulatif", "Récapitulatif"
    RELANCE = "relance", "Relance à la main"


class GenreReunion(TextChoices):
    """« pour organiser le service », « concertation sur projet », groupe de travail, « réunion bilan »."""

    SERVICE = "service", "Réunion de service"
    CONCERTATION = "concertation", "Concertation sur projet"
    GROUPE_TRAVAIL = "groupe_travail", "Groupe de travail"
    BILAN = "bilan", "Réunion bilan"


class EtatReunion(TextChoices):
    DEMANDEE = "demandee", "Demandée"
    CONVOQUEE = "convoquee", "Convoquée"
    TENUE = "tenue", "Tenue"
    ANNULEE = "annulee", "Annulée"


class StatutPoint(TextChoices):
    """A point is proposed by anyone concerned, kept or set aside by the direction."""

    PROPOSE = "propose", "Proposé"
    RETENU = "retenu", "Retenu"
    ECARTE = "ecarte", "Écarté"


class ReponseInvitation(TextChoices):
    OUI = "oui", "Présent"
    NON = "non", "Excusé"


class GenrePeriodeNonOuvree(TextChoices):
    FERIE = "ferie", "Jour férié"
    VACANCES = "vacances", "Vacances scolaires"
    AUTRE = "autre", "Autre fermeture"


class GenrePeriodeOrientation(TextChoices):
    CONSEIL_DE_CLASSE = "conseil_de_classe", "Conseils de classe"
    PARCOURSUP = "parcoursup", "Parcoursup"
    AFFELNET = "affelnet", "Affectation (Affelnet)"
    ORIENTATION = "orientation", "Vœux et décisions d’orientation"
    SALON = "salon", "Salons et portes ouvertes"
    PERMANENCE = "permanence", "Permanences du CIO"


class Niveau(TextChoices):
    TOUS = "", "Tous niveaux"
    TROISIEME = "3e", "Troisième"
    SECONDE = "2de", "Seconde"
    PREMIERE = "1re", "Première"
    TERMINALE = "tle", "Terminale"


class Rythme(TextChoices):
    TRIMESTRE = "trimestre", "Trimestres"
    SEMESTRE = "semestre", "Semestres"


class GenreFlux(TextChoices):
    MES_ECHEANCES = "mes_echeances", "Mes échéances"
    PLAN = "plan", "Un plan de travail"
    CIO = "cio", "Un CIO"

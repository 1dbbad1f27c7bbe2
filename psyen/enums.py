"""States of a répartition and the words of the PsyEN file."""

from decimal import Decimal

from django.db import models


class Statut(models.TextChoices):
    TITULAIRE = "titulaire", "titulaire"
    STAGIAIRE = "stagiaire", "stagiaire"
    CONTRACTUEL = "contractuel", "contractuel"
    REMPLACANT = "remplacant", "titulaire sur zone de remplacement"


class EtatRepartition(models.TextChoices):
    BROUILLON = "brouillon", "brouillon"
    PROPOSEE = "proposee", "proposée"
    RENVOYEE = "renvoyee", "renvoyée"
    ARRETEE = "arretee", "arrêtée"


#: brouillon → proposée → arrêtée | renvoyée (→ brouillon); withdrawn by the DCIO: proposée → brouillon.
TRANSITIONS = {
    EtatRepartition.BROUILLON: {EtatRepartition.PROPOSEE},
    EtatRepartition.PROPOSEE: {EtatRepartition.ARRETEE, EtatRepartition.RENVOYEE, EtatRepartition.BROUILLON},
    EtatRepartition.RENVOYEE: {EtatRepartition.BROUILLON},
    EtatRepartition.ARRETEE: set(),
}

#: At most one of these per CIO and year: what is being prepared or decided.
ETATS_OUVERTS = (EtatRepartition.BROUILLON, EtatRepartition.PROPOSEE, EtatRepartition.RENVOYEE)


class Modalite(models.TextChoices):
    PRESENTIEL = "presentiel", "présentiel"
    DISTANCIEL = "distanciel", "distanciel"


class SensAvis(models.TextChoices):
    FAVORABLE = "favorable", "favorable"
    RESERVE = "reserve", "réservé"
    DEFAVORABLE = "defavorable", "défavorable"


class NatureArrete(models.TextChoices):
    INITIAL = "initial", "arrêté"
    MODIFICATIF = "modificatif", "arrêté modificatif"


#: A full week has ten half-days; timetabled service is 27 h a week (arrêté du 9 mai 2017).
DEMI_JOURNEES_PAR_SEMAINE = 10
HEURES_PAR_DEMI_JOURNEE = Decimal("2.7")
#: Half-days are shared by steps of 0.5, up to a full week.
PAS = Decimal("0.5")
DEMI_JOURNEES_PERMISES = tuple(PAS * n for n in range(1, 2 * DEMI_JOURNEES_PAR_SEMAINE + 1))

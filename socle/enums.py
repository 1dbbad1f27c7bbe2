"""Closed lists of `socle`."""

from django.db.models import TextChoices


class EtatCourriel(TextChoices):
    """Life of a mail. `incertain`: the process died while sending, nobody knows whether it left;
    `sans_objet`: the right or the reason was gone when its turn came, nothing left.
    """

    A_ENVOYER = "a_envoyer", "À envoyer"
    EN_COURS = "en_cours", "En cours"
    ENVOYE = "envoye", "Envoyé"
    ECHEC = "echec", "Échec"
    INCERTAIN = "incertain", "Incertain"
    SANS_OBJET = "sans_objet", "Sans objet"


class EtatTravail(TextChoices):
    """Life of a long job. `refuse`: the right that launched it no longer stands."""

    EN_ATTENTE = "en_attente", "En attente"
    EN_COURS = "en_cours", "En cours"
    TERMINE = "termine", "Terminé"
    ECHEC = "echec", "Échec"
    REFUSE = "refuse", "Refusé"


class Processus(TextChoices):
    """What works behind the pages and must give signs of life."""

    BEAT = "beat", "Horloge (beat)"
    WORKER = "worker", "Travailleur (worker)"


class EtatDuConstat(TextChoices):
    """Answer of one check of the service; `attention`: it works, someone should look."""

    BON = "bon", "bon"
    ATTENTION = "attention", "attention"
    PANNE = "panne", "PANNE"

"""Reads for the screens of `socle`, and for whoever watches the service."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from socle import battements
from socle.enums import EtatCourriel, EtatTravail, Processus
from socle.models import Courriel, TravailDeFond

# The tick comes every minute: a mail due for this long means that no worker is running.
RETARD_ANORMAL = timedelta(minutes=10)
RETARD = "Des courriels attendent depuis plus de dix minutes : le service d’envoi semble arrêté."
SILENCES = {
    Processus.BEAT: "L’horloge du service ne donne plus signe de vie : ni rappel ni envoi n’est plus lancé.",
    Processus.WORKER: (
        "Le travailleur du service n’exécute plus rien : les courriels et les travaux attendent."
    ),
}


def plus_ancien_courriel_du() -> datetime | None:
    """Since when the oldest mail of the queue should have left."""
    return (
        Courriel.objects.filter(etat=EtatCourriel.A_ENVOYER)
        .order_by("prochain_essai_le", "pk")
        .values_list("prochain_essai_le", flat=True)
        .first()
    )


def alertes_des_files() -> list[str]:
    """What the ADMIN must know of what works behind the pages, one sentence each; two queries."""
    maintenant = timezone.now()
    signes = battements.derniers()
    # No row: never started, or an installation of an hour ago. The first mail due will tell.
    muets = [
        processus
        for processus in SILENCES
        if processus in signes and maintenant - signes[processus] > battements.SILENCE
    ]
    # Beat first: a worker that is asked nothing is silent too.
    alertes = [SILENCES[processus] for processus in muets[:1]]
    plus_ancien = plus_ancien_courriel_du()
    if plus_ancien and maintenant - plus_ancien > RETARD_ANORMAL:
        alertes.append(RETARD)
    return alertes


def mesures() -> Iterator[tuple[str, dict[str, str], float]]:
    """Figures for a monitoring tool: (name, labels, value). Counts and ages, nobody's data."""
    maintenant = timezone.now()
    for processus, le in battements.derniers().items():
        yield "reseaux_cio_battement_age_seconds", {"processus": processus}, _age(maintenant, le)
    courriels = dict(Courriel.objects.order_by().values_list("etat").annotate(Count("pk")))
    for etat in EtatCourriel.values:
        yield "reseaux_cio_courriels", {"etat": etat}, courriels.get(etat, 0)
    yield "reseaux_cio_courriels_retard_seconds", {}, _age(maintenant, plus_ancien_courriel_du())
    travaux = dict(TravailDeFond.objects.order_by().values_list("etat").annotate(Count("pk")))
    for etat in EtatTravail.values:
        yield "reseaux_cio_travaux", {"etat": etat}, travaux.get(etat, 0)


def _age(maintenant: datetime, instant: datetime | None) -> float:
    return max(0.0, (maintenant - instant).total_seconds()) if instant else 0.0

"""Long jobs: registered by kind, launched after commit, run by the worker, healed by the tick.

A job must call `progression` at least every ten minutes: without a sign of life it is taken for dead and run
once more. A job therefore writes all or nothing (one transaction at its end), so that a second run is safe.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from socle.enums import EtatTravail
from socle.models import Fichier, Perimetre, TravailDeFond
from socle.notifications import notifier
from socle.reveil import reveiller_apres_commit
from socle.verification import perimetre_valide

logger = logging.getLogger(__name__)

TACHE = "socle.tasks.executer_travail"
SILENCE_MAXIMAL = timedelta(minutes=10)
# A waiting job whose wake-up call was lost is called again after this time.
ATTENTE_MAXIMALE = timedelta(seconds=45)
ESSAIS_MAXIMAUX = 2
PAS_DE_PROGRESSION = 0.5  # seconds between two writes

INCIDENT = (
    "Un incident a interrompu ce travail ; rien n’a été enregistré. Relancez-le, puis prévenez "
    "l’administrateur si l’incident se répète."
)
REFUS = "L’habilitation sous laquelle ce travail a été demandé n’est plus valable."


class Progression:
    """Tells the owner how far the job is; the database is written at most twice a second."""

    def __init__(self, travail: TravailDeFond) -> None:
        self._travail = travail
        self._derniere = 0.0

    def __call__(self, fait: int, total: int | None = None, message: str | None = None) -> None:
        self._travail.fait = fait
        self._travail.total = self._travail.total if total is None else total
        self._travail.message = self._travail.message if message is None else message
        if time.monotonic() - self._derniere >= PAS_DE_PROGRESSION:
            self._derniere = time.monotonic()
            self._travail.battement_le = timezone.now()
            self._travail.save(update_fields=["fait", "total", "message", "battement_le"])


class Executant(Protocol):
    """What a job looks like; it may store a result file."""

    def __call__(
        self, travail: TravailDeFond, *, perimetre: Any, progression: Progression
    ) -> Fichier | None: ...


_GENRES: dict[str, Executant] = {}


def genre_de_travail(code: str) -> Callable[[Executant], Executant]:
    """Registers a job: `@genre_de_travail("psyen.export_grille")`."""

    def enregistrer(executant: Executant) -> Executant:
        _GENRES[code] = executant
        return executant

    return enregistrer


def lancer_travail(
    *, perimetre: Perimetre, genre: str, titre: str, parametres: dict[str, Any]
) -> TravailDeFond:
    """Writes the job and wakes the worker after the commit; a command runs its work itself."""
    if perimetre.utilisateur_id is None:
        raise ValueError("Un travail de fond appartient à une personne.")
    if genre not in _GENRES:
        raise ValueError(f"Genre de travail inconnu : {genre}")
    travail = TravailDeFond.objects.create(
        genre=genre,
        titre=titre,
        parametres=parametres,
        proprietaire_id=perimetre.utilisateur_id,
        habilitation_id=perimetre.habilitation_id,
    )
    reveiller_apres_commit(TACHE, travail.pk)
    return travail


def executer_travail(pk: int) -> None:
    """Runs a waiting job; of two workers woken for it, the conditional UPDATE lets one through."""
    maintenant = timezone.now()
    pris = TravailDeFond.objects.filter(pk=pk, etat=EtatTravail.EN_ATTENTE).update(
        etat=EtatTravail.EN_COURS, debut_le=maintenant, battement_le=maintenant, essais=F("essais") + 1
    )
    if not pris:
        return
    travail = TravailDeFond.objects.select_related("proprietaire").get(pk=pk)
    etat, message, resultat = _tenter(travail)
    fini = TravailDeFond.objects.filter(pk=pk, etat=EtatTravail.EN_COURS, debut_le=travail.debut_le).update(
        etat=etat,
        message=message,
        resultat=resultat,
        fait=travail.fait,
        total=travail.total,
        fin_le=timezone.now(),
    )
    if fini:
        _prevenir(travail, etat)


def _tenter(travail: TravailDeFond) -> tuple[EtatTravail, str, Fichier | None]:
    """Outcome of the job in words; a fault of ours is logged and never shown raw."""
    perimetre = perimetre_valide(travail.proprietaire_id, travail.habilitation_id)
    if perimetre is None:
        return EtatTravail.REFUSE, REFUS, None
    try:
        resultat = _GENRES[travail.genre](travail, perimetre=perimetre, progression=Progression(travail))
    except PermissionDenied:
        return EtatTravail.REFUSE, "Vous n’avez pas le droit de faire cette opération.", None
    except ValidationError as erreur:
        return EtatTravail.ECHEC, " ".join(erreur.messages), None
    except Exception:  # the row must tell its owner, whatever broke
        logger.exception("Travail %s (%s) en échec", travail.pk, travail.genre)
        return EtatTravail.ECHEC, INCIDENT, None
    return EtatTravail.TERMINE, travail.message, resultat


def _prevenir(travail: TravailDeFond, etat: EtatTravail) -> None:
    suite = "est terminé" if etat == EtatTravail.TERMINE else "n’a pas abouti"
    notifier(
        utilisateur=travail.proprietaire,
        texte=f"« {travail.titre} » : le travail {suite}.",
        url=reverse("socle:travail", args=[travail.pk]),
        cle=f"travail:{travail.pk}",
    )


def reprendre_travaux() -> None:
    """The tick: wakes forgotten jobs, gives silent ones a second chance, then gives them up."""
    maintenant = timezone.now()
    muets = TravailDeFond.objects.filter(
        etat=EtatTravail.EN_COURS, battement_le__lt=maintenant - SILENCE_MAXIMAL
    )
    muets.filter(essais__gte=ESSAIS_MAXIMAUX).update(
        etat=EtatTravail.ECHEC, message=INCIDENT, fin_le=maintenant
    )
    muets.update(etat=EtatTravail.EN_ATTENTE)
    oublies = TravailDeFond.objects.filter(
        etat=EtatTravail.EN_ATTENTE, cree_le__lt=maintenant - ATTENTE_MAXIMALE
    )
    for pk in oublies.order_by("pk").values_list("pk", flat=True):
        reveiller_apres_commit(TACHE, pk)

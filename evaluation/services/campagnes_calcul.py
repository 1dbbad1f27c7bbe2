"""Computing a campaign: every registered function read first, then all its figures replaced at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from evaluation.enums import SOURCES_CALCULEES, Niveau
from evaluation.models import Campagne, Indicateur, Mesure
from evaluation.permissions import peut_mener_campagne
from evaluation.selectors.calcul import Contexte, Resultat, calcul_de
from evaluation.selectors.campagne_indicateur import contexte_de
from evaluation.selectors.cles_territoires import ClesDesTerritoires
from evaluation.selectors.definitions import indicateurs_suivis
from evaluation.services.verrous import FIGEE, verrouiller_campagne
from reseaux.models import Etablissement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser
from socle.models import TravailDeFond
from socle.travaux import Progression, genre_de_travail, lancer_travail

logger = logging.getLogger(__name__)

GENRE = "evaluation.calcul"
#: Beyond that many schools (a département of the experiment has some sixty), the reader does not wait.
EPLE_DANS_LA_REQUETE = 150
ENTRE_TEMPS = (
    "La campagne a été calculée ou réglée par quelqu’un d’autre pendant ce calcul : le vôtre n’est pas "
    "enregistré. Actualisez la page, puis relancez le calcul s’il le faut."
)
INCIDENT = "non calculable : un incident a interrompu ce calcul, prévenez l’administrateur"

type_avancement = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Bilan:
    """What a computation gave."""

    indicateurs: int
    mesures: int
    non_calculables: int

    def __str__(self) -> str:
        texte = f"{self.indicateurs} indicateurs calculés, {self.mesures} mesures"
        if not self.non_calculables:
            return f"{texte}."
        return f"{texte}, dont {self.non_calculables} non calculables : la page dit pourquoi."


def calculer_campagne(
    *, perimetre: Perimetre, campagne: Campagne, avancement: type_avancement | None = None
) -> Bilan:
    """Replaces the computed figures of an open campaign, all or none; what was entered or imported stays.

    Reads first, without holding anyone; of two people at once, the second to end is told and writes nothing.
    """
    lue = Campagne.objects.select_related("departement", "annee").get(pk=campagne.pk)
    if not lue.est_ouverte:
        raise ValidationError(FIGEE.format(lue.code))
    if not peut_mener_campagne(perimetre, lue):
        raise PermissionDenied
    indicateurs = list(
        indicateurs_suivis(lue)
        .filter(source__in=SOURCES_CALCULEES, retire_le=None)
        .order_by("rang", "code", "pk")
    )
    mesures = list(_mesurer(lue, indicateurs, avancement))
    with transaction.atomic():
        actuelle = verrouiller_campagne(lue, perimetre, peut_mener_campagne)
        if (actuelle.calculee_le, actuelle.etat_lu) != (lue.calculee_le, lue.etat_lu):
            raise ValidationError(ENTRE_TEMPS)
        return _remplacer(perimetre, actuelle, indicateurs, mesures)


def _remplacer(
    perimetre: Perimetre, campagne: Campagne, indicateurs: list[Indicateur], mesures: list[Mesure]
) -> Bilan:
    anciennes = Q(source__in=SOURCES_CALCULEES) | Q(indicateur__in=indicateurs)
    Mesure.objects.filter(anciennes, campagne=campagne).delete()
    Mesure.objects.bulk_create(mesures, batch_size=500)
    campagne.calculee_le = timezone.now()
    campagne.save(update_fields=["calculee_le"])
    bilan = Bilan(len(indicateurs), len(mesures), sum(mesure.valeur is None for mesure in mesures))
    journaliser(
        perimetre=perimetre,
        action="evaluation.campagne.calculee",
        objet=campagne,
        apres={"mesures": bilan.mesures, "non_calculables": bilan.non_calculables},
        departement_id=campagne.departement_id,
    )
    return bilan


# --- Reading ------------------------------------------------------------------------------------------


def _mesurer(
    campagne: Campagne, indicateurs: list[Indicateur], avancement: type_avancement | None
) -> Iterator[Mesure]:
    contexte = contexte_de(campagne)
    cles = ClesDesTerritoires.du(campagne)
    for rang, indicateur in enumerate(indicateurs):
        if avancement:
            avancement(rang, len(indicateurs), f"{indicateur.code} – {indicateur.libelle}")
        for resultat in _resultats(indicateur, contexte):
            yield _mesure(campagne, indicateur, resultat, cles)


def _resultats(indicateur: Indicateur, contexte: Contexte) -> Iterable[Resultat]:
    """What its function says; a function that is gone, or that breaks, leaves the others alone."""
    calcul = calcul_de(indicateur.calcul)
    if calcul is None:
        motif = f"non calculable : le calcul « {indicateur.calcul} » n’existe plus dans l’application"
        return [_sans_valeur(contexte, motif)]
    try:
        with transaction.atomic():
            return list(calcul.mesurer(contexte))
    except Exception:  # one broken figure must not take the whole campaign with it
        logger.exception("Calcul %s en échec, département %s", indicateur.calcul, contexte.departement)
        return [_sans_valeur(contexte, INCIDENT)]


def _sans_valeur(contexte: Contexte, motif: str) -> Resultat:
    return Resultat(Niveau.DEPARTEMENT, str(contexte.departement), motif=motif)


def _mesure(
    campagne: Campagne, indicateur: Indicateur, resultat: Resultat, cles: ClesDesTerritoires
) -> Mesure:
    sans_valeur = resultat.valeur is None
    return Mesure(
        campagne=campagne,
        indicateur=indicateur,
        niveau=resultat.niveau,
        territoire=resultat.territoire[:250],
        cle_territoire=cles.cle(resultat.niveau, resultat.cio, resultat.reseau, resultat.etablissement),
        cio_id=resultat.cio,
        reseau_id=resultat.reseau,
        etablissement_id=resultat.etablissement,
        valeur=resultat.valeur,
        numerateur=resultat.numerateur,
        denominateur=resultat.denominateur,
        personnes=resultat.personnes,
        motif=(resultat.motif or "non calculable : aucune donnée")[:300] if sans_valeur else "",
        source=indicateur.source,
        relevee_le=campagne.date_observation,
    )


# --- In the background --------------------------------------------------------------------------------


def est_longue(campagne: Campagne) -> bool:
    """More than a request should take."""
    ecoles = Etablissement.objects.filter(departement=campagne.departement_id)
    return ecoles.eple().count() > EPLE_DANS_LA_REQUETE


@transaction.atomic
def demander_calcul(*, perimetre: Perimetre, campagne: Campagne) -> TravailDeFond:
    """The same computation as a job whose progress is shown."""
    campagne = verrouiller_campagne(campagne, perimetre, peut_mener_campagne)
    return lancer_travail(
        perimetre=perimetre,
        genre=GENRE,
        titre=f"Calcul de la campagne {campagne}",
        parametres={"campagne": campagne.pk},
    )


@genre_de_travail(GENRE)
def executer_calcul(travail: TravailDeFond, *, perimetre: Any, progression: Progression) -> None:
    """Indicator by indicator; the right is asked again."""
    campagne = Campagne.objects.dans_perimetre(perimetre).filter(pk=travail.parametres["campagne"]).first()
    if campagne is None:
        raise PermissionDenied
    bilan = calculer_campagne(perimetre=perimetre, campagne=campagne, avancement=progression)
    progression(bilan.indicateurs, bilan.indicateurs, str(bilan))

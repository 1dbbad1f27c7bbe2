"""How the experiment is driven: I11 delays of the arrêtés, I12 work plan, I17 meetings of concertation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from evaluation.enums import Niveau
from evaluation.selectors.calcul import Contexte, LignesComptees, Resultat, calcul
from evaluation.selectors.lectures import VersionLue, cios, versions
from evaluation.selectors.statistiques import mediane
from evaluation.selectors.territoires import (
    CENT,
    Chiffre,
    du_territoire,
    lister,
    nombre,
    par_territoire,
    rapport,
)
from planning.enums import EtatAction, EtatReunion, GenreReunion
from planning.models import Action, Reunion
from psyen.models import Arrete
from psyen.selectors.envois import notifies_le
from reseaux.perimetre import Perimetre

# --- I11: delays --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parcours:
    """An arrêté from its proposal to the last mail that tells of it."""

    version: VersionLue
    numero: str
    proposee_le: dt.date
    arretee_le: dt.date
    notifiee_le: dt.date | None
    reseau: None = None
    etablissement: None = None

    @property
    def cio(self) -> int:
        return self.version.cio

    @property
    def jours_de_decision(self) -> int:
        return (self.arretee_le - self.proposee_le).days

    @property
    def jours_de_notification(self) -> int | None:
        return None if self.notifiee_le is None else (self.notifiee_le - self.arretee_le).days


def parcours(contexte: Contexte) -> list[Parcours]:
    """Of the versions of the year decided by the day observed, in the order of their effect."""

    def lire() -> list[Parcours]:
        lues = versions(contexte)
        arretes = {
            repartition: (pk, numero)
            for pk, numero, repartition in Arrete.objects.filter(
                repartition__in=[version.pk for version in lues]
            ).values_list("pk", "numero", "repartition")
        }
        envois = notifies_le([pk for pk, _ in arretes.values()])
        suivis = []
        for version in lues:
            proposee_le, arretee_le = _jour(version.proposee_le), _jour(version.decidee_le)
            if proposee_le is None or arretee_le is None or arretee_le > contexte.jour:
                continue
            pk, numero = arretes.get(version.pk, (0, "sans arrêté"))
            notifiee_le = _jour(envois.get(pk))
            if notifiee_le is not None and notifiee_le > contexte.jour:
                notifiee_le = None
            suivis.append(Parcours(version, numero, proposee_le, arretee_le, notifiee_le))
        return suivis

    return contexte.lire("parcours", lire)


def _jour(instant: dt.datetime | None) -> dt.date | None:
    """As read in Paris."""
    return timezone.localdate(instant) if instant else None


def _arretes_comptes(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
    return lister(
        contexte,
        perimetre,
        territoire,
        parcours(contexte),
        colonnes=(
            "Arrêté",
            "CIO",
            "Proposée le",
            "Arrêtée le",
            "Jours d’attente",
            "Notifiée le",
            "Jours ensuite",
        ),
        dire=lambda rang: (
            rang.numero,
            cios(contexte)[rang.version.tenue_par].nom,
            rang.proposee_le,
            rang.arretee_le,
            rang.jours_de_decision,
            rang.notifiee_le or "pas encore",
            "" if rang.jours_de_notification is None else rang.jours_de_notification,
        ),
        adresse=lambda rang: reverse("psyen:repartition", args=[rang.version.pk]),
    )


def _delai_median(contexte: Contexte, jours: Callable[[Parcours], int | None], sinon: str) -> list[Resultat]:
    def chiffrer(rangs: Sequence[Parcours]) -> Chiffre:
        delais = [Decimal(delai) for rang in rangs if (delai := jours(rang)) is not None]
        if not delais:
            return Chiffre(motif=sinon)
        return Chiffre(mediane(delais), denominateur=Decimal(len(delais)))

    return par_territoire(contexte, Niveau.CIO, parcours(contexte), chiffrer)


@calcul("delai_arrete", "Délai entre la proposition et l’arrêté (jours, médiane)", lignes=_arretes_comptes)
def delai_arrete(contexte: Contexte) -> Iterable[Resultat]:
    """Médiane, sur les répartitions de l’année arrêtées au plus tard le jour observé, initiales et
    modificatives, du nombre de jours de calendrier entre la dernière proposition du DCIO et la décision du
    DASEN. La moitié des arrêtés ont attendu moins, la moitié davantage.
    Dénominateur : nombre d’arrêtés comptés.
    Exclus : les répartitions encore en préparation ou proposées. Le temps passé avant un renvoi n’est pas
    compté.
    """
    return _delai_median(
        contexte, lambda rang: rang.jours_de_decision, "aucune répartition de l’année n’est arrêtée"
    )


@calcul(
    "delai_notification",
    "Délai entre l’arrêté et sa notification (jours, médiane)",
    lignes=_arretes_comptes,
)
def delai_notification(contexte: Contexte) -> Iterable[Resultat]:
    """Médiane, sur les mêmes arrêtés, du nombre de jours de calendrier entre la décision du DASEN et le
    départ du dernier courriel qui la notifie aux PsyEN, aux établissements et au CIO.
    Dénominateur : nombre d’arrêtés comptés.
    Exclus : les arrêtés dont un courriel est encore à envoyer ; les courriels en échec ; les arrêtés pris
    avant que l’application ne les notifie.
    """
    return _delai_median(
        contexte, lambda rang: rang.jours_de_notification, "aucun arrêté de l’année n’est encore notifié"
    )


# --- I12: work plan -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActionSuivie:
    """An action of the plan as it stood on the day."""

    pk: int
    numero: int
    titre: str
    fin: dt.date
    #: Done by the day observed; None otherwise.
    faite_le: dt.date | None
    est_en_retard: bool
    cio: None = None
    reseau: None = None
    etablissement: None = None

    @property
    def est_a_l_heure(self) -> bool:
        return self.faite_le is not None and self.faite_le <= self.fin


def actions(contexte: Contexte) -> list[ActionSuivie]:
    """Of the plans that touch the school year, abandoned ones aside."""

    def lire() -> list[ActionSuivie]:
        jour = contexte.jour
        lues = (
            Action.objects.filter(
                plan__departement=contexte.departement,
                plan__debut__lte=jour,
                plan__fin__gte=contexte.annee.debut,
            )
            .exclude(etat=EtatAction.ABANDONNEE)
            .order_by("plan__debut", "plan", "numero")
            .values_list("pk", "numero", "titre", "fin", "faite_le")
        )
        suivies = []
        for pk, numero, titre, fin, faite_le in lues:
            faite = faite_le if faite_le and faite_le <= jour else None
            suivies.append(ActionSuivie(pk, numero, titre, fin, faite, faite is None and fin < jour))
        return suivies

    return contexte.lire("actions", lire)


def _actions_comptees(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
    vues = set(
        Action.objects.dans_perimetre(perimetre)
        .filter(plan__departement=contexte.departement)
        .values_list("pk", flat=True)
    )
    lisibles = [action for action in actions(contexte) if action.pk in vues]
    return LignesComptees(
        ("N°", "Action", "Échéance", "Faite le", "Situation"),
        [
            (
                action.numero,
                action.titre,
                action.fin,
                action.faite_le or "",
                "faite" if action.faite_le else "en retard" if action.est_en_retard else "dans les temps",
            )
            for action in lisibles
        ],
        [reverse("planning:action", args=[action.pk]) for action in lisibles],
    )


AUCUNE_ACTION = "aucun plan de travail ne porte d’action pour cette année scolaire"


def _part_des_actions(
    contexte: Contexte, est_comptee: Callable[[ActionSuivie], bool], parmi: Sequence[ActionSuivie], sinon: str
) -> list[Resultat]:
    def chiffrer(rangs: Sequence[ActionSuivie]) -> Chiffre:
        return rapport(sum(map(est_comptee, rangs)), len(rangs), facteur=CENT, sinon=sinon)

    return par_territoire(contexte, Niveau.DEPARTEMENT, parmi, chiffrer)


@calcul("actions_faites", "Part des actions du plan de travail faites", lignes=_actions_comptees)
def actions_faites(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : actions du plan de travail déclarées faites au plus tard le jour observé.
    Dénominateur : actions des plans de travail du département commencés ce jour-là et qui touchent l’année
    scolaire.
    Exclus : les actions abandonnées.
    """
    return _part_des_actions(
        contexte, lambda action: action.faite_le is not None, actions(contexte), AUCUNE_ACTION
    )


@calcul("actions_a_l_heure", "Part des actions faites dans les délais", lignes=_actions_comptees)
def actions_a_l_heure(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : actions du plan de travail déclarées faites au plus tard à leur échéance.
    Dénominateur : actions du plan de travail déclarées faites au plus tard le jour observé.
    Exclus : les actions abandonnées, et celles qui ne sont pas encore faites.
    """
    faites = [action for action in actions(contexte) if action.faite_le]
    return _part_des_actions(
        contexte, lambda action: action.est_a_l_heure, faites, "aucune action n’est encore faite"
    )


@calcul("actions_en_retard", "Part des actions du plan de travail en retard", lignes=_actions_comptees)
def actions_en_retard(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : actions du plan de travail dont l’échéance est passée et qui n’étaient pas faites le jour
    observé.
    Dénominateur : actions des plans de travail du département commencés ce jour-là et qui touchent l’année
    scolaire.
    Exclus : les actions abandonnées.
    """
    return _part_des_actions(contexte, lambda action: action.est_en_retard, actions(contexte), AUCUNE_ACTION)


# --- I17: concertation --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConcertationTenue:
    pk: int
    titre: str
    jour: dt.date
    cio: int | None
    est_des_psyens: bool
    reseau: None = None
    etablissement: None = None


def concertations(contexte: Contexte) -> list[ConcertationTenue]:
    """Held between the rentrée and the day observed."""

    def lire() -> list[ConcertationTenue]:
        lignes = (
            Reunion.objects.filter(
                Q(debut__date__gte=contexte.annee.debut) & Q(debut__date__lte=contexte.jour),
                departement=contexte.departement,
                genre=GenreReunion.CONCERTATION,
                etat=EtatReunion.TENUE,
            )
            .order_by("debut", "pk")
            .values_list("pk", "titre", "debut", "cio", "initiateur_role")
        )
        connus = cios(contexte)
        return [
            ConcertationTenue(
                pk,
                titre,
                timezone.localdate(debut),
                connus[cio].principal if cio in connus else None,
                role == Role.PSYEN,
            )
            for pk, titre, debut, cio, role in lignes
        ]

    return contexte.lire("concertations", lire)


def _concertations_comptees(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
    lues = Reunion.objects.dans_perimetre(perimetre).filter(departement=contexte.departement)
    vues = set(lues.values_list("pk", flat=True))
    comptees = du_territoire(territoire, concertations(contexte))
    lisibles = [reunion for reunion in comptees if reunion.pk in vues]
    return LignesComptees(
        ("Réunion", "Date", "CIO", "À l’initiative de"),
        [
            (
                reunion.titre,
                reunion.jour,
                cios(contexte)[reunion.cio].nom if reunion.cio else "tout le département",
                "PsyEN" if reunion.est_des_psyens else "la direction",
            )
            for reunion in lisibles
        ],
        [reverse("planning:reunion", args=[reunion.pk]) for reunion in lisibles],
        "" if len(lisibles) == len(comptees) else "Les réunions que vous ne lisez pas ne sont pas montrées.",
    )


@calcul("concertations", "Concertations sur projet tenues", lignes=_concertations_comptees)
def concertations_tenues(contexte: Contexte) -> Iterable[Resultat]:
    """Nombre de réunions de concertation sur projet tenues depuis le début de l’année scolaire et jusqu’au
    jour observé.
    Exclus : les réunions demandées, convoquées ou annulées ; les réunions de service, de groupe de travail et
    de bilan. Une réunion de tout le département n’est comptée dans aucun CIO.
    """
    return par_territoire(contexte, Niveau.CIO, concertations(contexte), lambda rangs: nombre(len(rangs)))


@calcul(
    "concertations_psyen",
    "Part des concertations tenues à l’initiative des PsyEN",
    lignes=_concertations_comptees,
)
def concertations_des_psyens(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : réunions de concertation sur projet ouvertes par un PsyEN, « à l’initiative de l’équipe de
    direction ou des PsyEn eux-mêmes ».
    Dénominateur : réunions de concertation sur projet tenues depuis le début de l’année scolaire et jusqu’au
    jour observé.
    Exclus : les réunions demandées, convoquées ou annulées.
    """

    def chiffrer(rangs: Sequence[ConcertationTenue]) -> Chiffre:
        des_psyens = sum(reunion.est_des_psyens for reunion in rangs)
        return rapport(
            des_psyens, len(rangs), facteur=CENT, sinon="aucune concertation sur projet n’est encore tenue"
        )

    return par_territoire(contexte, Niveau.CIO, concertations(contexte), chiffrer)

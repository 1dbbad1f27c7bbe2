"""What the CIO opens and counts: I13 territory, I14 interviews, I15 trainings, I16 Biblio-Lab."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from evaluation.enums import Niveau
from evaluation.selectors.calcul import Contexte, LignesComptees, Resultat, calcul
from evaluation.selectors.lectures import RangDEcole, cios, ecoles, nom_du_reseau
from evaluation.selectors.territoires import (
    CENT,
    Chiffre,
    adresse_ecole,
    lister,
    nombre,
    par_territoire,
    rapport,
    territoires,
)
from missions.enums import EtatActionDeTerritoire, EtatBiblioLab, Volet
from missions.models import ActionDeTerritoire, BiblioLab
from missions.selectors.territoire import AVENIR_ATTENDUES
from reseaux.perimetre import Perimetre

AUCUN_CIO = "le département n’a aucun CIO ouvert"


# --- I13: territory -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActionTenue:
    pk: int
    cio: int
    volet: str
    titre: str
    jour: dt.date
    reseau: None = None
    etablissement: None = None


@dataclass(frozen=True, slots=True)
class CioActif:
    """A CIO, and the actions that it held."""

    cio: int
    actions: int
    avenir: int
    reseau: None = None
    etablissement: None = None


def actions_tenues(contexte: Contexte) -> list[ActionTenue]:
    """Of the year, held by the day observed."""

    def lire() -> list[ActionTenue]:
        connus = cios(contexte)
        lignes = (
            ActionDeTerritoire.objects.filter(
                cio__departement=contexte.departement,
                annee=contexte.annee,
                etat=EtatActionDeTerritoire.REALISEE,
                jour__lte=contexte.jour,
            )
            .order_by("jour", "pk")
            .values_list("pk", "cio", "volet", "titre", "jour")
        )
        return [
            ActionTenue(pk, connus[cio].principal, volet, titre, jour)
            for pk, cio, volet, titre, jour in lignes
        ]

    return contexte.lire("actions_tenues", lire)


def cios_actifs(contexte: Contexte) -> list[CioActif]:
    tenues = actions_tenues(contexte)
    return [
        CioActif(
            cio.cio,
            sum(1 for action in tenues if action.cio == cio.cio),
            sum(1 for action in tenues if action.cio == cio.cio and action.volet == Volet.AVENIR),
        )
        for cio in territoires(contexte, Niveau.CIO)
        if cio.cio
    ]


def _actions_comptees(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
    return lister(
        contexte,
        perimetre,
        territoire,
        actions_tenues(contexte),
        colonnes=("Action", "Volet", "CIO", "Date"),
        dire=lambda rang: (
            rang.titre,
            Volet(rang.volet).label,
            cios(contexte)[rang.cio].nom,
            rang.jour,
        ),
        adresse=lambda rang: reverse("missions:action_de_territoire", args=[rang.pk]),
    )


@calcul("actions_territoire", "Actions thématiques de territoire par CIO", lignes=_actions_comptees)
def actions_de_territoire(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : actions de territoire de l’année, volets « Avenir » et « Citoyen », réalisées au plus tard
    le jour observé.
    Dénominateur : CIO du département ; une antenne est comptée avec le CIO dont elle dépend.
    Exclus : les actions prévues ou annulées.
    """

    def chiffrer(rangs: Sequence[CioActif]) -> Chiffre:
        return rapport(sum(rang.actions for rang in rangs), len(rangs), sinon=AUCUN_CIO)

    return par_territoire(contexte, Niveau.CIO, cios_actifs(contexte), chiffrer)


@calcul("cio_avenir", "Part des CIO qui ont réalisé une action « Avenir »", lignes=_actions_comptees)
def cio_avenir(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : CIO qui ont réalisé dans l’année, au plus tard le jour observé, au moins une action de
    territoire du volet « Avenir » (« au moins une action relevant du volet Avenir d’un territoire apprenant
    constitué autour de chaque CIO »). Pour un CIO : 100 s’il l’a fait, 0 sinon.
    Dénominateur : CIO du département ; une antenne est comptée avec le CIO dont elle dépend.
    Exclus : les actions prévues ou annulées.
    """

    def chiffrer(rangs: Sequence[CioActif]) -> Chiffre:
        atteints = sum(1 for rang in rangs if rang.avenir >= AVENIR_ATTENDUES)
        return rapport(atteints, len(rangs), facteur=CENT, sinon=AUCUN_CIO)

    return par_territoire(contexte, Niveau.CIO, cios_actifs(contexte), chiffrer)


# --- I16: Biblio-Lab ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EcoleBiblioLab(RangDEcole):
    lab: int
    depuis: dt.date


def biblio_labs(contexte: Contexte) -> list[EcoleBiblioLab]:
    """Experimented in the year, since the day observed at the latest."""

    def lire() -> list[EcoleBiblioLab]:
        connues = {ecole.pk: ecole for ecole in ecoles(contexte)}
        lignes = (
            BiblioLab.objects.filter(
                etablissement__departement=contexte.departement,
                annee=contexte.annee,
                etat=EtatBiblioLab.EXPERIMENTE,
                depuis__lte=contexte.jour,
            )
            .order_by("depuis", "pk")
            .values_list("etablissement", "pk", "depuis")
        )
        return [
            EcoleBiblioLab(connues[ecole], lab, depuis)
            for ecole, lab, depuis in lignes
            if ecole in connues and depuis
        ]

    return contexte.lire("biblio_labs", lire)


def _biblio_labs_comptes(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
    return lister(
        contexte,
        perimetre,
        territoire,
        biblio_labs(contexte),
        colonnes=("Établissement", "Réseau", "Depuis le"),
        dire=lambda rang: (rang.ecole.nom, nom_du_reseau(contexte, rang.reseau), rang.depuis),
        adresse=adresse_ecole,
    )


@calcul("biblio_labs", "EPLE qui expérimentent un Biblio-Lab", lignes=_biblio_labs_comptes)
def eple_avec_biblio_lab(contexte: Contexte) -> Iterable[Resultat]:
    """Nombre d’EPLE dont le CDI évolue en Biblio-Lab de l’orientation, état « expérimenté » dans l’année,
    depuis une date au plus tard égale au jour observé (« expérimenter dans au moins 1 EPLE »).
    Exclus : les projets et les Biblio-Lab arrêtés ; les établissements privés.
    """
    return par_territoire(contexte, Niveau.CIO, biblio_labs(contexte), lambda rangs: nombre(len(rangs)))

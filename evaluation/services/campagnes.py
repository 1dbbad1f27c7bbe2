"""The life of a campaign: opened, set, frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from evaluation.enums import SOURCES_CALCULEES, EtatCampagne
from evaluation.exports.mesures import tableau_canonique
from evaluation.models import Campagne, DefinitionFigee
from evaluation.permissions import peut_figer_campagne, peut_mener_campagne, peut_ouvrir_campagne
from evaluation.selectors.definitions import Definition, definitions
from evaluation.selectors.manques import manques
from evaluation.services.saisies_demandees import abandonner_demandes, reporter_demandes
from evaluation.services.verrous import verrouiller_campagne
from reseaux.models import AnneeScolaire, Departement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

#: What is set by hand.
CHAMPS = ("code", "libelle", "annee", "date_observation", "echeance")


@transaction.atomic
def ouvrir_campagne(
    *,
    perimetre: Perimetre,
    departement: Departement,
    code: str,
    libelle: str,
    annee: AnneeScolaire,
    date_observation: dt.date,
    echeance: dt.date | None = None,
) -> Campagne:
    """A campaign of that département, empty: it is then computed, filled in, frozen."""
    if not peut_ouvrir_campagne(perimetre, departement):
        raise PermissionDenied
    campagne = Campagne(departement=departement, annee=annee, date_observation=date_observation)
    _ecrire(campagne, code, libelle, echeance)
    _journaliser(perimetre, "evaluation.campagne.ouverte", campagne, apres=_suivi(campagne))
    return campagne


@transaction.atomic
def modifier_campagne(
    *,
    perimetre: Perimetre,
    campagne: Campagne,
    lue: str,
    code: str,
    libelle: str,
    annee: AnneeScolaire,
    date_observation: dt.date,
    echeance: dt.date | None = None,
) -> Campagne:
    """Rewrites an open campaign. Observed on another day, its computed figures go: they are to be computed
    again. What is asked for follows the new due date.

    `lue` is the `etat_lu` of the page: someone else changed it meanwhile, the second is told.
    """
    campagne = verrouiller_campagne(campagne, perimetre, peut_mener_campagne)
    if lue != campagne.etat_lu:
        raise ValidationError(
            "Quelqu’un a modifié cette campagne pendant que vous l’écriviez : rouvrez cette page pour voir "
            "ses réglages actuels, puis enregistrez de nouveau.",
            code="depasse",
        )
    avant, jour_mesure, echeance_d_avant = _suivi(campagne), _jour_mesure(campagne), campagne.echeance
    campagne.annee, campagne.date_observation = annee, date_observation
    _ecrire(campagne, code, libelle, echeance)
    if _jour_mesure(campagne) != jour_mesure and campagne.calculee_le:
        campagne.mesures.filter(source__in=SOURCES_CALCULEES).delete()
        campagne.calculee_le = None
        campagne.save(update_fields=["calculee_le"])
    if echeance is not None and echeance != echeance_d_avant:
        reporter_demandes(perimetre=perimetre, campagne=campagne)
    apres = _suivi(campagne)
    _journaliser(perimetre, "evaluation.campagne.modifiee", campagne, avant=avant, apres=apres)
    return campagne


@transaction.atomic
def figer_campagne(*, perimetre: Perimetre, campagne: Campagne) -> Campagne:
    """Figures, definitions and sources as they are now, for good; the SHA-256 of their table proves it.

    What is still missing stays so, and is no longer asked for. Refused without a single figure.
    """
    campagne = verrouiller_campagne(campagne, perimetre, peut_figer_campagne)
    mesures = campagne.mesures.count()
    if not campagne.mesures.exclude(valeur=None).exists():
        raise ValidationError(
            "La campagne ne contient aucun chiffre : lancez le calcul, saisissez ou importez des mesures "
            "avant de la figer."
        )
    manquantes = len(manques(campagne))
    definies = definitions(campagne)
    _figer_definitions(campagne, definies)
    abandonner_demandes(perimetre=perimetre, campagne=campagne)
    campagne.empreinte = sha256(tableau_canonique(campagne, definies)).hexdigest()
    campagne.etat, campagne.figee_le = EtatCampagne.FIGEE, timezone.localdate()
    campagne.figee_par = _signature(perimetre)
    campagne.full_clean()
    campagne.save()
    apres = {"empreinte": campagne.empreinte, "mesures": mesures, "manquantes": manquantes}
    _journaliser(perimetre, "evaluation.campagne.figee", campagne, apres=apres)
    return campagne


def _figer_definitions(campagne: Campagne, definies: Sequence[Definition]) -> None:
    copies = []
    for definition in definies:
        champs = asdict(definition)
        indicateur = champs.pop("indicateur")
        copies.append(DefinitionFigee(campagne=campagne, indicateur_id=indicateur, **champs))
    DefinitionFigee.objects.bulk_create(copies)


def _ecrire(campagne: Campagne, code: str, libelle: str, echeance: dt.date | None) -> None:
    annee = campagne.annee
    if not annee.debut <= campagne.date_observation <= annee.fin:
        raise ValidationError(
            {
                "date_observation": f"L’année {annee} va du {annee.debut:%d/%m/%Y} au {annee.fin:%d/%m/%Y} : "
                "choisissez une date de cette année."
            }
        )
    campagne.code, campagne.libelle = "".join(code.split()).upper(), " ".join(libelle.split())
    campagne.echeance = echeance
    campagne.full_clean()
    campagne.save()


def _jour_mesure(campagne: Campagne) -> tuple[dt.date, int]:
    return campagne.date_observation, campagne.annee_id


def _signature(perimetre: Perimetre) -> str:
    """« Claire MARTIN, IEN-IO, Loir-et-Cher »."""
    if perimetre.utilisateur is None:
        return perimetre.libelle
    return f"{perimetre.utilisateur}, {perimetre.libelle}"[:250]


def _suivi(campagne: Campagne) -> dict[str, Any]:
    return {champ: getattr(campagne, champ) for champ in CHAMPS if champ != "annee"} | {
        "annee": campagne.annee.code
    }


def _journaliser(perimetre: Perimetre, code: str, campagne: Campagne, **quoi: Any) -> None:
    journaliser(
        perimetre=perimetre, action=code, objet=campagne, departement_id=campagne.departement_id, **quoi
    )

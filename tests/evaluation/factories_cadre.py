"""Criteria and definitions: plain functions, no randomness."""

from __future__ import annotations

from typing import Any

from evaluation.enums import Niveau, Sens, SourceIndicateur, Unite
from evaluation.models import Critere, Indicateur
from reseaux.models import Departement
from tests.reseaux.factories import creer_departement


def valeurs_critere(libelle: str = "Chaque EPLE a un interlocuteur", **champs: Any) -> dict[str, Any]:
    """What the service takes."""
    return {"libelle": libelle, "objectif": None, "pourquoi": "", "comment": "", "poids": None} | champs


def creer_critere(libelle: str = "", *, departement: Departement | None = None, **champs: Any) -> Critere:
    """Proposed in Loir-et-Cher, unless told otherwise; the same label twice is the same criterion."""
    departement = departement or creer_departement()
    libelle = libelle or f"Critère {departement.code}"
    return Critere.objects.get_or_create(departement=departement, libelle=libelle, defaults=champs)[0]


def valeurs_indicateur(code: str = "X1", **champs: Any) -> dict[str, Any]:
    """A number entered by hand for each CIO."""
    return {
        "code": code,
        "libelle": f"Indicateur {code}",
        "critere": None,
        "numerateur": "ce que l’on compte",
        "denominateur": "",
        "unite": Unite.NOMBRE,
        "sens": Sens.HAUSSE,
        "niveau": Niveau.CIO,
        "periode": "",
        "source": SourceIndicateur.SAISI,
        "calcul": "",
        "cible": None,
        "mise_en_garde": "",
    } | champs


def creer_indicateur_saisi(
    code: str = "X1", *, departement: Departement | None = None, **champs: Any
) -> Indicateur:
    """The same code twice is the same indicator."""
    valeurs = valeurs_indicateur(code, **champs)
    departement = departement or creer_departement()
    return Indicateur.objects.get_or_create(
        departement=departement, code=valeurs.pop("code"), defaults=valeurs
    )[0]

"""The criteria: proposed by the working group, validated or set aside in one of its meetings."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from evaluation.enums import EtatCritere
from evaluation.models import Critere, Indicateur
from evaluation.permissions import (
    peut_modifier_critere,
    peut_modifier_indicateurs,
    peut_proposer_critere,
    peut_statuer_critere,
)
from planning.models import Objectif, Reunion
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

CHAMPS = ("libelle", "objectif", "pourquoi", "comment", "poids")
BIBLIOTHEQUE = Path(__file__).resolve().parent.parent / "donnees" / "criteres.json"
DEPASSE = (
    "Un collègue a modifié ce critère entre-temps : relisez ce qu’il a écrit, puis enregistrez de nouveau "
    "si vous maintenez votre texte."
)


@transaction.atomic
def proposer_critere(*, perimetre: Perimetre, departement: Departement, valeurs: dict[str, Any]) -> Critere:
    """A criterion put to the group; `valeurs` has the keys of `CHAMPS`."""
    if not peut_proposer_critere(perimetre, departement):
        raise PermissionDenied
    critere = Critere(departement=departement, rang=_dernier_rang(departement) + 1, **valeurs)
    _valider(critere)
    critere.save()
    _journaliser(perimetre, "propose", critere, apres=_en_clair(critere))
    return critere


@transaction.atomic
def modifier_critere(
    *, perimetre: Perimetre, critere: Critere, revision: int, valeurs: dict[str, Any]
) -> Critere:
    """Reworded while it is proposed; `revision` is the one that the writer had read."""
    critere = _verrouiller(critere)
    if not peut_modifier_critere(perimetre, critere):
        raise PermissionDenied
    if revision != critere.revision:
        raise ValidationError(DEPASSE, code="depasse")
    avant = _en_clair(critere)
    for champ in CHAMPS:
        setattr(critere, champ, valeurs[champ])
    apres = _en_clair(critere)
    if apres == avant:
        return critere
    critere.revision += 1
    _valider(critere)
    critere.save()
    _journaliser(perimetre, "modifie", critere, avant=avant, apres=apres)
    return critere


@transaction.atomic
def valider_critere(
    *,
    perimetre: Perimetre,
    critere: Critere,
    statue_le: dt.date,
    reunion: Reunion | None = None,
    motif: str = "",
) -> Critere:
    """What the group validated, on which day, in which meeting when it is known here."""
    _statuer(perimetre, critere, EtatCritere.VALIDE, statue_le=statue_le, reunion=reunion, motif=motif)
    return critere


@transaction.atomic
def ecarter_critere(
    *,
    perimetre: Perimetre,
    critere: Critere,
    statue_le: dt.date,
    motif: str,
    reunion: Reunion | None = None,
) -> Critere:
    """What the group sets aside, and why."""
    if not motif.strip():
        raise ValidationError({"motif": "Dites pourquoi le critère est écarté."})
    _statuer(perimetre, critere, EtatCritere.ECARTE, statue_le=statue_le, reunion=reunion, motif=motif)
    return critere


@transaction.atomic
def remettre_critere(*, perimetre: Perimetre, critere: Critere) -> Critere:
    """Back to the group: it may be reworded again."""
    verrouille = _verrouiller(critere)
    if not peut_statuer_critere(perimetre, verrouille):
        raise PermissionDenied
    if verrouille.etat == EtatCritere.PROPOSE:
        raise ValidationError("Ce critère est déjà en discussion : actualisez la page.")
    avant = {"etat": verrouille.etat, "statue_le": verrouille.statue_le}
    verrouille.etat, verrouille.statue_le, verrouille.reunion = EtatCritere.PROPOSE, None, None
    verrouille.motif = ""
    verrouille.revision += 1
    verrouille.save()
    _journaliser(perimetre, "remis", verrouille, avant=avant, apres={"etat": verrouille.etat})
    return verrouille


@cache
def bibliotheque_des_criteres() -> dict[str, Any]:
    """`criteres`, each with its objective and the codes of its indicators."""
    return json.loads(BIBLIOTHEQUE.read_text(encoding="utf-8"))


@transaction.atomic
def charger_criteres(*, perimetre: Perimetre, departement: Departement) -> int:
    """Adds the criteria of the library that the département lacks, as proposals; returns how many. Its
    indicators that hang under no criterion yet are put under theirs.
    """
    departement = Departement.objects.select_for_update(of=("self",)).get(pk=departement.pk)
    if not peut_modifier_indicateurs(perimetre, departement):
        raise PermissionDenied
    objectifs = {o.code: o for o in Objectif.objects.actuels().filter(departement=departement)}
    connus = {c.libelle: c for c in Critere.objects.filter(departement=departement).order_by("pk")}
    rang, ajoutes = _dernier_rang(departement), 0
    for ligne in bibliotheque_des_criteres()["criteres"]:
        critere = connus.get(ligne["libelle"])
        if critere is None:
            ajoutes += 1
            critere = Critere(departement=departement, rang=rang + ajoutes, **_champs(ligne, objectifs))
            _valider(critere)
            critere.save()
        libres = Indicateur.objects.filter(departement=departement, critere=None)
        libres.filter(code__in=ligne["indicateurs"]).update(critere=critere)
    if ajoutes:
        journaliser(
            perimetre=perimetre,
            action="evaluation.criteres.charges",
            objet=departement,
            apres={"criteres": ajoutes},
            departement_id=departement.pk,
        )
    return ajoutes


def _champs(ligne: dict[str, Any], objectifs: dict[str, Objectif]) -> dict[str, Any]:
    textes = {champ: ligne[champ] for champ in ("libelle", "pourquoi", "comment")}
    return textes | {"objectif": objectifs.get(ligne["objectif"])}


def _statuer(
    perimetre: Perimetre,
    critere: Critere,
    etat: EtatCritere,
    *,
    statue_le: dt.date,
    reunion: Reunion | None,
    motif: str,
) -> None:
    verrouille = _verrouiller(critere)
    if not peut_statuer_critere(perimetre, verrouille):
        raise PermissionDenied
    if verrouille.etat != EtatCritere.PROPOSE:
        raise ValidationError("Le groupe a déjà statué sur ce critère : actualisez la page.")
    if statue_le > timezone.localdate():
        raise ValidationError({"statue_le": "La décision du groupe ne peut pas être à venir."})
    if reunion is not None and reunion.departement_id != verrouille.departement_id:
        raise ValidationError({"reunion": "Cette réunion est celle d’un autre département."})
    verrouille.etat, verrouille.statue_le, verrouille.reunion = etat, statue_le, reunion
    verrouille.motif = motif.strip()
    verrouille.revision += 1
    verrouille.full_clean()
    verrouille.save()
    critere.refresh_from_db()
    quoi = {"statue_le": statue_le, "reunion": str(reunion) if reunion else None, "motif": verrouille.motif}
    verbe = "valide" if etat == EtatCritere.VALIDE else "ecarte"
    _journaliser(perimetre, verbe, verrouille, apres=quoi)


def _verrouiller(critere: Critere) -> Critere:
    verrouilles = Critere.objects.select_for_update(of=("self",)).select_related("departement", "objectif")
    return verrouilles.get(pk=critere.pk)


def _valider(critere: Critere) -> None:
    critere.libelle = critere.libelle.strip()
    critere.full_clean()
    if critere.objectif and critere.objectif.departement_id != critere.departement_id:
        raise ValidationError({"objectif": "Cet objectif est celui d’un autre département."})


def _dernier_rang(departement: Departement) -> int:
    return Critere.objects.filter(departement=departement).aggregate(dernier=Max("rang"))["dernier"] or 0


def _en_clair(critere: Critere) -> dict[str, Any]:
    valeurs = {champ: getattr(critere, champ) for champ in CHAMPS}
    return valeurs | {"objectif": critere.objectif.code if critere.objectif else None}


def _journaliser(perimetre: Perimetre, verbe: str, critere: Critere, **quoi: Any) -> None:
    journaliser(
        perimetre=perimetre,
        action=f"evaluation.critere.{verbe}",
        objet=critere,
        departement_id=critere.departement_id,
        **quoi,
    )

"""The definitions of the figures: written, reworded, retired once they have served."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from evaluation.models import Analyse, DefinitionFigee, Indicateur, Mesure
from evaluation.permissions import peut_modifier_indicateurs
from evaluation.selectors.calcul import calcul_de
from planning.selectors.attribution import SaisieResponsable
from reseaux.models import Departement, Groupe
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

CHAMPS = (
    "code", "libelle", "critere", "numerateur", "denominateur", "unite", "sens", "niveau", "periode",
    "source", "calcul", "cible", "mise_en_garde",
)  # fmt: skip
#: What the figures already taken rest on: another value would make two campaigns incomparable.
INTANGIBLES = {"unite": "l’unité", "niveau": "le niveau", "source": "la source", "calcul": "le calcul"}
DEPASSE = (
    "Un collègue a modifié cet indicateur entre-temps : relisez ce qu’il a écrit, puis enregistrez de "
    "nouveau si vous maintenez vos valeurs."
)


@transaction.atomic
def creer_indicateur(
    *,
    perimetre: Perimetre,
    departement: Departement,
    valeurs: dict[str, Any],
    responsable: SaisieResponsable | None = None,
) -> Indicateur:
    """A new definition, the last of the list; `valeurs` has the keys of `CHAMPS`."""
    if not peut_modifier_indicateurs(perimetre, departement):
        raise PermissionDenied
    definitions = Indicateur.objects.filter(departement=departement)
    dernier = definitions.aggregate(dernier=Max("rang"))["dernier"] or 0
    indicateur = Indicateur(departement=departement, rang=dernier + 1, **valeurs)
    _confier(indicateur, responsable)
    _valider(indicateur)
    indicateur.save()
    _journaliser(perimetre, "cree", indicateur, apres=_en_clair(indicateur))
    return indicateur


@transaction.atomic
def modifier_indicateur(
    *,
    perimetre: Perimetre,
    indicateur: Indicateur,
    revision: int,
    valeurs: dict[str, Any],
    responsable: SaisieResponsable | None = None,
) -> Indicateur:
    """Reworded; what the figures already taken rest on does not change any more. A frozen campaign keeps its
    own copy whatever is written here.
    """
    indicateur = _verrouiller(perimetre, indicateur)
    if revision != indicateur.revision:
        raise ValidationError(DEPASSE, code="depasse")
    if Mesure.objects.filter(indicateur=indicateur).exists():
        _refuser_l_intangible(indicateur, valeurs)
    avant = _en_clair(indicateur)
    for champ in CHAMPS:
        setattr(indicateur, champ, valeurs[champ])
    _confier(indicateur, responsable)
    apres = _en_clair(indicateur)
    if apres == avant:
        return indicateur
    indicateur.revision += 1
    _valider(indicateur)
    indicateur.save()
    _journaliser(perimetre, "modifie", indicateur, avant=avant, apres=apres)
    return indicateur


@transaction.atomic
def retirer_indicateur(*, perimetre: Perimetre, indicateur: Indicateur) -> None:
    """Retired once measured, deleted when nothing was ever measured with it."""
    indicateur = _verrouiller(perimetre, indicateur)
    if indicateur.retire_le:
        raise ValidationError(f"{indicateur.code} est déjà retiré.")
    _journaliser(perimetre, "retire", indicateur, avant=_en_clair(indicateur))
    a_servi = (Mesure, DefinitionFigee, Analyse)
    if any(modele.objects.filter(indicateur=indicateur).exists() for modele in a_servi):
        indicateur.retire_le = timezone.localdate()
        indicateur.save(update_fields=["retire_le"])
    else:
        indicateur.delete()


@transaction.atomic
def retablir_indicateur(*, perimetre: Perimetre, indicateur: Indicateur) -> None:
    """Measured again from the next computation."""
    indicateur = _verrouiller(perimetre, indicateur)
    if not indicateur.retire_le:
        raise ValidationError(f"{indicateur.code} n’est pas retiré.")
    indicateur.retire_le = None
    indicateur.save(update_fields=["retire_le"])
    _journaliser(perimetre, "retabli", indicateur, apres=_en_clair(indicateur))


def _refuser_l_intangible(indicateur: Indicateur, valeurs: dict[str, Any]) -> None:
    erreurs = {
        champ: f"Des mesures existent : {nom} ne change plus. Retirez l’indicateur et créez-en un autre."
        for champ, nom in INTANGIBLES.items()
        if valeurs[champ] != getattr(indicateur, champ)
    }
    if erreurs:
        raise ValidationError(erreurs)


def _verrouiller(perimetre: Perimetre, indicateur: Indicateur) -> Indicateur:
    verrouilles = Indicateur.objects.select_for_update(of=("self",))
    verrouille = verrouilles.select_related("departement", "critere", "utilisateur", "groupe").get(
        pk=indicateur.pk
    )
    if not peut_modifier_indicateurs(perimetre, verrouille.departement):
        raise PermissionDenied
    return verrouille


def _confier(indicateur: Indicateur, responsable: SaisieResponsable | None) -> None:
    confie = responsable or SaisieResponsable()
    indicateur.utilisateur_id, indicateur.groupe_id = confie.utilisateur_id, confie.groupe_id
    indicateur.role = confie.role


def _valider(indicateur: Indicateur) -> None:
    indicateur.code, indicateur.libelle = indicateur.code.strip(), indicateur.libelle.strip()
    if indicateur.est_calcule and calcul_de(indicateur.calcul) is None:
        raise ValidationError({"calcul": "Choisissez l’un des calculs que l’application sait faire."})
    indicateur.full_clean()
    critere, departement = indicateur.critere, indicateur.departement_id
    if critere and critere.departement_id != departement:
        raise ValidationError({"critere": "Ce critère est celui d’un autre département."})
    groupe = indicateur.groupe_id
    if groupe and not Groupe.objects.filter(pk=groupe, departement=departement).exists():
        raise ValidationError({"responsable": "Ce groupe est celui d’un autre département."})


def _en_clair(indicateur: Indicateur) -> dict[str, Any]:
    valeurs = {champ: getattr(indicateur, champ) for champ in CHAMPS}
    confie = any(indicateur.cle_responsable)
    return valeurs | {
        "critere": str(indicateur.critere) if indicateur.critere else None,
        "responsable": indicateur.libelle_responsable if confie else None,
    }


def _journaliser(perimetre: Perimetre, verbe: str, indicateur: Indicateur, **quoi: Any) -> None:
    journaliser(
        perimetre=perimetre,
        action=f"evaluation.indicateur.{verbe}",
        objet=indicateur,
        departement_id=indicateur.departement_id,
        **quoi,
    )

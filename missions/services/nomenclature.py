"""The tree of the missions: loaded from fiche 1, then reworded, completed, retired."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone

from missions.models import Mission, Public
from missions.models.nomenclature import Nomenclature
from missions.permissions import peut_modifier_nomenclature
from missions.selectors.nomenclature_source import nomenclature_source
from reseaux.models import Academie
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

CHAMPS_MISSION = ("code", "libelle", "cadre", "lieu", "famille", "parent", "citation", "debut")
CHAMPS_PUBLIC = ("code", "libelle", "debut")


@transaction.atomic
def charger_nomenclature(*, perimetre: Perimetre, academie: Academie) -> int:
    """Adds what the académie lacks of the sources; returns how many. A code already known, reworded or
    retired, is left as it is.
    """
    academie = verrouiller_academie(perimetre, academie)
    source = nomenclature_source()
    debut = dt.date.fromisoformat(source["debut"])
    par_code = {m.code: m for m in Mission.objects.filter(academie=academie).order_by("pk")}
    rang = max((m.rang for m in par_code.values()), default=0)
    ajoutees = 0
    for ligne in source["missions"]:
        if ligne["code"] in par_code:
            continue
        ajoutees += 1
        mission = Mission(academie=academie, debut=debut, rang=rang + ajoutees, **_champs(ligne, par_code))
        mission.full_clean()
        mission.save()
        par_code[mission.code] = mission
    ajoutes = _charger_publics(academie, debut, source["publics"])
    if ajoutees or ajoutes:
        journaliser(
            perimetre=perimetre,
            action="missions.nomenclature.chargee",
            objet=academie,
            apres={"missions": ajoutees, "publics": ajoutes},
        )
    return ajoutees + ajoutes


@transaction.atomic
def creer_mission(*, perimetre: Perimetre, academie: Academie, valeurs: dict[str, Any]) -> Mission:
    """A new line of the tree, the last of its frame; `valeurs` has the keys of `CHAMPS_MISSION`."""
    academie = verrouiller_academie(perimetre, academie)
    dernier = Mission.objects.filter(academie=academie).aggregate(dernier=Max("rang"))["dernier"] or 0
    mission = Mission(academie=academie, rang=dernier + 1, **valeurs)
    _valider(mission)
    mission.save()
    journaliser(
        perimetre=perimetre,
        action="missions.mission.creee",
        objet=mission,
        apres=_en_clair(mission, CHAMPS_MISSION),
    )
    return mission


@transaction.atomic
def modifier_mission(*, perimetre: Perimetre, mission: Mission, valeurs: dict[str, Any]) -> Mission:
    """Reworded, or attached elsewhere. The place of a mission already entrusted does not change: those who
    hold it would find themselves under another authority.
    """
    verrouiller_academie(perimetre, mission.academie)
    mission = Mission.objects.select_related("parent", "academie").get(pk=mission.pk)
    avant = _en_clair(mission, CHAMPS_MISSION)
    if est_utilisee(mission):
        for champ, nom in (("lieu", "son lieu"), ("cadre", "à qui elle revient")):
            if valeurs[champ] != getattr(mission, champ):
                raise ValidationError(
                    {
                        champ: f"La mission est déjà confiée : {nom} ne change plus. Retirez-la et "
                        "ajoutez-en une autre."
                    }
                )
    for champ in CHAMPS_MISSION:
        setattr(mission, champ, valeurs[champ])
    apres = _en_clair(mission, CHAMPS_MISSION)
    if apres == avant:
        return mission
    _valider(mission)
    mission.save()
    journaliser(
        perimetre=perimetre, action="missions.mission.modifiee", objet=mission, avant=avant, apres=apres
    )
    return mission


@transaction.atomic
def creer_public(*, perimetre: Perimetre, academie: Academie, valeurs: dict[str, Any]) -> Public:
    """One more public: the list of fiche 1 ends with « … »."""
    academie = verrouiller_academie(perimetre, academie)
    public = Public(academie=academie, **valeurs)
    public.full_clean()
    public.save()
    journaliser(
        perimetre=perimetre,
        action="missions.public.cree",
        objet=public,
        apres=_en_clair(public, CHAMPS_PUBLIC),
    )
    return public


@transaction.atomic
def modifier_public(*, perimetre: Perimetre, public: Public, valeurs: dict[str, Any]) -> Public:
    """Reworded."""
    verrouiller_academie(perimetre, public.academie)
    public = Public.objects.get(pk=public.pk)
    avant = _en_clair(public, CHAMPS_PUBLIC)
    for champ in CHAMPS_PUBLIC:
        setattr(public, champ, valeurs[champ])
    apres = _en_clair(public, CHAMPS_PUBLIC)
    if apres != avant:
        public.full_clean()
        public.save()
        journaliser(
            perimetre=perimetre, action="missions.public.modifie", objet=public, avant=avant, apres=apres
        )
    return public


# --- Parts -------------------------------------------------------------------------------------------


def verrouiller_academie(perimetre: Perimetre, academie: Academie) -> Academie:
    """One writer at a time in the nomenclature of an académie: two moves at once could close a loop."""
    academie = Academie.objects.select_for_update().get(pk=academie.pk)
    sienne = perimetre.est_systeme or perimetre.academie_id == academie.pk
    if not (sienne and peut_modifier_nomenclature(perimetre)):
        raise PermissionDenied
    return academie


def est_utilisee(objet: Nomenclature) -> bool:
    """Something refers to it: it may be retired, not deleted."""
    relations = (
        relation
        for relation in objet._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel) and relation.name != "enfants"
    )
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: objet}).exists()
        for relation in relations
    )


def _champs(ligne: dict[str, str | None], par_code: dict[str, Mission]) -> dict[str, Any]:
    parent = ligne["parent"]
    return ligne | {"parent": par_code[parent] if parent else None}


def _charger_publics(academie: Academie, debut: dt.date, lignes: list[dict[str, str]]) -> int:
    connus = set(Public.objects.filter(academie=academie).values_list("code", flat=True))
    nouveaux = [Public(academie=academie, debut=debut, **li) for li in lignes if li["code"] not in connus]
    for public in nouveaux:
        public.full_clean()
        public.save()
    return len(nouveaux)


def _valider(mission: Mission) -> None:
    """A mission stands under another of the same académie, frame and place, never under itself."""
    mission.full_clean()
    parent = mission.parent
    if parent is None:
        return
    if parent.academie_id != mission.academie_id:
        raise ValidationError({"parent": "Cette mission est celle d’une autre académie."})
    _refuser_boucle(mission, parent)
    if (parent.cadre, parent.lieu) != (mission.cadre, mission.lieu):
        raise ValidationError(
            {"parent": f"{parent.code} n’a pas le même lieu : rattachez la mission à une autre du même lieu."}
        )
    if parent.fin is not None and parent.fin < timezone.localdate():
        raise ValidationError({"parent": f"{parent.code} est retirée : choisissez-en une autre."})


def _refuser_boucle(mission: Mission, parent: Mission) -> None:
    chemin = [mission.code]
    noeud: Mission | None = parent
    while noeud is not None and mission.pk:
        chemin.append(noeud.code)
        if noeud.pk == mission.pk:
            raise ValidationError(
                {
                    "parent": f"Ce rattachement ferait une boucle : {' → '.join(chemin)}. Choisissez une "
                    "mission qui n’est pas sous celle-ci."
                }
            )
        noeud = noeud.parent


def _en_clair(objet: Nomenclature, champs: tuple[str, ...]) -> dict[str, Any]:
    """What the journal keeps; the parent by its code."""
    valeurs = {champ: getattr(objet, champ) for champ in champs}
    if valeurs.get("parent"):
        valeurs["parent"] = valeurs["parent"].code
    return valeurs

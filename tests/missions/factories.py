"""Missions, publics and what is entrusted: plain functions, no randomness."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from missions.enums import Cadre, Famille, Lieu
from missions.models import Mission, MissionConfiee, Public
from missions.services.nomenclature import charger_nomenclature
from psyen.models import PsyEN
from reseaux.models import Academie, Etablissement
from reseaux.perimetre import Perimetre
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import creer_academie, creer_annee

DEBUT = dt.date(2020, 9, 1)


def charger_missions(academie: Academie | None = None) -> dict[str, Mission]:
    """The whole tree of fiche 1, by code: M1, M6a…"""
    academie = academie or creer_academie()
    charger_nomenclature(perimetre=Perimetre.systeme(), academie=academie)
    return {mission.code: mission for mission in Mission.objects.filter(academie=academie).order_by("rang")}


def creer_mission(code: str = "T1", **champs: Any) -> Mission:
    """A mission of PsyEN at the CIO, family information, unless told otherwise; the same code twice is the
    same mission.
    """
    academie = champs.pop("academie", None) or creer_academie()
    defauts = {
        "libelle": f"Mission {code}",
        "cadre": Cadre.PSYEN,
        "lieu": Lieu.CIO,
        "famille": Famille.INFORMATION,
        "debut": DEBUT,
    }
    return Mission.objects.get_or_create(academie=academie, code=code, defaults=defauts | champs)[0]


def creer_public(code: str = "EANA", libelle: str = "", *, academie: Academie | None = None) -> Public:
    defauts = {"libelle": libelle or f"Public {code}", "debut": DEBUT}
    return Public.objects.get_or_create(academie=academie or creer_academie(), code=code, defaults=defauts)[0]


def creer_mission_confiee(
    psyen: PsyEN | None = None,
    mission: Mission | None = None,
    *,
    etablissement: Etablissement | None = None,
    demi_journees: Decimal | str = "1",
    publics: tuple[Public, ...] = (),
    **champs: Any,
) -> MissionConfiee:
    """One half-day this year, at the CIO or in that school; the CIO is that of the PsyEN."""
    psyen = psyen or PsyEN.objects.order_by("pk").first() or creer_psyen()
    rattachement = psyen.rattachements.select_related("cio__departement__academie").latest("date_debut")
    academie = rattachement.cio.departement.academie
    ailleurs = creer_mission("T2", lieu=Lieu.EPLE, academie=academie) if etablissement else None
    valeurs = {"cio": rattachement.cio, "annee": creer_annee()} | champs
    confiee = MissionConfiee.objects.create(
        psyen=psyen,
        mission=mission or ailleurs or creer_mission(academie=academie),
        etablissement=etablissement,
        demi_journees=Decimal(demi_journees),
        **valeurs,
    )
    confiee.publics.set(publics)
    return confiee

"""Missions, publics and what is entrusted: plain functions, no randomness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.utils import timezone

from comptes.enums import Role
from missions.enums import Cadre, EtatMatrice, Famille, Lieu
from missions.models import Delegation, DossierTransversal, Matrice, Mission, MissionConfiee, Public
from missions.services.matrice import preparer_matrice, valider_matrice
from missions.services.nomenclature import charger_nomenclature
from psyen.enums import EtatRepartition
from psyen.models import Affectation, PsyEN, Repartition, Service
from reseaux.models import CIO, Academie, AnneeScolaire, Departement, Etablissement, Habilitation
from reseaux.perimetre import Perimetre
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import (
    creer_academie,
    creer_annee,
    creer_departement,
    creer_habilitation,
    creer_perimetre,
    creer_utilisateur,
)

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


def arreter_les_semaines(
    cio: CIO, annee: AnneeScolaire, ecoles: Collection[Etablissement] = (), *, au_cio: int = 4
) -> Repartition:
    """A new version in force: each PsyEN of the CIO there, then two half-days in each of these schools."""
    qui = creer_utilisateur()
    rang = Repartition.objects.filter(cio=cio, annee=annee).count() + 1
    version = Repartition.objects.create(cio=cio, annee=annee, version=rang, date_effet=annee.debut)
    psyens = PsyEN.objects.filter(rattachements__cio=cio).order_by("pk")
    for psyen in psyens:
        service = Service.objects.create(repartition=version, psyen=psyen, demi_journees_cio=au_cio)
        for ecole in ecoles:
            reseau = ecole.appartenances.get(annee=annee).reseau
            Affectation.objects.create(service=service, etablissement=ecole, reseau=reseau, demi_journees=2)
    version.etat = EtatRepartition.ARRETEE
    version.proposee_par, version.decidee_par = qui, creer_utilisateur()
    version.proposee_le = version.decidee_le = timezone.now()
    version.save()
    return version


# --- Matrix, dossiers, delegations --------------------------------------------------------------------


def creer_matrice(departement: Departement | None = None) -> Matrice:
    """The draft of Loir-et-Cher, from the model or from the validated version; the one there is, if any."""
    departement = departement or creer_departement()
    projet = Matrice.objects.filter(departement=departement, etat=EtatMatrice.PROJET).first()
    return projet or preparer_matrice(perimetre=Perimetre.systeme(), departement=departement)


def creer_matrice_validee(departement: Departement | None = None) -> Matrice:
    """Validated by both; a new version each time."""
    matrice = creer_matrice(departement)
    for role in (Role.SG, Role.IEN_IO):
        signataire = creer_perimetre(role, matrice.departement)
        matrice = valider_matrice(perimetre=signataire, matrice=matrice, revision=matrice.revision)
    return matrice


def creer_dossier(libelle: str = "FOQUALE", *, departement: Departement | None = None) -> DossierTransversal:
    """The same label twice is the same dossier."""
    departement = departement or creer_departement()
    return DossierTransversal.objects.get_or_create(departement=departement, libelle=libelle)[0]


def creer_delegation(
    dossier: DossierTransversal | None = None,
    *,
    delegataire: Habilitation | None = None,
    delegant: Habilitation | None = None,
    debut: int = -10,
    fin: int = 200,
    **champs: Any,
) -> Delegation:
    """Under way: from `debut` to `fin` days from today, the IEN-IO to the adjoint."""
    dossier = dossier or creer_dossier()
    return Delegation.objects.create(
        dossier=dossier,
        delegant=delegant or creer_habilitation(Role.IEN_IO, dossier.departement),
        delegataire=delegataire or creer_habilitation(Role.ADJOINT_IEN_IO, dossier.departement),
        debut=timezone.localdate() + dt.timedelta(days=debut),
        fin=timezone.localdate() + dt.timedelta(days=fin),
        **champs,
    )

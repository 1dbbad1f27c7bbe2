"""« Expérimenter dans au moins 1 EPLE l'évolution du CDI en Biblio-Lab de l'orientation » (action 11)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from missions.enums import EtatBiblioLab
from missions.models import BiblioLab
from missions.permissions import peut_ecrire_biblio_lab
from missions.services.territoire_controles import exiger_annee_modifiable, exiger_pas_a_venir
from reseaux.enums import EtatEtablissement
from reseaux.models import AnneeScolaire, Etablissement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def suivre_biblio_lab(
    *,
    perimetre: Perimetre,
    etablissement: Etablissement,
    annee: AnneeScolaire,
    etat: str,
    depuis: dt.date | None = None,
    description: str = "",
) -> BiblioLab:
    """The Biblio-Lab of an open EPLE enters the list of the year."""
    if not peut_ecrire_biblio_lab(perimetre, etablissement):
        raise PermissionDenied
    if etablissement.etat == EtatEtablissement.FERME:
        raise ValidationError(
            {"etablissement": f"{etablissement} est fermé : choisissez un établissement ouvert."}
        )
    if not etablissement.est_eple:
        raise ValidationError({"etablissement": f"{etablissement} n’est pas un EPLE : il n’a pas de CDI."})
    lab = BiblioLab(etablissement=etablissement, annee=annee)
    _ecrire(lab, etat=etat, depuis=depuis, description=description)
    _journaliser(perimetre, "suivi", lab, apres=_en_clair(lab))
    return lab


@transaction.atomic
def modifier_biblio_lab(
    *, perimetre: Perimetre, lab: BiblioLab, etat: str, depuis: dt.date | None = None, description: str = ""
) -> BiblioLab:
    """Planned, experimented since a day, stopped."""
    lignes = BiblioLab.objects.select_for_update(of=("self",))
    lab = lignes.select_related("etablissement__departement", "annee").get(pk=lab.pk)
    if not peut_ecrire_biblio_lab(perimetre, lab.etablissement):
        raise PermissionDenied
    avant = _en_clair(lab)
    _ecrire(lab, etat=etat, depuis=depuis, description=description)
    apres = _en_clair(lab)
    if apres != avant:
        _journaliser(perimetre, "modifie", lab, avant=avant, apres=apres)
    return lab


def _ecrire(lab: BiblioLab, *, etat: str, depuis: dt.date | None, description: str) -> None:
    exiger_annee_modifiable(lab.annee)
    if etat == EtatBiblioLab.EXPERIMENTE:
        if depuis is None:
            raise ValidationError({"depuis": "Dites depuis quand le Biblio-Lab est expérimenté."})
        exiger_pas_a_venir(depuis, "depuis", "L’expérimentation a déjà commencé")
    if depuis is not None and depuis > lab.annee.fin:
        raise ValidationError(
            {"depuis": f"L’année scolaire {lab.annee} finit le {lab.annee.fin:%d/%m/%Y} : corrigez la date."}
        )
    lab.etat, lab.depuis, lab.description = etat, depuis, description.strip()
    lab.full_clean()
    lab.save()


def _en_clair(lab: BiblioLab) -> dict[str, Any]:
    return {
        "annee": lab.annee.code,
        "etat": EtatBiblioLab(lab.etat).label,
        "depuis": lab.depuis,
        "description": lab.description,
    }


def _journaliser(perimetre: Perimetre, verbe: str, lab: BiblioLab, **quoi: Any) -> None:
    journaliser(
        perimetre=perimetre,
        action=f"missions.biblio_lab.{verbe}",
        objet=lab,
        departement_id=lab.etablissement.departement_id,
        **quoi,
    )

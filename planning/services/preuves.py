"""What shows that an action reaches its target."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from planning.models import Action, Preuve
from planning.services.verrous import verrouiller_action
from reseaux.models import CIO, Etablissement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def ajouter_preuve(
    *,
    perimetre: Perimetre,
    action: Action,
    texte: str,
    lien: str = "",
    etablissement: Etablissement | None = None,
    cio: CIO | None = None,
    public: str = "",
    le: dt.date | None = None,
) -> Preuve:
    """A note, a link, a document deposited on it: in that school, for that CIO, before that audience."""
    action = verrouiller_action(action, perimetre)
    _exiger_ouverte(action)
    departement = action.plan.departement_id
    for champ, objet in (("etablissement", etablissement), ("cio", cio)):
        if objet is not None and objet.departement_id != departement:
            raise ValidationError({champ: f"{objet} n’est pas du département du plan."})
    preuve = Preuve(
        action=action,
        texte=texte.strip(),
        lien=lien.strip(),
        etablissement=etablissement,
        cio=cio,
        public=public,
        auteur_id=perimetre.utilisateur_id,
        le=le or timezone.localdate(),
    )
    preuve.full_clean(exclude=["action", "auteur"])
    preuve.save()
    journaliser(
        perimetre=perimetre,
        action="planning.preuve.ajoutee",
        objet=action,
        apres={
            "texte": preuve.texte,
            "etablissement": str(etablissement) if etablissement else None,
            "cio": str(cio) if cio else None,
        },
        departement_id=departement,
    )
    return preuve


@transaction.atomic
def retirer_preuve(*, perimetre: Perimetre, preuve: Preuve) -> None:
    """A proof given by mistake, as long as the action is open; the journal keeps its text."""
    action = verrouiller_action(preuve.action, perimetre)
    _exiger_ouverte(action)
    retirees, _ = Preuve.objects.filter(pk=preuve.pk).delete()
    if not retirees:
        raise ValidationError("Cette preuve a été retirée entre-temps.")
    journaliser(
        perimetre=perimetre,
        action="planning.preuve.retiree",
        objet=action,
        avant={"texte": preuve.texte},
        departement_id=action.plan.departement_id,
    )


def _exiger_ouverte(action: Action) -> None:
    if not action.est_ouverte:
        raise ValidationError("L’action est close : rouvrez-la pour en changer les preuves.")

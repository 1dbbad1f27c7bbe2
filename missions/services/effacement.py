"""What the missions hold of a person, erased; what was given or decided is kept under a number."""

from __future__ import annotations

from django.db import transaction

from comptes.models import Utilisateur
from missions.models import (
    ChampIntervention,
    CommentaireMissions,
    FicheDePoste,
    LettreDeMission,
    MissionConfiee,
)
from psyen.models import PsyEN
from socle.effacement import Effet

DONNEE = "document remis, que la base fige (code du patrimoine, L. 211-1 et suivants)"


@transaction.atomic
def effacer_des_missions(*, utilisateur: Utilisateur | None, psyen: PsyEN | None) -> list[Effet]:
    """Exchanges and precisions go, the field of intervention too; letters and fiches de poste stay."""
    effets = []
    if utilisateur:
        champs, _ = ChampIntervention.objects.filter(membre=utilisateur).delete()
        effets.append(Effet("champs d’intervention", champs))
        fiches = FicheDePoste.objects.filter(secretaire=utilisateur).count()
        effets.append(Effet("fiches de poste, sous un numéro", fiches, DONNEE))
    if psyen:
        echanges, _ = CommentaireMissions.objects.filter(psyen=psyen).delete()
        precisions = MissionConfiee.objects.filter(psyen=psyen).exclude(precisions="").update(precisions="")
        lettres = LettreDeMission.objects.filter(psyen=psyen).count()
        effets += [
            Effet("échanges sur ses missions", echanges),
            Effet("précisions écrites sur ses missions", precisions),
            Effet("lettres de mission qui la nomment", lettres, DONNEE),
        ]
    return effets

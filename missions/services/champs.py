"""« Définir expressément le champ d'intervention des membres de l'équipe de direction » (action 6)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from comptes.models import Utilisateur
from missions.models import ChampIntervention
from missions.permissions import peut_gerer_dossiers
from missions.selectors.champs import membres_de_la_direction
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def definir_champ(
    *, perimetre: Perimetre, departement: Departement, membre: Utilisateur, texte: str, debut: dt.date
) -> ChampIntervention:
    """From `debut` on; the former field stays as history. The same day again corrects its text."""
    departement = Departement.objects.select_for_update().get(pk=departement.pk)
    if not peut_gerer_dossiers(perimetre, departement):
        raise PermissionDenied
    if membre not in membres_de_la_direction(departement):
        raise ValidationError(f"{membre} n’est pas membre de l’équipe de direction du département.")
    deja = ChampIntervention.objects.filter(departement=departement, membre=membre, debut=debut).first()
    if deja is None and debut < timezone.localdate():
        raise ValidationError(
            {"debut": "Un champ d’intervention commence aujourd’hui ou plus tard : le passé ne change pas."}
        )
    avant = deja.texte if deja else None
    champ = deja or ChampIntervention(departement=departement, membre=membre, debut=debut)
    champ.texte = texte.strip()
    if champ.texte == avant:
        return champ
    champ.full_clean()
    champ.save()
    journaliser(
        perimetre=perimetre,
        action="missions.champ.defini",
        objet=champ,
        avant={"texte": avant} if deja else None,
        apres={"membre": str(membre), "texte": champ.texte, "debut": debut},
        departement_id=departement.pk,
    )
    return champ

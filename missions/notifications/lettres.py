"""The PsyEN learns that his letter of mission is there."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from missions.models import LettreDeMission
from socle.courriels import mettre_en_file
from socle.notifications import notifier


def annoncer_lettre(lettre: LettreDeMission) -> None:
    """Once a letter, to a PsyEN who has an account."""
    personne = lettre.psyen.utilisateur
    if personne is None:
        return
    cle = f"missions.lettre:{lettre.pk}"
    url = reverse("missions:lettre", args=[lettre.pk])
    notifier(
        utilisateur=personne,
        texte=f"Votre lettre de mission {lettre.annee} est disponible.",
        url=url,
        cle=cle,
    )
    mettre_en_file(
        cle=cle,
        destinataire=personne.courriel,
        utilisateur=personne,
        modele="missions/courriels/lettre",
        contexte={"lettre": lettre, "lien": f"{settings.ADRESSE_PUBLIQUE}{url}"},
    )

"""What people are told of their delegations."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from missions.models import Delegation
from missions.selectors.delegations import qualite
from socle.courriels import mettre_en_file
from socle.models import Courriel
from socle.notifications import notifier

GARDE = "missions.delegation"
CLE = "missions.delegation.fin:"


def annoncer_fin(delegation: Delegation) -> None:
    """To whoever delegated and to whoever holds it: once each for a delegation and its last day."""
    url = reverse("missions:delegation", args=[delegation.pk])
    for habilitation in (delegation.delegant, delegation.delegataire):
        personne = habilitation.utilisateur
        cle = f"{CLE}{delegation.pk}:{delegation.fin:%Y-%m-%d}:{habilitation.pk}"
        mettre_en_file(
            cle=cle,
            destinataire=personne.courriel,
            utilisateur=personne,
            modele="missions/courriels/delegation_fin",
            contexte={
                "delegation": delegation,
                "delegataire": f"{delegation.delegataire.utilisateur} ({qualite(delegation.delegataire)})",
                "est_le_delegant": habilitation == delegation.delegant,
                "lien": f"{settings.ADRESSE_PUBLIQUE}{url}",
            },
            garde=GARDE,
            au_moins_une_fois=True,
        )
        notifier(
            utilisateur=personne,
            texte=f"Délégation « {delegation.dossier} » : elle prend fin le {delegation.fin:%d/%m/%Y}.",
            url=url,
            cle=cle,
        )


def est_encore_due(courriel: Courriel) -> bool:
    """Asked just before the mail leaves: the delegation may have been withdrawn since."""
    pk = courriel.cle.removeprefix(CLE).split(":")[0]
    return Delegation.objects.en_vigueur().filter(pk=pk).exists()

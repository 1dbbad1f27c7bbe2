"""« Fiche du dossier »: what it is, who pilots it, under which delegation."""

from __future__ import annotations

from django.utils import timezone

from missions.models import DossierTransversal
from missions.selectors.delegations import mention, mention_delegation
from missions.selectors.dossiers import lire_fiche
from reseaux.perimetre import Perimetre
from socle.documents import render_pdf


def dessiner_dossier(dossier: DossierTransversal, perimetre: Perimetre) -> bytes:
    """`mention` is that of whoever prints it, when he acts by delegation."""
    fiche = lire_fiche(dossier)
    en_vigueur = fiche.lu.en_vigueur
    return render_pdf(
        "missions/dossiers/papier.html",
        {
            "dossier": dossier,
            "fiche": fiche,
            "jour": timezone.localdate(),
            "pilote_mention": mention(en_vigueur.delegation) if en_vigueur else "",
            "mention": mention_delegation(perimetre, dossier),
            "auteur": perimetre,
        },
        titre=f"Dossier « {dossier} »",
    )

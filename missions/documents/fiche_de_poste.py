"""The fiche de poste of a secrétaire de CIO, on one A4 sheet or two."""

from __future__ import annotations

from missions.models import FicheDePoste
from missions.selectors.fiches_de_poste import rubriques_de
from socle.documents import render_pdf


def dessiner_fiche_de_poste(fiche: FicheDePoste) -> bytes:
    """A draft is marked so; `fiche` comes with its CIO, its département and its secrétaire."""
    return render_pdf(
        "missions/documents/fiche_de_poste.html",
        {
            "fiche": fiche,
            "rubriques": [(titre, texte.splitlines()) for titre, texte in rubriques_de(fiche)],
            "projet": fiche.validee_le is None,
            "date_document": fiche.validee_le,
        },
        titre="Fiche de poste",
    )

"""« Qui fait quoi ? » on an A3 sheet, and the fields of the direction when they are read."""

from __future__ import annotations

from missions.enums import EtatMatrice
from missions.models import Matrice
from missions.permissions import peut_lire_dossiers
from missions.selectors.champs import lire_champs
from missions.selectors.matrice import MOTS, lire_matrice
from reseaux.perimetre import Perimetre
from socle.documents import render_pdf


def dessiner_matrice(matrice: Matrice, perimetre: Perimetre) -> bytes:
    """The validated version is dated by its last validation; a draft says that it is one."""
    tableau = lire_matrice(matrice)
    rubriques = [
        (rubrique, [(ligne, [ligne.lettres(a.pk) for a in tableau.acteurs]) for ligne in lignes])
        for rubrique, lignes in tableau.rubriques()
    ]
    champs = lire_champs(matrice.departement) if peut_lire_dossiers(perimetre) else []
    return render_pdf(
        "missions/matrice/papier.html",
        {
            "matrice": matrice,
            "acteurs": tableau.acteurs,
            "nombre_de_colonnes": len(tableau.acteurs) + 1,
            "rubriques": rubriques,
            "dossiers": tableau.dossiers,
            "mots": [(lettre, mot) for lettre, mot in MOTS.items() if len(lettre) == 1],
            "champs": [membre for membre in champs if membre.champ],
            "est_validee": matrice.etat == EtatMatrice.VALIDEE,
        },
        titre=matrice.titre,
    )

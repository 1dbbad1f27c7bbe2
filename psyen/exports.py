"""The PsyEN file as a spreadsheet: what is exported is imported again without any change."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from psyen.enums import Statut
from psyen.models import PsyEN, Rattachement
from reseaux.perimetre import Perimetre
from socle.tableurs import Colonne

#: One line per attachment in force or to come; `psyen.services.import_psyen` reads the same columns.
COLONNES_PSYENS = (
    Colonne("nom", "Nom", largeur=22),
    Colonne("prenom", "Prénom", largeur=18),
    Colonne("courriel", "Courriel", largeur=34),
    Colonne("cio", "CIO", largeur=28),
    Colonne("statut", "Statut", largeur=28),
    Colonne("quotite", "Quotité (%)", "decimal", largeur=12),
    Colonne("date_debut", "Du", "date", largeur=12),
    Colonne("date_fin", "Au", "date", largeur=12),
)


def lignes_psyens(psyens: QuerySet[PsyEN], *, perimetre: Perimetre) -> Iterator[tuple[Any, ...]]:
    """Rows of the columns above, by name then date: the attachments that the perimeter reads."""
    lignes = (
        Rattachement.objects.dans_perimetre(perimetre)
        .non_termines()
        .filter(psyen__in=psyens.order_by().values("pk"))
        .order_by("psyen__nom", "psyen__prenom", "psyen__courriel", "date_debut", "pk")
        .values_list(
            "psyen__nom",
            "psyen__prenom",
            "psyen__courriel",
            "cio__nom",
            "psyen__statut",
            "quotite",
            "date_debut",
            "date_fin",
        )
    )
    for nom, prenom, courriel, cio, statut, quotite, debut, fin in lignes.iterator(2000):
        yield nom, prenom, courriel, cio, Statut(statut).label, quotite, debut, fin

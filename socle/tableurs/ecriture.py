"""The one writer: the same rows in the format that the user asked for."""

from collections.abc import Sequence

from socle.debit import compter_la_demande
from socle.tableurs.classeurs import ecrire_ods, ecrire_xlsx
from socle.tableurs.csv_fr import flux_csv
from socle.tableurs.modele import Colonne, Lignes, format_de_tableau


def ecrire_tableau(
    format_: format_de_tableau, *, colonnes: Sequence[Colonne], lignes: Lignes, titre: str
) -> bytes:
    """The whole file; a text stays a text, a number a number, a day a day."""
    compter_la_demande()
    if format_ == "csv":
        return b"".join(flux_csv(colonnes=colonnes, lignes=lignes))
    if format_ == "xlsx":
        return ecrire_xlsx(colonnes=colonnes, lignes=lignes, titre=titre)
    if format_ == "ods":
        return ecrire_ods(colonnes=colonnes, lignes=lignes, titre=titre)
    raise ValueError(f"Format de tableau inconnu : {format_}")

"""The PsyEN file as a spreadsheet (exported then imported again, it changes nothing), and who goes where."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from psyen.enums import EtatRepartition, Modalite, Statut
from psyen.models import Affectation, PsyEN, Rattachement, Repartition
from reseaux.perimetre import Perimetre
from socle.flux import au_fil
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


#: One line per school of a PsyEN, in each version; `cle` is the path read from the affectation.
COLONNES_AFFECTATIONS = (
    Colonne("service__repartition__annee__code", "Année scolaire"),
    Colonne("service__repartition__cio__departement__code", "Département"),
    Colonne("service__repartition__cio__nom", "CIO"),
    Colonne("service__repartition__version", "Version", "entier"),
    Colonne("service__repartition__date_effet", "Date d’effet", "date"),
    Colonne("service__repartition__etat", "État"),
    Colonne("service__psyen__nom", "Nom"),
    Colonne("service__psyen__prenom", "Prénom"),
    Colonne("etablissement__uai", "UAI"),
    Colonne("etablissement__nom", "Établissement"),
    Colonne("etablissement__commune", "Commune"),
    Colonne("reseau__nom", "Réseau"),
    Colonne("demi_journees", "Demi-journées", "decimal"),
    Colonne("modalite", "Modalité"),
)
_ETATS, _MODALITES = dict(EtatRepartition.choices), dict(Modalite.choices)


def lignes_affectations(
    repartitions: QuerySet[Repartition], *, perimetre: Perimetre
) -> Iterator[tuple[Any, ...]]:
    """Rows of the columns above, newest year first: the lines of these répartitions that one reads."""
    lues = au_fil(affectations_a_exporter(repartitions, perimetre=perimetre))
    for *debut, etat, nom, prenom, uai, ecole, commune, reseau, part, modalite in lues:
        yield *debut, _ETATS[etat], nom, prenom, uai, ecole, commune, reseau, part, _MODALITES[modalite]


def affectations_a_exporter(
    repartitions: QuerySet[Repartition], *, perimetre: Perimetre
) -> QuerySet[Affectation, tuple[Any, ...]]:
    """The one query of that export."""
    return (
        Affectation.objects.dans_perimetre(perimetre)
        .filter(service__repartition__in=repartitions.order_by().values("pk"))
        .order_by(
            "-service__repartition__annee__debut",
            "service__repartition__cio__nom",
            "service__repartition",
            "service__psyen__nom",
            "service__psyen__prenom",
            "pk",
        )
        .values_list(*(colonne.cle for colonne in COLONNES_AFFECTATIONS))
    )

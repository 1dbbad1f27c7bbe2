"""Reads of the schools: their réseau of a year, what their page shows."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import FilteredRelation, Q, QuerySet

from reseaux.models import AnneeScolaire, Departement, Effectif, Etablissement, MembreReseau, Reseau
from reseaux.perimetre import Perimetre
from socle.models import EntreeJournal, Fichier


def avec_appartenance(
    etablissements: QuerySet[Etablissement], annee: AnneeScolaire | None
) -> QuerySet[Etablissement]:
    """Adds `appartenance`, the réseau membership of that year (one at most: database constraint)."""
    condition = Q(appartenances__annee=annee.pk if annee else 0)
    return etablissements.annotate(appartenance=FilteredRelation("appartenances", condition=condition))


def dernier_import(departement: Departement) -> dt.datetime | None:
    """When the annuaire last changed something in a département; None when it never came from a file."""
    return (
        EntreeJournal.objects.filter(
            objet_type=ContentType.objects.get_for_model(Fichier),
            action="reseaux.annuaire.importe",
            apres__départements__icontains=departement.code,
        )
        .order_by("-id")
        .values_list("le", flat=True)
        .first()
    )


@dataclass(frozen=True, slots=True)
class AnneeDEtablissement:
    """One line of the page of a school: the pupils counted and the réseau of one year."""

    annee: AnneeScolaire
    effectif: int | None
    reseau: Reseau | None


def annees_de_l_etablissement(
    etablissement: Etablissement, perimetre: Perimetre
) -> list[AnneeDEtablissement]:
    """The years in which something is known of the school, newest first; three queries."""
    effectifs = dict(
        Effectif.objects.dans_perimetre(perimetre)
        .filter(etablissement=etablissement)
        .values_list("annee_id", "nombre")
        .order_by("annee_id")
    )
    membres = (
        MembreReseau.objects.dans_perimetre(perimetre)
        .filter(etablissement=etablissement)
        .select_related("reseau__cio")
        .order_by("pk")
    )
    reseaux = {membre.annee_id: membre.reseau for membre in membres}
    annees = AnneeScolaire.objects.filter(pk__in={*effectifs, *reseaux}).order_by("-debut", "pk")
    return [AnneeDEtablissement(annee, effectifs.get(annee.pk), reseaux.get(annee.pk)) for annee in annees]

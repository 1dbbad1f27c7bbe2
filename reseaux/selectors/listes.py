"""Figures beside the CIO and the réseaux of a list: one query, whatever the number of rows."""

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from reseaux.models import CIO, AnneeScolaire, Effectif, Etablissement, MembreReseau, Reseau


def _nombre(queryset: QuerySet, cle: str) -> Coalesce:
    """Number of rows of `queryset` per value of `cle`, as a subquery: two counts never multiply."""
    comptes = queryset.order_by().values(cle).annotate(nombre=Count("pk")).values("nombre")
    return Coalesce(Subquery(comptes, output_field=IntegerField()), Value(0))


def cios_chiffres(cios: QuerySet[CIO], annee: AnneeScolaire | None) -> QuerySet[CIO]:
    """With the open schools of the sector and the réseaux of the year."""
    etablissements = Etablissement.objects.ouverts().filter(cio=OuterRef("pk"))
    reseaux = Reseau.objects.filter(cio=OuterRef("pk"), annee=annee.pk if annee else 0)
    return cios.annotate(
        nombre_etablissements=_nombre(etablissements, "cio"), nombre_reseaux=_nombre(reseaux, "cio")
    )


def reseaux_chiffres(reseaux: QuerySet[Reseau]) -> QuerySet[Reseau]:
    """With the members, and their pupils: those of the year, otherwise of the latest earlier one."""
    membres = MembreReseau.objects.filter(reseau=OuterRef("pk"))
    dernier = (
        Effectif.objects.filter(
            etablissement=OuterRef("etablissement"), annee__debut__lte=OuterRef("annee__debut")
        )
        .order_by("-annee__debut", "pk")
        .values("nombre")[:1]
    )
    eleves = (
        membres.annotate(eleves=Subquery(dernier))
        .order_by()
        .values("reseau")
        .annotate(total=Sum(F("eleves")))
        .values("total")
    )
    return reseaux.annotate(
        nombre_membres=_nombre(membres, "reseau"),
        nombre_eleves=Subquery(eleves, output_field=IntegerField()),
    )

"""The school years with what they hold."""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from reseaux.models import AnneeScolaire, Reseau
from reseaux.perimetre import Perimetre


def annees_chiffrees(annees: QuerySet[AnneeScolaire], perimetre: Perimetre) -> QuerySet[AnneeScolaire]:
    """With the réseaux that the perimeter reads in each, newest first."""
    reseaux = Reseau.objects.dans_perimetre(perimetre).filter(annee=OuterRef("pk"))
    comptes = reseaux.order_by().values("annee").annotate(nombre=Count("pk")).values("nombre")
    return annees.annotate(
        nombre_reseaux=Coalesce(Subquery(comptes, output_field=IntegerField()), Value(0))
    ).order_by("-debut", "pk")

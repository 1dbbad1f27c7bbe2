"""The addresses of the product, plus the two rulers of the bench, under /banc/."""

from django.contrib import admin
from django.db.models import F
from django.shortcuts import render
from django.urls import path

from cio_network.urls import handler400, handler403, handler404, handler500, urlpatterns
from reseaux.models import AnneeScolaire, Etablissement
from reseaux.selectors.etablissements import avec_appartenance

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def plancher(request):
    """The frame of every page and one query: what no page can go below."""
    return render(request, "banc/plancher.html", {"nombre": AnneeScolaire.objects.count()})


class AdminOuvert(admin.AdminSite):
    """The accounts of the product have no « staff » flag; here whoever is signed in may look."""

    def has_permission(self, request):
        return request.user.is_authenticated


class EtablissementAdmin(admin.ModelAdmin):
    """As a careful developer sets it up: the columns and filters of our list, joined, fifty rows, search on
    the indexed column. The filter by CIO is left out, as ours is until a département is chosen.
    """

    list_display = ("nom", "uai", "commune", "categorie", "secteur", "cio", "reseau", "etat")
    list_select_related = ("cio",)
    list_filter = (
        "departement",
        "categorie",
        "secteur",
        "etat",
        "education_prioritaire",
        "internat",
        "ulis",
        "segpa",
    )
    search_fields = ("recherche",)
    list_per_page = 50
    ordering = ("nom",)

    def get_queryset(self, request):
        annee = AnneeScolaire.objects.en_cours()
        etablissements = avec_appartenance(super().get_queryset(request), annee)
        return etablissements.annotate(reseau_de_l_annee=F("appartenance__reseau__nom"))

    @admin.display(description="réseau")
    def reseau(self, etablissement):
        return etablissement.reseau_de_l_annee

    def has_module_permission(self, request):
        return True

    def has_view_permission(self, request, obj=None):
        return True

    has_change_permission = has_add_permission = has_delete_permission = has_view_permission


site = AdminOuvert(name="admin")
site.register(Etablissement, EtablissementAdmin)

urlpatterns = [*urlpatterns, path("banc/plancher/", plancher), path("banc/admin/", site.urls)]

"""Schools: the list, the page of one school, the sectorisation in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from reseaux.enums import Categorie, EtatEtablissement, Secteur
from reseaux.exports import COLONNES_ETABLISSEMENTS, lignes_lisibles
from reseaux.forms.etablissements import EtablissementFiltre, SectorisationForm
from reseaux.models import AnneeScolaire, Etablissement
from reseaux.permissions import peut_sectoriser, peut_sectoriser_territoire
from reseaux.selectors.etablissements import annees_de_l_etablissement, avec_appartenance, dernier_import
from reseaux.selectors.historique import historique_lu
from reseaux.services.cio import sectoriser
from reseaux.signals import complements
from reseaux.views.tableaux import tableau_annees
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran, adresses, lien
from socle.tableurs import Colonne
from socle.views import ListeView, PerimetreMixin

CATEGORIES, SECTEURS, ETATS = dict(Categorie.choices), dict(Secteur.choices), dict(EtatEtablissement.choices)


class EtablissementListe(ListeView):
    """Everyone reads the schools of their territory."""

    model = Etablissement
    titre = "Établissements"
    nom_objets = ("établissement", "établissements")
    filterset_class = EtablissementFiltre
    template_name = "reseaux/etablissements/liste.html"
    champs = (
        "pk",
        "nom",
        "uai",
        "commune",
        "categorie",
        "secteur",
        "cio__nom",
        "appartenance__reseau__nom",
        "etat",
    )
    tris = {
        "nom": ("nom",),
        "uai": ("uai",),
        "commune": ("commune", "nom"),
        "categorie": ("categorie", "nom"),
        "cio": ("cio__nom", "nom"),
    }
    colonnes_export: Sequence[Colonne] = COLONNES_ETABLISSEMENTS
    vide_titre = "Aucun établissement"
    vide_texte = "L’annuaire des établissements n’a pas encore été importé pour ce territoire."

    @cached_property
    def annee(self) -> AnneeScolaire | None:
        return AnneeScolaire.objects.en_cours()

    @property
    def colonnes(self) -> Sequence[ColonneEcran]:
        return (
            ColonneEcran("Établissement", tri="nom"),
            ColonneEcran("UAI", tri="uai"),
            ColonneEcran("Commune", tri="commune"),
            ColonneEcran("Catégorie", tri="categorie"),
            ColonneEcran("Secteur"),
            ColonneEcran("CIO de secteur", tri="cio"),
            ColonneEcran(f"Réseau {self.annee}" if self.annee else "Réseau"),
            ColonneEcran("État"),
        )

    def get_queryset(self) -> QuerySet[Etablissement]:
        return avec_appartenance(super().get_queryset(), self.annee)

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        objets = list(objets)
        urls = adresses("reseaux:etablissement", [e["pk"] for e in objets])
        return [
            (
                lien(url, e["nom"]),
                e["uai"],
                e["commune"],
                CATEGORIES[e["categorie"]],
                SECTEURS[e["secteur"]],
                e["cio__nom"],
                e["appartenance__reseau__nom"],
                ETATS[e["etat"]],
            )
            for url, e in zip(urls, objets, strict=True)
        ]

    def exporter_lignes(self, queryset: QuerySet[Etablissement]) -> Iterable[Sequence[Any]]:
        return lignes_lisibles(queryset, COLONNES_ETABLISSEMENTS)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        return super().get_context_data(**kwargs) | {"peut_sectoriser": peut_sectoriser_territoire(perimetre)}


class Sectorisation(EtablissementListe):
    """The same list with boxes to tick: the CIO de secteur of many schools in one gesture."""

    droit = staticmethod(peut_sectoriser_territoire)
    titre = "Sectorisation des établissements"
    template_name = "reseaux/etablissements/sectorisation.html"
    colonnes_export = ()

    @property
    def colonnes(self) -> Sequence[ColonneEcran]:
        nom, *autres = super().colonnes
        return (nom, ColonneEcran("Choisir"), *autres)

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        objets = list(objets)
        for objet, cellules in zip(objets, super().lignes(objets), strict=True):
            case = format_html(
                '<input type="checkbox" form="sectoriser" name="etablissements" value="{}" aria-label="{}">',
                objet["pk"],
                f"Choisir {objet['nom']}, {objet['commune']}",
            )
            nom, *autres = cellules
            yield (nom, case, *autres)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "form": SectorisationForm(perimetre=self.request.perimetre),
            "parametres": self.request.GET.urlencode(),
        }


@require_POST
def sectorisation_enregistrer(request: RequeteConnectee) -> HttpResponse:
    """Gives the ticked schools their CIO, and goes back to the same page of the list."""
    if not peut_sectoriser_territoire(request.perimetre):
        raise PermissionDenied
    form = SectorisationForm(request.POST, perimetre=request.perimetre)
    retour = f"{reverse('reseaux:sectorisation')}?{request.POST.get('parametres', '')}"
    if not form.is_valid():
        for erreur in (e for erreurs in form.errors.values() for e in erreurs):
            messages.error(request, str(erreur))
        return redirect(retour)
    try:
        changes = sectoriser(perimetre=request.perimetre, **form.cleaned_data)
    except ValidationError as erreur:
        messages.error(request, " ".join(erreur.messages))
    else:
        accord = "s rattachés" if changes > 1 else " rattaché"
        messages.success(request, f"{changes} établissement{accord} au {form.cleaned_data['cio']}.")
    return redirect(retour)


class EtablissementDetail(PerimetreMixin, DetailView):
    """Identity, figures and réseau by year, sections, and what the apps above know of the school."""

    queryset = Etablissement.objects.select_related("departement", "bassin", "cio", "mere")
    context_object_name = "etablissement"
    template_name = "reseaux/etablissements/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        etablissement, perimetre = self.object, self.request.perimetre
        return super().get_context_data(**kwargs) | {
            "annees": tableau_annees(annees_de_l_etablissement(etablissement, perimetre)),
            "annexes": etablissement.annexes.dans_perimetre(perimetre).order_by("nom", "pk"),
            "complements": complements(etablissement, perimetre),
            "importe_le": dernier_import(etablissement.departement),
            "historique": historique_lu(etablissement, perimetre),
            "peut_sectoriser": peut_sectoriser(perimetre, etablissement),
        }

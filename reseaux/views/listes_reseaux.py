"""Réseaux: the list by year, the page of one."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView

from reseaux.exports import COLONNES_RESEAUX
from reseaux.forms.listes_reseaux import ReseauFiltre
from reseaux.models import AnneeScolaire, Reseau
from reseaux.permissions import peut_lire_perimetre, peut_modifier_reseaux
from reseaux.selectors.fiches import reseau_detaille
from reseaux.selectors.historique import historique_lu
from reseaux.selectors.listes import reseaux_chiffres
from reseaux.signals import complements, liens_de_la_liste
from reseaux.views.tableaux import tableau_membres
from socle.tableaux import ColonneEcran
from socle.views import ListeView, PerimetreMixin


class ReseauListe(ListeView):
    """The réseaux of the current year, unless another one is asked for."""

    model = Reseau
    titre = "Réseaux"
    nom_objets = ("réseau", "réseaux")
    filterset_class = ReseauFiltre
    template_name = "reseaux/reseaux/liste.html"
    colonnes = (
        ColonneEcran("Réseau", "nom", tri="nom", lien="reseaux:reseau"),
        ColonneEcran("Année", "annee__code", tri="annee", insecable=True),
        ColonneEcran("CIO", "cio__nom", tri="cio"),
        ColonneEcran("Lycée tête de réseau", "tete__nom", tri="tete"),
        ColonneEcran("Commune", "tete__commune"),
        ColonneEcran("Établissements", "nombre_membres", tri="membres", nombre=True),
        ColonneEcran("Élèves", "nombre_eleves", tri="eleves", nombre=True),
    )
    champs = (
        "pk",
        "nom",
        "annee__code",
        "cio__nom",
        "tete__nom",
        "tete__commune",
        "nombre_membres",
        "nombre_eleves",
    )
    tris = {
        "nom": ("nom", "-annee__debut"),
        "annee": ("-annee__debut", "cio__nom", "nom"),
        "cio": ("cio__nom", "nom"),
        "tete": ("tete__nom", "tete__commune"),
        "membres": ("-nombre_membres", "nom"),
        "eleves": ("-nombre_eleves", "nom"),
    }
    colonnes_export = COLONNES_RESEAUX
    vide_titre = "Aucun réseau"
    vide_texte = "Aucun réseau n’est encore constitué. Chaque DCIO les dessine depuis la page de son CIO."

    def get_queryset(self) -> QuerySet[Reseau]:
        return reseaux_chiffres(super().get_queryset())

    @cached_property
    def filtre(self) -> ReseauFiltre:
        return ReseauFiltre(self.parametres, queryset=self.get_queryset(), request=self.request)

    @property
    def parametres(self) -> QueryDict:
        """What was asked; the first visit asks for the current year."""
        parametres = self.request.GET.copy()
        if "annee" not in parametres and self.annee is not None:
            parametres["annee"] = self.annee.code
        return parametres

    @cached_property
    def annee(self) -> AnneeScolaire | None:
        return AnneeScolaire.objects.en_cours()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        return super().get_context_data(**kwargs) | {
            "url_carte": reverse("reseaux:carte") if self.annee and peut_lire_perimetre(perimetre) else "",
            "liens": liens_de_la_liste(Reseau, perimetre),
        }


class ReseauDetail(PerimetreMixin, DetailView):
    """Tête, members, distances, pupils, and what the apps above know of the réseau."""

    queryset = Reseau.objects.select_related("cio__departement", "annee", "tete")
    context_object_name = "reseau"
    template_name = "reseaux/reseaux/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reseau, perimetre = self.object, self.request.perimetre
        detail = reseau_detaille(reseau)
        return super().get_context_data(**kwargs) | {
            "detail": detail,
            "membres": tableau_membres(detail),
            "complements": complements(reseau, perimetre),
            "historique": historique_lu(reseau, perimetre),
            "peut_modifier": peut_modifier_reseaux(perimetre, reseau.cio, reseau.annee),
            "peut_lire_perimetre": peut_lire_perimetre(perimetre),
        }

"""« Champs d'intervention » of the équipe de direction."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from missions.forms.dossiers import ChampForm
from missions.permissions import peut_gerer_dossiers, peut_lire_dossiers
from missions.selectors.champs import MembreDirection, lire_champs
from missions.services.champs import definir_champ
from missions.views.departement import DepartementMixin
from reseaux.models import Departement
from socle.views import FormulaireMixin


class Champs(DepartementMixin, TemplateView):
    droit = staticmethod(peut_lire_dossiers)
    template_name = "missions/dossiers/champs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "membres": lire_champs(self.departement),
            "peut_gerer": peut_gerer_dossiers(self.request.perimetre, self.departement),
        }


class ChampDefinir(FormulaireMixin, FormView):
    """The field of one member, by the IEN-IO of the département; `membre` is the person's key."""

    form_class = ChampForm
    template_name = "missions/dossiers/champ.html"
    url_retour = reverse_lazy("missions:champs")
    success_url = reverse_lazy("missions:champs")
    message = "Le champ d’intervention est enregistré."

    @cached_property
    def departement(self) -> Departement:
        visibles = Departement.objects.dans_perimetre(self.request.perimetre)
        return get_object_or_404(visibles, pk=self.kwargs["departement"])

    @cached_property
    def membre(self) -> MembreDirection:
        membres = lire_champs(self.departement)
        trouve = next((m for m in membres if m.membre.pk == self.kwargs["membre"]), None)
        if trouve is None:
            raise Http404("Cette personne n’est pas membre de l’équipe de direction.")
        return trouve

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.perimetre and not peut_gerer_dossiers(request.perimetre, self.departement):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def titre(self) -> str:
        return f"Champ d’intervention de {self.membre.membre}"

    def get_initial(self) -> dict[str, Any]:
        champ = self.membre.champ
        return {"texte": champ.texte} if champ else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"membre": self.membre}

    def executer(self, form: ChampForm) -> None:
        definir_champ(
            perimetre=self.request.perimetre,
            departement=self.departement,
            membre=self.membre.membre,
            **form.cleaned_data,
        )

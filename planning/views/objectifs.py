"""The tree of the objectives of the experiment, and its upkeep by the IEN-IO and the adjoint."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from planning.enums import NiveauObjectif
from planning.forms.objectifs import ObjectifForm
from planning.models import Objectif
from planning.permissions import peut_creer_plan, peut_modifier_objectifs
from planning.selectors.objectifs import arbre, objectifs_retires
from planning.services.objectifs import (
    creer_objectif,
    descendre_objectif,
    modifier_objectif,
    monter_objectif,
    retablir_objectif,
    retirer_objectif,
)
from planning.views.departement import DepartementMixin
from reseaux.models import Departement
from socle.journal import historique
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, executer_geste

#: « Ajouter un axe », « Modifier un sous-axe »…
ARTICLES = {
    NiveauObjectif.AXE: "un axe",
    NiveauObjectif.SOUS_AXE: "un sous-axe",
    NiveauObjectif.OBJECTIF: "un objectif",
}


class Objectifs(DepartementMixin, TemplateView):
    """Two axes, five sub-axes, thirteen objectives; under each, the actions of the open plans."""

    template_name = "planning/objectifs/arbre.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        return super().get_context_data(**kwargs) | {
            "axes": arbre(perimetre, self.departement),
            "retires": objectifs_retires(perimetre, self.departement),
            "peut_modifier": peut_modifier_objectifs(perimetre, self.departement),
        }


class ObjectifMixin(FormulaireMixin):
    """A form about one node; what it needs to know of the tree comes from the subclass."""

    form_class = ObjectifForm
    success_url = reverse_lazy("planning:objectifs")
    url_retour = reverse_lazy("planning:objectifs")

    @property
    def departement(self) -> Departement:
        raise NotImplementedError

    @property
    def niveau(self) -> str:
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"departement": self.departement, "niveau": self.niveau}


class ObjectifCreer(ObjectifMixin, FormView):
    """`niveau` comes from the address, the parent may be asked by `?parent=`."""

    droit = staticmethod(peut_creer_plan)
    libelle_envoi = "Ajouter"
    message = "L’arbre des objectifs est complété."

    @property
    def titre(self) -> str:
        return f"Ajouter {ARTICLES[NiveauObjectif(self.niveau)]}"

    @property
    def niveau(self) -> str:
        if self.kwargs["niveau"] not in NiveauObjectif.values:
            raise Http404("Ce niveau n’existe pas.")
        return self.kwargs["niveau"]

    @property
    def departement(self) -> Departement:
        return get_object_or_404(Departement, pk=self.request.perimetre.departement_id)

    def get_initial(self) -> dict[str, Any]:
        return {"parent": self.request.GET.get("parent", "")}

    def executer(self, form: ObjectifForm) -> None:
        creer_objectif(
            perimetre=self.request.perimetre,
            departement=self.departement,
            niveau=self.niveau,
            **form.cleaned_data,
        )


class ObjectifModifier(ObjectifMixin, FormView):
    """Reword, attach elsewhere, retire."""

    template_name = "planning/objectifs/formulaire.html"
    message = "L’objectif est modifié."

    @cached_property
    def objectif(self) -> Objectif:
        visibles = Objectif.objects.dans_perimetre(self.request.perimetre).select_related("departement")
        return get_object_or_404(visibles, pk=self.kwargs["objectif"])

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.perimetre and not peut_modifier_objectifs(request.perimetre, self.objectif.departement):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def titre(self) -> str:
        return f"Modifier {ARTICLES[NiveauObjectif(self.niveau)]}"

    @property
    def niveau(self) -> str:
        return self.objectif.niveau

    @property
    def departement(self) -> Departement:
        return self.objectif.departement

    def get_initial(self) -> dict[str, Any]:
        objectif = self.objectif
        return {"code": objectif.code, "libelle": objectif.libelle, "parent": objectif.parent_id}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"objectif": self.objectif, "historique": historique(self.objectif)}
        return super().get_context_data(**kwargs) | page

    def executer(self, form: ObjectifForm) -> None:
        modifier_objectif(perimetre=self.request.perimetre, objectif=self.objectif, **form.cleaned_data)


#: Gesture on a node → the service, and what is said once it is done.
GESTES = {
    "monter": (monter_objectif, "L’ordre est modifié."),
    "descendre": (descendre_objectif, "L’ordre est modifié."),
    "retirer": (retirer_objectif, "L’objectif est retiré de l’arbre."),
    "retablir": (retablir_objectif, "L’objectif est de nouveau dans l’arbre."),
}


@require_POST
def objectif_geste(request: RequeteConnectee, objectif: int, geste_objectif: str) -> HttpResponse:
    """Moves, retires or brings back a node."""
    noeud = get_object_or_404(Objectif.objects.dans_perimetre(request.perimetre), pk=objectif)
    if geste_objectif not in GESTES:
        raise Http404("Ce geste n’existe pas.")
    service, message = GESTES[geste_objectif]
    return executer_geste(
        request,
        lambda: service(perimetre=request.perimetre, objectif=noeud),
        message=message,
        retour=reverse("planning:objectifs"),
    )

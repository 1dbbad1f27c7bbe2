"""What the pages of criteria and of indicators share: a form about one object, two people on one text."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.views import FormulaireMixin


class SurFiche(FormulaireMixin):
    """A form about one object, by whoever the rule of the subclass names."""

    template_name = "evaluation/formulaire.html"
    queryset: Any = None
    #: Title and address (url name) of the list it belongs to.
    section = ("", "")
    url_objet = ""

    def est_permis(self, perimetre: Perimetre) -> bool:
        raise NotImplementedError

    @cached_property
    def objet(self) -> Any:
        visibles = self.queryset.dans_perimetre(self.request.perimetre)
        return get_object_or_404(visibles, pk=self.kwargs["pk"])

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.est_permis(request.perimetre):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"departement": self.objet.departement}

    @property
    def url_retour(self) -> str:
        return reverse(self.url_objet, args=[self.objet.pk])

    def get_success_url(self) -> str:
        return self.url_retour

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"section": (self.section[0], reverse(self.section[1])), "objet": self.objet}
        return page | super().get_context_data(**kwargs)


class NouvelleFiche(FormulaireMixin):
    """A form that adds one in one's own département."""

    template_name = "evaluation/formulaire.html"
    libelle_envoi = "Ajouter"
    section = ("", "")
    url_objet = ""
    cree: Any = None

    def est_permis(self, perimetre: Perimetre) -> bool:
        raise NotImplementedError

    @cached_property
    def departement(self) -> Departement:
        return get_object_or_404(Departement, pk=self.request.perimetre.departement_id)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.perimetre and (
            request.perimetre.departement_id is None or not self.est_permis(request.perimetre)
        ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"departement": self.departement}

    @property
    def url_retour(self) -> str:
        return reverse(self.section[1])

    def get_success_url(self) -> str:
        return reverse(self.url_objet, args=[self.cree.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"section": (self.section[0], reverse(self.section[1])), "objet": None}
        return page | super().get_context_data(**kwargs)


class EcritADeuxMixin(SurFiche):
    """`revision` travels with the form: once told of what a colleague wrote (the service says `depasse`),
    saving again is knowing. Any other refusal leaves it as it was read.
    """

    def form_invalid(self, form: Any) -> HttpResponse:
        if form.has_error(NON_FIELD_ERRORS, "depasse"):
            with suppress(self.objet.DoesNotExist):
                self.objet.refresh_from_db()
            form.data = form.data.copy()
            form.data["revision"] = str(self.objet.revision)
        return super().form_invalid(form)

"""Writing what the figures mean: the DCIO for his CIO, the IEN-IO for the département."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from evaluation.forms.analyses import AnalyseForm
from evaluation.models import Analyse, Indicateur
from evaluation.permissions import peut_analyser
from evaluation.selectors.analyses import SYNTHESE, derniere_analyse
from evaluation.selectors.definitions import definitions
from evaluation.services.analyses import ecrire_analyse
from evaluation.views.campagnes import CampagneMixin, cio_porte
from reseaux.models import CIO
from socle.views import FormulaireMixin


class AnalyseEcrire(CampagneMixin, FormulaireMixin, FormView):
    """Of one indicator, or of the whole campaign; what is written before stays readable."""

    form_class = AnalyseForm
    template_name = "evaluation/campagnes/analyser.html"
    message = "Votre texte est enregistré ; les versions précédentes restent lisibles."

    @cached_property
    def cio(self) -> CIO | None:
        """That of the habilitation worn; whoever reads the whole département writes its synthesis."""
        return cio_porte(self.request.perimetre)

    @cached_property
    def indicateur(self) -> Indicateur | None:
        if "indicateur" not in self.kwargs:
            return None
        suivis = [definition.indicateur for definition in definitions(self.campagne)]
        return get_object_or_404(Indicateur, pk=self.kwargs["indicateur"], pk__in=suivis)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.perimetre is not None and not peut_analyser(request.perimetre, self.campagne, self.cio):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def titre(self) -> str:
        return f"Analyse du DCIO, {self.cio}" if self.cio else SYNTHESE

    @property
    def url_retour(self) -> str:
        if self.indicateur:
            return reverse("evaluation:campagne_indicateur", args=[self.campagne.pk, self.indicateur.pk])
        return reverse("evaluation:campagne", args=[self.campagne.pk])

    def get_success_url(self) -> str:
        return f"{self.url_retour}#analyses"

    def derniere(self) -> Analyse | None:
        indicateur = self.indicateur.pk if self.indicateur else None
        return derniere_analyse(self.campagne, indicateur, self.cio.pk if self.cio else None)

    def get_initial(self) -> dict[str, Any]:
        derniere = self.derniere()
        return {"texte": derniere.texte, "version": derniere.version} if derniere else {"version": 0}

    def form_invalid(self, form: Any) -> HttpResponse:
        """Once told of what a colleague wrote, and shown it, saving again is knowing."""
        derniere = self.derniere()
        lue = form.data.get("version")
        if derniere and str(derniere.version) != lue:
            form.data = form.data.dict() | {"version": str(derniere.version)}
            return self.render_to_response(self.get_context_data(form=form, autre=derniere))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"campagne": self.campagne, "indicateur": self.indicateur, "autre": None}
        return page | super().get_context_data(**kwargs)

    def executer(self, form: AnalyseForm) -> None:
        ecrire_analyse(
            perimetre=self.request.perimetre,
            campagne=self.campagne,
            texte=form.cleaned_data["texte"],
            version_lue=form.cleaned_data["version"],
            indicateur=self.indicateur,
            cio=self.cio,
        )

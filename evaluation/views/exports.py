"""« Exports » of the ADMIN: at once, or by themselves at intervals."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView

from evaluation.forms.rapports import ExportForm, ExportProgrammeForm
from evaluation.models import ExportProgramme, LivraisonExport
from evaluation.permissions import peut_exporter_campagnes
from evaluation.selectors.exports import exports_programmes
from evaluation.services.exports import arreter_export, demander_export, programmer_export
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, executer_geste, reponse_fichier


class Exports(FormulaireMixin, FormView):
    """The form has the file made; under it, the scheduled exports, those that stopped and why."""

    droit = staticmethod(peut_exporter_campagnes)
    form_class = ExportForm
    template_name = "evaluation/exports/exports.html"
    titre = "Exports de l’évaluation"
    libelle_envoi = "Exporter"
    message = "L’export est en préparation."

    def executer(self, form: ExportForm) -> None:
        choix = dict(form.cleaned_data)
        choix["format_"] = choix.pop("format")
        self.travail = demander_export(perimetre=self.request.perimetre, **choix)

    def get_success_url(self) -> str:
        return reverse("socle:travail", args=[self.travail.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        programmes = exports_programmes(self.request.perimetre)
        return super().get_context_data(**kwargs) | {"programmes": programmes}


class ExportProgrammer(FormulaireMixin, FormView):
    droit = staticmethod(peut_exporter_campagnes)
    form_class = ExportProgrammeForm
    titre = "Programmer un export"
    libelle_envoi = "Programmer"
    message = "L’export est programmé : un courriel vous en donnera le lien."
    url_retour = reverse_lazy("evaluation:exports")
    success_url = url_retour

    def executer(self, form: ExportProgrammeForm) -> None:
        choix = dict(form.cleaned_data)
        choix["format_"] = choix.pop("format")
        programmer_export(perimetre=self.request.perimetre, **choix)


@require_POST
def export_arreter(request: RequeteConnectee, pk: int) -> HttpResponse:
    programme = get_object_or_404(ExportProgramme.objects.dans_perimetre(request.perimetre), pk=pk)
    return executer_geste(
        request,
        lambda: arreter_export(perimetre=request.perimetre, programme=programme),
        message="L’export est arrêté.",
        retour=reverse("evaluation:exports"),
    )


@require_safe
def livraison(request: RequeteConnectee, pk: int) -> HttpResponse:
    """The link of the mail: the right is asked again at each download."""
    if not peut_exporter_campagnes(request.perimetre):
        raise PermissionDenied
    siennes = LivraisonExport.objects.dans_perimetre(request.perimetre).select_related("fichier")
    return reponse_fichier(get_object_or_404(siennes, pk=pk).fichier)

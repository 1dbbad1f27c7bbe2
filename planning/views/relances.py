"""« Relancer »: the recipients ticked, the text read and mended before it leaves."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView

from comptes.models import Utilisateur
from planning.forms.relances import RelanceForm
from planning.models import Jalon
from planning.notifications.rappels import texte_de_relance
from planning.permissions import peut_relancer
from planning.selectors.rappels_a_la_main import numero_de_relance, rappels_envoyes, responsables_du_jalon
from planning.services.relances import relancer
from socle.views import FormulaireMixin


class Relancer(FormulaireMixin, FormView):
    form_class = RelanceForm
    template_name = "planning/relances/relancer.html"
    titre = "Relancer"
    libelle_envoi = "Envoyer"
    message = "La relance est écrite : elle part par courriel dans la minute."

    @cached_property
    def jalon(self) -> Jalon:
        jalons = Jalon.objects.dans_perimetre(self.request.perimetre)
        return get_object_or_404(
            jalons.select_related("action__plan__departement", "utilisateur", "groupe"),
            pk=self.kwargs["jalon"],
        )

    @cached_property
    def responsables(self) -> list[Utilisateur]:
        return responsables_du_jalon(self.jalon)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.perimetre is None:
            return redirect("accueil")
        if not peut_relancer(request.perimetre, self.jalon):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        auteur = f"{self.request.user}, {self.request.perimetre.libelle}"
        texte = texte_de_relance(self.jalon, self.responsables, auteur, timezone.localdate())
        return texte._asdict() | {
            "destinataires": [personne.pk for personne in self.responsables],
            "numero": numero_de_relance(self.jalon),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"responsables": self.responsables}

    def executer(self, form: RelanceForm) -> None:
        relancer(perimetre=self.request.perimetre, jalon=self.jalon, **form.cleaned_data)

    @property
    def url_retour(self) -> str:
        return reverse("planning:jalon", args=[self.jalon.pk])

    def get_success_url(self) -> str:
        return self.url_retour

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "jalon": self.jalon,
            "responsables": self.responsables,
            "rappels": rappels_envoyes(self.jalon),
        }

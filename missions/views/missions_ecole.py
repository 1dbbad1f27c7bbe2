"""For the chef d'établissement: who comes to his school and for what; the priority of the year."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from missions.forms.missions_echanges import PrioriteForm
from missions.models import PrioriteEtablissement
from missions.permissions import peut_dire_priorite, peut_lire_missions_de_son_ecole
from missions.selectors.missions import missions_de_l_ecole
from missions.services.missions_echanges import dire_priorite
from missions.views.missions_annee import AnneeMixin
from reseaux.models import Etablissement
from socle.views import FormulaireMixin


class MissionsDeMonEtablissement(AnneeMixin, FormulaireMixin, FormView):
    """Names, missions and half-days in the school; its priority, read by the CIO and those PsyEN."""

    droit = staticmethod(peut_lire_missions_de_son_ecole)
    form_class = PrioriteForm
    template_name = "missions/missions/mon_etablissement.html"
    titre = "Missions dans mon établissement"
    message = "La priorité de l’établissement est enregistrée."

    @cached_property
    def etablissement(self) -> Etablissement:
        visibles = Etablissement.objects.dans_perimetre(self.request.perimetre)
        return get_object_or_404(visibles, Q(pk=self.request.perimetre.etablissement_id))

    @cached_property
    def priorite(self) -> PrioriteEtablissement | None:
        dites = PrioriteEtablissement.objects.dans_perimetre(self.request.perimetre)
        return dites.filter(etablissement=self.etablissement, annee=self.annee).first()

    def get_initial(self) -> dict[str, Any]:
        return {"texte": self.priorite.texte if self.priorite else ""}

    def executer(self, form: PrioriteForm) -> None:
        dire_priorite(
            perimetre=self.request.perimetre,
            etablissement=self.etablissement,
            annee=self.annee,
            texte=form.cleaned_data["texte"],
        )

    def get_success_url(self) -> str:
        return f"{reverse('missions:mon_etablissement')}?annee={self.annee.code}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "etablissement": self.etablissement,
            "venues": missions_de_l_ecole(self.etablissement, self.annee),
            "priorite": self.priorite,
            "peut_dire": peut_dire_priorite(self.request.perimetre, self.etablissement, self.annee),
        }

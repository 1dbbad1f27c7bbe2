"""« Comparer »: two campaigns, the CIO of one, the départements of the académie."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.views.generic import TemplateView

from evaluation.exports.comparaison import colonnes_comparaison, lignes_comparaison
from evaluation.forms.comparaisons import ComparerForm
from evaluation.models import Campagne
from evaluation.permissions import peut_comparer
from evaluation.selectors.comparaison import (
    Comparaison,
    codes_comparables,
    comparer_campagnes,
    comparer_cios,
    comparer_departements,
)
from evaluation.views.campagnes import reponse_tableau
from socle.listes import FORMATS_EXPORT, Adresse
from socle.views import PerimetreMixin


class Comparer(PerimetreMixin, TemplateView):
    template_name = "evaluation/campagnes/comparer.html"
    droit = staticmethod(peut_comparer)

    @cached_property
    def form(self) -> ComparerForm:
        """What the address asks for, the rest by default."""
        demande = {cle: valeur for cle, valeur in self.request.GET.dict().items() if valeur}
        entre = demande.get("entre", "campagnes")
        return ComparerForm(
            {"entre": entre} | self.par_defaut(entre) | demande, perimetre=self.request.perimetre
        )

    def par_defaut(self, entre: str) -> dict[str, Any]:
        """The last two campaigns, the last one, the last code."""
        perimetre = self.request.perimetre
        if entre == "departements":
            return {"code": next(reversed(codes_comparables(perimetre)), "")}
        recentes = Campagne.objects.dans_perimetre(perimetre).order_by("-date_observation", "-pk")
        lues = list(recentes.values_list("pk", "departement"))
        if not lues:
            return {}
        siennes = [pk for pk, departement in lues if departement == lues[0][1]]
        return {"campagne": siennes[0], "apres": siennes[0], "avant": siennes[min(1, len(siennes) - 1)]}

    def comparaison(self) -> Comparaison | None:
        """None when there is not enough to compare."""
        if not self.form.is_valid():
            return None
        choix = self.form.cleaned_data
        if choix["entre"] == "campagnes":
            return comparer_campagnes(choix["avant"], choix["apres"])
        if choix["entre"] == "cios":
            return comparer_cios(choix["campagne"])
        return comparer_departements(self.request.perimetre, choix["code"])

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        comparaison = self.comparaison()
        format_ = request.GET.get("format", "")
        if comparaison and format_ in FORMATS_EXPORT:
            colonnes, lignes = colonnes_comparaison(comparaison), lignes_comparaison(comparaison)
            nom = f"comparaison-{slugify(comparaison.titre)}"
            return reponse_tableau(format_, comparaison.titre, nom, colonnes, lignes)
        return self.render_to_response(self.get_context_data(comparaison=comparaison))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        adresse = Adresse(self.request.GET)
        return super().get_context_data(**kwargs) | {
            "form": self.form,
            "liens_export": [
                {"libelle": f.upper(), "url": adresse.avec("format", f)} for f in FORMATS_EXPORT
            ],
        }

"""Import of the counts by whoever keeps them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse, reverse_lazy

from missions.enums import Audience, Unite
from missions.forms.activite import ImportActiviteForm
from missions.permissions import peut_compter_activite
from missions.services.activite_import import importer_activite, planifier_activite
from socle.imports import Depot, PlanImport
from socle.listes import FORMATS_EXPORT
from socle.vues_import import ImportView


class ImporterActivite(ImportView):
    form_class = ImportActiviteForm
    template_name = "missions/activite/importer.html"
    droit = staticmethod(peut_compter_activite)
    titre = "Importer des relevés d’activité"
    url_retour = reverse_lazy("missions:activite")

    def planifier(self, depot: Depot) -> PlanImport:
        return planifier_activite(perimetre=self.request.perimetre, nom=depot.nom, contenu=depot.contenu)

    def appliquer(self, depot: Depot) -> tuple[str, str]:
        plan = importer_activite(
            perimetre=self.request.perimetre,
            nom=depot.nom,
            contenu=depot.contenu,
            empreinte=depot.empreinte,
        )
        return f"Les relevés sont importés. {plan.resume()}", reverse("missions:activite")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        modeles = [
            (f.upper(), f"{reverse('missions:activite_releves', args=[f])}?modele=1") for f in FORMATS_EXPORT
        ]
        return super().get_context_data(**kwargs) | {
            "modeles": modeles,
            "unites": Unite.labels,
            "audiences": Audience.labels,
        }

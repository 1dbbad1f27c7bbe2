"""Imports of the ADMIN: the annuaire of schools and CIO, the number of pupils."""

from typing import Any

from django.urls import reverse, reverse_lazy

from reseaux.forms.imports import ImportAnnuaireForm, ImportEffectifsForm
from reseaux.models import AnneeScolaire
from reseaux.permissions import peut_administrer
from reseaux.services.annuaire import (
    ECRITURES_IMMEDIATES,
    apercu_annuaire,
    importer_annuaire,
    lancer_import_annuaire,
)
from reseaux.services.effectifs import importer_effectifs, planifier_effectifs
from socle.imports import Depot, PlanImport
from socle.vues_import import ImportView


class ImporterAnnuaire(ImportView):
    form_class = ImportAnnuaireForm
    template_name = "reseaux/imports/annuaire.html"
    droit = staticmethod(peut_administrer)
    titre = "Importer l’annuaire"
    url_retour = reverse_lazy("accueil")

    def planifier(self, depot: Depot) -> PlanImport:
        return apercu_annuaire(
            perimetre=self.request.perimetre, nom=depot.nom, contenu=depot.contenu, **depot.options
        )

    def appliquer(self, depot: Depot) -> tuple[str, str]:
        demande = depot.options | {"nom": depot.nom, "contenu": depot.contenu, "empreinte": depot.empreinte}
        if depot.nb_ecritures > ECRITURES_IMMEDIATES:
            travail = lancer_import_annuaire(perimetre=self.request.perimetre, **demande)
            return "L’import est lancé.", reverse("socle:travail", args=[travail.pk])
        plan = importer_annuaire(perimetre=self.request.perimetre, **demande)
        return f"L’annuaire est importé. {plan.resume()}", reverse("reseaux:importer_annuaire")


class ImporterEffectifs(ImportView):
    form_class = ImportEffectifsForm
    template_name = "reseaux/imports/effectifs.html"
    droit = staticmethod(peut_administrer)
    titre = "Importer les effectifs"
    url_retour = reverse_lazy("accueil")

    def _demande(self, depot: Depot) -> dict[str, Any]:
        annee = AnneeScolaire.objects.get(code=depot.options["annee"])
        return depot.options | {"annee": annee, "nom": depot.nom, "contenu": depot.contenu}

    def planifier(self, depot: Depot) -> PlanImport:
        return planifier_effectifs(perimetre=self.request.perimetre, **self._demande(depot))

    def appliquer(self, depot: Depot) -> tuple[str, str]:
        plan = importer_effectifs(
            perimetre=self.request.perimetre, empreinte=depot.empreinte, **self._demande(depot)
        )
        return f"Les effectifs sont importés. {plan.resume()}", reverse("reseaux:importer_effectifs")

"""Figures entered by hand, or imported from a table."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from evaluation.enums import Niveau, Unite
from evaluation.exports.mesures import COLONNES_MESURES, lignes_manquantes
from evaluation.forms.mesures import (
    DessinSaisie,
    ImportMesuresForm,
    ReleveForm,
    SaisieMesures,
    ecrire_depart,
)
from evaluation.permissions import peut_mener_campagne, peut_saisir_des_mesures
from evaluation.selectors.manques import manques
from evaluation.selectors.saisie import lire_grille
from evaluation.services.mesures import ConflitDeMesure, enregistrer_mesures
from evaluation.services.mesures_import import importer_mesures, planifier_mesures
from evaluation.views.campagnes import CampagneMixin, campagne_ou_404, reponse_tableau
from socle.imports import Depot, PlanImport
from socle.listes import FORMATS_EXPORT
from socle.requetes import RequeteConnectee
from socle.vues_import import ImportView

CONFLIT = (
    "Un collègue a enregistré d’autres chiffres entre-temps : votre saisie n’est pas encore enregistrée. "
    "Comparez les cases signalées, puis enregistrez de nouveau."
)
ILLISIBLES = "Certaines cases ne contiennent pas un nombre : corrigez-les, rien n’est encore enregistré."


class ImporterMesures(CampagneMixin, ImportView):
    """A table of figures, in three steps."""

    form_class = ImportMesuresForm
    template_name = "evaluation/campagnes/importer.html"
    titre = "Importer des mesures"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.perimetre is not None and not peut_mener_campagne(request.perimetre, self.campagne):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def sel(self) -> str:
        """A preview serves its own campaign."""
        return f"{super().sel}:{self.campagne.pk}"

    @property
    def url_retour(self) -> str:
        return reverse("evaluation:campagne", args=[self.campagne.pk])

    def planifier(self, depot: Depot) -> PlanImport:
        return planifier_mesures(
            perimetre=self.request.perimetre, campagne=self.campagne, nom=depot.nom, contenu=depot.contenu
        )

    def appliquer(self, depot: Depot) -> tuple[str, str]:
        plan = importer_mesures(
            perimetre=self.request.perimetre,
            campagne=self.campagne,
            nom=depot.nom,
            contenu=depot.contenu,
            empreinte=depot.empreinte,
        )
        return f"Les mesures sont importées. {plan.resume()}", self.url_retour

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        modele = reverse("evaluation:mesures_modele", args=[self.campagne.pk, "csv"]).removesuffix("csv/")
        return super().get_context_data(**kwargs) | {
            "campagne": self.campagne,
            "modeles": [(f.upper(), f"{modele}{f}/") for f in FORMATS_EXPORT],
            "niveaux": Niveau.labels,
            "unites": Unite.labels,
        }


@require_safe
def mesures_modele(request: RequeteConnectee, pk: int, format_: Any) -> HttpResponse:
    """The columns of the import, with a line for each figure still missing: its value is what is left to
    write.
    """
    campagne = campagne_ou_404(request, pk)
    if not peut_mener_campagne(request.perimetre, campagne):
        raise PermissionDenied
    if format_ not in FORMATS_EXPORT:
        raise Http404("Ce format n’existe pas.")
    nom = f"mesures-a-remplir-{campagne.code}-{campagne.departement.code}"
    lignes = lignes_manquantes(campagne, manques(campagne))
    return reponse_tableau(format_, f"Mesures {campagne.code}", nom, COLONNES_MESURES, lignes)


class SaisirMesures(CampagneMixin, TemplateView):
    """One grid: what this person may enter; arrow keys, Enter and Tab go from cell to cell."""

    template_name = "evaluation/campagnes/saisir.html"
    http_method_names = ("get", "head", "options", "post")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.perimetre is not None and not peut_saisir_des_mesures(request.perimetre, self.campagne):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.montrer(SaisieMesures(), ReleveForm(initial={"relevee_le": timezone.localdate()}))

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        saisie, releve = SaisieMesures.lire(request.POST.dict()), ReleveForm(request.POST)
        if saisie.illisibles or not releve.is_valid():
            return self.montrer(saisie, releve, [ILLISIBLES] if saisie.illisibles else [])
        try:
            nombre = enregistrer_mesures(
                perimetre=request.perimetre,
                campagne=self.campagne,
                saisies=saisie.valeurs,
                relevee_le=releve.cleaned_data["relevee_le"],
                depart=saisie.depart,
            )
        except ConflitDeMesure as conflit:
            return self.montrer(saisie, releve, [CONFLIT], conflit)
        except ValidationError as erreur:
            return self.montrer(saisie, releve, erreur.messages)
        messages.success(request, _bilan(nombre))
        return redirect("evaluation:campagne", self.campagne.pk)

    def montrer(
        self,
        saisie: SaisieMesures,
        releve: ReleveForm,
        erreurs: list[str] | None = None,
        conflit: ConflitDeMesure | None = None,
    ) -> HttpResponse:
        grille = lire_grille(self.campagne, self.request.perimetre)
        enregistrees = conflit.enregistrees if conflit else grille.valeurs
        dessin = DessinSaisie(grille, saisie, enregistrees, conflit.cases if conflit else ())
        contexte = {
            "campagne": self.campagne,
            "colonnes": grille.colonnes,
            "lignes": dessin.lignes(),
            "depart": ecrire_depart(grille.valeurs if conflit or not saisie.textes else saisie.depart),
            "releve": releve,
            "erreurs": erreurs or [],
            "url_retour": reverse("evaluation:campagne", args=[self.campagne.pk]),
        }
        return self.render_to_response(self.get_context_data(**contexte))


def _bilan(nombre: int) -> str:
    if not nombre:
        return "Rien n’a changé."
    return f"C’est enregistré : {nombre} chiffre{'s' if nombre > 1 else ''}."

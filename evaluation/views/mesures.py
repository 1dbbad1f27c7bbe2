"""Figures entered by hand, or imported from a table."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from evaluation.forms.mesures import DessinSaisie, ReleveForm, SaisieMesures, ecrire_depart
from evaluation.permissions import peut_saisir_des_mesures
from evaluation.selectors.saisie import lire_grille
from evaluation.services.mesures import ConflitDeMesure, enregistrer_mesures
from evaluation.views.campagnes import CampagneMixin

CONFLIT = (
    "Un collègue a enregistré d’autres chiffres entre-temps : votre saisie n’est pas encore enregistrée. "
    "Comparez les cases signalées, puis enregistrez de nouveau."
)
ILLISIBLES = "Certaines cases ne contiennent pas un nombre : corrigez-les, rien n’est encore enregistré."


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

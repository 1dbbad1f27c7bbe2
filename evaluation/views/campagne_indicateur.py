"""One indicator in a campaign: its definition, every territory read, the rows behind a figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from evaluation.models import Mesure
from evaluation.permissions import peut_analyser
from evaluation.selectors.analyses import fils_d_analyses
from evaluation.selectors.calcul import LignesComptees
from evaluation.selectors.campagne_indicateur import lignes_comptees, page_indicateur
from evaluation.selectors.definitions import Definition, definitions
from evaluation.selectors.mesures import MesureLue, lire_mesures
from evaluation.selectors.tendances import ecrire_valeur
from evaluation.views.campagnes import CampagneMixin, cio_porte, reponse_tableau
from socle.listes import FORMATS_EXPORT
from socle.tableaux import ColonneEcran, TableauEcran, lien
from socle.tableurs import Colonne


class CampagneIndicateur(CampagneMixin, TemplateView):
    template_name = "evaluation/campagnes/indicateur.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre, campagne = self.request.perimetre, self.campagne
        page = page_indicateur(campagne, self.kwargs["indicateur"], perimetre)
        if page is None:
            raise Http404
        return super().get_context_data(**kwargs) | {
            "campagne": campagne,
            "page": page,
            "d": page.definition,
            "fils": fils_d_analyses(campagne, perimetre, page.definition.indicateur),
            "peut_analyser": peut_analyser(perimetre, campagne, cio_porte(perimetre)),
        }


class MesureLignes(CampagneMixin, TemplateView):
    """« Les lignes comptées »: what a figure adds up, inside the perimeter of the reader."""

    template_name = "evaluation/campagnes/lignes.html"

    @cached_property
    def mesure(self) -> MesureLue:
        siennes = Mesure.objects.dans_perimetre(self.request.perimetre).filter(campagne=self.campagne)
        lue = get_object_or_404(siennes, pk=self.kwargs["mesure"])
        mesures = lire_mesures([self.campagne], indicateur=lue.indicateur_id)
        return next(mesure for mesure in mesures if mesure.pk == lue.pk)

    @cached_property
    def definition(self) -> Definition:
        definies = definitions(self.campagne)
        trouvee = next((d for d in definies if d.indicateur == self.mesure.indicateur), None)
        if trouvee is None:
            raise Http404
        return trouvee

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        titre = f"Lignes comptées, {self.definition.code}, {self.mesure.territoire}"
        lignes = lignes_comptees(self.campagne, self.mesure, request.perimetre)
        format_ = request.GET.get("format", "")
        if lignes is not None and format_ in FORMATS_EXPORT:
            colonnes = [Colonne(f"c{rang}", nom, largeur=30) for rang, nom in enumerate(lignes.colonnes)]
            return reponse_tableau(format_, titre, "lignes-comptees", colonnes, lignes.lignes)
        return self.render_to_response(self.get_context_data(titre=titre, lignes=lignes))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lignes, mesure, d = kwargs["lignes"], self.mesure, self.definition
        return super().get_context_data(**kwargs) | {
            "campagne": self.campagne,
            "d": d,
            "mesure": mesure,
            "valeur": ecrire_valeur(mesure.valeur, d.unite),
            "nombre": len(lignes.lignes) if lignes else 0,
            "tableau": _tableau(kwargs["titre"], lignes) if lignes and lignes.lignes else None,
            "liens_export": [{"libelle": f.upper(), "url": f"?format={f}"} for f in FORMATS_EXPORT],
            "url_indicateur": reverse(
                "evaluation:campagne_indicateur", args=[self.campagne.pk, d.indicateur]
            ),
        }


def _tableau(titre: str, lignes: LignesComptees) -> TableauEcran:
    colonnes = [ColonneEcran(nom) for nom in lignes.colonnes]
    return TableauEcran(titre, colonnes, list(_cellules(lignes)), {})


def _cellules(lignes: LignesComptees) -> Iterator[Sequence[Any]]:
    """The first cell leads to the page of its row, when it has one."""
    for rang, (premiere, *reste) in enumerate(lignes.lignes):
        adresse = lignes.adresses[rang] if rang < len(lignes.adresses) else ""
        yield (lien(adresse, premiere) if adresse else premiere, *reste)

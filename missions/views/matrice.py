"""« Qui fait quoi ? »: the matrix in force, its versions, who decides today, paper and spreadsheets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView, View

from missions.documents.matrice import dessiner_matrice
from missions.exports.matrice import colonnes_matrice, lignes_matrice
from missions.forms.matrice_tableau import MatriceEcran
from missions.models import Matrice
from missions.permissions import (
    peut_lire_dossiers,
    peut_lire_matrice,
    peut_modifier_matrice,
    peut_preparer_matrice,
    peut_valider_matrice_direction,
    peut_valider_matrice_sg,
)
from missions.selectors.matrice import MOTS, lire_matrice, lire_versions
from missions.selectors.matrice_comparaison import comparer
from missions.selectors.qui_decide import repondre
from missions.services.matrice import abandonner_projet, preparer_matrice, valider_matrice
from missions.views.departement import DepartementMixin
from reseaux.models import Departement
from socle.journal import historique
from socle.listes import FORMATS_EXPORT
from socle.requetes import RequeteConnectee
from socle.tableurs import TYPES_MIME, ecrire_tableau
from socle.views import PerimetreMixin, executer_geste

LONGUEUR_DE_LA_QUESTION = 120


class MatricePage(DepartementMixin, TemplateView):
    """The validated version; before there is one, the draft for those who read it."""

    droit = staticmethod(peut_lire_matrice)
    template_name = "missions/matrice/page.html"

    @cached_property
    def matrice(self) -> Matrice | None:
        return self.versions.en_vigueur or self.versions.projet

    @cached_property
    def versions(self) -> Any:
        return lire_versions(self.request.perimetre, self.departement)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre, matrice = self.request.perimetre, self.matrice
        context = super().get_context_data(**kwargs) | {
            "matrice": matrice,
            "versions": self.versions,
            "mots": [(lettre, mot) for lettre, mot in MOTS.items() if len(lettre) == 1],
            "peut_preparer": peut_preparer_matrice(perimetre, self.departement),
            "peut_lire_dossiers": peut_lire_dossiers(perimetre),
            "formats": FORMATS_EXPORT,
        }
        return context | (self.contenu(matrice) if matrice else {})

    def contenu(self, matrice: Matrice) -> dict[str, Any]:
        """The table, and the answer to the question asked."""
        perimetre = self.request.perimetre
        tableau = lire_matrice(matrice)
        question = self.request.GET.get("q", "").strip()[:LONGUEUR_DE_LA_QUESTION]
        peut_modifier = peut_modifier_matrice(perimetre, matrice)
        return {
            "ecran": MatriceEcran(tableau, est_en_preparation=peut_modifier),
            "question": question,
            "reponses": repondre(tableau, question, perimetre) if question else [],
            "peut_modifier": peut_modifier,
            "peut_valider": peut_valider_matrice_sg(perimetre, matrice)
            or peut_valider_matrice_direction(perimetre, matrice),
            "historique": historique(matrice)[:20]
            if peut_preparer_matrice(perimetre, self.departement)
            else None,
        }


class MatriceVersion(MatricePage):
    """One version by its address."""

    @cached_property
    def matrice(self) -> Matrice:
        return trouver_matrice(self.request, self.kwargs["pk"])

    @cached_property
    def departement(self) -> Departement:
        return self.matrice.departement

    @property
    def departements(self) -> list[Departement]:
        return []


class MatriceComparer(PerimetreMixin, TemplateView):
    """Two versions of the same département: from the older to the newer, whichever was asked first."""

    template_name = "missions/matrice/comparer.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        une = trouver_matrice(self.request, self.kwargs["pk"])
        visibles = Matrice.objects.dans_perimetre(self.request.perimetre)
        autre = get_object_or_404(visibles, pk=self.kwargs["autre"], departement=une.departement_id)
        avant, apres = sorted((une, autre), key=lambda matrice: matrice.version)
        return super().get_context_data(**kwargs) | {
            "avant": avant,
            "apres": apres,
            "comparaison": comparer(lire_matrice(avant), lire_matrice(apres)),
        }


class MatricePdf(PerimetreMixin, View):
    """A3, landscape."""

    def get(self, request: Any, pk: int) -> HttpResponse:
        matrice = trouver_matrice(request, pk)
        contenu = dessiner_matrice(matrice, request.perimetre)
        return _fichier(contenu, "application/pdf", matrice, "pdf", en_ligne=True)


class MatriceExporter(PerimetreMixin, View):
    """The letters; what is exported may be imported again."""

    def get(self, request: Any, pk: int, format_: Any) -> HttpResponse:
        if format_ not in FORMATS_EXPORT:
            raise Http404
        tableau = lire_matrice(trouver_matrice(request, pk))
        contenu = ecrire_tableau(
            format_, colonnes=colonnes_matrice(tableau), lignes=lignes_matrice(tableau), titre="Qui fait quoi"
        )
        return _fichier(contenu, TYPES_MIME[format_], tableau.matrice, format_)


def trouver_matrice(request: Any, pk: int) -> Matrice:
    """404 outside the perimeter, and on a draft for whoever does not read drafts."""
    visibles = Matrice.objects.dans_perimetre(request.perimetre)
    personnes = ("departement", "validee_sg_par", "validee_direction_par")
    return get_object_or_404(visibles.select_related(*personnes), pk=pk)


def _fichier(
    contenu: bytes, type_mime: str, matrice: Matrice, suffixe: str, *, en_ligne: bool = False
) -> HttpResponse:
    nom = f"{slugify(str(matrice))}-{timezone.localdate():%Y-%m-%d}.{suffixe}"
    response = HttpResponse(contenu, content_type=type_mime)
    response.headers["Content-Disposition"] = content_disposition_header(not en_ligne, nom) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


# --- Gestures -----------------------------------------------------------------------------------------


@require_POST
def matrice_preparer(request: RequeteConnectee, departement: int) -> HttpResponse:
    """Leads to the draft, the one already there when somebody was first."""
    choisi = get_object_or_404(Departement.objects.dans_perimetre(request.perimetre), pk=departement)
    try:
        preparer_matrice(perimetre=request.perimetre, departement=choisi)
    except ValidationError as refus:
        messages.info(request, refus.messages[0])
    else:
        messages.success(request, "Le projet est prêt : modifiez-le, puis faites-le valider.")
    projet = lire_versions(request.perimetre, choisi).projet
    return redirect("missions:matrice_version", projet.pk) if projet else redirect("missions:matrice")


@require_POST
def matrice_valider(request: RequeteConnectee, pk: int) -> HttpResponse:
    matrice = trouver_matrice(request, pk)
    revision = request.POST.get("revision", "")
    lue = int(revision) if revision.isascii() and revision.isdecimal() and len(revision) < 10 else -1
    return executer_geste(
        request,
        lambda: valider_matrice(perimetre=request.perimetre, matrice=matrice, revision=lue),
        message="Votre validation est enregistrée.",
        retour=reverse("missions:matrice_version", args=[pk]),
    )


@require_POST
def matrice_abandonner(request: RequeteConnectee, pk: int) -> HttpResponse:
    matrice = trouver_matrice(request, pk)
    return executer_geste(
        request,
        lambda: abandonner_projet(perimetre=request.perimetre, matrice=matrice),
        message="Le projet est abandonné.",
        retour=reverse("missions:matrice"),
    )

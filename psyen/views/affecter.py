"""« Affecter à un réseau »: the split by pupils is proposed, adjusted, then saved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from psyen.forms.affecter import AffecterForm, PartsForm, ailleurs
from psyen.models import Repartition
from psyen.permissions import peut_modifier_repartition
from psyen.selectors.grille import construire_grille
from psyen.services.grille import ConflitDEdition, affecter_au_reseau
from psyen.views.grille import repartition_a_preparer, revision_ouverte
from socle.requetes import RequeteConnectee
from socle.views import ajouter_erreurs

CONFLIT = (
    "Ce brouillon vient d’être modifié par une autre personne : rien n’est enregistré. "
    "Vérifiez les demi-journées actuelles ci-dessous, puis enregistrez de nouveau."
)


@require_http_methods(["GET", "HEAD", "POST"])
def affecter(request: RequeteConnectee, pk: int) -> HttpResponse:
    """First step by GET, second step in the same address once the three answers are there."""
    repartition = repartition_a_preparer(request, pk)
    if not peut_modifier_repartition(request.perimetre, repartition):
        raise PermissionDenied("Cette répartition n’est plus modifiable.")
    complet = "psyen" in request.GET and "demi_journees" in request.GET
    choix = AffecterForm(
        request.GET if complet else None,
        initial={"reseau": request.GET.get("reseau")},
        repartition=repartition,
        perimetre=request.perimetre,
    )
    if not complet or not choix.is_valid():
        contexte = {"repartition": repartition, "form": choix}
        return render(request, "psyen/repartitions/affecter.html", contexte)
    return _parts(request, repartition, choix.cleaned_data)


def _parts(request: RequeteConnectee, repartition: Repartition, choix: dict[str, Any]) -> HttpResponse:
    grille = construire_grille(repartition)
    ligne = next(ligne for ligne in grille.lignes if ligne.psyen_pk == choix["psyen"].pk)
    form = PartsForm(
        request.POST if request.method == "POST" else None,
        grille=grille,
        ligne=ligne,
        reseau=choix["reseau"],
        demi_journees=choix["demi_journees"],
        perimetre=request.perimetre,
    )
    if request.method == "POST" and form.is_valid() and _enregistrer(request, repartition, choix, form):
        messages.success(request, f"Affectation enregistrée : {choix['psyen']}, réseau {choix['reseau']}.")
        return redirect(f"{reverse('psyen:repartition_grille', args=[repartition.pk])}#l-{ligne.psyen_pk}")
    contexte = {
        "repartition": repartition,
        "revision": _revision(request, repartition, form),
        "form": form,
        "ligne": ligne,
        "choix": choix,
        "ailleurs": ailleurs(grille, ligne, choix["reseau"]),
        "url_retour": f"{request.path}?reseau={choix['reseau'].pk}",
    }
    return render(request, "psyen/repartitions/affecter_parts.html", contexte)


def _revision(request: RequeteConnectee, repartition: Repartition, form: PartsForm) -> int:
    """Kept through every refusal, as in the grid; a conflict once told, that of the half-days now shown."""
    if form.has_error(NON_FIELD_ERRORS, "conflit"):
        return repartition.revision
    return revision_ouverte(request.POST, repartition)


def _enregistrer(
    request: RequeteConnectee, repartition: Repartition, choix: dict[str, Any], form: PartsForm
) -> bool:
    """True once saved; a refusal stays in the form, what is typed with it."""
    try:
        affecter_au_reseau(
            repartition=repartition,
            psyen=choix["psyen"],
            reseau=choix["reseau"],
            parts=form.parts,
            revision=revision_ouverte(request.POST, repartition),
            perimetre=request.perimetre,
        )
    except ConflitDEdition:
        form.add_error(None, ValidationError(CONFLIT, code="conflit"))
    except ValidationError as erreur:
        ajouter_erreurs(form, erreur)
    return form.is_valid()

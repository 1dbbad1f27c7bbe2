"""« Mon PsyEN », the page of a chef d'établissement."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from comptes.enums import Role
from psyen.forms.decision import CommentaireForm
from psyen.selectors.mon_psyen import lire_mon_psyen, proposition_a_commenter
from psyen.services.decision import commenter_proposition
from psyen.views.jour import jour_demande
from socle.requetes import RequeteConnectee
from socle.views import executer_geste


@require_safe
def mon_psyen(request: RequeteConnectee) -> HttpResponse:
    """Who comes to one's school, on a day."""
    if not request.perimetre.est(Role.CHEF_ETABLISSEMENT):
        raise PermissionDenied
    return _page(request)


@require_POST
def commenter(request: RequeteConnectee, pk: int) -> HttpResponse:
    """The chef's comment on a proposal; one that does not concern his school does not exist for him."""
    if not request.perimetre.est(Role.CHEF_ETABLISSEMENT):
        raise PermissionDenied
    repartition = proposition_a_commenter(request.perimetre, pk)
    if repartition is None:
        raise Http404
    form = CommentaireForm(request.POST, perimetre=request.perimetre, prefix=f"c{pk}")
    if not form.is_valid():
        return _page(request, {pk: form})
    return executer_geste(
        request,
        lambda: commenter_proposition(
            repartition=repartition,
            etablissement=request.perimetre.habilitation.etablissement,
            perimetre=request.perimetre,
            **form.cleaned_data,
        ),
        message="Votre commentaire est envoyé : le DCIO, l’IEN-IO et le DASEN le liront.",
        retour=reverse("psyen:mon_psyen"),
    )


def _page(request: RequeteConnectee, formulaires: dict[int, CommentaireForm] | None = None) -> HttpResponse:
    """The page, with the comment that was refused if there is one."""
    au_form, jour = jour_demande(request)
    page = lire_mon_psyen(request.perimetre, jour)
    saisis = formulaires or {}
    propositions = [
        (p, saisis.get(p.repartition.pk) or CommentaireForm(prefix=f"c{p.repartition.pk}"))
        for p in page.propositions
    ]
    contexte = {"page": page, "au_form": au_form, "propositions": propositions, "en_erreur": bool(saisis)}
    return render(request, "psyen/mon_psyen/page.html", contexte)

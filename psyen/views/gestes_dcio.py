"""What the DCIO does with a répartition as a whole: open it, date it, propose it, take it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import FormView

from psyen.forms.repartitions import DateEffetForm, PreparerForm, ProposerForm
from psyen.forms.tableau_grille import GrilleEcran
from psyen.models import Repartition
from psyen.permissions import peut_proposer
from psyen.selectors.differences import differences
from psyen.selectors.grille import construire_grille
from psyen.selectors.versions import situations
from psyen.services.repartition import (
    actualiser_les_psyen,
    changer_date_effet,
    preparer_modificatif,
    preparer_repartition,
    proposer_repartition,
    reprendre_repartition,
    retirer_proposition,
    supprimer_brouillon,
)
from psyen.views.grille import repartition_a_preparer
from reseaux.models import CIO
from reseaux.perimetre import Perimetre
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, executer_geste


def _cio_porte(perimetre: Perimetre | None) -> CIO:
    """The CIO of the worn habilitation: a draft is opened by those who work there."""
    if perimetre is None or not perimetre.travaille_au_cio:
        raise PermissionDenied
    return get_object_or_404(CIO.objects.select_related("departement"), pk=perimetre.cio_id)


@require_GET
def preparer(request: RequeteConnectee) -> HttpResponse:
    """Year by year, where the CIO stands and what may be opened."""
    cio = _cio_porte(request.perimetre)
    contexte = {"cio": cio, "situations": situations(cio)}
    return render(request, "psyen/repartitions/preparer.html", contexte)


@require_POST
def repartition_ouvrir(request: RequeteConnectee) -> HttpResponse:
    """Opens the first draft of a year, or a modificatif when a date of effect is given."""
    cio = _cio_porte(request.perimetre)
    form = PreparerForm(request.POST, perimetre=request.perimetre)
    if not form.is_valid():
        return _refuser(request, form, reverse("psyen:preparer"))
    annee, date_effet = form.cleaned_data["annee"], form.cleaned_data["date_effet"]
    ouvertes: list[Repartition] = []

    def ouvrir() -> None:
        qui = {"cio": cio, "annee": annee, "perimetre": request.perimetre}
        ouvertes.append(
            preparer_modificatif(date_effet=date_effet, **qui) if date_effet else preparer_repartition(**qui)
        )

    reponse = executer_geste(
        request, ouvrir, message="Le brouillon est ouvert.", retour=reverse("psyen:preparer")
    )
    return redirect("psyen:repartition_grille", ouvertes[0].pk) if ouvertes else reponse


class RepartitionProposer(FormulaireMixin, FormView):
    """Confirmation: what blocks, what calls for a look, what changes, and the message to the DASEN."""

    request: RequeteConnectee
    form_class = ProposerForm
    template_name = "psyen/repartitions/proposer.html"
    libelle_envoi = "Proposer au DASEN"
    message = "La répartition est proposée : le DASEN et l’IEN-IO en sont avertis."

    @cached_property
    def repartition(self) -> Repartition:
        repartition = repartition_a_preparer(self.request, self.kwargs["pk"])
        if not peut_proposer(self.request.perimetre, repartition):
            raise PermissionDenied
        return repartition

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        repartition, grille = self.repartition, construire_grille(self.repartition)
        avant = construire_grille(repartition.derivee_de) if repartition.derivee_de else None
        return super().get_context_data(**kwargs) | {
            "titre": "Proposer la répartition",
            "repartition": repartition,
            "ecran": GrilleEcran(grille),
            "ecarts": differences(avant, grille) if avant else None,
            "url_retour": reverse("psyen:repartition_grille", args=[repartition.pk]),
        }

    def executer(self, form: ProposerForm) -> None:
        proposer_repartition(
            repartition=self.repartition,
            perimetre=self.request.perimetre,
            message=form.cleaned_data["message"],
        )

    def get_success_url(self) -> str:
        return reverse("psyen:repartition", args=[self.repartition.pk])


def _geste(
    request: RequeteConnectee, pk: int, service: Callable[..., Any], message: str, **champs: Any
) -> HttpResponse:
    """Back to the page of the répartition, or to the list once it is deleted, by a colleague even."""
    repartition = repartition_a_preparer(request, pk)
    reponse = executer_geste(
        request,
        lambda: service(repartition=repartition, perimetre=request.perimetre, **champs),
        message=message,
        retour=reverse("psyen:repartition", args=[pk]),
    )
    return reponse if Repartition.objects.filter(pk=pk).exists() else redirect("psyen:repartitions")


@require_POST
def repartition_retirer(request: RequeteConnectee, pk: int) -> HttpResponse:
    return _geste(
        request,
        pk,
        retirer_proposition,
        "La proposition est retirée : la répartition redevient un brouillon.",
    )


@require_POST
def repartition_reprendre(request: RequeteConnectee, pk: int) -> HttpResponse:
    return _geste(request, pk, reprendre_repartition, "La répartition est reprise : vous pouvez la corriger.")


@require_POST
def repartition_supprimer(request: RequeteConnectee, pk: int) -> HttpResponse:
    return _geste(request, pk, supprimer_brouillon, "Le brouillon est supprimé.")


@require_POST
def repartition_date_effet(request: RequeteConnectee, pk: int) -> HttpResponse:
    repartition_a_preparer(request, pk)
    form = DateEffetForm(request.POST, perimetre=request.perimetre)
    if not form.is_valid():
        return _refuser(request, form, reverse("psyen:repartition", args=[pk]))
    return _geste(
        request,
        pk,
        changer_date_effet,
        "La date d’effet est changée. Pensez à actualiser la liste des PsyEN.",
        **form.cleaned_data,
    )


@require_POST
def repartition_actualiser(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Brings the lines in step with the attachments, and names who came and who left."""
    repartition = repartition_a_preparer(request, pk)
    try:
        arrives, partis = actualiser_les_psyen(repartition=repartition, perimetre=request.perimetre)
    except ValidationError as supprimee:
        messages.error(request, " ".join(supprimee.messages))
        return redirect("psyen:repartitions")
    if arrives:
        messages.success(request, f"Ajout : {', '.join(map(str, arrives))}.")
    if partis:
        messages.success(request, f"Retrait, demi-journées comprises : {', '.join(map(str, partis))}.")
    if not arrives and not partis:
        messages.info(request, "La liste des PsyEN était déjà à jour.")
    return redirect("psyen:repartition", pk)


def _refuser(request: RequeteConnectee, form: Any, retour: str) -> HttpResponse:
    for erreurs in form.errors.values():
        for erreur in erreurs:
            messages.error(request, erreur)
    return redirect(retour)

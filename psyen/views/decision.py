"""« À décider »: what is proposed, what is said of it, the decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import FormView

from psyen.documents import projet_d_arrete, texte_arrete
from psyen.enums import EtatRepartition
from psyen.forms.decision import AvisForm, ChoixPropositionsForm, RenvoiForm
from psyen.models import ModeleArrete, Repartition
from psyen.permissions import peut_arreter, peut_decider, peut_donner_avis, peut_lire_a_decider
from psyen.selectors.a_decider import Proposition, propositions
from psyen.services.decision import arreter_repartitions, donner_avis, renvoyer_repartition
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin


@require_safe
def a_decider(request: RequeteConnectee) -> HttpResponse:
    """One card per proposal of the département, the oldest first."""
    if not peut_lire_a_decider(request.perimetre):
        raise PermissionDenied
    liste = propositions(request.perimetre)
    contexte = {
        "propositions": liste,
        "nombre_a_arreter": sum(p.peut_decider for p in liste),
        "departement": Departement.objects.get(pk=request.perimetre.departement_id),
    }
    return render(request, "psyen/decision/a_decider.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def arreter(request: RequeteConnectee) -> HttpResponse:
    """Confirmation, with the draft of each arrêté, then the decision: all the CIO chosen, or none."""
    if not peut_arreter(request.perimetre):
        raise PermissionDenied("Seul le DASEN décide.")
    form = ChoixPropositionsForm(request.POST or request.GET, perimetre=request.perimetre)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["repartition"])))
        return redirect("psyen:a_decider")
    choisies = propositions(request.perimetre, form.cleaned_data["repartition"])
    if not all(p.peut_decider for p in choisies):
        raise PermissionDenied("Le DASEN du département décide, jamais de ce qu’il a lui-même proposé.")
    if request.method == "POST":
        return _decider(request, choisies)
    return render(request, "psyen/decision/arreter.html", _confirmation(choisies))


def _decider(request: RequeteConnectee, choisies: list[Proposition]) -> HttpResponse:
    try:
        arretes = arreter_repartitions(
            repartitions=[p.repartition for p in choisies], perimetre=request.perimetre
        )
    except ValidationError as erreur:
        for texte in erreur.messages:
            messages.error(request, texte)
        return redirect("psyen:a_decider")
    suite = "les PsyEN et les établissements concernés reçoivent un courriel."
    if len(arretes) == 1:
        messages.success(request, f"{capfirst(str(arretes[0]))} est pris : {suite}")
        return redirect("psyen:arrete", arretes[0].pk)
    numeros = ", ".join(arrete.numero for arrete in arretes)
    messages.success(request, f"{len(arretes)} arrêtés sont pris ({numeros}) : {suite}")
    return redirect("psyen:arretes")


def _confirmation(choisies: list[Proposition]) -> dict[str, Any]:
    modele = ModeleArrete.objects.filter(departement=choisies[0].repartition.cio.departement_id).first()
    return {
        "choisies": [(p, _apercu(p, modele)) for p in choisies] if modele else [],
        "modele": modele,
        "titre": "Arrêter la répartition" if len(choisies) == 1 else f"Arrêter {len(choisies)} répartitions",
    }


def _apercu(proposition: Proposition, modele: ModeleArrete) -> SafeString:
    """The text of the draft, the same as in the PDF."""
    modifiee = proposition.avant if proposition.repartition.est_modificative else None
    projet = projet_d_arrete(proposition.repartition, modele)
    return render_to_string(
        "psyen/decision/_feuille.html", texte_arrete(projet, proposition.grille, modifiee)
    )


class _SurProposition(FormulaireMixin, FormView):
    """A form about one proposal; one that waits no more says so instead of refusing."""

    droit_requis: Callable[[Perimetre, Repartition], bool]
    template_name = "psyen/decision/formulaire.html"

    @cached_property
    def repartition(self) -> Repartition:
        repartitions = Repartition.objects.dans_perimetre(self.request.perimetre)
        return get_object_or_404(
            repartitions.select_related("cio__departement", "annee"), pk=self.kwargs["pk"]
        )

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not peut_lire_a_decider(request.perimetre):
            raise PermissionDenied
        if self.repartition.etat != EtatRepartition.PROPOSEE:
            etat = self.repartition.get_etat_display()
            messages.warning(request, f"Cette répartition n’attend plus de décision : elle est {etat}.")
            return redirect(self.url_retour)
        if not self.droit_requis(request.perimetre, self.repartition):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def url_retour(self) -> str:
        return reverse("psyen:repartition", args=[self.repartition.pk])

    def get_success_url(self) -> str:
        return reverse("psyen:a_decider")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"repartition": self.repartition}


class Renvoyer(_SurProposition):
    form_class = RenvoiForm
    droit_requis = staticmethod(peut_decider)
    titre = "Renvoyer au CIO"
    libelle_envoi = "Renvoyer"
    message = "La répartition est renvoyée : le DCIO est averti du motif."

    def executer(self, form: RenvoiForm) -> None:
        renvoyer_repartition(
            repartition=self.repartition, perimetre=self.request.perimetre, **form.cleaned_data
        )


class DonnerAvis(_SurProposition):
    form_class = AvisForm
    droit_requis = staticmethod(peut_donner_avis)
    titre = "Donner un avis"
    libelle_envoi = "Donner cet avis"
    message = "Votre avis est enregistré : le DASEN et le CIO en sont avertis."

    def executer(self, form: AvisForm) -> None:
        donner_avis(repartition=self.repartition, perimetre=self.request.perimetre, **form.cleaned_data)

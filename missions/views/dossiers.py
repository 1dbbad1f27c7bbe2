"""The transversal dossiers and their delegations, the fields of the direction."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView, TemplateView

from missions.documents.matrice_dossier import dessiner_dossier
from missions.forms.dossiers import DelegationForm, DossierForm, RetraitForm
from missions.models import Delegation, DossierTransversal
from missions.permissions import (
    peut_deleguer,
    peut_gerer_dossiers,
    peut_lire_dossiers,
    peut_piloter_dossier,
)
from missions.selectors.delegations import avec_les_personnes, mention_delegation
from missions.selectors.dossiers import lire_delegations, lire_fiche, lire_registre
from missions.services.delegations import deleguer, retirer_delegation
from missions.services.dossiers import (
    charger_dossiers,
    creer_dossier,
    modifier_dossier,
    retablir_dossier,
    retirer_dossier,
)
from missions.views.departement import DepartementMixin
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.pieces import documents_de
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, PerimetreMixin, executer_geste

GESTES = {
    "retirer": (retirer_dossier, "Le dossier est retiré de la liste."),
    "retablir": (retablir_dossier, "Le dossier est de nouveau dans la liste."),
}


class Dossiers(DepartementMixin, TemplateView):
    """Each dossier, who pilots it today, until when."""

    droit = staticmethod(peut_lire_dossiers)
    template_name = "missions/dossiers/liste.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "registre": lire_registre(self.departement),
            "peut_gerer": peut_gerer_dossiers(self.request.perimetre, self.departement),
        }


class DossierDetail(PerimetreMixin, TemplateView):
    droit = staticmethod(peut_lire_dossiers)
    template_name = "missions/dossiers/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        dossier = trouver_dossier(self.request, self.kwargs["pk"])
        return super().get_context_data(**kwargs) | {
            "fiche": lire_fiche(dossier),
            "dossier": dossier,
            "mention": mention_delegation(perimetre, dossier),
            "pieces": documents_de(dossier, perimetre),
            "peut_gerer": peut_gerer_dossiers(perimetre, dossier.departement),
            "peut_deleguer": peut_deleguer(perimetre, dossier),
            "peut_piloter": peut_piloter_dossier(perimetre, dossier),
            "historique": historique(dossier),
        }


class DossierCreer(FormulaireMixin, FormView):
    form_class = DossierForm
    template_name = "missions/dossiers/formulaire.html"
    titre = "Ajouter un dossier"
    libelle_envoi = "Ajouter le dossier"
    message = "Le dossier est ajouté."
    url_retour = reverse_lazy("missions:dossiers")
    success_url = reverse_lazy("missions:dossiers")

    @cached_property
    def departement(self) -> Departement:
        visibles = Departement.objects.dans_perimetre(self.request.perimetre)
        return get_object_or_404(visibles, pk=self.kwargs["departement"])

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.perimetre and not peut_gerer_dossiers(request.perimetre, self.departement):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def executer(self, form: DossierForm) -> None:
        creer_dossier(perimetre=self.request.perimetre, departement=self.departement, **form.cleaned_data)


class SurDossier(FormulaireMixin):
    """A form about one dossier, by whoever the rule of the subclass names."""

    template_name = "missions/dossiers/formulaire.html"

    @staticmethod
    def droit_requis(perimetre: Perimetre, dossier: DossierTransversal) -> bool:
        raise NotImplementedError

    @cached_property
    def dossier(self) -> DossierTransversal:
        return trouver_dossier(self.request, self.kwargs["pk"])

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.perimetre and not self.droit_requis(request.perimetre, self.dossier):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def url_retour(self) -> str:
        return reverse("missions:dossier", args=[self.dossier.pk])

    def get_success_url(self) -> str:
        return self.url_retour

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mention = mention_delegation(self.request.perimetre, self.dossier)
        return super().get_context_data(**kwargs) | {"dossier": self.dossier, "mention": mention}


class DossierModifier(SurDossier, FormView):
    """The IEN-IO the whole, whoever holds the delegation the presentation."""

    droit_requis = staticmethod(peut_piloter_dossier)
    form_class = DossierForm
    titre = "Modifier le dossier"
    message = "Le dossier est modifié."

    def get_form_kwargs(self) -> dict[str, Any]:
        avec_libelle = peut_gerer_dossiers(self.request.perimetre, self.dossier.departement)
        return super().get_form_kwargs() | {"avec_libelle": avec_libelle}

    def get_initial(self) -> dict[str, Any]:
        return {"libelle": self.dossier.libelle, "presentation": self.dossier.presentation}

    def executer(self, form: DossierForm) -> None:
        modifier_dossier(perimetre=self.request.perimetre, dossier=self.dossier, **form.cleaned_data)


class DelegationCreer(SurDossier, FormView):
    """`pk` is that of the dossier."""

    droit_requis = staticmethod(peut_deleguer)
    form_class = DelegationForm
    libelle_envoi = "Donner la délégation"
    message = "La délégation est donnée. Joignez l’acte qui la porte."

    @property
    def titre(self) -> str:
        return f"Déléguer le dossier « {self.dossier} »"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"dossier": self.dossier}

    def get_success_url(self) -> str:
        return reverse("missions:delegation", args=[self.donnee.pk])

    def executer(self, form: DelegationForm) -> None:
        self.donnee = deleguer(perimetre=self.request.perimetre, dossier=self.dossier, **form.cleaned_data)


class DelegationDetail(PerimetreMixin, TemplateView):
    """Who, to whom, what, from, to; the act."""

    droit = staticmethod(peut_lire_dossiers)
    template_name = "missions/dossiers/delegation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        delegation = trouver_delegation(self.request, self.kwargs["delegation"])
        lue = next(d for d in lire_delegations(delegation.dossier) if d.delegation == delegation)
        return super().get_context_data(**kwargs) | {
            "lue": lue,
            "delegation": delegation,
            "pieces": documents_de(delegation, self.request.perimetre),
            "peut_deleguer": peut_deleguer(self.request.perimetre, delegation.dossier),
        }


class DelegationRetirer(SurDossier, FormView):
    """The dossier follows from the delegation."""

    droit_requis = staticmethod(peut_deleguer)
    form_class = RetraitForm
    titre = "Retirer la délégation"
    libelle_envoi = "Retirer la délégation"
    message = "La délégation est retirée : elle ne donne plus aucun droit."

    @cached_property
    def delegation(self) -> Delegation:
        return trouver_delegation(self.request, self.kwargs["delegation"])

    @cached_property
    def dossier(self) -> DossierTransversal:
        return self.delegation.dossier

    def executer(self, form: RetraitForm) -> None:
        retirer_delegation(perimetre=self.request.perimetre, delegation=self.delegation, **form.cleaned_data)


def trouver_dossier(request: Any, pk: int) -> DossierTransversal:
    visibles = DossierTransversal.objects.dans_perimetre(request.perimetre)
    return get_object_or_404(visibles.select_related("departement"), pk=pk)


def trouver_delegation(request: Any, pk: int) -> Delegation:
    visibles = Delegation.objects.dans_perimetre(request.perimetre)
    return get_object_or_404(avec_les_personnes(visibles), pk=pk)


# --- Gestures and paper -------------------------------------------------------------------------------


@require_POST
def dossier_geste(request: RequeteConnectee, pk: int, geste: str) -> HttpResponse:
    """« retirer » from the list, « rétablir »."""
    dossier = trouver_dossier(request, pk)
    if geste not in GESTES:
        raise Http404
    service, message = GESTES[geste]
    return executer_geste(
        request,
        lambda: service(perimetre=request.perimetre, dossier=dossier),
        message=message,
        retour=reverse("missions:dossier", args=[pk]),
    )


@require_POST
def dossiers_charger(request: RequeteConnectee, departement: int) -> HttpResponse:
    choisi = get_object_or_404(Departement.objects.dans_perimetre(request.perimetre), pk=departement)
    return executer_geste(
        request,
        lambda: charger_dossiers(perimetre=request.perimetre, departement=choisi),
        message="Les dossiers cités par l’expérimentation sont dans la liste.",
        retour=reverse("missions:dossiers"),
    )


@require_safe
def dossier_pdf(request: RequeteConnectee, pk: int) -> HttpResponse:
    """« Fiche du dossier »."""
    dossier = trouver_dossier(request, pk)
    if not peut_lire_dossiers(request.perimetre):
        raise PermissionDenied
    response = HttpResponse(dessiner_dossier(dossier, request.perimetre), content_type="application/pdf")
    nom = f"{slugify(dossier.libelle)}-{timezone.localdate():%Y-%m-%d}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(False, nom) or "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

"""A milestone: its page, its writing, what one decides of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView, FormView

from planning.forms.actions import CommentaireForm, ConfirmationForm, MotifForm
from planning.forms.jalons import JalonForm, ReportJalonForm
from planning.models import Jalon
from planning.permissions import (
    peut_commenter,
    peut_conduire,
    peut_lire_suivi,
    peut_relancer,
    peut_tenir_jalon,
)
from planning.selectors.choix import cle_responsable
from planning.selectors.fiche_jalon import lire_fiche_jalon
from planning.selectors.rappels_a_la_main import rappels_envoyes
from planning.services.jalons import (
    abandonner_jalon,
    commenter,
    creer_jalon,
    modifier_jalon,
    reporter_jalon,
    rouvrir_jalon,
    terminer_jalon,
)
from planning.views.actions import SurAction
from planning.views.actions_gestes import Geste
from reseaux.perimetre import Perimetre
from socle.forms import FormulaireDsfr
from socle.journal import historique
from socle.views import FormulaireMixin, PerimetreMixin

#: What every page of a milestone reads of it.
JALONS = Jalon.objects.select_related(
    "action__plan__departement", "action__plan__annee", "utilisateur", "groupe", "cio"
)


class JalonDetail(PerimetreMixin, DetailView):
    """Due when, by whom, what was said of it."""

    droit = staticmethod(peut_lire_suivi)
    queryset = JALONS
    context_object_name = "jalon"
    pk_url_kwarg = "jalon"
    template_name = "planning/jalons/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        jalon, perimetre = self.object, self.request.perimetre
        return super().get_context_data(**kwargs) | {
            "fiche": lire_fiche_jalon(jalon),
            "peut_conduire": peut_conduire(perimetre, jalon.action),
            "peut_tenir": peut_tenir_jalon(perimetre, jalon),
            "peut_commenter": peut_commenter(perimetre, jalon.action),
            "peut_relancer": peut_relancer(perimetre, jalon),
            "rappels": rappels_envoyes(jalon),
            "commentaire": CommentaireForm(),
            "historique": historique(jalon),
        }


class JalonCreer(SurAction, FormView):
    """Under an action, by whoever leads it."""

    droit_requis = staticmethod(peut_conduire)
    form_class = JalonForm
    template_name = "planning/actions/geste.html"
    titre = "Ajouter un jalon"
    libelle_envoi = "Ajouter le jalon"
    message = "Le jalon est ajouté."

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"departement": self.action.plan.departement}

    def executer(self, form: JalonForm) -> None:
        creer_jalon(perimetre=self.request.perimetre, action=self.action, **form.cleaned_data)


class SurJalon(FormulaireMixin):
    """A form about one milestone."""

    template_name = "planning/jalons/geste.html"

    @cached_property
    def jalon(self) -> Jalon:
        visibles = JALONS.dans_perimetre(self.request.perimetre)
        return get_object_or_404(visibles, pk=self.kwargs["jalon"])

    def est_permis(self, perimetre: Perimetre) -> bool:
        raise NotImplementedError

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not peut_lire_suivi(request.perimetre) or not self.est_permis(request.perimetre):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def url_retour(self) -> str:
        return reverse("planning:jalon", args=[self.jalon.pk])

    def get_success_url(self) -> str:
        return self.url_retour

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"jalon": self.jalon}


class JalonModifier(SurJalon, FormView):
    form_class = JalonForm
    titre = "Modifier le jalon"
    message = "Le jalon est modifié."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_conduire(perimetre, self.jalon.action)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The end of an action is written with it."""
        if self.jalon.est_final:
            return redirect("planning:action_modifier", self.jalon.action_id)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        departement = self.jalon.action.plan.departement
        return super().get_form_kwargs() | {"departement": departement, "jalon": self.jalon}

    def get_initial(self) -> dict[str, Any]:
        jalon = self.jalon
        return {
            "intitule": jalon.intitule,
            "echeance": jalon.echeance,
            "cio": jalon.cio_id,
            "responsable": cle_responsable(jalon),
        }

    def executer(self, form: JalonForm) -> None:
        modifier_jalon(perimetre=self.request.perimetre, jalon=self.jalon, **form.cleaned_data)


class JalonCommenter(SurJalon, FormView):
    """From the page of the milestone; its own page only when the text is refused."""

    form_class = CommentaireForm
    titre = "Commenter le jalon"
    libelle_envoi = "Ajouter le commentaire"
    message = "Votre commentaire est ajouté."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_commenter(perimetre, self.jalon.action)

    def executer(self, form: CommentaireForm) -> None:
        action, jalon = self.jalon.action, self.jalon
        cible = None if jalon.est_final else jalon
        commenter(perimetre=self.request.perimetre, action=action, jalon=cible, **form.cleaned_data)


def _peut_conduire_l_action(perimetre: Perimetre, jalon: Jalon) -> bool:
    return peut_conduire(perimetre, jalon.action)


GESTES = {
    "terminer": Geste(
        "Dire le jalon fait", "Dire le jalon fait", "Le jalon est fait.", terminer_jalon, peut_tenir_jalon
    ),
    "reporter": Geste(
        "Reporter l’échéance",
        "Reporter",
        "L’échéance est reportée : les rappels la suivent.",
        reporter_jalon,
        peut_tenir_jalon,
        ReportJalonForm,
    ),
    "abandonner": Geste(
        "Abandonner le jalon",
        "Abandonner",
        "Le jalon est abandonné.",
        abandonner_jalon,
        _peut_conduire_l_action,
        MotifForm,
    ),
    "rouvrir": Geste(
        "Rouvrir le jalon",
        "Rouvrir",
        "Le jalon est de nouveau à faire.",
        rouvrir_jalon,
        _peut_conduire_l_action,
        ConfirmationForm,
    ),
}


class JalonGeste(SurJalon, FormView):
    """One page a gesture, as for the actions."""

    @property
    def geste(self) -> Geste:
        if self.kwargs["geste"] not in GESTES:
            raise Http404("Ce geste n’existe pas.")
        return GESTES[self.kwargs["geste"]]

    def est_permis(self, perimetre: Perimetre) -> bool:
        return self.geste.droit(perimetre, self.jalon)

    @property
    def titre(self) -> str:
        return self.geste.titre

    @property
    def libelle_envoi(self) -> str:  # type: ignore[override]  # per gesture
        return self.geste.libelle_envoi

    @property
    def message(self) -> str:  # type: ignore[override]  # per gesture
        return self.geste.message

    def get_form_class(self) -> type[FormulaireDsfr]:
        return self.geste.form_class

    def get_initial(self) -> dict[str, Any]:
        return {"echeance": self.jalon.echeance}

    def executer(self, form: FormulaireDsfr) -> None:
        self.geste.service(perimetre=self.request.perimetre, jalon=self.jalon, **form.cleaned_data)

"""What one decides of an action: done, postponed, abandoned, open again, reminders suspended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.views.generic import FormView

from planning.forms.actions import ConfirmationForm, MotifForm, ReportActionForm, SuspensionForm
from planning.models import Action
from planning.permissions import peut_conduire, peut_piloter
from planning.services.actions import (
    abandonner_action,
    reporter_action,
    rouvrir_action,
    suspendre_rappels,
    terminer_action,
)
from planning.views.actions import SurAction
from reseaux.perimetre import Perimetre
from socle.forms import FormulaireDsfr


def peut_piloter_l_action(perimetre: Perimetre, action: Action) -> bool:
    """Whoever drives its plan."""
    return peut_piloter(perimetre, action.plan)


@dataclass(frozen=True)
class Geste:
    """How a gesture is said, who may make it, what it asks, the service behind."""

    titre: str
    libelle_envoi: str
    message: str
    service: Callable[..., Any]
    droit: Callable[[Perimetre, Any], bool]
    form_class: type[FormulaireDsfr] = ConfirmationForm


GESTES = {
    "terminer": Geste(
        "Dire l’action faite",
        "Dire l’action faite",
        "L’action est faite : ses rappels s’arrêtent.",
        terminer_action,
        peut_conduire,
    ),
    "reporter": Geste(
        "Reporter l’action",
        "Reporter",
        "L’action est reportée : ses rappels suivent le nouveau calendrier.",
        reporter_action,
        peut_conduire,
        ReportActionForm,
    ),
    "abandonner": Geste(
        "Abandonner l’action",
        "Abandonner",
        "L’action est abandonnée : ses rappels s’arrêtent.",
        abandonner_action,
        peut_piloter_l_action,
        MotifForm,
    ),
    "rouvrir": Geste(
        "Rouvrir l’action",
        "Rouvrir",
        "L’action est de nouveau ouverte.",
        rouvrir_action,
        peut_piloter_l_action,
        MotifForm,
    ),
    "suspendre": Geste(
        "Suspendre les rappels",
        "Enregistrer",
        "La suspension des rappels est enregistrée.",
        suspendre_rappels,
        peut_piloter_l_action,
        SuspensionForm,
    ),
}


class ActionGeste(SurAction, FormView):
    """One page a gesture: what it asks, or why it is refused; what was typed stays."""

    template_name = "planning/actions/geste.html"

    @property
    def geste(self) -> Geste:
        if self.kwargs["geste"] not in GESTES:
            raise Http404("Ce geste n’existe pas.")
        return GESTES[self.kwargs["geste"]]

    def droit_requis(self, perimetre: Perimetre, action: Action) -> bool:  # type: ignore[override]  # per gesture
        return self.geste.droit(perimetre, action)

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
        return {"calendrier": self.action.calendrier, "jusqu_au": self.action.silence_jusqu_au}

    def executer(self, form: FormulaireDsfr) -> None:
        self.geste.service(perimetre=self.request.perimetre, action=self.action, **form.cleaned_data)

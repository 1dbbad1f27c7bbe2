"""The questions of a draft: added, changed, moved, removed; the sheet as it will be read."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from evaluation.enums import GenreQuestion
from evaluation.forms.enquete_reponse import ReponseForm
from evaluation.forms.enquetes import QuestionForm
from evaluation.models import Question
from evaluation.permissions import peut_lire_enquetes, peut_preparer_enquete
from evaluation.services.enquete_preparation import (
    ajouter_question,
    deplacer_question,
    modifier_question,
    retirer_question,
)
from evaluation.views.enquetes import ENQUETES, SECTION
from evaluation.views.fiches import EcritADeuxMixin, SurFiche
from reseaux.perimetre import Perimetre
from socle.requetes import RequeteConnectee
from socle.views import PerimetreMixin, executer_geste

QUESTIONS = Question.objects.select_related("enquete__departement")
GESTES = {
    "monter": (lambda perimetre, question: deplacer_question(perimetre=perimetre, question=question, pas=-1)),
    "descendre": (
        lambda perimetre, question: deplacer_question(perimetre=perimetre, question=question, pas=1)
    ),
    "retirer": (lambda perimetre, question: retirer_question(perimetre=perimetre, question=question)),
}
MESSAGES = {
    "monter": "La question est remontée.",
    "descendre": "La question est descendue.",
    "retirer": "La question est retirée.",
}


class QuestionAjouter(SurFiche, FormView):
    """`pk` is that of the survey."""

    queryset = ENQUETES
    form_class = QuestionForm
    section = SECTION
    url_objet = "evaluation:enquete"
    libelle_envoi = "Ajouter la question"
    message = "La question est ajoutée à la fin."

    @property
    def titre(self) -> str:
        return f"Ajouter une question : {GenreQuestion(self.kwargs['genre']).label.lower()}"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs["genre"] not in GenreQuestion:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_preparer_enquete(perimetre, self.objet)

    def get_form_kwargs(self) -> dict[str, Any]:
        reglages = super().get_form_kwargs() | {"genre": self.kwargs["genre"]}
        del reglages["departement"]
        return reglages

    @property
    def url_retour(self) -> str:
        return reverse("evaluation:enquete", args=[self.objet.pk]) + "#questions"

    def executer(self, form: QuestionForm) -> None:
        ajouter_question(perimetre=self.request.perimetre, enquete=self.objet, valeurs=form.valeurs)


class QuestionModifier(EcritADeuxMixin, FormView):
    queryset = QUESTIONS
    form_class = QuestionForm
    section = SECTION
    titre = "Modifier la question"
    message = "La question est modifiée."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_preparer_enquete(perimetre, self.objet.enquete)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = PerimetreMixin.get_form_kwargs(self)
        return kwargs | {"genre": self.objet.genre}

    def get_initial(self) -> dict[str, Any]:
        champs = ("libelle", "precision", "dimension", "revision")
        return {champ: getattr(self.objet, champ) for champ in champs} | {
            "choix": "\n".join(self.objet.choix)
        }

    @property
    def url_retour(self) -> str:
        return reverse("evaluation:enquete", args=[self.objet.enquete_id]) + "#questions"

    def executer(self, form: QuestionForm) -> None:
        modifier_question(
            perimetre=self.request.perimetre,
            question=self.objet,
            revision=form.cleaned_data["revision"] or 0,
            valeurs=form.valeurs,
        )


@require_POST
def question_geste(request: RequeteConnectee, pk: int, geste: str) -> HttpResponse:
    """« monter », « descendre », « retirer »."""
    question = get_object_or_404(QUESTIONS.dans_perimetre(request.perimetre), pk=pk)
    if geste not in GESTES:
        raise Http404
    return executer_geste(
        request,
        lambda: GESTES[geste](request.perimetre, question),
        message=MESSAGES[geste],
        retour=reverse("evaluation:enquete", args=[question.enquete_id]) + "#questions",
    )


class EnqueteApercu(PerimetreMixin, TemplateView):
    """The sheet as those invited read it; nothing can be sent from here."""

    droit = staticmethod(peut_lire_enquetes)
    template_name = "evaluation/enquetes/apercu.html"

    @cached_property
    def enquete(self) -> Any:
        return get_object_or_404(ENQUETES.dans_perimetre(self.request.perimetre), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        questions = list(self.enquete.questions.dans_l_ordre())
        if not questions:
            raise Http404
        return super().get_context_data(**kwargs) | {
            "enquete": self.enquete,
            "form": ReponseForm(questions=questions),
        }

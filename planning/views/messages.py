"""The texts of the reminders, rewritten by the ADMIN of the académie after a preview."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from planning.enums import GenreMessage
from planning.forms.messages import MessageForm
from planning.notifications.exemples import apercu
from planning.permissions import peut_modifier_messages
from planning.selectors.messages import BALISES, TEXTES, Messages, Texte, blocs
from planning.services.messages import enregistrer_message, retablir_message
from reseaux.models import Academie
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, PerimetreMixin, executer_geste


class MessageListe(PerimetreMixin, TemplateView):
    """Each kind of message, and whether its text was rewritten."""

    droit = staticmethod(peut_modifier_messages)
    template_name = "planning/messages/liste.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        academie = Academie.objects.dans_perimetre(self.request.perimetre).get()
        reecrits = Messages.lus(academie.pk).reecrits
        lignes = [(genre, (academie.pk, genre.value) in reecrits) for genre in GenreMessage]
        return super().get_context_data(**kwargs) | {"academie": academie, "lignes": lignes}


class MessageModifier(FormulaireMixin, FormView):
    """The text, the words that it may hold, and what the mail will look like."""

    droit = staticmethod(peut_modifier_messages)
    form_class = MessageForm
    template_name = "planning/messages/formulaire.html"
    message = "Le texte est enregistré : il vaut dès les prochains courriels."
    url_retour = reverse_lazy("planning:messages")
    success_url = url_retour

    @cached_property
    def genre(self) -> GenreMessage:
        return genre_demande(self.kwargs["genre"])

    @cached_property
    def academie(self) -> Academie:
        return Academie.objects.dans_perimetre(self.request.perimetre).get()

    @property
    def titre(self) -> str:
        return self.genre.label

    @cached_property
    def reecrits(self) -> Messages:
        return Messages.lus(self.academie.pk)

    def get_initial(self) -> dict[str, Any]:
        texte = self.reecrits.reecrits.get((self.academie.pk, self.genre), TEXTES[self.genre])
        return texte._asdict()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"genre": self.genre}

    def form_valid(self, form: Any) -> HttpResponse:
        if "apercu" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_valid(form)

    def executer(self, form: MessageForm) -> None:
        enregistrer_message(
            perimetre=self.request.perimetre, academie=self.academie, genre=self.genre, **form.cleaned_data
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        ecrit = form.cleaned_data if form.is_bound and form.is_valid() else None
        montre = None if form.errors else apercu(self.genre, Texte(**(ecrit or self.get_initial())))
        return context | {
            "balises": BALISES[self.genre],
            "apercu": montre,
            "blocs": blocs(montre.corps) if montre else [],
            "est_reecrit": (self.academie.pk, self.genre.value) in self.reecrits.reecrits,
            "genre": self.genre,
        }


@require_POST
def message_retablir(request: RequeteConnectee, genre: str) -> HttpResponse:
    """« Revenir au texte d’origine »."""
    if not peut_modifier_messages(request.perimetre):
        raise PermissionDenied
    demande = genre_demande(genre)
    academie = Academie.objects.dans_perimetre(request.perimetre).get()
    return executer_geste(
        request,
        lambda: retablir_message(perimetre=request.perimetre, academie=academie, genre=demande),
        message="Le texte d’origine est rétabli.",
        retour=reverse("planning:message", args=[demande]),
    )


def genre_demande(texte: str) -> GenreMessage:
    if texte not in GenreMessage.values:
        raise Http404("Ce message n’existe pas.")
    return GenreMessage(texte)

"""Password, address, and « Mon compte »."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import (
    INTERNAL_RESET_SESSION_TOKEN,
    PasswordChangeView,
    PasswordResetConfirmView,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods
from django.views.generic import FormView, TemplateView

from comptes.forms import (
    ChangerCourrielForm,
    ChangerMotDePasseForm,
    MotDePasseOublieForm,
    NouveauMotDePasseForm,
)
from comptes.selectors import identite_externe_de, second_facteur_de, sessions_ouvertes
from comptes.services import comptes as services
from socle.requetes import RequeteConnectee


@method_decorator(login_not_required, name="dispatch")
class MotDePasseOublie(FormView):
    """Asks for a link; the page that follows is the same whether the account exists or not."""

    template_name = "comptes/mot_de_passe_oublie.html"
    form_class = MotDePasseOublieForm
    success_url = reverse_lazy("comptes:mot_de_passe_demande")
    extra_context = {
        "titre": "Mot de passe oublié",
        "libelle_envoi": "Recevoir un lien",
        "url_retour": reverse_lazy("comptes:connexion"),
    }

    def form_valid(self, form: MotDePasseOublieForm) -> HttpResponse:
        services.demander_reinitialisation(courriel=form.cleaned_data["courriel"])
        return super().form_valid(form)


@method_decorator(login_not_required, name="dispatch")
class MotDePasseDemande(TemplateView):
    template_name = "comptes/mot_de_passe_demande.html"


class CompteLocalMixin:
    """A page that has no object for an account held by the identity provider: it leads to « Mon compte »."""

    request: Any

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and identite_externe_de(request.user) is not None:
            return redirect("comptes:mon_compte")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # the generic view's


class MotDePasseNouveau(PasswordResetConfirmView):
    """The link of the mail; Django moves the token to the session, out of the address."""

    token_generator = services.LIENS_DE_MOT_DE_PASSE
    template_name = "comptes/mot_de_passe_nouveau.html"
    form_class = NouveauMotDePasseForm
    success_url = reverse_lazy("comptes:connexion")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        titre = "Choisir un mot de passe" if self.validlink else "Ce lien n’est plus valable"
        return super().get_context_data(**kwargs) | {
            "titre": titre,
            "libelle_envoi": "Enregistrer le mot de passe",
        }

    def form_valid(self, form: Any) -> HttpResponse:
        services.definir_mot_de_passe(utilisateur=form.user, mot_de_passe=form.cleaned_data["new_password1"])
        del self.request.session[INTERNAL_RESET_SESSION_TOKEN]
        messages.success(self.request, "Votre mot de passe est enregistré : vous pouvez vous connecter.")
        return redirect(self.get_success_url())


class ChangerMotDePasse(CompteLocalMixin, PasswordChangeView):
    template_name = "composants/formulaire.html"
    form_class = ChangerMotDePasseForm
    success_url = reverse_lazy("comptes:mon_compte")
    extra_context = {
        "titre": "Changer de mot de passe",
        "libelle_envoi": "Enregistrer le mot de passe",
        "url_retour": reverse_lazy("comptes:mon_compte"),
    }

    def form_valid(self, form: Any) -> HttpResponse:
        services.definir_mot_de_passe(utilisateur=form.user, mot_de_passe=form.cleaned_data["new_password1"])
        # New session key for this browser; the other sessions are dead.
        update_session_auth_hash(self.request, form.user)
        messages.success(self.request, "Votre mot de passe est changé ; vos autres sessions sont fermées.")
        return redirect(self.get_success_url())


class MonCompte(TemplateView):
    """Who I am here, what I may change, where I am signed in."""

    request: RequeteConnectee
    template_name = "comptes/mon_compte.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "sessions": sessions_ouvertes(self.request.user),
            "cle_courante": self.request.session.session_key,
            "second_facteur": second_facteur_de(self.request.user),
            "identite_externe": identite_externe_de(self.request.user),
            "fournisseur": settings.OIDC_NOM,
            "duree_inactivite": services.en_mots(settings.INACTIVITE_MINUTES * 60),
        }


class ChangerCourriel(CompteLocalMixin, FormView):
    request: RequeteConnectee
    template_name = "composants/formulaire.html"
    form_class = ChangerCourrielForm
    success_url = reverse_lazy("comptes:mon_compte")
    extra_context = {
        "titre": "Changer d’adresse électronique",
        "libelle_envoi": "Recevoir le lien de confirmation",
        "url_retour": reverse_lazy("comptes:mon_compte"),
    }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"utilisateur": self.request.user}

    def form_valid(self, form: ChangerCourrielForm) -> HttpResponse:
        nouveau = form.cleaned_data["nouveau"]
        try:
            services.demander_changement_courriel(utilisateur=self.request.user, nouveau=nouveau)
        except ValidationError as erreur:
            form.add_error(None, erreur)
            return self.form_invalid(form)
        messages.info(
            self.request,
            f"Un lien de confirmation part vers {nouveau}. Votre adresse changera quand vous l’aurez suivi.",
        )
        return super().form_valid(form)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def courriel_confirmer(request: HttpRequest, jeton: str) -> HttpResponse:
    """The link sent to the new address: shown by GET, done by POST, on whatever device it is opened."""
    try:
        if request.method == "POST":
            services.changer_courriel(jeton=jeton)
            messages.success(request, "Votre adresse est changée : utilisez la nouvelle pour vous connecter.")
            return redirect("comptes:connexion")
        _, nouveau = services.lire_jeton_courriel(jeton)
    except ValidationError as erreur:
        contexte = {"erreur": " ".join(erreur.messages)}
        return render(request, "comptes/courriel_confirmer.html", contexte, status=410)
    return render(request, "comptes/courriel_confirmer.html", {"nouveau": nouveau, "erreur": ""})

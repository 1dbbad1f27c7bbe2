"""Signing in and out: password, then the code when the account has a second factor.

Each entrance, refusal and exit is an event of the technical log: an account by its number,
never what was typed.
"""

import logging
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.decorators import method_decorator
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.generic import FormView

from comptes.enums import Preuve, Verdict
from comptes.forms import CodeForm, ConnexionForm
from comptes.models import Utilisateur
from comptes.models.session import CLE_APPAREIL, CLE_INACTIVITE, CLE_OUVERTURE, CLE_PREUVE
from comptes.selectors import (
    MOT_DE_PASSE_DEMONSTRATION,
    appareil_en_mots,
    comptes_de_demonstration,
    fin_du_verrou,
    second_facteur_de,
)
from comptes.services.comptes import en_mots
from comptes.services.second_facteur import REFUS, verifier
from socle.adresses import adresse_du_client

MODELE = "django.contrib.auth.backends.ModelBackend"
logger = logging.getLogger(__name__)
#: In the session of someone whose password is right and whose code is awaited.
CLE_ATTENTE = "code_attendu"
DELAI_DU_CODE = timedelta(minutes=10)


def ouvrir_session(request: HttpRequest, utilisateur: Utilisateur, *, preuve: str = "") -> None:
    """Signs in: new key, twelve hours whatever is done, and what « Sessions ouvertes » will say of it."""
    login(request, utilisateur, backend=MODELE)
    for passee in (CLE_ATTENTE, CLE_INACTIVITE):
        request.session.pop(passee, None)
    request.session[CLE_APPAREIL] = appareil_en_mots(request.headers.get("User-Agent", ""))
    request.session[CLE_OUVERTURE] = timezone.now().isoformat()
    request.session[CLE_PREUVE] = preuve
    request.session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    logger.info("Connexion : %s", preuve or "mot de passe", extra={"personne": utilisateur.pk})


class Connexion(LoginView):
    """Sign-in; in demonstration each account is a form of one button, sent to this same view."""

    template_name = "comptes/connexion.html"
    authentication_form: type[AuthenticationForm] = ConnexionForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        utilisateur = form.get_user()
        if second_facteur_de(utilisateur) is None:
            ouvrir_session(self.request, utilisateur)
            return redirect(self.get_success_url())
        # Nobody is signed in yet. New key: whoever planted the former one does not get the awaiting.
        self.request.session.cycle_key()
        self.request.session[CLE_ATTENTE] = {
            "utilisateur": utilisateur.pk,
            "empreinte": utilisateur.get_session_auth_hash(),
            "jusqu_a": (timezone.now() + DELAI_DU_CODE).isoformat(),
            "suite": self.get_redirect_url(),
        }
        logger.info("Connexion : code attendu", extra={"personne": utilisateur.pk})
        return redirect("comptes:code")

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        courriel = form.cleaned_data.get("username", "")
        compte = Utilisateur.objects.filter(courriel=courriel).values_list("pk", flat=True).first()
        logger.warning("Connexion refusée : mot de passe", extra={"personne": compte})
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "comptes_demonstration": comptes_de_demonstration(),
            "mot_de_passe_demonstration": MOT_DE_PASSE_DEMONSTRATION if settings.DEMONSTRATION else "",
            "fournisseur": settings.OIDC_NOM if settings.OIDC_EMETTEUR else "",
            "sans_activite": en_mots(settings.INACTIVITE_MINUTES * 60)
            if self.request.session.get(CLE_INACTIVITE)
            else "",
        }


def utilisateur_attendu(request: HttpRequest) -> Utilisateur | None:
    """Whose code is awaited: the account is open, its password the same, ten minutes not over."""
    attente = request.session.get(CLE_ATTENTE)
    if not attente or datetime.fromisoformat(attente["jusqu_a"]) < timezone.now():
        return None
    utilisateur = Utilisateur.objects.filter(pk=attente["utilisateur"], is_active=True).first()
    if utilisateur is None:
        return None
    meme = constant_time_compare(utilisateur.get_session_auth_hash(), attente["empreinte"])
    return utilisateur if meme else None


@method_decorator([login_not_required, never_cache], name="dispatch")
class Code(FormView):
    """The second step: the code of the application, or a recovery code."""

    template_name = "comptes/code.html"
    form_class = CodeForm
    extra_context = {
        "titre": "Saisir le code",
        "libelle_envoi": "Se connecter",
        "url_retour": reverse_lazy("comptes:connexion"),
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        utilisateur = utilisateur_attendu(request)
        if utilisateur is None:
            return redirect("comptes:connexion")
        self.utilisateur = utilisateur
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        verdict = verifier(utilisateur=self.utilisateur, saisie=form.cleaned_data["saisie"])
        if verdict != Verdict.ACCEPTE:
            logger.warning("Connexion refusée : code %s", verdict, extra={"personne": self.utilisateur.pk})
            form.add_error("saisie", REFUS[verdict])
            return self.form_invalid(form)
        suite = self.request.session[CLE_ATTENTE]["suite"]
        ouvrir_session(self.request, self.utilisateur, preuve=Preuve.CODE)
        return redirect(suite or resolve_url(settings.LOGIN_REDIRECT_URL))


class Deconnexion(LogoutView):
    """Sign-out, by POST only; then of the identity provider, when it had opened the session."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        suite = adresse_de_deconnexion(request)
        logger.info("Déconnexion")
        reponse = super().post(request, *args, **kwargs)
        if suite:
            # A page, not a redirection: the browser would refuse to leave the site after a form (CSP).
            contexte = {"suite": suite, "fournisseur": settings.OIDC_NOM}
            reponse = render(request, "comptes/deconnexion_fournisseur.html", contexte)
        return oublier_les_pages(reponse)


def oublier_les_pages(reponse: HttpResponse) -> HttpResponse:
    """Tells the browser to; not its storage, where an anonymous survey may be waiting for its end."""
    reponse.headers["Clear-Site-Data"] = '"cache"'
    return reponse


def adresse_de_deconnexion(request: HttpRequest) -> str:
    """Where the provider signs the person out (OpenID Connect RP-Initiated Logout), or nothing."""
    jeton = request.session.get("oidc_id_token")
    if not (jeton and settings.OIDC_EMETTEUR and settings.OIDC_OP_LOGOUT_ENDPOINT):
        return ""
    parametres = {
        "id_token_hint": jeton,
        "post_logout_redirect_uri": request.build_absolute_uri(reverse("comptes:connexion")),
        "state": get_random_string(32),
    }
    return f"{settings.OIDC_OP_LOGOUT_ENDPOINT}?{urlencode(parametres)}"


# --- The identity provider: both addresses exist only once one is set -----------------------------------


@login_not_required
@never_cache
@require_GET
def fournisseur(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("accueil")
    return _avec_le_fournisseur("Depart").as_view()(request)


@login_not_required
@never_cache
@require_GET
def fournisseur_retour(request: HttpRequest) -> HttpResponse:
    return _avec_le_fournisseur("revenir")(request)


def _avec_le_fournisseur(nom: str) -> Any:
    """The library is an extra: it is read when a provider is set, and only then."""
    if not settings.OIDC_EMETTEUR:
        raise Http404("Aucun fournisseur d’identité n’est réglé.")
    return import_string(f"comptes.views.oidc.{nom}")


def trop_de_tentatives(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Ten failures for this account from this address (django-axes): come back later, here is when."""
    fin = fin_du_verrou((credentials or {}).get("username", ""), adresse_du_client(request))
    attente = max(1, int((fin - timezone.now()).total_seconds()))
    logger.warning("Connexion refusée : trop d’essais")
    page = render(request, "comptes/trop_de_tentatives.html", {"fin": fin}, status=429)
    page.headers["Retry-After"] = str(attente)
    return page

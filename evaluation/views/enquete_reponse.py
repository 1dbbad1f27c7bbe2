"""The page behind a personal link: public, without a session, without a trace of who opened it."""

from __future__ import annotations

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.enums import LienRefuse
from evaluation.forms.enquete_reponse import ReponseForm
from evaluation.models import Enquete
from evaluation.selectors.enquetes import invitation_du_jeton, refus_du_lien
from evaluation.services.enquete_reponse import LienSansEffet, deposer_reponse
from socle.chiffrement import Illisible
from socle.views import ajouter_erreurs

CODES = {LienRefuse.INCONNU: 404, LienRefuse.UTILISE: 409, LienRefuse.FERMEE: 410}
INDISPONIBLE = (
    "L’enquête ne peut pas recevoir de réponse pour le moment. Votre lien reste valable : réessayez demain, "
    "vos réponses restent sur cet appareil."
)


# Without the form token, which wants a cookie: the link is a secret that no other site can know.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enquete_repondre(request: HttpRequest, jeton: str) -> HttpResponse:
    """The questionnaire, or why the link opens none."""
    invitation = invitation_du_jeton(jeton)
    refus = refus_du_lien(invitation, timezone.localdate())
    if invitation is None or refus is not None:
        return _refuser(request, jeton, refus or LienRefuse.INCONNU)
    questions = list(invitation.enquete.questions.dans_l_ordre())
    form = ReponseForm(request.POST if request.method == "POST" else None, questions=questions)
    if form.is_bound and form.is_valid():
        try:
            deposer_reponse(jeton=jeton, reponses=form.reponses)
            return _discrete(redirect("evaluation:enquete_merci"))
        except LienSansEffet as sans_effet:
            return _refuser(request, jeton, sans_effet.refus)
        except ValidationError as erreur:
            ajouter_erreurs(form, erreur)
        except Illisible:
            form.add_error(None, INDISPONIBLE)
    return _montrer(request, jeton, invitation.enquete, form)


@login_not_required
@require_safe
def enquete_merci(request: HttpRequest) -> HttpResponse:
    """The same page for everyone: its address holds nothing."""
    return _discrete(render(request, "evaluation/enquetes/merci.html"))


def _montrer(request: HttpRequest, jeton: str, enquete: Enquete, form: ReponseForm) -> HttpResponse:
    contexte = {"enquete": enquete, "form": form, "brouillon": _cle_du_brouillon(jeton)}
    return _discrete(render(request, "evaluation/enquetes/repondre.html", contexte))


def _refuser(request: HttpRequest, jeton: str, refus: LienRefuse) -> HttpResponse:
    contexte = {"refus": refus, "titre": refus.label, "brouillon": _cle_du_brouillon(jeton)}
    return _discrete(render(request, "evaluation/enquetes/refus.html", contexte, status=CODES[refus]))


def _cle_du_brouillon(jeton: str) -> str:
    """Under which the browser keeps what is not sent yet: it tells two links apart and gives neither back."""
    return hashlib.sha256(b"brouillon:" + jeton.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _discrete(reponse: HttpResponse) -> HttpResponse:
    """Kept by no cache, named to no other page."""
    reponse.headers["Cache-Control"] = "private, no-store"
    reponse.headers["Referrer-Policy"] = "no-referrer"
    return reponse

"""OpenID Connect with mozilla-django-oidc (extra `oidc`): imported only when a provider is set.

The library writes the request (state, nonce, PKCE), exchanges the code and finds the keys. Here is what it
leaves to its user: issuer and audience, the same subject in both answers, the level asked, who it is.
"""

import json
import logging
import time
from functools import partial
from typing import Any

import jwt
import requests
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from mozilla_django_oidc import auth
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

from comptes.enums import Preuve, Refus
from comptes.models import Utilisateur
from comptes.services.identite import Identite, IdentiteRefusee, reconnaitre
from comptes.views.connexion import adresse_de_deconnexion, ouvrir_session

logger = logging.getLogger(__name__)
#: Seconds that a request may wait at the provider, and that two clocks may differ by.
DELAI = 600
ECART_DES_HORLOGES = 30
STATUTS = {Refus.PERIMEE: 400, Refus.INVALIDE: 400, Refus.INJOIGNABLE: 502}


class SansDetour:
    """`requests` as the library calls it: goes where it is told, follows no answer to another address."""

    get = staticmethod(partial(requests.get, allow_redirects=False))
    post = staticmethod(partial(requests.post, allow_redirects=False))


# No setting of the library says so.
auth.requests = SansDetour


class Fournisseur(OIDCAuthenticationBackend):
    """Reads the answers of the provider. Not one of AUTHENTICATION_BACKENDS: only the return calls it."""

    def _verify_jws(self, payload: str, key: Any) -> dict[str, Any]:
        """Signature by the one algorithm agreed, issuer, audience, dates: of the id_token and of userinfo."""
        return jwt.decode(
            payload,
            key,
            algorithms=[self.OIDC_RP_SIGN_ALGO],
            audience=self.OIDC_RP_CLIENT_ID,
            issuer=settings.OIDC_EMETTEUR,
            leeway=ECART_DES_HORLOGES,
            options={"require": ["iss", "aud", "sub"]},
        )

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> Utilisateur:
        """Never creates: the account that the provider's answer designates, or `IdentiteRefusee`."""
        infos = self.get_userinfo(access_token, id_token, payload)
        # The substitution of one answer for another (OpenID Connect Core, §5.3.2).
        if "exp" not in payload or infos.get("sub") != payload["sub"]:
            raise IdentiteRefusee(Refus.INVALIDE)
        if settings.OIDC_ACR and payload.get("acr") not in settings.OIDC_ACR:
            raise IdentiteRefusee(Refus.NIVEAU)
        return reconnaitre(lire_identite(payload, infos))


def lire_identite(jeton: dict[str, Any], infos: dict[str, Any]) -> Identite:
    """Without `email_verified`, the word of the provider is worth what OIDC_COURRIEL_VERIFIE says."""
    amr = jeton.get("amr") or []
    return Identite(
        emetteur=settings.OIDC_EMETTEUR,
        sujet=str(jeton["sub"]),
        courriel=str(infos.get("email") or ""),
        courriel_verifie=infos.get("email_verified", settings.OIDC_COURRIEL_VERIFIE) is True,
        prenom=str(infos.get("given_name") or ""),
        nom=str(infos.get("usual_name") or infos.get("family_name") or ""),
        acr=str(jeton.get("acr") or ""),
        amr=tuple(map(str, amr if isinstance(amr, list) else [amr])),
    )


class Depart(OIDCAuthenticationRequestView):
    """Sends the browser to the provider, and asks how the person is authenticated there."""

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        demande: dict[str, Any] = {"amr": {"essential": True}}
        if settings.OIDC_ACR:
            demande["acr"] = {"essential": True, "values": settings.OIDC_ACR}
        return {"claims": json.dumps({"id_token": demande}, separators=(",", ":"))}


def revenir(request: HttpRequest) -> HttpResponse:
    """Back from the provider: the answer serves once, to the browser that asked, within ten minutes."""
    etat = request.session.get("oidc_states", {}).pop(request.GET.get("state", ""), None)
    if etat is not None:
        request.session.save()  # spent before the provider is asked: a second request finds nothing
    try:
        utilisateur = _lire_la_reponse(request, etat)
    except IdentiteRefusee as refus:
        return refuser(request, refus.raison)
    except (requests.ConnectionError, requests.Timeout):
        return refuser(request, Refus.INJOIGNABLE)
    except (SuspiciousOperation, jwt.PyJWTError, requests.RequestException, KeyError, TypeError, ValueError):
        return refuser(request, Refus.INVALIDE)
    suite = request.session.pop("oidc_login_next", None)
    ouvrir_session(request, utilisateur, preuve=Preuve.FOURNISSEUR)
    request.session.pop("oidc_states", None)
    return redirect(suite or resolve_url(settings.LOGIN_REDIRECT_URL))


def _lire_la_reponse(request: HttpRequest, etat: dict[str, Any] | None) -> Utilisateur:
    if etat is None or time.time() - etat["added_on"] > DELAI:
        raise IdentiteRefusee(Refus.PERIMEE)
    if "code" not in request.GET:
        raise IdentiteRefusee(Refus.ABANDON)
    utilisateur = Fournisseur().authenticate(
        request, nonce=etat["nonce"], code_verifier=etat["code_verifier"]
    )
    if utilisateur is None:
        raise IdentiteRefusee(Refus.INVALIDE)
    return utilisateur


def refuser(request: HttpRequest, raison: Refus) -> HttpResponse:
    """Says why, whom to ask, and offers to leave the provider in order to take another identity."""
    statut = STATUTS.get(raison, 403)
    logger.warning("Connexion refusée : fournisseur, %s", raison)
    contexte = {
        "raison": raison,
        "statut": statut,
        "fournisseur": settings.OIDC_NOM,
        "suite": adresse_de_deconnexion(request),
        "a_demander": raison in {Refus.INCONNU, Refus.AUTRE_IDENTITE, Refus.DESACTIVE, Refus.NON_VERIFIE},
    }
    return render(request, "comptes/identite_refusee.html", contexte, status=statut)

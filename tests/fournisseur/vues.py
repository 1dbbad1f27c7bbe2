"""Addresses of the provider. django-oauth-toolkit does the protocol: codes that serve once, PKCE required,
nonce, RP-initiated logout.

Added here is what ProConnect does and it does not: userinfo signed (application/jwt), acr and amr. And, for
the tests, how to say who exists and which answer to spoil.
"""

import json
from typing import Any

import jwt
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from jwcrypto.jwt import JWT
from oauth2_provider.models import get_application_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views import UserInfoView

HONNETE = {
    "jeton": {},
    "userinfo": {},
    "entetes": {},
    "autre_cle": False,
    "sans_signature": False,
    "en_json": False,
    "a_la_place": "",
}
#: Addresses of the trap: whoever follows what an answer says ends there.
VISITES: list[str] = []
#: Claims by subject, and what the next answers spoil: told by `PUT /essai/`.
ESSAI: dict[str, Any] = {"personnes": {}, **HONNETE}
FORMULAIRE = """<!DOCTYPE html><html lang="fr"><title>Fournisseur</title><h1>Fournisseur d’identité</h1>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="{jeton}">
<label>Identifiant <input name="username"></label>
<label>Mot de passe <input name="password" type="password"></label><button>Entrer</button></form>"""


def signer(revendications: dict[str, Any]) -> str:
    kid = (settings.AUTRE_CLE if ESSAI["entetes"] else settings.CLE).thumbprint()
    if ESSAI["sans_signature"]:
        return jwt.encode(revendications, None, algorithm="none", headers={"kid": kid})
    entetes = {"typ": "JWT", "alg": "RS256", "kid": kid} | {
        nom: json.loads(settings.AUTRE_CLE.export_public()) if nom == "jwk" else valeur
        for nom, valeur in ESSAI["entetes"].items()
    }
    jeton = JWT(header=entetes, claims=json.dumps(revendications, default=str))
    jeton.make_signed_token(settings.AUTRE_CLE if ESSAI["autre_cle"] else settings.CLE)
    return jeton.serialize()


def gater(revendications: dict[str, Any], comment: dict[str, Any]) -> dict[str, Any]:
    """With the claims of the test in place; None removes one."""
    return {cle: valeur for cle, valeur in (revendications | comment).items() if valeur is not None}


class Validateur(OAuth2Validator):
    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        return {"sub": request.user.username, "acr": "eidas1", "amr": ["pwd", "mfa"]}

    def finalize_id_token(self, id_token: dict, token: Any, token_handler: Any, request: Any) -> str:
        honnete = super().finalize_id_token(id_token, token, token_handler, request)
        if ESSAI["a_la_place"] == "acces":
            return token["access_token"]
        if ESSAI["a_la_place"] == "userinfo":
            propres = ("iss", "aud", "sub", "exp", "iat")
            return signer({nom: id_token[nom] for nom in propres})
        gate = ESSAI["jeton"] or ESSAI["autre_cle"] or ESSAI["sans_signature"]
        return signer(gater(id_token, ESSAI["jeton"])) if gate else honnete


class UserinfoSigne(UserInfoView):
    """As ProConnect answers: the claims in a signed token (OpenID Connect Core, §5.3.2)."""

    def _create_userinfo_response(self, request: HttpRequest) -> HttpResponse:
        reponse = super()._create_userinfo_response(request)
        if reponse.status_code != 200:
            return reponse
        sujet = json.loads(reponse.content)["sub"]
        infos = {"sub": sujet, "iss": settings.EMETTEUR, "aud": settings.CLIENT}
        infos = gater(infos | ESSAI["personnes"].get(sujet, {}), ESSAI["userinfo"])
        if ESSAI["en_json"]:
            return HttpResponse(json.dumps(infos), content_type="application/json")
        return HttpResponse(signer(infos), content_type="application/jwt; charset=utf-8")


def piege(request: HttpRequest) -> HttpResponse:
    """The keys of whoever forges; each visit is noted."""
    VISITES.append(request.get_full_path())
    cle = json.loads(settings.AUTRE_CLE.export_public()) | {"kid": settings.AUTRE_CLE.thumbprint()}
    return HttpResponse(json.dumps({"keys": [cle]}), content_type="application/json")


def detour(request: HttpRequest) -> HttpResponse:
    reponse = HttpResponse(status=302)
    reponse.headers["Location"] = "/piege/"
    return reponse


class Entrer(LoginView):
    def render_to_response(self, context: dict, **kwargs: Any) -> HttpResponse:  # type: ignore[override]  # the library’s is untyped
        return HttpResponse(FORMULAIRE.format(jeton=get_token(self.request)))


def essai(request: HttpRequest) -> HttpResponse:
    """Who exists, which site may send here, and what to spoil from now on; GET: who fell in the trap."""
    if request.method == "GET":
        return HttpResponse(json.dumps(VISITES), content_type="application/json")
    VISITES.clear()
    ESSAI.update(HONNETE | json.loads(request.body))
    for sujet in ESSAI["personnes"]:
        if not get_user_model().objects.filter(username=sujet).exists():
            get_user_model().objects.create_user(sujet, password=settings.MOT_DE_PASSE)
    get_application_model().objects.update_or_create(
        client_id=settings.CLIENT,
        defaults={
            "client_secret": settings.SECRET,
            "client_type": "confidential",
            "authorization_grant_type": "authorization-code",
            "redirect_uris": f"{ESSAI['site']}/connexion/fournisseur/retour/",
            "post_logout_redirect_uris": f"{ESSAI['site']}/connexion/",
            "skip_authorization": True,
            "algorithm": "RS256",
        },
    )
    return HttpResponse(status=204)


urlpatterns = [
    path("o/userinfo/", UserinfoSigne.as_view()),
    path("o/", include("oauth2_provider.urls")),
    path("entrer/", Entrer.as_view()),
    path("essai/", essai),
    path("piege/", piege),
    path("detour/", csrf_exempt(detour)),
]

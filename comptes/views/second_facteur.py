"""« Second facteur »: enrolment, recovery codes, removal, by the person."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from comptes.documents import dessiner_qr
from comptes.enums import Preuve
from comptes.forms import ActivationForm, CodeForm
from comptes.models.session import CLE_OUVERTURE, CLE_PREUVE
from comptes.selectors import codes_de_secours_restants, identite_externe_de, second_facteur_de
from comptes.services import second_facteur as services
from socle.chiffrement import Illisible
from socle.requetes import RequeteConnectee
from socle.views import ajouter_erreurs

#: In the session, the secret that waits for its first code, encrypted.
CLE_SECRET = "secret_en_attente"  # noqa: S105 - the name of a key
#: Signed in for longer, the password is asked again: an unlocked screen is not enough.
CONNEXION_RECENTE = timedelta(minutes=10)


class MonSecondFacteur(TemplateView):
    """What protects the account, and what may be done about it."""

    request: RequeteConnectee
    template_name = "comptes/second_facteur.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facteur = second_facteur_de(self.request.user)
        return super().get_context_data(**kwargs) | {
            "facteur": facteur,
            "identite_externe": identite_externe_de(self.request.user),
            "fournisseur": settings.OIDC_NOM,
            "codes_restants": codes_de_secours_restants(facteur) if facteur else 0,
            "codes_donnes": services.NOMBRE_DE_CODES,
            "second_facteur_manquant": self.request.second_facteur_manquant,
        }


class Activer(FormView):
    """The QR code to scan, then the first code; until then the secret waits in the session."""

    request: RequeteConnectee
    template_name = "comptes/second_facteur_activer.html"
    form_class = ActivationForm
    extra_context = {
        "titre": "Activer un second facteur",
        "libelle_envoi": "Activer",
        "url_retour": reverse_lazy("comptes:second_facteur"),
    }

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if second_facteur_de(request.user) is not None or identite_externe_de(request.user) is not None:
            return redirect("comptes:second_facteur")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def secret_chiffre(self) -> str:
        chiffre = self.request.session.get(CLE_SECRET, "")
        try:
            services.lire_secret(chiffre)
        except Illisible:
            chiffre = self.request.session[CLE_SECRET] = services.nouveau_secret()
        return chiffre

    def get_form_kwargs(self) -> dict[str, Any]:
        ouverture = self.request.session.get(CLE_OUVERTURE)
        recente = ouverture and timezone.now() - datetime.fromisoformat(ouverture) < CONNEXION_RECENTE
        return super().get_form_kwargs() | {"utilisateur": self.request.user, "redemander": not recente}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        adresse = services.adresse_de_l_application(
            utilisateur=self.request.user, secret_chiffre=self.secret_chiffre
        )
        secret = services.lire_secret(self.secret_chiffre)
        return super().get_context_data(**kwargs) | {
            "qr": dessiner_qr(adresse),
            "adresse": adresse,
            "cle": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        }

    def form_valid(self, form: ActivationForm) -> HttpResponse:
        utilisateur = self.request.user
        try:
            codes = services.activer(
                utilisateur=utilisateur,
                secret_chiffre=self.secret_chiffre,
                saisie=form.cleaned_data["saisie"],
            )
        except ValidationError as erreur:
            ajouter_erreurs(form, erreur)
            return self.form_invalid(form)
        del self.request.session[CLE_SECRET]
        self.request.session[CLE_PREUVE] = Preuve.CODE
        # New key for this browser; the other sessions are dead.
        update_session_auth_hash(self.request, utilisateur)
        return montrer_les_codes(self.request, codes, "Votre second facteur est actif")


class GesteSurLeFacteur(FormView):
    """A gesture that a valid code authorises."""

    request: RequeteConnectee
    template_name = "comptes/second_facteur_geste.html"
    form_class = CodeForm
    success_url = reverse_lazy("comptes:second_facteur")
    titre = ""
    explication = ""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if second_facteur_de(request.user) is None:
            return redirect("comptes:second_facteur")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "titre": self.titre,
            "explication": self.explication,
            "libelle_envoi": self.titre,
            "url_retour": self.success_url,
        }

    def executer(self) -> HttpResponse:
        raise NotImplementedError

    def form_valid(self, form: CodeForm) -> HttpResponse:
        try:
            services.exiger_un_code(utilisateur=self.request.user, saisie=form.cleaned_data["saisie"])
        except ValidationError as erreur:
            ajouter_erreurs(form, erreur)
            return self.form_invalid(form)
        return self.executer()


class RenouvelerCodes(GesteSurLeFacteur):
    titre = "Renouveler les codes de secours"
    explication = "Les anciens codes ne serviront plus."

    def executer(self) -> HttpResponse:
        codes = services.renouveler_les_codes(utilisateur=self.request.user)
        return montrer_les_codes(self.request, codes, "Vos nouveaux codes de secours")


class Retirer(GesteSurLeFacteur):
    titre = "Retirer le second facteur"
    explication = (
        "Pour changer de téléphone : retirez le second facteur, puis activez-le de nouveau. Si votre "
        "fonction l’exige, le service vous le demandera aussitôt. Vos autres sessions seront fermées."
    )

    def executer(self) -> HttpResponse:
        services.retirer(utilisateur=self.request.user)
        self.request.session[CLE_PREUVE] = ""
        update_session_auth_hash(self.request, self.request.user)
        messages.success(self.request, "Le second facteur est retiré.")
        return redirect(self.success_url)


def montrer_les_codes(request: RequeteConnectee, codes: list[str], titre: str) -> HttpResponse:
    """Shown once, in the answer itself: only their hashes are kept."""
    return render(request, "comptes/codes_de_secours.html", {"codes": codes, "titre": titre})

"""Forms of the account pages."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm

from socle.forms import FormulaireDsfr

AIDE_MOT_DE_PASSE = (
    "Au moins 15 caractères, sans autre contrainte : une suite de mots se retient mieux qu’un code."
)


def exiger_le_mot_de_passe(utilisateur: Any, mot_de_passe: str) -> str:
    """The same password, or the error of a field."""
    if not utilisateur.check_password(mot_de_passe):
        raise forms.ValidationError("Ce n’est pas votre mot de passe actuel.")
    return mot_de_passe


class ConnexionForm(FormulaireDsfr, AuthenticationForm):
    """Address and password; the address is compared, and counted against brute force, in lower case."""

    error_messages = {
        "invalid_login": "L’adresse ou le mot de passe ne convient pas. Vérifiez votre saisie, "
        "les majuscules du mot de passe comprises.",
        "inactive": "L’adresse ou le mot de passe ne convient pas.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "maxlength": 254}
        )
        self.fields["username"].label = "Adresse électronique"
        self.fields["username"].help_text = "Format attendu : prenom.nom@academie.fr"

    def clean_username(self) -> str:
        return self.cleaned_data["username"].strip().lower()


class MotDePasseOublieForm(FormulaireDsfr):
    courriel = forms.EmailField(
        label="Adresse électronique",
        help_text="Celle de votre compte. Format attendu : prenom.nom@academie.fr",
    )


class NouveauMotDePasseForm(FormulaireDsfr, SetPasswordForm):
    """Twice the new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = AIDE_MOT_DE_PASSE
        self.fields["new_password2"].label = "Le même, une seconde fois"
        self.fields["new_password2"].help_text = ""


class ChangerMotDePasseForm(FormulaireDsfr, PasswordChangeForm):
    """The current password, then twice the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Mot de passe actuel"
        self.fields["new_password1"].help_text = AIDE_MOT_DE_PASSE
        self.fields["new_password2"].label = "Le même, une seconde fois"
        self.fields["new_password2"].help_text = ""


class ChangerCourrielForm(FormulaireDsfr):
    """The new address, and the password: an unlocked screen is not enough to steal an account."""

    nouveau = forms.EmailField(
        label="Nouvelle adresse électronique",
        help_text="Un lien de confirmation y sera envoyé. Format attendu : prenom.nom@academie.fr",
    )
    mot_de_passe = forms.CharField(
        label="Votre mot de passe",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, utilisateur: Any, **kwargs: Any) -> None:
        self.utilisateur = utilisateur
        super().__init__(*args, **kwargs)

    def clean_mot_de_passe(self) -> str:
        return exiger_le_mot_de_passe(self.utilisateur, self.cleaned_data["mot_de_passe"])


class CodeForm(FormulaireDsfr):
    """The code of the application, or a recovery code."""

    saisie = forms.CharField(
        label="Code",
        max_length=40,
        help_text="Les six chiffres affichés par votre application, ou un code de secours. "
        "Format attendu : 123456, ou 3-abcd-efgh-jkmn",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )


class ActivationForm(FormulaireDsfr):
    """The first code of the application; the password too, when one has been signed in for a while."""

    saisie = forms.CharField(
        label="Code affiché par l’application",
        max_length=10,
        help_text="Il change toutes les trente secondes. Format attendu : 123456",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    mot_de_passe = forms.CharField(
        label="Votre mot de passe",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, utilisateur: Any, redemander: bool, **kwargs: Any) -> None:
        self.utilisateur = utilisateur
        super().__init__(*args, **kwargs)
        if not redemander:
            del self.fields["mot_de_passe"]

    def clean_mot_de_passe(self) -> str:
        return exiger_le_mot_de_passe(self.utilisateur, self.cleaned_data["mot_de_passe"])

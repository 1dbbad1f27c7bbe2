"""The identity of a person at the identity provider (OpenID Connect)."""

from django.conf import settings
from django.db import models


class IdentiteExterne(models.Model):
    """Links an account to one subject of one provider; from then on the address no longer matters."""

    utilisateur = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="identite_externe"
    )
    emetteur = models.CharField("fournisseur d’identité", max_length=255)
    sujet = models.CharField("identifiant chez le fournisseur", max_length=255)
    # How the person was authenticated the last time (OpenID Connect Core, §2: acr, amr).
    acr = models.CharField("niveau d’authentification", max_length=255, blank=True)
    amr = models.JSONField("moyens d’authentification", default=list, blank=True)
    reliee_le = models.DateTimeField("reliée le", auto_now_add=True)
    vue_le = models.DateTimeField("vue le")

    class Meta:
        verbose_name = "identité externe"
        verbose_name_plural = "identités externes"
        constraints = [
            models.UniqueConstraint(
                fields=["emetteur", "sujet"],
                name="identite_externe_unique",
                violation_error_message="Cette identité est déjà reliée à un autre compte.",
            )
        ]

    def __str__(self) -> str:
        return f"identité de {self.utilisateur}"

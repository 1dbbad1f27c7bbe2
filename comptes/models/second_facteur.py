"""The second factor of a local account: an application that draws codes, and codes kept for a bad day."""

from django.conf import settings
from django.db import models


class SecondFacteur(models.Model):
    """The application of one person. Its secret is kept encrypted; whoever reads the base draws no code."""

    utilisateur = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="second_facteur"
    )
    secret_chiffre = models.TextField("secret chiffré", editable=False)
    # The thirty seconds of the last code accepted: neither it nor an older one serves again.
    dernier_pas = models.BigIntegerField("dernier pas", editable=False)
    echecs = models.PositiveIntegerField("échecs de suite", default=0, editable=False)
    suspendu_jusqu_a = models.DateTimeField("suspendu jusqu’à", null=True, editable=False)
    actif_depuis = models.DateTimeField("actif depuis", auto_now_add=True)

    class Meta:
        verbose_name = "second facteur"
        verbose_name_plural = "seconds facteurs"

    def __str__(self) -> str:
        return f"second facteur de {self.utilisateur}"


class CodeDeSecours(models.Model):
    """A numbered code that replaces the application once; only its hash is kept."""

    second_facteur = models.ForeignKey(SecondFacteur, on_delete=models.CASCADE, related_name="codes")
    numero = models.PositiveSmallIntegerField("numéro")
    empreinte = models.CharField("empreinte", max_length=128, editable=False)
    utilise_le = models.DateTimeField("utilisé le", null=True, editable=False)

    class Meta:
        verbose_name = "code de secours"
        verbose_name_plural = "codes de secours"
        constraints = [
            models.UniqueConstraint(fields=["second_facteur", "numero"], name="code_de_secours_unique")
        ]

    def __str__(self) -> str:
        return f"code de secours n° {self.numero}"

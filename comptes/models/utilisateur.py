"""Who signs in: a person and an e-mail address, nothing about schools nor rights."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac


class UtilisateurManager(BaseUserManager["Utilisateur"]):
    """Finds an account by its address, whatever the case it was typed in."""

    def get_by_natural_key(self, username: str | None) -> "Utilisateur":
        return self.get(courriel=(username or "").strip().lower())


class Utilisateur(AbstractBaseUser):
    """A person who may sign in. What the person may see comes from `reseaux.Habilitation` alone."""

    courriel = models.EmailField(
        "adresse électronique",
        unique=True,
        error_messages={"unique": "Un compte existe déjà avec cette adresse électronique."},
    )
    prenom = models.CharField("prénom", max_length=80)
    nom = models.CharField("nom", max_length=80)
    is_active = models.BooleanField("compte actif", default=True)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    # Raised to end every open session of the person: it is part of the session's fingerprint.
    generation_sessions = models.PositiveIntegerField("génération des sessions", default=0)
    demonstration = models.CharField(
        "présentation",
        max_length=120,
        blank=True,
        help_text="Ligne de la page de connexion, en démonstration seulement.",
    )

    USERNAME_FIELD = "courriel"
    EMAIL_FIELD = "courriel"
    REQUIRED_FIELDS = ["prenom", "nom"]

    objects = UtilisateurManager()

    class Meta:
        verbose_name = "utilisateur"
        verbose_name_plural = "utilisateurs"
        constraints = [
            models.CheckConstraint(
                name="utilisateur_courriel_en_minuscules",
                condition=models.Q(courriel=Lower("courriel")),
                violation_error_message="L’adresse électronique s’enregistre en minuscules.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom.upper()}"

    def clean(self) -> None:
        super().clean()
        self.courriel = self.courriel.strip().lower()

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.prenom

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A session dies with the password **and** with `generation_sessions`."""
        empreinte = f"{self.password}:{self.generation_sessions}"
        return salted_hmac(
            "comptes.Utilisateur.session", empreinte, secret=secret, algorithm="sha256"
        ).hexdigest()

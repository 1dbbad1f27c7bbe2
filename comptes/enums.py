"""Closed lists of `comptes`."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What an habilitation makes of a person. The territory that goes with it is `reseaux`' business."""

    DASEN = "dasen", "DASEN"
    SG = "sg", "Secrétaire général"
    IEN_IO = "ien_io", "IEN-IO"
    ADJOINT_IEN_IO = "adjoint_ien_io", "Adjoint à l’IEN-IO"
    DCIO = "dcio", "DCIO"
    SECRETAIRE_CIO = "secretaire_cio", "Secrétaire de CIO"
    PSYEN = "psyen", "PsyEN"
    CHEF_ETABLISSEMENT = "chef_etablissement", "Chef d’établissement"
    CHARGE_MISSION_REGION = "charge_mission_region", "Chargé de mission de la Région"
    ADMIN = "admin", "Administrateur"


class Preuve(TextChoices):
    """What proves who signs in, beside the password; `CODE` and `FOURNISSEUR` are strong."""

    CODE = "code", "Code à six chiffres"
    FOURNISSEUR = "fournisseur", "Fournisseur d’identité"


class Verdict(TextChoices):
    """What becomes of a code that someone typed."""

    ACCEPTE = "accepte", "Accepté"
    REFUSE = "refuse", "Refusé"
    SUSPENDU = "suspendu", "Suspendu"
    ILLISIBLE = "illisible", "Secret illisible"


class Refus(TextChoices):
    """Why the identity provider’s answer opens nothing; the label is what the person reads."""

    INCONNU = (
        "inconnu",
        "Aucun compte de ce service ne porte l’adresse électronique donnée par le fournisseur d’identité.",
    )
    NON_VERIFIE = (
        "non_verifie",
        "Le fournisseur d’identité n’a pas vérifié votre adresse électronique : elle ne suffit pas ici.",
    )
    AUTRE_IDENTITE = (
        "autre_identite",
        "Le compte qui porte votre adresse électronique est déjà relié à une autre identité.",
    )
    DESACTIVE = "desactive", "Votre compte est désactivé."
    NIVEAU = (
        "niveau",
        "Le fournisseur d’identité n’a pas vérifié votre identité au niveau que ce service demande.",
    )
    ABANDON = "abandon", "La connexion a été abandonnée, ou le fournisseur d’identité l’a refusée."
    PERIMEE = (
        "perimee",
        "Cette demande de connexion a déjà servi, a trop attendu, ou ne vient pas de ce navigateur.",
    )
    INVALIDE = "invalide", "La réponse du fournisseur d’identité n’est pas conforme : nous l’avons écartée."
    INJOIGNABLE = "injoignable", "Le fournisseur d’identité ne répond pas. Réessayez dans quelques minutes."

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

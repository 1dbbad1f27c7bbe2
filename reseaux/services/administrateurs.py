"""The first ADMIN of an académie, from the command line: every other access is opened on screen."""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from comptes.enums import Role
from comptes.services.comptes import lien_de_mot_de_passe
from reseaux.models import Academie, Habilitation
from reseaux.perimetre import Perimetre
from reseaux.services.annuaire_lecture import territoires
from reseaux.services.habilitations import ouvrir_acces
from socle.journal import journaliser


@transaction.atomic
def creer_administrateur(
    *,
    courriel: str,
    prenom: str,
    nom: str,
    code_academie: str,
    nom_academie: str = "",
    supplementaire: bool = False,
) -> tuple[Habilitation, str]:
    """Open the access and return it with the link by which the person chooses a password.

    Refused when the académie has an ADMIN in force, who opens the others, unless `supplementaire`.
    """
    perimetre = Perimetre.systeme()
    academie = _academie(perimetre, code_academie, nom_academie)
    en_place = Habilitation.objects.en_vigueur().filter(
        role=Role.ADMIN, academie=academie, utilisateur__is_active=True
    )
    premier = en_place.select_related("utilisateur").order_by("pk").first()
    if premier is not None and not supplementaire:
        raise ValidationError(
            f"L’académie {academie} a déjà un administrateur, {premier.utilisateur} : il ouvre les autres "
            "accès depuis l’écran « Comptes ». Pour en créer un autre malgré tout, ajoutez --supplementaire."
        )
    habilitation = ouvrir_acces(
        perimetre=perimetre,
        courriel=courriel,
        prenom=prenom,
        nom=nom,
        role=Role.ADMIN,
        territoire=academie,
        date_debut=timezone.localdate(),
    )
    return habilitation, lien_de_mot_de_passe(habilitation.utilisateur)


def _academie(perimetre: Perimetre, code: str, nom: str) -> Academie:
    """The académie of that code, created under its official name when the code is known."""
    connue = Academie.objects.filter(code=code).first()
    if connue is not None:
        return connue
    if not re.fullmatch(r"\d{2}", code, re.ASCII):
        raise ValidationError(f"« {code} » n’est pas un code d’académie à deux chiffres (03, 18).")
    nom = territoires()["academies"].get(code, "") or nom.strip()
    if not nom:
        raise ValidationError(f"L’académie {code} est inconnue : donnez son nom par --nom-academie.")
    academie = Academie.objects.create(code=code, nom=nom)
    journaliser(perimetre=perimetre, action="reseaux.academie.creee", objet=academie)
    return academie

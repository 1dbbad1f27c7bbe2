"""A département at work, in the empty base of the service: `manage.py shell` runs `peupler`."""

import json

from django.contrib.contenttypes.models import ContentType

from comptes.enums import Role
from planning.models import Action
from psyen.models import Repartition
from tests.planning.factories import creer_action, creer_jalon
from tests.psyen.factories import creer_brouillon, creer_modele_arrete, creer_proposee
from tests.reseaux.factories import creer_cio, creer_habilitation, creer_utilisateur

MOT_DE_PASSE = "chene-fougere-12-violon"
#: Whose proposals wait for the DASEN: one decision per fault.
PROPOSEES = ("Montoire", "Mer", "Selles", "Salbris", "Bracieux", "Marchenoir")
COMMUNES = ("Blois", "Vendôme", "Romorantin", "Contres")


def creer_compte(courriel: str):
    compte = creer_utilisateur(courriel)
    compte.set_password(MOT_DE_PASSE)
    compte.save()
    return compte


def creer_dcio(commune: str, rang: int) -> dict[str, int | str]:
    """A DCIO who answers for an action and shares out the weeks of a CIO."""
    cio = creer_cio(commune)
    compte = creer_compte(f"dcio{rang}@ac-essai.fr")
    creer_habilitation(Role.DCIO, cio, utilisateur=compte)
    action = creer_action(fin=170, personne=compte)
    type_action = ContentType.objects.get_for_model(Action).pk
    brouillon = creer_brouillon(cio=cio)
    return {"courriel": compte.courriel, "action": action.pk, "type": type_action, "brouillon": brouillon.pk}


def creer_ien() -> dict[str, int | str]:
    """The IEN-IO, who reminds a DCIO of a milestone."""
    compte = creer_compte("ien@ac-essai.fr")
    creer_habilitation(Role.IEN_IO, utilisateur=compte)
    jalon = creer_jalon(Action.objects.order_by("pk").first(), dans_jours=40)
    return {"courriel": compte.courriel, "jalon": jalon.pk}


def creer_dasen() -> dict[str, str | list[int]]:
    """The DASEN, and what awaits the decision."""
    compte = creer_compte("dasen@ac-essai.fr")
    creer_habilitation(Role.DASEN, utilisateur=compte)
    creer_modele_arrete()
    for commune in PROPOSEES:
        creer_proposee(cio=creer_cio(commune))
    proposees = Repartition.objects.filter(etat="proposee").order_by("pk")
    return {"courriel": compte.courriel, "proposees": list(proposees.values_list("pk", flat=True))}


def peupler() -> str:
    """Who was made, as JSON."""
    dcio = [creer_dcio(commune, rang) for rang, commune in enumerate(COMMUNES)]
    return json.dumps({"dcio": dcio, "ien": creer_ien(), "dasen": creer_dasen()})

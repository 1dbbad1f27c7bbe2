"""What the tests expect of reminders: who is owed what, and that each was told."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import F
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from planning.models import Action, Jalon, Rappel
from planning.services.rappels import envoyer_rappels
from socle.courriels import BAIL
from socle.enums import EtatCourriel
from socle.models import Courriel
from tests.pannes.attente import attendre
from tests.pannes.puits import PuitsDesPannes
from tests.planning.factories import creer_action, creer_jalon
from tests.reseaux.factories import creer_habilitation, creer_utilisateur


class Du(NamedTuple):
    """One line: this milestone, told to this person, at this step."""

    jalon: int
    personne: int
    etape: str


def creer_action_lointaine() -> Action:
    """Its own end is far: only the milestones put under it are due."""
    return creer_action(fin=170)


def creer_dcio(courriel: str = "") -> Utilisateur:
    personne = creer_utilisateur(courriel)
    creer_habilitation(Role.DCIO, utilisateur=personne)
    return personne


def du_a(action: Action, personne: Utilisateur, dans_jours: int, etape: str) -> Du:
    jalon: Jalon = creer_jalon(action, dans_jours=dans_jours, utilisateur=personne)
    return Du(jalon.pk, personne.pk, etape)


def creer_echeances(nombre: int = 5) -> set[Du]:
    """Something due today to each of them; the first is a week late twice besides, told in one mail."""
    action = creer_action_lointaine()
    personnes = [creer_dcio() for _ in range(nombre)]
    dus = {du_a(action, personne, 0, "J") for personne in personnes}
    return dus | {du_a(action, personnes[0], -8, "R+7") for _ in range(2)}


def nombre_de_courriels(dus: set[Du]) -> int:
    """One by due date of the day; what is late comes together."""
    return sum(du.etape == "J" for du in dus) + len({du.personne for du in dus if du.etape != "J"})


def dits() -> list[Du]:
    """What was written, and left."""
    lus = Rappel.objects.filter(courriel__etat=EtatCourriel.ENVOYE).order_by("pk")
    return [Du(*ligne) for ligne in lus.values_list("jalon", "destinataire", "etape")]


def attendre_que_tout_parte(dus: set[Du]) -> None:
    attendre(lambda: set(dits()) >= dus, "chaque échéance dite")


def laisser_passer_le_bail() -> None:
    """Ten minutes later, for the mails that a dead process holds; the back-off of the others is over too."""
    Courriel.objects.filter(etat=EtatCourriel.EN_COURS).update(pris_le=F("pris_le") - BAIL - dt.timedelta(1))
    Courriel.objects.filter(etat=EtatCourriel.A_ENVOYER).update(
        prochain_essai_le=timezone.now() - dt.timedelta(minutes=1)
    )


def verifier_chacun_une_fois(dus: set[Du], puits: PuitsDesPannes, redits: Iterable[int] = ()) -> None:
    """One line and one mail by due date told, each received once; `redits`: how often, for those told again.

    And nothing more is owed: another tick writes nothing.
    """
    assert sorted(dits()) == sorted(dus)
    assert Rappel.objects.count() == len(dus)
    assert Courriel.objects.count() == nombre_de_courriels(dus)
    recus = puits.identifiants
    assert set(recus) == set(Courriel.objects.values_list("message_id", flat=True))
    assert sorted(fois for fois in recus.values() if fois > 1) == sorted(redits)
    assert envoyer_rappels() == []

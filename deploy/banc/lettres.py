"""The letters of mission of the large CIO, thirty PsyEN: each one, then all as its DCIO asks for them."""

import time

from django.db import transaction
from django.utils import timezone

from comptes.enums import Role
from missions.documents.lettres import dessiner_lettre
from missions.models import LettreDeMission
from missions.selectors.lettres import etats_des_lettres
from missions.services.lettres_ensemble import preparer_lettres
from reseaux.models import AnneeScolaire, Habilitation
from reseaux.perimetre import Perimetre
from socle.models import TravailDeFond
from socle.travaux import executer_travail


def mesurer_lettres():
    """Seconds of the longest letter once WeasyPrint is loaded, of the whole job, and its outcome."""
    dcio = Perimetre.de(Habilitation.objects.pour_perimetre().filter(role=Role.DCIO).order_by("pk")[0])
    cio, annee = dcio.habilitation.cio, AnneeScolaire.objects.au(timezone.localdate())
    durees = [_dessiner(etat.contenu) for etat in etats_des_lettres([cio], annee)]
    return {"premiere": durees[0], "plus_longue": max(durees[1:]), **_ensemble(dcio, cio, annee)}


def _dessiner(contenu):
    debut = time.perf_counter()
    dessiner_lettre(contenu, signataire="Signataire du banc", version=1, jour=timezone.localdate())
    return time.perf_counter() - debut


@transaction.atomic
def _ensemble(dcio, cio, annee):
    """The job in the background: letters given, archive kept. Nothing of it stays, to be measured again."""
    travail = preparer_lettres(perimetre=dcio, cio=cio, annee=annee, emettre=True)
    debut = time.perf_counter()
    executer_travail(travail.pk)
    duree = time.perf_counter() - debut
    etat, message = TravailDeFond.objects.values_list("etat", "message").get(pk=travail.pk)
    emises = LettreDeMission.objects.filter(cio=cio, annee=annee).count()
    transaction.set_rollback(True)
    return {"ensemble": duree, "etat": etat, "message": message, "emises": emises}

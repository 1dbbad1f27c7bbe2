"""The tick of the reminders: what is owed is read, then written with its mail, person by person.

Whatever stops it, or runs beside it, the next tick finds in the database what is still to be said.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from planning.enums import ModeRappel
from planning.models import PreferenceRappels, Rappel
from planning.notifications.rappels import GARDE, Redaction, cle_du_rappel
from planning.selectors.messages import Messages
from planning.selectors.rappels import RELANCE, Passage, RappelDu
from planning.selectors.rappels_encore_dus import encore_du
from planning.selectors.rappels_etapes import ESCALADE
from socle.courriels import declarer_garde
from socle.models import Courriel
from socle.reveil import en_serie

logger = logging.getLogger(__name__)

#: Hours of Paris between which reminders are written: nobody is told of a deadline in the night.
OUVERTURE, FERMETURE = 8, 18
#: Persons whose milestones are read together.
PERSONNES_PAR_LOT = 200


def envoyer_rappels(*, maintenant: dt.datetime | None = None) -> list[RappelDu]:
    """Writes what is owed at that moment (now by default); returns it. Run twice, it writes once."""
    heure = timezone.localtime(maintenant)
    if not OUVERTURE <= heure.hour < FERMETURE:
        return []
    jour = heure.date()
    par_personne: dict[int, list[RappelDu]] = defaultdict(list)
    for du in Passage.du(jour).rappels_dus():
        par_personne[du.destinataire.pk].append(du)
    if not par_personne:
        return []
    recapitules = _recapitules()
    for servi in recapitules & _servis_le(jour):
        par_personne.pop(servi, None)
    messages = Messages.lus()
    ecrits: list[RappelDu] = []
    with en_serie():
        for lot in _lots(par_personne.values()):
            redaction = Redaction.des(jour, messages, (du for dus in lot for du in dus))
            for dus in lot:
                groupes = [dus] if dus[0].destinataire.pk in recapitules else list(_groupes(dus, jour))
                ecrits += _servir(groupes, redaction)
    return ecrits


def garder_les_rappels() -> None:
    """Each mail is asked again just before it leaves (`apps.ready`)."""
    declarer_garde(GARDE, encore_du, retirer_rappels)


def retirer_rappels(courriel: Courriel) -> None:
    """The mail was withheld: its lines go, and the next tick writes again what is still true."""
    Rappel.objects.filter(courriel=courriel).delete()


def _groupes(dus: list[RappelDu], jour: dt.date) -> Iterator[list[RappelDu]]:
    """One mail per due date whose step is of that very day; everything else in one.

    What a stop of the service, a closure or a week-end moved comes together, never as a burst; so do the
    delays reported to the IEN-IO.
    """
    ensemble = []
    for du in dus:
        if du.due.prevue_le == jour and du.etape != ESCALADE:
            yield [du]
        else:
            ensemble.append(du)
    if ensemble:
        yield ensemble


def _servir(groupes: list[list[RappelDu]], redaction: Redaction) -> list[RappelDu]:
    """Lines and mails of one person, together or not at all.

    Another tick that wrote first makes ours give up that person: nothing is said twice.
    """
    try:
        with transaction.atomic():
            _ecrire(groupes, redaction)
    except IntegrityError:
        return []
    except OperationalError:
        if not connection.is_usable():
            raise
        logger.warning("Rappels de la personne %s remis au prochain passage.", groupes[0][0].destinataire.pk)
        return []
    return [du for groupe in groupes for du in groupe]


def _ecrire(groupes: list[list[RappelDu]], redaction: Redaction) -> None:
    """The lines first: they are what the database refuses to hold twice."""
    ecrits = Rappel.objects.bulk_create(
        Rappel(
            jalon_id=du.jalon,
            echeance=du.echeance,
            destinataire=du.destinataire,
            etape=du.etape,
            jour=redaction.jour,
        )
        for groupe in groupes
        for du in groupe
    )
    reste = iter(ecrits)
    for groupe in groupes:
        rappels = list(islice(reste, len(groupe)))
        courriel = redaction.ecrire(groupe, cle_du_rappel(rappels[0]))
        for rappel in rappels:
            rappel.courriel = courriel
    Rappel.objects.bulk_update(ecrits, ["courriel"], batch_size=500)


def _lots(par_personne: Iterable[list[RappelDu]]) -> Iterator[list[list[RappelDu]]]:
    reste = iter(par_personne)
    while lot := list(islice(reste, PERSONNES_PAR_LOT)):
        yield lot


def _recapitules() -> set[int]:
    """Who asked for one mail a day."""
    choix = PreferenceRappels.objects.filter(mode=ModeRappel.RECAPITULATIF).order_by("pk")
    return set(choix.values_list("utilisateur", flat=True))


def _servis_le(jour: dt.date) -> set[int]:
    """Who already received something of the calendar that day: their digest is behind them."""
    ecrits = Rappel.objects.filter(jour=jour).exclude(etape__startswith=RELANCE).order_by("pk")
    return set(ecrits.values_list("destinataire", flat=True))

"""Which step of a due date is owed on a day: dates in, step out, no database.

Before the due date a step leaves on the last working day up to its own (« J-7 » of a Sunday leaves on
Friday); after it, on the first working day from its own. On a closed day nothing leaves. The step owed is the
latest whose day has come: older ones are superseded, so that whatever was missed makes one reminder.
"""

import datetime as dt
from typing import NamedTuple, Protocol

ESCALADE = "escalade"


class JoursOuvres(Protocol):
    """What is asked of a calendar (`planning.selectors.jours_ouvres.Calendrier`)."""

    def est_ouvre(self, jour: dt.date) -> bool: ...
    def precedent_ou_meme(self, jour: dt.date) -> dt.date: ...
    def suivant_ou_meme(self, jour: dt.date) -> dt.date: ...


class Pas(NamedTuple):
    """The steps of a plan, in days: before the due date, between two late reminders, before the IEN-IO."""

    avant: tuple[int, ...] = (30, 7, 1, 0)
    entre: int = 7
    escalade: int = 14


class EtapeDue(NamedTuple):
    """A step, its own day and the working day on which it leaves."""

    etape: str
    prevue_le: dt.date
    part_le: dt.date


def etape_due(
    echeance: dt.date, fixee_le: dt.date, jour: dt.date, pas: Pas, calendrier: JoursOuvres
) -> EtapeDue | None:
    """The step owed on `jour` to whoever answers for the due date; None when there is none.

    What should have left before the due date was even set is not owed, « J » and late steps apart.
    """
    if not calendrier.est_ouvre(jour):
        return None
    if (jour - echeance).days >= pas.entre:
        return _retard(echeance, jour, pas, calendrier)
    for avant in sorted(pas.avant):
        prevue = echeance - dt.timedelta(days=avant)
        part = calendrier.precedent_ou_meme(prevue)
        if part <= jour:
            return EtapeDue(nom_avant(avant), prevue, part) if part >= fixee_le or not avant else None
    return None


def escalade_due(echeance: dt.date, jour: dt.date, pas: Pas, calendrier: JoursOuvres) -> EtapeDue | None:
    """The one step owed to the IEN-IO, once the delay is long enough."""
    prevue = echeance + dt.timedelta(days=pas.escalade)
    if jour < prevue or not calendrier.est_ouvre(jour):
        return None
    return EtapeDue(ESCALADE, prevue, calendrier.suivant_ou_meme(prevue))


def nom_avant(jours: int) -> str:
    """« J-7 », « J »."""
    return f"J-{jours}" if jours else "J"


def _retard(echeance: dt.date, jour: dt.date, pas: Pas, calendrier: JoursOuvres) -> EtapeDue:
    """« R+7 », « R+14 »…: the last multiple reached; its working day has come since `jour` is one."""
    jours = (jour - echeance).days // pas.entre * pas.entre
    prevue = echeance + dt.timedelta(days=jours)
    return EtapeDue(f"R+{jours}", prevue, calendrier.suivant_ou_meme(prevue))

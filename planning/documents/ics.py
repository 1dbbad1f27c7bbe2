"""iCalendar (RFC 5545): pure builders, from plain values to the bytes of a calendar."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from icalendar import Calendar, Event, vCalAddress, vDuration, vText

#: Who made the calendar, as the standard asks.
PRODID = "-//Réseaux CIO//Plan de travail//FR"
TYPE_MIME = "text/calendar"
#: How long a calendar program may keep a feed before asking again.
ACTUALISATION = dt.timedelta(hours=6)


@dataclass(frozen=True)
class Contact:
    """Someone named in an invitation: « CN » and address."""

    nom: str
    courriel: str


@dataclass(frozen=True)
class Evenement:
    """A date for an all-day event (`fin` included), an aware datetime for a meeting."""

    uid: str
    titre: str
    debut: dt.date | dt.datetime
    fin: dt.date | dt.datetime | None = None
    description: str = ""
    lieu: str = ""
    url: str = ""
    sequence: int = 0
    modifie_le: dt.datetime | None = None
    annule: bool = False
    organisateur: Contact | None = None
    participants: Sequence[Contact] = field(default_factory=tuple)


def calendrier(evenements: Iterable[Evenement], nom: str, *, methode: str = "") -> bytes:
    """The bytes of a calendar: a feed (no method), or an invitation (« REQUEST », « CANCEL »)."""
    document = Calendar()
    document.add("prodid", PRODID)
    document.add("version", "2.0")
    document.add("calscale", "GREGORIAN")
    if methode:
        document.add("method", methode)
    else:
        # Not of the standard: the library would not escape it by itself.
        document.add("x-wr-calname", vText(_texte(nom)))
        document.add("refresh-interval", ACTUALISATION, parameters={"value": "DURATION"})
        document.add("x-published-ttl", vDuration(ACTUALISATION))
    for evenement in evenements:
        document.add_component(_composant(evenement, methode))
    return document.to_ical()


def _composant(evenement: Evenement, methode: str) -> Event:
    composant = Event()
    composant.add("uid", _texte(evenement.uid))
    composant.add("summary", _texte(evenement.titre))
    # Required; without a date of change the same feed asked twice would differ.
    composant.add("dtstamp", _utc(evenement.modifie_le or _debut_de_journee(evenement.debut)))
    composant.add("sequence", evenement.sequence)
    _dater(composant, evenement)
    for nom, valeur in (
        ("description", evenement.description),
        ("location", evenement.lieu),
        ("url", _adresse_web(evenement.url)),
    ):
        if valeur:
            composant.add(nom, _texte(valeur))
    if evenement.modifie_le:
        composant.add("last-modified", _utc(evenement.modifie_le))
    if evenement.annule or methode:
        composant.add("status", "CANCELLED" if evenement.annule else "CONFIRMED")
    _inviter(composant, evenement)
    return composant


def _dater(composant: Event, evenement: Evenement) -> None:
    """Meetings in UTC; whole days as dates, the end being the first day after (RFC 5545, 3.6.1)."""
    debut, fin = evenement.debut, evenement.fin or evenement.debut
    if isinstance(debut, dt.datetime) and isinstance(fin, dt.datetime):
        composant.add("dtstart", _utc(debut))
        composant.add("dtend", _utc(fin))
        composant.add("transp", "OPAQUE")
        return
    composant.add("dtstart", debut)
    composant.add("dtend", fin + dt.timedelta(days=1))
    # A due date does not make anyone busy.
    composant.add("transp", "TRANSPARENT")


def _inviter(composant: Event, evenement: Evenement) -> None:
    if evenement.organisateur:
        composant.add("organizer", _personne(evenement.organisateur))
    for participant in evenement.participants:
        adresse = _personne(participant)
        adresse.params["ROLE"] = vText("REQ-PARTICIPANT")
        adresse.params["PARTSTAT"] = vText("NEEDS-ACTION")
        adresse.params["RSVP"] = vText("TRUE")
        composant.add("attendee", adresse, encode=False)


def _personne(contact: Contact) -> vCalAddress:
    adresse = vCalAddress(f"mailto:{_adresse_web(contact.courriel)}")
    # A quote cannot be escaped in a parameter (RFC 5545, 3.2).
    adresse.params["CN"] = vText(_texte(contact.nom).replace('"', "’"))
    return adresse


def _adresse_web(adresse: str) -> str:
    """An address has no space; a line break in one would be refused."""
    return "".join(_texte(adresse).split())


def _texte(texte: str) -> str:
    """Without the control characters that the format forbids; lines end as one."""
    lignes = texte.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lignes if c in "\n\t" or (c >= " " and c != "\x7f"))


def _utc(instant: dt.datetime) -> dt.datetime:
    return instant.astimezone(dt.UTC)


def _debut_de_journee(jour: dt.date | dt.datetime) -> dt.datetime:
    if isinstance(jour, dt.datetime):
        return jour
    return dt.datetime.combine(jour, dt.time(), tzinfo=dt.UTC)

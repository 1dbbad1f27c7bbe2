"""The calendars we write are read by two other programs, whatever the texts."""

import datetime as dt
from zoneinfo import ZoneInfo

import vobject
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from planning.documents.ics import Contact, Evenement, calendrier

PARIS = ZoneInfo("Europe/Paris")


def lire(octets):
    return Calendar.from_ical(octets).walk("VEVENT")


def relire(octets):
    """By the second parser."""
    return vobject.readOne(octets.decode())


def test_une_echeance_est_un_jour_entier():
    octets = calendrier(
        [Evenement("jalon-1", "Périmètre des réseaux", dt.date(2027, 3, 31))], "Mes échéances"
    )
    (evenement,) = lire(octets)
    assert evenement["DTSTART"].params["VALUE"] == "DATE"
    assert evenement.decoded("DTSTART") == dt.date(2027, 3, 31)
    assert evenement.decoded("DTEND") == dt.date(2027, 4, 1)
    assert "STATUS" not in evenement
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in octets
    assert b"X-PUBLISHED-TTL:PT6H" in octets
    autre = relire(octets).vevent
    assert autre.dtstart.value == dt.date(2027, 3, 31)
    assert autre.dtend.value == dt.date(2027, 4, 1)


def test_une_reunion_est_en_temps_universel_ete_comme_hiver():
    hiver = dt.datetime(2027, 1, 12, 14, 0, tzinfo=PARIS)
    ete = dt.datetime(2027, 6, 12, 14, 0, tzinfo=PARIS)
    octets = calendrier(
        [Evenement(str(d), "Réunion", d, d + dt.timedelta(hours=2)) for d in (hiver, ete)], "CIO"
    )
    assert b"DTSTART:20270112T130000Z" in octets
    assert b"DTSTART:20270612T120000Z" in octets
    assert [e.dtend.value for e in relire(octets).vevent_list] == [
        hiver + dt.timedelta(hours=2),
        ete + dt.timedelta(hours=2),
    ]


def test_une_invitation_porte_methode_organisateur_et_participants():
    debut = dt.datetime(2027, 1, 12, 14, 0, tzinfo=PARIS)
    evenement = Evenement(
        "reunion-1",
        "Concertation ; « BiblioLab », salle 2",
        debut,
        debut + dt.timedelta(hours=1),
        sequence=2,
        organisateur=Contact('Anne "Nina" Lefèvre', "anne@reseaux-cio.example"),
        participants=[Contact("Noël, Zoé", "zoe@reseaux-cio.example"), Contact("É", "e@reseaux-cio.example")],
    )
    octets = calendrier([evenement], "Réunion", methode="REQUEST")
    document = Calendar.from_ical(octets)
    assert document["METHOD"] == "REQUEST"
    (lu,) = document.walk("VEVENT")
    assert lu["SEQUENCE"] == 2
    assert lu["ORGANIZER"] == "mailto:anne@reseaux-cio.example"
    assert [str(p) for p in lu["ATTENDEE"]] == [
        "mailto:zoe@reseaux-cio.example",
        "mailto:e@reseaux-cio.example",
    ]
    assert lu["ATTENDEE"][0].params["CN"] == "Noël, Zoé"
    autre = relire(octets).vevent
    assert [p.value for p in autre.attendee_list] == [
        "mailto:zoe@reseaux-cio.example",
        "mailto:e@reseaux-cio.example",
    ]
    assert autre.summary.value == "Concertation ; « BiblioLab », salle 2"
    annulation = calendrier([Evenement("reunion-1", "X", debut, debut, annule=True)], "", methode="CANCEL")
    assert lire(annulation)[0]["STATUS"] == "CANCELLED"


def test_les_lignes_sont_pliees_a_75_octets_sans_couper_un_accent():
    octets = calendrier(
        [Evenement("1", "é" * 300, dt.date(2027, 1, 1), description="à, b; c\\d\ne" * 40)], "Nom"
    )
    assert all(len(ligne) <= 75 for ligne in octets.split(b"\r\n"))
    # Each line is whole characters: cut in the middle of one, this would not decode.
    assert [ligne.decode() for ligne in octets.split(b"\r\n")]
    assert str(lire(octets)[0]["SUMMARY"]) == "é" * 300


def test_la_meme_demande_donne_les_memes_octets():
    evenements = [Evenement("1", "Jalon", dt.date(2027, 1, 1))]
    assert calendrier(evenements, "Nom") == calendrier(evenements, "Nom")


lisibles = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.just("\n"), max_size=200
)


@given(lisibles, lisibles, st.text(max_size=80))
def test_tout_texte_revient_tel_quel_des_deux_lecteurs(titre, description, lieu):
    evenement = Evenement("x", titre, dt.date(2027, 1, 1), description=description, lieu=lieu)
    octets = calendrier([evenement], titre)
    (lu,) = lire(octets)
    autre = relire(octets)
    assert len(autre.vevent_list) == 1
    assert str(lu["SUMMARY"]) == titre
    assert autre.vevent.summary.value == titre
    if description:
        assert str(lu["DESCRIPTION"]) == description
        assert autre.vevent.description.value == description


@given(st.text(max_size=60))
def test_un_texte_ne_glisse_pas_de_ligne_dans_le_calendrier(texte):
    pirate = f"{texte}\r\nATTENDEE:mailto:x@y.example\r\nEND:VEVENT"
    octets = calendrier(
        [Evenement(pirate, pirate, dt.date(2027, 1, 1), description=pirate, url=pirate, lieu=pirate)], pirate
    )
    (lu,) = lire(octets)
    assert "ATTENDEE" not in lu

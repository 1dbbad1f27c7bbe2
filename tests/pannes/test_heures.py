"""The nights when the hour changes, and the 29th of February: each reminder once, on its day in Paris."""

import datetime as dt
from typing import NamedTuple

import pytest
import time_machine
from django.utils import timezone

from comptes.enums import Role
from planning.services.rappels import envoyer_rappels
from tests.planning.factories import creer_action, creer_jalon
from tests.reseaux.factories import creer_habilitation

pytestmark = pytest.mark.django_db

DIX_MINUTES = dt.timedelta(minutes=10)
HUIT_HEURES = dt.time(8)


class Fenetre(NamedTuple):
    """Ticks every ten minutes of UTC from the midnight of `debut`; due date → what is told, and when.

    Due dates are set on the first day: what should have been told before is not owed. In days from `debut`.
    """

    debut: dt.date
    jours: int
    attendus: dict[int, list[tuple[int, str]]]


#: From Friday to Wednesday, around the Sunday of the change of hour: the week-end is told on Friday.
VENDREDI_A_MERCREDI = {
    1: [(0, "J")],
    2: [(0, "J")],
    3: [(0, "J-1"), (3, "J")],
    4: [(3, "J-1"), (4, "J")],
    5: [(4, "J-1"), (5, "J")],
    9: [(0, "J-7")],
    10: [(3, "J-7")],
    32: [(0, "J-30")],
    33: [(3, "J-30")],
    -4: [(0, "J"), (3, "R+7")],
    -5: [(0, "J"), (3, "R+7")],
    -7: [(0, "R+7")],
}
#: From Monday the 28th; the last two are late, the last one enough for the IEN-IO to be told.
AUTOUR_DU_29_FEVRIER = {
    1: [(0, "J-1"), (1, "J")],
    2: [(1, "J-1"), (2, "J")],
    8: [(1, "J-7")],
    31: [(1, "J-30")],
    -6: [(0, "J"), (1, "R+7")],
    -13: [(0, "R+7"), (1, "R+14"), (1, "escalade")],
}
FENETRES = {
    "heure d’hiver, 25 octobre 2026": Fenetre(dt.date(2026, 10, 23), 6, VENDREDI_A_MERCREDI),
    "heure d’été, 28 mars 2027": Fenetre(dt.date(2027, 3, 26), 6, VENDREDI_A_MERCREDI),
    "29 février 2028": Fenetre(dt.date(2028, 2, 28), 3, AUTOUR_DU_29_FEVRIER),
}


@pytest.mark.parametrize("fenetre", FENETRES.values(), ids=FENETRES)
def test_chaque_rappel_une_fois_le_bon_jour_aux_heures_de_bureau(fenetre):
    minuit = dt.datetime.combine(fenetre.debut, dt.time(), tzinfo=dt.UTC)
    with time_machine.travel(minuit, tick=False):
        creer_habilitation(Role.DCIO)
        creer_habilitation(Role.IEN_IO)
        action = creer_action(fin=200)
        jalons = {
            creer_jalon(action, dans_jours=jours, echeance_fixee_le=fenetre.debut).pk: jours
            for jours in fenetre.attendus
        }
        dits = []
        for rang in range(fenetre.jours * 144):
            instant = minuit + rang * DIX_MINUTES
            heure = timezone.localtime(instant)
            dits += [(jalons[du.jalon], heure, du.etape) for du in envoyer_rappels(maintenant=instant)]
    attendus = [
        (echeance, (fenetre.debut + dt.timedelta(jour), HUIT_HEURES), etape)
        for echeance, rappels in fenetre.attendus.items()
        for jour, etape in rappels
    ]
    assert sorted((jours, (le.date(), le.time()), etape) for jours, le, etape in dits) == sorted(attendus)

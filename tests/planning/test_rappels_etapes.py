"""The steps of a due date, against any calendar and any sequence of ticks."""

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from planning.selectors.jours_ouvres import Calendrier
from planning.selectors.rappels_etapes import EtapeDue, Pas, escalade_due, etape_due

JOURS = st.dates(dt.date(2024, 1, 1), dt.date(2040, 12, 31))
UN_JOUR = dt.timedelta(days=1)
PAS = Pas()
SEMAINE = Calendrier()
ANCIEN = dt.date(2020, 1, 1)


#: Closures around the due date: (days from it, length).
FERMETURES = st.lists(st.tuples(st.integers(-120, 200), st.integers(1, 70)), max_size=5)


def calendrier_ferme(echeance: dt.date, fermetures: list[tuple[int, int]]) -> Calendrier:
    jours = (echeance + (ecart + rang) * UN_JOUR for ecart, duree in fermetures for rang in range(duree))
    return Calendrier(frozenset(jours))


@st.composite
def pas_du_plan(draw) -> Pas:
    avant = draw(st.lists(st.integers(0, 60), min_size=1, max_size=6, unique=True))
    return Pas(tuple(avant), draw(st.integers(1, 30)), draw(st.integers(1, 60)))


def ecrire(
    echeance: dt.date, fixee_le: dt.date, jours: list[dt.date], pas: Pas, calendrier: Calendrier
) -> list[tuple[dt.date, EtapeDue]]:
    """What a person receives when the tick runs on these days: nothing is written twice since a step left."""
    ecrits: list[tuple[dt.date, EtapeDue]] = []
    for jour in jours:
        due = etape_due(echeance, fixee_le, jour, pas, calendrier)
        if due and not any(due.etape == deja.etape or le >= due.part_le for le, deja in ecrits):
            ecrits.append((jour, due))
    return ecrits


def tous_les_jours(echeance: dt.date, avant: int = 180, apres: int = 250) -> list[dt.date]:
    return [echeance + rang * UN_JOUR for rang in range(-avant, apres)]


@pytest.mark.parametrize(
    ("jour", "etape"),
    [
        (dt.date(2027, 2, 8), None),
        (dt.date(2027, 2, 9), "J-30"),
        (dt.date(2027, 2, 10), "J-30"),  # one missed day: caught up
        (dt.date(2027, 3, 4), "J-7"),
        (dt.date(2027, 3, 10), "J-1"),
        (dt.date(2027, 3, 11), "J"),
        (dt.date(2027, 3, 12), "J"),
        (dt.date(2027, 3, 13), None),  # a Saturday
        (dt.date(2027, 3, 18), "R+7"),
        (dt.date(2027, 3, 24), "R+7"),
        (dt.date(2027, 3, 25), "R+14"),
    ],
)
def test_les_etapes_d_un_jeudi(jour, etape):
    due = etape_due(dt.date(2027, 3, 11), ANCIEN, jour, PAS, SEMAINE)
    assert (due and due.etape) == etape


def test_un_dimanche_se_dit_le_vendredi():
    """J-1 (Saturday) and J (Sunday) both leave on Friday: one reminder, that of the day itself."""
    dimanche = dt.date(2027, 3, 14)
    vendredi = dimanche - 2 * UN_JOUR
    assert etape_due(dimanche, ANCIEN, vendredi, PAS, SEMAINE) == EtapeDue("J", dimanche, vendredi)


def test_rien_n_est_du_pour_avant_la_fixation_de_l_echeance():
    echeance = dt.date(2027, 3, 11)
    fixee_le = dt.date(2027, 3, 5)  # after J-7
    ecrits = ecrire(echeance, fixee_le, tous_les_jours(fixee_le, avant=0, apres=7), PAS, SEMAINE)
    assert [due.etape for _, due in ecrits] == ["J-1", "J"]


def test_une_echeance_fixee_le_jour_meme_est_dite():
    jeudi = dt.date(2027, 3, 11)
    assert etape_due(jeudi, jeudi, jeudi, PAS, SEMAINE) == EtapeDue("J", jeudi, jeudi)


def test_l_escalade_attend_le_retard_puis_un_jour_ouvre():
    echeance = dt.date(2027, 3, 6)  # a Saturday, as the fourteenth day after
    assert escalade_due(echeance, dt.date(2027, 3, 19), PAS, SEMAINE) is None
    assert escalade_due(echeance, dt.date(2027, 3, 20), PAS, SEMAINE) is None
    due = escalade_due(echeance, dt.date(2027, 3, 22), PAS, SEMAINE)
    assert due == EtapeDue("escalade", dt.date(2027, 3, 20), dt.date(2027, 3, 22))


@given(JOURS, FERMETURES, st.integers(0, 90), pas_du_plan())
@example(dt.date(2028, 2, 29), [], 60, PAS)
@example(dt.date(2028, 3, 30), [], 60, PAS)  # J-30 is the 29th of February
@example(dt.date(2026, 10, 31), [(-14, 16)], 60, PAS)  # the 31st, in holidays, after the change of hour
@example(dt.date(2027, 3, 29), [(0, 1)], 60, PAS)  # Easter Monday, the day after the change of hour
def test_chaque_etape_au_plus_une_fois_jamais_un_jour_ferme(echeance, fermetures, recul, pas):
    calendrier = calendrier_ferme(echeance, fermetures)
    fixee_le = echeance - recul * UN_JOUR
    jours = tous_les_jours(echeance)
    ecrits = ecrire(echeance, fixee_le, sorted(jours * 2), pas, calendrier)
    etapes = [due.etape for _, due in ecrits]
    assert len(etapes) == len(set(etapes))
    assert all(calendrier.est_ouvre(jour) for jour, _ in ecrits)
    assert all(jour >= due.part_le for jour, due in ecrits)


@given(JOURS, FERMETURES, pas_du_plan())
def test_sans_interruption_chaque_rappel_part_le_jour_dit(echeance, fermetures, pas):
    """And none is lost: each working day on which a step leaves has its reminder."""
    calendrier = calendrier_ferme(echeance, fermetures)
    jours = tous_les_jours(echeance)
    ecrits = ecrire(echeance, ANCIEN, jours, pas, calendrier)
    assert all(jour == due.part_le for jour, due in ecrits)
    attendus = {calendrier.precedent_ou_meme(echeance - avant * UN_JOUR) for avant in pas.avant}
    relances = range(pas.entre, 250, pas.entre)
    attendus |= {calendrier.suivant_ou_meme(echeance + retard * UN_JOUR) for retard in relances}
    assert {jour for jour, _ in ecrits} == attendus & set(jours)


@given(st.data(), JOURS, FERMETURES, pas_du_plan())
def test_apres_un_arret_un_seul_rappel_le_dernier(data, echeance, fermetures, pas):
    """Whatever the days on which the tick ran, each run says one thing at most: the latest step."""
    calendrier = calendrier_ferme(echeance, fermetures)
    jours = tous_les_jours(echeance)
    tournes = (
        [jour for jour in jours if data.draw(st.booleans())] if data.draw(st.booleans()) else jours[::17]
    )
    ecrits = ecrire(echeance, ANCIEN, tournes, pas, calendrier)
    assert len({jour for jour, _ in ecrits}) == len(ecrits)
    complets = [due for _, due in ecrire(echeance, ANCIEN, jours, pas, calendrier)]
    for jour, due in ecrits:
        assert due == max((d for d in complets if d.part_le <= jour), key=lambda d: d.part_le)
    if tournes and (derniers := [due for due in complets if due.part_le <= tournes[-1]]):
        ouvres = [jour for jour in tournes if calendrier.est_ouvre(jour) and jour >= derniers[-1].part_le]
        assert not ouvres or ecrits[-1][1] == derniers[-1]


@given(JOURS, FERMETURES, pas_du_plan())
def test_l_escalade_n_arrive_ni_avant_son_heure_ni_un_jour_ferme(echeance, fermetures, pas):
    calendrier = calendrier_ferme(echeance, fermetures)
    dues = {jour: escalade_due(echeance, jour, pas, calendrier) for jour in tous_les_jours(echeance)}
    attendu = calendrier.suivant_ou_meme(echeance + pas.escalade * UN_JOUR)
    assert {due.part_le for due in dues.values() if due} <= {attendu}
    assert min((jour for jour, due in dues.items() if due), default=attendu) == attendu
    assert all(calendrier.est_ouvre(jour) for jour, due in dues.items() if due)

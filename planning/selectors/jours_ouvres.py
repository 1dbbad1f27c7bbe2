"""Working days of an académie: neither a week-end, nor a public holiday, nor a school holiday."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from planning.models import PeriodeNonOuvree

#: How far a working day is looked for. No closure lasts as long (`PERIODE_MAX` of the services is shorter);
#: if everything were declared closed, the day itself is returned: a reminder leaves then rather than never.
PORTEE = 200
UN_JOUR = dt.timedelta(days=1)


@dataclass(frozen=True)
class Calendrier:
    """The closed days of an académie, in memory: questions cost no query, fifty thousand of them a blink."""

    fermes: frozenset[dt.date] = frozenset()
    _trouves: dict[tuple[dt.date, int], dt.date] = field(default_factory=dict, compare=False, repr=False)

    def est_ouvre(self, jour: dt.date) -> bool:
        return jour.weekday() < 5 and jour not in self.fermes

    def precedent_ou_meme(self, jour: dt.date) -> dt.date:
        """The last working day up to this one."""
        return self._chercher(jour, -1)

    def suivant_ou_meme(self, jour: dt.date) -> dt.date:
        """The first working day from this one on."""
        return self._chercher(jour, 1)

    def _chercher(self, jour: dt.date, sens: int) -> dt.date:
        trouve = self._trouves.get((jour, sens))
        if trouve is None:
            candidats = (jour + sens * ecart * UN_JOUR for ecart in range(PORTEE + 1))
            trouve = next(filter(self.est_ouvre, candidats), jour)
            self._trouves[jour, sens] = trouve
        return trouve


def calendrier_ouvre(academie_id: int) -> Calendrier:
    """The calendar of one académie, in one query."""
    return calendriers_ouvres([academie_id])[academie_id]


def calendriers_ouvres(academies: Iterable[int]) -> dict[int, Calendrier]:
    """The calendar of each of these académies, in one query; one without any period has its week-ends."""
    ids = set(academies)
    fermes: dict[int, set[dt.date]] = defaultdict(set)
    periodes = PeriodeNonOuvree.objects.filter(academie__in=ids).order_by("pk")
    for academie, debut, fin in periodes.values_list("academie", "debut", "fin"):
        fermes[academie].update(debut + ecart * UN_JOUR for ecart in range((fin - debut).days + 1))
    return {academie: Calendrier(frozenset(fermes[academie])) for academie in ids}

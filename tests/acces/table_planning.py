"""Lines of the work plan, the reminders, the meetings and the calendars."""

from tests.acces.table import Acces

ACCES_PLANNING: list[Acces] = []

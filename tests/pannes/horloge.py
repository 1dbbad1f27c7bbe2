"""A Tuesday morning for every process: reminders are written on working days from 8 to 18 only."""

import datetime as dt
import os

import time_machine

MARDI_MATIN = dt.datetime(2027, 3, 9, 9, 0, tzinfo=dt.UTC)  # 10 o’clock in Paris
MARDI = MARDI_MATIN.date()

#: Seconds between the clock of the machine and that of the tests; the processes started inherit it.
VARIABLE = "PANNES_DECALAGE"


def decalage() -> dt.timedelta:
    """The same in every process of a session: two clocks that differ would be another test."""
    if VARIABLE not in os.environ:
        os.environ[VARIABLE] = str((MARDI_MATIN - dt.datetime.now(dt.UTC)).total_seconds())
    return dt.timedelta(seconds=float(os.environ[VARIABLE]))


def voyage() -> time_machine.travel:
    """The clock runs on, from there."""
    return time_machine.travel(dt.datetime.now(dt.UTC) + decalage(), tick=True)

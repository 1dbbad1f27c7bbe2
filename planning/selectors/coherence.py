"""What must be true of the work plan whatever happened: one French sentence per anomaly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import F
from django.utils import timezone

from planning.models import Action, Dependance, Jalon, Rappel
from planning.selectors.rappels import Passage
from socle.models import EntreeJournal

#: Hour of Paris after which a change of the evening is left to the tick of the next morning.
SOIR = dt.time(17)


def controler() -> Iterator[str]:
    """Anomalies of the actions, milestones and reminders."""
    yield from _fins_qui_different()
    yield from _dependances_entre_plans()
    yield from _rappels_sans_courriel()
    yield from _rappels_oublies()


def _fins_qui_different() -> Iterator[str]:
    """The final milestone of an action stands for its end."""
    for action in Action.objects.exclude(jalons__est_final=True).select_related("plan").order_by("pk"):
        yield f"{_nommer(action)} n’a pas de jalon de fin : aucun rappel n’en part."
    fautifs = Jalon.objects.filter(est_final=True).exclude(echeance=F("action__fin"))
    for jalon in fautifs.select_related("action__plan").order_by("pk"):
        yield (
            f"{_nommer(jalon.action)} finit le {jalon.action.fin:%d/%m/%Y}, "
            f"son jalon de fin le {jalon.echeance:%d/%m/%Y}."
        )


def _nommer(action: Action) -> str:
    return f"L’action {action.numero} de « {action.plan} »"


def _dependances_entre_plans() -> Iterator[str]:
    """An action waits for another of its own plan."""
    fautives = Dependance.objects.exclude(action__plan=F("predecesseur__plan"))
    for dependance in fautives.select_related("action__plan").order_by("pk"):
        yield f"{_nommer(dependance.action)} attend une action d’un autre plan."


def _rappels_sans_courriel() -> Iterator[str]:
    """A reminder is written with its mail: without it, nobody was told and nobody will be."""
    for rappel in Rappel.objects.filter(courriel=None).select_related("jalon").order_by("pk"):
        yield f"Le rappel « {rappel} » du jalon « {rappel.jalon} » n’a pas de courriel."


def _rappels_oublies() -> Iterator[str]:
    """Due the day before yesterday or earlier, and still not written when yesterday ended."""
    hier = timezone.localdate() - dt.timedelta(days=1)
    dus = [du for du in Passage.du(hier).rappels_dus() if du.due.prevue_le < hier]
    jalons = Jalon.objects.select_related("action__plan").in_bulk({du.jalon for du in dus})
    changes = _changes_depuis(timezone.make_aware(dt.datetime.combine(hier, SOIR)))
    oublies = {
        du.jalon: du
        for du in dus
        if not {("jalon", du.jalon), ("action", jalons[du.jalon].action_id)} & changes
    }
    for pk, du in sorted(oublies.items()):
        yield (
            f"Le rappel « {du.etape} » du jalon « {jalons[pk]} » (« {jalons[pk].action.plan} ») était dû "
            f"le {du.due.prevue_le:%d/%m/%Y} et n’a pas été écrit."
        )


def _changes_depuis(instant: dt.datetime) -> set[tuple[str, int]]:
    """The objects of the plan that someone worked on since: (model, identifier)."""
    actes = EntreeJournal.objects.filter(le__gte=instant, objet_type__app_label="planning").order_by()
    return {(modele, int(pk)) for modele, pk in actes.values_list("objet_type__model", "objet_id")}

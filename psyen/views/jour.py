"""« État au »: the day that a page is asked for."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from psyen.forms.repartitions import EtatAuForm
from socle.requetes import RequeteConnectee


def jour_demande(request: RequeteConnectee) -> tuple[EtatAuForm, dt.date]:
    """The form and the day of `?au=`; today when nothing, or nothing readable, is asked."""
    aujourd_hui = timezone.localdate()
    donnees = request.GET if "au" in request.GET else None
    form = EtatAuForm(donnees, initial={"au": aujourd_hui}, perimetre=request.perimetre)
    jour = form.cleaned_data["au"] if form.is_bound and form.is_valid() else aujourd_hui
    return form, jour

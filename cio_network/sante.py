"""Is the service alive, is it ready, how is it doing: for machines, which hold no session.

Answers are one word or figures: nothing of anyone, nothing that tells an attacker more than the status.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from itertools import groupby

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from socle.schema import base_prete
from socle.selectors import mesures

TEXTE = "text/plain; charset=utf-8"
TEXTE_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@login_not_required
@never_cache
@require_safe
def vivant(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, so that no database trouble restarts it."""
    return HttpResponse("vivant\n", content_type=TEXTE)


@login_not_required
@never_cache
@require_safe
def pret(request: HttpRequest) -> HttpResponse:
    """The database answers and has received this code's migrations. Redis may be away: pages do without."""
    try:
        prete = base_prete()
    except Error:
        prete = False
    return HttpResponse("prêt\n" if prete else "pas prêt\n", status=200 if prete else 503, content_type=TEXTE)


@login_not_required
@never_cache
@require_safe
def donner_les_mesures(request: HttpRequest) -> HttpResponse:
    """For Prometheus, with `Authorization: Bearer <MESURES_JETON>`; without that setting, no such page."""
    if not settings.MESURES_JETON:
        raise Http404
    presente = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(presente.encode(), settings.MESURES_JETON.encode()):
        reponse = HttpResponse("jeton refusé\n", status=401, content_type=TEXTE)
        reponse.headers["WWW-Authenticate"] = "Bearer"
        return reponse
    return HttpResponse("".join(_lignes()), content_type=TEXTE_PROMETHEUS)


def _lignes() -> Iterator[str]:
    """The text format of Prometheus."""
    for nom, serie in groupby(mesures(), key=lambda mesure: mesure[0]):
        yield f"# TYPE {nom} gauge\n"
        for _, etiquettes, valeur in serie:
            suite = ",".join(f'{cle}="{texte}"' for cle, texte in etiquettes.items())
            yield f"{nom}{{{suite}}} {valeur:g}\n" if suite else f"{nom} {valeur:g}\n"

"""« Mes données »: what is held about the person who reads, on screen and to take away."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from comptes.models import Utilisateur
from psyen.documents import dessiner_mes_donnees
from psyen.selectors.consultations import PAGES_NOTEES
from psyen.selectors.mes_donnees import Rubrique, en_donnees, lire_mes_donnees
from psyen.signals import donnees_d_en_haut
from socle.listes import FORMATS_EXPORT
from socle.requetes import RequeteConnectee
from socle.tableurs import TYPES_MIME, Colonne, ecrire_tableau

#: Lines shown of the lists that grow; the spreadsheet and the JSON hold them all.
LIMITE = 20
#: A PDF that one can print; beyond, it says so.
LIMITE_DU_PDF = 200
COLONNES = (
    Colonne("rubrique", "Rubrique"),
    Colonne("donnee", "Donnée"),
    Colonne("valeur", "Valeur"),
    Colonne("visible_par", "Qui peut la voir"),
    Colonne("duree", "Durée de conservation"),
)


@require_safe
def mes_donnees(request: RequeteConnectee) -> HttpResponse:
    format_ = request.GET.get("format", "")
    utilisateur = request.perimetre.utilisateur
    if format_ in EXPORTS:
        type_mime, ecrire = EXPORTS[format_]
        nom = f"mes-donnees-{timezone.localdate():%Y-%m-%d}.{format_}"
        entete = content_disposition_header(as_attachment=True, filename=nom) or "attachment"
        return HttpResponse(
            ecrire(utilisateur), content_type=type_mime, headers={"Content-Disposition": entete}
        )
    contexte = {
        "rubriques": _rubriques(utilisateur, LIMITE),
        "liens_export": [{"libelle": f.upper(), "url": f"?format={f}"} for f in EXPORTS],
        "pages_notees": PAGES_NOTEES,
    }
    return render(request, "psyen/mes_donnees/page.html", contexte)


def _rubriques(utilisateur: Utilisateur, limite: int | None = None) -> list[Rubrique]:
    """What this app and those below hold, then what the apps above do."""
    return lire_mes_donnees(utilisateur, limite) + donnees_d_en_haut(utilisateur, limite)


def _tableur(format_: Any) -> Callable[[Utilisateur], bytes]:
    def ecrire(utilisateur: Utilisateur) -> bytes:
        lignes = [
            (rubrique.titre, donnee, valeur, rubrique.visible_par, rubrique.duree)
            for rubrique in _rubriques(utilisateur)
            for donnee, valeur in rubrique.lignes
        ]
        return ecrire_tableau(format_, colonnes=COLONNES, lignes=lignes, titre="Mes données")

    return ecrire


def _pdf(utilisateur: Utilisateur) -> bytes:
    return dessiner_mes_donnees(utilisateur, _rubriques(utilisateur, LIMITE_DU_PDF))


def _json(utilisateur: Utilisateur) -> bytes:
    return json.dumps(en_donnees(utilisateur, _rubriques(utilisateur)), ensure_ascii=False, indent=1).encode()


#: Format → its type, and what writes it for a person.
EXPORTS: dict[str, tuple[str, Callable[[Utilisateur], bytes]]] = {
    "pdf": ("application/pdf", _pdf),
    "json": ("application/json", _json),
    **{format_: (TYPES_MIME[format_], _tableur(format_)) for format_ in FORMATS_EXPORT},
}

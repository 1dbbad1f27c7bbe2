"""« Mes données »: what is held about the person who reads, on screen and as a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from comptes.models import Utilisateur
from psyen.selectors.mes_donnees import Rubrique, lire_mes_donnees
from psyen.signals import donnees_d_en_haut
from socle.listes import FORMATS_EXPORT
from socle.requetes import RequeteConnectee
from socle.tableurs import TYPES_MIME, Colonne, ecrire_tableau

#: Lines shown of the lists that grow; the spreadsheet holds them all.
LIMITE = 20
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
    if format_ in FORMATS_EXPORT:
        return _tableur(request, format_)
    contexte = {
        "rubriques": _rubriques(request.perimetre.utilisateur, LIMITE),
        "liens_export": [{"libelle": f.upper(), "url": f"?format={f}"} for f in FORMATS_EXPORT],
    }
    return render(request, "psyen/mes_donnees/page.html", contexte)


def _rubriques(utilisateur: Utilisateur, limite: int | None = None) -> list[Rubrique]:
    """What this app and those below hold, then what the apps above do."""
    return lire_mes_donnees(utilisateur, limite) + donnees_d_en_haut(utilisateur, limite)


def _tableur(request: RequeteConnectee, format_: Any) -> HttpResponse:
    lignes = [
        (rubrique.titre, donnee, valeur, rubrique.visible_par, rubrique.duree)
        for rubrique in _rubriques(request.perimetre.utilisateur)
        for donnee, valeur in rubrique.lignes
    ]
    contenu = ecrire_tableau(format_, colonnes=COLONNES, lignes=lignes, titre="Mes données")
    nom = f"mes-donnees-{timezone.localdate():%Y-%m-%d}.{format_}"
    entete = content_disposition_header(as_attachment=True, filename=nom) or "attachment"
    return HttpResponse(contenu, content_type=TYPES_MIME[format_], headers={"Content-Disposition": entete})

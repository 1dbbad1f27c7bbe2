"""What is exercised under the DCIO, what under the chefs d'établissement: sums, bars, exports."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from comptes.enums import Role
from missions.exports.autorites import COLONNES_AUTORITES, lignes_autorites
from missions.forms.autorites import AutoritesForm
from missions.permissions import peut_lire_autorites, peut_lire_missions
from missions.selectors.autorites import VueAutorites, lit_en_detail, vue_par_autorite
from reseaux.models import AnneeScolaire
from socle.listes import FORMATS_EXPORT, Adresse
from socle.requetes import RequeteConnectee
from socle.tableurs import TYPES_MIME, ecrire_tableau

#: What a line of the table is.
TITRES_DES_LIGNES = {"cio": "CIO", "reseau": "Réseau", "etablissement": "Établissement"}


@require_safe
def autorites(request: RequeteConnectee) -> HttpResponse:
    """`?annee=2026-2027&cio=12`; `format=` exports the same, one row per territory and mission."""
    perimetre = request.perimetre
    if not peut_lire_autorites(perimetre):
        raise PermissionDenied
    annee = AnneeScolaire.objects.au(timezone.localdate())
    if annee is None:
        return render(request, "missions/autorites/vue.html", {"vue": None})
    form = AutoritesForm(request.GET or None, perimetre=perimetre, annee=annee)
    choisie = (form.cleaned_data.get("annee") if form.is_valid() else None) or annee
    vue = vue_par_autorite(perimetre, choisie, form.territoire())
    format_ = request.GET.get("format", "")
    if format_ in FORMATS_EXPORT:
        return _exporter(vue, format_)
    return render(request, "missions/autorites/vue.html", _contexte(request, form, vue))


def _contexte(request: RequeteConnectee, form: AutoritesForm, vue: VueAutorites) -> dict[str, Any]:
    adresse, perimetre = Adresse(request.GET), request.perimetre
    return {
        "form": form,
        "vue": vue,
        "titre_des_lignes": TITRES_DES_LIGNES[vue.territoire.maille],
        "agrege": not lit_en_detail(perimetre),
        "a_revoir": peut_lire_missions(perimetre),
        "etablissement_pk": perimetre.etablissement_id if perimetre.est(Role.CHEF_ETABLISSEMENT) else None,
        "liens_export": [{"libelle": f.upper(), "url": adresse.avec("format", f)} for f in FORMATS_EXPORT],
    }


def _exporter(vue: VueAutorites, format_: Any) -> HttpResponse:
    titre = "Missions par autorité"
    contenu = ecrire_tableau(format_, colonnes=COLONNES_AUTORITES, lignes=lignes_autorites(vue), titre=titre)
    response = HttpResponse(contenu, content_type=TYPES_MIME[format_])
    nom = f"missions-par-autorite-{vue.annee}-{timezone.localdate():%Y-%m-%d}.{format_}"
    response.headers["Content-Disposition"] = content_disposition_header(True, nom) or "attachment"
    return response

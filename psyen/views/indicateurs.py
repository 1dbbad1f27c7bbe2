"""Figures of the réseaux: PsyEN against the target, pupils, half-days, hours per 100 pupils."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from psyen.forms.indicateurs import IndicateursForm
from psyen.permissions import peut_lire_indicateurs
from psyen.selectors.indicateurs import (
    IndicateurReseau,
    indicateurs_des_repartitions,
    repartitions_en_vigueur,
)
from socle.listes import FORMATS_EXPORT, Adresse
from socle.requetes import RequeteConnectee
from socle.tableurs import TYPES_MIME, Colonne, ecrire_tableau

COLONNES_EXPORT = (
    Colonne("cio", "CIO"),
    Colonne("annee", "Année scolaire", largeur=14),
    Colonne("version", "Version", type="entier", largeur=8),
    Colonne("reseau", "Réseau", largeur=30),
    Colonne("psyen_du_reseau", "PsyEN du réseau", type="entier"),
    Colonne("uai", "UAI", largeur=10),
    Colonne("etablissement", "Établissement", largeur=40),
    Colonne("commune", "Commune", largeur=24),
    Colonne("eleves", "Élèves", type="entier", largeur=8),
    Colonne("annee_des_effectifs", "Année des effectifs", largeur=18),
    Colonne("demi_journees", "Demi-journées", type="decimal", largeur=14),
    Colonne("heures", "Heures pour 100 élèves", type="decimal", largeur=22),
)


@require_safe
def indicateurs(request: RequeteConnectee) -> HttpResponse:
    """`?au=2026-10-01` or `?repartition=12`; `format=` exports the same, one row per school."""
    if not peut_lire_indicateurs(request.perimetre):
        raise PermissionDenied
    form = IndicateursForm(request.GET or None, perimetre=request.perimetre)
    donnees = form.cleaned_data if form.is_valid() else {}
    jour = donnees.get("au") or timezone.localdate()
    choisie = donnees.get("repartition")
    repartitions = [choisie] if choisie else repartitions_en_vigueur(perimetre=request.perimetre, jour=jour)
    reseaux = [] if form.errors else indicateurs_des_repartitions(repartitions=repartitions)
    format_ = request.GET.get("format", "")
    if format_ in FORMATS_EXPORT:
        return _exporter(reseaux, format_)
    return render(request, "psyen/indicateurs/liste.html", _contexte(request, form, reseaux, jour))


def _contexte(
    request: RequeteConnectee, form: Any, reseaux: list[IndicateurReseau], jour: Any
) -> dict[str, Any]:
    adresse = Adresse(request.GET)
    plus_haut = max((float(r.heures_pour_cent or 0) for r in reseaux), default=0) or 1
    return {
        "form": form,
        "jour": jour,
        "repartition": (form.cleaned_data if form.is_valid() else {}).get("repartition"),
        "lignes": [(r, f"{float(r.heures_pour_cent or 0) / plus_haut * 100:.1f}") for r in reseaux],
        "eleves": sum(r.eleves for r in reseaux),
        "demi_journees": sum(r.demi_journees for r in reseaux),
        "hors_cible": sum(1 for r in reseaux if r.ecart),
        "sans_personne": sum(len(r.sans_personne) for r in reseaux),
        "liens_export": [{"libelle": f.upper(), "url": adresse.avec("format", f)} for f in FORMATS_EXPORT],
    }


def _exporter(reseaux: list[IndicateurReseau], format_: Any) -> HttpResponse:
    lignes = [
        {
            "cio": r.reseau.cio.nom,
            "annee": r.reseau.annee.code,
            "version": r.repartition.version,
            "reseau": r.reseau.nom,
            "psyen_du_reseau": r.nombre_psyen,
            "uai": e.etablissement.uai,
            "etablissement": e.etablissement.nom,
            "commune": e.etablissement.commune,
            "eleves": e.effectif.nombre if e.effectif else None,
            "annee_des_effectifs": e.effectif.annee if e.effectif else "",
            "demi_journees": e.demi_journees,
            "heures": e.heures_pour_cent,
        }
        for r in reseaux
        for e in r.etablissements
    ]
    titre = "Indicateurs des réseaux"
    contenu = ecrire_tableau(format_, colonnes=COLONNES_EXPORT, lignes=lignes, titre=titre)
    response = HttpResponse(contenu, content_type=TYPES_MIME[format_])
    nom = f"indicateurs-des-reseaux-{timezone.localdate():%Y-%m-%d}.{format_}"
    response.headers["Content-Disposition"] = content_disposition_header(True, nom) or "attachment"
    return response

"""Small tables of the detail pages, written in Python like those of the lists."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import format_html

from reseaux.models import Etablissement, Reseau
from reseaux.selectors.etablissements import AnneeDEtablissement
from reseaux.selectors.perimetre import EcoleDuPerimetre, ReseauDuPerimetre
from socle.tableaux import ColonneEcran, TableauEcran, lien


def _lien_etablissement(etablissement: Etablissement) -> str:
    return lien(reverse("reseaux:etablissement", args=(etablissement.pk,)), etablissement.nom)


def _lien_reseau(reseau: Reseau) -> str:
    return lien(reverse("reseaux:reseau", args=(reseau.pk,)), reseau.nom)


def tableau_etablissements(legende: str, etablissements: Iterable[Etablissement]) -> TableauEcran:
    colonnes = [ColonneEcran(t) for t in ("Établissement", "UAI", "Commune", "Catégorie", "Secteur")]
    lignes = [
        (
            _lien_etablissement(e),
            e.uai,
            e.commune,
            e.get_categorie_display(),
            e.get_secteur_display(),
        )
        for e in etablissements
    ]
    return TableauEcran(legende, colonnes, lignes, {})


def tableau_annees(annees: Iterable[AnneeDEtablissement]) -> TableauEcran:
    """Pupils and réseau of a school, year by year."""
    colonnes = (
        ColonneEcran("Année scolaire"),
        ColonneEcran("Élèves", nombre=True),
        ColonneEcran("Réseau"),
        ColonneEcran("CIO du réseau"),
    )
    lignes = [
        (
            str(a.annee),
            a.effectif,
            _lien_reseau(a.reseau) if a.reseau else None,
            str(a.reseau.cio) if a.reseau else None,
        )
        for a in annees
    ]
    return TableauEcran("Élèves et réseau par année", colonnes, lignes, {})


def tableau_reseaux(reseaux: Iterable[Any]) -> TableauEcran:
    """Réseaux read by `reseaux_chiffres`, which adds their counts: the model alone has none."""
    colonnes = (
        ColonneEcran("Réseau"),
        ColonneEcran("Lycée tête de réseau"),
        ColonneEcran("Établissements", nombre=True),
        ColonneEcran("Élèves", nombre=True),
    )
    lignes = [(_lien_reseau(r), str(r.tete), r.nombre_membres, r.nombre_eleves) for r in reseaux]
    return TableauEcran("Réseaux du CIO", colonnes, lignes, {})


def tableau_membres(detail: ReseauDuPerimetre) -> TableauEcran:
    """Schools of a réseau: the tête first, the others with their distance to it."""
    colonnes = (
        ColonneEcran("Établissement"),
        ColonneEcran("Commune"),
        ColonneEcran("Catégorie"),
        ColonneEcran("Élèves", nombre=True),
        ColonneEcran("Distance à la tête", nombre=True),
    )
    return TableauEcran("Établissements du réseau", colonnes, map(_ligne_de_membre, detail.ecoles), {})


def _ligne_de_membre(ecole: EcoleDuPerimetre) -> tuple:
    nom = _lien_etablissement(ecole.etablissement)
    if ecole.est_tete:
        nom = format_html("{} (tête de réseau)", nom)
    eleves = localize(ecole.effectif.nombre) if ecole.effectif else None
    if ecole.effectif and ecole.effectif.est_ancien:
        eleves = f"{eleves} ({ecole.effectif.annee})"
    distance = None if ecole.est_tete else _distance(ecole.distance)
    categorie = ecole.etablissement.get_categorie_display()
    return nom, ecole.etablissement.commune, categorie, eleves, distance


def _distance(km: float | None) -> str | None:
    if km is None:
        return None
    return f"{localize(round(km))} km" if km >= 1 else "moins d’un km"


def tableau_habilitations(habilitations: Iterable[Any]) -> TableauEcran:
    """Habilitations of one account, read by `habilitations_situees`, which adds territory and situation."""
    colonnes = [ColonneEcran(t) for t in ("Rôle", "Territoire", "Du", "Au", "Situation", "Révocation")]
    lignes = [
        (
            h.get_role_display(),
            h.territoire_nom,
            h.date_debut,
            h.date_fin,
            h.situation,
            _lien_revocation(h),
        )
        for h in habilitations
    ]
    return TableauEcran("Habilitations", colonnes, lignes, {})


def _lien_revocation(habilitation: Any) -> str:
    if habilitation.situation not in ("en vigueur", "à venir"):
        return ""
    return lien(reverse("reseaux:habilitation_revoquer", args=(habilitation.pk,)), "Révoquer")

"""Répartitions: the list, and the page of one version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.views.generic import DetailView

from psyen.enums import EtatRepartition
from psyen.forms.repartitions import RepartitionFiltre
from psyen.models import Repartition
from psyen.selectors.grille import construire_grille
from socle.journal import historique
from socle.tableaux import ColonneEcran, lien
from socle.tableurs import Colonne
from socle.templatetags.cio import etiquette
from socle.views import ListeView, PerimetreMixin

ETATS = dict(EtatRepartition.choices)


class RepartitionListe(ListeView):
    """Every version that one reads, newest year first."""

    model = Repartition
    titre = "Répartitions"
    nom_objets = ("répartition", "répartitions")
    filterset_class = RepartitionFiltre
    champs = ("pk", "cio__nom", "annee__code", "version", "date_effet", "etat", "proposee_le", "decidee_le")
    colonnes = (
        ColonneEcran("CIO", tri="cio"),
        ColonneEcran("Année scolaire", tri="annee"),
        ColonneEcran("Version", nombre=True),
        ColonneEcran("Date d’effet", tri="effet"),
        ColonneEcran("État", tri="etat"),
        ColonneEcran("Proposée le"),
        ColonneEcran("Décidée le"),
    )
    tris = {
        "annee": ("-annee__debut", "cio__nom", "-version"),
        "cio": ("cio__nom", "-annee__debut", "-version"),
        "effet": ("-date_effet", "cio__nom", "-version"),
        "etat": ("etat", "-annee__debut", "cio__nom", "-version"),
    }
    colonnes_export = (
        Colonne("cio__nom", "CIO"),
        Colonne("annee__code", "Année scolaire"),
        Colonne("version", "Version", type="entier"),
        Colonne("date_effet", "Date d’effet", type="date"),
        Colonne("etat", "État"),
    )
    vide_titre = "Aucune répartition"
    vide_texte = "Les répartitions apparaissent ici dès qu’elles sont préparées ou proposées."

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        # One reverse for the page, not one per row.
        base = reverse("psyen:repartitions")
        return [
            (
                lien(f"{base}{r['pk']}/", r["cio__nom"]),
                r["annee__code"],
                r["version"],
                r["date_effet"],
                etiquette(r["etat"], ETATS[r["etat"]]),
                r["proposee_le"] and r["proposee_le"].date(),
                r["decidee_le"] and r["decidee_le"].date(),
            )
            for r in objets
        ]


class RepartitionDetail(PerimetreMixin, DetailView):
    """One version to read, whoever may."""

    queryset = Repartition.objects.select_related("cio__departement", "annee")
    context_object_name = "repartition"
    template_name = "psyen/repartitions/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "grille": construire_grille(self.object),
            "historique": historique(self.object),
        }

"""Répartitions: the list, and the page of one version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.views.generic import DetailView

from psyen.enums import EtatRepartition
from psyen.exports import COLONNES_AFFECTATIONS, lignes_affectations
from psyen.forms.repartitions import DateEffetForm, EtatAuForm, RepartitionFiltre
from psyen.forms.tableau_grille import GrilleEcran
from psyen.models import AvisRepartition, CommentaireEtablissement, Repartition
from psyen.permissions import (
    peut_decider,
    peut_donner_avis,
    peut_lire_repartitions,
    peut_modifier_repartition,
    peut_preparer,
    peut_proposer,
    peut_reprendre,
    peut_retirer,
)
from psyen.selectors.differences import differences
from psyen.selectors.grille import construire_grille
from psyen.selectors.versions import histoire_lisible
from reseaux.perimetre import Perimetre
from socle.listes import Adresse
from socle.tableaux import ColonneEcran, lien
from socle.tableurs import Colonne
from socle.templatetags.cio import etiquette
from socle.views import ListeView, PerimetreMixin

ETATS = dict(EtatRepartition.choices)


class RepartitionListe(ListeView):
    """Every version that one reads, newest year first."""

    model = Repartition
    droit = staticmethod(peut_lire_repartitions)
    titre = "Répartitions"
    nom_objets = ("répartition", "répartitions")
    filterset_class = RepartitionFiltre
    template_name = "psyen/repartitions/liste.html"
    champs = ("pk", "cio__nom", "annee__code", "version", "date_effet", "etat", "proposee_le", "decidee_le")
    colonnes = (
        ColonneEcran("CIO", tri="cio"),
        ColonneEcran("Année scolaire", tri="annee", insecable=True),
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
    colonnes_export: Sequence[Colonne] = (
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
                _jour(r["proposee_le"]),
                _jour(r["decidee_le"]),
            )
            for r in objets
        ]

    def exporter_lignes(self, queryset: QuerySet[Repartition]) -> Iterable[Sequence[Any]]:
        for *debut, etat in super().exporter_lignes(queryset):
            yield (*debut, ETATS[etat])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parametres = Adresse(self.request.GET).parametres.urlencode()
        url = reverse("psyen:affectations")
        return super().get_context_data(**kwargs) | {
            "url_affectations": f"{url}?{parametres}" if parametres else url
        }


class AffectationExport(RepartitionListe):
    """Who goes where in the répartitions that the list shows, same filters: one streamed CSV, as it may hold
    all the years of an académie.
    """

    titre = "Affectations"
    colonnes_export = COLONNES_AFFECTATIONS

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.avertissements = []
        return self.exporter(self.filtrer(), "csv")

    def exporter_lignes(self, queryset: QuerySet[Repartition]) -> Iterable[Sequence[Any]]:
        return lignes_affectations(queryset, perimetre=self.request.perimetre)


def _jour(instant: dt.datetime | None) -> dt.date | None:
    return timezone.localdate(instant) if instant else None


def _droits(perimetre: Perimetre, repartition: Repartition) -> dict[str, bool]:
    """What the reader may do, by the name the templates use."""
    return {
        "peut_modifier": peut_modifier_repartition(perimetre, repartition),
        "peut_preparer": peut_preparer(perimetre, repartition.cio, repartition.annee),
        "peut_proposer": peut_proposer(perimetre, repartition),
        "peut_retirer": peut_retirer(perimetre, repartition),
        "peut_reprendre": peut_reprendre(perimetre, repartition),
        "peut_decider": peut_decider(perimetre, repartition),
        "peut_donner_avis": peut_donner_avis(perimetre, repartition),
    }


class RepartitionDetail(PerimetreMixin, DetailView):
    """One version to read, whoever may, with what was said of it and what one may do."""

    queryset = Repartition.objects.select_related(
        "cio__departement",
        "annee",
        "derivee_de",
        "proposee_par",
        "proposee_en_qualite__cio",
        "decidee_par",
        "decidee_en_qualite__departement",
    )
    context_object_name = "repartition"
    template_name = "psyen/repartitions/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        repartition, perimetre = self.object, self.request.perimetre
        grille = construire_grille(repartition)
        avant = construire_grille(repartition.derivee_de) if repartition.derivee_de else None
        droits = _droits(perimetre, repartition)
        date_form = DateEffetForm(initial={"date_effet": repartition.date_effet}, perimetre=perimetre)
        return (
            super().get_context_data(**kwargs)
            | droits
            | self._versions()
            | self._paroles()
            | {
                "ecran": GrilleEcran(grille),
                "ecarts": differences(avant, grille) if avant else None,
                "historique": histoire_lisible(repartition, perimetre),
                "date_form": date_form if droits["peut_modifier"] else None,
            }
        )

    def _versions(self) -> dict[str, Any]:
        """The versions of the CIO and year, and the one in force on the day asked for."""
        visibles = Repartition.objects.dans_perimetre(self.request.perimetre)
        form = EtatAuForm(
            self.request.GET if "au" in self.request.GET else None,
            initial={"au": timezone.localdate()},
            perimetre=self.request.perimetre,
        )
        jour = form.cleaned_data["au"] if form.is_bound and form.is_valid() else None
        versions = visibles.filter(cio=self.object.cio_id, annee=self.object.annee_id)
        return {
            "versions": versions.order_by("version", "pk"),
            "au_form": form,
            "au": jour,
            "version_au": visibles.select_related("annee").en_vigueur(self.object.cio_id, jour)
            if jour
            else None,
        }

    def _paroles(self) -> dict[str, Any]:
        """Opinions and comments, for those who read them."""
        avis = AvisRepartition.objects.dans_perimetre(self.request.perimetre)
        commentaires = CommentaireEtablissement.objects.dans_perimetre(self.request.perimetre)
        return {
            "avis": avis.filter(repartition=self.object)
            .select_related("auteur", "en_qualite__departement")
            .order_by("-donne_le", "-pk"),
            "commentaires": commentaires.filter(repartition=self.object)
            .select_related("auteur", "etablissement")
            .order_by("-donne_le", "-pk"),
        }

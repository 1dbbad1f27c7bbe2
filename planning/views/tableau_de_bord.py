"""The dashboard of the work plan, and the list of its actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import DetailView

from planning.enums import SituationAction
from planning.exports import colonnes_actions, lignes_actions
from planning.forms.tableau_de_bord import FiltreActions, FiltrePlan
from planning.models import Action, PlanDeTravail
from planning.permissions import (
    est_pilote,
    peut_creer_plan,
    peut_lire_plan,
    peut_lire_suivi,
    peut_piloter,
    peut_tenir_copil,
)
from planning.selectors.tableau_de_bord import PART_MOI, actions_lues, lire_part, plans_lus
from planning.selectors.tableau_de_bord_page import TableauDeBord, lire_tableau
from socle.listes import FORMATS_EXPORT
from socle.tableaux import ColonneEcran, lien
from socle.tableurs import Colonne
from socle.templatetags.cio import etiquette
from socle.views import ListeView, PerimetreMixin

SITUATIONS = dict(SituationAction.choices)


class PlanFiltreMixin(PerimetreMixin):
    """A page about one plan and its actions, as the address filters them."""

    droit = staticmethod(peut_lire_plan)

    @cached_property
    def plans(self) -> list[PlanDeTravail]:
        return plans_lus(self.request.perimetre)

    @cached_property
    def plan(self) -> PlanDeTravail | None:
        """The one of the address; without one, the first of the list, None when there is none."""
        if "pk" in self.kwargs:
            return self.plan_demande()
        return self.plans[0] if self.plans else None

    def plan_demande(self) -> PlanDeTravail:
        """That of the address, if one reads it."""
        trouve = next((plan for plan in self.plans if plan.pk == self.kwargs["pk"]), None)
        if trouve is None:
            raise Http404
        return trouve

    @cached_property
    def part(self) -> str:
        return lire_part(self.request.perimetre, self.request.GET.get("part", ""))

    @cached_property
    def filtre(self) -> FiltrePlan:
        actions = actions_lues(self.request.perimetre, self.part).filter(plan=self.plan)
        return FiltrePlan(self.request.GET or None, actions, request=self.request, plan=self.plan)

    @property
    def adresse_filtree(self) -> str:
        """Filters and part, as every link of the page keeps them."""
        parametres = QueryDict(mutable=True)
        parametres["part"] = self.part
        for nom in self.filtre.filters:
            if valeur := self.request.GET.get(nom):
                parametres[nom] = valeur
        return parametres.urlencode()


class PlanDetail(PlanFiltreMixin, DetailView):
    """The dashboard of one plan; without any plan, what to do next."""

    context_object_name = "plan"

    @property
    def url_plan(self) -> str:
        return reverse("planning:plan", args=[self.plan.pk]) if self.plan else ""

    def get_object(self, queryset: Any = None) -> PlanDeTravail | None:
        return self.plan

    def get_template_names(self) -> list[str]:
        if self.plan is None:
            return ["planning/tableau_de_bord/vide.html"]
        return ["planning/tableau_de_bord/page.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre, plan = self.request.perimetre, self.plan
        contexte = super().get_context_data(**kwargs) | {"peut_creer_plan": peut_creer_plan(perimetre)}
        if plan is None:
            return contexte
        return contexte | {
            "tableau": self._tableau(plan),
            "autres_plans": [autre for autre in self.plans if autre != plan],
            "filtre": self.filtre,
            "avertissements": self.filtre.refus(),
            "filtres_dits": self.filtre.dits(),
            "part": self.part,
            "est_sa_part": self.part == PART_MOI,
            "adresse_filtree": self.adresse_filtree,
            "formats": FORMATS_EXPORT,
            "url_plan": self.url_plan,
            "url_mois": f"{self.url_plan}?part={self.part}&mois=",
            "url_objectif": f"{self.url_plan}?part={self.part}&objectif=",
            "suivi": peut_lire_suivi(perimetre),
            "pilote": peut_piloter(perimetre, plan),
            "regle": est_pilote(perimetre, plan.departement_id),
            "copil": peut_tenir_copil(perimetre, plan),
        }

    def _tableau(self, plan: PlanDeTravail) -> TableauDeBord:
        filtre, perimetre = self.filtre, self.request.perimetre
        return lire_tableau(plan, filtre.qs, filtre.objectifs, perimetre, timezone.localdate())


class ActionListe(ListeView):
    """Every action one reads, whatever its plan; exports of exactly what is filtered."""

    model = Action
    droit = staticmethod(peut_lire_plan)
    titre = "Actions"
    nom_objets = ("action", "actions")
    filterset_class = FiltreActions
    template_name = "planning/tableau_de_bord/actions.html"
    champs = ("pk", "numero", "titre", "attribution", "calendrier", "fin", "plan__titre", "situation")
    tris = {
        "plan": ("-plan__debut", "plan", "numero"),
        "echeance": ("fin", "plan", "numero"),
        "action": ("titre", "plan"),
        "situation": ("situation", "fin", "plan", "numero"),
    }
    vide_titre = "Aucune action"
    vide_texte = "Les actions des plans de travail apparaîtront ici."

    @cached_property
    def part(self) -> str:
        return lire_part(self.request.perimetre, self.request.GET.get("part", ""))

    @property
    def colonnes(self) -> Sequence[ColonneEcran]:
        suivi = peut_lire_suivi(self.request.perimetre)
        return (
            ColonneEcran("Action", tri="action"),
            *((ColonneEcran("Attribution"),) if suivi else ()),
            ColonneEcran("Calendrier"),
            ColonneEcran("Échéance", tri="echeance", insecable=True),
            ColonneEcran("Situation", tri="situation"),
            ColonneEcran("Plan de travail", tri="plan"),
        )

    @property
    def colonnes_export(self) -> Sequence[Colonne]:  # type: ignore[override]  # depends on who reads
        return colonnes_actions(self.request.perimetre)

    def get_queryset(self) -> QuerySet[Action]:
        return actions_lues(self.request.perimetre, self.part).avec_situation(timezone.localdate())

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        suivi = peut_lire_suivi(self.request.perimetre)
        # One reverse for the page, not one per row.
        base = reverse("planning:action", args=[0]).removesuffix("0/")
        return [
            (
                lien(f"{base}{a['pk']}/", f"{a['numero']}. {a['titre']}"),
                *((a["attribution"],) if suivi else ()),
                a["calendrier"],
                a["fin"],
                etiquette(a["situation"], SITUATIONS[a["situation"]]),
                a["plan__titre"],
            )
            for a in objets
        ]

    def exporter_lignes(self, queryset: Any) -> Iterable[Sequence[Any]]:
        return lignes_actions(queryset, self.request.perimetre, timezone.localdate())

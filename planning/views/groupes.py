"""The équipe de direction and the working groups of the département."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from comptes.enums import Role
from planning.forms.groupes import DepartForm, GroupeForm, MembreForm, NomGroupeForm
from planning.permissions import peut_creer_plan, peut_lire_suivi
from planning.selectors.equipes import equipes
from planning.views.departement import DepartementMixin
from reseaux.enums import GenreGroupe
from reseaux.models import Departement, Groupe, MembreGroupe
from reseaux.permissions import peut_gerer_groupes
from reseaux.services.groupes import (
    ajouter_membre,
    creer_groupe,
    renommer_groupe,
    retirer_membre,
    supprimer_groupe,
)
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, executer_geste

#: « Équipe de direction orientation » of the source: whoever directs the orientation.
EQUIPE_TYPE = {
    "nom": "Équipe de direction orientation",
    "genre": GenreGroupe.EQUIPE_DIRECTION,
    "roles": [Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.DCIO],
}


class Groupes(DepartementMixin, TemplateView):
    """Each group, its members, who that is today."""

    droit = staticmethod(peut_lire_suivi)
    template_name = "planning/groupes/liste.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        return super().get_context_data(**kwargs) | {
            "equipes": equipes(perimetre, self.departement),
            "peut_gerer": peut_gerer_groupes(perimetre, self.departement.pk),
        }


class GroupeFormulaireMixin(FormulaireMixin):
    success_url = reverse_lazy("planning:groupes")
    url_retour = reverse_lazy("planning:groupes")


class GroupeCreer(GroupeFormulaireMixin, FormView):
    """The équipe de direction is proposed as long as there is none."""

    droit = staticmethod(peut_creer_plan)
    form_class = GroupeForm
    titre = "Créer un groupe"
    libelle_envoi = "Créer le groupe"
    message = "Le groupe est créé."

    def get_initial(self) -> dict[str, Any]:
        departement = self.request.perimetre.departement_id
        equipe = Groupe.objects.filter(departement=departement, genre=GenreGroupe.EQUIPE_DIRECTION)
        return {"genre": GenreGroupe.GROUPE_TRAVAIL} if equipe.exists() else EQUIPE_TYPE

    def executer(self, form: GroupeForm) -> None:
        perimetre = self.request.perimetre
        departement = get_object_or_404(Departement, pk=perimetre.departement_id)
        creer_groupe(perimetre=perimetre, departement=departement, **form.cleaned_data)


class SurGroupe(GroupeFormulaireMixin):
    """A form about one group, by whoever keeps the groups of its département."""

    @cached_property
    def groupe(self) -> Groupe:
        visibles = Groupe.objects.dans_perimetre(self.request.perimetre).select_related("departement")
        return get_object_or_404(visibles, pk=self.kwargs["groupe"])

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not peut_gerer_groupes(request.perimetre, self.groupe.departement_id):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class GroupeRenommer(SurGroupe, FormView):
    form_class = NomGroupeForm
    template_name = "planning/groupes/renommer.html"
    message = "Le groupe porte désormais ce nom."

    @property
    def titre(self) -> str:
        return f"Renommer « {self.groupe} »"

    def get_initial(self) -> dict[str, Any]:
        return {"nom": self.groupe.nom}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"groupe": self.groupe}

    def executer(self, form: NomGroupeForm) -> None:
        renommer_groupe(perimetre=self.request.perimetre, groupe=self.groupe, **form.cleaned_data)


class MembreAjouter(SurGroupe, FormView):
    form_class = MembreForm
    libelle_envoi = "Ajouter"
    message = "Le membre est ajouté au groupe."

    @property
    def titre(self) -> str:
        return f"Ajouter un membre à « {self.groupe} »"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"departement": self.groupe.departement}

    def executer(self, form: MembreForm) -> None:
        ajouter_membre(perimetre=self.request.perimetre, groupe=self.groupe, **form.cleaned_data)


class MembreRetirer(SurGroupe, FormView):
    """The member says the group."""

    form_class = DepartForm
    libelle_envoi = "Retirer du groupe"
    message = "Le membre quitte le groupe à cette date."

    @cached_property
    def membre(self) -> MembreGroupe:
        visibles = MembreGroupe.objects.dans_perimetre(self.request.perimetre)
        return get_object_or_404(
            visibles.select_related("groupe__departement", "utilisateur"), pk=self.kwargs["membre"]
        )

    @cached_property
    def groupe(self) -> Groupe:
        return self.membre.groupe

    @property
    def titre(self) -> str:
        return f"Retirer « {self.membre} » du groupe « {self.groupe} »"

    def executer(self, form: DepartForm) -> None:
        retirer_membre(perimetre=self.request.perimetre, membre=self.membre, **form.cleaned_data)


@require_POST
def groupe_supprimer(request: RequeteConnectee, groupe: int) -> HttpResponse:
    """Only a group that answered for nothing."""
    trouve = get_object_or_404(Groupe.objects.dans_perimetre(request.perimetre), pk=groupe)
    return executer_geste(
        request,
        lambda: supprimer_groupe(perimetre=request.perimetre, groupe=trouve),
        message=f"Le groupe « {trouve} » est supprimé.",
        retour=reverse("planning:groupes"),
    )

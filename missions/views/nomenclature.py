"""The nomenclature of fiche 1, and its upkeep by the IEN-IO and the ADMIN."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from missions.forms.nomenclature import MissionForm, PublicForm
from missions.models import Mission, Public
from missions.permissions import peut_lire_nomenclature, peut_modifier_nomenclature
from missions.selectors.nomenclature import arbre, missions_hors_vigueur, publics
from missions.services.nomenclature import (
    CHAMPS_MISSION,
    CHAMPS_PUBLIC,
    charger_nomenclature,
    creer_mission,
    creer_public,
    est_utilisee,
    modifier_mission,
    modifier_public,
)
from missions.services.nomenclature_retrait import retablir, retirer, supprimer
from reseaux.models import Academie
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, PerimetreMixin, executer_geste

RETOUR = reverse_lazy("missions:nomenclature")


def academie_de(perimetre: Perimetre) -> Academie:
    """That of the worn habilitation: its nomenclature is the only one it reads."""
    return get_object_or_404(Academie, Q(pk=perimetre.academie_id))


class Nomenclature(PerimetreMixin, TemplateView):
    """The tree by frame and place, the authority on each line; the publics."""

    droit = staticmethod(peut_lire_nomenclature)
    template_name = "missions/nomenclature/arbre.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        academie = academie_de(perimetre)
        actuels, retires = publics(perimetre, academie)
        return super().get_context_data(**kwargs) | {
            "academie": academie,
            "parties": arbre(perimetre, academie),
            "retirees": missions_hors_vigueur(perimetre, academie),
            "publics": actuels,
            "publics_retires": retires,
            "peut_modifier": peut_modifier_nomenclature(perimetre),
        }


@require_POST
def nomenclature_charger(request: RequeteConnectee) -> HttpResponse:
    """Fiche 1 and the experiment; what the académie already has is left as it is."""
    academie = academie_de(request.perimetre)
    return executer_geste(
        request,
        lambda: charger_nomenclature(perimetre=request.perimetre, academie=academie),
        message="Les missions et les publics de la fiche 1 sont dans la nomenclature.",
        retour=str(RETOUR),
    )


class Ecriture(FormulaireMixin, FormView):
    """What the four forms share."""

    droit = staticmethod(peut_modifier_nomenclature)
    template_name = "missions/nomenclature/formulaire.html"
    success_url = RETOUR
    url_retour = RETOUR
    #: The object written, None for a new one.
    objet: Mission | Public | None = None

    @cached_property
    def academie(self) -> Academie:
        return academie_de(self.request.perimetre)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        objet = self.objet
        page: dict[str, Any] = {
            "objet": objet,
            "genre": "mission" if self.form_class is MissionForm else "public",
        }
        if objet is not None:
            page |= {"historique": historique(objet), "est_utilise": est_utilisee(objet)}
        return super().get_context_data(**kwargs) | page


class EcritureMission(Ecriture):
    form_class = MissionForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"academie": self.academie}


class MissionCreer(EcritureMission):
    """`?parent=` opens the form under a mission, in its frame and place."""

    titre = "Ajouter une mission"
    libelle_envoi = "Ajouter"
    message = "La mission est ajoutée à la nomenclature."

    def get_initial(self) -> dict[str, Any]:
        demande = self.request.GET.get("parent", "")
        visibles = Mission.objects.dans_perimetre(self.request.perimetre).en_vigueur()
        parent = visibles.filter(pk=demande).first() if demande.isascii() and demande.isdecimal() else None
        if parent is None:
            return super().get_initial()
        return {champ: getattr(parent, champ) for champ in ("cadre", "lieu", "famille")} | {
            "parent": parent.pk
        }

    def executer(self, form: MissionForm) -> None:
        creer_mission(perimetre=self.request.perimetre, academie=self.academie, valeurs=form.cleaned_data)


class MissionModifier(EcritureMission):
    """Reword, attach elsewhere, retire."""

    titre = "Modifier une mission"
    message = "La mission est modifiée."

    @cached_property
    def objet(self) -> Mission:  # type: ignore[override]  # read once, from the address
        return get_object_or_404(
            Mission.objects.dans_perimetre(self.request.perimetre), pk=self.kwargs["mission"]
        )

    def get_initial(self) -> dict[str, Any]:
        return _valeurs(self.objet, CHAMPS_MISSION)

    def executer(self, form: MissionForm) -> None:
        modifier_mission(perimetre=self.request.perimetre, mission=self.objet, valeurs=form.cleaned_data)


class PublicCreer(Ecriture):
    form_class = PublicForm
    titre = "Ajouter un public"
    libelle_envoi = "Ajouter"
    message = "Le public est ajouté à la nomenclature."

    def executer(self, form: PublicForm) -> None:
        creer_public(perimetre=self.request.perimetre, academie=self.academie, valeurs=form.cleaned_data)


class PublicModifier(Ecriture):
    form_class = PublicForm
    titre = "Modifier un public"
    message = "Le public est modifié."

    @cached_property
    def objet(self) -> Public:  # type: ignore[override]  # read once, from the address
        return get_object_or_404(
            Public.objects.dans_perimetre(self.request.perimetre), pk=self.kwargs["public"]
        )

    def get_initial(self) -> dict[str, Any]:
        return _valeurs(self.objet, CHAMPS_PUBLIC)

    def executer(self, form: PublicForm) -> None:
        modifier_public(perimetre=self.request.perimetre, public=self.objet, valeurs=form.cleaned_data)


#: Gesture → the service, and what is said once it is done.
GESTES = {
    "retirer": (retirer, "C’est retiré de la nomenclature : ce qui est déjà confié le reste."),
    "retablir": (retablir, "C’est de nouveau dans la nomenclature."),
    "supprimer": (supprimer, "C’est supprimé de la nomenclature."),
}


@require_POST
def mission_geste(request: RequeteConnectee, mission: int, geste_nomenclature: str) -> HttpResponse:
    """Retires, brings back or deletes a mission."""
    visibles = Mission.objects.dans_perimetre(request.perimetre).select_related("academie")
    return _geste(request, get_object_or_404(visibles, pk=mission), geste_nomenclature)


@require_POST
def public_geste(request: RequeteConnectee, public: int, geste_nomenclature: str) -> HttpResponse:
    """Retires, brings back or deletes a public."""
    visibles = Public.objects.dans_perimetre(request.perimetre).select_related("academie")
    return _geste(request, get_object_or_404(visibles, pk=public), geste_nomenclature)


def _geste(request: RequeteConnectee, objet: Mission | Public, geste: str) -> HttpResponse:
    if geste not in GESTES:
        raise Http404("Ce geste n’existe pas.")
    service, message = GESTES[geste]
    return executer_geste(
        request,
        lambda: service(perimetre=request.perimetre, objet=objet),
        message=message,
        retour=reverse("missions:nomenclature"),
    )


def _valeurs(objet: Model, champs: tuple[str, ...]) -> dict[str, Any]:
    return {champ: getattr(objet, f"{champ}_id" if champ == "parent" else champ) for champ in champs}

"""The catalogue of the actions given at the CIO, a neutral place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from missions.exports.territoire import COLONNES_EXTERNALISABLES, THEMES, lignes_externalisables
from missions.forms.territoire_externalisables import ExternalisableFiltre, ExternalisableForm
from missions.models import ActionExternalisable
from missions.permissions import peut_ecrire_territoire, peut_lire_territoire, peut_ouvrir_au_territoire
from missions.services.territoire_externalisables import (
    creer_externalisable,
    modifier_externalisable,
    retablir_externalisable,
    retirer_externalisable,
)
from missions.views.territoire_fiche import (
    Bouton,
    FicheDuTerritoire,
    ListeDuTerritoire,
    SurObjet,
    liens_vers,
)
from reseaux.perimetre import Perimetre
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran
from socle.views import FormulaireMixin, executer_geste

ACTIONS = ActionExternalisable.objects.select_related("cio__departement")


class ExternalisableListe(ListeDuTerritoire):
    model = ActionExternalisable
    droit = staticmethod(peut_lire_territoire)
    section = "missions:externalisables"
    titre = "Actions externalisables"
    nom_objets = ("action", "actions")
    filterset_class = ExternalisableFiltre
    champs = ("pk", "titre", "theme", "cio__nom", "retiree_le")
    colonnes = (
        ColonneEcran("Action", "titre", tri="titre", lien="missions:externalisable"),
        ColonneEcran("Thème", "theme_dit", tri="theme"),
        ColonneEcran("CIO", "cio__nom", tri="cio"),
        ColonneEcran("Retirée le", "retiree_le", tri="retrait"),
    )
    tris = {
        "cio": ("cio__nom", "theme", "titre"),
        "titre": ("titre", "cio__nom"),
        "theme": ("theme", "cio__nom", "titre"),
        "retrait": ("-retiree_le", "titre"),
    }
    colonnes_export = COLONNES_EXTERNALISABLES
    vide_titre = "Aucune action externalisable"
    vide_texte = "Chaque CIO recense ici les réponses éducatives qu’il peut donner dans un lieu neutre."

    @property
    def bouton_ajouter(self) -> Bouton | None:
        if not peut_ouvrir_au_territoire(self.request.perimetre):
            return None
        return Bouton("Ajouter une action", reverse("missions:externalisable_creer"), principal=True)

    def lignes(self, objets: Iterable[Any]) -> Iterable[Sequence[Any]]:
        return super().lignes([objet | {"theme_dit": THEMES[objet["theme"]]} for objet in objets])

    def exporter_lignes(self, queryset: QuerySet[ActionExternalisable]) -> Iterable[Sequence[Any]]:
        return lignes_externalisables(queryset)


class ExternalisableFiche(FicheDuTerritoire):
    queryset = ACTIONS
    section = "missions:externalisables"

    def etat(self) -> tuple[str, str]:
        return ("", "Retirée du catalogue") if self.object.retiree_le else ("en_vigueur", "Au catalogue")

    def rubriques(self) -> Sequence[tuple[str, Any]]:
        action = self.object
        return (
            ("CIO", action.cio),
            ("Thème", action.get_theme_display()),
            ("Publics", list(action.publics.order_by("libelle", "pk"))),
            ("Partenaires", liens_vers("missions:partenaire", action.partenaires.order_by("nom", "pk"))),
            ("Retirée le", action.retiree_le),
            ("Description", action.description),
        )

    def boutons(self) -> Sequence[Bouton]:
        action = self.object
        if not peut_ecrire_territoire(self.request.perimetre, action.cio):
            return ()
        geste = "retablir" if action.retiree_le else "retirer"
        libelle = "Remettre au catalogue" if action.retiree_le else "Retirer du catalogue"
        return (
            Bouton(libelle, reverse("missions:externalisable_geste", args=[action.pk, geste]), poste=True),
            Bouton("Modifier", reverse("missions:externalisable_modifier", args=[action.pk])),
        )


class ExternalisableCreer(FormulaireMixin, FormView):
    droit = staticmethod(peut_ouvrir_au_territoire)
    form_class = ExternalisableForm
    titre = "Ajouter une action externalisable"
    libelle_envoi = "Ajouter l’action"
    message = "L’action est au catalogue."
    url_retour = reverse_lazy("missions:externalisables")

    def executer(self, form: ExternalisableForm) -> None:
        self.action = creer_externalisable(perimetre=self.request.perimetre, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("missions:externalisable", args=[self.action.pk])


class ExternalisableModifier(SurObjet, FormView):
    queryset = ACTIONS
    section = "missions:externalisables"
    url_objet = "missions:externalisable"
    form_class = ExternalisableForm
    titre = "Modifier l’action externalisable"
    message = "L’action est modifiée."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_ecrire_territoire(perimetre, self.objet.cio)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"action": self.objet}

    def get_initial(self) -> dict[str, Any]:
        return {nom: getattr(self.objet, nom) for nom in ("titre", "theme", "description")} | {
            nom: list(getattr(self.objet, nom).values_list("pk", flat=True))
            for nom in ("publics", "partenaires")
        }

    def executer(self, form: ExternalisableForm) -> None:
        modifier_externalisable(perimetre=self.request.perimetre, action=self.objet, **form.cleaned_data)


#: Gesture → the service, and what is said once it is done.
GESTES = {
    "retirer": (retirer_externalisable, "L’action est retirée du catalogue."),
    "retablir": (retablir_externalisable, "L’action est de nouveau au catalogue."),
}


@require_POST
def externalisable_geste(request: RequeteConnectee, pk: int, geste: str) -> HttpResponse:
    """Retires, or offers again."""
    action = get_object_or_404(ActionExternalisable.objects.dans_perimetre(request.perimetre), pk=pk)
    if geste not in GESTES:
        raise Http404("Ce geste n’existe pas.")
    service, message = GESTES[geste]
    return executer_geste(
        request,
        lambda: service(perimetre=request.perimetre, action=action),
        message=message,
        retour=reverse("missions:externalisable", args=[pk]),
    )

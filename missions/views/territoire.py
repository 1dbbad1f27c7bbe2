"""« Territoire »: the actions that the CIO open to their territory, and the gauge of each CIO."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from missions.enums import EtatActionDeTerritoire
from missions.exports.territoire import COLONNES_TERRITOIRE, ETATS, VOLETS, lignes_territoire
from missions.forms.territoire import ActionDeTerritoireForm, RealisationForm, TerritoireFiltre
from missions.models import ActionDeTerritoire
from missions.permissions import peut_ecrire_territoire, peut_lire_territoire, peut_ouvrir_au_territoire
from missions.selectors.territoire import jauges_avenir
from missions.services.territoire import (
    annuler_action_de_territoire,
    creer_action_de_territoire,
    modifier_action_de_territoire,
    realiser_action_de_territoire,
    retablir_action_de_territoire,
)
from missions.views.territoire_fiche import (
    Bouton,
    FicheDuTerritoire,
    ListeDuTerritoire,
    SurObjet,
    liens_vers,
)
from reseaux.models import AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran, lien
from socle.templatetags.cio import etiquette
from socle.views import FormulaireMixin, executer_geste

#: What every page of an action reads of it.
ACTIONS = ActionDeTerritoire.objects.select_related("cio__departement", "annee")


class TerritoireListe(ListeDuTerritoire):
    """The actions of the current year, unless another is asked for; the gauge « Avenir » of each CIO."""

    model = ActionDeTerritoire
    droit = staticmethod(peut_lire_territoire)
    template_name = "missions/territoire/page.html"
    section = "missions:territoire"
    titre = "Actions de territoire"
    nom_objets = ("action", "actions")
    filterset_class = TerritoireFiltre
    champs = ("pk", "titre", "volet", "cio__nom", "annee__code", "jour", "etat", "participants")
    colonnes = (
        ColonneEcran("Action", tri="titre"),
        ColonneEcran("Volet", tri="volet"),
        ColonneEcran("CIO", tri="cio"),
        ColonneEcran("Date", tri="date", insecable=True),
        ColonneEcran("État", tri="etat"),
        ColonneEcran("Participants", tri="participants", nombre=True),
    )
    tris = {
        "date": ("jour", "titre"),
        "titre": ("titre", "jour"),
        "volet": ("volet", "jour"),
        "cio": ("cio__nom", "jour"),
        "etat": ("etat", "jour"),
        "participants": ("-participants", "jour"),
    }
    colonnes_export = COLONNES_TERRITOIRE
    vide_titre = "Aucune action de territoire"
    vide_texte = "Chaque CIO inscrit ici les actions qu’il ouvre aux familles et aux partenaires."

    @cached_property
    def filtre(self) -> TerritoireFiltre:
        return TerritoireFiltre(self.parametres, queryset=self.get_queryset(), request=self.request)

    @property
    def parametres(self) -> QueryDict:
        """What was asked; the first visit asks for the current year."""
        parametres = self.request.GET.copy()
        en_cours = AnneeScolaire.objects.en_cours()
        if "annee" not in parametres and en_cours is not None:
            parametres["annee"] = en_cours.code
        return parametres

    @property
    def bouton_ajouter(self) -> Bouton | None:
        if not peut_ouvrir_au_territoire(self.request.perimetre):
            return None
        return Bouton("Ajouter une action", reverse("missions:action_de_territoire_creer"), principal=True)

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        base = reverse("missions:territoire")
        return [
            (
                lien(f"{base}actions/{a['pk']}/", a["titre"]),
                VOLETS[a["volet"]],
                a["cio__nom"],
                a["jour"],
                etiquette(a["etat"], ETATS[a["etat"]]),
                a["participants"],
            )
            for a in objets
        ]

    def exporter_lignes(self, queryset: QuerySet[ActionDeTerritoire]) -> Iterable[Sequence[Any]]:
        return lignes_territoire(queryset)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        demande = self.filtre.form.cleaned_data if self.filtre.form.is_valid() else {}
        annee = AnneeScolaire.objects.filter(code=demande.get("annee") or "").first()
        jauges = (
            jauges_avenir(
                self.request.perimetre, annee, demande.get("departement", ""), demande.get("cio", "")
            )
            if annee
            else []
        )
        return super().get_context_data(**kwargs) | {
            "annee": annee,
            "jauges": jauges,
            "jauges_atteintes": sum(jauge.est_atteinte for jauge in jauges),
        }


class ActionDeTerritoireFiche(FicheDuTerritoire):
    queryset = ACTIONS
    section = "missions:territoire"

    def etat(self) -> tuple[str, str]:
        return self.object.etat, self.object.get_etat_display()

    def rubriques(self) -> Sequence[tuple[str, Any]]:
        action = self.object
        return (
            ("CIO", action.cio),
            ("Volet", action.get_volet_display()),
            ("Année scolaire", action.annee),
            ("Date", action.jour),
            ("Lieu", action.lieu),
            ("Publics", list(action.publics.order_by("libelle", "pk"))),
            ("Partenaires", liens_vers("missions:partenaire", action.partenaires.order_by("nom", "pk"))),
            ("Participants", action.participants),
            ("Description", action.description),
        )

    def boutons(self) -> Sequence[Bouton]:
        action = self.object
        if not (action.annee.est_modifiable and peut_ecrire_territoire(self.request.perimetre, action.cio)):
            return ()
        adresses = {
            geste: reverse("missions:action_de_territoire_geste", args=[action.pk, geste]) for geste in GESTES
        }
        modifier = Bouton("Modifier", reverse("missions:action_de_territoire_modifier", args=[action.pk]))
        realiser = reverse("missions:action_de_territoire_realiser", args=[action.pk])
        if action.etat == EtatActionDeTerritoire.PREVUE:
            annuler = Bouton("Annuler l’action", adresses["annuler"], poste=True)
            return annuler, modifier, Bouton("Dire l’action réalisée", realiser, principal=True)
        retablir = Bouton("Rétablir comme prévue", adresses["retablir"], poste=True)
        if action.etat == EtatActionDeTerritoire.ANNULEE:
            return (retablir,)
        return retablir, modifier, Bouton("Corriger le résultat", realiser)


class ActionDeTerritoireCreer(FormulaireMixin, FormView):
    droit = staticmethod(peut_ouvrir_au_territoire)
    form_class = ActionDeTerritoireForm
    titre = "Ajouter une action de territoire"
    libelle_envoi = "Ajouter l’action"
    message = "L’action est inscrite."
    url_retour = reverse_lazy("missions:territoire")

    def get_initial(self) -> dict[str, Any]:
        return {"annee": AnneeScolaire.objects.en_cours()}

    def executer(self, form: ActionDeTerritoireForm) -> None:
        self.action = creer_action_de_territoire(perimetre=self.request.perimetre, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("missions:action_de_territoire", args=[self.action.pk])


class SurAction(SurObjet):
    queryset = ACTIONS
    section = "missions:territoire"
    url_objet = "missions:action_de_territoire"

    def est_permis(self, perimetre: Perimetre) -> bool:
        return self.objet.annee.est_modifiable and peut_ecrire_territoire(perimetre, self.objet.cio)


class ActionDeTerritoireModifier(SurAction, FormView):
    form_class = ActionDeTerritoireForm
    titre = "Modifier l’action de territoire"
    message = "L’action est modifiée."

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"action": self.objet}

    def get_initial(self) -> dict[str, Any]:
        champs = ("titre", "volet", "annee", "jour", "lieu", "description")
        return {nom: getattr(self.objet, nom) for nom in champs} | {
            nom: list(getattr(self.objet, nom).values_list("pk", flat=True))
            for nom in ("publics", "partenaires")
        }

    def executer(self, form: ActionDeTerritoireForm) -> None:
        modifier_action_de_territoire(
            perimetre=self.request.perimetre, action=self.objet, **form.cleaned_data
        )


class ActionDeTerritoireRealiser(SurAction, FormView):
    form_class = RealisationForm
    titre = "Dire l’action réalisée"
    message = "L’action est réalisée."

    def get_initial(self) -> dict[str, Any]:
        jour = min(self.objet.jour, timezone.localdate())
        return {"jour": jour, "participants": self.objet.participants}

    def executer(self, form: RealisationForm) -> None:
        realiser_action_de_territoire(
            perimetre=self.request.perimetre, action=self.objet, **form.cleaned_data
        )


#: Gesture → the service, and what is said once it is done.
GESTES = {
    "annuler": (annuler_action_de_territoire, "L’action est annulée."),
    "retablir": (retablir_action_de_territoire, "L’action est de nouveau prévue."),
}


@require_POST
def action_de_territoire_geste(request: RequeteConnectee, pk: int, geste: str) -> HttpResponse:
    """Calls off, or plans again."""
    action = get_object_or_404(ActionDeTerritoire.objects.dans_perimetre(request.perimetre), pk=pk)
    if geste not in GESTES:
        raise Http404("Ce geste n’existe pas.")
    service, message = GESTES[geste]
    return executer_geste(
        request,
        lambda: service(perimetre=request.perimetre, action=action),
        message=message,
        retour=reverse("missions:action_de_territoire", args=[pk]),
    )

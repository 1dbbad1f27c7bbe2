"""Writing a draft: the grid, an activity, an actor, a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from missions.forms.matrice import (
    ActeurForm,
    ImportMatriceForm,
    LigneForm,
    TitreForm,
    initial_acteur,
    initial_ligne,
    lire_saisie,
    textes_saisis,
)
from missions.forms.matrice_tableau import MatriceEcran
from missions.models import ActeurMatrice, LigneMatrice, Matrice
from missions.permissions import peut_modifier_matrice
from missions.selectors.matrice import MOTS, lire_matrice
from missions.services.matrice import renommer_matrice
from missions.services.matrice_import import importer_matrice, planifier_matrice
from missions.services.matrice_lignes import (
    FautesDeGrille,
    ajouter_acteur,
    ajouter_ligne,
    deplacer_acteur,
    deplacer_ligne,
    enregistrer_grille,
    modifier_acteur,
    modifier_ligne,
    retirer_acteur,
    retirer_ligne,
)
from missions.views.matrice import trouver_matrice
from socle.imports import Depot, PlanImport
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, PerimetreMixin, executer_geste
from socle.vues_import import ImportView

PAS = {"monter": -1, "descendre": 1}


class SurProjet(PerimetreMixin):
    """A page about a draft, for those who write it: 404 outside, 403 for a reader and on a validated one."""

    @cached_property
    def matrice(self) -> Matrice:
        return trouver_matrice(self.request, self.kwargs["pk"])

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.perimetre is not None and not peut_modifier_matrice(request.perimetre, self.matrice):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def url_retour(self) -> str:
        return reverse("missions:matrice_version", args=[self.matrice.pk])

    def get_success_url(self) -> str:
        return self.url_retour

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"matrice": self.matrice, "url_retour": self.url_retour}
        return page | super().get_context_data(**kwargs)  # type: ignore[misc]  # the generic view's


class MatriceGrille(SurProjet, TemplateView):
    """Every cell at once. What is refused comes back as it was typed."""

    template_name = "missions/matrice/grille.html"
    refus: FautesDeGrille | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tableau = lire_matrice(self.matrice)
        ecran = MatriceEcran(tableau)
        if self.refus:
            changees = lire_saisie(tableau, self.request.POST.dict())
            textes = textes_saisis(self.request.POST.dict())
            ecran.saisies = {
                (ligne, acteur): textes[ligne, acteur]
                for ligne, siens in changees.items()
                for acteur in siens
            }
            ecran.fautes = dict(self.refus.fautes)
        mots = [(lettre, mot) for lettre, mot in MOTS.items() if lettre]
        return super().get_context_data(**kwargs) | {"ecran": ecran, "refus": self.refus, "mots": mots}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        saisies = lire_saisie(lire_matrice(self.matrice), request.POST.dict())
        try:
            enregistrer_grille(perimetre=request.perimetre, matrice=self.matrice, saisies=saisies)
        except FautesDeGrille as refus:
            self.refus = refus
            return self.render_to_response(self.get_context_data())
        except ValidationError as erreur:
            messages.error(request, erreur.messages[0])
        else:
            messages.success(request, "La grille est enregistrée." if saisies else "Rien n’avait changé.")
        return redirect("missions:matrice_grille", self.matrice.pk)


class LigneCreer(SurProjet, FormulaireMixin, FormView):
    """`pk` is that of the draft."""

    form_class = LigneForm
    template_name = "missions/matrice/ligne.html"
    titre = "Ajouter une activité"
    libelle_envoi = "Ajouter l’activité"
    message = "L’activité est ajoutée."
    ligne: LigneMatrice | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"tableau": lire_matrice(self.matrice), "ligne": self.ligne}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"ligne": self.ligne}

    def executer(self, form: LigneForm) -> None:
        ajouter_ligne(perimetre=self.request.perimetre, matrice=self.matrice, saisie=form.saisie)


class LigneModifier(LigneCreer):
    titre = "Modifier une activité"
    libelle_envoi = "Enregistrer"
    message = "L’activité est modifiée."

    @cached_property
    def ligne(self) -> LigneMatrice:  # type: ignore[override]  # none only while it is being created
        return trouver_ligne(self.request, self.kwargs["ligne"])

    @cached_property
    def matrice(self) -> Matrice:
        return self.ligne.matrice

    def get_initial(self) -> dict[str, Any]:
        return initial_ligne(self.ligne)

    def executer(self, form: LigneForm) -> None:
        modifier_ligne(perimetre=self.request.perimetre, ligne=self.ligne, saisie=form.saisie)


class Acteurs(SurProjet, TemplateView):
    """The columns, in their order."""

    template_name = "missions/matrice/acteurs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        acteurs = self.matrice.acteurs.order_by("rang", "pk")
        return super().get_context_data(**kwargs) | {"acteurs": acteurs}


class ActeurCreer(SurProjet, FormulaireMixin, FormView):
    form_class = ActeurForm
    template_name = "missions/matrice/formulaire.html"
    titre = "Ajouter un acteur"
    libelle_envoi = "Ajouter l’acteur"
    message = "L’acteur est ajouté : sa colonne est la dernière."

    @property
    def url_retour(self) -> str:
        return reverse("missions:matrice_acteurs", args=[self.matrice.pk])

    def executer(self, form: ActeurForm) -> None:
        ajouter_acteur(perimetre=self.request.perimetre, matrice=self.matrice, **form.cleaned_data)


class ActeurModifier(ActeurCreer):
    titre = "Modifier un acteur"
    libelle_envoi = "Enregistrer"
    message = "L’acteur est modifié."

    @cached_property
    def acteur(self) -> ActeurMatrice:
        return trouver_acteur(self.request, self.kwargs["acteur"])

    @cached_property
    def matrice(self) -> Matrice:
        return self.acteur.matrice

    def get_initial(self) -> dict[str, Any]:
        return initial_acteur(self.acteur)

    def executer(self, form: ActeurForm) -> None:
        modifier_acteur(perimetre=self.request.perimetre, acteur=self.acteur, **form.cleaned_data)


class MatriceRenommer(SurProjet, FormulaireMixin, FormView):
    form_class = TitreForm
    template_name = "missions/matrice/formulaire.html"
    titre = "Titre de la matrice"
    message = "Le titre est modifié."

    def get_initial(self) -> dict[str, Any]:
        return {"titre": self.matrice.titre}

    def executer(self, form: TitreForm) -> None:
        renommer_matrice(perimetre=self.request.perimetre, matrice=self.matrice, **form.cleaned_data)


class MatriceImporter(SurProjet, ImportView):
    """The file exported, changed in a spreadsheet: it replaces the activities of the draft."""

    form_class = ImportMatriceForm
    template_name = "missions/matrice/importer.html"
    titre = "Importer la matrice"

    def _demande(self, depot: Depot) -> dict[str, Any]:
        return {
            "perimetre": self.request.perimetre,
            "matrice": self.matrice,
            "nom": depot.nom,
            "contenu": depot.contenu,
        }

    def planifier(self, depot: Depot) -> PlanImport:
        return planifier_matrice(**self._demande(depot))

    def appliquer(self, depot: Depot) -> tuple[str, str]:
        plan = importer_matrice(**self._demande(depot), empreinte=depot.empreinte)
        return f"La matrice est importée. {plan.resume()}", self.url_retour


def trouver_ligne(request: Any, pk: int) -> LigneMatrice:
    visibles = LigneMatrice.objects.dans_perimetre(request.perimetre)
    return get_object_or_404(visibles.select_related("matrice__departement", "decide", "dossier"), pk=pk)


def trouver_acteur(request: Any, pk: int) -> ActeurMatrice:
    visibles = ActeurMatrice.objects.dans_perimetre(request.perimetre)
    return get_object_or_404(visibles.select_related("matrice__departement"), pk=pk)


# --- Gestures -----------------------------------------------------------------------------------------


@require_POST
def ligne_geste(request: RequeteConnectee, ligne: int, geste: str) -> HttpResponse:
    """« monter », « descendre », « retirer »."""
    trouvee = trouver_ligne(request, ligne)
    page = reverse("missions:matrice_version", args=[trouvee.matrice_id])
    if geste == "retirer":
        return executer_geste(
            request,
            lambda: retirer_ligne(perimetre=request.perimetre, ligne=trouvee),
            message=f"« {trouvee} » est retirée du projet.",
            retour=page,
        )
    if geste not in PAS:
        raise Http404
    return executer_geste(
        request,
        lambda: deplacer_ligne(perimetre=request.perimetre, ligne=trouvee, pas=PAS[geste]),
        message=f"« {trouvee} » est déplacée.",
        retour=f"{page}#ligne-{ligne}",
    )


@require_POST
def acteur_geste(request: RequeteConnectee, acteur: int, geste: str) -> HttpResponse:
    """« monter » (to the left), « descendre » (to the right), « retirer »."""
    trouve = trouver_acteur(request, acteur)
    retour = reverse("missions:matrice_acteurs", args=[trouve.matrice_id])
    if geste == "retirer":
        return executer_geste(
            request,
            lambda: retirer_acteur(perimetre=request.perimetre, acteur=trouve),
            message=f"« {trouve} » n’est plus une colonne du projet.",
            retour=retour,
        )
    if geste not in PAS:
        raise Http404
    return executer_geste(
        request,
        lambda: deplacer_acteur(perimetre=request.perimetre, acteur=trouve, pas=PAS[geste]),
        message=f"« {trouve} » est déplacé.",
        retour=retour,
    )

"""Public and school holidays of an académie, year by year."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, ListView, UpdateView

from planning.forms.calendrier import AnneeDuCalendrierForm, PeriodeNonOuvreeForm
from planning.models import PeriodeNonOuvree
from planning.permissions import peut_lire_calendrier, peut_modifier_calendrier
from planning.selectors.calendrier_officiel import source_des_vacances
from planning.services.calendrier import (
    charger_calendrier,
    enregistrer_periode_non_ouvree,
    supprimer_periode_non_ouvree,
)
from reseaux.models import Academie, AnneeScolaire
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, PerimetreMixin, executer_geste


def annee_demandee(request: RequeteConnectee) -> AnneeScolaire | None:
    """The one of the address, otherwise the current one, otherwise that of today."""
    demandee = AnneeScolaire.objects.de_code(request.GET.get("annee", ""))
    return demandee or AnneeScolaire.objects.en_cours() or AnneeScolaire.objects.au(timezone.localdate())


def adresse_de_l_annee(nom: str, annee: AnneeScolaire) -> str:
    return f"{reverse(nom)}?annee={annee.code}"


class JoursNonOuvres(PerimetreMixin, ListView):
    """The closures of a school year: no reminder leaves on these days."""

    model = PeriodeNonOuvree
    droit = staticmethod(peut_lire_calendrier)
    context_object_name = "periodes"
    template_name = "planning/calendrier/jours_non_ouvres.html"

    def get_queryset(self) -> QuerySet[PeriodeNonOuvree]:
        self.annee = annee_demandee(self.request)
        if self.annee is None:
            return PeriodeNonOuvree.objects.none()
        de_l_annee = super().get_queryset().filter(debut__lte=self.annee.fin, fin__gte=self.annee.debut)
        return de_l_annee.order_by("debut", "nom", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        academie = Academie.objects.dans_perimetre(perimetre).get()
        choix = {"annee": self.annee.code if self.annee else ""}
        return super().get_context_data(**kwargs) | {
            "academie": academie,
            "annee": self.annee,
            "form": AnneeDuCalendrierForm(initial=choix, departements=[]),
            "source": source_des_vacances(academie, self.annee) if self.annee else "",
            "peut_modifier": peut_modifier_calendrier(perimetre),
        }


class _PeriodeNonOuvreeVue(FormulaireMixin):
    """What adding and changing a closure share."""

    model = PeriodeNonOuvree
    droit = staticmethod(peut_modifier_calendrier)
    form_class = PeriodeNonOuvreeForm
    message = "La période est enregistrée. Les rappels à venir en tiennent compte."
    object: PeriodeNonOuvree | None

    @property
    def url_retour(self) -> str:
        annee = AnneeScolaire.objects.au(self.object.debut) if self.object else None
        liste = reverse("planning:jours_non_ouvres")
        return adresse_de_l_annee("planning:jours_non_ouvres", annee) if annee else liste

    def get_success_url(self) -> str:
        return self.url_retour

    def executer(self, form: PeriodeNonOuvreeForm) -> None:
        # The object of the form already carries what was typed: the service reads the row again.
        self.object = enregistrer_periode_non_ouvree(
            perimetre=self.request.perimetre,
            academie=Academie.objects.dans_perimetre(self.request.perimetre).get(),
            periode=self.object,
            **form.cleaned_data,
        )


class PeriodeNonOuvreeCreer(_PeriodeNonOuvreeVue, CreateView):
    titre = "Ajouter une période non ouvrée"


class PeriodeNonOuvreeModifier(_PeriodeNonOuvreeVue, UpdateView):
    titre = "Modifier une période non ouvrée"


@require_POST
def periode_non_ouvree_supprimer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """These days become working days again."""
    if not peut_modifier_calendrier(request.perimetre):
        raise PermissionDenied
    periode = get_object_or_404(PeriodeNonOuvree.objects.dans_perimetre(request.perimetre), pk=pk)
    annee = AnneeScolaire.objects.au(periode.debut)
    liste = reverse("planning:jours_non_ouvres")
    return executer_geste(
        request,
        lambda: supprimer_periode_non_ouvree(perimetre=request.perimetre, periode=periode),
        message=f"« {periode} » n’est plus au calendrier : ces jours redeviennent ouvrés.",
        retour=adresse_de_l_annee("planning:jours_non_ouvres", annee) if annee else liste,
    )


@require_POST
def jours_non_ouvres_charger(request: RequeteConnectee, annee: str) -> HttpResponse:
    """The public and school holidays that the year lacks."""
    if not peut_modifier_calendrier(request.perimetre):
        raise PermissionDenied
    choisie = get_object_or_404(AnneeScolaire, code=annee)
    academie = get_object_or_404(Academie.objects.dans_perimetre(request.perimetre))
    return executer_geste(
        request,
        lambda: charger_calendrier(perimetre=request.perimetre, academie=academie, annee=choisie),
        message=f"Le calendrier {choisie} est complet ; ce que vous aviez corrigé est resté tel quel.",
        retour=adresse_de_l_annee("planning:jours_non_ouvres", choisie),
    )

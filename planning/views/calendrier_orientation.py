"""The orientation calendar of a département: strip, list, changes, rhythm of the schools."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, TemplateView, UpdateView

from planning.enums import Rythme
from planning.forms.calendrier import AnneeDuCalendrierForm, PeriodeOrientationForm
from planning.models import PeriodeOrientation
from planning.permissions import (
    peut_choisir_rythme,
    peut_lire_calendrier,
    peut_modifier_orientation,
    peut_partager_calendrier,
    peut_tenir_orientation,
    peut_tenir_rythmes,
)
from planning.selectors.calendrier_dessin import dessiner_frise
from planning.selectors.calendrier_orientation import (
    ecoles_et_rythmes,
    fermetures_scolaires,
    periodes_lues,
    rythme_de_son_ecole,
)
from planning.services.calendrier_orientation import (
    charger_orientation,
    choisir_rythme,
    enregistrer_periode_orientation,
    supprimer_periode_orientation,
)
from planning.views.calendrier import adresse_de_l_annee, annee_demandee
from reseaux.models import AnneeScolaire, Departement, Etablissement
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, PerimetreMixin, executer_geste


class CalendrierOrientation(PerimetreMixin, TemplateView):
    """The year of a département: the strip, and the same in a table."""

    template_name = "planning/calendrier/orientation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        departements = list(Departement.objects.dans_perimetre(perimetre).order_by("nom", "pk"))
        code = self.request.GET.get("departement", "")
        departement = next((d for d in departements if d.code == code), departements[0])
        annee = annee_demandee(self.request)
        choix = {"annee": annee.code if annee else "", "departement": departement.code}
        return super().get_context_data(**kwargs) | {
            "departement": departement,
            "annee": annee,
            "form": AnneeDuCalendrierForm(initial=choix, departements=departements),
            "peut_modifier": peut_modifier_orientation(perimetre, departement)
            and annee is not None
            and annee.est_modifiable,
            "peut_tenir_rythmes": peut_tenir_rythmes(perimetre),
            "peut_lire_jours_non_ouvres": peut_lire_calendrier(perimetre),
            "peut_partager": peut_partager_calendrier(perimetre),
            **(self._periodes(departement, annee) if annee else {"periodes": []}),
        }

    def _periodes(self, departement: Departement, annee: AnneeScolaire) -> dict[str, Any]:
        rythme = rythme_de_son_ecole(self.request.perimetre, annee)
        periodes = periodes_lues(departement, annee, rythme)
        frise = dessiner_frise(
            periodes,
            debut=annee.debut,
            fin=annee.fin,
            aujourd_hui=timezone.localdate(),
            fermetures=fermetures_scolaires(departement, annee),
        )
        return {"periodes": periodes, "frise": frise, "rythme": rythme}


class _PeriodeOrientationVue(FormulaireMixin):
    """What adding and changing a period share: the département and the year of the worn habilitation."""

    model = PeriodeOrientation
    form_class = PeriodeOrientationForm
    message = "La période est au calendrier."
    droit = staticmethod(peut_tenir_orientation)
    object: PeriodeOrientation | None

    @cached_property
    def annee(self) -> AnneeScolaire:
        """That of the period, otherwise that of the address."""
        if self.object is not None:
            return self.object.annee
        return get_object_or_404(AnneeScolaire, code=self.kwargs["annee"])

    @property
    def url_retour(self) -> str:
        return adresse_de_l_annee("planning:orientation", self.annee)

    def get_success_url(self) -> str:
        return self.url_retour

    def executer(self, form: PeriodeOrientationForm) -> None:
        # The object of the form already carries what was typed: the service reads the row again.
        enregistrer_periode_orientation(
            perimetre=self.request.perimetre,
            departement=Departement.objects.get(pk=self.request.perimetre.departement_id),
            annee=self.annee,
            valeurs=form.cleaned_data,
            periode=self.object,
        )


class PeriodeOrientationCreer(_PeriodeOrientationVue, CreateView):
    titre = "Ajouter une période d’orientation"


class PeriodeOrientationModifier(_PeriodeOrientationVue, UpdateView):
    titre = "Modifier une période d’orientation"


@require_POST
def periode_orientation_supprimer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """It leaves the calendar."""
    if not peut_tenir_orientation(request.perimetre):
        raise PermissionDenied
    periodes = PeriodeOrientation.objects.dans_perimetre(request.perimetre)
    periode = get_object_or_404(periodes.select_related("departement", "annee"), pk=pk)
    return executer_geste(
        request,
        lambda: supprimer_periode_orientation(perimetre=request.perimetre, periode=periode),
        message=f"« {periode} » n’est plus au calendrier.",
        retour=adresse_de_l_annee("planning:orientation", periode.annee),
    )


@require_POST
def orientation_charger(request: RequeteConnectee, annee: str) -> HttpResponse:
    """The periods of the calendar type that the year lacks."""
    if not peut_tenir_orientation(request.perimetre):
        raise PermissionDenied
    departement = Departement.objects.get(pk=request.perimetre.departement_id)
    choisie = get_object_or_404(AnneeScolaire, code=annee)
    return executer_geste(
        request,
        lambda: charger_orientation(perimetre=request.perimetre, departement=departement, annee=choisie),
        message=f"Le calendrier type {choisie} est repris. Les dates sont indicatives : corrigez-les.",
        retour=adresse_de_l_annee("planning:orientation", choisie),
    )


class Rythmes(PerimetreMixin, TemplateView):
    """Terms or semesters, school by school, by the chef d'établissement or the DCIO."""

    droit = staticmethod(peut_tenir_rythmes)
    template_name = "planning/calendrier/rythmes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        annee = get_object_or_404(AnneeScolaire, code=self.kwargs["annee"])
        perimetre = self.request.perimetre
        return super().get_context_data(**kwargs) | {
            "annee": annee,
            "ecoles": ecoles_et_rythmes(perimetre, annee),
            "rythmes": Rythme,
        }


@require_POST
def rythme_choisir(request: RequeteConnectee, annee: str, pk: int, rythme: str) -> HttpResponse:
    """Terms or semesters for one school."""
    if not peut_tenir_rythmes(request.perimetre):
        raise PermissionDenied
    choisie = get_object_or_404(AnneeScolaire, code=annee)
    ecoles = Etablissement.objects.dans_perimetre(request.perimetre).select_related("cio")
    ecole = get_object_or_404(ecoles, pk=pk)
    if not peut_choisir_rythme(request.perimetre, ecole, choisie):
        raise PermissionDenied
    return executer_geste(
        request,
        lambda: choisir_rythme(
            perimetre=request.perimetre, etablissement=ecole, annee=choisie, rythme=rythme
        ),
        message=f"{ecole} travaille par {Rythme(rythme).label.lower()} en {choisie}.",
        retour=reverse("planning:rythmes", args=(choisie.code,)),
    )

"""« Mode COPIL »: one action at a time on the projector, decided live."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView

from planning.documents.plan import dessiner_releve
from planning.forms.copil import FaiteForm, NoteForm, ReporteeForm
from planning.models import Action, Commentaire, PlanDeTravail
from planning.permissions import peut_commenter, peut_conduire, peut_lire_plan, peut_tenir_copil
from planning.selectors.cibles import lire_cible
from planning.selectors.tableau_de_bord import LigneAction, lire_lignes
from planning.selectors.tableau_de_bord_copil import OrdreDuJour, lire_releve, ordre_du_jour
from planning.services.actions import reporter_action, terminer_action
from planning.services.jalons import commenter
from planning.views.exports_plan import reponse_pdf
from reseaux.perimetre import Perimetre
from socle.requetes import RequeteConnectee
from socle.views import PerimetreMixin, executer_geste

NOTES_MONTREES = 4
#: What is said once the gesture is done.
FORMULAIRES = {"faite": FaiteForm, "reportee": ReporteeForm, "note": NoteForm}
MESSAGES = {
    "faite": "L’action {numero} est faite.",
    "reportee": "L’action {numero} est reportée.",
    "note": "La note est gardée sur l’action {numero}.",
}


class Copil(PerimetreMixin, DetailView):
    """The agenda on the left, the action on the stage, what was decided today under it."""

    queryset = PlanDeTravail.objects.select_related("departement")
    context_object_name = "plan"
    droit = staticmethod(peut_lire_plan)
    template_name = "planning/copil/page.html"

    def get_object(self, queryset: Any = None) -> PlanDeTravail:
        plan = super().get_object(queryset)
        if not peut_tenir_copil(self.request.perimetre, plan):
            raise PermissionDenied("Le mode COPIL s’ouvre sur un plan en cours de votre département.")
        return plan

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre, jour = self.request.perimetre, timezone.localdate()
        actions = Action.objects.dans_perimetre(perimetre)
        releve = lire_releve(self.object, jour, perimetre)
        ordre = ordre_du_jour(lire_lignes(actions, perimetre, jour, self.object), releve)
        courante = ordre.choisir(self._demandee())
        if courante is None and self._demandee() is not None:
            raise Http404
        scene = _scene(courante, ordre, perimetre) if courante else {}
        return (
            super().get_context_data(**kwargs)
            | scene
            | {
                "ordre": ordre,
                "courante": courante,
                "releve": releve,
                "jour": jour,
            }
        )

    def _demandee(self) -> int | None:
        """`?action=`; something else than a number of the plan is nowhere."""
        demandee = self.request.GET.get("action", "")
        if not demandee:
            return None
        return int(demandee) if demandee.isascii() and demandee.isdecimal() and len(demandee) < 10 else 0


def _scene(ligne: LigneAction, ordre: OrdreDuJour, perimetre: Perimetre) -> dict[str, Any]:
    """The action on the stage: what it lacks, what was said of it, what one may decide."""
    avant, apres = ordre.voisines(ligne)
    notes = Commentaire.objects.dans_perimetre(perimetre).filter(action=ligne.pk)
    conduit = ligne.est_ouverte and peut_conduire(perimetre, ligne.action)
    note = peut_commenter(perimetre, ligne.action)
    return {
        "avant": avant,
        "apres": apres,
        "cible": lire_cible(ligne.action) if ligne.est_ouverte else None,
        "notes": notes.select_related("auteur").order_by("-le", "-pk")[:NOTES_MONTREES],
        "peut_conduire": conduit,
        "report_form": ReporteeForm(perimetre=perimetre, prefix="reportee") if conduit else None,
        "note_form": NoteForm(perimetre=perimetre, prefix="note") if note else None,
    }


@require_POST
def copil_geste(request: RequeteConnectee, pk: int, action: int, geste: str) -> HttpResponse:
    """Done, postponed or noted; comes back to the same action, which shows the result."""
    plan, objet = _plan_et_action(request, pk, action)
    form = FORMULAIRES[geste](request.POST, perimetre=request.perimetre, prefix=geste)
    return executer_geste(
        request,
        _geste(geste, form, objet, request.perimetre),
        message=MESSAGES[geste].format(numero=objet.numero),
        retour=f"{reverse('planning:copil', args=[plan.pk])}?action={objet.pk}",
    )


def _geste(geste: str, form: Any, action: Action, perimetre: Perimetre) -> Callable[[], Any]:
    """The service behind the gesture, once its form is understood."""
    services: dict[str, Callable[..., Any]] = {
        "faite": terminer_action,
        "reportee": reporter_action,
        "note": commenter,
    }

    def executer() -> Any:
        if not form.is_valid():
            raise ValidationError([texte for erreurs in form.errors.values() for texte in erreurs])
        return services[geste](perimetre=perimetre, action=action, **form.cleaned_data)

    return executer


def _plan_et_action(request: RequeteConnectee, pk: int, action: int) -> tuple[PlanDeTravail, Action]:
    if request.perimetre is None:
        raise Http404
    plan = get_object_or_404(PlanDeTravail.objects.dans_perimetre(request.perimetre), pk=pk)
    actions = Action.objects.dans_perimetre(request.perimetre).select_related("plan__departement")
    objet = get_object_or_404(actions.filter(plan=plan), pk=action)
    if not peut_tenir_copil(request.perimetre, objet.plan):
        raise PermissionDenied("Le mode COPIL s’ouvre sur un plan en cours de votre département.")
    return objet.plan, objet


@require_safe
def copil_releve(request: RequeteConnectee, pk: int) -> HttpResponse:
    """« Relevé de décisions » of a day (`?le=2027-05-12`), today by default."""
    if request.perimetre is None:
        raise Http404
    plans = PlanDeTravail.objects.dans_perimetre(request.perimetre).select_related("departement")
    plan = get_object_or_404(plans, pk=pk)
    if not request.perimetre.lit_le_departement:
        raise PermissionDenied
    jour = _jour(request.GET.get("le", ""))
    releve = lire_releve(plan, jour, request.perimetre)
    return reponse_pdf(dessiner_releve(plan, releve, jour), f"releve-de-decisions-{jour:%Y-%m-%d}")


def _jour(ecrit: str) -> dt.date:
    """The day asked for; one that does not exist is nowhere."""
    if not ecrit:
        return timezone.localdate()
    try:
        jour = parse_date(ecrit)
    except ValueError:
        jour = None
    if jour is None or jour.year < 2000 or jour > timezone.localdate():
        raise Http404
    return jour

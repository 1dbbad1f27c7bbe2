"""« Missions » of a CIO, « Mes missions » of a PsyEN, what is said of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from missions.forms.missions_echanges import CommentaireForm
from missions.models import CommentaireMissions, Mission, PrioriteEtablissement
from missions.permissions import peut_confier, peut_lire_mes_missions, peut_lire_missions
from missions.selectors.missions import (
    MissionsDuPsyen,
    missions_des_cios,
    missions_du_psyen,
)
from missions.selectors.missions_histoire import histoire_des_missions
from missions.services.missions_echanges import commenter_missions
from missions.views.missions_annee import AnneeMixin, annee_ecrite, cios_de
from psyen.models import PsyEN
from reseaux.models import CIO, AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.consultations import noter_consultation
from socle.requetes import RequeteConnectee
from socle.views import PerimetreMixin, executer_geste


class MissionsDuCio(AnneeMixin, TemplateView):
    """Per PsyEN of the CIO and its antennes: his week and what fills it; what has to be looked at again."""

    droit = staticmethod(peut_lire_missions)
    template_name = "missions/missions/cio.html"
    titre = "Missions des PsyEN"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cios = cios_de(self.request.perimetre)
        psyens = missions_des_cios(cios, self.annee)
        codes = {ligne.mission_id for psyen in psyens for ligne in psyen.lignes}
        return super().get_context_data(**kwargs) | {
            "cios": cios,
            "psyens": psyens,
            "a_revoir": [psyen for psyen in psyens if psyen.est_a_revoir],
            "legende": Mission.objects.filter(pk__in=codes).order_by("rang", "pk"),
            "peut_confier": any(peut_confier(self.request.perimetre, cio, self.annee) for cio in cios),
        }


class MissionsDuPsyenPage(PerimetreMixin, TemplateView):
    """The missions of one PsyEN of the CIO, the exchanges, the history."""

    droit = staticmethod(peut_lire_missions)
    template_name = "missions/missions/psyen.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        annee = annee_ecrite(self.kwargs["annee"])
        missions = missions_ou_404(perimetre, self.kwargs["psyen"], annee)
        noter_consultation(perimetre, missions.psyen, "Missions confiées")
        return super().get_context_data(**kwargs) | {
            "annee": annee,
            "missions": missions,
            "peut_confier": peut_confier(perimetre, missions.cio, annee),
            "historique": histoire_des_missions(missions.psyen, perimetre),
            **_echanges(perimetre, missions, annee),
        }


class MesMissions(AnneeMixin, TemplateView):
    """All that is entrusted to oneself, under whose authority; the exchanges with the CIO."""

    droit = staticmethod(peut_lire_mes_missions)
    template_name = "missions/missions/mes_missions.html"
    titre = "Mes missions"

    @cached_property
    def psyen(self) -> PsyEN | None:
        return PsyEN.objects.dans_perimetre(self.request.perimetre).first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        siennes = missions_du_psyen(self.psyen, self.annee) if self.psyen else []
        return super().get_context_data(**kwargs) | {
            "psyen": self.psyen,
            "blocs": [
                {
                    "missions": m,
                    **_echanges(perimetre, m, self.annee, ailleurs=[a.cio for a in siennes if a is not m]),
                }
                for m in siennes
            ],
            "historique": histoire_des_missions(self.psyen, perimetre) if self.psyen else None,
        }


@require_POST
def missions_commenter(request: RequeteConnectee, psyen: int, annee: str) -> HttpResponse:
    """By the PsyEN on his own missions, or by the CIO; each goes back to his page."""
    perimetre = request.perimetre
    est_psyen = peut_lire_mes_missions(perimetre)
    if not (est_psyen or peut_lire_missions(perimetre)):
        raise PermissionDenied
    ecrite, form = annee_ecrite(annee), CommentaireForm(request.POST, perimetre=perimetre)
    form.is_valid()
    if est_psyen:
        missions = _siennes_ou_404(perimetre, psyen, ecrite, form.cleaned_data.get("cio"))
        retour = f"{reverse('missions:mes_missions')}?annee={ecrite.code}"
    else:
        missions = missions_ou_404(perimetre, psyen, ecrite)
        retour = reverse("missions:missions_psyen", args=[psyen, ecrite.code])

    def commenter() -> None:
        if form.errors:
            raise ValidationError(form.errors.as_data())
        lues, texte = missions, form.cleaned_data["texte"]
        commenter_missions(perimetre=perimetre, psyen=lues.psyen, cio=lues.cio, annee=ecrite, texte=texte)

    retour = f"{retour}#fil-{missions.cio.pk}"
    return executer_geste(request, commenter, message="Le commentaire est ajouté.", retour=retour)


def _siennes_ou_404(
    perimetre: Perimetre, psyen: int, annee: AnneeScolaire, cio: int | None
) -> MissionsDuPsyen:
    """One's own missions, in that CIO if one has several."""
    sien = get_object_or_404(PsyEN.objects.dans_perimetre(perimetre), pk=psyen)
    for missions in missions_du_psyen(sien, annee):
        if cio in (None, missions.cio.pk):
            return missions
    raise Http404("Aucune mission ne vous est confiée dans ce CIO cette année.")


def missions_ou_404(perimetre: Perimetre, psyen: int, annee: AnneeScolaire) -> MissionsDuPsyen:
    """Those of a PsyEN who works, or holds a mission, in one's CIO that year."""
    cios = {cio.pk for cio in cios_de(perimetre)}
    for missions in missions_du_psyen(get_object_or_404(PsyEN, pk=psyen), annee):
        if missions.cio.pk in cios:
            return missions
    raise Http404("Ce PsyEN n’a ni semaine arrêtée ni mission dans votre CIO cette année.")


def _echanges(
    perimetre: Perimetre, missions: MissionsDuPsyen, annee: AnneeScolaire, *, ailleurs: Collection[CIO] = ()
) -> dict[str, Any]:
    """Comments of the year, but for those that another block of the page shows; priorities of his schools."""
    lus = CommentaireMissions.objects.dans_perimetre(perimetre)
    commentaires = lus.filter(psyen=missions.psyen, annee=annee).exclude(cio__in=ailleurs)
    ecoles = [place.etablissement for place in missions.places if place.etablissement]
    priorites = PrioriteEtablissement.objects.filter(etablissement__in=ecoles, annee=annee)
    return {
        "commentaires": commentaires.select_related("auteur").order_by("le", "pk"),
        "commentaire": CommentaireForm(
            perimetre=perimetre, initial={"cio": missions.cio.pk}, auto_id=f"id_{missions.cio.pk}_%s"
        ),
        "peut_commenter": annee.est_modifiable,
        "priorites": priorites.select_related("etablissement").order_by("etablissement__nom", "pk"),
    }

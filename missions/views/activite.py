"""The counts read along an axis: in full inside the CIO, small numbers masked outside; and their exports."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from missions.enums import Lieu, Unite
from missions.exports.activite import COLONNES_RELEVES, colonnes_lecture, lignes_lecture, lignes_releves
from missions.forms.activite import LectureForm
from missions.models import ReleveActivite
from missions.permissions import peut_compter_activite, peut_lire_activite
from missions.selectors.activite_lecture import (
    LectureActivite,
    lire_en_detail,
    lire_masquee,
    lit_en_detail,
    releves_lus,
)
from reseaux.models import AnneeScolaire
from socle.listes import FORMATS_EXPORT, Adresse
from socle.requetes import RequeteConnectee
from socle.tableurs import TYPES_MIME, ecrire_tableau
from socle.views import PerimetreMixin


def reponse_tableau(format_: Any, titre: str, nom: str, colonnes: Any, lignes: Any) -> HttpResponse:
    """A spreadsheet saved under a dated name."""
    contenu = ecrire_tableau(format_, colonnes=colonnes, lignes=lignes, titre=titre)
    reponse = HttpResponse(contenu, content_type=TYPES_MIME[format_])
    fichier = f"{nom}-{timezone.localdate():%Y-%m-%d}.{format_}"
    reponse.headers["Content-Disposition"] = content_disposition_header(True, fichier) or "attachment"
    return reponse


class Activite(PerimetreMixin, TemplateView):
    """« Activité »: one axis at a time; `format=` exports exactly what is shown."""

    template_name = "missions/activite/lecture.html"
    droit = staticmethod(peut_lire_activite)

    @cached_property
    def annee(self) -> AnneeScolaire | None:
        demandee = AnneeScolaire.objects.de_code(self.request.GET.get("annee", ""))
        return demandee or AnneeScolaire.objects.en_cours()

    @cached_property
    def form(self) -> LectureForm:
        perimetre = self.request.perimetre
        initial = {"annee": self.annee.code if self.annee else "", "par": "mois", "lieu": ""}
        if not lit_en_detail(perimetre):
            initial["lieu"] = Lieu.EPLE
        return LectureForm(initial | self.request.GET.dict(), perimetre=perimetre, annee=self.annee)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        lecture = self.lecture()
        format_ = request.GET.get("format", "")
        if format_ in FORMATS_EXPORT and lecture is not None:
            colonnes, lignes = colonnes_lecture(lecture), lignes_lecture(lecture)
            return reponse_tableau(format_, "Activité", "activite", colonnes, lignes)
        return self.render_to_response(self.get_context_data(lecture=lecture))

    def lecture(self) -> LectureActivite | None:
        """None when the address asks for what does not exist."""
        if self.annee is None or not self.form.is_valid():
            return None
        choix = self.form.cleaned_data
        perimetre = self.request.perimetre
        filtres = {"mois": choix["mois"]} if choix.get("mois") else {}
        releves = releves_lus(perimetre, self.annee, choix["lieu"], **filtres)
        return (lire_en_detail if lit_en_detail(perimetre) else lire_masquee)(releves, choix["par"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lecture = kwargs["lecture"]
        perimetre, adresse = self.request.perimetre, Adresse(self.request.GET)
        return super().get_context_data(**kwargs) | {
            "form": self.form,
            "annee": self.annee,
            "en_detail": lit_en_detail(perimetre),
            "peut_compter": peut_compter_activite(perimetre),
            "unites": [Unite(unite).label for unite in lecture.unites] if lecture else [],
            "lignes": lignes_dessinees(lecture) if lecture else [],
            "liens_export": [
                {"libelle": f.upper(), "url": adresse.avec("format", f)} for f in FORMATS_EXPORT
            ],
            "liens_releves": [
                (f.upper(), f"{reverse('missions:activite_releves', args=[f])}?annee={self.annee}")
                for f in FORMATS_EXPORT
            ],
        }


def lignes_dessinees(lecture: LectureActivite) -> list[tuple[str, list[tuple[Any, str]]]]:
    """Each line with its numbers and the width of their bars, in hundredths of the longest of its unit."""
    hauts = [
        max((v for rang in lecture.rangs if isinstance(v := rang.valeurs[i], int)), default=0) or 1
        for i in range(len(lecture.unites))
    ]
    return [
        (
            rang.libelle,
            [
                (valeur, f"{valeur / haut * 100:.1f}" if isinstance(valeur, int) else "")
                for valeur, haut in zip(rang.valeurs, hauts, strict=True)
            ],
        )
        for rang in lecture.rangs
    ]


@require_safe
def releves(request: RequeteConnectee, format_: str) -> HttpResponse:
    """Number by number, for whoever counts: what may be corrected in a spreadsheet and imported."""
    perimetre = request.perimetre
    if perimetre is None or not peut_compter_activite(perimetre):
        raise PermissionDenied
    if format_ not in FORMATS_EXPORT:
        raise Http404("Ce format n’existe pas.")
    demandee = AnneeScolaire.objects.de_code(request.GET.get("annee", ""))
    annee = demandee or AnneeScolaire.objects.en_cours()
    lus = releves_lus(perimetre, annee) if annee else ReleveActivite.objects.none()
    if request.GET.get("modele"):
        lus = lus.none()
    return reponse_tableau(format_, "Activité", "releves-activite", COLONNES_RELEVES, lignes_releves(lus))

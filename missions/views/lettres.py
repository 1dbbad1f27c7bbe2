"""Letters of mission: their state in a CIO, one's own, the gestures; the fiche of a school."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from comptes.enums import Role
from missions.documents.lettres import dessiner_fiche_ecole, dessiner_projet_de_lettre
from missions.models import LettreDeMission
from missions.permissions import (
    peut_emettre_lettre,
    peut_lire_fiche_ecole,
    peut_lire_lettres,
    peut_lire_missions,
)
from missions.selectors.lettres import (
    EtatLettre,
    ecoles_du_cio,
    etat_de_la_lettre,
    etats_des_lettres,
    fiche_de_l_ecole,
    lettres_lues,
    signataire_du,
)
from missions.services.lettres import emettre_lettre
from missions.services.lettres_ensemble import preparer_lettres
from missions.views.missions_annee import AnneeMixin, annee_ecrite, cios_de
from psyen.models import PsyEN
from reseaux.models import CIO, AnneeScolaire, Etablissement
from reseaux.perimetre import Perimetre
from socle.consultations import noter_consultation
from socle.requetes import RequeteConnectee
from socle.views import executer_geste, reponse_fichier


class Lettres(AnneeMixin, TemplateView):
    """The CIO: where each letter stands, what to do next. The PsyEN: his own, the newest first."""

    droit = staticmethod(peut_lire_lettres)
    titre = "Lettres de mission"

    def get_template_names(self) -> list[str]:
        propre = self.request.perimetre.est(Role.PSYEN)
        return ["missions/lettres/miennes.html" if propre else "missions/lettres/cio.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        if perimetre.est(Role.PSYEN):
            lettres = lettres_lues(LettreDeMission.objects.dans_perimetre(perimetre))
            return super().get_context_data(**kwargs) | {"lettres": lettres}
        cios = cios_de(perimetre)
        etats = etats_des_lettres(cios, self.annee)
        return super().get_context_data(**kwargs) | {
            "cios": cios,
            "cio": next((cio for cio in cios if cio.pk == perimetre.cio_id), None),
            "etats": etats,
            "a_emettre": sum(1 for etat in etats if etat.est_a_emettre),
            "lettres": lettres_lues(
                LettreDeMission.objects.dans_perimetre(perimetre).filter(annee=self.annee)
            ),
            "ecoles": ecoles_du_cio(cios, self.annee),
            "peut_emettre": any(peut_emettre_lettre(perimetre, cio, self.annee) for cio in cios),
        }


@require_safe
def lettre(request: RequeteConnectee, pk: int) -> HttpResponse:
    """The PDF as it was given, for the PsyEN and his CIO."""
    if not peut_lire_lettres(request.perimetre):
        raise PermissionDenied
    lues = LettreDeMission.objects.dans_perimetre(request.perimetre).select_related("fichier", "psyen")
    trouvee = get_object_or_404(lues, pk=pk)
    noter_consultation(request.perimetre, trouvee.psyen, "Lettre de mission")
    return reponse_fichier(trouvee.fichier, en_ligne=True)


@require_safe
def lettre_projet(request: RequeteConnectee, psyen: int, annee: str) -> HttpResponse:
    """What the letter would say today, for the CIO that prepares it."""
    contenu = _etat_ou_404(request.perimetre, psyen, annee).contenu
    noter_consultation(request.perimetre, contenu.psyen, "Projet de lettre de mission")
    pdf = dessiner_projet_de_lettre(contenu, signataire=signataire_du(contenu.cio))
    return _pdf(pdf, f"projet-lettre-de-mission-{slugify(str(contenu.psyen))}.pdf")


@require_POST
def lettre_emettre(request: RequeteConnectee, psyen: int, annee: str) -> HttpResponse:
    """The DCIO gives the letter: frozen, sent to the PsyEN."""
    etat = _etat_ou_404(request.perimetre, psyen, annee)
    ecrite = etat.contenu.annee
    return executer_geste(
        request,
        lambda: emettre_lettre(
            perimetre=request.perimetre, psyen=etat.contenu.psyen, cio=etat.contenu.cio, annee=ecrite
        ),
        message=f"La lettre de {etat.contenu.psyen} est émise : le PsyEN en est averti.",
        retour=_page(ecrite),
    )


@require_POST
def lettres_ensemble(request: RequeteConnectee, annee: str) -> HttpResponse:
    """One archive of every letter of the CIO; with `emettre`, those that are due are given first."""
    ecrite = annee_ecrite(annee)
    cio = CIO.objects.select_related("departement").filter(pk=request.perimetre.cio_id).first()
    if cio is None or not peut_lire_missions(request.perimetre):
        raise PermissionDenied
    travail = preparer_lettres(
        perimetre=request.perimetre, cio=cio, annee=ecrite, emettre="emettre" in request.POST
    )
    return redirect("socle:travail", travail.pk)


@require_safe
def fiche_ecole(request: RequeteConnectee, pk: int, annee: str) -> HttpResponse:
    """Who comes to the school: its chef d'établissement; the CIO, for its own PsyEN only."""
    perimetre = request.perimetre
    if not peut_lire_fiche_ecole(perimetre):
        raise PermissionDenied
    ecoles = Etablissement.objects.dans_perimetre(perimetre)
    if perimetre.est(Role.CHEF_ETABLISSEMENT):
        ecoles = ecoles.filter(Q(pk=perimetre.etablissement_id))
    cios = [cio.pk for cio in cios_de(perimetre)] if perimetre.travaille_au_cio else None
    fiche = fiche_de_l_ecole(get_object_or_404(ecoles, pk=pk), annee_ecrite(annee), cios)
    if not fiche.venues and perimetre.travaille_au_cio:
        raise Http404("Aucun PsyEN de votre CIO n’exerce dans cet établissement cette année.")
    return _pdf(dessiner_fiche_ecole(fiche), f"psyen-{slugify(str(fiche.etablissement))}-{annee}.pdf")


def _etat_ou_404(perimetre: Perimetre, psyen: int, annee: str) -> EtatLettre:
    if not peut_lire_missions(perimetre):
        raise PermissionDenied
    trouve = get_object_or_404(PsyEN, pk=psyen)
    for cio in cios_de(perimetre):
        etat = etat_de_la_lettre(trouve, cio, annee_ecrite(annee))
        if etat is not None:
            return etat
    raise Http404("Ce PsyEN n’a pas de semaine arrêtée dans votre CIO cette année.")


def _page(annee: AnneeScolaire) -> str:
    return f"{reverse('missions:lettres')}?annee={annee.code}"


def _pdf(contenu: bytes, nom: str) -> HttpResponse:
    entete = content_disposition_header(as_attachment=False, filename=nom) or "inline"
    return HttpResponse(contenu, content_type="application/pdf", headers={"Content-Disposition": entete})

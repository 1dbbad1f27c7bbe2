"""The grid of a CIO and a month: typed, saved, and what a colleague wrote meanwhile told cell by cell."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from missions.forms.activite import AJOUT, LigneForm, SaisieActivite, ecrire_depart
from missions.forms.activite_tableau import ajouts_dessines, groupes_dessines
from missions.permissions import peut_compter_activite, peut_saisir_activite
from missions.selectors.activite import (
    COLONNES,
    CleLigne,
    decaler,
    lire_grille,
    nom_du_mois,
    premier_du_mois,
)
from missions.services.activite import ConflitDeReleve, annee_du_mois, enregistrer_activite
from reseaux.models import CIO, AnneeScolaire
from socle.views import PerimetreMixin

MOIS = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
#: Until that day, the month that one counts is the one before.
DERNIER_JOUR_DU_MOIS_PRECEDENT = 10
CONFLIT = (
    "Un collègue a enregistré d’autres nombres entre-temps : votre saisie n’est pas encore enregistrée. "
    "Comparez les cases signalées, puis enregistrez de nouveau."
)


def mois_a_compter(jour: dt.date) -> dt.date:
    """This month, or the one before during its first days."""
    mois = premier_du_mois(jour)
    return mois if jour.day > DERNIER_JOUR_DU_MOIS_PRECEDENT else decaler(mois, -1)


class CompterActivite(PerimetreMixin, TemplateView):
    """Leads to the grid of one's own CIO, for the month to be counted."""

    droit = staticmethod(peut_compter_activite)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        mois = mois_a_compter(timezone.localdate())
        cio = get_object_or_404(CIO.objects.dans_perimetre(request.perimetre), pk=request.perimetre.cio_id)
        return redirect("missions:activite_saisir", cio.pk, f"{mois:%Y-%m}")


class SaisirActivite(PerimetreMixin, TemplateView):
    template_name = "missions/activite/saisie.html"
    http_method_names = ("get", "head", "options", "post")

    @cached_property
    def cio(self) -> CIO:
        cios = CIO.objects.dans_perimetre(self.request.perimetre).select_related("departement")
        cio = get_object_or_404(cios, pk=self.kwargs["pk"])
        if not peut_saisir_activite(self.request.perimetre, cio):
            raise PermissionDenied
        return cio

    @cached_property
    def mois(self) -> dt.date:
        lu = MOIS.fullmatch(self.kwargs["mois"])
        if lu is None:
            raise Http404("Ce mois n’existe pas.")
        return dt.date(int(lu[1]), int(lu[2]), 1)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.montrer(SaisieActivite())

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        cio, saisie = self.cio, SaisieActivite.lire(request.POST)
        annee = self.annee_ou_motif()
        if isinstance(annee, str):
            messages.error(request, annee)
            return self.montrer(saisie)
        ligne = self.lire_ajout(saisie, annee)
        if saisie.illisibles or ligne.errors:
            return self.montrer(saisie, ligne, ["Certaines cases ne contiennent pas un nombre entier."])
        try:
            nombre = enregistrer_activite(
                perimetre=request.perimetre,
                cio=cio,
                mois=self.mois,
                saisies=saisie.nombres,
                depart=saisie.depart,
            )
        except ConflitDeReleve as conflit:
            return self.montrer(saisie, ligne, [CONFLIT], conflit)
        except ValidationError as erreur:
            return self.montrer(saisie, ligne, erreur.messages)
        messages.success(request, _bilan(nombre))
        return redirect("missions:activite_saisir", cio.pk, self.kwargs["mois"])

    def lire_ajout(self, saisie: SaisieActivite, annee: AnneeScolaire) -> LigneForm:
        """The row to add, which joins what is typed in the grid."""
        ligne = LigneForm(self.request.POST, cio=self.cio, mois=self.mois, annee=annee)
        if not ligne.is_valid():
            return ligne
        cle, avant = ligne.cle(), len(saisie.nombres)
        ajouts = any(self.request.POST.get(f"{AJOUT}{colonne.cle}", "").strip() for colonne in COLONNES)
        saisie.ajouter(cle or CleLigne(0, 0, 0), self.request.POST)
        if cle is None and ajouts:
            ligne.add_error("mission", "Choisissez la mission de la ligne à ajouter.")
        elif cle is not None and len(saisie.nombres) == avant and not saisie.illisibles:
            ligne.add_error("mission", "Indiquez au moins un nombre sur la ligne à ajouter.")
        return ligne

    def annee_ou_motif(self) -> AnneeScolaire | str:
        """The school year of the month, or why it cannot be counted."""
        try:
            return annee_du_mois(self.mois)
        except ValidationError as erreur:
            return erreur.messages[0]

    def montrer(
        self,
        saisie: SaisieActivite,
        ligne: LigneForm | None = None,
        erreurs: list[str] | None = None,
        conflit: ConflitDeReleve | None = None,
    ) -> HttpResponse:
        cio, annee = self.cio, self.annee_ou_motif()
        contexte = {"cio": cio, "mois": self.mois, "erreurs": erreurs or [], **self.voisinage()}
        if isinstance(annee, str):
            return self.render_to_response(self.get_context_data(motif=annee, **contexte))
        grille = lire_grille(cio, self.mois, annee)
        contexte |= {
            "groupes": groupes_dessines(grille, saisie, conflit),
            "colonnes": COLONNES,
            "ajouts": ajouts_dessines(saisie),
            "depart": ecrire_depart(grille.nombres if conflit or saisie.est_vide else saisie.depart),
            "ligne": ligne or LigneForm(cio=cio, mois=self.mois, annee=annee),
        }
        return self.render_to_response(self.get_context_data(motif="", **contexte))

    def voisinage(self) -> dict[str, Any]:
        """The months beside this one, the other CIO of whoever types."""
        suivant = decaler(self.mois, 1)
        cios = CIO.objects.dans_perimetre(self.request.perimetre).filter(est_ouvert=True)
        return {
            "nom_du_mois": nom_du_mois(self.mois),
            "precedent": decaler(self.mois, -1),
            "suivant": suivant if suivant <= timezone.localdate() else None,
            "autres_cios": [cio for cio in cios.order_by("nom", "pk") if cio.pk != self.cio.pk],
            "url_retour": reverse("missions:activite"),
        }


def _bilan(nombre: int) -> str:
    if not nombre:
        return "Rien n’a changé."
    return f"C’est enregistré : {nombre} nombre{'s' if nombre > 1 else ''}."

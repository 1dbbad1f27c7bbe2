"""The perimeter editor of a CIO and year, its gestures, the map of the département."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import FormView

from reseaux.forms.perimetre import SANS_RESEAU, PlacementForm, ReseauForm
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement, Reseau
from reseaux.permissions import peut_lire_perimetre, peut_modifier_reseaux
from reseaux.selectors.carte import carte_du_departement, cartes_du_cio
from reseaux.selectors.copie import copie_prevue
from reseaux.selectors.perimetre import perimetre_du_cio
from reseaux.services.reseaux import (
    copier_reseaux_de_l_annee_precedente,
    creer_reseau,
    dissoudre_reseau,
    modifier_reseau,
    placer_etablissements,
)
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, executer_geste


def _cio_et_annee(request: RequeteConnectee, cio: int, annee: str) -> tuple[CIO, AnneeScolaire]:
    """404 outside the perimeter; 403 for whoever reads a CIO but not the whole of its perimeter."""
    if not peut_lire_perimetre(request.perimetre):
        raise PermissionDenied
    visibles = CIO.objects.dans_perimetre(request.perimetre).select_related("departement", "parent")
    return get_object_or_404(visibles, pk=cio), get_object_or_404(AnneeScolaire, code=annee)


def _exiger_modification(request: RequeteConnectee, cio: CIO, annee: AnneeScolaire) -> None:
    if not peut_modifier_reseaux(request.perimetre, cio, annee):
        raise PermissionDenied


def _reseau(request: RequeteConnectee, pk: int) -> Reseau:
    """A réseau that one may change."""
    visibles = Reseau.objects.dans_perimetre(request.perimetre).select_related(
        "cio__departement", "annee", "tete"
    )
    reseau = get_object_or_404(visibles, pk=pk)
    _exiger_modification(request, reseau.cio, reseau.annee)
    return reseau


def _adresse(cio: CIO, annee: AnneeScolaire, ancre: str = "") -> str:
    return reverse("reseaux:perimetre", args=(cio.pk, annee.code)) + ancre


@require_safe
def perimetre(request: RequeteConnectee, cio: int, annee: str) -> HttpResponse:
    """The editor, or the same page to read for whoever may not change it."""
    le_cio, l_annee = _cio_et_annee(request, cio, annee)
    contenu = perimetre_du_cio(cio=le_cio, annee=l_annee)
    cartes = cartes_du_cio(contenu)
    modifiable = peut_modifier_reseaux(request.perimetre, le_cio, l_annee)
    formulaire = ReseauForm(perimetre=request.perimetre, lycees=contenu.lycees_disponibles)
    return render(
        request,
        "reseaux/perimetre/editeur.html",
        {
            "contenu": contenu,
            "cartes": cartes,
            "blocs": list(zip(contenu.reseaux, cartes[0].legende, strict=True)),
            "tableau": [contenu],
            "modifiable": modifiable,
            "formulaire": formulaire if modifiable else None,
            "annees": AnneeScolaire.objects.order_by("debut"),
            "selection": set(request.GET.getlist("coche")),
            "destination": request.GET.get("vers", ""),
            "sans_reseau": SANS_RESEAU,
        },
    )


@require_POST
def etablissements_placer(request: RequeteConnectee, cio: int, annee: str) -> HttpResponse:
    """Moves the ticked schools; when it is refused, those that can still move stay ticked."""
    le_cio, l_annee = _cio_et_annee(request, cio, annee)
    _exiger_modification(request, le_cio, l_annee)
    form = PlacementForm(request.POST, cio=le_cio, annee=l_annee, perimetre=request.perimetre)
    if not form.is_valid():
        return _garder_la_selection(
            request, le_cio, l_annee, [str(m) for e in form.errors.values() for m in e]
        )
    placements, vers = form.cleaned_data["ecoles"], form.cleaned_data["destination"]
    try:
        placer_etablissements(placements=placements, vers=vers, annee=l_annee, perimetre=request.perimetre)
    except ValidationError as erreur:
        return _garder_la_selection(request, le_cio, l_annee, erreur.messages)
    noms = ", ".join(str(placement.etablissement) for placement in placements)
    messages.success(request, f"{noms} : {f'dans le réseau « {vers} »' if vers else 'sans réseau'}.")
    return redirect(_adresse(le_cio, l_annee, f"#reseau-{vers.pk if vers else SANS_RESEAU}"))


def _garder_la_selection(
    request: RequeteConnectee, cio: CIO, annee: AnneeScolaire, erreurs: list[str]
) -> HttpResponse:
    for texte in erreurs:
        messages.error(request, texte)
    choix = [("coche", jeton) for jeton in request.POST.getlist("ecoles")[:100]]
    choix.append(("vers", request.POST.get("destination", "")))
    return redirect(_adresse(cio, annee, f"?{urlencode(choix)}"))


class ReseauCreerView(FormulaireMixin, FormView):
    """New réseau of a CIO and year; the editor posts here, and a refusal comes back as a full page."""

    form_class = ReseauForm
    titre = "Nouveau réseau"
    libelle_envoi = "Créer le réseau"
    message = "Le réseau est créé : ajoutez-lui ses établissements."

    @cached_property
    def cio_et_annee(self) -> tuple[CIO, AnneeScolaire]:
        cio, annee = _cio_et_annee(self.request, self.kwargs["cio"], self.kwargs["annee"])
        _exiger_modification(self.request, cio, annee)
        return cio, annee

    def get_form_kwargs(self) -> dict[str, Any]:
        cio, annee = self.cio_et_annee
        contenu = perimetre_du_cio(cio=cio, annee=annee)
        return super().get_form_kwargs() | {"lycees": contenu.lycees_disponibles}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(url_retour=_adresse(*self.cio_et_annee), **kwargs)

    def executer(self, form: Any) -> None:
        cio, annee = self.cio_et_annee
        self.reseau = creer_reseau(
            cio=cio, annee=annee, perimetre=self.request.perimetre, **form.cleaned_data
        )

    def get_success_url(self) -> str:
        return _adresse(*self.cio_et_annee, f"#reseau-{self.reseau.pk}")


class ReseauModifierView(FormulaireMixin, FormView):
    """Name and tête of a réseau; the tête is chosen among its own lycées."""

    form_class = ReseauForm
    message = "Le réseau est modifié."

    @cached_property
    def reseau(self) -> Reseau:
        return _reseau(self.request, self.kwargs["pk"])

    def get_success_url(self) -> str:
        return _adresse(self.reseau.cio, self.reseau.annee, f"#reseau-{self.reseau.pk}")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        titre = f"Modifier le réseau « {self.reseau} »"
        return super().get_context_data(titre=titre, url_retour=self.get_success_url(), **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        lycees = Etablissement.objects.lycees().filter(appartenances__reseau=self.reseau)
        return super().get_form_kwargs() | {"lycees": list(lycees.order_by("nom", "pk"))}

    def get_initial(self) -> dict[str, Any]:
        return {"nom": self.reseau.nom, "tete": self.reseau.tete}

    def executer(self, form: Any) -> None:
        modifier_reseau(reseau=self.reseau, perimetre=self.request.perimetre, **form.cleaned_data)


@require_http_methods(["GET", "HEAD", "POST"])
def reseau_dissoudre(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Asks first, then dissolves."""
    reseau = _reseau(request, pk)
    retour = _adresse(reseau.cio, reseau.annee)
    if request.method != "POST":
        membres = Etablissement.objects.filter(appartenances__reseau=reseau).order_by("nom", "pk")
        contexte = {"reseau": reseau, "membres": membres, "retour": retour}
        return render(request, "reseaux/perimetre/dissoudre.html", contexte)
    return executer_geste(
        request,
        lambda: dissoudre_reseau(reseau=reseau, perimetre=request.perimetre),
        message=f"Le réseau « {reseau} » est dissous : ses établissements sont maintenant sans réseau.",
        retour=retour,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def perimetre_copier(request: RequeteConnectee, cio: int, annee: str) -> HttpResponse:
    """Shows what the copy of last year's réseaux would do, then does it and tells what was left out."""
    le_cio, l_annee = _cio_et_annee(request, cio, annee)
    _exiger_modification(request, le_cio, l_annee)
    retour = _adresse(le_cio, l_annee)
    if request.method != "POST":
        copie = copie_prevue(cio=le_cio, annee=l_annee)
        contexte = {"copie": copie, "cio": le_cio, "annee": l_annee, "retour": retour}
        return render(request, "reseaux/perimetre/copier.html", contexte)
    return _copier(request, le_cio, l_annee, retour)


def _copier(request: RequeteConnectee, cio: CIO, annee: AnneeScolaire, retour: str) -> HttpResponse:
    try:
        copie = copier_reseaux_de_l_annee_precedente(cio=cio, annee=annee, perimetre=request.perimetre)
    except ValidationError as erreur:
        messages.error(request, " ".join(erreur.messages))
        return redirect(retour)
    messages.success(request, f"Réseaux repris de {copie.depuis} : {len(copie.copies)}.")
    for ecole in copie.ecartees:
        messages.warning(request, f"{ecole.etablissement} n’a pas été repris : {ecole.raison}.")
    for reseau in copie.tetes_a_confirmer:
        messages.warning(request, f"{reseau.nom} : {reseau.tete} remplace la tête, à confirmer.")
    return redirect(retour)


@require_safe
def carte(request: RequeteConnectee) -> HttpResponse:
    """Every réseau of a département: `?departement=041&annee=2026-2027`, by default one's own, this year."""
    if not peut_lire_perimetre(request.perimetre):
        raise PermissionDenied
    departements = list(Departement.objects.dans_perimetre(request.perimetre).order_by("code"))
    annees = list(AnneeScolaire.objects.order_by("debut"))
    departement = _choisi(departements, request.GET.get("departement"))
    annee = _choisi(annees, request.GET.get("annee"), AnneeScolaire.objects.en_cours())
    if departement is None or annee is None:
        raise Http404
    cios = CIO.objects.dans_perimetre(request.perimetre).filter(departement=departement)
    la_carte, perimetres = carte_du_departement(
        departement=departement, annee=annee, cios=cios.select_related("departement").order_by("nom")
    )
    contexte = {"departement": departement, "departements": departements, "annee": annee, "annees": annees}
    return render(
        request,
        "reseaux/perimetre/carte.html",
        contexte | {"carte": la_carte, "perimetres": perimetres},
    )


def _choisi(objets: list[Any], code: str | None, defaut: Any = None) -> Any:
    """The one of that code; without a code the default, otherwise the first; an unknown code is a 404."""
    if code:
        return next((objet for objet in objets if objet.code == code), None)
    return defaut or next(iter(objets), None)

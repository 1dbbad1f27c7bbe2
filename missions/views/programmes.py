"""« Programmes d'activités »: list, one version, its gestures, its document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, FormView

from missions.documents.programme import dessiner_programme, rubriques
from missions.enums import EtatProgramme
from missions.forms.programmes import PreparationProgrammeForm, ProgrammeFiltre, ProgrammeForm
from missions.models import ProgrammeActivites
from missions.permissions import (
    peut_ecrire_programme,
    peut_lire_programmes,
    peut_preparer_programmes,
    peut_publier_programme,
)
from missions.services.programmes import (
    abandonner_programme,
    modifier_programme,
    preparer_programme,
    publier_programme,
)
from reseaux.models import AnneeScolaire
from socle.journal import historique
from socle.models import Fichier
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran, TableauEcran, lien
from socle.tableurs import Colonne
from socle.templatetags.cio import etiquette
from socle.views import FormulaireMixin, ListeView, PerimetreMixin, executer_geste, reponse_fichier

ETATS = {etat.value: str(etat.label) for etat in EtatProgramme}


class ProgrammeListe(ListeView):
    model = ProgrammeActivites
    droit = staticmethod(peut_lire_programmes)
    template_name = "missions/programmes/liste.html"
    titre = "Programmes d’activités"
    nom_objets = ("programme", "programmes")
    filterset_class = ProgrammeFiltre
    champs = ("pk", "cio__nom", "annee__code", "version", "etat", "publie_le")
    colonnes = (
        ColonneEcran("CIO", tri="cio"),
        ColonneEcran("Année scolaire", tri="annee", insecable=True),
        ColonneEcran("Version", nombre=True),
        ColonneEcran("État"),
        ColonneEcran("Publié le", tri="publie", insecable=True),
    )
    tris = {
        "annee": ("-annee__debut", "cio__nom", "-version"),
        "cio": ("cio__nom", "-annee__debut", "-version"),
        "publie": ("publie_le", "cio__nom"),
    }
    colonnes_export = (
        Colonne("cio__nom", "CIO", largeur=28),
        Colonne("annee__code", "Année scolaire", largeur=14),
        Colonne("version", "Version", "entier", largeur=8),
        Colonne("etat", "État", largeur=12),
        Colonne("publie_le", "Publié le", "date", largeur=12),
    )
    vide_titre = "Aucun programme d’activités"
    vide_texte = "Le DCIO prépare ici le programme de son CIO ; le département le lit une fois publié."

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        base = reverse("missions:programmes")
        return [
            (
                lien(f"{base}{p['pk']}/", p["cio__nom"]),
                p["annee__code"],
                p["version"],
                etiquette(p["etat"], ETATS[p["etat"]]),
                p["publie_le"],
            )
            for p in objets
        ]

    def exporter_lignes(self, queryset: QuerySet[ProgrammeActivites]) -> Iterable[Sequence[Any]]:
        lues = queryset.values_list("cio__nom", "annee__code", "version", "etat", "publie_le")
        return ((cio, annee, version, ETATS[etat], jour) for cio, annee, version, etat, jour in lues)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        peut_preparer = peut_preparer_programmes(self.request.perimetre)
        return super().get_context_data(**kwargs) | {"peut_preparer": peut_preparer}


class ProgrammeDetail(PerimetreMixin, DetailView):
    """A draft shows what it would hold today; a published version is its document."""

    queryset = ProgrammeActivites.objects.select_related("cio__departement", "annee")
    context_object_name = "programme"
    template_name = "missions/programmes/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        programme, perimetre = self.object, self.request.perimetre
        brouillon = programme.etat == EtatProgramme.BROUILLON
        parties = rubriques(programme.cio, programme.annee) if brouillon else []
        peut_ecrire = peut_ecrire_programme(perimetre, programme.cio, programme.annee)
        return super().get_context_data(**kwargs) | {
            "etat": ETATS[programme.etat],
            "brouillon": brouillon,
            "rubriques": [
                (r, TableauEcran(r.titre, [ColonneEcran(t, nombre=n) for t, n in r.entetes], r.lignes, {}))
                for r in parties
            ],
            "peut_modifier": brouillon and peut_ecrire,
            "peut_publier": brouillon and peut_publier_programme(perimetre, programme),
            "peut_reprendre": not brouillon and peut_ecrire,
            "historique": historique(programme) if peut_ecrire else [],
        }


class ProgrammePreparer(FormulaireMixin, FormView):
    droit = staticmethod(peut_preparer_programmes)
    form_class = PreparationProgrammeForm
    titre = "Préparer un programme d’activités"
    libelle_envoi = "Préparer"
    message = "Le brouillon est prêt : écrivez son introduction."
    url_retour = reverse_lazy("missions:programmes")

    def get_initial(self) -> dict[str, Any]:
        return {"cio": self.request.perimetre.cio_id, "annee": AnneeScolaire.objects.en_cours()}

    def executer(self, form: PreparationProgrammeForm) -> None:
        self.programme = preparer_programme(perimetre=self.request.perimetre, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("missions:programme", args=[self.programme.pk])


class ProgrammeModifier(FormulaireMixin, FormView):
    form_class = ProgrammeForm
    titre = "Écrire l’introduction"
    message = "L’introduction est enregistrée."

    @cached_property
    def programme(self) -> ProgrammeActivites:
        lus = ProgrammeActivites.objects.select_related("cio__departement", "annee")
        programme = get_object_or_404(lus.dans_perimetre(self.request.perimetre), pk=self.kwargs["pk"])
        if not peut_ecrire_programme(self.request.perimetre, programme.cio, programme.annee):
            raise PermissionDenied
        return programme

    @property
    def url_retour(self) -> str:
        return reverse("missions:programme", args=[self.programme.pk])

    def get_success_url(self) -> str:
        return self.url_retour

    def get_initial(self) -> dict[str, Any]:
        texte = self.programme.introduction
        return {"introduction": texte, "ouverte_avec": texte}

    def executer(self, form: ProgrammeForm) -> None:
        modifier_programme(perimetre=self.request.perimetre, programme=self.programme, **form.cleaned_data)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Once told of the colleague's text, saving again is knowing."""
        if form.has_error("introduction", "conflit"):
            self.programme.refresh_from_db()
            form.data = form.data.copy()
            form.data["ouverte_avec"] = self.programme.introduction
        return super().form_invalid(form)


def _programme(request: RequeteConnectee, pk: int) -> ProgrammeActivites:
    lus = ProgrammeActivites.objects.select_related("cio__departement", "annee")
    return get_object_or_404(lus.dans_perimetre(request.perimetre), pk=pk)


@require_safe
def programme_pdf(request: RequeteConnectee, pk: int) -> HttpResponse:
    """The frozen document; of a draft, what it would be today, marked « PROJET »."""
    programme = _programme(request, pk)
    fichier = programme.fichier
    if fichier is None:
        contenu = dessiner_programme(programme, publie_le=None)
        fichier = Fichier(nom="projet-de-programme.pdf", type_mime="application/pdf", contenu=contenu)
    return reponse_fichier(fichier, en_ligne=True)


@require_POST
def programme_publier(request: RequeteConnectee, pk: int) -> HttpResponse:
    programme = _programme(request, pk)
    return executer_geste(
        request,
        lambda: publier_programme(perimetre=request.perimetre, programme=programme),
        message="Le programme est publié : le département le lit, cette version ne change plus.",
        retour=reverse("missions:programme", args=[pk]),
    )


@require_POST
def programme_abandonner(request: RequeteConnectee, pk: int) -> HttpResponse:
    programme = _programme(request, pk)
    return executer_geste(
        request,
        lambda: abandonner_programme(perimetre=request.perimetre, programme=programme),
        message="Le brouillon est abandonné.",
        retour=reverse("missions:programmes"),
    )

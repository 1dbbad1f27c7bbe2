"""The fiches de poste of the secrétaires de CIO: list and due list, one version, its gestures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, FormView

from missions.documents.fiche_de_poste import dessiner_fiche_de_poste
from missions.enums import SituationFiche
from missions.exports.fiches_de_poste import COLONNES_FICHES, lignes_fiches
from missions.forms.fiches_de_poste import (
    FicheFiltre,
    FicheForm,
    FinForm,
    PreparationForm,
    ValidationForm,
)
from missions.models import FicheDePoste
from missions.permissions import (
    peut_ecrire_fiche,
    peut_lire_fiches,
    peut_modifier_fiche,
    peut_preparer_fiches,
    peut_voir_fiches_dues,
)
from missions.selectors.fiches_de_poste import (
    avec_situation,
    comparer,
    fiches_dues,
    precedente_de,
    rubriques_de,
)
from missions.services.fiches_de_poste import (
    clore_fiche,
    modifier_fiche,
    preparer_fiche,
    supprimer_fiche,
    valider_fiche,
)
from reseaux.perimetre import Perimetre
from socle.consultations import noter_consultation
from socle.journal import historique
from socle.models import Fichier
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran, lien
from socle.templatetags.cio import etiquette
from socle.views import FormulaireMixin, ListeView, PerimetreMixin, executer_geste, reponse_fichier

#: As the person reads it in « Qui a consulté vos données ».
PAGE_CONSULTEE = "Fiche de poste"
SITUATIONS = {situation.value: str(situation.label) for situation in SituationFiche}


class FicheListe(ListeView):
    """Every version one reads; above, who is still due one."""

    model = FicheDePoste
    droit = staticmethod(peut_lire_fiches)
    template_name = "missions/fiches_de_poste/liste.html"
    titre = "Fiches de poste"
    nom_objets = ("fiche de poste", "fiches de poste")
    filterset_class = FicheFiltre
    champs = (
        "pk",
        "secretaire__prenom",
        "secretaire__nom",
        "cio__nom",
        "version",
        "situation",
        "debut",
        "fin",
        "validee_le",
    )
    colonnes = (
        ColonneEcran("Secrétaire", tri="nom"),
        ColonneEcran("CIO", tri="cio"),
        ColonneEcran("Version", nombre=True),
        ColonneEcran("À compter du", tri="debut", insecable=True),
        ColonneEcran("Jusqu’au", insecable=True),
        ColonneEcran("Situation"),
    )
    tris = {
        "nom": ("secretaire__nom", "secretaire__prenom", "-version"),
        "cio": ("cio__nom", "secretaire__nom", "-version"),
        "debut": ("-debut", "secretaire__nom"),
    }
    colonnes_export = COLONNES_FICHES
    vide_titre = "Aucune fiche de poste"
    vide_texte = "Le DCIO prépare ici la fiche de poste de la ou du secrétaire de son CIO."

    def get_queryset(self) -> QuerySet[FicheDePoste]:
        return avec_situation(super().get_queryset())

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        base = reverse("missions:fiches_de_poste")
        return [
            (
                lien(f"{base}{f['pk']}/", f"{f['secretaire__prenom']} {f['secretaire__nom'].upper()}"),
                f["cio__nom"],
                f["version"],
                f["debut"] if f["validee_le"] else None,
                f["fin"],
                etiquette(f["situation"], SITUATIONS[f["situation"]]),
            )
            for f in objets
        ]

    def exporter_lignes(self, queryset: QuerySet[FicheDePoste]) -> Iterable[Sequence[Any]]:
        return lignes_fiches(queryset)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        suit = peut_voir_fiches_dues(perimetre)
        return super().get_context_data(**kwargs) | {
            "dues": fiches_dues(perimetre) if suit else [],
            "suit_les_dues": suit,
            "peut_preparer": peut_preparer_fiches(perimetre),
        }


class FicheDetail(PerimetreMixin, DetailView):
    """One version as it is written, and the changes since the one before (`?comparer=1`)."""

    droit = staticmethod(peut_lire_fiches)
    context_object_name = "fiche"
    template_name = "missions/fiches_de_poste/detail.html"

    def get_queryset(self) -> QuerySet[FicheDePoste]:
        lues = FicheDePoste.objects.select_related("cio__departement", "secretaire")
        return avec_situation(lues.dans_perimetre(self.request.perimetre))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fiche, perimetre = self.object, self.request.perimetre
        noter_consultation(perimetre, fiche.secretaire, PAGE_CONSULTEE)
        avant = precedente_de(fiche)
        compare = avant is not None and "comparer" in self.request.GET
        return super().get_context_data(**kwargs) | {
            "situation": SITUATIONS[fiche.situation],
            "rubriques": rubriques_de(fiche),
            "avant": avant,
            "comparaison": comparer(avant, fiche) if avant and compare else None,
            "peut_modifier": peut_modifier_fiche(perimetre, fiche),
            "peut_ecrire": peut_ecrire_fiche(perimetre, fiche.cio),
            "historique": historique(fiche),
        }


class FichePreparer(FormulaireMixin, FormView):
    """A draft from the last version, otherwise from the template."""

    droit = staticmethod(peut_preparer_fiches)
    form_class = PreparationForm
    titre = "Préparer une fiche de poste"
    libelle_envoi = "Préparer"
    message = "Le projet est prêt : complétez-le, puis validez-le."
    url_retour = reverse_lazy("missions:fiches_de_poste")

    def get_initial(self) -> dict[str, Any]:
        return {"habilitation": self.request.GET.get("habilitation", "")}

    def executer(self, form: PreparationForm) -> None:
        choisie = form.cleaned_data["habilitation"]
        self.fiche = preparer_fiche(
            perimetre=self.request.perimetre, secretaire=choisie.utilisateur, cio=choisie.cio
        )

    def get_success_url(self) -> str:
        return reverse("missions:fiche_de_poste_modifier", args=[self.fiche.pk])


class SurFiche(FormulaireMixin):
    """A form about one version, by the DCIO."""

    template_name = "missions/fiches_de_poste/formulaire.html"

    @cached_property
    def fiche(self) -> FicheDePoste:
        visibles = FicheDePoste.objects.dans_perimetre(self.request.perimetre)
        return get_object_or_404(visibles.select_related("cio", "secretaire"), pk=self.kwargs["pk"])

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_modifier_fiche(perimetre, self.fiche)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not peut_lire_fiches(request.perimetre) or not self.est_permis(request.perimetre):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def url_retour(self) -> str:
        return reverse("missions:fiche_de_poste", args=[self.fiche.pk])

    def get_success_url(self) -> str:
        return self.url_retour

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"fiche": self.fiche}


class FicheModifier(SurFiche, FormView):
    form_class = FicheForm
    titre = "Écrire la fiche de poste"
    message = "La fiche de poste est enregistrée."

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"fiche": self.fiche}

    def executer(self, form: FicheForm) -> None:
        modifier_fiche(
            perimetre=self.request.perimetre,
            fiche=self.fiche,
            rubriques=form.rubriques,
            lue=form.cleaned_data["lue"],
        )


class FicheValider(SurFiche, FormView):
    form_class = ValidationForm
    titre = "Valider la fiche de poste"
    libelle_envoi = "Valider"
    message = "La fiche de poste est validée."

    def executer(self, form: ValidationForm) -> None:
        valider_fiche(perimetre=self.request.perimetre, fiche=self.fiche, **form.cleaned_data)


class FicheClore(SurFiche, FormView):
    form_class = FinForm
    titre = "Mettre fin à la fiche de poste"
    libelle_envoi = "Mettre fin"
    message = "La fiche de poste finit à cette date."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_ecrire_fiche(perimetre, self.fiche.cio)

    def executer(self, form: FinForm) -> None:
        clore_fiche(perimetre=self.request.perimetre, fiche=self.fiche, **form.cleaned_data)


@require_POST
def fiche_supprimer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """A draft that will not be."""
    fiche = get_object_or_404(FicheDePoste.objects.dans_perimetre(request.perimetre), pk=pk)
    return executer_geste(
        request,
        lambda: supprimer_fiche(perimetre=request.perimetre, fiche=fiche),
        message="Le projet de fiche de poste est supprimé.",
        retour=reverse("missions:fiches_de_poste"),
    )


@require_safe
def fiche_pdf(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Drawn at each reading: a validated version never changes."""
    if not peut_lire_fiches(request.perimetre):
        raise PermissionDenied
    visibles = FicheDePoste.objects.dans_perimetre(request.perimetre)
    fiche = get_object_or_404(visibles.select_related("cio__departement", "secretaire"), pk=pk)
    noter_consultation(request.perimetre, fiche.secretaire, PAGE_CONSULTEE)
    nom = f"fiche-de-poste-{slugify(str(fiche.secretaire))}-v{fiche.version}.pdf"
    contenu = dessiner_fiche_de_poste(fiche)
    return reponse_fichier(Fichier(nom=nom, type_mime="application/pdf", contenu=contenu), en_ligne=True)

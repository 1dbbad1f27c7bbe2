"""Reports: list, one of them, its composition with a live preview, its gestures, its documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, FormView

from evaluation.documents.rapports import nom_du_fichier
from evaluation.enums import EtatRapport
from evaluation.exports.campagnes import ecrire_annexe
from evaluation.forms.rapports import BilanForm, CompositionForm, PreparationRapportForm, RapportFiltre
from evaluation.models import Rapport
from evaluation.permissions import (
    peut_composer_rapport,
    peut_composer_rapports,
    peut_emettre_rapport,
    peut_lire_rapports,
    peut_publier_synthese,
    peut_rattacher_bilan,
)
from evaluation.selectors.rapports import bilans_a_rattacher, conditions_du_bilan, rapports_lus
from evaluation.selectors.rapports_contenu import ContenuRapport, contenu_du_rapport
from evaluation.selectors.rapports_sections import sections_de
from evaluation.services.rapports import (
    abandonner_rapport,
    appliquer,
    composer_rapport,
    preparer_rapport,
    rattacher_bilan,
)
from evaluation.services.rapports_emission import demander_emission, preparer_projet
from evaluation.services.rapports_publication import publier_synthese, retirer_synthese
from planning.models import Reunion
from socle.journal import historique
from socle.listes import FORMATS_EXPORT
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran, lien
from socle.tableurs import TYPES_MIME, Colonne
from socle.templatetags.cio import etiquette
from socle.views import FormulaireMixin, ListeView, PerimetreMixin, executer_geste, reponse_fichier

ETATS = {etat.value: str(etat.label) for etat in EtatRapport}
#: Documents of an issued report, as the address names them.
FORMES = {"rapport": "document", "diaporama": "diaporama", "synthese": "synthese"}


class Rapports(ListeView):
    model = Rapport
    droit = staticmethod(peut_lire_rapports)
    template_name = "evaluation/rapports/liste.html"
    titre = "Rapports d’évaluation"
    nom_objets = ("rapport", "rapports")
    filterset_class = RapportFiltre
    champs = (
        "pk",
        "titre",
        "campagne__departement__nom",
        "campagne__code",
        "version",
        "etat",
        "emis_le",
        "publie_le",
    )
    colonnes = (
        ColonneEcran("Rapport", tri="titre"),
        ColonneEcran("Département", tri="departement"),
        ColonneEcran("Campagne"),
        ColonneEcran("Version", nombre=True),
        ColonneEcran("État"),
        ColonneEcran("Émis le", tri="emis", insecable=True),
        ColonneEcran("Synthèse publiée"),
    )
    tris = {
        "recent": ("-campagne__date_observation", "-version"),
        "titre": ("titre", "-version"),
        "departement": ("campagne__departement__nom", "-campagne__date_observation", "-version"),
        "emis": ("emis_le", "titre"),
    }
    colonnes_export = (
        Colonne("titre", "Rapport", largeur=50),
        Colonne("campagne__departement__nom", "Département", largeur=20),
        Colonne("campagne__code", "Campagne", largeur=10),
        Colonne("version", "Version", "entier", largeur=8),
        Colonne("etat", "État", largeur=12),
        Colonne("emis_le", "Émis le", "date", largeur=12),
    )
    vide_titre = "Aucun rapport d’évaluation"
    vide_texte = "L’IEN-IO, son adjoint ou le SG en préparent un ; il se lit ici une fois émis."

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        base = reverse("evaluation:rapports")
        return [
            (
                lien(f"{base}{r['pk']}/", r["titre"]),
                r["campagne__departement__nom"],
                r["campagne__code"],
                r["version"],
                etiquette(r["etat"], ETATS[r["etat"]]),
                r["emis_le"],
                r["publie_le"] is not None,
            )
            for r in objets
        ]

    def exporter_lignes(self, queryset: QuerySet[Rapport]) -> Iterable[Sequence[Any]]:
        lus = queryset.values_list(
            "titre", "campagne__departement__nom", "campagne__code", "version", "etat", "emis_le"
        )
        return ((*debut, ETATS[etat], jour) for *debut, etat, jour in lus)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        peut_preparer = peut_composer_rapports(self.request.perimetre)
        return super().get_context_data(**kwargs) | {"peut_preparer": peut_preparer}


class RapportDetail(PerimetreMixin, DetailView):
    """Where it stands, what to do next; issued, the page says for ever what its documents say."""

    queryset = rapports_lus()
    droit = staticmethod(peut_lire_rapports)
    context_object_name = "rapport"
    template_name = "evaluation/rapports/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rapport, perimetre = self.object, self.request.perimetre
        contenu = contenu_du_rapport(rapport)
        return super().get_context_data(**kwargs) | {
            **contexte_du_contenu(contenu),
            "etat": ETATS[rapport.etat],
            "reunion": Reunion.objects.dans_perimetre(perimetre).filter(pk=rapport.reunion_id).first(),
            "conditions": conditions_du_bilan(rapport),
            "peut_composer": peut_composer_rapport(perimetre, rapport),
            "peut_emettre": peut_emettre_rapport(perimetre, rapport),
            "peut_rattacher": peut_rattacher_bilan(perimetre, rapport),
            "peut_publier": peut_publier_synthese(perimetre, rapport),
            "peut_reprendre": rapport.est_emis and peut_rattacher_bilan(perimetre, rapport),
            "formats": FORMATS_EXPORT,
            "historique": historique(rapport) if peut_rattacher_bilan(perimetre, rapport) else [],
        }


class RapportPreparer(FormulaireMixin, FormView):
    droit = staticmethod(peut_composer_rapports)
    form_class = PreparationRapportForm
    titre = "Préparer un rapport d’évaluation"
    libelle_envoi = "Préparer"
    message = "Le brouillon est prêt : choisissez ses sections et écrivez vos commentaires."
    url_retour = reverse_lazy("evaluation:rapports")

    def get_initial(self) -> dict[str, Any]:
        return {"campagne": self.request.GET.get("campagne", "")}

    def executer(self, form: PreparationRapportForm) -> None:
        self.rapport = preparer_rapport(perimetre=self.request.perimetre, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("evaluation:rapport_composer", args=[self.rapport.pk])


class RapportComposer(FormulaireMixin, FormView):
    """The form beside what it gives; « Actualiser l’aperçu » shows what is typed without writing it."""

    form_class = CompositionForm
    template_name = "evaluation/rapports/composer.html"
    titre = "Composer le rapport"
    message = "Le rapport est enregistré."

    @cached_property
    def rapport(self) -> Rapport:
        rapport = _rapport(self.request, self.kwargs["pk"])
        if not peut_composer_rapport(self.request.perimetre, rapport):
            raise PermissionDenied
        return rapport

    @cached_property
    def sections(self) -> list[Any]:
        return list(sections_de(self.rapport))

    @property
    def url_retour(self) -> str:
        return reverse("evaluation:rapport", args=[self.rapport.pk])

    def get_success_url(self) -> str:
        return reverse("evaluation:rapport_composer", args=[self.rapport.pk])

    def get_initial(self) -> dict[str, Any]:
        return {"titre": self.rapport.titre, "revision": self.rapport.revision}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"sections": self.sections}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if "apercu" not in request.POST:
            return super().post(request, *args, **kwargs)
        return self.render_to_response(self.get_context_data(form=self.get_form()))

    def executer(self, form: CompositionForm) -> None:
        composer_rapport(
            perimetre=self.request.perimetre,
            rapport=self.rapport,
            revision=form.cleaned_data["revision"],
            titre=form.cleaned_data["titre"],
            sections=form.saisies(),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context_data(**kwargs)
        essai = contenu_essaye(self.rapport, contexte["form"])
        return contexte | contexte_du_contenu(essai) | {"rapport": self.rapport}


@require_POST
def rapport_apercu(request: RequeteConnectee, pk: int) -> HttpResponse:
    """The preview alone, of what is typed: asked for by the script of the page."""
    rapport = _rapport(request, pk)
    if not peut_composer_rapport(request.perimetre, rapport):
        raise PermissionDenied
    form = CompositionForm(request.POST, perimetre=request.perimetre, sections=sections_de(rapport))
    return render(
        request, "evaluation/rapports/_apercu.html", contexte_du_contenu(contenu_essaye(rapport, form))
    )


def contenu_essaye(rapport: Rapport, form: CompositionForm) -> ContenuRapport:
    """The report as it would be; what is wrongly typed is left as it is written."""
    sections = list(form.sections)
    if form.is_bound:
        form.is_valid()
        rapport.titre = form.cleaned_data.get("titre") or rapport.titre
        with suppress(ValidationError):
            sections = appliquer(sections, form.saisies())
    return contenu_du_rapport(rapport, sections)


def contexte_du_contenu(contenu: ContenuRapport) -> dict[str, Any]:
    """What the templates of a report read, on screen."""
    return {
        "contenu": contenu,
        "rapport": contenu.rapport,
        "campagne": contenu.campagne,
        "parties": contenu.parties,
    }


class RapportBilan(FormulaireMixin, FormView):
    """Which meeting gives the report back."""

    form_class = BilanForm
    titre = "Rattacher la réunion bilan"
    libelle_envoi = "Rattacher"
    message = "C’est enregistré."

    @cached_property
    def rapport(self) -> Rapport:
        rapport = _rapport(self.request, self.kwargs["pk"])
        if not peut_rattacher_bilan(self.request.perimetre, rapport):
            raise PermissionDenied
        return rapport

    @property
    def url_retour(self) -> str:
        return reverse("evaluation:rapport", args=[self.rapport.pk])

    def get_success_url(self) -> str:
        return self.url_retour

    def get_initial(self) -> dict[str, Any]:
        return {"reunion": self.rapport.reunion_id}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"reunions": bilans_a_rattacher(self.rapport)}

    def executer(self, form: BilanForm) -> None:
        rattacher_bilan(perimetre=self.request.perimetre, rapport=self.rapport, **form.cleaned_data)


# --- Gestures -----------------------------------------------------------------------------------------


@require_POST
def rapport_projet(request: RequeteConnectee, pk: int, forme: str) -> HttpResponse:
    rapport = _rapport(request, pk)
    travail = preparer_projet(perimetre=request.perimetre, rapport=rapport, forme=_forme(forme))
    return redirect("socle:travail", travail.pk)


@require_POST
def rapport_emettre(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Drawn in the background, then frozen; why not, when it is refused."""
    rapport = _rapport(request, pk)
    travaux: list[Any] = []
    reponse = executer_geste(
        request,
        lambda: travaux.append(demander_emission(perimetre=request.perimetre, rapport=rapport)),
        message="Le rapport est en cours d’émission : vous serez averti.",
        retour=reverse("evaluation:rapport", args=[pk]),
    )
    return redirect("socle:travail", travaux[0].pk) if travaux else reponse


@require_POST
def rapport_abandonner(request: RequeteConnectee, pk: int) -> HttpResponse:
    rapport = _rapport(request, pk)
    return executer_geste(
        request,
        lambda: abandonner_rapport(perimetre=request.perimetre, rapport=rapport),
        message="Le brouillon est abandonné.",
        retour=reverse("evaluation:rapports"),
    )


@require_POST
def rapport_version(request: RequeteConnectee, pk: int) -> HttpResponse:
    """The next version of the report of the same campaign, with its comments."""
    rapport = _rapport(request, pk)
    suivants: list[Rapport] = []
    reponse = executer_geste(
        request,
        lambda: suivants.append(
            preparer_rapport(perimetre=request.perimetre, campagne=rapport.campagne, titre=rapport.titre)
        ),
        message="La nouvelle version est prête à écrire ; celle qui est émise reste.",
        retour=reverse("evaluation:rapport", args=[pk]),
    )
    return redirect("evaluation:rapport_composer", suivants[0].pk) if suivants else reponse


@require_POST
def synthese_publier(request: RequeteConnectee, pk: int) -> HttpResponse:
    rapport = _rapport(request, pk)
    return executer_geste(
        request,
        lambda: publier_synthese(perimetre=request.perimetre, rapport=rapport),
        message="La synthèse est publiée : ceux qui la lisent en sont avertis.",
        retour=reverse("evaluation:rapport", args=[pk]),
    )


@require_POST
def synthese_retirer(request: RequeteConnectee, pk: int) -> HttpResponse:
    rapport = _rapport(request, pk)
    return executer_geste(
        request,
        lambda: retirer_synthese(perimetre=request.perimetre, rapport=rapport),
        message="La synthèse est retirée : plus personne ne la lit dès maintenant.",
        retour=reverse("evaluation:rapport", args=[pk]),
    )


# --- Documents ----------------------------------------------------------------------------------------


@require_safe
def rapport_document(request: RequeteConnectee, pk: int, forme: str) -> HttpResponse:
    """The report or its slides, as issued."""
    if not peut_lire_rapports(request.perimetre):
        raise PermissionDenied
    fichier = getattr(_rapport(request, pk), FORMES[_forme(forme)])
    if fichier is None:
        raise Http404("Ce rapport n’est pas encore émis.")
    return reponse_fichier(fichier, en_ligne=True)


@require_safe
def rapport_annexe(request: RequeteConnectee, pk: int, format_: str) -> HttpResponse:
    """The figures of the campaign, those that the perimeter reads, one a line."""
    if not peut_lire_rapports(request.perimetre):
        raise PermissionDenied
    rapport = _rapport(request, pk)
    if format_ not in FORMATS_EXPORT:
        raise Http404("Ce format n’existe pas : choisissez CSV, XLSX ou ODS.")
    contenu = ecrire_annexe(rapport.campagne, request.perimetre, format_=format_)
    nom = nom_du_fichier(rapport, "annexe").replace(".pdf", f".{format_}")
    entete = content_disposition_header(True, nom) or "attachment"
    return HttpResponse(contenu, content_type=TYPES_MIME[format_], headers={"Content-Disposition": entete})


def _rapport(request: RequeteConnectee, pk: int) -> Rapport:
    return get_object_or_404(rapports_lus().dans_perimetre(request.perimetre), pk=pk)


def _forme(forme: str) -> str:
    if forme not in FORMES:
        raise Http404("Ce document n’existe pas.")
    return forme

"""Campaigns: the list, the page of one, its gestures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, FormView

from evaluation.enums import EtatCampagne
from evaluation.exports.mesures import COLONNES_MESURES, lignes_mesures
from evaluation.forms.campagnes import CampagneFiltre, CampagneForm, CampagneReglerForm
from evaluation.models import Campagne
from evaluation.permissions import (
    peut_analyser,
    peut_demander_saisies,
    peut_figer_campagne,
    peut_lire_campagnes,
    peut_mener_campagne,
    peut_ouvrir_campagnes,
    peut_saisir_des_mesures,
)
from evaluation.selectors.analyses import fils_d_analyses
from evaluation.selectors.campagnes import page_campagne
from evaluation.selectors.definitions import definitions
from evaluation.selectors.mesures import lire_mesures, lisibles
from evaluation.services.campagnes import CHAMPS, figer_campagne, modifier_campagne, ouvrir_campagne
from evaluation.services.campagnes_calcul import calculer_campagne, demander_calcul, est_longue
from evaluation.services.saisies_demandees import demander_saisies
from reseaux.models import CIO, AnneeScolaire, Departement
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.listes import FORMATS_EXPORT
from socle.pieces import documents_de
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran, lien
from socle.tableurs import TYPES_MIME, Colonne, ecrire_tableau
from socle.templatetags.cio import etiquette
from socle.views import FormulaireMixin, ListeView, PerimetreMixin, executer_geste

ETATS = dict(EtatCampagne.choices)


class CampagneListe(ListeView):
    """T0, T1… of the départements that one reads."""

    model = Campagne
    titre = "Campagnes d’évaluation"
    nom_objets = ("campagne", "campagnes")
    template_name = "evaluation/campagnes/liste.html"
    droit = staticmethod(peut_lire_campagnes)
    filterset_class = CampagneFiltre
    champs = (
        "pk",
        "code",
        "libelle",
        "departement__nom",
        "annee__code",
        "date_observation",
        "echeance",
        "etat",
        "figee_le",
    )
    colonnes = (
        ColonneEcran("Campagne", tri="code"),
        ColonneEcran("Département", tri="departement"),
        ColonneEcran("Année scolaire", tri="annee", insecable=True),
        ColonneEcran("Observée le", tri="date"),
        ColonneEcran("Saisies attendues jusqu’au"),
        ColonneEcran("État", tri="etat"),
    )
    tris = {
        "date": ("-date_observation", "departement__nom", "code"),
        "code": ("code", "departement__nom"),
        "departement": ("departement__nom", "-date_observation"),
        "annee": ("-annee__debut", "departement__nom", "code"),
        "etat": ("-etat", "-date_observation"),
    }
    colonnes_export = (
        Colonne("code", "Code", largeur=8),
        Colonne("libelle", "Campagne", largeur=40),
        Colonne("departement__nom", "Département"),
        Colonne("annee__code", "Année scolaire"),
        Colonne("date_observation", "Observée le", "date"),
        Colonne("echeance", "Saisies attendues jusqu’au", "date"),
        Colonne("etat", "État"),
        Colonne("figee_le", "Figée le", "date"),
        Colonne("empreinte", "Empreinte SHA-256", largeur=66),
    )
    vide_titre = "Aucune campagne"

    @property
    def vide_texte(self) -> str:  # type: ignore[override]  # depends on who reads
        if peut_ouvrir_campagnes(self.request.perimetre):
            return (
                "Ouvrez la campagne T0 : elle mesure l’état de départ, avant ce que l’expérimentation change."
            )
        return "L’IEN-IO, son adjoint ou le secrétaire général en ouvrira une."

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        base = reverse("evaluation:campagnes")
        return [
            (
                lien(f"{base}{c['pk']}/", f"{c['code']} – {c['libelle']}"),
                c["departement__nom"],
                c["annee__code"],
                c["date_observation"],
                c["echeance"],
                etiquette(c["etat"], ETATS[c["etat"]]),
            )
            for c in objets
        ]

    def exporter_lignes(self, queryset: QuerySet[Campagne]) -> Iterable[Sequence[Any]]:
        for *avant, etat, figee_le, empreinte in super().exporter_lignes(queryset):
            yield (*avant, ETATS[etat], figee_le, empreinte)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        peut = peut_ouvrir_campagnes(self.request.perimetre)
        return super().get_context_data(**kwargs) | {"peut_ouvrir": peut}


class CampagneMixin(PerimetreMixin):
    """A view of one campaign of the perimeter: `self.campagne`."""

    droit = staticmethod(peut_lire_campagnes)

    @cached_property
    def campagne(self) -> Campagne:
        return campagne_ou_404(self.request, self.kwargs["pk"])


def campagne_ou_404(request: Any, pk: int) -> Campagne:
    """Foreign or missing, it is the same."""
    if request.perimetre is None:
        raise Http404
    lues = Campagne.objects.dans_perimetre(request.perimetre)
    return get_object_or_404(lues.select_related("departement__academie", "annee"), pk=pk)


def cio_porte(perimetre: Perimetre) -> CIO | None:
    """The CIO of the habilitation worn, when it is one of a CIO."""
    if perimetre.cio_id is None or not perimetre.travaille_au_cio:
        return None
    return CIO.objects.filter(pk=perimetre.cio_id).first()


class CampagneDetail(PerimetreMixin, DetailView):
    """Each indicator at the département, its target, what it became; what is missing and who owes it."""

    droit = staticmethod(peut_lire_campagnes)
    queryset = Campagne.objects.select_related("departement", "annee").defer("departement__contour")
    context_object_name = "campagne"
    template_name = "evaluation/campagnes/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre, campagne = self.request.perimetre, self.object
        adresse = reverse("evaluation:campagne_mesures", args=[campagne.pk, "csv"]).removesuffix("csv/")
        return super().get_context_data(**kwargs) | {
            "page": page_campagne(campagne, perimetre),
            "peut_mener": peut_mener_campagne(perimetre, campagne),
            "peut_saisir": peut_saisir_des_mesures(perimetre, campagne),
            "peut_figer": peut_figer_campagne(perimetre, campagne),
            "peut_demander": peut_demander_saisies(perimetre, campagne),
            "liens_export": [{"libelle": f.upper(), "url": f"{adresse}{f}/"} for f in FORMATS_EXPORT],
            "fils": fils_d_analyses(campagne, perimetre),
            "peut_analyser": peut_analyser(perimetre, campagne, cio_porte(perimetre)),
            "pieces": documents_de(campagne, perimetre),
            "historique": historique(campagne)[:20],
        }


class CampagneOuvrir(FormulaireMixin, FormView):
    """T0 first, then the next one."""

    form_class = CampagneForm
    droit = staticmethod(peut_ouvrir_campagnes)
    titre = "Ouvrir une campagne d’évaluation"
    libelle_envoi = "Ouvrir la campagne"
    message = "La campagne est ouverte : lancez le calcul des indicateurs."
    url_retour = reverse_lazy("evaluation:campagnes")

    def get_initial(self) -> dict[str, Any]:
        annee = AnneeScolaire.objects.en_cours()
        connues = Campagne.objects.dans_perimetre(self.request.perimetre).count()
        return {"code": f"T{connues}", "annee": annee, "date_observation": timezone.localdate()}

    def executer(self, form: CampagneForm) -> None:
        perimetre = self.request.perimetre
        departement = get_object_or_404(Departement, pk=perimetre.departement_id)
        self.campagne = ouvrir_campagne(perimetre=perimetre, departement=departement, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("evaluation:campagne", args=[self.campagne.pk])


class CampagneRegler(CampagneMixin, FormulaireMixin, FormView):
    """Code, wording, day observed, due date of what is entered."""

    form_class = CampagneReglerForm
    template_name = "evaluation/campagnes/regler.html"
    titre = "Régler la campagne"
    message = "Les réglages de la campagne sont enregistrés."

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.perimetre is not None and not peut_mener_campagne(request.perimetre, self.campagne):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def url_retour(self) -> str:
        return reverse("evaluation:campagne", args=[self.campagne.pk])

    def get_success_url(self) -> str:
        return self.url_retour

    def get_initial(self) -> dict[str, Any]:
        actuels = {nom: getattr(self.campagne, nom) for nom in CHAMPS}
        return actuels | {"lue": self.campagne.etat_lu}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"campagne": self.campagne}

    def form_invalid(self, form: Any) -> HttpResponse:
        """Once told of what a colleague wrote, saving again is knowing."""
        if form.has_error(NON_FIELD_ERRORS, "depasse"):
            form.data = form.data.copy()
            form.data["lue"] = campagne_ou_404(self.request, self.campagne.pk).etat_lu
        return super().form_invalid(form)

    def executer(self, form: CampagneReglerForm) -> None:
        modifier_campagne(perimetre=self.request.perimetre, campagne=self.campagne, **form.cleaned_data)


# --- Gestures -----------------------------------------------------------------------------------------


@require_POST
def campagne_calculer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """At once, or in the background for a large département."""
    campagne = campagne_ou_404(request, pk)
    try:
        if est_longue(campagne):
            travail = demander_calcul(perimetre=request.perimetre, campagne=campagne)
            return redirect("socle:travail", travail.pk)
        bilan = calculer_campagne(perimetre=request.perimetre, campagne=campagne)
    except ValidationError as erreur:
        messages.error(request, " ".join(erreur.messages))
    else:
        messages.success(request, str(bilan))
    return redirect("evaluation:campagne", campagne.pk)


#: Gesture on a campaign → the service, and what is said once it is done.
GESTES = {
    "figer": (
        figer_campagne,
        "La campagne est figée : ses chiffres, ses définitions et ses sources ne changeront plus.",
    ),
    "demander-saisies": (
        demander_saisies,
        "C’est demandé : chaque responsable a un jalon dans le plan de travail, ses rappels partiront seuls.",
    ),
}


@require_POST
def campagne_geste(request: RequeteConnectee, pk: int, geste_campagne: str) -> HttpResponse:
    campagne = campagne_ou_404(request, pk)
    if geste_campagne not in GESTES:
        raise Http404("Ce geste n’existe pas.")
    service, message = GESTES[geste_campagne]
    return executer_geste(
        request,
        lambda: service(perimetre=request.perimetre, campagne=campagne),
        message=message,
        retour=reverse("evaluation:campagne", args=[campagne.pk]),
    )


@require_safe
def campagne_mesures(request: RequeteConnectee, pk: int, format_: Any) -> HttpResponse:
    """The table of the figures that one reads, a line a figure; it may be imported again."""
    campagne = campagne_ou_404(request, pk)
    if format_ not in FORMATS_EXPORT:
        raise Http404("Ce format n’existe pas.")
    mesures = lisibles(lire_mesures([campagne]), request.perimetre)
    lignes = lignes_mesures(campagne, mesures, definitions(campagne))
    nom = f"mesures-{campagne.code}-{campagne.departement.code}"
    return reponse_tableau(format_, f"Mesures {campagne.code}", nom, COLONNES_MESURES, lignes)


def reponse_tableau(format_: Any, titre: str, nom: str, colonnes: Any, lignes: Any) -> HttpResponse:
    """A spreadsheet, to save."""
    contenu = ecrire_tableau(format_, colonnes=colonnes, lignes=lignes, titre=titre)
    reponse = HttpResponse(contenu, content_type=TYPES_MIME[format_])
    disposition = content_disposition_header(True, f"{nom}.{format_}")
    reponse.headers["Content-Disposition"] = disposition or "attachment"
    return reponse

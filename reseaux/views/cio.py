"""CIO: the list, the page of one, its contact data."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, DetailView, UpdateView

from reseaux.exports import COLONNES_CIO
from reseaux.forms.cio import CIOFiltre, CIOForm, ContactCIOForm
from reseaux.models import CIO, AnneeScolaire
from reseaux.permissions import peut_administrer, peut_lire_perimetre, peut_modifier_cio
from reseaux.selectors.fiches import etablissements_du_secteur, reseaux_du_cio
from reseaux.selectors.historique import historique_lu
from reseaux.selectors.listes import cios_chiffres
from reseaux.services.cio import creer_cio, fermer_cio, modifier_cio, modifier_contact_cio, rouvrir_cio
from reseaux.signals import complements
from reseaux.views.tableaux import tableau_etablissements, tableau_reseaux
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran, adresses, lien
from socle.views import FormulaireMixin, ListeView, PerimetreMixin, executer_geste


class CIOListe(ListeView):
    model = CIO
    titre = "CIO"
    nom_objets = ("CIO", "CIO")
    filterset_class = CIOFiltre
    template_name = "reseaux/cio/liste.html"
    champs = (
        "pk",
        "nom",
        "uai",
        "commune",
        "departement__nom",
        "parent__nom",
        "est_ouvert",
        "nombre_etablissements",
        "nombre_reseaux",
    )
    tris = {
        "nom": ("nom",),
        "uai": ("uai",),
        "commune": ("commune", "nom"),
        "departement": ("departement__code", "nom"),
        "etablissements": ("-nombre_etablissements", "nom"),
        "reseaux": ("-nombre_reseaux", "nom"),
    }
    colonnes_export = COLONNES_CIO
    vide_titre = "Aucun CIO"
    vide_texte = "L’annuaire des CIO n’a pas encore été importé pour ce territoire."

    @cached_property
    def annee(self) -> AnneeScolaire | None:
        return AnneeScolaire.objects.en_cours()

    @property
    def colonnes(self) -> Sequence[ColonneEcran]:
        return (
            ColonneEcran("CIO", tri="nom"),
            ColonneEcran("UAI", tri="uai"),
            ColonneEcran("Commune", tri="commune"),
            ColonneEcran("Département", tri="departement"),
            ColonneEcran("Antenne de"),
            ColonneEcran("Établissements du secteur", tri="etablissements", nombre=True),
            ColonneEcran(f"Réseaux {self.annee or ''}".strip(), tri="reseaux", nombre=True),
            ColonneEcran("État"),
        )

    def get_queryset(self) -> QuerySet[CIO]:
        return cios_chiffres(super().get_queryset(), self.annee)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"peut_creer": peut_administrer(self.request.perimetre)}

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        objets = list(objets)
        for url, cio in zip(adresses("reseaux:cio", [c["pk"] for c in objets]), objets, strict=True):
            yield (
                lien(url, cio["nom"]),
                cio["uai"],
                cio["commune"],
                cio["departement__nom"],
                cio["parent__nom"],
                cio["nombre_etablissements"],
                cio["nombre_reseaux"],
                "ouvert" if cio["est_ouvert"] else "fermé",
            )


class CIODetail(PerimetreMixin, DetailView):
    """Contact, antennes, sector, réseaux of the year, and what the apps above know of the CIO."""

    queryset = CIO.objects.select_related("departement", "parent")
    context_object_name = "cio"
    template_name = "reseaux/cio/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cio, perimetre = self.object, self.request.perimetre
        annee = AnneeScolaire.objects.en_cours()
        return super().get_context_data(**kwargs) | {
            "annee": annee,
            "antennes": cio.antennes.dans_perimetre(perimetre).order_by("nom", "pk"),
            "etablissements": tableau_etablissements(
                "Établissements du secteur", etablissements_du_secteur(cio, perimetre)
            ),
            "reseaux": tableau_reseaux(reseaux_du_cio(cio, annee, perimetre)),
            "complements": complements(cio, perimetre),
            "historique": historique_lu(cio, perimetre),
            "peut_modifier": peut_modifier_cio(perimetre, cio),
            "peut_administrer": peut_administrer(perimetre),
            "peut_lire_perimetre": peut_lire_perimetre(perimetre),
        }


class CIOModifier(FormulaireMixin, UpdateView):
    """The contact data, by the CIO itself or the ADMIN."""

    model = CIO
    form_class = ContactCIOForm
    template_name = "reseaux/cio/formulaire.html"
    titre = "Modifier les coordonnées"
    message = "Les coordonnées du CIO sont enregistrées."

    def get_object(self, queryset: QuerySet[CIO] | None = None) -> CIO:
        cio = super().get_object(queryset)
        if not peut_modifier_cio(self.request.perimetre, cio):
            raise PermissionDenied
        return cio

    @property
    def url_retour(self) -> str:
        return reverse("reseaux:cio", args=(self.object.pk,))

    def get_success_url(self) -> str:
        return self.url_retour

    def executer(self, form: ContactCIOForm) -> None:
        # `form.instance` already carries what was typed: the service reads the row again.
        modifier_contact_cio(perimetre=self.request.perimetre, cio=self.object, contact=form.cleaned_data)


class CIOCreer(FormulaireMixin, CreateView):
    """A CIO that the annuaire does not know, an antenne, a point d'accueil."""

    model = CIO
    droit = staticmethod(peut_administrer)
    form_class = CIOForm
    template_name = "reseaux/cio/fiche.html"
    titre = "Enregistrer un CIO"
    message = "Le CIO est enregistré."
    url_retour = reverse_lazy("reseaux:cios")

    def executer(self, form: CIOForm) -> None:
        self.cio = creer_cio(perimetre=self.request.perimetre, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("reseaux:cio", args=(self.cio.pk,))


class CIOFiche(FormulaireMixin, UpdateView):
    """The whole record, by the ADMIN; the annuaire writes again what it knows at its next import."""

    model = CIO
    droit = staticmethod(peut_administrer)
    form_class = CIOForm
    template_name = "reseaux/cio/fiche.html"
    titre = "Modifier la fiche du CIO"
    message = "La fiche du CIO est enregistrée."

    @property
    def url_retour(self) -> str:
        return reverse("reseaux:cio", args=(self.object.pk,))

    def get_success_url(self) -> str:
        return self.url_retour

    def executer(self, form: CIOForm) -> None:
        # `form.instance` already carries what was typed: the service reads the row again.
        modifier_cio(perimetre=self.request.perimetre, cio=self.object, **form.cleaned_data)


#: Gesture on a CIO → the service, and what is said once it is done.
GESTES = {
    "fermer": (fermer_cio, "Le CIO est fermé : il n’est plus proposé nulle part, son historique reste."),
    "rouvrir": (rouvrir_cio, "Le CIO est rouvert."),
}


@require_POST
def cio_geste(request: RequeteConnectee, pk: int, geste: str) -> HttpResponse:
    """Closes a CIO on which nothing rests any more, or opens it again."""
    if not peut_administrer(request.perimetre):
        raise PermissionDenied
    cio = get_object_or_404(CIO.objects.dans_perimetre(request.perimetre), pk=pk)
    service, message = GESTES[geste]
    return executer_geste(
        request,
        lambda: service(perimetre=request.perimetre, cio=cio),
        message=message,
        retour=reverse("reseaux:cio", args=(cio.pk,)),
    )

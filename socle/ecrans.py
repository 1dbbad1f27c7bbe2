"""Screens of `socle`: mails sent, journal, notifications, long jobs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import DetailView, ListView

from socle.actions import actions_connues, libelle_action
from socle.consultations import noter_consultation
from socle.courriels import gardes_discretes, renvoyer_courriel
from socle.enums import EtatCourriel, EtatTravail
from socle.filters import FiltreListe
from socle.listes import Adresse
from socle.models import Courriel, EntreeJournal, Notification, TravailDeFond
from socle.notifications import marquer_lues
from socle.permissions import peut_renvoyer_courriel, peut_voir_courriels, peut_voir_journal
from socle.requetes import RequeteConnectee
from socle.selectors import alertes_des_files
from socle.tableaux import ColonneEcran, lien
from socle.tableurs import Colonne
from socle.templatetags.cio import etiquette
from socle.texte import normaliser_recherche
from socle.views import ListeView, PerimetreMixin, executer_geste, reponse_fichier

DATE = forms.DateInput
NON_MONTRE = "non montré"


def _le(instant: Any) -> str:
    """« 03/11/2026 14:05 », as read in Paris."""
    return f"{timezone.localtime(instant):%d/%m/%Y %H:%M}" if instant else "–"


# --- Mails -------------------------------------------------------------------------------------------


class FiltreCourriels(FiltreListe):
    q = filters.CharFilter(label="Objet ou destinataire", method="chercher")
    etat = filters.ChoiceFilter(label="État", choices=EtatCourriel.choices, empty_label="Tous")
    depuis = filters.DateFilter(label="Depuis le", field_name="cree_le", lookup_expr="date__gte", widget=DATE)
    jusqu_a = filters.DateFilter(label="Jusqu’au", field_name="cree_le", lookup_expr="date__lte", widget=DATE)

    def chercher(self, queryset: QuerySet[Courriel], _nom: str, texte: str) -> QuerySet[Courriel]:
        for mot in normaliser_recherche(texte).split():
            queryset = queryset.filter(recherche__contains=mot)
        return queryset


class Courriels(ListeView):
    """« Courriels émis »: everything the application wrote, and what became of it."""

    model = Courriel
    droit = staticmethod(peut_voir_courriels)
    template_name = "socle/courriels.html"
    titre = "Courriels émis"
    nom_objets = ("courriel", "courriels")
    filterset_class = FiltreCourriels
    colonnes = (
        ColonneEcran("Objet", tri="objet"),
        ColonneEcran("Destinataire", tri="destinataire"),
        ColonneEcran("Créé le", tri="date", insecable=True),
        ColonneEcran("État", tri="etat"),
    )
    champs = ("pk", "objet", "adresse", "cree_le", "etat")
    tris = {
        "recent": ("-cree_le",),
        "date": ("cree_le",),
        "objet": ("objet",),
        "destinataire": ("adresse",),
        "etat": ("etat",),
    }
    vide_texte = "Les messages écrits par l’application apparaîtront ici."

    def get_queryset(self) -> QuerySet[Courriel]:
        """`adresse`: told, or not (`declarer_garde`), in the order of the list as well."""
        tue = When(garde__in=gardes_discretes(), then=Value(NON_MONTRE))
        return (
            super()
            .get_queryset()
            .annotate(adresse=Case(tue, default=F("destinataire"), output_field=CharField()))
        )

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        for courriel in objets:
            yield (
                lien(reverse("socle:courriel", args=[courriel["pk"]]), courriel["objet"]),
                courriel["adresse"],
                _le(courriel["cree_le"]),
                etiquette(courriel["etat"], Courriel(etat=courriel["etat"]).libelle_etat),
            )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"alertes": alertes_des_files()}


class DetailCourriel(PerimetreMixin, DetailView):
    """One mail; a confidential one (password link) never shows its text, a discreet one its recipient, nor
    the error that may name him.
    """

    request: RequeteConnectee
    model = Courriel
    queryset = Courriel.objects.select_related("utilisateur", "piece").defer("piece__contenu")
    droit = staticmethod(peut_voir_courriels)
    template_name = "socle/courriel.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        est_discret = self.object.garde in gardes_discretes()
        if self.object.utilisateur and not est_discret:
            noter_consultation(self.request.perimetre, self.object.utilisateur, "Courriel reçu")
        peut_renvoyer = peut_renvoyer_courriel(self.request.perimetre, self.object)
        return super().get_context_data(**kwargs) | {
            "peut_renvoyer": peut_renvoyer,
            "est_discret": est_discret,
        }


@require_GET
def courriel_piece(request: RequeteConnectee, pk: int) -> HttpResponse:
    """What was attached; never that of a confidential mail."""
    courriels = Courriel.objects.select_related("piece").filter(confidentiel=False, piece__isnull=False)
    return reponse_fichier(_objet_ou_404(courriels, request, pk).piece)


@require_POST
def courriel_renvoyer(request: RequeteConnectee, pk: int) -> HttpResponse:
    courriel = _objet_ou_404(Courriel.objects.all(), request, pk)
    return executer_geste(
        request,
        lambda: renvoyer_courriel(courriel=courriel, perimetre=request.perimetre),
        message="Le courriel est remis dans la file d’envoi.",
        retour=reverse("socle:courriel", args=[pk]),
    )


# --- Journal -----------------------------------------------------------------------------------------


class FiltreJournal(FiltreListe):
    q = filters.CharFilter(label="Objet, auteur ou qualité", method="chercher")
    action = filters.ChoiceFilter(
        label="Action",
        choices=lambda: sorted(actions_connues().items(), key=lambda a: a[1]),
        empty_label="Toutes",
    )
    depuis = filters.DateFilter(label="Depuis le", field_name="le", lookup_expr="date__gte", widget=DATE)
    jusqu_a = filters.DateFilter(label="Jusqu’au", field_name="le", lookup_expr="date__lte", widget=DATE)

    def chercher(self, queryset: QuerySet[EntreeJournal], _nom: str, texte: str) -> QuerySet[EntreeJournal]:
        for mot in normaliser_recherche(texte).split():
            queryset = queryset.filter(
                Q(recherche__contains=mot) | Q(auteur__nom__icontains=mot) | Q(auteur__prenom__icontains=mot)
            )
        return queryset


class Journal(ListeView):
    """Who did what. The export leaves the free text (the reason) out."""

    model = EntreeJournal
    droit = staticmethod(peut_voir_journal)
    titre = "Journal"
    nom_objets = ("entrée", "entrées")
    filterset_class = FiltreJournal
    colonnes = (
        ColonneEcran("Date", tri="date", insecable=True),
        ColonneEcran("Action", tri="action"),
        ColonneEcran("Objet"),
        ColonneEcran("Auteur"),
        ColonneEcran("En qualité de"),
    )
    champs = ("pk", "le", "action", "objet_libelle", "auteur__prenom", "auteur__nom", "habilitation_libelle")
    tris = {"recent": ("-le",), "date": ("le",), "action": ("action",)}
    colonnes_export = (
        Colonne("le", "Date"),
        Colonne("action", "Action"),
        Colonne("objet", "Objet"),
        Colonne("auteur", "Auteur"),
        Colonne("qualite", "En qualité de"),
    )
    vide_texte = "Chaque acte du service laissera ici sa trace."

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        for entree in objets:
            date, *reste = _ligne_journal(entree)
            yield (lien(reverse("socle:entree_journal", args=[entree["pk"]]), date), *reste)

    def exporter_lignes(self, queryset: QuerySet[Any]) -> Iterable[Sequence[Any]]:
        return map(_ligne_journal, queryset.values(*self.champs).iterator(2000))


def _ligne_journal(entree: Mapping[str, Any]) -> tuple[str, ...]:
    auteur = f"{entree['auteur__prenom']} {entree['auteur__nom'].upper()}" if entree["auteur__nom"] else "–"
    return (
        _le(entree["le"]),
        libelle_action(entree["action"]),
        entree["objet_libelle"],
        auteur,
        entree["habilitation_libelle"],
    )


class DetailEntreeJournal(PerimetreMixin, DetailView):
    """One entry, before and after."""

    model = EntreeJournal
    droit = staticmethod(peut_voir_journal)
    queryset = EntreeJournal.objects.select_related("auteur")
    template_name = "socle/entree_journal.html"


# --- Notifications -----------------------------------------------------------------------------------


class Notifications(PerimetreMixin, ListView):
    """My notifications, newest first."""

    model = Notification
    queryset = Notification.objects.order_by("-cree_le", "-pk")
    template_name = "socle/notifications.html"
    paginate_by = 50

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"pages": Adresse(self.request.GET).pages(context["page_obj"])}


@require_POST
def notification_lire(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Marks one as read and leads to the page that it speaks of."""
    notification = _objet_ou_404(Notification.objects.all(), request, pk)
    marquer_lues(utilisateur_id=request.user.pk, pk=pk)
    return redirect(notification.url or "socle:notifications")


@require_POST
def notifications_lire(request: RequeteConnectee) -> HttpResponse:
    marquer_lues(utilisateur_id=request.user.pk)
    return redirect("socle:notifications")


# --- Long jobs ---------------------------------------------------------------------------------------


class Travaux(ListeView):
    """My long jobs: exports and imports that take more than a moment."""

    model = TravailDeFond
    titre = "Mes travaux"
    nom_objets = ("travail", "travaux")
    colonnes = (
        ColonneEcran("Travail", cle="titre", lien="socle:travail"),
        ColonneEcran("Demandé le", tri="date"),
        ColonneEcran("État", tri="etat"),
    )
    champs = ("pk", "titre", "cree_le", "etat")
    tris = {"recent": ("-cree_le",), "date": ("cree_le",), "etat": ("etat",)}
    vide_texte = (
        "Les exports et les imports volumineux que vous lancerez apparaîtront ici, avec leur résultat."
    )

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        for travail in objets:
            yield (
                lien(reverse("socle:travail", args=[travail["pk"]]), travail["titre"]),
                _le(travail["cree_le"]),
                etiquette(travail["etat"], EtatTravail(travail["etat"]).label),
            )


class Travail(PerimetreMixin, DetailView):
    """Progress of one job; it moves by itself with a script, by reloading without."""

    model = TravailDeFond
    template_name = "socle/travail.html"
    context_object_name = "travail"


@require_GET
def travail_etat(request: RequeteConnectee, pk: int) -> JsonResponse:
    """What the progress bar asks every second and a half."""
    travail = _objet_ou_404(TravailDeFond.objects.defer("parametres"), request, pk)
    return JsonResponse(
        {"pourcentage": travail.pourcentage, "message": travail.message, "fini": travail.est_fini}
    )


@require_GET
def travail_resultat(request: RequeteConnectee, pk: int) -> HttpResponse:
    """The file, for its owner wearing the habilitation, still in force, that asked for it."""
    travail = _objet_ou_404(TravailDeFond.objects.select_related("resultat"), request, pk)
    if travail.resultat is None:
        raise Http404
    return reponse_fichier(travail.resultat)


def _objet_ou_404(queryset: Any, request: RequeteConnectee, pk: int) -> Any:
    """The object if the worn habilitation may see it; nobody sees anything without one."""
    if request.perimetre is None:
        raise Http404
    return get_object_or_404(queryset.dans_perimetre(request.perimetre), pk=pk)

"""Accounts and habilitations, by the ADMIN; the switch of the worn habilitation, by everyone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView

from comptes.enums import Role
from comptes.models import Utilisateur
from comptes.permissions import peut_desactiver
from comptes.selectors import identite_externe_de, second_facteur_de
from comptes.services.comptes import (
    corriger_nom,
    desactiver_utilisateur,
    reactiver_utilisateur,
    reinitialiser,
)
from comptes.services.identite import delier
from comptes.services.second_facteur import reinitialiser_second_facteur
from reseaux.exports import COLONNES_HABILITATIONS, lignes_lisibles
from reseaux.forms.habilitations import (
    AccesForm,
    CompteFiltre,
    HabilitationFiltre,
    HabilitationForm,
    NomForm,
    RevocationForm,
)
from reseaux.models import Habilitation
from reseaux.perimetre import CLE_SESSION
from reseaux.permissions import peut_administrer
from reseaux.selectors.habilitations import (
    comptes_administres,
    comptes_chiffres,
    habilitations_situees,
    historique_du_compte,
)
from reseaux.services.habilitations import (
    accorder_habilitation,
    ouvrir_acces,
    porter_habilitation,
    revoquer_habilitation,
)
from reseaux.views.tableaux import tableau_habilitations
from socle.consultations import noter_consultation
from socle.requetes import RequeteConnectee
from socle.selectors import alertes_des_files
from socle.tableaux import ColonneEcran, lien
from socle.views import FormulaireMixin, ListeView, PerimetreMixin, executer_geste

ROLES = dict(Role.choices)


class HabilitationListe(ListeView):
    """Who holds what, territory by territory."""

    model = Habilitation
    droit = staticmethod(peut_administrer)
    titre = "Habilitations"
    nom_objets = ("habilitation", "habilitations")
    filterset_class = HabilitationFiltre
    template_name = "reseaux/habilitations/liste.html"
    colonnes = (
        ColonneEcran("Personne", tri="personne"),
        ColonneEcran("Rôle", tri="role"),
        ColonneEcran("Territoire", tri="territoire"),
        ColonneEcran("Département", tri="departement"),
        ColonneEcran("Du", tri="debut"),
        ColonneEcran("Au", tri="fin"),
        ColonneEcran("Situation"),
        ColonneEcran("Révocation"),
    )
    champs = (
        "pk",
        "utilisateur",
        "utilisateur__prenom",
        "utilisateur__nom",
        "role",
        "territoire_nom",
        "territoire_departement",
        "date_debut",
        "date_fin",
        "situation",
    )
    tris = {
        "territoire": ("territoire_nom", "role"),
        "personne": ("utilisateur__nom", "utilisateur__prenom"),
        "role": ("role", "territoire_nom"),
        "departement": ("territoire_departement", "territoire_nom"),
        "debut": ("-date_debut",),
        "fin": ("date_fin",),
    }
    colonnes_export = COLONNES_HABILITATIONS
    vide_titre = "Aucune habilitation"
    vide_texte = "Ouvrez un premier accès : la personne reçoit un lien pour choisir son mot de passe."
    vide_url = reverse_lazy("reseaux:compte_creer")
    vide_lien = "Ouvrir un accès"

    def get_queryset(self) -> QuerySet[Habilitation]:
        return habilitations_situees(super().get_queryset())

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        for h in objets:
            revocable = h["situation"] in ("en vigueur", "à venir")
            yield (
                lien(
                    reverse("reseaux:compte", args=(h["utilisateur"],)),
                    f"{h['utilisateur__prenom']} {h['utilisateur__nom'].upper()}",
                ),
                ROLES[h["role"]],
                h["territoire_nom"],
                h["territoire_departement"],
                h["date_debut"],
                h["date_fin"],
                h["situation"],
                lien(reverse("reseaux:habilitation_revoquer", args=(h["pk"],)), "Révoquer")
                if revocable
                else "",
            )

    def exporter_lignes(self, queryset: QuerySet[Habilitation]) -> Iterable[Sequence[Any]]:
        return lignes_lisibles(queryset, COLONNES_HABILITATIONS)


#: As the person reads it in « Qui a consulté vos données ».
PAGE_CONSULTEE = "Compte"


class ComptesAdministresMixin(PerimetreMixin):
    """Accounts have no perimeter of their own: the habilitations in the académie give it."""

    droit = staticmethod(peut_administrer)

    def get_queryset(self) -> QuerySet[Utilisateur]:
        return comptes_administres(self.request.perimetre)


class CompteListe(ComptesAdministresMixin, ListeView):
    model = Utilisateur
    titre = "Comptes"
    nom_objets = ("compte", "comptes")
    filterset_class = CompteFiltre
    template_name = "reseaux/habilitations/comptes.html"
    colonnes = (
        ColonneEcran("Personne", tri="nom"),
        ColonneEcran("Adresse électronique", tri="courriel"),
        ColonneEcran("Habilitations en vigueur", tri="habilitations", nombre=True),
        ColonneEcran("Dernière connexion", tri="connexion"),
        ColonneEcran("Compte"),
    )
    champs = ("pk", "prenom", "nom", "courriel", "nombre_habilitations", "last_login", "is_active")
    tris = {
        "nom": ("nom", "prenom"),
        "courriel": ("courriel",),
        "habilitations": ("-nombre_habilitations", "nom"),
        "connexion": ("-last_login", "nom"),
    }

    def get_queryset(self) -> QuerySet[Utilisateur]:
        return comptes_chiffres(super().get_queryset())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The home page of the ADMIN: a queue that has stalled is told here first."""
        return super().get_context_data(**kwargs) | {"alertes": alertes_des_files()}

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        base = reverse("reseaux:comptes")
        for c in objets:
            yield (
                lien(f"{base}{c['pk']}/", f"{c['prenom']} {c['nom'].upper()}"),
                c["courriel"],
                c["nombre_habilitations"],
                c["last_login"].date() if c["last_login"] else "jamais",
                "actif" if c["is_active"] else "désactivé",
            )


class CompteDetail(ComptesAdministresMixin, DetailView):
    model = Utilisateur
    context_object_name = "compte"
    template_name = "reseaux/habilitations/compte.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        compte, perimetre = self.object, self.request.perimetre
        noter_consultation(perimetre, compte, PAGE_CONSULTEE)
        habilitations = Habilitation.objects.dans_perimetre(perimetre).filter(utilisateur=compte)
        return super().get_context_data(**kwargs) | {
            "habilitations": tableau_habilitations(
                habilitations_situees(habilitations).order_by("-date_debut", "-pk")
            ),
            "historique": historique_du_compte(compte, habilitations),
            "peut_desactiver": peut_desactiver(perimetre, compte),
            "second_facteur": second_facteur_de(compte),
            "identite_externe": identite_externe_de(compte),
            "fournisseur": settings.OIDC_NOM,
        }


class CompteMixin(FormulaireMixin):
    """A form about one account."""

    droit = staticmethod(peut_administrer)

    @cached_property
    def compte(self) -> Utilisateur:
        return get_object_or_404(comptes_administres(self.request.perimetre), pk=self.kwargs["pk"])

    @property
    def url_retour(self) -> str:
        return reverse("reseaux:compte", args=(self.compte.pk,))

    def get_success_url(self) -> str:
        return self.url_retour


class CompteCreer(FormulaireMixin, FormView):
    """Opens an account with its first habilitation; the mail to the person leaves at once."""

    droit = staticmethod(peut_administrer)
    form_class = AccesForm
    template_name = "reseaux/habilitations/formulaire.html"
    titre = "Ouvrir un accès"
    libelle_envoi = "Ouvrir l’accès"
    message = "L’accès est ouvert : la personne en est prévenue par courriel."
    url_retour = reverse_lazy("reseaux:comptes")

    def executer(self, form: AccesForm) -> None:
        self.habilitation = ouvrir_acces(
            perimetre=self.request.perimetre, **form.identite, **form.habilitation
        )

    def get_success_url(self) -> str:
        return reverse("reseaux:compte", args=(self.habilitation.utilisateur_id,))


class CompteCorriger(CompteMixin, FormView):
    """The name of a person, which only the ADMIN may mend."""

    form_class = NomForm
    template_name = "reseaux/habilitations/nom.html"
    titre = "Corriger le nom"
    message = "Le nom est corrigé."

    def get_initial(self) -> dict[str, Any]:
        return {"prenom": self.compte.prenom, "nom": self.compte.nom}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"compte": self.compte}

    def executer(self, form: NomForm) -> None:
        corriger_nom(perimetre=self.request.perimetre, utilisateur=self.compte, **form.cleaned_data)


class HabilitationAccorder(CompteMixin, FormView):
    """One more habilitation for an account."""

    form_class = HabilitationForm
    template_name = "reseaux/habilitations/formulaire.html"
    libelle_envoi = "Accorder l’habilitation"
    message = "L’habilitation est accordée : la personne en est prévenue par courriel."

    @property
    def titre(self) -> str:
        return f"Accorder une habilitation à {self.compte}"

    def executer(self, form: HabilitationForm) -> None:
        accorder_habilitation(perimetre=self.request.perimetre, utilisateur=self.compte, **form.habilitation)


class HabilitationRevoquer(FormulaireMixin, FormView):
    """Says what will stop, asks for a confirmation, then revokes."""

    droit = staticmethod(peut_administrer)
    form_class = RevocationForm
    template_name = "reseaux/habilitations/revoquer.html"
    titre = "Révoquer une habilitation"
    libelle_envoi = "Révoquer l’habilitation"
    message = "L’habilitation est révoquée : elle n’ouvre plus rien, dès maintenant."

    @cached_property
    def habilitation(self) -> Habilitation:
        visibles = Habilitation.objects.dans_perimetre(self.request.perimetre).pour_perimetre()
        return get_object_or_404(visibles, pk=self.kwargs["pk"])

    @property
    def url_retour(self) -> str:
        return reverse("reseaux:compte", args=(self.habilitation.utilisateur_id,))

    def get_success_url(self) -> str:
        return self.url_retour

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"habilitation": self.habilitation}

    def executer(self, form: RevocationForm) -> None:
        revoquer_habilitation(
            perimetre=self.request.perimetre,
            habilitation=self.habilitation,
            motif=form.cleaned_data["motif"],
        )


#: Gesture on an account → the service, and what is said once it is done.
GESTES = {
    "inviter": (reinitialiser, "Le lien de mot de passe est envoyé."),
    "reinitialiser": (
        reinitialiser_second_facteur,
        "Le second facteur est réinitialisé : la personne en est prévenue, ses sessions sont fermées.",
    ),
    "delier": (delier, "Le compte est délié de son identité : la personne en est prévenue."),
    "desactiver": (desactiver_utilisateur, "Le compte est désactivé : ses sessions sont fermées."),
    "reactiver": (reactiver_utilisateur, "Le compte est réactivé."),
}


@require_POST
def compte_geste(request: RequeteConnectee, pk: int, geste: str) -> HttpResponse:
    """Sends the password link again, resets the second factor, closes or reopens an account."""
    if not peut_administrer(request.perimetre):
        raise PermissionDenied
    compte = get_object_or_404(comptes_administres(request.perimetre), pk=pk)
    service, message = GESTES[geste]
    return executer_geste(
        request,
        lambda: service(perimetre=request.perimetre, utilisateur=compte),
        message=message,
        retour=reverse("reseaux:compte", args=(compte.pk,)),
    )


@require_POST
def porter(request: RequeteConnectee) -> HttpResponse:
    """Wears another of one's own habilitations in force; any other does not exist here."""
    demandee = request.POST.get("habilitation", "")
    habilitation = next((h for h in request.habilitations if str(h.pk) == demandee), None)
    if habilitation is None:
        raise Http404("Cette habilitation n’est pas la vôtre ou n’est plus en vigueur.")
    perimetre = porter_habilitation(habilitation=habilitation)
    request.session[CLE_SESSION] = habilitation.pk
    # Other rights, other key: what was caught of the former session is worth nothing.
    request.session.cycle_key()
    messages.success(request, f"Vous agissez désormais en qualité de : {perimetre.libelle}.")
    return redirect("accueil")

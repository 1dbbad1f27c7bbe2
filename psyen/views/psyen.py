"""The PsyEN file: list, page, identity, attachments, account."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView, UpdateView

from psyen.enums import Statut
from psyen.exports import COLONNES_PSYENS, lignes_psyens
from psyen.forms.psyen import CorrectionForm, IdentiteForm, PsyENFiltre, PsyENForm, RattachementForm
from psyen.models import PsyEN, Rattachement
from psyen.permissions import (
    peut_creer_psyen,
    peut_gerer_fiche,
    peut_gerer_psyen,
    peut_lire_fiche,
    peut_lister_psyens,
)
from psyen.selectors.controles import nombre
from psyen.selectors.presences import avec_rattachement
from psyen.services.psyen import (
    corriger_rattachement,
    enregistrer_psyen,
    modifier_identite,
    ouvrir_compte_psyen,
    rattacher,
)
from reseaux.permissions import peut_administrer
from socle.consultations import noter_consultation
from socle.journal import historique
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran
from socle.views import FormulaireMixin, ListeView, PerimetreMixin, executer_geste

STATUTS = dict(Statut.choices)
#: As the person reads it in « Qui a consulté vos données ».
PAGE_CONSULTEE = "Fiche de PsyEN"


class PsyENListe(ListeView):
    model = PsyEN
    droit = staticmethod(peut_lister_psyens)
    titre = "PsyEN"
    nom_objets = ("PsyEN", "PsyEN")
    filterset_class = PsyENFiltre
    template_name = "psyen/psyen/liste.html"
    colonnes = (
        ColonneEcran("Nom", "nom", tri="nom", lien="psyen:psyen"),
        ColonneEcran("Prénom", "prenom"),
        ColonneEcran("Statut", "statut", tri="statut"),
        ColonneEcran("CIO de rattachement", "actuel__cio__nom", tri="cio"),
        ColonneEcran("Quotité (%)", "actuel__quotite", tri="quotite", nombre=True),
        ColonneEcran("Depuis le", "actuel__date_debut", tri="depuis"),
    )
    champs = (
        "pk",
        "nom",
        "prenom",
        "statut",
        "actuel__cio__nom",
        "actuel__quotite",
        "actuel__date_debut",
    )
    tris = {
        "nom": ("nom", "prenom"),
        "statut": ("statut", "nom"),
        "cio": ("actuel__cio__nom", "nom"),
        "quotite": ("actuel__quotite", "nom"),
        "depuis": ("-actuel__date_debut", "nom"),
    }
    colonnes_export = COLONNES_PSYENS
    vide_titre = "Aucun PsyEN"
    vide_texte = "Chaque CIO enregistre ses PsyEN ; l’administrateur de l’académie peut aussi les importer."

    def get_queryset(self) -> QuerySet[PsyEN]:
        return avec_rattachement(super().get_queryset(), timezone.localdate())

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        return super().lignes([{**objet, **_lisible(objet)} for objet in objets])

    def exporter_lignes(self, queryset: QuerySet[PsyEN]) -> Iterable[Sequence[Any]]:
        return lignes_psyens(queryset, perimetre=self.request.perimetre)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"peut_creer": peut_creer_psyen(self.request.perimetre)}


def _lisible(psyen: Mapping[str, Any]) -> dict[str, str | None]:
    quotite = psyen["actuel__quotite"]
    return {
        "statut": STATUTS[psyen["statut"]],
        "actuel__quotite": None if quotite is None else nombre(quotite),
    }


class PsyENDetail(PerimetreMixin, DetailView):
    """Professional contact, statut, attachments; never a reason for anything."""

    model = PsyEN
    context_object_name = "psyen"
    template_name = "psyen/psyen/detail.html"

    def get_object(self, queryset: QuerySet[PsyEN] | None = None) -> PsyEN:
        psyen = super().get_object(queryset)
        if not peut_lire_fiche(self.request.perimetre, psyen):
            raise PermissionDenied
        noter_consultation(self.request.perimetre, psyen, PAGE_CONSULTEE)
        return psyen

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        psyen, perimetre = self.object, self.request.perimetre
        rattachements = psyen.rattachements.select_related("cio__departement").order_by("-date_debut", "pk")
        peut_gerer = peut_gerer_fiche(perimetre, psyen)
        return super().get_context_data(**kwargs) | {
            "rattachements": [(r, peut_gerer_psyen(perimetre, r.cio)) for r in rattachements],
            "peut_gerer": peut_gerer,
            "peut_ouvrir_compte": peut_administrer(perimetre) and psyen.utilisateur_id is None,
            "historique": historique(psyen).sans_actes_reserves() if peut_gerer else None,
        }


class PsyENCreer(FormulaireMixin, FormView):
    droit = staticmethod(peut_creer_psyen)
    form_class = PsyENForm
    template_name = "psyen/psyen/formulaire.html"
    titre = "Enregistrer un PsyEN"
    message = "Le PsyEN est enregistré."
    url_retour = reverse_lazy("psyen:psyens")

    def executer(self, form: PsyENForm) -> None:
        self.psyen = enregistrer_psyen(perimetre=self.request.perimetre, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("psyen:psyen", args=(self.psyen.pk,))


class FicheMixin(FormulaireMixin):
    """A form about one PsyEN of the file that one keeps."""

    template_name = "psyen/psyen/formulaire.html"

    @cached_property
    def psyen(self) -> PsyEN:
        psyen = get_object_or_404(PsyEN.objects.dans_perimetre(self.request.perimetre), pk=self.kwargs["pk"])
        if not peut_gerer_fiche(self.request.perimetre, psyen):
            raise PermissionDenied
        noter_consultation(self.request.perimetre, psyen, PAGE_CONSULTEE)
        return psyen

    @property
    def url_retour(self) -> str:
        return reverse("psyen:psyen", args=(self.psyen.pk,))

    def get_success_url(self) -> str:
        return self.url_retour

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"psyen": PsyEN.objects.get(pk=self.psyen.pk)}


class PsyENModifier(FicheMixin, UpdateView):
    model = PsyEN
    form_class = IdentiteForm
    titre = "Modifier la fiche"

    def get_object(self, queryset: QuerySet[PsyEN] | None = None) -> PsyEN:
        return self.psyen

    def executer(self, form: IdentiteForm) -> None:
        # The form has written on its own instance: the service starts from the row.
        psyen = PsyEN.objects.get(pk=self.psyen.pk)
        modifier_identite(perimetre=self.request.perimetre, psyen=psyen, **form.cleaned_data)


class RattachementCreer(FicheMixin, FormView):
    """Another CIO or another quotité from a day on; the attachment in progress ends the day before."""

    form_class = RattachementForm
    titre = "Nouveau rattachement"
    message = "Le rattachement est enregistré ; le précédent prend fin la veille."

    def executer(self, form: RattachementForm) -> None:
        rattacher(perimetre=self.request.perimetre, psyen=self.psyen, **form.cleaned_data)


class RattachementCorriger(FicheMixin, FormView):
    """Mends an attachment, or gives it its end."""

    form_class = CorrectionForm
    titre = "Corriger le rattachement"
    message = "Le rattachement est corrigé."

    @cached_property
    def rattachement(self) -> Rattachement:
        siens = self.psyen.rattachements.select_related("cio__departement", "psyen")
        rattachement = get_object_or_404(siens, pk=self.kwargs["rattachement"])
        if not peut_gerer_psyen(self.request.perimetre, rattachement.cio):
            raise PermissionDenied
        return rattachement

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"rattachement": self.rattachement}

    def executer(self, form: CorrectionForm) -> None:
        corriger_rattachement(
            perimetre=self.request.perimetre, rattachement=self.rattachement, **form.cleaned_data
        )


@require_POST
def psyen_compte(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Opens the account by which the PsyEN reads his own file."""
    psyen = get_object_or_404(PsyEN.objects.dans_perimetre(request.perimetre), pk=pk)
    return executer_geste(
        request,
        lambda: ouvrir_compte_psyen(perimetre=request.perimetre, psyen=psyen),
        message="Le compte est ouvert : la personne en est prévenue par courriel.",
        retour=reverse("psyen:psyen", args=(psyen.pk,)),
    )

"""Arrêtés: the list, the page of one, its documents, the model of the département."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import DetailView, FormView

from comptes.enums import Role
from psyen.documents import dessiner_extrait_etablissement, dessiner_extrait_psyen, dessiner_projet
from psyen.enums import EtatRepartition, NatureArrete
from psyen.forms.decision import ArreteFiltre, ModeleArreteForm
from psyen.models import Affectation, Arrete, ModeleArrete, Repartition, Service
from psyen.permissions import peut_configurer_arretes, peut_configurer_des_arretes, peut_lire_arretes
from psyen.selectors.versions import histoire_lisible
from psyen.services.arretes import produire_document
from psyen.services.decision import configurer_arretes
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran, lien
from socle.tableurs import Colonne
from socle.views import FormulaireMixin, ListeView, PerimetreMixin, reponse_fichier

NATURES = dict(NatureArrete.choices)


class ArreteListe(ListeView):
    model = Arrete
    titre = "Arrêtés"
    nom_objets = ("arrêté", "arrêtés")
    template_name = "psyen/arretes/liste.html"
    droit = staticmethod(peut_lire_arretes)
    filterset_class = ArreteFiltre
    champs = (
        "pk",
        "numero",
        "nature",
        "repartition__cio__nom",
        "repartition__annee__code",
        "date_signature",
        "repartition__date_effet",
    )
    colonnes = (
        ColonneEcran("Numéro", tri="numero"),
        ColonneEcran("Nature"),
        ColonneEcran("CIO", tri="cio"),
        ColonneEcran("Année scolaire", tri="annee", insecable=True),
        ColonneEcran("Signé le", tri="signature"),
        ColonneEcran("Effet au", tri="effet"),
    )
    tris = {
        "signature": ("-date_signature", "-rang"),
        "numero": ("annee_civile", "rang"),
        "cio": ("repartition__cio__nom", "-date_signature", "-rang"),
        "annee": ("-repartition__annee__debut", "repartition__cio__nom", "-rang"),
        "effet": ("-repartition__date_effet", "-rang"),
    }
    colonnes_export = (
        Colonne("numero", "Numéro"),
        Colonne("nature", "Nature"),
        Colonne("repartition__cio__nom", "CIO"),
        Colonne("repartition__annee__code", "Année scolaire"),
        Colonne("date_signature", "Signé le", type="date"),
        Colonne("repartition__date_effet", "Effet au", type="date"),
        Colonne("signataire", "Signataire"),
        Colonne("fichier__sha256", "Empreinte SHA-256"),
    )
    vide_titre = "Aucun arrêté"
    vide_texte = "Un arrêté naît de la décision du DASEN sur une répartition proposée."

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        # One reverse for the page, not one per row.
        base = reverse("psyen:arretes")
        return [
            (
                lien(f"{base}{a['pk']}/", a["numero"]),
                NATURES[a["nature"]],
                a["repartition__cio__nom"],
                a["repartition__annee__code"],
                a["date_signature"],
                a["repartition__date_effet"],
            )
            for a in objets
        ]

    def exporter_lignes(self, queryset: QuerySet[Arrete]) -> Iterable[Sequence[Any]]:
        for numero, nature, *reste in super().exporter_lignes(queryset):
            yield (numero, NATURES[nature], *reste)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        peut = peut_configurer_des_arretes(self.request.perimetre)
        return super().get_context_data(**kwargs) | {"peut_configurer": peut}


class ArreteDetail(PerimetreMixin, DetailView):
    """What the arrêté is, its document and the proof that it did not change."""

    droit = staticmethod(peut_lire_arretes)
    queryset = Arrete.objects.select_related(
        "repartition__cio", "repartition__annee", "departement", "modifie", "fichier"
    ).defer("fichier__contenu")
    context_object_name = "arrete"
    template_name = "psyen/arretes/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "modificatifs": self.object.modificatifs.order_by("date_signature", "pk"),
            "historique": histoire_lisible(self.object.repartition, self.request.perimetre),
        }


@require_http_methods(["GET", "HEAD", "POST"])
def arrete_document(request: RequeteConnectee, pk: int) -> HttpResponse:
    """The stored PDF, the same bytes each time; by POST, drawn on the spot when the worker is late."""
    if not peut_lire_arretes(request.perimetre):
        raise PermissionDenied
    arretes = Arrete.objects.dans_perimetre(request.perimetre).select_related("fichier")
    arrete = get_object_or_404(arretes, pk=pk)
    if arrete.fichier is None and request.method != "POST":
        messages.info(request, "Le document de cet arrêté est en cours de mise en page.")
        return redirect("psyen:arrete", pk)
    return reponse_fichier(arrete.fichier or produire_document(arrete=arrete), en_ligne=True)


@require_safe
def projet(request: RequeteConnectee, pk: int) -> HttpResponse:
    """What the arrêté would be, for whoever reads the répartition; once taken, the arrêté itself."""
    repartitions = Repartition.objects.dans_perimetre(request.perimetre)
    repartition = get_object_or_404(
        repartitions.select_related("cio__departement", "annee", "derivee_de__annee", "arrete"), pk=pk
    )
    if repartition.est_arretee:
        return redirect("psyen:arrete", repartition.arrete.pk)
    return _pdf(dessiner_projet(repartition), f"projet-{slugify(str(repartition))}.pdf")


@require_safe
def arrete_extrait(request: RequeteConnectee, pk: int) -> HttpResponse:
    """What an arrêté says of one's own school (chef d'établissement) or of oneself (PsyEN)."""
    perimetre = request.perimetre
    if not perimetre.est(Role.CHEF_ETABLISSEMENT, Role.PSYEN):
        raise PermissionDenied("Vous lisez l’arrêté entier dans « Arrêtés ».")
    arretes = Arrete.objects.select_related(
        "repartition__cio__departement", "repartition__annee", "repartition__derivee_de"
    )
    arrete = arretes.filter(pk=pk).first()
    if arrete is None:
        raise Http404
    if perimetre.est(Role.PSYEN):
        service = get_object_or_404(
            Service.objects.dans_perimetre(perimetre), repartition=arrete.repartition_id
        )
        return _pdf(dessiner_extrait_psyen(arrete, service.psyen_id), f"extrait-{arrete.numero}.pdf")
    if not _concerne_l_etablissement(arrete, perimetre.etablissement_id):
        raise Http404
    etablissement = perimetre.habilitation.etablissement
    return _pdf(dessiner_extrait_etablissement(arrete, etablissement), f"extrait-{arrete.numero}.pdf")


def _concerne_l_etablissement(arrete: Arrete, etablissement_id: int) -> bool:
    """Half-days in it, or taken away by it."""
    versions = [pk for pk in (arrete.repartition_id, arrete.repartition.derivee_de_id) if pk]
    return Affectation.objects.filter(
        service__repartition__in=versions, etablissement=etablissement_id
    ).exists()


def _pdf(contenu: bytes, nom: str) -> HttpResponse:
    entete = content_disposition_header(as_attachment=False, filename=nom) or "inline"
    return HttpResponse(contenu, content_type="application/pdf", headers={"Content-Disposition": entete})


# --- The model of the département ------------------------------------------------------------------


@require_safe
def modeles_arrete(request: RequeteConnectee) -> HttpResponse:
    """The only département one configures, or the choice of one (ADMIN)."""
    if not peut_configurer_des_arretes(request.perimetre):
        raise PermissionDenied
    departements = list(
        Departement.objects.dans_perimetre(request.perimetre)
        .select_related("modele_arrete")
        .order_by("code", "pk")
    )
    if len(departements) == 1:
        return redirect("psyen:modele_arrete", departements[0].code)
    return render(request, "psyen/arretes/modeles.html", {"departements": departements})


class ModeleArreteView(FormulaireMixin, FormView):
    """Visas and signatory of the arrêtés to come; « Aperçu » draws them before they are saved."""

    form_class = ModeleArreteForm
    template_name = "psyen/arretes/modele.html"
    droit = staticmethod(peut_configurer_des_arretes)
    titre = "Modèle d’arrêté"
    message = "Le modèle est enregistré : il vaut pour les arrêtés à venir."

    @cached_property
    def departement(self) -> Departement:
        departements = Departement.objects.dans_perimetre(self.request.perimetre)
        departement = get_object_or_404(departements, code=self.kwargs["code"])
        if not peut_configurer_arretes(self.request.perimetre, departement):
            raise PermissionDenied
        return departement

    def get_form_kwargs(self) -> dict[str, Any]:
        modele = ModeleArrete.objects.filter(departement=self.departement).first()
        instance = modele or ModeleArrete(departement=self.departement)
        return super().get_form_kwargs() | {"instance": instance}

    def form_valid(self, form: ModeleArreteForm) -> HttpResponse:
        if "apercu" not in self.request.POST:
            return super().form_valid(form)
        repartition = _exemple(self.departement, self.request.perimetre)
        if repartition is None:
            form.add_error(None, "Aucune répartition n’existe encore dans ce département pour un aperçu.")
            return self.form_invalid(form)
        return _pdf(dessiner_projet(repartition, form.instance), "apercu.pdf")

    def executer(self, form: ModeleArreteForm) -> None:
        configurer_arretes(
            departement=self.departement, perimetre=self.request.perimetre, **form.cleaned_data
        )

    def get_success_url(self) -> str:
        return reverse("psyen:modele_arrete", args=[self.departement.code])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"departement": self.departement}


def _exemple(departement: Departement, perimetre: Perimetre) -> Repartition | None:
    """A real répartition to try the model on: the last proposed among those one reads."""
    return (
        Repartition.objects.dans_perimetre(perimetre)
        .filter(cio__departement=departement)
        .exclude(etat=EtatRepartition.BROUILLON)
        .select_related("cio__departement", "annee", "derivee_de__annee")
        .order_by("-proposee_le", "-pk")
        .first()
    )

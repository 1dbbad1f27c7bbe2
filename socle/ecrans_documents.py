"""Screens of the documents: deposit, next version, withdrawal, download, under the right of their object."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView

from socle.forms import DocumentForm, VersionForm
from socle.models import Document, VersionDocument
from socle.permissions import peut_deposer_documents, peut_lire_documents
from socle.pieces import deposer_document, nouvelle_version, retirer_document
from socle.porteurs import porteur_de, porteurs
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, executer_geste, reponse_fichier


class DepotMixin(FormulaireMixin):
    """The object is in the perimeter (404 otherwise) and takes documents from this person (403)."""

    template_name = "socle/document_deposer.html"
    libelle_envoi = "Déposer"

    def trouver_objet(self) -> Any:
        raise NotImplementedError

    @cached_property
    def objet(self) -> Any:
        objet = self.trouver_objet()
        if not peut_deposer_documents(self.request.perimetre, objet):
            raise PermissionDenied
        return objet

    def get_form_kwargs(self) -> dict[str, Any]:
        _ = self.objet
        return super().get_form_kwargs()

    @property
    def url_retour(self) -> str:
        return page_de(self.objet)

    def get_success_url(self) -> str:
        return self.url_retour

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"objet": self.objet}


class DeposerDocument(DepotMixin, FormView):
    """A new document on any object that holds some."""

    form_class = DocumentForm
    titre = "Déposer un document"
    message = "Le document est déposé."

    def trouver_objet(self) -> Any:
        genres = {ContentType.objects.get_for_model(modele).pk: modele for modele in porteurs()}
        modele: Any = genres.get(self.kwargs["type"])
        if modele is None:
            raise Http404
        return get_object_or_404(
            modele._default_manager.dans_perimetre(self.request.perimetre), pk=self.kwargs["objet"]
        )

    def executer(self, form: DocumentForm) -> None:
        fichier = form.cleaned_data["fichier"]
        deposer_document(
            perimetre=self.request.perimetre,
            objet=self.objet,
            titre=form.cleaned_data["titre"],
            nom=fichier.name,
            contenu=fichier.read(),
        )


class NouvelleVersion(DepotMixin, FormView):
    """Replaces what is shown first; the former versions stay below."""

    form_class = VersionForm
    message = "La nouvelle version est déposée."

    @cached_property
    def document(self) -> Document:
        return document_ou_404(self.request, self.kwargs["pk"])

    @property
    def titre(self) -> str:
        return f"Nouvelle version : {self.document.titre}"

    def trouver_objet(self) -> Any:
        return self.document.objet

    def executer(self, form: VersionForm) -> None:
        fichier = form.cleaned_data["fichier"]
        nouvelle_version(
            perimetre=self.request.perimetre,
            document=self.document,
            nom=fichier.name,
            contenu=fichier.read(),
        )


@require_POST
def document_retirer(request: RequeteConnectee, pk: int) -> HttpResponse:
    document = document_ou_404(request, pk)
    return executer_geste(
        request,
        lambda: retirer_document(perimetre=request.perimetre, document=document),
        message=f"« {document.titre} » est retiré.",
        retour=page_de(document.objet),
    )


@require_safe
def document_version(request: RequeteConnectee, version: int) -> HttpResponse:
    """Always saved, never shown: what others deposited runs nowhere under our name."""
    if request.perimetre is None:
        raise Http404
    versions = VersionDocument.objects.dans_perimetre(request.perimetre)
    deposee = get_object_or_404(versions.select_related("fichier", "document"), pk=version)
    objet: Any = deposee.document.objet
    if not peut_lire_documents(request.perimetre, objet):
        raise PermissionDenied
    reponse = reponse_fichier(deposee.fichier)
    reponse.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return reponse


def document_ou_404(request: Any, pk: int) -> Document:
    if request.perimetre is None:
        raise Http404
    return get_object_or_404(Document.objects.dans_perimetre(request.perimetre), pk=pk)


def page_de(objet: Any) -> str:
    """Where the documents of an object are seen."""
    porteur = porteur_de(objet)
    return porteur.page(objet) if porteur and porteur.page else reverse("accueil")

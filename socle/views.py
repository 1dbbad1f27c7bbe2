"""Bases of the views: perimeter, lists, forms, gestures, downloads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import localize
from django.utils.functional import Promise, cached_property
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.generic import ListView
from django.views.generic.base import TemplateResponseMixin
from django.views.generic.edit import FormMixin

from socle.debit import compter_la_demande
from socle.filters import FiltreListe
from socle.listes import FORMATS_EXPORT, Adresse, PaginateurDirect, Tri
from socle.models import Fichier
from socle.tableaux import ColonneEcran, TableauEcran, cellules
from socle.tableurs import TYPES_MIME, Colonne, ecrire_tableau, flux_csv

#: Types that a browser may show instead of saving: they run no script.
TYPES_AFFICHABLES = frozenset({"application/pdf", "image/png", "text/plain"})


class PerimetreMixin:
    """The view starts from what the worn habilitation may see, and gives it to its form.

    Put before a generic view, which brings the methods that are called by `super()`.
    """

    # Any: a RequeteConnectee, but the stubs of the generic views hold to a plain HttpRequest.
    request: Any
    kwargs: dict[str, Any]
    #: Predicate on the perimeter alone, as `staticmethod(peut_x)`; False answers 403.
    droit: Callable[[Any], bool] | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.perimetre is None:
            return redirect("accueil")
        if self.droit is not None and not self.droit(request.perimetre):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # the generic view's

    def get_queryset(self) -> QuerySet[Any]:
        queryset = super().get_queryset()  # type: ignore[misc]  # the generic view's
        return queryset.dans_perimetre(self.request.perimetre)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()  # type: ignore[misc]  # the generic view's
        return kwargs | {"perimetre": self.request.perimetre}


class FormulaireMixin(PerimetreMixin, TemplateResponseMixin, FormMixin):
    """A form page (with `FormView`, `CreateView`, `UpdateView`): `executer` calls the service.

    A rule broken in the service (`ValidationError`) is shown in the form, beside its field when it names one.
    """

    # Django sends PUT to `post` too: a gesture has one door.
    http_method_names: Sequence[str] = ("get", "head", "options", "post")
    template_name = "composants/formulaire.html"
    libelle_envoi = "Enregistrer"
    message = "C’est enregistré."

    @property
    def titre(self) -> str:
        """A plain attribute in most views."""
        return ""

    @property
    def url_retour(self) -> str | Promise:
        """Where « Annuler » leads; a plain attribute when it depends on no object."""
        return ""

    def executer(self, form: Any) -> None:
        """Calls the service with the cleaned data."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.executer(form)
        except ValidationError as erreur:
            ajouter_erreurs(form, erreur)
            return self.form_invalid(form)
        messages.success(self.request, self.message)
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"titre": self.titre, "libelle_envoi": self.libelle_envoi, "url_retour": self.url_retour}
        return page | super().get_context_data(**kwargs)


class ListeView(PerimetreMixin, ListView):
    """A list: filters, sort, 50 per page, count, exports of exactly what is filtered.

    `get_queryset` stays a queryset of objects; the page reads only `champs`, as dicts.
    """

    template_name = "composants/liste.html"
    paginate_by = 50
    titre = ""
    #: Singular and plural, for the count: « 1 établissement », « 312 établissements ».
    nom_objets = ("résultat", "résultats")
    filterset_class: type[FiltreListe] | None = None
    #: Read by `.values()`; the keys of the columns and of their links.
    champs: Sequence[str] = ()
    #: Public name of a sort → ORM fields; the first one is the default. The unique key is added.
    tris: Mapping[str, tuple[str, ...]] = {}
    colonnes_export: Sequence[Colonne] = ()
    vide_titre = "Rien à afficher pour le moment"
    vide_texte = ""
    vide_url: str | Promise = ""
    vide_lien = ""

    @property
    def colonnes(self) -> Sequence[ColonneEcran]:
        """A plain attribute in most lists; a property where a title depends on the school year."""
        return ()

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.avertissements: list[str] = []
        self.object_list = self.filtrer().order_by(*self.tri.ordre(self.tris[self.tri.nom]))
        format_ = request.GET.get("format", "")
        if format_ in FORMATS_EXPORT and self.colonnes_export:
            return self.exporter(self.object_list, format_)
        if format_:
            self.avertissements.append("Ce format d’export n’existe pas : choisissez CSV, XLSX ou ODS.")
        return self.render_to_response(self.get_context_data())

    def lignes(self, objets: Iterable[Any]) -> Iterable[Sequence[Any]]:
        """Cells of the rows, in the order of the columns."""
        return cellules(self.colonnes, objets)

    def exporter_lignes(self, queryset: QuerySet[Any]) -> Iterable[Sequence[Any]]:
        """Rows of the export, read little by little; by default the keys of `colonnes_export` are fields."""
        return queryset.values_list(*(colonne.cle for colonne in self.colonnes_export)).iterator(2000)

    @cached_property
    def filtre(self) -> FiltreListe | None:
        if self.filterset_class is None:
            return None
        # No parameter at all, no validation: the plain list is the page most often asked for.
        donnees = self.request.GET or None
        return self.filterset_class(donnees, queryset=self.get_queryset(), request=self.request)

    def filtrer(self) -> QuerySet[Any]:
        if self.filtre is None:
            return self.get_queryset()
        resultat = self.filtre.qs
        self.avertissements += self.filtre.refus()
        return resultat

    @cached_property
    def tri(self) -> Tri:
        defaut = next(iter(self.tris))
        ecrit = self.request.GET.get("tri") or defaut
        tri = Tri.lire(ecrit, self.tris)
        if tri is None:
            self.avertissements.append("Ce tri n’existe pas : la liste est dans son ordre habituel.")
        return tri or Tri(defaut)

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Page, Any, bool]:
        """A page that does not exist shows the nearest one, and says so."""
        paginateur = PaginateurDirect(queryset, page_size, self.champs)
        demande = self.request.GET.get("page", "1")
        # isdecimal alone accepts digits of other scripts; a longer number cannot be a page.
        numero = int(demande) if demande.isascii() and demande.isdecimal() and len(demande) < 10 else 0
        voisine = min(max(numero, 1), paginateur.num_pages)
        if numero != voisine:
            self.avertissements.append(f"La page demandée n’existe pas : voici la page {voisine}.")
        page = paginateur.page(voisine)
        return paginateur, page, page.object_list, page.has_other_pages()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        adresse = Adresse(self.request.GET)
        page: Page = context["page_obj"]
        filtree = self.filtre is not None and self.filtre.est_actif
        return context | {
            "titre": self.titre,
            "filtre": self.filtre,
            "est_filtree": filtree,
            "url_sans_filtre": self.request.path,
            "tri": self.request.GET.get("tri", ""),
            "avertissements": self.avertissements,
            "resume": self.resume(page),
            "tableau": self.tableau(page, adresse) if page.paginator.count else None,
            "pages": adresse.pages(page),
            "liens_export": self.liens_export(adresse),
            "vide": self.vide(filtree),
        }

    def tableau(self, page: Page, adresse: Adresse) -> TableauEcran:
        liens_tri = dict(self.tri.liens(self.tris, adresse))
        return TableauEcran(self.titre, self.colonnes, self.lignes(page.object_list), liens_tri)

    def resume(self, page: Page) -> str:
        nombre = page.paginator.count
        texte = f"{localize(nombre)} {self.nom_objets[nombre > 1]}"
        if page.has_other_pages():
            texte += f", page {page.number} sur {page.paginator.num_pages}"
        return texte

    def liens_export(self, adresse: Adresse) -> list[dict[str, str]]:
        if not self.colonnes_export:
            return []
        return [{"libelle": f.upper(), "url": adresse.avec("format", f)} for f in FORMATS_EXPORT]

    def vide(self, filtree: bool) -> dict[str, str | Promise]:
        """What an empty list says, and what to do next."""
        if filtree:
            return {
                "titre": "Aucun résultat",
                "texte": "Rien ne correspond à ces filtres. Élargissez la recherche ou effacez les filtres.",
                "url": self.request.path,
                "lien": "Effacer les filtres",
            }
        return {
            "titre": self.vide_titre,
            "texte": self.vide_texte,
            "url": self.vide_url,
            "lien": self.vide_lien,
        }

    def exporter(self, queryset: QuerySet[Any], format_: Any) -> HttpResponseBase:
        lignes = self.exporter_lignes(queryset)
        nom = f"{slugify(self.titre)}-{timezone.localdate():%Y-%m-%d}.{format_}"
        if format_ == "csv":
            compter_la_demande()
            flux = flux_csv(colonnes=self.colonnes_export, lignes=lignes)
            response: HttpResponseBase = StreamingHttpResponse(flux, content_type=TYPES_MIME[format_])
        else:
            contenu = ecrire_tableau(format_, colonnes=self.colonnes_export, lignes=lignes, titre=self.titre)
            response = HttpResponse(contenu, content_type=TYPES_MIME[format_])
        response.headers["Content-Disposition"] = content_disposition_header(True, nom) or "attachment"
        return response


def ajouter_erreurs(form: Any, erreur: ValidationError) -> None:
    """Puts the errors of a service in a form; those on a field that it does not show go to the top."""
    if not hasattr(erreur, "error_dict"):
        form.add_error(None, erreur)
        return
    for champ, erreurs in erreur.error_dict.items():
        form.add_error(champ if champ in form.fields else None, erreurs)


def executer_geste(
    request: HttpRequest, geste: Callable[[], Any], *, message: str, retour: str
) -> HttpResponse:
    """Runs a POST gesture, says its result or why it is refused, and goes back to the page `retour`."""
    try:
        geste()
    except ValidationError as erreur:
        for texte in erreur.messages:
            messages.error(request, texte)
    else:
        messages.success(request, message)
    return redirect(retour)


def reponse_fichier(fichier: Fichier, *, en_ligne: bool = False) -> HttpResponse:
    """A stored file, saved under its name; shown in the browser when asked and harmless."""
    piece_jointe = not (en_ligne and fichier.type_mime in TYPES_AFFICHABLES)
    response = HttpResponse(bytes(fichier.contenu), content_type=fichier.type_mime)
    response.headers["Content-Disposition"] = (
        content_disposition_header(piece_jointe, fichier.nom) or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

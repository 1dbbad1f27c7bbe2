"""Import of the PsyEN file by whoever keeps it, and the empty file to fill in."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from psyen.enums import Statut
from psyen.exports import COLONNES_PSYENS
from psyen.forms.imports import ImportPsyENForm
from psyen.permissions import peut_creer_psyen
from psyen.services.import_psyen import importer_psyen, planifier_psyen
from socle.imports import Depot, PlanImport
from socle.listes import FORMATS_EXPORT
from socle.requetes import RequeteConnectee
from socle.tableurs import TYPES_MIME, ecrire_tableau
from socle.vues_import import ImportView


class ImporterPsyEN(ImportView):
    form_class = ImportPsyENForm
    template_name = "psyen/imports/psyen.html"
    droit = staticmethod(peut_creer_psyen)
    titre = "Importer les PsyEN"
    url_retour = reverse_lazy("psyen:psyens")

    def planifier(self, depot: Depot) -> PlanImport:
        return planifier_psyen(perimetre=self.request.perimetre, nom=depot.nom, contenu=depot.contenu)

    def appliquer(self, depot: Depot) -> tuple[str, str]:
        plan = importer_psyen(
            perimetre=self.request.perimetre,
            nom=depot.nom,
            contenu=depot.contenu,
            empreinte=depot.empreinte,
        )
        return f"Les PsyEN sont importés. {plan.resume()}", reverse("psyen:psyens")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        modeles = [(f.upper(), reverse("psyen:modele_psyen", args=[f])) for f in FORMATS_EXPORT]
        return super().get_context_data(**kwargs) | {"modeles": modeles, "statuts": Statut.labels}


@require_GET
def modele_psyen(request: RequeteConnectee, format_: Any) -> HttpResponse:
    """The titles of the columns and nothing else: an example line would end up imported."""
    if request.perimetre is None or not peut_creer_psyen(request.perimetre):
        raise PermissionDenied
    if format_ not in FORMATS_EXPORT:
        raise Http404
    contenu = ecrire_tableau(format_, colonnes=COLONNES_PSYENS, lignes=[], titre="PsyEN")
    reponse = HttpResponse(contenu, content_type=TYPES_MIME[format_])
    nom = content_disposition_header(True, f"modele-psyen.{format_}")
    reponse.headers["Content-Disposition"] = nom or "attachment"
    return reponse

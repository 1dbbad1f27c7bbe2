"""The three steps of every import: upload, preview, confirmation. Nothing is written before the last."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html_join
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.views.generic import FormView

from socle.imports import Depot, Mouvement, PlanImport, ecrire_compte_rendu
from socle.tableaux import ColonneEcran, TableauEcran
from socle.tableurs import TYPES_MIME
from socle.views import PerimetreMixin

#: Lines of each group shown in the preview; the report holds them all.
LIGNES_MONTREES = 20
ANOMALIES_MONTREES = 100
VALEURS_MONTREES = 6


class ImportView(PerimetreMixin, FormView):
    """A subclass gives the form, `planifier` (what the file would change) and `appliquer` (do it)."""

    template_name = "composants/import_depot.html"
    gabarit_apercu = "composants/import_apercu.html"
    titre = ""
    url_retour: Any = ""

    def planifier(self, depot: Depot) -> PlanImport:
        raise NotImplementedError

    def appliquer(self, depot: Depot) -> tuple[str, str]:
        """Writes; (message, address of the page that follows)."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        etape = request.POST.get("etape", "")
        if etape not in {"confirmer", "csv", "xlsx", "ods"}:
            return super().post(request, *args, **kwargs)
        depot = Depot.desceller(request.POST.get("depot", ""), self.sel)
        if depot is None:
            messages.error(request, "Cet aperçu n’est plus valable : déposez de nouveau le fichier.")
            return redirect(request.path)
        try:
            return self.confirmer(depot) if etape == "confirmer" else self.compte_rendu(depot, etape)
        except ValidationError as erreur:
            for texte in erreur.messages:
                messages.error(request, texte)
            return redirect(request.path)

    @property
    def sel(self) -> str:
        """A preview serves the import, the person and the habilitation that it was made for."""
        perimetre = self.request.perimetre
        return f"{type(self).__qualname__}:{perimetre.utilisateur_id}:{perimetre.habilitation_id}"

    def form_valid(self, form: Any) -> HttpResponse:
        fichier = form.cleaned_data["fichier"]
        depot = Depot(fichier.name, fichier.read(), form.options())
        try:
            return self.apercu(depot)
        except ValidationError as erreur:
            form.add_error("fichier", erreur.messages)
            return self.form_invalid(form)

    def apercu(self, depot: Depot, avertissement: str = "") -> HttpResponse:
        plan = self.planifier(depot)
        scelle = Depot(depot.nom, depot.contenu, depot.options, plan.empreinte, plan.nb_ecritures)
        contexte = self.get_context_data(form=None) | {
            "plan": plan,
            "laisses": sorted(plan.laisses.items()),
            "fichier": depot.nom,
            "depot": scelle.sceller(self.sel),
            "avertissement": avertissement,
            "comptes": [(titre, nombre) for titre, nombre in plan.comptes() if nombre],
            "refus": plan.refus[:ANOMALIES_MONTREES],
            "autres_refus": len(plan.refus[ANOMALIES_MONTREES:]),
            "reserves": plan.avertissements[:ANOMALIES_MONTREES],
            "groupes": [
                groupe_montre(titre, mouvements) | {"explication": plan.explications.get(code, "")}
                for code, titre, mouvements in plan.groupes()
            ],
        }
        return self.response_class(
            request=self.request, template=self.gabarit_apercu, context=contexte, using=self.template_engine
        )

    def confirmer(self, depot: Depot) -> HttpResponse:
        try:
            message, url = self.appliquer(depot)
        except ValidationError as erreur:
            if getattr(erreur, "code", "") != "perime":
                raise
            return self.apercu(depot, erreur.messages[0])
        messages.success(self.request, message)
        return redirect(url)

    def compte_rendu(self, depot: Depot, format_: Any) -> HttpResponse:
        contenu = ecrire_compte_rendu(self.planifier(depot), format_, titre="Compte rendu")
        reponse = HttpResponse(contenu, content_type=TYPES_MIME[format_])
        nom = f"compte-rendu-{slugify(self.titre)}.{format_}"
        reponse.headers["Content-Disposition"] = content_disposition_header(True, nom) or "attachment"
        return reponse

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"titre": self.titre, "libelle_envoi": "Voir l’aperçu", "url_retour": self.url_retour}
        return page | super().get_context_data(**kwargs)


def groupe_montre(titre: str, mouvements: Sequence[Mouvement]) -> dict[str, Any]:
    """The first lines of a group, and how many there are in all."""
    montres = mouvements[:LIGNES_MONTREES]
    colonnes = [ColonneEcran("Objet"), ColonneEcran("Ce qui change"), ColonneEcran("Ligne", nombre=True)]
    lignes: list[tuple[Any, ...]] = [(m.objet, _valeurs(m), m.ligne) for m in montres]
    if not any(m.changements for m in montres):
        colonnes, lignes = colonnes[:1], [(m.objet,) for m in montres]
    reste = max(0, len(mouvements) - LIGNES_MONTREES)
    return {
        "titre": titre,
        "nombre": len(mouvements),
        "reste": reste,
        "tableau": TableauEcran(titre, colonnes, lignes, {}),
    }


def _valeurs(mouvement: Mouvement) -> SafeString:
    """« commune : Blois → Vineuil », one per line; of a creation, the first values are enough."""
    textes = [
        f"{donnee} : {apres}" if avant == "–" else f"{donnee} : {avant} → {apres}"
        for donnee, avant, apres in mouvement.changements[:VALEURS_MONTREES]
    ]
    if len(mouvement.changements) > VALEURS_MONTREES:
        textes.append("…")
    return format_html_join(SafeString("<br>"), "{}", ((texte,) for texte in textes)) or SafeString("–")

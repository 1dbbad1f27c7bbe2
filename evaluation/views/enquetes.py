"""The surveys: list, page of one (preparation, follow-up, results), its settings and its life."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView

from evaluation.enums import EtatEnquete, GenreQuestion
from evaluation.exports.enquetes import COLONNES_ENQUETES
from evaluation.forms.enquetes import EnqueteFiltre, EnqueteForm, ProlongerForm
from evaluation.models import Enquete
from evaluation.permissions import (
    peut_conduire_enquete,
    peut_creer_enquete,
    peut_lire_enquetes,
    peut_lire_resultats,
    peut_preparer_enquete,
    peut_preparer_enquetes,
    peut_reprendre_enquete,
)
from evaluation.selectors.enquete_resultats import lire_resultats
from evaluation.selectors.enquetes import population, suivre
from evaluation.services.enquete_conduite import (
    clore_enquete,
    lancer_enquete,
    prolonger_enquete,
    reprendre_enquete,
)
from evaluation.services.enquete_preparation import creer_enquete, modifier_enquete, supprimer_enquete
from evaluation.views.fiches import EcritADeuxMixin, NouvelleFiche, SurFiche
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.listes import FORMATS_EXPORT
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran, lien
from socle.templatetags.cio import etiquette
from socle.views import ListeView, PerimetreMixin, executer_geste

SECTION = ("Enquêtes", "evaluation:enquetes")
ENQUETES = Enquete.objects.select_related("departement")
ETATS = {etat.value: str(etat.label) for etat in EtatEnquete}
LANCEE = "L’enquête est lancée : les invitations partent à son ouverture."
GESTES: dict[str, tuple[Callable[..., Any], str]] = {
    "lancer": (lancer_enquete, LANCEE),
    "reprendre": (reprendre_enquete, "L’enquête est de nouveau un brouillon."),
    "clore": (clore_enquete, "L’enquête est close : ses résultats sont publiés."),
    "supprimer": (supprimer_enquete, "Le brouillon est supprimé."),
}


class EnqueteListe(ListeView):
    """The latest first."""

    model = Enquete
    droit = staticmethod(peut_lire_enquetes)
    template_name = "evaluation/enquetes/liste.html"
    titre = "Enquêtes"
    nom_objets = ("enquête", "enquêtes")
    filterset_class = EnqueteFiltre
    champs = ("pk", "titre", "date_ouverture", "date_fermeture", "etat", "departement__nom")
    tris = {
        "ouverture": ("-date_ouverture", "titre"),
        "titre": ("titre",),
        "fermeture": ("-date_fermeture", "titre"),
        "etat": ("etat", "-date_ouverture"),
    }
    colonnes_export = COLONNES_ENQUETES
    vide_titre = "Aucune enquête"
    vide_texte = "Les enquêtes ouvertes aux PsyEN paraissent ici, puis leurs résultats à la clôture."

    @property
    def colonnes(self) -> Sequence[ColonneEcran]:
        colonnes = [
            ColonneEcran("Enquête", tri="titre"),
            ColonneEcran("Ouverture", tri="ouverture", insecable=True),
            ColonneEcran("Dernier jour", tri="fermeture", insecable=True),
            ColonneEcran("État", tri="etat"),
        ]
        if not self.request.perimetre.departement_id:
            colonnes.append(ColonneEcran("Département"))
        return colonnes

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        base, partout = reverse("evaluation:enquetes"), not self.request.perimetre.departement_id
        return [
            (
                lien(f"{base}{e['pk']}/", e["titre"]),
                e["date_ouverture"],
                e["date_fermeture"],
                etiquette(e["etat"], ETATS[e["etat"]]),
                *((e["departement__nom"],) if partout else ()),
            )
            for e in objets
        ]

    def exporter_lignes(self, queryset: Any) -> Iterable[Sequence[Any]]:
        cles = [colonne.cle for colonne in self.colonnes_export]
        return ((*ligne[:-1], ETATS[ligne[-1]]) for ligne in queryset.values_list(*cles).iterator(2000))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        peut = peut_preparer_enquetes(self.request.perimetre)
        return super().get_context_data(**kwargs) | {"peut_preparer": peut}


class EnqueteFiche(PerimetreMixin, DetailView):
    """One address, three moments: what is being prepared, what is open, what was answered."""

    droit = staticmethod(peut_lire_enquetes)
    queryset = ENQUETES
    context_object_name = "enquete"

    def get_template_names(self) -> list[str]:
        moment = "resultats" if self.object.est_close else "preparation" if self._prepare else "ouverte"
        return [f"evaluation/enquetes/{moment}.html"]

    @property
    def _prepare(self) -> bool:
        return self.object.etat in (EtatEnquete.BROUILLON, EtatEnquete.PROGRAMMEE)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        enquete, perimetre = self.object, self.request.perimetre
        contexte = super().get_context_data(**kwargs) | {"historique": historique(enquete)}
        if peut_lire_resultats(perimetre, enquete):
            return contexte | {"resultats": lire_resultats(enquete), "formats": FORMATS_EXPORT}
        contexte |= {"questions": enquete.questions.dans_l_ordre(), "genres": GenreQuestion.choices}
        if self._prepare:
            return contexte | {
                "cios": enquete.cios.order_by("nom", "pk"),
                "invites": population(enquete, timezone.localdate()).count(),
                "peut_preparer": peut_preparer_enquete(perimetre, enquete),
                "peut_reprendre": peut_reprendre_enquete(perimetre, enquete),
            }
        conduit = peut_conduire_enquete(perimetre, enquete)
        return contexte | {"peut_conduire": conduit, "suivi": suivre(enquete) if conduit else None}


class EnqueteCreer(NouvelleFiche, FormView):
    form_class = EnqueteForm
    section = SECTION
    url_objet = "evaluation:enquete"
    titre = "Préparer une enquête"
    libelle_envoi = "Créer le brouillon"
    message = "Le brouillon est créé : relisez les questions, puis lancez l’enquête."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_creer_enquete(perimetre, self.departement)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"nouvelle": True}

    def executer(self, form: EnqueteForm) -> None:
        self.cree = creer_enquete(
            perimetre=self.request.perimetre, departement=self.departement, **form.cleaned_data
        )


class EnqueteModifier(EcritADeuxMixin, FormView):
    queryset = ENQUETES
    form_class = EnqueteForm
    section = SECTION
    url_objet = "evaluation:enquete"
    titre = "Régler l’enquête"
    message = "Les réglages sont enregistrés."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_preparer_enquete(perimetre, self.objet)

    def get_initial(self) -> dict[str, Any]:
        champs = ("titre", "introduction", "date_ouverture", "date_fermeture", "par_cio", "revision")
        return {champ: getattr(self.objet, champ) for champ in champs} | {
            "cios": self.objet.cios.order_by("pk")
        }

    def executer(self, form: EnqueteForm) -> None:
        valeurs = form.cleaned_data | {"revision": form.cleaned_data["revision"] or 0}
        modifier_enquete(perimetre=self.request.perimetre, enquete=self.objet, **valeurs)


class EnqueteProlonger(SurFiche, FormView):
    queryset = ENQUETES
    form_class = ProlongerForm
    section = SECTION
    url_objet = "evaluation:enquete"
    titre = "Prolonger l’enquête"
    libelle_envoi = "Prolonger"
    message = "L’enquête est prolongée."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_conduire_enquete(perimetre, self.objet)

    def get_form_kwargs(self) -> dict[str, Any]:
        reglages = super().get_form_kwargs()
        del reglages["departement"]
        return reglages

    def executer(self, form: ProlongerForm) -> None:
        prolonger_enquete(perimetre=self.request.perimetre, enquete=self.objet, **form.cleaned_data)


@require_POST
def enquete_geste(request: RequeteConnectee, pk: int, geste: str) -> HttpResponse:
    """« lancer », « reprendre », « clore », « supprimer »."""
    enquete = get_object_or_404(ENQUETES.dans_perimetre(request.perimetre), pk=pk)
    if geste not in GESTES:
        raise Http404
    service, message = GESTES[geste]
    parti = geste == "supprimer"
    return executer_geste(
        request,
        lambda: service(perimetre=request.perimetre, enquete=enquete),
        message=message,
        retour=reverse("evaluation:enquetes") if parti else reverse("evaluation:enquete", args=[pk]),
    )

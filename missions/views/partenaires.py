"""The directory of the partners of the département."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from missions.exports.territoire import COLONNES_PARTENAIRES, GENRES, lignes_partenaires
from missions.forms.partenaires import PartenaireFiltre, PartenaireForm
from missions.models import Partenaire
from missions.permissions import (
    peut_ecrire_partenaires,
    peut_inscrire_partenaires,
    peut_lire_territoire,
)
from missions.services.partenaires import creer_partenaire, modifier_partenaire, supprimer_partenaire
from missions.views.territoire_fiche import (
    Bouton,
    FicheDuTerritoire,
    ListeDuTerritoire,
    SurObjet,
    liens_vers,
)
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran
from socle.views import FormulaireMixin, executer_geste

PARTENAIRES = Partenaire.objects.select_related("departement")


class PartenaireListe(ListeDuTerritoire):
    model = Partenaire
    droit = staticmethod(peut_lire_territoire)
    section = "missions:partenaires"
    titre = "Partenaires"
    nom_objets = ("partenaire", "partenaires")
    filterset_class = PartenaireFiltre
    champs = ("pk", "nom", "genre", "site", "courriel", "departement__nom")
    colonnes = (
        ColonneEcran("Partenaire", "nom", tri="nom", lien="missions:partenaire"),
        ColonneEcran("Nature", "genre_dit", tri="genre"),
        ColonneEcran("Courriel du service", "courriel"),
        ColonneEcran("Département", "departement__nom", tri="departement"),
    )
    tris = {
        "nom": ("nom",),
        "genre": ("genre", "nom"),
        "departement": ("departement__nom", "nom"),
    }
    colonnes_export = COLONNES_PARTENAIRES
    vide_titre = "Aucun partenaire"
    vide_texte = "Inscrivez ici les structures avec lesquelles les CIO travaillent : Région, mission locale…"

    @property
    def bouton_ajouter(self) -> Bouton | None:
        if not peut_inscrire_partenaires(self.request.perimetre):
            return None
        return Bouton("Inscrire un partenaire", reverse("missions:partenaire_creer"), principal=True)

    def lignes(self, objets: Iterable[Any]) -> Iterable[Sequence[Any]]:
        return super().lignes([objet | {"genre_dit": GENRES[objet["genre"]]} for objet in objets])

    def exporter_lignes(self, queryset: QuerySet[Partenaire]) -> Iterable[Sequence[Any]]:
        return lignes_partenaires(queryset)


class PartenaireFiche(FicheDuTerritoire):
    queryset = PARTENAIRES
    section = "missions:partenaires"

    def rubriques(self) -> Sequence[tuple[str, Any]]:
        partenaire = self.object
        return (
            ("Nature", partenaire.get_genre_display()),
            ("Département", partenaire.departement),
            ("Site", partenaire.site),
            ("Courriel du service", partenaire.courriel),
            ("Conventions", liens_vers("missions:convention", partenaire.conventions.order_by("-fin", "pk"))),
        )

    def boutons(self) -> Sequence[Bouton]:
        partenaire = self.object
        if not peut_ecrire_partenaires(self.request.perimetre, partenaire.departement):
            return ()
        return (
            Bouton("Supprimer", reverse("missions:partenaire_supprimer", args=[partenaire.pk]), poste=True),
            Bouton("Modifier", reverse("missions:partenaire_modifier", args=[partenaire.pk])),
        )


class PartenaireCreer(FormulaireMixin, FormView):
    droit = staticmethod(peut_inscrire_partenaires)
    form_class = PartenaireForm
    titre = "Inscrire un partenaire"
    libelle_envoi = "Inscrire"
    message = "Le partenaire est inscrit."
    url_retour = reverse_lazy("missions:partenaires")

    def executer(self, form: PartenaireForm) -> None:
        perimetre = self.request.perimetre
        departement = get_object_or_404(Departement, pk=perimetre.departement_id)
        self.partenaire = creer_partenaire(perimetre=perimetre, departement=departement, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("missions:partenaire", args=[self.partenaire.pk])


class PartenaireModifier(SurObjet, FormView):
    queryset = PARTENAIRES
    section = "missions:partenaires"
    url_objet = "missions:partenaire"
    form_class = PartenaireForm
    titre = "Modifier le partenaire"
    message = "Le partenaire est modifié."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_ecrire_partenaires(perimetre, self.objet.departement)

    def get_initial(self) -> dict[str, Any]:
        return {nom: getattr(self.objet, nom) for nom in self.form_class.base_fields}

    def executer(self, form: PartenaireForm) -> None:
        modifier_partenaire(perimetre=self.request.perimetre, partenaire=self.objet, **form.cleaned_data)


@require_POST
def partenaire_supprimer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Inscribed by mistake: only one that nothing names."""
    partenaire = get_object_or_404(Partenaire.objects.dans_perimetre(request.perimetre), pk=pk)
    return executer_geste(
        request,
        lambda: supprimer_partenaire(perimetre=request.perimetre, partenaire=partenaire),
        message=f"« {partenaire} » n’est plus à l’annuaire.",
        retour=reverse("missions:partenaires"),
    )

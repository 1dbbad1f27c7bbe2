"""The definitions of the figures: list, page of one, writing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView

from evaluation.enums import Niveau, Sens, SourceIndicateur, Unite
from evaluation.forms.indicateurs import IndicateurFiltre, IndicateurForm
from evaluation.models import Indicateur
from evaluation.permissions import peut_lire_cadre, peut_modifier_indicateurs, peut_tenir_indicateurs
from evaluation.selectors.calcul import calcul_de
from evaluation.services.indicateurs import (
    CHAMPS,
    creer_indicateur,
    modifier_indicateur,
    retablir_indicateur,
    retirer_indicateur,
)
from evaluation.views.fiches import EcritADeuxMixin, NouvelleFiche
from planning.selectors.choix import cle_responsable
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran, lien
from socle.tableurs import Colonne
from socle.views import ListeView, PerimetreMixin, executer_geste

SECTION = ("Indicateurs", "evaluation:indicateurs")
INDICATEURS = Indicateur.objects.select_related("departement", "critere", "utilisateur", "groupe")
#: Columns whose code has words of its own.
LIBELLES: dict[str, dict[str, str]] = {
    "unite": dict(Unite.choices),
    "sens": dict(Sens.choices),
    "niveau": dict(Niveau.choices),
    "source": dict(SourceIndicateur.choices),
}


class IndicateurListe(ListeView):
    model = Indicateur
    droit = staticmethod(peut_lire_cadre)
    template_name = "evaluation/indicateurs/liste.html"
    titre = "Indicateurs"
    nom_objets = ("indicateur", "indicateurs")
    filterset_class = IndicateurFiltre
    champs = ("pk", "code", "libelle", "critere__libelle", "unite", "niveau", "source", "cible", "retire_le")
    colonnes = (
        ColonneEcran("Code", tri="ordre", insecable=True),
        ColonneEcran("Indicateur", tri="libelle"),
        ColonneEcran("Critère", tri="critere"),
        ColonneEcran("Unité"),
        ColonneEcran("Niveau", tri="niveau"),
        ColonneEcran("Source", tri="source"),
        ColonneEcran("Cible", nombre=True),
        ColonneEcran("Retiré le", insecable=True),
    )
    tris = {
        "ordre": ("departement__nom", "rang"),
        "libelle": ("libelle",),
        "critere": ("critere__rang", "rang"),
        "niveau": ("niveau", "rang"),
        "source": ("source", "rang"),
    }
    colonnes_export = (
        Colonne("departement__nom", "Département", largeur=18),
        Colonne("code", "Code", largeur=8),
        Colonne("libelle", "Indicateur", largeur=50),
        Colonne("critere__libelle", "Critère", largeur=40),
        Colonne("numerateur", "Numérateur", largeur=40),
        Colonne("denominateur", "Dénominateur", largeur=40),
        Colonne("unite", "Unité", largeur=14),
        Colonne("sens", "Sens", largeur=28),
        Colonne("niveau", "Niveau", largeur=16),
        Colonne("periode", "Période", largeur=28),
        Colonne("source", "Source", largeur=24),
        Colonne("cible", "Cible", "decimal", largeur=10),
        Colonne("mise_en_garde", "Mise en garde", largeur=60),
        Colonne("retire_le", "Retiré le", "date", largeur=12),
    )
    vide_titre = "Aucun indicateur"
    vide_texte = "Les vingt-cinq indicateurs proposés se chargent d’un geste sur la page des critères."

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        base = reverse("evaluation:indicateurs")
        return [
            (
                i["code"],
                lien(f"{base}{i['pk']}/", i["libelle"]),
                i["critere__libelle"],
                LIBELLES["unite"][i["unite"]],
                LIBELLES["niveau"][i["niveau"]],
                LIBELLES["source"][i["source"]],
                i["cible"],
                i["retire_le"],
            )
            for i in objets
        ]

    def exporter_lignes(self, queryset: QuerySet[Indicateur]) -> Iterable[Sequence[Any]]:
        cles = [colonne.cle for colonne in self.colonnes_export]
        for ligne in queryset.values_list(*cles).iterator(2000):
            yield [
                LIBELLES[cle][valeur] if cle in LIBELLES else valeur
                for cle, valeur in zip(cles, ligne, strict=True)
            ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        peut_creer = self.request.perimetre.departement_id and peut_tenir_indicateurs(self.request.perimetre)
        return super().get_context_data(**kwargs) | {"peut_creer": peut_creer}


class IndicateurFiche(PerimetreMixin, DetailView):
    queryset = INDICATEURS
    context_object_name = "indicateur"
    template_name = "evaluation/indicateurs/fiche.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        indicateur = self.object
        calcul = calcul_de(indicateur.calcul)
        return super().get_context_data(**kwargs) | {
            "methode": calcul.methode if calcul else "",
            "responsable": indicateur.libelle_responsable if any(indicateur.cle_responsable) else "",
            "peut_modifier": peut_modifier_indicateurs(self.request.perimetre, indicateur.departement),
            "historique": historique(indicateur),
        }


class IndicateurCreer(NouvelleFiche, FormView):
    form_class = IndicateurForm
    section = SECTION
    url_objet = "evaluation:indicateur"
    titre = "Ajouter un indicateur"
    message = "L’indicateur est ajouté."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_modifier_indicateurs(perimetre, self.departement)

    def executer(self, form: IndicateurForm) -> None:
        self.cree = creer_indicateur(
            perimetre=self.request.perimetre,
            departement=self.departement,
            valeurs=form.valeurs,
            responsable=form.cleaned_data["responsable"],
        )


class IndicateurModifier(EcritADeuxMixin, FormView):
    queryset = INDICATEURS
    form_class = IndicateurForm
    section = SECTION
    url_objet = "evaluation:indicateur"
    titre = "Modifier l’indicateur"
    message = "L’indicateur est modifié."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_modifier_indicateurs(perimetre, self.objet.departement)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"indicateur": self.objet}

    def get_initial(self) -> dict[str, Any]:
        valeurs = {champ: getattr(self.objet, champ) for champ in (*CHAMPS, "revision")}
        return valeurs | {"responsable": cle_responsable(self.objet)}

    def executer(self, form: IndicateurForm) -> None:
        modifier_indicateur(
            perimetre=self.request.perimetre,
            indicateur=self.objet,
            revision=form.cleaned_data["revision"] or 0,
            valeurs=form.valeurs,
            responsable=form.cleaned_data["responsable"],
        )


def _indicateur(request: RequeteConnectee, pk: int) -> Indicateur:
    indicateur = get_object_or_404(INDICATEURS.dans_perimetre(request.perimetre), pk=pk)
    if not peut_modifier_indicateurs(request.perimetre, indicateur.departement):
        raise PermissionDenied
    return indicateur


@require_POST
def indicateur_retirer(request: RequeteConnectee, pk: int) -> HttpResponse:
    indicateur = _indicateur(request, pk)
    return executer_geste(
        request,
        lambda: retirer_indicateur(perimetre=request.perimetre, indicateur=indicateur),
        message=f"{indicateur.code} est retiré : ses mesures restent, il n’est plus mesuré.",
        retour=reverse("evaluation:indicateurs"),
    )


@require_POST
def indicateur_retablir(request: RequeteConnectee, pk: int) -> HttpResponse:
    indicateur = _indicateur(request, pk)
    return executer_geste(
        request,
        lambda: retablir_indicateur(perimetre=request.perimetre, indicateur=indicateur),
        message=f"{indicateur.code} est rétabli : le prochain calcul le mesure.",
        retour=reverse("evaluation:indicateur", args=[pk]),
    )

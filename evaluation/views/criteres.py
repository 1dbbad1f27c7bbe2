"""The criteria of the working group: list, page of one, what the group decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView

from evaluation.enums import EtatCritere
from evaluation.forms.criteres import CritereFiltre, CritereForm, StatuerForm
from evaluation.models import Critere
from evaluation.permissions import (
    peut_lire_cadre,
    peut_modifier_critere,
    peut_modifier_indicateurs,
    peut_proposer_critere,
    peut_statuer_critere,
)
from evaluation.services.bibliotheque import charger_indicateurs
from evaluation.services.criteres import (
    charger_criteres,
    ecarter_critere,
    modifier_critere,
    proposer_critere,
    remettre_critere,
    valider_critere,
)
from evaluation.views.fiches import EcritADeuxMixin, NouvelleFiche, SurFiche
from planning.models import Reunion
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.requetes import RequeteConnectee
from socle.tableaux import ColonneEcran, lien
from socle.tableurs import Colonne
from socle.templatetags.cio import etiquette
from socle.views import ListeView, PerimetreMixin, executer_geste

SECTION = ("Critères", "evaluation:criteres")
CRITERES = Critere.objects.select_related("departement", "objectif")
ETATS = {etat.value: str(etat.label) for etat in EtatCritere}


class CritereListe(ListeView):
    model = Critere
    droit = staticmethod(peut_lire_cadre)
    template_name = "evaluation/criteres/liste.html"
    titre = "Critères d’évaluation"
    nom_objets = ("critère", "critères")
    filterset_class = CritereFiltre
    champs = ("pk", "libelle", "objectif__code", "etat", "poids", "nb_indicateurs", "departement__nom")
    tris = {
        "ordre": ("departement__nom", "rang"),
        "libelle": ("libelle",),
        "objectif": ("objectif__rang", "rang"),
        "etat": ("etat", "rang"),
        "poids": ("poids", "rang"),
    }
    colonnes_export = (
        Colonne("departement__nom", "Département", largeur=18),
        Colonne("libelle", "Critère", largeur=60),
        Colonne("objectif__code", "Objectif", largeur=10),
        Colonne("pourquoi", "Pourquoi", largeur=60),
        Colonne("comment", "Comment on en juge", largeur=60),
        Colonne("etat", "État", largeur=12),
        Colonne("poids", "Poids", "entier", largeur=8),
        Colonne("statue_le", "Statué le", "date", largeur=12),
    )
    vide_titre = "Aucun critère"
    vide_texte = "Le groupe de travail propose ici ce sur quoi l’expérimentation sera jugée."

    @property
    def colonnes(self) -> Sequence[ColonneEcran]:
        colonnes = [
            ColonneEcran("Critère", tri="libelle"),
            ColonneEcran("Objectif", tri="objectif", insecable=True),
            ColonneEcran("État", tri="etat"),
            ColonneEcran("Poids", tri="poids", nombre=True),
            ColonneEcran("Indicateurs", nombre=True),
        ]
        if not self.request.perimetre.departement_id:
            colonnes.append(ColonneEcran("Département"))
        return colonnes

    def get_queryset(self) -> QuerySet[Critere]:
        return super().get_queryset().annotate(nb_indicateurs=Count("indicateurs"))

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        base, partout = reverse("evaluation:criteres"), not self.request.perimetre.departement_id
        return [
            (
                lien(f"{base}{c['pk']}/", c["libelle"]),
                c["objectif__code"],
                etiquette(c["etat"], ETATS[c["etat"]]),
                c["poids"],
                c["nb_indicateurs"],
                *((c["departement__nom"],) if partout else ()),
            )
            for c in objets
        ]

    def exporter_lignes(self, queryset: QuerySet[Critere]) -> Iterable[Sequence[Any]]:
        cles = [colonne.cle for colonne in self.colonnes_export]
        etat = cles.index("etat")
        lues = queryset.values_list(*cles).iterator(2000)
        return ((*ligne[:etat], ETATS[ligne[etat]], *ligne[etat + 1 :]) for ligne in lues)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        departement = Departement.objects.filter(pk=perimetre.departement_id).first()
        return super().get_context_data(**kwargs) | {
            "peut_proposer": departement is not None and peut_proposer_critere(perimetre, departement),
            "peut_charger": departement is not None and peut_modifier_indicateurs(perimetre, departement),
        }


class CritereFiche(PerimetreMixin, DetailView):
    queryset = CRITERES
    context_object_name = "critere"
    template_name = "evaluation/criteres/fiche.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        critere, perimetre = self.object, self.request.perimetre
        propose = critere.etat == EtatCritere.PROPOSE
        peut_statuer = peut_statuer_critere(perimetre, critere)
        return super().get_context_data(**kwargs) | {
            "reunion": Reunion.objects.dans_perimetre(perimetre).filter(pk=critere.reunion_id).first(),
            "indicateurs": critere.indicateurs.actuels().order_by("rang", "pk"),
            "peut_modifier": peut_modifier_critere(perimetre, critere),
            "peut_statuer": propose and peut_statuer,
            "peut_remettre": not propose and peut_statuer,
            "historique": historique(critere),
        }


class CritereProposer(NouvelleFiche, FormView):
    form_class = CritereForm
    section = SECTION
    url_objet = "evaluation:critere"
    titre = "Proposer un critère"
    libelle_envoi = "Proposer"
    message = "Le critère est proposé au groupe de travail."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_proposer_critere(perimetre, self.departement)

    def executer(self, form: CritereForm) -> None:
        self.cree = proposer_critere(
            perimetre=self.request.perimetre, departement=self.departement, valeurs=form.valeurs
        )


class CritereModifier(EcritADeuxMixin, FormView):
    queryset = CRITERES
    form_class = CritereForm
    section = SECTION
    url_objet = "evaluation:critere"
    titre = "Modifier le critère"
    message = "Le critère est modifié."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_modifier_critere(perimetre, self.objet)

    def get_initial(self) -> dict[str, Any]:
        champs = ("libelle", "objectif", "pourquoi", "comment", "poids", "revision")
        return {champ: getattr(self.objet, champ) for champ in champs}

    def executer(self, form: CritereForm) -> None:
        modifier_critere(
            perimetre=self.request.perimetre,
            critere=self.objet,
            revision=form.cleaned_data["revision"] or 0,
            valeurs=form.valeurs,
        )


class Statuer(SurFiche, FormView):
    """What the group decided of a criterion."""

    queryset = CRITERES
    form_class = StatuerForm
    section = SECTION
    url_objet = "evaluation:critere"

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_statuer_critere(perimetre, self.objet)

    def get_initial(self) -> dict[str, Any]:
        return {"statue_le": timezone.localdate()}


class CritereValider(Statuer):
    titre = "Valider le critère"
    libelle_envoi = "Valider"
    message = "Le critère est validé."

    def executer(self, form: StatuerForm) -> None:
        valider_critere(perimetre=self.request.perimetre, critere=self.objet, **form.cleaned_data)


class CritereEcarter(Statuer):
    titre = "Écarter le critère"
    libelle_envoi = "Écarter"
    message = "Le critère est écarté."

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"motif_exige": True}

    def executer(self, form: StatuerForm) -> None:
        ecarter_critere(perimetre=self.request.perimetre, critere=self.objet, **form.cleaned_data)


@require_POST
def critere_remettre(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Back to the group."""
    critere = get_object_or_404(CRITERES.dans_perimetre(request.perimetre), pk=pk)
    return executer_geste(
        request,
        lambda: remettre_critere(perimetre=request.perimetre, critere=critere),
        message="Le critère est remis en discussion.",
        retour=reverse("evaluation:critere", args=[pk]),
    )


@require_POST
def bibliotheque_charger(request: RequeteConnectee) -> HttpResponse:
    """The criteria and the twenty-five indicators proposed; what the département already has is left."""
    departement = get_object_or_404(Departement, pk=request.perimetre.departement_id)

    def charger() -> None:
        charger_indicateurs(perimetre=request.perimetre, departement=departement)
        charger_criteres(perimetre=request.perimetre, departement=departement)

    return executer_geste(
        request,
        charger,
        message="Les critères et les indicateurs proposés sont chargés : corrigez, écartez, validez.",
        retour=reverse("evaluation:criteres"),
    )

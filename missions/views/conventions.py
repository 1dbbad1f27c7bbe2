"""Conventions with the partners, and those to renew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView

from missions.exports.territoire import COLONNES_CONVENTIONS, lignes_conventions, noms_lies
from missions.forms.conventions import ConventionFiltre, ConventionForm
from missions.models import Convention
from missions.permissions import (
    peut_enregistrer_conventions,
    peut_lire_territoire,
    peut_modifier_convention,
)
from missions.selectors.conventions import conventions_a_renouveler, situation, situation_de
from missions.services.conventions import creer_convention, modifier_convention
from missions.views.territoire_fiche import (
    Bouton,
    FicheDuTerritoire,
    ListeDuTerritoire,
    SurObjet,
    liens_vers,
)
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.tableaux import ColonneEcran, lien
from socle.templatetags.cio import etiquette
from socle.views import FormulaireMixin

CONVENTIONS = Convention.objects.select_related("departement")


class ConventionListe(ListeDuTerritoire):
    """The nearest end first."""

    model = Convention
    droit = staticmethod(peut_lire_territoire)
    section = "missions:conventions"
    titre = "Conventions"
    nom_objets = ("convention", "conventions")
    filterset_class = ConventionFiltre
    champs = ("pk", "objet", "debut", "fin")
    colonnes = (
        ColonneEcran("Objet", tri="objet"),
        ColonneEcran("Parties"),
        ColonneEcran("Du", tri="debut", insecable=True),
        ColonneEcran("Au", tri="fin", insecable=True),
        ColonneEcran("Situation"),
    )
    tris = {"fin": ("fin", "objet"), "objet": ("objet", "fin"), "debut": ("debut", "objet")}
    colonnes_export = COLONNES_CONVENTIONS
    vide_titre = "Aucune convention"
    vide_texte = "Les conventions du département (SPRO…) paraissent ici avec leur échéance."

    @property
    def bouton_ajouter(self) -> Bouton | None:
        if not peut_enregistrer_conventions(self.request.perimetre):
            return None
        return Bouton("Enregistrer une convention", reverse("missions:convention_creer"), principal=True)

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        objets, jour, base = list(objets), timezone.localdate(), reverse("missions:conventions")
        parties = noms_lies(Convention, "partenaires", "nom", [c["pk"] for c in objets])
        proches = set(conventions_a_renouveler(jour).values_list("pk", flat=True))
        situations = [situation(c["debut"], c["fin"], c["pk"] in proches, jour) for c in objets]
        return [
            (
                lien(f"{base}{c['pk']}/", c["objet"]),
                parties.get(c["pk"], ""),
                c["debut"],
                c["fin"],
                etiquette(lue.value, str(lue.label)),
            )
            for c, lue in zip(objets, situations, strict=True)
        ]

    def exporter_lignes(self, queryset: QuerySet[Convention]) -> Iterable[Sequence[Any]]:
        return lignes_conventions(queryset)


class ConventionFiche(FicheDuTerritoire):
    queryset = CONVENTIONS
    section = "missions:conventions"

    def etat(self) -> tuple[str, str]:
        lue = situation_de(self.object)
        return lue.value, str(lue.label)

    def rubriques(self) -> Sequence[tuple[str, Any]]:
        convention = self.object
        return (
            ("Département", convention.departement),
            ("Référence", convention.reference),
            ("Parties", liens_vers("missions:partenaire", convention.partenaires.order_by("nom", "pk"))),
            ("Du", convention.debut),
            ("Au", convention.fin),
            ("Rappel", f"{convention.preavis} jours avant l’échéance, à l’IEN-IO et au secrétaire général"),
        )

    def boutons(self) -> Sequence[Bouton]:
        if not peut_modifier_convention(self.request.perimetre, self.object):
            return ()
        url = reverse("missions:convention_modifier", args=[self.object.pk])
        return (Bouton("Modifier", url, principal=True),)


class ConventionCreer(FormulaireMixin, FormView):
    droit = staticmethod(peut_enregistrer_conventions)
    form_class = ConventionForm
    titre = "Enregistrer une convention"
    libelle_envoi = "Enregistrer"
    message = "La convention est enregistrée : joignez-y maintenant son texte signé."
    url_retour = reverse_lazy("missions:conventions")

    @cached_property
    def departement(self) -> Departement:
        return get_object_or_404(Departement, pk=self.request.perimetre.departement_id)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"departement": self.departement}

    def executer(self, form: ConventionForm) -> None:
        self.convention = creer_convention(
            perimetre=self.request.perimetre, departement=self.departement, **form.cleaned_data
        )

    def get_success_url(self) -> str:
        return reverse("missions:convention", args=[self.convention.pk])


class ConventionModifier(SurObjet, FormView):
    queryset = CONVENTIONS
    section = "missions:conventions"
    url_objet = "missions:convention"
    form_class = ConventionForm
    titre = "Modifier la convention"
    message = "La convention est modifiée."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return peut_modifier_convention(perimetre, self.objet)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"departement": self.objet.departement}

    def get_initial(self) -> dict[str, Any]:
        champs = ("objet", "reference", "debut", "fin", "preavis")
        parties = list(self.objet.partenaires.values_list("pk", flat=True))
        return {nom: getattr(self.objet, nom) for nom in champs} | {"partenaires": parties}

    def executer(self, form: ConventionForm) -> None:
        modifier_convention(perimetre=self.request.perimetre, convention=self.objet, **form.cleaned_data)

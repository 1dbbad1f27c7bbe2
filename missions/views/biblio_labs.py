"""The Biblio-Labs: which school, since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.views.generic import FormView

from missions.exports.territoire import COLONNES_BIBLIO_LABS, LABS, lignes_biblio_labs
from missions.forms.biblio_labs import BiblioLabFiltre, BiblioLabForm
from missions.models import BiblioLab
from missions.permissions import peut_ecrire_biblio_lab, peut_lire_territoire, peut_suivre_biblio_labs
from missions.services.biblio_labs import modifier_biblio_lab, suivre_biblio_lab
from missions.views.territoire_fiche import Bouton, FicheDuTerritoire, ListeDuTerritoire, SurObjet
from reseaux.models import AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.tableaux import ColonneEcran, lien
from socle.templatetags.cio import etiquette
from socle.views import FormulaireMixin

LABS_LUS = BiblioLab.objects.select_related("etablissement__departement", "annee")


class BiblioLabListe(ListeDuTerritoire):
    model = BiblioLab
    droit = staticmethod(peut_lire_territoire)
    section = "missions:biblio_labs"
    titre = "Biblio-Labs"
    nom_objets = ("Biblio-Lab", "Biblio-Labs")
    filterset_class = BiblioLabFiltre
    champs = ("pk", "etablissement__nom", "etablissement__commune", "annee__code", "etat", "depuis")
    colonnes = (
        ColonneEcran("Établissement", tri="etablissement"),
        ColonneEcran("Commune", tri="commune"),
        ColonneEcran("Année", tri="annee", insecable=True),
        ColonneEcran("État", tri="etat"),
        ColonneEcran("Depuis le", tri="depuis", insecable=True),
    )
    tris = {
        "annee": ("-annee__debut", "etablissement__nom"),
        "etablissement": ("etablissement__nom", "-annee__debut"),
        "commune": ("etablissement__commune", "-annee__debut"),
        "etat": ("etat", "-annee__debut"),
        "depuis": ("depuis", "etablissement__nom"),
    }
    colonnes_export = COLONNES_BIBLIO_LABS
    vide_titre = "Aucun Biblio-Lab"
    vide_texte = "Un Biblio-Lab est un CDI devenu lieu d’orientation : l’IEN-IO l’inscrit ici."

    @property
    def bouton_ajouter(self) -> Bouton | None:
        if not peut_suivre_biblio_labs(self.request.perimetre):
            return None
        return Bouton("Inscrire un Biblio-Lab", reverse("missions:biblio_lab_creer"), principal=True)

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        base = reverse("missions:biblio_labs")
        return [
            (
                lien(f"{base}{lab['pk']}/", lab["etablissement__nom"]),
                lab["etablissement__commune"],
                lab["annee__code"],
                etiquette(lab["etat"], LABS[lab["etat"]]),
                lab["depuis"],
            )
            for lab in objets
        ]

    def exporter_lignes(self, queryset: QuerySet[BiblioLab]) -> Iterable[Sequence[Any]]:
        return lignes_biblio_labs(queryset)


class BiblioLabFiche(FicheDuTerritoire):
    queryset = LABS_LUS
    section = "missions:biblio_labs"

    def etat(self) -> tuple[str, str]:
        return self.object.etat, self.object.get_etat_display()

    def rubriques(self) -> Sequence[tuple[str, Any]]:
        lab = self.object
        return (
            ("Établissement", f"{lab.etablissement} ({lab.etablissement.uai})"),
            ("Commune", lab.etablissement.commune),
            ("Année scolaire", lab.annee),
            ("Depuis le", lab.depuis),
            ("Description", lab.description),
        )

    def boutons(self) -> Sequence[Bouton]:
        lab = self.object
        if not (
            lab.annee.est_modifiable and peut_ecrire_biblio_lab(self.request.perimetre, lab.etablissement)
        ):
            return ()
        return (Bouton("Modifier", reverse("missions:biblio_lab_modifier", args=[lab.pk]), principal=True),)


class BiblioLabCreer(FormulaireMixin, FormView):
    droit = staticmethod(peut_suivre_biblio_labs)
    form_class = BiblioLabForm
    titre = "Inscrire un Biblio-Lab"
    libelle_envoi = "Inscrire"
    message = "Le Biblio-Lab est inscrit."
    url_retour = reverse_lazy("missions:biblio_labs")

    def get_initial(self) -> dict[str, Any]:
        return {"annee": AnneeScolaire.objects.en_cours()}

    def executer(self, form: BiblioLabForm) -> None:
        self.lab = suivre_biblio_lab(perimetre=self.request.perimetre, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("missions:biblio_lab", args=[self.lab.pk])


class BiblioLabModifier(SurObjet, FormView):
    queryset = LABS_LUS
    section = "missions:biblio_labs"
    url_objet = "missions:biblio_lab"
    form_class = BiblioLabForm
    titre = "Modifier le Biblio-Lab"
    message = "Le Biblio-Lab est modifié."

    def est_permis(self, perimetre: Perimetre) -> bool:
        return self.objet.annee.est_modifiable and peut_ecrire_biblio_lab(perimetre, self.objet.etablissement)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"lab": self.objet}

    def get_initial(self) -> dict[str, Any]:
        return {nom: getattr(self.objet, nom) for nom in ("etat", "depuis", "description")}

    def executer(self, form: BiblioLabForm) -> None:
        modifier_biblio_lab(perimetre=self.request.perimetre, lab=self.objet, **form.cleaned_data)

"""Which year and which territory the view by authority shows."""

from __future__ import annotations

from typing import Any

from django import forms

from comptes.enums import Role
from missions.selectors.autorites_lecture import Territoire
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement, Reseau
from reseaux.perimetre import Perimetre
from socle.forms import FiltreDsfr

#: From the widest to the narrowest.
NIVEAUX = ("departement", "cio", "reseau", "etablissement")


class AutoritesForm(FiltreDsfr):
    """Only what one may choose: above the CIO départements and CIO, at the CIO its réseaux and schools."""

    annee = forms.ModelChoiceField(
        label="Année scolaire",
        queryset=AnneeScolaire.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=None,
    )
    departement = forms.ModelChoiceField(
        label="Département", queryset=Departement.objects.none(), required=False, empty_label="Tous"
    )
    cio = forms.ModelChoiceField(label="CIO", queryset=CIO.objects.none(), required=False, empty_label="Tous")
    reseau = forms.ModelChoiceField(
        label="Réseau", queryset=Reseau.objects.none(), required=False, empty_label="Tous"
    )
    etablissement = forms.ModelChoiceField(
        label="Établissement", queryset=Etablissement.objects.none(), required=False, empty_label="Tous"
    )

    def __init__(self, *args: Any, perimetre: Perimetre, annee: AnneeScolaire, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        self.porteur = perimetre
        self.code_annee = self.data.get("annee") or annee.code
        self.proposer("annee", AnneeScolaire.objects.order_by("-debut"))
        self.fields["annee"].initial = annee.code
        self._proposer_les_territoires(perimetre)

    def _proposer_les_territoires(self, perimetre: Perimetre) -> None:
        """A level that leaves no choice is not shown."""
        offerts: dict[str, Any] = {
            "departement": Departement.objects.dans_perimetre(perimetre)
            .defer("contour")
            .order_by("nom", "pk"),
            "cio": self._cios(perimetre),
        }
        if perimetre.departement_id:
            del offerts["departement"]
        if perimetre.est(Role.CHEF_ETABLISSEMENT):
            offerts = {}
        if perimetre.travaille_au_cio:
            reseaux = Reseau.objects.dans_perimetre(perimetre).filter(annee__code=self.code_annee)
            ecoles = Etablissement.objects.filter(appartenances__reseau__in=reseaux)
            offerts["reseau"] = reseaux.order_by("nom", "pk")
            offerts["etablissement"] = ecoles.order_by("nom", "commune", "pk")
        for nom in NIVEAUX:
            if nom in offerts:
                self.proposer(nom, offerts[nom])
            else:
                del self.fields[nom]

    def _cios(self, perimetre: Perimetre) -> Any:
        """Those of the département; of a whole académie, once the département is chosen."""
        cios = CIO.objects.dans_perimetre(perimetre).select_related("departement").order_by("nom", "pk")
        if perimetre.departement_id:
            return cios
        choisi = self.data.get("departement", "")
        lisible = choisi.isascii() and choisi.isdecimal() and len(choisi) < 10
        return cios.filter(departement=int(choisi)) if lisible else cios.none()

    def territoire(self) -> Territoire:
        """What is chosen; by default one's school, one's CIO, or all that one may sum."""
        donnees = self.cleaned_data if self.is_bound and self.is_valid() else {}
        choisi = {nom: donnees[nom] for nom in NIVEAUX if donnees.get(nom)}
        habilitation = self.porteur.habilitation
        if not choisi and habilitation is not None:
            if self.porteur.est(Role.CHEF_ETABLISSEMENT):
                return Territoire(etablissement=habilitation.etablissement)
            if self.porteur.travaille_au_cio:
                return Territoire(cio=habilitation.cio)
            return Territoire(departement=habilitation.departement)
        return Territoire(**choisi)

"""A definition: filters, writing."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from evaluation.enums import Niveau, Sens, SourceIndicateur, Unite
from evaluation.models import Critere, Indicateur
from evaluation.selectors.calcul import calculs_connus
from planning.selectors.attribution import SaisieResponsable
from planning.selectors.choix import choix_responsables, cle_responsable, responsable_de
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from reseaux.selectors.choix import choix_departements
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr, FormulaireDsfr

SITUATIONS = (("actuel", "En usage"), ("retire", "Retiré"))


class IndicateurFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Indicateur", field_name="libelle", lookup_expr="icontains")
    departement = django_filters.ChoiceFilter(
        label="Département", field_name="departement", empty_label="Tous"
    )
    source = django_filters.ChoiceFilter(
        label="Source", choices=SourceIndicateur.choices, empty_label="Toutes"
    )
    niveau = django_filters.ChoiceFilter(label="Niveau", choices=Niveau.choices, empty_label="Tous")
    situation = django_filters.ChoiceFilter(
        label="Situation", choices=SITUATIONS, empty_label="Toutes", method="filtrer_situation"
    )

    class Meta:
        model = Indicateur
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("departement", choix_departements(self.perimetre))

    def filtrer_situation(self, queryset: QuerySet, _nom: str, choisie: str) -> QuerySet:
        return queryset.filter(retire_le__isnull=choisie == "actuel")


class IndicateurForm(FormulaireDsfr):
    """Everything that one must know of a figure to defend it."""

    code = forms.CharField(
        label="Code", max_length=8, help_text="Court et propre au département, par exemple « I26 »."
    )
    libelle = forms.CharField(label="Indicateur", max_length=250)
    critere = forms.ModelChoiceField(
        label="Critère", queryset=Critere.objects.none(), required=False, empty_label="Aucun"
    )
    numerateur = forms.CharField(
        label="Numérateur", max_length=300, help_text="Ce que l’on compte, en toutes lettres."
    )
    denominateur = forms.CharField(
        label="Dénominateur",
        max_length=300,
        required=False,
        help_text="Ce à quoi on le rapporte ; rien pour un simple nombre.",
    )
    unite = forms.ChoiceField(label="Unité", choices=Unite.choices)
    sens = forms.ChoiceField(label="Sens", choices=Sens.choices)
    cible = forms.DecimalField(
        label="Cible", required=False, max_digits=12, decimal_places=2, help_text="Dans l’unité choisie."
    )
    niveau = forms.ChoiceField(
        label="Niveau le plus fin",
        choices=Niveau.choices,
        help_text="Les niveaux au-dessus sont donnés aussi.",
    )
    periode = forms.CharField(
        label="Période observée",
        max_length=160,
        required=False,
        help_text="Par exemple « à la date d’observation », « année scolaire ».",
    )
    source = forms.ChoiceField(label="Source", choices=SourceIndicateur.choices)
    calcul = forms.ChoiceField(
        label="Calcul",
        required=False,
        help_text="Pour un indicateur calculé ou d’enquête : rien n’est alors à saisir.",
    )
    responsable = forms.ChoiceField(
        label="Responsable", required=False, help_text="Qui doit la valeur quand elle est saisie."
    )
    mise_en_garde = forms.CharField(
        label="Mise en garde",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce que le chiffre ne dit pas ; imprimée à côté de lui dans le rapport.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        perimetre: Perimetre,
        departement: Departement,
        indicateur: Indicateur | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        criteres = Critere.objects.dans_perimetre(perimetre).filter(departement=departement)
        self.proposer("critere", criteres.order_by("rang", "pk"))
        connus = [(calcul.code, calcul.nom) for calcul in calculs_connus()]
        self._choix("calcul", [("", "Aucun : la valeur est saisie ou importée"), *connus])
        responsables = choix_responsables(departement)
        cle = cle_responsable(indicateur) if indicateur else ""
        if cle and cle not in {valeur for _, groupe in responsables for valeur, _ in groupe}:
            assert indicateur is not None  # noqa: S101 - a key comes from an indicator
            responsables = [*responsables, ("Mandat échu", [(cle, indicateur.libelle_responsable)])]
        self._choix("responsable", [("", "Personne en particulier"), *responsables])

    def _choix(self, champ: str, choix: list[Any]) -> None:
        choisi = self.fields[champ]
        assert isinstance(choisi, forms.ChoiceField)  # noqa: S101 - declared above
        choisi.choices = choix

    def clean_responsable(self) -> SaisieResponsable | None:
        return responsable_de(self.cleaned_data["responsable"])

    @property
    def valeurs(self) -> dict[str, Any]:
        """What the service takes besides the owner."""
        ailleurs = ("revision", "responsable")
        return {champ: valeur for champ, valeur in self.cleaned_data.items() if champ not in ailleurs}

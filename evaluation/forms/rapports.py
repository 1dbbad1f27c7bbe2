"""Forms of the reports: choose a campaign, compose, name the meeting; exports of the ADMIN."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import django_filters
from django import forms
from django.utils import timezone

from evaluation.enums import EtatRapport, FormatExport, GenreSection, Niveau, RythmeExport
from evaluation.models import Campagne, Rapport, SectionRapport
from evaluation.selectors.rapports_contenu import RESUME_AU_PLUS
from evaluation.services.rapports import SaisieSection
from planning.models import Reunion
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.filters import FiltreListe
from socle.forms import PRUDENCE, FiltreDsfr, FormulaireDsfr

COMMENTAIRE_AU_PLUS = 6000


class RapportFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Titre", field_name="titre", lookup_expr="icontains")
    etat = django_filters.ChoiceFilter(label="État", choices=EtatRapport.choices, empty_label="Tous")
    departement = django_filters.ModelChoiceFilter(
        label="Département",
        field_name="campagne__departement",
        queryset=Departement.objects.none(),
        empty_label="Tous",
    )

    class Meta:
        model = Rapport
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.perimetre.departement_id is not None:
            del self.filters["departement"]
        else:
            lus = Departement.objects.dans_perimetre(self.perimetre).order_by("code")
            self.filters["departement"].queryset = lus


class PreparationRapportForm(FormulaireDsfr):
    """Which campaign the report is about."""

    perimetre: Perimetre
    campagne = forms.ModelChoiceField(
        label="Campagne",
        queryset=Campagne.objects.none(),
        empty_label="Choisissez une campagne",
        help_text="Une campagne figée donne un rapport à émettre ; une campagne ouverte, un projet.",
    )
    titre = forms.CharField(
        label="Titre du rapport",
        max_length=200,
        required=False,
        help_text="À défaut : « Évaluation de l’expérimentation », le département et l’année.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lues = Campagne.objects.dans_perimetre(self.perimetre)
        self.proposer("campagne", lues.order_by("-date_observation", "-pk"))


class CompositionForm(FormulaireDsfr):
    """The report: its title, then three fields for each section, named after its key."""

    titre = forms.CharField(label="Titre du rapport", max_length=200)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, sections: Sequence[SectionRapport], **kwargs: Any) -> None:
        self.sections = sections
        super().__init__(*args, **kwargs)
        for section in sections:
            self.fields |= self._champs(section, len(sections))

    def _champs(self, section: SectionRapport, nombre: int) -> dict[str, forms.Field]:
        resume = section.genre == GenreSection.RESUME
        return {
            f"retenue-{section.cle}": forms.BooleanField(
                label="Dans le rapport", required=False, initial=section.retenue
            ),
            f"rang-{section.cle}": forms.IntegerField(
                label="Ordre", min_value=1, max_value=2 * nombre, initial=section.rang
            ),
            f"commentaire-{section.cle}": forms.CharField(
                label="À retenir" if resume else "Commentaire",
                required=False,
                max_length=RESUME_AU_PLUS if resume else COMMENTAIRE_AU_PLUS,
                widget=forms.Textarea(attrs={"rows": 4}),
                initial=section.commentaire,
                help_text=PRUDENCE if resume else "",
            ),
        }

    def blocs(self) -> Iterator[tuple[SectionRapport, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Section by section: kept, order, comment."""
        for section in self.sections:
            yield (
                section,
                self[f"retenue-{section.cle}"],
                self[f"rang-{section.cle}"],
                self[f"commentaire-{section.cle}"],
            )

    def saisies(self) -> dict[str, SaisieSection]:
        """What was typed; a field that is wrong keeps what is written in the report."""
        lues = self.cleaned_data
        return {
            section.cle: SaisieSection(
                rang=lues.get(f"rang-{section.cle}", section.rang),
                retenue=lues.get(f"retenue-{section.cle}", section.retenue),
                commentaire=lues.get(f"commentaire-{section.cle}", section.commentaire),
            )
            for section in self.sections
        }


class BilanForm(FormulaireDsfr):
    """The réunion bilan where the report is given back."""

    reunion = forms.ModelChoiceField(
        label="Réunion bilan",
        queryset=Reunion.objects.none(),
        required=False,
        empty_label="Aucune",
        help_text="Celles du département dont la nature est « Réunion bilan », sauf les annulées.",
    )

    def __init__(self, *args: Any, reunions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("reunion", reunions)


class ExportForm(FormulaireDsfr):
    """What the ADMIN takes away: one campaign or all, which levels, in which format."""

    perimetre: Perimetre
    campagne = forms.ModelChoiceField(
        label="Campagne",
        queryset=Campagne.objects.none(),
        required=False,
        empty_label="Toutes les campagnes de l’académie",
    )
    niveaux = forms.MultipleChoiceField(
        label="Niveaux",
        choices=Niveau.choices,
        initial=list(Niveau),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un niveau."},
    )
    format = forms.ChoiceField(label="Format", choices=FormatExport.choices, initial=FormatExport.XLSX)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lues = Campagne.objects.dans_perimetre(self.perimetre).select_related("departement")
        champ = self.fields["campagne"]
        self.proposer("campagne", lues.order_by("departement__code", "-date_observation", "pk"))
        champ.label_from_instance = lambda c: f"{c.departement}, {c}"  # type: ignore[attr-defined]  # a field of choices


class ExportProgrammeForm(ExportForm):
    """The same, by itself."""

    rythme = forms.ChoiceField(label="Rythme", choices=RythmeExport.choices)
    premier_le = forms.DateField(
        label="Premier envoi le",
        initial=timezone.localdate,
        widget=forms.DateInput,
        help_text="Ensuite, une fois par mois ou par trimestre civil.",
    )

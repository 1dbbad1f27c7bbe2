"""The builder of a survey: filters, settings, questions, dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.utils import timezone

from evaluation.enums import GENRES_A_CHOIX, Dimension, EtatEnquete, GenreQuestion
from evaluation.models import Enquete
from evaluation.selectors.enquetes import cios_possibles, seuil_de_publication
from evaluation.services.enquete_preparation import CHOIX_AU_PLUS
from reseaux.models import CIO, Departement
from reseaux.selectors.choix import choix_departements
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr, FormulaireDsfr

PHRASE = "Une phrase à laquelle on répond de 0, « pas du tout d’accord », à 10, « tout à fait d’accord »."
AVERTIE = "Facultative. On y lit déjà qu’il ne faut nommer personne ni rien dire de la santé."


class EnqueteFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Titre", field_name="titre", lookup_expr="icontains")
    departement = django_filters.ChoiceFilter(
        label="Département", field_name="departement", empty_label="Tous"
    )
    etat = django_filters.ChoiceFilter(label="État", choices=EtatEnquete.choices, empty_label="Tous")

    class Meta:
        model = Enquete
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("departement", choix_departements(self.perimetre))


def _un_mois_plus_tard() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=28)


class EnqueteForm(FormulaireDsfr):
    """What those invited are promised: written before the opening, kept as it is afterwards."""

    titre = forms.CharField(label="Titre", max_length=150)
    introduction = forms.CharField(
        label="Introduction",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Au-dessus des questions : pourquoi cette enquête, ce que l’on fera des résultats. "
        "L’anonymat et la publication sont expliqués d’office.",
    )
    date_ouverture = forms.DateField(
        label="Ouverture",
        widget=forms.DateInput,
        initial=timezone.localdate,
        help_text="Les invitations partent ce jour-là, ou dès le lancement si ce jour est passé.",
    )
    date_fermeture = forms.DateField(
        label="Dernier jour",
        widget=forms.DateInput,
        initial=_un_mois_plus_tard,
        help_text="Compris. Les résultats paraissent le lendemain.",
    )
    cios = forms.ModelMultipleChoiceField(
        label="CIO interrogés",
        queryset=CIO.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun coché : tous les PsyEN du département. Une antenne suit son CIO.",
    )
    par_cio = forms.BooleanField(
        label="Donner aussi des moyennes par CIO",
        required=False,
        initial=True,
    )
    avec_questionnaire_type = forms.BooleanField(
        label="Partir du questionnaire QVT type",
        required=False,
        initial=True,
        help_text="Les dimensions du baromètre de la DEPP et « Je sais qui décide quoi » ; chaque question "
        "se modifie.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, departement: Departement, nouvelle: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("cios", cios_possibles(departement))
        self.fields["par_cio"].help_text = (
            f"Seulement pour ceux dont {seuil_de_publication()} PsyEN au moins répondent, et si les autres "
            "ne s’en déduisent pas."
        )
        # The first writes the questions, the second tells of a colleague: neither has a place in the other.
        del self.fields["revision" if nouvelle else "avec_questionnaire_type"]


class ProlongerForm(FormulaireDsfr):
    date_fermeture = forms.DateField(
        label="Nouveau dernier jour",
        widget=forms.DateInput,
        help_text="Plus tard que le jour prévu : qui comptait sur la date annoncée doit pouvoir répondre.",
    )


class QuestionForm(FormulaireDsfr):
    """The fields that its kind wants."""

    libelle = forms.CharField(label="Question", max_length=250)
    precision = forms.CharField(
        label="Précision", required=False, max_length=250, help_text="Sous la question, en plus petit."
    )
    dimension = forms.ChoiceField(
        label="Dimension mesurée",
        required=False,
        choices=[("", "Aucune en particulier"), *Dimension.choices],
        help_text="Elle permet de comparer deux enquêtes et nourrit les indicateurs.",
    )
    choix = forms.CharField(
        label="Réponses proposées",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"Une par ligne, de 2 à {CHOIX_AU_PLUS}.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, genre: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.genre = GenreQuestion(genre)
        if self.genre == GenreQuestion.ECHELLE:
            self.fields["libelle"].help_text = PHRASE
        else:
            del self.fields["dimension"]
        if self.genre not in GENRES_A_CHOIX:
            del self.fields["choix"]
        if self.genre == GenreQuestion.TEXTE_LIBRE:
            self.fields["libelle"].help_text = AVERTIE

    @property
    def valeurs(self) -> dict[str, Any]:
        """What the service takes."""
        propres = {cle: valeur for cle, valeur in self.cleaned_data.items() if cle != "revision"}
        if "choix" in propres:
            propres["choix"] = propres["choix"].splitlines()
        return propres | {"genre": self.genre}

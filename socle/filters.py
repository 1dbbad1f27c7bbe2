"""Base of the filters of lists: a DSFR form, and the perimeter at hand."""

from collections.abc import Sequence
from typing import Any

from django_filters import FilterSet

from socle.forms import FiltreDsfr


class FiltreListe(FilterSet):
    """`class Meta: form = FiltreDsfr` for every list; `perimetre` scopes the choices.

    Choices of objects: `ModelChoiceFilter(queryset=lambda request: ….dans_perimetre(request.perimetre))`.
    """

    class Meta:
        form = FiltreDsfr

    @property
    def perimetre(self) -> Any:
        return self.request.perimetre

    def proposer(self, nom: str, choix: Sequence[tuple[str, str]]) -> None:
        """Gives a `ChoiceFilter` its choices; without any, the filter is not shown."""
        if choix:
            self.filters[nom].extra["choices"] = choix
        else:
            del self.filters[nom]

    @property
    def est_actif(self) -> bool:
        """True when at least one field is filled in."""
        return any(any(self.request.GET.getlist(nom)) for nom in self.form.fields)

    def refus(self) -> list[str]:
        """Sentences about the values that were not understood, hence not applied."""
        return [
            f"Le filtre « {self.form.fields[nom].label} » n’est pas appliqué : {' '.join(erreurs)}"
            for nom, erreurs in self.form.errors.items()
            if nom in self.form.fields
        ]

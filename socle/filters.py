"""Base of the filters of lists: a DSFR form, and the perimeter at hand."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.utils import render_crispy_form
from django.utils.safestring import SafeString
from django_filters import FilterSet

from socle.forms import FiltreDsfr

#: Blank forms by what they are made of, emptied when there are too many.
_VIERGES: dict[tuple[Any, ...], SafeString] = {}
_VIERGES_AU_PLUS = 300


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
    def formulaire(self) -> SafeString:
        """The form in HTML. Blank, it follows from its choices alone: drawn once, it saves a third of the
        cost of a list.
        """
        composition = None if self.is_bound else self._composition()
        vierge = _VIERGES.get(composition) if composition else None
        if vierge is None:
            vierge = render_crispy_form(self.form)
            if len(_VIERGES) >= _VIERGES_AU_PLUS:
                _VIERGES.clear()
            if composition:
                _VIERGES[composition] = vierge
        return vierge

    def _composition(self) -> tuple[Any, ...] | None:
        """Names, labels and choices; None when a filter reads its choices elsewhere, hence anew each time."""
        choix = [filtre.extra.get("choices", ()) for filtre in self.filters.values()]
        if any(map(callable, choix)) or any("queryset" in filtre.extra for filtre in self.filters.values()):
            return None
        noms = ((nom, filtre.label) for nom, filtre in self.filters.items())
        return (type(self), *noms, *map(tuple, choix))

    @property
    def est_actif(self) -> bool:
        """True when at least one field is filled in."""
        return self.is_bound and any(any(self.request.GET.getlist(nom)) for nom in self.form.fields)

    def refus(self) -> list[str]:
        """Sentences about the values that were not understood, hence not applied."""
        if not self.is_bound:
            return []
        return [
            f"Le filtre « {self.form.fields[nom].label} » n’est pas appliqué : {' '.join(erreurs)}"
            for nom, erreurs in self.form.errors.items()
            if nom in self.form.fields
        ]

"""DSFR forms: every form of the application starts from `FormulaireDsfr`, every filter from `FiltreDsfr`."""

import logging
from collections.abc import Iterator
from html import escape
from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.functional import cached_property
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from socle.controle_pieces import ACCEPTES, FORMATS
from socle.models import Perimetre
from socle.texte import sur_une_ligne

logger = logging.getLogger(__name__)

#: Errors of a choice that a page never sends by itself: the request was made by hand, or the choice has gone.
JAMAIS_OFFERT = frozenset({"invalid_choice", "invalid_pk_value", "invalid_list"})
#: Beside every field of free text that others will read.
PRUDENCE = (
    "N’écrivez rien de la santé ni de la vie privée, rien sur un élève, ni le motif d’une absence ou d’un "
    "temps partiel."
)

GABARITS = {
    "checkbox": "composants/champs/case.html",
    "checkboxselectmultiple": "composants/champs/cases.html",
    "radioselect": "composants/champs/boutons_radio.html",
}


class ChampDsfr(forms.BoundField):
    """A field in DSFR dress. Django's own aria-describedby names the hint **and** the error: keep it.

    (`dsfr.forms` overwrites it, and binds every field in `__init__`, before a subclass can change them.)
    """

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        _habiller(field)
        super().__init__(form, field, name)

    @property
    def data(self) -> Any:
        """A browser sends no end of line from a field of one line; a request made by hand may."""
        lue, widget = super().data, self.field.widget
        d_une_ligne = isinstance(self.field, forms.CharField) and isinstance(widget, forms.widgets.Input)
        # A password is taken as typed; a hidden field may carry several lines.
        if isinstance(lue, str) and d_une_ligne and widget.input_type not in ("password", "hidden"):
            return sur_une_ligne(lue)
        return lue

    @property
    def template_name(self) -> str:
        propre = getattr(self.field, "template_name", None)
        return propre or GABARITS.get(self.widget_type, "composants/champs/champ.html")

    @property
    def groupe(self) -> str:
        """CSS class of the block around label, input and messages."""
        widget = self.field.widget
        if isinstance(widget, forms.Select):
            return "fr-select-group"
        return "fr-upload-group" if isinstance(widget, forms.FileInput) else "fr-input-group"

    @property
    def est_facultatif(self) -> bool:
        return not self.field.required and getattr(self.form, "marquer_facultatifs", True)

    @property
    def ancre(self) -> str:
        """Where a link of the error summary leads: the input, or the first of a group."""
        premiere = "_0" if isinstance(self.field.widget, forms.RadioSelect) else ""
        return f"{self.auto_id}{premiere}"


class SelectRapide(forms.Select):
    """A `<select>` written in Python: Django renders a template per option, 15 ms for 450 CIO."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        choisies = set(self.format_value(value))
        attributs = self.build_attrs(self.attrs, attrs) | {"multiple": self.allow_multiple_selected}
        options = mark_safe("".join(self._options(self.choices, choisies)))  # noqa: S308 - escaped below
        return format_html('<select name="{}"{}>{}</select>', name, forms.utils.flatatt(attributs), options)

    def _options(self, choix: Any, choisies: set[str]) -> Iterator[str]:
        for valeur, nom in choix:
            if isinstance(nom, (list, tuple)):
                groupe = "".join(self._options(nom, choisies))
                yield f'<optgroup label="{_echapper(valeur)}">{groupe}</optgroup>'
                continue
            texte = "" if valeur is None else str(valeur)
            marque = " selected" if texte in choisies else ""
            yield f'<option value="{_echapper(texte)}"{marque}>{_echapper(nom)}</option>'


def _echapper(texte: Any) -> str:
    """Django's `conditional_escape` passes through a lazy wrapper: four times slower on a plain text."""
    return escape(texte) if texte.__class__ is str else conditional_escape(texte)


class SelectMultipleRapide(SelectRapide, forms.SelectMultiple):
    """The same for several values."""


class ChoixDirects(ModelChoiceIterator):
    """Objects read in one query and kept: Django opens a server cursor each time, three exchanges each."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from map(self.choice, self.queryset)


class FormulaireDsfr(forms.Form):
    """A DSFR form that knows the perimeter: `__init__` of a subclass scopes its choices with it."""

    bound_field_class = ChampDsfr
    #: « (facultatif) » after the label of a field that may stay empty.
    marquer_facultatifs = True

    def __init__(self, *args: Any, perimetre: Perimetre | None = None, **kwargs: Any) -> None:
        self.perimetre = perimetre
        super().__init__(*args, **kwargs)

    def proposer(self, champ: str, objets: QuerySet[Any]) -> None:
        """What a choice among objects offers, in place of the empty queryset of its declaration."""
        choix = cast(forms.ModelChoiceField, self.fields[champ])
        choix.iterator = ChoixDirects
        choix.queryset = objets

    def full_clean(self) -> None:
        """As ever; a value that the page did not offer is written in the technical log, the value aside."""
        super().full_clean()
        forges = [
            champ
            for champ, erreurs in self.errors.as_data().items()
            if any(erreur.code in JAMAIS_OFFERT for erreur in erreurs)
        ]
        if forges:
            logger.warning("Valeur jamais offerte : %s (%s)", type(self).__name__, ", ".join(forges))

    @property
    def tout_est_facultatif(self) -> bool:
        """Then the page does not say that fields are compulsory."""
        return not any(champ.required for champ in self.fields.values())

    @cached_property
    def helper(self) -> FormHelper:
        """Fields only: the page writes the `<form>`, its token and its buttons."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        return helper


class FormulaireModeleDsfr(FormulaireDsfr, forms.ModelForm):
    """The same over a model: the service writes, the form never saves."""


class FormulaireImport(FormulaireDsfr):
    """The upload of a spreadsheet; a subclass adds its options."""

    #: The sealed file comes back with the confirmation: it must fit in DATA_UPLOAD_MAX_MEMORY_SIZE.
    OCTETS = 8_000_000

    fichier = forms.FileField(
        label="Fichier",
        help_text="Format CSV, XLSX (Excel) ou ODS (LibreOffice), 8 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.ods,.gz"}),
    )

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        if fichier.size > self.OCTETS:
            raise forms.ValidationError(
                f"Le fichier pèse {fichier.size / 1e6:.1f} Mo ; la limite est de 8 Mo.".replace(".", ",", 1)
            )
        return fichier

    def options(self) -> dict[str, Any]:
        """The other fields, as they travel with the file: plain JSON."""
        return {cle: valeur for cle, valeur in self.cleaned_data.items() if cle != "fichier"}


class VersionForm(FormulaireDsfr):
    """The next version of a document; its content is checked by `socle.controle_pieces`."""

    fichier = forms.FileField(
        label="Fichier", widget=forms.FileInput(attrs={"accept": ",".join(f".{e}" for e in FORMATS)})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fichier"].help_text = f"{ACCEPTES}, {settings.DOCUMENT_MO_MAXIMUM} Mo au plus."


class DocumentForm(VersionForm):
    """A new document."""

    titre = forms.CharField(
        label="Titre",
        max_length=200,
        required=False,
        help_text="À défaut, le nom du fichier. N’y nommez ni élève ni famille.",
    )
    field_order = ("titre", "fichier")


class FiltreDsfr(FormulaireDsfr):
    """The form of a django-filter `FilterSet` (`class Meta: form = FiltreDsfr`)."""

    marquer_facultatifs = False

    @cached_property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.template = "cio_dsfr/filtres.html"
        return helper


def _habiller(champ: forms.Field) -> None:
    """DSFR class, fast select, native date picker, browser autocompletion."""
    champ.label_suffix = ""
    if type(champ.widget) is forms.Select:
        champ.widget = _remplacer(champ.widget, SelectRapide)
    elif type(champ.widget) is forms.SelectMultiple:
        champ.widget = _remplacer(champ.widget, SelectMultipleRapide)
    widget = champ.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.CheckboxInput):
        return
    if isinstance(widget, forms.DateInput):
        # Only ISO dates are understood in value="…"; the browser shows them in French.
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    if isinstance(widget, forms.EmailInput):
        widget.attrs.setdefault("autocomplete", "email")
    widget.attrs.setdefault("class", _classe(widget))


def _classe(widget: forms.Widget) -> str:
    if isinstance(widget, forms.Select):
        return "fr-select"
    return "fr-upload" if isinstance(widget, forms.FileInput) else "fr-input"


def _remplacer(widget: forms.Select, classe: type[forms.Select]) -> forms.Select:
    """The same widget, its attributes and its lazy choices, in the fast class."""
    remplacant = classe(attrs=widget.attrs)
    remplacant.choices = widget.choices
    remplacant.is_required = widget.is_required
    return remplacant

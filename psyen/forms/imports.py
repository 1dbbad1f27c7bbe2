"""Upload of the PsyEN file."""

from socle.forms import FormulaireImport


class ImportPsyENForm(FormulaireImport):
    """The file alone: everything else is in its columns."""

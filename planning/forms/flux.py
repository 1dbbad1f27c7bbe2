"""What a shared calendar shows."""

from typing import Any, cast

from django import forms

from planning.enums import GenreFlux
from planning.selectors.flux import cios_partageables, plans_partageables
from reseaux.perimetre import Perimetre
from socle.forms import FormulaireDsfr


class FluxForm(FormulaireDsfr):
    """One choice among one's deadlines, the open plans and the CIO that one reads."""

    contenu = forms.ChoiceField(
        label="Ce que montre le calendrier",
        help_text="Le lien suit votre habilitation actuelle : il s’éteint avec elle.",
    )

    def __init__(self, *args: Any, perimetre: Perimetre, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        plans, cios = plans_partageables(perimetre), cios_partageables(perimetre)
        self.objets: dict[str, dict[str, Any]] = {GenreFlux.MES_ECHEANCES: {}}
        self.objets |= {f"plan-{plan.pk}": {"plan": plan} for plan in plans}
        self.objets |= {f"cio-{cio.pk}": {"cio": cio} for cio in cios}
        groupes = [
            ("Plans de travail", [(f"plan-{plan.pk}", str(plan)) for plan in plans]),
            ("CIO", [(f"cio-{cio.pk}", str(cio)) for cio in cios]),
        ]
        cast(forms.ChoiceField, self.fields["contenu"]).choices = [
            (GenreFlux.MES_ECHEANCES, GenreFlux.MES_ECHEANCES.label),
            *(groupe for groupe in groupes if groupe[1]),
        ]

    def choisi(self) -> dict[str, Any]:
        """The `plan` or the `cio` chosen, for the service; nothing for one's deadlines."""
        return self.objets[self.cleaned_data["contenu"]]

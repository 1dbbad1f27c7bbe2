"""A plan: opened, set."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from planning.models import PlanDeTravail
from planning.validators import EXEMPLES, lire_periode
from reseaux.enums import EtatAnnee
from reseaux.models import AnneeScolaire
from socle.forms import FormulaireDsfr


class PeriodeField(forms.CharField):
    """Kept as written; `lire_periode` says whether it is understood, with examples."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        kwargs.setdefault("help_text", f"Par exemple {EXEMPLES}.")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        return lire_periode(super().clean(value)).texte


class PlanForm(FormulaireDsfr):
    titre = forms.CharField(label="Titre", max_length=160)
    periode = PeriodeField(label="Période")
    annee = forms.ModelChoiceField(
        label="Année scolaire préparée",
        queryset=AnneeScolaire.objects.none(),
        required=False,
        empty_label="Aucune",
        help_text="Celle dont le plan prépare les réseaux et les répartitions.",
    )

    def __init__(self, *args: Any, plan: PlanDeTravail | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        annees = AnneeScolaire.objects.exclude(etat=EtatAnnee.CLOSE)
        if plan and plan.annee_id:
            annees |= AnneeScolaire.objects.filter(pk=plan.annee_id)
        self.proposer("annee", annees.order_by("-debut", "pk"))


class PlanCreerForm(PlanForm):
    avec_modele = forms.BooleanField(
        label="Partir du plan type de l’expérimentation",
        required=False,
        initial=True,
        help_text="Ses treize actions, attribuées et datées pour l’année préparée, avec les objectifs et "
        "l’équipe de direction. Tout reste modifiable.",
    )


class JoursField(forms.CharField):
    """« 30, 7, 1, 0 » ↔ [30, 7, 1, 0]."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        jours = [morceau for morceau in re.split(r"[\s,;]+", super().clean(value)) if morceau]
        fautif = next((jour for jour in jours if not re.fullmatch(r"[0-9]{1,3}", jour)), None)
        if fautif is not None:
            raise forms.ValidationError(
                f"« {fautif[:20]} » n’est pas un nombre de jours. Écrivez par exemple « 30, 7, 1, 0 »."
            )
        return [int(jour) for jour in jours]


class PlanReglerForm(PlanForm):
    jours_avant = JoursField(
        label="Rappels avant l’échéance",
        required=False,
        max_length=80,
        help_text="Nombres de jours avant l’échéance, séparés par des virgules ; 0 est le jour même. "
        "Par exemple « 30, 7, 1, 0 ».",
    )
    jours_entre_relances = forms.IntegerField(
        label="Jours entre deux rappels d’un retard", min_value=1, max_value=365
    )
    jours_avant_escalade = forms.IntegerField(
        label="Jours de retard avant de prévenir l’IEN-IO", min_value=1, max_value=365
    )

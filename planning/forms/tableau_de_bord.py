"""Filters of the actions, kept in the address: the same for the dashboard, the list, exports and PDF."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from planning.enums import GenreCible, NiveauObjectif, SituationAction
from planning.models import Action, Jalon, Objectif, PlanDeTravail, ResponsableAction
from planning.models.action import ActionQuerySet
from planning.permissions import peut_lire_suivi
from planning.selectors.charge import mois_de
from planning.selectors.tableau_de_bord import (
    CHAMPS_RESPONSABLE,
    PART_MOI,
    PART_TOUT,
    lire_part,
    lire_responsable,
    objectifs_lus,
    plans_lus,
)
from reseaux.perimetre import Perimetre
from reseaux.selectors.choix import choix_cios
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr
from socle.texte import normaliser_recherche

BLOQUEE = "bloquee"
SITUATIONS = [*SituationAction.choices, (BLOQUEE, "Bloquée")]
#: Targets that concern each CIO of the département.
CIBLES_DE_CHAQUE_CIO = (GenreCible.PAR_CIO, GenreCible.PERIMETRE, GenreCible.TEMPS_TRAVAIL)
#: Before the code of an objective in the list of choices.
RETRAITS = {NiveauObjectif.AXE: "", NiveauObjectif.SOUS_AXE: "  ", NiveauObjectif.OBJECTIF: "    "}
LONGUEUR_D_UN_CHOIX = 90
CHIFFRES_D_UNE_ANNEE = 4


class FiltrePlan(FiltreListe):
    """The filters of one plan; those that have nothing to offer are not shown."""

    q = django_filters.CharFilter(label="Texte de l’action", method="filtrer_texte")
    situation = django_filters.ChoiceFilter(
        label="Situation", choices=SITUATIONS, empty_label="Toutes", method="filtrer_situation"
    )
    responsable = django_filters.ChoiceFilter(
        label="Responsable", empty_label="Tous", method="filtrer_responsable"
    )
    objectif = django_filters.ChoiceFilter(label="Objectif", empty_label="Tous", method="filtrer_objectif")
    cio = django_filters.ChoiceFilter(label="CIO concerné", empty_label="Tous", method="filtrer_cio")
    mois = django_filters.ChoiceFilter(label="Mois d’échéance", empty_label="Tous", method="filtrer_mois")

    class Meta:
        model = Action
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, plan: PlanDeTravail | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departement = plan.departement_id if plan else self.perimetre.departement_id
        suivi = peut_lire_suivi(self.perimetre)
        #: Read once: the dashboard shows them too.
        self.objectifs = objectifs_lus(self.perimetre, departement) if departement else []
        self.proposer("responsable", choix_responsables(self.queryset, plan) if suivi else [])
        self.proposer("objectif", choix_objectifs(self.objectifs))
        self.proposer("cio", choix_cios(self.perimetre, str(departement or "")))
        self.proposer("mois", choix_mois(self.queryset, plan))
        if not suivi:
            self.filters["situation"].extra["choices"] = SituationAction.choices

    def filtrer_texte(self, queryset: QuerySet, _nom: str, saisie: str) -> QuerySet:
        """Every word without accent nor case, in the title, the calendar or, for whoever reads it, the
        attribution; a short number is that of the action. Plans are small: compared here, on both engines.
        """
        if saisie.isascii() and saisie.isdecimal() and len(saisie) < CHIFFRES_D_UNE_ANNEE:
            return queryset.filter(numero=int(saisie))
        champs = ["titre", "calendrier", *(["attribution"] if peut_lire_suivi(self.perimetre) else [])]
        mots = normaliser_recherche(saisie).split()
        trouvees = [
            pk
            for pk, *textes in queryset.order_by("pk").values_list("pk", *champs)
            if all(mot in normaliser_recherche(*textes) for mot in mots)
        ]
        return queryset.filter(pk__in=trouvees)

    def filtrer_situation(self, queryset: ActionQuerySet, _nom: str, choix: str) -> QuerySet:
        situees: QuerySet = queryset.avec_situation(timezone.localdate())
        return situees.filter(**({"bloquee": True} if choix == BLOQUEE else {"situation": choix}))

    def filtrer_responsable(self, queryset: QuerySet, _nom: str, cle: str) -> QuerySet:
        """« r-dcio », « g-4 » or « u-12 », as proposed."""
        genre, _, valeur = cle.partition("-")
        champ = {"r": "role", "g": "groupe", "u": "utilisateur"}[genre]
        tenues = ResponsableAction.objects.filter(**{champ: valeur})
        return queryset.filter(pk__in=tenues.values("action"))

    def filtrer_objectif(self, queryset: QuerySet, _nom: str, pk: str) -> QuerySet:
        """An axis or a sub-axis is for all that it holds."""
        sous = Objectif.objects.filter(Q(pk=pk) | Q(parent=pk) | Q(parent__parent=pk))
        liens = Action.objectifs.through.objects.filter(objectif__in=sous.values("pk"))
        return queryset.filter(pk__in=liens.values("action"))

    def filtrer_cio(self, queryset: QuerySet, _nom: str, pk: str) -> QuerySet:
        """Counted by CIO, or with a milestone of that one."""
        jalons = Jalon.objects.dans_perimetre(self.perimetre).filter(Q(cio=pk) | Q(cio__parent=pk))
        return queryset.filter(Q(cible__in=CIBLES_DE_CHAQUE_CIO) | Q(pk__in=jalons.values("action")))

    def filtrer_mois(self, queryset: QuerySet, _nom: str, mois: str) -> QuerySet:
        """Those that end in that month, « 2027-06 »."""
        premier = dt.date.fromisoformat(f"{mois}-01")
        dernier = premier.replace(day=calendar.monthrange(premier.year, premier.month)[1])
        return queryset.filter(fin__range=(premier, dernier))

    def dits(self) -> list[str]:
        """The filters applied, in words: « Situation : En retard »."""
        if not self.is_bound or not self.form.is_valid():
            return []
        dits = []
        for nom, champ in self.form.fields.items():
            if valeur := self.form.cleaned_data.get(nom):
                libelle = dict(getattr(champ, "choices", [])).get(valeur, valeur)
                dits.append(f"{champ.label} : {str(libelle).strip()}")
        return dits


class FiltreActions(FiltrePlan):
    """The same over several plans."""

    plan = django_filters.ChoiceFilter(label="Plan de travail", empty_label="Tous", field_name="plan")
    part = django_filters.ChoiceFilter(label="Actions montrées", empty_label=None, method="filtrer_part")

    class Meta(FiltrePlan.Meta):
        pass

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("plan", [(str(plan.pk), plan.titre) for plan in plans_lus(self.perimetre)])
        self.proposer("part", choix_part(self.perimetre))

    def filtrer_part(self, queryset: QuerySet, _nom: str, _part: str) -> QuerySet:
        """The view starts from it: without any choice, it is that of the role."""
        return queryset


def choix_responsables(actions: QuerySet, plan: PlanDeTravail | None) -> list[tuple[str, str]]:
    """Owners of the plan, or of these actions which the perimeter reads, by name."""
    siennes = Q(action__plan=plan) if plan else Q(action__in=actions.order_by().values("pk"))
    lus = ResponsableAction.objects.filter(siennes).order_by().values_list(*CHAMPS_RESPONSABLE).distinct()
    trouves = map(lire_responsable, lus)
    return sorted({(r.cle, r.libelle) for r in trouves if r}, key=lambda choix: (choix[1], choix[0]))


def choix_objectifs(objectifs: Sequence[Objectif]) -> list[tuple[str, str]]:
    """The tree of the département, indented; none while several départements are read."""
    return [
        (str(o.pk), f"{RETRAITS[NiveauObjectif(o.niveau)]}{o.code} – {o.libelle}"[:LONGUEUR_D_UN_CHOIX])
        for o in objectifs
        if o.retire_le is None
    ]


def choix_mois(actions: QuerySet, plan: PlanDeTravail | None) -> list[tuple[str, str]]:
    """The months of the plan; of several plans, those in which an action ends."""
    if plan:
        premiers = list(mois_de(plan.debut, plan.fin))
    else:
        fins = actions.order_by().values_list("fin", flat=True).distinct()
        premiers = sorted({fin.replace(day=1) for fin in fins})
    return [(f"{mois:%Y-%m}", date_format(mois, "F Y")) for mois in premiers]


def choix_part(perimetre: Perimetre) -> list[tuple[str, str]]:
    """The one of the role first: a list without parameter shows it as chosen."""
    if not peut_lire_suivi(perimetre):
        return []
    choix = [(PART_TOUT, "Toutes les actions"), (PART_MOI, "Ma part")]
    return choix if lire_part(perimetre, "") == PART_TOUT else choix[::-1]

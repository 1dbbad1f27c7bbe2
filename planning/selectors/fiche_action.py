"""All that the page of an action shows, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone

from planning.enums import EtatJalon, GenreCible, SituationAction
from planning.models import Action, Commentaire, Dependance, Jalon, Objectif, Preuve, Responsabilite, Reunion
from planning.permissions import peut_lire_suivi
from planning.selectors.cibles import LectureCible, lire_cible
from planning.selectors.equipes import responsable_en_poste
from planning.selectors.responsables import Titulaires
from reseaux.perimetre import Perimetre

#: Reached by the evidence that people give.
CIBLES_PROUVEES = frozenset(
    {GenreCible.PREUVE, GenreCible.ETABLISSEMENTS, GenreCible.PAR_CIO, GenreCible.PUBLICS}
)
#: Where the other targets are read.
SOURCES = {
    GenreCible.PERIMETRE: "Constaté dans les réseaux de l’année que le plan prépare.",
    GenreCible.TEMPS_TRAVAIL: "Constaté dans les répartitions de l’année que le plan prépare.",
    GenreCible.REUNION: "Constaté dans les réunions rattachées à l’action.",
    GenreCible.BILAN: "Constaté dans les réunions rattachées à l’action et leurs invitations.",
}


@dataclass(frozen=True)
class ResponsableLu:
    """An owner, who that is today; `est_caduc` when nobody in post stands behind."""

    responsable: Responsabilite
    aujourd_hui: str

    @property
    def est_caduc(self) -> bool:
        return not self.aujourd_hui

    @property
    def explication(self) -> str:
        """Why nobody answers any more."""
        nom = self.responsable.libelle_responsable
        if self.responsable.groupe_id:
            return f"le groupe « {nom} » n’a plus aucun membre en poste"
        if self.responsable.role:
            return f"personne n’exerce la fonction « {nom} » dans le département"
        return f"{nom} n’a plus d’habilitation en vigueur dans le département"


@dataclass(frozen=True)
class JalonLu:
    jalon: Jalon
    #: « Les responsables de l’action » when it has none of its own.
    responsable: str
    est_en_retard: bool


@dataclass(frozen=True)
class ActionVoisine:
    """An action that this one waits for, or that waits for it."""

    action: Action
    situation: SituationAction


@dataclass(frozen=True)
class FicheAction:
    action: Action
    situation: SituationAction
    objectifs: list[Objectif]
    attend: list[ActionVoisine]
    suivantes: list[ActionVoisine]
    #: The Région reads neither owners, milestones, evidence nor comments (R08): all that follows stays empty.
    suivi: bool
    cible: LectureCible | None = None
    responsables: list[ResponsableLu] = field(default_factory=list)
    preuves: list[Preuve] = field(default_factory=list)
    jalons: list[JalonLu] = field(default_factory=list)
    commentaires: list[Commentaire] = field(default_factory=list)
    reunions: list[Reunion] = field(default_factory=list)

    @property
    def se_prouve(self) -> bool:
        """The target is counted in the evidence; the others are read elsewhere."""
        return self.action.cible in CIBLES_PROUVEES

    @property
    def source_de_la_cible(self) -> str:
        if self.action.source:
            return f"Constaté dans les preuves et ici : {self.action.get_source_display()}."
        return SOURCES.get(GenreCible(self.action.cible), "")

    @property
    def est_bloquee(self) -> bool:
        return self.action.est_ouverte and any(voisine.action.est_ouverte for voisine in self.attend)

    @property
    def caducs(self) -> list[ResponsableLu]:
        """Owners to be replaced, as long as the action waits for them."""
        return [lu for lu in self.responsables if lu.est_caduc] if self.action.est_ouverte else []

    @property
    def but(self) -> str:
        return libelle_cible(self.action)


def libelle_cible(action: Action) -> str:
    """« Au moins 2 EPLE », « Au moins 1 par CIO »; the other targets as they are named."""
    if action.cible == GenreCible.ETABLISSEMENTS:
        return f"Au moins {action.cible_nombre} EPLE"
    if action.cible == GenreCible.PAR_CIO:
        return f"Au moins {action.cible_nombre} par CIO"
    return action.get_cible_display()


def lire_fiche(action: Action, perimetre: Perimetre) -> FicheAction:
    """`action` comes with its plan, its département and its year."""
    jour = timezone.localdate()
    objectifs = list(action.objectifs.order_by("rang", "pk"))
    attend, suivantes = _voisines(action, perimetre, jour)
    commun = (action, action.situation_au(jour), objectifs, attend, suivantes)
    if not peut_lire_suivi(perimetre):
        return FicheAction(*commun, suivi=False)
    titulaires = Titulaires.des_departements([action.plan.departement_id], jour)
    return FicheAction(
        *commun,
        suivi=True,
        cible=lire_cible(action),
        responsables=lire_responsables(action, titulaires),
        preuves=list(action.preuves.select_related("etablissement", "cio", "auteur").order_by("-le", "-pk")),
        jalons=_jalons(action, titulaires),
        commentaires=lire_fil(action),
        reunions=list(
            Reunion.objects.dans_perimetre(perimetre).filter(action=action).order_by("debut", "pk")
        ),
    )


def lire_responsables(action: Action, titulaires: Titulaires, cio: int | None = None) -> list[ResponsableLu]:
    """The owners in their order, each with who that is today (in that CIO, for a role of a CIO)."""
    return [
        ResponsableLu(r, responsable_en_poste(titulaires, r, action.plan.departement_id, cio))
        for r in action.responsables.select_related("utilisateur", "groupe").order_by("rang")
    ]


def lire_fil(action: Action, jalon: Jalon | None = None) -> list[Commentaire]:
    """What was said of an action and of its milestones, or of one of them; the oldest first."""
    fil = Commentaire.objects.filter(action=action).select_related("auteur", "jalon")
    if jalon is not None:
        fil = fil.filter(jalon=jalon)
    return list(fil.order_by("le", "pk"))


def _jalons(action: Action, titulaires: Titulaires) -> list[JalonLu]:
    """Those of the action, its own end aside."""
    jalons = action.jalons.filter(est_final=False).select_related("utilisateur", "groupe", "cio")
    return [
        JalonLu(
            jalon,
            jalon.libelle_responsable if jalon.a_un_responsable else "Les responsables de l’action",
            action.est_ouverte and jalon.etat == EtatJalon.A_FAIRE and jalon.echeance < titulaires.jour,
        )
        for jalon in jalons.order_by("echeance", "pk")
    ]


def _voisines(
    action: Action, perimetre: Perimetre, jour: dt.date
) -> tuple[list[ActionVoisine], list[ActionVoisine]]:
    """(waited for, waiting), among those one reads."""
    liens = Dependance.objects.dans_perimetre(perimetre).select_related("action", "predecesseur")
    attend = liens.filter(action=action).order_by("predecesseur__numero", "pk")
    suivent = liens.filter(predecesseur=action).order_by("action__numero", "pk")
    return (
        [ActionVoisine(lien.predecesseur, lien.predecesseur.situation_au(jour)) for lien in attend],
        [ActionVoisine(lien.action, lien.action.situation_au(jour)) for lien in suivent],
    )

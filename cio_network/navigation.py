"""The menu of each role and the few values that every page shows."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.text import slugify

from comptes.enums import Role
from socle.models import Notification

TOUS = frozenset(Role)
DEPARTEMENT = frozenset({Role.DASEN, Role.SG, Role.IEN_IO, Role.ADJOINT_IEN_IO})
CIO = frozenset({Role.DCIO, Role.SECRETAIRE_CIO})
ADMIN = frozenset({Role.ADMIN})
CHEF = frozenset({Role.CHEF_ETABLISSEMENT})


#: The drop-down lists of the menu; a role that has one entry of a list finds it on the bar itself.
PLAN = "Plan de travail"
SERVICE = "Service des PsyEN"
MISSIONS = "Missions"
EVALUATION = "Évaluation"
TERRITOIRE = "Territoire"
ADMINISTRATION = "Administration"


@dataclass(frozen=True, slots=True)
class Entree:
    """One line of the menu, for the roles that may open its page, or for all in demonstration."""

    titre: str
    url_name: str
    roles: frozenset[str] = TOUS
    liste: str = ""
    en_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Lien:
    """An entry as shown on one page; `actif` is its aria-current: « page », « true » (a page under it)."""

    titre: str
    url: str
    actif: str = ""


@dataclass(frozen=True, slots=True)
class Rubrique:
    """A button of the bar and the links it opens: one link is shown without the button."""

    titre: str
    liens: tuple[Lien, ...]

    @property
    def est_liste(self) -> bool:
        return len(self.liens) > 1

    @property
    def active(self) -> bool:
        return any(lien.actif for lien in self.liens)

    @property
    def cle(self) -> str:
        """Identifier of the list in the page."""
        return slugify(self.titre)


#: In the order of the menu. An entry comes with the page it opens, never before (tested).
MENU = (
    Entree("À décider", "psyen:a_decider", DEPARTEMENT),
    Entree("Mon CIO", "psyen:mon_cio", CIO),
    Entree("Ma semaine", "psyen:ma_semaine", frozenset({Role.PSYEN})),
    Entree("Mon PsyEN", "psyen:mon_psyen", CHEF),
    Entree("Mes missions", "missions:mes_missions", frozenset({Role.PSYEN})),
    Entree("Plan de travail", "planning:tableau_de_bord", TOUS, PLAN),
    Entree("Mes échéances", "planning:mes_echeances", TOUS - {Role.CHARGE_MISSION_REGION}, PLAN),
    Entree("Réunions", "planning:reunions", TOUS - ADMIN, PLAN),
    Entree("Calendrier de l’orientation", "planning:orientation", TOUS, PLAN),
    Entree("Répartitions", "psyen:repartitions", DEPARTEMENT | CIO | ADMIN, SERVICE),
    Entree("Arrêtés", "psyen:arretes", DEPARTEMENT | CIO | ADMIN, SERVICE),
    Entree("PsyEN", "psyen:psyens", DEPARTEMENT | CIO | ADMIN, SERVICE),
    Entree("Missions des PsyEN", "missions:missions", CIO, MISSIONS),
    Entree("Missions dans mon établissement", "missions:mon_etablissement", CHEF, MISSIONS),
    Entree("Lettres de mission", "missions:lettres", CIO, MISSIONS),
    Entree("Missions par autorité", "missions:autorites", DEPARTEMENT | CIO | CHEF | ADMIN, MISSIONS),
    Entree("Qui fait quoi ?", "missions:matrice", TOUS, MISSIONS),
    Entree("Dossiers et délégations", "missions:dossiers", TOUS - {Role.CHARGE_MISSION_REGION}, MISSIONS),
    Entree("Activité", "missions:activite", DEPARTEMENT | CIO | CHEF | ADMIN, MISSIONS),
    Entree("Programmes d’activités", "missions:programmes", TOUS - {Role.CHARGE_MISSION_REGION}, MISSIONS),
    Entree("Nomenclature des missions", "missions:nomenclature", TOUS, MISSIONS),
    Entree("Fiches de poste", "missions:fiches_de_poste", DEPARTEMENT | CIO, MISSIONS),
    Entree("Critères", "evaluation:criteres", TOUS - CHEF - {Role.CHARGE_MISSION_REGION}, EVALUATION),
    Entree("Indicateurs", "evaluation:indicateurs", TOUS - CHEF - {Role.CHARGE_MISSION_REGION}, EVALUATION),
    Entree("Campagnes", "evaluation:campagnes", DEPARTEMENT | CIO | ADMIN, EVALUATION),
    Entree("Comparer", "evaluation:comparer", DEPARTEMENT | ADMIN, EVALUATION),
    Entree("Enquêtes", "evaluation:enquetes", DEPARTEMENT | ADMIN | {Role.DCIO, Role.PSYEN}, EVALUATION),
    Entree("Rapports", "evaluation:rapports", DEPARTEMENT | ADMIN | {Role.DCIO}, EVALUATION),
    Entree("Exports", "evaluation:exports", ADMIN, EVALUATION),
    Entree(
        "Synthèse de l’évaluation",
        "evaluation:syntheses",
        CHEF | {Role.PSYEN, Role.SECRETAIRE_CIO},
        EVALUATION,
    ),
    Entree("Réseaux", "reseaux:reseaux", TOUS - CHEF, TERRITOIRE),
    Entree("CIO", "reseaux:cios", TOUS - CHEF, TERRITOIRE),
    Entree("Établissements", "reseaux:etablissements", TOUS - CHEF, TERRITOIRE),
    Entree("Actions et partenaires", "missions:territoire", TOUS, TERRITOIRE),
    Entree("Mon établissement", "reseaux:etablissements", CHEF),
    Entree("Comptes", "reseaux:comptes", ADMIN, ADMINISTRATION),
    Entree("Années", "reseaux:annees", ADMIN, ADMINISTRATION),
    Entree("Jours fériés et vacances", "planning:jours_non_ouvres", ADMIN, ADMINISTRATION),
    Entree("Textes des rappels", "planning:messages", ADMIN, ADMINISTRATION),
    Entree("Imports", "reseaux:importer_annuaire", ADMIN, ADMINISTRATION),
    Entree("Journal", "socle:journal", ADMIN | {Role.IEN_IO, Role.SG}, ADMINISTRATION),
    Entree("Courriels émis", "socle:courriels", ADMIN, ADMINISTRATION, en_demonstration=True),
    Entree("Travaux", "socle:travaux", ADMIN, ADMINISTRATION),
)


@lru_cache(maxsize=2 * len(Role))
def menu_du_role(role: str, demonstration: bool) -> tuple[tuple[str, str, str], ...]:
    """(list or "", title, address) of the entries of a role, resolved once per process."""
    return tuple(
        (entree.liste, entree.titre, reverse(entree.url_name))
        for entree in MENU
        if role in entree.roles or (demonstration and entree.en_demonstration)
    )


def navigation(role: str, chemin: str) -> list[Rubrique]:
    """The menu of a role with the current page marked; the longest matching address wins."""
    entrees = menu_du_role(role, settings.DEMONSTRATION)
    courante = max((url for _, _, url in entrees if chemin.startswith(url)), key=len, default="")
    marque = "page" if courante == chemin else "true"
    rubriques: dict[str, list[Lien]] = {}
    for liste, titre, url in entrees:
        lien = Lien(titre, url, marque if url == courante else "")
        rubriques.setdefault(liste or titre, []).append(lien)
    return [Rubrique(titre, tuple(liens)) for titre, liens in rubriques.items()]


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Costs one query at most (unread notifications), and only if the header is shown."""
    perimetre = getattr(request, "perimetre", None)
    utilisateur = getattr(request, "user", None)
    connecte = utilisateur if utilisateur is not None and utilisateur.is_authenticated else None
    return {
        "utilisateur_connecte": connecte,
        "perimetre": perimetre,
        "autres_habilitations": _autres_habilitations(request, perimetre),
        "navigation": navigation(perimetre.role, request.path) if perimetre else [],
        "nb_non_lus": SimpleLazyObject(lambda: _nb_non_lus(request)),
        "organisme": settings.ORGANISME,
        "demonstration": settings.DEMONSTRATION,
        "inactivite": settings.INACTIVITE_MINUTES,
    }


def _autres_habilitations(request: HttpRequest, perimetre: Any) -> list[Any]:
    """Those the person could wear instead, already read by the perimeter middleware."""
    if perimetre is None:
        return []
    return [h for h in getattr(request, "habilitations", []) if h.pk != perimetre.habilitation_id]


def _nb_non_lus(request: HttpRequest) -> int:
    return Notification.objects.filter(utilisateur_id=request.user.pk or 0).non_lues().count()

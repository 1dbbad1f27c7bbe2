"""Who gets what from each URL. Letters: see `monde.LETTRES`; a role not named gets `sinon` (403)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from socle.journal import historique
from socle.models import Courriel, Fichier
from tests.acces.monde import Monde

TOUS = "ADSIJCEPHR"
INEXISTANT = 999_999

#: Answer without a session: sign-in, legal pages, help.
PUBLIQUES = (
    "comptes:connexion",
    "comptes:code",
    "comptes:fournisseur",
    "comptes:fournisseur_retour",
    "comptes:mot_de_passe_oublie",
    "comptes:mot_de_passe_demande",
    "comptes:mot_de_passe_nouveau",
    "comptes:courriel_confirmer",
    "mentions_legales",
    "accessibilite",
    "donnees_personnelles",
    "plan_du_site",
    "aide",
    "aide_du_role",
    "planning:flux_ics",
    "depot_trop_lourd",
    "sante_vivant",
    "sante_pret",
    "sante_mesures",
    "evaluation:enquete_repondre",
    "evaluation:enquete_merci",
)


@dataclass(frozen=True)
class Acces:
    """A line: what each role gets on its own object, then on the neighbouring CIO's."""

    url: str
    #: code → letters of the roles that get it on their own.
    propre: dict[int, str]
    #: The same on the CIO of the same département; roles not named get 404.
    voisin: dict[int, str] = field(default_factory=dict)
    objet: Callable[[Monde], Any] | None = None
    methode: str = "get"
    donnees: Callable[[Monde], dict] | None = None
    parametres: dict[str, str] = field(default_factory=dict)
    sinon: int = 403
    #: False for the person's own pages: account, notifications, home.
    du_metier: bool = True
    a_un_voisin: bool = True
    a_un_etranger: bool = True
    inexistant: tuple[Any, ...] = (INEXISTANT,)

    def arguments(self, monde: Monde | None) -> list[Any]:
        """Of the URL, in that world; without a world, those of what does not exist."""
        if self.objet is None:
            return []
        if monde is None:
            return list(self.inexistant)
        valeur = self.objet(monde)
        return list(valeur) if isinstance(valeur, tuple) else [valeur]


def _personnel(url: str, methode: str = "get", code: int = 200) -> Acces:
    return Acces(url, {code: TOUS}, methode=methode, du_metier=False)


def _courriel(monde: Monde) -> int:
    return Courriel.objects.order_by("pk").first().pk


def _courriel_avec_piece(monde: Monde) -> int:
    piece = Fichier.objects.order_by("pk")[0]
    champs = {"destinataire": "acces@ac-essai.fr", "objet": "Invitation", "piece": piece}
    return Courriel.objects.get_or_create(cle="acces:piece", defaults=champs)[0].pk


def _entree(monde: Monde) -> int:
    return historique(monde.arretee).first().pk


ACCES_PERSONNE: list[Acces] = [
    # --- the person -------------------------------------------------------------------------------
    Acces("accueil", {302: TOUS}, du_metier=False),
    _personnel("comptes:deconnexion", "post", 302),
    _personnel("comptes:mon_compte"),
    _personnel("comptes:presence", code=204),
    _personnel("comptes:courriel_changer", "post", 200),
    _personnel("comptes:mot_de_passe_changer"),
    _personnel("comptes:deconnecter_partout", "post", 302),
    _personnel("comptes:sessions_fermer_autres", "post", 302),
    _personnel("comptes:session_fermer", "post", 302),
    _personnel("comptes:second_facteur"),
    _personnel("comptes:second_facteur_activer"),
    _personnel("comptes:codes_renouveler", code=302),
    _personnel("comptes:second_facteur_retirer", code=302),
    _personnel("socle:notifications"),
    _personnel("socle:notifications_lire", "post", 302),
    # --- the application itself -------------------------------------------------------------------
    Acces("socle:courriels", {200: "A"}, du_metier=False),
    Acces(
        "socle:courriel", {200: "A"}, {200: "A"}, _courriel, du_metier=False, sinon=403, a_un_etranger=False
    ),
    Acces(
        "socle:courriel_piece", {200: "A"}, {200: "A"}, _courriel_avec_piece, sinon=404, a_un_etranger=False
    ),
    Acces(
        "socle:courriel_renvoyer", {403: "A"}, {403: "A"}, _courriel, "post", sinon=404, a_un_etranger=False
    ),
    Acces("socle:journal", {200: "ASI"}),
    Acces("socle:entree_journal", {200: "ASI"}, {200: "ASI"}, _entree),
    Acces("socle:travaux", {200: TOUS}, du_metier=False),
]

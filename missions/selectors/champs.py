"""The members of the équipe de direction today, and the field of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from comptes.models import Utilisateur
from missions.models import ChampIntervention
from missions.selectors.delegations import qualite
from missions.selectors.titulaires import habilitations_du_departement
from reseaux.enums import GenreGroupe
from reseaux.models import Departement, MembreGroupe


@dataclass(frozen=True)
class MembreDirection:
    """`champ` is the one of the day; `suivants` are to come, `precedents` are history, the latest first."""

    membre: Utilisateur
    fonction: str
    champ: ChampIntervention | None
    suivants: list[ChampIntervention]
    precedents: list[ChampIntervention]


def membres_de_la_direction(departement: Departement, jour: dt.date | None = None) -> dict[Utilisateur, str]:
    """« équipe de direction orientation »: persons and whoever holds a role, with their function, by name."""
    jour = jour or timezone.localdate()
    membres = MembreGroupe.objects.en_vigueur(jour).filter(
        groupe__departement=departement, groupe__genre=GenreGroupe.EQUIPE_DIRECTION
    )
    couples = list(membres.order_by("pk").values_list("utilisateur", "role"))
    personnes = {personne for personne, _ in couples if personne}
    roles = {role for _, role in couples if role}
    fonctions: dict[Utilisateur, list[str]] = {}
    habilitations = habilitations_du_departement(departement.pk, jour)
    for habilitation in habilitations.order_by("utilisateur__nom", "utilisateur__prenom", "pk"):
        if habilitation.role in roles or habilitation.utilisateur_id in personnes:
            dite = qualite(habilitation)
            fonctions.setdefault(habilitation.utilisateur, []).append(dite[0].upper() + dite[1:])
    return {membre: " ; ".join(siennes) for membre, siennes in fonctions.items()}


def lire_champs(departement: Departement, jour: dt.date | None = None) -> list[MembreDirection]:
    """Three queries, however many members."""
    jour = jour or timezone.localdate()
    membres = membres_de_la_direction(departement, jour)
    par_membre: dict[int, list[ChampIntervention]] = {}
    champs = ChampIntervention.objects.filter(departement=departement).order_by("-debut", "-pk")
    for champ in champs:
        par_membre.setdefault(champ.membre_id, []).append(champ)
    return [_lire(membre, dite, par_membre.get(membre.pk, []), jour) for membre, dite in membres.items()]


def _lire(
    membre: Utilisateur, fonction: str, champs: list[ChampIntervention], jour: dt.date
) -> MembreDirection:
    passes = [champ for champ in champs if champ.debut <= jour]
    return MembreDirection(
        membre,
        fonction,
        passes[0] if passes else None,
        [champ for champ in champs if champ.debut > jour],
        passes[1:],
    )

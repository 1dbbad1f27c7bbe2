"""What the page of a milestone shows."""

from __future__ import annotations

from dataclasses import dataclass

from planning.enums import EtatJalon
from planning.models import Commentaire, Jalon
from planning.selectors.equipes import responsable_en_poste
from planning.selectors.fiche_action import ResponsableLu, lire_fil, lire_responsables
from planning.selectors.responsables import Titulaires


@dataclass(frozen=True)
class FicheJalon:
    jalon: Jalon
    responsables: list[ResponsableLu]
    commentaires: list[Commentaire]
    est_a_faire: bool
    est_en_retard: bool


def lire_fiche_jalon(jalon: Jalon) -> FicheJalon:
    """`jalon` comes with its action, its plan, its owner."""
    departement = jalon.action.plan.departement_id
    titulaires = Titulaires.des_departements([departement])
    if jalon.a_un_responsable:
        aujourd_hui = responsable_en_poste(titulaires, jalon, departement, jalon.cio_id)
        responsables = [ResponsableLu(jalon, aujourd_hui)]
    else:
        responsables = lire_responsables(jalon.action, titulaires, jalon.cio_id)
    a_faire = jalon.etat == EtatJalon.A_FAIRE and jalon.action.est_ouverte
    en_retard = a_faire and jalon.echeance < titulaires.jour
    fil = lire_fil(jalon.action, None if jalon.est_final else jalon)
    return FicheJalon(jalon, responsables, fil, a_faire, en_retard)

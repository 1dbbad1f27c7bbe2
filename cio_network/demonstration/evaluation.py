"""The evaluation in the demonstration: criteria of the working group, T0 frozen, T1 open."""

from __future__ import annotations

import datetime as dt

from cio_network.demonstration.personnes import DEPARTEMENT_VITRINE, Equipe
from evaluation.models import Campagne, Critere
from evaluation.services.bibliotheque import charger_indicateurs
from evaluation.services.campagnes import figer_campagne, ouvrir_campagne
from evaluation.services.campagnes_calcul import calculer_campagne
from evaluation.services.criteres import charger_criteres, ecarter_critere, valider_critere
from reseaux.models import AnneeScolaire, Departement

#: In the showcase the group has not finished: two criteria wait, one is set aside.
EN_DISCUSSION = ("Les usagers sont satisfaits du service rendu", "Les parcours sont plus sûrs")
ECARTE = "Le CIO est un lieu neutre pour certaines réponses éducatives"
POURQUOI_ECARTE = "À reprendre l’an prochain : les entretiens tenus au CIO ne sont pas comptés partout."
#: A campaign observes the réseaux once the autumn has settled them.
APRES_LA_RENTREE = dt.timedelta(days=60)


def charger_evaluations(
    precedente: AnneeScolaire, courante: AnneeScolaire, equipes: dict[int, Equipe], aujourd_hui: dt.date
) -> None:
    """In each département: the library, the decisions of the group, last year frozen, this year under way."""
    for departement in Departement.objects.order_by("code"):
        equipe = equipes[departement.pk]
        charger_indicateurs(perimetre=equipe.ien_io, departement=departement)
        charger_criteres(perimetre=equipe.ien_io, departement=departement)
        _statuer(departement, equipe, aujourd_hui)
        depart = _mesurer("T0", "Avant l’expérimentation", departement, equipe, precedente, au_plus_tard=None)
        figer_campagne(perimetre=equipe.ien_io, campagne=depart)
        _mesurer("T1", "Première année", departement, equipe, courante, au_plus_tard=aujourd_hui)


def _statuer(departement: Departement, equipe: Equipe, aujourd_hui: dt.date) -> None:
    le = aujourd_hui - dt.timedelta(days=45)
    vitrine = departement.code == DEPARTEMENT_VITRINE
    for critere in Critere.objects.filter(departement=departement).order_by("rang"):
        if vitrine and critere.libelle == ECARTE:
            ecarter_critere(perimetre=equipe.ien_io, critere=critere, statue_le=le, motif=POURQUOI_ECARTE)
        elif not vitrine or critere.libelle not in EN_DISCUSSION:
            valider_critere(perimetre=equipe.ien_io, critere=critere, statue_le=le)


def _mesurer(
    code: str,
    libelle: str,
    departement: Departement,
    equipe: Equipe,
    annee: AnneeScolaire,
    *,
    au_plus_tard: dt.date | None,
) -> Campagne:
    observee = annee.debut + APRES_LA_RENTREE
    campagne = ouvrir_campagne(
        perimetre=equipe.ien_io,
        departement=departement,
        code=code,
        libelle=libelle,
        annee=annee,
        date_observation=min(observee, au_plus_tard) if au_plus_tard else observee,
        echeance=au_plus_tard + dt.timedelta(days=30) if au_plus_tard else None,
    )
    calculer_campagne(perimetre=equipe.ien_io, campagne=campagne)
    return campagne

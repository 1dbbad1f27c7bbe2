"""The evaluation in the demonstration: criteria of the working group, survey, T0 frozen, T1 open, report."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from cio_network.demonstration.evaluation_enquete import charger_enquetes
from cio_network.demonstration.personnes import DEPARTEMENT_VITRINE, Equipe
from evaluation.exports.mesures import COLONNES_MESURES
from evaluation.models import Campagne, Critere, Indicateur
from evaluation.services.analyses import ecrire_analyse
from evaluation.services.bibliotheque import charger_indicateurs
from evaluation.services.campagnes import figer_campagne, ouvrir_campagne
from evaluation.services.campagnes_calcul import calculer_campagne
from evaluation.services.criteres import charger_criteres, ecarter_critere, valider_critere
from evaluation.services.mesures_import import importer_mesures
from evaluation.services.rapports import preparer_rapport
from evaluation.services.rapports_emission import emettre_rapport
from evaluation.services.rapports_publication import publier_synthese
from reseaux.models import CIO, AnneeScolaire, Departement
from socle.tableurs import ecrire_tableau

#: In the showcase the group has not finished: two criteria wait, one is set aside.
EN_DISCUSSION = ("Les usagers sont satisfaits du service rendu", "Les parcours sont plus sûrs")
ECARTE = "Le CIO est un lieu neutre pour certaines réponses éducatives"
POURQUOI_ECARTE = "À reprendre l’an prochain : les entretiens tenus au CIO ne sont pas comptés partout."
#: A campaign observes the réseaux once the autumn has settled them.
APRES_LA_RENTREE = dt.timedelta(days=60)
#: Invented, as the staff is: figures of a département before the experiment, and how far another stands.
IMPORTES = {
    "I19": ("94.2", "%"),
    "I19b": ("1.8", "%"),
    "I19c": ("2.1", "%"),
    "I20": ("93.5", "%"),
    "I21": ("5.9", "%"),
}
ECARTS = {"018": "0.6", "028": "-0.4"}
SOURCE = "Extraction Affelnet et Parcoursup, données fictives de la démonstration"
ANALYSES = {
    "I1": "Chaque EPLE du bassin voit un PsyEN. Deux collèges n’ont qu’une demi-journée : à revoir avec eux.",
    "I9": "Les déplacements pèsent au sud du bassin ; le regroupement par réseau devrait les réduire.",
    "I15": "Les professeurs principaux demandent des formations partout, les CPE presque nulle part.",
}
SYNTHESE = (
    "Le point de départ est établi : chaque EPLE a son PsyEN, les délais de décision tiennent dans le mois. "
    "Deux fragilités : des moyens inégaux d’un établissement à l’autre, des actions « Avenir » encore rares."
)


def charger_evaluations(
    precedente: AnneeScolaire, courante: AnneeScolaire, equipes: dict[int, Equipe], aujourd_hui: dt.date
) -> None:
    """In each département: the library, the decisions of the group, the survey, last year frozen, this year
    under way; in the showcase, what the DCIO of Blois says of it, the report, its synthesis published.
    """
    for departement in Departement.objects.order_by("code"):
        equipe = equipes[departement.pk]
        charger_indicateurs(perimetre=equipe.ien_io, departement=departement)
        charger_criteres(perimetre=equipe.ien_io, departement=departement)
        _statuer(departement, equipe, aujourd_hui)
        depart = _mesurer("T0", "Avant l’expérimentation", departement, equipe, precedente, au_plus_tard=None)
        _importer(depart, equipe)
        figer_campagne(perimetre=equipe.ien_io, campagne=depart)
        depart.refresh_from_db()
        if departement.code == DEPARTEMENT_VITRINE:
            charger_enquetes(departement, equipe, aujourd_hui)
            _rendre_compte(depart, equipe)
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


def _importer(campagne: Campagne, equipe: Equipe) -> None:
    """As the IEN-IO would, from a spreadsheet."""
    code = campagne.departement.code
    ecart = Decimal(ECARTS.get(code, "0"))
    jour = campagne.date_observation
    lignes = [
        (campagne.code, indicateur, "Département", code, Decimal(valeur) + ecart, unite, SOURCE, jour, "", "")
        for indicateur, (valeur, unite) in IMPORTES.items()
    ]
    contenu = ecrire_tableau("csv", colonnes=COLONNES_MESURES, lignes=lignes, titre="Affelnet")
    importer_mesures(perimetre=equipe.ien_io, campagne=campagne, nom="affelnet.csv", contenu=contenu)


def _rendre_compte(campagne: Campagne, equipe: Equipe) -> None:
    blois = CIO.objects.get(departement=campagne.departement, commune="Blois")
    indicateurs = Indicateur.objects.filter(departement=campagne.departement, code__in=ANALYSES)
    for indicateur in indicateurs.order_by("rang"):
        ecrire_analyse(
            perimetre=equipe.dcio[blois.pk],
            campagne=campagne,
            indicateur=indicateur,
            cio=blois,
            texte=ANALYSES[indicateur.code],
            version_lue=0,
        )
    ecrire_analyse(perimetre=equipe.ien_io, campagne=campagne, texte=SYNTHESE, version_lue=0)
    rapport = preparer_rapport(perimetre=equipe.ien_io, campagne=campagne)
    rapport = emettre_rapport(perimetre=equipe.ien_io, rapport=rapport)
    publier_synthese(perimetre=equipe.ien_io, rapport=rapport)

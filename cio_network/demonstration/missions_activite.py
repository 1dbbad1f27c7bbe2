"""Twelve months of counts for each CIO, and the programmes d'activités: one published, drafts elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from cio_network.demonstration.personnes import Equipe
from missions.models import Mission, Public
from missions.selectors.activite import CleLigne, decaler, ecoles_du_cio, premier_du_mois
from missions.services.activite import enregistrer_activite
from missions.services.nomenclature import charger_nomenclature
from missions.services.programmes import modifier_programme, preparer_programme, publier_programme
from reseaux.models import CIO, Academie, AnneeScolaire
from reseaux.perimetre import Perimetre

#: Mission, public, what is counted of it in a middling month.
AU_CIO = (
    ("M1", "", {"entretiens": 46, "seances": 6}),
    ("M2", "DECROCHEURS", {"entretiens": 9}),
    ("M2", "16-25", {"entretiens": 14}),
    ("M2", "EANA", {"entretiens": 5}),
    ("M4", "", {"seances": 3}),
    ("M15", "MINEURS-ISOLES", {"entretiens": 3}),
)
EN_ETABLISSEMENT = (
    ("M5", "", {"entretiens": 21, "seances": 4}),
    ("M6a", "", {"formations-pp": 2, "formations-direction": 1}),
    ("M6b", "", {"formations-profs_doc": 1, "formations-cpe": 1}),
)
#: Schools counted in each CIO.
ECOLES = 5
#: From September to August, in tenths of a middling month.
RYTHME = (8, 11, 12, 9, 14, 12, 13, 11, 12, 7, 2, 0)
INTRODUCTION = (
    "Cette année, le CIO met l’accent sur trois priorités partagées avec les établissements de ses réseaux : "
    "l’accompagnement des élèves de seconde dans leurs choix, la prévention du décrochage avec les équipes, "
    "et l’ouverture du CIO aux adultes et aux jeunes de 16 à 25 ans.\n\n"
    "Les entretiens externalisés offrent un lieu neutre aux élèves qui en ont besoin. Le territoire "
    "apprenant, construit avec la Région et les partenaires locaux, fait vivre les parcours Avenir et "
    "Citoyen.\n\n"
    "Ce programme est conduit par le directeur du CIO avec les PsyEN et présenté à l’équipe de direction."
)
BROUILLON = "Priorités de l’année, à compléter avec les PsyEN lors de la prochaine réunion de service."


def compter_annee(
    annee: AnneeScolaire, cios: Iterable[CIO], equipes: dict[int, Equipe], aujourd_hui: dt.date
) -> None:
    """The months of that year among the last twelve, the one that is under way apart; before it closes."""
    charger_nomenclature(perimetre=Perimetre.systeme(), academie=Academie.objects.get())
    missions = dict(Mission.objects.order_by("pk").values_list("code", "pk"))
    publics = {"": 0, **dict(Public.objects.order_by("pk").values_list("code", "pk"))}
    dernier = decaler(premier_du_mois(aujourd_hui), -1)
    mois_comptes = [m for n in range(12) if annee.debut <= (m := decaler(dernier, n - 11)) <= annee.fin]
    for rang, cio in enumerate(cios):
        dcio = equipes[cio.departement_id].dcio.get(cio.parent_id or cio.pk)
        if dcio is None:
            continue
        ecoles = list(ecoles_du_cio(cio, annee).values_list("pk", flat=True)[:ECOLES])
        for mois in mois_comptes:
            saisies = {
                (CleLigne(ecole, missions[mission], publics[public]), colonne): nombre
                for ecole, mission, public, colonne, nombre in _nombres(mois, rang, ecoles)
            }
            enregistrer_activite(perimetre=dcio, cio=cio, mois=mois, saisies=saisies)


def _nombres(mois: dt.date, rang: int, ecoles: list[int]) -> Iterator[tuple[int, str, str, str, int]]:
    """School or 0, mission, public, column and number; nothing is counted where the rhythm gives zero."""
    lieux = [(0, AU_CIO), *((ecole, EN_ETABLISSEMENT) for ecole in ecoles)]
    for place, (ecole, lignes) in enumerate(lieux):
        for tour, (mission, public, colonnes) in enumerate(lignes):
            for colonne, moyenne in colonnes.items():
                ecart = (7 * rang + 5 * place + 3 * tour + mois.month) % 9 - 4
                nombre = moyenne * RYTHME[(mois.month - 9) % 12] * (20 + ecart) // 200
                if nombre:
                    yield ecole, mission, public, colonne, nombre


def charger_programmes(
    annee: AnneeScolaire, cios: Iterable[CIO], equipes: dict[int, Equipe], vitrine: CIO
) -> None:
    """Published for the showcase, in preparation elsewhere."""
    for cio in cios:
        dcio = equipes[cio.departement_id].dcio.get(cio.pk)
        if dcio is None:
            continue
        programme = preparer_programme(perimetre=dcio, cio=cio, annee=annee)
        texte = INTRODUCTION if cio == vitrine else BROUILLON
        programme = modifier_programme(perimetre=dcio, programme=programme, introduction=texte)
        if cio == vitrine:
            publier_programme(perimetre=dcio, programme=programme)

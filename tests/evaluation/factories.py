"""Campaigns and figures: plain functions, no randomness. The functions registered here answer what the test
put in `VALEURS`: « the data change » is then one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from evaluation.enums import Niveau, SourceIndicateur, Unite
from evaluation.models import Campagne, Indicateur, Mesure
from evaluation.selectors.calcul import Contexte, LignesComptees, Resultat, calcul
from evaluation.selectors.manques import cios_du_departement
from reseaux.models import CIO, AnneeScolaire, Departement
from reseaux.perimetre import Perimetre
from tests.evaluation.factories_cadre import creer_indicateur_saisi
from tests.reseaux.factories import creer_annee, creer_departement

#: Territory → (value, persons) that the function of the tests answers; the CIO without one count nothing.
VALEURS: dict[str, tuple[Decimal | None, int | None]] = {}


def lignes_de_l_essai(contexte: Contexte, perimetre: Perimetre, resultat: Resultat) -> LignesComptees:
    return LignesComptees(("Quoi",), [(f"Ligne de {resultat.territoire}",)])


@calcul("essai.valeurs", "Valeurs de l’essai", lignes=lignes_de_l_essai)
def valeurs_de_l_essai(contexte: Contexte) -> Iterator[Resultat]:
    """La valeur que l’essai a choisie pour chaque territoire."""
    departement = contexte.departement
    valeur, personnes = VALEURS.get(departement.nom, (None, None))
    motif = "" if valeur is not None else "non calculable : rien à compter"
    yield Resultat(Niveau.DEPARTEMENT, departement.nom, valeur, personnes=personnes, motif=motif)
    for cio in cios_du_departement(departement.pk):
        if cio.nom in VALEURS:
            valeur, personnes = VALEURS[cio.nom]
            motif = "" if valeur is not None else "non calculable : rien à compter"
            yield Resultat(Niveau.CIO, cio.nom, valeur, personnes=personnes, motif=motif, cio=cio.pk)


@calcul("essai.panne", "Calcul en panne")
def calcul_en_panne(contexte: Contexte) -> Iterator[Resultat]:
    """Une division par zéro, comme un défaut en laisserait passer."""
    yield Resultat(Niveau.DEPARTEMENT, contexte.departement.nom, Decimal(1) / Decimal(0))


def creer_campagne(
    code: str = "T0",
    *,
    departement: Departement | None = None,
    annee: AnneeScolaire | None = None,
    **champs: Any,
) -> Campagne:
    """Open, observed at the start of the school year; the same code twice is the same campaign."""
    annee = annee or creer_annee()
    valeurs = {"libelle": f"Campagne {code}", "annee": annee, "date_observation": annee.debut} | champs
    return Campagne.objects.get_or_create(
        departement=departement or creer_departement(), code=code, defaults=valeurs
    )[0]


def creer_indicateur_calcule(
    code: str = "C1", *, departement: Departement | None = None, calcul: str = "essai.valeurs", **champs: Any
) -> Indicateur:
    """Computed by the function of the tests, in per cent."""
    valeurs = {"unite": Unite.POURCENTAGE, "source": SourceIndicateur.CALCULE, "calcul": calcul} | champs
    return creer_indicateur_saisi(code, departement=departement, **valeurs)


def creer_mesure(
    campagne: Campagne, indicateur: Indicateur, valeur: Any = "12", *, cio: CIO | None = None, **champs: Any
) -> Mesure:
    """The figure of the département, or of that CIO."""
    departement = campagne.departement
    valeurs = {
        "niveau": Niveau.CIO if cio else Niveau.DEPARTEMENT,
        "cio": cio,
        "territoire": cio.nom if cio else departement.nom,
        "cle_territoire": cio.nom if cio else departement.code,
        "valeur": None if valeur is None else Decimal(valeur),
        "motif": "non calculable" if valeur is None else "",
        "source": indicateur.source,
        "relevee_le": campagne.date_observation,
    }
    return Mesure.objects.create(campagne=campagne, indicateur=indicateur, **(valeurs | champs))

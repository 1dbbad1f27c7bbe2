"""Lines of the campaigns: those of a département, hence the same for the neighbour."""

from __future__ import annotations

from evaluation.models import Mesure
from tests.acces.monde import Monde
from tests.acces.table import INEXISTANT, Acces
from tests.evaluation.factories import creer_campagne, creer_indicateur_calcule, creer_mesure

#: Who reads the figures; the PsyEN, the chef d’établissement and the Région read what is published.
LECTEURS = "ADSIJCE"


def campagne_de(m: Monde) -> int:
    """Open, with a figure of the département and one of the CIO."""
    campagne = creer_campagne(departement=m.departement)
    indicateur = creer_indicateur_calcule(departement=m.departement)
    for cio in (None, m.cio):
        if not campagne.mesures.filter(indicateur=indicateur, cio=cio).exists():
            creer_mesure(campagne, indicateur, cio=cio)
    return campagne.pk


def indicateur_de(m: Monde) -> tuple[int, int]:
    """The campaign and the indicator that it measures."""
    campagne = campagne_de(m)
    return campagne, creer_indicateur_calcule(departement=m.departement).pk


def mesure_de(m: Monde) -> tuple[int, int]:
    """The figure of the CIO: the neighbour's is not read."""
    campagne = campagne_de(m)
    return campagne, Mesure.objects.get(campagne=campagne, cio=m.cio).pk


def _page(url: str, codes: dict[int, str], objet=campagne_de, methode: str = "get", **champs) -> Acces:
    """Readers who may not get 403, and so do those who read no campaign, before any object is looked for."""
    return Acces(url, codes, codes, objet, methode, **champs)


def _geste(url: str, codes: dict[int, str], objet=campagne_de, **champs) -> Acces:
    """The object is looked for first: whoever reads no campaign finds none."""
    lus = "".join(lettre for lettre in LECTEURS if lettre not in "".join(codes.values()))
    return _page(url, {403: lus} | codes, objet, "post", sinon=404, **champs)


ACCES_CAMPAGNES: list[Acces] = [
    Acces("evaluation:campagnes", {200: LECTEURS}),
    Acces("evaluation:campagne_ouvrir", {200: "SIJ"}),
    Acces("evaluation:comparer", {200: "ADSIJ"}),
    _page("evaluation:campagne", {200: LECTEURS}, a_un_etranger=True),
    Acces(
        "evaluation:campagne_regler",
        {200: "SIJ", 403: "ADCE"},
        {200: "SIJ", 403: "ADCE"},
        campagne_de,
        sinon=404,
    ),
    Acces(
        "evaluation:mesures_saisir",
        {200: "SIJCE", 403: "AD"},
        {200: "SIJCE", 403: "AD"},
        campagne_de,
        sinon=404,
    ),
    *(
        Acces(
            url, {200: "SIJ", 403: "ADCE"}, {200: "SIJ", 403: "ADCE"}, objet, sinon=404, inexistant=inexistant
        )
        for url, objet, inexistant in (
            ("evaluation:mesures_importer", campagne_de, (INEXISTANT,)),
            ("evaluation:mesures_modele", lambda m: (campagne_de(m), "csv"), (INEXISTANT, "csv")),
        )
    ),
    _page(
        "evaluation:campagne_indicateur", {200: LECTEURS}, indicateur_de, inexistant=(INEXISTANT, INEXISTANT)
    ),
    Acces(
        "evaluation:mesure_lignes",
        {200: LECTEURS},
        {200: "ADSIJ"},
        mesure_de,
        inexistant=(INEXISTANT, INEXISTANT),
    ),
    # Whoever writes does so for the CIO of his own habilitation: the page is the same for the neighbour.
    *(
        Acces(
            url, {200: "IJC", 403: "ADSE"}, {200: "IJC", 403: "ADSE"}, objet, sinon=404, inexistant=inexistant
        )
        for url, objet, inexistant in (
            ("evaluation:campagne_analyser", campagne_de, (INEXISTANT,)),
            ("evaluation:indicateur_analyser", indicateur_de, (INEXISTANT, INEXISTANT)),
        )
    ),
    _geste("evaluation:campagne_calculer", {302: "SIJ"}),
    Acces(
        "evaluation:campagne_mesures",
        {200: LECTEURS},
        {200: LECTEURS},
        lambda m: (campagne_de(m), "csv"),
        sinon=404,
        inexistant=(INEXISTANT, "csv"),
    ),
    # A campaign with one figure is frozen, whoever asks has the right to.
    Acces(
        "evaluation:campagne_geste",
        {302: "IJ", 403: "ADSCE"},
        {302: "IJ", 403: "ADSCE"},
        lambda m: (campagne_de(m), "figer"),
        "post",
        sinon=404,
        inexistant=(INEXISTANT, "figer"),
    ),
]

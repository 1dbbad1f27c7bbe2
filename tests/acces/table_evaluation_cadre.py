"""Lines of the criteria and of the definitions: those of a département, hence the same for the neighbour."""

from __future__ import annotations

from django.utils import timezone

from evaluation.models import Critere, Indicateur
from evaluation.services.criteres import valider_critere
from reseaux.perimetre import Perimetre
from tests.acces.table import Acces
from tests.evaluation.factories_cadre import creer_critere, creer_indicateur_saisi

#: The chef d’établissement and the Région read what is published.
LECTEURS = "ADSIJCEP"


def critere_de(m) -> int:
    return creer_critere(departement=m.departement).pk


def critere_valide_de(m) -> int:
    critere: Critere = creer_critere("Validé", departement=m.departement)
    if critere.etat == "propose":
        valider_critere(perimetre=Perimetre.systeme(), critere=critere, statue_le=timezone.localdate())
    return critere.pk


def indicateur_de(m) -> int:
    return creer_indicateur_saisi(departement=m.departement).pk


def indicateur_retire_de(m) -> int:
    indicateur: Indicateur = creer_indicateur_saisi("X2", departement=m.departement)
    Indicateur.objects.filter(pk=indicateur.pk).update(retire_le=timezone.localdate())
    return indicateur.pk


def _fiche(url: str, codes: dict[int, str], objet, methode: str = "get") -> Acces:
    """Readers who may not get 403; the others do not see the object."""
    nommes = "".join(codes.values())
    codes = {403: "".join(lettre for lettre in LECTEURS if lettre not in nommes)} | codes
    return Acces(url, codes, codes, objet, methode, sinon=404)


ACCES_CADRE: list[Acces] = [
    Acces("evaluation:criteres", {200: LECTEURS}),
    Acces("evaluation:critere_proposer", {200: "SIJC"}),
    Acces("evaluation:bibliotheque_charger", {302: "SIJ", 404: "A"}, methode="post"),
    _fiche("evaluation:critere", {200: LECTEURS}, critere_de),
    _fiche("evaluation:critere_modifier", {200: "SIJC"}, critere_de),
    _fiche("evaluation:critere_valider", {200: "SIJ"}, critere_de),
    _fiche("evaluation:critere_ecarter", {200: "SIJ"}, critere_de),
    _fiche("evaluation:critere_remettre", {302: "SIJ"}, critere_valide_de, "post"),
    Acces("evaluation:indicateurs", {200: LECTEURS}),
    Acces("evaluation:indicateur_creer", {200: "SIJ"}),
    _fiche("evaluation:indicateur", {200: LECTEURS}, indicateur_de),
    _fiche("evaluation:indicateur_modifier", {200: "SIJ"}, indicateur_de),
    _fiche("evaluation:indicateur_retirer", {302: "SIJ"}, indicateur_de, "post"),
    _fiche("evaluation:indicateur_retablir", {302: "SIJ"}, indicateur_retire_de, "post"),
]

"""Lines of the QVT survey: those of a département, hence the same for the neighbour."""

from __future__ import annotations

from typing import Any

from evaluation.models import Enquete
from evaluation.services.enquete_conduite import lancer_enquete
from reseaux.perimetre import Perimetre
from tests.acces.table import INEXISTANT, Acces
from tests.evaluation.factories_enquetes import creer_brouillon, creer_close, creer_ouverte

#: The direction, the DCIO, the PsyEN, the ADMIN.
LECTEURS = "ADSIJCP"
PILOTES = "IJ"


def _trouvee(m, titre: str, creer: Any, **reglages: Any) -> Enquete:
    deja = Enquete.objects.filter(departement=m.departement, titre=titre).order_by("pk").first()
    return deja or creer(titre, departement=m.departement, **reglages)


def brouillon_de(m) -> int:
    return _trouvee(m, "Brouillon", creer_brouillon).pk


def question_de(m) -> int:
    return Enquete.objects.get(pk=brouillon_de(m)).questions.dans_l_ordre()[1].pk


def ouverte_de(m) -> int:
    return _trouvee(m, "Ouverte", creer_ouverte).pk


def close_de(m) -> int:
    return _trouvee(m, "Close", creer_close).pk


def programmee_de(m) -> int:
    ouverte_de(m)  # there are enough PsyEN
    enquete = _trouvee(m, "Programmée", creer_brouillon)
    if enquete.est_brouillon:
        demain = enquete.date_ouverture.replace(year=enquete.date_ouverture.year + 1)
        Enquete.objects.filter(pk=enquete.pk).update(date_ouverture=demain, date_fermeture=demain)
        lancer_enquete(perimetre=Perimetre.systeme(), enquete=enquete)
    return enquete.pk


def tout_de(m) -> list[int]:
    """A survey in each state, and a question."""
    return [brouillon_de(m), ouverte_de(m), close_de(m), programmee_de(m), question_de(m)]


def _fiche(url: str, codes: dict[int, str], objet: Any, methode: str = "get", suite: str = "") -> Acces:
    """Readers who may not get 403; the others do not see the object."""
    nommes = "".join(codes.values())
    codes = {403: "".join(lettre for lettre in LECTEURS if lettre not in nommes)} | codes
    cible = (lambda m: (objet(m), suite)) if suite else objet
    inexistant = (INEXISTANT, suite) if suite else (INEXISTANT,)
    return Acces(url, codes, codes, cible, methode, sinon=404, inexistant=inexistant)


def _en_preparation(url: str, code: int, objet: Any, methode: str = "get", suite: str = "") -> Acces:
    """Seen by those who prepare it; by nobody else."""
    acces = {code: PILOTES}
    cible = (lambda m: (objet(m), suite)) if suite else objet
    inexistant = (INEXISTANT, suite) if suite else (INEXISTANT,)
    return Acces(url, acces, acces, cible, methode, sinon=404, inexistant=inexistant)


ACCES_ENQUETES: list[Acces] = [
    Acces("evaluation:enquetes", {200: LECTEURS}),
    Acces("evaluation:enquete_creer", {200: PILOTES}),
    # The page of one is refused to who reads no survey before it is looked for.
    Acces("evaluation:enquete", {200: PILOTES, 404: "ADSCP"}, {200: PILOTES, 403: "EHR"}, brouillon_de),
    Acces("evaluation:enquete", {200: LECTEURS}, {200: LECTEURS, 403: "EHR"}, ouverte_de),
    Acces("evaluation:enquete", {200: LECTEURS}, {200: LECTEURS, 403: "EHR"}, close_de),
    Acces("evaluation:enquete_apercu", {200: LECTEURS}, {200: LECTEURS, 403: "EHR"}, ouverte_de),
    _en_preparation("evaluation:enquete_modifier", 200, brouillon_de),
    _en_preparation("evaluation:question_ajouter", 200, brouillon_de, suite="echelle"),
    _en_preparation("evaluation:question_modifier", 200, question_de),
    _en_preparation("evaluation:question_geste", 302, question_de, "post", "descendre"),
    _en_preparation("evaluation:enquete_geste", 302, brouillon_de, "post", "supprimer"),
    _en_preparation("evaluation:enquete_geste", 302, programmee_de, "post", "reprendre"),
    _fiche("evaluation:enquete_prolonger", {200: PILOTES}, ouverte_de),
    _fiche("evaluation:enquete_geste", {302: PILOTES}, ouverte_de, "post", "clore"),
    # Before the closing, nobody reads anything; after it, everyone who reads surveys.
    _fiche("evaluation:enquete_exporter", {}, ouverte_de, suite="csv"),
    _fiche("evaluation:enquete_pdf", {}, ouverte_de),
    _fiche("evaluation:enquete_exporter", {200: LECTEURS}, close_de, suite="csv"),
    _fiche("evaluation:enquete_pdf", {200: LECTEURS}, close_de),
]

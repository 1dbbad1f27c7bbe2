"""Lines of the nomenclature and of what is entrusted: in detail, the CIO, the PsyEN, the school."""

from tests.acces.monde import Monde
from tests.acces.table import INEXISTANT, TOUS, Acces
from tests.missions.factories import creer_mission, creer_public


def mission_de(m: Monde) -> int:
    return creer_mission("ACCES", academie=m.academie).pk


def public_de(m: Monde) -> int:
    return creer_public("ACCES", academie=m.academie).pk


def _semaine(m: Monde) -> tuple[int, str]:
    return m.psyen.pk, m.arretee.annee.code


#: The nomenclature is that of the académie: the neighbour's is one's own.
TIENNENT = "AI"
LISENT = "".join(lettre for lettre in TOUS if lettre not in TIENNENT)


def _nomenclature(url: str, objet, methode: str = "get", geste: str = "") -> Acces:
    code = 302 if methode == "post" else 200
    codes = {code: TIENNENT, 403: LISENT}
    if geste:
        return Acces(url, codes, codes, lambda m: (objet(m), geste), methode, inexistant=(INEXISTANT, geste))
    return Acces(url, codes, codes, objet, methode)


def _detail(url: str, lettres: str, methode: str = "get") -> Acces:
    code = 302 if methode == "post" else 200
    return Acces(url, {code: lettres}, {}, _semaine, methode, inexistant=(INEXISTANT, "2020-2021"))


ACCES_CONFIEES = [
    Acces("missions:nomenclature", {200: TOUS}),
    Acces("missions:nomenclature_charger", {302: TIENNENT}, methode="post"),
    Acces("missions:mission_creer", {200: TIENNENT}),
    _nomenclature("missions:mission_modifier", mission_de),
    _nomenclature("missions:mission_geste", mission_de, "post", "retirer"),
    Acces("missions:public_creer", {200: TIENNENT}),
    _nomenclature("missions:public_modifier", public_de),
    _nomenclature("missions:public_geste", public_de, "post", "retirer"),
    Acces("missions:missions", {200: "CE"}),
    _detail("missions:missions_psyen", "CE"),
    _detail("missions:confier", "CE"),
    _detail("missions:missions_commenter", "CEP", "post"),
    Acces("missions:mes_missions", {200: "P"}),
    Acces("missions:mon_etablissement", {200: "H"}),
]

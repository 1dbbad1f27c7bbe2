"""Lines of « Qui fait quoi ? », of the transversal dossiers and of the fields of the direction.

They belong to the département: the neighbouring CIO reads the same.
"""

from typing import Any

from comptes.enums import Role
from missions.enums import EtatMatrice
from missions.models import Matrice
from reseaux.enums import GenreGroupe
from reseaux.models import Groupe
from tests.acces.table import INEXISTANT, TOUS, Acces
from tests.missions.factories import (
    creer_delegation,
    creer_dossier,
    creer_matrice,
    creer_matrice_validee,
)
from tests.planning.factories import creer_groupe
from tests.reseaux.factories import creer_habilitation

#: Everyone but the Région, which reads no register of names.
REGISTRE = "ADSIJCEPH"


def matrice_de(m) -> int:
    """Validated."""
    validees = Matrice.objects.filter(departement=m.departement, etat=EtatMatrice.VALIDEE)
    matrice = validees.order_by("version").first() or creer_matrice_validee(m.departement)
    return matrice.pk


def projet_de(m) -> int:
    matrice_de(m)
    return creer_matrice(m.departement).pk


def ligne_de(m) -> int:
    return Matrice.objects.get(pk=projet_de(m)).lignes.order_by("rang", "pk")[1].pk


def acteur_de(m) -> int:
    return Matrice.objects.get(pk=projet_de(m)).acteurs.order_by("rang", "pk")[1].pk


def dossier_de(m) -> int:
    return creer_dossier("Dossier sans délégation", departement=m.departement).pk


def delegation_de(m) -> int:
    dossier = creer_dossier("Dossier délégué", departement=m.departement)
    deja = dossier.delegations.order_by("pk").first()
    return (deja or creer_delegation(dossier)).pk


def membre_de(m) -> tuple[int, int]:
    """A DASEN made a member: whoever he is, only the IEN-IO writes his field."""
    direction = Groupe.objects.filter(departement=m.departement, genre=GenreGroupe.EQUIPE_DIRECTION).first()
    direction = direction or creer_groupe(departement=m.departement)
    membre = direction.membres.filter(utilisateur__isnull=False).order_by("pk").first()
    if membre is None:
        personne = creer_habilitation(Role.DASEN, m.departement).utilisateur
        membre = direction.membres.create(utilisateur=personne, date_debut=m.plan.debut)
    return m.departement.pk, membre.utilisateur_id


def _du_departement(url: str, codes: dict[int, str], objet: Any, methode: str = "get", **reste: Any) -> Acces:
    """The same at home and for the neighbour: one département. Roles not named get 403."""
    nommes = "".join(codes.values())
    codes = {403: "".join(lettre for lettre in TOUS if lettre not in nommes)} | codes
    return Acces(url, codes, codes, objet, methode, **reste)


def _projet(url: str, code: int, objet: Any, methode: str = "get", suite: str = "") -> Acces:
    """Written by the SG, the IEN-IO and the adjoint; elsewhere than in the direction there is no draft."""
    cible = (lambda m: (objet(m), suite)) if suite else objet
    inexistant = (INEXISTANT, suite) if suite else (INEXISTANT,)
    return _du_departement(url, {code: "SIJ", 403: "DCE", 404: "APHR"}, cible, methode, inexistant=inexistant)


ACCES_MATRICE = [
    Acces("missions:matrice", {200: TOUS}),
    _du_departement("missions:matrice_version", {200: TOUS}, matrice_de),
    _du_departement("missions:matrice_version", {200: "DSIJCE", 404: "APHR"}, projet_de),
    _du_departement("missions:matrice_pdf", {200: TOUS}, matrice_de),
    _du_departement(
        "missions:matrice_exporter",
        {200: TOUS},
        lambda m: (matrice_de(m), "csv"),
        inexistant=(INEXISTANT, "csv"),
    ),
    _du_departement(
        "missions:matrice_comparer",
        {200: "DSIJCE", 404: "APHR"},
        lambda m: (projet_de(m), matrice_de(m)),
        inexistant=(INEXISTANT, INEXISTANT),
    ),
    _du_departement("missions:matrice_preparer", {302: "SIJ"}, lambda m: m.departement.pk, "post"),
    _du_departement("missions:matrice_valider", {302: "SI", 403: "DJCE", 404: "APHR"}, projet_de, "post"),
    _projet("missions:matrice_abandonner", 302, projet_de, "post"),
    _projet("missions:matrice_grille", 200, projet_de),
    _projet("missions:matrice_renommer", 200, projet_de),
    _projet("missions:matrice_importer", 200, projet_de),
    _projet("missions:matrice_ligne_creer", 200, projet_de),
    _projet("missions:matrice_ligne", 200, ligne_de),
    _projet("missions:matrice_ligne_geste", 302, ligne_de, "post", "descendre"),
    _projet("missions:matrice_acteurs", 200, projet_de),
    _projet("missions:matrice_acteur_creer", 200, projet_de),
    _projet("missions:matrice_acteur", 200, acteur_de),
    _projet("missions:matrice_acteur_geste", 302, acteur_de, "post", "descendre"),
]

ACCES_DOSSIERS = [
    Acces("missions:dossiers", {200: REGISTRE}),
    _du_departement("missions:dossier_creer", {200: "I"}, lambda m: m.departement.pk),
    _du_departement("missions:dossiers_charger", {302: "I"}, lambda m: m.departement.pk, "post"),
    _du_departement("missions:dossier", {200: REGISTRE}, dossier_de),
    _du_departement("missions:dossier_pdf", {200: REGISTRE, 404: "R"}, dossier_de),
    _du_departement("missions:dossier_modifier", {200: "I", 404: "R"}, dossier_de),
    _du_departement("missions:delegation_creer", {200: "I", 404: "R"}, dossier_de),
    _du_departement(
        "missions:dossier_geste",
        {302: "I", 404: "R"},
        lambda m: (dossier_de(m), "retirer"),
        "post",
        inexistant=(INEXISTANT, "retirer"),
    ),
    _du_departement("missions:delegation", {200: REGISTRE}, delegation_de),
    _du_departement("missions:delegation_retirer", {200: "I", 404: "R"}, delegation_de),
    Acces("missions:champs", {200: REGISTRE}),
    _du_departement("missions:champ_definir", {200: "I"}, membre_de, inexistant=(INEXISTANT, INEXISTANT)),
]

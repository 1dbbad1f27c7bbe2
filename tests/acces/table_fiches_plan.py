"""Lines of the everyday pages of the work plan: plans, objectives, groups, actions, milestones.

A département shares its plan: the neighbouring CIO’s action is read as one’s own.
"""

from typing import Any

from django.utils import timezone

from planning.models import Objectif, Preuve
from reseaux.models import Groupe
from tests.acces.table import INEXISTANT, TOUS, Acces
from tests.planning.factories import creer_groupe, creer_objectif

#: Everyone but the Région, which reads neither owners, milestones nor evidence.
SUIVENT = "ADSIJCEPH"


def _plan(m):
    return m.plan.pk


def _action(m):
    return m.action.pk


def _jalon(m):
    return m.jalon.pk


def preuve_de(m):
    return Preuve.objects.get_or_create(action=m.action, texte="Preuve", le=timezone.localdate())[0].pk


def objectif_de(m):
    trouve = Objectif.objects.filter(departement=m.departement).order_by("-pk").first()
    return (trouve or creer_objectif(departement=m.departement)).pk


def groupe_de(m):
    trouve = Groupe.objects.filter(departement=m.departement).order_by("pk").first()
    return (trouve or creer_groupe(departement=m.departement)).pk


def membre_de(m):
    return Groupe.objects.get(pk=groupe_de(m)).membres.order_by("pk")[0].pk


def _partagee(
    url: str,
    lettres: str,
    objet,
    methode: str = "get",
    *,
    geste: str = "",
    introuvable: str = "",
    **champs: Any,
) -> Acces:
    """`lettres` get it on their own as on the neighbour’s; others 403; nothing is there for `introuvable`."""
    code = 302 if methode == "post" else 200
    refus = "".join(lettre for lettre in TOUS if lettre not in lettres + introuvable)
    propre = {code: lettres, 404: introuvable}
    if geste:
        champs |= {"objet": lambda m: (objet(m), geste), "inexistant": (INEXISTANT, geste)}
    else:
        champs["objet"] = objet
    return Acces(url, propre, propre | {403: refus}, methode=methode, **champs)


ACCES_FICHES_PLAN = [
    # --- plans, objectives, groups
    Acces("planning:plans", {200: TOUS}),
    Acces("planning:plan_creer", {200: "IJ"}),
    _partagee("planning:plan_regler", "IJ", _plan),
    _partagee("planning:plan_reconduire", "IJ", _plan),
    _partagee("planning:plan_geste", "IJ", _plan, "post", geste="clore"),
    Acces("planning:objectifs", {200: TOUS}),
    Acces(
        "planning:objectif_creer",
        {200: "IJ"},
        objet=lambda m: "axe",
        a_un_voisin=False,
        a_un_etranger=False,
        inexistant=("feuille",),
    ),
    _partagee("planning:objectif_modifier", "IJ", objectif_de),
    _partagee("planning:objectif_geste", "IJ", objectif_de, "post", geste="monter"),
    Acces("planning:groupes", {200: SUIVENT}),
    Acces("planning:groupe_creer", {200: "IJ"}),
    _partagee("planning:groupe_renommer", "IJ", groupe_de, introuvable="R"),
    _partagee("planning:groupe_supprimer", "IJ", groupe_de, "post", introuvable="R"),
    _partagee("planning:membre_ajouter", "IJ", groupe_de, introuvable="R"),
    _partagee("planning:membre_retirer", "IJ", membre_de, introuvable="R"),
    # --- actions and milestones
    _partagee("planning:action_creer", "IJ", _plan),
    _partagee("planning:action", SUIVENT, _action, introuvable="R"),
    _partagee("planning:action_modifier", "IJ", _action, introuvable="R"),
    _partagee("planning:action_commenter", "DSIJCEPH", _action, introuvable="R"),
    _partagee("planning:action_geste", "SIJ", _action, "post", geste="terminer", introuvable="R"),
    _partagee("planning:action_geste", "SIJ", _action, geste="reporter", introuvable="R"),
    _partagee("planning:action_geste", "IJ", _action, geste="abandonner", introuvable="R"),
    _partagee("planning:preuve_ajouter", "SIJ", _action, introuvable="R"),
    _partagee("planning:preuve_retirer", "SIJ", preuve_de, "post", introuvable="R"),
    _partagee("planning:jalon_creer", "SIJ", _action, introuvable="R"),
    Acces("planning:jalon", {200: SUIVENT}, {200: SUIVENT}, _jalon),
    Acces("planning:jalon_modifier", {200: "SIJ"}, {200: "SIJ", 403: "ADCEPH"}, _jalon),
    Acces("planning:jalon_commenter", {200: "DSIJCEPH"}, {200: "DSIJCEPH", 403: "A"}, _jalon),
    # The DCIO of that CIO answers for it, that of the neighbouring one does not.
    Acces(
        "planning:jalon_geste",
        {302: "SIJC"},
        {302: "SIJ", 403: "ADCEPH"},
        lambda m: (m.jalon.pk, "terminer"),
        "post",
        inexistant=(INEXISTANT, "terminer"),
    ),
]

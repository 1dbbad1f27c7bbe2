"""A matrix « Qui fait quoi ? » of eighty activities and twelve actors, every cell of it filled."""

from comptes.enums import Role
from missions.models import Matrice
from missions.selectors.matrice import LigneLue
from missions.services.matrice import ecrire_acteurs, ecrire_lignes
from reseaux.models import Habilitation

ACTIVITES, ACTEURS = 80, 12
TITRE = "Matrice du banc"
PARTS = ("realise", "consulte", "informe")


def preparer_matrice_du_banc():
    """The draft of the département of the first IEN-IO; committed for the server."""
    ien = Habilitation.objects.filter(role=Role.IEN_IO).order_by("pk")[0]
    derniere = Matrice.objects.filter(departement=ien.departement).order_by("-version").first()
    if derniere and derniere.titre == TITRE:  # measured again on the same base
        return {"activites": 0, "acteurs": 0}
    version = derniere.version + 1 if derniere else 1
    matrice = Matrice.objects.create(departement=ien.departement, version=version, titre=TITRE)
    acteurs = list(ecrire_acteurs(matrice, [(f"Acteur {rang}", "") for rang in range(ACTEURS)]).values())
    ecrire_lignes(matrice, [_ligne(rang, acteurs) for rang in range(ACTIVITES)])
    return {"activites": ACTIVITES, "acteurs": ACTEURS}


def _ligne(rang, acteurs):
    decide = acteurs[rang % ACTEURS]
    autres = [acteur for acteur in acteurs if acteur != decide]
    parts = {acteur.pk: PARTS[place % 3] for place, acteur in enumerate(autres)}
    return LigneLue(0, f"Rubrique {rang // 10}", f"Activité du banc {rang}", decide.pk, parts=parts)

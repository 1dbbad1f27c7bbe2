"""Choices of territories for the filters: pairs read in one plain query, no object built per option."""

from reseaux.models import CIO, Departement
from reseaux.perimetre import Perimetre

Choix = list[tuple[str, str]]


def choix_departements(perimetre: Perimetre) -> Choix:
    """The départements to choose from; empty when there is only one, implied by the habilitation."""
    if perimetre.departement_id:
        return []
    departements = Departement.objects.dans_perimetre(perimetre).order_by("nom", "pk")
    return [(str(pk), nom) for pk, nom in departements.values_list("pk", "nom")]


def choix_cios(perimetre: Perimetre, departement: str | None) -> Choix:
    """The open CIO of the département. Empty while a whole académie leaves too many: the département comes
    first.
    """
    cios = CIO.objects.filter(est_ouvert=True).order_by("nom", "pk")
    if perimetre.departement_id:
        cios = cios.filter(departement=perimetre.departement_id)
    # Longer than nine digits cannot be a key, and would not fit in the database's integers.
    elif departement and departement.isascii() and departement.isdecimal() and len(departement) < 10:
        cios = cios.filter(departement=int(departement), departement__academie=perimetre.academie_id)
    else:
        return []
    return [(str(pk), nom) for pk, nom in cios.values_list("pk", "nom")]

"""What the pages of a CIO and of a réseau show beside the object itself."""

from django.db.models import Q, QuerySet

from reseaux.models import CIO, AnneeScolaire, Etablissement, Reseau
from reseaux.perimetre import Perimetre
from reseaux.selectors.listes import reseaux_chiffres
from reseaux.selectors.perimetre import ReseauDuPerimetre, perimetre_du_cio


def etablissements_du_secteur(cio: CIO, perimetre: Perimetre) -> QuerySet[Etablissement]:
    """Open schools of the sector, that of the antennes included; what a chef d'établissement may not read
    is not there.
    """
    return (
        Etablissement.objects.dans_perimetre(perimetre)
        .ouverts()
        .filter(Q(cio=cio) | Q(cio__parent=cio))
        .order_by("commune", "nom", "pk")
    )


def reseaux_du_cio(cio: CIO, annee: AnneeScolaire | None, perimetre: Perimetre) -> QuerySet[Reseau]:
    """The réseaux of a CIO for one year, with their figures."""
    reseaux = Reseau.objects.dans_perimetre(perimetre).filter(cio=cio, annee=annee.pk if annee else 0)
    return reseaux_chiffres(reseaux).select_related("tete").order_by("nom", "pk")


def reseau_detaille(reseau: Reseau) -> ReseauDuPerimetre:
    """A réseau with its schools, their pupils and their distance to the tête."""
    lus = perimetre_du_cio(cio=reseau.cio, annee=reseau.annee).reseaux
    return next(lu for lu in lus if lu.reseau.pk == reseau.pk)

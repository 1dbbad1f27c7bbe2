"""Who is where: the attachments and the affectations in force, as far as a perimeter reads them."""

import datetime as dt

from django.db.models import FilteredRelation, Q, QuerySet, Sum
from django.utils import timezone

from psyen.models import Affectation, PsyEN, Rattachement
from reseaux.models import CIO, AnneeScolaire, Etablissement, Reseau
from reseaux.perimetre import Perimetre


def avec_rattachement(psyens: QuerySet[PsyEN], jour: dt.date) -> QuerySet[PsyEN]:
    """Adds `actuel`, the attachment in force that day: one at most, they never overlap."""
    condition = Q(
        Q(rattachements__date_fin__isnull=True) | Q(rattachements__date_fin__gte=jour),
        rattachements__date_debut__lte=jour,
    )
    return psyens.annotate(actuel=FilteredRelation("rattachements", condition=condition))


def rattachements_du_cio(cio: CIO, perimetre: Perimetre) -> QuerySet[Rattachement]:
    """The PsyEN attached to a CIO today."""
    return (
        Rattachement.objects.dans_perimetre(perimetre)
        .au(timezone.localdate())
        .filter(cio=cio)
        .select_related("psyen")
        .order_by("psyen__nom", "psyen__prenom", "pk")
    )


def presences_dans(etablissement: Etablissement, perimetre: Perimetre) -> QuerySet[Affectation]:
    """Who comes to a school today."""
    return (
        Affectation.objects.dans_perimetre(perimetre)
        .en_vigueur(timezone.localdate())
        .filter(etablissement=etablissement)
        .select_related("service__psyen", "service__repartition__cio")
        .order_by("service__psyen__nom", "service__psyen__prenom", "pk")
    )


def presences_du_reseau(reseau: Reseau, perimetre: Perimetre) -> list[tuple[int, str, float]]:
    """(PsyEN, his name, half-days in the schools of the réseau) on the day that `jour_de_reference` says."""
    lignes = (
        Affectation.objects.dans_perimetre(perimetre)
        .en_vigueur(jour_de_reference(reseau.annee))
        .filter(reseau=reseau)
        .values("service__psyen", "service__psyen__prenom", "service__psyen__nom")
        .annotate(total=Sum("demi_journees"))
        .order_by("service__psyen__nom", "service__psyen__prenom", "service__psyen")
    )
    return [
        (
            ligne["service__psyen"],
            f"{ligne['service__psyen__prenom']} {ligne['service__psyen__nom']}",
            ligne["total"],
        )
        for ligne in lignes
    ]


def jour_de_reference(annee: AnneeScolaire) -> dt.date:
    """Today, or the nearest day of a year that is over or to come."""
    return min(max(timezone.localdate(), annee.debut), annee.fin)

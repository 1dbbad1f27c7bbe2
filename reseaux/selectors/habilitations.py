"""Accounts and habilitations as the ADMIN manages them."""

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from comptes.models import Utilisateur
from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre
from socle.models import EntreeJournal


def habilitations_situees(habilitations: QuerySet[Habilitation]) -> QuerySet[Habilitation]:
    """With the name of the territory, its département and where the habilitation stands today."""
    jour = timezone.localdate()
    etablissement = Concat("etablissement__nom", Value(" ("), "etablissement__commune", Value(")"))
    # Concat of nothing is « () », never NULL: the school is named only when there is one.
    return habilitations.annotate(
        territoire_nom=Case(
            When(etablissement__isnull=False, then=etablissement),
            default=Coalesce("cio__nom", "departement__nom", "academie__nom"),
            output_field=CharField(),
        ),
        territoire_departement=Coalesce(
            "departement__nom", "cio__departement__nom", "etablissement__departement__nom"
        ),
        situation=Case(
            When(revoquee_le__isnull=False, then=Value("révoquée")),
            When(date_fin__lt=jour, then=Value("expirée")),
            When(date_debut__gt=jour, then=Value("à venir")),
            default=Value("en vigueur"),
        ),
    )


def comptes_administres(perimetre: Perimetre) -> QuerySet[Utilisateur]:
    """The accounts that an ADMIN manages: those with a habilitation in his académie, now or before, and
    those that have none at all.
    """
    les_siennes = Habilitation.objects.dans_perimetre(perimetre).filter(utilisateur=OuterRef("pk"))
    toutes = Habilitation.objects.filter(utilisateur=OuterRef("pk"))
    return Utilisateur.objects.filter(Exists(les_siennes) | ~Exists(toutes))


def historique_du_compte(
    compte: Utilisateur, habilitations: QuerySet[Habilitation]
) -> QuerySet[EntreeJournal]:
    """What happened to an account and to its habilitations, newest first."""
    types = ContentType.objects.get_for_models(Utilisateur, Habilitation)
    cles = [str(pk) for pk in habilitations.values_list("pk", flat=True)]
    return (
        EntreeJournal.objects.filter(
            Q(objet_type=types[Utilisateur], objet_id=str(compte.pk))
            | Q(objet_type=types[Habilitation], objet_id__in=cles)
        )
        .select_related("auteur")
        .order_by("-id")
    )


def comptes_sans_habilitation(depuis: dt.date) -> QuerySet[Utilisateur]:
    """Open accounts of those whose last habilitation ended before that day, and made before it."""
    encore = Habilitation.objects.filter(Q(date_fin=None) | Q(date_fin__gte=depuis)).filter(
        Q(revoquee_le=None) | Q(revoquee_le__date__gte=depuis)
    )
    return Utilisateur.objects.filter(is_active=True, cree_le__date__lt=depuis).exclude(
        pk__in=encore.values("utilisateur")
    )


def comptes_chiffres(comptes: QuerySet[Utilisateur]) -> QuerySet[Utilisateur]:
    """With the number of habilitations in force today."""
    jour = timezone.localdate()
    en_vigueur = Q(
        Q(habilitations__date_fin__isnull=True) | Q(habilitations__date_fin__gte=jour),
        habilitations__date_debut__lte=jour,
        habilitations__revoquee_le__isnull=True,
    )
    return comptes.annotate(
        nombre_habilitations=Count("habilitations", filter=en_vigueur), situation=F("is_active")
    )

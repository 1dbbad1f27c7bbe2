"""What the forms of the work plan propose."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from comptes.models import Utilisateur
from reseaux.models import Departement, Habilitation


def personnes_en_poste(departement: Departement) -> QuerySet[Utilisateur]:
    """Whoever holds an habilitation in force in the département, by name."""
    habilitees = Habilitation.objects.en_vigueur().filter(
        Q(departement=departement)
        | Q(cio__departement=departement)
        | Q(etablissement__departement=departement),
        utilisateur=OuterRef("pk"),
    )
    return Utilisateur.objects.filter(Exists(habilitees), is_active=True).order_by("nom", "prenom", "pk")

"""What the work plan and the meetings bring to the programme d'activités of a CIO."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from comptes.enums import Role
from planning.enums import EtatAction, EtatReunion
from planning.models import Action, Reunion
from planning.models.action import ResponsableAction
from reseaux.models import CIO, AnneeScolaire, Habilitation, MembreGroupe


def actions_du_dcio(cio: CIO, annee: AnneeScolaire) -> QuerySet[Action]:
    """Those of the plan of the year that the DCIO of that CIO answers for: by the role, in person, or by a
    group; an action given up is no longer in the programme.
    """
    dcio = Habilitation.objects.en_vigueur().filter(role=Role.DCIO, cio__in=_avec_son_cio(cio))
    personnes = Q(utilisateur__in=dcio.values("utilisateur"))
    groupes = MembreGroupe.objects.en_vigueur().filter(
        personnes | Q(role=Role.DCIO), groupe__departement=cio.departement_id
    )
    tenues = ResponsableAction.objects.filter(
        personnes | Q(role=Role.DCIO) | Q(groupe__in=groupes.values("groupe"))
    )
    actions = Action.objects.filter(
        pk__in=tenues.values("action"), plan__departement=cio.departement_id, plan__annee=annee
    ).exclude(etat=EtatAction.ABANDONNEE)
    return actions.order_by("plan", "numero", "pk")


def reunions_du_cio(cio: CIO, annee: AnneeScolaire) -> QuerySet[Reunion]:
    """Those convened or held that year; what was only asked for, or called off, is not announced."""
    reunions = Reunion.objects.filter(
        cio=cio,
        etat__in=(EtatReunion.CONVOQUEE, EtatReunion.TENUE),
        debut__date__gte=annee.debut,
        debut__date__lte=annee.fin,
    )
    return reunions.order_by("debut", "pk")


def _avec_son_cio(cio: CIO) -> list[int]:
    """An antenne is directed by the DCIO of its CIO."""
    return [pk for pk in (cio.pk, cio.parent_id) if pk]

"""What the evaluation holds of a person, for « Mes données »."""

from __future__ import annotations

from comptes.models import Utilisateur
from evaluation.models import Invitation
from psyen.selectors.mes_donnees import DUREE_SERVICE, SOI, Rubrique


def donnees_de_l_evaluation(utilisateur: Utilisateur, limite: int | None) -> list[Rubrique]:
    """The surveys one was asked to answer; never an answer, which belongs to nobody."""
    invitations = Invitation.objects.filter(psyen__utilisateur=utilisateur).select_related("enquete")
    recentes = invitations.order_by("-enquete__date_ouverture", "-pk")
    lignes = [
        (
            f"{invitation.enquete.date_ouverture:%d/%m/%Y}",
            f"{invitation.enquete} (vos réponses, anonymes, ne peuvent pas être retrouvées)",
        )
        for invitation in (recentes[:limite] if limite else recentes)
    ]
    if not lignes:
        return []
    titre = "Enquêtes auxquelles vous avez été invité"
    return [Rubrique(titre, lignes, SOI, DUREE_SERVICE, recentes.count() if limite else len(lignes))]

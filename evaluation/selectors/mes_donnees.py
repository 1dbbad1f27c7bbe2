"""What the evaluation holds of a person, for « Mes données »."""

from __future__ import annotations

from django.utils import timezone

from comptes.models import Utilisateur
from evaluation.models import ExportProgramme, Invitation
from psyen.selectors.mes_donnees import DUREE_SERVICE, SOI, Rubrique


def donnees_de_l_evaluation(utilisateur: Utilisateur, limite: int | None) -> list[Rubrique]:
    """The surveys one was asked to answer, never an answer, which is nobody’s; the exports one asked for."""
    return [*_enquetes(utilisateur, limite), *_exports(utilisateur, limite)]


def _enquetes(utilisateur: Utilisateur, limite: int | None) -> list[Rubrique]:
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


def _exports(utilisateur: Utilisateur, limite: int | None) -> list[Rubrique]:
    programmes = ExportProgramme.objects.filter(proprietaire=utilisateur).select_related("campagne")
    recents = programmes.order_by("-cree_le", "-pk")
    lignes = [
        (f"{timezone.localdate(programme.cree_le):%d/%m/%Y}", f"{programme} ({_suite(programme)})")
        for programme in (recents[:limite] if limite else recents)
    ]
    if not lignes:
        return []
    titre = "Exports que vous avez programmés"
    return [Rubrique(titre, lignes, SOI, DUREE_SERVICE, recents.count() if limite else len(lignes))]


def _suite(programme: ExportProgramme) -> str:
    if programme.arrete_le is None:
        return f"premier envoi le {programme.premier_le:%d/%m/%Y}"
    return f"arrêté le {programme.arrete_le:%d/%m/%Y} : {programme.motif_arret}"

"""« Qui a consulté vos données », and what one’s own readings leave."""

from __future__ import annotations

from collections import Counter

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q

from comptes.models import Utilisateur
from psyen.models import PsyEN
from socle.traces import Consultation

#: What is noted, told on the page; lists, répartitions and arrêtés show everyone at once and are not.
PAGES_NOTEES = (
    "votre fiche, vos missions, votre lettre de mission, votre fiche de poste, votre compte et les "
    "courriels que vous avez reçus"
)


def consultations_de(
    utilisateur: Utilisateur, psyen: PsyEN | None, limite: int | None
) -> tuple[list[tuple[str, str]], int]:
    """(day, who in which quality and which page), the newest first, cut at `limite`; and how many in all."""
    sujets = Q(sujet_type=ContentType.objects.get_for_model(Utilisateur), sujet_id=utilisateur.pk)
    if psyen:
        sujets |= Q(sujet_type=ContentType.objects.get_for_model(PsyEN), sujet_id=psyen.pk)
    lues = Consultation.objects.filter(sujets).select_related("lecteur").order_by("-jour", "-pk")
    lignes = [(f"{c.jour:%d/%m/%Y}", f"{c.lecteur}, {c.qualite} : {c.page}") for c in lues[:limite]]
    return lignes, lues.count() if limite else len(lignes)


def lectures_par_jour(utilisateur: Utilisateur, limite: int | None) -> tuple[list[tuple[str, str]], int]:
    """(day, how many pages about others of each kind) that this person opened: never about whom."""
    lues = (
        Consultation.objects.filter(lecteur=utilisateur)
        .values("jour", "page")
        .annotate(nombre=Count("pk"))
        .order_by("-jour", "page")
    )
    par_jour: dict[str, Counter[str]] = {}
    for ligne in lues:
        par_jour.setdefault(f"{ligne['jour']:%d/%m/%Y}", Counter())[ligne["page"]] = ligne["nombre"]
    lignes = [
        (jour, " ; ".join(f"{page} : {nombre}" for page, nombre in pages.items()))
        for jour, pages in par_jour.items()
    ]
    return lignes[:limite], len(lignes)

"""The agenda: points proposed by those concerned, kept and locked by the direction (R14)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from planning.enums import EtatReunion, StatutPoint
from planning.models import PointOrdreDuJour, Reunion
from planning.notifications.reunions import annoncer_ordre_du_jour
from planning.permissions import peut_diriger_reunion, peut_proposer_point, peut_retirer_point
from planning.services.reunions_verrou import journaliser_reunion, verrouiller_reunion
from reseaux.perimetre import Perimetre

ARRETE = "L’ordre du jour est arrêté : rouvrez-le pour le modifier."


@transaction.atomic
def proposer_point(
    *, perimetre: Perimetre, reunion: Reunion, titre: str, texte: str = ""
) -> PointOrdreDuJour:
    """« la concertation »: anyone concerned proposes; what the direction itself proposes is kept at once."""
    reunion = verrouiller_reunion(reunion, perimetre, _peut_lire)
    _exiger_ouvert(reunion)
    if not peut_proposer_point(perimetre, reunion):
        raise PermissionDenied
    dernier = reunion.points.aggregate(dernier=Max("rang"))["dernier"] or 0
    dirige = peut_diriger_reunion(perimetre, reunion)
    point = PointOrdreDuJour(
        reunion=reunion,
        rang=dernier + 1,
        titre=titre.strip(),
        texte=texte.strip(),
        propose_par=perimetre.utilisateur,
        propose_en_qualite=perimetre.libelle,
        statut=StatutPoint.RETENU if dirige else StatutPoint.PROPOSE,
    )
    point.full_clean(exclude=["propose_par", "reunion"])
    point.save()
    journaliser_reunion(perimetre, "point_propose", reunion, apres={"point": point.titre})
    return point


@transaction.atomic
def statuer_sur_point(*, perimetre: Perimetre, point: PointOrdreDuJour, statut: str) -> None:
    """The direction keeps a point or sets it aside; it may change its mind until the agenda is locked."""
    reunion, point = _point_a_ranger(perimetre, point)
    if point.statut == statut:
        return
    avant, point.statut = point.get_statut_display(), statut
    point.save(update_fields=["statut"])
    journaliser_reunion(
        perimetre,
        "point_statue",
        reunion,
        {"point": f"{point.titre} : {avant.lower()}"},
        {"point": f"{point.titre} : {point.get_statut_display().lower()}"},
    )


@transaction.atomic
def deplacer_point(*, perimetre: Perimetre, point: PointOrdreDuJour, vers_le_haut: bool) -> None:
    """One place up or down; at the end of the list, nothing moves."""
    reunion, point = _point_a_ranger(perimetre, point)
    points = list(reunion.points.order_by("rang", "pk"))
    place = points.index(point)
    voisine = place - 1 if vers_le_haut else place + 1
    if not 0 <= voisine < len(points):
        return
    points[place], points[voisine] = points[voisine], points[place]
    for rang, deplace in enumerate(points, start=1):
        deplace.rang = rang
    PointOrdreDuJour.objects.bulk_update(points, ["rang"])


@transaction.atomic
def retirer_point(*, perimetre: Perimetre, point: PointOrdreDuJour) -> None:
    """Whoever proposed a point takes it back while nobody has judged it."""
    reunion = verrouiller_reunion(point.reunion, perimetre, _peut_lire)
    _exiger_ouvert(reunion)
    point = _relire(reunion, point)
    if not peut_retirer_point(perimetre, point):
        raise PermissionDenied
    journaliser_reunion(perimetre, "point_retire", reunion, avant={"point": point.titre})
    point.delete()


@transaction.atomic
def arreter_ordre_du_jour(*, perimetre: Perimetre, reunion: Reunion) -> None:
    """« arrête l'ordre du jour des temps de concertation »: every point judged, one at least kept."""
    reunion = verrouiller_reunion(reunion, perimetre, peut_diriger_reunion)
    _exiger_ouvert(reunion)
    if reunion.etat != EtatReunion.CONVOQUEE:
        raise ValidationError(
            "L’ordre du jour s’arrête une fois la réunion convoquée, avant qu’elle se tienne."
        )
    statuts = list(reunion.points.values_list("statut", flat=True))
    en_attente = statuts.count(StatutPoint.PROPOSE)
    if en_attente:
        raise ValidationError(f"Points encore proposés : {en_attente}. Retenez-les ou écartez-les d’abord.")
    if StatutPoint.RETENU not in statuts:
        raise ValidationError("L’ordre du jour est vide : retenez au moins un point.")
    reunion.ordre_arrete_le = timezone.now()
    reunion.save(update_fields=["ordre_arrete_le"])
    journaliser_reunion(perimetre, "ordre_arrete", reunion)
    annoncer_ordre_du_jour(reunion)


@transaction.atomic
def rouvrir_ordre_du_jour(*, perimetre: Perimetre, reunion: Reunion) -> None:
    """Unlocked before the meeting only."""
    reunion = verrouiller_reunion(reunion, perimetre, peut_diriger_reunion)
    if reunion.ordre_arrete_le is None:
        raise ValidationError("L’ordre du jour n’est pas arrêté.")
    if reunion.a_commence or reunion.etat == EtatReunion.TENUE:
        raise ValidationError("La réunion a commencé : son ordre du jour ne se rouvre plus.")
    reunion.ordre_arrete_le = None
    reunion.save(update_fields=["ordre_arrete_le"])
    journaliser_reunion(perimetre, "ordre_rouvert", reunion)


def _point_a_ranger(perimetre: Perimetre, point: PointOrdreDuJour) -> tuple[Reunion, PointOrdreDuJour]:
    reunion = verrouiller_reunion(point.reunion, perimetre, peut_diriger_reunion)
    _exiger_ouvert(reunion)
    return reunion, _relire(reunion, point)


def _relire(reunion: Reunion, point: PointOrdreDuJour) -> PointOrdreDuJour:
    """Read once the meeting is held: a second click, a colleague, may have taken it away."""
    lu = reunion.points.filter(pk=point.pk).first()
    if lu is None:
        raise ValidationError("Ce point a été retiré de l’ordre du jour entre-temps.")
    return lu


def _exiger_ouvert(reunion: Reunion) -> None:
    if reunion.ordre_arrete_le is not None:
        raise ValidationError(ARRETE)
    if reunion.etat == EtatReunion.TENUE:
        raise ValidationError("La réunion s’est tenue : son ordre du jour ne change plus.")


def _peut_lire(perimetre: Perimetre, reunion: Reunion) -> bool:
    return Reunion.objects.dans_perimetre(perimetre).filter(pk=reunion.pk).exists()

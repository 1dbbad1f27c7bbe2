"""The agenda and the minutes, as PDF."""

from __future__ import annotations

from typing import Any

from planning.enums import ReponseInvitation, StatutPoint
from planning.models import Participant, Reunion
from socle.documents import render_pdf


def dessiner_ordre_du_jour(reunion: Reunion, *, avec_noms: bool = True) -> bytes:
    """What will be discussed; « PROJET » across the page until the direction locks it."""
    contexte = _commun(reunion, avec_noms) | {
        "invites": _participants(reunion) if avec_noms else [],
        "projet": reunion.ordre_arrete_le is None,
        "date_document": reunion.ordre_arrete_le or reunion.debut,
    }
    return render_pdf("planning/documents/ordre_du_jour.html", contexte, titre=f"Ordre du jour – {reunion}")


def dessiner_compte_rendu(reunion: Reunion, *, avec_noms: bool = True) -> bytes:
    """Who came, what was said, what was decided; « PROJET » until it is given out."""
    participants = _participants(reunion) if avec_noms else []
    contexte = _commun(reunion, avec_noms) | {
        "presents": [p for p in participants if p.present],
        "excuses": [p for p in participants if not p.present and p.reponse == ReponseInvitation.NON],
        "absents": [p for p in participants if not p.present and p.reponse != ReponseInvitation.NON],
        "decisions": reunion.decisions.select_related("action__plan").order_by("rang", "pk"),
        "projet": reunion.compte_rendu_diffuse_le is None,
        "date_document": reunion.compte_rendu_diffuse_le or reunion.debut,
    }
    return render_pdf("planning/documents/compte_rendu.html", contexte, titre=f"Compte rendu – {reunion}")


def _commun(reunion: Reunion, avec_noms: bool) -> dict[str, Any]:
    """Without the names for the Région, which reads no staff data (R08)."""
    points = reunion.points.filter(statut=StatutPoint.RETENU).order_by("rang", "pk")
    return {"reunion": reunion, "points": list(points), "avec_noms": avec_noms}


def _participants(reunion: Reunion) -> list[Participant]:
    return list(reunion.participants.order_by("nom", "pk"))

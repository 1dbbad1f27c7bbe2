"""The letter of mission of a PsyEN, and what a chef d'établissement reads of those who come to his school."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from missions.selectors.lettres import ContenuLettre, FicheEcole
from psyen.selectors.ma_semaine import en_heures
from socle.documents import render_pdf


def dessiner_lettre(contenu: ContenuLettre, *, signataire: str, version: int, jour: dt.date) -> bytes:
    """The letter as it is given; the same bytes for the same content, day and signatory."""
    return _dessiner(contenu, signataire, {"version": version, "jour": jour, "date_document": jour})


def dessiner_projet_de_lettre(contenu: ContenuLettre, *, signataire: str) -> bytes:
    """What it would say today: « PROJET » across each page, no date."""
    projet = {"projet": True, "version": None, "jour": None, "date_document": timezone.localdate()}
    return _dessiner(contenu, signataire, projet)


def dessiner_fiche_ecole(fiche: FicheEcole) -> bytes:
    """« Le PsyEN dans mon établissement »: nothing of what anybody does elsewhere."""
    return render_pdf(
        "missions/documents/fiche_ecole.html",
        {
            "fiche": fiche,
            "heures": en_heures(fiche.demi_journees),
            "jour": timezone.localdate(),
            "date_document": timezone.localdate(),
        },
        titre=f"Psychologues de l’éducation nationale – {fiche.etablissement}, {fiche.annee}",
    )


def _dessiner(contenu: ContenuLettre, signataire: str, contexte: dict) -> bytes:
    return render_pdf(
        "missions/documents/lettre.html",
        {"lettre": contenu, "cio": contenu.cio, "signataire": signataire, **contexte},
        titre=f"Lettre de mission – {contenu.psyen}, {contenu.annee}",
    )

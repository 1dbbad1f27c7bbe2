"""The arrêté, its draft and its extracts, drawn from the same picture as the screens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from psyen.enums import HEURES_PAR_DEMI_JOURNEE, Modalite, NatureArrete
from psyen.models import Arrete, AvisRepartition, ModeleArrete, Repartition
from psyen.selectors.differences import Ecart, differences
from psyen.selectors.grille import Ecole, Grille, LigneGrille, construire_grille
from reseaux.models import Etablissement
from socle.documents import render_pdf

TITRES = {
    NatureArrete.INITIAL: "Arrêté fixant les établissements d’exercice",
    NatureArrete.MODIFICATIF: "Arrêté modifiant les établissements d’exercice",
}


@dataclass(frozen=True)
class LigneEcole:
    """A line of an annex: a place and its half-days, in words ready to print."""

    lieu: str
    commune: str
    demi_journees: Decimal
    modalite: str


@dataclass(frozen=True)
class SemainePsyEN:
    """A PsyEN's annex: the CIO first, then each EPLE d'exercice."""

    psyen: str
    cio: Decimal
    eple: Decimal
    ecoles: tuple[LigneEcole, ...]

    @property
    def total(self) -> Decimal:
        return self.cio + self.eple


@dataclass(frozen=True)
class PresencesEcole:
    """A school's annex: who comes, how many half-days."""

    ecole: Ecole
    lignes: tuple[LigneEcole, ...]

    @property
    def total(self) -> Decimal:
        return sum((ligne.demi_journees for ligne in self.lignes), Decimal(0))


@dataclass(frozen=True)
class PresencesReseau:
    nom: str
    ecoles: tuple[PresencesEcole, ...]


def dessiner_arrete(arrete: Arrete) -> bytes:
    """The PDF of an arrêté; the same bytes each time it is drawn from the same data."""
    grille = construire_grille(arrete.repartition)
    modifiee = arrete.repartition.derivee_de
    return render_pdf(
        "psyen/documents/arrete.html",
        _contexte(arrete, grille, modifiee and construire_grille(modifiee))
        | {"date_document": arrete.date_signature},
        titre=f"{arrete.get_nature_display().capitalize()} n° {arrete.numero}",
    )


def dessiner_projet(repartition: Repartition) -> bytes:
    """What the arrêté would be today: « PROJET » across each page, no number, no date."""
    modele = ModeleArrete.objects.filter(departement=repartition.cio.departement_id).first()
    modifiee = repartition.derivee_de
    projet = Arrete(
        repartition=repartition,
        nature=NatureArrete.MODIFICATIF if modifiee else NatureArrete.INITIAL,
        autorite=modele.autorite if modele else "",
        visas=modele.visas if modele else "",
        signataire=modele.signataire if modele else "",
        qualite=modele.qualite if modele else "",
        lieu=modele.lieu if modele else "",
        modifie=getattr(modifiee, "arrete", None) if modifiee else None,
    )
    return render_pdf(
        "psyen/documents/arrete.html",
        _contexte(projet, construire_grille(repartition), modifiee and construire_grille(modifiee))
        | {"projet": True, "date_document": timezone.localdate()},
        titre=f"Projet d’arrêté – {repartition.cio}, {repartition.annee}",
    )


def dessiner_extrait_etablissement(arrete: Arrete, etablissement: Etablissement) -> bytes:
    """What the arrêté says of one school, for its chef d'établissement: nobody else's half-days."""
    grille = construire_grille(arrete.repartition)
    presences = [p for reseau in _par_reseau(grille) for p in reseau.ecoles if p.ecole.pk == etablissement.pk]
    return render_pdf(
        "psyen/documents/extrait_etablissement.html",
        _commun(arrete)
        | {
            "etablissement": etablissement,
            "presences": presences[0] if presences else None,
            "date_document": arrete.date_signature,
        },
        titre=f"Extrait de l’arrêté n° {arrete.numero} – {etablissement}",
    )


def dessiner_extrait_psyen(arrete: Arrete, psyen_pk: int) -> bytes:
    """What the arrêté says of one PsyEN, for himself."""
    grille = construire_grille(arrete.repartition)
    ligne = next(ligne for ligne in grille.lignes if ligne.psyen_pk == psyen_pk)
    return render_pdf(
        "psyen/documents/extrait_psyen.html",
        _commun(arrete) | {"semaine": _semaine(grille, ligne), "date_document": arrete.date_signature},
        titre=f"Extrait de l’arrêté n° {arrete.numero} – {ligne.nom_complet}",
    )


def _commun(arrete: Arrete) -> dict[str, Any]:
    repartition = arrete.repartition
    return {
        "arrete": arrete,
        "repartition": repartition,
        "cio": repartition.cio,
        "departement": repartition.cio.departement,
        "minutes_par_demi_journee": f"{int(HEURES_PAR_DEMI_JOURNEE)} h {int(HEURES_PAR_DEMI_JOURNEE % 1 * 60)}",
    }


def _contexte(arrete: Arrete, grille: Grille, avant: Grille | None) -> dict[str, Any]:
    """An initial arrêté carries the whole picture, a modificatif its differences only."""
    contexte = _commun(arrete) | {
        "sous_titre": TITRES[NatureArrete(arrete.nature)],
        "visas": [visa.strip() for visa in arrete.visas.splitlines() if visa.strip()],
        "avis": _dernier_avis(arrete.repartition),
        "proposee_le": _jour(arrete.repartition.proposee_le),
    }
    if avant is None:
        semaines = [_semaine(grille, ligne) for ligne in grille.lignes]
        return contexte | {"semaines": semaines, "reseaux": _par_reseau(grille)}
    ecarts = differences(avant, grille)
    return contexte | {"ecarts_par_psyen": _grouper(ecarts), "modalites": dict(Modalite.choices)}


def _semaine(grille: Grille, ligne: LigneGrille) -> SemainePsyEN:
    ecoles = grille.ecoles
    lignes = sorted(
        (
            LigneEcole(ecoles[pk].nom, ecoles[pk].commune, c.demi_journees, _modalite(c.modalite))
            for pk, c in ligne.cellules.items()
        ),
        key=lambda e: (e.commune, e.lieu),
    )
    return SemainePsyEN(ligne.nom_complet, ligne.cio, ligne.eple, tuple(lignes))


def _par_reseau(grille: Grille) -> list[PresencesReseau]:
    groupes = [(r.nom, r.ecoles) for r in grille.reseaux]
    if grille.hors_reseau:
        groupes.append(("Hors réseau", grille.hors_reseau))
    return [
        PresencesReseau(nom, tuple(PresencesEcole(e, _presences(grille, e)) for e in ecoles))
        for nom, ecoles in groupes
    ]


def _presences(grille: Grille, ecole: Ecole) -> tuple[LigneEcole, ...]:
    return tuple(
        LigneEcole(
            ligne.nom_complet,
            ecole.commune,
            ligne.cellules[ecole.pk].demi_journees,
            _modalite(ligne.cellules[ecole.pk].modalite),
        )
        for ligne in grille.lignes
        if ecole.pk in ligne.cellules
    )


def _grouper(ecarts: Iterable[Ecart]) -> list[tuple[str, list[Ecart]]]:
    """By PsyEN, two homonyms kept apart."""
    groupes: dict[int, list[Ecart]] = {}
    for ecart in ecarts:
        groupes.setdefault(ecart.psyen_pk, []).append(ecart)
    return [(lignes[0].psyen, lignes) for lignes in groupes.values()]


def _modalite(modalite: str) -> str:
    """Only what is not the ordinary case is printed."""
    return "" if modalite == Modalite.PRESENTIEL else Modalite(modalite).label


def _dernier_avis(repartition: Repartition) -> AvisRepartition | None:
    """The opinion on this proposal, not one given on an earlier one that was returned."""
    avis = repartition.avis.select_related("en_qualite__departement").order_by("-donne_le", "-pk").first()
    if avis is None or repartition.proposee_le is None or avis.donne_le < repartition.proposee_le:
        return None
    return avis


def _jour(instant: dt.datetime | None) -> dt.date | None:
    return timezone.localdate(instant) if instant else None

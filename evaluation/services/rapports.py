"""The report while it is written: prepared, composed, given up; its meeting named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from evaluation.models import Campagne, Rapport, SectionRapport
from evaluation.permissions import peut_composer_rapport, peut_preparer_rapport, peut_rattacher_bilan
from evaluation.selectors.definitions import definitions
from evaluation.selectors.rapports_contenu import RESUME_AU_PLUS
from evaluation.selectors.rapports_sections import sections_de, sections_proposees
from planning.enums import EtatReunion, GenreReunion
from planning.models import Reunion
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

CONFLIT = (
    "Quelqu’un a modifié ce rapport pendant que vous l’écriviez : copiez vos commentaires, rouvrez la page, "
    "comparez, puis enregistrez de nouveau."
)
#: Written when the report is issued, by no form.
HORS_FORMULAIRE = ("document", "diaporama", "synthese", "reference", "enquete")


@dataclass(frozen=True)
class SaisieSection:
    """What the form says of a section."""

    rang: int
    retenue: bool
    commentaire: str


@transaction.atomic
def preparer_rapport(*, perimetre: Perimetre, campagne: Campagne, titre: str = "") -> Rapport:
    """A new draft: the sections of the version before, with its comments, or every section."""
    campagne = (
        Campagne.objects.select_for_update(of=("self",)).select_related("departement").get(pk=campagne.pk)
    )
    if not peut_preparer_rapport(perimetre, campagne):
        raise PermissionDenied
    precedent = campagne.rapports.order_by("-version").first()
    if precedent is not None and not precedent.est_emis:
        raise ValidationError("Un rapport de cette campagne est déjà en cours d’écriture : ouvrez-le.")
    rapport = Rapport(
        campagne=campagne,
        version=(campagne.rapports.aggregate(Max("version"))["version__max"] or 0) + 1,
        titre=titre.strip() or _titre(campagne),
        reunion=precedent.reunion if precedent else None,
    )
    rapport.full_clean(exclude=HORS_FORMULAIRE)
    rapport.save()
    _reprendre(rapport, precedent)
    _journaliser(perimetre, "prepare", rapport, apres={"version": rapport.version})
    return rapport


def _titre(campagne: Campagne) -> str:
    return f"Évaluation de l’expérimentation {campagne.departement.avec_article}, {campagne.annee}"


def _reprendre(rapport: Rapport, precedent: Rapport | None) -> None:
    definies = definitions(rapport.campagne)
    modeles = sections_de(precedent, definies) if precedent else sections_proposees(rapport, definies)
    SectionRapport.objects.bulk_create(
        SectionRapport(
            rapport=rapport,
            cle=modele.cle,
            genre=modele.genre,
            titre=modele.titre,
            rang=modele.rang,
            retenue=modele.retenue,
            commentaire=modele.commentaire,
        )
        for modele in modeles
    )


@transaction.atomic
def composer_rapport(
    *,
    perimetre: Perimetre,
    rapport: Rapport,
    revision: int,
    titre: str,
    sections: Mapping[str, SaisieSection],
) -> Rapport:
    """Writes the title, and for each section its place, whether it is kept, what is said of it."""
    rapport = verrouiller_rapport(rapport)
    if not peut_composer_rapport(perimetre, rapport):
        raise PermissionDenied
    if revision != rapport.revision:
        raise ValidationError(CONFLIT)
    if not titre.strip():
        raise ValidationError({"titre": "Donnez un titre au rapport."})
    rapport.titre = titre.strip()
    rapport.revision += 1
    rapport.full_clean(exclude=HORS_FORMULAIRE)
    rapport.save(update_fields=["titre", "revision"])
    for section in appliquer(sections_de(rapport), sections):
        section.save()
    _journaliser(perimetre, "compose", rapport)
    return rapport


def appliquer(
    sections: Sequence[SectionRapport], saisies: Mapping[str, SaisieSection]
) -> list[SectionRapport]:
    """The sections as typed, in the order asked for; equal ranks keep the order they had."""
    for section in sections:
        saisie = saisies.get(section.cle)
        if saisie is not None:
            section.rang, section.retenue = saisie.rang, saisie.retenue
            section.commentaire = _plat(saisie.commentaire)
        if len(section.commentaire) > RESUME_AU_PLUS and section.est_resume:
            raise ValidationError(
                f"Le résumé tient sur une page : {RESUME_AU_PLUS} caractères au plus, "
                f"vous en avez écrit {len(section.commentaire)}."
            )
    rangees = sorted(sections, key=lambda section: section.rang)
    for rang, section in enumerate(rangees, start=1):
        section.rang = rang
    if not any(section.retenue for section in rangees):
        raise ValidationError("Gardez au moins une section.")
    return rangees


@transaction.atomic
def abandonner_rapport(*, perimetre: Perimetre, rapport: Rapport) -> None:
    """A draft is thrown away; an issued report stays."""
    rapport = verrouiller_rapport(rapport)
    if not peut_composer_rapport(perimetre, rapport):
        raise PermissionDenied
    _journaliser(perimetre, "abandonne", rapport, avant={"titre": rapport.titre, "version": rapport.version})
    rapport.delete()


@transaction.atomic
def rattacher_bilan(*, perimetre: Perimetre, rapport: Rapport, reunion: Reunion | None) -> Rapport:
    """Names the réunion bilan of the département where the report is given back; None takes the link away."""
    rapport = verrouiller_rapport(rapport)
    if not peut_rattacher_bilan(perimetre, rapport):
        raise PermissionDenied
    if reunion is not None and not est_un_bilan_de(rapport, reunion):
        raise ValidationError(
            {"reunion": "Choisissez une réunion bilan de votre département, qui n’est pas annulée."}
        )
    avant = str(rapport.reunion or "")
    rapport.reunion = reunion
    rapport.save(update_fields=["reunion"])
    if avant != str(reunion or ""):
        _journaliser(
            perimetre, "rattache", rapport, avant={"reunion": avant}, apres={"reunion": str(reunion or "")}
        )
    return rapport


def est_un_bilan_de(rapport: Rapport, reunion: Reunion) -> bool:
    return (
        reunion.genre == GenreReunion.BILAN
        and reunion.etat != EtatReunion.ANNULEE
        and reunion.departement_id == rapport.campagne.departement_id
    )


def verrouiller_rapport(rapport: Rapport) -> Rapport:
    """The row as it is now, held until the end of the transaction."""
    lignes = Rapport.objects.select_for_update(of=("self",))
    return lignes.select_related("campagne__departement", "campagne__annee", "reunion").get(pk=rapport.pk)


def _plat(texte: str) -> str:
    """A browser ends lines its own way."""
    return "\n".join(texte.strip().splitlines())


def _journaliser(perimetre: Perimetre, verbe: str, rapport: Rapport, **quoi: Any) -> None:
    journaliser(
        perimetre=perimetre,
        action=f"evaluation.rapport.{verbe}",
        objet=rapport,
        departement_id=rapport.campagne.departement_id,
        **quoi,
    )

"""The journal: one line per business act, written in the transaction of the act."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from socle.actions import declarer_actions
from socle.models import EntreeJournal, EntreeJournalQuerySet
from socle.texte import normaliser_recherche

__all__ = ["Acteur", "Personne", "declarer_actions", "historique", "journaliser", "journaliser_lot"]


class Acteur(Protocol):
    """Whoever acts: `reseaux.perimetre.Perimetre` in the trade, `Personne` on one's own account."""

    @property
    def utilisateur_id(self) -> int | None: ...
    @property
    def habilitation_id(self) -> int | None: ...
    @property
    def libelle(self) -> str: ...
    @property
    def departement_id(self) -> int | None: ...


@dataclass(frozen=True)
class Personne:
    """Someone who acts on their own account, without wearing any habilitation."""

    utilisateur_id: int
    habilitation_id: None = None
    libelle: str = ""
    departement_id: None = None


def journaliser(
    *,
    perimetre: Acteur,
    action: str,
    objet: Model,
    avant: dict[str, Any] | None = None,
    apres: dict[str, Any] | None = None,
    motif: str = "",
    departement_id: int | None = None,
) -> EntreeJournal:
    """Writes one line; the département is the one given, otherwise that of the worn habilitation."""
    return EntreeJournal.objects.create(
        auteur_id=perimetre.utilisateur_id,
        habilitation_id=perimetre.habilitation_id,
        habilitation_libelle=perimetre.libelle,
        departement_id=departement_id or perimetre.departement_id,
        action=action,
        objet_type=ContentType.objects.get_for_model(objet),
        objet_id=str(objet.pk),
        objet_libelle=str(objet),
        recherche=normaliser_recherche(str(objet), perimetre.libelle),
        avant=avant,
        apres=apres,
        motif=motif,
    )


def journaliser_lot(
    *,
    perimetre: Acteur,
    action: str,
    objets: Iterable[tuple[Model, dict[str, Any] | None, dict[str, Any] | None]],
) -> None:
    """One line per (object of one model, before, after), in bulk: an import changes thousands of schools.

    The département is that of the object when it has one: its own IEN-IO reads the line.
    """
    EntreeJournal.objects.bulk_create(
        (
            EntreeJournal(
                auteur_id=perimetre.utilisateur_id,
                habilitation_id=perimetre.habilitation_id,
                habilitation_libelle=perimetre.libelle,
                departement_id=getattr(objet, "departement_id", None) or perimetre.departement_id,
                action=action,
                objet_type=ContentType.objects.get_for_model(objet),
                objet_id=str(objet.pk),
                objet_libelle=str(objet),
                recherche=normaliser_recherche(str(objet), perimetre.libelle),
                avant=avant,
                apres=apres,
            )
            for objet, avant, apres in objets
        ),
        batch_size=500,
    )


def historique(objet: Model) -> EntreeJournalQuerySet:
    """What happened to an object, newest first."""
    return (
        EntreeJournal.objects.filter(
            objet_type=ContentType.objects.get_for_model(objet), objet_id=str(objet.pk)
        )
        .select_related("auteur")
        .order_by("-id")
    )

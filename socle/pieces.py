"""Documents: files joined to an object of the trade, version after version, under the right of its app."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Model, Prefetch
from django.utils import timezone

from socle.antivirus import exiger_sain
from socle.controle_pieces import controler_piece
from socle.fichiers import enregistrer_fichier
from socle.journal import journaliser
from socle.models import Document, Fichier, Perimetre, VersionDocument
from socle.permissions import peut_deposer_documents, peut_lire_documents
from socle.porteurs import declarer_porteur, porteur_de

__all__ = [
    "DocumentsDe",
    "declarer_porteur",
    "deposer_document",
    "documents_de",
    "nouvelle_version",
    "retirer_document",
]


@dataclass(frozen=True)
class DocumentsDe:
    """What `composants/documents.html` shows."""

    type_id: int
    objet_id: int
    documents: Sequence[Document]
    peut_lire: bool
    peut_deposer: bool


def documents_de(objet: Model, perimetre: Perimetre) -> DocumentsDe:
    """The documents of one object with their versions, the latest first: two queries, however many."""
    genre = ContentType.objects.get_for_model(objet)
    documents: list[Document] = []
    peut_lire = peut_lire_documents(perimetre, objet)
    if peut_lire:
        versions = VersionDocument.objects.select_related("fichier", "depose_par").defer("fichier__contenu")
        presents = Document.objects.filter(objet_type=genre, objet_id=objet.pk, retire_le=None)
        documents = list(
            presents.order_by("titre", "pk").prefetch_related(
                Prefetch("versions", versions.order_by("-numero"))
            )
        )
    peut_deposer = peut_deposer_documents(perimetre, objet)
    return DocumentsDe(genre.pk, objet.pk, documents, peut_lire, peut_deposer)


def deposer_document(*, perimetre: Perimetre, objet: Model, titre: str, nom: str, contenu: bytes) -> Document:
    """First version of a new document; without a title, the name of the file is one."""
    _exiger_le_droit(perimetre, objet)
    nom, type_mime = _verifier(nom, contenu)
    titre = " ".join(titre.split()) or nom.rpartition(".")[0]
    if len(titre) > 200:
        raise ValidationError({"titre": "Le titre compte 200 caractères au plus."})
    with transaction.atomic():
        document = Document.objects.create(objet=objet, titre=titre)
        fichier = enregistrer_fichier(nom=nom, type_mime=type_mime, contenu=contenu)
        _ajouter_version(document, 1, fichier, perimetre)
        _journaliser(perimetre, "socle.document.depose", document, apres={"fichier": nom})
    return document


def nouvelle_version(
    *, perimetre: Perimetre, document: Document, nom: str, contenu: bytes
) -> VersionDocument:
    """The next state of a document; the former ones stay."""
    _exiger_le_droit(perimetre, document.objet)
    nom, type_mime = _verifier(nom, contenu)
    with transaction.atomic():
        _verrouiller(document)
        derniere = document.versions.aggregate(n=Max("numero"))["n"] or 0
        fichier = enregistrer_fichier(nom=nom, type_mime=type_mime, contenu=contenu)
        version = _ajouter_version(document, derniere + 1, fichier, perimetre)
        apres = {"version": version.numero, "fichier": nom}
        _journaliser(perimetre, "socle.document.version", document, apres=apres)
    return version


@transaction.atomic
def retirer_document(*, perimetre: Perimetre, document: Document) -> None:
    """No longer shown to anyone; kept, as all that was acted upon."""
    _exiger_le_droit(perimetre, document.objet)
    _verrouiller(document)
    document.retire_le = timezone.now()
    document.save(update_fields=["retire_le"])
    _journaliser(perimetre, "socle.document.retire", document)


def _exiger_le_droit(perimetre: Perimetre, objet: Any) -> None:
    if not peut_deposer_documents(perimetre, objet):
        raise PermissionDenied


def _verifier(nom: str, contenu: bytes) -> tuple[str, str]:
    """(name, type). Outside any transaction: the scanner may take its time."""
    nom, type_mime = controler_piece(nom=nom, contenu=contenu)
    exiger_sain(nom=nom, contenu=contenu)
    return nom, type_mime


def _verrouiller(document: Document) -> None:
    """Two versions at once get two numbers; nothing is added to what was withdrawn meanwhile."""
    if not Document.objects.select_for_update().filter(pk=document.pk, retire_le=None).order_by("pk").first():
        raise ValidationError("Ce document vient d’être retiré : actualisez la page.")


def _ajouter_version(
    document: Document, numero: int, fichier: Fichier, perimetre: Perimetre
) -> VersionDocument:
    return VersionDocument.objects.create(
        document=document,
        numero=numero,
        fichier=fichier,
        depose_par_id=perimetre.utilisateur_id,
        habilitation_libelle=", ".join(filter(None, (perimetre.libelle, _au_titre_de(document, perimetre)))),
    )


def _au_titre_de(document: Document, perimetre: Perimetre) -> str:
    """« par délégation de l'IEN-IO, du … au … », when the app of the object says so."""
    objet: Any = document.objet
    porteur = porteur_de(objet)
    return porteur.au_titre_de(perimetre, objet) if porteur and porteur.au_titre_de else ""


def _journaliser(
    perimetre: Perimetre, action: str, document: Document, apres: dict[str, Any] | None = None
) -> None:
    """In the history of the object that holds the document."""
    objet: Any = document.objet
    if mention := _au_titre_de(document, perimetre):
        apres = (apres or {}) | {"au_titre": mention}
    journaliser(
        perimetre=perimetre,
        action=action,
        objet=objet,
        apres={"document": document.titre} | (apres or {}),
        departement_id=getattr(objet, "departement_id", None),
    )

"""The stored PDF of an arrêté: drawn once, kept with its fingerprint, announced when it is there."""

from __future__ import annotations

from django.db import transaction

from psyen.documents import dessiner_arrete
from psyen.models import Arrete
from psyen.notifications import annoncer_arrete
from reseaux.perimetre import Perimetre
from socle.fichiers import enregistrer_fichier
from socle.journal import journaliser
from socle.models import Fichier


def produire_document(*, arrete: Arrete) -> Fichier:
    """The PDF of the arrêté, drawn at the first call and the same bytes ever after (database trigger).

    Drawn before any lock is taken: two seconds of layout must not hold every other writer. Those whom
    the arrêté concerns get their mail in the transaction that stores it, hence never without a document.
    """
    arrete = _lire(arrete.pk)
    if arrete.fichier is not None:
        return arrete.fichier
    return _ranger(arrete.pk, dessiner_arrete(arrete))


@transaction.atomic
def _ranger(arrete_pk: int, contenu: bytes) -> Fichier:
    """Store the document unless another process was faster."""
    Arrete.objects.select_for_update().get(pk=arrete_pk)
    arrete = _lire(arrete_pk)
    if arrete.fichier is not None:
        return arrete.fichier
    arrete.fichier = enregistrer_fichier(
        nom=f"arrete-{arrete.numero}.pdf", type_mime="application/pdf", contenu=contenu
    )
    arrete.save(update_fields=["fichier"])
    journaliser(
        perimetre=Perimetre.systeme(),
        action="psyen.arrete.document",
        objet=arrete,
        apres={"sha256": arrete.fichier.sha256},
        departement_id=arrete.departement_id,
    )
    annoncer_arrete(arrete)
    return arrete.fichier


def _lire(arrete_pk: int) -> Arrete:
    return Arrete.objects.select_related(
        "fichier", "repartition__cio__departement", "repartition__annee", "repartition__derivee_de__annee"
    ).get(pk=arrete_pk)

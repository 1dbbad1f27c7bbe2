"""The stored PDF of an arrêté: drawn once, kept with its fingerprint."""

from __future__ import annotations

from django.db import transaction

from psyen.documents import dessiner_arrete
from psyen.models import Arrete
from reseaux.perimetre import Perimetre
from socle.fichiers import enregistrer_fichier
from socle.journal import journaliser
from socle.models import Fichier


@transaction.atomic
def produire_document(*, arrete: Arrete) -> Fichier:
    """The PDF of the arrêté, drawn at the first call and the same bytes ever after (database trigger)."""
    arrete = (
        Arrete.objects.select_for_update(of=("self",))
        .select_related("repartition__cio__departement", "repartition__annee", "repartition__derivee_de")
        .get(pk=arrete.pk)
    )
    if arrete.fichier is not None:
        return arrete.fichier
    arrete.fichier = enregistrer_fichier(
        nom=f"arrete-{arrete.numero}.pdf", type_mime="application/pdf", contenu=dessiner_arrete(arrete)
    )
    arrete.save(update_fields=["fichier"])
    journaliser(
        perimetre=Perimetre.systeme(),
        action="psyen.arrete.document",
        objet=arrete,
        apres={"sha256": arrete.fichier.sha256},
        departement_id=arrete.departement_id,
    )
    return arrete.fichier

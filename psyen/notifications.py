"""Who is told what about a répartition: in the application, and by mail through the outbox."""

from __future__ import annotations

from django.urls import reverse

from comptes.enums import Role
from psyen.models import Arrete, AvisRepartition, CommentaireEtablissement, Repartition
from psyen.permissions import ROLES_AVIS
from reseaux.models import Habilitation
from socle.notifications import notifier


def annoncer_proposition(repartition: Repartition) -> None:
    """The DASEN has something to decide, the IEN-IO an opinion to give."""
    _notifier_departement(
        repartition,
        (Role.DASEN, *ROLES_AVIS),
        f"{repartition.cio} : répartition {repartition.annee} proposée (version {repartition.version}).",
    )


def annoncer_retrait(repartition: Repartition) -> None:
    """What was to be decided no longer is."""
    _notifier_departement(
        repartition,
        (Role.DASEN, *ROLES_AVIS),
        f"{repartition.cio} : la proposition {repartition.annee} est retirée par le DCIO.",
    )


def annoncer_avis(avis: AvisRepartition) -> None:
    """The CIO and the DASEN learn the opinion."""
    texte = f"{avis.repartition.cio} : avis {avis.get_sens_display()} sur la répartition proposée."
    _notifier_cio(avis.repartition, texte)
    _notifier_departement(avis.repartition, (Role.DASEN,), texte)


def annoncer_commentaire(commentaire: CommentaireEtablissement) -> None:
    """The CIO learns what a school says of its lines."""
    _notifier_cio(commentaire.repartition, f"{commentaire.etablissement} a commenté la répartition proposée.")


def annoncer_renvoi(repartition: Repartition) -> None:
    """The CIO has to correct."""
    _notifier_cio(repartition, f"{repartition.cio} : la répartition {repartition.annee} vous est renvoyée.")


def annoncer_decision(arrete: Arrete) -> None:
    """The CIO knows that it is decided."""
    _notifier_cio(arrete.repartition, f"{arrete.repartition.cio} : {arrete} est pris.")


def _lien(repartition: Repartition) -> str:
    return reverse("psyen:repartition", args=[repartition.pk])


def _notifier_departement(repartition: Repartition, roles: tuple[str, ...], texte: str) -> None:
    habilitations = Habilitation.objects.en_vigueur().filter(
        departement=repartition.cio.departement_id, role__in=roles
    )
    _notifier_tous(habilitations, texte, _lien(repartition))


def _notifier_cio(repartition: Repartition, texte: str) -> None:
    habilitations = Habilitation.objects.en_vigueur().filter(
        cio=repartition.cio_id, role__in=(Role.DCIO, Role.SECRETAIRE_CIO)
    )
    _notifier_tous(habilitations, texte, _lien(repartition))


def _notifier_tous(habilitations, texte: str, url: str) -> None:
    personnes = {h.utilisateur_id: h.utilisateur for h in habilitations.select_related("utilisateur")}
    for _, personne in sorted(personnes.items()):
        notifier(utilisateur=personne, texte=texte, url=url)

"""The end of a convention draws near: its IEN-IO and its SG are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from comptes.enums import Role
from comptes.models import Utilisateur
from missions.models import Convention
from reseaux.models import Habilitation
from socle.courriels import mettre_en_file
from socle.notifications import notifier

DESTINATAIRES = (Role.IEN_IO, Role.SG)


def annoncer_echeance(conventions: Sequence[Convention]) -> None:
    """A mail and a line under the bell, once for a person, a convention and its end."""
    destinataires = _destinataires({convention.departement_id for convention in conventions})
    for convention in conventions:
        chemin = reverse("missions:convention", args=[convention.pk])
        for personne in destinataires.get(convention.departement_id, []):
            cle = f"missions.convention:{convention.pk}:{convention.fin:%Y-%m-%d}:{personne.pk}"
            notifier(
                utilisateur=personne,
                texte=f"Convention à renouveler : « {convention} » finit le {convention.fin:%d/%m/%Y}.",
                url=chemin,
                cle=cle,
            )
            mettre_en_file(
                cle=cle,
                destinataire=personne.courriel,
                utilisateur=personne,
                modele="missions/courriels/convention_a_renouveler",
                contexte={"convention": convention, "lien": f"{settings.ADRESSE_PUBLIQUE}{chemin}"},
            )


def _destinataires(departements: set[int]) -> dict[int, list[Utilisateur]]:
    """Those in post today, by département."""
    en_poste = Habilitation.objects.en_vigueur().filter(
        departement__in=departements, role__in=DESTINATAIRES, utilisateur__is_active=True
    )
    personnes: dict[int, list[Utilisateur]] = defaultdict(list)
    for habilitation in en_poste.select_related("utilisateur").order_by("pk"):
        presents = personnes[habilitation.departement_id or 0]
        if habilitation.utilisateur not in presents:
            presents.append(habilitation.utilisateur)
    return personnes

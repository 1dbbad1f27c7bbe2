"""Erasing the data of a person who left (RGPD, article 17), on the decision of the authority.

What an act of the administration rests on is kept (article 17, § 3, b and d): the arrêtés, the letters given,
the arrêtées weeks and the journal. There the person becomes a number wherever the text is not itself the act.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import CASCADE, ManyToOneRel, Model
from django.utils import timezone

from comptes.models import Utilisateur
from psyen.models import Arrete, PsyEN, Rattachement
from psyen.permissions import peut_effacer_personne
from psyen.signals import effets_d_en_haut
from reseaux.models import Habilitation, MembreGroupe
from reseaux.perimetre import Perimetre
from socle.effacement import (
    Effet,
    LigneDuRegistre,
    adresse_effacee,
    ecrire_registre,
    effacer_des_techniques,
    effacer_du_journal,
    inscrire,
    registre,
)
from socle.journal import journaliser
from socle.models import EntreeJournal

PRENOM = "Personne"
PERSONNES: tuple[type[Model], ...] = (Utilisateur, PsyEN)
ACTE = "acte de l’administration (code du patrimoine, L. 211-1 et suivants)"
PREUVE = "preuve de qui a décidé quoi ; l’auteur y est un numéro"


@transaction.atomic
def effacer_personne(
    *,
    perimetre: Perimetre,
    utilisateur: Utilisateur | None,
    psyen: PsyEN | None,
    motif: str,
    encore_en_fonction: bool = False,
) -> list[Effet]:
    """Erases an account, a PsyEN file, or both of one person; tells what went and what is kept, and why.

    Refused while the person is in office, unless told so: the office then ends today (after a restore).
    """
    if not peut_effacer_personne(perimetre):
        raise PermissionDenied
    habilitations = (
        list(Habilitation.objects.filter(utilisateur=utilisateur).order_by("pk")) if utilisateur else []
    )
    rattachements = list(psyen.rattachements.order_by("pk")) if psyen else []
    if encore_en_fonction:
        _mettre_fin(utilisateur, psyen)
    else:
        _exiger_hors_fonction(utilisateur, psyen)
    personnes = [personne for personne in (utilisateur, psyen) if personne is not None]
    objets: list[Model] = [*personnes, *habilitations, *rattachements]
    inscrire(objets, motif)
    adresses = {personne.courriel for personne in personnes}
    effets = [
        *effets_d_en_haut(utilisateur, psyen),
        *effacer_des_techniques(utilisateur.pk if utilisateur else None, adresses),
        *_pseudonymiser(utilisateur, psyen),
        effacer_du_journal(objets),
        *_gardes(utilisateur, psyen),
    ]
    for personne in personnes:
        journaliser(perimetre=perimetre, action="psyen.personne.effacee", objet=personne)
    transaction.on_commit(lambda: ecrire_registre(settings.JOURNAL_DES_EFFACEMENTS, registre(PERSONNES)))
    return effets


def rejouer_effacements(lignes: Sequence[LigneDuRegistre], perimetre: Perimetre) -> int:
    """Erases again, in a base restored from before, those whom it still names; gives how many
    accounts and PsyEN files. Several registers may name the same.
    """
    deja = {(ligne.modele, ligne.pk) for ligne in registre(PERSONNES)}
    rejouees = 0
    for ligne in lignes:
        if (ligne.modele, ligne.pk) in deja:
            continue
        deja.add((ligne.modele, ligne.pk))
        modele = next(m for m in PERSONNES if m._meta.label_lower == ligne.modele)
        personne = modele._base_manager.filter(pk=ligne.pk).first()
        if personne is None:
            continue
        effacer_personne(
            perimetre=perimetre,
            utilisateur=personne if isinstance(personne, Utilisateur) else None,
            psyen=personne if isinstance(personne, PsyEN) else None,
            motif=ligne.motif,
            encore_en_fonction=True,
        )
        rejouees += 1
    return rejouees


def _exiger_hors_fonction(utilisateur: Utilisateur | None, psyen: PsyEN | None) -> None:
    if utilisateur and Habilitation.objects.en_vigueur().filter(utilisateur=utilisateur).exists():
        raise ValidationError("Cette personne a une habilitation en vigueur : révoquez-la d’abord.")
    if psyen and psyen.rattachements.non_termines().exists():
        raise ValidationError("Ce PsyEN est rattaché à un CIO : donnez d’abord sa fin à son rattachement.")


def _mettre_fin(utilisateur: Utilisateur | None, psyen: PsyEN | None) -> None:
    aujourd_hui = timezone.localdate()
    if utilisateur:
        Habilitation.objects.filter(utilisateur=utilisateur, revoquee_le=None).update(
            revoquee_le=timezone.now()
        )
    if psyen:
        ouverts = Rattachement.objects.filter(psyen=psyen).non_termines()
        ouverts.filter(date_debut__gt=aujourd_hui).delete()
        ouverts.update(date_fin=aujourd_hui)


def _pseudonymiser(utilisateur: Utilisateur | None, psyen: PsyEN | None) -> list[Effet]:
    effets = []
    if utilisateur:
        effets.append(_effacer_compte(utilisateur))
    if psyen:
        psyen.prenom, psyen.nom = PRENOM, f"effacée n° {psyen.pk}"
        psyen.courriel, psyen.telephone = f"psyen-{adresse_effacee(psyen.pk)}", ""
        psyen.save()
        effets.append(Effet("fiche de PsyEN : nom, adresse, téléphone", 1))
    return effets


def _effacer_compte(utilisateur: Utilisateur) -> Effet:
    """What dies with an account (second factor, sessions…) goes now; the row stays, acts refer to it."""
    for relation in Utilisateur._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.on_delete is CASCADE:
            relation.related_model._base_manager.filter(**{relation.field.name: utilisateur}).delete()
    MembreGroupe.objects.filter(utilisateur=utilisateur).delete()
    utilisateur.prenom, utilisateur.nom = PRENOM, f"effacée n° {utilisateur.pk}"
    utilisateur.courriel, utilisateur.demonstration = adresse_effacee(utilisateur.pk), ""
    utilisateur.is_active, utilisateur.last_login = False, None
    utilisateur.generation_sessions += 1
    utilisateur.set_unusable_password()
    utilisateur.save()
    return Effet("compte : nom, adresse, mot de passe, groupes, moyens de connexion", 1)


def _gardes(utilisateur: Utilisateur | None, psyen: PsyEN | None) -> list[Effet]:
    effets = []
    if utilisateur:
        faits = EntreeJournal.objects.filter(auteur=utilisateur).count()
        effets.append(Effet("lignes du journal que la personne a écrites", faits, PREUVE))
    if psyen:
        arretes = Arrete.objects.filter(repartition__services__psyen=psyen).distinct().count()
        effets.append(Effet("arrêtés qui la nomment", arretes, ACTE))
        effets.append(Effet("semaines de service, sous un numéro", psyen.services.count(), ACTE))
    return effets

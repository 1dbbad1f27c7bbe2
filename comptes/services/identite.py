"""Recognising a person by the identity provider. No account is ever opened here, no right given."""

from dataclasses import dataclass

from axes.utils import reset as oublier_les_echecs
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Refus
from comptes.models import IdentiteExterne, Utilisateur
from comptes.permissions import peut_gerer_comptes
from socle.courriels import mettre_en_file
from socle.journal import Personne, journaliser
from socle.models import Perimetre


class IdentiteRefusee(Exception):
    """The provider knows the person, this service does not let them in."""

    def __init__(self, raison: Refus) -> None:
        super().__init__(raison.label)
        self.raison = raison


@dataclass(frozen=True)
class Identite:
    """What the provider says of a person, its signatures already verified."""

    emetteur: str
    sujet: str
    courriel: str
    courriel_verifie: bool
    prenom: str = ""
    nom: str = ""
    acr: str = ""
    amr: tuple[str, ...] = ()


@transaction.atomic
def reconnaitre(identite: Identite) -> Utilisateur:
    """The account linked to this subject; the first time, the one that bears the verified address.

    Name and address follow the provider, in the journal. `IdentiteRefusee` says why nobody is recognised.
    """
    liee = _liee(identite) or _relier(identite)
    if not liee.utilisateur.is_active:
        raise IdentiteRefusee(Refus.DESACTIVE)
    liee.acr, liee.amr, liee.vue_le = identite.acr[:255], list(identite.amr), timezone.now()
    liee.save(update_fields=["acr", "amr", "vue_le"])
    _suivre_le_nom(liee.utilisateur, identite)
    _suivre_l_adresse(liee.utilisateur, identite)
    return liee.utilisateur


@transaction.atomic
def delier(*, perimetre: Perimetre, utilisateur: Utilisateur) -> None:
    """By the ADMIN, for a person whose identity has changed at the provider: the address serves once more."""
    if not peut_gerer_comptes(perimetre):
        raise PermissionDenied
    if not IdentiteExterne.objects.filter(pk=utilisateur.pk).delete()[0]:
        raise ValidationError("Ce compte n’est relié à aucune identité.")
    _fermer_les_sessions(utilisateur)
    journaliser(perimetre=perimetre, action="comptes.identite.deliee", objet=utilisateur)
    _prevenir(utilisateur, "comptes/courriels/identite_deliee")


def _liee(identite: Identite) -> IdentiteExterne | None:
    return (
        IdentiteExterne.objects.select_related("utilisateur")
        .filter(emetteur=identite.emetteur, sujet=identite.sujet)
        .first()
    )


def _relier(identite: Identite) -> IdentiteExterne:
    """First sign-in: the password goes, and the sessions that it had opened; the person is told."""
    if not identite.courriel_verifie:
        raise IdentiteRefusee(Refus.NON_VERIFIE)
    courriel = identite.courriel.strip().lower()
    utilisateur = Utilisateur.objects.select_for_update().filter(courriel=courriel).first()
    if utilisateur is None or not courriel:
        raise IdentiteRefusee(Refus.INCONNU)
    if not utilisateur.is_active:
        raise IdentiteRefusee(Refus.DESACTIVE)
    liee = IdentiteExterne.objects.filter(pk=utilisateur.pk).first()
    if liee is not None:
        # Two first sign-ins at once: the lock made the second wait for the first.
        if (liee.emetteur, liee.sujet) == (identite.emetteur, identite.sujet):
            return liee
        raise IdentiteRefusee(Refus.AUTRE_IDENTITE)
    liee = IdentiteExterne.objects.create(
        utilisateur=utilisateur, emetteur=identite.emetteur, sujet=identite.sujet, vue_le=timezone.now()
    )
    utilisateur.set_unusable_password()
    utilisateur.save(update_fields=["password"])
    _fermer_les_sessions(utilisateur)
    oublier_les_echecs(username=utilisateur.courriel)
    journaliser(perimetre=Personne(utilisateur.pk), action="comptes.identite.reliee", objet=utilisateur)
    _prevenir(utilisateur, "comptes/courriels/identite_reliee")
    return liee


def _suivre_le_nom(utilisateur: Utilisateur, identite: Identite) -> None:
    avant = {"prenom": utilisateur.prenom, "nom": utilisateur.nom}
    apres = {
        "prenom": identite.prenom.strip()[:80] or utilisateur.prenom,
        "nom": identite.nom.strip()[:80] or utilisateur.nom,
    }
    # Providers write names in capitals: the same name is no news.
    if {cle: nom.casefold() for cle, nom in avant.items()} == {c: n.casefold() for c, n in apres.items()}:
        return
    utilisateur.prenom, utilisateur.nom = apres["prenom"], apres["nom"]
    utilisateur.save(update_fields=["prenom", "nom"])
    _journaliser_la_suite(utilisateur, "comptes.utilisateur.nom", avant, apres)


def _suivre_l_adresse(utilisateur: Utilisateur, identite: Identite) -> None:
    """A verified address that no other account bears; otherwise the one that we know stays."""
    ancien, nouveau = utilisateur.courriel, identite.courriel.strip().lower()
    if not identite.courriel_verifie or not nouveau or nouveau == ancien:
        return
    utilisateur.courriel = nouveau
    try:
        utilisateur.clean_fields(exclude=["password", "prenom", "nom"])
        utilisateur.validate_unique()
    except ValidationError:
        utilisateur.courriel = ancien
        return
    utilisateur.save(update_fields=["courriel"])
    _journaliser_la_suite(
        utilisateur, "comptes.utilisateur.courriel", {"courriel": ancien}, {"courriel": nouveau}
    )
    mettre_en_file(
        cle=f"courriel-modifie:{utilisateur.pk}:{timezone.now().isoformat()}",
        destinataire=ancien,
        utilisateur=utilisateur,
        modele="comptes/courriels/adresse_modifiee",
        contexte={"nouveau": nouveau},
    )


def _journaliser_la_suite(
    utilisateur: Utilisateur, action: str, avant: dict[str, str], apres: dict[str, str]
) -> None:
    journaliser(
        perimetre=Personne(utilisateur.pk),
        action=action,
        objet=utilisateur,
        avant=avant,
        apres=apres,
        motif=f"Donné par {settings.OIDC_NOM}",
    )


def _fermer_les_sessions(utilisateur: Utilisateur) -> None:
    Utilisateur.objects.filter(pk=utilisateur.pk).update(generation_sessions=F("generation_sessions") + 1)
    utilisateur.refresh_from_db(fields=["generation_sessions"])


def _prevenir(utilisateur: Utilisateur, modele: str) -> None:
    mettre_en_file(
        cle=f"identite:{utilisateur.pk}:{timezone.now().isoformat()}",
        destinataire=utilisateur.courriel,
        utilisateur=utilisateur,
        modele=modele,
        contexte={
            "fournisseur": settings.OIDC_NOM,
            "lien": settings.ADRESSE_PUBLIQUE + reverse("comptes:connexion"),
        },
    )

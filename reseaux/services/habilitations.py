"""Who may act: habilitations granted and revoked by the ADMIN, effective at the next request."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from comptes.services.comptes import creer_utilisateur
from reseaux.enums import TypeTerritoire
from reseaux.models import CIO, TERRITOIRE_DU_ROLE, Academie, Departement, Etablissement, Habilitation
from reseaux.perimetre import Perimetre
from reseaux.permissions import peut_administrer, peut_revoquer
from socle.courriels import mettre_en_file
from socle.journal import journaliser

Territoire = Academie | Departement | CIO | Etablissement

MODELE_DU_TERRITOIRE: dict[str, type[Territoire]] = {
    TypeTerritoire.ACADEMIE: Academie,
    TypeTerritoire.DEPARTEMENT: Departement,
    TypeTerritoire.CIO: CIO,
    TypeTerritoire.ETABLISSEMENT: Etablissement,
}


@transaction.atomic
def ouvrir_acces(
    *,
    perimetre: Perimetre,
    courriel: str,
    prenom: str,
    nom: str,
    role: str,
    territoire: Territoire,
    date_debut: dt.date,
    date_fin: dt.date | None = None,
) -> Habilitation:
    """Open the account of a person (a mail invites to choose a password) and grant the habilitation.

    A person whose address already has an account keeps it, and is told of the new habilitation.
    """
    _verifier_territoire(perimetre, role, territoire)
    utilisateur = Utilisateur.objects.filter(courriel=courriel.strip().lower()).first()
    nouveau = utilisateur is None
    if utilisateur is None:
        utilisateur = creer_utilisateur(perimetre=perimetre, courriel=courriel, prenom=prenom, nom=nom)
    habilitation = Habilitation(utilisateur=utilisateur, role=role, date_debut=date_debut, date_fin=date_fin)
    _accorder(perimetre, habilitation, territoire)
    if not nouveau:
        _prevenir(habilitation, "reseaux/courriels/habilitation_accordee", "accordee")
    return habilitation


@transaction.atomic
def accorder_habilitation(
    *,
    perimetre: Perimetre,
    utilisateur: Utilisateur,
    role: str,
    territoire: Territoire,
    date_debut: dt.date,
    date_fin: dt.date | None = None,
) -> Habilitation:
    """One more hat for a person who has an account; told by mail."""
    _verifier_territoire(perimetre, role, territoire)
    habilitation = Habilitation(utilisateur=utilisateur, role=role, date_debut=date_debut, date_fin=date_fin)
    _accorder(perimetre, habilitation, territoire)
    _prevenir(habilitation, "reseaux/courriels/habilitation_accordee", "accordee")
    return habilitation


@transaction.atomic
def revoquer_habilitation(*, perimetre: Perimetre, habilitation: Habilitation, motif: str = "") -> None:
    """End a habilitation now: the next request of the person no longer wears it.

    Nobody revokes the habilitation they wear: an académie would be left without an ADMIN.
    """
    if not peut_revoquer(perimetre, habilitation):
        raise PermissionDenied
    if habilitation.pk == perimetre.habilitation_id:
        raise ValidationError(
            "C’est l’habilitation que vous portez : demandez à un autre administrateur de la révoquer."
        )
    revoquee_le = timezone.now()
    if not Habilitation.objects.filter(pk=habilitation.pk, revoquee_le__isnull=True).update(
        revoquee_le=revoquee_le
    ):
        raise ValidationError("Cette habilitation est déjà révoquée.")
    habilitation.revoquee_le = revoquee_le
    journaliser(
        perimetre=perimetre,
        action="reseaux.habilitation.revoquee",
        objet=habilitation,
        avant=_resume(habilitation),
        motif=motif,
        departement_id=_departement_id(habilitation.territoire),
    )
    _prevenir(habilitation, "reseaux/courriels/habilitation_revoquee", "revoquee")


@transaction.atomic
def porter_habilitation(*, habilitation: Habilitation) -> Perimetre:
    """Journalise that a person now wears this habilitation, and return the perimeter that follows."""
    perimetre = Perimetre.de(habilitation)
    journaliser(perimetre=perimetre, action="reseaux.habilitation.portee", objet=habilitation)
    return perimetre


def perimetre_en_vigueur(utilisateur_id: int, habilitation_id: int | None) -> Perimetre | None:
    """The perimeter of that person and habilitation as it stands today; None once ended or revoked."""
    if habilitation_id is None:
        return None
    habilitation = (
        Habilitation.objects.en_vigueur()
        .filter(pk=habilitation_id, utilisateur=utilisateur_id, utilisateur__is_active=True)
        .pour_perimetre()
        .first()
    )
    return Perimetre.de(habilitation) if habilitation else None


def _verifier_territoire(perimetre: Perimetre, role: str, territoire: Territoire) -> None:
    """The ADMIN grants inside his académie only, on the kind of territory that the role takes."""
    if not peut_administrer(perimetre):
        raise PermissionDenied
    attendu = TERRITOIRE_DU_ROLE[Role(role)]
    modele = MODELE_DU_TERRITOIRE[attendu]
    if not isinstance(territoire, modele):
        raise ValidationError(
            f"L’habilitation « {Role(role).label} » porte sur un territoire de type « {attendu.label} »."
        )
    if not modele._default_manager.dans_perimetre(perimetre).filter(pk=territoire.pk).exists():
        raise ValidationError(f"« {territoire} » n’est pas dans votre académie.")


def _accorder(perimetre: Perimetre, habilitation: Habilitation, territoire: Territoire) -> None:
    setattr(habilitation, TERRITOIRE_DU_ROLE[Role(habilitation.role)].value, territoire)
    habilitation.full_clean()
    # Two submissions grant it once: the second waits here, then finds it.
    Utilisateur.objects.select_for_update(no_key=True).get(pk=habilitation.utilisateur_id)
    _verifier_sans_doublon(habilitation)
    habilitation.save()
    journaliser(
        perimetre=perimetre,
        action="reseaux.habilitation.accordee",
        objet=habilitation,
        apres=_resume(habilitation),
        departement_id=_departement_id(territoire),
    )


def _verifier_sans_doublon(habilitation: Habilitation) -> None:
    """The same role on the same territory is not held twice over the same days."""
    type_ = TERRITOIRE_DU_ROLE[Role(habilitation.role)].value
    memes = Habilitation.objects.filter(
        Q(date_fin__isnull=True) | Q(date_fin__gte=habilitation.date_debut),
        utilisateur=habilitation.utilisateur,
        role=habilitation.role,
        revoquee_le__isnull=True,
        **{type_: getattr(habilitation, type_)},
    )
    if habilitation.date_fin:
        memes = memes.filter(date_debut__lte=habilitation.date_fin)
    if memes.exists():
        raise ValidationError(
            f"{habilitation.utilisateur} porte déjà cette habilitation à ces dates : {habilitation}."
        )


def _departement_id(territoire: Territoire) -> int | None:
    if isinstance(territoire, Departement):
        return territoire.pk
    return getattr(territoire, "departement_id", None)


def _resume(habilitation: Habilitation) -> dict[str, str | None]:
    return {
        "personne": str(habilitation.utilisateur),
        "role": habilitation.role,
        "territoire": str(habilitation.territoire),
        "du": habilitation.date_debut.isoformat(),
        "au": habilitation.date_fin.isoformat() if habilitation.date_fin else None,
    }


def _prevenir(habilitation: Habilitation, modele: str, evenement: str) -> None:
    mettre_en_file(
        cle=f"habilitation:{habilitation.pk}:{evenement}",
        destinataire=habilitation.utilisateur.courriel,
        utilisateur=habilitation.utilisateur,
        modele=modele,
        contexte={
            "habilitation": habilitation,
            "lien": settings.ADRESSE_PUBLIQUE + reverse("accueil"),
        },
    )

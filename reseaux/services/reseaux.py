"""The réseaux of a CIO for one year: create, rename, move schools, dissolve. Never in a closed year.

The database alone judges « at most one réseau a year » and « a lycée heads one réseau »: nothing is
asked beforehand, a refusal is turned into a sentence that names the réseau where the school is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from reseaux.models import CIO, AnneeScolaire, Etablissement, MembreReseau, Reseau
from reseaux.perimetre import Perimetre
from reseaux.permissions import peut_modifier_reseaux
from reseaux.selectors.copie import CopieDeReseaux, copie_prevue
from reseaux.services.cio import tenir_cio
from socle.journal import journaliser


class Placement(NamedTuple):
    """A school and the réseau where its editor saw it (None: in no réseau)."""

    etablissement: Etablissement
    reseau_vu: int | None


@transaction.atomic
def creer_reseau(
    *, cio: CIO, annee: AnneeScolaire, nom: str, tete: Etablissement, perimetre: Perimetre
) -> Reseau:
    """« une logique de réseau constituée à partir d'un lycée tête de réseau »: the tête comes first."""
    _exiger_droit(perimetre, cio, annee)
    if not tenir_cio(cio).est_ouvert:
        raise ValidationError(f"{cio} est fermé : il n’est plus proposé nulle part.")
    _exiger_lycee(tete)
    reseau = Reseau(cio=cio, annee=annee, nom=nom.strip(), tete=tete)
    _exiger_eligible(tete, reseau)
    _enregistrer(reseau)
    _inscrire(reseau, tete)
    journaliser(
        perimetre=perimetre,
        action="reseaux.reseau.cree",
        objet=reseau,
        apres={"nom": reseau.nom, "tete": str(tete), "annee": annee.code},
    )
    return reseau


@transaction.atomic
def renommer_reseau(*, reseau: Reseau, nom: str, perimetre: Perimetre) -> Reseau:
    reseau = _verrouiller(reseau, perimetre)
    avant, reseau.nom = reseau.nom, nom.strip()
    if reseau.nom == avant:
        return reseau
    _enregistrer(reseau)
    journaliser(
        perimetre=perimetre,
        action="reseaux.reseau.renomme",
        objet=reseau,
        avant={"nom": avant},
        apres={"nom": reseau.nom},
    )
    return reseau


@transaction.atomic
def changer_tete(*, reseau: Reseau, tete: Etablissement, perimetre: Perimetre) -> Reseau:
    """The new tête is a lycée, already a member of the réseau."""
    reseau = _verrouiller(reseau, perimetre)
    _exiger_lycee(tete)
    _exiger_eligible(tete, reseau)
    if not reseau.membres.filter(etablissement=tete).exists():
        raise ValidationError(
            f"{tete} n’appartient pas au réseau « {reseau} » : ajoutez-le au réseau avant d’en faire la tête."
        )
    avant, reseau.tete = reseau.tete, tete
    if avant == tete:
        return reseau
    _enregistrer(reseau)
    journaliser(
        perimetre=perimetre,
        action="reseaux.reseau.tete_changee",
        objet=reseau,
        avant={"tete": str(avant)},
        apres={"tete": str(tete)},
    )
    return reseau


@transaction.atomic
def modifier_reseau(*, reseau: Reseau, nom: str, tete: Etablissement, perimetre: Perimetre) -> Reseau:
    """Name and tête together: both or neither."""
    renommer_reseau(reseau=reseau, nom=nom, perimetre=perimetre)
    return changer_tete(reseau=reseau, tete=tete, perimetre=perimetre)


@transaction.atomic
def dissoudre_reseau(*, reseau: Reseau, perimetre: Perimetre) -> None:
    """Its schools are then in no réseau. Refused as soon as a répartition refers to it (PROTECT)."""
    reseau = _verrouiller(reseau, perimetre)
    membres = Etablissement.objects.filter(appartenances__reseau=reseau).order_by("nom", "pk")
    avant = {"nom": reseau.nom, "tete": str(reseau.tete), "membres": [str(membre) for membre in membres]}
    journaliser(perimetre=perimetre, action="reseaux.reseau.dissous", objet=reseau, avant=avant)
    try:
        reseau.delete()
    except ProtectedError as erreur:
        raise ValidationError(
            f"Le réseau « {reseau} » figure dans une répartition de {reseau.annee} : "
            "retirez-en d’abord ses établissements, ou gardez le réseau."
        ) from erreur


@transaction.atomic
def ajouter_membre(*, reseau: Reseau, etablissement: Etablissement, perimetre: Perimetre) -> MembreReseau:
    reseau = _verrouiller(reseau, perimetre)
    _exiger_eligible(etablissement, reseau)
    membre = _inscrire(reseau, etablissement)
    journaliser(
        perimetre=perimetre,
        action="reseaux.reseau.membre_ajoute",
        objet=reseau,
        apres={"etablissement": str(etablissement)},
    )
    return membre


@transaction.atomic
def deplacer_membre(
    *, etablissement: Etablissement, depuis: Reseau, vers: Reseau, perimetre: Perimetre
) -> MembreReseau:
    """From one réseau to another of the same year; the editor must have the right on both CIO."""
    # Always in the same order: two crossed moves never wait for each other.
    verrous = {r.pk: _verrouiller(r, perimetre) for r in sorted((depuis, vers), key=lambda r: r.pk)}
    depuis, vers = verrous[depuis.pk], verrous[vers.pk]
    if depuis.annee_id != vers.annee_id:
        raise ValidationError("Un établissement ne se déplace qu’entre deux réseaux de la même année.")
    _exiger_eligible(etablissement, vers)
    membre = _membre_amovible(depuis, etablissement)
    membre.reseau = vers
    membre.save(update_fields=["reseau"])
    journaliser(
        perimetre=perimetre,
        action="reseaux.reseau.membre_deplace",
        objet=vers,
        avant={"reseau": depuis.nom},
        apres={"etablissement": str(etablissement), "reseau": vers.nom},
    )
    return membre


@transaction.atomic
def retirer_membre(*, reseau: Reseau, etablissement: Etablissement, perimetre: Perimetre) -> None:
    """The school is then in no réseau; a tête is replaced before it leaves."""
    reseau = _verrouiller(reseau, perimetre)
    _membre_amovible(reseau, etablissement).delete()
    journaliser(
        perimetre=perimetre,
        action="reseaux.reseau.membre_retire",
        objet=reseau,
        avant={"etablissement": str(etablissement)},
    )


@transaction.atomic
def placer_etablissements(
    *, placements: Sequence[Placement], vers: Reseau | None, annee: AnneeScolaire, perimetre: Perimetre
) -> None:
    """The gesture of the editor: several schools to one réseau, or out of theirs (`vers` None).

    All or nothing. A school that a colleague moved meanwhile is refused with its present place.
    """
    # All locks at once and in one order: two editors never wait for each other.
    concernes = [p.reseau_vu for p in placements if p.reseau_vu] + ([vers.pk] if vers else [])
    list(Reseau.objects.select_for_update(of=("self",)).filter(pk__in=concernes).order_by("pk"))
    erreurs: list[str] = []
    for placement in placements:
        try:
            with transaction.atomic():
                _placer(placement, vers, annee, perimetre)
        except ValidationError as erreur:
            erreurs += erreur.messages
    if erreurs:
        raise ValidationError(list(dict.fromkeys(erreurs)))


@transaction.atomic
def copier_reseaux_de_l_annee_precedente(
    *, cio: CIO, annee: AnneeScolaire, perimetre: Perimetre
) -> CopieDeReseaux:
    """The réseaux of the last year that has some, into a year that has none; returns what was done."""
    _exiger_droit(perimetre, cio, annee)
    # The row of the CIO serialises two copies asked at the same time.
    CIO.objects.select_for_update(of=("self",)).get(pk=cio.pk)
    if Reseau.objects.filter(cio=cio, annee=annee).exists():
        raise ValidationError(
            f"Le {cio} a déjà des réseaux en {annee} : la copie ne part que d’une année sans réseau."
        )
    copie = copie_prevue(cio=cio, annee=annee)
    if not copie.copies:
        raise ValidationError(f"Aucun réseau du {cio} d’une année antérieure ne peut être repris.")
    for modele in copie.copies:
        assert modele.tete is not None  # noqa: S101 - what `copies` means
        reseau = creer_reseau(cio=cio, annee=annee, nom=modele.nom, tete=modele.tete, perimetre=perimetre)
        for etablissement in modele.membres:
            if etablissement != modele.tete:
                ajouter_membre(reseau=reseau, etablissement=etablissement, perimetre=perimetre)
    return copie


def _placer(placement: Placement, vers: Reseau | None, annee: AnneeScolaire, perimetre: Perimetre) -> None:
    etablissement = placement.etablissement
    membre = _appartenance(etablissement, annee)
    if (membre.reseau_id if membre else None) != placement.reseau_vu:
        raise ValidationError(_ou_est(etablissement, membre))
    if membre is None and vers is not None:
        ajouter_membre(reseau=vers, etablissement=etablissement, perimetre=perimetre)
    elif membre is not None and vers is None:
        retirer_membre(reseau=membre.reseau, etablissement=etablissement, perimetre=perimetre)
    elif membre is not None and vers is not None and membre.reseau_id != vers.pk:
        deplacer_membre(etablissement=etablissement, depuis=membre.reseau, vers=vers, perimetre=perimetre)


def _exiger_droit(perimetre: Perimetre, cio: CIO, annee: AnneeScolaire) -> None:
    if not annee.est_modifiable:
        raise ValidationError(f"L’année {annee} est close : ses réseaux ne changent plus.")
    if not peut_modifier_reseaux(perimetre, cio, annee):
        raise PermissionDenied(f"Les réseaux du {cio} sont dessinés par son DCIO.")


def _verrouiller(reseau: Reseau, perimetre: Perimetre) -> Reseau:
    """The réseau as it is now, kept from concurrent changes until the end of the transaction."""
    actuel = (
        Reseau.objects.select_for_update(of=("self",))
        .select_related("cio", "annee", "tete")
        .filter(pk=reseau.pk)
        .first()
    )
    if actuel is None:
        raise ValidationError(f"Le réseau « {reseau} » a été dissous entre-temps.")
    _exiger_droit(perimetre, actuel.cio, actuel.annee)
    return actuel


def _exiger_lycee(tete: Etablissement) -> None:
    if not tete.est_lycee:
        raise ValidationError(f"{tete} n’est pas un lycée : seul un lycée peut être tête de réseau.")


def _exiger_eligible(etablissement: Etablissement, reseau: Reseau) -> None:
    """An open EPLE of the CIO's département: the DASEN who decides there has authority nowhere else."""
    if not etablissement.est_ouvert:
        raise ValidationError(f"{etablissement} est fermé : il ne peut pas entrer dans un réseau.")
    if not etablissement.est_eple:
        raise ValidationError(f"{etablissement} n’est pas un EPLE : il ne peut pas entrer dans un réseau.")
    if etablissement.departement_id != reseau.cio.departement_id:
        raise ValidationError(f"{etablissement} n’est pas dans le département du {reseau.cio}.")


def _enregistrer(reseau: Reseau) -> None:
    """Constraints first, for their French messages; a race lost after that is told as well."""
    reseau.full_clean()
    try:
        with transaction.atomic():
            reseau.save()
    except IntegrityError as erreur:
        raise ValidationError(
            "Un collègue vient d’enregistrer un réseau avec ce nom ou cette tête : relisez le périmètre."
        ) from erreur


def _inscrire(reseau: Reseau, etablissement: Etablissement) -> MembreReseau:
    try:
        with transaction.atomic():
            return MembreReseau.objects.create(
                reseau=reseau, annee_id=reseau.annee_id, etablissement=etablissement
            )
    except IntegrityError as erreur:
        membre = _appartenance(etablissement, reseau.annee)
        raise ValidationError(_ou_est(etablissement, membre)) from erreur


def _membre_amovible(reseau: Reseau, etablissement: Etablissement) -> MembreReseau:
    """The membership to change; never that of the tête."""
    membre = _appartenance(etablissement, reseau.annee)
    if membre is None or membre.reseau_id != reseau.pk:
        raise ValidationError(_ou_est(etablissement, membre))
    if reseau.tete_id == etablissement.pk:
        raise ValidationError(
            f"{etablissement} est la tête du réseau « {reseau} » : désignez d’abord une autre tête."
        )
    return membre


def _appartenance(etablissement: Etablissement, annee: AnneeScolaire) -> MembreReseau | None:
    return (
        MembreReseau.objects.filter(etablissement=etablissement, annee=annee)
        .select_related("reseau__cio", "annee")
        .first()
    )


def _ou_est(etablissement: Etablissement, membre: MembreReseau | None) -> str:
    if membre is None:
        return f"{etablissement} n’est plus dans aucun réseau."
    reseau = membre.reseau
    return f"{etablissement} est dans le réseau « {reseau} » du {reseau.cio} en {membre.annee}."

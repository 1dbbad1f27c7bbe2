"""The programme d'activités of a CIO: prepared, written, published once and for all, then copied."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from missions.documents.programme import dessiner_programme
from missions.enums import EtatProgramme
from missions.models import ProgrammeActivites
from missions.permissions import peut_ecrire_programme, peut_publier_programme
from reseaux.models import CIO, AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.fichiers import enregistrer_fichier
from socle.journal import journaliser

DEJA = "Un brouillon est déjà en préparation : reprenez-le."


@transaction.atomic
def preparer_programme(*, perimetre: Perimetre, cio: CIO, annee: AnneeScolaire) -> ProgrammeActivites:
    """The first version, or the next one, which starts from the introduction of the last published."""
    # Held until the end: two people who prepare at once come one after the other.
    cio = CIO.objects.select_for_update(of=("self",)).get(pk=cio.pk)
    if not peut_ecrire_programme(perimetre, cio, annee):
        raise PermissionDenied
    versions = ProgrammeActivites.objects.filter(cio=cio, annee=annee).order_by("version", "pk")
    derniere = versions.last()
    if derniere and derniere.etat == EtatProgramme.BROUILLON:
        raise ValidationError(DEJA)
    programme = ProgrammeActivites(
        cio=cio,
        annee=annee,
        version=derniere.version + 1 if derniere else 1,
        introduction=derniere.introduction if derniere else "",
    )
    try:
        with transaction.atomic():
            programme.save()
    except IntegrityError:
        raise ValidationError(DEJA) from None
    _journaliser(perimetre, "prepare", programme, apres={"version": programme.version, "annee": annee.code})
    return programme


@transaction.atomic
def modifier_programme(
    *, perimetre: Perimetre, programme: ProgrammeActivites, introduction: str, ouverte_avec: str | None = None
) -> ProgrammeActivites:
    """Writes the introduction. `ouverte_avec` is the text that the page was opened with: a colleague who
    wrote meanwhile is not written over.
    """
    programme = _verrouiller(perimetre, programme)
    avant, apres = programme.introduction, introduction.strip()
    if ouverte_avec is not None and _plat(ouverte_avec) != _plat(avant) and _plat(apres) != _plat(avant):
        raise ValidationError(
            {
                # The code is that of the message: the one given with a dict is lost.
                "introduction": ValidationError(
                    "Un collègue a modifié l’introduction entre-temps. Votre texte est encore "
                    f"ici ; le sien : « {avant} ». Réunissez-les, puis enregistrez de nouveau.",
                    code="conflit",
                )
            },
        )
    if apres == avant:
        return programme
    programme.introduction = apres
    programme.save(update_fields=["introduction"])
    _journaliser(
        perimetre, "modifie", programme, avant={"introduction": avant}, apres={"introduction": apres}
    )
    return programme


@transaction.atomic
def publier_programme(*, perimetre: Perimetre, programme: ProgrammeActivites) -> ProgrammeActivites:
    """Draws the document once, freezes the version (database): the département reads it from now on."""
    programme = _verrouiller(perimetre, programme)
    if not peut_publier_programme(perimetre, programme):
        raise PermissionDenied
    if not programme.introduction:
        raise ValidationError("L’introduction est vide : écrivez-la avant de publier le programme.")
    jour = timezone.localdate()
    par = f"{perimetre.utilisateur}, {perimetre.libelle}" if perimetre.utilisateur else perimetre.libelle
    nom = f"programme-{slugify(programme.cio.nom)}-{programme.annee}-v{programme.version}.pdf"
    programme.fichier = enregistrer_fichier(
        nom=nom,
        type_mime="application/pdf",
        contenu=dessiner_programme(programme, publie_le=jour, par=par),
    )
    programme.etat, programme.publie_le, programme.publie_par = EtatProgramme.PUBLIE, jour, par[:250]
    programme.full_clean()
    programme.save()
    _journaliser(
        perimetre, "publie", programme, apres={"version": programme.version, "publie_le": programme.publie_le}
    )
    return programme


@transaction.atomic
def abandonner_programme(*, perimetre: Perimetre, programme: ProgrammeActivites) -> None:
    """A draft that will not be published; its version number serves again."""
    programme = _verrouiller(perimetre, programme)
    _journaliser(
        perimetre,
        "abandonne",
        programme,
        avant={"version": programme.version, "introduction": programme.introduction},
    )
    programme.delete()


def _verrouiller(perimetre: Perimetre, programme: ProgrammeActivites) -> ProgrammeActivites:
    """The draft as the database has it now; a published version does not change any more."""
    lignes = ProgrammeActivites.objects.select_for_update(of=("self",))
    verrouille = lignes.select_related("cio__departement", "annee").filter(pk=programme.pk).first()
    if verrouille is None:
        raise ValidationError("Ce brouillon a été abandonné entre-temps.")
    if not peut_ecrire_programme(perimetre, verrouille.cio, verrouille.annee):
        raise PermissionDenied
    if verrouille.etat == EtatProgramme.PUBLIE:
        raise ValidationError("Ce programme est publié : préparez une nouvelle version.")
    return verrouille


def _plat(texte: str) -> str:
    """A browser ends lines its own way."""
    return "\n".join(texte.strip().splitlines())


def _journaliser(perimetre: Perimetre, verbe: str, programme: ProgrammeActivites, **quoi) -> None:
    journaliser(
        perimetre=perimetre,
        action=f"missions.programme.{verbe}",
        objet=programme,
        departement_id=programme.cio.departement_id,
        **quoi,
    )

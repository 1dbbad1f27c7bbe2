"""All the letters of a CIO in one archive, in the background: those given, and drafts of the others."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.text import slugify

from missions.documents.lettres import dessiner_projet_de_lettre
from missions.models import LettreDeMission
from missions.permissions import peut_emettre_lettre, peut_preparer_lettres
from missions.selectors.lettres import EtatLettre, cios_ensemble, etats_des_lettres, signataire_du
from missions.services.lettres import emettre_lettres
from reseaux.models import CIO, AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.consultations import noter_consultations
from socle.fichiers import enregistrer_fichier
from socle.models import Fichier, TravailDeFond
from socle.travaux import Progression, genre_de_travail, lancer_travail

GENRE = "missions.lettres"
RIEN = (
    "Aucun PsyEN de ce CIO n’a de lettre à préparer : il faut une semaine arrêtée et des missions confiées."
)


@transaction.atomic
def preparer_lettres(*, perimetre: Perimetre, cio: CIO, annee: AnneeScolaire, emettre: bool) -> TravailDeFond:
    """The archive of a CIO and its antennes; with `emettre`, the letters that are due are given first."""
    permis = peut_emettre_lettre if emettre else peut_preparer_lettres
    if not permis(perimetre, cio, annee):
        raise PermissionDenied
    return lancer_travail(
        perimetre=perimetre,
        genre=GENRE,
        titre=f"Lettres de mission {annee}, {cio}",
        parametres={"cio": cio.pk, "annee": annee.pk, "emettre": emettre},
    )


@genre_de_travail(GENRE)
def executer_preparation(travail: TravailDeFond, *, perimetre: Any, progression: Progression) -> Fichier:
    """A second run after an interruption gives nothing twice: what is given is up to date."""
    cio = (
        CIO.objects.dans_perimetre(perimetre).select_related("departement").get(pk=travail.parametres["cio"])
    )
    annee = AnneeScolaire.objects.get(pk=travail.parametres["annee"])
    if not peut_preparer_lettres(perimetre, cio, annee):
        raise PermissionDenied
    cios, emises = cios_ensemble(cio), []
    if travail.parametres["emettre"]:
        emises = emettre_lettres(
            perimetre=perimetre,
            cios=cios,
            annee=annee,
            avancement=lambda fait, total: progression(fait, total, "Mise en page des lettres"),
        )
    etats = [e for e in etats_des_lettres(cios, annee) if e.est_a_jour or e.est_a_emettre]
    if not etats:
        raise ValidationError(RIEN)
    noter_consultations(perimetre, [etat.contenu.psyen for etat in etats], "Lettre de mission")
    archive = _archive(etats, progression)
    progression(len(etats), len(etats), _bilan(etats, emises))
    nom = f"lettres-de-mission-{slugify(str(cio))}-{annee}.zip"
    return enregistrer_fichier(nom=nom, type_mime="application/zip", contenu=archive)


def _archive(etats: Sequence[EtatLettre], progression: Progression) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for rang, etat in enumerate(etats, start=1):
            nom, contenu = _piece(etat)
            homonyme = nom in archive.namelist()
            archive.writestr(f"{etat.contenu.psyen.pk}-{nom}" if homonyme else nom, contenu)
            progression(rang, len(etats), "Assemblage de l’archive")
    return tampon.getvalue()


def _piece(etat: EtatLettre) -> tuple[str, bytes]:
    """The letter given when it still says what is; otherwise the draft of the next one."""
    if etat.derniere and etat.est_a_jour:
        lettre = LettreDeMission.objects.select_related("fichier").get(pk=etat.derniere.pk)
        return lettre.fichier.nom, bytes(lettre.fichier.contenu)
    contenu = etat.contenu
    nom = f"projet-lettre-{slugify(str(contenu.psyen))}-{contenu.annee}.pdf"
    return nom, dessiner_projet_de_lettre(contenu, signataire=signataire_du(contenu.cio))


def _bilan(etats: Sequence[EtatLettre], emises: Sequence[LettreDeMission]) -> str:
    projets = sum(1 for etat in etats if not etat.est_a_jour)
    morceaux = [f"{len(etats)} document{'s' if len(etats) > 1 else ''} dans l’archive"]
    if emises:
        s = "s" if len(emises) > 1 else ""
        morceaux.append(f"dont {len(emises)} lettre{s} émise{s} à l’instant")
    if projets:
        morceaux.append(f"dont {projets} projet{'s' if projets > 1 else ''} à émettre")
    return f"{', '.join(morceaux)}."

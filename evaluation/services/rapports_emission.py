"""Drawing a report in the background: a project to read, or the report issued, frozen with its documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from evaluation.documents.rapports import (
    dessiner_diaporama,
    dessiner_rapport,
    dessiner_synthese,
    nom_du_fichier,
)
from evaluation.enums import EtatRapport
from evaluation.models import Analyse, Rapport
from evaluation.notifications.rapports import annoncer_emission
from evaluation.permissions import peut_composer_rapport, peut_emettre_rapport
from evaluation.selectors.rapports_contenu import ContenuRapport, contenu_du_rapport
from evaluation.selectors.rapports_sections import sections_de
from evaluation.services.rapports import verrouiller_rapport
from reseaux.perimetre import Perimetre
from socle.fichiers import enregistrer_fichier
from socle.journal import journaliser
from socle.models import Fichier, TravailDeFond
from socle.travaux import Progression, genre_de_travail, lancer_travail

#: What is drawn, with the word of its file.
FORMES = {"rapport": dessiner_rapport, "diaporama": dessiner_diaporama, "synthese": dessiner_synthese}
OUVERTE = "La campagne est encore ouverte : figez-la, puis émettez le rapport. D’ici là, c’est un projet."
CHANGE = (
    "Le rapport ou une analyse a changé pendant la mise en page : rien n’est émis. Relisez l’aperçu, puis "
    "recommencez."
)


@dataclass(frozen=True)
class _Trace:
    """What the documents were drawn from."""

    revision: int
    #: On the cover.
    reunion: int | None
    analyse: int


def preparer_projet(*, perimetre: Perimetre, rapport: Rapport, forme: str) -> TravailDeFond:
    """The draft on paper, marked « PROJET » on each page, drawn in the background."""
    if not peut_composer_rapport(perimetre, rapport):
        raise PermissionDenied
    if forme not in FORMES:
        raise ValidationError("Choisissez le rapport, le diaporama ou la synthèse.")
    return lancer_travail(
        perimetre=perimetre,
        genre="evaluation.projet_de_rapport",
        titre=f"Projet : {rapport.titre}"[:200],
        parametres={"rapport": rapport.pk, "forme": forme},
    )


@genre_de_travail("evaluation.projet_de_rapport")
def produire_projet(travail: TravailDeFond, *, perimetre: Perimetre, progression: Progression) -> Fichier:
    """Rights asked again: they may be gone since."""
    rapport = _lire(travail, perimetre)
    if not peut_composer_rapport(perimetre, rapport):
        raise PermissionDenied
    forme = travail.parametres["forme"]
    progression(0, 2, "Lecture des chiffres")
    contenu = contenu_du_rapport(rapport)
    progression(1, 2, "Mise en page")
    pdf = FORMES[forme](contenu, emis_le=None)
    progression(2, 2, "Le projet est prêt.")
    nom = nom_du_fichier(rapport, f"projet {forme}")
    return enregistrer_fichier(nom=nom, type_mime="application/pdf", contenu=pdf)


def demander_emission(*, perimetre: Perimetre, rapport: Rapport) -> TravailDeFond:
    """Issues the report in the background; refused at once while the campaign is open."""
    _verifier(perimetre, rapport)
    return lancer_travail(
        perimetre=perimetre,
        genre="evaluation.emission_du_rapport",
        titre=f"Émission : {rapport.titre}"[:200],
        parametres={"rapport": rapport.pk},
    )


@genre_de_travail("evaluation.emission_du_rapport")
def produire_emission(
    travail: TravailDeFond, *, perimetre: Perimetre, progression: Progression
) -> Fichier | None:
    """The result of the job is the report itself."""
    rapport = _lire(travail, perimetre)
    return emettre_rapport(perimetre=perimetre, rapport=rapport, progression=progression).document


def emettre_rapport(*, perimetre: Perimetre, rapport: Rapport, progression: Any = None) -> Rapport:
    """Frozen with its three documents. Drawn before any lock is taken, then written if nothing moved."""
    _verifier(perimetre, rapport)
    dire = progression or (lambda *_: None)
    trace = _trace(rapport)
    dire(0, 4, "Lecture des chiffres")
    contenu = contenu_du_rapport(rapport)
    jour, par = timezone.localdate(), _signature(perimetre)
    dessines = {}
    for rang, (forme, dessiner) in enumerate(FORMES.items(), start=1):
        dire(rang, 4, f"Mise en page : {forme}")
        dessines[forme] = dessiner(contenu, emis_le=jour, par=par)
    emis = _ranger(perimetre, rapport, contenu, trace, dessines)
    dire(4, 4, "Le rapport est émis : il ne changera plus.")
    return emis


@transaction.atomic
def _ranger(
    perimetre: Perimetre,
    rapport: Rapport,
    contenu: ContenuRapport,
    trace: _Trace,
    dessines: dict[str, bytes],
) -> Rapport:
    rapport = verrouiller_rapport(rapport)
    _verifier(perimetre, rapport)
    if _trace(rapport) != trace:
        raise ValidationError(CHANGE)
    _figer_sections(rapport)
    fichiers = {
        forme: enregistrer_fichier(
            nom=nom_du_fichier(rapport, forme), type_mime="application/pdf", contenu=pdf
        )
        for forme, pdf in dessines.items()
    }
    rapport.etat = EtatRapport.EMIS
    rapport.emis_le, rapport.emis_par = timezone.localdate(), _signature(perimetre)
    rapport.document, rapport.diaporama = fichiers["rapport"], fichiers["diaporama"]
    rapport.synthese = fichiers["synthese"]
    rapport.reference, rapport.derniere_analyse = contenu.reference, trace.analyse
    rapport.enquete = contenu.enquete.enquete if contenu.enquete else None
    rapport.save()
    journaliser(
        perimetre=perimetre,
        action="evaluation.rapport.emis",
        objet=rapport,
        apres={"version": rapport.version, "sha256": fichiers["rapport"].sha256},
        departement_id=rapport.campagne.departement_id,
    )
    annoncer_emission(rapport)
    return rapport


def _figer_sections(rapport: Rapport) -> None:
    """As they were drawn: those that the campaign brought or took away since the last writing are told."""
    sections = sections_de(rapport)
    rapport.sections.exclude(cle__in=[section.cle for section in sections]).delete()
    for section in sections:
        section.save()


def _verifier(perimetre: Perimetre, rapport: Rapport) -> None:
    if rapport.est_emis:
        raise ValidationError("Ce rapport est déjà émis : préparez une nouvelle version.")
    if rapport.campagne.est_ouverte and peut_composer_rapport(perimetre, rapport):
        raise ValidationError(OUVERTE)
    if not peut_emettre_rapport(perimetre, rapport):
        raise PermissionDenied


def _trace(rapport: Rapport) -> _Trace:
    revision, reunion = Rapport.objects.values_list("revision", "reunion").get(pk=rapport.pk)
    derniere = Analyse.objects.filter(campagne=rapport.campagne_id).aggregate(Max("pk"))["pk__max"]
    return _Trace(revision, reunion, derniere or 0)


def _signature(perimetre: Perimetre) -> str:
    qui = f"{perimetre.utilisateur}, " if perimetre.utilisateur else ""
    return f"{qui}{perimetre.libelle}"[:250]


def _lire(travail: TravailDeFond, perimetre: Perimetre) -> Rapport:
    lus = Rapport.objects.dans_perimetre(perimetre)
    rapport = (
        lus.select_related("campagne__departement", "campagne__annee", "reunion")
        .filter(pk=travail.parametres["rapport"])
        .first()
    )
    if rapport is None:
        raise ValidationError("Ce rapport n’existe plus : le brouillon a été abandonné.")
    return rapport

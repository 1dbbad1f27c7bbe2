"""The exports of the ADMIN: made at once, or by themselves at intervals, each period once."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from evaluation.exports.campagnes import ecrire_mesures
from evaluation.models import Campagne, ExportProgramme, LivraisonExport
from evaluation.notifications.rapports import annoncer_livraison
from evaluation.permissions import peut_exporter_campagnes
from reseaux.perimetre import Perimetre
from socle.fichiers import enregistrer_fichier
from socle.journal import journaliser
from socle.models import Fichier, TravailDeFond
from socle.tableurs import TYPES_MIME
from socle.travaux import Progression, genre_de_travail, lancer_travail
from socle.verification import perimetre_valide

logger = logging.getLogger(__name__)
SANS_DROIT = "L’habilitation qui l’avait programmé a pris fin."
RIEN = "Aucune campagne à exporter : un département doit d’abord en ouvrir une."
A_LA_MAIN = "Arrêté par son auteur."


def demander_export(
    *, perimetre: Perimetre, campagne: Campagne | None, niveaux: Sequence[str], format_: str
) -> TravailDeFond:
    """The figures of one campaign of the perimeter, or of all, at these levels, made in the background."""
    if not peut_exporter_campagnes(perimetre):
        raise PermissionDenied
    if not campagnes_choisies(perimetre, campagne):
        raise ValidationError(RIEN)
    quoi = f"campagne {campagne.code}, {campagne.departement}" if campagne else "toutes les campagnes"
    return lancer_travail(
        perimetre=perimetre,
        genre="evaluation.export",
        titre=f"Export des mesures : {quoi}",
        parametres={
            "campagne": campagne.pk if campagne else None,
            "niveaux": list(niveaux),
            "format": format_,
        },
    )


@genre_de_travail("evaluation.export")
def produire_export(travail: TravailDeFond, *, perimetre: Perimetre, progression: Progression) -> Fichier:
    """The right asked again; told in the journal of each département."""
    if not peut_exporter_campagnes(perimetre):
        raise PermissionDenied
    choix = travail.parametres
    campagne = Campagne.objects.filter(pk=choix["campagne"]).first() if choix["campagne"] else None
    campagnes = campagnes_choisies(perimetre, campagne)
    progression(0, 1, "Lecture des mesures")
    contenu = ecrire_mesures(campagnes, perimetre, niveaux=choix["niveaux"], format_=choix["format"])
    with transaction.atomic():
        fichier = _ranger(f"{timezone.localdate():%Y-%m-%d}", choix["format"], contenu)
        for une in campagnes:
            journaliser(
                perimetre=perimetre,
                action="evaluation.export.fait",
                objet=une,
                apres={"niveaux": choix["niveaux"]},
                departement_id=une.departement_id,
            )
    progression(1, 1, "L’export est prêt.")
    return fichier


def _ranger(quand: str, format_: str, contenu: bytes) -> Fichier:
    nom = f"evaluation-{quand.lower()}.{format_}"
    return enregistrer_fichier(nom=nom, type_mime=TYPES_MIME[format_], contenu=contenu)


def campagnes_choisies(perimetre: Perimetre, campagne: Campagne | None) -> list[Campagne]:
    """The one chosen, if it is read; otherwise all, by département then date."""
    lues = Campagne.objects.dans_perimetre(perimetre).select_related("departement", "annee")
    if campagne is not None:
        lues = lues.filter(pk=campagne.pk)
    return list(lues.order_by("departement__code", "date_observation", "pk"))


@transaction.atomic
def programmer_export(
    *,
    perimetre: Perimetre,
    campagne: Campagne | None,
    niveaux: Sequence[str],
    format_: str,
    rythme: str,
    premier_le: dt.date,
) -> ExportProgramme:
    """From that day on, once a month or a quarter; a day gone by would leave at once, and is refused."""
    if not peut_exporter_campagnes(perimetre) or perimetre.habilitation is None:
        raise PermissionDenied
    if campagne is not None and not campagnes_choisies(perimetre, campagne):
        raise PermissionDenied
    if premier_le < timezone.localdate():
        raise ValidationError({"premier_le": "Choisissez aujourd’hui ou un jour à venir."})
    programme = ExportProgramme(
        proprietaire=perimetre.utilisateur,
        habilitation=perimetre.habilitation,
        campagne=campagne,
        niveaux=list(niveaux),
        format=format_,
        rythme=rythme,
        premier_le=premier_le,
    )
    programme.full_clean()
    programme.save()
    _journaliser(perimetre, "programme", programme)
    return programme


@transaction.atomic
def arreter_export(*, perimetre: Perimetre, programme: ExportProgramme) -> None:
    """By whoever asked for it; what was delivered stays readable."""
    programme = ExportProgramme.objects.select_for_update().get(pk=programme.pk)
    if not peut_exporter_campagnes(perimetre) or programme.proprietaire_id != perimetre.utilisateur_id:
        raise PermissionDenied
    if programme.arrete_le is not None:
        raise ValidationError("Cet export est déjà arrêté.")
    _arreter(perimetre, programme, A_LA_MAIN)


def livrer_exports(*, jour: dt.date | None = None) -> int:
    """The tick: each export that is due, once a period; returns how many were made. Two ticks at once, or one
    after days of silence, make it once: of several periods missed only the present one is made. One that
    fails stops no other.
    """
    jour = jour or timezone.localdate()
    dus = ExportProgramme.objects.filter(arrete_le=None, premier_le__lte=jour)
    faits = 0
    for pk in dus.order_by("pk").values_list("pk", flat=True):
        try:
            faits += _livrer(pk, jour)
        except Exception:
            logger.exception("L’export programmé %s n’a pas pu être fait.", pk)
    return faits


@transaction.atomic
def _livrer(pk: int, jour: dt.date) -> bool:
    """The row is held: a second tick waits, then finds the period made."""
    lignes = ExportProgramme.objects.select_for_update(of=("self",))
    programme = lignes.select_related("proprietaire", "campagne").get(pk=pk)
    periode = programme.periode(jour)
    if programme.arrete_le is not None or programme.livraisons.filter(periode=periode).exists():
        return False
    perimetre = perimetre_valide(programme.proprietaire_id, programme.habilitation_id)
    if not isinstance(perimetre, Perimetre) or not peut_exporter_campagnes(perimetre):
        _arreter(Perimetre.systeme(), programme, SANS_DROIT)
        return False
    campagnes = campagnes_choisies(perimetre, programme.campagne)
    contenu = ecrire_mesures(campagnes, perimetre, niveaux=programme.niveaux, format_=programme.format)
    livraison = LivraisonExport.objects.create(
        programme=programme,
        periode=periode,
        fichier=_ranger(periode, programme.format, contenu),
    )
    _journaliser(Perimetre.systeme(), "livre", programme, apres={"periode": periode})
    annoncer_livraison(livraison)
    return True


def _arreter(perimetre: Perimetre, programme: ExportProgramme, motif: str) -> None:
    programme.arrete_le, programme.motif_arret = timezone.localdate(), motif
    programme.save(update_fields=["arrete_le", "motif_arret"])
    _journaliser(perimetre, "arrete", programme, motif=motif)


def _journaliser(perimetre: Perimetre, verbe: str, programme: ExportProgramme, **quoi) -> None:
    journaliser(perimetre=perimetre, action=f"evaluation.export.{verbe}", objet=programme, **quoi)

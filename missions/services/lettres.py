"""Giving letters of mission: one, or all those of a CIO that are due; each is frozen with its PDF."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from missions.documents.lettres import dessiner_lettre
from missions.models import LettreDeMission
from missions.notifications.lettres import annoncer_lettre
from missions.permissions import peut_emettre_lettre
from missions.selectors.lettres import EtatLettre, etat_de_la_lettre, etats_des_lettres, signataire_du
from missions.selectors.missions_histoire import au_cio
from psyen.models import PsyEN
from reseaux.models import CIO, AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.fichiers import enregistrer_fichier
from socle.journal import journaliser

#: Told after each letter drawn: how many, out of how many.
Avancement = Callable[[int, int], None]
CHANGEES = (
    "Les missions ou la semaine de {} ont changé pendant la mise en page : aucune lettre n’est émise. "
    "Relisez le projet, puis recommencez."
)


@dataclass(frozen=True)
class _Dessinee:
    etat: EtatLettre
    contenu: bytes


def emettre_lettre(*, perimetre: Perimetre, psyen: PsyEN, cio: CIO, annee: AnneeScolaire) -> LettreDeMission:
    """Gives the letter of one PsyEN. Drawn before any lock is taken, then written if nothing moved."""
    _verifier(perimetre, cio, annee)
    etat = etat_de_la_lettre(psyen, cio, annee)
    if etat is None:
        raise ValidationError(f"{psyen} n’a pas de semaine arrêtée au {cio} pour {annee}.")
    if etat.contenu.empechement:
        raise ValidationError(f"{psyen} : {etat.contenu.empechement}.")
    if etat.est_a_jour:
        raise ValidationError(f"La lettre de {psyen} est à jour : rien n’a changé depuis son émission.")
    (lettre,) = _ranger(perimetre, annee, _dessiner(perimetre, [etat]))
    return lettre


def emettre_lettres(
    *, perimetre: Perimetre, cios: Collection[CIO], annee: AnneeScolaire, avancement: Avancement | None = None
) -> list[LettreDeMission]:
    """Gives every letter that is due in these CIO, all or none: what is up to date is left as it is."""
    for cio in cios:
        _verifier(perimetre, cio, annee)
    dus = [etat for etat in etats_des_lettres(cios, annee) if etat.est_a_emettre]
    return _ranger(perimetre, annee, _dessiner(perimetre, dus, avancement))


def _verifier(perimetre: Perimetre, cio: CIO, annee: AnneeScolaire) -> None:
    if not peut_emettre_lettre(perimetre, cio, annee):
        raise PermissionDenied


def _signataire(perimetre: Perimetre, cio: CIO) -> str:
    return str(perimetre.utilisateur) if perimetre.utilisateur else signataire_du(cio)


def _dessiner(
    perimetre: Perimetre, etats: Sequence[EtatLettre], avancement: Avancement | None = None
) -> list[_Dessinee]:
    jour, dessinees = timezone.localdate(), []
    for rang, etat in enumerate(etats, start=1):
        signataire = _signataire(perimetre, etat.contenu.cio)
        pdf = dessiner_lettre(etat.contenu, signataire=signataire, version=etat.version_suivante, jour=jour)
        dessinees.append(_Dessinee(etat, pdf))
        if avancement:
            avancement(rang, len(etats))
    return dessinees


@transaction.atomic
def _ranger(
    perimetre: Perimetre, annee: AnneeScolaire, dessinees: Sequence[_Dessinee]
) -> list[LettreDeMission]:
    """Writes them unless something moved while they were drawn."""
    pks = [dessinee.etat.contenu.psyen.pk for dessinee in dessinees]
    # In the order of the keys: whoever entrusts missions locks the same rows.
    list(PsyEN.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
    cios = {dessinee.etat.contenu.cio for dessinee in dessinees}
    actuels = {(e.contenu.psyen.pk, e.contenu.cio.pk): e for e in etats_des_lettres(cios, annee)}
    lettres = []
    for dessinee in dessinees:
        contenu = dessinee.etat.contenu
        actuel = actuels.get((contenu.psyen.pk, contenu.cio.pk))
        if actuel is None or _trace(actuel) != _trace(dessinee.etat):
            raise ValidationError(CHANGEES.format(contenu.psyen))
        lettres.append(_ecrire(perimetre, dessinee))
    return lettres


def _trace(etat: EtatLettre) -> tuple[str, int]:
    return etat.contenu.empreinte, etat.version_suivante


def _ecrire(perimetre: Perimetre, dessinee: _Dessinee) -> LettreDeMission:
    contenu, version = dessinee.etat.contenu, dessinee.etat.version_suivante
    nom = f"lettre-de-mission-{slugify(str(contenu.psyen))}-{contenu.annee}-v{version}.pdf"
    qualite = f"{_signataire(perimetre, contenu.cio)}, {perimetre.libelle}"
    lettre = LettreDeMission.objects.create(
        psyen=contenu.psyen,
        cio=contenu.cio,
        annee=contenu.annee,
        version=version,
        fichier=enregistrer_fichier(nom=nom, type_mime="application/pdf", contenu=dessinee.contenu),
        emise_le=timezone.localdate(),
        emise_par=qualite[:250],
        empreinte=contenu.empreinte,
    )
    journaliser(
        perimetre=perimetre,
        action="missions.lettre.emise",
        objet=contenu.psyen,
        avant=au_cio(contenu.cio),
        apres={"version": version, "annee": str(contenu.annee), "sha256": lettre.fichier.sha256}
        | au_cio(contenu.cio),
        departement_id=contenu.cio.departement_id,
    )
    annoncer_lettre(lettre)
    return lettre

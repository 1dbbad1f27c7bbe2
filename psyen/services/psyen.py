"""The PsyEN file: who they are, to which CIO they are attached and since when, their account."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from comptes.enums import Role
from psyen.models import PsyEN, Rattachement
from psyen.permissions import peut_gerer_fiche, peut_gerer_psyen
from reseaux.models import CIO, Departement, Habilitation
from reseaux.perimetre import Perimetre
from reseaux.permissions import peut_administrer
from reseaux.services.habilitations import ouvrir_acces
from socle.journal import journaliser

CHAMPS_D_IDENTITE = ("nom", "prenom", "courriel", "telephone", "statut")
CHEVAUCHEMENT = (
    "Un autre rattachement de ce PsyEN court déjà à ces dates : mettez-y fin d’abord, ou demandez-le au CIO "
    "concerné."
)
AILLEURS = (
    "Un PsyEN rattaché à un autre CIO porte déjà cette adresse : ce CIO doit d’abord mettre fin à son "
    "rattachement."
)
PRISE_ENTRE_TEMPS = (
    "Un PsyEN vient d’être enregistré avec cette adresse par une autre personne : rechargez la liste."
)


@transaction.atomic
def enregistrer_psyen(
    *,
    perimetre: Perimetre,
    nom: str,
    prenom: str,
    courriel: str,
    telephone: str,
    statut: str,
    cio: CIO,
    quotite: Decimal,
    date_debut: dt.date,
    date_fin: dt.date | None = None,
    psyen: PsyEN | None = None,
) -> PsyEN:
    """Write a PsyEN and his attachment: the one of this CIO that starts that day, otherwise a new one.

    The address is the person: who left another CIO is taken up again, with his history. Saying the same
    thing twice changes nothing and journalises nothing (imports rely on it).
    """
    _exiger_gestion(perimetre, cio)
    psyen = psyen or PsyEN.objects.filter(courriel=courriel.strip().lower()).first()
    if psyen is not None and _est_ailleurs(perimetre, psyen):
        raise ValidationError({"courriel": AILLEURS})
    identite = {"nom": nom, "prenom": prenom, "courriel": courriel, "telephone": telephone, "statut": statut}
    psyen = _ecrire_identite(perimetre, psyen, cio, **identite)
    rattachement = psyen.rattachements.filter(cio=cio, date_debut=date_debut).first()
    _ecrire_rattachement(
        perimetre,
        rattachement or Rattachement(psyen=psyen),
        cio=cio,
        quotite=quotite,
        date_debut=date_debut,
        date_fin=date_fin,
    )
    return psyen


@transaction.atomic
def modifier_identite(*, perimetre: Perimetre, psyen: PsyEN, **identite: str) -> PsyEN:
    """Name, professional contact, statut; the attachment is a gesture of its own."""
    if not peut_gerer_fiche(perimetre, psyen):
        raise PermissionDenied
    en_cours = psyen.rattachements.non_termines().select_related("cio").order_by("date_debut", "pk")
    return _ecrire_identite(perimetre, psyen, en_cours[0].cio, **identite)


@transaction.atomic
def rattacher(
    *,
    perimetre: Perimetre,
    psyen: PsyEN,
    cio: CIO,
    quotite: Decimal,
    date_debut: dt.date,
    date_fin: dt.date | None = None,
) -> Rattachement:
    """New attachment (another CIO, another quotité); the one in progress ends the day before."""
    _exiger_gestion(perimetre, cio)
    precedent = psyen.rattachements.au(date_debut).exclude(date_debut=date_debut).first()
    if precedent is not None:
        _exiger_gestion(perimetre, precedent.cio)
        veille = date_debut - dt.timedelta(days=1)
        _ecrire_rattachement(perimetre, precedent, date_fin=veille)
    return _ecrire_rattachement(
        perimetre,
        Rattachement(psyen=psyen),
        cio=cio,
        quotite=quotite,
        date_debut=date_debut,
        date_fin=date_fin,
    )


@transaction.atomic
def corriger_rattachement(
    *,
    perimetre: Perimetre,
    rattachement: Rattachement,
    quotite: Decimal,
    date_debut: dt.date,
    date_fin: dt.date | None,
) -> Rattachement:
    """Mend dates or quotité that were wrong, or give the attachment its end."""
    _exiger_gestion(perimetre, rattachement.cio)
    return _ecrire_rattachement(
        perimetre, rattachement, quotite=quotite, date_debut=date_debut, date_fin=date_fin
    )


@transaction.atomic
def ouvrir_compte_psyen(*, perimetre: Perimetre, psyen: PsyEN, date_debut: dt.date | None = None) -> PsyEN:
    """Give the PsyEN an account and the habilitation that shows him his own file, and nothing else.

    Whoever was given that habilitation from « Comptes » keeps it: only the file is missing, and is tied here.
    """
    if not peut_administrer(perimetre):
        raise PermissionDenied
    if psyen.utilisateur_id is not None:
        raise ValidationError(f"{psyen} a déjà un compte.")
    rattachement = psyen.rattachements.non_termines().order_by("date_debut", "pk").first()
    if rattachement is None:
        raise ValidationError(f"{psyen} n’est rattaché à aucun CIO : enregistrez d’abord son rattachement.")
    _exiger_gestion(perimetre, rattachement.cio)
    departement = rattachement.cio.departement
    habilitation = _deja_accordee(psyen, departement) or ouvrir_acces(
        perimetre=perimetre,
        courriel=psyen.courriel,
        prenom=psyen.prenom,
        nom=psyen.nom,
        role=Role.PSYEN,
        territoire=departement,
        date_debut=date_debut or timezone.localdate(),
    )
    psyen.utilisateur = habilitation.utilisateur
    psyen.full_clean()
    psyen.save(update_fields=["utilisateur"])
    journaliser(
        perimetre=perimetre,
        action="psyen.psyen.compte_ouvert",
        objet=psyen,
        departement_id=departement.pk,
    )
    return psyen


def _deja_accordee(psyen: PsyEN, departement: Departement) -> Habilitation | None:
    """The PsyEN habilitation that this address holds in the département, now or later."""
    return (
        Habilitation.objects.filter(
            Q(date_fin__isnull=True) | Q(date_fin__gte=timezone.localdate()),
            utilisateur__courriel=psyen.courriel,
            role=Role.PSYEN,
            departement=departement,
            revoquee_le__isnull=True,
        )
        .select_related("utilisateur")
        .order_by("date_debut", "pk")
        .first()
    )


def _exiger_gestion(perimetre: Perimetre, cio: CIO) -> None:
    if not peut_gerer_psyen(perimetre, cio):
        raise PermissionDenied


def _est_ailleurs(perimetre: Perimetre, psyen: PsyEN) -> bool:
    """Attached, now or later, to no CIO that this perimeter manages; who is attached nowhere is free."""
    return psyen.rattachements.non_termines().exists() and not peut_gerer_fiche(perimetre, psyen)


def _ecrire_identite(perimetre: Perimetre, psyen: PsyEN | None, cio: CIO, **identite: str) -> PsyEN:
    """Write what changed; the département of the CIO reads the line, whoever wrote it."""
    identite["courriel"] = identite["courriel"].strip().lower()
    nouveau = psyen is None
    psyen = psyen or PsyEN()
    avant = {nom: getattr(psyen, nom) for nom in CHAMPS_D_IDENTITE}
    changes = [nom for nom in CHAMPS_D_IDENTITE if avant[nom] != identite[nom]]
    if not nouveau and not changes:
        return psyen
    for nom in CHAMPS_D_IDENTITE:
        setattr(psyen, nom, identite[nom])
    psyen.full_clean()
    try:
        with transaction.atomic():
            psyen.save()
    except IntegrityError:
        raise ValidationError({"courriel": PRISE_ENTRE_TEMPS}) from None
    journaliser(
        perimetre=perimetre,
        action="psyen.psyen.cree" if nouveau else "psyen.psyen.modifie",
        objet=psyen,
        avant=None if nouveau else {nom: avant[nom] for nom in changes},
        apres={nom: identite[nom] for nom in changes},
        departement_id=cio.departement_id,
    )
    return psyen


def _ecrire_rattachement(perimetre: Perimetre, rattachement: Rattachement, **champs: Any) -> Rattachement:
    """Write what changed; the database judges overlaps, its refusal becomes a sentence.

    « Always attached to a CIO that is open »: a closed one takes up past attachments only.
    """
    nouveau = rattachement.pk is None
    avant = {} if nouveau else _resume(rattachement)
    for nom, valeur in champs.items():
        setattr(rattachement, nom, valeur)
    rattachement.full_clean()
    apres = _resume(rattachement)
    if avant == apres:
        return rattachement
    if not rattachement.cio.est_ouvert and _court(apres) and not (avant and _court(avant)):
        raise ValidationError({"cio": f"{rattachement.cio} est fermé : choisissez un CIO ouvert."})
    try:
        with transaction.atomic():
            rattachement.save()
    except IntegrityError:
        raise ValidationError({"date_debut": CHEVAUCHEMENT}) from None
    journaliser(
        perimetre=perimetre,
        action="psyen.rattachement.cree" if nouveau else "psyen.rattachement.modifie",
        objet=rattachement.psyen,
        avant=avant or None,
        apres=apres,
        departement_id=rattachement.cio.departement_id,
    )
    return rattachement


def _court(resume: dict[str, str | None]) -> bool:
    """In force today or to come, as `non_termines`."""
    return not resume["au"] or resume["au"] >= timezone.localdate().isoformat()


def _resume(rattachement: Rattachement) -> dict[str, str | None]:
    return {
        "cio": str(rattachement.cio),
        "quotite": f"{Decimal(rattachement.quotite):.2f}",
        "du": rattachement.date_debut.isoformat(),
        "au": rattachement.date_fin.isoformat() if rattachement.date_fin else None,
    }

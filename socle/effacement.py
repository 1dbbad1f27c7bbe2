"""What `socle` holds of a person, erased; and the register that a restore replays."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Model, Q, Value
from django.db.models.functions import Cast, Concat

from socle.enums import EtatCourriel
from socle.models import Courriel, EntreeJournal, Notification, TravailDeFond
from socle.traces import Effacement

LIBELLE = "Personne effacée"
DOMAINE = "effacement.invalid"


@dataclass(frozen=True)
class Effet:
    """What an erasure does to a kind of data: how many, and why they are kept when they are."""

    quoi: str
    nombre: int
    garde_car: str = ""


@dataclass(frozen=True)
class LigneDuRegistre:
    """A person erased: a model, a number, a day, a reason. No name."""

    modele: str
    pk: int
    le: str
    motif: str


def adresse_effacee(pk: int) -> str:
    """An address that is nobody’s and never answers (RFC 2606)."""
    return f"efface-{pk}@{DOMAINE}"


def inscrire(objets: Iterable[Model], motif: str) -> None:
    """Names the objects of the person in the register; twice is once."""
    Effacement.objects.bulk_create(
        (
            Effacement(objet_type=ContentType.objects.get_for_model(o), objet_id=o.pk, motif=motif)
            for o in objets
        ),
        ignore_conflicts=True,
    )


def effacer_du_journal(objets: Sequence[Model]) -> Effet:
    """The words of the lines about these objects; who did what and when remains."""
    condition = Q(pk__in=())
    for objet in objets:
        genre = ContentType.objects.get_for_model(objet)
        condition |= Q(objet_type=genre, objet_id=str(objet.pk))
    lignes = EntreeJournal.objects.filter(condition).exclude(objet_libelle=LIBELLE)
    nombre = lignes.update(objet_libelle=LIBELLE, recherche="", avant=None, apres=None, motif="")
    return Effet("lignes du journal sur la personne, vidées de leurs mots", nombre)


def effacer_des_techniques(utilisateur_id: int | None, adresses: set[str]) -> list[Effet]:
    """Mails, notifications, jobs and sign-in attempts."""
    siens = Q(destinataire__in=adresses)
    if utilisateur_id is not None:
        siens |= Q(utilisateur=utilisateur_id)
    courriels = Courriel.objects.filter(siens).exclude(destinataire__endswith=f"@{DOMAINE}")
    courriels.filter(etat__in=(EtatCourriel.A_ENVOYER, EtatCourriel.ECHEC, EtatCourriel.INCERTAIN)).update(
        etat=EtatCourriel.SANS_OBJET
    )
    numero = Cast("pk", CharField())
    vides = courriels.update(
        cle=Concat(Value("efface:"), numero),
        destinataire=adresse_effacee(utilisateur_id or 0),
        corps_texte="",
        corps_html="",
        piece=None,
        recherche="",
        erreur="",
    )
    for essais in (AccessAttempt, AccessFailureLog, AccessLog):
        essais.objects.filter(username__in=adresses).delete()
    notifications, _ = Notification.objects.filter(utilisateur=utilisateur_id).delete()
    travaux, _ = TravailDeFond.objects.filter(proprietaire=utilisateur_id).delete()
    return [
        Effet("courriels reçus : adresse, texte et pièce", vides),
        Effet("notifications", notifications),
        Effet("travaux et leurs fichiers", travaux),
    ]


# --- The register ------------------------------------------------------------------------------------


def registre(modeles: Iterable[type[Model]]) -> list[LigneDuRegistre]:
    """The persons erased in this base, among the models that stand for a person."""
    genres = {ContentType.objects.get_for_model(modele).pk: modele._meta.label_lower for modele in modeles}
    lignes = Effacement.objects.filter(objet_type__in=genres).order_by("pk")
    return [
        LigneDuRegistre(genres[e.objet_type_id], e.objet_id, e.le.isoformat(timespec="seconds"), e.motif)
        for e in lignes
    ]


def ouvrir_registre(chemin: Path) -> None:
    """Raises OSError when it could not be written: to be known before anyone is erased."""
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.open("a").close()


def ecrire_registre(chemin: Path, lignes: Iterable[LigneDuRegistre]) -> None:
    """Adds what the file has not yet; on the disk when it returns, as before when it raises."""
    connues = {(ligne.modele, ligne.pk) for ligne in lire_registre(chemin)} if chemin.exists() else set()
    nouvelles = [ligne for ligne in lignes if (ligne.modele, ligne.pk) not in connues]
    ouvrir_registre(chemin)
    avant = chemin.stat().st_size
    try:
        with chemin.open("a") as fichier:
            fichier.writelines(json.dumps(asdict(ligne), ensure_ascii=False) + "\n" for ligne in nouvelles)
            fichier.flush()
            os.fsync(fichier.fileno())
    except OSError:
        os.truncate(chemin, avant)  # half a line would make the whole register unreadable
        raise


def lire_registre(chemin: Path) -> list[LigneDuRegistre]:
    """Raises ValueError on a line that is none of ours: a register half read would be worse than none."""
    lues = []
    for numero, ligne in enumerate(chemin.read_text().splitlines(), start=1):
        try:
            lues.append(LigneDuRegistre(**json.loads(ligne)))
        except (TypeError, ValueError) as erreur:
            raise ValueError(f"{chemin}, ligne {numero} : ce n’est pas une ligne du registre.") from erreur
    return lues

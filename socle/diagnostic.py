"""What the service needs to work, asked one by one: `manage.py diagnostic` prints it.

A finding says what is there, or what fails in the words of the machine; never a secret, never a person.
"""

import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.utils import timezone

from socle import battements
from socle.courriels import joindre_le_serveur
from socle.documents import fichier_statique, render_pdf
from socle.enums import EtatCourriel, EtatDuConstat, EtatTravail, Processus
from socle.journal_technique import paroles
from socle.models import Courriel, TravailDeFond
from socle.schema import migrations_en_attente
from socle.secrets_des_journaux import masquer
from socle.selectors import RETARD_ANORMAL, plus_ancien_courriel_du

#: Seconds given to Redis and to the mail server.
PATIENCE = 5
#: Free share of a disk under which one must act, and under which writing is about to fail.
DISQUE_BAS, DISQUE_PLEIN = 0.15, 0.05


@dataclass(frozen=True)
class Constat:
    """One answer: `nom` is what was asked."""

    nom: str
    etat: EtatDuConstat
    detail: str


Reponse = tuple[EtatDuConstat, str]


def diagnostiquer() -> Iterator[Constat]:
    """Every finding; one that breaks is a breakdown of its own and stops no other."""
    for nom, controle in CONTROLES.items():
        try:
            etat, detail = controle()
        except Exception as erreur:  # whatever breaks is what was asked
            etat, detail = EtatDuConstat.PANNE, f"{type(erreur).__name__} {paroles(erreur)}".strip()
        yield Constat(nom, etat, masquer(" ".join(detail.split())))


def _base() -> Reponse:
    debut = time.perf_counter()
    with connection.cursor() as curseur:
        curseur.execute("SELECT 1")
    duree = (time.perf_counter() - debut) * 1000
    version = ".".join(map(str, connection.get_database_version()))
    return EtatDuConstat.BON, f"{connection.display_name} {version}, {duree:.0f} ms"


def _migrations() -> Reponse:
    if nombre := migrations_en_attente():
        return EtatDuConstat.PANNE, f"{nombre} à passer : « manage.py migrate »"
    return EtatDuConstat.BON, "toutes passées"


def _redis() -> Reponse:
    if settings.CELERY_BROKER_URL.startswith("memory:"):
        return EtatDuConstat.BON, "mode embarqué : aucun"
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    ) as client:
        client.ping()
        memoire = client.info("memory")["used_memory_human"]
    return EtatDuConstat.BON, f"répond, {memoire} utilisés"


def _messagerie() -> Reponse:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return EtatDuConstat.BON, "aucun serveur : les courriels restent dans l’application"
    joindre_le_serveur(PATIENCE)
    return EtatDuConstat.BON, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} répond"


def _battement(processus: Processus) -> Reponse:
    dernier = battements.derniers().get(processus)
    if dernier is None:
        return EtatDuConstat.PANNE, "aucun signe de vie depuis l’installation"
    silence = timezone.now() - dernier
    if silence < -battements.AVANCE:
        return EtatDuConstat.ATTENTION, (
            f"dernier signe de vie daté de dans {en_clair(-silence)} : l’heure de la machine a reculé"
        )
    etat = EtatDuConstat.PANNE if silence > battements.SILENCE else EtatDuConstat.BON
    return etat, f"dernier signe de vie il y a {en_clair(silence)}"


def _courriels() -> Reponse:
    etats = Courriel.objects.filter(etat__in=(EtatCourriel.ECHEC, EtatCourriel.INCERTAIN))
    plus_ancien = plus_ancien_courriel_du()
    retard = timezone.now() - plus_ancien if plus_ancien else timedelta(0)
    if retard > RETARD_ANORMAL:
        return EtatDuConstat.PANNE, f"le plus ancien attend depuis {en_clair(retard)}"
    if a_regarder := etats.count():
        return EtatDuConstat.ATTENTION, f"{a_regarder} en échec ou incertains : voir « Courriels émis »"
    return EtatDuConstat.BON, "aucun retard"


def _travaux() -> Reponse:
    limite = timezone.now() - RETARD_ANORMAL
    oublies = TravailDeFond.objects.filter(etat=EtatTravail.EN_ATTENTE, cree_le__lt=limite)
    muets = TravailDeFond.objects.filter(etat=EtatTravail.EN_COURS, battement_le__lt=limite)
    if nombre := (oublies | muets).count():
        return EtatDuConstat.PANNE, f"{nombre} n’avancent plus"
    return EtatDuConstat.BON, "aucun retard"


def _disque() -> Reponse:
    parts = {
        Path(dossier).stat().st_dev: (shutil.disk_usage(dossier), dossier)
        for dossier in (settings.RACINE, settings.DOSSIER_VARIABLE, tempfile.gettempdir())
        if Path(dossier).exists()
    }
    etat, details = EtatDuConstat.BON, []
    for usage, dossier in parts.values():
        libre = usage.free / usage.total
        if libre < DISQUE_PLEIN:
            etat = EtatDuConstat.PANNE
        elif libre < DISQUE_BAS and etat == EtatDuConstat.BON:
            etat = EtatDuConstat.ATTENTION
        details.append(f"{dossier} : {usage.free / 1e9:.1f} Go libres ({libre:.0%})")
    return etat, ", ".join(details)


def _polices() -> Reponse:
    """The style sheet of the documents names its fonts; drawing one line proves Pango."""
    feuille = Path(str(finders.find("css/documents.css"))).read_text(encoding="utf-8")
    absentes = [nom for nom in re.findall(r"statique:(\S+\.woff2)", feuille) if fichier_statique(nom) is None]
    if absentes:
        return EtatDuConstat.PANNE, f"polices absentes : {', '.join(absentes)}"
    render_pdf("documents/base.html", {}, titre="Essai")
    return EtatDuConstat.BON, "un document se dessine avec la police de l’État"


CONTROLES: dict[str, Callable[[], Reponse]] = {
    "base de données": _base,
    "migrations": _migrations,
    "Redis": _redis,
    "messagerie": _messagerie,
    "horloge (beat)": lambda: _battement(Processus.BEAT),
    "travailleur (worker)": lambda: _battement(Processus.WORKER),
    "courriels": _courriels,
    "travaux": _travaux,
    "disque": _disque,
    "polices": _polices,
}


def en_clair(duree: timedelta) -> str:
    """« 45 s », « 12 min », « 3 h », « 2 jours »."""
    secondes = int(duree.total_seconds())
    for taille, unite in ((86_400, "jour"), (3600, "h"), (60, "min")):
        if nombre := secondes // taille:
            return f"{nombre} {unite}{'s' if unite == 'jour' and nombre > 1 else ''}"
    return f"{secondes} s"

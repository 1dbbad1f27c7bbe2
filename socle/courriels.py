"""The outbox: writing mails in the transaction of the act, sending them later, each once.

A row is claimed by one conditional UPDATE, sent outside any lock, then marked. What cannot be known (the
process died, the link broke after the text had left) becomes « incertain » and waits for a human: a chef
d'établissement who gets an arrêté twice doubts both. A reminder is the other way round: rather told twice,
under the same Message-ID, than never (`au_moins_une_fois`).
"""

import logging
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from email import encoders
from email.message import Message
from email.mime.base import MIMEBase
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template import Context, Engine
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe

from socle.enums import EtatCourriel
from socle.journal import journaliser
from socle.models import Courriel, Fichier, Perimetre
from socle.permissions import peut_renvoyer_courriel
from socle.reveil import reveiller_apres_commit
from socle.texte import normaliser_recherche

logger = logging.getLogger(__name__)

TACHE = "socle.tasks.envoyer_courriels"
# Waiting time before each new attempt, in minutes; after the last one the mail is in failure.
DELAIS_EN_MINUTES = (1, 5, 15, 60, 180, 720)
# Far longer than the SMTP timeout (20 s): a claim this old belongs to a dead process.
BAIL = timedelta(minutes=10)
DUREE_DU_LOT = 240.0  # seconds
CERTIFICAT_INCONNU = "Le certificat du serveur de messagerie n’est pas reconnu, rien ne lui a été confié"
SANS_OBJET = "Ce message n’avait plus lieu d’être au moment de l’envoi : rien n’est parti."


# --- Guards ----------------------------------------------------------------------------------------


class Garde(NamedTuple):
    """Is this mail still due? What its app writes down when it is withheld; whether its recipient is told."""

    fonction: Callable[[Courriel], bool]
    retrait: Callable[[Courriel], None] | None
    discrete: bool = False


_GARDES: dict[str, Garde] = {}


def declarer_garde(
    nom: str,
    fonction: Callable[[Courriel], bool],
    retrait: Callable[[Courriel], None] | None = None,
    *,
    discrete: bool = False,
) -> None:
    """Asked just before a mail leaves: a right may be gone since it was written.

    `retrait` runs in the transaction that withholds the mail. `discrete`: being written to says something of
    the person, no screen names the recipient. Declared in `apps.ready()`.
    """
    _GARDES[nom] = Garde(fonction, retrait, discrete)


def gardes_discretes() -> list[str]:
    """Those whose mails are shown without their recipient."""
    return [nom for nom, garde in _GARDES.items() if garde.discrete]


# --- Writing ---------------------------------------------------------------------------------------


def mettre_en_file(
    *,
    cle: str,
    destinataire: str,
    modele: str,
    contexte: dict[str, Any],
    utilisateur: AbstractBaseUser | None = None,
    confidentiel: bool = False,
    piece: Fichier | None = None,
    garde: str = "",
    au_moins_une_fois: bool = False,
) -> Courriel | None:
    """Writes a mail in the outbox, once for a given `cle`; None when nobody's address is known.

    `piece` is attached as it is, with the parameters of its type (« text/calendar; method=REQUEST »).
    `garde` names what is asked again at the time of sending (`declarer_garde`).
    `au_moins_une_fois`: in doubt the mail leaves again by itself, under the same Message-ID.
    """
    if garde and garde not in _GARDES:
        raise ValueError(f"Garde inconnue : {garde}")
    if not destinataire:
        return None
    contexte = _commun() | contexte | {"utilisateur": utilisateur}
    objet, texte = _composer(modele, contexte)
    cherchable = (objet,) if garde in gardes_discretes() else (objet, destinataire)
    courriel, nouveau = Courriel.objects.get_or_create(
        cle=cle,
        defaults={
            "destinataire": destinataire,
            "utilisateur_id": utilisateur.pk if utilisateur else None,
            "objet": objet,
            "recherche": normaliser_recherche(*cherchable),
            "corps_texte": _rendre_texte("courriels/base.txt", contexte | {"corps": texte}).strip() + "\n",
            "corps_html": get_template("courriels/base.html").render(
                contexte | {"objet": objet, "corps": _en_html(modele, contexte, texte)}
            ),
            "confidentiel": confidentiel,
            "piece": piece,
            "garde": garde,
            "au_moins_une_fois": au_moins_une_fois,
        },
    )
    if nouveau:
        reveiller_apres_commit(TACHE)
    return courriel


def _composer(modele: str, contexte: dict[str, Any]) -> tuple[str, str]:
    """Subject (first line) and body (after the blank line) of `<modele>.txt`."""
    premiere, _, reste = _rendre_texte(f"{modele}.txt", contexte).partition("\n")
    return " ".join(premiere.split()), reste.strip()


def _rendre_texte(gabarit: str, contexte: dict[str, Any]) -> str:
    """A plain text is not HTML: nothing is escaped in it."""
    return Engine.get_default().get_template(gabarit).render(Context(contexte, autoescape=False))


def _en_html(modele: str, contexte: dict[str, Any], texte: str) -> SafeString:
    """The fragment `<modele>.html` when there is one, otherwise the text with its links."""
    try:
        return mark_safe(get_template(f"{modele}.html").render(contexte))  # noqa: S308 - a template of ours, escaped as it is drawn
    except TemplateDoesNotExist:
        return mark_safe(linebreaks(urlize(texte, autoescape=True)))  # noqa: S308 - escaped by urlize


def _commun() -> dict[str, Any]:
    return {"adresse_publique": settings.ADRESSE_PUBLIQUE, "organisme": settings.ORGANISME}


@transaction.atomic
def renvoyer_courriel(*, courriel: Courriel, perimetre: Perimetre) -> None:
    """An ADMIN's explicit act: the only way for a failed or uncertain mail to leave again."""
    if not peut_renvoyer_courriel(perimetre, courriel):
        raise PermissionDenied
    repris = Courriel.objects.filter(
        pk=courriel.pk, etat__in=(EtatCourriel.ECHEC, EtatCourriel.INCERTAIN)
    ).update(etat=EtatCourriel.A_ENVOYER, essais=0, prochain_essai_le=timezone.now(), erreur="")
    if not repris:
        raise ValidationError("Ce courriel a changé d’état entre-temps : actualisez la page.")
    journaliser(perimetre=perimetre, action="socle.courriel.renvoye", objet=courriel)
    reveiller_apres_commit(TACHE)


# --- Sending ---------------------------------------------------------------------------------------


class Liaison:
    """The link to the mail server, kept for a batch: a mail costs a message, not a conversation.

    RSET before each mail asks whether the server is still there, as NOOP does, and forgets besides what is
    left of the envelope of a refused mail.
    """

    #: Mail servers end long conversations; better to leave first.
    MESSAGES_AU_PLUS = 100

    def __init__(self) -> None:
        self._connexion: BaseEmailBackend = get_connection()
        self._passes = 0

    def ouvrir(self) -> BaseEmailBackend:
        """A link on which nothing has been said yet; SMTPException or OSError when there is none."""
        if self._passes >= self.MESSAGES_AU_PLUS or not self._repond():
            self.close()
        self._connexion.open()
        self._passes += 1
        return self._connexion

    def _repond(self) -> bool:
        smtp = getattr(self._connexion, "connection", None)
        try:
            return smtp is None or smtp.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def close(self) -> None:
        self._passes = 0
        with suppress(smtplib.SMTPException, OSError):
            self._connexion.close()


def envoyer_en_attente(*, duree: float = DUREE_DU_LOT) -> int:
    """Sends what is due until the queue is empty or the time is over; returns how many left."""
    remettre_a_l_heure()
    liberer_les_baux()
    fin, envoyes = time.monotonic() + duree, 0
    with closing(Liaison()) as liaison:
        while time.monotonic() < fin:
            courriel = _prendre()
            if courriel is None:
                break
            envoyes += _traiter(courriel, liaison)
    return envoyes


def remettre_a_l_heure() -> None:
    """A mail is due as soon as it is written: not yet tried and dated later, it is from before the clock of
    the machine stepped back, and would wait for that hour again.
    """
    maintenant = timezone.now()
    jamais_essayes = Courriel.objects.filter(etat=EtatCourriel.A_ENVOYER, essais=0)
    jamais_essayes.filter(prochain_essai_le__gt=maintenant).update(prochain_essai_le=maintenant)


def liberer_les_baux() -> None:
    """A claim older than the lease is a process that died while sending.

    What must be told at least once is due again at once, as long as the back-off table has attempts left:
    the lease was its waiting time.
    """
    perdus = Courriel.objects.filter(etat=EtatCourriel.EN_COURS, pris_le__lt=timezone.now() - BAIL)
    perdus.filter(au_moins_une_fois=True, essais__lte=len(DELAIS_EN_MINUTES)).update(
        etat=EtatCourriel.A_ENVOYER, erreur="L’envoi a été interrompu : le message part de nouveau."
    )
    perdus.update(
        etat=EtatCourriel.INCERTAIN,
        erreur="L’envoi a été interrompu : le message est peut-être parti, peut-être non.",
    )


def _prendre() -> Courriel | None:
    """Claims the oldest mail due: of two senders, the conditional UPDATE lets one through.

    PostgreSQL skips the rows that another sender is claiming; SQLite, with one writer at a time, needs not.
    One by one: a batch claimed by a process that dies would leave mails « incertain » that never left.
    """
    while True:
        maintenant = timezone.now()
        dus = Courriel.objects.filter(etat=EtatCourriel.A_ENVOYER, prochain_essai_le__lte=maintenant)
        with transaction.atomic():
            libres = dus.select_for_update(skip_locked=True, of=("self",)).select_related("piece")
            courriel = libres.order_by("prochain_essai_le", "pk").first()
            if courriel is None:
                return None
            courriel.etat, courriel.pris_le = EtatCourriel.EN_COURS, maintenant
            courriel.essais += 1
            prise = {"etat": courriel.etat, "pris_le": courriel.pris_le, "essais": courriel.essais}
            if dus.filter(pk=courriel.pk).update(**prise):
                return courriel


def _traiter(courriel: Courriel, liaison: Liaison) -> bool:
    """Sends one claimed mail; whatever happens to it, the others follow."""
    try:
        if _retenir(courriel):
            return False
    except Exception:  # the guard belongs to another app; nothing was said yet: it may be asked again
        logger.exception("Courriel %s : la garde « %s » est en défaut", courriel.pk, courriel.garde)
        return _remettre(courriel, "La vérification qui précède l’envoi n’a pas abouti.")
    try:
        connexion = liaison.ouvrir()
    except ssl.SSLCertVerificationError as erreur:
        return _remettre(courriel, f"{CERTIFICAT_INCONNU} : {erreur.verify_message}")
    except (smtplib.SMTPException, OSError) as erreur:
        # Nothing was said yet about this mail: it may safely be tried again.
        return _remettre(courriel, f"Le serveur de messagerie ne répond pas : {erreur}")
    return _envoyer(courriel, connexion)


def _retenir(courriel: Courriel) -> bool:
    """Withholds a mail whose guard says no, and lets the app that wrote it know."""
    if not courriel.garde:
        return False
    with transaction.atomic():
        garde = _GARDES[courriel.garde]
        if garde.fonction(courriel):
            return False
        if _ecrire(courriel, EtatCourriel.SANS_OBJET, SANS_OBJET) and garde.retrait:
            garde.retrait(courriel)
    return True


def _envoyer(courriel: Courriel, connexion: BaseEmailBackend) -> bool:
    """Over an open link: from here on, a break leaves the mail uncertain, or due again."""
    try:
        _message(courriel, connexion).send()
    except smtplib.SMTPRecipientsRefused as refus:
        return _refuse(courriel, *next(iter(refus.recipients.values())))
    except smtplib.SMTPResponseException as refus:
        return _refuse(courriel, refus.smtp_code, refus.smtp_error)
    except (ValueError, smtplib.SMTPNotSupportedError) as erreur:
        return _marquer(courriel, EtatCourriel.ECHEC, f"Message impossible à composer : {erreur}")
    except (smtplib.SMTPException, OSError) as erreur:
        rupture = f"La liaison s’est rompue pendant l’envoi : {erreur}"
        if courriel.au_moins_une_fois:
            return _remettre(courriel, rupture)
        return _marquer(courriel, EtatCourriel.INCERTAIN, rupture)
    return _marquer(courriel, EtatCourriel.ENVOYE)


def _message(courriel: Courriel, connexion: BaseEmailBackend) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        courriel.objet,
        courriel.corps_texte,
        to=[courriel.destinataire],
        connection=connexion,
        headers={"Message-ID": courriel.message_id, "Auto-Submitted": "auto-generated"},
    )
    if courriel.corps_html:
        message.attach_alternative(courriel.corps_html, "text/html")
    if courriel.piece:
        message.attach(_piece_jointe(courriel.piece))
    return message


def _piece_jointe(fichier: Fichier) -> MIMEBase:
    """The bytes as stored; the parameters of the type count: `method` makes a calendar file an invitation."""
    entete = Message()
    entete["Content-Type"] = fichier.type_mime
    piece = MIMEBase(entete.get_content_maintype(), entete.get_content_subtype())
    for nom, valeur in (entete.get_params() or [])[1:]:
        piece.set_param(nom, valeur)
    if entete.get_content_maintype() == "text":
        piece.set_param("charset", "utf-8")
    piece.set_payload(bytes(fichier.contenu))
    encoders.encode_base64(piece)
    piece.add_header("Content-Disposition", "attachment", filename=("utf-8", "", fichier.nom))
    return piece


def _refuse(courriel: Courriel, code: int, reponse: bytes | str) -> bool:
    """4xx: « try again later »; 5xx: never."""
    texte = reponse.decode("utf-8", "replace") if isinstance(reponse, bytes) else reponse
    if 500 <= code < 600:
        return _marquer(courriel, EtatCourriel.ECHEC, f"Refusé par le serveur ({code}) : {texte}")
    return _remettre(courriel, f"Refus provisoire du serveur ({code}) : {texte}")


def _remettre(courriel: Courriel, erreur: str) -> bool:
    """Next attempt from the back-off table, or failure once it is used up."""
    if courriel.essais > len(DELAIS_EN_MINUTES):
        return _marquer(courriel, EtatCourriel.ECHEC, f"Abandon après {courriel.essais} essais. {erreur}")
    prochain = timezone.now() + timedelta(minutes=DELAIS_EN_MINUTES[courriel.essais - 1])
    return _marquer(courriel, EtatCourriel.A_ENVOYER, erreur, prochain_essai_le=prochain)


def _marquer(courriel: Courriel, etat: EtatCourriel, erreur: str = "", **champs: Any) -> bool:
    """Writes the outcome; True when the mail left."""
    envoye = etat == EtatCourriel.ENVOYE
    if not envoye and etat != EtatCourriel.A_ENVOYER:
        logger.error("Courriel %s : %s", courriel.pk, etat)
    _ecrire(courriel, etat, erreur, **champs | ({"envoye_le": timezone.now()} if envoye else {}))
    return envoye


def _ecrire(courriel: Courriel, etat: EtatCourriel, erreur: str, **champs: Any) -> bool:
    """False when the lease ran out meanwhile. A secret is erased as soon as it can serve no more."""
    if courriel.confidentiel and etat in (EtatCourriel.ENVOYE, EtatCourriel.SANS_OBJET):
        champs |= {"corps_texte": "", "corps_html": ""}
    tenu = Courriel.objects.filter(pk=courriel.pk, pris_le=courriel.pris_le)
    return bool(tenu.update(etat=etat, erreur=erreur, **champs))


def joindre_le_serveur(delai: float) -> None:
    """Opens then closes a conversation with the mail server; `OSError`, SMTP errors included, if it fails."""
    with get_connection(timeout=delai):
        pass

"""The second factor: enrolment, verification, recovery codes, removal, reset by the ADMIN.

A code is verified under the lock of its row: two requests never spend the same one, nor one try too many.
"""

import re
import secrets
from datetime import timedelta

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Verdict
from comptes.models import CodeDeSecours, SecondFacteur, Utilisateur
from comptes.permissions import peut_gerer_comptes
from socle.chiffrement import Illisible, chiffrer, dechiffrer
from socle.courriels import mettre_en_file
from socle.journal import Personne, journaliser
from socle.models import Perimetre

EMETTEUR = "Réseaux CIO"
USAGE = "second-facteur"
NOMBRE_DE_CODES = 8
#: Without the letters and digits that are taken for one another: 12 of them are worth 59 bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
#: The clock of a phone may be one step (30 s) away from ours.
TOLERANCE = 1
ECHECS_PAR_SERIE = 5
PREMIERE_SUSPENSION = timedelta(minutes=15)
SUSPENSION_MAXIMALE = timedelta(days=1)

REFUS = {
    Verdict.REFUSE: "Ce code ne convient pas. Attendez que l’application en affiche un nouveau, puis "
    "saisissez-le. L’heure de votre téléphone doit être réglée automatiquement.",
    Verdict.SUSPENDU: "Trop de codes n’ont pas convenu : la vérification est suspendue. Réessayez plus tard.",
    Verdict.ILLISIBLE: "Le service ne peut plus vérifier vos codes : demandez à l’administrateur de votre "
    "académie de réinitialiser votre second facteur.",
}
DEJA_ACTIF = "Un second facteur est déjà actif sur votre compte : retirez-le d’abord."


# --- Enrolment -----------------------------------------------------------------------------------------


def nouveau_secret() -> str:
    """160 random bits, encrypted: what waits in the session until the first code."""
    return chiffrer(pyotp.random_base32(), usage=USAGE)


def lire_secret(secret_chiffre: str) -> str:
    """In base 32, as an application takes it; `Illisible` if the key of the service has changed."""
    return dechiffrer(secret_chiffre, usage=USAGE)


def adresse_de_l_application(*, utilisateur: Utilisateur, secret_chiffre: str) -> str:
    """The `otpauth:` address that the QR code holds."""
    totp = pyotp.TOTP(lire_secret(secret_chiffre))
    return totp.provisioning_uri(name=utilisateur.courriel, issuer_name=EMETTEUR)


@transaction.atomic
def activer(*, utilisateur: Utilisateur, secret_chiffre: str, saisie: str) -> list[str]:
    """The first code proves that the application holds the secret. Returns the recovery codes, shown once.

    Every other session of the person is closed: none of them has proved anything more than a password.
    """
    pas = _pas_du_code(secret_chiffre, _chiffres(saisie), apres=-1)
    if pas is None:
        raise ValidationError({"saisie": REFUS[Verdict.REFUSE]})
    facteur, nouveau = SecondFacteur.objects.get_or_create(
        utilisateur=utilisateur, defaults={"secret_chiffre": secret_chiffre, "dernier_pas": pas}
    )
    if not nouveau:
        raise ValidationError(DEJA_ACTIF)
    _fermer_les_sessions(utilisateur)
    codes = _ecrire_les_codes(facteur)
    _dire(utilisateur, "active", modele="comptes/courriels/second_facteur_active")
    return codes


# --- Verification --------------------------------------------------------------------------------------


@transaction.atomic
def verifier(*, utilisateur: Utilisateur, saisie: str) -> Verdict:
    """Judges a code of the application or a recovery code, and spends it.

    Five failures in a row suspend every verification for a quarter of an hour, twice longer each time, a
    day at most; the person is told: whoever gets there knows the password.
    """
    facteur = SecondFacteur.objects.select_for_update().filter(pk=utilisateur.pk).first()
    if facteur is None:
        return Verdict.REFUSE
    if facteur.suspendu_jusqu_a and facteur.suspendu_jusqu_a > timezone.now():
        return Verdict.SUSPENDU
    try:
        accepte = _depenser(facteur, saisie)
    except Illisible:
        return Verdict.ILLISIBLE
    facteur.echecs = 0 if accepte else facteur.echecs + 1
    if facteur.echecs and facteur.echecs % ECHECS_PAR_SERIE == 0:
        _suspendre(facteur)
    facteur.save(update_fields=["dernier_pas", "echecs", "suspendu_jusqu_a"])
    return Verdict.ACCEPTE if accepte else Verdict.REFUSE


def exiger_un_code(*, utilisateur: Utilisateur, saisie: str) -> None:
    """The same, for a gesture: what is refused says why, and the failure stays counted."""
    verdict = verifier(utilisateur=utilisateur, saisie=saisie)
    if verdict != Verdict.ACCEPTE:
        raise ValidationError({"saisie": REFUS[verdict]})


def _depenser(facteur: SecondFacteur, saisie: str) -> bool:
    code = re.fullmatch(rf"(\d{{1,2}})([{ALPHABET}]{{12}})", re.sub(r"[\s-]", "", saisie).lower())
    if code:
        return _depenser_un_code_de_secours(facteur, int(code[1]), code[2])
    pas = _pas_du_code(facteur.secret_chiffre, _chiffres(saisie), apres=facteur.dernier_pas)
    if pas is None:
        return False
    facteur.dernier_pas = pas
    return True


def _depenser_un_code_de_secours(facteur: SecondFacteur, numero: int, texte: str) -> bool:
    code = facteur.codes.filter(numero=numero, utilise_le=None).first()
    if code is None or not check_password(texte, code.empreinte):
        return False
    code.utilise_le = timezone.now()
    code.save(update_fields=["utilise_le"])
    restants = facteur.codes.filter(utilise_le=None).count()
    _dire(
        facteur.utilisateur, "secours", modele="comptes/courriels/code_de_secours_utilise", restants=restants
    )
    return True


def _pas_du_code(secret_chiffre: str, chiffres: str, *, apres: int) -> int | None:
    """The thirty seconds that this code belongs to, if they are near now and after those already spent."""
    totp = pyotp.TOTP(lire_secret(secret_chiffre))
    if not re.fullmatch(r"[0-9]{6}", chiffres):
        return None
    try:
        pas = totp.verify_and_get_timecode(chiffres, valid_window=TOLERANCE)
    except pyotp.exceptions.OTPVerificationError:
        return None
    return pas if pas > apres else None


def _chiffres(saisie: str) -> str:
    """People copy the space that applications show in the middle."""
    return re.sub(r"\s", "", saisie)


def _suspendre(facteur: SecondFacteur) -> None:
    series = facteur.echecs // ECHECS_PAR_SERIE
    duree = min(PREMIERE_SUSPENSION * 2 ** min(series - 1, 10), SUSPENSION_MAXIMALE)
    facteur.suspendu_jusqu_a = timezone.now() + duree
    _dire(
        facteur.utilisateur,
        "suspendu",
        modele="comptes/courriels/second_facteur_suspendu",
        fin=facteur.suspendu_jusqu_a,
    )


# --- Recovery codes, removal, reset ----------------------------------------------------------------------


@transaction.atomic
def renouveler_les_codes(*, utilisateur: Utilisateur) -> list[str]:
    """New recovery codes, the former ones are worth nothing any more."""
    facteur = _facteur_de(utilisateur)
    facteur.codes.all().delete()
    codes = _ecrire_les_codes(facteur)
    _dire(utilisateur, "codes", modele="comptes/courriels/codes_de_secours_renouveles")
    return codes


@transaction.atomic
def retirer(*, utilisateur: Utilisateur) -> None:
    """By the person, to change of phone: the other sessions are closed, a role that needs it asks at once."""
    _facteur_de(utilisateur).delete()
    _fermer_les_sessions(utilisateur)
    _dire(utilisateur, "retire", modele="comptes/courriels/second_facteur_retire")


@transaction.atomic
def reinitialiser_second_facteur(*, perimetre: Perimetre, utilisateur: Utilisateur) -> None:
    """By the ADMIN, for a person who has lost everything: all sessions are closed, the person is told."""
    if not peut_gerer_comptes(perimetre):
        raise PermissionDenied
    if not SecondFacteur.objects.filter(pk=utilisateur.pk).exists():
        raise ValidationError("Ce compte n’a pas de second facteur.")
    SecondFacteur.objects.filter(pk=utilisateur.pk).delete()
    _fermer_les_sessions(utilisateur)
    _prevenir(utilisateur, "reinitialise", modele="comptes/courriels/second_facteur_reinitialise")
    journaliser(perimetre=perimetre, action="comptes.second_facteur.reinitialise", objet=utilisateur)


def _facteur_de(utilisateur: Utilisateur) -> SecondFacteur:
    facteur = SecondFacteur.objects.select_for_update().filter(pk=utilisateur.pk).first()
    if facteur is None:
        raise ValidationError("Votre compte n’a pas de second facteur.")
    return facteur


def _ecrire_les_codes(facteur: SecondFacteur) -> list[str]:
    """« 3-abcd-efgh-jkmn »: the number says which hash to compare, a single one per try."""
    codes = []
    for numero in range(1, NOMBRE_DE_CODES + 1):
        texte = "".join(secrets.choice(ALPHABET) for _ in range(12))
        CodeDeSecours.objects.create(second_facteur=facteur, numero=numero, empreinte=make_password(texte))
        codes.append(f"{numero}-{texte[:4]}-{texte[4:8]}-{texte[8:]}")
    return codes


def _fermer_les_sessions(utilisateur: Utilisateur) -> None:
    Utilisateur.objects.filter(pk=utilisateur.pk).update(generation_sessions=F("generation_sessions") + 1)
    utilisateur.refresh_from_db(fields=["generation_sessions"])


def _dire(utilisateur: Utilisateur, action: str, *, modele: str, **contexte: object) -> None:
    """In the journal and to the person: nobody touches a second factor in silence."""
    journaliser(
        perimetre=Personne(utilisateur.pk), action=f"comptes.second_facteur.{action}", objet=utilisateur
    )
    _prevenir(utilisateur, action, modele=modele, **contexte)


def _prevenir(utilisateur: Utilisateur, action: str, *, modele: str, **contexte: object) -> None:
    mettre_en_file(
        cle=f"second-facteur-{action}:{utilisateur.pk}:{timezone.now().isoformat()}",
        destinataire=utilisateur.courriel,
        utilisateur=utilisateur,
        modele=modele,
        contexte=contexte | {"lien": settings.ADRESSE_PUBLIQUE + reverse("comptes:second_facteur")},
    )

"""What happens to an account. Every secret link starts from ADRESSE_PUBLIQUE, never from the request."""

from axes.utils import reset as oublier_les_echecs
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import base36_to_int, urlsafe_base64_encode

from comptes.models import Utilisateur
from comptes.permissions import peut_desactiver, peut_gerer_comptes
from comptes.selectors import identite_externe_de
from socle.courriels import mettre_en_file
from socle.journal import Personne, journaliser
from socle.models import Perimetre
from socle.unicite import enregistrer

SEL_COURRIEL = "comptes.changement-de-courriel"
LIEN_PERIME = "Ce lien n’est plus valable : demandez-en un nouveau depuis « Mon compte »."
ADRESSE_PRISE = "Un autre compte utilise déjà cette adresse : indiquez-en une autre."


class LiensDeMotDePasse(PasswordResetTokenGenerator):
    """Links for an invitation last PASSWORD_RESET_TIMEOUT, those that replace a password much less."""

    def check_token(self, user: Utilisateur | None, token: str | None) -> bool:
        if user is None or not token or not super().check_token(user, token):
            return False
        if identite_externe_de(user) is not None:
            return False
        cree = base36_to_int(token.partition("-")[0])
        return self._num_seconds(self._now()) - cree <= duree_du_lien(user)


LIENS_DE_MOT_DE_PASSE = LiensDeMotDePasse()


def duree_du_lien(utilisateur: Utilisateur) -> int:
    """In seconds: a week as long as no password was ever chosen, two hours afterwards."""
    premiere_fois = not utilisateur.has_usable_password()
    return settings.PASSWORD_RESET_TIMEOUT if premiere_fois else settings.DUREE_DU_LIEN_COURT


def exiger_un_compte_local(utilisateur: Utilisateur) -> None:
    """Name, address and password of a linked account are the identity provider's: it alone changes them."""
    if identite_externe_de(utilisateur) is not None:
        raise ValidationError(
            f"L’identité de ce compte est tenue par {settings.OIDC_NOM} : elle se corrige auprès du "
            "fournisseur d’identité."
        )


def en_mots(secondes: int) -> str:
    """« 45 minutes », « 2 heures », « 7 jours »."""
    if secondes % 3600:
        return f"{secondes // 60} minutes"
    heures = secondes // 3600
    return f"{heures} heure{'s' if heures > 1 else ''}" if heures < 48 else f"{heures // 24} jours"


# --- Opening and closing, by the ADMIN ---------------------------------------------------------------


@transaction.atomic
def creer_utilisateur(
    *,
    perimetre: Perimetre,
    courriel: str,
    prenom: str,
    nom: str,
    mot_de_passe: str | None = None,
    demonstration: str = "",
) -> Utilisateur:
    """Opens an account; without a password the person gets a link to choose one."""
    if not peut_gerer_comptes(perimetre):
        raise PermissionDenied
    utilisateur = Utilisateur(
        courriel=courriel.strip().lower(), prenom=prenom, nom=nom, demonstration=demonstration
    )
    utilisateur.set_password(mot_de_passe)
    utilisateur.full_clean()
    enregistrer(utilisateur)
    journaliser(
        perimetre=perimetre,
        action="comptes.utilisateur.cree",
        objet=utilisateur,
        apres={"courriel": utilisateur.courriel},
    )
    if mot_de_passe is None:
        _envoyer_lien(utilisateur, modele="comptes/courriels/ouverture", cle=f"ouverture:{utilisateur.pk}")
    return utilisateur


@transaction.atomic
def desactiver_utilisateur(*, perimetre: Perimetre, utilisateur: Utilisateur, motif: str = "") -> None:
    """Closes an account: its sessions are dead at their next request."""
    if not peut_desactiver(perimetre, utilisateur):
        raise PermissionDenied
    if not Utilisateur.objects.filter(pk=utilisateur.pk, is_active=True).update(is_active=False):
        raise ValidationError("Ce compte est déjà désactivé.")
    utilisateur.is_active = False
    journaliser(perimetre=perimetre, action="comptes.utilisateur.desactive", objet=utilisateur, motif=motif)


@transaction.atomic
def reactiver_utilisateur(*, perimetre: Perimetre, utilisateur: Utilisateur) -> None:
    """Opens a closed account again; the sessions of before stay dead."""
    if not peut_gerer_comptes(perimetre):
        raise PermissionDenied
    rouvert = Utilisateur.objects.filter(pk=utilisateur.pk, is_active=False).update(
        is_active=True, generation_sessions=F("generation_sessions") + 1
    )
    if not rouvert:
        raise ValidationError("Ce compte est déjà actif.")
    utilisateur.refresh_from_db()
    journaliser(perimetre=perimetre, action="comptes.utilisateur.reactive", objet=utilisateur)


@transaction.atomic
def corriger_nom(*, perimetre: Perimetre, utilisateur: Utilisateur, prenom: str, nom: str) -> None:
    """Mend a name; what was signed under the former one keeps it (journal, arrêtés)."""
    if not peut_gerer_comptes(perimetre):
        raise PermissionDenied
    utilisateur = Utilisateur.objects.select_for_update().get(pk=utilisateur.pk)
    avant = {"prenom": utilisateur.prenom, "nom": utilisateur.nom}
    apres = {"prenom": prenom.strip(), "nom": nom.strip()}
    if avant == apres:
        return
    exiger_un_compte_local(utilisateur)
    utilisateur.prenom, utilisateur.nom = apres["prenom"], apres["nom"]
    utilisateur.full_clean()
    utilisateur.save(update_fields=["prenom", "nom"])
    journaliser(
        perimetre=perimetre, action="comptes.utilisateur.nom", objet=utilisateur, avant=avant, apres=apres
    )


@transaction.atomic
def reinitialiser(*, perimetre: Perimetre, utilisateur: Utilisateur) -> None:
    """Sends a person the link by which they choose a new password."""
    if not peut_gerer_comptes(perimetre):
        raise PermissionDenied
    if not utilisateur.is_active:
        raise ValidationError("Ce compte est désactivé : réactivez-le d’abord.")
    exiger_un_compte_local(utilisateur)
    _envoyer_lien(utilisateur, modele="comptes/courriels/reinitialisation", cle=_cle_de_lien(utilisateur))
    journaliser(perimetre=perimetre, action="comptes.utilisateur.reinitialise", objet=utilisateur)


# --- Password ----------------------------------------------------------------------------------------


@transaction.atomic
def demander_reinitialisation(*, courriel: str) -> None:
    """Sends the link if the address has an account; an unknown one costs the same work, undone at the end.

    Same answer and same time either way: the page must not tell who has an account.
    """
    courriel = courriel.strip().lower()
    connu = Utilisateur.objects.filter(courriel=courriel, is_active=True).first()
    utilisateur = connu or Utilisateur(pk=0, courriel=courriel)
    ailleurs = identite_externe_de(utilisateur) is not None
    modele = "comptes/courriels/connexion_ailleurs" if ailleurs else "comptes/courriels/reinitialisation"
    _envoyer_lien(utilisateur, modele=modele, cle=_cle_de_lien(utilisateur))
    transaction.set_rollback(connu is None)


@transaction.atomic
def definir_mot_de_passe(*, utilisateur: Utilisateur, mot_de_passe: str) -> None:
    """New password: other sessions end, the person is told, the failures of before are forgotten."""
    exiger_un_compte_local(utilisateur)
    utilisateur.set_password(mot_de_passe)
    utilisateur.save(update_fields=["password"])
    oublier_les_echecs(username=utilisateur.courriel)
    journaliser(
        perimetre=Personne(utilisateur.pk), action="comptes.utilisateur.mot_de_passe", objet=utilisateur
    )
    mettre_en_file(
        cle=f"mot-de-passe-modifie:{utilisateur.pk}:{timezone.now().isoformat()}",
        destinataire=utilisateur.courriel,
        utilisateur=utilisateur,
        modele="comptes/courriels/mot_de_passe_modifie",
        contexte={"lien": _adresse("comptes:mot_de_passe_oublie")},
    )


def lien_de_mot_de_passe(utilisateur: Utilisateur) -> str:
    """The address at which this person, and nobody else, chooses a password; it serves once."""
    return _adresse(
        "comptes:mot_de_passe_nouveau",
        urlsafe_base64_encode(force_bytes(utilisateur.pk)),
        LIENS_DE_MOT_DE_PASSE.make_token(utilisateur),
    )


def _envoyer_lien(utilisateur: Utilisateur, *, modele: str, cle: str) -> None:
    mettre_en_file(
        cle=cle,
        destinataire=utilisateur.courriel,
        modele=modele,
        contexte={
            "lien": lien_de_mot_de_passe(utilisateur),
            "duree": en_mots(duree_du_lien(utilisateur)),
            "fournisseur": settings.OIDC_NOM if settings.OIDC_EMETTEUR else "",
            "connexion": _adresse("comptes:connexion"),
        },
        confidentiel=True,
    )


def _cle_de_lien(utilisateur: Utilisateur) -> str:
    """One link per account and quarter of an hour: the form is no weapon against a mailbox."""
    quart_d_heure = int(timezone.now().timestamp()) // 900
    return f"reinitialisation:{utilisateur.pk}:{quart_d_heure}"


# --- Address -----------------------------------------------------------------------------------------


@transaction.atomic
def demander_changement_courriel(*, utilisateur: Utilisateur, nouveau: str) -> None:
    """Writes to the **new** address; nothing changes before the link in that mail is used."""
    exiger_un_compte_local(utilisateur)
    nouveau = nouveau.strip().lower()
    if nouveau == utilisateur.courriel:
        raise ValidationError({"nouveau": "Cette adresse est déjà la vôtre."})
    if Utilisateur.objects.filter(courriel=nouveau).exists():
        raise ValidationError({"nouveau": ADRESSE_PRISE})
    jeton = signing.dumps([utilisateur.pk, utilisateur.courriel, nouveau], salt=SEL_COURRIEL)
    mettre_en_file(
        cle=f"changement-courriel:{utilisateur.pk}:{timezone.now().isoformat()}",
        destinataire=nouveau,
        modele="comptes/courriels/confirmer_adresse",
        contexte={
            "lien": _adresse("comptes:courriel_confirmer", jeton),
            "duree": en_mots(settings.DUREE_DU_LIEN_COURT),
        },
        confidentiel=True,
    )


def lire_jeton_courriel(jeton: str) -> tuple[Utilisateur, str]:
    """The account and the new address of a link; a used, old or forged link is refused, as is that of an
    account linked since.
    """
    try:
        pk, ancien, nouveau = signing.loads(jeton, salt=SEL_COURRIEL, max_age=settings.DUREE_DU_LIEN_COURT)
    except signing.BadSignature:
        raise ValidationError(LIEN_PERIME) from None
    utilisateur = Utilisateur.objects.filter(pk=pk, courriel=ancien, is_active=True).first()
    if utilisateur is None:
        raise ValidationError(LIEN_PERIME)
    exiger_un_compte_local(utilisateur)
    return utilisateur, nouveau


@transaction.atomic
def changer_courriel(*, jeton: str) -> Utilisateur:
    """The link was used: the address changes, the old one is told."""
    utilisateur, nouveau = lire_jeton_courriel(jeton)
    ancien = utilisateur.courriel
    utilisateur.courriel = nouveau
    try:
        utilisateur.validate_unique()
        enregistrer(utilisateur, "courriel")
    except ValidationError:
        raise ValidationError(ADRESSE_PRISE) from None
    journaliser(
        perimetre=Personne(utilisateur.pk),
        action="comptes.utilisateur.courriel",
        objet=utilisateur,
        avant={"courriel": ancien},
        apres={"courriel": nouveau},
    )
    mettre_en_file(
        cle=f"courriel-modifie:{utilisateur.pk}:{timezone.now().isoformat()}",
        destinataire=ancien,
        utilisateur=utilisateur,
        modele="comptes/courriels/adresse_modifiee",
        contexte={"nouveau": nouveau},
    )
    return utilisateur


def _adresse(nom: str, *arguments: str) -> str:
    return settings.ADRESSE_PUBLIQUE + reverse(nom, args=arguments)

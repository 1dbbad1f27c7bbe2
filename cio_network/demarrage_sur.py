"""Refuse to serve with unsafe settings: checked by wsgi.py and by the Celery worker and beat.

A service that answers on the loopback address only (embedded mode) needs its secret key; one that
answers to others needs all the rest.
"""

from collections.abc import Iterator
from importlib.util import find_spec

from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

from socle.antivirus import est_adresse

HOTES_LOCAUX = {"127.0.0.1", "localhost", "[::1]"}
ADRESSES_DU_FOURNISSEUR = ("AUTHORIZATION", "TOKEN", "USER", "JWKS")
#: Those of ProConnect; never « none ».
ALGORITHMES = ("RS256", "ES256", "HS256")
LONGUEUR_DE_CLE = 50  # characters; Django's own floor (security.W009)
LONGUEUR_DE_JETON = 32  # characters
#: Minutes: the last use is known at five minutes near; twelve hours close everything.
INACTIVITE = range(15, 721)
#: What Django writes in a new project: a key that everyone knows.
CLE_PAR_DEFAUT = "django-insecure-"
#: What a public site must say of itself (law of 21 June 2004, article 1-1; GDPR, article 13).
MENTIONS_REQUISES = {
    "editeur": "nommer l’éditeur du service",
    "directeur_publication": "nommer le directeur de la publication",
    "hebergeur": "donner le nom et l’adresse de l’hébergeur",
    "contact": "donner l’adresse de l’assistance",
    "dpo": "donner l’adresse du délégué à la protection des données",
}


def _cle_secrete(reglages: LazySettings) -> str:
    try:
        return reglages.SECRET_KEY
    except ImproperlyConfigured:  # Django's way of saying that it is empty
        return ""


def _defauts_communs(reglages: LazySettings) -> Iterator[str]:
    cle = _cle_secrete(reglages)
    if len(cle) < LONGUEUR_DE_CLE or len(set(cle)) < 5 or cle.startswith(CLE_PAR_DEFAUT):
        yield f"SECRET_KEY doit compter au moins {LONGUEUR_DE_CLE} caractères tirés au hasard."
    if not reglages.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS doit nommer les hôtes servis, par exemple reseaux-cio.ac-exemple.fr."
    if reglages.DEBUG:
        yield "DEBUG montrerait le code et les données à tous : il doit rester désactivé."


def _defauts_publics(reglages: LazySettings) -> Iterator[str]:
    for faute, phrase in _fautes_publiques(reglages):
        if faute:
            yield phrase
    if reglages.OIDC_EMETTEUR:
        yield from _fournisseur_incomplet(reglages)
    for mention, role in MENTIONS_REQUISES.items():
        if not reglages.ORGANISME.get(mention, "").strip():
            yield f"ORGANISME_{mention.upper()} doit {role} : les mentions légales sont obligatoires."


def _fautes_publiques(reglages: LazySettings) -> Iterator[tuple[bool, str]]:
    """(unsafe?, what to do about it) of each setting of a service that answers to others."""
    yield "*" in reglages.ALLOWED_HOSTS, "ALLOWED_HOSTS ne peut pas contenir « * » : nommez chaque hôte."
    yield (
        reglages.DEMONSTRATION,
        "DEMONSTRATION publierait des comptes et leur mot de passe : elle reste sur cet ordinateur.",
    )
    yield (
        not (reglages.SESSION_COOKIE_SECURE and reglages.CSRF_COOKIE_SECURE),
        "Les témoins de session et de formulaire doivent être réservés à HTTPS.",
    )
    yield (
        reglages.INACTIVITE_MINUTES not in INACTIVITE,
        "INACTIVITE_MINUTES doit être compris entre 15 et 720 : une session inutilisée doit se fermer.",
    )
    yield (
        not reglages.SECOND_FACTEUR_EXIGE,
        "SECOND_FACTEUR_EXIGE ne se désactive qu’en démonstration, sur cet ordinateur.",
    )
    yield (
        not (reglages.SECURE_SSL_REDIRECT and reglages.SECURE_HSTS_SECONDS),
        "SECURE_SSL_REDIRECT et SECURE_HSTS_SECONDS doivent rester actifs : rien ne voyage en clair.",
    )
    yield (
        not reglages.ADRESSE_PUBLIQUE.startswith("https://"),
        "ADRESSE_PUBLIQUE doit être l’adresse en https:// que les agents ouvrent.",
    )
    yield (
        reglages.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
        "DATABASE_URL doit nommer une base PostgreSQL : SQLite reste sur cet ordinateur.",
    )
    yield (
        not reglages.REDIS_URL,
        "REDIS_URL est nécessaire : sans lui aucun courriel ne part et aucun travail n’avance.",
    )
    yield (
        not reglages.EMAIL_BACKEND.endswith("smtp.EmailBackend"),
        "EMAIL_URL doit nommer un serveur smtp+tls:// : sans lui les courriels seraient perdus.",
    )
    yield (
        bool(reglages.ANTIVIRUS) and not est_adresse(reglages.ANTIVIRUS),
        "ANTIVIRUS doit s’écrire clamd://hote:port ou clamd:///chemin : tout document serait refusé.",
    )
    yield (
        0 < len(reglages.MESURES_JETON) < LONGUEUR_DE_JETON,
        f"MESURES_JETON doit compter au moins {LONGUEUR_DE_JETON} caractères tirés au hasard.",
    )


def _fournisseur_incomplet(reglages: LazySettings) -> Iterator[str]:
    if not (reglages.OIDC_RP_CLIENT_ID and reglages.OIDC_RP_CLIENT_SECRET):
        yield "OIDC_CLIENT_ID et OIDC_CLIENT_SECRET sont nécessaires avec OIDC_EMETTEUR."
    adresses = [getattr(reglages, f"OIDC_OP_{nom}_ENDPOINT") for nom in ADRESSES_DU_FOURNISSEUR]
    if not all(adresse.startswith("https://") for adresse in (reglages.OIDC_EMETTEUR, *adresses)):
        yield "OIDC_EMETTEUR et les adresses du fournisseur d’identité doivent être en https://."
    if reglages.OIDC_RP_SIGN_ALGO not in ALGORITHMES:
        yield f"OIDC_ALGORITHME doit être l’un de : {', '.join(ALGORITHMES)}."
    if find_spec("mozilla_django_oidc") is None:
        yield "OIDC_EMETTEUR demande l’extra « oidc » : installez requirements-options.lock."


def defauts(reglages: LazySettings) -> list[str]:
    """What makes these settings unsafe, one French sentence each; empty when all is well."""
    trouves = list(_defauts_communs(reglages))
    if set(reglages.ALLOWED_HOSTS) - HOTES_LOCAUX:
        trouves += _defauts_publics(reglages)
    return trouves


def exiger_reglages_surs(reglages: LazySettings) -> None:
    if trouves := defauts(reglages):
        raise ImproperlyConfigured("Démarrage refusé.\n- " + "\n- ".join(trouves))

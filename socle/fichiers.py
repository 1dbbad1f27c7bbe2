"""Files kept in the database, with the fingerprint that proves they did not change."""

from hashlib import sha256

from socle.models import Fichier


def enregistrer_fichier(*, nom: str, type_mime: str, contenu: bytes) -> Fichier:
    """Stores bytes once and for all; a stored file never changes, and stays as long as something holds it."""
    return Fichier.objects.create(
        nom=nom,
        type_mime=type_mime,
        taille=len(contenu),
        sha256=sha256(contenu).hexdigest(),
        contenu=contenu,
    )

"""Notifications shown in the header's bell."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from socle.models import Notification


def notifier(*, utilisateur: AbstractBaseUser, texte: str, url: str = "", cle: str = "") -> Notification:
    """Leaves a line to a person, once for a given `cle`; `url` is a path of this site."""
    if url and not (url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)):
        raise ValueError("Une notification ne mène qu’à une page de ce site.")
    if not cle:
        return Notification.objects.create(utilisateur_id=utilisateur.pk, texte=texte, url=url)
    notification, _ = Notification.objects.get_or_create(
        utilisateur_id=utilisateur.pk, cle=cle, defaults={"texte": texte, "url": url}
    )
    return notification


def nombre_non_lues(utilisateur_id: int) -> int:
    """Figure of the header."""
    return Notification.objects.filter(utilisateur_id=utilisateur_id).non_lues().count()


def marquer_lues(*, utilisateur_id: int, pk: int | None = None) -> int:
    """Marks one notification of the person, or all of them, as read."""
    notifications = Notification.objects.filter(utilisateur_id=utilisateur_id).non_lues()
    if pk is not None:
        notifications = notifications.filter(pk=pk)
    return notifications.update(lue_le=timezone.now())

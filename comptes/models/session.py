"""The open sessions: Django's own store, with whose it is and when it was last seen."""

from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

#: A session seen again within that time is not written: a reading costs no writing.
PRECISION = timedelta(hours=1)
#: In the session, what proved who signs in beside the password: one of `comptes.enums.Preuve`.
CLE_PREUVE = "preuve"
#: In the session, the browser in words and the time of signing in (ISO).
CLE_APPAREIL = "appareil"
CLE_OUVERTURE = "ouverte_le"


class Session(AbstractBaseSession):
    """One browser signed in (or about to be). Deleting the row closes it at its next request."""

    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions"
    )
    vue_le = models.DateTimeField("vue le", help_text="À une heure près.")

    class Meta:
        verbose_name = "session"
        verbose_name_plural = "sessions"

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        return SessionStore


class SessionStore(db.SessionStore):
    """Named by SESSION_ENGINE."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        session.utilisateur_id = int(data["_auth_user_id"]) if "_auth_user_id" in data else None
        session.vue_le = timezone.now()
        return session

    def _get_session_from_db(self) -> Session | None:
        """Read as ever; seen more than an hour ago, the time is noted."""
        session = super()._get_session_from_db()  # type: ignore[misc]  # unknown to the stubs
        maintenant = timezone.now()
        if session is not None and maintenant - session.vue_le > PRECISION:
            Session.objects.filter(pk=session.pk).update(vue_le=maintenant)
        return session

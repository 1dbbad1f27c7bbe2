"""The open sessions: Django's own store, with whose it is and when it was last seen."""

import logging
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

logger = logging.getLogger(__name__)

#: A session seen again within that time is not written: a reading costs no writing.
PRECISION = timedelta(minutes=5)
#: In the session, what proved who signs in beside the password: one of `comptes.enums.Preuve`.
CLE_PREUVE = "preuve"
#: In the session, the browser in words and the time of signing in (ISO).
CLE_APPAREIL = "appareil"
CLE_OUVERTURE = "ouverte_le"
#: In the session that follows one closed for lack of use: the sign-in page says so.
CLE_INACTIVITE = "fermee_par_inactivite"


def inactivite() -> timedelta:
    """Without a request for that long, a session is closed; at PRECISION near."""
    return timedelta(minutes=settings.INACTIVITE_MINUTES)


class Session(AbstractBaseSession):
    """One browser signed in (or about to be). Deleting the row closes it at its next request."""

    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions"
    )
    vue_le = models.DateTimeField("vue le", help_text="À cinq minutes près.")

    class Meta:
        verbose_name = "session"
        verbose_name_plural = "sessions"

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        return SessionStore


class SessionStore(db.SessionStore):
    """Named by SESSION_ENGINE."""

    #: This very reading has found the session unused for too long.
    fermee = False

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        session.utilisateur_id = int(data["_auth_user_id"]) if "_auth_user_id" in data else None
        session.vue_le = timezone.now()
        return session

    def load(self) -> dict[str, Any]:
        """As ever; a session closed just now for lack of use leaves an anonymous one that says it."""
        donnees = super().load()
        if not self.fermee:
            return donnees
        self.modified = True
        return {CLE_INACTIVITE: True}

    def _get_session_from_db(self) -> Session | None:
        """Closed if unused for too long; otherwise, seen more than five minutes ago, the time is noted."""
        session = super()._get_session_from_db()  # type: ignore[misc]  # unknown to the stubs
        if session is None:
            return None
        maintenant = timezone.now()
        silence = maintenant - session.vue_le
        if session.utilisateur_id and silence > inactivite():
            Session.objects.filter(pk=session.pk).delete()
            self._session_key = None
            self.fermee = True
            logger.info("Session fermée : inutilisée", extra={"personne": session.utilisateur_id})
            return None
        if silence > PRECISION:
            Session.objects.filter(pk=session.pk).update(vue_le=maintenant)
        return session

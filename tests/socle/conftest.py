"""Fixtures of the technical base."""

import pytest

from tests.socle.boite import Puits, puits_ouvert


@pytest.fixture
def puits(settings):
    """A real SMTP server on this machine, that the outbox sends to."""
    boite = Puits()
    with puits_ouvert(boite) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = port
        settings.EMAIL_TIMEOUT = 1
        yield boite

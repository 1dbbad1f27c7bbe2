"""Traps and fixtures shared by the whole suite. Safe under pytest-xdist: nothing is shared on disk."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests import pieges

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "deploy" / "outils"))

import systeme

# A busy machine is no failure: time is never judged here.
hypothesis.settings.register_profile("sans_chronometre", deadline=None)
hypothesis.settings.load_profile("sans_chronometre")

#: Fixtures that bring the database of the engine under test.
BASES = {"db", "transactional_db", "django_db_setup", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for the browser is marked so: `-m "not navigateur"` cannot forget one. Whoever asks for no
    database says nothing of the engine.
    """
    for item in items:
        demandes = set(getattr(item, "fixturenames", ()))
        if "navigateur" in demandes:
            item.add_marker("navigateur")
        marques = {marque.name for marque in item.iter_markers()}
        if not (BASES & demandes or {"django_db", "postgresql", "chaos"} & marques):
            item.add_marker("sqlite")


@pytest.fixture(autouse=True, scope="session")
def _pieges() -> Iterator[None]:
    with ExitStack() as pile:
        pile.enter_context(pieges.listes_sans_ordre_melangees())
        pile.enter_context(pieges.reseau_exterieur_coupe())
        pile.enter_context(pieges.lectures_sans_ecriture())
        pile.enter_context(pieges.nettoyage_malgre_les_declencheurs())
        yield


@pytest.fixture(autouse=True)
def _meme_hasard(request: pytest.FixtureRequest) -> None:
    """The shuffle of a test is its own, the same at each run: a failure can be replayed."""
    pieges.hasard.seed(request.node.nodeid)


@pytest.fixture(autouse=True)
def _postgresql_exige(request: pytest.FixtureRequest) -> None:
    """A concurrency claim proven on the wrong engine is worth nothing: fail, never skip."""
    if request.node.get_closest_marker("postgresql") and connection.vendor != "postgresql":
        pytest.fail("Cet essai veut PostgreSQL : make test, ou -m « not postgresql » pour SQLite.")


# --- The browser ----------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium per worker, that can reach nothing but this machine."""
    executable = systeme.trouver_chromium()
    if executable is None:
        pytest.fail(f"Chromium est nécessaire. Pour l’installer : {systeme.commande(['chromium'])}")
    # Playwright's synchronous loop looks like an asynchronous context to Django for the whole session.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    arguments = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's own sandbox refuses root
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield navigateur
        navigateur.close()


@pytest.fixture
def navigateur(chromium: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """`navigateur(**options) -> Page`: a new visitor (own cookies) on the live server.

    A script error, a blocked inline style or script fails the test at its end.
    """
    contextes: list[BrowserContext] = []
    erreurs: list[str] = []

    def noter(message: ConsoleMessage) -> None:
        # A 403 or a 404 that the test provokes is not an error of the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            erreurs.append(message.text)

    def ouvrir(**options) -> Page:
        reglages = {"base_url": live_server.url, "locale": "fr-FR", "timezone_id": "Europe/Paris"}
        contexte = chromium.new_context(**{**reglages, **options})
        contextes.append(contexte)
        contexte.set_default_timeout(10_000)
        contexte.on("console", noter)
        contexte.on("weberror", lambda erreur: erreurs.append(str(erreur.error)))
        return contexte.new_page()

    yield ouvrir
    for contexte in contextes:
        contexte.close()
    assert not erreurs, f"Le navigateur s’est plaint : {erreurs}"

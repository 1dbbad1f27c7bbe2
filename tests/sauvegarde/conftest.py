"""The register of the persons erased: one of its own for each test."""

import pytest


@pytest.fixture(autouse=True)
def registre(settings, tmp_path):
    settings.JOURNAL_DES_EFFACEMENTS = tmp_path / "registre" / "effacements.jsonl"
    return settings.JOURNAL_DES_EFFACEMENTS

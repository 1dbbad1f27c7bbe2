"""Templates and labels keep their promises: closed includes, nothing unused, nothing inline."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field

from tests.depot import COUCHES, RACINE, fichiers_suivis

TEMPLATES = RACINE / "templates"
COMMUNS = {"layout", "composants", "documents", "courriels", "cio_dsfr"}
# `{% extends "x" %}`, `{% include 'x' %}`, `{% url "x" %}` is left out by the file ending.
APPEL = re.compile(r"""["']([\w./-]+\.(?:html|txt|svg|xml))["']""")
EN_LIGNE = re.compile(
    r"""<style\b|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*["']|javascript:""", re.IGNORECASE
)
# Found by Django, django-dsfr or crispy-forms by their name, never written in our code.
TROUVES_PAR_LEUR_NOM = re.compile(
    r"^(cio_dsfr/|dsfr/|django/|(400|403|404|429|500|403_csrf)\.html$|registration/)"
)

GABARITS = [
    chemin for chemin in fichiers_suivis("templates/*") if chemin.suffix in {".html", ".txt", ".svg", ".xml"}
]
PAGES = [gabarit for gabarit in GABARITS if gabarit.suffix == ".html" and "courriels" not in gabarit.parts]


def nom(gabarit: Path) -> str:
    return str(gabarit.relative_to(TEMPLATES))


@pytest.mark.parametrize("gabarit", GABARITS, ids=nom)
def test_un_gabarit_n_appelle_que_les_siens_et_les_communs(gabarit):
    dossier = nom(gabarit).split("/")[0]
    if dossier not in COUCHES:
        return
    etrangers = [
        appel
        for appel in APPEL.findall(gabarit.read_text())
        if "/" in appel and appel.split("/")[0] not in COMMUNS | {dossier}
    ]
    assert not etrangers


@pytest.mark.parametrize("gabarit", PAGES, ids=nom)
def test_rien_en_ligne_dans_une_page(gabarit):
    """The content security policy blocks inline styles, scripts and handlers: they would do nothing."""
    assert not EN_LIGNE.findall(gabarit.read_text())


def _noms_calcules(textes: str) -> re.Pattern[str]:
    """The names built in the code, such as f"pages/aide/{role}.html"."""
    noms = re.findall(r"""["']([\w/.-]*\{[^"']*\.(?:html|txt))["']""", textes)
    motifs = ["[^/]+".join(map(re.escape, re.split(r"\{[^}]*\}", trouve))) for trouve in noms]
    return re.compile("|".join(motifs) or r"(?!)")


def test_chaque_gabarit_sert():
    ecrits = "\n".join(
        chemin.read_text()
        for chemin in (*GABARITS, *fichiers_suivis(*(f"{app}/*.py" for app in COUCHES)))
        if "migrations" not in chemin.parts
    )
    calcules = _noms_calcules(ecrits)
    inutiles = [
        nom(gabarit)
        for gabarit in GABARITS
        # A mail is called without its ending: the stem is enough.
        if str(Path(nom(gabarit)).with_suffix("")) not in ecrits
        and not calcules.fullmatch(nom(gabarit))
        and not TROUVES_PAR_LEUR_NOM.match(nom(gabarit))
    ]
    assert not inutiles


def _commence_bien(libelle: str) -> bool:
    """Lower case, or an acronym: two capitals (CIO, UAI, EPLE), or PsyEN."""
    return not libelle[:1].isupper() or libelle[1:2].isupper() or libelle.startswith("PsyEN")


def test_les_libelles_commencent_par_une_minuscule():
    """Django puts the capital where one is due; a label met inside a sentence must not carry it."""
    modeles = [modele for modele in apps.get_models() if modele._meta.app_label in COUCHES]
    libelles = {modele._meta.label: str(modele._meta.verbose_name) for modele in modeles}
    for modele in modeles:
        champs = (champ for champ in modele._meta.get_fields() if isinstance(champ, Field))
        libelles |= {f"{modele._meta.label}.{champ.name}": str(champ.verbose_name) for champ in champs}
    assert not {cle: libelle for cle, libelle in libelles.items() if not _commence_bien(libelle)}

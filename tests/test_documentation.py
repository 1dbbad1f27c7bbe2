"""What the documents say exists: links, images, targets, variables, words, and the names of the screens."""

import html
import importlib
import inspect
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

from comptes.enums import Role
from tests.depot import COUCHES, RACINE, fichiers_suivis

DOCUMENTS = [*fichiers_suivis("*.md")]
GUIDES = [chemin for chemin in DOCUMENTS if chemin.parent == RACINE / "docs" / "guide"]
AIDES = fichiers_suivis("templates/pages/aide/*.html")
LIEN = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
VARIABLE = re.compile(r'env(?:\.\w+)?\(\s*"(\w+)"')


def nom(chemin: Path) -> str:
    return str(chemin.relative_to(RACINE))


def cibles(chemin: Path) -> list[str]:
    """Relative targets of the links and images of a document, without their anchor."""
    liens = LIEN.findall(chemin.read_text())
    return [lien.split("#")[0] for lien in liens if not re.match(r"(https?:|mailto:|#)", lien)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=nom)
def test_chaque_lien_mene_a_un_fichier(document):
    absents = [cible for cible in cibles(document) if not (document.parent / cible).exists()]
    assert not absents, f"{nom(document)} renvoie à des fichiers absents : {', '.join(absents)}"


def test_chaque_commande_make_existe():
    connues = set(re.findall(r"^([a-z][\w-]*):", (RACINE / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        citees = set(re.findall(r"\bmake ([a-z][\w-]*)", document.read_text()))
        assert citees <= connues, nom(document)


def test_chaque_commande_de_l_application_existe():
    connues = {
        chemin.stem for chemin in fichiers_suivis("*/management/commands/*.py") if chemin.stem != "__init__"
    } | {"migrate", "check", "shell"}
    for document in DOCUMENTS:
        citees = set(re.findall(r"(?:manage\.py|gerer) ([a-z_]+)", document.read_text()))
        assert citees <= connues, nom(document)


@pytest.mark.parametrize("role", Role)
def test_chaque_role_a_son_aide_et_son_guide(role):
    assert RACINE / f"templates/pages/aide/{role}.html" in AIDES
    index = (RACINE / "docs/guide/README.md").read_text().splitlines()
    ligne = next((ligne for ligne in index if f"| {role.label} |" in ligne), "")
    guides = LIEN.findall(ligne)
    assert guides, f"docs/guide/README.md ne donne pas le guide du rôle « {role.label} »"


def test_chaque_variable_est_documentee():
    lues = set(VARIABLE.findall((RACINE / "cio_network/settings/base.py").read_text()))
    assert "SECRET_KEY" in lues
    deploiement = (RACINE / "docs/deploiement.md").read_text()
    exemple = (RACINE / ".env.example").read_text()
    assert not {variable for variable in lues if f"`{variable}`" not in deploiement}
    assert not {variable for variable in lues if not re.search(rf"^#?{variable}=", exemple, re.MULTILINE)}


def glossaire() -> list[str]:
    """The code of each line of the glossary of README.md: « reseaux.Etablissement.est_eple »."""
    partie = (RACINE / "README.md").read_text().split("## Glossary")[1].split("\n## ")[0]
    derniere_colonne = [ligne.rstrip(" |").rsplit("|", 1)[-1] for ligne in partie.splitlines()]
    return [code for colonne in derniere_colonne for code in re.findall(r"`([\w.]+)`", colonne)]


@pytest.mark.parametrize("code", glossaire())
def test_chaque_mot_du_glossaire_est_dans_le_code(code):
    app, objet, *attributs = code.split(".")
    modeles = {modele.__name__: modele for modele in apps.get_app_config(app).get_models()}
    cible = modeles.get(objet) or importlib.import_module(f"{app}.{objet}")
    for attribut in attributs:
        if inspect.ismodule(cible) and not hasattr(cible, attribut):
            importlib.import_module(f"{cible.__name__}.{attribut}")
        assert hasattr(cible, attribut), code
        cible = getattr(cible, attribut)


def test_chaque_modele_est_dans_le_glossaire():
    modeles = {m._meta.label for m in apps.get_models() if m._meta.app_label in COUCHES}
    assert modeles <= set(glossaire())


def test_chaque_dependance_dit_pourquoi():
    projet = tomllib.loads((RACINE / "pyproject.toml").read_text())
    declares = [*projet["project"]["dependencies"], *projet["dependency-groups"]["dev"]]
    declares += [nom for option in projet["project"]["optional-dependencies"].values() for nom in option]
    noms = [re.split(r"[=\[]", declare)[0] for declare in declares]
    decisions = (RACINE / "docs/decisions.md").read_text()
    assert not [nom_ for nom_ in noms if f"`{nom_}`" not in decisions]


def _compact(texte: str) -> str:
    """Without spaces of any kind: screens use no-break ones, documents cut their lines."""
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", texte)))


@pytest.fixture(scope="module")
def ecrans() -> str:
    """Everything that the screens may print: templates and code, the help itself left out."""
    gabarits = [g for g in fichiers_suivis("templates/*") if g.suffix in {".html", ".txt"} and g not in AIDES]
    code = fichiers_suivis(*(f"{app}/*.py" for app in COUCHES))
    return _compact("\n".join(fichier.read_text() for fichier in (*gabarits, *code)))


@pytest.mark.parametrize("texte", [*GUIDES, *AIDES], ids=nom)
def test_ce_que_l_aide_cite_est_a_l_ecran(texte, ecrans):
    """Between « » stands the name of a menu, of a button or of a page, as one reads it there."""
    citations = re.findall(r"«([^»]+)»", texte.read_text())
    assert not [citation.strip() for citation in citations if _compact(citation) not in ecrans]

"""The shape of the code, where import-linter and ruff do not look."""

import ast
import re
import tomllib

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Field

from tests.depot import COUCHES, RACINE, fichiers_suivis, imports

LIGNES_PAR_FICHIER = 500
LIGNES_PAR_VUE = 25


def test_une_relation_ne_pointe_que_vers_les_apps_du_dessous():
    """A string foreign key passes import-linter; AUTH_USER_MODEL is the one accepted shortcut."""
    fautes = [
        f"{modele._meta.label}.{champ.name} → {cible._meta.label}"
        for modele in apps.get_models()
        if modele._meta.app_label in COUCHES
        for champ in (*modele._meta.fields, *modele._meta.many_to_many)
        if isinstance(champ, Field) and (cible := champ.related_model)
        if cible._meta.app_label in COUCHES and cible._meta.label != settings.AUTH_USER_MODEL
        if COUCHES.index(cible._meta.app_label) < COUCHES.index(modele._meta.app_label)
    ]
    assert not fautes


@pytest.mark.parametrize("app", COUCHES[1:-1])
def test_une_app_ne_touche_ni_aux_vues_ni_aux_formulaires_d_une_autre(app):
    autres = set(COUCHES[:-1]) - {app}
    interdits = re.compile(rf"^({'|'.join(sorted(autres))})\.(views|forms)\b")
    fautes = [
        f"{chemin.relative_to(RACINE)} importe {module}"
        for chemin in fichiers_suivis(f"{app}/*.py")
        for module in imports(chemin)
        if interdits.match(module)
    ]
    assert not fautes


def test_une_migration_n_importe_rien_du_projet():
    """A migration that runs today's code breaks the day that code moves.

    `import app.module` stays allowed: makemigrations writes it to name a validator or a default; so does
    `socle.declencheurs`, which knows no model and is to migrations what `migrations.RunSQL` is.
    """
    interdit = re.compile(rf"^\s*from (?!socle\.declencheurs )({'|'.join(COUCHES)})\b.*", re.MULTILINE)
    fautes = [
        f"{chemin.relative_to(RACINE)} : {trouve[0]}"
        for chemin in fichiers_suivis("*/migrations/*.py")
        for trouve in interdit.finditer(chemin.read_text())
    ]
    assert not fautes


def test_aucun_fichier_n_est_trop_long():
    longs = {
        str(chemin.relative_to(RACINE)): lignes
        for chemin in fichiers_suivis("*.py", "*.js", "*.html", "*.css")
        # A generated migration is as long as the models it creates.
        if "migrations" not in chemin.parts
        and (lignes := len(chemin.read_text().splitlines())) > LIGNES_PAR_FICHIER
    }
    assert not longs


def test_une_vue_reste_courte():
    """Beyond 25 lines a view holds a rule or an aggregate: services.py or selectors.py wants it."""
    vues = fichiers_suivis("*/views.py", "*/views/*.py")
    longues = {
        f"{chemin.relative_to(RACINE)}:{noeud.lineno} {noeud.name}": noeud.end_lineno - noeud.lineno + 1
        for chemin in vues
        if not chemin.is_relative_to(RACINE / "tests")
        for noeud in ast.walk(ast.parse(chemin.read_text()))
        if isinstance(noeud, ast.FunctionDef)
        and noeud.end_lineno
        and noeud.end_lineno - noeud.lineno + 1 > LIGNES_PAR_VUE
    }
    assert not longues


def test_pas_de_fourre_tout():
    """A file named after nothing collects everything."""
    assert not [f for f in fichiers_suivis("*.py") if {f.stem, f.parent.name} & {"utils", "helpers", "misc"}]


def test_aucun_gabarit_ne_coupe_l_echappement():
    """What comes as HTML says so itself (format_html): a page cannot know what a text holds."""
    coupures = re.compile(r"\|\s*safe|autoescape\s+off")
    gabarits = fichiers_suivis("templates/*.html")
    assert len(gabarits) > 100
    assert not [str(gabarit) for gabarit in gabarits if coupures.search(gabarit.read_text())]


def test_une_adresse_d_une_page_n_ajoute_rien_au_message_qu_elle_ouvre():
    """An address may hold « ? » and « & »: `mailto:` would take what follows for headers (bcc)."""
    ecrites = [
        (gabarit.relative_to(RACINE), filtres)
        for gabarit in fichiers_suivis("templates/**/*.html")
        for filtres in re.findall(r"mailto:{{([^}]*)}}", gabarit.read_text())
    ]
    assert ecrites
    assert not [faute for faute in ecrites if '|urlencode:"@"' not in faute[1]]


def test_les_verrous_ne_nomment_aucun_hote():
    """A lock that names a registry installs nowhere else, and says where it was made."""
    verrous = fichiers_suivis("requirements*.lock")
    noms = ["requirements-dev.lock", "requirements-options.lock", "requirements.lock"]
    assert [verrou.name for verrou in verrous] == noms
    assert not [verrou.name for verrou in verrous if "://" in verrou.read_text()]


def test_le_verrou_des_essais_contient_celui_du_service():
    service, options, essais = (
        set(re.findall(r"^(\S+==\S+)", (RACINE / nom).read_text(), re.MULTILINE))
        for nom in ("requirements.lock", "requirements-options.lock", "requirements-dev.lock")
    )
    assert service < options < essais


def test_les_verrous_suivent_pyproject():
    projet = tomllib.loads((RACINE / "pyproject.toml").read_text())
    declares = [*projet["project"]["dependencies"], *projet["dependency-groups"]["dev"]]
    declares += [nom for option in projet["project"]["optional-dependencies"].values() for nom in option]
    verrou = (RACINE / "requirements-dev.lock").read_text()
    noms = [re.sub(r"\[.*\]", "", declare).lower() for declare in declares]
    assert not [nom for nom in noms if f"\n{nom} " not in f"\n{verrou}"]

"""The blank form of a list is drawn once, and never shown to whoever has other choices."""

from unittest.mock import patch

import django_filters
import pytest
from django.test import RequestFactory

from reseaux.models import CIO, Etablissement
from socle import filters
from socle.filters import FiltreListe
from tests.reseaux.factories import creer_cio


class Filtre(FiltreListe):
    commune = django_filters.CharFilter(label="Commune")
    cio = django_filters.ChoiceFilter(label="CIO", empty_label="Tous")


class FiltreEnBase(FiltreListe):
    cio = django_filters.ModelChoiceFilter(label="CIO", queryset=CIO.objects.order_by("pk"))


def construire(adresse="/", classe=Filtre, choix=()):
    requete = RequestFactory().get(adresse)
    filtre = classe(requete.GET or None, queryset=Etablissement.objects.all(), request=requete)
    if choix:
        filtre.proposer("cio", choix)
    return filtre


@pytest.fixture(autouse=True)
def _rien_en_memoire():
    with patch.dict(filters._VIERGES, clear=True):
        yield


def test_un_formulaire_vierge_n_est_dessine_qu_une_fois():
    premier = construire(choix=[("1", "Blois")]).formulaire
    with patch.object(filters, "render_crispy_form") as dessin:
        assert construire(choix=[("1", "Blois")]).formulaire is premier
    dessin.assert_not_called()


def test_d_autres_choix_font_un_autre_formulaire():
    blois = construire(choix=[("1", "Blois")]).formulaire
    bourges = construire(choix=[("2", "Bourges")]).formulaire
    assert "Blois" in blois
    assert "Blois" not in bourges
    assert "Bourges" in bourges


def test_un_formulaire_rempli_est_dessine_a_chaque_fois():
    vierge = construire(choix=[("1", "Blois")]).formulaire
    rempli = construire("/?commune=Vendôme", choix=[("1", "Blois")])
    assert "Vendôme" in rempli.formulaire
    assert rempli.est_actif
    assert construire(choix=[("1", "Blois")]).formulaire == vierge
    assert "Vendôme" not in vierge


@pytest.mark.django_db
def test_des_choix_lus_en_base_ne_sont_jamais_gardes():
    creer_cio("Blois")
    assert "Vierzon" not in construire(classe=FiltreEnBase).formulaire
    creer_cio("Vierzon")
    assert "Vierzon" in construire(classe=FiltreEnBase).formulaire


def test_la_memoire_est_bornee(monkeypatch):
    monkeypatch.setattr(filters, "_VIERGES_AU_PLUS", 2)
    for rang in range(5):
        assert f"CIO n° {rang}" in construire(choix=[("1", f"CIO n° {rang}")]).formulaire
    assert len(filters._VIERGES) <= 2

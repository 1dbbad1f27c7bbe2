"""The reader of the tests finds a name in each format: otherwise « no name found » would prove nothing."""

import pytest
from django.http import HttpResponse

from socle.documents import render_pdf
from socle.tableurs import Colonne, ecrire_tableau
from tests.lecture import texte_de_la_reponse

NOM = "CanariÉlodie"


@pytest.mark.parametrize("format_", ["csv", "xlsx", "ods"])
def test_un_nom_se_lit_dans_un_tableur(format_):
    contenu = ecrire_tableau(format_, colonnes=[Colonne("nom", "Nom")], lignes=[[NOM]], titre="Essai")
    assert NOM in texte_de_la_reponse(HttpResponse(contenu))


def test_un_nom_se_lit_dans_un_pdf():
    contenu = render_pdf("documents/base.html", {}, titre=NOM)
    assert NOM.encode() not in contenu
    assert NOM in texte_de_la_reponse(HttpResponse(contenu))


def test_un_nom_se_lit_dans_un_entete():
    reponse = HttpResponse()
    reponse.headers["Content-Disposition"] = f"attachment; filename={NOM}".encode("ascii", "ignore").decode()
    assert "Canarilodie" in texte_de_la_reponse(reponse)

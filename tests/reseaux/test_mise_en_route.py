"""From an empty database: the first ADMIN, the outlines of the maps."""

import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from comptes.enums import Role
from reseaux.models import Academie, Departement, Habilitation
from socle.journal import historique
from socle.models import Courriel
from tests.reseaux import factories as f

pytestmark = pytest.mark.django_db

PHRASE = "une phrase assez longue pour tous"
CARRE = {"type": "Polygon", "coordinates": [[[1, 47], [1, 48], [2, 48], [2, 47], [1, 47]]]}


def creer(courriel="anne.durand@ac.example", **options):
    call_command(
        "creer_administrateur", courriel, prenom="Anne", nom="Durand", **({"academie": "18"} | options)
    )


def geojson(*codes):
    elements = [{"type": "Feature", "properties": {"code": c}, "geometry": CARRE} for c in codes]
    return json.dumps({"type": "FeatureCollection", "features": elements})


def test_le_premier_administrateur_ouvre_le_service(client, capsys):
    creer()
    habilitation = Habilitation.objects.get()
    assert (habilitation.role, habilitation.academie.nom) == (Role.ADMIN, "Orléans-Tours")
    assert Courriel.objects.get().destinataire == "anne.durand@ac.example"
    assert historique(habilitation.academie).get().libelle == "Académie enregistrée"
    chemin = re.search(r"https?://[^/]+(/\S+)", capsys.readouterr().out)[1]
    adresse = client.get(chemin, follow=True).redirect_chain[-1][0]
    client.post(adresse, {"new_password1": PHRASE, "new_password2": PHRASE})
    client.post(
        reverse("comptes:connexion"), {"username": habilitation.utilisateur.courriel, "password": PHRASE}
    )
    assert client.get(reverse("reseaux:comptes"))["Location"] == reverse("comptes:second_facteur")
    assert "Ce lien" in client.get(chemin, follow=True).content.decode()  # it serves once


def test_un_second_administrateur_se_demande_expressement(capsys):
    creer()
    with pytest.raises(CommandError, match="a déjà un administrateur, Anne DURAND"):
        creer("jean.petit@ac.example")
    assert Habilitation.objects.count() == 1
    creer("jean.petit@ac.example", supplementaire=True)
    assert Habilitation.objects.count() == 2
    assert Academie.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"academie": "018"}, "deux chiffres"),
        ({"academie": "99"}, "--nom-academie"),
        ({"courriel": "anne"}, "adresse"),
    ],
)
def test_ce_qui_manque_est_dit_et_rien_n_est_ecrit(options, message):
    with pytest.raises(CommandError, match=message):
        creer(**options)
    assert not Academie.objects.exists()


def test_une_academie_inconnue_prend_le_nom_donne():
    creer(academie="99", nom_academie="Académie d’essai")
    assert Academie.objects.get().nom == "Académie d’essai"


def test_les_contours_des_departements_connus_sont_charges(tmp_path, capsys):
    loir_et_cher = f.creer_departement()
    fichier = tmp_path / "departements.geojson"
    fichier.write_text(geojson("41", "75"))
    call_command("importer_contours", fichier)
    loir_et_cher.refresh_from_db()
    assert len(loir_et_cher.contour) == 1
    assert "1 (Loir-et-Cher)" in capsys.readouterr().out


@pytest.mark.parametrize("contenu", ["", "[]", '{"features": [{}]}', geojson("75")])
def test_un_fichier_de_contours_illisible_est_refuse(tmp_path, contenu):
    f.creer_departement()
    fichier = tmp_path / "departements.geojson"
    fichier.write_text(contenu)
    with pytest.raises(CommandError, match=r"GeoJSON|annuaire"):
        call_command("importer_contours", fichier)
    with pytest.raises(CommandError, match="illisible"):
        call_command("importer_contours", tmp_path / "absent.geojson")
    assert Departement.objects.get().contour == []

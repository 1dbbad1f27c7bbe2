"""Geography and drawing: distances, simplification, marks and labels."""

import math
import re
from itertools import combinations, pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from comptes.enums import Role
from reseaux.perimetre import Perimetre
from reseaux.selectors.carte import carte_du_departement, cartes_du_cio, nom_court
from reseaux.selectors.dessin import (
    Boite,
    Etiquette,
    couleur,
    ecarter,
    enveloppe,
    forme,
    placer_etiquettes,
)
from reseaux.selectors.geographie import (
    POINTS_PAR_CONTOUR,
    Projection,
    distance_au_segment,
    distance_km,
    simplifier,
    simplifier_anneau,
)
from reseaux.selectors.perimetre import perimetre_du_cio
from reseaux.services.contours import enregistrer_contour
from tests.reseaux import factories as f

SYSTEME = Perimetre.systeme()
#: Metropolitan France, Corsica included.
positions = st.tuples(st.floats(-5, 10), st.floats(41, 51))
points = st.tuples(st.floats(-500, 500), st.floats(-500, 500))


# --- Geography ------------------------------------------------------------------------------------
def test_distance_de_blois_a_vendome():
    assert distance_km((1.3359, 47.5861), (1.0656, 47.7931)) == pytest.approx(30.6, abs=0.3)


@given(positions, positions, positions)
def test_la_distance_est_une_distance(a, b, c):
    assert distance_km(a, a) == 0
    assert distance_km(a, b) == pytest.approx(distance_km(b, a))
    assert distance_km(a, c) <= distance_km(a, b) + distance_km(b, c) + 1e-6


@given(positions, st.floats(-1, 1), st.floats(-0.8, 0.8))
def test_la_projection_garde_les_distances_d_un_departement(centre, dx, dy):
    projection = Projection(*centre)
    autre = (centre[0] + dx, centre[1] + dy)
    assert math.hypot(*projection.point(autre)) == pytest.approx(
        distance_km(centre, autre), rel=0.02, abs=0.01
    )


@given(st.lists(points, min_size=2, max_size=60), st.floats(0.1, 100))
def test_aucun_point_ote_n_est_plus_loin_que_la_tolerance(ligne, tolerance):
    gardes = simplifier(ligne, tolerance)
    assert gardes == sorted(set(gardes))
    assert {0, len(ligne) - 1} <= set(gardes)
    for debut, fin in pairwise(gardes):
        for i in range(debut + 1, fin):
            assert distance_au_segment(ligne[i], ligne[debut], ligne[fin]) <= tolerance


@settings(max_examples=15)
@given(st.integers(1, 3000), st.floats(0.1, 2))
def test_un_contour_simplifie_tient_dans_le_compte_et_reste_ferme(nombre, rayon):
    anneau = [
        (2 + rayon * math.cos(i / nombre * math.tau), 47 + rayon * math.sin(i * 7) / 9) for i in range(nombre)
    ]
    anneau.append(anneau[0])
    simple = simplifier_anneau(anneau)
    assert len(simple) <= POINTS_PAR_CONTOUR
    assert set(simple) <= set(anneau)
    assert simple[0] == simple[-1]


# --- Drawing --------------------------------------------------------------------------------------
def test_soixante_quatre_reseaux_se_distinguent():
    """Colour and shape together; the first eight differ by both."""
    assert len({(couleur(i), forme(i, 8)) for i in range(64)}) == 64
    assert len({couleur(i) for i in range(8)}) == len({forme(i, 8) for i in range(8)}) == 8


@given(st.lists(points, max_size=6))
def test_les_marques_ne_se_recouvrent_pas(places):
    ecartees = ecarter(places, [8.0] * len(places))
    assert len(ecartees) == len(places)
    assert all(math.dist(a, b) >= 16 for a, b in combinations(ecartees, 2))


def test_deux_etablissements_a_la_meme_adresse_sont_tous_deux_visibles():
    (ax, ay), (bx, by) = ecarter([(100.0, 100.0), (100.0, 100.0)], [8.0, 8.0])
    assert math.dist((ax, ay), (bx, by)) >= 16


@given(st.lists(points, min_size=1, max_size=30))
def test_l_enveloppe_est_faite_de_points_donnes(liste):
    assert set(enveloppe(liste)) <= set(liste)


def test_les_etiquettes_ne_se_recouvrent_pas_et_une_tete_est_toujours_nommee():
    voisines = [Etiquette(f"Collège {i}", (200.0 + i, 200.0 + i), 8, 14) for i in range(12)]
    dues = [Etiquette("Tête", (200.0, 200.0), 12, 17, est_due=True)]
    placees = placer_etiquettes([*dues, *voisines], cadre=Boite(0, 0, 800, 600), obstacles=[])
    boites = [e.boite for e in placees]
    assert placees[0].texte == "Tête"
    assert 1 < len(placees) < 13
    assert not any(a.recouvre(b) for i, a in enumerate(boites) for b in boites[i + 1 :])


@pytest.mark.parametrize(
    ("nom", "court"),
    [
        ("Lycée polyvalent Augustin Thierry", "Augustin Thierry"),
        ("Collège George Sand", "George Sand"),
        ("Lycée général et technologique Ronsard", "Ronsard"),
        ("EREA François Truffaut", "EREA François Truffaut"),
        ("Collège", "Collège"),
        ("Lycée polyvalent hôtellerie et tourisme du Val de Loire", "Hôtellerie et tourisme du…"),
    ],
)
def test_nom_court(nom, court):
    assert nom_court(nom) == court


# --- Maps -----------------------------------------------------------------------------------------
CARRE = {
    "type": "Polygon",
    "coordinates": [[[0.6, 47.2], [2.2, 47.2], [2.2, 48.1], [0.6, 48.1], [0.6, 47.2]]],
}


@pytest.mark.django_db
class TestContour:
    def test_enregistre_polygone_et_multipolygone(self):
        departement = f.creer_departement()
        enregistrer_contour(departement=departement, geometrie=CARRE, perimetre=SYSTEME)
        departement.refresh_from_db()
        assert departement.contour == CARRE["coordinates"]
        multi = {"type": "MultiPolygon", "coordinates": [CARRE["coordinates"], CARRE["coordinates"]]}
        enregistrer_contour(departement=departement, geometrie=multi, perimetre=SYSTEME)
        assert len(departement.contour) == 2

    @pytest.mark.parametrize(
        "geometrie",
        [{}, {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon", "coordinates": [[["a", "b"]]]}],
    )
    def test_refuse_autre_chose(self, geometrie):
        with pytest.raises(ValidationError, match="polygone GeoJSON"):
            enregistrer_contour(departement=f.creer_departement(), geometrie=geometrie, perimetre=SYSTEME)

    def test_reserve_a_l_administration(self):
        with pytest.raises(PermissionDenied):
            enregistrer_contour(
                departement=f.creer_departement(),
                geometrie=CARRE,
                perimetre=f.creer_perimetre(Role.DASEN),
            )


@pytest.mark.django_db
class TestCarte:
    def carte(self, nombre_de_colleges=2):
        cio = f.creer_cio(latitude=47.58, longitude=1.33)
        loin = [
            f.creer_etablissement(commune=f"Village {i}", latitude=47.4 + i / 10, longitude=1.0 + i / 5)
            for i in range(nombre_de_colleges)
        ]
        f.creer_reseau(cio, membres=loin, nom="Nord")
        return cartes_du_cio(perimetre_du_cio(cio=cio, annee=f.creer_annee()))

    def test_montre_chaque_etablissement_et_le_cio(self):
        (carte,) = self.carte()
        assert len(carte.marques) == 4
        assert [e.libelle for e in carte.legende] == ["Nord"]
        assert "3 établissements autour de" in carte.description
        assert [m.classe for m in carte.marques if "carte-tete" in m.classe] == ["carte-c1 carte-tete"]

    def test_un_etablissement_sans_coordonnees_est_nomme(self):
        cio = f.creer_cio()
        perdu = f.creer_etablissement("Collège perdu", latitude=None, longitude=None)
        f.creer_reseau(cio, membres=[perdu])
        (carte,) = cartes_du_cio(perimetre_du_cio(cio=cio, annee=f.creer_annee()))
        assert carte.sans_position == [perdu]

    def test_une_ville_dense_a_son_detail(self):
        cio = f.creer_cio(latitude=47.58, longitude=1.33)
        ville = [f.creer_etablissement(latitude=47.58 + i / 500, longitude=1.33) for i in range(6)]
        loin = f.creer_etablissement(commune="Loin", latitude=47.2, longitude=1.9)
        f.creer_reseau(cio, membres=[*ville, loin])
        ensemble, detail = cartes_du_cio(perimetre_du_cio(cio=cio, annee=f.creer_annee()))
        assert ensemble.encart is not None
        assert ensemble.encart.ville == "Blois"
        assert detail.titre.endswith("détail : Blois")

    def test_un_cio_sans_reseau_ni_contour_se_dessine(self):
        (carte,) = cartes_du_cio(perimetre_du_cio(cio=f.creer_cio(), annee=f.creer_annee()))
        assert carte.marques == []
        assert carte.description.startswith("Aucun réseau.")

    def test_aucune_virgule_francaise_dans_les_coordonnees(self, client):
        f.creer_reseau(membres=[f.creer_etablissement(latitude=47.3, longitude=1.1)])
        f.connecter(client, f.creer_perimetre(Role.DASEN))
        page = client.get("/reseaux/carte/").content.decode()
        traces = re.findall(r' (?:d|x|y|transform)="([^"]*)"', page)
        assert traces
        assert not [t for t in traces if "," in t or "\xa0" in t or "\u202f" in t]

    @pytest.mark.parametrize("reseaux", [1, 3])
    def test_requetes_constantes(self, reseaux, django_assert_num_queries):
        cio = f.creer_cio()
        for _ in range(reseaux):
            f.creer_reseau(cio, membres=[f.creer_etablissement(cio=cio)])
        departement, annee = f.creer_departement(), f.creer_annee()
        with django_assert_num_queries(4):
            carte_du_departement(departement=departement, annee=annee, cios=[cio])


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_qui_lit_la_carte(client, role):
    f.creer_annee()
    f.connecter(client, f.creer_perimetre(role))
    attendu = 403 if role == Role.CHEF_ETABLISSEMENT else 200
    assert client.get("/reseaux/carte/").status_code == attendu
    if role != Role.CHEF_ETABLISSEMENT:
        assert client.get("/reseaux/carte/?departement=035").status_code == 404
        assert client.get("/reseaux/carte/?annee=1900-1901").status_code == 404

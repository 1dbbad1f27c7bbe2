"""I5 shares of time, I6 at a distance, I7 modulation, I9 schools and kilometres; never fewer than five."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptes.enums import Role
from evaluation.enums import Niveau
from evaluation.selectors.calcul import calcul_de
from evaluation.selectors.calculs_temps import trajets
from reseaux.models import CIO
from tests.evaluation.factories_calculs import JOUR, Semaine, chiffre, creer_jeu, creer_version, mesurer
from tests.evaluation.recalcul import Tables, principal
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import creer_perimetre

pytestmark = pytest.mark.django_db

PERSONNES = (
    "part_cio",
    "part_reseau",
    "part_transversale",
    "part_distanciel",
    "eple_par_psyen",
    "km_par_semaine",
)


@pytest.fixture
def jeu():
    """Seven at Blois with the antenne, one at Vendôme, who is protected by Blois."""
    return creer_jeu(psyens_a_blois=5)


@pytest.fixture
def grand(jeu):
    """Six more at Vendôme: both CIO are published."""
    semaines = [
        Semaine(creer_psyen(cio=jeu.vendome), {jeu.ecoles["lycee_vendome"]: f"{n}.5"}, cio="1")
        for n in range(6)
    ]
    creer_version(jeu.vendome, semaines, effet=JOUR)
    return jeu


def naif(code, services, affectations):
    """(numerator, denominator) from the rows."""
    siennes = {s.pk: [a for a in affectations if a.service_id == s.pk] for s in services}
    eple = sum(a.demi_journees for liste in siennes.values() for a in liste)
    capacite = sum(s.capacite for s in services)
    au_cio = sum(s.demi_journees_cio for s in services)
    distance = sum(a.demi_journees for liste in siennes.values() for a in liste if a.modalite == "distanciel")
    nombre = len({s.psyen_id for s in services})
    return {
        "part_cio": (au_cio, capacite),
        "part_reseau": (eple, capacite),
        "part_transversale": (capacite - au_cio - eple, capacite),
        "part_distanciel": (distance, eple),
        "eple_par_psyen": (sum(len(liste) for liste in siennes.values()), nombre),
        "km_par_semaine": (sum(_km(s, siennes[s.pk]) for s in services), nombre),
    }[code]


def _km(service, affectations):
    """CIO → school and back, the days counted one by one over two weeks."""
    cio = service.repartition.cio
    total = 0.0
    for a in affectations:
        if a.modalite == "distanciel":
            continue
        jours = 0
        for semaine in (0, 1):
            demi_journees = math.floor(a.demi_journees) if semaine == 0 else math.ceil(a.demi_journees)
            jours += (demi_journees + 1) // 2
        ecole = a.etablissement
        p, q = math.radians(cio.latitude), math.radians(ecole.latitude)
        ecart = math.radians(ecole.longitude - cio.longitude)
        cosinus = math.sin(p) * math.sin(q) + math.cos(p) * math.cos(q) * math.cos(ecart)
        total += 2 * 6371 * math.acos(min(1, cosinus)) * jours / 2
    return total


@pytest.mark.parametrize("code", PERSONNES)
def test_le_chiffre_est_celui_qu_on_recompte(grand, code):
    tables = Tables(grand.departement)
    services, affectations = tables.services_du(JOUR), tables.affectations_du(JOUR)
    facteur = 100 if code.startswith("part") else 1
    for cio in (None, grand.blois, grand.vendome):
        siens = [s for s in services if cio is None or principal(s.repartition.cio) == cio]
        haut, bas = naif(code, siens, affectations)
        resultat = chiffre(code, grand.contexte(), cio=cio)
        assert float(resultat.numerateur) == pytest.approx(float(haut), abs=1e-3)
        assert float(resultat.denominateur) == pytest.approx(float(bas))
        assert float(resultat.valeur) == pytest.approx(facteur * float(haut) / float(bas), abs=1e-3)
        assert resultat.personnes == len({s.psyen_id for s in siens})


def test_les_trois_parts_du_temps_font_cent(grand):
    parts = [
        chiffre(code, grand.contexte()).valeur for code in ("part_cio", "part_reseau", "part_transversale")
    ]
    assert sum(parts) == pytest.approx(100, abs=Decimal("0.001"))


def test_un_stagiaire_ne_compte_pas_parmi_les_personnes(jeu):
    tables = Tables(jeu.departement)
    cites = {s.psyen_id for s in tables.services if s.repartition_id in tables.en_vigueur(JOUR)}
    assert len(cites) == chiffre("part_cio", jeu.contexte()).personnes + 1


@pytest.mark.parametrize("code", PERSONNES)
def test_un_cio_d_une_personne_se_tait_et_son_voisin_aussi(jeu, code):
    """Eight in the département, one at Vendôme: published, Blois would give Vendôme away."""
    assert chiffre(code, jeu.contexte()).valeur is not None
    for cio in (jeu.blois, jeu.vendome):
        resultat = chiffre(code, jeu.contexte(), cio=cio)
        assert (resultat.valeur, resultat.numerateur, resultat.personnes) == (None, None, None)
        assert "moins de 5 personnes" in resultat.motif


@pytest.mark.parametrize("code", PERSONNES)
def test_un_chiffre_sur_des_personnes_ne_descend_pas_sous_le_cio(grand, code):
    niveaux = {r.niveau for r in mesurer(code, grand.contexte())}
    assert niveaux == {Niveau.DEPARTEMENT, Niveau.CIO}


def test_un_departement_de_moins_de_cinq_psyen_ne_publie_rien():
    jeu = creer_jeu(psyens_a_blois=1)
    assert {r.valeur for code in PERSONNES for r in mesurer(code, jeu.contexte())} == {None}


def test_des_coordonnees_inconnues_empechent_les_kilometres_et_eux_seuls(grand):
    CIO.objects.filter(pk=grand.vendome.pk).update(latitude=None)
    resultat = chiffre("km_par_semaine", grand.contexte())
    assert resultat.motif == ("non calculable : les coordonnées du CIO ou d’un EPLE d’exercice manquent")
    assert chiffre("km_par_semaine", grand.contexte(), cio=grand.blois).valeur is not None
    assert chiffre("eple_par_psyen", grand.contexte()).valeur is not None


@given(st.integers(1, 20))
def test_les_allers_retours_sont_ceux_de_deux_semaines_comptees_jour_par_jour(pas):
    """Half-days by steps of 0.5: a week of the lower number, a week of the higher, two half-days a day."""
    demi_journees = Decimal(pas) / 2
    jours = sum((math.floor(n) + 1) // 2 for n in (demi_journees, demi_journees + Decimal("0.5")))
    assert trajets(demi_journees) == Decimal(jours) / 2


def test_la_modulation_dit_pourquoi_elle_n_est_pas_calculable(jeu):
    (resultat,) = mesurer("modulation", jeu.contexte())
    assert resultat.valeur is None
    assert "aucune présence n’est enregistrée par période" in resultat.motif


# --- Rows: the red lines ------------------------------------------------------------------------------


def lignes(code, jeu, perimetre, cio=None):
    return calcul_de(code).lignes(jeu.contexte(), perimetre, chiffre(code, jeu.contexte(), cio=cio))


@pytest.mark.parametrize("code", PERSONNES)
@pytest.mark.parametrize("role", [Role.DASEN, Role.SG, Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.ADMIN])
def test_au_dessus_du_cio_aucune_ligne_ne_nomme_personne(grand, code, role):
    lues = lignes(code, grand, creer_perimetre(role))
    assert [ligne[0] for ligne in lues.lignes] == ["CIO de Blois", "CIO de Vendôme"]
    noms = {psyen.nom for psyen in grand.psyens.values()}
    assert not [nom for nom in noms if nom in str(lues)]


@pytest.mark.parametrize("role", [Role.DASEN, Role.IEN_IO])
def test_les_lignes_taisent_ce_que_le_chiffre_tait(jeu, role):
    lues = lignes("part_cio", jeu, creer_perimetre(role))
    assert [ligne[1] for ligne in lues.lignes] == ["", ""]


@pytest.mark.parametrize("role", [Role.DCIO, Role.SECRETAIRE_CIO])
def test_au_cio_on_lit_la_semaine_de_chacun_des_siens(grand, role):
    """Those of the antenne with them; never those of another CIO."""
    lues = lignes("part_cio", grand, creer_perimetre(role, grand.blois))
    assert {ligne[0] for ligne in lues.lignes} == {
        "Dominique Alix",
        "Dominique Bo",
        *(f"Dominique Extra{n}" for n in range(5)),
    }
    assert lues.precision.endswith("Les lignes des autres CIO ne sont pas montrées.")
    assert len(lues.adresses) == len(lues.lignes)


@pytest.mark.parametrize("role", [Role.PSYEN, Role.CHEF_ETABLISSEMENT, Role.CHARGE_MISSION_REGION])
@pytest.mark.parametrize("code", [*PERSONNES, "couverture", "heures_eleves", "jours_vacants", "delai_arrete"])
def test_qui_ne_lit_que_le_publie_ne_lit_aucune_ligne(grand, role, code):
    territoire = {
        Role.CHEF_ETABLISSEMENT: grand.ecoles["lycee_blois"],
        Role.PSYEN: grand.blois,
    }.get(role)
    perimetre = creer_perimetre(role, territoire if role == Role.CHEF_ETABLISSEMENT else None)
    assert not lignes(code, grand, perimetre).lignes

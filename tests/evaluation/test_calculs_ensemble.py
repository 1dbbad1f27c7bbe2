"""All the computed figures together: what they promise, what they cost, what they say of nothing."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from comptes.enums import Role
from evaluation.enums import Niveau
from evaluation.selectors.calcul import Contexte
from reseaux.perimetre import Perimetre
from tests.evaluation.factories_calculs import (
    ANNEE,
    JOUR,
    Semaine,
    calculs_du_service,
    creer_jeu,
    creer_version,
)
from tests.missions.factories_territoire import creer_action_de_territoire, creer_biblio_lab
from tests.planning.factories import creer_action, creer_plan
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import (
    creer_annee,
    creer_cio,
    creer_departement,
    creer_effectif,
    creer_etablissement,
    creer_perimetre,
    creer_reseau,
)

pytestmark = pytest.mark.django_db
CODES = [calcul.code for calcul in calculs_du_service()]


def tout_mesurer(contexte):
    return {calcul.code: calcul.mesurer(contexte) for calcul in calculs_du_service()}


def verifier_forme(resultats):
    """What `Mesure` asks of a row: a value or a reason, a territory that fits its level, once each."""
    for code, lus in resultats.items():
        cles = [(r.niveau, r.cio, r.reseau, r.etablissement) for r in lus]
        assert len(cles) == len(set(cles)), code
        assert [r.niveau for r in lus].count(Niveau.DEPARTEMENT) == 1, code
        for r in lus:
            assert (r.valeur is None) == bool(r.motif), (code, r)
            assert not r.motif or r.motif.startswith(("non calculable : ", "non publié : ")), (code, r)
            assert len(r.motif) <= 300
            assert (r.cio is not None) or r.niveau in (Niveau.DEPARTEMENT, Niveau.ETABLISSEMENT), (code, r)
            assert (r.reseau is not None) == (r.niveau == Niveau.RESEAU), (code, r)
            assert (r.etablissement is not None) == (r.niveau == Niveau.ETABLISSEMENT), (code, r)


@pytest.mark.parametrize("jour", [JOUR, dt.date(2023, 9, 1), dt.date(2024, 8, 31), dt.date(2022, 1, 1)])
def test_chaque_chiffre_a_une_valeur_ou_dit_pourquoi(jour):
    verifier_forme(tout_mesurer(creer_jeu().contexte(jour)))


def test_un_departement_vide_ne_donne_ni_erreur_ni_faux_zero():
    resultats = tout_mesurer(Contexte(creer_departement(), creer_annee(ANNEE), JOUR))
    verifier_forme(resultats)
    comptes = {code for code, lus in resultats.items() if lus[0].valeur is not None}
    assert comptes == {"concertations", "biblio_labs"}, "seuls des comptes peuvent valoir zéro"
    assert all(resultats[code][0].valeur == 0 for code in comptes)


def test_une_annee_sans_repartition_le_dit():
    cio = creer_cio()
    ecole = creer_etablissement(cio=cio)
    annee = creer_annee(ANNEE)
    creer_effectif(ecole, 400, annee)
    creer_reseau(cio, annee=annee, membres=[ecole])
    resultats = tout_mesurer(Contexte(cio.departement, annee, JOUR))
    verifier_forme(resultats)
    for code in ("couverture", "psyen_par_reseau", "heures_eleves", "part_cio", "eple_par_psyen"):
        for r in resultats[code]:
            assert r.motif == "non calculable : aucune répartition n’est en vigueur le 29/02/2024", code


def test_chaque_calcul_se_definit_en_francais():
    for calcul in calculs_du_service():
        methode = calcul.methode
        assert methode.startswith(("Numérateur : ", "Médiane", "Moyenne", "Nombre", "Somme", "Indice")), (
            calcul.code
        )
        assert "Exclu" in methode or "Non calculable" in methode, calcul.code
        assert calcul.nom
        assert len(calcul.code) <= 40


# --- Queries ------------------------------------------------------------------------------------------


def agrandir(jeu):
    """A row more of everything: CIO, réseaux, schools, PsyEN, versions, actions."""
    _agrandir(jeu, range(1))


def agrandir_encore(jeu):
    _agrandir(jeu, range(1, 4))


def _agrandir(jeu, rangs):
    for n in rangs:
        cio = creer_cio(f"Ville{n}", latitude=47.5, longitude=1.5)
        ecoles = [creer_etablissement(cio=cio) for _ in range(3)]
        for ecole in ecoles:
            creer_effectif(ecole, 300 + n, jeu.annee)
        creer_reseau(cio, annee=jeu.annee, membres=ecoles)
        psyen = creer_psyen(cio=cio)
        creer_version(cio, [Semaine(psyen, dict.fromkeys(ecoles, "1"))])
        creer_version(cio, [Semaine(psyen, {ecoles[0]: "2"})], effet=dt.date(2024, 1, 2))
        creer_action_de_territoire(f"Forum {n}", cio=cio, annee=jeu.annee, etat="realisee", jour=JOUR)
        creer_biblio_lab(ecoles[1], annee=jeu.annee, depuis=JOUR)
        creer_action(creer_plan(f"Plan {n}", debut=jeu.annee.debut, fin=jeu.annee.fin, annee=jeu.annee))


def compter(faire):
    with CaptureQueriesContext(connection) as requetes:
        faire()
    return len(requetes)


def test_les_requetes_d_une_campagne_ne_suivent_pas_les_lignes():
    jeu = creer_jeu()
    agrandir(jeu)
    peu = compter(lambda: tout_mesurer(jeu.contexte()))
    agrandir_encore(jeu)
    assert compter(lambda: tout_mesurer(jeu.contexte())) == peu
    assert peu <= 40, peu


@pytest.mark.parametrize("code", CODES)
def test_les_requetes_des_lignes_ne_suivent_pas_les_lignes(code):
    jeu = creer_jeu()
    (calcul,) = [c for c in calculs_du_service() if c.code == code]
    if calcul.lignes is None:
        assert code == "modulation", "un chiffre qu’on ne calcule pas n’a pas de lignes"
        return
    ien = creer_perimetre(Role.IEN_IO)

    def lire():
        contexte = jeu.contexte()
        return calcul.lignes(contexte, ien, calcul.mesurer(contexte)[0])

    agrandir(jeu)
    peu = compter(lire)
    agrandir_encore(jeu)
    assert compter(lire) == peu


# --- Rows ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_chaque_ligne_mene_a_une_page_qui_existe(code):
    jeu = creer_jeu()
    agrandir(jeu)
    (calcul,) = [c for c in calculs_du_service() if c.code == code]
    for perimetre in (Perimetre.systeme(), creer_perimetre(Role.IEN_IO)):
        for territoire in calcul.mesurer(jeu.contexte()):
            if calcul.lignes is None:
                continue
            lues = calcul.lignes(jeu.contexte(), perimetre, territoire)
            assert len(lues.adresses) == len(lues.lignes)
            assert {len(ligne) for ligne in lues.lignes} <= {len(lues.colonnes)}
            for adresse in lues.adresses:
                resolve(adresse)


@pytest.mark.parametrize("code", CODES)
def test_la_direction_d_un_autre_departement_ne_lit_aucune_ligne(code):
    jeu = creer_jeu()
    agrandir(jeu)
    (calcul,) = [c for c in calculs_du_service() if c.code == code]
    if calcul.lignes is not None:
        ailleurs = creer_perimetre(Role.IEN_IO, creer_departement("018"))
        assert not calcul.lignes(jeu.contexte(), ailleurs, calcul.mesurer(jeu.contexte())[0]).lignes


@pytest.mark.parametrize("code", ["couverture", "heures_eleves", "psyen_par_reseau", "delai_arrete"])
def test_un_dcio_ne_lit_que_les_lignes_de_son_cio(code):
    jeu = creer_jeu()
    (calcul,) = [c for c in calculs_du_service() if c.code == code]
    resultats = calcul.mesurer(jeu.contexte())
    dcio = creer_perimetre(Role.DCIO, jeu.blois)
    lues = calcul.lignes(jeu.contexte(), dcio, resultats[0])
    assert lues.lignes
    assert "Les lignes des autres CIO ne sont pas montrées." in lues.precision
    (vendome,) = [r for r in resultats if r.niveau == Niveau.CIO and r.cio == jeu.vendome.pk]
    assert not calcul.lignes(jeu.contexte(), dcio, vendome).lignes
    toutes = calcul.lignes(jeu.contexte(), Perimetre.systeme(), resultats[0])
    assert len(toutes.lignes) > len(lues.lignes)

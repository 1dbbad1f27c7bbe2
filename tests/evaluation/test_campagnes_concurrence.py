"""Two people at once on one campaign, with real threads; and the proof that the lock is what holds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.utils import timezone

from comptes.enums import Role
from evaluation.enums import EtatCampagne
from evaluation.exports.mesures import tableau_canonique
from evaluation.models import Campagne
from evaluation.selectors.saisie import Case
from evaluation.services import campagnes, mesures
from evaluation.services.campagnes import figer_campagne
from evaluation.services.campagnes_calcul import calculer_campagne
from evaluation.services.mesures import ConflitDeMesure, enregistrer_mesures
from tests.evaluation.factories import VALEURS, creer_campagne, creer_indicateur_calcule, creer_mesure
from tests.evaluation.factories_cadre import creer_indicateur_saisi
from tests.reseaux.factories import creer_perimetre

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture
def campagne() -> Campagne:
    VALEURS.clear()
    VALEURS["Loir-et-Cher"] = (Decimal("85.3"), None)
    creer_indicateur_calcule()
    campagne = creer_campagne()
    creer_mesure(campagne, creer_indicateur_saisi("S1"), "7")
    return campagne


def ensemble(*gestes: Callable[[], object]) -> list[str]:
    """Runs them at the same moment; the outcome of each: « fait », or the name of what stopped it."""
    depart, issues = threading.Barrier(len(gestes)), [""] * len(gestes)

    def executer(rang: int, geste: Callable[[], object]) -> None:
        depart.wait()
        try:
            geste()
            issues[rang] = "fait"
        except (ValidationError, ConflitDeMesure, DatabaseError) as erreur:
            issues[rang] = type(erreur).__name__
        finally:
            connection.close()

    fils = [threading.Thread(target=executer, args=couple) for couple in enumerate(gestes)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    return issues


def verifier_le_sceau(campagne: Campagne) -> None:
    """What is frozen is what was signed."""
    campagne.refresh_from_db()
    assert campagne.etat == EtatCampagne.FIGEE
    assert campagne.empreinte == sha256(tableau_canonique(campagne)).hexdigest()


@pytest.mark.parametrize("essai", range(3))
def test_deux_personnes_figent_une_seule_y_parvient(campagne, essai):
    perimetres = [creer_perimetre(Role.IEN_IO), creer_perimetre(Role.ADJOINT_IEN_IO)]
    gestes = [lambda p=p: figer_campagne(perimetre=p, campagne=campagne) for p in perimetres]
    assert sorted(ensemble(*gestes)) == ["ValidationError", "fait"]
    verifier_le_sceau(campagne)
    assert campagne.definitions.count() == 2


@pytest.mark.parametrize("essai", range(3))
def test_figer_et_recalculer_ensemble_laissent_un_sceau_juste(campagne, essai):
    ien, sg = creer_perimetre(Role.IEN_IO), creer_perimetre(Role.SG)
    figer, _ = ensemble(
        lambda: figer_campagne(perimetre=ien, campagne=campagne),
        lambda: calculer_campagne(perimetre=sg, campagne=campagne),
    )
    assert figer == "fait"
    verifier_le_sceau(campagne)


@pytest.mark.parametrize("essai", range(3))
def test_deux_recalculs_ensemble_ne_doublent_rien(campagne, essai):
    perimetres = [creer_perimetre(Role.IEN_IO), creer_perimetre(Role.SG)]
    issues = ensemble(*(lambda p=p: calculer_campagne(perimetre=p, campagne=campagne) for p in perimetres))
    assert set(issues) <= {"fait", "ValidationError"}
    assert "fait" in issues
    assert campagne.mesures.count() == 2


def saisir(campagne: Campagne, valeur: str):
    perimetre, indicateur = creer_perimetre(Role.IEN_IO), creer_indicateur_saisi("S1")
    case = Case(indicateur.pk, 0)
    return lambda: enregistrer_mesures(
        perimetre=perimetre,
        campagne=campagne,
        saisies={case: Decimal(valeur)},
        relevee_le=timezone.localdate(),
        depart={case: Decimal(7)},
    )


def test_deux_saisies_de_la_meme_case_la_seconde_est_prevenue(campagne):
    issues = ensemble(saisir(campagne, "8"), saisir(campagne, "9"))
    assert sorted(issues) == ["ConflitDeMesure", "fait"]
    assert campagne.mesures.get().valeur == Decimal([8, 9][issues.index("fait")])


def test_saisir_et_figer_ensemble_laissent_un_sceau_juste(campagne):
    ien = creer_perimetre(Role.IEN_IO)
    issues = ensemble(saisir(campagne, "8"), lambda: figer_campagne(perimetre=ien, campagne=campagne))
    assert issues[1] == "fait"
    verifier_le_sceau(campagne)


def test_sans_le_verrou_la_seconde_saisie_ecraserait_ou_casserait_la_premiere(campagne, monkeypatch):
    """Both read « 7 » before either writes: neither is told, or the unique constraint breaks one."""
    rendez_vous = threading.Barrier(2)

    def sans_verrou(campagne, perimetre, permis=None):
        return Campagne.objects.select_related("departement", "annee").get(pk=campagne.pk)

    valeurs_lues = mesures.valeurs_saisies

    def lire_puis_attendre(campagne):
        lues = valeurs_lues(campagne)
        rendez_vous.wait(30)
        return lues

    monkeypatch.setattr(mesures, "verrouiller_campagne", sans_verrou)
    monkeypatch.setattr(mesures, "valeurs_saisies", lire_puis_attendre)
    assert "ConflitDeMesure" not in ensemble(saisir(campagne, "8"), saisir(campagne, "9"))


def test_sans_le_verrou_le_sceau_ne_serait_plus_celui_des_chiffres(campagne, monkeypatch):
    """A figure entered between the signature and the end of the freeze."""
    signe, saisi = threading.Event(), threading.Event()

    def sans_verrou(campagne, perimetre, permis=None):
        return Campagne.objects.select_related("departement", "annee").get(pk=campagne.pk)

    def signer_puis_attendre(*arguments):
        octets = tableau_canonique(*arguments)
        signe.set()
        saisi.wait(30)
        return octets

    monkeypatch.setattr(campagnes, "verrouiller_campagne", sans_verrou)
    monkeypatch.setattr(mesures, "verrouiller_campagne", sans_verrou)
    monkeypatch.setattr(campagnes, "tableau_canonique", signer_puis_attendre)
    ecrire, ien = saisir(campagne, "8"), creer_perimetre(Role.IEN_IO)

    def saisir_entre_temps():
        signe.wait(30)
        ecrire()
        saisi.set()

    assert ensemble(lambda: figer_campagne(perimetre=ien, campagne=campagne), saisir_entre_temps) == [
        "fait",
        "fait",
    ]
    campagne.refresh_from_db()
    assert campagne.empreinte != sha256(tableau_canonique(campagne)).hexdigest()

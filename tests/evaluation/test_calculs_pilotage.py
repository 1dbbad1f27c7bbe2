"""I11 delays, I12 work plan, I17 concertation: recomputed from the raw rows, and their limits."""

import datetime as dt
import statistics

import pytest
from django.utils import timezone

from comptes.enums import Role
from evaluation.selectors.calcul import Contexte, calcul_de
from planning.enums import EtatAction, EtatReunion, GenreReunion
from planning.models import Action, Reunion
from psyen.enums import EtatRepartition
from psyen.models import Arrete, Repartition
from psyen.selectors.envois import cle_d_envoi
from reseaux.models import CIO
from socle.enums import EtatCourriel
from socle.models import Courriel
from tests.evaluation.factories_calculs import (
    ANNEE,
    JOUR,
    a_midi,
    chiffre,
    creer_arrete_de,
    creer_jeu,
    creer_version,
)
from tests.planning.factories import creer_action, creer_plan, creer_reunion
from tests.reseaux.factories import creer_annee, creer_cio, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.fixture
def jeu():
    return creer_jeu()


# --- I11 ----------------------------------------------------------------------------------------------


def delais(departement, jour, cio=None):
    """Calendar days, version after version."""
    trouves = []
    for version in Repartition.objects.select_related("cio__parent", "annee").order_by("pk"):
        sienne = cio is None or (version.cio.parent or version.cio) == cio
        if version.etat != "arretee" or version.annee.code != f"{ANNEE}-{ANNEE + 1}" or not sienne:
            continue
        decidee = timezone.localdate(version.decidee_le)
        if version.cio.departement == departement and decidee <= jour:
            trouves.append((decidee - timezone.localdate(version.proposee_le)).days)
    return trouves


@pytest.mark.parametrize("jour", [JOUR, dt.date(2023, 11, 3)])
def test_le_delai_d_arrete_est_la_mediane_qu_on_recompte(jeu, jour):
    resultat = chiffre("delai_arrete", jeu.contexte(jour))
    attendus = delais(jeu.departement, jour)
    assert sorted(attendus) == ([3, 10, 20, 25] if jour == JOUR else [10, 20, 25])
    assert resultat.valeur == statistics.median(attendus)
    assert resultat.denominateur == len(attendus)
    for cio in (jeu.blois, jeu.vendome):
        siens = delais(jeu.departement, jour, cio)
        assert chiffre("delai_arrete", jeu.contexte(jour), cio=cio).valeur == statistics.median(siens)


def test_une_proposition_sans_decision_n_a_pas_de_delai():
    creer_version(creer_cio(), etat=EtatRepartition.PROPOSEE)
    resultat = chiffre("delai_arrete", Contexte(creer_departement(), creer_annee(ANNEE), JOUR))
    assert resultat.motif == "non calculable : aucune répartition de l’année n’est arrêtée"


def ecrire(arrete, adresse, jour, **champs):
    valeurs = {"etat": EtatCourriel.ENVOYE, "envoye_le": a_midi(jour) if jour else None} | champs
    return Courriel.objects.create(
        cle=cle_d_envoi(arrete.pk, adresse), destinataire=adresse, objet="Arrêté", corps_texte="…", **valeurs
    )


def test_la_notification_se_lit_au_dernier_courriel_parti(jeu):
    """The arrêté of Blois, decided on 11 June 2023; another one has a key that begins alike."""
    arrete = creer_arrete_de(jeu.versions["blois_1"], "41-1")
    autre = creer_arrete_de(jeu.versions["antenne"], "41-2")
    ecrire(arrete, "a@ac.example", dt.date(2023, 6, 12))
    ecrire(arrete, "b@ac.example", dt.date(2023, 6, 18))
    ecrire(arrete, "perdu@ac.example", None, etat=EtatCourriel.ECHEC)
    ecrire(autre, "c@ac.example", dt.date(2023, 6, 26))
    ecrire(Arrete(pk=arrete.pk * 10 + 1), "d@ac.example", dt.date(2023, 12, 25))
    blois = chiffre("delai_notification", jeu.contexte(), cio=jeu.blois)
    assert (blois.valeur, blois.denominateur) == (4, 2), "sept jours et un jour"


def test_un_courriel_encore_a_envoyer_retient_la_notification(jeu):
    arrete = creer_arrete_de(jeu.versions["blois_1"], "41-1")
    ecrire(arrete, "a@ac.example", dt.date(2023, 6, 12))
    ecrire(arrete, "b@ac.example", None, etat=EtatCourriel.A_ENVOYER)
    resultat = chiffre("delai_notification", jeu.contexte())
    assert resultat.motif == "non calculable : aucun arrêté de l’année n’est encore notifié"


def test_une_notification_partie_apres_le_jour_observe_n_est_pas_connue_ce_jour_la(jeu):
    arrete = creer_arrete_de(jeu.versions["blois_1"], "41-1")
    ecrire(arrete, "a@ac.example", dt.date(2023, 6, 20))
    assert chiffre("delai_notification", jeu.contexte(dt.date(2023, 6, 19))).valeur is None
    assert chiffre("delai_notification", jeu.contexte()).valeur == 9


# --- I12 ----------------------------------------------------------------------------------------------


@pytest.fixture
def plan(jeu):
    """Six actions due through the year; the day observed is 29 February."""
    plan = creer_plan("Plan", debut=dt.date(2023, 4, 1), fin=dt.date(2024, 5, 31), annee=jeu.annee)
    for fin, faite_le in (
        (dt.date(2023, 10, 1), dt.date(2023, 9, 30)),
        (dt.date(2023, 11, 1), dt.date(2023, 11, 1)),
        (dt.date(2023, 12, 1), dt.date(2024, 1, 15)),
        (dt.date(2024, 2, 28), None),
        (dt.date(2024, 2, 29), None),
        (dt.date(2024, 2, 1), dt.date(2024, 3, 5)),
    ):
        action = creer_action(plan)
        etat = EtatAction.FAITE if faite_le else EtatAction.OUVERTE
        Action.objects.filter(pk=action.pk).update(
            debut=dt.date(2023, 4, 1), fin=fin, faite_le=faite_le, etat=etat
        )
    abandonnee = creer_action(plan)
    Action.objects.filter(pk=abandonnee.pk).update(
        debut=dt.date(2023, 4, 1), fin=dt.date(2023, 5, 1), etat=EtatAction.ABANDONNEE, motif="Sans objet"
    )
    return plan


def actions_naives(jour):
    """(total, done, done in time, late) as on that day."""
    total = faites = a_l_heure = en_retard = 0
    for action in Action.objects.order_by("pk"):
        if action.etat == "abandonnee":
            continue
        total += 1
        if action.faite_le and action.faite_le <= jour:
            faites += 1
            a_l_heure += action.faite_le <= action.fin
        elif action.fin < jour:
            en_retard += 1
    return total, faites, a_l_heure, en_retard


@pytest.mark.parametrize("jour", [JOUR, dt.date(2023, 12, 31), dt.date(2024, 3, 31)])
def test_les_actions_du_plan_sont_comptees_telles_qu_elles_etaient(jeu, plan, jour):
    total, faites, a_l_heure, en_retard = actions_naives(jour)
    contexte = jeu.contexte(jour)
    for code, haut, bas in (
        ("actions_faites", faites, total),
        ("actions_a_l_heure", a_l_heure, faites),
        ("actions_en_retard", en_retard, total),
    ):
        resultat = chiffre(code, contexte)
        assert (resultat.numerateur, resultat.denominateur) == (haut, bas), code
        assert float(resultat.valeur) == pytest.approx(100 * haut / bas, abs=1e-4)


def test_le_29_fevrier_une_action_due_ce_jour_la_n_est_pas_en_retard(jeu, plan):
    assert actions_naives(JOUR) == (6, 3, 2, 2)
    assert chiffre("actions_en_retard", jeu.contexte()).numerateur == 2


def test_sans_plan_ou_sans_action_faite_rien_n_est_calculable(jeu):
    creer_plan("Autre département", departement=creer_departement("018"))
    assert chiffre("actions_faites", jeu.contexte()).valeur is None
    plan = creer_plan("Plan", debut=jeu.annee.debut, fin=jeu.annee.fin, annee=jeu.annee)
    creer_action(plan)
    Action.objects.update(debut=jeu.annee.debut, fin=jeu.annee.fin)
    assert chiffre("actions_faites", jeu.contexte()).valeur == 0
    resultat = chiffre("actions_a_l_heure", jeu.contexte())
    assert resultat.motif == "non calculable : aucune action n’est encore faite"


def test_les_lignes_du_plan_sont_ses_actions(jeu, plan):
    lignes = calcul_de("actions_faites").lignes(
        jeu.contexte(), creer_perimetre(Role.IEN_IO), chiffre("actions_faites", jeu.contexte())
    )
    situations = [ligne[-1] for ligne in lignes.lignes]
    assert situations == ["faite", "faite", "faite", "en retard", "dans les temps", "en retard"]
    assert len(set(lignes.adresses)) == 6


def test_la_region_ne_lit_que_les_actions_publiques(jeu, plan):
    lignes = calcul_de("actions_faites").lignes(
        jeu.contexte(),
        creer_perimetre(Role.CHARGE_MISSION_REGION),
        chiffre("actions_faites", jeu.contexte()),
    )
    assert not lignes.lignes


# --- I17 ----------------------------------------------------------------------------------------------


def concertation(titre, jour, role, cio: CIO | None = None, **champs):
    debut = a_midi(jour)
    valeurs = {"genre": GenreReunion.CONCERTATION, "etat": EtatReunion.TENUE} | champs
    return creer_reunion(
        titre, debut=debut, fin=debut + dt.timedelta(hours=2), initiateur_role=role, cio=cio, **valeurs
    )


@pytest.fixture
def concertations(jeu):
    """Three held at Blois, the antenne and everywhere; the others do not count."""
    octobre = dt.date(2023, 10, 3)
    concertation("Blois", octobre, Role.PSYEN, jeu.blois)
    concertation("Antenne", JOUR, Role.DCIO, jeu.antenne)
    concertation("Partout", octobre, Role.PSYEN)
    concertation("L’an dernier", dt.date(2023, 8, 31), Role.PSYEN, jeu.blois)
    concertation("Demain", dt.date(2024, 3, 1), Role.PSYEN, jeu.blois)
    concertation("Convoquée", octobre, Role.PSYEN, jeu.blois, etat=EtatReunion.CONVOQUEE)
    concertation("Service", octobre, Role.PSYEN, jeu.blois, genre=GenreReunion.SERVICE)
    concertation("Ailleurs", octobre, Role.PSYEN, departement=creer_departement("018"))


def test_les_concertations_tenues_sont_celles_qu_on_recompte(jeu, concertations):
    tenues = [
        r
        for r in Reunion.objects.order_by("pk")
        if (r.genre, r.etat, r.departement) == ("concertation", "tenue", jeu.departement)
        and jeu.annee.debut <= timezone.localdate(r.debut) <= JOUR
    ]
    resultat = chiffre("concertations", jeu.contexte())
    assert resultat.valeur == len(tenues) == 3
    assert chiffre("concertations", jeu.contexte(), cio=jeu.blois).valeur == 2, "l’antenne avec son CIO"
    assert chiffre("concertations", jeu.contexte(), cio=jeu.vendome).valeur == 0
    part = chiffre("concertations_psyen", jeu.contexte())
    assert part.numerateur == len([r for r in tenues if r.initiateur_role == "psyen"]) == 2
    assert float(part.valeur) == pytest.approx(200 / 3, abs=1e-4)


def test_sans_concertation_la_part_des_psyen_n_est_pas_calculable(jeu, concertations):
    assert chiffre("concertations_psyen", jeu.contexte(), cio=jeu.vendome).valeur is None


def test_le_dcio_ne_lit_que_les_reunions_de_son_cio(jeu, concertations):
    def titres(perimetre):
        lignes = calcul_de("concertations").lignes(
            jeu.contexte(), perimetre, chiffre("concertations", jeu.contexte())
        )
        return [ligne[0] for ligne in lignes.lignes], lignes.precision

    assert titres(creer_perimetre(Role.IEN_IO)) == (["Blois", "Partout", "Antenne"], "")
    lus, precision = titres(creer_perimetre(Role.DCIO, jeu.blois))
    assert lus == ["Blois", "Antenne"]
    assert precision == "Les réunions que vous ne lisez pas ne sont pas montrées."

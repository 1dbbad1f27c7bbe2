"""« Mode COPIL »: order of the agenda, decisions taken live, relevé de décisions."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from planning.enums import EtatAction, GenreCible
from planning.models import Action, Commentaire, Dependance
from planning.selectors.tableau_de_bord import lire_lignes
from planning.selectors.tableau_de_bord_copil import lire_releve, ordre_du_jour
from planning.services.actions import reporter_action, terminer_action
from planning.services.jalons import commenter
from tests.pdf import texte_du_pdf
from tests.planning.factories import creer_action, creer_plan, dans
from tests.reseaux.factories import connecter, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO, creer_departement())


@pytest.fixture
def plan():
    return creer_plan()


def ouvrir(client, perimetre, plan, **parametres):
    return connecter(client, perimetre).get(reverse("planning:copil", args=[plan.pk]), parametres)


def decider(client, perimetre, action, geste, **saisie):
    adresse = reverse(f"planning:copil_{geste}", args=[action.plan_id, action.pk])
    donnees = {f"{geste}-{champ}": valeur for champ, valeur in saisie.items()}
    reponse = connecter(client, perimetre).post(adresse, donnees, follow=True)
    action.refresh_from_db()
    return reponse


def titres(lignes):
    return [ligne.action.titre for ligne in lignes]


def test_le_plus_en_retard_d_abord_puis_ce_qui_approche_puis_ce_qui_bloque(client, ien, plan):
    loin = creer_action(plan, "Loin", fin=300)
    creer_action(plan, "Bloquée", fin=320)
    creer_action(plan, "Bientôt", fin=10)
    creer_action(plan, "Tardive", fin=-3)
    creer_action(plan, "Très tardive", debut=-60, fin=-30)
    creer_action(plan, "Finie", debut=-60, fin=-40, etat=EtatAction.FAITE, faite_le=dans(-40))
    Dependance.objects.create(action=Action.objects.get(titre="Bloquée"), predecesseur=loin)
    reponse = ouvrir(client, ien, plan)
    attendu = ["Très tardive", "Tardive", "Bientôt", "Bloquée", "Loin"]
    assert titres(reponse.context["ordre"].a_voir) == attendu
    assert reponse.context["courante"].action.titre == "Très tardive"
    assert reponse.context["apres"].action.titre == "Tardive"


def test_faite_reste_sous_les_yeux_et_la_suivante_est_la_premiere_a_voir(client, ien, plan):
    action = creer_action(plan, "Tardive", fin=-3)
    creer_action(plan, "Autre", fin=10)
    reponse = decider(client, ien, action, "faite")
    assert action.etat == EtatAction.FAITE
    assert reponse.context["courante"].action == action
    assert reponse.context["apres"].action.titre == "Autre"
    assert titres(reponse.context["ordre"].decidees) == ["Tardive"]
    assert "L’action 1 est faite." in reponse.content.decode()


def test_la_cible_non_atteinte_dit_ce_qui_manque(client, ien, plan):
    action = creer_action(plan, cible=GenreCible.PREUVE)
    page = ouvrir(client, ien, plan).content.decode()
    assert "aucune preuve n’est donnée" in page
    assert "disabled" in page
    reponse = decider(client, ien, action, "faite")
    assert action.etat == EtatAction.OUVERTE
    assert "pas encore faite" in reponse.content.decode()


def test_reporter_demande_une_periode_lisible_et_un_motif(client, ien, plan):
    action = creer_action(plan, fin=-3)
    for saisie in (
        {"calendrier": "Juin 2090", "motif": ""},
        {"calendrier": "un jour", "motif": "Attente"},
        {},
    ):
        reponse = decider(client, ien, action, "reportee", **saisie)
        assert "fr-alert--error" in reponse.content.decode()
    assert action.fin == dans(-3)
    decider(client, ien, action, "reportee", calendrier="Juin 2090", motif="Attente du GT")
    assert action.fin == dt.date(2090, 6, 30)


def test_la_note_signe_qui_la_prend(client, plan):
    dasen = creer_perimetre(Role.DASEN, creer_departement())
    action = creer_action(plan)
    reponse = decider(client, dasen, action, "note", texte="À revoir en <b>janvier</b>")
    note = Commentaire.objects.get()
    assert (note.texte, note.auteur) == ("À revoir en <b>janvier</b>", dasen.utilisateur)
    assert "<b>janvier" not in reponse.content.decode()


def test_le_dasen_lit_et_note_sans_decider(client, plan):
    dasen = creer_perimetre(Role.DASEN, creer_departement())
    action = creer_action(plan)
    page = ouvrir(client, dasen, plan).content.decode()
    assert "Noter" in page
    assert "Reporter" not in page
    assert decider(client, dasen, action, "faite").status_code == 403


@pytest.mark.parametrize("action", ["999999999999", "0", "abc", "²"])
def test_une_action_qui_n_est_pas_du_plan_n_existe_pas(client, ien, plan, action):
    creer_action(plan)
    assert ouvrir(client, ien, plan, action=action).status_code == 404


def test_un_plan_clos_ne_se_decide_plus(client, ien, plan):
    action = creer_action(plan)
    plan.etat, plan.clos_le = "clos", dans(0)
    plan.save()
    assert ouvrir(client, ien, plan).status_code == 403
    assert decider(client, ien, action, "faite").status_code == 403


def test_une_action_d_un_autre_plan_ne_se_decide_pas_ici(client, ien, plan):
    ailleurs = creer_action(creer_plan("Autre plan"))
    adresse = reverse("planning:copil_faite", args=[plan.pk, ailleurs.pk])
    assert connecter(client, ien).post(adresse).status_code == 404


def test_le_releve_ne_garde_que_les_decisions_du_jour(ien, plan):
    faite, reportee, ancienne = (creer_action(plan, titre) for titre in ("Faite", "Reportée", "Ancienne"))
    terminer_action(perimetre=ien, action=faite)
    reporter_action(perimetre=ien, action=reportee, calendrier="Juin 2090", motif="Attente du GT")
    terminer_action(perimetre=ien, action=ancienne, le=dans(-30))
    commenter(perimetre=ien, action=reportee, texte="Prévenir les DCIO")
    creer_action(creer_plan("Autre plan"))
    jour = timezone.localdate()
    releve = lire_releve(plan, jour, ien)
    assert [(d.titre, d.quoi) for d in releve] == [
        ("Faite", "Faite"),
        ("Reportée", "Reportée"),
        ("Reportée", "Note"),
    ]
    assert releve[1].detail.endswith("à « Juin 2090 » : Attente du GT")
    assert lire_releve(plan, dans(-1), ien) == []
    lignes = lire_lignes(Action.objects.all(), ien, jour, plan)
    ordre = ordre_du_jour(lignes, releve)
    assert titres(ordre.decidees) == ["Faite", "Reportée"]
    assert ordre.a_voir == []


def test_le_releve_en_pdf(client, ien, plan):
    action = creer_action(plan, "Définir le périmètre")
    reporter_action(perimetre=ien, action=action, calendrier="Juin 2090", motif="Attente du GT")
    adresse = reverse("planning:copil_releve", args=[plan.pk])
    texte = texte_du_pdf(connecter(client, ien).get(adresse).getvalue())
    for mot in (
        "Relevé de décisions",
        "Définir le périmètre",
        "Juin 2090",
        "Attente du GT",
        str(ien.utilisateur),
    ):
        assert mot in texte
    hier = f"{dans(-1):%Y-%m-%d}"
    assert "Aucune décision" in texte_du_pdf(client.get(adresse, {"le": hier}).getvalue())


@pytest.mark.parametrize("jour", ["demain", "2026-02-30", "1999-01-01", "9999-01-01"])
def test_un_jour_impossible_n_a_pas_de_releve(client, ien, plan, jour):
    adresse = reverse("planning:copil_releve", args=[plan.pk])
    assert connecter(client, ien).get(adresse, {"le": jour}).status_code == 404

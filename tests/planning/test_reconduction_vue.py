"""« Reconduire »: what is shown is what is done, nothing is written before."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from planning.enums import EtatAction
from planning.models import Action, Dependance, Jalon, PlanDeTravail
from planning.selectors.reconduction import lire_reconduction, rentrees_possibles
from planning.services.jalons import commenter
from planning.services.preuves import ajouter_preuve
from planning.services.reconduction import reconduire_plan
from reseaux.enums import EtatEtablissement
from reseaux.models import AnneeScolaire
from tests.planning.factories import creer_action, creer_jalon, creer_objectif, creer_plan, dans
from tests.reseaux.factories import (
    annee_suivante,
    connecter,
    creer_annee,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO, creer_departement())


@pytest.fixture
def plan():
    annee = creer_annee()
    return creer_plan(f"Plan {annee}")


def rentree():
    return creer_annee().debut.year + 1


def lire(client, perimetre, plan) -> str:
    reponse = connecter(client, perimetre).get(reverse("planning:plan_reconduire", args=[plan.pk]))
    assert reponse.status_code == 200
    return reponse.content.decode()


def confirmer(client, plan, **champs):
    lue = lire_reconduction(plan, rentree())
    donnees = {
        "titre": lue.titre,
        "periode": lue.periode,
        "actions": [action.avant.pk for action in lue.actions],
        "empreinte": lue.empreinte,
    } | champs
    return client.post(reverse("planning:plan_reconduire", args=[plan.pk]), donnees)


def nouveau() -> PlanDeTravail:
    return PlanDeTravail.objects.get(derive_de__isnull=False)


def test_l_apercu_decale_textes_et_dates_sans_rien_ecrire(client, ien, plan):
    annee = plan.annee.debut.year
    action = creer_action(plan, f"Priorités de l’année {plan.annee}", calendrier=f"Septembre-octobre {annee}")
    jalon = creer_jalon(action)
    page = lire(client, ien, plan)
    assert f"Septembre-octobre {annee + 1}" in page
    assert f"Priorités de l’année {annee + 1}-{annee + 2}" in page
    assert f"{jalon.echeance.replace(year=jalon.echeance.year + 1):%d/%m/%Y}" in page
    assert PlanDeTravail.objects.count() == 1


def test_le_nouveau_plan_reprend_jalons_dependances_objectifs_et_responsables(client, ien, plan):
    creer_perimetre(Role.DCIO)
    premiere = creer_action(plan, calendrier="Juin 2027", cible="par_cio", publique=True, attribution="DCIO")
    seconde = creer_action(plan, calendrier="Juin 2027")
    objectif = creer_objectif()
    premiere.objectifs.add(objectif)
    Dependance.objects.create(action=premiere, predecesseur=seconde)
    creer_jalon(premiere, "Recenser", role=Role.DCIO, echeance=dt.date(2028, 2, 29))
    plan.jours_avant = [15, 2]
    plan.save()
    connecter(client, ien)
    reponse = confirmer(client, plan)
    repris = nouveau()
    assert reponse["Location"] == reverse("planning:plan", args=[repris.pk])
    assert (repris.derive_de, repris.jours_avant) == (plan, [15, 2])
    reprise = repris.actions.get(numero=1)
    assert (reprise.calendrier, reprise.cible, reprise.publique) == ("Juin 2028", "par_cio", True)
    assert list(reprise.objectifs.all()) == [objectif]
    assert reprise.responsables.get().role == Role.DCIO
    assert reprise.predecesseurs.get() == repris.actions.get(numero=2)
    jalon = reprise.jalons.get(est_final=False)
    assert (jalon.intitule, jalon.echeance, jalon.role) == ("Recenser", dt.date(2029, 2, 28), Role.DCIO)
    assert reprise.jalons.get(est_final=True).echeance == reprise.fin


def test_seules_les_actions_cochees_sont_reprises(client, ien, plan):
    gardee, laissee = creer_action(plan, "Gardée"), creer_action(plan, "Laissée")
    Dependance.objects.create(action=gardee, predecesseur=laissee)
    connecter(client, ien)
    confirmer(client, plan, actions=[gardee.pk])
    reprise = nouveau().actions.get()
    assert reprise.titre == "Gardée"
    assert not reprise.predecesseurs.exists()


def test_une_action_abandonnee_n_est_pas_cochee_d_avance(client, ien, plan):
    action = creer_action(plan, etat=EtatAction.ABANDONNEE, motif="Sans moyens")
    page = lire(client, ien, plan)
    assert "Abandonnée : Sans moyens" in page
    assert f'value="{action.pk}" checked' not in page


def test_ce_qui_a_change_depuis_l_apercu_n_est_pas_fait_sans_etre_vu(client, ien, plan):
    action = creer_action(plan, "Avant")
    connecter(client, ien)
    lue = lire_reconduction(plan, rentree())
    Action.objects.filter(pk=action.pk).update(titre="Après", revision=1)
    reponse = confirmer(client, plan, empreinte=lue.empreinte, titre="Mon titre")
    page = reponse.content.decode()
    assert "Le plan a changé depuis l’aperçu" in page
    assert "Après" in page
    assert "Mon titre" in page
    assert PlanDeTravail.objects.count() == 1
    assert confirmer(client, plan).status_code == 302


def test_preuves_et_commentaires_restent_dans_l_ancien(client, ien, plan):
    action = creer_action(plan)
    ajouter_preuve(perimetre=ien, action=action, texte="Fait")
    commenter(perimetre=ien, action=action, texte="Bien")
    assert "1 preuve et 1 commentaire" in lire(client, ien, plan)
    confirmer(client, plan)
    reprise = nouveau().actions.get()
    assert not reprise.preuves.exists()
    assert not reprise.commentaires.exists()


def test_ecoles_et_cio_fermes_sont_nommes_et_ecartes(client, ien, plan):
    action = creer_action(plan, cible="etablissements")
    ecole = creer_etablissement("Collège des Tilleuls")
    ajouter_preuve(perimetre=ien, action=action, texte="Bibio-Lab", etablissement=ecole)
    creer_jalon(action, "Là-bas", cio=creer_cio("Romorantin", est_ouvert=False))
    ecole.etat, ecole.date_fermeture = EtatEtablissement.FERME, dans(-3)
    ecole.save()
    page = lire(client, ien, plan)
    assert "Fermés depuis, à remplacer" in page
    assert "Collège des Tilleuls" in page
    assert "est fermé" in page
    confirmer(client, plan)
    assert not Jalon.objects.filter(action__plan=nouveau(), est_final=False).exists()


def test_un_responsable_au_mandat_echu_est_signale(client, ien, plan):
    creer_action(plan, role=Role.SG)
    page = lire(client, ien, plan)
    assert "Mandat échu" in page
    assert "à remplacer : " in page


def test_l_annee_suivante_ou_plus_loin(ien, plan):
    suivante = annee_suivante()
    annees = AnneeScolaire.objects.order_by("debut")
    assert rentrees_possibles(plan, annees) == [suivante.debut.year]
    ancien = creer_plan("Plan 2021-2022", annee=None, debut=dt.date(2021, 4, 1), fin=dt.date(2022, 5, 31))
    assert rentrees_possibles(ancien, annees)[0] == 2022
    assert suivante.debut.year in rentrees_possibles(ancien, annees)


def test_on_reconduit_un_plan_clos(client, ien):
    plan = creer_plan("Clos", etat="clos", clos_le=dans(-1))
    creer_action(plan)
    connecter(client, ien)
    assert confirmer(client, plan).status_code == 302
    assert nouveau().est_modifiable


def test_rien_de_coche_rien_de_fait(client, ien, plan):
    creer_action(plan)
    connecter(client, ien)
    assert "Cochez au moins une action" in confirmer(client, plan, actions=[]).content.decode()
    lue = lire_reconduction(plan, rentree())
    with pytest.raises(ValidationError, match="Cochez au moins une action"):
        reconduire_plan(
            perimetre=ien,
            plan=plan,
            rentree=rentree(),
            empreinte=lue.empreinte,
            actions=[],
            titre="X",
            periode="Juin 2027",
        )


def test_qui_ne_pilote_pas_ne_reconduit_pas(client, plan):
    dcio = creer_perimetre(Role.DCIO)
    connecter(client, dcio)
    assert client.get(reverse("planning:plan_reconduire", args=[plan.pk])).status_code == 403
    with pytest.raises(PermissionDenied):
        reconduire_plan(
            perimetre=dcio,
            plan=plan,
            rentree=rentree(),
            empreinte="",
            actions=[1],
            titre="X",
            periode="Juin 2027",
        )


def test_l_apercu_coute_autant_pour_une_action_ou_cinq(client, ien, plan):
    def compter():
        with CaptureQueriesContext(connection) as capture:
            lire(client, ien, plan)
        return len(capture)

    def garnir():
        action = creer_action(plan)
        creer_jalon(action, cio=creer_cio("Vendôme"))
        ajouter_preuve(
            perimetre=ien, action=action, texte="Fait", etablissement=creer_etablissement("Collège")
        )
        action.objectifs.add(creer_objectif(f"O{action.pk}"))

    garnir()
    compter()
    une = compter()
    for _ in range(4):
        garnir()
    assert compter() == une

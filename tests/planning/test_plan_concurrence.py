"""Two people at once on one plan, in real sessions: one is not committed yet when the other starts."""

import pytest

from comptes.enums import Role
from planning.enums import EtatAction, EtatJalon
from planning.models import Action, Dependance, Jalon
from planning.services.actions import abandonner_action, modifier_action, reporter_action, suspendre_rappels
from planning.services.jalons import commenter, creer_jalon, terminer_jalon
from planning.services.plans import clore_plan
from planning.services.preuves import ajouter_preuve
from planning.services.relances import relancer
from tests.ensemble import pendant
from tests.planning.factories import creer_action, creer_plan, dans
from tests.planning.factories import creer_jalon as poser_jalon
from tests.reseaux.factories import creer_perimetre

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO)


def modifier(ien, action: Action, predecesseurs: list[Action]) -> None:
    modifier_action(
        perimetre=ien,
        action=action,
        revision=action.revision,
        titre=action.titre,
        attribution=action.attribution,
        calendrier=action.calendrier,
        predecesseurs=predecesseurs,
    )


def test_deux_modifications_croisees_ne_ferment_pas_un_cercle(ien):
    a, b, c = (creer_action(titre=titre) for titre in "ABC")
    modifier(ien, b, [c])
    with pendant(lambda: modifier(ien, a, [b]), lambda: modifier(ien, c, [a])) as fils:
        pass
    assert (fils[0].issue, "l’une l’autre" in fils[0].dit) == ("ValidationError", True)
    liens = Dependance.objects.order_by("pk").values_list("action__titre", "predecesseur__titre")
    assert set(liens) == {("B", "C"), ("A", "B")}


@pytest.mark.parametrize("geste", ["commenter", "jalon", "preuve", "creer", "modifier", "relancer"])
def test_rien_ne_change_dans_un_plan_qu_on_est_en_train_de_clore(ien, geste):
    plan = creer_plan()
    action = creer_action(plan)
    jalon = poser_jalon(action)
    gestes = {
        "commenter": lambda: commenter(perimetre=ien, action=action, texte="Trop tard"),
        "jalon": lambda: terminer_jalon(perimetre=ien, jalon=jalon),
        "preuve": lambda: ajouter_preuve(perimetre=ien, action=action, texte="Trop tard"),
        "creer": lambda: creer_jalon(perimetre=ien, action=action, intitule="Trop tard", echeance=dans(3)),
        "modifier": lambda: modifier(ien, action, []),
        "relancer": lambda: relancer(
            perimetre=ien, jalon=jalon, destinataires=[], objet="Trop", corps="tard", numero=1
        ),
    }
    with pendant(lambda: clore_plan(perimetre=ien, plan=plan), gestes[geste]) as fils:
        pass
    assert fils[0].issue == "PermissionDenied"
    assert not action.commentaires.exists()


def test_le_jalon_d_une_action_qu_on_abandonne_ne_se_termine_plus(ien):
    action = creer_action()
    jalon = poser_jalon(action)
    with pendant(
        lambda: abandonner_action(perimetre=ien, action=action, motif="Sans objet"),
        lambda: terminer_jalon(perimetre=ien, jalon=jalon),
    ) as fils:
        pass
    assert (fils[0].issue, "close" in fils[0].dit) == ("ValidationError", True)
    jalon.refresh_from_db()
    assert jalon.etat == EtatJalon.A_FAIRE


def test_finir_par_le_jalon_et_reporter_l_action_ne_s_attendent_pas_l_un_l_autre(ien):
    action = creer_action()
    final = Jalon.objects.get(action=action, est_final=True)
    with pendant(
        lambda: suspendre_rappels(perimetre=ien, action=action, jusqu_au=dans(2)),
        lambda: terminer_jalon(perimetre=ien, jalon=final),
    ) as fils:
        # The action is held already; its final milestone is taken now.
        reporter_action(perimetre=ien, action=action, calendrier=f"{dans(40):%d/%m/%Y}", motif="Grève")
    assert fils[0].issue == "fait"
    action.refresh_from_db()
    assert (action.etat, action.fin) == (EtatAction.FAITE, dans(40))

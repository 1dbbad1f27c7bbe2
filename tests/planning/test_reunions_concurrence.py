"""The minutes rewritten while one of their decisions enters the plan, in real sessions."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from comptes.enums import Role
from planning.enums import EtatReunion
from planning.forms.reunions import plans_a_completer
from planning.models import Decision, Reunion
from planning.services.reunions_seance import enregistrer_compte_rendu, transformer_en_action
from tests.ensemble import pendant
from tests.planning.factories import creer_plan, creer_reunion
from tests.reseaux.factories import creer_perimetre


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO)


@pytest.fixture
def decision() -> Decision:
    """Of a meeting held yesterday, whose minutes are still a draft."""
    creer_plan()
    debut = timezone.now() - dt.timedelta(days=1)
    reunion = creer_reunion(debut=debut, fin=debut + dt.timedelta(hours=2), etat=EtatReunion.TENUE)
    return Decision.objects.create(reunion=reunion, rang=1, texte="Écrire aux lycées")


def inscrire_au_plan(ien, decision: Decision) -> None:
    transformer_en_action(
        perimetre=ien,
        decision=decision,
        plan=plans_a_completer(ien, decision.reunion).get(),
        titre=decision.texte,
        attribution="DCIO",
        calendrier="Juin 2027",
    )


def rediger(ien, reunion: Reunion, decisions: list[str]) -> None:
    enregistrer_compte_rendu(
        perimetre=ien, reunion=reunion, revision=reunion.revision, texte="On a parlé.", decisions=decisions
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("gardees", "issue"), [(["Nouvelle", "Écrire aux lycées"], "fait"), ([], "ValidationError")]
)
def test_une_decision_qui_entre_au_plan_reste_au_compte_rendu(ien, decision, gardees, issue):
    with pendant(
        lambda: inscrire_au_plan(ien, decision), lambda: rediger(ien, decision.reunion, gardees)
    ) as fils:
        pass
    assert fils[0].issue == issue
    decision.refresh_from_db()
    assert decision.action is not None
    assert decision.rang == (2 if gardees else 1)


@pytest.mark.django_db
def test_une_decision_retiree_n_entre_plus_au_plan(ien, decision):
    rediger(ien, decision.reunion, [])
    with pytest.raises(ValidationError, match="entre-temps"):
        inscrire_au_plan(ien, decision)


@pytest.mark.django_db
def test_une_reunion_annulee_ne_donne_plus_d_action(ien, decision):
    plan = plans_a_completer(ien, decision.reunion).get()
    Reunion.objects.update(etat=EtatReunion.ANNULEE, motif="Grève")
    decision.reunion.refresh_from_db()
    assert not plans_a_completer(ien, decision.reunion)
    with pytest.raises(ValidationError, match="annulée"):
        transformer_en_action(
            perimetre=ien,
            decision=decision,
            plan=plan,
            titre="Trop tard",
            attribution="DCIO",
            calendrier="Juin 2027",
        )

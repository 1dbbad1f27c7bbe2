"""The tick of the reminders: who is told, when, once."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes.enums import Role
from planning.enums import EtatAction, EtatJalon, EtatPlan, GenrePeriodeNonOuvree, ModeRappel
from planning.models import Jalon, PeriodeNonOuvree, PreferenceRappels, Rappel
from planning.selectors.rappels import Passage
from planning.services import rappels
from planning.services.rappels import envoyer_rappels
from reseaux.perimetre import Perimetre
from socle.models import Courriel
from tests.planning.factories import creer_action, creer_groupe, creer_jalon, creer_plan, dans
from tests.reseaux.factories import (
    creer_academie,
    creer_cio,
    creer_departement,
    creer_habilitation,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db
PARIS = timezone.get_default_timezone()
#: A Thursday of winter.
JEUDI = dt.datetime(2027, 3, 4, 9, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _jeudi():
    with time_machine.travel(JEUDI, tick=False):
        yield


def passer(jours: int = 0, heure: int = 9) -> list[tuple[str, str]]:
    """The tick of that day, as (address, step)."""
    moment = (JEUDI + dt.timedelta(days=jours)).replace(hour=heure)
    return [(du.destinataire.courriel, du.etape) for du in envoyer_rappels(maintenant=moment)]


def dcio(commune: str = "Blois", **champs) -> Perimetre:
    return creer_perimetre(Role.DCIO, creer_cio(commune), **champs)


def courriel(perimetre: Perimetre) -> str:
    assert perimetre.utilisateur is not None
    return perimetre.utilisateur.courriel


def lointaine(**champs):
    """An action whose own end is far away: only its milestones speak."""
    return creer_action(fin=400, **champs)


# --- Who, when ------------------------------------------------------------------------------------


def test_un_rappel_par_personne_et_un_seul():
    blois, vendome = dcio(), dcio("Vendôme")
    creer_jalon(lointaine(), "Réunir les chefs", dans_jours=7)
    assert sorted(passer()) == sorted([(courriel(blois), "J-7"), (courriel(vendome), "J-7")])
    assert passer() == []
    assert passer(heure=17) == []
    assert Courriel.objects.count() == 2


def test_le_jalon_d_un_cio_ne_concerne_que_lui():
    blois, _ = dcio(), dcio("Vendôme")
    creer_jalon(lointaine(), dans_jours=7, role=Role.DCIO, cio=creer_cio("Blois"))
    assert passer() == [(courriel(blois), "J-7")]


def test_le_responsable_propre_du_jalon_remplace_ceux_de_l_action():
    dcio()
    ien = creer_perimetre(Role.IEN_IO)
    creer_jalon(lointaine(), dans_jours=1, utilisateur=ien.utilisateur)
    assert passer() == [(courriel(ien), "J-1")]


def test_un_groupe_est_prevenu_une_fois_par_personne():
    ien, blois = creer_perimetre(Role.IEN_IO), dcio()
    groupe = creer_groupe(personnes=(blois.utilisateur,))
    creer_jalon(lointaine(groupe=groupe), dans_jours=0)
    assert sorted(passer()) == sorted([(courriel(ien), "J"), (courriel(blois), "J")])


def test_sans_titulaire_en_poste_l_ien_io_est_prevenu():
    ien = creer_perimetre(Role.IEN_IO)
    creer_jalon(lointaine(), dans_jours=7)
    assert passer() == [(courriel(ien), "J-7")]
    assert "Qui en répond : plus personne en poste." in Courriel.objects.get().corps_texte


def test_un_autre_departement_n_en_sait_rien():
    creer_habilitation(Role.DCIO, creer_cio("Bourges", departement=creer_departement("018")))
    creer_jalon(lointaine(), dans_jours=7)
    assert passer() == []


@pytest.mark.parametrize("jours", [2, 3])
def test_le_week_end_rien_ne_part(jours):
    dcio()
    creer_jalon(lointaine(), dans_jours=jours)
    assert passer(jours) == []


def test_la_veille_d_un_conge_dit_ce_qui_tombe_pendant():
    PeriodeNonOuvree.objects.create(
        academie=creer_academie(),
        genre=GenrePeriodeNonOuvree.VACANCES,
        nom="Vacances",
        debut=dans(2),
        fin=dans(17),
    )
    blois = dcio()
    creer_jalon(lointaine(), dans_jours=12)
    assert passer() == [(courriel(blois), "J-30")]  # the first tick of all catches up
    assert passer(1) == [(courriel(blois), "J")]
    assert passer(12) == []


@pytest.mark.parametrize(
    ("moment", "ecrit"),
    [
        (dt.datetime(2027, 3, 4, 6, 59, tzinfo=dt.UTC), False),  # 7 h 59 in Paris, in winter
        (dt.datetime(2027, 3, 4, 7, 0, tzinfo=dt.UTC), True),
        (dt.datetime(2027, 3, 4, 17, 0, tzinfo=dt.UTC), False),
        (dt.datetime(2027, 4, 1, 6, 0, tzinfo=dt.UTC), True),  # 8 h in summer: a R+21
        (dt.datetime(2027, 4, 1, 16, 0, tzinfo=dt.UTC), False),
    ],
)
def test_on_n_ecrit_qu_aux_heures_de_paris(moment, ecrit):
    dcio()
    creer_jalon(lointaine(), dans_jours=7)
    assert bool(envoyer_rappels(maintenant=moment)) is ecrit


@pytest.mark.parametrize(
    "clore",
    [
        lambda jalon: setattr(jalon, "etat", EtatJalon.ABANDONNE),
        lambda jalon: setattr(jalon.action, "silence_jusqu_au", dans(0)),
        lambda jalon: setattr(jalon.action.plan, "etat", EtatPlan.CLOS),
        lambda jalon: (
            setattr(jalon.action, "etat", EtatAction.ABANDONNEE),
            setattr(jalon.action, "motif", "x"),
        ),
    ],
)
def test_ce_qui_est_clos_ou_suspendu_ne_rappelle_rien(clore):
    dcio()
    jalon = creer_jalon(lointaine(), dans_jours=7)
    clore(jalon)
    for objet in (jalon, jalon.action, jalon.action.plan):
        objet.save()
    assert passer() == []


def test_la_suspension_finit_a_son_terme():
    blois = dcio()
    creer_jalon(lointaine(silence_jusqu_au=dans(0)), dans_jours=7)
    assert passer(1) == [(courriel(blois), "J-7")]


def test_les_pas_sont_ceux_du_plan():
    blois = dcio()
    creer_plan(jours_avant=[3], jours_entre_relances=2)
    creer_jalon(lointaine(), dans_jours=4)
    assert passer() == []
    assert passer(1) == [(courriel(blois), "J-3")]
    assert passer(4) == []
    assert passer(6) == [(courriel(blois), "R+2")]


# --- Late, escalation ------------------------------------------------------------------------------


def test_le_retard_se_rappelle_chaque_semaine():
    blois = dcio()
    creer_jalon(lointaine(), dans_jours=-7)
    assert [passer(jours) for jours in (0, 1, 7)] == [
        [(courriel(blois), "R+7")],
        [],
        [(courriel(blois), "R+14")],
    ]


def test_l_ien_io_est_averti_une_fois_apres_quatorze_jours():
    ien, blois = creer_perimetre(Role.IEN_IO), dcio()
    creer_jalon(lointaine(), dans_jours=-14)
    assert sorted(passer()) == sorted([(courriel(blois), "R+14"), (courriel(ien), "escalade")])
    assert passer(7) == [(courriel(blois), "R+21")]
    objet = Courriel.objects.get(utilisateur=ien.utilisateur).objet
    assert objet.startswith("Retard signalé, depuis 14 jours")


def test_l_ien_io_responsable_n_est_pas_averti_de_son_propre_retard():
    ien = creer_perimetre(Role.IEN_IO)
    creer_jalon(lointaine(role=Role.IEN_IO), dans_jours=-14)
    assert passer() == [(courriel(ien), "R+14")]


def test_sans_ien_io_l_adjoint_est_averti():
    adjoint, _ = creer_perimetre(Role.ADJOINT_IEN_IO), dcio()
    creer_jalon(lointaine(), dans_jours=-20)
    assert (courriel(adjoint), "escalade") in passer()


# --- Catch-up, digest -----------------------------------------------------------------------------


def test_apres_un_arret_un_seul_message():
    """72 hours without a tick: what was missed comes in one mail, each due date once."""
    dcio()
    action = lointaine()
    creer_jalon(action, "Un", dans_jours=8)  # J-7 tomorrow
    creer_jalon(action, "Deux", dans_jours=2)  # J-1 tomorrow, J on Friday too: the due date is a Saturday
    creer_jalon(action, "Trois", dans_jours=11)  # J-7 on Monday, the day of the return
    ecrits = passer(4)
    assert sorted(etape for _, etape in ecrits) == ["J", "J-7", "J-7"]
    assert Courriel.objects.filter(objet="Pour le lundi 15 mars 2027 (dans 7 jours) : Trois").exists()
    assert Courriel.objects.count() == 2
    reuni = Courriel.objects.get(objet="Plan de travail : 2 échéances à suivre")
    assert "Un (action" in reuni.corps_texte
    assert "Deux (action" in reuni.corps_texte
    assert "En retard :" in reuni.corps_texte
    assert reuni.corps_texte.count("http://127.0.0.1:8000/mes-echeances/") == 1


def test_un_rappel_par_echeance_le_jour_dit():
    dcio()
    action = lointaine()
    creer_jalon(action, "Un", dans_jours=7)
    creer_jalon(action, "Deux", dans_jours=1)
    passer()
    assert Courriel.objects.count() == 2


def test_le_recapitulatif_est_seul_de_sa_journee():
    blois = dcio()
    PreferenceRappels.objects.create(utilisateur=blois.utilisateur, mode=ModeRappel.RECAPITULATIF)
    action = lointaine()
    creer_jalon(action, "Un", dans_jours=7)
    creer_jalon(action, "Deux", dans_jours=0)
    assert len(passer()) == 2
    creer_jalon(action, "Trois", dans_jours=0)
    assert passer(heure=10) == []
    assert Courriel.objects.count() == 1
    assert passer(1) == [(courriel(blois), "J")]


# --- Once -----------------------------------------------------------------------------------------


def test_une_echeance_reportee_recommence_ses_rappels():
    blois = dcio()
    jalon = creer_jalon(lointaine(), dans_jours=7)
    passer()
    jalon.echeance, jalon.echeance_fixee_le = dans(8), dans(0)
    jalon.save()
    assert passer(1) == [(courriel(blois), "J-7")]


def test_changer_les_pas_ne_redit_pas_ce_qui_vient_d_etre_dit():
    dcio()
    jalon = creer_jalon(lointaine(), dans_jours=7)
    passer()
    plan = jalon.action.plan
    plan.jours_avant = [10, 1, 0]
    plan.save()
    assert passer(1) == []


def test_deux_passages_en_meme_temps_n_ecrivent_qu_une_fois(monkeypatch):
    """Both read before either wrote: the database lets one through."""
    dcio()
    creer_jalon(lointaine(), dans_jours=7)
    lus = Passage.du(dans(0)).rappels_dus()
    monkeypatch.setattr(rappels.Passage, "rappels_dus", lambda passage: lus)
    assert len(passer()) == 1
    assert passer() == []
    assert (Rappel.objects.count(), Courriel.objects.count()) == (1, 1)


def test_la_ligne_et_le_courriel_vont_ensemble(monkeypatch):
    dcio()
    creer_jalon(lointaine(), dans_jours=7)

    def casser(*args):
        raise RuntimeError

    monkeypatch.setattr(rappels.Redaction, "ecrire", casser)
    with pytest.raises(RuntimeError):
        passer()
    assert not Rappel.objects.exists()
    monkeypatch.undo()
    assert len(passer()) == 1


def test_le_nombre_de_requetes_ne_suit_pas_celui_des_echeances():
    dcio()
    action = lointaine()

    def compter() -> int:
        with CaptureQueriesContext(
            connection,
        ) as requetes:
            Passage.du(dans(0)).rappels_dus()
        return len(requetes)

    creer_jalon(action, dans_jours=7)
    peu = compter()
    for rang in range(20):
        creer_jalon(lointaine(), f"Jalon {rang}", dans_jours=-rang)
    assert compter() == peu


def test_chaque_ligne_du_passage_est_gardee_avec_son_courriel():
    blois = dcio()
    jalon = creer_jalon(lointaine(), dans_jours=7)
    passer()
    rappel = Rappel.objects.select_related("courriel").get()
    assert (rappel.jalon, rappel.echeance, rappel.etape) == (jalon, jalon.echeance, "J-7")
    assert (rappel.jour, rappel.destinataire, rappel.auteur) == (dans(0), blois.utilisateur, None)
    assert rappel.courriel.destinataire == courriel(blois)
    assert Jalon.objects.a_faire().filter(pk=jalon.pk).exists()

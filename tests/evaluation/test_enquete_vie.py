"""A survey from the draft to the results: who may do what, in which state, what is told and to whom."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from comptes.enums import Role
from evaluation.enums import EtatEnquete
from evaluation.models import Enquete, Invitation, Jeton, Question, Reponse, ResultatEnquete, Urne
from evaluation.selectors.enquetes import empreinte, jours_de_rappel, questionnaire_type
from evaluation.services.enquete_conduite import (
    _nouveau_lien,
    clore_enquete,
    lancer_enquete,
    prolonger_enquete,
    reprendre_enquete,
    suivre_enquetes,
)
from evaluation.services.enquete_preparation import (
    ENTRE_TEMPS,
    ajouter_question,
    creer_enquete,
    deplacer_question,
    modifier_enquete,
    modifier_question,
    retirer_question,
    supprimer_enquete,
)
from evaluation.services.enquete_reponse import deposer_reponse
from socle.courriels import envoyer_en_attente
from socle.models import Courriel, EntreeJournal, Notification
from tests.evaluation.factories_enquetes import (
    ECHELLE,
    TEXTE,
    UNIQUE,
    creer_brouillon,
    creer_close,
    creer_ien_io,
    creer_ouverte,
    creer_psyens,
    feuille,
    lien_de,
    liens,
    repondre,
)
from tests.planning.factories import creer_periode_non_ouvree
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import (
    creer_academie,
    creer_cio,
    creer_departement,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db
LUNDI = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)  # a Monday without holidays around


def le(jour: dt.date) -> time_machine.travel:
    return time_machine.travel(dt.datetime.combine(jour, dt.time(9), tzinfo=dt.UTC), tick=False)


# --- Preparation --------------------------------------------------------------------------------------


def test_le_questionnaire_type_a_les_dimensions_de_la_depp_et_qui_decide_quoi():
    ien_io = creer_ien_io()
    jour = timezone.localdate()
    enquete = creer_enquete(
        perimetre=ien_io,
        departement=creer_departement(),
        titre="QVT",
        date_ouverture=jour,
        date_fermeture=jour,
        avec_questionnaire_type=True,
    )
    dimensions = set(enquete.questions.values_list("dimension", flat=True)) - {""}
    assert {"satisfaction", "charge", "epuisement", "equilibre", "qui_decide", "deux_autorites"} <= dimensions
    assert enquete.questions.filter(libelle="Je sais qui décide quoi").exists()
    assert enquete.questions.count() == len(questionnaire_type())


@pytest.mark.parametrize("role", [Role.DASEN, Role.SG, Role.DCIO, Role.PSYEN, Role.ADMIN])
def test_seuls_l_ien_io_et_l_adjoint_preparent(role):
    territoire = {Role.DCIO: creer_cio(), Role.ADMIN: creer_academie()}.get(role, creer_departement())
    autre = creer_perimetre(role, territoire)
    enquete = creer_brouillon()
    jour = timezone.localdate()
    with pytest.raises(PermissionDenied):
        creer_enquete(
            perimetre=autre,
            departement=enquete.departement,
            titre="X",
            date_ouverture=jour,
            date_fermeture=jour,
        )
    for geste in (lancer_enquete, supprimer_enquete, reprendre_enquete, clore_enquete):
        with pytest.raises(PermissionDenied):
            geste(perimetre=autre, enquete=enquete)
    with pytest.raises(PermissionDenied):
        ajouter_question(perimetre=autre, enquete=enquete, valeurs=ECHELLE)


def test_l_ien_io_d_un_autre_departement_ne_touche_a_rien():
    etranger = creer_ien_io(creer_departement("028"))
    with pytest.raises(PermissionDenied):
        supprimer_enquete(perimetre=etranger, enquete=creer_brouillon())


def test_les_questions_se_deplacent_et_se_retirent():
    enquete, ien_io = creer_brouillon(questions=[ECHELLE, UNIQUE, TEXTE]), creer_ien_io()
    premiere, deuxieme, troisieme = enquete.questions.dans_l_ordre()
    deplacer_question(perimetre=ien_io, question=troisieme, pas=-1)
    assert list(enquete.questions.dans_l_ordre()) == [premiere, troisieme, deuxieme]
    deplacer_question(perimetre=ien_io, question=premiere, pas=-1)
    assert enquete.questions.dans_l_ordre().first() == premiere
    retirer_question(perimetre=ien_io, question=premiere)
    assert list(enquete.questions.dans_l_ordre().values_list("rang", flat=True)) == [1, 2]


def test_de_deux_collegues_le_second_est_prevenu():
    enquete, ien_io = creer_brouillon(questions=[ECHELLE]), creer_ien_io()
    question = enquete.questions.get()
    valeurs = ECHELLE | {"libelle": "Reformulée"}
    modifier_question(perimetre=ien_io, question=question, revision=0, valeurs=valeurs)
    with pytest.raises(ValidationError, match="cette question entre-temps"):
        modifier_question(perimetre=ien_io, question=question, revision=0, valeurs=ECHELLE)
    reglages = {
        "titre": "T",
        "date_ouverture": enquete.date_ouverture,
        "date_fermeture": enquete.date_fermeture,
    }
    modifier_enquete(perimetre=ien_io, enquete=enquete, revision=enquete.revision, **reglages)
    with pytest.raises(ValidationError) as refus:
        modifier_enquete(perimetre=ien_io, enquete=enquete, revision=enquete.revision, **reglages)
    assert ENTRE_TEMPS.format(quoi="les réglages") in refus.value.messages


@pytest.mark.parametrize(
    ("choix", "message"),
    [(["Un seul"], "de 2 à"), (["Même", " Même "], "identiques"), (["a", "b" * 121], "120 caractères")],
)
def test_des_choix_mal_proposes_sont_refuses(choix, message):
    enquete = creer_brouillon(questions=[])
    with pytest.raises(ValidationError, match=message):
        ajouter_question(perimetre=creer_ien_io(), enquete=enquete, valeurs=UNIQUE | {"choix": choix})
    assert not enquete.questions.exists()


def test_une_dimension_se_mesure_une_fois():
    enquete = creer_brouillon(questions=[ECHELLE])
    with pytest.raises(ValidationError, match="mesure déjà cette dimension"):
        ajouter_question(perimetre=creer_ien_io(), enquete=enquete, valeurs=ECHELLE)


# --- Opening ------------------------------------------------------------------------------------------


def test_l_ouverture_invite_les_psyen_en_poste_ce_jour_la(mailoutbox):
    blois = creer_cio("Blois")
    antenne = creer_cio("Salbris", parent=blois)
    presents = [*creer_psyens(4, blois), *creer_psyens(2, antenne)]
    jour = timezone.localdate()
    creer_psyen(cio=blois, fin=jour - dt.timedelta(days=1))
    creer_psyen(cio=blois, debut=jour + dt.timedelta(days=1))
    creer_psyens(2, creer_cio("Chartres", departement=creer_departement("028")))
    enquete = creer_brouillon()
    lancer_enquete(perimetre=creer_ien_io(), enquete=enquete)
    invitations = Invitation.objects.filter(enquete=enquete).order_by("pk")
    assert {i.psyen_id for i in invitations} == {p.pk for p in presents}
    assert {i.cio_id for i in invitations} == {blois.pk}
    envoyer_en_attente()
    assert sorted(m.to[0] for m in mailoutbox) == sorted(p.courriel for p in presents)


def test_on_peut_n_interroger_qu_un_cio():
    blois, vendome = creer_cio("Blois"), creer_cio("Vendôme")
    creer_psyens(5, blois), creer_psyens(5, vendome)
    enquete = creer_brouillon(cios=[vendome])
    lancer_enquete(perimetre=creer_ien_io(), enquete=enquete)
    assert set(enquete.invitations.values_list("cio", flat=True)) == {vendome.pk}


def test_le_lien_est_long_confidentiel_et_seule_son_empreinte_est_gardee():
    enquete = creer_ouverte()
    jeton = liens(enquete)[0]
    assert len(jeton) >= 43  # 256 bits
    courriels = Courriel.objects.filter(cle__startswith="evaluation.enquete:")
    assert all(courriel.confidentiel for courriel in courriels.order_by("pk"))
    assert Jeton.objects.filter(empreinte=empreinte(jeton)).exists()
    envoyer_en_attente()
    for modele in (Jeton, Invitation, Enquete, EntreeJournal, Courriel, Notification):
        assert jeton not in str(list(modele.objects.order_by("pk").values())), modele


def test_moins_de_cinq_invites_et_rien_ne_s_ouvre():
    creer_psyens(4)
    with pytest.raises(ValidationError, match="n’interrogerait que 4 PsyEN"):
        lancer_enquete(perimetre=creer_ien_io(), enquete=creer_brouillon())
    assert not Urne.objects.exists()


def test_une_enquete_programmee_s_ouvre_a_son_jour_et_se_reprend_d_ici_la():
    creer_psyens(6)
    ien_io, jour = creer_ien_io(), timezone.localdate()
    enquete = creer_brouillon(ouverture=jour + dt.timedelta(days=3))
    lancer_enquete(perimetre=ien_io, enquete=enquete)
    enquete.refresh_from_db()
    assert enquete.etat == EtatEnquete.PROGRAMMEE
    with pytest.raises(ValidationError, match="ne changent plus"):
        ajouter_question(perimetre=ien_io, enquete=enquete, valeurs=TEXTE)
    suivre_enquetes(jour + dt.timedelta(days=2))
    assert not enquete.invitations.exists()
    reprendre_enquete(perimetre=ien_io, enquete=enquete)
    lancer_enquete(perimetre=ien_io, enquete=enquete)
    suivre_enquetes(jour + dt.timedelta(days=3))
    enquete.refresh_from_db()
    assert enquete.etat == EtatEnquete.OUVERTE
    assert enquete.invitations.count() == 6
    with pytest.raises(ValidationError, match="Seule une enquête programmée"):
        reprendre_enquete(perimetre=ien_io, enquete=enquete)


def programmer(titre: str, cio) -> Enquete:
    """From tomorrow, for one day."""
    enquete = creer_brouillon(
        titre, cios=[cio], jours=0, ouverture=timezone.localdate() + dt.timedelta(days=1)
    )
    return lancer_enquete(perimetre=creer_ien_io(), enquete=enquete)


def test_une_enquete_programmee_dont_le_dernier_jour_est_passe_redevient_un_brouillon():
    creer_psyens(6)
    enquete = programmer("Trop tard", creer_psyen().rattachements.get().cio)
    suivre_enquetes(enquete.date_fermeture + dt.timedelta(days=1))
    enquete.refresh_from_db()
    assert enquete.etat == EtatEnquete.BROUILLON
    assert not enquete.invitations.exists()
    derniere = EntreeJournal.objects.filter(action="evaluation.enquete.reprise").get()
    assert "dernier jour est passé" in derniere.motif


def test_une_enquete_en_defaut_n_arrete_pas_l_horloge_des_autres(caplog):
    blois, vendome = creer_cio("Blois"), creer_cio("Vendôme")
    creer_psyens(6, blois), creer_psyens(6, vendome)
    en_defaut, saine = programmer("Sans urne", blois), programmer("Saine", vendome)
    Urne.objects.create(enquete=en_defaut)  # the opening will be refused by the database
    suivre_enquetes(saine.date_ouverture)
    for enquete in (en_defaut, saine):
        enquete.refresh_from_db()
    assert (en_defaut.etat, saine.etat) == (EtatEnquete.PROGRAMMEE, EtatEnquete.OUVERTE)
    assert f"Enquête {en_defaut.pk} : l’échéance" in caplog.text


# --- What was promised does not change (database) -----------------------------------------------------


@pytest.mark.parametrize(
    "changement",
    [
        {"seuil": 6},
        {"par_cio": False},
        {"titre": "Autre"},
        {"introduction": "Autre"},
        {"etat": "brouillon"},
        {"etat": "programmee"},
        {"date_fermeture": dt.date(2020, 1, 1), "date_ouverture": dt.date(2020, 1, 1)},
    ],
)
def test_la_base_refuse_de_changer_une_enquete_ouverte(changement):
    enquete = creer_ouverte()
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquete.objects.filter(pk=enquete.pk).update(**changement)


def test_la_base_refuse_de_changer_ses_questions_et_sa_population():
    enquete = creer_ouverte()
    question = enquete.questions.dans_l_ordre()[0]
    gestes = [
        lambda: Question.objects.filter(pk=question.pk).update(libelle="Autre"),
        lambda: Question.objects.filter(pk=question.pk).delete(),
        lambda: Question.objects.create(enquete=enquete, rang=9, genre="texte_libre", libelle="De trop"),
        lambda: enquete.cios.add(creer_cio("Vendôme")),
        lambda: Enquete.objects.filter(pk=enquete.pk)._raw_delete("default"),
    ]
    for geste in gestes:
        with pytest.raises(IntegrityError), transaction.atomic():
            geste()


@pytest.mark.parametrize("seuil", [0, 1, 4])
def test_le_seuil_n_est_jamais_inferieur_a_cinq(seuil, settings):
    with pytest.raises(IntegrityError), transaction.atomic():
        creer_brouillon().__class__.objects.update(seuil=seuil)
    settings.SEUIL_ENQUETE = seuil
    assert creer_ouverte().seuil == 5


def test_le_seuil_peut_etre_plus_haut(settings):
    settings.SEUIL_ENQUETE = 8
    assert creer_ouverte(psyens=9).seuil == 8


def test_une_enquete_close_ne_bouge_plus():
    enquete = creer_close()
    reponse = Reponse.objects.order_by("pk").first()
    gestes = [
        lambda: Enquete.objects.filter(pk=enquete.pk).update(etat="ouverte", close_le=None),
        lambda: Reponse.objects.filter(pk=reponse.pk).update(texte="", valeur=3),
        lambda: Reponse.objects.filter(pk=reponse.pk)._raw_delete("default"),
        lambda: Reponse.objects.create(question=reponse.question, valeur=10),
        lambda: ResultatEnquete.objects.filter(pk=enquete.pk).update(reponses=99),
        lambda: ResultatEnquete.objects.filter(pk=enquete.pk)._raw_delete("default"),
        lambda: Invitation.objects.filter(enquete=enquete).update(a_repondu=True),
    ]
    for geste in gestes:
        with pytest.raises(IntegrityError), transaction.atomic():
            geste()


def test_aucune_reponse_ne_s_ecrit_hors_de_la_cloture():
    question = creer_ouverte().questions.dans_l_ordre()[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Reponse.objects.create(question=question, valeur=10)


# --- Reminders ----------------------------------------------------------------------------------------


def test_deux_rappels_au_plus_et_seulement_a_qui_n_a_pas_repondu(mailoutbox):
    with time_machine.travel(LUNDI, tick=False):
        enquete = creer_ouverte(psyens=7)
        questions = list(enquete.questions.dans_l_ordre())
        repondre(enquete, 2)
        envoyer_en_attente()
    rappeles = []
    mailoutbox.clear()
    for ecart in range(1, 29):
        jour = LUNDI.date() + dt.timedelta(days=ecart)
        with le(jour):
            suivre_enquetes(), suivre_enquetes()
            envoyer_en_attente()
            rappeles.append((jour, sorted(m.to[0] for m in mailoutbox)))
            if mailoutbox and len(mailoutbox) == 5:
                invitation = Invitation.objects.filter(lien_utilise=False).order_by("pk").first()
                # The link of the reminder had its text erased once sent: the test makes its own.
                deposer_reponse(jeton=_nouveau_lien(invitation), reponses=feuille(questions, 3))
            mailoutbox.clear()
    partis = [(jour, adresses) for jour, adresses in rappeles if adresses]
    prevus = jours_de_rappel(Enquete.objects.select_related("departement").get(pk=enquete.pk))
    assert [jour for jour, _ in partis] == prevus == [dt.date(2027, 3, 22), dt.date(2027, 3, 26)]
    assert [len(adresses) for _, adresses in partis] == [5, 4]
    assert set(partis[1][1]) < set(partis[0][1])
    with le(LUNDI.date() + dt.timedelta(days=27)):
        prolonger_enquete(
            perimetre=creer_ien_io(), enquete=enquete, date_fermeture=LUNDI.date() + dt.timedelta(days=60)
        )
    for ecart in range(29, 60):
        with le(LUNDI.date() + dt.timedelta(days=ecart)):
            suivre_enquetes()
            envoyer_en_attente()
    assert mailoutbox == []


def test_un_rappel_tombe_un_jour_ouvre():
    with time_machine.travel(LUNDI, tick=False):
        enquete = creer_ouverte()
        jour = enquete.date_fermeture - dt.timedelta(days=7)
        creer_periode_non_ouvree(creer_academie(), debut=jour - dt.timedelta(days=3), fin=jour)
        assert jours_de_rappel(enquete)[0] == jour - dt.timedelta(days=4)


def test_un_rappel_ecrit_ne_part_pas_a_qui_vient_de_repondre(mailoutbox):
    with time_machine.travel(LUNDI, tick=False):
        enquete = creer_ouverte()
        envoyer_en_attente()
    mailoutbox.clear()
    with le(jours_de_rappel(enquete)[0]):
        suivre_enquetes()
        invitation = enquete.invitations.order_by("pk")[0]
        questions = list(enquete.questions.dans_l_ordre())
        deposer_reponse(jeton=lien_de(invitation, "rappel1"), reponses=feuille(questions))
        envoyer_en_attente()
    assert invitation.psyen.courriel not in [m.to[0] for m in mailoutbox]
    assert len(mailoutbox) == 5
    retenu = Courriel.objects.get(cle=f"evaluation.enquete:{invitation.pk}:rappel1")
    assert (retenu.etat, retenu.corps_texte) == ("sans_objet", "")


def test_une_enquete_courte_n_envoie_pas_de_rappel_sur_les_talons_de_l_invitation():
    with time_machine.travel(LUNDI, tick=False):
        assert jours_de_rappel(creer_ouverte(jours=3)) == []

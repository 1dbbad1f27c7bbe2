"""The screens of a survey: builder, links, results; what is masked on one is masked on all."""

from __future__ import annotations

import csv
import datetime as dt
import io
import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from evaluation.enums import Dimension
from evaluation.models import Enquete, Question
from evaluation.selectors.enquete_resultats import (
    enquetes_closes,
    moyenne_de_dimension,
    moyennes_par_cio,
    participation,
)
from evaluation.services.enquete_conduite import clore_enquete
from evaluation.services.enquete_reponse import deposer_reponse
from psyen.services.effacement import effacer_personne
from reseaux.perimetre import Perimetre
from socle.journal_technique import UneLigneParEvenement
from tests.evaluation.factories_enquetes import (
    TOUTES,
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
from tests.pdf import texte_du_pdf
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import (
    connecter,
    creer_cio,
    creer_departement,
    creer_perimetre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien_io(client):
    return connecter(client, creer_ien_io())


def adresse(nom: str, *arguments) -> str:
    return reverse(f"evaluation:{nom}", args=arguments)


# --- Builder ------------------------------------------------------------------------------------------


def test_on_prepare_une_enquete_de_bout_en_bout(ien_io):
    creer_psyens(6)
    jour = timezone.localdate()
    donnees = {
        "titre": "Enquête QVT",
        "date_ouverture": jour,
        "date_fermeture": jour,
        "par_cio": "on",
        "avec_questionnaire_type": "",
    }
    reponse = ien_io.post(adresse("enquete_creer"), donnees)
    enquete = Enquete.objects.get()
    assert reponse["Location"] == adresse("enquete", enquete.pk)
    ien_io.post(
        adresse("question_ajouter", enquete.pk, "choix_unique"),
        {"libelle": "Où travaillez-vous le plus ?", "choix": "Au CIO\nEn EPLE\n"},
    )
    ien_io.post(
        adresse("question_ajouter", enquete.pk, "echelle"), {"libelle": "Je sais qui décide", "dimension": ""}
    )
    unique, echelle = enquete.questions.dans_l_ordre()
    assert unique.choix == ["Au CIO", "En EPLE"]
    ien_io.post(adresse("question_geste", echelle.pk, "monter"))
    assert list(enquete.questions.dans_l_ordre()) == [echelle, unique]
    ien_io.post(
        adresse("question_modifier", unique.pk),
        {"libelle": "Où êtes-vous le plus ?", "choix": "Au CIO\nEn EPLE\nAutant", "revision": 0},
    )
    apercu = ien_io.get(adresse("enquete_apercu", enquete.pk)).content.decode()
    assert "Où êtes-vous le plus ?" in apercu
    assert "rien ne s’envoie d’ici" in apercu
    assert (
        apercu.count('type="submit"')
        == ien_io.get(adresse("enquetes")).content.decode().count('type="submit"') - 1
    )  # the filter of the list
    page = ien_io.post(adresse("enquete_geste", enquete.pk, "lancer"), follow=True).content.decode()
    assert "moins de 5 sur 6 PsyEN invités" in page


def test_un_formulaire_de_question_refuse_dit_pourquoi(ien_io):
    enquete = creer_brouillon(questions=[])
    reponse = ien_io.post(
        adresse("question_ajouter", enquete.pk, "choix_unique"), {"libelle": "Ou ?", "choix": "Un seul"}
    )
    assert "Proposez de 2 à 12 réponses" in reponse.content.decode()
    assert ien_io.get(adresse("question_ajouter", enquete.pk, "inconnu")).status_code == 404
    assert ien_io.post(adresse("enquete_geste", enquete.pk, "inconnu")).status_code == 404


def test_deux_collegues_sur_une_question_le_second_garde_sa_saisie(ien_io):
    question = creer_brouillon().questions.dans_l_ordre()[0]
    url = adresse("question_modifier", question.pk)
    ien_io.post(url, {"libelle": "Première main", "dimension": "satisfaction", "revision": 0})
    page = ien_io.post(url, {"libelle": "Seconde main", "dimension": "satisfaction", "revision": 0})
    texte = page.content.decode()
    assert "Un collègue a modifié cette question entre-temps" in texte
    assert "Seconde main" in texte
    ien_io.post(url, {"libelle": "Seconde main", "dimension": "satisfaction", "revision": 1})
    question.refresh_from_db()
    assert question.libelle == "Seconde main"


def test_une_enquete_sans_question_ne_se_lance_pas(ien_io):
    enquete = creer_brouillon(questions=[])
    page = ien_io.post(adresse("enquete_geste", enquete.pk, "lancer"), follow=True).content.decode()
    assert "Ajoutez au moins une question" in page
    assert ien_io.get(adresse("enquete_apercu", enquete.pk)).status_code == 404


def test_la_liste_se_filtre_et_s_exporte(ien_io):
    creer_brouillon("Préparée")
    creer_ouverte("Ouverte")
    texte = b"".join(ien_io.get(adresse("enquetes") + "?etat=ouverte&format=csv").streaming_content).decode()
    assert "Ouverte" in texte
    assert "Préparée" not in texte


def test_un_psyen_ne_voit_pas_ce_qui_se_prepare(client):
    creer_brouillon("Secret de fabrication")
    creer_ouverte("Au grand jour")
    page = connecter(client, creer_perimetre(Role.PSYEN, creer_departement())).get(adresse("enquetes"))
    assert "Au grand jour" in page.content.decode()
    assert "Secret de fabrication" not in page.content.decode()


# --- Links --------------------------------------------------------------------------------------------


def champs(questions, rang: int = 0) -> dict:
    return {f"q{pk}": valeur for pk, valeur in feuille(questions, rang).items()}


def test_chaque_lien_dit_ce_qu_il_en_est():
    enquete = creer_ouverte()
    questions, (premier, *autres) = list(enquete.questions.dans_l_ordre()), liens(enquete)
    client = Client()
    url = adresse("enquete_repondre", premier)
    assert client.get(url).status_code == 200
    assert client.post(url, champs(questions)).status_code == 302
    for reponse in (client.get(url), client.post(url, champs(questions))):
        assert reponse.status_code == 409
        assert "Ce lien a déjà servi" in reponse.content.decode()
    inconnu = client.get(adresse("enquete_repondre", "inconnu"))
    assert inconnu.status_code == 404
    assert "n’ouvre aucune enquête" in inconnu.content.decode()
    clore_enquete(perimetre=Perimetre.systeme(), enquete=enquete)
    for lien in (premier, autres[0]):
        close = client.get(adresse("enquete_repondre", lien))
        assert close.status_code == 410
        assert "L’enquête est close" in close.content.decode()


def test_une_feuille_incomplete_revient_avec_ce_qui_etait_ecrit():
    enquete = creer_ouverte()
    questions, jeton = list(enquete.questions.dans_l_ordre()), liens(enquete)[0]
    donnees = champs(questions) | {f"q{questions[4].pk}": "Un mot gardé"}
    del donnees[f"q{questions[0].pk}"]
    page = Client().post(adresse("enquete_repondre", jeton), donnees)
    assert page.status_code == 200
    texte = page.content.decode()
    assert "Choisissez une réponse." in texte
    assert "Un mot gardé" in texte
    assert not enquete.invitations.filter(lien_utilise=True).exists()


def test_la_precision_d_une_question_reste_du_texte(ien_io):
    """Whoever organises a survey writes it, each respondent reads it: a link in it would seem ours."""
    piege = {"precision": "<form action='//ailleurs.example'>", "libelle": "<b>Gras</b>"}
    enquete = creer_ouverte(questions=[question | piege for question in TOUTES])
    for page in (
        Client().get(adresse("enquete_repondre", liens(enquete)[0])),
        ien_io.get(adresse("enquete_apercu", enquete.pk)),
    ):
        texte = page.content.decode()
        assert texte.count("&lt;form action=") == texte.count("&lt;b&gt;Gras") == enquete.questions.count()
        assert "ailleurs.example'>" not in texte
        assert "<b>Gras" not in texte


@pytest.mark.parametrize("valeur", ["11", "-1", "abc", "", "1e3"])
def test_une_valeur_hors_de_l_echelle_est_refusee(valeur):
    enquete = creer_ouverte()
    questions, jeton = list(enquete.questions.dans_l_ordre()), liens(enquete)[0]
    donnees = champs(questions) | {f"q{questions[0].pk}": valeur}
    assert Client().post(adresse("enquete_repondre", jeton), donnees).status_code == 200
    assert not enquete.invitations.filter(lien_utilise=True).exists()


@pytest.mark.parametrize("lien", ["le sien", "inconnu"])
def test_le_journal_technique_ne_dit_pas_quel_compte_connecte_repond(ien_io, lien):
    """A value refused, a link unknown are events; elsewhere they bear the number of the account."""
    enquete = creer_ouverte()
    questions, jeton = list(enquete.questions.dans_l_ordre()), liens(enquete)[0]
    donnees = champs(questions) | {f"q{questions[0].pk}": "11"}
    flux = io.StringIO()
    poignee = logging.StreamHandler(flux)
    poignee.setFormatter(UneLigneParEvenement())
    logging.getLogger().addHandler(poignee)
    try:
        ien_io.post(adresse("enquete_repondre", jeton if lien == "le sien" else lien), donnees)
        assert "personne" not in flux.getvalue()
        ien_io.get(adresse("enquete", 0))
        assert "personne" in flux.getvalue()
    finally:
        logging.getLogger().removeHandler(poignee)


def test_une_urne_illisible_n_use_pas_le_lien(settings):
    enquete = creer_ouverte()
    repondre(enquete, 1)
    settings.SECRET_KEY = "une-autre-cle"
    questions, jeton = list(enquete.questions.dans_l_ordre()), liens(enquete)[1]
    page = Client().post(adresse("enquete_repondre", jeton), champs(questions)).content.decode()
    assert "Votre lien reste valable" in page
    assert enquete.invitations.filter(lien_utilise=True).count() == 1


def test_la_page_ne_nomme_pas_le_compte_connecte(ien_io):
    jeton = liens(creer_ouverte())[0]
    page = ien_io.get(adresse("enquete_repondre", jeton)).content.decode()
    nom = creer_ien_io().utilisateur.nom
    assert nom not in page
    assert "Notifications" not in page


# --- Results ------------------------------------------------------------------------------------------


@pytest.fixture
def masquee():
    """Blois 9 of 12, Romorantin 3 of 8 (masked), Vendôme 7 of 9 (masked with it)."""
    for commune, nombre in (("Blois", 12), ("Romorantin", 8), ("Vendôme", 9)):
        creer_psyens(nombre, creer_cio(commune))
    enquete = creer_ouverte(psyens=0)
    questions, jetons = list(enquete.questions.dans_l_ordre()), liens(enquete)
    par_cio = dict(zip(enquete.invitations.order_by("psyen__nom", "pk"), jetons, strict=True))
    restent = {"Blois": 9, "Romorantin": 3, "Vendôme": 7}
    for rang, (invitation, jeton) in enumerate(par_cio.items()):
        commune = invitation.cio.commune
        if restent[commune]:
            restent[commune] -= 1
            deposer_reponse(jeton=jeton, reponses=feuille(questions, rang) | {questions[0].pk: rang * 7 % 11})
    clore_enquete(perimetre=Perimetre.systeme(), enquete=enquete)
    enquete.refresh_from_db()
    return enquete


def test_page_pdf_et_exports_montrent_les_memes_chiffres_et_masquent_les_memes(ien_io, masquee):
    page = ien_io.get(adresse("enquete", masquee.pk)).content.decode()
    assert "19 réponses sur 29 PsyEN invités" in page
    assert page.count("enquete-masque") >= 2
    resultat = masquee.resultat.contenu
    satisfaction = resultat["questions"][str(masquee.questions.get(dimension="satisfaction").pk)]
    moyenne = satisfaction["moyenne"].replace(".", ",")
    assert moyenne in page
    assert [groupe["reponses"] for groupe in resultat["groupes"]] == [9, None, None]
    pdf = texte_du_pdf(ien_io.get(adresse("enquete_pdf", masquee.pk)).content)
    assert moyenne in pdf
    assert "masqué" in pdf
    lignes = list(
        csv.DictReader(
            io.StringIO(
                ien_io.get(adresse("enquete_exporter", masquee.pk, "csv")).content.decode("utf-8-sig")
            ),
            delimiter=";",
        )
    )
    de_romorantin = [ligne for ligne in lignes if ligne["Territoire"] == "CIO de Romorantin"]
    assert {(ligne["Réponses"], ligne["Moyenne sur 10"]) for ligne in de_romorantin} <= {("masqué", "masqué")}
    effectifs = [ligne["Effectif"] for ligne in lignes if ligne["Effectif"].isdigit()]
    assert effectifs
    assert not [effectif for effectif in effectifs if 0 < int(effectif) < 5]
    assert "Remarque" not in str(lignes)


@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_les_classeurs_s_ouvrent(ien_io, format_):
    reponse = ien_io.get(adresse("enquete_exporter", creer_close().pk, format_))
    assert reponse.status_code == 200
    assert reponse.content[:2] == b"PK"
    assert ien_io.get(adresse("enquete_exporter", Enquete.objects.get().pk, "exe")).status_code == 404


def test_la_page_des_resultats_ne_demande_pas_plus_quand_les_questions_sont_plus_nombreuses(ien_io):
    def compter(enquete: Enquete) -> int:
        ien_io.get(adresse("enquete", enquete.pk))
        with CaptureQueriesContext(connection) as capture:
            ien_io.get(adresse("enquete", enquete.pk))
        return len(capture)

    courte, longue = creer_close("Courte"), creer_close("Longue", reponses=6)
    assert longue.questions.count() == 5
    courte_seule = Question.objects.filter(enquete=courte).count()
    assert courte_seule == 5
    assert compter(courte) == compter(longue)


# --- What is held of a person -------------------------------------------------------------------------


def test_mes_donnees_disent_l_invitation_jamais_une_reponse(client):
    moi = creer_utilisateur(nom="Agent")
    creer_psyen("Agent", utilisateur=moi)
    enquete = creer_close("Enquête à laquelle je suis invité")
    connecter(client, creer_perimetre(Role.PSYEN, creer_departement(), utilisateur=moi))
    page = client.get(reverse("psyen:mes_donnees")).content.decode()
    assert str(enquete) in page
    assert "ne peuvent pas être retrouvées" in page
    assert "Remarque" not in page


def test_effacer_une_personne_tue_ses_liens_et_garde_les_chiffres():
    enquete = creer_ouverte()
    invitation = enquete.invitations.order_by("pk")[0]
    psyen, jeton = invitation.psyen, lien_de(invitation)
    psyen.rattachements.update(date_fin=timezone.localdate() - dt.timedelta(days=1))
    effets = effacer_personne(
        perimetre=Perimetre.systeme(), utilisateur=None, psyen=psyen, motif="Départ à la retraite"
    )
    assert {"liens d’enquête": 1, "invitations à des enquêtes": 1}.items() <= {
        effet.quoi: effet.nombre for effet in effets
    }.items()
    assert Client().get(adresse("enquete_repondre", jeton)).status_code == 404


# --- For the indicators -------------------------------------------------------------------------------


def test_les_indicateurs_lisent_participation_et_moyennes(masquee):
    departement, jour = masquee.departement, timezone.localdate()
    assert enquetes_closes(departement, jour, jour) == [masquee]
    assert enquetes_closes(creer_departement("028"), jour, jour) == []
    lue = participation(masquee)
    assert (str(lue.valeur), lue.n, lue.invites) == ("65.5", 19, 29)
    satisfaction = moyenne_de_dimension(masquee, Dimension.SATISFACTION)
    assert satisfaction.n == 19
    assert satisfaction.valeur is not None
    sans_objet = moyenne_de_dimension(masquee, Dimension.CHARGE)
    assert (sans_objet.valeur, sans_objet.motif) == (None, "aucune question ne mesure cette dimension")
    par_cio = moyennes_par_cio(masquee, Dimension.SATISFACTION)
    assert set(par_cio) <= {creer_cio("Blois").pk}


def test_sous_le_seuil_l_indicateur_dit_pourquoi():
    enquete = creer_close(reponses=4)
    for lue in (participation(enquete), moyenne_de_dimension(enquete, Dimension.SATISFACTION)):
        assert (lue.valeur, lue.n, lue.motif) == (None, None, "moins de 5 réponses")
    assert moyennes_par_cio(enquete, Dimension.SATISFACTION) == {}

"""The journal: what it writes, who reads it, and that nobody rewrites it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from comptes.enums import Role
from reseaux.models import CIO, Habilitation
from reseaux.perimetre import Perimetre
from reseaux.services.reseaux import ajouter_membre, renommer_reseau
from socle.changements import lire_changements
from socle.fichiers import enregistrer_fichier
from socle.journal import Personne, declarer_actions, historique, journaliser
from socle.models import EntreeJournal, Fichier
from tests.comptes.factories import creer_compte
from tests.reseaux.factories import (
    connecter,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_perimetre,
    creer_reseau,
)

pytestmark = pytest.mark.django_db

declarer_actions({"essai.objet.change": "Objet changé"})


def test_une_entree_dit_qui_en_quelle_qualite_quoi_avant_et_apres():
    perimetre = creer_perimetre(Role.IEN_IO)
    objet = creer_compte()
    entree = journaliser(
        perimetre=perimetre,
        action="essai.objet.change",
        objet=objet,
        avant={"quotite": Decimal("0.5"), "le": dt.date(2026, 9, 1)},
        apres={"quotite": Decimal("1")},
        motif="Demande de l’intéressé",
    )
    entree.refresh_from_db()
    assert entree.auteur_id == perimetre.utilisateur_id
    assert (entree.habilitation_id, entree.habilitation_libelle) == (
        perimetre.habilitation_id,
        perimetre.libelle,
    )
    assert entree.departement_id == perimetre.departement_id
    assert entree.avant == {"quotite": "0.5", "le": "2026-09-01"}
    assert entree.libelle == "Objet changé"
    assert entree.objet == objet


def test_l_historique_d_un_objet_va_du_plus_recent_au_plus_ancien():
    ana, bob = creer_compte(), creer_compte()
    for objet, motif in ((ana, "un"), (bob, "autre"), (ana, "deux")):
        journaliser(perimetre=Personne(ana.pk), action="essai.objet.change", objet=objet, motif=motif)
    assert [entree.motif for entree in historique(ana)] == ["deux", "un"]


def test_une_action_d_une_application_disparue_garde_son_code():
    entree = journaliser(perimetre=Perimetre.systeme(), action="ancienne.action", objet=creer_compte())
    assert entree.libelle == "ancienne.action"
    assert (entree.auteur, entree.habilitation_libelle) == (None, "système")


# --- Append-only, in the database ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE socle_entreejournal SET motif = 'réécrit'",
        "DELETE FROM socle_entreejournal",
        "UPDATE socle_fichier SET nom = 'réécrit'",
    ],
)
def test_la_base_refuse_de_reecrire_le_journal_et_les_fichiers(ordre):
    journaliser(perimetre=Perimetre.systeme(), action="essai.objet.change", objet=creer_compte())
    enregistrer_fichier(nom="arrete.pdf", type_mime="application/pdf", contenu=b"%PDF")
    with (
        pytest.raises(DatabaseError, match=r"ne se modifient pas|journal_intangible"),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute(ordre)
    assert EntreeJournal.objects.filter(motif="").count() == 1
    assert Fichier.objects.filter(nom="arrete.pdf").count() == 1


def test_l_orm_ne_contourne_pas_les_declencheurs():
    entree = journaliser(perimetre=Perimetre.systeme(), action="essai.objet.change", objet=creer_compte())
    for geste in (
        lambda: EntreeJournal.objects.update(motif="x"),
        lambda: EntreeJournal.objects.all().delete(),
        entree.save,
        entree.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            geste()


# --- Who reads it ------------------------------------------------------------------------------------


@pytest.fixture
def entrees():
    """One entry in the Loir-et-Cher, one in the Cher."""
    objets = {}
    for code in ("041", "018"):
        perimetre = creer_perimetre(Role.IEN_IO, creer_departement(code))
        objet = creer_compte(nom=f"Témoin{code}")
        objets[code] = journaliser(
            perimetre=perimetre, action="essai.objet.change", objet=objet, motif="secret"
        )
    return objets


@pytest.mark.parametrize("role", Role.values)
def test_le_journal_se_lit_selon_le_role(client, entrees, role):
    departement = creer_departement("041")
    territoire = departement if role in (Role.IEN_IO, Role.SG) else None
    connecter(client, creer_perimetre(role, territoire))
    page = client.get(reverse("socle:journal"))
    detail = client.get(reverse("socle:entree_journal", args=[entrees["018"].pk]))
    if role == Role.ADMIN:
        assert "TÉMOIN018" in page.content.decode()
        assert detail.status_code == 200
    elif role in (Role.IEN_IO, Role.SG):
        assert "TÉMOIN041" in page.content.decode()
        assert "TÉMOIN018" not in page.content.decode()
        assert detail.status_code == 404
    else:
        assert page.status_code == detail.status_code == 403


def test_l_export_du_journal_laisse_le_texte_libre_de_cote(client, entrees):
    connecter(client, creer_perimetre(Role.ADMIN))
    reponse = client.get(reverse("socle:journal"), {"format": "csv", "q": "Témoin041"})
    texte = b"".join(reponse.streaming_content).decode("utf-8-sig")
    assert "Objet changé" in texte
    assert "TÉMOIN041" in texte
    assert "TÉMOIN018" not in texte
    assert "secret" not in texte


def test_le_detail_compare_avant_et_apres(client):
    perimetre = creer_perimetre(Role.ADMIN)
    entree = journaliser(
        perimetre=perimetre,
        action="essai.objet.change",
        objet=creer_compte(),
        avant={"nom": "<b>Blois</b>"},
        apres={"nom": "Vendôme", "ville": "Vendôme"},
    )
    page = (
        connecter(client, perimetre).get(reverse("socle:entree_journal", args=[entree.pk])).content.decode()
    )
    assert "&lt;b&gt;Blois&lt;/b&gt;" in page
    assert "Vendôme" in page


@pytest.mark.parametrize("nombre", [1, 3])
def test_le_journal_coute_le_meme_nombre_de_requetes(client, nombre, django_assert_max_num_queries):
    perimetre = creer_perimetre(Role.ADMIN)
    objet = creer_compte()
    for _ in range(nombre):
        journaliser(perimetre=perimetre, action="essai.objet.change", objet=objet)
    connecter(client, perimetre)
    with django_assert_max_num_queries(7):
        client.get(reverse("socle:journal"))


# --- What changed, in words -----------------------------------------------------------------------------


def test_l_historique_nomme_ce_qui_a_change(client):
    """« Établissement ajouté au réseau »: which one; labels and values in French, never a Python dict."""
    cio = creer_cio()
    perimetre = creer_perimetre(Role.DCIO, cio)
    reseau = creer_reseau(cio)
    ecole = creer_etablissement("Collège Rabelais", cio=cio)
    ajouter_membre(reseau=reseau, etablissement=ecole, perimetre=perimetre)
    renommer_reseau(reseau=reseau, nom="Réseau du Val", perimetre=perimetre)
    page = connecter(client, perimetre).get(reverse("reseaux:reseau", args=[reseau.pk])).content.decode()
    assert "Établissement : Collège Rabelais (Blois)" in page
    assert f"Nom : {reseau.nom} → Réseau du Val" in page
    assert "{&#x27;" not in page


def test_les_codes_les_dates_et_les_nombres_se_lisent():
    avant = {"quotite": "50.00", "du": "2026-09-01", "est_ouvert": False, "adresse": "", "nom": "inchangé"}
    apres = {
        "quotite": "80.50",
        "du": "2026-10-01",
        "est_ouvert": True,
        "adresse": "1 rue",
        "nom": "inchangé",
    }
    lus = [str(changement) for changement in lire_changements(CIO, avant, apres)]
    assert lus == [
        "Quotité (%) : 50 → 80,5",
        "Du : 01/09/2026 → 01/10/2026",
        "Ouvert : non → oui",
        "Adresse : 1 rue",
    ]
    (role,) = lire_changements(Habilitation, None, {"role": "dcio"})
    assert (role.champ, role.avant, role.apres) == ("Rôle", "–", "DCIO")


def test_une_semaine_se_compare_lieu_par_lieu():
    avant = {"Zoé MARTIN": {"CIO": "4", "Collège Rabelais": "2"}}
    apres = {"Zoé MARTIN": {"CIO": "4", "Collège Rabelais": "2,5"}, "Léo PETIT": {"CIO": "5"}}
    assert [str(changement) for changement in lire_changements(None, avant, apres)] == [
        "Zoé MARTIN, Collège Rabelais : 2 → 2,5",
        "Léo PETIT, CIO : 5",
    ]


def test_un_long_resume_dit_combien_il_en_reste():
    entree = journaliser(
        perimetre=Perimetre.systeme(),
        action="essai.objet.change",
        objet=creer_compte(),
        apres={f"donnée {rang}": rang for rang in range(1, 10)},
    )
    assert entree.resume[0] == "Donnée 1 : 1"
    assert entree.resume[-1] == "et 3 autres"

"""« À décider »: what is shown to whom, the decision, the return, the opinion."""

import pytest
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from psyen import tasks  # noqa: F401 - registered, as in the worker
from psyen.enums import EtatRepartition, SensAvis
from psyen.forms.decision import AvisForm, CommentaireForm, RenvoiForm
from psyen.forms.repartitions import ProposerForm
from psyen.models import Arrete, AvisRepartition, Repartition
from psyen.selectors.a_decider import propositions
from psyen.services.decision import commenter_proposition, donner_avis
from psyen.services.repartition import retirer_proposition
from socle.models import Courriel
from tests.psyen.factories import (
    creer_arretee,
    creer_modele_arrete,
    creer_modificatif_propose,
    creer_proposee,
    ecoles_de,
)
from tests.reseaux.factories import (
    connecter,
    creer_academie,
    creer_annee,
    creer_cio,
    creer_departement,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db


def ouvrir(role, territoire=None, url="psyen:a_decider", *args, **parametres):
    client = connecter(Client(), creer_perimetre(role, territoire))
    return client.get(reverse(url, args=args), parametres)


def texte(reponse) -> str:
    return " ".join(reponse.content.decode().split())


# --- the page ----------------------------------------------------------------------------------------


def test_rien_a_decider_dit_quoi_attendre():
    reponse = ouvrir(Role.DASEN)
    assert "Rien n’attend votre décision" in texte(reponse)


def test_le_dasen_lit_qui_propose_quoi_et_peut_decider():
    initiale = creer_arretee()
    creer_modificatif_propose(initiale, "3", message="Un départ à compenser.")
    page = texte(ouvrir(Role.DASEN))
    assert "Un départ à compenser." in page
    assert "1 service et 3 établissements changent" in page
    assert "Arrêter…" in page
    assert "Renvoyer…" in page
    assert "Donner un avis…" not in page


def test_premiere_version_comparee_a_l_annee_precedente():
    initiale = creer_arretee()
    proposee = creer_proposee()
    (proposition,) = propositions(creer_perimetre(Role.DASEN))
    assert (proposition.repartition, proposition.reference) == (proposee, initiale)
    assert len(proposition.comparaison.arrivees) == 1  # the factory adds a PsyEN to the copied ones


@pytest.mark.parametrize("role", [Role.IEN_IO, Role.ADJOINT_IEN_IO])
def test_qui_donne_un_avis_voit_la_meme_page_sans_decider(role):
    creer_proposee()
    page = texte(ouvrir(role))
    assert "Donner un avis…" in page
    assert "Arrêter…" not in page


def test_le_secretaire_general_lit_sans_geste():
    creer_proposee()
    page = texte(ouvrir(Role.SG))
    assert "CIO de Blois" in page
    assert not {"Donner un avis…", "Arrêter…", "Renvoyer…"} & set(page.split(">"))


@pytest.mark.parametrize(
    "role",
    [
        Role.DCIO,
        Role.SECRETAIRE_CIO,
        Role.PSYEN,
        Role.CHEF_ETABLISSEMENT,
        Role.CHARGE_MISSION_REGION,
        Role.ADMIN,
    ],
)
def test_les_autres_roles_ne_l_ouvrent_pas(role):
    assert ouvrir(role).status_code == 403


def test_un_autre_departement_ne_voit_rien():
    creer_proposee()
    ailleurs = creer_departement("035", academie=creer_academie("14", "Rennes"))
    assert "CIO de Blois" not in texte(ouvrir(Role.DASEN, ailleurs))


def test_un_brouillon_n_est_pas_a_decider():
    proposee = creer_proposee()
    retirer_proposition(repartition=proposee, perimetre=creer_perimetre(Role.DCIO, proposee.cio))
    assert propositions(creer_perimetre(Role.DASEN)) == []


def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_de_cio(django_assert_num_queries):
    creer_arretee()
    creer_proposee()
    client = connecter(Client(), creer_perimetre(Role.DASEN))
    adresse = reverse("psyen:a_decider")
    with django_assert_num_queries(15):
        assert texte(client.get(adresse)).count('class="proposition"') == 1
    creer_arretee(cio=creer_cio("Vendôme"))
    creer_proposee(cio=creer_cio("Vendôme"))
    creer_modificatif_propose(creer_arretee(cio=creer_cio("Romorantin")), "3")
    with django_assert_num_queries(15):
        assert texte(client.get(adresse)).count('class="proposition"') == 3


def test_avis_et_commentaires_d_avant_le_renvoi_ne_sont_plus_montres():
    proposee = creer_proposee()
    donner_avis(
        repartition=proposee,
        sens=SensAvis.RESERVE,
        texte="Avis périmé",
        perimetre=creer_perimetre(Role.IEN_IO),
    )
    AvisRepartition.objects.update(donne_le=proposee.proposee_le.replace(year=2020))
    tete = proposee.cio.reseaux.get(annee=proposee.annee).tete
    commenter_proposition(
        repartition=proposee,
        etablissement=tete,
        texte="Il nous faudrait deux jours.",
        perimetre=creer_perimetre(Role.CHEF_ETABLISSEMENT, tete),
    )
    page = texte(ouvrir(Role.DASEN))
    assert "Avis périmé" not in page
    assert "Il nous faudrait deux jours." in page


# --- the decision --------------------------------------------------------------------------------------


def arreter(client, *repartitions):
    return client.post(reverse("psyen:arreter"), {"repartition": [r.pk for r in repartitions]}, follow=True)


def test_la_confirmation_montre_le_projet_et_n_ecrit_rien():
    creer_modele_arrete()
    proposee = creer_proposee()
    page = texte(ouvrir(Role.DASEN, None, "psyen:arreter", repartition=proposee.pk))
    assert "Vu le code de l’éducation ;" in page
    assert "Annexe 1 – Service hebdomadaire, par psychologue" in page
    assert "1 PsyEN, 3 établissements" in page
    assert not Arrete.objects.exists()


def test_sans_modele_la_confirmation_dit_qui_le_renseigne():
    page = texte(ouvrir(Role.DASEN, None, "psyen:arreter", repartition=creer_proposee().pk))
    assert "Le modèle d’arrêté n’est pas renseigné" in page


def test_arreter_donne_un_arrete_son_document_et_les_courriels(django_capture_on_commit_callbacks):
    creer_modele_arrete()
    proposee = creer_proposee()
    client = connecter(Client(), creer_perimetre(Role.DASEN))
    with django_capture_on_commit_callbacks(execute=True):
        reponse = arreter(client, proposee)
    arrete = Arrete.objects.get()
    assert reponse.redirect_chain[-1][0] == reverse("psyen:arrete", args=[arrete.pk])
    assert f"n° {arrete.numero} est pris" in texte(reponse)
    assert arrete.fichier is not None
    assert Courriel.objects.filter(objet__contains=arrete.numero).count() == 2


def test_arreter_plusieurs_cio_tous_ou_aucun():
    creer_modele_arrete()
    blois, vendome = creer_proposee(), creer_proposee(cio=creer_cio("Vendôme"))
    service = vendome.services.get()
    service.psyen.rattachements.update(date_fin=vendome.date_effet.replace(year=2025))
    client = connecter(Client(), creer_perimetre(Role.DASEN))
    reponse = arreter(client, blois, vendome)
    assert "CIO de Vendôme :" in texte(reponse)
    assert not Arrete.objects.exists()
    service.psyen.rattachements.update(date_fin=None)
    assert "2 arrêtés sont pris" in texte(arreter(client, blois, vendome))
    assert Repartition.objects.filter(etat=EtatRepartition.ARRETEE).count() == 2


def test_une_proposition_retiree_entre_temps_est_dite():
    proposee = creer_proposee()
    client = connecter(Client(), creer_perimetre(Role.DASEN))
    retirer_proposition(repartition=proposee, perimetre=creer_perimetre(Role.DCIO, proposee.cio))
    assert "n’attend plus votre décision" in texte(arreter(client, proposee))
    assert "Cochez au moins une proposition" in texte(arreter(client))


def test_selection_illisible_ou_etrangere():
    ailleurs = creer_departement("035", academie=creer_academie("14", "Rennes"))
    etrangere = creer_proposee(cio=creer_cio("Rennes", departement=ailleurs))
    client = connecter(Client(), creer_perimetre(Role.DASEN))
    for valeur in ("abc", "9" * 30, etrangere.pk):
        assert client.get(reverse("psyen:arreter"), {"repartition": valeur}).status_code == 302
    assert not Arrete.objects.exists()


@pytest.mark.parametrize("role", [Role.IEN_IO, Role.SG, Role.DCIO])
def test_seul_le_dasen_arrete(role):
    creer_modele_arrete()
    proposee = creer_proposee()
    client = connecter(Client(), creer_perimetre(role))
    assert arreter(client, proposee).status_code == 403
    assert not Arrete.objects.exists()


def test_le_proposant_devenu_dasen_ne_decide_pas_de_sa_proposition():
    """One person, two hats: the DCIO who is also DASEN by delegation."""
    creer_modele_arrete()
    dcio = creer_perimetre(Role.DCIO)
    proposee = creer_proposee(dcio=dcio)
    dasen = creer_perimetre(Role.DASEN, utilisateur=dcio.utilisateur, date_debut=creer_annee().debut)
    client = connecter(Client(), dasen)
    assert arreter(client, proposee).status_code == 403
    assert client.post(reverse("psyen:renvoyer", args=[proposee.pk]), {"motif": "x"}).status_code == 403


# --- return and opinion ----------------------------------------------------------------------------------


def test_renvoyer_veut_un_motif_et_l_ecrit_au_dcio():
    proposee = creer_proposee()
    client = connecter(Client(), creer_perimetre(Role.DASEN))
    adresse = reverse("psyen:renvoyer", args=[proposee.pk])
    refus = client.post(adresse, {"motif": "  "})
    assert "Indiquez le motif du renvoi" in texte(refus)
    reponse = client.post(adresse, {"motif": "Renforcer le lycée."}, follow=True)
    assert "le DCIO est averti" in texte(reponse)
    proposee.refresh_from_db()
    assert (proposee.etat, proposee.motif_renvoi) == (EtatRepartition.RENVOYEE, "Renforcer le lycée.")


def test_donner_un_avis():
    proposee = creer_proposee()
    client = connecter(Client(), creer_perimetre(Role.IEN_IO))
    adresse = reverse("psyen:avis", args=[proposee.pk])
    assert client.get(adresse).status_code == 200
    client.post(adresse, {"sens": SensAvis.DEFAVORABLE, "texte": "Deux collèges sans personne."})
    avis = AvisRepartition.objects.get()
    assert (avis.sens, avis.texte) == (SensAvis.DEFAVORABLE, "Deux collèges sans personne.")
    assert "Avis défavorable" in texte(ouvrir(Role.DASEN))


@pytest.mark.parametrize("url", ["psyen:renvoyer", "psyen:avis"])
def test_un_geste_sur_une_version_deja_decidee_renvoie_a_sa_page(url):
    arretee = creer_arretee()
    client = connecter(Client(), creer_perimetre(Role.DASEN))
    reponse = client.get(reverse(url, args=[arretee.pk]), follow=True)
    assert "n’attend plus de décision" in texte(reponse)


def test_les_gestes_figurent_sur_la_page_de_la_repartition():
    proposee = creer_proposee()
    adresse = reverse("psyen:repartition", args=[proposee.pk])
    assert "Arrêter…" in texte(connecter(Client(), creer_perimetre(Role.DASEN)).get(adresse))
    assert "Donner un avis…" in texte(connecter(Client(), creer_perimetre(Role.IEN_IO)).get(adresse))
    assert "Arrêter…" not in texte(connecter(Client(), creer_perimetre(Role.DCIO)).get(adresse))


def test_les_ecoles_sont_comparees_par_ecole_et_par_psyen():
    initiale = creer_arretee()
    creer_modificatif_propose(initiale, "3")
    (proposition,) = propositions(creer_perimetre(Role.DASEN))
    reseau = initiale.cio.reseaux.get(annee=initiale.annee)
    assert [g.libelle for g in proposition.comparaison.par_ecole] == sorted(map(str, ecoles_de(reseau)))
    (groupe,) = proposition.comparaison.par_psyen
    assert sorted((ligne.avant, ligne.apres) for ligne in groupe.lignes) == [(2, 0), (2, 0), (2, 3)]


@pytest.mark.parametrize(
    "formulaire", [RenvoiForm, AvisForm, CommentaireForm, ProposerForm], ids=lambda f: f.__name__
)
def test_un_texte_libre_dit_ce_qu_il_ne_faut_pas_y_ecrire(formulaire):
    """Red lines of the service: no health, no pupil, no reason for an absence or a part-time."""
    aide = list(formulaire(perimetre=None).fields.values())[-1].help_text
    assert all(mot in aide for mot in ("santé", "élève", "absence", "temps partiel"))

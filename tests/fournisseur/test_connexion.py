"""Signing in through a real identity provider: who is recognised, who is not, what an attacker tries."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from comptes.enums import Role
from comptes.models import IdentiteExterne, Utilisateur
from comptes.services import comptes
from comptes.services.identite import delier
from reseaux.models import Habilitation
from socle.journal import historique
from socle.models import Courriel, EntreeJournal
from tests.comptes.factories import MOT_DE_PASSE, creer_compte, se_connecter
from tests.fournisseur.conftest import ANA
from tests.reseaux.factories import connecter, creer_habilitation, creer_perimetre

pytestmark = pytest.mark.django_db

DEPART, RETOUR, CONNEXION = "/connexion/fournisseur/", "/connexion/fournisseur/retour/", "/connexion/"


def partir(client: Client, suite: str = "") -> str:
    """Where the button sends the browser."""
    return client.get(DEPART, {"next": suite} if suite else {})["Location"]


def entrer(client: Client, fournisseur, sujet: str = "sub-ana", suite: str = ""):
    """The whole way: the button, the provider, the return."""
    return client.get(fournisseur.entrer(partir(client, suite), sujet))


def est_connecte(client: Client) -> bool:
    return client.get("/compte/").status_code == 200


# --- Recognised ---------------------------------------------------------------------------------------


def test_la_premiere_fois_le_compte_se_reconnait_a_son_adresse_verifiee(client, fournisseur, ana):
    fournisseur.regler(personnes={"sub-ana": ANA | {"email": "Ana@AC-essai.fr"}})
    ailleurs = Client()
    se_connecter(ailleurs, "ana@ac-essai.fr")
    reponse = entrer(client, fournisseur, suite="/aide/")
    assert reponse["Location"] == "/aide/"
    assert est_connecte(client)
    identite = IdentiteExterne.objects.get(utilisateur=ana)
    assert (identite.emetteur, identite.sujet) == (fournisseur.emetteur, "sub-ana")
    assert (identite.acr, identite.amr) == ("eidas1", ["pwd", "mfa"])
    assert not est_connecte(ailleurs)
    ana.refresh_from_db()
    assert not ana.has_usable_password()
    assert Courriel.objects.get().objet == "Votre compte est relié à ProConnect"
    assert historique(ana).first().libelle == "Compte relié au fournisseur d’identité"


def test_ensuite_seul_l_identifiant_compte(client, fournisseur, ana):
    fournisseur.regler(personnes={"sub-ana": ANA})
    entrer(Client(), fournisseur)
    # The address now belongs to another account here, and the name has changed there.
    creer_compte("ana.martin@ac-essai.fr")
    fournisseur.regler(
        personnes={"sub-ana": ANA | {"email": "ana.martin@ac-essai.fr", "usual_name": "Martin"}}
    )
    entrer(client, fournisseur)
    ana.refresh_from_db()
    assert (str(ana), ana.courriel) == ("Ana MARTIN", "ana@ac-essai.fr")
    assert client.get("/compte/").context["user"] == ana


def test_le_nom_et_l_adresse_suivent_le_fournisseur_et_le_journal_le_dit(client, fournisseur, ana):
    fournisseur.regler(personnes={"sub-ana": ANA})
    entrer(Client(), fournisseur)
    Courriel.objects.all().delete()
    fournisseur.regler(
        personnes={"sub-ana": ANA | {"email": "ana.martin@ac-essai.fr", "usual_name": "MARTIN"}}
    )
    entrer(client, fournisseur)
    ana.refresh_from_db()
    assert (ana.nom, ana.courriel) == ("MARTIN", "ana.martin@ac-essai.fr")
    assert Courriel.objects.get().destinataire == "ana@ac-essai.fr"  # the former address is told
    assert {e.motif for e in historique(ana)[:2]} == {"Donné par ProConnect"}


def test_le_meme_nom_en_capitales_n_est_pas_un_changement(client, fournisseur, ana):
    fournisseur.regler(personnes={"sub-ana": ANA | {"given_name": "ANA", "usual_name": "DURAND"}})
    entrer(client, fournisseur)
    ana.refresh_from_db()
    assert (ana.prenom, ana.nom) == ("Ana", "Durand")


def test_le_fournisseur_repond_du_second_facteur(client, fournisseur, ana):
    creer_habilitation(Role.IEN_IO, utilisateur=ana)
    fournisseur.regler(personnes={"sub-ana": ANA})
    entrer(client, fournisseur)
    assert client.get("/")["Location"] == reverse("planning:tableau_de_bord")
    assert "ce service ne vous demande rien de plus" in client.get("/compte/").content.decode()


def test_un_userinfo_sans_signature_propre_convient_aussi(client, fournisseur, ana):
    """The plain JSON of most providers, read over TLS with the token just received."""
    fournisseur.regler(personnes={"sub-ana": ANA}, en_json=True)
    entrer(client, fournisseur)
    assert est_connecte(client)


# --- Not recognised -----------------------------------------------------------------------------------


def refus(reponse, texte: str, statut: int = 403) -> None:
    assert reponse.status_code == statut, reponse
    assert texte in reponse.content.decode()


def test_un_inconnu_n_entre_pas_et_aucun_compte_ne_s_ouvre(client, fournisseur):
    fournisseur.regler(personnes={"sub-eve": {"email": "eve@ac-essai.fr"}})
    reponse = entrer(client, fournisseur, "sub-eve")
    refus(reponse, "Demandez à l’administrateur de votre académie")
    refus(reponse, "Me déconnecter de ProConnect")
    assert not est_connecte(client)
    assert (Utilisateur.objects.count(), Habilitation.objects.count()) == (0, 0)
    assert not EntreeJournal.objects.exists()


@pytest.mark.parametrize(
    ("dit", "vaut", "entre"),
    [
        (True, False, True),
        (False, True, False),
        (None, True, True),
        (None, False, False),
        ("true", True, False),
    ],
)
@pytest.mark.usefixtures("ana")
def test_une_adresse_ne_vaut_que_verifiee(fournisseur, settings, dit, vaut, entre):
    client = Client()
    settings.OIDC_COURRIEL_VERIFIE = vaut
    fournisseur.regler(personnes={"sub-ana": ANA | ({} if dit is None else {"email_verified": dit})})
    reponse = entrer(client, fournisseur)
    assert est_connecte(client) is entre
    if not entre:
        refus(reponse, "n’a pas vérifié votre adresse électronique")
        assert not IdentiteExterne.objects.exists()


@pytest.mark.parametrize("courriel", ["", None])
def test_sans_adresse_personne_n_est_reconnu(client, fournisseur, ana, courriel):
    fournisseur.regler(personnes={"sub-ana": {"email": courriel}})
    refus(entrer(client, fournisseur), "Aucun compte")


def test_un_second_identifiant_ne_prend_pas_un_compte_relie(client, fournisseur, ana):
    fournisseur.regler(personnes={"sub-ana": ANA, "sub-voleur": ANA})
    entrer(Client(), fournisseur)
    refus(entrer(client, fournisseur, "sub-voleur"), "déjà relié à une autre identité")
    assert IdentiteExterne.objects.get().sujet == "sub-ana"


@pytest.mark.parametrize("deja_reliee", [True, False])
def test_un_compte_desactive_n_entre_pas(client, fournisseur, ana, deja_reliee):
    fournisseur.regler(personnes={"sub-ana": ANA})
    if deja_reliee:
        ouvert = Client()
        entrer(ouvert, fournisseur)
    Utilisateur.objects.update(is_active=False)
    refus(entrer(client, fournisseur), "Votre compte est désactivé")
    assert not est_connecte(client)
    if deja_reliee:
        assert not est_connecte(ouvert)  # nor does a session opened before


def test_le_niveau_demande_est_exige(client, fournisseur, ana, settings):
    fournisseur.regler(personnes={"sub-ana": ANA})
    settings.OIDC_ACR = ["eidas2"]
    refus(entrer(client, fournisseur), "au niveau que ce service demande")
    settings.OIDC_ACR = ["eidas1", "eidas2"]
    entrer(client, fournisseur)
    assert est_connecte(client)


# --- The protocol, attacked ---------------------------------------------------------------------------


def test_la_demande_porte_etat_nonce_pkce_et_ce_que_proconnect_attend(client, fournisseur):
    demande = parse_qs(urlsplit(partir(client)).query)
    assert demande["response_type"] == ["code"]
    assert demande["code_challenge_method"] == ["S256"]
    assert min(len(demande[nom][0]) for nom in ("state", "nonce", "code_challenge")) >= 32
    assert demande["claims"] == ['{"id_token":{"amr":{"essential":true}}}']
    autre = parse_qs(urlsplit(partir(Client())).query)
    assert not [nom for nom in ("state", "nonce", "code_challenge") if demande[nom] == autre[nom]]
    assert set(demande) <= {
        *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "claims"),
        *("code_challenge", "code_challenge_method"),
    }


def test_sans_pkce_ce_fournisseur_refuse(client, fournisseur, ana, settings):
    """The proof that it is checked there; OIDC_PKCE=0 is for those that do not know it."""
    settings.OIDC_USE_PKCE = False
    fournisseur.regler(personnes={"sub-ana": ANA})
    assert "code_challenge" not in partir(client)
    refus(entrer(client, fournisseur), "abandonnée")


def test_un_autre_verificateur_pkce_est_refuse(client, fournisseur, ana):
    fournisseur.regler(personnes={"sub-ana": ANA})
    retour = fournisseur.entrer(partir(client), "sub-ana")
    session = client.session
    (etat,) = session["oidc_states"].values()
    etat["code_verifier"] = "x" * 64
    session.save()
    refus(client.get(retour), "n’est pas conforme", 400)


def test_une_reponse_ne_sert_qu_une_fois(client, fournisseur, ana):
    fournisseur.regler(personnes={"sub-ana": ANA})
    retour = fournisseur.entrer(partir(client), "sub-ana")
    client.get(retour)
    client.post("/deconnexion/")
    refus(client.get(retour), "a déjà servi", 400)
    # Nor with the state of another request: the code is spent at the provider.
    etat = parse_qs(urlsplit(partir(client)).query)["state"][0]
    refus(client.get(RETOUR, parse_qs(urlsplit(retour).query) | {"state": etat}), "n’est pas conforme", 400)
    assert not est_connecte(client)


def test_la_reponse_d_un_autre_navigateur_est_refusee(client, fournisseur, ana):
    """Session fixation by signing someone in on the attacker's account."""
    fournisseur.regler(personnes={"sub-ana": ANA})
    retour = fournisseur.entrer(partir(Client()), "sub-ana")
    refus(client.get(retour), "ne vient pas de ce navigateur", 400)
    partir(client)
    refus(client.get(retour), "ne vient pas de ce navigateur", 400)


def test_une_demande_qui_attend_plus_de_dix_minutes_est_perimee(client, fournisseur, ana):
    fournisseur.regler(personnes={"sub-ana": ANA})
    retour = fournisseur.entrer(partir(client), "sub-ana")
    session = client.session
    (etat,) = session["oidc_states"].values()
    etat["added_on"] -= 601
    session.save()
    refus(client.get(retour), "a trop attendu", 400)


def test_la_cle_de_session_change_a_l_entree(client, fournisseur, ana):
    fournisseur.regler(personnes={"sub-ana": ANA})
    retour = fournisseur.entrer(partir(client), "sub-ana")
    voleur = Client()
    voleur.cookies["session"] = client.session.session_key
    client.get(retour)
    assert est_connecte(client)
    assert not est_connecte(voleur)


@pytest.mark.parametrize("suite", ["//mechant.example", "https://mechant.example/", "/\\mechant.example"])
def test_le_retour_ne_mene_jamais_hors_du_site(client, fournisseur, ana, suite):
    fournisseur.regler(personnes={"sub-ana": ANA})
    assert entrer(client, fournisseur, suite=suite)["Location"] == "/"


def sabotages() -> dict[str, dict]:
    il_y_a_une_heure = int(time.time()) - 3600
    return {
        "nonce d’une autre demande": {"jeton": {"nonce": "autre"}},
        "sans nonce": {"jeton": {"nonce": None}},
        "jeton d’un autre service": {"jeton": {"aud": "un-autre-service"}},
        "jeton d’un autre fournisseur": {"jeton": {"iss": "https://mechant.example"}},
        "jeton périmé": {"jeton": {"exp": il_y_a_une_heure}},
        "jeton sans date de fin": {"jeton": {"exp": None}},
        "jeton sans sujet": {"jeton": {"sub": None}},
        "signé d’une autre clé": {"autre_cle": True},
        "sans signature": {"sans_signature": True},
        "userinfo d’une autre personne": {"userinfo": {"sub": "sub-eve"}},
        "userinfo pour un autre service": {"userinfo": {"aud": "un-autre-service"}},
        "userinfo d’un autre fournisseur": {"userinfo": {"iss": "https://mechant.example"}},
        "userinfo en clair d’une autre personne": {"userinfo": {"sub": "sub-eve"}, "en_json": True},
        "userinfo périmé": {"userinfo": {"exp": il_y_a_une_heure}},
    }


@pytest.mark.parametrize("sabotage", sabotages().values(), ids=sabotages())
def test_une_reponse_falsifiee_n_ouvre_rien(client, fournisseur, ana, sabotage):
    fournisseur.regler(personnes={"sub-ana": ANA}, **sabotage)
    refus(entrer(client, fournisseur), "n’est pas conforme", 400)
    assert not est_connecte(client)
    assert not IdentiteExterne.objects.exists()


def test_la_personne_qui_renonce_revient_a_la_connexion(client, fournisseur):
    etat = parse_qs(urlsplit(partir(client)).query)["state"][0]
    refus(client.get(RETOUR, {"error": "access_denied", "state": etat}), "Revenir à la connexion")


def test_un_fournisseur_muet_se_dit(client, fournisseur, ana, settings):
    fournisseur.regler(personnes={"sub-ana": ANA})
    retour = fournisseur.entrer(partir(client), "sub-ana")
    settings.OIDC_OP_USER_ENDPOINT = "http://127.0.0.1:1/userinfo"
    refus(client.get(retour), "ne répond pas", 502)


def test_des_refus_repetes_ne_verrouillent_personne(client, fournisseur, ana):
    """The failures of the provider are not those of a password: a whole CIO stands behind one address."""
    for _ in range(12):
        client.get(RETOUR, {"code": "x", "state": "y"})
    assert se_connecter(Client(), "ana@ac-essai.fr")["Location"] == "/"


def test_le_journal_technique_dit_qui_entre_et_pourquoi_non(client, fournisseur, ana, caplog):
    """By number: neither the address, nor the subject, nor a token."""
    fournisseur.regler(personnes={"sub-ana": ANA, "sub-eve": {"email": "eve@ac-essai.fr"}})
    with caplog.at_level("INFO", logger="comptes"):
        entrer(client, fournisseur)
        entrer(Client(), fournisseur, "sub-eve")
    entree, refus_ = [r for r in caplog.records if r.name.startswith("comptes")]
    assert (entree.getMessage(), entree.personne) == ("Connexion : fournisseur", ana.pk)
    assert refus_.getMessage() == "Connexion refusée : fournisseur, inconnu"
    assert "eve@" not in caplog.text
    assert "sub-" not in caplog.text


# --- An account held by the provider ------------------------------------------------------------------


@pytest.fixture
def reliee(client, fournisseur, ana) -> Utilisateur:
    fournisseur.regler(personnes={"sub-ana": ANA})
    entrer(client, fournisseur)
    ana.refresh_from_db()
    Courriel.objects.all().delete()
    return ana


def test_la_page_du_compte_dit_qui_tient_l_identite(client, reliee):
    page = client.get("/compte/").content.decode()
    assert "Votre nom et votre adresse électronique sont tenus par ProConnect" in page
    assert "Niveau de la dernière connexion : eidas1. Moyens : pwd, mfa." in page
    assert "Changer de mot de passe" not in page
    for nom in ("courriel_changer", "mot_de_passe_changer"):
        assert client.get(reverse(f"comptes:{nom}"))["Location"] == "/compte/"
    assert client.get(reverse("comptes:second_facteur_activer"))["Location"] == "/compte/second-facteur/"


def test_aucun_mot_de_passe_ne_rouvre_un_compte_relie(client, reliee, settings):
    assert se_connecter(Client(), "ana@ac-essai.fr", MOT_DE_PASSE).status_code == 200
    Client().post(reverse("comptes:mot_de_passe_oublie"), {"courriel": "ana@ac-essai.fr"})
    courriel = Courriel.objects.get()
    assert courriel.objet == "Votre compte s’ouvre par ProConnect"
    assert "mot-de-passe/nouveau" not in courriel.corps_texte
    lien = comptes.lien_de_mot_de_passe(reliee).removeprefix(settings.ADRESSE_PUBLIQUE)
    assert "n’est plus valable" in Client().get(lien, follow=True).content.decode()
    admin = creer_perimetre(Role.ADMIN)
    for geste in (
        lambda: comptes.definir_mot_de_passe(utilisateur=reliee, mot_de_passe="une phrase bien longue"),
        lambda: comptes.demander_changement_courriel(utilisateur=reliee, nouveau="x@ac-essai.fr"),
        lambda: comptes.corriger_nom(perimetre=admin, utilisateur=reliee, prenom="X", nom="Y"),
        lambda: comptes.reinitialiser(perimetre=admin, utilisateur=reliee),
    ):
        with pytest.raises(ValidationError, match="tenue par ProConnect"):
            geste()


def test_sans_le_fournisseur_le_compte_redevient_local(client, reliee, settings):
    """The way out the day the provider is given up."""
    settings.OIDC_EMETTEUR = ""
    comptes.definir_mot_de_passe(utilisateur=reliee, mot_de_passe="une autre phrase bien longue")
    assert se_connecter(Client(), "ana@ac-essai.fr", "une autre phrase bien longue")["Location"] == "/"


def test_l_administrateur_delie_et_l_adresse_sert_de_nouveau(client, fournisseur, reliee):
    creer_habilitation(Role.DCIO, utilisateur=reliee)
    admin = connecter(Client(), creer_perimetre(Role.ADMIN))
    assert "Délier de ProConnect" in admin.get(reverse("reseaux:compte", args=[reliee.pk])).content.decode()
    admin.post(reverse("reseaux:compte_delier", args=[reliee.pk]))
    assert not est_connecte(client)
    assert historique(reliee).first().libelle == "Compte délié du fournisseur d’identité"
    assert Courriel.objects.get(destinataire="ana@ac-essai.fr").objet.startswith(
        "Votre compte n’est plus relié"
    )
    fournisseur.regler(personnes={"nouveau-sub": ANA})
    entrer(client, fournisseur, "nouveau-sub")
    assert IdentiteExterne.objects.get().sujet == "nouveau-sub"
    with pytest.raises(PermissionDenied):
        delier(perimetre=creer_perimetre(Role.DASEN), utilisateur=reliee)


def test_se_deconnecter_ferme_aussi_la_session_du_fournisseur(client, fournisseur, ana):
    fournisseur.regler(personnes={"sub-ana": ANA})
    visiteur = requests.Session()
    client.get(fournisseur.entrer(partir(client), "sub-ana", visiteur))
    # The provider remembers: no name is asked the second time.
    assert fournisseur.entrer(partir(Client()), "personne", visiteur)
    page = client.post("/deconnexion/")
    assert not est_connecte(client)
    retour = visiteur.get(page.context["suite"], timeout=10, allow_redirects=False)
    assert retour.headers["Location"].startswith("http://testserver/connexion/?state=")
    assert client.get(retour.headers["Location"]).status_code == 200
    demande = visiteur.get(partir(Client()), timeout=10, allow_redirects=False)
    assert demande.headers["Location"].startswith("/entrer/")


def test_une_session_locale_se_ferme_sans_le_fournisseur(client, fournisseur, ana):
    se_connecter(client, "ana@ac-essai.fr")
    assert client.post("/deconnexion/")["Location"] == CONNEXION


# --- Off unless set -----------------------------------------------------------------------------------


def test_sans_reglage_rien_n_existe(client):
    assert client.get(DEPART).status_code == 404
    assert client.get(RETOUR, {"code": "x", "state": "y"}).status_code == 404
    assert "ProConnect" not in client.get(CONNEXION).content.decode()


# --- In the browser -----------------------------------------------------------------------------------


def test_au_navigateur_de_la_connexion_a_la_deconnexion(navigateur, live_server, fournisseur, ana):
    """The CSP lets through what must pass: to the provider, back, and to its sign-out."""
    fournisseur.regler(personnes={"sub-ana": ANA}, site=live_server.url)
    page = navigateur()
    page.goto("/connexion/?next=/compte/")
    page.get_by_role("link", name="Se connecter avec ProConnect").click()
    page.get_by_label("Identifiant").fill("sub-ana")
    page.get_by_label("Mot de passe").fill("chez le fournisseur")
    page.get_by_role("button", name="Entrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")
    page.get_by_text("Ana DURAND").first.click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    assert page.url.startswith(f"{live_server.url}/connexion/?state=")
    page.get_by_role("link", name="Se connecter avec ProConnect").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fournisseur d’identité")

"""Accounts, habilitations, the hat one wears: granted, switched, revoked, effective at once."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from reseaux.models import Habilitation
from reseaux.perimetre import CLE_SESSION, Perimetre
from reseaux.services.habilitations import (
    accorder_habilitation,
    ouvrir_acces,
    perimetre_en_vigueur,
    revoquer_habilitation,
)
from socle.models import Courriel, EntreeJournal
from tests.reseaux import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return f.creer_perimetre(Role.ADMIN)


def _acces(**champs):
    valeurs = {
        "prenom": "Anne",
        "nom": "Durand",
        "courriel": "anne.durand@ac.example",
        "role": Role.DCIO,
        "departement": "",
        "cio": "",
        "etablissement": "",
        "date_debut": timezone.localdate().isoformat(),
        "date_fin": "",
    }
    return valeurs | champs


# --- Granting -----------------------------------------------------------------------------------------


def test_ouvrir_un_acces_invite_la_personne(client, admin):
    cio = f.creer_cio()
    f.connecter(client, admin)
    reponse = client.post(reverse("reseaux:compte_creer"), _acces(cio=cio.pk))
    utilisateur = Utilisateur.objects.get(courriel="anne.durand@ac.example")
    assert reponse["Location"] == reverse("reseaux:compte", args=(utilisateur.pk,))
    habilitation = utilisateur.habilitations.get()
    assert (habilitation.role, habilitation.territoire) == (Role.DCIO, cio)
    invitation = Courriel.objects.get(destinataire=utilisateur.courriel)
    assert "/mot-de-passe/nouveau/" in invitation.corps_texte
    assert EntreeJournal.objects.filter(action="reseaux.habilitation.accordee").count() == 1


def test_une_personne_deja_connue_garde_son_compte(admin):
    utilisateur = f.creer_utilisateur("anne.durand@ac.example")
    habilitation = ouvrir_acces(
        perimetre=admin,
        courriel="Anne.Durand@ac.example",
        prenom="Anne",
        nom="Durand",
        role=Role.DASEN,
        territoire=f.creer_departement(),
        date_debut=timezone.localdate(),
    )
    assert habilitation.utilisateur == utilisateur
    courriel = Courriel.objects.get(destinataire=utilisateur.courriel)
    assert courriel.objet == "Une habilitation vous est accordée : DASEN, Loir-et-Cher"


@pytest.mark.parametrize(
    ("role", "champ"),
    [(Role.DASEN, "departement"), (Role.DCIO, "cio"), (Role.CHEF_ETABLISSEMENT, "etablissement")],
)
def test_le_territoire_suit_le_role(client, admin, role, champ):
    f.connecter(client, admin)
    reponse = client.post(reverse("reseaux:compte_creer"), _acces(role=role))
    assert list(reponse.context["form"].errors) == [champ]
    assert not Habilitation.objects.filter(role=role).exists()


def test_le_chef_d_etablissement_se_designe_par_l_uai(client, admin):
    ecole = f.creer_etablissement()
    f.connecter(client, admin)
    adresse = reverse("reseaux:compte_creer")
    juste = ecole.uai.lower()
    fausse = ecole.uai[:7] + ("A" if ecole.uai[7] != "A" else "B")
    reponse = client.post(adresse, _acces(role=Role.CHEF_ETABLISSEMENT, etablissement=fausse))
    assert f"la clé attendue est {ecole.uai[7]}" in str(reponse.context["form"].errors["etablissement"])
    client.post(adresse, _acces(role=Role.CHEF_ETABLISSEMENT, etablissement=f" {juste[:3]} {juste[3:]}"))
    assert Habilitation.objects.get(role=Role.CHEF_ETABLISSEMENT).etablissement == ecole


def test_les_champs_des_autres_roles_sont_ignores(client, admin):
    f.connecter(client, admin)
    departement, cio = f.creer_departement(), f.creer_cio()
    client.post(
        reverse("reseaux:compte_creer"), _acces(role=Role.IEN_IO, departement=departement.pk, cio=cio.pk)
    )
    habilitation = Habilitation.objects.get(role=Role.IEN_IO)
    assert (habilitation.departement, habilitation.cio) == (departement, None)


def test_hors_de_son_academie_rien_ne_s_accorde(client, admin):
    ailleurs = f.creer_departement("035", academie=f.creer_academie("14", "Rennes"))
    with pytest.raises(ValidationError, match="n’est pas dans votre académie"):
        accorder_habilitation(
            perimetre=admin,
            utilisateur=f.creer_utilisateur(),
            role=Role.DASEN,
            territoire=ailleurs,
            date_debut=timezone.localdate(),
        )
    f.connecter(client, admin)
    reponse = client.post(reverse("reseaux:compte_creer"), _acces(role=Role.DASEN, departement=ailleurs.pk))
    assert "departement" in reponse.context["form"].errors


def test_pas_deux_fois_la_meme_aux_memes_dates(admin):
    habilitation = f.creer_habilitation(Role.DCIO, f.creer_cio())
    commun = {
        "perimetre": admin,
        "utilisateur": habilitation.utilisateur,
        "role": Role.DCIO,
        "territoire": habilitation.cio,
    }
    with pytest.raises(ValidationError, match="porte déjà cette habilitation"):
        accorder_habilitation(**commun, date_debut=timezone.localdate())
    avant = habilitation.date_debut - dt.timedelta(days=10)
    accorder_habilitation(**commun, date_debut=avant, date_fin=avant + dt.timedelta(days=5))
    assert habilitation.utilisateur.habilitations.count() == 2


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
def test_l_admin_seul_gere_comptes_et_habilitations(client, role):
    perimetre = f.creer_perimetre(role)
    f.connecter(client, perimetre)
    compte, habilitation = perimetre.utilisateur_id, perimetre.habilitation_id
    for nom, args in (
        ("habilitations", ()),
        ("comptes", ()),
        ("compte_creer", ()),
        ("compte", (compte,)),
        ("habilitation_accorder", (compte,)),
        ("habilitation_revoquer", (habilitation,)),
        ("annees", ()),
    ):
        assert client.get(reverse(f"reseaux:{nom}", args=args)).status_code == 403, nom
    for nom in ("compte_inviter", "compte_desactiver", "compte_reactiver"):
        assert client.post(reverse(f"reseaux:{nom}", args=(compte,))).status_code == 403, nom
    with pytest.raises(PermissionDenied):
        revoquer_habilitation(perimetre=perimetre, habilitation=perimetre.habilitation)


def test_un_compte_d_une_autre_academie_n_existe_pas(client, admin):
    rennes = f.creer_departement("035", academie=f.creer_academie("14", "Rennes"))
    etrangere = f.creer_habilitation(Role.DASEN, rennes)
    f.connecter(client, admin)
    for nom, pk in (
        ("compte", etrangere.utilisateur_id),
        ("habilitation_accorder", etrangere.utilisateur_id),
        ("habilitation_revoquer", etrangere.pk),
    ):
        assert client.get(reverse(f"reseaux:{nom}", args=(pk,))).status_code == 404
    geste = reverse("reseaux:compte_desactiver", args=(etrangere.utilisateur_id,))
    assert client.post(geste).status_code == 404


def test_desactiver_puis_reactiver_un_compte(client, admin):
    compte = f.creer_habilitation(Role.SG).utilisateur
    f.connecter(client, admin)
    client.post(reverse("reseaux:compte_desactiver", args=(compte.pk,)))
    compte.refresh_from_db()
    assert not compte.is_active
    page = client.get(reverse("reseaux:compte", args=(compte.pk,))).content.decode()
    assert "Réactiver le compte" in page
    client.post(reverse("reseaux:compte_reactiver", args=(compte.pk,)))
    compte.refresh_from_db()
    assert compte.is_active


# --- Revoking -----------------------------------------------------------------------------------------


def test_revoquer_ferme_l_acces_a_la_requete_suivante(client, admin):
    """The same cookie, a moment later: nothing opens any more, and the page says what to do."""
    dcio = f.creer_perimetre(Role.DCIO, f.creer_cio())
    f.connecter(client, dcio)
    adresse = reverse("reseaux:etablissements")
    assert client.get(adresse).status_code == 200
    revoquer_habilitation(perimetre=admin, habilitation=dcio.habilitation, motif="Mutation")
    reponse = client.get(adresse)
    assert reponse["Location"] == reverse("accueil")
    assert "habilitation" in client.get(reverse("accueil")).content.decode()
    for nom in ("cios", "reseaux"):
        assert client.get(reverse(f"reseaux:{nom}")).status_code == 302
    assert client.get(adresse, {"format": "csv"}).status_code == 302
    assert client.post(reverse("reseaux:sectorisation_enregistrer")).status_code == 302
    assert perimetre_en_vigueur(dcio.utilisateur_id, dcio.habilitation_id) is None
    assert Courriel.objects.get(destinataire=dcio.utilisateur.courriel).objet.startswith(
        "Une habilitation prend fin"
    )
    entree = EntreeJournal.objects.get(action="reseaux.habilitation.revoquee")
    assert (entree.motif, entree.avant["role"]) == ("Mutation", Role.DCIO)


def test_revoquer_demande_confirmation(client, admin):
    dcio = f.creer_habilitation(Role.DCIO, f.creer_cio())
    f.connecter(client, admin)
    adresse = reverse("reseaux:habilitation_revoquer", args=(dcio.pk,))
    assert "dès sa prochaine page" in client.get(adresse).content.decode()
    dcio.refresh_from_db()
    assert dcio.revoquee_le is None
    client.post(adresse, {"motif": ""})
    dcio.refresh_from_db()
    assert dcio.revoquee_le is not None
    deja = client.post(adresse, {"motif": ""})
    assert "déjà révoquée" in deja.content.decode()


def test_l_administrateur_d_une_autre_academie_ne_revoque_rien():
    ailleurs = f.creer_perimetre(Role.ADMIN, f.creer_academie("14", "Rennes"))
    for role in (Role.ADMIN, Role.DASEN, Role.DCIO, Role.CHEF_ETABLISSEMENT):
        habilitation = f.creer_habilitation(role)
        with pytest.raises(PermissionDenied):
            revoquer_habilitation(perimetre=ailleurs, habilitation=habilitation)
        assert Habilitation.objects.get(pk=habilitation.pk).revoquee_le is None


def test_on_ne_revoque_pas_celle_que_l_on_porte(admin):
    with pytest.raises(ValidationError, match="que vous portez"):
        revoquer_habilitation(perimetre=admin, habilitation=admin.habilitation)


def test_hier_fini_demain_pas_commence():
    jour = timezone.localdate()
    finie = f.creer_habilitation(Role.SG, date_fin=jour - dt.timedelta(days=1))
    derniere = f.creer_habilitation(Role.SG, date_fin=jour)
    a_venir = f.creer_habilitation(Role.SG, date_debut=jour + dt.timedelta(days=1))
    assert perimetre_en_vigueur(finie.utilisateur_id, finie.pk) is None
    assert perimetre_en_vigueur(a_venir.utilisateur_id, a_venir.pk) is None
    assert perimetre_en_vigueur(derniere.utilisateur_id, derniere.pk) is not None
    # Somebody else's habilitation opens nothing.
    assert perimetre_en_vigueur(finie.utilisateur_id, derniere.pk) is None


# --- Wearing ------------------------------------------------------------------------------------------


def _porter(client, pk):
    return client.post(reverse("reseaux:porter_habilitation"), {"habilitation": pk})


def test_changer_de_casquette(client):
    dcio = f.creer_perimetre(Role.DCIO, f.creer_cio())
    adjoint = f.creer_habilitation(Role.ADJOINT_IEN_IO, utilisateur=dcio.utilisateur)
    f.connecter(client, dcio)
    client.get(reverse("reseaux:cios"))
    ancienne = client.session.session_key
    reponse = _porter(client, adjoint.pk)
    assert reponse["Location"] == reverse("accueil")
    assert client.session.session_key != ancienne
    assert client.session[CLE_SESSION] == adjoint.pk
    entree = EntreeJournal.objects.get(action="reseaux.habilitation.portee")
    assert entree.habilitation_libelle == str(adjoint)
    reponse = client.get(reverse("reseaux:cios"))
    assert reponse.wsgi_request.perimetre.habilitation_id == adjoint.pk


def test_on_ne_porte_ni_celle_d_un_autre_ni_une_ancienne(client):
    dcio = f.creer_perimetre(Role.DCIO, f.creer_cio())
    f.connecter(client, dcio)
    hier = timezone.localdate() - dt.timedelta(days=1)
    autre = f.creer_habilitation(Role.DASEN)
    finie = f.creer_habilitation(Role.SG, utilisateur=dcio.utilisateur, date_fin=hier)
    for demandee in (autre.pk, finie.pk, 0, "", "drop table"):
        assert _porter(client, demandee).status_code == 404
    assert client.get(reverse("reseaux:porter_habilitation")).status_code == 405


def test_revoquee_celle_que_l_on_porte_fait_place_a_l_autre(client, admin):
    dcio = f.creer_perimetre(Role.DCIO, f.creer_cio())
    sg = f.creer_habilitation(Role.SG, utilisateur=dcio.utilisateur)
    f.connecter(client, dcio)
    _porter(client, sg.pk)
    revoquer_habilitation(perimetre=admin, habilitation=Habilitation.objects.pour_perimetre().get(pk=sg.pk))
    reponse = client.get(reverse("reseaux:cios"))
    assert reponse.wsgi_request.perimetre == Perimetre.de(
        Habilitation.objects.pour_perimetre().get(pk=dcio.habilitation_id)
    )


# --- In the browser -----------------------------------------------------------------------------------


def _ouvrir(navigateur, client, live_server, adresse):
    page = navigateur()
    biscuit = client.cookies["session"]
    page.context.add_cookies([{"name": "session", "value": biscuit.value, "url": live_server.url}])
    page.goto(adresse)
    return page


@pytest.mark.django_db(transaction=True)
def test_le_champ_du_role_seul_et_la_cle_attendue(navigateur, client, live_server):
    f.connecter(client, f.creer_perimetre(Role.ADMIN))
    page = _ouvrir(navigateur, client, live_server, reverse("reseaux:compte_creer"))
    champs = {nom: page.locator(f"#id_{nom}") for nom in ("departement", "cio", "etablissement")}
    assert not any(champ.is_visible() for champ in champs.values())
    page.select_option("#id_role", Role.CHEF_ETABLISSEMENT.value)
    assert [nom for nom, champ in champs.items() if champ.is_visible()] == ["etablissement"]
    juste = f.uai("041", 17)
    champs["etablissement"].fill(juste[:7])
    assert page.locator("#id_etablissement_cle").inner_text() == f"La clé attendue est {juste[7]} : {juste}."
    champs["etablissement"].fill(juste.lower())
    assert page.locator("#id_etablissement_cle").inner_text() == "La clé est juste."
    page.select_option("#id_role", Role.DASEN.value)
    assert [nom for nom, champ in champs.items() if champ.is_visible()] == ["departement"]


def test_l_administrateur_corrige_un_nom(client, admin):
    compte = f.creer_perimetre(Role.DCIO, f.creer_cio()).utilisateur
    f.connecter(client, admin)
    adresse = reverse("reseaux:compte_corriger", args=(compte.pk,))
    assert client.get(adresse).context["form"].initial["nom"] == compte.nom
    for _ in range(2):
        client.post(adresse, {"prenom": "Maëlle", "nom": "Le Goff"})
    compte.refresh_from_db()
    assert str(compte) == "Maëlle LE GOFF"
    entree = EntreeJournal.objects.get(action="comptes.utilisateur.nom")
    assert entree.apres == {"prenom": "Maëlle", "nom": "Le Goff"}
    assert client.post(adresse, {"prenom": "", "nom": "Le Goff"}).status_code == 200
    assert "Nom corrigé" in client.get(reverse("reseaux:compte", args=(compte.pk,))).content.decode()

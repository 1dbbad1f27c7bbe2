"""The perimeter editor: warnings, gestures without a script, two users, rights, drag and drop."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from comptes.enums import Role
from reseaux.enums import EtatEtablissement
from reseaux.models import MembreReseau, Reseau
from reseaux.selectors.perimetre import perimetre_du_cio
from tests.reseaux import factories as f

pytestmark = pytest.mark.django_db


def adresse(nom="perimetre", annee=None):
    return reverse(f"reseaux:{nom}", args=(f.creer_cio().pk, (annee or f.creer_annee()).code))


def fermer(etablissement):
    etablissement.etat, etablissement.date_fermeture = EtatEtablissement.FERME, f.creer_annee().debut
    etablissement.save()


def contenu():
    return perimetre_du_cio(cio=f.creer_cio(), annee=f.creer_annee())


def textes(response):
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def dcio(client):
    f.creer_annee()
    return f.connecter(client, f.creer_perimetre(Role.DCIO))


# --- What the editor shows ------------------------------------------------------------------------
def test_les_ecoles_sans_reseau_du_secteur_et_d_ailleurs():
    cio = f.creer_cio()
    antenne = f.creer_cio("Mer", parent=cio)
    libre, de_l_antenne = f.creer_etablissement(cio=cio), f.creer_etablissement(cio=antenne)
    ailleurs = f.creer_etablissement(cio=f.creer_cio("Vendôme"))
    fermer(f.creer_etablissement(cio=cio))
    f.creer_etablissement(cio=cio, secteur="prive")
    f.creer_etablissement(departement=f.creer_departement("028"))
    f.creer_reseau(membres=[f.creer_etablissement(cio=cio)])
    lu = contenu()
    assert {e.etablissement for e in lu.sans_reseau} == {libre, de_l_antenne}
    assert [e.etablissement for e in lu.hors_secteur] == [ailleurs]


def test_alertes_du_reseau():
    reseau = f.creer_reseau(membres=[loin := f.creer_etablissement(latitude=47.2, longitude=1.9)])
    (lu,) = contenu().reseaux
    assert lu.alertes == []
    assert {e.etablissement: e.alerte for e in lu.ecoles} == {
        reseau.tete: "",
        loin: "à 60 km de la tête",
    }
    fermer(reseau.tete)
    fermer(loin)
    (lu,) = contenu().reseaux
    assert lu.alertes == ["La tête de réseau est fermée : désignez un autre lycée."]
    assert {e.alerte for e in lu.ecoles} == {"fermé : désignez une autre tête", "fermé : à retirer"}


def test_un_reseau_sans_college_est_signale():
    f.creer_reseau(membres=[f.creer_lycee()])
    (lu,) = contenu().reseaux
    assert lu.alertes == ["Ce réseau ne compte aucun collège."]


@pytest.mark.parametrize("reseaux", [1, 3])
def test_la_page_coute_toujours_autant(dcio, reseaux, django_assert_num_queries):
    for _ in range(reseaux):
        f.creer_reseau(membres=[f.creer_etablissement(), f.creer_etablissement()])
        f.creer_effectif(f.creer_etablissement(cio=f.creer_cio()), 300)
    f.creer_lycee(cio=f.creer_cio())
    url = adresse()
    with django_assert_num_queries(12):
        assert dcio.get(url).status_code == 200


# --- Gestures without a script --------------------------------------------------------------------
def test_creer_deplacer_retirer_dissoudre_sans_script(dcio):
    cio = f.creer_cio()
    lycee, college = f.creer_lycee(cio=cio), f.creer_etablissement("Collège Begon", cio=cio)
    page = dcio.get(adresse()).content.decode()
    assert f'value="{college.pk}-0"' in page
    dcio.post(adresse("reseau_creer"), {"nom": "Nord", "tete": lycee.pk})
    reseau = Reseau.objects.get(nom="Nord")
    response = dcio.post(
        adresse("etablissements_placer"), {"ecoles": [f"{college.pk}-0"], "destination": reseau.pk}
    )
    assert response.url == f"{adresse()}#reseau-{reseau.pk}"
    assert MembreReseau.objects.filter(reseau=reseau, etablissement=college).exists()
    response = dcio.post(
        adresse("etablissements_placer"),
        {"ecoles": [f"{college.pk}-{reseau.pk}"], "destination": "0"},
        follow=True,
    )
    assert textes(response)[-1] == "Collège Begon (Blois) : sans réseau."
    assert not MembreReseau.objects.filter(etablissement=college).exists()
    dissoudre = reverse("reseaux:reseau_dissoudre", args=(reseau.pk,))
    page = dcio.get(dissoudre).content.decode()
    assert lycee.nom in page
    assert ">Périmètre du CIO</a>" in page
    assert Reseau.objects.filter(pk=reseau.pk).exists()
    dcio.post(dissoudre)
    assert not Reseau.objects.filter(pk=reseau.pk).exists()


def test_la_tete_se_choisit_parmi_les_lycees_du_reseau(dcio):
    second = f.creer_lycee("Lycée Second")
    reseau = f.creer_reseau(membres=[second, college := f.creer_etablissement("Collège Non")])
    modifier = reverse("reseaux:reseau_modifier", args=(reseau.pk,))
    page = dcio.get(modifier).content.decode()
    assert "Lycée Second" in page
    assert "Collège Non" not in page
    refus = dcio.post(modifier, {"nom": "Nord", "tete": college.pk})
    assert "tete" in refus.context["form"].errors
    dcio.post(modifier, {"nom": "Nord", "tete": second.pk})
    reseau.refresh_from_db()
    assert (reseau.nom, reseau.tete) == ("Nord", second)


def test_un_nom_deja_pris_revient_dans_le_formulaire_avec_la_saisie(dcio):
    f.creer_reseau(nom="Nord")
    lycee = f.creer_lycee(cio=f.creer_cio())
    refus = dcio.post(adresse("reseau_creer"), {"nom": "Nord", "tete": lycee.pk})
    assert refus.status_code == 200
    assert "porte déjà ce nom" in refus.content.decode()
    assert refus.context["form"]["tete"].value() == str(lycee.pk)


def test_deux_personnes_le_second_apprend_ou_est_l_ecole_et_garde_sa_selection(dcio):
    partie, restee = f.creer_etablissement("Collège Parti"), f.creer_etablissement("Collège Resté")
    cible = f.creer_reseau(nom="Cible")
    f.creer_reseau(nom="Collègue", membres=[partie])
    jetons = [f"{partie.pk}-0", f"{restee.pk}-0"]
    response = dcio.post(
        adresse("etablissements_placer"), {"ecoles": jetons, "destination": cible.pk}, follow=True
    )
    (message,) = textes(response)
    assert "Collège Parti (Blois) est dans le réseau « Collègue » du CIO de Blois" in message
    assert not MembreReseau.objects.filter(etablissement=restee).exists()
    page = response.content.decode()
    assert f'value="{restee.pk}-0" id="ecole-{restee.pk}-0" checked' in page
    assert f'<option value="{cible.pk}" selected>' in page


@pytest.mark.parametrize(
    ("donnees", "message"),
    [
        ({}, "Cochez au moins un établissement."),
        ({"ecoles": ["1-0"]}, "Choisissez où déplacer"),
        ({"ecoles": ["1-0"], "destination": "999999"}, "Ce réseau n’existe plus"),
        ({"ecoles": ["999999-0"], "destination": "0"}, "n’est pas de votre territoire"),
        ({"ecoles": ["'; DROP"], "destination": "0"}, "n’est pas de votre territoire"),
    ],
)
def test_un_envoi_de_travers_est_explique(dcio, donnees, message):
    response = dcio.post(adresse("etablissements_placer"), donnees, follow=True)
    assert any(message in texte for texte in textes(response))


def test_reprendre_l_annee_precedente_montre_puis_fait(dcio):
    ferme = f.creer_etablissement("Collège Fermé")
    f.creer_reseau(annee=f.annee_precedente(), membres=[ferme], nom="Nord")
    fermer(ferme)
    assert "Reprendre l’année précédente" in dcio.get(adresse()).content.decode()
    apercu = dcio.get(adresse("perimetre_copier")).content.decode()
    assert "Collège Fermé (Blois) : établissement fermé" in apercu
    assert not Reseau.objects.filter(annee=f.creer_annee()).exists()
    response = dcio.post(adresse("perimetre_copier"), follow=True)
    assert "Collège Fermé (Blois) n’a pas été repris : établissement fermé." in textes(response)
    assert Reseau.objects.filter(annee=f.creer_annee(), nom="Nord").exists()
    assert "a déjà des réseaux" in textes(dcio.post(adresse("perimetre_copier"), follow=True))[0]


# --- Rights ---------------------------------------------------------------------------------------
MODIFIENT = {Role.DCIO, Role.SECRETAIRE_CIO, Role.IEN_IO, Role.ADJOINT_IEN_IO}


@pytest.mark.parametrize("role", Role.values)
def test_droits_sur_son_territoire(client, role):
    reseau = f.creer_reseau()
    f.connecter(client, f.creer_perimetre(role))
    page = client.get(adresse())
    assert page.status_code == (403 if role == Role.CHEF_ETABLISSEMENT else 200)
    permis = role in MODIFIENT
    if page.status_code == 200:
        assert page.context["modifiable"] is permis
        assert ('id="placer"' in page.content.decode()) is permis
    for url in (adresse("reseau_creer"), adresse("perimetre_copier")):
        assert client.get(url).status_code == (200 if permis else 403)
    assert client.post(adresse("etablissements_placer")).status_code == (302 if permis else 403)
    for nom in ("reseau_modifier", "reseau_dissoudre"):
        url = reverse(f"reseaux:{nom}", args=(reseau.pk,))
        assert client.get(url).status_code in ({200} if permis else {403, 404})


@pytest.mark.parametrize("role", [Role.DCIO, Role.IEN_IO, Role.DASEN, Role.CHARGE_MISSION_REGION])
def test_rien_d_un_autre_territoire(client, role):
    cio = f.creer_cio("Chartres", departement=f.creer_departement("028"))
    reseau = f.creer_reseau(cio)
    f.connecter(client, f.creer_perimetre(role))
    for nom in ("perimetre", "reseau_creer", "perimetre_copier"):
        assert client.get(reverse(f"reseaux:{nom}", args=(cio.pk, reseau.annee.code))).status_code == 404
    for nom in ("reseau_modifier", "reseau_dissoudre"):
        assert client.get(reverse(f"reseaux:{nom}", args=(reseau.pk,))).status_code == 404


def test_une_annee_close_se_lit_sans_se_modifier(dcio):
    f.creer_reseau(annee=f.annee_precedente())
    page = dcio.get(adresse(annee=f.annee_precedente()))
    assert page.context["modifiable"] is False
    assert "est close" in page.content.decode()
    assert dcio.post(adresse("reseau_creer", f.annee_precedente())).status_code == 403


def test_sans_habilitation_on_ne_lit_rien(client):
    f.creer_annee()
    client.force_login(f.creer_utilisateur(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(adresse()).url == "/"


# --- The browser ----------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_glisser_une_ecole_vers_un_reseau(navigateur, live_server, client):
    college = f.creer_etablissement("Collège Begon", cio=f.creer_cio())
    reseau = f.creer_reseau(nom="Nord")
    f.connecter(client, f.creer_perimetre(Role.DCIO))
    page = navigateur(viewport={"width": 1280, "height": 1600})
    cookie = {"name": "session", "value": client.cookies["session"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(adresse())
    page.drag_and_drop(f'[data-jeton="{college.pk}-0"]', f"#reseau-{reseau.pk}")
    expect(page.get_by_text("Collège Begon (Blois) : dans le réseau « Nord ».")).to_be_visible()
    assert MembreReseau.objects.filter(reseau=reseau, etablissement=college).exists()
    # The same by keyboard: tick, choose, send.
    page.get_by_label("Collège Begon").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-compte]")).to_have_text("1 établissement à déplacer")
    page.get_by_label("Déplacer vers").select_option("0")
    page.get_by_role("button", name="Déplacer").press("Enter")
    expect(page.get_by_text("Collège Begon (Blois) : sans réseau.")).to_be_visible()

"""The grid as a form: two readings, strict reading of what is typed, conflicts, constant queries."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from comptes.enums import Role
from psyen.enums import Modalite
from psyen.models import Affectation, Repartition, Service
from psyen.services.decision import donner_avis
from psyen.services.repartition import actualiser_les_psyen, proposer_repartition, retirer_proposition
from reseaux.perimetre import Perimetre
from tests.psyen.factories import (
    creer_arretee,
    creer_brouillon,
    creer_proposee,
    creer_psyen,
    creer_reseau_type,
    ecoles_de,
    enregistrer,
    saisie,
)
from tests.reseaux.factories import annee_suivante, connecter, creer_cio, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.fixture
def brouillon():
    return creer_brouillon()


@pytest.fixture
def dcio(brouillon):
    return creer_perimetre(Role.DCIO, brouillon.cio)


@pytest.fixture
def client_dcio(client, dcio):
    return connecter(client, dcio)


def adresse(repartition, lecture="reseaux"):
    return f"{reverse('psyen:repartition_grille', args=[repartition.pk])}?lecture={lecture}"


def champs(page) -> dict[str, str]:
    """The fields of the form as a browser would send them, hidden ones included."""
    html = page.content.decode()
    formulaire = html[html.index('id="grille"') :]
    entrees = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', formulaire))
    for nom, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', formulaire):
        choisie = re.search(r'value="([^"]*)" selected', options)
        entrees[nom] = choisie[1] if choisie else ""
    entrees.pop("csrfmiddlewaretoken", None)
    return entrees


def ecole(repartition, rang=0):
    return ecoles_de(repartition.cio.reseaux.get())[rang]


def psyen(repartition):
    return repartition.services.get().psyen


def cellule(repartition, rang=0) -> str:
    return f"c-{psyen(repartition).pk}-{ecole(repartition, rang).pk}"


@pytest.mark.parametrize("lecture", ["reseaux", "ensemble"])
def test_la_page_enregistre_ce_qui_est_saisi_dans_les_deux_lectures(client_dcio, brouillon, lecture):
    reseau = brouillon.cio.reseaux.get()
    pk = psyen(brouillon).pk
    if lecture == "reseaux":
        # The row of a réseau appears with its first half-days or as the réseau principal.
        Service.objects.update(reseau=reseau)
    donnees = champs(client_dcio.get(adresse(brouillon, lecture)))
    assert {cellule(brouillon), f"q-{pk}", f"k-{pk}", f"i-{pk}", f"r-{pk}", f"b-{pk}"} <= donnees.keys()
    donnees |= {
        cellule(brouillon): "1,5",
        cellule(brouillon, 1): "1.5 D",
        f"i-{pk}": "4",
        f"r-{pk}": str(reseau.pk),
    }
    reponse = client_dcio.post(adresse(brouillon, lecture), donnees, follow=True)
    assert "Le brouillon est enregistré." in reponse.content.decode()
    assert reponse.redirect_chain[-1][0].endswith(f"lecture={lecture}")
    assert set(Affectation.objects.values_list("etablissement", "demi_journees", "modalite")) == {
        (ecole(brouillon).pk, Decimal("1.5"), Modalite.PRESENTIEL),
        (ecole(brouillon, 1).pk, Decimal("1.5"), Modalite.DISTANCIEL),
    }
    service = Service.objects.get()
    assert (service.demi_journees_cio, service.reseau) == (4, reseau)
    relue = champs(client_dcio.get(adresse(brouillon, lecture)))
    assert (relue[cellule(brouillon)], relue[cellule(brouillon, 1)]) == ("1,5", "1,5 D")


@pytest.mark.parametrize(
    ("texte", "message"),
    [
        ("abc", "« abc » n’est pas un nombre"),
        ("0,3", "par pas de 0,5"),
        ("12", "par pas de 0,5, de 0,5 à 10"),
        ("-1", "« -1 » est négatif"),
        ("1e2", "n’est pas un nombre"),
        ("١", "n’est pas un nombre"),
        ("<script>", "&lt;script&gt;"),
        ("9" * 5000, "n’est pas un nombre"),
        ("NaN", "n’est pas un nombre"),
    ],
)
def test_saisie_refusee_dite_a_sa_place_et_tout_est_rendu(client_dcio, brouillon, texte, message):
    Service.objects.update(reseau=brouillon.cio.reseaux.get())
    donnees = champs(client_dcio.get(adresse(brouillon)))
    donnees |= {cellule(brouillon): texte, cellule(brouillon, 1): "2"}
    page = client_dcio.post(adresse(brouillon), donnees).content.decode()
    assert message in page
    assert f'href="#{cellule(brouillon)}"' in page
    assert "data-cio-focus" in page
    assert not Affectation.objects.exists()
    rendues = dict(re.findall(r'<input id="(c-[^"]+)"[^>]*value="([^"]*)"', page))
    assert rendues[cellule(brouillon, 1)] == "2"
    assert re.search(rf'id="{cellule(brouillon)}"[^>]*aria-invalid="true"', page)


@pytest.mark.parametrize("texte", ["", "0", "0,0", "  "])
def test_une_case_vide_ou_nulle_retire_les_demi_journees(client_dcio, brouillon, texte):
    enregistrer(brouillon, saisie(brouillon, psyen(brouillon), {ecole(brouillon): "2"}))
    donnees = champs(client_dcio.get(adresse(brouillon))) | {cellule(brouillon): texte}
    client_dcio.post(adresse(brouillon), donnees)
    assert not Affectation.objects.exists()


def test_un_champ_absent_garde_sa_valeur(client_dcio, brouillon):
    enregistrer(brouillon, saisie(brouillon, psyen(brouillon), {ecole(brouillon): "2"}, cio="3"))
    brouillon.refresh_from_db()
    client_dcio.post(adresse(brouillon), {"revision": brouillon.revision, cellule(brouillon, 1): "1"})
    service = Service.objects.get()
    assert (service.demi_journees_cio, service.demi_journees_eple) == (3, 3)


def test_depassement_dit_avec_le_compte_et_la_ligne_en_erreur(client_dcio, brouillon):
    pk = psyen(brouillon).pk
    donnees = champs(client_dcio.get(adresse(brouillon, "ensemble")))
    donnees |= {cellule(brouillon): "8", f"i-{pk}": "4,5"}
    page = client_dcio.post(adresse(brouillon, "ensemble"), donnees).content.decode()
    nom = psyen(brouillon)
    phrase = f"{nom} : 12,5 demi-journées pour une capacité de 10 ; retirez-en 2,5."
    assert page.count(phrase) == 3  # summary, findings, beside the name
    assert re.search(rf'<tr id="l-{pk}"[^>]*class="est-erreur"', page)
    assert not Affectation.objects.exists()


def test_deux_personnes_la_seconde_voit_les_deux_saisies_et_rien_ne_se_perd(client_dcio, brouillon):
    autre = creer_psyen("Autre", cio=brouillon.cio)
    tranquille = creer_psyen("Tranquille", cio=brouillon.cio)
    actualiser_les_psyen(repartition=brouillon, perimetre=Perimetre.systeme())
    premier = brouillon.services.order_by("pk").first().psyen
    lycee, college, _ = ecoles_de(brouillon.cio.reseaux.get())
    donnees = champs(client_dcio.get(adresse(brouillon, "ensemble")))
    secretaire = creer_perimetre(Role.SECRETAIRE_CIO, brouillon.cio)
    enregistrer(
        brouillon,
        saisie(brouillon, premier, {lycee: "2"}),
        saisie(brouillon, tranquille, {college: "5"}),
        perimetre=secretaire,
    )
    donnees |= {f"c-{premier.pk}-{lycee.pk}": "3", f"c-{autre.pk}-{college.pk}": "4"}
    reponse = client_dcio.post(adresse(brouillon, "ensemble"), donnees)
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert str(secretaire.utilisateur) in page
    assert f'name="garder-{premier.pk}"' in page
    assert f'name="garder-{autre.pk}"' not in page  # nobody else touched it
    assert f'name="garder-{tranquille.pk}"' not in page  # I did not touch it
    formulaire = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    formulaire.pop("csrfmiddlewaretoken")
    reponse = client_dcio.post(adresse(brouillon), formulaire | {f"garder-{premier.pk}": "autre"})
    assert reponse.status_code == 302
    assert set(Affectation.objects.values_list("service__psyen", "demi_journees")) == {
        (premier.pk, 2),
        (autre.pk, 4),
        (tranquille.pk, 5),
    }


def test_proposee_entre_temps_la_saisie_reste_a_l_ecran(client_dcio, brouillon, dcio):
    donnees = champs(client_dcio.get(adresse(brouillon, "ensemble"))) | {cellule(brouillon): "3"}
    proposer_repartition(repartition=brouillon, perimetre=dcio)
    page = client_dcio.post(adresse(brouillon, "ensemble"), donnees).content.decode()
    assert "n’est plus un brouillon" in page
    assert re.search(rf'id="{cellule(brouillon)}"[^>]*value="3"', page)
    assert not Affectation.objects.exists()


def test_le_controle_en_cours_de_saisie_n_ecrit_rien(client_dcio, brouillon):
    url = reverse("psyen:repartition_controler", args=[brouillon.pk])
    page = client_dcio.post(url, {f"i-{psyen(brouillon).pk}": "11"}).content.decode()
    assert "11 demi-journées pour une capacité de 10 ; retirez-en 1." in page
    assert Service.objects.get().demi_journees_cio == 0


def test_enregistrer_et_poursuivre(client_dcio, brouillon):
    reseau = brouillon.cio.reseaux.get()
    reponse = client_dcio.post(adresse(brouillon), {"suite": f"affecter-{reseau.pk}"})
    assert reponse.url == f"{reverse('psyen:affecter', args=[brouillon.pk])}?reseau={reseau.pk}"
    reponse = client_dcio.post(adresse(brouillon), {"suite": "proposer"})
    assert reponse.url == reverse("psyen:repartition_proposer", args=[brouillon.pk])
    reponse = client_dcio.post(adresse(brouillon), {"suite": "https://ailleurs.example", "revision": "x"})
    assert reponse.url.startswith("/repartitions/")


def test_une_grille_inchangee_ne_le_dit_que_si_l_on_y_revient(client_dcio, brouillon):
    page = client_dcio.post(adresse(brouillon), {"suite": "proposer"}, follow=True).content.decode()
    assert "Rien n’avait changé" not in page
    page = client_dcio.post(adresse(brouillon), {}, follow=True).content.decode()
    assert "Rien n’avait changé" in page


def test_qui_ouvre_la_grille(client, brouillon):
    attendus = {
        (Role.DCIO, brouillon.cio): 200,
        (Role.SECRETAIRE_CIO, brouillon.cio): 200,
        (Role.DCIO, creer_cio("Vendôme")): 404,
        (Role.DASEN, brouillon.cio.departement): 404,  # a draft is the DCIO's own work
        (Role.PSYEN, brouillon.cio.departement): 404,
        (Role.ADMIN, brouillon.cio.departement.academie): 404,
    }
    for (role, territoire), code in attendus.items():
        assert (
            connecter(client, creer_perimetre(role, territoire)).get(adresse(brouillon)).status_code == code
        )


def test_une_proposition_se_lit_mais_ne_s_ouvre_plus(client):
    proposee = creer_proposee()
    connecter(client, creer_perimetre(Role.DCIO, proposee.cio))
    assert client.get(adresse(proposee)).url == reverse("psyen:repartition", args=[proposee.pk])
    connecter(client, creer_perimetre(Role.DASEN, creer_departement()))
    assert client.get(adresse(proposee)).status_code == 403
    assert client.get(reverse("psyen:repartition", args=[proposee.pk])).status_code == 200


@pytest.mark.parametrize("lecture", ["reseaux", "ensemble"])
def test_nombre_de_requetes_constant(client, lecture, django_assert_max_num_queries):
    nombres = []
    for commune, psyens, colleges in (("Blois", 1, 2), ("Vendôme", 3, 3), ("Chartres", 12, 20)):
        repartition = creer_brouillon(cio=creer_cio(commune), psyens=psyens)
        creer_reseau_type("Second", cio=repartition.cio, annee=repartition.annee, colleges=colleges)
        connecter(client, creer_perimetre(Role.DCIO, repartition.cio))
        client.get(adresse(repartition, lecture))
        with django_assert_max_num_queries(12) as requetes:
            client.get(adresse(repartition, lecture))
        nombres.append(len(requetes))
    assert len(set(nombres)) == 1, nombres


# --- the page of a version -------------------------------------------------------------------------


def test_la_page_montre_la_version_et_repond_a_l_etat_au(client):
    arretee = creer_arretee()
    connecter(client, creer_perimetre(Role.SG, arretee.cio.departement))
    url = reverse("psyen:repartition", args=[arretee.pk])
    page = client.get(url, {"au": arretee.annee.debut.isoformat()}).content.decode()
    assert "Arrêtée le" in page
    assert "version 1 de" in page
    assert "Aucune répartition n’est en vigueur" in client.get(url, {"au": "2001-01-01"}).content.decode()
    assert client.get(url, {"au": "n’importe"}).status_code == 200


def test_la_liste_suit_le_perimetre(client, brouillon):
    connecter(client, creer_perimetre(Role.DCIO, brouillon.cio))
    url = reverse("psyen:repartitions")
    assert "1 répartition" in client.get(url).content.decode()
    assert client.get(url, {"format": "csv"}).status_code == 200
    connecter(client, creer_perimetre(Role.IEN_IO, brouillon.cio.departement))
    assert "Aucune répartition" in client.get(url).content.decode()


# --- the gestures of the CIO -----------------------------------------------------------------------


def test_preparer_proposer_retirer_reprendre_supprimer(client):
    cio = creer_cio()
    creer_reseau_type(cio=cio, annee=annee_suivante())
    creer_psyen(cio=cio)
    connecter(client, creer_perimetre(Role.DCIO, cio))
    assert "Ouvrir le brouillon" in client.get(reverse("psyen:preparer")).content.decode()
    reponse = client.post(reverse("psyen:repartition_ouvrir"), {"annee": annee_suivante().code})
    repartition = Repartition.objects.get()
    assert reponse.url == reverse("psyen:repartition_grille", args=[repartition.pk])
    proposer = reverse("psyen:repartition_proposer", args=[repartition.pk])
    assert "n’a aucun établissement" in client.get(proposer).content.decode()
    client.post(proposer, {"message": "Deux postes à venir."})
    repartition.refresh_from_db()
    assert (repartition.etat, repartition.message) == ("proposee", "Deux postes à venir.")
    client.post(reverse("psyen:repartition_retirer", args=[repartition.pk]))
    repartition.refresh_from_db()
    assert repartition.etat == "brouillon"
    client.post(
        reverse("psyen:repartition_date_effet", args=[repartition.pk]),
        {"date_effet": annee_suivante().fin.isoformat()},
    )
    repartition.refresh_from_db()
    assert repartition.date_effet == annee_suivante().fin
    client.post(reverse("psyen:repartition_actualiser", args=[repartition.pk]))
    for nom in ("retirer", "reprendre", "supprimer", "date_effet", "actualiser"):
        assert client.get(reverse(f"psyen:repartition_{nom}", args=[repartition.pk])).status_code == 405
    reponse = client.post(reverse("psyen:repartition_supprimer", args=[repartition.pk]))
    assert reponse.url == reverse("psyen:repartitions")
    assert not Repartition.objects.exists()


def test_supprimer_un_brouillon_deja_commente_est_refuse_sur_sa_page(client):
    repartition = creer_proposee()
    dcio = creer_perimetre(Role.DCIO, repartition.cio)
    donner_avis(repartition=repartition, sens="reserve", texte="", perimetre=creer_perimetre(Role.IEN_IO))
    retirer_proposition(repartition=repartition, perimetre=dcio)
    adresse_du_geste = reverse("psyen:repartition_supprimer", args=[repartition.pk])
    reponse = connecter(client, dcio).post(adresse_du_geste, follow=True)
    assert reponse.redirect_chain == [(reverse("psyen:repartition", args=[repartition.pk]), 302)]
    assert "elle ne se supprime plus" in reponse.content.decode()
    assert Repartition.objects.filter(pk=repartition.pk).exists()


def test_preparer_un_modificatif(client):
    arretee = creer_arretee()
    connecter(client, creer_perimetre(Role.DCIO, arretee.cio))
    donnees = {"annee": arretee.annee.code, "date_effet": "2001-01-01"}
    page = client.post(reverse("psyen:repartition_ouvrir"), donnees, follow=True).content.decode()
    assert "La date d’effet doit être comprise entre" in page
    donnees["date_effet"] = arretee.annee.fin.isoformat()
    client.post(reverse("psyen:repartition_ouvrir"), donnees)
    seconde = Repartition.objects.get(version=2)
    page = client.get(reverse("psyen:repartition", args=[seconde.pk])).content.decode()
    assert "Aucune demi-journée ne change." in page


def test_seul_le_dcio_propose(client, brouillon):
    connecter(client, creer_perimetre(Role.SECRETAIRE_CIO, brouillon.cio))
    url = reverse("psyen:repartition_proposer", args=[brouillon.pk])
    assert client.get(url).status_code == 403
    assert client.post(url, {}).status_code == 403

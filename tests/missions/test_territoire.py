"""Actions of the territory, catalogue, gauges: rules and pages."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from comptes.enums import Role
from missions.enums import EtatActionDeTerritoire, Theme, Volet
from missions.models import ActionDeTerritoire, ActionExternalisable
from missions.selectors.territoire import jauges_avenir
from missions.services.territoire import (
    annuler_action_de_territoire,
    creer_action_de_territoire,
    modifier_action_de_territoire,
    realiser_action_de_territoire,
    retablir_action_de_territoire,
)
from missions.services.territoire_externalisables import creer_externalisable, retirer_externalisable
from socle.journal import historique
from tests.cio_network.test_requetes import compter
from tests.missions import factories_territoire as f
from tests.missions.factories import creer_public
from tests.reseaux.factories import (
    annee_precedente,
    connecter,
    creer_academie,
    creer_annee,
    creer_cio,
    creer_departement,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def dcio():
    return creer_perimetre(Role.DCIO, creer_cio())


def saisie(**champs):
    return {"volet": Volet.AVENIR, "titre": "Forum", "jour": f.dans(0), "annee": creer_annee()} | champs


def test_une_action_s_inscrit_avec_ses_publics_et_ses_partenaires(dcio):
    public, partenaire = creer_public(), f.creer_partenaire()
    action = creer_action_de_territoire(
        perimetre=dcio, cio=creer_cio(), **saisie(publics=[public], partenaires=[partenaire])
    )
    assert list(action.publics.all()) == [public]
    assert historique(action).first().libelle == "Action de territoire inscrite"


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"jour": f.dans(800)}, "n’est pas dans l’année scolaire"),
        ({"titre": ""}, "titre|vide|blank"),
    ],
)
def test_une_date_hors_de_l_annee_ou_un_titre_vide_sont_refuses(dcio, champs, message):
    with pytest.raises(ValidationError) as erreur:
        creer_action_de_territoire(perimetre=dcio, cio=creer_cio(), **saisie(**champs))
    assert not ActionDeTerritoire.objects.exists()
    assert message.split("|")[0] in str(erreur.value)


def test_un_partenaire_d_un_autre_departement_est_refuse(dcio):
    ailleurs = f.creer_partenaire("Mission locale de Rennes", departement=creer_departement("035"))
    with pytest.raises(ValidationError, match="Mission locale de Rennes : partenaire d’un autre département"):
        creer_action_de_territoire(perimetre=dcio, cio=creer_cio(), **saisie(partenaires=[ailleurs]))


def test_un_public_d_une_autre_academie_est_refuse(dcio):
    ailleurs = creer_public(academie=creer_academie("14", "Rennes"))
    with pytest.raises(ValidationError, match="nomenclature de l’académie"):
        creer_action_de_territoire(perimetre=dcio, cio=creer_cio(), **saisie(publics=[ailleurs]))


def test_deux_fois_la_meme_action_le_meme_jour_est_refuse(dcio):
    creer_action_de_territoire(perimetre=dcio, cio=creer_cio(), **saisie())
    with pytest.raises(ValidationError, match="déjà inscrite ce jour-là"):
        creer_action_de_territoire(perimetre=dcio, cio=creer_cio(), **saisie())


def test_un_cio_ferme_n_ouvre_plus_d_action():
    cio = creer_cio()
    cio.est_ouvert = False
    cio.save()
    ien_io = creer_perimetre(Role.IEN_IO)
    with pytest.raises(ValidationError, match="est fermé"):
        creer_action_de_territoire(perimetre=ien_io, cio=cio, **saisie())


def test_le_dcio_voisin_n_ecrit_pas(dcio):
    with pytest.raises(PermissionDenied):
        creer_action_de_territoire(perimetre=dcio, cio=creer_cio("Vendôme"), **saisie())


def test_une_annee_close_ne_change_plus(dcio):
    avant = annee_precedente()
    avant.etat = "close"
    avant.save()
    action = f.creer_action_de_territoire(annee=avant, jour=avant.debut)
    with pytest.raises(ValidationError, match="est close"):
        annuler_action_de_territoire(perimetre=dcio, action=action)


def test_realiser_annuler_retablir(dcio):
    action = f.creer_action_de_territoire()
    action = realiser_action_de_territoire(perimetre=dcio, action=action, jour=action.jour, participants=120)
    assert (action.etat, action.participants) == (EtatActionDeTerritoire.REALISEE, 120)
    with pytest.raises(ValidationError, match="seule une action prévue s’annule"):
        annuler_action_de_territoire(perimetre=dcio, action=action)
    retablir_action_de_territoire(perimetre=dcio, action=action)
    annuler_action_de_territoire(perimetre=dcio, action=action)
    action.refresh_from_db()
    assert (action.etat, action.participants) == (EtatActionDeTerritoire.ANNULEE, None)
    with pytest.raises(ValidationError, match="rétablissez-la"):
        realiser_action_de_territoire(perimetre=dcio, action=action, jour=action.jour)


def test_une_action_a_venir_n_est_pas_realisee(dcio):
    action = f.creer_action_de_territoire()
    fin = action.annee.fin
    if fin > f.dans(0):
        with pytest.raises(ValidationError, match="a déjà eu lieu"):
            realiser_action_de_territoire(perimetre=dcio, action=action, jour=fin)


def test_modifier_garde_le_cio_et_l_histoire(dcio):
    action = f.creer_action_de_territoire()
    modifier_action_de_territoire(perimetre=dcio, action=action, **saisie(titre="Café des métiers"))
    modifier_action_de_territoire(perimetre=dcio, action=action, **saisie(titre="Café des métiers"))
    assert [entree.libelle for entree in historique(action)] == ["Action de territoire modifiée"]


def test_les_jauges_disent_quel_cio_manque():
    blois, vendome = creer_cio("Blois"), creer_cio("Vendôme")
    f.creer_action_de_territoire(cio=creer_cio("Contres", parent=blois), etat="realisee")
    f.creer_action_de_territoire(cio=vendome)
    jauges = jauges_avenir(creer_perimetre(Role.IEN_IO), creer_annee())
    assert [(j.nom, j.realisees, j.prevues, j.est_atteinte) for j in jauges] == [
        ("CIO de Blois", 1, 0, True),
        ("CIO de Vendôme", 0, 1, False),
    ]


# --- Catalogue ---------------------------------------------------------------------------------------


def test_le_catalogue_se_complete_et_se_retire(dcio):
    action = creer_externalisable(
        perimetre=dcio, cio=creer_cio(), theme=Theme.DECROCHAGE, titre="Remobilisation"
    )
    with pytest.raises(ValidationError, match="déjà au catalogue du CIO"):
        creer_externalisable(
            perimetre=dcio, cio=creer_cio(), theme=Theme.COMPORTEMENT, titre="Remobilisation"
        )
    retirer_externalisable(perimetre=dcio, action=action)
    with pytest.raises(ValidationError, match="déjà retirée"):
        retirer_externalisable(perimetre=dcio, action=action)


# --- Pages -------------------------------------------------------------------------------------------


def test_la_page_montre_les_jauges_et_se_filtre(client, dcio):
    f.creer_action_de_territoire("Forum Avenir", etat="realisee")
    f.creer_action_de_territoire("Débat citoyen", volet="citoyen")
    connecter(client, dcio)
    page = client.get(reverse("missions:territoire")).text
    assert "1 CIO sur 1" in page
    assert "Débat citoyen" in page
    filtree = client.get(
        reverse("missions:territoire"), {"volet": "avenir", "annee": creer_annee().code}
    ).text
    assert "Débat citoyen" not in filtree


@pytest.mark.parametrize("format_", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize(
    "liste", ["territoire", "externalisables", "biblio_labs", "partenaires", "conventions"]
)
def test_chaque_liste_s_exporte(client, liste, format_):
    f.creer_action_de_territoire()
    f.creer_externalisable()
    f.creer_biblio_lab()
    f.creer_convention()
    connecter(client, creer_perimetre(Role.CHARGE_MISSION_REGION))
    reponse = client.get(reverse(f"missions:{liste}"), {"format": format_})
    contenu = reponse.getvalue()
    assert reponse.status_code == 200
    assert format_ != "csv" or "Loir-et-Cher" in contenu.decode("utf-8-sig")


def test_inscrire_puis_realiser_par_les_pages(client, dcio):
    connecter(client, dcio)
    public = creer_public()
    reponse = client.post(
        reverse("missions:action_de_territoire_creer"),
        {
            "cio": creer_cio().pk,
            "titre": "Forum",
            "volet": "avenir",
            "annee": creer_annee().pk,
            "jour": f.dans(0).isoformat(),
            "publics": [public.pk],
        },
    )
    action = ActionDeTerritoire.objects.get()
    assert reponse["Location"] == reverse("missions:action_de_territoire", args=[action.pk])
    client.post(
        reverse("missions:action_de_territoire_realiser", args=[action.pk]),
        {"jour": f.dans(0).isoformat(), "participants": "87"},
    )
    page = client.get(reverse("missions:action_de_territoire", args=[action.pk])).text
    assert "Réalisée" in page
    assert "87" in page


def test_un_cio_voisin_poste_est_refuse_dans_le_formulaire(client, dcio):
    connecter(client, dcio)
    reponse = client.post(
        reverse("missions:externalisable_creer"),
        {"cio": creer_cio("Vendôme").pk, "titre": "Atelier", "theme": "decrochage"},
    )
    assert reponse.status_code == 200
    assert not ActionExternalisable.objects.exists()


def test_la_region_ne_lit_pas_qui_a_ecrit(client, dcio):
    action = creer_action_de_territoire(perimetre=dcio, cio=creer_cio(), **saisie())
    connecter(client, creer_perimetre(Role.CHARGE_MISSION_REGION))
    page = client.get(reverse("missions:action_de_territoire", args=[action.pk])).text
    assert "Forum" in page
    assert str(dcio.utilisateur) not in page


@pytest.mark.parametrize(
    "liste", ["territoire", "externalisables", "biblio_labs", "partenaires", "conventions"]
)
@pytest.mark.parametrize("parametres", ["", "?format=csv"])
def test_les_requetes_ne_suivent_pas_les_lignes(client, liste, parametres):
    connecter(client, creer_perimetre(Role.IEN_IO))

    def remplir(rang):
        cio = creer_cio(f"Commune {rang}")
        action = f.creer_action_de_territoire(f"Action {rang}", cio=cio, etat="realisee")
        action.partenaires.add(f.creer_partenaire(f"Partenaire {rang}"))
        action.publics.add(creer_public(f"P{rang}"))
        f.creer_externalisable(f"Atelier {rang}", cio=cio)
        f.creer_biblio_lab()
        f.creer_convention(f"Convention {rang}")

    adresse = reverse(f"missions:{liste}") + parametres
    remplir(0)
    avant = compter(client, adresse)
    for rang in (1, 2):
        remplir(rang)
    assert compter(client, adresse) == avant

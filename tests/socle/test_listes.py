"""`ListeView`: filters, sort, pages and exports, whatever the address says."""

import csv
import io

import django_filters
import pytest
from django.http import QueryDict
from django.urls import path
from django.utils.html import escape

from cio_network import urls
from comptes.enums import Role
from reseaux.models import Etablissement
from socle.filters import FiltreListe
from socle.listes import Adresse, PaginateurDirect, Tri
from socle.tableaux import ColonneEcran, adresses, cellule
from socle.tableurs import Colonne
from socle.views import ListeView
from tests.reseaux.factories import (
    connecter,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_perimetre,
)


class Filtre(FiltreListe):
    commune = django_filters.CharFilter(label="Commune")
    secteur = django_filters.ChoiceFilter(label="Secteur", choices=[("public", "public"), ("prive", "privé")])


class Liste(ListeView):
    model = Etablissement
    titre = "Établissements"
    nom_objets = ("établissement", "établissements")
    filterset_class = Filtre
    paginate_by = 2
    champs = ("pk", "uai", "nom", "commune")
    colonnes = (
        ColonneEcran("Nom", "nom", tri="nom", lien="reseaux:etablissement", lien_cle="pk"),
        ColonneEcran("Commune", "commune", tri="commune"),
        ColonneEcran("UAI", "uai"),
    )
    tris = {"nom": ("nom",), "commune": ("commune",)}
    colonnes_export = (Colonne("uai", "UAI"), Colonne("nom", "Nom"))
    vide_titre = "Aucun établissement"
    vide_texte = "Importez l’annuaire."


urlpatterns = [path("essai/", Liste.as_view()), *urls.urlpatterns]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def dcio(client):
    connecter(client, creer_perimetre(Role.DCIO, creer_cio()))
    return client


@pytest.fixture
def cinq(dcio):
    """Five schools of the Loir-et-Cher, all of the same commune, and one of elsewhere."""
    creer_etablissement("Ailleurs", departement=creer_departement("018"))
    return [creer_etablissement(f"Collège {lettre}") for lettre in "BDACE"]


def noms(reponse):
    return [ligne["nom"] for ligne in reponse.context["page_obj"].object_list]


def test_la_liste_ne_montre_que_le_perimetre_et_compte(dcio, cinq):
    reponse = dcio.get("/essai/")
    assert noms(reponse) == ["Collège A", "Collège B"]
    assert "5 établissements, page 1 sur 3" in reponse.text
    assert "Ailleurs" not in reponse.text


@pytest.mark.parametrize("tri", ["nom", "-nom", "commune", "-commune"])
def test_les_pages_se_suivent_sans_trou_ni_doublon_meme_a_egalite(dcio, cinq, tri):
    """The last pages are read from the end of the list: same result."""
    vus = [nom for page in (1, 2, 3) for nom in noms(dcio.get(f"/essai/?tri={tri}&page={page}"))]
    champ = tri.removeprefix("-")
    attendu = sorted(cinq, key=lambda e: (getattr(e, champ), e.pk), reverse=tri.startswith("-"))
    assert vus == [etablissement.nom for etablissement in attendu]


def test_le_titre_trie_dit_son_sens_et_propose_l_autre(dcio, cinq):
    texte = dcio.get("/essai/?commune=Blois&tri=nom").text
    assert 'aria-sort="ascending"><a class="cio-tri" href="?commune=Blois&amp;tri=-nom"' in texte
    assert "?commune=Blois&amp;tri=nom&amp;page=2" in texte


@pytest.mark.parametrize("page", ["0", "-1", "99", "abc", "", "1e9", "٣", "9" * 400])
def test_une_page_qui_n_existe_pas_montre_la_plus_proche(dcio, cinq, page):
    reponse = dcio.get("/essai/", {"page": page})
    assert reponse.status_code == 200
    assert "La page demandée n’existe pas" in reponse.text


def test_un_tri_un_format_ou_un_filtre_inconnus_sont_dits_et_laisses(dcio, cinq):
    reponse = dcio.get("/essai/?tri=mot_de_passe&format=exe&secteur=martien")
    assert reponse.status_code == 200
    assert noms(reponse) == ["Collège A", "Collège B"]
    for phrase in ("Ce tri n’existe pas", "Ce format d’export n’existe pas", "Le filtre « Secteur »"):
        assert phrase in reponse.text


def test_une_liste_vide_dit_que_faire(dcio):
    assert "Importez l’annuaire." in dcio.get("/essai/").text
    creer_etablissement()
    assert "Effacer les filtres" in dcio.get("/essai/?commune=Nulle-part").text


def test_l_export_contient_exactement_ce_qui_est_filtre_et_trie(dcio, cinq):
    creer_etablissement("Lycée", commune="Vendôme")
    reponse = dcio.get("/essai/?commune=Blois&tri=-nom&format=csv")
    texte = b"".join(reponse.streaming_content).decode("utf-8-sig")
    lignes = list(csv.reader(io.StringIO(texte), delimiter=";"))
    assert [ligne[1] for ligne in lignes] == ["Nom", *(f"Collège {lettre}" for lettre in "EDCBA")]
    assert 'filename="etablissements-' in reponse.headers["Content-Disposition"]


@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_l_export_en_classeur(dcio, cinq, format_):
    reponse = dcio.get(f"/essai/?format={format_}")
    assert reponse.status_code == 200
    assert reponse.content.startswith(b"PK")


def test_le_nombre_de_requetes_ne_suit_pas_le_nombre_de_lignes(dcio, django_assert_num_queries):
    creer_etablissement()
    dcio.get("/essai/")
    for _ in range(2):
        with django_assert_num_queries(6):  # the header's four, the count, the rows
            dcio.get("/essai/")
        creer_etablissement()


def test_le_texte_des_donnees_est_echappe(dcio):
    creer_etablissement('<img src=x onerror="1">')
    assert '<img src=x onerror="1">' not in dcio.get("/essai/").text


@pytest.mark.parametrize(
    ("valeur", "texte"),
    [(None, "–"), (True, "oui"), (False, "non"), ("<b>", "&lt;b&gt;"), (12345, "12\xa0345"), (2.5, "2,5")],
)
def test_une_cellule_se_lit_en_francais(valeur, texte):
    assert cellule(valeur) in {escape(texte), texte, texte.replace("\xa0", "\u202f")}


@pytest.mark.parametrize("cles", [[], [1], [11, 2, 30], [5, 5]])
def test_les_adresses_des_lignes_sont_celles_de_reverse(cles):
    assert adresses("socle:travail", cles) == [f"/travaux/{cle}/" for cle in cles]


def test_une_cle_ambigue_passe_par_reverse():
    assert adresses("aide_du_role", ["aide", "dcio"]) == ["/aide/aide/", "/aide/dcio/"]
    assert adresses("aide_du_role", ["a-b"]) == ["/aide/a-b/"]


def test_le_tri_inverse_retourne_chaque_champ():
    tri = Tri.lire("-nom", {"nom": ("nom", "-commune")})
    assert tri == Tri("nom", inverse=True)
    assert tri.ordre(("nom", "-commune")) == ["-nom", "commune", "-pk"]
    assert Tri.lire("", {"nom": ("nom",)}) is None


def test_une_seule_page_n_a_pas_de_pagination():
    page = PaginateurDirect(Etablissement.objects.order_by("pk"), 50).page(1)
    assert Adresse(QueryDict("tri=nom&page=1")).pages(page) is None

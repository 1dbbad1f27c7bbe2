"""The view by authority: exact sums, never the week of one PsyEN above the CIO, constant queries."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from missions.enums import Lieu
from missions.exports.autorites import lignes_autorites
from missions.models import Mission, MissionConfiee
from missions.selectors.autorites import DETAIL, REGROUPE, UN_SEUL, Territoire, vue_par_autorite
from missions.selectors.autorites_dessin import barres
from missions.selectors.autorites_lignes import LigneTerritoire, regrouper
from reseaux.models import CIO, Departement, Etablissement
from reseaux.perimetre import Perimetre
from tests.missions.factories import arreter_les_semaines, charger_missions, creer_mission_confiee
from tests.psyen.factories import creer_psyen, creer_reseau_type, ecoles_de
from tests.reseaux.factories import connecter, creer_annee, creer_cio, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


class Monde:
    """Blois: two PsyEN and a réseau; Vendôme and Romorantin: one PsyEN each."""

    def __init__(self) -> None:
        self.annee = creer_annee()
        self.departement: Departement = creer_departement()
        self.missions: dict[str, Mission] = charger_missions(self.departement.academie)
        self.blois, self.vendome, self.romorantin = (
            creer_cio(nom, departement=self.departement) for nom in ("Blois", "Vendôme", "Romorantin")
        )
        self.reseau = creer_reseau_type(cio=self.blois, annee=self.annee)
        self.ecoles: list[Etablissement] = ecoles_de(self.reseau)
        for cio, nombre in ((self.blois, 2), (self.vendome, 1), (self.romorantin, 1)):
            for _ in range(nombre):
                self.occuper(cio)

    def arreter(self) -> None:
        """A place for everything that is entrusted."""
        for cio in CIO.objects.order_by("pk"):
            arreter_les_semaines(cio, self.annee, self.ecoles)

    def occuper(self, cio: CIO) -> None:
        psyen = creer_psyen(cio=cio)
        champs = {"cio": cio, "annee": self.annee}
        creer_mission_confiee(psyen, self.missions["M1"], demi_journees="2.5", **champs)
        creer_mission_confiee(
            psyen, self.missions["M6a"], etablissement=self.ecoles[0], demi_journees="1.25", **champs
        )
        creer_mission_confiee(
            psyen, self.missions["M5"], etablissement=self.ecoles[1], demi_journees="3", **champs
        )

    def vue(self, role: str, territoire=None, **champs):
        """What is read once everybody's week is arrêtée."""
        self.arreter()
        return self.lire(role, territoire, **champs)

    def lire(self, role: str, territoire=None, **champs):
        ou = territoire or (self.blois if role in (Role.DCIO, Role.SECRETAIRE_CIO) else None)
        return vue_par_autorite(creer_perimetre(role, ou), self.annee, Territoire(**champs))


@pytest.fixture
def monde() -> Monde:
    return Monde()


def test_au_dessus_du_cio_les_cio_d_un_seul_psyen_sont_regroupes(monde):
    vue = monde.vue(Role.IEN_IO)
    assert [(li.nom, li.somme.cio, li.somme.eple) for li in vue.lignes] == [
        (str(monde.blois), 5, Decimal("8.5")),
        (f"{monde.romorantin} + {monde.vendome}", 5, Decimal("8.5")),
    ]
    assert (vue.somme.heures_cio, vue.somme.heures_eple) == ("27 h", "45 h 54")


@pytest.mark.parametrize("nom", ["vendome", "romorantin"])
def test_un_cio_d_un_seul_psyen_ne_se_lit_pas_seul(monde, nom):
    vue = monde.vue(Role.DASEN, cio=getattr(monde, nom))
    assert (vue.lignes, vue.missions, vue.motif) == ([], [], UN_SEUL)


def test_celui_qui_sert_a_en_regrouper_un_autre_non_plus(monde):
    MissionConfiee.objects.filter(cio=monde.romorantin).delete()
    assert monde.vue(Role.IEN_IO, cio=monde.blois).motif == REGROUPE
    (ligne,) = monde.vue(Role.IEN_IO).lignes
    assert ligne.nom == f"{monde.vendome} + {monde.blois}"


def test_un_departement_d_un_seul_psyen_ne_dit_rien_pas_meme_par_difference(monde):
    MissionConfiee.objects.exclude(cio=monde.vendome).delete()
    assert monde.vue(Role.SG).motif == UN_SEUL
    autre = creer_cio("Bourges", departement=creer_departement("018"))
    for _ in range(2):
        monde.occuper(autre)
    vue = monde.vue(Role.ADMIN)
    assert [ligne.nom for ligne in vue.lignes] == [str(autre)]


@pytest.mark.parametrize("champ", ["reseau", "etablissement"])
def test_au_dessus_du_cio_ni_reseau_seul_ni_etablissement(monde, champ):
    cible = monde.reseau if champ == "reseau" else monde.ecoles[0]
    vue = monde.vue(Role.IEN_IO, **{champ: cible})
    assert (vue.lignes, vue.motif) == ([], DETAIL)


def test_le_cio_lit_ses_reseaux_et_ses_etablissements(monde):
    vue = monde.vue(Role.DCIO, cio=monde.blois)
    assert [(li.nom, li.somme.total) for li in vue.lignes] == [
        ("Au CIO", 5),
        (f"Réseau {monde.reseau.nom}".replace("Réseau Réseau", "Réseau"), Decimal("8.5")),
    ]
    # Schools of the réseau where only the PsyEN of Blois count.
    ecoles = monde.vue(Role.DCIO, reseau=monde.reseau)
    assert {li.somme.total for li in ecoles.lignes} == {Decimal("2.5"), Decimal(6)}
    assert monde.vue(Role.DCIO, cio=monde.vendome).lignes == []


def test_le_chef_lit_son_etablissement(monde):
    vue = monde.vue(Role.CHEF_ETABLISSEMENT, monde.ecoles[0], etablissement=monde.ecoles[0])
    assert (vue.somme.cio, vue.somme.eple) == (0, 5)
    assert [ligne.mission.code for ligne in vue.missions] == ["M6", "M6a"]


@pytest.mark.parametrize("role", [Role.PSYEN, Role.CHARGE_MISSION_REGION])
def test_ni_le_psyen_ni_la_region(monde, role):
    assert not monde.vue(role).lignes


def test_une_mission_sans_place_ne_compte_nulle_part(monde):
    """A modificatif takes the school away from everybody, then the CIO: flagged, in no sum."""
    avant = monde.vue(Role.DCIO, cio=monde.blois)
    assert avant.sans_place == 0
    arreter_les_semaines(monde.blois, monde.annee, monde.ecoles[:1])
    vue = monde.lire(Role.DCIO, cio=monde.blois)
    assert (vue.somme.cio, vue.somme.eple, vue.sans_place) == (5, Decimal("2.5"), 6)
    assert sum(li.demi_journees for li in vue.missions if not li.est_aspect) == vue.somme.total
    assert monde.lire(Role.IEN_IO).sans_place == 6
    ecole = monde.ecoles[1]
    du_chef = monde.lire(Role.CHEF_ETABLISSEMENT, ecole, etablissement=ecole)
    assert (du_chef.somme.total, du_chef.sans_place) == (6, 6)
    arreter_les_semaines(monde.blois, monde.annee, monde.ecoles, au_cio=0)
    vue = monde.lire(Role.DCIO, cio=monde.blois)
    assert (vue.somme.cio, vue.somme.eple, vue.sans_place) == (0, Decimal("8.5"), 5)


def test_qui_n_a_plus_de_place_ne_cache_pas_un_cio_d_un_seul_psyen(monde):
    """Two PsyEN hold missions, one of them without a place: the other is alone, and not read alone."""
    monde.arreter()
    MissionConfiee.objects.exclude(cio=monde.blois).delete()
    dernier = monde.blois.rattachements.order_by("pk").last()
    dernier.delete()
    arreter_les_semaines(monde.blois, monde.annee, monde.ecoles)
    vue = monde.lire(Role.IEN_IO)
    assert (vue.lignes, vue.motif, vue.sans_place) == ([], UN_SEUL, Decimal("6.75"))


def test_la_page_dit_ce_qui_n_est_pas_compte(monde, client):
    """The CIO reads how much and where to mend it; above, only that it is so."""
    url = reverse("missions:autorites")
    monde.arreter()
    arreter_les_semaines(monde.blois, monde.annee, monde.ecoles[:1])
    connecter(client, creer_perimetre(Role.DCIO, monde.blois))
    page = client.get(url).content.decode()
    assert "n’ont plus de place dans la répartition en vigueur (6 demi-journées par semaine)" in page
    assert f"{reverse('missions:missions')}?annee={monde.annee}" in page
    connecter(client, creer_perimetre(Role.IEN_IO))
    page = client.get(url).content.decode()
    assert "Des missions n’ont plus de place" in page
    assert "(6 demi-journées par semaine)" not in page


def test_familles_axes_barres_et_exports_disent_les_memes_sommes(monde):
    vue = monde.vue(Role.IEN_IO)
    assert sum(f.somme.total for f in vue.familles) == vue.somme.total
    assert sum(f.part for f in vue.familles) == 100
    assert sum(li.demi_journees for li in vue.missions if not li.est_aspect) == vue.somme.total
    exportees = list(lignes_autorites(vue))
    assert sum(li["demi_journees"] for li in exportees) == vue.somme.total
    assert sum(li["heures"] for li in exportees) == vue.somme.total * Decimal("2.7")
    premiere = barres(vue.lignes)[0]
    assert (premiere.largeur_cio, premiere.largeur_eple) == ("37.04%", "62.96%")


@pytest.mark.parametrize("graine", range(4))
def test_la_vue_est_la_somme_des_lignes(graine):
    """Whatever is entrusted: view = sum of the rows, level by level; no published line covers one person."""
    hasard = random.Random(graine)
    monde = Monde()
    missions = [m for m in monde.missions.values() if m.lieu]
    for cio in (monde.blois, monde.vendome, monde.romorantin):
        for _ in range(hasard.randrange(3)):
            psyen = creer_psyen(cio=cio)
            for mission in hasard.sample(missions, 3):
                ecole = hasard.choice(monde.ecoles) if mission.lieu == Lieu.EPLE else None
                parts = Decimal(hasard.randrange(1, 12)) / 4
                creer_mission_confiee(
                    psyen, mission, etablissement=ecole, demi_journees=parts, cio=cio, annee=monde.annee
                )
    lignes = MissionConfiee.objects.filter(annee=monde.annee)
    vue = monde.vue(Role.IEN_IO)
    assert vue.sans_place == 0
    assert vue.somme.total == lignes.aggregate(s=Sum("demi_journees"))["s"]
    assert vue.somme.cio == lignes.filter(etablissement=None).aggregate(s=Sum("demi_journees"))["s"]
    detail = vue_par_autorite(Perimetre.systeme(), monde.annee, Territoire(cio=monde.blois))
    de_blois = lignes.filter(cio=monde.blois).aggregate(s=Sum("demi_journees"))["s"]
    assert detail.somme.total == de_blois
    for territoire in (Territoire(), Territoire(cio=monde.blois)):
        publiee = vue_par_autorite(creer_perimetre(Role.IEN_IO), monde.annee, territoire)
        assert publiee.somme.total in (0, detail.somme.total, vue.somme.total)


@pytest.mark.parametrize("graine", range(30))
def test_aucun_bloc_publie_ne_porte_sur_une_seule_personne(graine):
    hasard = random.Random(graine)
    lignes, personnes = [], {}
    for cle in range(hasard.randrange(1, 7)):
        siennes = set(hasard.sample(range(6), hasard.choice((1, 1, 2, 3))))
        personnes[cle] = siennes
        lignes.append(LigneTerritoire(cle, f"L{cle}", len(siennes), min(siennes), hasard.randrange(2)))
    blocs = regrouper(lignes)
    for bloc in blocs:
        assert len(set().union(*(personnes[cle] for cle in bloc.cles))) >= 2
    publiees = [cle for bloc in blocs for cle in bloc.cles]
    assert len(publiees) == len(set(publiees))
    for groupe in {ligne.groupe for ligne in lignes}:
        du_groupe = {ligne.cle for ligne in lignes if ligne.groupe == groupe}
        assert du_groupe <= set(publiees) or len(set().union(*(personnes[c] for c in du_groupe))) == 1


def test_autant_de_requetes_pour_une_academie(monde, client, django_assert_num_queries):
    monde.arreter()
    connecter(client, creer_perimetre(Role.ADMIN))
    url = reverse("missions:autorites")
    client.get(url)
    with CaptureQueriesContext(connection) as avant:
        client.get(url)
    for rang in range(3):
        cio = creer_cio(f"CIO {rang}", departement=monde.departement)
        monde.occuper(cio)
        monde.occuper(cio)
    monde.arreter()
    with django_assert_num_queries(len(avant)):
        page = client.get(url).content.decode()
    assert "CIO 2" in page


def test_la_page_et_ses_exports(monde, client):
    monde.arreter()
    connecter(client, creer_perimetre(Role.IEN_IO))
    url = reverse("missions:autorites")
    page = client.get(url).content.decode()
    assert "aucune ligne ne porte sur un seul PsyEN" in page
    for format_ in ("csv", "xlsx", "ods"):
        reponse = client.get(url, {"annee": monde.annee.code, "format": format_})
        assert reponse.status_code == 200
    csv = client.get(url, {"format": "csv"}).content.decode("utf-8-sig")
    assert f"{monde.romorantin} + {monde.vendome}" in csv
    for mauvais in ({"cio": "999999"}, {"departement": "x"}, {"annee": "1900-1901"}):
        assert client.get(url, mauvais).status_code == 200


def test_un_chef_trouve_sa_fiche(monde, client):
    connecter(client, creer_perimetre(Role.CHEF_ETABLISSEMENT, monde.ecoles[0]))
    page = client.get(reverse("missions:autorites")).content.decode()
    assert reverse("missions:fiche_ecole", args=[monde.ecoles[0].pk, monde.annee.code]) in page

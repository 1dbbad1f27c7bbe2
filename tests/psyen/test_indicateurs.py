"""Figures per réseau and per school."""

from decimal import Decimal

import pytest
from django.urls import reverse

from comptes.enums import Role
from psyen.enums import Statut
from psyen.selectors.indicateurs import indicateurs_des_repartitions, indicateurs_des_reseaux
from reseaux.models import MembreReseau
from tests.psyen import factories as p
from tests.reseaux import factories as f

pytestmark = pytest.mark.django_db
URL = "/reseaux/indicateurs/"


def brouillon(*, stagiaire=False):
    """One réseau (a lycée of 1 000 pupils, a collège of 500, a collège unknown) and its PsyEN."""
    lycee = f.creer_lycee()
    connu, inconnu = f.creer_etablissement(), f.creer_etablissement()
    annee = f.annee_suivante()
    f.creer_effectif(lycee, 1000, f.creer_annee())
    f.creer_effectif(connu, 500, f.creer_annee())
    f.creer_reseau(annee=annee, tete=lycee, membres=[connu, inconnu])
    titulaire = p.creer_psyen()
    apprenti = p.creer_psyen(statut=Statut.STAGIAIRE) if stagiaire else None
    repartition = p.creer_brouillon(annee=annee, psyens=0)
    saisies = [p.saisie(repartition, titulaire, {lycee: "3", inconnu: "1"}, cio="4")]
    if apprenti:
        saisies.append(p.saisie(repartition, apprenti, {connu: "2"}))
    p.enregistrer(repartition, *saisies)
    return repartition, lycee, connu, inconnu


def test_les_chiffres_d_un_reseau():
    repartition, lycee, connu, inconnu = brouillon()
    (reseau,) = indicateurs_des_reseaux(repartition=repartition)
    assert (reseau.nombre_psyen, reseau.eleves, reseau.demi_journees) == (1, 1500, Decimal(4))
    # 3 half-days × 2.7 h over the 1 500 pupils known; the school without a count is left out.
    assert reseau.heures_pour_cent == Decimal("0.54")
    assert reseau.sans_effectif == 1
    par_ecole = {e.etablissement: e for e in reseau.etablissements}
    assert par_ecole[lycee].heures_pour_cent == Decimal("0.81")
    assert par_ecole[lycee].effectif.est_ancien
    assert par_ecole[inconnu].heures_pour_cent is None
    assert [e.etablissement for e in reseau.sans_personne] == [connu]


def test_un_stagiaire_ne_couvre_personne():
    repartition, _, connu, _ = brouillon(stagiaire=True)
    (reseau,) = indicateurs_des_reseaux(repartition=repartition)
    assert (reseau.nombre_psyen, reseau.nombre_stagiaires) == (1, 1)
    assert reseau.demi_journees == 4
    assert [e.etablissement for e in reseau.sans_personne] == [connu]


@pytest.mark.parametrize(
    ("cible", "tolerance", "ecart"), [(2.0, 1.0, 0.0), (2.0, 0.5, -1.0), (0.0, 0.5, 1.0)]
)
def test_l_ecart_a_la_cible(settings, cible, tolerance, ecart):
    settings.CIBLE_PSYEN_PAR_RESEAU, settings.TOLERANCE_PSYEN_PAR_RESEAU = cible, tolerance
    repartition, *_ = brouillon()
    (reseau,) = indicateurs_des_reseaux(repartition=repartition)
    assert reseau.ecart == ecart


def test_une_personne_dans_deux_ecoles_du_reseau_compte_une_fois():
    repartition, *_ = brouillon()
    (reseau,) = indicateurs_des_reseaux(repartition=repartition)
    assert reseau.nombre_psyen == 1


def test_une_ecole_deplacee_emporte_ses_eleves_et_ses_demi_journees():
    repartition, lycee, _connu, inconnu = brouillon()
    autre = f.creer_reseau(annee=repartition.annee)
    MembreReseau.objects.filter(etablissement=inconnu).update(reseau=autre)
    chiffres = {r.reseau.pk: r.demi_journees for r in indicateurs_des_reseaux(repartition=repartition)}
    assert chiffres[autre.pk] == 1
    assert sum(chiffres.values()) == 4
    assert lycee.reseaux_diriges.get().pk in chiffres


@pytest.mark.parametrize("nombre", [1, 3])
def test_requetes_constantes(nombre, django_assert_num_queries):
    repartitions = []
    for ville in ("Blois", "Vendôme", "Romorantin")[:nombre]:
        cio = f.creer_cio(ville)
        for _ in range(nombre):
            p.creer_reseau_type(cio=cio)
        repartitions.append(p.creer_brouillon(cio=cio, psyens=nombre))
    with django_assert_num_queries(4):
        assert len(indicateurs_des_repartitions(repartitions=repartitions)) == nombre * nombre


def test_la_page_montre_la_version_en_vigueur_et_s_exporte(client):
    p.creer_arretee()
    f.connecter(client, f.creer_perimetre(Role.DASEN))
    page = client.get(URL)
    assert "Versions en vigueur" in page.content.decode()
    assert "Aucune répartition en vigueur" in client.get(f"{URL}?au=2001-01-01").content.decode()
    for format_ in ("csv", "xlsx", "ods"):
        export = client.get(URL, {"format": format_})
        assert export.status_code == 200
        assert f".{format_}" in export["Content-Disposition"]
    lignes = client.get(URL, {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert "Heures pour 100 élèves" in lignes[0]
    assert len(lignes) == 1 + MembreReseau.objects.count()


def test_un_brouillon_se_lit_par_son_dcio_seulement(client):
    repartition, *_ = brouillon()
    f.connecter(client, f.creer_perimetre(Role.DCIO))
    assert str(repartition) in client.get(URL, {"repartition": repartition.pk}).content.decode()
    f.connecter(client, f.creer_perimetre(Role.DASEN))
    refus = client.get(URL, {"repartition": repartition.pk})
    assert "repartition" in refus.context["form"].errors
    assert refus.context["lignes"] == []


@pytest.mark.parametrize("role", Role.values)
def test_qui_lit_les_indicateurs(client, role):
    f.connecter(client, f.creer_perimetre(role))
    interdits = {Role.PSYEN, Role.CHEF_ETABLISSEMENT, Role.CHARGE_MISSION_REGION}
    assert client.get(reverse("psyen:indicateurs")).status_code == (403 if role in interdits else 200)

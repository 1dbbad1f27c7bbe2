"""« Affecter à un réseau », the split by pupils, and the grid against a naive oracle."""

import itertools
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptes.enums import Role
from psyen.enums import PAS, Modalite
from psyen.models import Affectation, Service
from psyen.selectors.grille import Cellule
from psyen.services.grille import partager_selon_effectifs, parts_exactes
from tests.psyen.factories import creer_brouillon, creer_reseau_type, ecoles_de, enregistrer, saisie
from tests.reseaux.factories import connecter, creer_annee, creer_effectif, creer_perimetre

demies = st.integers(0, 20).map(lambda n: n * PAS)
effectifs = st.dictionaries(st.integers(1, 99), st.integers(0, 3000), min_size=1, max_size=8)


# --- The split by pupils ---------------------------------------------------------------------------


@given(demies, effectifs)
def test_le_partage_garde_le_total_par_demies(demi_journees, eleves):
    parts = partager_selon_effectifs(demi_journees, eleves)
    assert sum(parts.values()) == demi_journees
    assert parts.keys() == eleves.keys()
    assert all(part >= 0 and part % PAS == 0 for part in parts.values())


@given(demies, effectifs)
def test_le_partage_est_a_une_demie_pres_de_la_part_exacte(demi_journees, eleves):
    parts, exactes = partager_selon_effectifs(demi_journees, eleves), parts_exactes(demi_journees, eleves)
    assert all(abs(parts[pk] - exactes[pk]) < PAS + Decimal("1e-9") for pk in eleves)


@given(demies, effectifs)
def test_plus_d_eleves_jamais_moins_de_demi_journees(demi_journees, eleves):
    parts = partager_selon_effectifs(demi_journees, eleves)
    connus = sorted((nombre, parts[pk]) for pk, nombre in eleves.items() if nombre)
    for (peu, part_peu), (beaucoup, part_beaucoup) in itertools.pairwise(connus):
        assert part_peu <= part_beaucoup or peu == beaucoup


def test_sans_ecole_ni_effectif_rien_ne_casse():
    assert partager_selon_effectifs(Decimal(5), {}) == {}
    assert partager_selon_effectifs(Decimal(1), {1: 0, 2: 0}) == {1: Decimal("0.5"), 2: Decimal("0.5")}


# --- The two steps ---------------------------------------------------------------------------------


@pytest.fixture
def brouillon(db):
    brouillon = creer_brouillon()
    for ecole, nombre in zip(ecoles_de(brouillon.cio.reseaux.get()), (800, 400, 400), strict=True):
        creer_effectif(ecole, nombre, creer_annee())
    return brouillon


@pytest.fixture
def client_dcio(client, brouillon):
    return connecter(client, creer_perimetre(Role.DCIO, brouillon.cio))


def etape(brouillon, demi_journees="4", reseau=None):
    reseau = reseau or brouillon.cio.reseaux.order_by("pk").first()
    psyen = brouillon.services.get().psyen
    url = reverse("psyen:affecter", args=[brouillon.pk])
    return f"{url}?psyen={psyen.pk}&reseau={reseau.pk}&demi_journees={demi_journees}"


def test_la_premiere_etape_propose_le_partage_et_n_ecrit_rien(client_dcio, brouillon):
    lycee, *_ = ecoles_de(brouillon.cio.reseaux.get())
    page = client_dcio.get(etape(brouillon, "4,5")).content.decode()
    assert f'name="part-{lycee.pk}" value="2,5"' in page.replace("\n", "")
    assert "2,25" in page  # the exact share is shown beside the rounding
    assert not Affectation.objects.exists()


def test_la_seconde_etape_enregistre_ce_qui_est_ajuste_et_garde_le_reste(client_dcio, brouillon):
    psyen = brouillon.services.get().psyen
    autre = creer_reseau_type("Autre", cio=brouillon.cio, annee=brouillon.annee)
    ailleurs = ecoles_de(autre)[0]
    lycee, college, troisieme = ecoles_de(brouillon.cio.reseaux.order_by("pk").first())
    enregistrer(brouillon, saisie(brouillon, psyen, {ailleurs: "2", troisieme: "1"}, cio="3"))
    brouillon.refresh_from_db()
    page = client_dcio.get(etape(brouillon)).content.decode()
    assert f"{ailleurs}" in page
    donnees = {"revision": brouillon.revision, f"part-{lycee.pk}": "2,5", f"part-{college.pk}": "1.5"}
    reponse = client_dcio.post(etape(brouillon), donnees)
    assert reponse.status_code == 302
    assert dict(Affectation.objects.values_list("etablissement", "demi_journees")) == {
        ailleurs.pk: 2,
        lycee.pk: Decimal("2.5"),
        college.pk: Decimal("1.5"),
    }
    assert Service.objects.get().reseau == lycee.appartenances.get().reseau


@pytest.mark.parametrize("texte", ["abc", "0,3", "11", "-1"])
def test_part_refusee(client_dcio, brouillon, texte):
    lycee, *_ = ecoles_de(brouillon.cio.reseaux.get())
    page = client_dcio.post(etape(brouillon), {f"part-{lycee.pk}": texte}).content.decode()
    assert "Écrivez un nombre de demi-journées" in page
    assert not Affectation.objects.exists()


def test_depassement_et_conflit_restent_dans_la_page(client_dcio, brouillon):
    lycee, college, _ = ecoles_de(brouillon.cio.reseaux.get())
    trop = {"revision": brouillon.revision, f"part-{lycee.pk}": "8", f"part-{college.pk}": "8"}
    assert (
        "16 demi-journées pour une capacité de 10"
        in client_dcio.post(etape(brouillon), trop).content.decode()
    )
    enregistrer(brouillon, saisie(brouillon, brouillon.services.get().psyen, cio="1"))
    donnees = {"revision": 1, f"part-{lycee.pk}": "3"}
    page = client_dcio.post(etape(brouillon), donnees).content.decode()
    assert "vient d’être modifié par une autre personne" in page
    assert 'value="3"' in page
    assert not Affectation.objects.exists()
    brouillon.refresh_from_db()
    donnees["revision"] = brouillon.revision
    assert client_dcio.post(etape(brouillon), donnees).status_code == 302


def test_un_refus_n_efface_pas_le_controle_a_deux(client_dcio, brouillon):
    """The colleague who saved meanwhile is told, even after a click refused for another reason."""
    lycee, *_ = ecoles_de(brouillon.cio.reseaux.get())
    page = client_dcio.get(etape(brouillon))
    enregistrer(brouillon, saisie(brouillon, brouillon.services.get().psyen, {lycee: "5"}))
    illisible = {"revision": page.context["revision"], f"part-{lycee.pk}": "abc"}
    page = client_dcio.post(etape(brouillon), illisible)
    assert "Écrivez un nombre de demi-journées" in page.content.decode()
    lisible = {"revision": page.context["revision"], f"part-{lycee.pk}": "3"}
    page = client_dcio.post(etape(brouillon), lisible)
    assert "vient d’être modifié par une autre personne" in page.content.decode()
    assert Affectation.objects.get().demi_journees == 5
    lisible["revision"] = page.context["revision"]
    assert client_dcio.post(etape(brouillon), lisible).status_code == 302
    assert Affectation.objects.get().demi_journees == 3


@pytest.mark.parametrize("demi_journees", ["", "abc", "0", "0,3", "99"])
def test_premiere_etape_refusee(client_dcio, brouillon, demi_journees):
    reponse = client_dcio.get(etape(brouillon, demi_journees))
    assert "Erreur :" in reponse.content.decode()


def test_le_reseau_d_un_autre_cio_n_est_pas_propose(client_dcio, brouillon):
    ailleurs = creer_reseau_type("Ailleurs", annee=creer_annee())
    assert "Erreur :" in client_dcio.get(etape(brouillon, "4", ailleurs)).content.decode()


# --- The grid against a naive oracle -----------------------------------------------------------------


@pytest.fixture
def trois_ecoles(db):
    brouillon = creer_brouillon()
    return brouillon, brouillon.services.get().psyen, ecoles_de(brouillon.cio.reseaux.get())


quarts = st.integers(-2, 48).map(lambda n: n * Decimal("0.25"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    capacite=quarts,
    cio=quarts,
    cases=st.tuples(quarts, quarts, quarts),
    modalites=st.tuples(*[st.sampled_from(Modalite.values)] * 3),
)
def test_la_grille_accepte_exactement_ce_que_dit_la_regle(trois_ecoles, capacite, cio, cases, modalites):
    brouillon, psyen, ecoles = trois_ecoles
    avant = _etat()
    semaine = saisie(brouillon, psyen, cio=str(cio), capacite=capacite)
    semaine.affectations = {
        ecole.pk: Cellule(nombre, modalite)
        for ecole, nombre, modalite in zip(ecoles, cases, modalites, strict=True)
    }
    # The rule, said as simply as can be.
    pas = all(nombre % PAS == 0 and 0 <= nombre <= 10 for nombre in (cio, *cases))
    permise = pas and 0 <= capacite <= 10 and cio + sum(cases) <= capacite
    if not permise:
        with pytest.raises(ValidationError):
            enregistrer(brouillon, semaine)
        assert _etat() == avant
        return
    enregistrer(brouillon, semaine)
    lignes = zip(ecoles, cases, modalites, strict=True)
    attendues = {(e.pk, nombre, modalite) for e, nombre, modalite in lignes if nombre}
    assert _etat() == (cio, capacite, sum(cases), attendues)


def _etat():
    service = Service.objects.get()
    lignes = set(Affectation.objects.values_list("etablissement", "demi_journees", "modalite"))
    return service.demi_journees_cio, service.capacite, service.demi_journees_eple, lignes

"""Every URL × every role × own, neighbouring and foreign object.

The table is the truth: a URL missing from it fails, and what lies outside the perimeter answers exactly
as what does not exist (404), whoever asks (reliability rows 1 to 3).
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from reseaux.models import Habilitation
from tests.acces.monde import LETTRES, Monde, acteur, creer_mondes
from tests.acces.table import ACCES_PERSONNE, PUBLIQUES, Acces
from tests.acces.table_documents import ACCES_DOCUMENTS
from tests.acces.table_evaluation import ACCES_EVALUATION
from tests.acces.table_missions import ACCES_MISSIONS
from tests.acces.table_planning import ACCES_PLANNING
from tests.acces.table_psyen import ACCES_PSYEN
from tests.acces.table_reseaux import ACCES_RESEAUX
from tests.lecture import texte_de_la_reponse
from tests.reseaux.factories import connecter, creer_utilisateur

pytestmark = [pytest.mark.django_db, pytest.mark.acces]

ACCES = [
    *ACCES_PERSONNE,
    *ACCES_DOCUMENTS,
    *ACCES_RESEAUX,
    *ACCES_PSYEN,
    *ACCES_MISSIONS,
    *ACCES_PLANNING,
    *ACCES_EVALUATION,
]


def motifs(motifs_d_url, prefixe: str = "") -> set[str]:
    noms = set()
    for motif in motifs_d_url:
        if isinstance(motif, URLResolver):
            espace = f"{motif.namespace}:" if motif.namespace else ""
            noms |= motifs(motif.url_patterns, prefixe + espace)
        elif isinstance(motif, URLPattern):
            noms.add(f"{prefixe}{motif.name}")
    return noms


def test_chaque_url_est_dans_la_table():
    connues = {acces.url for acces in ACCES} | set(PUBLIQUES)
    toutes = motifs(get_resolver().url_patterns)
    assert toutes - connues == set(), "URL sans ligne dans tests/acces/table.py"
    assert connues - toutes == set(), "lignes de la table sans URL"


def test_aucun_motif_sans_nom():
    assert "None" not in motifs(get_resolver().url_patterns)


def demander(client: Client, acces: Acces, monde: Monde | None, fuites: tuple[str, ...] = ()) -> int:
    """The answer on the object of that world (without a world: on what does not exist); it must show
    none of the names in `fuites`.
    """
    adresse = reverse(acces.url, args=acces.arguments(monde))
    if acces.methode == "post":
        with transaction.atomic():
            reponse = client.post(adresse, acces.donnees(monde) if monde and acces.donnees else {})
            transaction.set_rollback(True)
        return reponse.status_code
    reponse = client.get(adresse, acces.parametres)
    texte = texte_de_la_reponse(reponse)
    assert [canari for canari in fuites if canari in texte] == []
    return reponse.status_code


def fuites_de(lettre: str, propre: Monde, voisin: Monde, etranger: Monde) -> tuple[str, ...]:
    """Names of PsyEN that this role must never read, on any page."""
    interdits = [etranger]
    if lettre in "CEPH":
        interdits.append(voisin)
    if lettre == "R":  # « Region never sees staff data » (R08)
        interdits += [voisin, propre]
    return tuple(monde.psyen.nom for monde in interdits)


def attendus(codes: dict[int, str], defaut: int) -> dict[str, int]:
    table = dict.fromkeys(LETTRES, defaut)
    for code, lettres in codes.items():
        table |= dict.fromkeys(lettres, code)
    return table


@pytest.fixture(scope="module")
def mondes(django_db_setup, django_db_blocker):
    """Made once for the module, taken back at its end; each request below takes back its own writes."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield creer_mondes()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def acteurs(mondes):
    """One person of each role in the own world."""
    return {lettre: acteur(mondes[0], role) for lettre, role in LETTRES.items()}


@pytest.mark.parametrize("acces", ACCES, ids=lambda a: f"{a.url} {a.methode}")
def test_acces(acces: Acces, mondes, acteurs):
    propre, voisin, etranger = mondes
    chez_soi, a_cote = attendus(acces.propre, acces.sinon), attendus(acces.voisin, 404)
    obtenus: dict[str, tuple] = {}
    voulus: dict[str, tuple] = {}
    for lettre, perimetre in acteurs.items():
        client = connecter(Client(), perimetre)
        fuites = fuites_de(lettre, propre, voisin, etranger)
        if acces.objet is None:
            obtenus[lettre], voulus[lettre] = (demander(client, acces, propre, fuites),), (chez_soi[lettre],)
            continue
        inexistant = demander(client, acces, None)
        # Whether the role or the object is refused first, a stranger's object is a missing one.
        obtenus[lettre] = (
            demander(client, acces, etranger) if acces.a_un_etranger else inexistant,
            demander(client, acces, voisin) if acces.a_un_voisin else inexistant,
            demander(client, acces, propre, fuites),
        )
        a_l_etranger = inexistant if inexistant in {403, 404} else 404
        voisin_voulu = a_l_etranger if a_cote[lettre] == 404 or not acces.a_un_voisin else a_cote[lettre]
        voulus[lettre] = (a_l_etranger, voisin_voulu, chez_soi[lettre])
    assert obtenus == voulus


@pytest.mark.parametrize("acces", ACCES, ids=lambda a: f"{a.url} {a.methode}")
def test_anonyme_est_renvoye_a_la_connexion(acces: Acces, client, mondes):
    propre = mondes[0]
    adresse = reverse(acces.url, args=acces.arguments(propre))
    reponse = client.post(adresse) if acces.methode == "post" else client.get(adresse)
    assert reponse.status_code == 302
    assert reponse["Location"].startswith(reverse("comptes:connexion"))


@pytest.mark.parametrize("acces", [a for a in ACCES if a.du_metier], ids=lambda a: f"{a.url} {a.methode}")
def test_sans_habilitation_en_vigueur_rien_du_metier(acces: Acces, client, mondes):
    propre = mondes[0]
    client.force_login(creer_utilisateur(), backend="django.contrib.auth.backends.ModelBackend")
    adresse = reverse(acces.url, args=acces.arguments(propre))
    reponse = client.post(adresse) if acces.methode == "post" else client.get(adresse)
    assert reponse.status_code in {302, 403, 404}
    if reponse.status_code == 302:
        assert reponse["Location"] == reverse("accueil")


@pytest.mark.parametrize("acces", [a for a in ACCES if a.methode == "post"], ids=lambda a: a.url)
def test_sans_jeton_aucune_ecriture(acces: Acces, mondes, acteurs):
    propre = mondes[0]
    client = connecter(Client(enforce_csrf_checks=True), acteurs["C"])
    adresse = reverse(acces.url, args=acces.arguments(propre))
    assert client.post(adresse).status_code == 403


def test_une_habilitation_revoquee_ne_sert_plus_a_la_requete_suivante(mondes, acteurs):
    propre = mondes[0]
    perimetre = acteurs["C"]
    client = connecter(Client(), perimetre)
    adresse = reverse("psyen:repartition", args=[propre.brouillon.pk])
    assert client.get(adresse).status_code == 200
    Habilitation.objects.filter(pk=perimetre.habilitation_id).update(revoquee_le=propre.brouillon.modifiee_le)
    assert client.get(adresse).status_code in {302, 403, 404}

"""« Mon CIO »: year by year, the state, the figures, the next step."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from psyen.enums import SensAvis
from psyen.services.decision import commenter_proposition, donner_avis, renvoyer_repartition
from reseaux.enums import EtatAnnee
from tests.psyen.factories import (
    creer_arretee,
    creer_brouillon,
    creer_modificatif_propose,
    creer_proposee,
    creer_psyen,
    creer_reseau_type,
)
from tests.reseaux.factories import (
    annee_suivante,
    connecter,
    creer_annee,
    creer_cio,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db


def lire(role=Role.DCIO, cio=None) -> str:
    client = connecter(Client(), creer_perimetre(role, cio or creer_cio()))
    return " ".join(client.get(reverse("psyen:mon_cio")).content.decode().split())


def test_aucune_annee():
    assert "Aucune année scolaire n’est ouverte" in lire()


def test_rien_n_est_dessine_puis_rien_n_est_prepare():
    annee = annee_suivante()
    page = lire()
    assert "Dessiner les réseaux" in page
    creer_reseau_type(cio=creer_cio(), annee=annee)
    page = lire()
    assert "Préparer la répartition" in page
    assert "Dessiner les réseaux" not in page


def test_brouillon_le_dcio_termine_le_secretaire_prepare():
    creer_brouillon()
    page = lire()
    assert "Continuer la saisie" in page
    assert "proposez-la au DASEN" in page
    assert "le DCIO la proposera" in lire(Role.SECRETAIRE_CIO)


def test_chiffres_du_brouillon():
    creer_brouillon(psyens=2)
    page = lire()
    assert "<dt>PsyEN</dt><dd>2 <span>(2 ETP)</span></dd>" in page
    assert "<dt>Établissements couverts</dt><dd>0 <span>sur 3</span></dd>" in page
    assert "<dt>Réseaux hors cible</dt><dd>1 <span>sur 1</span></dd>" in page


def test_quotites_en_etp():
    creer_psyen(quotite=Decimal(80))
    creer_psyen(quotite=Decimal(50))
    creer_brouillon(psyens=1)
    assert "<dd>3 <span>(2,3 ETP)</span></dd>" in lire()


def test_les_antennes_ont_leur_partie():
    cio = creer_cio()
    antenne = creer_cio("Romorantin-Lanthenay", parent=cio, nom="Antenne de Romorantin")
    creer_annee()
    assert "aucune répartition propre" in lire()
    brouillon = creer_brouillon(cio=antenne)
    page = lire()
    assert "Antenne de Romorantin" in page
    assert reverse("psyen:repartition", args=[brouillon.pk]) in page
    assert "Antenne de Romorantin" not in lire(cio=creer_cio("Vendôme"))


def test_proposee_avis_et_commentaires_attendent_a_la_page():
    proposee = creer_proposee()
    donner_avis(
        repartition=proposee,
        sens=SensAvis.RESERVE,
        texte="Un collège de plus.",
        perimetre=creer_perimetre(Role.IEN_IO),
    )
    tete = proposee.cio.reseaux.get(annee=proposee.annee).tete
    commenter_proposition(
        repartition=proposee,
        etablissement=tete,
        texte="Merci de deux jours.",
        perimetre=creer_perimetre(Role.CHEF_ETABLISSEMENT, tete),
    )
    page = lire()
    assert "Voir la proposition" in page
    assert "Un collège de plus." in page
    assert "Merci de deux jours." in page


def test_renvoyee_le_motif_et_la_reprise():
    proposee = creer_proposee()
    renvoyer_repartition(
        repartition=proposee, motif="Renforcer le lycée.", perimetre=creer_perimetre(Role.DASEN)
    )
    page = lire()
    assert "« Renforcer le lycée. »" in page
    assert "Lire et reprendre" in page


def test_arretee_en_vigueur_et_annee_close():
    arretee = creer_arretee()
    page = lire()
    assert "En vigueur" in page
    assert "Préparer une modification" in page
    arretee.annee.etat = EtatAnnee.CLOSE
    arretee.annee.save()
    page = lire()
    assert "Années closes" in page
    assert arretee.arrete.numero in page


def test_le_cio_voisin_ne_montre_rien():
    creer_proposee(cio=creer_cio("Vendôme"))
    assert "Voir la proposition" not in lire(cio=creer_cio())


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.DCIO, Role.SECRETAIRE_CIO)])
def test_la_page_est_celle_du_cio(role):
    assert connecter(Client(), creer_perimetre(role)).get(reverse("psyen:mon_cio")).status_code == 403


def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_d_annees(django_assert_num_queries):
    creer_modificatif_propose(creer_arretee(), "3")
    client = connecter(Client(), creer_perimetre(Role.DCIO))
    adresse = reverse("psyen:mon_cio")
    with django_assert_num_queries(19):
        client.get(adresse)
    creer_proposee()
    creer_annee(annee_suivante().debut.year + 1)
    with django_assert_num_queries(19):
        client.get(adresse)

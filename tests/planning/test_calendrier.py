"""The orientation calendar, the holidays on screen, the rhythm of the schools (issue 3, lines 5 and 10)."""

import datetime as dt
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from comptes.enums import Role
from planning.models import ChoixRythme, PeriodeNonOuvree, PeriodeOrientation
from planning.selectors.calendrier_dessin import LARGEUR, dessiner_frise
from planning.selectors.calendrier_orientation import periodes_orientation, periodes_type
from planning.services.calendrier_orientation import (
    charger_orientation,
    choisir_rythme,
    enregistrer_periode_orientation,
)
from reseaux.perimetre import Perimetre
from socle.models import EntreeJournal
from tests.planning.factories import creer_periode_non_ouvree, creer_periode_orientation
from tests.reseaux.factories import (
    annee_precedente,
    connecter,
    creer_academie,
    creer_annee,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_perimetre,
)

SYSTEME = Perimetre.systeme()


def page(perimetre, nom, *args, **parametres):
    reponse = connecter(Client(), perimetre).get(reverse(f"planning:{nom}", args=args), parametres)
    assert reponse.status_code == 200
    return reponse.content.decode()


# --- Orientation: what is loaded -------------------------------------------------------------------


@pytest.mark.django_db
def test_le_calendrier_type_tient_dans_l_annee():
    annee = creer_annee(2026)
    periodes = periodes_type(annee)
    assert len(periodes) == 25
    assert len({p.titre for p in periodes}) == 25
    for periode in periodes:
        assert annee.debut <= periode.debut <= periode.fin
        assert periode.fin <= annee.fin or "complémentaire" in periode.titre


@pytest.mark.django_db
def test_parcoursup_publie_a_ses_dates_le_suivant_est_a_confirmer():
    def voeux(annee):
        return next(p for p in periodes_type(creer_annee(annee)) if "formulation" in p.titre)

    assert (str(voeux(2025).debut), str(voeux(2025).fin)) == ("2026-01-19", "2026-03-12")
    assert (str(voeux(2024).debut), str(voeux(2024).fin)) == ("2025-01-15", "2025-03-13")
    a_venir = voeux(2026)
    assert a_venir.titre.endswith("(dates à confirmer)")
    assert a_venir.debut.weekday() == voeux(2025).debut.weekday()
    assert a_venir.debut.year == 2027


@pytest.mark.django_db
def test_reprendre_le_calendrier_type_deux_fois_ne_double_rien():
    departement, annee = creer_departement(), creer_annee()
    ien = creer_perimetre(Role.IEN_IO)
    assert charger_orientation(perimetre=ien, departement=departement, annee=annee) == 25
    voeux = PeriodeOrientation.objects.get(titre__contains="formulation")
    valeurs = {champ: getattr(voeux, champ) for champ in ("genre", "niveau", "rythme", "debut", "fin")}
    enregistrer_periode_orientation(
        perimetre=ien,
        departement=departement,
        annee=annee,
        periode=voeux,
        valeurs=valeurs | {"titre": "Parcoursup : formulation des vœux", "fin": voeux.fin + dt.timedelta(1)},
    )
    assert charger_orientation(perimetre=ien, departement=departement, annee=annee) == 0
    assert PeriodeOrientation.objects.count() == 25


@pytest.mark.django_db
def test_une_annee_close_ne_change_plus():
    with pytest.raises(ValidationError, match="est close"):
        charger_orientation(
            perimetre=creer_perimetre(Role.IEN_IO), departement=creer_departement(), annee=annee_precedente()
        )


@pytest.mark.django_db
def test_un_ien_ne_tient_que_son_departement():
    cher = creer_departement("018")
    with pytest.raises(PermissionDenied):
        charger_orientation(perimetre=creer_perimetre(Role.IEN_IO), departement=cher, annee=creer_annee())


@pytest.mark.django_db
def test_les_periodes_d_un_intervalle_en_une_requete(django_assert_num_queries):
    departement = creer_departement()
    forum = creer_periode_orientation(departement)
    creer_periode_orientation(creer_departement("018"))
    with django_assert_num_queries(1):
        assert periodes_orientation(departement.pk, forum.fin, forum.fin) == [forum]
    apres = forum.fin + dt.timedelta(days=1)
    assert periodes_orientation(departement.pk, apres, apres) == []


# --- Orientation: screens --------------------------------------------------------------------------


@pytest.mark.django_db
def test_la_page_montre_la_frise_et_le_tableau():
    departement = creer_departement()
    charger_orientation(perimetre=SYSTEME, departement=departement, annee=creer_annee())
    texte = page(creer_perimetre(Role.PSYEN), "orientation")
    assert texte.count("Conseils de classe du 2e trimestre") == 3  # bar, its tooltip, row of the table
    assert 'class="frise__jour"' in texte
    assert "Ajouter une période" not in texte
    assert "Ajouter une période" in page(creer_perimetre(Role.ADJOINT_IEN_IO), "orientation")


@pytest.mark.django_db
def test_un_calendrier_vide_dit_quoi_faire():
    creer_annee()
    assert "Reprendre le calendrier type" in page(creer_perimetre(Role.IEN_IO), "orientation")
    assert "L’IEN-IO du département le prépare" in page(creer_perimetre(Role.DCIO), "orientation")


@pytest.mark.django_db
def test_sans_annee_scolaire_la_page_le_dit():
    assert "Aucune année scolaire" in page(creer_perimetre(Role.IEN_IO), "orientation")
    assert "Aucune année scolaire" in page(creer_perimetre(Role.ADMIN), "jours_non_ouvres")


@pytest.mark.django_db
@pytest.mark.postgresql
@pytest.mark.parametrize("nom", ["orientation", "jours_non_ouvres"])
@pytest.mark.parametrize("code", ["\x00", "2026-2027\x00", "x" * 3000])
def test_un_code_qui_n_en_est_pas_un_montre_l_annee_en_cours(nom, code):
    """A NUL byte: SQLite takes it, PostgreSQL does not."""
    annee = creer_annee()
    assert str(annee) in page(creer_perimetre(Role.IEN_IO), nom, annee=code)


@pytest.mark.django_db
def test_une_annee_demandee_se_montre():
    creer_annee()
    passee = annee_precedente()
    assert f'<option value="{passee}" selected' in page(
        creer_perimetre(Role.IEN_IO), "orientation", annee=passee
    )


@pytest.mark.django_db
def test_l_admin_choisit_le_departement():
    creer_annee()
    creer_periode_orientation(creer_departement("018"), "Forum du Cher")
    creer_periode_orientation(creer_departement(), "Forum de Blois")
    admin = creer_perimetre(Role.ADMIN)
    texte = page(admin, "orientation", departement="041")
    assert "Forum de Blois" in texte
    assert "Forum du Cher" not in texte


@pytest.mark.django_db
def test_ajouter_modifier_supprimer_une_periode():
    annee = creer_annee()
    ien = creer_perimetre(Role.IEN_IO)
    client = connecter(Client(), ien)
    saisie = {
        "genre": "salon",
        "titre": "Forum de Blois",
        "niveau": "3e",
        "rythme": "",
        "debut": f"{annee.debut.year}-11-05",
        "fin": f"{annee.debut.year}-11-06",
    }
    adresse = reverse("planning:periode_orientation_creer", args=(annee.code,))
    assert "Choisir une nature" in client.get(adresse).content.decode()
    assert client.post(adresse, saisie).status_code == 302
    periode = PeriodeOrientation.objects.get()
    assert (periode.niveau, periode.departement) == ("3e", ien.habilitation.departement)

    modifier = reverse("planning:periode_orientation_modifier", args=(periode.pk,))
    refus = client.post(modifier, saisie | {"fin": f"{annee.debut.year}-11-01"}).content.decode()
    assert "finir après avoir commencé" in refus
    refus = client.post(modifier, saisie | {"debut": f"{annee.debut.year}-01-01"}).content.decode()
    assert f"L’année {annee} va du 01/09/" in refus
    assert client.post(modifier, saisie | {"titre": "Forum"}).status_code == 302
    doublon = client.post(adresse, saisie | {"titre": "Forum"}).content.decode()
    assert "déjà au calendrier de l’année" in doublon

    client.post(reverse("planning:periode_orientation_supprimer", args=(periode.pk,)))
    assert not PeriodeOrientation.objects.exists()
    actes = EntreeJournal.objects.order_by("pk").values_list("action", flat=True)
    assert list(actes) == [
        "planning.periode_orientation.creee",
        "planning.periode_orientation.modifiee",
        "planning.periode_orientation.supprimee",
    ]


@pytest.mark.django_db
def test_le_nombre_de_requetes_de_la_page_ne_suit_pas_les_periodes():
    ien, departement = creer_perimetre(Role.IEN_IO), creer_departement()
    creer_periode_orientation(departement)

    def requetes():
        client = connecter(Client(), ien)
        with CaptureQueriesContext(connection) as capture:
            client.get(reverse("planning:orientation"))
        return len(capture)

    avant = requetes()
    charger_orientation(perimetre=SYSTEME, departement=departement, annee=creer_annee())
    assert requetes() == avant


# --- Rhythm ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_le_chef_choisit_le_rythme_et_ne_voit_plus_les_autres_conseils():
    ecole, annee = creer_etablissement(cio=creer_cio()), creer_annee()
    charger_orientation(perimetre=SYSTEME, departement=creer_departement(), annee=annee)
    chef = creer_perimetre(Role.CHEF_ETABLISSEMENT, ecole)
    assert "du 1er semestre" not in page(chef, "orientation")
    client = connecter(Client(), chef)
    adresse = reverse("planning:rythme_semestre", args=(annee.code, ecole.pk))
    texte = client.post(adresse, follow=True).content.decode()
    assert "travaille par semestres" in texte
    texte = page(chef, "orientation")
    assert "du 1er semestre" in texte
    assert "du 1er trimestre" not in texte
    client.post(reverse("planning:rythme_trimestre", args=(annee.code, ecole.pk)))
    assert ChoixRythme.objects.get().rythme == "trimestre"


@pytest.mark.django_db
def test_le_dcio_tient_le_rythme_des_ecoles_de_son_cio():
    annee, blois, vendome = creer_annee(), creer_cio(), creer_cio("Vendôme")
    sienne, autre = creer_etablissement("Collège A", cio=blois), creer_etablissement("Collège B", cio=vendome)
    antenne = creer_etablissement("Collège C", cio=creer_cio("Contres", parent=blois))
    dcio = creer_perimetre(Role.DCIO, blois)
    texte = page(dcio, "rythmes", annee.code)
    assert ("Collège A" in texte, "Collège B" in texte, "Collège C" in texte) == (True, False, True)
    for ecole in (sienne, antenne):
        choisir_rythme(perimetre=dcio, etablissement=ecole, annee=annee, rythme="semestre")
    for ecole, de in ((autre, annee), (sienne, annee_precedente())):
        with pytest.raises(PermissionDenied):
            choisir_rythme(perimetre=dcio, etablissement=ecole, annee=de, rythme="semestre")


# --- Holidays --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_charger_puis_corriger_les_jours_non_ouvres():
    annee = creer_annee(2026)
    client = connecter(Client(), creer_perimetre(Role.ADMIN))
    liste = reverse("planning:jours_non_ouvres") + f"?annee={annee.code}"
    assert "Aucun jour férié" in client.get(liste).content.decode()
    reponse = client.post(reverse("planning:jours_non_ouvres_charger", args=(annee.code,)), follow=True)
    assert "Le calendrier 2026-2027 est complet" in reponse.content.decode()
    assert "zone B" in reponse.content.decode()
    noel = PeriodeNonOuvree.objects.get(nom="Vacances de Noël")
    saisie = {"genre": "vacances", "nom": noel.nom, "debut": "2026-12-18", "fin": "2027-01-03"}
    modifier = reverse("planning:periode_non_ouvree_modifier", args=(noel.pk,))
    assert client.post(modifier, saisie)["Location"] == liste
    noel.refresh_from_db()
    assert str(noel.debut) == "2026-12-18"
    refus = client.post(modifier, saisie | {"fin": "2027-06-01"}).content.decode()
    assert "100 jours au plus" in refus
    assert "Erreur" in refus
    ajouter = reverse("planning:periode_non_ouvree_creer")
    pont = {"genre": "autre", "nom": "Pont", "debut": "2026-11-12", "fin": "2026-11-13"}
    assert client.post(ajouter, pont)["Location"] == liste
    assert "déjà au calendrier" in client.post(ajouter, pont).content.decode()
    client.post(reverse("planning:periode_non_ouvree_supprimer", args=(noel.pk,)))
    assert not PeriodeNonOuvree.objects.filter(pk=noel.pk).exists()


@pytest.mark.django_db
def test_l_ien_lit_le_calendrier_sans_le_changer():
    creer_annee()
    creer_periode_non_ouvree(nom="Pont de Blois")
    creer_periode_non_ouvree(creer_academie("14", "Rennes"), nom="Pont breton")
    texte = page(creer_perimetre(Role.IEN_IO), "jours_non_ouvres")
    assert "Pont de Blois" in texte
    assert "Pont breton" not in texte
    assert "Supprimer" not in texte


@pytest.mark.django_db
def test_une_annee_sans_vacances_connues_le_dit():
    annee = creer_annee(2033)
    texte = page(creer_perimetre(Role.ADMIN), "jours_non_ouvres", annee=annee.code)
    assert "Les vacances de 2033-2034 ne sont pas connues" in texte


# --- The strip -------------------------------------------------------------------------------------

DEBUT, FIN = dt.date(2026, 9, 1), dt.date(2027, 8, 31)
periodes_au_hasard = st.lists(
    st.builds(
        lambda titre, du, duree: PeriodeOrientation(
            genre="salon", titre=titre, debut=du, fin=du + dt.timedelta(days=duree)
        ),
        st.text("abcdefgh ", max_size=80),
        st.dates(DEBUT, FIN),
        st.integers(0, 120),
    ),
    max_size=30,
)


@given(periodes_au_hasard)
def test_les_barres_tiennent_dans_la_frise_sans_se_recouvrir(periodes):
    frise = dessiner_frise(periodes, debut=DEBUT, fin=FIN, aujourd_hui=dt.date(2026, 11, 23))
    barres = [barre for bande in frise.bandes for barre in bande.barres]
    assert len(barres) == len(periodes)
    for barre in barres:
        assert 0 <= barre.gauche < LARGEUR
        assert barre.gauche + barre.largeur <= LARGEUR + 3
        assert barre.haut + frise.epaisseur <= frise.hauteur
    for haut in {barre.haut for barre in barres}:
        piste = sorted((b.gauche, b.gauche + b.largeur) for b in barres if b.haut == haut)
        assert all(avant[1] <= apres[0] for avant, apres in pairwise(piste))
    assert len(frise.mois) == 12


def test_une_frise_d_une_autre_annee_n_a_pas_de_trait_du_jour():
    assert dessiner_frise([], debut=DEBUT, fin=FIN, aujourd_hui=dt.date(2030, 1, 1)).aujourd_hui is None

"""School years: prepared, opened, closed, and never two at once."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from comptes.enums import Role
from reseaux.enums import EtatAnnee
from reseaux.models import AnneeScolaire
from reseaux.perimetre import Perimetre
from reseaux.services.annees import clore_annee, creer_annee_suivante, ouvrir_annee
from socle.models import EntreeJournal
from tests.reseaux import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def systeme():
    return Perimetre.systeme()


def _etats():
    return dict(AnneeScolaire.objects.values_list("code", "etat").order_by("code"))


def test_l_annee_suivante_va_du_1er_septembre_au_31_aout(systeme):
    premiere = creer_annee_suivante(perimetre=systeme, rentree=2026)
    suivante = creer_annee_suivante(perimetre=systeme)
    assert (premiere.code, suivante.code) == ("2026-2027", "2027-2028")
    assert f"{suivante.debut:%d/%m/%Y} {suivante.fin:%d/%m/%Y}" == "01/09/2027 31/08/2028"
    assert suivante.etat == EtatAnnee.PREPARATION


def test_la_toute_premiere_annee_se_dit(systeme):
    with pytest.raises(ValidationError, match="indiquez l’année civile"):
        creer_annee_suivante(perimetre=systeme)


def test_ouvrir_clot_la_precedente(systeme):
    courante, suivante = f.creer_annee(), f.annee_suivante()
    ouvrir_annee(perimetre=systeme, annee=suivante)
    assert _etats() == {courante.code: EtatAnnee.CLOSE, suivante.code: EtatAnnee.EN_COURS}
    actions = EntreeJournal.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["reseaux.annee.close", "reseaux.annee.ouverte"]


def test_on_n_ouvre_ni_une_annee_close_ni_une_plus_ancienne(systeme):
    precedente = f.annee_precedente()
    f.creer_annee()
    with pytest.raises(ValidationError, match="seule une année en préparation s’ouvre"):
        ouvrir_annee(perimetre=systeme, annee=precedente)
    AnneeScolaire.objects.filter(pk=precedente.pk).update(etat=EtatAnnee.PREPARATION)
    with pytest.raises(ValidationError, match="ne peut plus s’ouvrir"):
        ouvrir_annee(perimetre=systeme, annee=precedente)


def test_seule_l_annee_en_cours_se_clot(systeme):
    courante, suivante = f.creer_annee(), f.annee_suivante()
    clore_annee(perimetre=systeme, annee=courante)
    assert _etats()[courante.code] == EtatAnnee.CLOSE
    for annee in (courante, suivante):
        with pytest.raises(ValidationError, match="seule l’année en cours se clôt"):
            clore_annee(perimetre=systeme, annee=annee)


def test_la_base_refuse_deux_annees_en_cours():
    f.creer_annee()
    suivante = f.annee_suivante()
    with pytest.raises(IntegrityError), transaction.atomic():
        AnneeScolaire.objects.filter(pk=suivante.pk).update(etat=EtatAnnee.EN_COURS)


def test_les_gestes_de_l_admin(client):
    f.connecter(client, f.creer_perimetre(Role.ADMIN))
    courante = f.creer_annee()
    client.post(reverse("reseaux:annee_creer"))
    suivante = AnneeScolaire.objects.get(etat=EtatAnnee.PREPARATION)
    page = client.get(reverse("reseaux:annees")).content.decode()
    assert "Confirmer l’ouverture" in page
    assert "Confirmer la clôture" in page
    client.post(reverse("reseaux:annee_ouvrir", args=(suivante.pk,)))
    assert _etats() == {courante.code: EtatAnnee.CLOSE, suivante.code: EtatAnnee.EN_COURS}
    reponse = client.post(reverse("reseaux:annee_ouvrir", args=(courante.pk,)), follow=True)
    assert "seule une année en préparation s’ouvre" in reponse.content.decode()
    assert client.get(reverse("reseaux:annee_ouvrir", args=(courante.pk,))).status_code == 405


def test_premiere_annee_a_l_ecran(client):
    f.connecter(client, f.creer_perimetre(Role.ADMIN))
    assert "Année civile de la rentrée" in client.get(reverse("reseaux:annees")).content.decode()
    client.post(reverse("reseaux:annee_creer"), {"rentree": "2026"})
    assert list(_etats()) == ["2026-2027"]


@pytest.mark.parametrize("premiere", [True, False], ids=["la toute première", "la suivante"])
def test_deux_clics_preparent_une_annee(client, premiere):
    f.connecter(client, f.creer_perimetre(Role.ADMIN))
    if not premiere:
        f.creer_annee()
    page = client.get(reverse("reseaux:annees")).content.decode()
    vue = re.search(r'name="rentree" value="([0-9]{4})"', page)
    donnees = {"rentree": vue[1] if vue else "2026"}
    assert bool(vue) != premiere
    client.post(reverse("reseaux:annee_creer"), donnees)
    annees = list(_etats())
    reponse = client.post(reverse("reseaux:annee_creer"), donnees, follow=True)
    assert "relisez la liste avant de préparer la suivante" in reponse.content.decode()
    assert list(_etats()) == annees
    assert len(annees) == (1 if premiere else 2)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
def test_l_admin_seul(client, role):
    perimetre = f.creer_perimetre(role)
    annee = f.annee_suivante()
    f.connecter(client, perimetre)
    assert client.post(reverse("reseaux:annee_creer")).status_code == 403
    assert client.post(reverse("reseaux:annee_ouvrir", args=(annee.pk,))).status_code == 403
    for geste in (ouvrir_annee, clore_annee):
        with pytest.raises(PermissionDenied):
            geste(perimetre=perimetre, annee=annee)

"""Secret calendar links: what they show, whom they obey, when they die (reliability rows 6 and 20)."""

import datetime as dt
import io
import logging
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from comptes.enums import Role
from planning.models import FluxCalendrier
from planning.selectors.flux import empreinte
from planning.services.flux import FLUX_AU_PLUS, creer_flux, renouveler_flux, revoquer_flux
from reseaux.models import Habilitation
from socle.models import EntreeJournal
from tests.planning.factories import creer_action, creer_jalon, creer_plan, creer_reunion, dans
from tests.reseaux.factories import (
    connecter,
    creer_academie,
    creer_cio,
    creer_departement,
    creer_habilitation,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def dcio():
    return creer_perimetre(Role.DCIO, creer_cio())


def lire(jeton, client=None):
    return (client or Client()).get(reverse("planning:flux_ics", args=(jeton,)))


def titres(jeton):
    reponse = lire(jeton)
    assert reponse.status_code == 200
    return sorted(str(e["SUMMARY"]) for e in Calendar.from_ical(reponse.content).walk("VEVENT"))


def test_mes_echeances_sont_celles_dont_on_repond(dcio):
    creer_action(titre="Périmètre", role=Role.DCIO)
    creer_action(titre="Délégations", role=Role.IEN_IO)
    action = creer_action(titre="Bilan", role=Role.IEN_IO)
    creer_jalon(action, "Pièces du CIO", role=Role.DCIO, cio=dcio.habilitation.cio)
    creer_jalon(action, "Pièces d’un autre CIO", role=Role.DCIO, cio=creer_cio("Vendôme"))
    _, jeton = creer_flux(perimetre=dcio)
    assert titres(jeton) == ["Pièces du CIO", "Périmètre"]


def test_un_plan_montre_ses_echeances_et_ses_reunions(dcio):
    plan = creer_plan()
    action = creer_action(plan, "Périmètre", role=Role.IEN_IO)
    creer_action(creer_plan("Autre plan"), "Ailleurs")
    _, jeton = creer_flux(perimetre=creer_perimetre(Role.IEN_IO), plan=plan)
    creer_reunion("Lancement", action=action)
    creer_reunion("Sans plan")
    creer_reunion("Seulement demandée", action=action, etat="demandee")
    assert titres(jeton) == ["Lancement", "Périmètre"]


def test_un_cio_montre_ce_qui_le_concerne(dcio):
    cio = dcio.habilitation.cio
    action = creer_action(titre="Bilan", role=Role.IEN_IO)
    creer_jalon(action, "Pièces du CIO", role=Role.DCIO, cio=cio)
    creer_reunion("Service du CIO", cio=cio)
    creer_reunion("Service d’un autre", cio=creer_cio("Vendôme"))
    _, jeton = creer_flux(perimetre=dcio, cio=cio)
    assert titres(jeton) == ["Pièces du CIO", "Service du CIO"]


def test_ce_qui_est_fait_ou_abandonne_quitte_le_calendrier(dcio):
    jalon = creer_jalon(creer_action(titre="Périmètre"), "Relevé")
    _, jeton = creer_flux(perimetre=dcio)
    assert titres(jeton) == ["Périmètre", "Relevé"]
    jalon.etat, jalon.fait_le = "fait", dans(0)
    jalon.save()
    assert titres(jeton) == ["Périmètre"]


def test_le_contenu_est_minimal(dcio):
    """A title, a date, a link: no owner, no place, no text."""
    cio = dcio.habilitation.cio
    creer_jalon(creer_action(), "Relevé", cio=cio)
    creer_reunion("Service", cio=cio, lieu="https://visio.example/secret", presentation="Zoé NOËL viendra")
    _, jeton = creer_flux(perimetre=dcio, cio=cio)
    proprietes = {nom for e in Calendar.from_ical(lire(jeton).content).walk("VEVENT") for nom in e}
    assert proprietes == {
        *("UID", "SUMMARY", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "TRANSP", "URL", "LAST-MODIFIED")
    }
    texte = lire(jeton).content.decode()
    assert "visio.example" not in texte
    assert "NOËL" not in texte


def test_le_jeton_est_long_et_seule_son_empreinte_est_gardee(dcio):
    flux, jeton = creer_flux(perimetre=dcio)
    assert len(jeton) >= 43
    assert flux.empreinte == empreinte(jeton)
    gardes = str(list(FluxCalendrier.objects.order_by("pk").values())) + str(
        list(EntreeJournal.objects.order_by("pk").values("avant", "apres", "objet_libelle", "motif"))
    )
    assert jeton not in gardes


def test_le_lien_renouvele_remplace_l_ancien(dcio):
    flux, ancien = creer_flux(perimetre=dcio)
    nouveau = renouveler_flux(perimetre=dcio, flux=flux)
    assert lire(nouveau).status_code == 200
    assert lire(ancien).status_code == 404


def reponse_comparable(reponse):
    return reponse.status_code, reponse.content, sorted(reponse.headers.items())


def test_inconnu_revoque_et_habilitation_perdue_repondent_exactement_pareil(dcio):
    inconnu = reponse_comparable(lire("x" * 43))
    assert inconnu[0] == 404

    flux, jeton = creer_flux(perimetre=dcio)
    revoquer_flux(perimetre=dcio, flux=flux)
    assert reponse_comparable(lire(jeton)) == inconnu

    _, jeton = creer_flux(perimetre=dcio)
    habilitations = Habilitation.objects.filter(pk=dcio.habilitation_id)
    for perte, retour in (
        ({"revoquee_le": timezone.now()}, {"revoquee_le": None}),
        ({"date_fin": dans(-1)}, {"date_fin": None}),
        ({"date_debut": dans(1)}, {"date_debut": dans(-30)}),
    ):
        assert lire(jeton).status_code == 200
        habilitations.update(**perte)
        assert reponse_comparable(lire(jeton)) == inconnu
        habilitations.update(**retour)
    type(dcio.utilisateur).objects.filter(pk=dcio.utilisateur_id).update(is_active=False)
    assert reponse_comparable(lire(jeton)) == inconnu


def test_un_autre_chapeau_ne_sauve_pas_le_lien(dcio):
    """The link follows its own habilitation, not the person."""
    _, jeton = creer_flux(perimetre=dcio)
    creer_habilitation(Role.IEN_IO, utilisateur=dcio.utilisateur)
    Habilitation.objects.filter(pk=dcio.habilitation_id).update(revoquee_le=timezone.now())
    assert lire(jeton).status_code == 404


def test_le_lien_montre_le_perimetre_d_aujourd_hui(dcio):
    """A CIO that leaves one's reach leaves the link."""
    cio = dcio.habilitation.cio
    _, jeton = creer_flux(perimetre=dcio, cio=cio)
    assert lire(jeton).status_code == 200
    Habilitation.objects.filter(pk=dcio.habilitation_id).update(cio=creer_cio("Vendôme"))
    assert lire(jeton).status_code == 404


def test_la_reponse_n_est_ni_gardee_ni_nommee_ailleurs(dcio):
    _, jeton = creer_flux(perimetre=dcio)
    for reponse in (lire(jeton), lire("inconnu")):
        assert "no-store" in reponse["Cache-Control"]
        assert reponse["Referrer-Policy"] == "no-referrer"
        assert not reponse.cookies
    assert lire(jeton)["Content-Type"].startswith("text/calendar")
    assert Client().post(reverse("planning:flux_ics", args=(jeton,))).status_code == 405


def test_le_nombre_de_requetes_ne_suit_pas_les_echeances(dcio, django_assert_max_num_queries):
    _, jeton = creer_flux(perimetre=dcio)
    for _ in range(30):
        creer_jalon(creer_action())
    with django_assert_max_num_queries(6):
        lire(jeton)


@pytest.fixture
def journal_technique():
    """What the console handler of the settings writes, as in production."""
    sortie = io.StringIO()
    poignee = next(h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler)
    ancienne = poignee.setStream(sortie)
    yield sortie
    poignee.setStream(ancienne)


def test_aucun_jeton_dans_le_journal_technique(dcio, journal_technique):
    flux, jeton = creer_flux(perimetre=dcio)
    lire(jeton)
    revoquer_flux(perimetre=dcio, flux=flux)
    lire(jeton)
    assert "/calendriers/***" in journal_technique.getvalue()
    assert jeton not in journal_technique.getvalue()


def test_hors_de_son_perimetre_on_ne_partage_rien(dcio):
    ailleurs = creer_departement("035", academie=creer_academie("14", "Rennes"))
    rennes = {"plan": creer_plan(departement=ailleurs)}, {"cio": creer_cio("Rennes", departement=ailleurs)}
    for objets in rennes:
        with pytest.raises(PermissionDenied):
            creer_flux(perimetre=dcio, **objets)
    with pytest.raises(PermissionDenied):
        creer_flux(perimetre=creer_perimetre(Role.CHARGE_MISSION_REGION))


def test_on_ne_touche_pas_au_calendrier_d_un_autre(dcio):
    flux, _ = creer_flux(perimetre=dcio)
    autre = creer_perimetre(Role.IEN_IO)
    for geste in (renouveler_flux, revoquer_flux):
        with pytest.raises(PermissionDenied):
            geste(perimetre=autre, flux=flux)
    client = connecter(Client(), autre)
    assert client.post(reverse("planning:flux_revoquer", args=(flux.pk,))).status_code == 404


def test_on_ne_garde_pas_plus_de_vingt_calendriers(dcio):
    for _ in range(FLUX_AU_PLUS):
        creer_flux(perimetre=dcio)
    with pytest.raises(ValidationError, match="révoquez ceux"):
        creer_flux(perimetre=dcio)


def test_la_page_montre_le_lien_une_fois(dcio, settings):
    client = connecter(Client(), dcio)
    plan = creer_plan()
    reponse = client.post(reverse("planning:flux_creer"), {"contenu": f"plan-{plan.pk}"})
    lien = re.search(r'value="([^"]*/calendriers/[^"]+\.ics)"', reponse.content.decode())[1]
    assert lien.startswith(settings.ADRESSE_PUBLIQUE)
    jeton = lien.rsplit("/", 1)[1].removesuffix(".ics")
    assert lire(jeton).status_code == 200
    assert "no-store" in reponse["Cache-Control"]
    liste = client.get(reverse("planning:mes_flux")).content.decode()
    assert str(plan) in liste
    assert jeton not in liste
    assert jeton not in str(client.session.items())
    flux = FluxCalendrier.objects.get()
    renouvele = client.post(reverse("planning:flux_renouveler", args=(flux.pk,))).content.decode()
    assert "/calendriers/" in renouvele
    assert jeton not in renouvele
    client.post(reverse("planning:flux_revoquer", args=(flux.pk,)))
    assert "Aucun calendrier partagé" in client.get(reverse("planning:mes_flux")).content.decode()


def test_un_calendrier_eteint_le_dit_et_se_renouvelle_pas(dcio):
    flux, _ = creer_flux(perimetre=dcio)
    creer_habilitation(Role.IEN_IO, utilisateur=dcio.utilisateur)
    Habilitation.objects.filter(pk=dcio.habilitation_id).update(
        date_debut=dt.date(2019, 1, 1), date_fin=dt.date(2020, 1, 1)
    )
    client = connecter(Client(), dcio)
    assert "L’habilitation n’est plus en vigueur" in client.get(reverse("planning:mes_flux")).content.decode()
    reponse = client.post(reverse("planning:flux_renouveler", args=(flux.pk,)), follow=True)
    assert "révoquez-le et créez-en un autre" in reponse.content.decode()


def test_le_choix_ne_propose_que_ce_qu_on_lit(dcio):
    ailleurs = creer_departement("035", academie=creer_academie("14", "Rennes"))
    cache = creer_plan("Plan breton", departement=ailleurs)
    client = connecter(Client(), dcio)
    assert "Plan breton" not in client.get(reverse("planning:flux_creer")).content.decode()
    refus = client.post(reverse("planning:flux_creer"), {"contenu": f"plan-{cache.pk}"})
    assert refus.status_code == 200
    assert not FluxCalendrier.objects.exists()

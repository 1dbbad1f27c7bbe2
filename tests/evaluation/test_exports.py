"""The exports of the ADMIN: once a period, a link and never the file, the right asked each time."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from comptes.enums import Role
from evaluation.enums import Niveau, RythmeExport
from evaluation.models import ExportProgramme, LivraisonExport
from evaluation.services.exports import (
    A_LA_MAIN,
    SANS_DROIT,
    arreter_export,
    demander_export,
    livrer_exports,
    programmer_export,
)
from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre
from socle.courriels import envoyer_en_attente
from socle.enums import EtatCourriel, EtatTravail
from socle.models import Courriel, EntreeJournal, TravailDeFond
from socle.tableurs import lire_tableau
from socle.travaux import executer_travail
from tests.evaluation.factories_rapports import creer_campagne_figee
from tests.reseaux.factories import connecter, creer_academie, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db
TOUS = list(Niveau)


@pytest.fixture
def admin() -> Perimetre:
    return creer_perimetre(Role.ADMIN)


def lire(contenu: bytes, nom: str = "export.csv") -> list[dict[str, str]]:
    return [ligne.valeurs for ligne in lire_tableau(contenu, nom=nom).lignes]


def exporter(perimetre: Perimetre, campagne=None, niveaux=TOUS, format_: str = "csv") -> bytes:
    """Asked for, made by the worker, read."""
    travail = demander_export(perimetre=perimetre, campagne=campagne, niveaux=niveaux, format_=format_)
    executer_travail(travail.pk)
    travail.refresh_from_db()
    assert travail.resultat, travail.message
    return bytes(travail.resultat.contenu)


def programmer(admin: Perimetre, **champs) -> ExportProgramme:
    valeurs = {
        "campagne": None,
        "niveaux": TOUS,
        "format_": "csv",
        "rythme": RythmeExport.MENSUEL,
        "premier_le": timezone.localdate(),
    }
    return programmer_export(perimetre=admin, **(valeurs | champs))


def test_mes_donnees_disent_les_exports_que_l_on_a_programmes(admin):
    programmer(creer_perimetre(Role.ADMIN), premier_le=dt.date(2033, 5, 4))
    en_cours = programmer(admin, premier_le=dt.date(2031, 2, 3))
    arrete = programmer(admin, rythme=RythmeExport.TRIMESTRIEL)
    arreter_export(perimetre=admin, programme=arrete)
    page = connecter(Client(), admin).get(reverse("psyen:mes_donnees")).content.decode()
    rubrique = page.split("Exports que vous avez programmés")[1].split("</section>")[0]
    assert f"{arrete} (arrêté le {timezone.localdate():%d/%m/%Y} : {A_LA_MAIN})" in rubrique
    assert f"{en_cours} (premier envoi le 03/02/2031)" in rubrique
    assert "04/05/2033" not in page


# --- At once ------------------------------------------------------------------------------------------


def test_l_admin_exporte_toutes_les_campagnes_de_son_academie(admin):
    creer_campagne_figee("T1")
    creer_campagne_figee("T1", departement=creer_departement("018"))
    rennes = creer_departement("035", academie=creer_academie("14", "Rennes"))
    creer_campagne_figee("T1", departement=rennes)
    lus = lire(exporter(admin))
    assert {ligne["Département"] for ligne in lus} == {"018", "041"}
    assert EntreeJournal.objects.filter(action="evaluation.export.fait").count() == 2


def test_ou_une_seule_aux_niveaux_choisis(admin):
    campagne = creer_campagne_figee("T1")
    creer_campagne_figee("T1", departement=creer_departement("018"))
    lus = lire(exporter(admin, campagne, [Niveau.CIO]))
    assert {(ligne["Département"], ligne["Niveau"]) for ligne in lus} == {("041", "CIO")}


@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_dans_le_format_choisi(admin, format_):
    creer_campagne_figee()
    csv = lire(exporter(admin))
    autre = exporter(admin, format_=format_)
    assert lire(autre, f"export.{format_}") == csv


def test_rien_a_exporter_se_dit(admin, client):
    with pytest.raises(ValidationError, match="Aucune campagne à exporter"):
        exporter(admin)
    page = connecter(client, admin).post(
        reverse("evaluation:exports"), {"niveaux": ["cio"], "format": "csv", "campagne": ""}
    )
    assert "Aucune campagne à exporter" in page.content.decode()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
def test_l_admin_seul_exporte_et_programme(role):
    autre = creer_perimetre(role)
    with pytest.raises(PermissionDenied):
        exporter(autre)
    with pytest.raises(PermissionDenied):
        programmer(autre)


def test_la_page_mene_au_travail(admin, client):
    creer_campagne_figee()
    reponse = connecter(client, admin).post(
        reverse("evaluation:exports"), {"niveaux": ["departement"], "format": "csv", "campagne": ""}
    )
    assert reponse["Location"] == reverse("socle:travail", args=[TravailDeFond.objects.get().pk])


def test_l_habilitation_finie_entre_temps_ne_donne_rien(admin):
    creer_campagne_figee()
    travail = demander_export(perimetre=admin, campagne=None, niveaux=TOUS, format_="csv")
    Habilitation.objects.filter(pk=admin.habilitation_id).update(revoquee_le=timezone.now())
    executer_travail(travail.pk)
    travail.refresh_from_db()
    assert (travail.etat, travail.resultat) == (EtatTravail.REFUSE, None)


# --- By itself ----------------------------------------------------------------------------------------


def test_un_export_par_mois_quel_que_soit_le_nombre_de_passages(admin):
    creer_campagne_figee()
    jour = timezone.localdate()
    programme = programmer(admin, premier_le=jour)
    assert [livrer_exports(jour=jour) for _ in range(3)] == [1, 0, 0]
    suivant = (jour.replace(day=1) + dt.timedelta(days=40)).replace(day=3)
    assert [livrer_exports(jour=suivant) for _ in range(2)] == [1, 0]
    assert programme.livraisons.count() == 2


def test_pas_avant_le_premier_jour(admin):
    demain = timezone.localdate() + dt.timedelta(days=1)
    programmer(admin, premier_le=demain)
    assert [livrer_exports(jour=timezone.localdate()), livrer_exports(jour=demain)] == [0, 1]


def test_un_silence_de_plusieurs_mois_ne_fait_qu_un_export(admin):
    programmer(admin)
    plus_tard = timezone.localdate() + dt.timedelta(days=200)
    assert [livrer_exports(jour=plus_tard), livrer_exports(jour=plus_tard)] == [1, 0]
    assert LivraisonExport.objects.get().periode == f"{plus_tard:%Y-%m}"


@given(st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31)))
def test_la_cle_d_un_trimestre_est_la_meme_trois_mois_de_suite(jour):
    programme = ExportProgramme(rythme=RythmeExport.TRIMESTRIEL)
    premier = dt.date(jour.year, 3 * ((jour.month - 1) // 3) + 1, 1)
    dernier = (premier + dt.timedelta(days=95)).replace(day=1) - dt.timedelta(days=1)
    assert programme.periode(premier) == programme.periode(jour) == programme.periode(dernier)
    assert programme.periode(dernier) != programme.periode(dernier + dt.timedelta(days=1))


def test_une_date_passee_est_refusee(admin):
    with pytest.raises(ValidationError, match="un jour à venir"):
        programmer(admin, premier_le=timezone.localdate() - dt.timedelta(days=1))


def test_le_courriel_donne_un_lien_et_jamais_le_fichier(admin):
    creer_campagne_figee()
    programmer(admin)
    livrer_exports()
    courriel, livraison = Courriel.objects.get(), LivraisonExport.objects.get()
    assert courriel.piece is None
    assert reverse("evaluation:livraison", args=[livraison.pk]) in courriel.corps_texte
    assert "Indicateur" not in courriel.corps_texte
    envoyer_en_attente()
    courriel.refresh_from_db()
    assert courriel.etat == EtatCourriel.ENVOYE


def test_le_lien_redemande_le_droit_a_chaque_fois(admin):
    creer_campagne_figee()
    programmer(admin)
    livrer_exports()
    adresse = reverse("evaluation:livraison", args=[LivraisonExport.objects.get().pk])
    assert connecter(Client(), admin).get(adresse).status_code == 200
    assert connecter(Client(), creer_perimetre(Role.ADMIN)).get(adresse).status_code == 404
    assert connecter(Client(), creer_perimetre(Role.IEN_IO)).get(adresse).status_code == 403
    assert Client().get(adresse).status_code == 302
    Habilitation.objects.filter(pk=admin.habilitation_id).update(revoquee_le=timezone.now())
    assert connecter(Client(), admin).get(adresse).status_code in {302, 403, 404}


def test_l_habilitation_finie_arrete_l_export_et_le_dit(admin):
    creer_campagne_figee()
    programme = programmer(admin)
    Habilitation.objects.filter(pk=admin.habilitation_id).update(revoquee_le=timezone.now())
    assert livrer_exports() == 0
    programme.refresh_from_db()
    assert (programme.arrete_le, programme.motif_arret) == (timezone.localdate(), SANS_DROIT)
    assert not Courriel.objects.exists()
    assert EntreeJournal.objects.filter(action="evaluation.export.arrete").exists()
    assert livrer_exports() == 0


def test_l_habilitation_finie_avant_l_envoi_retient_le_courriel(admin):
    programmer(admin)
    livrer_exports()
    Habilitation.objects.filter(pk=admin.habilitation_id).update(revoquee_le=timezone.now())
    envoyer_en_attente()
    assert Courriel.objects.get().etat == EtatCourriel.SANS_OBJET


def test_un_export_en_panne_n_arrete_pas_les_autres(admin, caplog):
    en_panne = programmer(admin)
    ExportProgramme.objects.filter(pk=en_panne.pk).update(format="pdf")
    programmer(admin)
    assert livrer_exports() == 1
    assert not en_panne.livraisons.exists()
    assert "n’a pas pu être fait" in caplog.text


def test_arreter_est_le_geste_de_son_auteur(admin, client):
    programme = programmer(admin)
    with pytest.raises(PermissionDenied):
        arreter_export(perimetre=creer_perimetre(Role.ADMIN), programme=programme)
    connecter(client, admin).post(reverse("evaluation:export_arreter", args=[programme.pk]))
    programme.refresh_from_db()
    assert programme.motif_arret == A_LA_MAIN
    page = client.get(reverse("evaluation:exports")).content.decode()
    assert A_LA_MAIN in page
    assert livrer_exports() == 0


def test_ce_qui_est_livre_ne_change_plus(admin):
    programmer(admin)
    livrer_exports()
    for geste in (
        lambda: LivraisonExport.objects.update(periode="1999-01"),
        lambda: LivraisonExport.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            geste()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_passages_en_meme_temps_ne_livrent_qu_une_fois(caplog):
    """The second waits for the first, then finds the period made: without the lock it would fail on the
    constraint, and say so in the log.
    """
    creer_campagne_figee()
    programmer(creer_perimetre(Role.ADMIN))
    depart, faits = threading.Barrier(2), []

    def passer() -> None:
        depart.wait()
        try:
            faits.append(livrer_exports())
        finally:
            connections.close_all()

    fils = [threading.Thread(target=passer) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(faits) == [0, 1]
    assert LivraisonExport.objects.count() == Courriel.objects.count() == 1
    assert "n’a pas pu être fait" not in caplog.text

"""« Mes données »: everything held about the reader, nothing of anyone else."""

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from psyen.enums import SensAvis
from psyen.selectors.mes_donnees import lire_mes_donnees
from psyen.services.arretes import produire_document
from psyen.services.decision import donner_avis
from socle.notifications import notifier
from tests.psyen.factories import (
    creer_arretee,
    creer_brouillon,
    creer_modificatif_propose,
    creer_proposee,
    creer_psyen,
)
from tests.reseaux.factories import (
    connecter,
    creer_cio,
    creer_habilitation,
    creer_perimetre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db
ADRESSE = "psyen:mes_donnees"


@pytest.fixture
def psyen(monkeypatch):
    """A PsyEN with an account, an arrêté, a proposal that concerns him, a mail and a notification."""
    monkeypatch.setattr("psyen.services.arretes.dessiner_arrete", lambda arrete: b"%PDF")
    arretee = creer_arretee()
    psyen = arretee.services.get().psyen
    psyen.utilisateur = creer_utilisateur(nom="Canari")
    psyen.telephone = "02 54 00 00 01"
    psyen.save()
    produire_document(arrete=arretee.arrete)
    creer_modificatif_propose(arretee, "3.5")
    return psyen


def rubriques(utilisateur):
    return {r.titre: r for r in lire_mes_donnees(utilisateur)}


def test_tout_ce_qui_concerne_un_psyen(psyen):
    creer_perimetre(Role.PSYEN, utilisateur=psyen.utilisateur)
    lues = rubriques(psyen.utilisateur)
    assert ("Téléphone professionnel", "02 54 00 00 01") in lues["Fiche de PsyEN"].lignes
    assert len(lues["Rattachements à un CIO"].lignes) == 1
    proposee, arretee = lues["Services et établissements"].lignes
    assert "version 2 (proposée)" in proposee[0]
    assert "version 1 (arrêtée)" in arretee[0]
    assert "CIO de Blois : 4 demi-journées" in arretee[1]
    assert len(lues["Courriels que le service vous a adressés"].lignes) == 1
    assert lues["Notifications"].lignes == [("Nombre", "1, dont 1 non lues")]
    assert len(lues["Habilitations"].lignes) == 1
    assert all(r.visible_par and r.duree for r in lues.values())


def test_un_brouillon_est_le_travail_du_dcio(psyen):
    creer_brouillon(cio=creer_cio(), psyens=0)
    assert not any(
        "brouillon" in d for d, _ in rubriques(psyen.utilisateur)["Services et établissements"].lignes
    )


def test_rien_des_autres(psyen):
    autre = creer_psyen("CanariAutre", utilisateur=creer_utilisateur(nom="CanariAutre"))
    notifier(utilisateur=autre.utilisateur, texte="Secret d’un autre")
    client = connecter(Client(), creer_perimetre(Role.PSYEN, utilisateur=psyen.utilisateur))
    page = client.get(reverse(ADRESSE)).content.decode()
    assert "CanariAutre" not in page


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PSYEN])
def test_chacun_a_sa_page_sans_fiche_de_psyen(role):
    reponse = connecter(Client(), creer_perimetre(role)).get(reverse(ADRESSE))
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert "Habilitations" in page
    assert "Fiche de PsyEN" not in page


def test_actes_faits_avis_ecrits_et_habilitations_finies():
    ien = creer_perimetre(Role.IEN_IO)
    donner_avis(repartition=creer_proposee(), sens=SensAvis.RESERVE, texte="À revoir.", perimetre=ien)
    creer_habilitation(
        Role.SG,
        utilisateur=ien.utilisateur,
        date_debut=timezone.localdate() - dt.timedelta(days=400),
        date_fin=timezone.localdate() - dt.timedelta(days=40),
    )
    lues = rubriques(ien.utilisateur)
    assert lues["Avis et commentaires que vous avez écrits"].lignes[0][1] == "Avis réservé. À revoir."
    assert len(lues["Actes que vous avez faits"].lignes) == 1
    assert len(lues["Habilitations"].lignes) == 2


@pytest.mark.parametrize("format_", ["csv", "xlsx", "ods", "json", "pdf"])
def test_export(psyen, format_):
    client = connecter(Client(), creer_perimetre(Role.PSYEN, utilisateur=psyen.utilisateur))
    reponse = client.get(reverse(ADRESSE), {"format": format_})
    assert reponse.status_code == 200
    assert f".{format_}" in reponse["Content-Disposition"]
    if format_ == "xlsx":
        feuille = openpyxl.load_workbook(BytesIO(reponse.content)).active
        lignes = list(feuille.iter_rows(values_only=True))
        assert lignes[0][:3] == ("Rubrique", "Donnée", "Valeur")
        assert ("Fiche de PsyEN", "Nom", psyen.nom) in [ligne[:3] for ligne in lignes]


def test_les_listes_qui_grandissent_sont_coupees_a_l_ecran_pas_dans_l_export():
    perimetre = creer_perimetre(Role.IEN_IO)
    proposee = creer_proposee()
    for rang in range(25):
        donner_avis(repartition=proposee, sens=SensAvis.FAVORABLE, texte=f"n° {rang}", perimetre=perimetre)
    client = connecter(Client(), perimetre)
    assert "Les 20 plus récents sur 25" in client.get(reverse(ADRESSE)).content.decode()
    export = client.get(reverse(ADRESSE), {"format": "csv"}).content.decode()
    assert export.count("Actes que vous avez faits") == 25

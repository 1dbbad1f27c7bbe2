"""Conventions: parties, dates, the reminder before their end."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from comptes.enums import Role
from missions.enums import SituationConvention
from missions.models import Convention
from missions.selectors.conventions import conventions_a_renouveler, situation_de
from missions.services.conventions import creer_convention, modifier_convention, rappeler_conventions
from missions.tasks import rappeler_conventions as tache
from socle.models import Courriel, Notification
from socle.pieces import deposer_document
from tests.missions import factories_territoire as f
from tests.reseaux.factories import connecter, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien_io():
    return creer_perimetre(Role.IEN_IO)


def saisie(**champs):
    return {
        "objet": "SPRO",
        "debut": f.dans(-10),
        "fin": f.dans(400),
        "partenaires": [f.creer_partenaire("Région")],
    } | champs


def test_le_sg_enregistre_le_dcio_non():
    departement = creer_departement()
    sg = creer_perimetre(Role.SG)
    convention = creer_convention(perimetre=sg, departement=departement, **saisie())
    assert [str(partie) for partie in convention.partenaires.all()] == ["Région"]
    with pytest.raises(PermissionDenied):
        creer_convention(
            perimetre=creer_perimetre(Role.DCIO), departement=departement, **saisie(objet="PSAD")
        )


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"partenaires": []}, "au moins une partie"),
        ({"fin": f.dans(-20)}, "finir après avoir commencé"),
        ({"preavis": 4000}, "de 0 à 730 jours"),
    ],
)
def test_ce_qui_est_refuse(ien_io, champs, message):
    with pytest.raises(ValidationError, match=message):
        creer_convention(perimetre=ien_io, departement=creer_departement(), **saisie(**champs))
    assert not Convention.objects.exists()


def test_une_partie_d_un_autre_departement_est_refusee(ien_io):
    ailleurs = f.creer_partenaire("Région Bretagne", departement=creer_departement("035"))
    with pytest.raises(ValidationError, match="autre département"):
        creer_convention(perimetre=ien_io, departement=creer_departement(), **saisie(partenaires=[ailleurs]))


def test_deux_fois_la_meme_est_refusee(ien_io):
    creer_convention(perimetre=ien_io, departement=creer_departement(), **saisie())
    with pytest.raises(ValidationError, match="déjà enregistrée"):
        creer_convention(perimetre=ien_io, departement=creer_departement(), **saisie())


@pytest.mark.parametrize(
    ("debut", "fin", "attendue"),
    [
        (5, 400, SituationConvention.A_VENIR),
        (-5, 91, SituationConvention.EN_VIGUEUR),
        (-5, 90, SituationConvention.A_RENOUVELER),
        (-5, 0, SituationConvention.A_RENOUVELER),
        (-5, -1, SituationConvention.ECHUE),
    ],
)
def test_ou_elle_en_est(debut, fin, attendue):
    convention = f.creer_convention(debut=f.dans(debut), fin=f.dans(fin))
    assert situation_de(convention) == attendue


def test_celle_qui_suit_dispense_de_renouveler():
    f.creer_convention()
    f.creer_convention(debut=f.dans(61), fin=f.dans(800))
    assert not conventions_a_renouveler(f.dans(0)).exists()


def test_le_rappel_part_une_fois_a_l_ien_io_et_au_sg(ien_io):
    sg = creer_perimetre(Role.SG)
    creer_perimetre(Role.DCIO)
    creer_perimetre(Role.IEN_IO, creer_departement("035"))
    f.creer_convention()
    f.creer_convention("Lointaine", fin=f.dans(400))
    tache()
    tache()
    attendus = {ien_io.utilisateur.courriel, sg.utilisateur.courriel}
    courriels = Courriel.objects.order_by("pk")
    assert sorted(c.destinataire for c in courriels) == sorted(attendus)
    assert "Convention à renouveler avant le" in courriels[0].objet
    assert Notification.objects.count() == 2


def test_prolongee_elle_se_rappelle_avant_sa_nouvelle_fin(ien_io):
    convention = f.creer_convention()
    rappeler_conventions()
    modifier_convention(
        perimetre=ien_io,
        convention=convention,
        **saisie(debut=convention.debut, fin=f.dans(500)),
    )
    assert rappeler_conventions() == 0
    assert rappeler_conventions(jour=f.dans(450)) == 1
    assert Courriel.objects.count() == 2


def test_le_texte_signe_se_joint_et_se_lit(client, ien_io):
    convention = f.creer_convention()
    deposer_document(
        perimetre=ien_io, objet=convention, titre="Texte signé", nom="spro.pdf", contenu=b"%PDF-1.7\n%%EOF\n"
    )
    connecter(client, creer_perimetre(Role.DCIO))
    page = client.get(reverse("missions:convention", args=[convention.pk])).text
    assert "Texte signé" in page
    assert "Déposer un document" not in page


def test_la_liste_montre_ce_qui_est_a_renouveler(client, ien_io):
    f.creer_convention()
    f.creer_convention("Lointaine", fin=f.dans(400))
    connecter(client, ien_io)
    page = client.get(reverse("missions:conventions"), {"situation": "a_renouveler"}).text
    assert "À renouveler" in page
    assert "Lointaine" not in page

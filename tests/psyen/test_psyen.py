"""The PsyEN file: who reads it, who keeps it, attachments that never overlap, the account."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from psyen.models import PsyEN
from psyen.services.decision import configurer_arretes
from psyen.services.psyen import (
    corriger_rattachement,
    enregistrer_psyen,
    modifier_identite,
    ouvrir_compte_psyen,
    rattacher,
)
from reseaux.services.habilitations import ouvrir_acces
from socle.models import Courriel, EntreeJournal
from tests.psyen.factories import creer_psyen
from tests.reseaux import factories as f

pytestmark = pytest.mark.django_db

JOUR = dt.date(2026, 9, 1)


@pytest.fixture
def cio():
    return f.creer_cio()


@pytest.fixture
def dcio(cio):
    return f.creer_perimetre(Role.DCIO, cio)


def _enregistrer(perimetre, cio, **champs):
    valeurs = {
        "nom": "Martin",
        "prenom": "Zoé",
        "courriel": "Zoe.Martin@ac.example",
        "telephone": "",
        "statut": "titulaire",
        "quotite": Decimal(80),
        "date_debut": JOUR,
        "date_fin": None,
    }
    return enregistrer_psyen(perimetre=perimetre, cio=cio, **(valeurs | champs))


# --- Services -----------------------------------------------------------------------------------------


def test_enregistrer_deux_fois_ne_fait_rien_de_plus(dcio, cio):
    psyen = _enregistrer(dcio, cio)
    assert psyen.courriel == "zoe.martin@ac.example"
    actes = EntreeJournal.objects.count()
    assert _enregistrer(dcio, cio, psyen=psyen) == psyen
    assert _enregistrer(dcio, cio) == psyen
    assert EntreeJournal.objects.count() == actes == 2
    assert psyen.rattachements.get().quotite == 80


def test_changer_de_quotite_clot_le_rattachement_la_veille(dcio, cio):
    psyen = _enregistrer(dcio, cio)
    nouveau = rattacher(
        perimetre=dcio, psyen=psyen, cio=cio, quotite=Decimal(50), date_debut=dt.date(2027, 1, 4)
    )
    ancien = psyen.rattachements.exclude(pk=nouveau.pk).get()
    assert ancien.date_fin == dt.date(2027, 1, 3)
    assert nouveau.date_fin is None


def test_deux_rattachements_ne_se_chevauchent_jamais(dcio, cio):
    psyen = _enregistrer(dcio, cio, date_fin=dt.date(2027, 8, 31))
    with pytest.raises(ValidationError, match="court déjà à ces dates"):
        _enregistrer(dcio, cio, date_debut=dt.date(2027, 1, 1))
    with pytest.raises(ValidationError, match="court déjà à ces dates"):
        rattacher(
            perimetre=dcio,
            psyen=psyen,
            cio=cio,
            quotite=Decimal(100),
            date_debut=dt.date(2026, 1, 1),
            date_fin=dt.date(2026, 12, 31),
        )
    assert psyen.rattachements.count() == 1


@pytest.mark.parametrize("quotite", [0, -10, 101])
def test_quotite_impossible(dcio, cio, quotite):
    with pytest.raises(ValidationError):
        _enregistrer(dcio, cio, quotite=Decimal(quotite))


def test_fin_avant_debut(dcio, cio):
    with pytest.raises(ValidationError, match="doit finir après avoir commencé"):
        _enregistrer(dcio, cio, date_fin=dt.date(2026, 1, 1))


def test_qui_a_quitte_un_cio_est_repris_avec_son_histoire(cio):
    vendome = f.creer_cio("Vendôme")
    hier = timezone.localdate() - dt.timedelta(days=1)
    psyen = creer_psyen("Martin", prenom="Zoe", cio=vendome, fin=hier)
    dcio = f.creer_perimetre(Role.DCIO, cio)
    repris = _enregistrer(dcio, cio, courriel=psyen.courriel, date_debut=timezone.localdate())
    assert repris == psyen
    assert [r.cio for r in psyen.rattachements.order_by("date_debut")] == [vendome, cio]


def test_on_ne_prend_pas_le_psyen_d_un_autre_cio(dcio, cio):
    psyen = creer_psyen("Martin", prenom="Zoe", cio=f.creer_cio("Vendôme"))
    with pytest.raises(ValidationError, match="rattaché à un autre CIO"):
        _enregistrer(dcio, cio, courriel=psyen.courriel)


TENEURS = (Role.DCIO, Role.SECRETAIRE_CIO, Role.ADMIN)


@pytest.mark.parametrize("role", [role for role in Role.values if role not in TENEURS])
def test_qui_ne_tient_pas_le_fichier(role, cio):
    perimetre = f.creer_perimetre(role)
    psyen = creer_psyen(cio=cio, utilisateur=perimetre.utilisateur)
    rattachement = psyen.rattachements.get()
    identite = {"nom": "A", "prenom": "B", "courriel": "c@ac.example", "telephone": "", "statut": "titulaire"}
    for geste in (
        lambda: _enregistrer(perimetre, cio),
        lambda: modifier_identite(perimetre=perimetre, psyen=psyen, **identite),
        lambda: rattacher(perimetre=perimetre, psyen=psyen, cio=cio, quotite=Decimal(1), date_debut=JOUR),
        lambda: corriger_rattachement(
            perimetre=perimetre, rattachement=rattachement, quotite=Decimal(1), date_debut=JOUR, date_fin=None
        ),
        lambda: ouvrir_compte_psyen(perimetre=perimetre, psyen=psyen),
    ):
        with pytest.raises(PermissionDenied):
            geste()


def test_un_dcio_ne_deplace_pas_vers_un_autre_cio(dcio, cio):
    psyen, vendome = creer_psyen(cio=cio), f.creer_cio("Vendôme")
    with pytest.raises(PermissionDenied):
        rattacher(perimetre=dcio, psyen=psyen, cio=vendome, quotite=Decimal(100), date_debut=JOUR)
    admin = f.creer_perimetre(Role.ADMIN)
    demain = timezone.localdate() + dt.timedelta(days=1)
    rattacher(perimetre=admin, psyen=psyen, cio=vendome, quotite=Decimal(100), date_debut=demain)
    assert list(PsyEN.objects.rattaches(vendome, demain)) == [psyen]


def test_ouvrir_le_compte_d_un_psyen(client, cio):
    psyen = creer_psyen("Martin", prenom="Zoe", cio=cio)
    f.connecter(client, f.creer_perimetre(Role.ADMIN))
    client.post(reverse("psyen:psyen_compte", args=(psyen.pk,)))
    psyen.refresh_from_db()
    habilitation = psyen.utilisateur.habilitations.get()
    assert (habilitation.role, habilitation.departement) == (Role.PSYEN, cio.departement)
    assert Courriel.objects.filter(destinataire=psyen.courriel).count() == 1
    reponse = client.post(reverse("psyen:psyen_compte", args=(psyen.pk,)), follow=True)
    assert "a déjà un compte" in reponse.content.decode()


# --- Screens ------------------------------------------------------------------------------------------


def test_enregistrer_a_l_ecran(client, dcio, cio):
    f.connecter(client, dcio)
    adresse = reverse("psyen:psyen_creer")
    assert "motif" not in str(client.get(adresse).context["form"].fields)
    saisie = {
        "nom": "Martin",
        "prenom": "Zoé",
        "courriel": "zoe.martin@ac.example",
        "telephone": "",
        "statut": "contractuel",
        "cio": cio.pk,
        "quotite": "62,5",
        "date_debut": "2026-09-01",
        "date_fin": "",
    }
    client.post(adresse, saisie)
    psyen = PsyEN.objects.get()
    assert psyen.rattachements.get().quotite == Decimal("62.5")
    page = client.get(reverse("psyen:psyen", args=(psyen.pk,))).content.decode()
    assert "62,5 %" in page
    assert "Historique" in page
    deja = client.post(adresse, saisie)
    assert "figure déjà dans votre fichier" in str(deja.context["form"].errors["courriel"])


def test_modifier_et_mettre_fin(client, dcio, cio):
    psyen = creer_psyen(cio=cio)
    rattachement = psyen.rattachements.get()
    f.connecter(client, dcio)
    identite = {"nom": "Nouveau", "prenom": "Nom", "courriel": psyen.courriel, "statut": "stagiaire"}
    assert client.get(reverse("psyen:psyen_modifier", args=(psyen.pk,))).status_code == 200
    client.post(reverse("psyen:psyen_modifier", args=(psyen.pk,)), identite)
    adresse = reverse("psyen:rattachement_corriger", args=(psyen.pk, rattachement.pk))
    assert client.get(adresse).status_code == 200
    fin = timezone.localdate().isoformat()
    client.post(
        adresse, {"quotite": "100", "date_debut": rattachement.date_debut.isoformat(), "date_fin": fin}
    )
    psyen.refresh_from_db()
    rattachement.refresh_from_db()
    assert (psyen.nom, psyen.statut) == ("Nouveau", "stagiaire")
    assert rattachement.date_fin == timezone.localdate()
    assert client.get(reverse("psyen:rattachement_creer", args=(psyen.pk,))).status_code == 200


ATTENDUS = {
    Role.DCIO: 200,
    Role.SECRETAIRE_CIO: 200,
    Role.DASEN: 200,
    Role.SG: 200,
    Role.IEN_IO: 200,
    Role.ADJOINT_IEN_IO: 200,
    Role.ADMIN: 200,
    Role.PSYEN: 403,
    Role.CHEF_ETABLISSEMENT: 403,
    Role.CHARGE_MISSION_REGION: 403,
}


@pytest.mark.parametrize(("role", "attendu"), ATTENDUS.items())
def test_qui_lit_la_liste(client, role, attendu, cio):
    creer_psyen("Visible", cio=cio)
    f.connecter(client, f.creer_perimetre(role))
    reponse = client.get(reverse("psyen:psyens"))
    assert reponse.status_code == attendu
    assert ("Visible" in reponse.content.decode()) == (attendu == 200)


def test_chacun_lit_sa_propre_fiche_et_aucune_autre(client, cio):
    perimetre = f.creer_perimetre(Role.PSYEN)
    sienne, autre = creer_psyen(cio=cio, utilisateur=perimetre.utilisateur), creer_psyen(cio=cio)
    f.connecter(client, perimetre)
    assert client.get(reverse("psyen:psyen", args=(sienne.pk,))).status_code == 200
    assert client.get(reverse("psyen:psyen", args=(autre.pk,))).status_code == 404
    assert client.get(reverse("psyen:psyen_modifier", args=(sienne.pk,))).status_code == 403


def test_le_fichier_du_cio_voisin_n_existe_pas(client, dcio):
    voisin = creer_psyen(cio=f.creer_cio("Vendôme"))
    rattachement = voisin.rattachements.get()
    f.connecter(client, dcio)
    for nom, args in (
        ("psyen", (voisin.pk,)),
        ("psyen_modifier", (voisin.pk,)),
        ("rattachement_creer", (voisin.pk,)),
        ("rattachement_corriger", (voisin.pk, rattachement.pk)),
    ):
        assert client.get(reverse(f"psyen:{nom}", args=args)).status_code == 404, nom


def test_filtres_de_la_liste(client, cio):
    creer_psyen("Élan", cio=cio, statut="stagiaire")
    creer_psyen("Autre", cio=f.creer_cio("Vendôme"))
    creer_psyen("Futur", cio=cio, debut=timezone.localdate() + dt.timedelta(days=30))
    f.connecter(client, f.creer_perimetre(Role.IEN_IO))

    def noms(**parametres):
        page = client.get(reverse("psyen:psyens"), parametres).content.decode()
        return [nom for nom in ("Autre", "Futur", "Élan") if f">{nom}</a>" in page]

    assert noms() == ["Autre", "Futur", "Élan"]
    assert noms(q="elan") == ["Élan"]
    assert noms(statut="stagiaire") == ["Élan"]
    assert noms(cio=cio.pk) == ["Élan"]
    assert noms(situation="a_venir") == ["Futur"]


def test_cout_et_isolement_de_la_liste(client, dcio, cio):
    creer_psyen(cio=cio)
    f.connecter(client, dcio)
    adresse = reverse("psyen:psyens")
    client.get(adresse)

    def requetes():
        with CaptureQueriesContext(connection) as contexte:
            page = client.get(adresse).content.decode()
        return len(contexte), page.split("<main", 1)[1].split("</main>", 1)[0]

    une, page = requetes()
    creer_psyen("Voisine", cio=f.creer_cio("Vendôme"))
    assert requetes() == (une, page)
    creer_psyen(cio=cio)
    creer_psyen(cio=cio)
    assert requetes()[0] == une


def test_une_habilitation_accordee_depuis_comptes_est_reprise(client, cio):
    """« Comptes » may have granted the role first: the file is tied to that account, nothing is doubled."""
    psyen, admin = creer_psyen("Martin", prenom="Zoe", cio=cio), f.creer_perimetre(Role.ADMIN)
    habilitation = ouvrir_acces(
        perimetre=admin,
        courriel=psyen.courriel,
        prenom="Zoé",
        nom="Martin",
        role=Role.PSYEN,
        territoire=cio.departement,
        date_debut=timezone.localdate(),
    )
    f.connecter(client, f.creer_perimetre(Role.PSYEN, cio.departement, utilisateur=habilitation.utilisateur))
    page = client.get(reverse("psyen:ma_semaine")).content.decode()
    assert "l’administrateur de l’académie la relie à votre compte" in page
    f.connecter(client, admin)
    client.post(reverse("psyen:psyen_compte", args=(psyen.pk,)))
    psyen.refresh_from_db()
    assert psyen.utilisateur == habilitation.utilisateur
    assert EntreeJournal.objects.filter(action="psyen.psyen.compte_ouvert").count() == 1
    assert EntreeJournal.objects.filter(action="reseaux.habilitation.accordee").count() == 1


def test_un_cio_ferme_ne_reprend_personne_mais_laisse_partir(dcio, cio):
    """An attachment over does not start again; one that was left running there is still ended."""
    parti = creer_psyen("Parti", cio=cio, fin=dt.date(2024, 8, 31)).rattachements.get()
    reste = creer_psyen("Reste", cio=cio).rattachements.get()
    type(cio).objects.filter(pk=cio.pk).update(est_ouvert=False)
    for rattachement in (parti, reste):
        rattachement.cio.refresh_from_db()
    dates = {"perimetre": dcio, "quotite": Decimal(50), "date_debut": dt.date(2023, 9, 1)}
    with pytest.raises(ValidationError, match="est fermé : choisissez un CIO ouvert"):
        corriger_rattachement(rattachement=parti, date_fin=None, **dates)
    corriger_rattachement(rattachement=parti, date_fin=dt.date(2025, 8, 31), **dates)
    demain = timezone.localdate() + dt.timedelta(days=1)
    assert corriger_rattachement(rattachement=reste, date_fin=demain, **dates).date_fin == demain


def test_ce_qu_ecrit_l_admin_se_lit_dans_le_departement_du_cio_et_la_seulement(cio):
    """The ADMIN wears no département: a line without any would be open to every académie."""
    admin = f.creer_perimetre(Role.ADMIN)
    psyen = _enregistrer(admin, cio)
    identite = {nom: getattr(psyen, nom) for nom in ("prenom", "courriel", "telephone", "statut")}
    modifier_identite(perimetre=admin, psyen=psyen, nom="Martin-Petit", **identite)
    configurer_arretes(
        departement=cio.departement,
        perimetre=admin,
        autorite="Le directeur académique",
        visas="Vu le code de l’éducation",
        signataire="Camille DASEN",
        qualite="Directrice académique",
        lieu="Blois",
        prefixe="DSDEN41",
    )
    actes = ("psyen.psyen.cree", "psyen.psyen.modifie", "psyen.modele_arrete.modifie")
    siens = EntreeJournal.objects.dans_perimetre(f.creer_perimetre(Role.SG, cio.departement))
    assert set(siens.filter(action__in=actes).values_list("action", flat=True)) == set(actes)
    assert set(EntreeJournal.objects.values_list("departement_id", flat=True)) == {cio.departement_id}

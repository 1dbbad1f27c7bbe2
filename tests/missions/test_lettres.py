"""Letters of mission: what they say, who gives them, that they never change; the whole CIO at once."""

from __future__ import annotations

import io
import time
import zipfile
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from comptes.enums import Role
from missions.models import LettreDeMission, PrioriteEtablissement
from missions.selectors.lettres import etat_de_la_lettre, etats_des_lettres, fiche_de_l_ecole
from missions.services.lettres import emettre_lettre, emettre_lettres
from missions.services.lettres_ensemble import preparer_lettres
from missions.services.missions import SaisieMission, confier_missions
from psyen.models import PsyEN
from reseaux.models import AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.enums import EtatTravail
from socle.models import Courriel, Notification
from socle.traces import Consultation
from socle.travaux import executer_travail
from tests.missions.factories import charger_missions, creer_public
from tests.psyen.factories import creer_arretee, creer_modificatif_propose, decider, ecoles_de
from tests.reseaux.factories import connecter, creer_cio, creer_habilitation, creer_perimetre

pytestmark = pytest.mark.django_db
EANA = "Élèves allophones nouvellement arrivés (EANA)"


class Monde:
    """A PsyEN with four half-days at the CIO, two in each of three schools, one mission in each of two."""

    def __init__(self) -> None:
        self.repartition = creer_arretee()
        self.cio, self.annee = self.repartition.cio, self.repartition.annee
        self.psyen: PsyEN = self.repartition.services.get().psyen
        self.tete, self.college, self.autre = ecoles_de(self.cio.reseaux.get(annee=self.annee))
        self.missions = charger_missions()
        self.dcio = creer_perimetre(Role.DCIO, self.cio)
        self.confier("2", publics=frozenset({creer_public("EANA").pk}))

    def confier(self, parts: str, **champs) -> None:
        saisies = [
            SaisieMission(self.missions["M2"].pk, None, Decimal(parts), **champs),
            SaisieMission(self.missions["M5"].pk, self.tete.pk, Decimal("1.25")),
        ]
        confier_missions(
            perimetre=self.dcio, psyen=self.psyen, cio=self.cio, annee=self.annee, saisies=saisies
        )

    def emettre(self, perimetre: Perimetre | None = None, annee: AnneeScolaire | None = None):
        return emettre_lettre(
            perimetre=perimetre or self.dcio, psyen=self.psyen, cio=self.cio, annee=annee or self.annee
        )

    def ouvrir_compte(self) -> Perimetre:
        perimetre = creer_perimetre(Role.PSYEN)
        self.psyen.utilisateur = perimetre.utilisateur
        self.psyen.save()
        return perimetre


@pytest.fixture
def monde() -> Monde:
    return Monde()


@pytest.fixture
def mise_en_page(monkeypatch):
    """The contexts of the documents, drawn in no time."""
    dessines = []

    def dessiner(template, contexte, *, titre):
        dessines.append((template, contexte, titre))
        return f"%PDF {titre}".encode()

    monkeypatch.setattr("missions.documents.lettres.render_pdf", dessiner)
    return dessines


def test_la_lettre_dit_la_semaine_les_missions_et_les_deux_autorites(monde):
    PrioriteEtablissement.objects.create(
        etablissement=monde.tete, annee=monde.annee, texte="La liaison 3e-2de"
    )
    contenu = etat_de_la_lettre(monde.psyen, monde.cio, monde.annee).contenu
    assert [(str(li.place), li.place.autorite, li.heures) for li in contenu.lieux][:2] == [
        (str(monde.cio), "autorité hiérarchique du DCIO", "10 h 48"),
        (str(contenu.en_ecole[0].place), "autorité fonctionnelle du chef d’établissement", "5 h 24"),
    ]
    tete = next(li for li in contenu.en_ecole if li.place.etablissement == monde.tete)
    assert (tete.modalite, tete.priorite, tete.place.reste) == (
        "présentiel",
        "La liaison 3e-2de",
        Decimal("0.75"),
    )
    assert contenu.arrete == monde.repartition.arrete
    assert [str(p) for p in contenu.au_cio.place.lignes[0].publics.all()] == [EANA]


def test_le_pdf_imprime_les_autorites_et_rien_d_un_motif(monde, mise_en_page):
    monde.emettre()
    ((template, contexte, titre),) = mise_en_page
    base = {"projet": False, "paysage": False, "organisme": {"autorite": "", "bloc_marque": ""}}
    texte = render_to_string(template, base | contexte | {"titre": titre, "instant_du_document": ""}).replace(
        "&nbsp;", " "
    )
    for attendu in (
        "sous l’autorité hiérarchique du DCIO",
        "sous l’autorité fonctionnelle de chaque chef d’établissement",
        f"Autorité fonctionnelle : chef d’établissement, {monde.tete.nom}",
        monde.repartition.arrete.numero,
        f"Publics : {EANA}",
        str(monde.dcio.utilisateur),
        "1,25",
    ):
        assert attendu in texte
    assert "quotité" not in texte.lower()


def test_emettre_fige_previent_et_journalise(monde, mise_en_page):
    psyen = monde.ouvrir_compte()
    lettre = monde.emettre()
    assert (lettre.version, lettre.cio, lettre.emise_par) == (
        1,
        monde.cio,
        f"{monde.dcio.utilisateur}, {monde.dcio.libelle}",
    )
    assert Notification.objects.get(utilisateur=psyen.utilisateur).url == reverse(
        "missions:lettre", args=[lettre.pk]
    )
    assert Courriel.objects.get(cle=f"missions.lettre:{lettre.pk}").destinataire == psyen.utilisateur.courriel
    for geste in (lambda: LettreDeMission.objects.update(version=2), lettre.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            geste()


def test_une_lettre_a_jour_ne_se_donne_pas_deux_fois_puis_se_remplace(monde, mise_en_page):
    monde.emettre()
    with pytest.raises(ValidationError, match="est à jour"):
        monde.emettre()
    monde.confier("3")
    assert etat_de_la_lettre(monde.psyen, monde.cio, monde.annee).est_a_emettre
    assert monde.emettre().version == 2
    PrioriteEtablissement.objects.create(etablissement=monde.tete, annee=monde.annee, texte="Nouvelle")
    assert monde.emettre().version == 3


def test_sans_mission_ou_missions_a_revoir_pas_de_lettre(monde, mise_en_page):
    monde.confier("4")
    decider(creer_modificatif_propose(monde.repartition, "1", jours=0))
    with pytest.raises(ValidationError, match="revoyez-les"):
        monde.emettre()
    confier_missions(perimetre=monde.dcio, psyen=monde.psyen, cio=monde.cio, annee=monde.annee, saisies=[])
    with pytest.raises(ValidationError, match="aucune mission"):
        monde.emettre()
    assert not LettreDeMission.objects.exists()


def test_qui_emet(monde, mise_en_page):
    for perimetre in (
        creer_perimetre(Role.SECRETAIRE_CIO, monde.cio),
        creer_perimetre(Role.DCIO, creer_cio("Vendôme")),
        creer_perimetre(Role.IEN_IO),
        monde.ouvrir_compte(),
    ):
        with pytest.raises(PermissionDenied):
            monde.emettre(perimetre)
        with pytest.raises(PermissionDenied):
            emettre_lettres(perimetre=perimetre, cios=[monde.cio], annee=monde.annee)


def test_ce_qui_change_pendant_la_mise_en_page_arrete_l_emission(monde, monkeypatch):
    def dessiner(contenu, **_):
        monde.confier("1")
        return b"%PDF"

    monkeypatch.setattr("missions.services.lettres.dessiner_lettre", dessiner)
    with pytest.raises(ValidationError, match="ont changé pendant la mise en page"):
        monde.emettre()
    assert not LettreDeMission.objects.exists()


def test_tout_un_cio_en_une_archive_et_deux_fois_ne_donne_rien_de_plus(monde, mise_en_page):
    for _ in range(2):
        travail = preparer_lettres(perimetre=monde.dcio, cio=monde.cio, annee=monde.annee, emettre=True)
        executer_travail(travail.pk)
        travail.refresh_from_db()
        assert travail.etat == EtatTravail.TERMINE, travail.message
        archive = zipfile.ZipFile(io.BytesIO(bytes(travail.resultat.contenu)))
        lettre = LettreDeMission.objects.select_related("fichier").get()
        assert archive.namelist() == [lettre.fichier.nom]
        assert archive.read(lettre.fichier.nom) == bytes(lettre.fichier.contenu)
    assert Consultation.objects.get().sujet_id == monde.psyen.pk


def test_la_secretaire_prepare_les_projets_sans_emettre(monde, mise_en_page):
    secretaire = creer_perimetre(Role.SECRETAIRE_CIO, monde.cio)
    with pytest.raises(PermissionDenied):
        preparer_lettres(perimetre=secretaire, cio=monde.cio, annee=monde.annee, emettre=True)
    travail = preparer_lettres(perimetre=secretaire, cio=monde.cio, annee=monde.annee, emettre=False)
    executer_travail(travail.pk)
    travail.refresh_from_db()
    assert travail.message == "1 document dans l’archive, dont 1 projet à émettre."
    assert not LettreDeMission.objects.exists()


def test_chacun_lit_sa_lettre(monde, mise_en_page, client):
    psyen = monde.ouvrir_compte()
    lettre = monde.emettre()
    url = reverse("missions:lettre", args=[lettre.pk])
    for perimetre, code in (
        (psyen, 200),
        (monde.dcio, 200),
        (creer_perimetre(Role.SECRETAIRE_CIO, monde.cio), 200),
        (creer_perimetre(Role.PSYEN), 404),
        (creer_perimetre(Role.DCIO, creer_cio("Vendôme")), 404),
        (creer_perimetre(Role.CHEF_ETABLISSEMENT, monde.tete), 403),
        (creer_perimetre(Role.IEN_IO), 403),
    ):
        assert connecter(client, perimetre).get(url).status_code == code
    page = connecter(client, psyen).get(reverse("missions:lettres")).content.decode()
    assert url in page
    # The CIO’s readings are told to the PsyEN; one’s own is not noted.
    consultations = Consultation.objects.filter(sujet_id=monde.psyen.pk, page="Lettre de mission")
    assert psyen.utilisateur_id not in consultations.values_list("lecteur", flat=True)
    assert consultations.count() == 2


def test_la_page_du_cio_et_le_geste(monde, mise_en_page, client):
    connecter(client, monde.dcio)
    page = client.get(reverse("missions:lettres")).content.decode()
    assert "Une lettre est à émettre." in page
    reponse = client.post(
        reverse("missions:lettre_emettre", args=[monde.psyen.pk, monde.annee.code]), follow=True
    )
    assert "Aucune lettre n’est à émettre." in reponse.content.decode()
    projet = client.get(reverse("missions:lettre_projet", args=[monde.psyen.pk, monde.annee.code]))
    assert projet["Content-Type"] == "application/pdf"


def test_la_fiche_de_l_ecole_ne_dit_rien_d_ailleurs(monde, mise_en_page, client):
    fiche = fiche_de_l_ecole(monde.tete, monde.annee)
    (venue,) = fiche.venues
    assert (venue.psyen, venue.modalite, [li.mission.code for li in venue.place.lignes]) == (
        monde.psyen,
        "présentiel",
        ["M5"],
    )
    assert fiche_de_l_ecole(monde.tete, monde.annee, cios=[]).venues == ()
    chef = connecter(client, creer_perimetre(Role.CHEF_ETABLISSEMENT, monde.tete))
    url = reverse("missions:fiche_ecole", args=[monde.tete.pk, monde.annee.code])
    assert chef.get(url).status_code == 200
    ailleurs = reverse("missions:fiche_ecole", args=[monde.college.pk, monde.annee.code])
    assert chef.get(ailleurs).status_code == 404


def test_le_nombre_de_requetes_ne_depend_pas_des_lettres(monde, mise_en_page, django_assert_num_queries):
    monde.emettre()
    with django_assert_num_queries(8):
        etats_des_lettres([monde.cio], monde.annee)


def test_une_lettre_se_dessine_en_moins_d_une_seconde(monde):
    """Of processor: the machine may be busy with something else."""
    monde.emettre()
    monde.confier("1")
    debut = time.process_time()
    monde.emettre()
    assert time.process_time() - debut < 1
    assert bytes(LettreDeMission.objects.latest("version").fichier.contenu).startswith(b"%PDF")


def test_un_signataire_par_defaut(monde):
    creer_habilitation(Role.DCIO, monde.cio)
    lettre = emettre_lettre(
        perimetre=Perimetre.systeme(), psyen=monde.psyen, cio=monde.cio, annee=monde.annee
    )
    assert lettre.emise_par.endswith("système")


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("methode", "adresse"),
    [("get", "1/{}/projet/"), ("post", "1/{}/emettre/"), ("post", "ensemble/{}/")],
)
def test_l_adresse_d_une_annee_qui_n_en_est_pas_une_n_existe_pas(client, methode, adresse):
    """A NUL byte: SQLite takes it, PostgreSQL does not."""
    connecter(client, creer_perimetre(Role.DCIO, creer_cio()))
    lettres = reverse("missions:lettres")
    assert getattr(client, methode)(lettres + adresse.format("%00")).status_code == 404

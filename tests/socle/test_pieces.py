"""Documents joined to an object: versions, rights, downloads; here on the réseaux, declared for the test."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from reseaux.models import Reseau
from socle import porteurs
from socle.journal import historique
from socle.models import Document, Fichier, VersionDocument
from socle.pieces import (
    declarer_porteur,
    deposer_document,
    documents_de,
    nouvelle_version,
    retirer_document,
)
from socle.templatetags.cio import poids
from tests.reseaux.factories import connecter, creer_cio, creer_perimetre, creer_reseau
from tests.socle.fichiers_essai import PDF, docx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def porteur(monkeypatch):
    """Réseaux hold documents: their CIO writes, whoever sees the réseau reads, save the Région."""
    monkeypatch.setattr(porteurs, "_PORTEURS", {})
    declarer_porteur(
        Reseau,
        lire=lambda perimetre, reseau: perimetre.role != Role.CHARGE_MISSION_REGION,
        ecrire=lambda perimetre, reseau: perimetre.cio_id == reseau.cio_id,
        page=lambda reseau: reverse("reseaux:reseau", args=[reseau.pk]),
    )


@pytest.fixture
def reseau():
    return creer_reseau(creer_cio())


@pytest.fixture
def dcio(reseau):
    return creer_perimetre(Role.DCIO, reseau.cio)


@pytest.fixture
def document(reseau, dcio):
    return deposer_document(perimetre=dcio, objet=reseau, titre="Compte rendu", nom="cr.pdf", contenu=PDF)


def fichier(nom="cr.pdf", contenu=PDF):
    return SimpleUploadedFile(nom, contenu, content_type="text/html")  # the browser's word counts for nothing


def adresse_de_depot(objet) -> str:
    return reverse("socle:document_deposer", args=[ContentType.objects.get_for_model(objet).pk, objet.pk])


# --- Versions ------------------------------------------------------------------------------------------


def test_un_document_garde_toutes_ses_versions(document, dcio, reseau):
    nouvelle_version(perimetre=dcio, document=document, nom="cr-v2.docx", contenu=docx())
    (lu,) = documents_de(reseau, dcio).documents
    assert [(v.numero, v.fichier.nom) for v in lu.versions.all()] == [(2, "cr-v2.docx"), (1, "cr.pdf")]
    assert {v.depose_par for v in lu.versions.all()} == {dcio.utilisateur}
    assert {v.habilitation_libelle for v in lu.versions.all()} == {dcio.libelle}


def test_chaque_geste_est_dans_l_historique_de_l_objet(document, dcio, reseau):
    nouvelle_version(perimetre=dcio, document=document, nom="cr-v2.pdf", contenu=PDF)
    retirer_document(perimetre=dcio, document=document)
    assert [entree.libelle for entree in historique(reseau)] == [
        "Document retiré",
        "Nouvelle version d’un document",
        "Document déposé",
    ]
    assert "Document : Compte rendu" in historique(reseau)[1].resume
    assert "Version : 2" in historique(reseau)[1].resume


def test_un_document_retire_est_garde_et_ne_se_voit_plus(client, document, dcio, reseau):
    version = document.versions.get()
    retirer_document(perimetre=dcio, document=document)
    assert documents_de(reseau, dcio).documents == []
    connecter(client, dcio)
    assert client.get(reverse("socle:document_version", args=[version.pk])).status_code == 404
    assert Fichier.objects.filter(pk=version.fichier_id).exists()
    with pytest.raises(ValidationError, match="vient d’être retiré"):
        nouvelle_version(perimetre=dcio, document=document, nom="cr.pdf", contenu=PDF)


def test_sans_titre_le_nom_du_fichier_en_tient_lieu(reseau, dcio):
    sans = deposer_document(perimetre=dcio, objet=reseau, titre="  ", nom="Bilan 2026.pdf", contenu=PDF)
    assert sans.titre == "Bilan 2026"


def test_deux_versions_n_ont_pas_le_meme_numero(document):
    version = document.versions.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        VersionDocument.objects.create(document=document, numero=1, fichier=version.fichier)


# --- Rights --------------------------------------------------------------------------------------------


def test_qui_n_ecrit_pas_ne_depose_ni_ne_retire(document, reseau):
    lecteur = creer_perimetre(Role.IEN_IO, reseau.cio.departement)
    for geste in (
        lambda: deposer_document(perimetre=lecteur, objet=reseau, titre="x", nom="x.pdf", contenu=PDF),
        lambda: nouvelle_version(perimetre=lecteur, document=document, nom="x.pdf", contenu=PDF),
        lambda: retirer_document(perimetre=lecteur, document=document),
    ):
        with pytest.raises(PermissionDenied):
            geste()
    assert documents_de(reseau, lecteur).peut_deposer is False
    assert len(documents_de(reseau, lecteur).documents) == 1


def test_un_modele_non_declare_ne_montre_ni_ne_recoit_rien(document, dcio, reseau, monkeypatch):
    monkeypatch.setattr(porteurs, "_PORTEURS", {})
    assert documents_de(reseau, dcio).documents == []
    assert not Document.objects.dans_perimetre(dcio).exists()
    with pytest.raises(PermissionDenied):
        deposer_document(perimetre=dcio, objet=reseau, titre="x", nom="x.pdf", contenu=PDF)


def test_hors_du_perimetre_un_document_n_existe_pas(client, document, reseau):
    voisin = creer_reseau(creer_cio("Vendôme"))
    connecter(client, creer_perimetre(Role.DCIO, voisin.cio))
    version = document.versions.get()
    for methode, adresse in (
        ("get", reverse("socle:document_version", args=[version.pk])),
        ("get", reverse("socle:document_nouvelle_version", args=[document.pk])),
        ("get", adresse_de_depot(reseau)),
        ("post", reverse("socle:document_retirer", args=[document.pk])),
    ):
        assert getattr(client, methode)(adresse).status_code == 404


@pytest.mark.parametrize(
    ("role", "telecharger", "deposer"), [(Role.IEN_IO, 200, 403), (Role.CHARGE_MISSION_REGION, 403, 403)]
)
def test_dans_le_perimetre_sans_le_droit(client, document, reseau, *, role, telecharger, deposer):
    connecter(client, creer_perimetre(role, reseau.cio.departement))
    version = document.versions.get()
    assert client.get(reverse("socle:document_version", args=[version.pk])).status_code == telecharger
    assert client.get(adresse_de_depot(reseau)).status_code == deposer
    assert client.post(adresse_de_depot(reseau), {"fichier": fichier()}).status_code == deposer
    assert client.post(reverse("socle:document_retirer", args=[document.pk])).status_code == deposer
    assert Document.objects.count() == 1


def test_ce_qui_ne_porte_pas_de_document_est_introuvable(client, dcio, reseau):
    connecter(client, dcio)
    assert client.get(adresse_de_depot(reseau.cio)).status_code == 404
    assert client.get(reverse("socle:document_deposer", args=[10**30, 10**30])).status_code == 404


def test_le_perimetre_coute_une_requete(document, dcio):
    list(Document.objects.dans_perimetre(dcio))
    with CaptureQueriesContext(connection) as capture:
        list(VersionDocument.objects.dans_perimetre(dcio))
    assert len(capture) == 1


# --- Screens -------------------------------------------------------------------------------------------


def test_deposer_puis_telecharger(client, dcio, reseau):
    connecter(client, dcio)
    reponse = client.post(adresse_de_depot(reseau), {"titre": "Compte rendu", "fichier": fichier()})
    assert reponse["Location"] == reverse("reseaux:reseau", args=[reseau.pk])
    version = VersionDocument.objects.get()
    telecharge = client.get(reverse("socle:document_version", args=[version.pk]))
    assert telecharge.content == PDF
    assert telecharge["Content-Type"] == "application/pdf"
    assert telecharge["Content-Disposition"] == 'attachment; filename="cr.pdf"'
    assert telecharge["X-Content-Type-Options"] == "nosniff"
    assert telecharge["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in telecharge["Cache-Control"]


def test_une_page_web_deguisee_en_texte_ne_s_execute_pas(client, dcio, reseau):
    connecter(client, dcio)
    page = b"<html><script>alert(1)</script></html>"
    client.post(adresse_de_depot(reseau), {"titre": "", "fichier": fichier("page.txt", page)})
    reponse = client.get(reverse("socle:document_version", args=[VersionDocument.objects.get().pk]))
    assert reponse["Content-Type"] == "text/plain; charset=utf-8"
    assert reponse["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("nom", "contenu", "message"),
    [
        ("virus.exe", b"MZ", "n’est pas d’un type accepté"),
        ("faux.docx", PDF, "c’est un fichier PDF"),
        ("macro.docx", docx(**{"word/vbaProject.bin": b"x"}), "contient des macros"),
    ],
)
def test_un_refus_se_lit_a_cote_du_champ_et_rien_n_est_garde(client, dcio, reseau, *, nom, contenu, message):
    connecter(client, dcio)
    reponse = client.post(adresse_de_depot(reseau), {"titre": "", "fichier": fichier(nom, contenu)})
    assert message in reponse.content.decode()
    assert "fr-error-text" in reponse.content.decode()
    assert not Fichier.objects.exists()


def test_un_antivirus_injoignable_refuse_avec_son_message(client, dcio, reseau, settings):
    settings.ANTIVIRUS = "clamd://127.0.0.1:1"
    connecter(client, dcio)
    reponse = client.post(adresse_de_depot(reseau), {"titre": "", "fichier": fichier()})
    assert "n’a pas pu être vérifié par l’antivirus" in reponse.content.decode()
    assert not Document.objects.exists()


def test_nouvelle_version_puis_retrait_par_les_ecrans(client, document, dcio):
    connecter(client, dcio)
    adresse = reverse("socle:document_nouvelle_version", args=[document.pk])
    assert "Nouvelle version : Compte rendu" in client.get(adresse).content.decode()
    client.post(adresse, {"fichier": fichier("cr-2.pdf")})
    assert document.versions.count() == 2
    suite = client.post(reverse("socle:document_retirer", args=[document.pk]), follow=True)
    assert "« Compte rendu » est retiré." in suite.content.decode()
    assert not Document.objects.dans_perimetre(dcio).exists()


def test_la_liste_dit_qui_quand_combien(document, dcio, reseau, rf):
    nouvelle_version(perimetre=dcio, document=document, nom="cr-2.pdf", contenu=PDF)
    page = render_to_string(
        "composants/documents.html", {"pieces": documents_de(reseau, dcio)}, request=_demande(rf, dcio)
    )
    derniere = document.versions.get(numero=2)
    assert reverse("socle:document_version", args=[derniere.pk]) in page
    assert "Version 2, le" in page
    assert str(dcio.utilisateur) in page
    assert f"{len(PDF)}\xa0octets" in page
    assert "Versions précédentes" in page
    assert "csrfmiddlewaretoken" in page
    assert adresse_de_depot(reseau) in page


def test_qui_lit_seulement_ne_voit_aucun_geste(document, reseau, rf):
    lecteur = creer_perimetre(Role.IEN_IO, reseau.cio.departement)
    page = render_to_string(
        "composants/documents.html", {"pieces": documents_de(reseau, lecteur)}, request=_demande(rf, lecteur)
    )
    assert "Compte rendu" in page
    assert "<form" not in page
    assert "Déposer" not in page


def test_qui_ne_lit_pas_ne_sait_pas_s_il_y_en_a(document, reseau, rf):
    region = creer_perimetre(Role.CHARGE_MISSION_REGION, reseau.cio.departement)
    page = render_to_string(
        "composants/documents.html", {"pieces": documents_de(reseau, region)}, request=_demande(rf, region)
    )
    assert page.strip() == ""


def _demande(rf, perimetre):
    requete = rf.get("/")
    requete.user, requete.perimetre, requete.session = perimetre.utilisateur, perimetre, {}
    return requete


@pytest.mark.parametrize(
    ("octets", "ecrit"),
    [
        (1, "1 octet"),
        (999, "999 octets"),
        (375_600, "376 Ko"),
        (1_250_000, "1,2 Mo"),
        (10_000_000, "10,0 Mo"),
    ],
)
def test_un_poids_se_lit(octets, ecrit):
    assert poids(octets).replace("\xa0", " ") == ecrit


@pytest.mark.parametrize("nombre", [1, 4])
def test_la_liste_coute_deux_requetes(reseau, dcio, nombre):
    for rang in range(nombre):
        document = deposer_document(
            perimetre=dcio, objet=reseau, titre=f"n° {rang}", nom="x.pdf", contenu=PDF
        )
        nouvelle_version(perimetre=dcio, document=document, nom="y.pdf", contenu=PDF)
    with CaptureQueriesContext(connection) as capture:
        pieces = documents_de(reseau, dcio)
        assert all(v.fichier.taille and v.depose_par for d in pieces.documents for v in d.versions.all())
    assert len(capture) == 2
    assert "contenu" not in "".join(requete["sql"] for requete in capture)

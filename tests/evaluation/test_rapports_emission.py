"""The report issued: drawn, frozen with its documents; its words and figures on paper."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from comptes.enums import Role
from evaluation.documents.rapports import dessiner_diaporama, dessiner_rapport, dessiner_synthese
from evaluation.exports.campagnes import ecrire_annexe
from evaluation.models import Rapport
from evaluation.selectors.rapports_contenu import RESUME_AU_PLUS, contenu_du_rapport
from evaluation.selectors.rapports_sections import sections_de
from evaluation.services.mesures_import import planifier_mesures
from evaluation.services.rapports import rattacher_bilan
from evaluation.services.rapports_emission import demander_emission, emettre_rapport, preparer_projet
from planning.enums import GenreReunion
from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre
from socle.enums import EtatTravail
from socle.models import EntreeJournal, Notification
from socle.tableurs import lire_tableau
from socle.travaux import executer_travail
from tests.evaluation.factories_enquetes import creer_brouillon, creer_close
from tests.evaluation.factories_rapports import (
    OBJECTIF,
    analyser,
    creer_campagne_figee,
    creer_campagne_ouverte,
    creer_indicateur,
    creer_objectif_nomme,
    creer_rapport,
    emettre,
    figer,
    mesurer,
)
from tests.pdf import texte_du_pdf
from tests.planning.factories import creer_reunion
from tests.reseaux.factories import connecter, creer_cio, creer_perimetre

pytestmark = pytest.mark.django_db
IEN_IO = "Amina Morel, IEN-IO"


@pytest.fixture
def ien() -> Perimetre:
    return creer_perimetre(Role.IEN_IO)


@pytest.fixture
def rapport(ien) -> Rapport:
    return creer_rapport(ien)


@pytest.fixture
def sans_mise_en_page(monkeypatch):
    """The documents, drawn in no time; what they were drawn from is the business of the tests on paper."""
    dessines: list[str] = []

    def dessiner(forme: str) -> Callable[..., bytes]:
        def produire(contenu, *, emis_le, par=""):
            dessines.append(forme)
            return f"%PDF {forme} {emis_le} {par}".encode()

        return produire

    formes = {forme: dessiner(forme) for forme in ("rapport", "diaporama", "synthese")}
    monkeypatch.setattr("evaluation.services.rapports_emission.FORMES", formes)
    return dessines


# --- Issued -------------------------------------------------------------------------------------------


def test_emettre_fige_les_trois_documents_et_previent_les_lecteurs(ien, rapport, sans_mise_en_page):
    dcio = creer_perimetre(Role.DCIO)
    psyen = creer_perimetre(Role.PSYEN)
    emis = emettre_rapport(perimetre=ien, rapport=rapport)
    assert sans_mise_en_page == ["rapport", "diaporama", "synthese"]
    assert emis.document
    assert emis.document.sha256 == sha256(bytes(emis.document.contenu)).hexdigest()
    assert emis.emis_par == f"{ien.utilisateur}, {ien.libelle}"
    entree = EntreeJournal.objects.get(action="evaluation.rapport.emis")
    assert entree.apres == {"version": 1, "sha256": emis.document.sha256}
    lecteurs = set(Notification.objects.values_list("utilisateur", flat=True))
    assert dcio.utilisateur_id in lecteurs
    assert psyen.utilisateur_id not in lecteurs


@pytest.mark.parametrize("champ", ["titre", "emis_par"])
def test_un_rapport_emis_ne_change_plus(rapport, champ):
    emettre(rapport)
    with pytest.raises(DatabaseError), transaction.atomic():
        Rapport.objects.filter(pk=rapport.pk).update(**{champ: "Autre"})


def test_ni_ses_documents_ni_ses_sections_ni_son_existence(rapport):
    enquete = creer_brouillon()
    emettre(rapport)
    gestes = (
        lambda: Rapport.objects.filter(pk=rapport.pk).update(document=rapport.synthese),
        lambda: Rapport.objects.filter(pk=rapport.pk).update(enquete=enquete),
        lambda: Rapport.objects.filter(pk=rapport.pk).update(etat="brouillon", emis_le=None),
        lambda: rapport.sections.update(commentaire="Autre"),
        lambda: rapport.sections.all().delete(),
        lambda: rapport.sections.create(cle="x", genre="resume", titre="x", rang=1),
        lambda: Rapport.objects.filter(pk=rapport.pk).delete(),
    )
    for geste in gestes:
        with pytest.raises(DatabaseError), transaction.atomic():
            geste()


def test_une_campagne_ouverte_ne_s_emet_pas(ien):
    rapport = creer_rapport(ien, creer_campagne_ouverte())
    with pytest.raises(ValidationError, match="encore ouverte"):
        demander_emission(perimetre=ien, rapport=rapport)


def test_on_n_emet_pas_deux_fois(ien, rapport, sans_mise_en_page):
    emettre_rapport(perimetre=ien, rapport=rapport)
    with pytest.raises(ValidationError, match="déjà émis"):
        emettre_rapport(perimetre=ien, rapport=Rapport.objects.get(pk=rapport.pk))


@pytest.mark.parametrize("role", [Role.SG, Role.DASEN, Role.DCIO, Role.ADMIN, Role.PSYEN])
def test_seul_un_pilote_emet(rapport, role, sans_mise_en_page):
    with pytest.raises(PermissionDenied):
        emettre_rapport(perimetre=creer_perimetre(role), rapport=rapport)


def test_ce_qui_change_pendant_la_mise_en_page_arrete_tout(ien, rapport, monkeypatch):
    def dessiner(contenu, *, emis_le, par=""):
        analyser(rapport.campagne, "Écrite entre-temps")
        return b"%PDF"

    monkeypatch.setattr("evaluation.services.rapports_emission.FORMES", {"rapport": dessiner})
    with pytest.raises(ValidationError, match="a changé pendant la mise en page"):
        emettre_rapport(perimetre=ien, rapport=rapport)
    rapport.refresh_from_db()
    assert not rapport.est_emis


def test_une_autre_reunion_pendant_la_mise_en_page_arrete_tout(ien, rapport, monkeypatch):
    """It is printed on the cover."""
    bilan = creer_reunion("Réunion bilan", genre=GenreReunion.BILAN)

    def dessiner(contenu, *, emis_le, par=""):
        rattacher_bilan(perimetre=ien, rapport=Rapport.objects.get(pk=rapport.pk), reunion=bilan)
        return b"%PDF"

    monkeypatch.setattr("evaluation.services.rapports_emission.FORMES", {"rapport": dessiner})
    with pytest.raises(ValidationError, match="a changé pendant la mise en page"):
        emettre_rapport(perimetre=ien, rapport=rapport)


def test_la_page_d_un_rapport_emis_dit_ce_que_disent_ses_documents(ien, rapport, sans_mise_en_page):
    """An analysis or an older T0 that come later are not of it."""
    analyser(rapport.campagne, "Avant l’émission")
    emis = emettre_rapport(perimetre=ien, rapport=rapport)
    analyser(rapport.campagne, "Après l’émission")
    figer(creer_campagne_ouverte("T0", jour=rapport.campagne.annee.debut))
    contenu = contenu_du_rapport(Rapport.objects.get(pk=emis.pk))
    assert contenu.synthese
    assert contenu.synthese.texte == "Avant l’émission"
    assert contenu.reference is None


# --- In the background --------------------------------------------------------------------------------


def test_l_emission_se_fait_en_arriere_plan(ien, rapport, sans_mise_en_page):
    travail = demander_emission(perimetre=ien, rapport=rapport)
    executer_travail(travail.pk)
    travail.refresh_from_db()
    rapport.refresh_from_db()
    assert (travail.etat, travail.pourcentage) == (EtatTravail.TERMINE, 100)
    assert rapport.est_emis
    assert travail.resultat == rapport.document


def test_l_habilitation_finie_entre_temps_n_emet_rien(ien, rapport, sans_mise_en_page):
    travail = demander_emission(perimetre=ien, rapport=rapport)
    Habilitation.objects.filter(pk=ien.habilitation_id).update(
        date_fin=dt.date(2020, 1, 1), date_debut=dt.date(2019, 1, 1)
    )
    executer_travail(travail.pk)
    travail.refresh_from_db()
    rapport.refresh_from_db()
    assert travail.etat == EtatTravail.REFUSE
    assert not rapport.est_emis


def test_un_brouillon_abandonne_entre_temps_le_dit(ien, rapport, sans_mise_en_page):
    travail = preparer_projet(perimetre=ien, rapport=rapport, forme="rapport")
    rapport.delete()
    executer_travail(travail.pk)
    travail.refresh_from_db()
    assert (travail.etat, "n’existe plus" in travail.message) == (EtatTravail.ECHEC, True)


def test_le_projet_d_une_campagne_ouverte_se_telecharge(ien, sans_mise_en_page):
    rapport = creer_rapport(ien, creer_campagne_ouverte())
    travail = preparer_projet(perimetre=ien, rapport=rapport, forme="diaporama")
    executer_travail(travail.pk)
    travail.refresh_from_db()
    assert travail.resultat
    assert travail.resultat.nom == "projet-diaporama-041-t1-v1.pdf"


# --- On paper -----------------------------------------------------------------------------------------


@pytest.fixture
def complet(ien) -> Rapport:
    """T0 then T1, two objectives, every kind of silence, analyses, the longest summary."""
    t1 = creer_campagne_ouverte("T1")
    t0 = creer_campagne_ouverte("T0", jour=t1.annee.debut)
    couverture = creer_indicateur("I1", creer_objectif_nomme())
    delai = creer_indicateur(
        "I11", creer_objectif_nomme("Clarifier les autorités", "O2"), unite="jours", sens="baisse"
    )
    externe = creer_indicateur("I19", source="importe", cible=None, mise_en_garde="Non imputable.")
    mesurer(t0, couverture, "61.25")
    mesurer(t1, couverture, "73.5")
    mesurer(t1, delai, 21)
    mesurer(t1, externe, None)
    for commune, valeur in (("Blois", "78.9"), ("Vendôme", "64.1"), ("Romorantin", "59")):
        mesurer(t1, couverture, valeur, cio=creer_cio(commune))
    analyser(t1, "Les réseaux ruraux progressent.", indicateur=couverture, cio=creer_cio("Blois"))
    analyser(t1, "L’année a tenu ses promesses.")
    figer(t0)
    rapport = creer_rapport(ien, figer(t1))
    section = rapport.sections.get(cle="resume")
    section.commentaire = ("Les PsyEN viennent partout, " * 60)[:RESUME_AU_PLUS].strip()
    section.save()
    return rapport


def test_le_rapport_en_pdf(complet):
    pdf = dessiner_rapport(
        contenu_du_rapport(complet), emis_le=dt.date(2027, 6, 1), par="Amina Morel, IEN-IO"
    )
    texte = texte_du_pdf(pdf)
    for attendu in (
        "Évaluation de l’expérimentation de Loir-et-Cher",
        "Résumé en une page",
        OBJECTIF,
        "Critère de O1",
        "73,5 %",
        "+12,25 points",
        "16,5 points sous la cible",
        "Analyse : CIO de Blois",
        "Les réseaux ruraux progressent.",
        "L’année a tenu ses promesses.",
        "Non imputable à la seule expérimentation",
        "non calculable : aucun établissement ouvert",
        "CIO de Vendôme",
        "Version 1, émise le 1er juin 2027",
    ):
        assert attendu in texte, attendu
    assert "PROJET" not in texte
    page_du_resume, suivante = (_page_de(pdf, titre) for titre in ("À retenir", "Synthèse de l’IEN-IO"))
    assert (page_du_resume, suivante) == (2, 3)


def test_le_pdf_est_balise_et_ses_dessins_ont_un_texte(complet):
    racine = PdfReader(io.BytesIO(dessiner_rapport(contenu_du_rapport(complet), emis_le=None))).trailer[
        "/Root"
    ]
    assert racine["/MarkInfo"]["/Marked"]
    assert racine["/Lang"] == "fr"
    figures = [
        str(f.get("/Alt", "")) for f in _elements(racine["/StructTreeRoot"]) if f.get("/S") == "/Figure"
    ]
    dessins = [alt for alt in figures if "CIO de Blois : 78,9" in alt]
    assert len(dessins) == 1
    assert "cible : 90" in dessins[0]


def test_un_projet_le_dit_sur_chaque_page(complet):
    pages = PdfReader(io.BytesIO(dessiner_diaporama(contenu_du_rapport(complet), emis_le=None))).pages
    assert all("PROJET" in page.extract_text() for page in pages)


def test_le_diaporama_donne_une_idee_par_page_en_paysage(complet):
    pdf = dessiner_diaporama(contenu_du_rapport(complet), emis_le=dt.date(2027, 6, 1))
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert all(page.mediabox.width > page.mediabox.height for page in pages)
    textes = [" ".join(page.extract_text().split()) for page in pages]
    (couverture,) = [t for t in textes if "Indicateur I1 " in t]
    assert "73,5 %" in couverture
    assert "21 jours" not in couverture
    # A figure that is not known has no page.
    assert not [t for t in textes if "Indicateur I19" in t]


def test_la_synthese_tient_son_resume_sur_une_page_et_ne_dit_rien_d_un_cio(complet):
    pdf = dessiner_synthese(
        contenu_du_rapport(complet), emis_le=dt.date(2027, 6, 1), par="Amina Morel, IEN-IO"
    )
    texte = texte_du_pdf(pdf)
    assert "73,5 %" in texte
    assert "L’année a tenu ses promesses." in texte
    assert "CIO de" not in texte
    assert "78,9" not in texte
    assert [_page_de(pdf, t) for t in ("aucun ne s’explique", "L’année a tenu ses promesses.")] == [1, 2]


def test_ce_qui_n_est_pas_garde_n_est_pas_imprime(complet):
    complet.sections.exclude(cle="methode").update(retenue=False)
    texte = texte_du_pdf(dessiner_rapport(contenu_du_rapport(complet), emis_le=None))
    assert "Comment lire ces chiffres" in texte
    assert "78,9" not in texte


def test_les_chiffres_de_l_annexe_sont_ceux_du_pdf(ien, complet, tmp_path):
    """Each figure of the département and of the CIO in the CSV is read in the PDF, as it is written there."""
    texte = texte_du_pdf(dessiner_rapport(contenu_du_rapport(complet), emis_le=None))
    lus = _relire(ecrire_annexe(complet.campagne, ien, format_="csv"), "csv")
    chiffres = [ligne for ligne in lus if ligne["Valeur"] and ligne["Niveau"] in ("Département", "CIO")]
    assert len(chiffres) == 5
    for ligne in chiffres:
        unite = "%" if ligne["Unité"] == "%" else "jours"
        assert f"{ligne['Valeur']} {unite}" in texte, ligne
    motifs = [ligne["Motif"] for ligne in lus if not ligne["Valeur"]]
    assert motifs == ["non calculable : aucun établissement ouvert"]


@pytest.mark.parametrize("format_", ["csv", "xlsx", "ods"])
def test_les_trois_formats_de_l_annexe_disent_la_meme_chose(ien, complet, format_):
    reference = _relire(ecrire_annexe(complet.campagne, ien, format_="csv"), "csv")
    assert _relire(ecrire_annexe(complet.campagne, ien, format_=format_), format_) == reference


def test_l_annexe_d_un_dcio_n_a_que_le_departement_et_son_cio(client, complet):
    emettre(complet)
    dcio = creer_perimetre(Role.DCIO, creer_cio("Blois"))
    adresse = reverse("evaluation:rapport_annexe", args=[complet.pk, "csv"])
    lus = _relire(connecter(client, dcio).get(adresse).content, "csv")
    assert {ligne["Nom du territoire"] for ligne in lus} == {"Loir-et-Cher", "CIO de Blois"}


def test_l_annexe_reimportee_ne_change_rien(ien):
    """« re-imports as identity »: a campaign still open reads back its own table."""
    campagne = creer_campagne_ouverte()
    couverture = creer_indicateur("I1", creer_objectif_nomme())
    externe = creer_indicateur("I19", source="importe", cible=None)
    mesurer(campagne, couverture, "73.5")
    mesurer(campagne, couverture, None, cio=creer_cio("Blois"))
    mesurer(campagne, externe, "12.25", origine="Affelnet, juin 2027")
    for format_ in ("csv", "xlsx", "ods"):
        annexe = ecrire_annexe(campagne, ien, format_=format_)
        plan = planifier_mesures(perimetre=ien, campagne=campagne, nom=f"a.{format_}", contenu=annexe)
        assert (plan.nb_ecritures, plan.refus, plan.inchanges) == (0, [], 3), format_


# --- The survey ---------------------------------------------------------------------------------------


def test_l_enquete_close_a_sa_section_ses_textes_libres_n_y_sont_pas(ien):
    campagne = creer_campagne_ouverte(jour=timezone.localdate())
    enquete = creer_close(reponses=6)
    contenu = contenu_du_rapport(creer_rapport(ien, figer(campagne)))
    assert contenu.enquete
    assert contenu.enquete.enquete == enquete
    texte = texte_du_pdf(dessiner_rapport(contenu, emis_le=None))
    assert "6 réponses sur 6 PsyEN invités, soit 100,0 %" in texte
    assert "Je suis satisfait de mon travail" in texte
    assert "Remarque 1" not in texte
    assert "des PsyEN invités ont répondu" in texte_du_pdf(dessiner_diaporama(contenu, emis_le=None))


def test_une_enquete_sans_assez_de_reponses_ne_montre_rien(ien):
    campagne = creer_campagne_ouverte(jour=timezone.localdate())
    creer_close(reponses=4)
    texte = texte_du_pdf(dessiner_rapport(contenu_du_rapport(creer_rapport(ien, campagne)), emis_le=None))
    assert "trop peu de personnes ont répondu, rien n’est montré" in texte
    assert "Je suis satisfait" not in texte


def test_une_enquete_close_apres_l_emission_n_est_pas_du_rapport(ien, sans_mise_en_page):
    campagne = creer_campagne_ouverte(jour=timezone.localdate())
    creer_indicateur("I1")
    emis = emettre_rapport(perimetre=ien, rapport=creer_rapport(ien, figer(campagne)))
    creer_close()
    assert contenu_du_rapport(Rapport.objects.get(pk=emis.pk)).enquete is None


def _relire(contenu: bytes, format_: str) -> list[dict[str, str]]:
    tableau = lire_tableau(contenu, nom=f"annexe.{format_}")
    return [ligne.valeurs for ligne in tableau.lignes]


def _page_de(pdf: bytes, texte: str) -> int:
    """Number of the first page, after the summary of contents, that holds that text."""
    for numero, page in enumerate(PdfReader(io.BytesIO(pdf)).pages, start=1):
        lu = " ".join(page.extract_text().split())
        if texte in lu and "Sommaire" not in lu:
            return numero
    raise AssertionError(texte)


def _elements(noeud):
    """The elements of the structure tree, in depth."""
    noeud = noeud.get_object() if hasattr(noeud, "get_object") else noeud
    if isinstance(noeud, list):
        for enfant in noeud:
            yield from _elements(enfant)
    elif isinstance(noeud, dict):
        yield noeud
        if "/K" in noeud:
            yield from _elements(noeud["/K"])


def test_un_rapport_se_lit_une_fois_emis(client, ien, rapport):
    adresses = [
        reverse("evaluation:rapport_document", args=[rapport.pk, f]) for f in ("rapport", "diaporama")
    ]
    navigateur = connecter(client, ien)
    assert [navigateur.get(adresse).status_code for adresse in adresses] == [404, 404]
    emettre(rapport)
    reponse = navigateur.get(adresses[0])
    assert (reponse.status_code, reponse.content) == (200, b"%PDF document")
    assert (
        navigateur.get(reverse("evaluation:rapport_document", args=[rapport.pk, "autre"])).status_code == 404
    )


def test_les_sections_emises_sont_celles_qui_ont_ete_dessinees(ien, sans_mise_en_page):
    campagne = creer_campagne_ouverte()
    creer_indicateur("I1", creer_objectif_nomme("Premier", "O1"))
    rapport = creer_rapport(ien, campagne)
    creer_indicateur("I2", creer_objectif_nomme("Second", "O2"))
    figer(campagne)
    emis = emettre_rapport(
        perimetre=ien, rapport=Rapport.objects.select_related("campagne").get(pk=rapport.pk)
    )
    titres = [section.titre for section in sections_de(emis)]
    assert sum("Second" in titre for titre in titres) == 1


def test_la_campagne_figee_garde_le_rapport_des_donnees_qui_changent(ien):
    campagne = creer_campagne_figee()
    rapport = emettre(creer_rapport(ien, campagne))
    indicateur = campagne.mesures.filter(indicateur__code="I1").first().indicateur
    indicateur.libelle = "Renommé depuis"
    indicateur.save()
    assert contenu_du_rapport(rapport).lignes[0].definition.libelle == "Indicateur I1"

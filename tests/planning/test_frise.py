"""The timeline: geometry, words, dependencies, orientation year, and its A3 sheet."""

import datetime as dt
import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from comptes.enums import Role
from planning.enums import EtatJalon, GenrePeriodeOrientation
from planning.models import Action, Dependance, PeriodeOrientation, PlanDeTravail
from planning.selectors.frise import ECRAN, PAPIER_A3, dessiner_frise
from planning.selectors.tableau_de_bord import lire_lignes
from reseaux.perimetre import Perimetre
from tests.pdf import texte_du_pdf
from tests.planning.factories import creer_action, creer_jalon, creer_plan, dans
from tests.reseaux.factories import connecter, creer_annee, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


def dessiner(echelle=ECRAN, jour=None, periodes=()):
    jour = jour or timezone.localdate()
    plan = PlanDeTravail.objects.first() or creer_plan()
    lignes = lire_lignes(Action.objects.all(), Perimetre.systeme(), jour, plan)
    return dessiner_frise(lignes, jour, echelle, periodes)


def barre(frise, titre):
    return next(b for b in frise.barres if b.ligne.action.titre == titre)


def entre(titre: str, debut: dt.date, fin: dt.date, **champs) -> Action:
    action = creer_action(titre=titre, **champs)
    action.debut, action.fin = debut, fin
    action.save()
    return action


def test_un_mois_entier_prend_la_largeur_de_son_mois():
    entre("Avril", dt.date(2027, 4, 1), dt.date(2027, 4, 30))
    entre("Année", dt.date(2026, 9, 1), dt.date(2027, 8, 31))
    frise = dessiner(jour=dt.date(2027, 4, 15))
    avril = frise.mois[7]
    assert avril.nom == "Avr"
    assert (barre(frise, "Avril").x, barre(frise, "Avril").largeur) == pytest.approx((avril.x, avril.largeur))
    annee = barre(frise, "Année")
    assert (annee.x, annee.largeur) == pytest.approx((0, frise.largeur))
    assert avril.x < frise.aujourd_hui < avril.x + avril.largeur


def test_le_retard_va_de_l_echeance_a_aujourd_hui():
    creer_action(titre="Tardive", debut=-60, fin=-20)
    frise = dessiner()
    tardive = barre(frise, "Tardive")
    assert tardive.texte == "En retard, 20 j"
    assert tardive.x_retard + tardive.largeur_retard == pytest.approx(frise.aujourd_hui)


def test_chaque_barre_dit_sa_situation_et_son_nom_accessible():
    avant = creer_action(titre="Avant", fin=3)
    apres = creer_action(titre="Après", debut=10, fin=40)
    Dependance.objects.create(action=apres, predecesseur=avant)
    creer_jalon(apres, "Étape", dans_jours=20)
    frise = dessiner()
    assert barre(frise, "Avant").texte == "En cours"
    assert barre(frise, "Après").texte == "À venir, bloquée"
    assert barre(frise, "Après").nom == (
        f"Action 2 : Après, {apres.calendrier}, à venir, DCIO, attend l’action 1, 1 jalon"
    )
    assert frise.fleches.count("M") == frise.pointes.count("M") == 1


@pytest.mark.parametrize(("fin_avant", "debut_apres"), [(3, 10), (30, 5), (-20, 90), (40, 41)])
def test_une_fleche_reste_dans_le_dessin_et_sans_nombre_a_la_francaise(fin_avant, debut_apres):
    avant = creer_action(titre="Avant", debut=-30, fin=fin_avant)
    apres = creer_action(titre="Après", debut=debut_apres, fin=debut_apres + 30)
    Dependance.objects.create(action=apres, predecesseur=avant)
    frise = dessiner()
    assert re.fullmatch(r"M[\d.]+ [\d.]+(?:[VH][\d.]+)+", frise.fleches)
    nombres = [float(n) for n in re.findall(r"[\d.]+", frise.fleches)]
    assert max(nombres) <= max(frise.largeur, frise.hauteur)


def test_les_mots_hors_de_la_barre_tiennent_dans_le_dessin():
    for rang in range(12):
        entre(f"Jour {rang}", dt.date(2026, 9, 1) + dt.timedelta(days=30 * rang), dt.date(2027, 8, 30))
        entre(f"Bref {rang}", *(dt.date(2026, 9, 3) + dt.timedelta(days=29 * rang),) * 2)
    frise = dessiner(jour=dt.date(2026, 8, 1))
    for b in frise.barres:
        largeur = len(b.texte) * 6.6
        gauche = b.x_texte if b.ancre == "start" else b.x_texte - largeur
        assert gauche >= 0
        assert gauche + largeur <= frise.largeur + 1


def test_les_mots_ne_couvrent_pas_un_jalon():
    action = creer_action(titre="Tardive", debut=-25, fin=-20)
    creer_jalon(action, dans_jours=2)
    frise = dessiner()
    tardive = barre(frise, "Tardive")
    x_jalon = float(tardive.losanges[0].trace[1:].split()[0])
    assert tardive.x_texte > x_jalon + 8


def test_un_jalon_depasse_n_est_pas_celui_qui_est_fait():
    action = creer_action(debut=-30, fin=30)
    creer_jalon(action, "Oublié", dans_jours=-5)
    creer_jalon(action, "Tenu", dans_jours=-4, etat=EtatJalon.FAIT, fait_le=dans(-4))
    etats = {losange.jalon.intitule: losange.etat for losange in dessiner().barres[0].losanges}
    assert etats == {"Oublié": "en_retard", "Tenu": "fait"}


def test_les_periodes_d_orientation_font_un_rang_par_nature():
    creer_action(debut=-30, fin=60)
    annee = creer_annee()
    for genre, titre, debut in (
        (GenrePeriodeOrientation.PARCOURSUP, "Vœux", 0),
        (GenrePeriodeOrientation.PARCOURSUP, "Admission", 30),
        (GenrePeriodeOrientation.SALON, "Salon", 5),
        (GenrePeriodeOrientation.AFFELNET, "Hors du plan", 900),
    ):
        PeriodeOrientation.objects.create(
            departement=creer_departement(),
            annee=annee,
            genre=genre,
            titre=titre,
            debut=dans(debut),
            fin=dans(debut + 10),
        )
    frise = dessiner(periodes=list(PeriodeOrientation.objects.order_by("pk")))
    assert [rang.nom for rang in frise.orientation] == ["Parcoursup", "Salons et portes ouvertes"]
    assert [bande.titre for bande in frise.bandes] == ["Vœux", "Admission", "Salon"]


def test_rien_a_dessiner_ou_trop_d_annees():
    assert dessiner() is None
    entre("Siècle", dt.date(2000, 1, 1), dt.date(2099, 1, 1))
    assert dessiner() is None


def test_sur_papier_le_titre_est_coupe_en_deux_lignes():
    creer_action(titre="Définir expressément " * 20)
    [b] = dessiner(PAPIER_A3).barres
    assert len(b.titre) == 2
    assert b.titre[1][1].endswith("…")


def test_la_frise_s_imprime_sur_une_feuille_a3_en_largeur(client):
    ien = creer_perimetre(Role.IEN_IO, creer_departement())
    plan = creer_plan()
    creer_action(plan, "Définir le périmètre", fin=-2)
    creer_action(plan, "Autre action", role=Role.SG)
    reponse = connecter(client, ien).get(
        reverse("planning:frise_pdf", args=[plan.pk]), {"responsable": "r-dcio"}
    )
    assert reponse["Content-Type"] == "application/pdf"
    contenu = reponse.getvalue()
    [page] = PdfReader(io.BytesIO(contenu)).pages
    en_mm = (round(float(cote) / 72 * 25.4) for cote in (page.mediabox.width, page.mediabox.height))
    assert tuple(en_mm) == (420, 297)
    texte = texte_du_pdf(contenu)
    assert "Définir le périmètre" in texte
    assert "Autre action" not in texte
    assert "Responsable : DCIO" in texte

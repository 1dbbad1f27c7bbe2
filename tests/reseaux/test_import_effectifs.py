"""Pupils per school: the official files, the hand-made table, and what is refused."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from comptes.enums import Role
from reseaux.models import Effectif
from reseaux.perimetre import Perimetre
from reseaux.services.effectifs import importer_effectifs, planifier_effectifs
from socle.journal import historique
from socle.tableurs import Colonne, ecrire_tableau
from tests.imports import compter_tout, confirmer, deposer, motifs, tableau_csv
from tests.reseaux.factories import (
    annee_precedente,
    annee_suivante,
    connecter,
    creer_academie,
    creer_annee,
    creer_departement,
    creer_effectif,
    creer_etablissement,
    creer_perimetre,
    uai,
)

pytestmark = pytest.mark.django_db

SYSTEME = Perimetre.systeme()
UAI = uai("041", 1)


def table(*lignes: tuple[str, str], uai_: str = "UAI", effectif: str = "Effectif") -> bytes:
    return tableau_csv([{uai_: code, effectif: nombre} for code, nombre in lignes])


def importer(contenu: bytes, **options):
    options.setdefault("annee", creer_annee())
    return importer_effectifs(perimetre=SYSTEME, nom="effectifs.csv", contenu=contenu, **options)


@pytest.fixture
def college():
    return creer_etablissement(uai=UAI)


@pytest.mark.parametrize(
    ("uai_", "effectif"),
    [
        ("UAI", "Effectif"),
        ("uai", "EFFECTIF"),
        ("numero_college", "nombre_eleves_total"),
        ("Numéro lycée", "Nombre d'élèves"),
        ("Identifiant_de_l_etablissement", "Nombre_d_eleves"),
        ("UAI", "Nombre d'élèves total (nombre d'élèves dans les formations du 1er cycle…)"),
    ],
)
def test_chaque_forme_connue(college, uai_, effectif):
    importer(table((UAI, "532"), uai_=uai_, effectif=effectif))
    assert college.effectifs.get().nombre == 532


@pytest.mark.parametrize("format_", ["csv", "xlsx", "ods"])
def test_les_trois_formats(college, format_):
    colonnes = [Colonne("uai", "UAI"), Colonne("n", "Effectif", "entier")]
    contenu = ecrire_tableau(format_, colonnes=colonnes, lignes=[(UAI, 1234)], titre="Effectifs")
    importer(contenu)
    assert college.effectifs.get().nombre == 1234


def test_deux_fois_la_meme_chose_puis_une_correction(college):
    importer(table((UAI, "532")))
    avant = compter_tout()
    assert importer(table((UAI, "532"))).inchanges == 1
    assert compter_tout() == avant
    [mouvement] = importer(table((UAI, "540"))).mouvements
    assert mouvement.changements == ((f"effectif {creer_annee()}", "532", "540"),)
    assert Effectif.objects.get().nombre == 540
    modification = historique(college).first()
    assert (modification.avant, modification.apres) == (
        {f"effectif {creer_annee()}": 532},
        {f"effectif {creer_annee()}": 540},
    )


def test_l_effectif_d_une_autre_annee_ne_bouge_pas(college):
    creer_effectif(college, 500)
    importer(table((UAI, "532")), annee=annee_suivante())
    assert sorted(Effectif.objects.values_list("nombre", flat=True)) == [500, 532]


def test_un_fichier_officiel_laisse_ce_qui_n_est_pas_d_ici(college):
    plan = importer(table((UAI, "532"), (uai("041", 2), "60"), (UAI, "20"), uai_="numero_college"))
    assert plan.laisses == {"établissements inconnus ici": 1, "autres sites d’un même établissement": 1}
    assert college.effectifs.get().nombre == 532


def test_la_rentree_est_choisie_jamais_devinee(college):
    rentrees = tableau_csv(
        {"numero_lycee": UAI, "rentree_scolaire": annee, "nombre_d_eleves": nombre}
        for annee, nombre in (("2019", "300"), ("2021", "310"))
    )
    with pytest.raises(ValidationError, match="mais : 2019, 2021"):
        importer(rentrees)
    importer(rentrees, rentree="2021")
    assert college.effectifs.get().nombre == 310


REFUS = {
    "uai_inconnu": ([(uai("041", 9), "12")], "UAI", "n’est pas un établissement enregistré"),
    "uai_cle": ([("0410001Z", "12")], "UAI", "la clé attendue"),
    "uai_vide": ([("", "12")], "UAI", "n’est pas un code UAI"),
    "uai_double": ([(UAI, "12"), (UAI, "13")], "UAI", "déjà à la ligne 2"),
    "negatif": ([(UAI, "-1")], "Effectif", "de 0 à 9999"),
    "demesure": ([(UAI, "99999")], "Effectif", "de 0 à 9999"),
    "decimal": ([(UAI, "12,5")], "Effectif", "nombre entier"),
    "texte": ([(UAI, "NS")], "Effectif", "nombre entier"),
    "vide": ([(UAI, "")], "Effectif", "nombre entier"),
    "formule": ([(UAI, "=1+1")], "Effectif", "nombre entier"),
    "autre_academie": ([(uai("035", 5), "12")], "UAI", "n’est pas un établissement enregistré"),
}


@pytest.mark.parametrize(("lignes", "colonne", "motif"), REFUS.values(), ids=REFUS)
def test_une_ligne_fausse_refuse_tout_le_fichier(client, college, lignes, colonne, motif):
    rennes = creer_departement("035", academie=creer_academie("14", "Rennes"))
    creer_etablissement(uai=uai("035", 5), departement=rennes)
    juste = creer_etablissement(uai=uai("041", 3))
    connecter(client, creer_perimetre(Role.ADMIN))
    creer_annee()
    avant = compter_tout()
    url = reverse("reseaux:importer_effectifs")
    reponse = deposer(client, url, table(*lignes, (juste.uai, "7")), annee=creer_annee().code)
    assert reponse.status_code == 200
    refus = reponse.context["plan"].refus[-1]
    assert f"« {colonne} »" in refus.colonne
    assert motif in refus.motif
    confirmer(client, url, reponse)
    assert compter_tout() == avant


def test_les_trois_etapes(client, college):
    connecter(client, creer_perimetre(Role.ADMIN))
    annee = creer_annee()
    url = reverse("reseaux:importer_effectifs")
    assert client.get(url).status_code == 200
    reponse = deposer(client, url, table((UAI, "532")), annee=annee.code)
    assert not Effectif.objects.exists()
    assert confirmer(client, url, reponse).status_code == 302
    assert college.effectifs.get().nombre == 532


def test_une_annee_close_ne_change_plus(client, college):
    close = annee_precedente()
    with pytest.raises(ValidationError, match="est close"):
        importer(table((UAI, "532")), annee=close)
    connecter(client, creer_perimetre(Role.ADMIN))
    reponse = deposer(client, reverse("reseaux:importer_effectifs"), table((UAI, "1")), annee=close.code)
    assert reponse.context["form"].errors["annee"]


def test_la_base_a_bouge_depuis_l_apercu(college):
    plan = planifier_effectifs(perimetre=SYSTEME, nom="e.csv", contenu=table((UAI, "9")), annee=creer_annee())
    creer_effectif(college, 3)
    with pytest.raises(ValidationError, match="La base a changé"):
        importer(table((UAI, "9")), empreinte=plan.empreinte)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_seul_l_admin_importe(client, role):
    perimetre = creer_perimetre(role)
    connecter(client, perimetre)
    assert client.get(reverse("reseaux:importer_effectifs")).status_code == 403
    with pytest.raises(PermissionDenied):
        planifier_effectifs(perimetre=perimetre, nom="e", contenu=b"", annee=creer_annee())


def test_la_commande(college, tmp_path, capsys):
    chemin = tmp_path / "effectifs.csv"
    chemin.write_bytes(table((UAI, "532")))
    annee = creer_annee().code
    call_command("importer_effectifs", chemin, annee=annee, a_blanc=True)
    assert not Effectif.objects.exists()
    call_command("importer_effectifs", chemin, annee=annee)
    assert "Nouveaux : 1." in capsys.readouterr().out
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("importer_effectifs", chemin, annee="1999-2000")
    with pytest.raises(CommandError, match="illisible"):
        call_command("importer_effectifs", tmp_path / "absent.csv", annee=annee)
    chemin.write_bytes(table((UAI, "-5")))
    for a_blanc in (True, False):
        with pytest.raises(CommandError, match="Ligne 2"):
            call_command("importer_effectifs", chemin, annee=annee, a_blanc=a_blanc)


def test_un_refus_se_lit_en_une_phrase(college):
    plan = planifier_effectifs(
        perimetre=SYSTEME, nom="e.csv", contenu=table((UAI, "douze")), annee=creer_annee()
    )
    assert motifs(plan.refus) == ("Ligne 2, colonne B « Effectif » : « douze » n’est pas un nombre entier.")

"""« Qui fait quoi ? »: one decider a line, two validations, versions that never change."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from comptes.enums import Role
from missions.enums import EtatMatrice, Part
from missions.exports.matrice import colonnes_matrice, lignes_matrice
from missions.models import CaseMatrice, LigneMatrice, Matrice
from missions.selectors.matrice import lire_matrice
from missions.selectors.matrice_comparaison import comparer
from missions.services.matrice import abandonner_projet, preparer_matrice, renommer_matrice, valider_matrice
from missions.services.matrice_import import importer_matrice, planifier_matrice
from missions.services.matrice_lignes import (
    FautesDeGrille,
    SaisieLigne,
    ajouter_acteur,
    ajouter_ligne,
    deplacer_acteur,
    deplacer_ligne,
    enregistrer_grille,
    modifier_acteur,
    modifier_ligne,
    retirer_acteur,
    retirer_ligne,
)
from socle.journal import historique
from socle.tableurs import ecrire_tableau
from tests.missions.factories import creer_dossier, creer_matrice, creer_matrice_validee
from tests.reseaux.factories import creer_academie, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien_io():
    return creer_perimetre(Role.IEN_IO)


@pytest.fixture
def sg():
    return creer_perimetre(Role.SG)


def acteur(matrice, libelle):
    return matrice.acteurs.get(libelle=libelle)


def saisie(matrice, activite="Tenir le registre", decide="DCIO", **champs):
    return SaisieLigne("Registres", activite, acteur(matrice, decide).pk, champs.pop("parts", {}), **champs)


# --- Versions and validations -------------------------------------------------------------------------


def test_le_modele_est_tire_des_sources_et_une_seule_personne_decide_par_ligne(ien_io):
    foquale = creer_dossier("FOQUALE")
    matrice = preparer_matrice(perimetre=ien_io, departement=creer_departement())
    tableau = lire_matrice(matrice)
    assert len(tableau.lignes) >= 25
    for ligne in tableau.lignes:
        lettres = [ligne.lettres(a.pk) for a in tableau.acteurs]
        assert sum(lue.startswith("D") for lue in lettres) == 1, ligne.activite
    decide = {ligne.activite: acteur_de(tableau, ligne.decide) for ligne in tableau.lignes}
    assert decide["Arrêter les EPLE d’exercice des PsyEN"] == "DASEN"
    assert decide["Conduire l’entretien d’orientation de première ligne"] == "Professeur principal"
    assert tableau.dossiers == {foquale.pk: "FOQUALE"}


def acteur_de(tableau, pk):
    return next(a.libelle for a in tableau.acteurs if a.pk == pk)


def test_la_base_refuse_une_ligne_sans_decideur_et_la_copie_garde_tout():
    validee = creer_matrice_validee()
    copie = creer_matrice()
    assert copie.version == 2
    assert comparer(lire_matrice(validee), lire_matrice(copie)).est_vide
    with pytest.raises(IntegrityError), transaction.atomic():
        LigneMatrice.objects.filter(matrice=copie).update(decide=None)


def test_un_projet_a_la_fois(ien_io, sg):
    creer_matrice()
    with pytest.raises(ValidationError, match="Un projet est déjà en préparation"):
        preparer_matrice(perimetre=sg, departement=creer_departement())


@pytest.mark.parametrize("role", [Role.DCIO, Role.DASEN, Role.PSYEN, Role.CHEF_ETABLISSEMENT, Role.ADMIN])
def test_qui_ne_prepare_pas(role):
    with pytest.raises(PermissionDenied):
        preparer_matrice(perimetre=creer_perimetre(role), departement=creer_departement())


def test_les_deux_validations_sont_necessaires_et_journalisees(ien_io, sg):
    matrice = creer_matrice()
    matrice = valider_matrice(perimetre=sg, matrice=matrice, revision=matrice.revision)
    assert matrice.etat == EtatMatrice.PROJET
    with pytest.raises(ValidationError, match="déjà donnée"):
        valider_matrice(perimetre=sg, matrice=matrice, revision=matrice.revision)
    matrice = valider_matrice(perimetre=ien_io, matrice=matrice, revision=matrice.revision)
    assert matrice.etat == EtatMatrice.VALIDEE
    assert matrice.validee_direction_qualite == "IEN-IO, Loir-et-Cher"
    codes = list(historique(matrice).values_list("action", flat=True))[:2]
    assert codes == ["missions.matrice.validee_direction", "missions.matrice.validee_sg"]


def test_l_adjoint_ecrit_et_ne_valide_pas(ien_io):
    matrice = creer_matrice()
    adjoint = creer_perimetre(Role.ADJOINT_IEN_IO)
    renommer_matrice(perimetre=adjoint, matrice=matrice, titre="Autre titre")
    with pytest.raises(PermissionDenied):
        valider_matrice(perimetre=adjoint, matrice=matrice, revision=1)


def test_toute_modification_efface_la_validation_et_le_dit(ien_io, sg):
    matrice = creer_matrice()
    matrice = valider_matrice(perimetre=sg, matrice=matrice, revision=matrice.revision)
    ajouter_ligne(perimetre=ien_io, matrice=matrice, saisie=saisie(matrice))
    matrice.refresh_from_db()
    assert matrice.validee_sg_le is None
    assert historique(matrice).first().apres["validations_effacees"] == ["secrétaire général"]
    with pytest.raises(ValidationError, match="a changé depuis"):
        valider_matrice(perimetre=sg, matrice=matrice, revision=0)


def test_une_matrice_validee_est_figee_par_le_service_et_par_la_base(ien_io):
    validee = creer_matrice_validee()
    ligne = validee.lignes.order_by("rang").first()
    with pytest.raises(ValidationError, match="validée : elle ne change plus"):
        retirer_ligne(perimetre=ien_io, ligne=ligne)
    for geste in (
        lambda: LigneMatrice.objects.filter(pk=ligne.pk).update(activite="Autre"),
        lambda: CaseMatrice.objects.filter(ligne=ligne).delete(),
        lambda: Matrice.objects.filter(pk=validee.pk).update(titre="Autre"),
        lambda: CaseMatrice.objects.create(ligne=ligne, acteur=ligne.decide, part=Part.REALISE),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            geste()


def test_un_projet_abandonne_rend_son_numero(ien_io):
    validee = creer_matrice_validee()
    abandonner_projet(perimetre=ien_io, matrice=creer_matrice())
    assert list(Matrice.objects.all()) == [validee]
    assert creer_matrice().version == 2


# --- Lines and actors ---------------------------------------------------------------------------------


def test_une_ligne_ajoutee_modifiee_deplacee_retiree(ien_io):
    matrice = creer_matrice()
    psyen = acteur(matrice, "PsyEN").pk
    ajouter_ligne(perimetre=ien_io, matrice=matrice, saisie=saisie(matrice, parts={psyen: Part.CONSULTE}))
    seconde = ajouter_ligne(perimetre=ien_io, matrice=matrice, saisie=saisie(matrice, "Afficher le registre"))
    deplacer_ligne(perimetre=ien_io, ligne=seconde, pas=-1)
    assert [x.activite for x in lire_matrice(matrice).lignes[-2:]] == [
        "Afficher le registre",
        "Tenir le registre",
    ]
    with pytest.raises(ValidationError, match="déjà la première de sa rubrique"):
        deplacer_ligne(perimetre=ien_io, ligne=seconde, pas=-1)
    modifier_ligne(perimetre=ien_io, ligne=seconde, saisie=saisie(matrice, "Publier", decide="IEN-IO"))
    assert lire_matrice(matrice).lignes[-2].decide == acteur(matrice, "IEN-IO").pk
    retirer_ligne(perimetre=ien_io, ligne=seconde)
    with pytest.raises(ValidationError, match="vient d’être retirée"):
        modifier_ligne(perimetre=ien_io, ligne=seconde, saisie=saisie(matrice))


def test_ce_qu_une_ligne_refuse(ien_io):
    matrice = creer_matrice()
    ajouter_ligne(perimetre=ien_io, matrice=matrice, saisie=saisie(matrice))
    ailleurs = creer_departement("035", academie=creer_academie("14", "Rennes"))
    etrangere = creer_matrice(ailleurs)
    dcio = acteur(matrice, "DCIO").pk
    for fausse, message in (
        (saisie(matrice), "déjà une ligne"),
        (saisie(matrice, "B", parts={dcio: Part.INFORME}), "ni consulté ni informé"),
        (SaisieLigne("", "C", acteur(etrangere, "DCIO").pk, {}), "n’est pas une colonne"),
        (saisie(matrice, "D", parts={acteur(etrangere, "PsyEN").pk: Part.REALISE}), "n’est pas une colonne"),
        (saisie(matrice, "E", dossier=creer_dossier(departement=ailleurs)), "n’est pas ouvert"),
        (saisie(matrice, " "), "activite"),
    ):
        with pytest.raises(ValidationError, match=message):
            ajouter_ligne(perimetre=ien_io, matrice=matrice, saisie=fausse)
    assert matrice.lignes.filter(rubrique="Registres").count() == 1


def test_un_acteur_qui_decide_ne_se_retire_pas(ien_io):
    matrice = creer_matrice()
    with pytest.raises(ValidationError, match="dites d’abord qui décide"):
        retirer_acteur(perimetre=ien_io, acteur=acteur(matrice, "DCIO"))
    cpe = ajouter_acteur(perimetre=ien_io, matrice=matrice, libelle="CPE")
    deplacer_acteur(perimetre=ien_io, acteur=cpe, pas=-1)
    assert [a.libelle for a in lire_matrice(matrice).acteurs][-2] == "CPE"
    modifier_acteur(perimetre=ien_io, acteur=cpe, libelle="CPE du réseau", role="")
    retirer_acteur(perimetre=ien_io, acteur=cpe)
    for libelle in ("dcio", "Rubrique", "Activite"):
        with pytest.raises(ValidationError, match="porte déjà ce nom"):
            ajouter_acteur(perimetre=ien_io, matrice=matrice, libelle=libelle)


# --- The grid -----------------------------------------------------------------------------------------


def test_la_grille_change_qui_decide(ien_io):
    matrice = creer_matrice()
    ligne = lire_matrice(matrice).lignes[0]
    ien, dcio = acteur(matrice, "IEN-IO").pk, acteur(matrice, "DCIO").pk
    saisies = {ligne.pk: {ien: ("D", "C"), dcio: ("R", "DR")}}
    enregistrer_grille(perimetre=ien_io, matrice=matrice, saisies=saisies)
    relue = lire_matrice(matrice).lignes[0]
    assert (relue.lettres(ien), relue.lettres(dcio)) == ("C", "DR")
    assert historique(matrice).first().apres["cases"][0].endswith("est consulté")


@pytest.mark.parametrize(
    ("ien", "dcio", "message"),
    [("", "R", "personne ne décide"), ("D", "DR", "n’en gardez qu’un"), ("D", "X", "pas une lettre connue")],
)
def test_la_grille_refuse_et_n_ecrit_rien(ien_io, ien, dcio, message):
    matrice = creer_matrice()
    ligne = lire_matrice(matrice).lignes[0]
    saisies = {ligne.pk: {acteur(matrice, "IEN-IO").pk: ("D", ien), acteur(matrice, "DCIO").pk: ("R", dcio)}}
    with pytest.raises(FautesDeGrille, match=message):
        enregistrer_grille(perimetre=ien_io, matrice=matrice, saisies=saisies)
    assert lire_matrice(matrice).lignes[0] == ligne


def test_deux_personnes_sur_la_grille_ne_se_perdent_rien(ien_io, sg):
    """Each writes only the cells it changed; the same cell written by both is told."""
    matrice = creer_matrice()
    ligne = lire_matrice(matrice).lignes[0]
    psyen, dasen = acteur(matrice, "PsyEN").pk, acteur(matrice, "DASEN").pk
    enregistrer_grille(perimetre=ien_io, matrice=matrice, saisies={ligne.pk: {psyen: ("I", "C")}})
    enregistrer_grille(perimetre=sg, matrice=matrice, saisies={ligne.pk: {dasen: ("I", "")}})
    relue = lire_matrice(matrice).lignes[0]
    assert (relue.lettres(psyen), relue.lettres(dasen)) == ("C", "")
    with pytest.raises(FautesDeGrille, match="un collègue vient d’écrire « est consulté »"):
        enregistrer_grille(perimetre=sg, matrice=matrice, saisies={ligne.pk: {psyen: ("I", "R")}})


# --- Spreadsheets -------------------------------------------------------------------------------------


def exporter(matrice, format_="csv", modifier=lambda lignes: lignes):
    tableau = lire_matrice(matrice)
    lignes = modifier([list(ligne) for ligne in lignes_matrice(tableau)])
    return ecrire_tableau(format_, colonnes=colonnes_matrice(tableau), lignes=lignes, titre="Qui fait quoi")


@pytest.mark.parametrize("format_", ["csv", "xlsx", "ods"])
def test_exporter_puis_importer_ne_change_rien(ien_io, format_):
    creer_dossier("FOQUALE")
    matrice = creer_matrice()
    contenu = exporter(matrice, format_)
    plan = planifier_matrice(perimetre=ien_io, matrice=matrice, nom=f"m.{format_}", contenu=contenu)
    assert not plan.refus
    assert plan.nb_ecritures == 0
    assert plan.inchanges == matrice.lignes.count()
    abandonner_projet(perimetre=ien_io, matrice=matrice)


def test_l_import_ecrit_ce_que_l_apercu_montre(ien_io):
    matrice = creer_matrice()
    avant = lire_matrice(matrice)
    colonnes = [c.titre for c in colonnes_matrice(avant)]

    def modifier(lignes):
        lignes[0][colonnes.index("IEN-IO")], lignes[0][colonnes.index("DCIO")] = "c", "R/D"
        nouvelle = ["Registres", "=Tenir le registre", *[""] * (len(colonnes) - 3), ""]
        nouvelle[colonnes.index("DCIO")] = "D"
        return [*lignes[:-1], nouvelle]

    contenu = exporter(matrice, modifier=modifier)
    plan = planifier_matrice(perimetre=ien_io, matrice=matrice, nom="m.csv", contenu=contenu)
    assert not plan.refus, plan.refus
    assert [(m.groupe, m.objet) for m in plan.mouvements] == [
        ("ajoutees", "=Tenir le registre"),
        ("modifiees", avant.lignes[0].activite),
        ("retirees", avant.lignes[-1].activite),
    ]
    importer_matrice(
        perimetre=ien_io, matrice=matrice, nom="m.csv", contenu=contenu, empreinte=plan.empreinte
    )
    relue = lire_matrice(matrice)
    assert relue.lignes[-1].activite == "=Tenir le registre"
    assert relue.lignes[0].lettres(acteur(matrice, "DCIO").pk) == "DR"
    with pytest.raises(ValidationError, match="La base a changé"):
        importer_matrice(
            perimetre=ien_io, matrice=matrice, nom="m.csv", contenu=exporter(matrice)[:-1], empreinte="autre"
        )


def test_ce_que_l_import_refuse_dit_ou_et_n_ecrit_rien(ien_io):
    matrice = creer_matrice()
    colonnes = [c.titre for c in colonnes_matrice(lire_matrice(matrice))]

    def modifier(lignes):
        lignes[0][colonnes.index("DCIO")] = "D"
        lignes[1][colonnes.index("PsyEN")] = "Z"
        lignes[2][colonnes.index("IEN-IO")] = ""
        lignes[3][-1] = "Dossier inconnu"
        lignes[4][1] = lignes[5][1]
        lignes[6][1] = ""
        return lignes

    contenu = exporter(matrice, modifier=modifier)
    plan = planifier_matrice(perimetre=ien_io, matrice=matrice, nom="m.csv", contenu=contenu)
    textes = [str(refus) for refus in plan.refus]
    assert textes[0].startswith("Ligne 2, colonne G « DCIO » : « IEN-IO », « DCIO » décident")
    assert textes[1].startswith("Ligne 3, colonne I « PsyEN » : « Z » n’est pas une lettre connue")
    assert textes[2] == "Ligne 4 : personne ne décide ; écrivez D pour un acteur."
    assert "Dossier inconnu" in textes[3]
    assert textes[4].startswith("Ligne 7, colonne B « Activité » : cette activité figure déjà à la ligne 6")
    assert textes[5].startswith("Ligne 8, colonne B « Activité » : l’activité manque")
    avant = lire_matrice(matrice)
    with pytest.raises(ValidationError, match="Rien n’a été enregistré"):
        importer_matrice(perimetre=ien_io, matrice=matrice, nom="m.csv", contenu=contenu)
    assert lire_matrice(matrice) == avant


def test_un_acteur_inconnu_est_refuse_a_sa_colonne(ien_io):
    matrice = creer_matrice()
    contenu = exporter(matrice).replace(b"Rubrique;", b"Rubrique;Recteur;", 1)
    lignes = contenu.split(b"\r\n")
    contenu = b"\r\n".join([lignes[0], *(x.replace(b";", b";;", 1) for x in lignes[1:] if x)])
    plan = planifier_matrice(perimetre=ien_io, matrice=matrice, nom="m.csv", contenu=contenu)
    assert str(plan.refus[0]).startswith("Ligne 1, colonne B « Recteur » : « Recteur » n’est pas un acteur")


# --- Comparison ---------------------------------------------------------------------------------------


def test_la_comparaison_dit_qui_decide_desormais(ien_io):
    validee = creer_matrice_validee()
    projet = creer_matrice()
    ligne = lire_matrice(projet).lignes[0]
    ien, dcio = acteur(projet, "IEN-IO").pk, acteur(projet, "DCIO").pk
    enregistrer_grille(
        perimetre=ien_io, matrice=projet, saisies={ligne.pk: {ien: ("D", "C"), dcio: ("R", "DR")}}
    )
    retirer_ligne(perimetre=ien_io, ligne=projet.lignes.order_by("rang").last())
    ajouter_ligne(perimetre=ien_io, matrice=projet, saisie=saisie(projet))
    ajouter_acteur(perimetre=ien_io, matrice=projet, libelle="CPE")
    ecart = comparer(lire_matrice(validee), lire_matrice(projet))
    assert [x.activite for x, _ in ecart.ajoutees] == ["Tenir le registre"]
    assert [x.activite for x, _ in ecart.retirees] == [lire_matrice(validee).lignes[-1].activite]
    assert ecart.acteurs_ajoutes == ["CPE"]
    [modifiee] = ecart.modifiees
    assert modifiee.change_de_decideur
    assert [(c.quoi, c.avant, c.apres) for c in modifiee.changements] == [
        ("IEN-IO", "décide", "est consulté"),
        ("DCIO", "réalise", "décide et réalise"),
    ]


def test_lire_une_matrice_coute_trois_requetes_quelle_que_soit_sa_taille(django_assert_num_queries):
    matrice = creer_matrice()
    with django_assert_num_queries(3):
        lire_matrice(matrice)

"""The report while it is written: who prepares it, what it holds, two people on one text, the preview."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from comptes.enums import Role
from evaluation.enums import GenreSection, Sens, Unite
from evaluation.models import Rapport
from evaluation.selectors.petits_effectifs import MOTIF_TROP_PEU
from evaluation.selectors.rapports_contenu import contenu_du_rapport
from evaluation.selectors.rapports_sections import sections_de
from evaluation.services.rapports import (
    SaisieSection,
    abandonner_rapport,
    composer_rapport,
    preparer_rapport,
    rattacher_bilan,
)
from planning.enums import GenreReunion
from reseaux.perimetre import Perimetre
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
from tests.planning.factories import creer_reunion
from tests.reseaux.factories import connecter, creer_cio, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien() -> Perimetre:
    return creer_perimetre(Role.IEN_IO)


@pytest.fixture
def rapport(ien) -> Rapport:
    return creer_rapport(ien)


def saisies(rapport: Rapport, **changements) -> dict[str, SaisieSection]:
    """The sections as they are, but for those told by their kind."""
    return {
        section.cle: changements.get(
            section.genre, SaisieSection(section.rang, section.retenue, section.commentaire)
        )
        for section in sections_de(rapport)
    }


def composer(perimetre: Perimetre, rapport: Rapport, titre: str = "Bilan", **changements) -> Rapport:
    return composer_rapport(
        perimetre=perimetre,
        rapport=rapport,
        revision=rapport.revision,
        titre=titre,
        sections=saisies(rapport, **changements),
    )


# --- Prepared -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.SG])
def test_qui_evalue_prepare_le_rapport_d_une_campagne(role):
    rapport = creer_rapport(creer_perimetre(role))
    assert (rapport.version, rapport.est_emis) == (1, False)
    assert rapport.titre.startswith("Évaluation de l’expérimentation de Loir-et-Cher")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.SG}))
def test_les_autres_ne_le_preparent_pas(role):
    with pytest.raises(PermissionDenied):
        creer_rapport(creer_perimetre(role))


def test_ni_celui_d_un_autre_departement(ien):
    with pytest.raises(PermissionDenied):
        creer_rapport(ien, creer_campagne_figee(departement=creer_departement("018")))


def test_le_rapport_a_une_section_par_objectif_puis_les_chiffres_sans_objectif(rapport):
    genres = [(s.genre, s.titre) for s in sections_de(rapport)]
    assert [genre for genre, _ in genres] == [
        GenreSection.RESUME,
        GenreSection.SYNTHESE,
        GenreSection.OBJECTIF,
        GenreSection.OBJECTIF,
        GenreSection.ENQUETE,
        GenreSection.METHODE,
        GenreSection.ANNEXES,
    ]
    assert OBJECTIF in genres[2][1]
    assert genres[3][1] == "Autres indicateurs"


def test_un_seul_brouillon_par_campagne(ien, rapport):
    with pytest.raises(ValidationError, match="déjà en cours d’écriture"):
        preparer_rapport(perimetre=ien, campagne=rapport.campagne)


def test_la_version_suivante_reprend_les_commentaires(ien, rapport):
    composer(ien, rapport, resume=SaisieSection(1, True, "Ce qu’il faut retenir."))
    emettre(Rapport.objects.get(pk=rapport.pk))
    suivant = preparer_rapport(perimetre=ien, campagne=rapport.campagne)
    assert suivant.version == 2
    assert suivant.sections.get(cle="resume").commentaire == "Ce qu’il faut retenir."


def test_une_campagne_vide_donne_un_rapport_qui_le_dit(ien, client):
    rapport = creer_rapport(ien, creer_campagne_ouverte())
    page = connecter(client, ien).get(reverse("evaluation:rapport", args=[rapport.pk])).content.decode()
    assert "Cette campagne ne suit encore aucun indicateur." in page
    assert "le rapport s’émet une fois qu’elle est figée" in page


# --- Composed -----------------------------------------------------------------------------------------


def test_composer_range_ecarte_et_commente(ien, rapport):
    composer(
        ien,
        rapport,
        "Bilan de l’année",
        methode=SaisieSection(1, True, ""),
        annexes=SaisieSection(9, False, ""),
        resume=SaisieSection(2, True, "Trois idées.\r\nEt une."),
    )
    rapport.refresh_from_db()
    contenu = contenu_du_rapport(rapport)
    assert rapport.titre == "Bilan de l’année"
    assert [p.section.genre for p in contenu.parties][:2] == ["methode", "resume"]
    assert contenu.partie(GenreSection.ANNEXES) is None
    assert contenu.parties[1].section.commentaire == "Trois idées.\nEt une."


def test_deux_personnes_sur_un_rapport_la_seconde_est_prevenue(ien, rapport):
    composer(ien, rapport, resume=SaisieSection(1, True, "La première."))
    with pytest.raises(ValidationError, match="Quelqu’un a modifié ce rapport"):
        composer(ien, rapport, resume=SaisieSection(1, True, "La seconde."))
    assert rapport.sections.get(cle="resume").commentaire == "La première."


def test_le_resume_reste_sur_une_page(ien, rapport):
    with pytest.raises(ValidationError, match="1400 caractères au plus, vous en avez écrit 1401"):
        composer(ien, rapport, resume=SaisieSection(1, True, "x" * 1401))


def test_un_rapport_garde_au_moins_une_section(ien, rapport):
    rien = {genre: SaisieSection(1, False, "") for genre in GenreSection}
    with pytest.raises(ValidationError, match="au moins une section"):
        composer(ien, rapport, **rien)


@pytest.mark.parametrize("role", [Role.DASEN, Role.DCIO, Role.SECRETAIRE_CIO, Role.ADMIN])
def test_ceux_qui_lisent_ne_composent_pas(rapport, role):
    with pytest.raises(PermissionDenied):
        composer(creer_perimetre(role), rapport)


def test_un_objectif_venu_apres_coup_prend_sa_place(ien):
    campagne = creer_campagne_ouverte()
    creer_indicateur("I1", creer_objectif_nomme("Premier objectif", "O1"))
    rapport = creer_rapport(ien, campagne)
    creer_indicateur("I2", creer_objectif_nomme("Second objectif", "O2"))
    titres = [s.titre for s in sections_de(rapport)]
    premier, second = (next(t for t in titres if mot in t) for mot in ("Premier", "Second"))
    assert titres.index(second) == titres.index(premier) + 1


def test_un_objectif_parti_garde_ce_qui_y_est_ecrit(ien):
    campagne = creer_campagne_ouverte()
    objectif = creer_objectif_nomme("Objectif d’abord", "O1")
    indicateur = creer_indicateur("I1", objectif)
    rapport = creer_rapport(ien, campagne)
    indicateur.critere = None
    indicateur.save()
    assert not [s for s in sections_de(rapport) if "d’abord" in s.titre]
    section = rapport.sections.get(genre=GenreSection.OBJECTIF)
    section.commentaire = "Déjà écrit."
    section.save()
    assert [s.commentaire for s in sections_de(rapport) if "d’abord" in s.titre] == ["Déjà écrit."]


def test_abandonner_ne_vaut_que_pour_un_brouillon(ien, rapport):
    emettre(rapport)
    with pytest.raises(PermissionDenied):
        abandonner_rapport(perimetre=ien, rapport=rapport)
    suivant = preparer_rapport(perimetre=ien, campagne=rapport.campagne)
    abandonner_rapport(perimetre=ien, rapport=suivant)
    assert list(Rapport.objects.all()) == [rapport]


# --- What it says -------------------------------------------------------------------------------------


def test_un_chiffre_dit_sa_reference_son_evolution_et_sa_cible(ien):
    annee = creer_campagne_ouverte("T1")
    avant = creer_campagne_ouverte("T0", jour=annee.annee.debut)
    indicateur = creer_indicateur("I1")
    mesurer(avant, indicateur, 70)
    mesurer(annee, indicateur, "82.5")
    figer(avant)
    (ligne,) = contenu_du_rapport(creer_rapport(ien, figer(annee))).lignes
    assert (ligne.avant, ligne.texte, ligne.cible) == ("70\xa0%", "82,5\xa0%", "90\xa0%")
    assert ligne.evolution
    assert ligne.evolution.signe == "+12,5\xa0points"
    assert ligne.a_la_cible
    assert ligne.a_la_cible.mots == "7,5\xa0points sous la cible"


def test_un_indicateur_redefini_n_est_pas_compare(ien):
    """« definitions … of a frozen campaign never change »: two different quotients are not subtracted."""
    annee = creer_campagne_ouverte("T1")
    avant = creer_campagne_ouverte("T0", jour=annee.annee.debut)
    indicateur = creer_indicateur("I1", denominateur="EPLE ouverts")
    mesurer(avant, indicateur, 70)
    figer(avant)
    indicateur.denominateur = "EPLE publics"
    indicateur.save()
    mesurer(annee, indicateur, 82)
    (ligne,) = contenu_du_rapport(creer_rapport(ien, figer(annee))).lignes
    assert (ligne.avant, ligne.evolution) == ("–", None)


def test_un_petit_effectif_n_est_ni_ecrit_ni_dessine(ien):
    """The database holds no figure of one to four persons: the report says why, and draws the others."""
    campagne = creer_campagne_ouverte()
    note = creer_indicateur("I23", unite=Unite.NOTE, cible=None)
    mesurer(campagne, note, "6.25", personnes=14)
    mesurer(campagne, note, None, cio=creer_cio("Blois"), personnes=4, motif=MOTIF_TROP_PEU)
    mesurer(campagne, note, "5.55", cio=creer_cio("Vendôme"), personnes=5)
    (ligne,) = contenu_du_rapport(creer_rapport(ien, figer(campagne))).lignes
    textes = {t.territoire: t.texte for t in ligne.territoires}
    assert textes["CIO de Blois"] == MOTIF_TROP_PEU
    assert ligne.graphique is not None
    assert [barre.nom for barre in ligne.graphique.barres] == ["Loir-et-Cher", "CIO de Vendôme"]


def test_ce_qui_n_est_pas_calculable_dit_pourquoi_et_n_est_jamais_zero(ien, rapport):
    contenu = contenu_du_rapport(rapport)
    assert [li.texte for li in contenu.silences] == ["non calculable : aucun établissement ouvert"]
    assert (contenu.nombre_connus, contenu.cibles_atteintes, len(contenu.cibles)) == (1, 0, 1)
    assert [li.definition.code for li in contenu.externes] == ["I19"]


def test_les_chiffres_cles_mettent_devant_ceux_qui_ont_une_cible(ien):
    campagne = creer_campagne_ouverte()
    mesurer(campagne, creer_indicateur("I1", cible=None), 3)
    mesurer(campagne, creer_indicateur("I2", sens=Sens.BAISSE, cible=Decimal(10)), 4)
    contenu = contenu_du_rapport(creer_rapport(ien, figer(campagne)))
    assert [li.definition.code for li in contenu.chiffres_cles] == ["I2", "I1"]
    assert contenu.cibles == [True]


def test_la_derniere_version_de_chaque_analyse_l_ien_d_abord(ien):
    campagne = creer_campagne_figee()
    indicateur = campagne.mesures.filter(indicateur__code="I1").first().indicateur
    blois = creer_cio("Blois")
    analyser(campagne, "Blois dit", indicateur=indicateur, cio=blois)
    analyser(campagne, "Première synthèse", indicateur=indicateur)
    analyser(campagne, "Seconde synthèse", indicateur=indicateur)
    analyser(campagne, "Le tout")
    contenu = contenu_du_rapport(creer_rapport(ien, campagne))
    lues = next(li for li in contenu.lignes if li.definition.code == "I1").analyses
    assert [(a.texte, a.cio) for a in lues] == [("Seconde synthèse", ""), ("Blois dit", "CIO de Blois")]
    assert contenu.synthese
    assert contenu.synthese.texte == "Le tout"


def test_les_cio_restent_dans_l_ordre_de_leur_nom(ien):
    """Never a ranking: Vendôme, higher, stays after Blois."""
    ligne = contenu_du_rapport(creer_rapport(ien)).lignes[0]
    assert ligne.graphique
    assert [b.nom for b in ligne.graphique.barres] == ["Loir-et-Cher", "CIO de Blois", "CIO de Vendôme"]


@pytest.mark.parametrize("valeur", [0, -1])
def test_rien_a_dessiner_ne_casse_rien(ien, valeur):
    campagne = creer_campagne_ouverte()
    indicateur = creer_indicateur("I1", cible=None)
    mesurer(campagne, indicateur, valeur)
    mesurer(campagne, indicateur, valeur, cio=creer_cio("Blois"))
    (ligne,) = contenu_du_rapport(creer_rapport(ien, figer(campagne))).lignes
    assert ligne.graphique is None


@pytest.mark.parametrize("nombre", [1, 4])
def test_lire_un_rapport_ne_coute_pas_plus_avec_plus_de_chiffres(ien, nombre, django_assert_num_queries):
    campagne = creer_campagne_ouverte()
    for rang in range(nombre):
        indicateur = creer_indicateur(f"I{rang}", creer_objectif_nomme(f"Objectif {rang}", f"O{rang}"))
        mesurer(campagne, indicateur, rang)
        mesurer(campagne, indicateur, rang, cio=creer_cio("Blois"))
        analyser(campagne, "Dit", indicateur=indicateur, cio=creer_cio("Blois"))
    rapport = creer_rapport(ien, figer(campagne))
    with django_assert_num_queries(6):
        contenu_du_rapport(rapport)


# --- The meeting --------------------------------------------------------------------------------------


def test_la_reunion_rattachee_est_un_bilan_du_departement(ien, rapport):
    bilan = creer_reunion("Bilan", genre=GenreReunion.BILAN)
    rattacher_bilan(perimetre=ien, rapport=rapport, reunion=bilan)
    rapport.refresh_from_db()
    assert rapport.reunion == bilan
    for autre in (
        creer_reunion("Service"),
        creer_reunion("Ailleurs", genre=GenreReunion.BILAN, departement=creer_departement("018")),
        creer_reunion("Annulée", genre=GenreReunion.BILAN, etat="annulee", motif="Neige"),
    ):
        with pytest.raises(ValidationError, match="Choisissez une réunion bilan"):
            rattacher_bilan(perimetre=ien, rapport=rapport, reunion=autre)


def test_un_rapport_emis_peut_encore_nommer_sa_reunion(ien, rapport):
    emettre(rapport)
    rattacher_bilan(perimetre=ien, rapport=rapport, reunion=creer_reunion("B", genre=GenreReunion.BILAN))
    with pytest.raises(PermissionDenied):
        rattacher_bilan(perimetre=creer_perimetre(Role.DCIO), rapport=rapport, reunion=None)


# --- The page -----------------------------------------------------------------------------------------


def donnees(rapport: Rapport, **changements: str) -> dict[str, str]:
    valeurs = {"titre": rapport.titre, "revision": str(rapport.revision)}
    for section in sections_de(rapport):
        valeurs[f"rang-{section.cle}"] = str(section.rang)
        valeurs[f"retenue-{section.cle}"] = "on"
        valeurs[f"commentaire-{section.cle}"] = section.commentaire
    return valeurs | changements


def test_l_apercu_montre_ce_qui_est_tape_sans_l_ecrire(client, ien, rapport):
    tape = donnees(rapport, **{"commentaire-resume": "Une phrase essayée.", "titre": "Titre essayé"})
    navigateur = connecter(client, ien)
    apercu = navigateur.post(reverse("evaluation:rapport_apercu", args=[rapport.pk]), tape)
    texte = apercu.content.decode()
    assert "Une phrase essayée." in texte
    assert "Titre essayé" in texte
    assert "<html" not in texte
    sans_script = navigateur.post(
        reverse("evaluation:rapport_composer", args=[rapport.pk]), tape | {"apercu": "1"}
    )
    assert "<p>Une phrase essayée.</p>" in sans_script.content.decode()
    rapport.refresh_from_db()
    assert rapport.revision == 0
    assert not rapport.sections.get(cle="resume").commentaire


def test_une_saisie_fausse_laisse_l_apercu_comme_il_est_ecrit(client, ien, rapport):
    tape = donnees(rapport, **{"rang-resume": "abc", "commentaire-methode": "Gardé."})
    reponse = connecter(client, ien).post(reverse("evaluation:rapport_apercu", args=[rapport.pk]), tape)
    assert reponse.status_code == 200
    assert "Gardé." in reponse.content.decode()


def test_enregistrer_depuis_la_page(client, ien, rapport):
    tape = donnees(rapport, **{"commentaire-resume": "À garder."})
    del tape["retenue-annexes"]
    reponse = connecter(client, ien).post(reverse("evaluation:rapport_composer", args=[rapport.pk]), tape)
    assert reponse.status_code == 302
    assert rapport.sections.get(cle="resume").commentaire == "À garder."
    assert not rapport.sections.get(cle="annexes").retenue


def test_un_conflit_se_lit_dans_la_page(client, ien, rapport):
    tape = donnees(rapport)
    composer(ien, rapport)
    page = connecter(client, ien).post(reverse("evaluation:rapport_composer", args=[rapport.pk]), tape)
    assert "Quelqu’un a modifié ce rapport" in page.content.decode()


def test_le_texte_tape_est_echappe_dans_l_apercu(client, ien, rapport):
    tape = donnees(rapport, **{"commentaire-resume": "<script>alert(1)</script>"})
    page = connecter(client, ien).post(reverse("evaluation:rapport_apercu", args=[rapport.pk]), tape)
    assert "<script>" not in page.content.decode()

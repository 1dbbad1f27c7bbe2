"""Services of the réseaux: each rule with the case that breaks it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from comptes.enums import Role
from reseaux.enums import Categorie, EtatEtablissement, Secteur
from reseaux.models import MembreReseau, Reseau
from reseaux.perimetre import Perimetre
from reseaux.services.reseaux import (
    Placement,
    ajouter_membre,
    changer_tete,
    copier_reseaux_de_l_annee_precedente,
    creer_reseau,
    deplacer_membre,
    dissoudre_reseau,
    modifier_reseau,
    placer_etablissements,
    renommer_reseau,
    retirer_membre,
)
from socle.journal import historique
from tests.psyen import factories as psyen
from tests.reseaux import factories as f

pytestmark = pytest.mark.django_db
SYSTEME = Perimetre.systeme()


def fermer(etablissement):
    etablissement.etat = EtatEtablissement.FERME
    etablissement.date_fermeture = f.creer_annee().debut
    etablissement.save()
    return etablissement


def membres(reseau):
    return set(MembreReseau.objects.filter(reseau=reseau).values_list("etablissement", flat=True))


def test_un_reseau_nait_avec_sa_tete_pour_membre():
    lycee = f.creer_lycee()
    reseau = creer_reseau(
        cio=f.creer_cio(), annee=f.creer_annee(), nom=" Blois nord ", tete=lycee, perimetre=SYSTEME
    )
    assert reseau.nom == "Blois nord"
    assert membres(reseau) == {lycee.pk}
    assert historique(reseau).first().libelle == "Réseau créé"


def test_aucun_reseau_ne_nait_dans_un_cio_ferme():
    cio = f.creer_cio(est_ouvert=False)
    with pytest.raises(ValidationError, match="est fermé : il n’est plus proposé nulle part"):
        creer_reseau(cio=cio, annee=f.creer_annee(), nom="A", tete=f.creer_lycee(), perimetre=SYSTEME)
    assert not Reseau.objects.exists()


@pytest.mark.parametrize("categorie", [Categorie.COLLEGE, Categorie.EREA, Categorie.SECTION])
def test_seul_un_lycee_est_tete(categorie):
    tete = f.creer_etablissement(categorie=categorie)
    with pytest.raises(ValidationError, match="seul un lycée"):
        creer_reseau(cio=f.creer_cio(), annee=f.creer_annee(), nom="A", tete=tete, perimetre=SYSTEME)


def test_deux_reseaux_d_un_cio_ne_portent_pas_le_meme_nom():
    reseau = f.creer_reseau(nom="Nord")
    with pytest.raises(ValidationError, match="porte déjà ce nom"):
        creer_reseau(cio=reseau.cio, annee=reseau.annee, nom="Nord", tete=f.creer_lycee(), perimetre=SYSTEME)
    autre = f.creer_reseau(nom="Sud")
    with pytest.raises(ValidationError, match="porte déjà ce nom"):
        renommer_reseau(reseau=autre, nom="Nord", perimetre=SYSTEME)
    with pytest.raises(ValidationError):
        renommer_reseau(reseau=autre, nom="  ", perimetre=SYSTEME)


def test_un_lycee_membre_ailleurs_ne_devient_pas_tete_et_le_message_dit_ou_il_est():
    lycee = f.creer_lycee()
    f.creer_reseau(f.creer_cio("Vendôme"), membres=[lycee], nom="Vendôme centre")
    with pytest.raises(ValidationError, match="« Vendôme centre » du CIO de Vendôme"):
        creer_reseau(cio=f.creer_cio(), annee=f.creer_annee(), nom="A", tete=lycee, perimetre=SYSTEME)
    assert not Reseau.objects.filter(nom="A").exists()


def test_un_etablissement_n_est_que_dans_un_reseau_par_an():
    college = f.creer_etablissement()
    f.creer_reseau(f.creer_cio("Vendôme"), membres=[college], nom="Vendôme centre")
    reseau = f.creer_reseau()
    with pytest.raises(ValidationError, match="« Vendôme centre » du CIO de Vendôme"):
        ajouter_membre(reseau=reseau, etablissement=college, perimetre=SYSTEME)
    suivant = f.creer_reseau(annee=f.annee_suivante())
    assert ajouter_membre(reseau=suivant, etablissement=college, perimetre=SYSTEME)


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"etat": EtatEtablissement.FERME, "date_fermeture": "2025-08-31"}, "est fermé"),
        ({"secteur": Secteur.PRIVE}, "n’est pas un EPLE"),
        ({"categorie": Categorie.SECTION}, "n’est pas un EPLE"),
    ],
)
def test_n_entre_dans_un_reseau_qu_un_eple_ouvert(champs, message):
    with pytest.raises(ValidationError, match=message):
        ajouter_membre(
            reseau=f.creer_reseau(), etablissement=f.creer_etablissement(**champs), perimetre=SYSTEME
        )


def test_un_etablissement_d_un_autre_departement_est_refuse():
    voisin = f.creer_etablissement(departement=f.creer_departement("028"))
    with pytest.raises(ValidationError, match="pas dans le département"):
        ajouter_membre(reseau=f.creer_reseau(), etablissement=voisin, perimetre=SYSTEME)


def test_un_etablissement_a_ouvrir_peut_entrer():
    futur = f.creer_etablissement(etat=EtatEtablissement.A_OUVRIR)
    assert ajouter_membre(reseau=f.creer_reseau(), etablissement=futur, perimetre=SYSTEME)


def test_deplacer_puis_retirer():
    college = f.creer_etablissement()
    depuis, vers = f.creer_reseau(membres=[college], nom="A"), f.creer_reseau(nom="B")
    deplacer_membre(etablissement=college, depuis=depuis, vers=vers, perimetre=SYSTEME)
    assert college.pk in membres(vers)
    assert college.pk not in membres(depuis)
    entree = historique(vers).first()
    assert (entree.avant, entree.apres["reseau"]) == ({"reseau": "A"}, "B")
    retirer_membre(reseau=vers, etablissement=college, perimetre=SYSTEME)
    assert not MembreReseau.objects.filter(etablissement=college).exists()
    with pytest.raises(ValidationError, match="n’est plus dans aucun réseau"):
        retirer_membre(reseau=vers, etablissement=college, perimetre=SYSTEME)


def test_on_ne_deplace_pas_d_une_annee_a_l_autre():
    college = f.creer_etablissement()
    depuis, vers = f.creer_reseau(membres=[college]), f.creer_reseau(annee=f.annee_suivante())
    with pytest.raises(ValidationError, match="même année"):
        deplacer_membre(etablissement=college, depuis=depuis, vers=vers, perimetre=SYSTEME)


def test_la_tete_ne_part_pas_sans_etre_remplacee():
    autre_lycee = f.creer_lycee()
    reseau, vers = f.creer_reseau(membres=[autre_lycee]), f.creer_reseau()
    tete = reseau.tete
    with pytest.raises(ValidationError, match="désignez d’abord une autre tête"):
        retirer_membre(reseau=reseau, etablissement=tete, perimetre=SYSTEME)
    with pytest.raises(ValidationError, match="désignez d’abord une autre tête"):
        deplacer_membre(etablissement=tete, depuis=reseau, vers=vers, perimetre=SYSTEME)
    changer_tete(reseau=reseau, tete=autre_lycee, perimetre=SYSTEME)
    retirer_membre(reseau=reseau, etablissement=tete, perimetre=SYSTEME)
    assert membres(reseau) == {autre_lycee.pk}


def test_la_nouvelle_tete_est_un_lycee_du_reseau():
    reseau = f.creer_reseau(membres=[college := f.creer_etablissement()])
    with pytest.raises(ValidationError, match="seul un lycée"):
        changer_tete(reseau=reseau, tete=college, perimetre=SYSTEME)
    with pytest.raises(ValidationError, match="ajoutez-le au réseau"):
        changer_tete(reseau=reseau, tete=f.creer_lycee(), perimetre=SYSTEME)


def test_nom_et_tete_ensemble_ou_pas_du_tout():
    reseau = f.creer_reseau(nom="Avant")
    with pytest.raises(ValidationError):
        modifier_reseau(reseau=reseau, nom="Après", tete=f.creer_lycee(), perimetre=SYSTEME)
    reseau.refresh_from_db()
    assert reseau.nom == "Avant"


def test_dissoudre_libere_les_etablissements():
    reseau = f.creer_reseau(membres=[college := f.creer_etablissement()])
    dissoudre_reseau(reseau=reseau, perimetre=SYSTEME)
    assert not MembreReseau.objects.filter(etablissement=college).exists()
    with pytest.raises(ValidationError, match="dissous entre-temps"):
        ajouter_membre(reseau=reseau, etablissement=college, perimetre=SYSTEME)


def test_un_reseau_d_une_repartition_ne_se_dissout_pas():
    """`reseaux` does not know the répartitions: PROTECT does, and the sentence is French."""
    repartition = psyen.creer_brouillon()
    reseau = repartition.cio.reseaux.get()
    personne = repartition.services.get().psyen
    psyen.enregistrer(repartition, psyen.saisie(repartition, personne, {reseau.tete: "2"}))
    with pytest.raises(ValidationError, match="figure dans une répartition"):
        dissoudre_reseau(reseau=reseau, perimetre=SYSTEME)
    assert Reseau.objects.filter(pk=reseau.pk).exists()
    assert not historique(reseau).exists()


def test_une_annee_close_ne_change_plus():
    reseau = f.creer_reseau(annee=f.annee_precedente())
    for geste in (
        lambda: ajouter_membre(reseau=reseau, etablissement=f.creer_etablissement(), perimetre=SYSTEME),
        lambda: dissoudre_reseau(reseau=reseau, perimetre=SYSTEME),
        lambda: creer_reseau(
            cio=reseau.cio, annee=reseau.annee, nom="X", tete=f.creer_lycee(), perimetre=SYSTEME
        ),
    ):
        with pytest.raises(ValidationError, match="est close"):
            geste()


@pytest.mark.parametrize("role", Role.values)
def test_qui_dessine_les_reseaux(role):
    """Own territory: DCIO, secrétaire, IEN-IO, adjoint. Foreign territory: nobody."""
    reseau = f.creer_reseau()
    etranger = f.creer_reseau(f.creer_cio("Chartres", departement=f.creer_departement("028")), tete=None)
    perimetre = f.creer_perimetre(role)
    permis = {Role.DCIO, Role.SECRETAIRE_CIO, Role.IEN_IO, Role.ADJOINT_IEN_IO}
    if role in permis:
        renommer_reseau(reseau=reseau, nom="Nouveau", perimetre=perimetre)
    else:
        with pytest.raises(PermissionDenied):
            renommer_reseau(reseau=reseau, nom="Nouveau", perimetre=perimetre)
    with pytest.raises(PermissionDenied):
        renommer_reseau(reseau=etranger, nom="Nouveau", perimetre=perimetre)


def test_un_dcio_ne_prend_pas_l_etablissement_d_un_autre_cio():
    college = f.creer_etablissement()
    autre = f.creer_reseau(f.creer_cio("Vendôme"), membres=[college], nom="Vendôme centre")
    dcio = f.creer_perimetre(Role.DCIO)
    with pytest.raises(PermissionDenied):
        deplacer_membre(etablissement=college, depuis=autre, vers=f.creer_reseau(), perimetre=dcio)


def test_placer_est_tout_ou_rien_et_dit_ou_est_parti_l_etablissement():
    a, b = f.creer_etablissement("Collège A"), f.creer_etablissement("Collège B")
    reseau, autre = f.creer_reseau(nom="Ici"), f.creer_reseau(membres=[b], nom="Là-bas")
    with pytest.raises(ValidationError) as refus:
        placer_etablissements(
            placements=[Placement(a, None), Placement(b, None)],
            vers=reseau,
            annee=reseau.annee,
            perimetre=SYSTEME,
        )
    assert refus.value.messages == [
        f"Collège B (Blois) est dans le réseau « Là-bas » du CIO de Blois en {autre.annee}."
    ]
    assert a.pk not in membres(reseau)
    placer_etablissements(
        placements=[Placement(a, None), Placement(b, autre.pk)],
        vers=reseau,
        annee=reseau.annee,
        perimetre=SYSTEME,
    )
    assert {a.pk, b.pk} <= membres(reseau)


def test_une_course_perdue_donne_le_meme_message(monkeypatch):
    """Two requests pass every check together: the database refuses the second, in French."""
    reseau = f.creer_reseau(nom="Nord")
    monkeypatch.setattr(Reseau, "full_clean", lambda self: None)
    with pytest.raises(ValidationError, match="vient d’enregistrer"):
        creer_reseau(cio=reseau.cio, annee=reseau.annee, nom="Nord", tete=f.creer_lycee(), perimetre=SYSTEME)


# --- Copy of last year's réseaux ------------------------------------------------------------------
def test_copier_ecarte_les_fermes_et_le_dit():
    ouvert, ferme, pris = (f.creer_etablissement(f"Collège {n}") for n in "OFP")
    ancien = f.creer_reseau(annee=f.annee_precedente(), membres=[ouvert, ferme, pris], nom="Nord")
    fermer(ferme)
    f.creer_reseau(f.creer_cio("Vendôme"), membres=[pris], nom="Vendôme")
    copie = copier_reseaux_de_l_annee_precedente(cio=ancien.cio, annee=f.creer_annee(), perimetre=SYSTEME)
    nouveau = Reseau.objects.get(cio=ancien.cio, annee=f.creer_annee())
    assert (nouveau.nom, nouveau.tete) == ("Nord", ancien.tete)
    assert membres(nouveau) == {ancien.tete_id, ouvert.pk}
    assert {(e.etablissement, e.raison) for e in copie.ecartees} == {
        (ferme, "établissement fermé"),
        (pris, "déjà dans le réseau « Vendôme » du CIO de Vendôme"),
    }


def test_copier_remplace_une_tete_fermee_par_un_autre_lycee_a_confirmer():
    second = f.creer_lycee()
    ancien = f.creer_reseau(annee=f.annee_precedente(), membres=[second])
    fermer(ancien.tete)
    copie = copier_reseaux_de_l_annee_precedente(cio=ancien.cio, annee=f.creer_annee(), perimetre=SYSTEME)
    assert [(r.tete, r.ancienne_tete) for r in copie.tetes_a_confirmer] == [(second, ancien.tete)]


def test_copier_laisse_un_reseau_sans_lycee():
    college = f.creer_etablissement()
    ancien = f.creer_reseau(annee=f.annee_precedente(), membres=[college], nom="Sans lycée")
    f.creer_reseau(annee=f.annee_precedente(), nom="Entier")
    fermer(ancien.tete)
    copie = copier_reseaux_de_l_annee_precedente(cio=ancien.cio, annee=f.creer_annee(), perimetre=SYSTEME)
    assert [r.nom for r in copie.non_copies] == ["Sans lycée"]
    assert "réseau sans lycée pour tête" in {e.raison for e in copie.ecartees}
    assert Reseau.objects.filter(annee=f.creer_annee()).count() == 1


def test_copier_refuse_une_annee_qui_a_des_reseaux_et_un_cio_sans_passe():
    ancien = f.creer_reseau(annee=f.annee_precedente())
    f.creer_reseau()
    with pytest.raises(ValidationError, match="a déjà des réseaux"):
        copier_reseaux_de_l_annee_precedente(cio=ancien.cio, annee=f.creer_annee(), perimetre=SYSTEME)
    with pytest.raises(ValidationError, match="Aucun réseau"):
        copier_reseaux_de_l_annee_precedente(
            cio=f.creer_cio("Vendôme"), annee=f.creer_annee(), perimetre=SYSTEME
        )
    with pytest.raises(PermissionDenied):
        copier_reseaux_de_l_annee_precedente(
            cio=ancien.cio, annee=f.annee_suivante(), perimetre=f.creer_perimetre(Role.DASEN)
        )

"""`generer_jeu_national`: a part of it is loaded here; the whole is for `make bench`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F

from cio_network.demonstration.national import NOMBRE_PSYEN, part
from comptes.enums import Role
from comptes.models import Utilisateur
from comptes.selectors import comptes_de_demonstration
from psyen.enums import EtatRepartition
from psyen.models import Affectation, Arrete, CompteurArrete, PsyEN, Rattachement, Repartition, Service
from reseaux.models import CIO, Academie, AnneeScolaire, Etablissement, Habilitation, MembreReseau, Reseau


@pytest.fixture(autouse=True)
def _demonstration(settings):
    settings.DEMONSTRATION = True


def charger(**options) -> str:
    sortie = StringIO()
    call_command("generer_jeu_national", departement="018,033", annees=3, stdout=sortie, **options)
    return sortie.getvalue()


def empreinte() -> list:
    """What two loads must share: everything but keys and instants."""
    champs = ("service__psyen__courriel", "etablissement__uai", "reseau__nom", "demi_journees")
    return [
        *Affectation.objects.order_by("pk").values_list(*champs),
        *Utilisateur.objects.order_by("pk").values_list("courriel", "prenom", "nom", "demonstration"),
        *Etablissement.objects.order_by("uai").values_list("uai", "cio__nom"),
        *Arrete.objects.order_by("numero").values_list("numero", "repartition__cio__nom"),
    ]


@pytest.mark.django_db
def test_une_partie_du_pays_porte_tout_ce_que_mesurent_les_pages():
    assert "demonstration-cio" in charger()

    assert AnneeScolaire.objects.count() == 3
    assert Academie.objects.count() == 1
    assert Repartition.objects.filter(etat=EtatRepartition.ARRETEE).count() == 2 * CIO.objects.count()
    assert Repartition.objects.filter(etat=EtatRepartition.BROUILLON).count() == CIO.objects.count()
    assert Arrete.objects.exclude(fichier=None).count() == 2 * CIO.objects.count()
    assert Service.objects.filter(demi_journees_eple=0).count() == 0
    assert not Service.objects.exclude(capacite=F("demi_journees_cio") + F("demi_journees_eple")).exists()
    assert not CIO.objects.exclude(uai=None).exists()  # none is invented
    assert set(Habilitation.objects.values_list("role", flat=True)) == set(Role.values)
    assert comptes_de_demonstration().count() == len(Role)


@pytest.mark.django_db
def test_un_cio_est_plus_grand_que_tous():
    charger()
    grand = CIO.objects.annotate(nombre=Count("etablissements")).order_by("-nombre", "pk").first()
    annee = AnneeScolaire.objects.order_by("-debut").first()

    assert MembreReseau.objects.filter(reseau__cio=grand, annee=annee).count() == 60
    assert (
        Rattachement.objects.filter(cio=grand).count()
        == 2 * Reseau.objects.filter(cio=grand, annee=annee).count()
    )


@pytest.mark.django_db
def test_chaque_tete_est_un_lycee_membre_de_son_reseau():
    charger()
    membres = set(MembreReseau.objects.values_list("reseau", "etablissement"))
    for reseau in Reseau.objects.select_related("tete").order_by("pk"):
        assert reseau.tete.est_lycee
        assert (reseau.pk, reseau.tete_id) in membres


@pytest.mark.django_db
def test_les_numeros_des_arretes_se_suivent():
    charger()
    for compteur in CompteurArrete.objects.order_by("pk"):
        rangs = Arrete.objects.filter(
            departement=compteur.departement_id, annee_civile=compteur.annee_civile
        ).order_by("rang")
        assert list(rangs.values_list("rang", flat=True)) == list(range(1, compteur.dernier + 1))


@pytest.mark.django_db(transaction=True)
def test_deux_chargements_donnent_les_memes_lignes():
    charger()
    premier = empreinte()
    call_command("flush", interactive=False, verbosity=0)
    charger()

    assert len(premier) > 300
    assert empreinte() == premier


@pytest.mark.django_db
def test_une_base_qui_contient_des_donnees_est_refusee():
    Utilisateur.objects.create(courriel="deja@ac.example", prenom="Claude", nom="Morel")
    with pytest.raises(CommandError, match="base vide"):
        charger()


@pytest.mark.django_db
def test_hors_demonstration_rien_n_est_charge(settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="mot de passe public"):
        charger()
    assert not PsyEN.objects.exists()


@pytest.mark.django_db
def test_il_faut_deux_annees():
    with pytest.raises(CommandError, match="deux années"):
        call_command("generer_jeu_national", annees=1)


def test_les_parts_font_le_total_par_les_plus_forts_restes():
    assert part(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert part(3, {"a": 99, "b": 1}) == {"a": 2, "b": 1}
    assert sum(part(NOMBRE_PSYEN, dict.fromkeys(range(450), 18)).values()) == NOMBRE_PSYEN


def test_les_parts_d_un_pays_vide_sont_vides():
    assert part(10, {}) == {}

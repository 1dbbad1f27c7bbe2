"""SIGKILL at each step of an arrêté to be drawn and of a long job: both are done once, told once."""

from collections.abc import Callable

import pytest
from django.db.models import F

from comptes.enums import Role
from evaluation.services.exports import demander_export
from psyen.models import Arrete
from socle.enums import EtatCourriel, EtatTravail
from socle.models import Courriel, EntreeJournal, Fichier, Notification, TravailDeFond
from socle.travaux import SILENCE_MAXIMAL
from tests.evaluation.factories import creer_campagne, creer_mesure
from tests.evaluation.factories_cadre import creer_indicateur_saisi
from tests.pannes.ateliers import COURRIELS, Atelier
from tests.pannes.attente import attendre
from tests.pannes.barrages import barrage
from tests.psyen.factories import creer_arretee
from tests.reseaux.factories import creer_perimetre

pytestmark = [pytest.mark.chaos, pytest.mark.postgresql, pytest.mark.usefixtures("sans_reveil")]

DESSINER, REPRENDRE = "psyen.tasks.produire_arretes_manquants", "socle.tasks.reprendre_travaux"
Tuer = Callable[[], None]


def au_barrage(lieu: str, tache: str, atelier: Atelier, tuer: Tuer) -> None:
    """What was being written dies with its process."""
    with barrage(lieu) as ferme:
        atelier.courtier.demander(tache)
        ferme.attendre()
        tuer()
        ferme.noyer()


def avant_de_commencer(tache: str, atelier: Atelier, tuer: Tuer) -> None:
    """Asked of nobody: the hint is lost with the memory of the broker."""
    tuer()
    atelier.courtier.demander(tache)
    atelier.courtier.vider()


def dessine_pas_ecrit(tache: str, atelier: Atelier, tuer: Tuer) -> None:
    au_barrage("l’écriture d’un fichier", tache, atelier, tuer)


def ecrit_pas_valide(tache: str, atelier: Atelier, tuer: Tuer) -> None:
    au_barrage("la validation d’un fichier", tache, atelier, tuer)


def valide_pas_acquitte(tache: str, atelier: Atelier, tuer: Tuer) -> None:
    """The broker is frozen before it hears of it, then loses its memory."""
    with barrage("la validation d’un fichier") as ferme:
        atelier.courtier.demander(tache)
        ferme.attendre()
        with atelier.courtier.gele():
            ferme.ouvrir()
            attendre(Fichier.objects.exists, "le fichier gardé")
            tuer()
    atelier.courtier.vider()


def pas_encore_pris(tache: str, atelier: Atelier, tuer: Tuer) -> None:
    au_barrage("la prise d’un travail", tache, atelier, tuer)


def pas_marque_fini(tache: str, atelier: Atelier, tuer: Tuer) -> None:
    au_barrage("la fin d’un travail", tache, atelier, tuer)


DU_DESSIN = [avant_de_commencer, dessine_pas_ecrit, ecrit_pas_valide, valide_pas_acquitte]
DU_TRAVAIL = [*DU_DESSIN[:-1], pas_encore_pris, pas_marque_fini]


def nouvel_ouvrier(atelier: Atelier, victime: str) -> Tuer:
    """How to kill it. Those of the test before keep in memory content types that left with its data."""
    atelier.embaucher(0)
    atelier.embaucher()
    (ouvrier,) = atelier.ouvriers
    return ouvrier.tuer_les_enfants if victime == "enfants" else ouvrier.tuer


@pytest.mark.parametrize("victime", ["enfants", "ouvrier"])
@pytest.mark.parametrize("instant", DU_DESSIN)
def test_chaque_arrete_est_dessine_et_annonce_une_fois(instant, victime, atelier: Atelier, puits):
    creer_arretee()
    tuer = nouvel_ouvrier(atelier, victime)
    instant(DESSINER, atelier, tuer)
    atelier.embaucher()
    atelier.courtier.demander(DESSINER)
    attendre(lambda: not Arrete.objects.filter(fichier=None).exists(), "l’arrêté dessiné")
    assert Fichier.objects.count() == 1
    assert EntreeJournal.objects.filter(action="psyen.arrete.document").count() == 1
    atelier.courtier.demander(COURRIELS)
    attendre(lambda: not Courriel.objects.exclude(etat=EtatCourriel.ENVOYE).exists(), "la file vidée")
    identifiants = set(Courriel.objects.values_list("message_id", flat=True))
    assert identifiants
    assert puits.identifiants == dict.fromkeys(identifiants, 1)


def laisser_passer_le_silence() -> None:
    """Ten minutes later: a job without a sign of life is taken for dead."""
    TravailDeFond.objects.update(
        cree_le=F("cree_le") - SILENCE_MAXIMAL, battement_le=F("battement_le") - SILENCE_MAXIMAL
    )


@pytest.mark.parametrize("victime", ["enfants", "ouvrier"])
@pytest.mark.parametrize("instant", DU_TRAVAIL)
def test_chaque_travail_aboutit_et_se_dit_une_fois(instant, victime, atelier: Atelier):
    """Killed once the file is kept, it makes another, which alone is given: the first is nobody’s."""
    admin, campagne = creer_perimetre(Role.ADMIN), creer_campagne()
    creer_mesure(campagne, creer_indicateur_saisi())
    travail = demander_export(perimetre=admin, campagne=campagne, niveaux=["departement"], format_="csv")
    tuer = nouvel_ouvrier(atelier, victime)
    laisser_passer_le_silence()
    instant(REPRENDRE, atelier, tuer)
    atelier.embaucher()
    laisser_passer_le_silence()
    atelier.courtier.demander(REPRENDRE)
    attendre(lambda: TravailDeFond.objects.get().etat == EtatTravail.TERMINE, "le travail terminé")
    travail.refresh_from_db()
    assert travail.resultat
    assert Fichier.objects.count() == (2 if instant is pas_marque_fini else 1)
    attendre(Notification.objects.exists, "la personne prévenue")
    assert Notification.objects.count() == 1

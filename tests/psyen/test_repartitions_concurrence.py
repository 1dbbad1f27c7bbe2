"""Two people of one CIO at once, with real threads: the second one is told what happened meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from psyen.models import PsyEN, Repartition
from psyen.services.import_psyen import importer_psyen
from psyen.services.repartition import (
    preparer_modificatif,
    preparer_repartition,
    retirer_proposition,
    supprimer_brouillon,
)
from reseaux.perimetre import Perimetre
from reseaux.services.cio import fermer_cio
from tests import ensemble
from tests.imports import tableau_csv
from tests.psyen.factories import creer_arretee, creer_brouillon, creer_proposee, creer_psyen, ecoles_de
from tests.reseaux.factories import annee_suivante, connecter, creer_cio, creer_perimetre

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

SUPPRIMEE = "vient d’être supprimée par une autre personne"


def pendant(acte: Callable[[], object], geste: Callable[[], object]) -> object:
    """What the gesture answers when it starts before the act is committed and has to wait for it."""
    with ensemble.pendant(acte, geste) as (fil,):
        pass
    return fil.rendu


@pytest.fixture
def brouillon() -> Repartition:
    return creer_brouillon()


def poster(
    nom: str, /, repartition: Repartition | None = None, suite: str = "", **donnees: str
) -> Callable[[], object]:
    client = connecter(Client(raise_request_exception=False), creer_perimetre(Role.DCIO, creer_cio()))
    adresse = reverse(f"psyen:{nom}", args=[repartition.pk] if repartition else []) + suite
    return lambda: client.post(adresse, donnees, follow=True)


@pytest.mark.parametrize("geste", ["supprimer", "actualiser", "date_effet", "grille", "proposer"])
def test_un_geste_sur_un_brouillon_qu_un_collegue_supprime(brouillon, geste):
    date = {"date_effet": brouillon.date_effet.isoformat()}
    reponse = pendant(brouillon.delete, poster(f"repartition_{geste}", brouillon, **date))
    assert reponse.status_code == 200
    assert SUPPRIMEE in reponse.content.decode()


def test_affecter_dans_un_brouillon_qu_un_collegue_supprime(brouillon):
    reseau, psyen = brouillon.cio.reseaux.get(), brouillon.services.get().psyen
    suite = f"?psyen={psyen.pk}&reseau={reseau.pk}&demi_journees=1"
    parts = {f"part-{ecoles_de(reseau)[0].pk}": "1"}
    reponse = pendant(brouillon.delete, poster("affecter", brouillon, suite, **parts))
    assert reponse.status_code == 200
    assert SUPPRIMEE in reponse.content.decode()


def test_commenter_une_proposition_supprimee_entre_temps():
    proposee = creer_proposee()
    tete = proposee.cio.reseaux.get().tete
    chef = connecter(Client(raise_request_exception=False), creer_perimetre(Role.CHEF_ETABLISSEMENT, tete))
    adresse, dit = reverse("psyen:commenter", args=[proposee.pk]), {f"c{proposee.pk}-texte": "Merci."}
    dcio = creer_perimetre(Role.DCIO, proposee.cio)

    def renoncer() -> None:
        retiree = retirer_proposition(repartition=proposee, perimetre=dcio)
        supprimer_brouillon(repartition=retiree, perimetre=dcio)

    reponse = pendant(renoncer, lambda: chef.post(adresse, dit, follow=True))
    assert reponse.status_code == 200
    assert SUPPRIMEE in reponse.content.decode()


def test_deux_premieres_versions_ensemble_la_seconde_est_avertie():
    cio, annee = creer_cio(), annee_suivante()
    reponse = pendant(
        lambda: preparer_repartition(cio=cio, annee=annee, perimetre=Perimetre.systeme()),
        poster("repartition_ouvrir", annee=annee.code),
    )
    assert "Une répartition existe déjà" in reponse.content.decode()
    assert Repartition.objects.count() == 1


def test_deux_modifications_ensemble_la_seconde_est_avertie():
    arretee = creer_arretee()
    qui = {"cio": arretee.cio, "annee": arretee.annee, "date_effet": arretee.annee.fin}
    reponse = pendant(
        lambda: preparer_modificatif(perimetre=Perimetre.systeme(), **qui),
        poster("repartition_ouvrir", annee=arretee.annee.code, date_effet=arretee.annee.fin.isoformat()),
    )
    assert "La version 2 est déjà en préparation" in reponse.content.decode()
    assert Repartition.objects.count() == 2


def test_le_cio_ferme_pendant_qu_on_y_ouvre_un_brouillon():
    cio, annee = creer_cio(), annee_suivante()
    admin, ouvrir = creer_perimetre(Role.ADMIN), poster("repartition_ouvrir", annee=annee.code)
    reponse = pendant(lambda: fermer_cio(perimetre=admin, cio=cio), ouvrir)
    assert "aucune répartition ne s’y prépare plus" in reponse.content.decode()
    assert not Repartition.objects.exists()


def test_le_meme_psyen_enregistre_deux_fois_ensemble():
    saisie = {"nom": "Martin", "prenom": "Zoé", "courriel": "zoe.martin@ac.example", "statut": "titulaire"}
    attache = {"cio": str(creer_cio().pk), "quotite": "100", "date_debut": "2026-09-01"}
    reponse = pendant(lambda: creer_psyen("Martin", prenom="Zoe"), poster("psyen_creer", **saisie, **attache))
    assert "Un PsyEN vient d’être enregistré avec cette adresse" in reponse.content.decode()
    assert PsyEN.objects.count() == 1


def test_un_import_pendant_que_le_meme_psyen_est_enregistre():
    cio = creer_cio()
    fichier = tableau_csv(
        [
            {"Nom": "Martin", "Prénom": "Zoé", "Courriel": "zoe.martin@ac.example", "CIO": cio.nom}
            | {"Statut": "titulaire", "Quotité (%)": "100", "Du": "01/09/2026"}
        ]
    )
    refus = pendant(
        lambda: creer_psyen("Martin", prenom="Zoe", cio=cio),
        lambda: importer_psyen(perimetre=Perimetre.systeme(), nom="psyen.csv", contenu=fichier),
    )
    assert isinstance(refus, ValidationError)
    assert "Un PsyEN vient d’être enregistré avec cette adresse" in " ".join(refus.messages)
    assert PsyEN.objects.count() == 1

"""Disks fill up: a French answer, nothing half written, and everything goes on once there is room."""

import json
from contextlib import suppress

import pytest

from socle.effacement import LigneDuRegistre, ecrire_registre
from socle.sauvegarde.archive import deballer
from tests.chaos.agents import Refus
from tests.chaos.banc import Banc
from tests.chaos.charge import Charge, verifier_les_refus
from tests.chaos.disques import PetitDisque
from tests.chaos.registre import Registre, fautes

pytestmark = pytest.mark.chaos

MO = 1024 * 1024
#: A spreadsheet and a document, which are made through temporary files.
EXPORTS = ("/plan/actions/?format=xlsx", "/plan/actions/?format=ods")


def test_sans_place_pour_les_fichiers_provisoires(banc: Banc, registre: Registre):
    """Pages and gestures do without; an export and a file heavier than memory takes ask to come back."""
    dcio = banc.dcio[0]
    with banc.sans_redemarrage():
        with banc.disques["tmp"].plein():
            for geste in dcio.gestes:
                fait = geste()
                assert fait.acquitte
                registre.acquitter(fait.genre, fait.marque)
            verifier_les_refus([dcio.demander(EXPORTS[0]), dcio.deposer(octets=13 * MO).reponse])
        for export in EXPORTS:
            assert dcio.demander(export).statut == 200
        assert "la limite est de" in dcio.deposer(octets=13 * MO).reponse.texte
    with banc.pile.base_de_donnees() as base:
        assert fautes(base, registre) == []


def test_sans_place_pour_la_base_rien_de_ce_qui_est_dit_enregistre_ne_manque(banc: Banc, registre: Registre):
    charge = Charge(banc.agents, registre)
    with banc.sans_redemarrage():
        with charge.en_cours():
            charge.attendre_des_acquits(5)
            with banc.disques["base"].plein():
                while not charge.refus:
                    banc.disques["base"].remplir()
                    deposer_lourd(banc)
            if (
                not banc.serveur.vit()
            ):  # it stops rather than promise: whoever watches over it starts it again
                banc.serveur.demarrer()
            charge.attendre_des_acquits(5)
        banc.attendre_le_retour()
    verifier_les_refus(charge.refus)
    with banc.pile.base_de_donnees() as base:
        assert fautes(base, registre) == []
    banc.laisser_passer_les_delais()
    banc.attendre_que_tout_parte()


def deposer_lourd(banc: Banc) -> None:
    """Eight megabytes more in the base, or a refusal that the others will meet too."""
    with suppress(Refus):
        banc.dcio[0].deposer(octets=8 * MO)


def test_une_sauvegarde_sans_place_n_en_laisse_pas_la_moitie(banc: Banc, tmp_path):
    """Whatever room is left, from none to almost enough; then it is made, and each of its bytes is right."""
    disque = banc.disques["sauvegardes"]
    entiere = sauvegarder(banc, disque)
    assert entiere.returncode == 0, entiere.stderr
    (archive,) = disque.dossier.glob("*.tar")
    taille = archive.stat().st_size
    archive.unlink()
    for reste in (0, taille // 2, taille + taille // 2):
        with disque.plein(reste=reste):
            refusee = sauvegarder(banc, disque)
            assert refusee.returncode == 1
            assert "Aucune archive n’a été écrite" in refusee.stderr
            assert {chemin.name for chemin in disque.dossier.iterdir()} == {"lest", "effacements.jsonl"}
    assert sauvegarder(banc, disque).returncode == 0
    (archive,) = disque.dossier.glob("*.tar")
    assert deballer(archive, tmp_path).total


def sauvegarder(banc: Banc, disque: PetitDisque):
    return banc.pile.gerer("sauvegarder", str(disque.dossier), "--en-clair")


def test_le_registre_des_effacements_reste_lisible(banc: Banc):
    disque = banc.disques["sauvegardes"]
    registre = disque.dossier / "registre.jsonl"
    lignes = [
        LigneDuRegistre("comptes.utilisateur", pk, "2027-03-09T10:00:00+00:00", "x") for pk in range(200)
    ]
    ecrire_registre(registre, lignes[:1])
    avant = registre.read_bytes()
    with disque.plein(reste=4096), pytest.raises(OSError, match="No space"):
        ecrire_registre(registre, lignes)
    assert registre.read_bytes() == avant
    ecrire_registre(registre, lignes)
    assert len([json.loads(ligne) for ligne in registre.read_text().splitlines()]) == 200

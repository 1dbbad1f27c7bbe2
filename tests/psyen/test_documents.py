"""The arrêté and its extracts as they are printed."""

import subprocess
import time
from io import BytesIO

import pikepdf
import pytest

from comptes.enums import Role
from psyen.documents import (
    dessiner_arrete,
    dessiner_extrait_etablissement,
    dessiner_extrait_psyen,
    dessiner_projet,
)
from psyen.enums import SensAvis
from psyen.models import Arrete
from psyen.services.decision import donner_avis
from psyen.services.repartition import proposer_repartition
from tests.psyen.factories import (
    creer_arretee,
    creer_brouillon,
    creer_modele_arrete,
    creer_modificatif_propose,
    creer_proposee,
    creer_psyen,
    creer_reseau_type,
    decider,
    ecoles_de,
    enregistrer,
    saisie,
)
from tests.reseaux.factories import creer_annee, creer_cio, creer_perimetre

pytestmark = pytest.mark.django_db


def lire(pdf: bytes) -> str:
    """What a reader of the PDF reads, on one line."""
    sortie = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    # A number may be cut after one of its hyphens, at the end of a line.
    return " ".join(sortie.stdout.decode().split()).replace("- ", "-")


def ecole_et_psyen(repartition):
    reseau = repartition.cio.reseaux.get(annee=repartition.annee)
    return reseau.tete, repartition.services.order_by("pk").first().psyen


def test_arrete_initial_texte_et_annexes():
    repartition = creer_arretee()
    texte = lire(dessiner_arrete(repartition.arrete))
    tete, psyen = ecole_et_psyen(repartition)
    assert f"N° {repartition.arrete.numero}" in texte
    assert "Arrêté fixant les établissements d’exercice" in texte
    assert "Vu le décret n° 2017-120 du 1er février 2017 ;" in texte
    assert f"à compter du 1er septembre {repartition.annee.debut.year}" in texte
    assert "Camille DASEN" in texte
    assert f"{psyen.nom.upper()} {psyen.prenom}" in texte
    assert f"{tete.nom} Blois 2" in texte  # by PsyEN
    assert f"{tete.nom} ({tete.uai}) Blois 2" in texte  # by school
    assert "PROJET" not in texte


def test_l_arrete_tient_sur_une_page_puis_ses_annexes():
    """Signature and articles on the same page: an isolated signature would be worthless."""
    with pikepdf.open(BytesIO(dessiner_arrete(creer_arretee().arrete))) as pdf:
        assert len(pdf.pages) == 3
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == "fr"


def test_meme_arrete_memes_octets():
    arrete = creer_arretee().arrete
    assert dessiner_arrete(arrete) == dessiner_arrete(Arrete.objects.get(pk=arrete.pk))


def test_l_avis_sur_cette_proposition_est_vise():
    proposee = creer_proposee()
    donner_avis(repartition=proposee, sens=SensAvis.RESERVE, texte="", perimetre=creer_perimetre(Role.IEN_IO))
    assert "Vu l’avis réservé de l’inspection" in lire(dessiner_arrete(decider(proposee)))


def test_projet_sans_numero_ni_date_et_projet_sur_chaque_page():
    creer_modele_arrete()
    pdf = dessiner_projet(creer_proposee())
    texte = lire(pdf)
    assert "PROJET" in texte
    assert "ce document n’a pas été arrêté" in texte
    assert "N°" not in texte
    assert "Fait à Blois, le ………" in texte


def test_projet_d_un_departement_sans_modele():
    assert "PROJET" in lire(dessiner_projet(creer_proposee()))


def test_modificatif_ses_seules_differences_et_ce_qu_il_modifie():
    initiale = creer_arretee()
    inchange = creer_psyen("Inchange", prenom="Alix", cio=initiale.cio)
    arrete = decider(creer_modificatif_propose(initiale, "3"))
    texte = lire(dessiner_arrete(arrete))
    tete, _ = ecole_et_psyen(initiale)
    assert "Arrêté modifiant les établissements d’exercice" in texte
    assert f"Vu l’arrêté n° {initiale.arrete.numero} du" in texte
    assert "Annexe – Modifications à compter du" in texte
    assert f"{tete.nom} Blois 2 3" in texte
    # The CIO share did not change: it is not an article of the modificatif.
    assert texte.count("CIO de Blois Blois") == 0
    assert inchange.nom.upper() not in texte


def test_second_modificatif_modifie_l_arrete_initial_tel_que_modifie():
    initiale = creer_arretee()
    premier = decider(creer_modificatif_propose(initiale, "3"))
    second = decider(creer_modificatif_propose(initiale, "5", jours=90))
    texte = lire(dessiner_arrete(second))
    assert f"Vu l’arrêté n° {initiale.arrete.numero} du" in texte
    assert f"modifié par l’arrêté n° {premier.numero}" in texte
    assert f"L’arrêté n° {initiale.arrete.numero}" in texte


def deux_psyens():
    """Ana in two schools, Bob in the first one only."""
    ana, bob = creer_psyen("CanariAna"), creer_psyen("CanariBob")
    repartition = creer_brouillon(annee=creer_annee(), psyens=0)
    lycee, college, autre = ecoles_de(repartition.cio.reseaux.get(annee=repartition.annee))
    enregistrer(
        repartition,
        saisie(repartition, ana, {lycee: "1.5", college: "3.5"}, cio="4"),
        saisie(repartition, bob, {lycee: "2.5", autre: "0.5"}, cio="6"),
    )
    return repartition, ana, bob, (lycee, college, autre)


def arreter(repartition):
    return decider(
        proposer_repartition(repartition=repartition, perimetre=creer_perimetre(Role.DCIO, repartition.cio))
    )


def test_extrait_de_l_etablissement_rien_des_autres():
    repartition, ana, bob, (lycee, college, autre) = deux_psyens()
    arrete = arreter(repartition)
    texte = lire(dessiner_extrait_etablissement(arrete, lycee))
    assert f"{ana.nom.upper()} {ana.prenom} présentiel 1,5" in texte
    assert f"{bob.nom.upper()} {bob.prenom} présentiel 2,5" in texte
    assert "Total 4" in texte
    assert "3,5" not in texte
    assert college.nom not in texte
    assert bob.nom.upper() not in lire(dessiner_extrait_etablissement(arrete, college))
    assert ana.nom.upper() not in lire(dessiner_extrait_etablissement(arrete, autre))


def test_extrait_du_psyen_rien_des_autres():
    repartition, ana, bob, (_, college, autre) = deux_psyens()
    texte = lire(dessiner_extrait_psyen(arreter(repartition), ana.pk))
    assert "CIO de Blois hiérarchique" in texte
    assert f"{college.nom}, Blois fonctionnelle" in texte
    assert "Total 9" in texte
    assert bob.nom.upper() not in texte
    assert autre.nom not in texte


def test_extrait_d_une_ecole_qui_n_a_plus_personne():
    initiale = creer_arretee()
    arrete = decider(creer_modificatif_propose(initiale, "3"))
    college = ecoles_de(initiale.cio.reseaux.get(annee=initiale.annee))[1]
    assert "Aucun psychologue n’est affecté" in lire(dessiner_extrait_etablissement(arrete, college))


def test_un_cio_de_30_psyens_et_60_ecoles_se_dessine_vite():
    """Under 2.5 s of processor, whatever else the machine does, once the fonts are read."""
    cio, annee = creer_cio(), creer_annee()
    reseaux = [creer_reseau_type(f"R{n}", cio=cio, annee=annee, colleges=3) for n in range(15)]
    repartition = creer_brouillon(cio=cio, annee=annee, psyens=30)
    psyens = [service.psyen for service in repartition.services.order_by("pk")]
    enregistrer(
        repartition,
        *(
            saisie(repartition, psyen, dict.fromkeys(ecoles_de(reseaux[rang % 15]), "1.5"), cio="4")
            for rang, psyen in enumerate(psyens)
        ),
    )
    creer_modele_arrete()
    dessiner_projet(creer_proposee(cio=creer_cio("Vendôme")))
    debut = time.process_time()
    pdf = dessiner_projet(repartition)
    assert time.process_time() - debut < 2.5
    with pikepdf.open(BytesIO(pdf)) as document:
        assert len(document.pages) < 20

"""An annuaire made on the spot, from one line that is right."""

from reseaux.perimetre import Perimetre
from reseaux.services.annuaire import apercu_annuaire, importer_annuaire
from tests.imports import tableau_csv
from tests.reseaux.factories import uai

SYSTEME = Perimetre.systeme()
LIGNE = {
    "Identifiant_de_l_etablissement": uai("041", 1),
    "Nom_etablissement": "Collège Augustin Thierry",
    "Statut_public_prive": "Public",
    "Adresse_1": "13 rue Pasteur",
    "Adresse_3": "41018 BLOIS CEDEX",
    "Code_postal": "41018",
    "Code_commune": "41018",
    "Nom_commune": "Blois",
    "Code_departement": "041",
    "Code_academie": "18",
    "Telephone": "0254785463",
    "Web": "http://college.example/",
    "Mail": "CE.0410001X@ac.example",
    "Hebergement": "0",
    "ULIS": "1",
    "Segpa": "",
    "Appartenance_Education_Prioritaire": "REP",
    "SIREN_SIRET": "19410001700017",
    "latitude": "47.58",
    "longitude": "1.33",
    "date_ouverture": "1965-05-01",
    "etat": "OUVERT",
    "code_nature": "340",
    "etablissement_mere": "",
    "type_rattachement_etablissement_mere": "",
    "code_bassin_formation": "1841A",
    "libelle_bassin_formation": "BLOIS",
}


def ligne(**champs: str) -> dict[str, str]:
    assert champs.keys() <= LIGNE.keys()
    return LIGNE | champs


def ecole(numero: int, **champs: str) -> dict[str, str]:
    """Another school of Blois."""
    return ligne(
        **{"Identifiant_de_l_etablissement": uai("041", numero), "Nom_etablissement": f"Collège {numero}"}
        | champs
    )


def fichier(*lignes: dict[str, str], **forme) -> bytes:
    return tableau_csv(lignes or (LIGNE,), **forme)


def importer(contenu: bytes, **options):
    return importer_annuaire(perimetre=SYSTEME, nom="annuaire.csv", contenu=contenu, **options)


def apercu(contenu: bytes, **options):
    options.setdefault("perimetre", SYSTEME)
    return apercu_annuaire(nom="annuaire.csv", contenu=contenu, **options)


def comptes(plan) -> dict[str, int]:
    return {titre: nombre for titre, nombre in plan.comptes() if nombre}

from django.apps import AppConfig

from socle.actions import declarer_actions, declarer_champs
from socle.verification import definir_verification

ACTIONS = {
    "reseaux.annuaire.importe": "Annuaire importé",
    "reseaux.annuaire.cree": "Créé d’après l’annuaire",
    "reseaux.annuaire.modifie": "Modifié d’après l’annuaire",
    "reseaux.annuaire.ferme": "Fermé : absent de l’annuaire",
    "reseaux.effectifs.importes": "Effectifs importés",
    "reseaux.effectif.importe": "Effectif de l’année importé",
    "reseaux.annee.creee": "Année scolaire créée",
    "reseaux.annee.ouverte": "Année scolaire ouverte",
    "reseaux.annee.close": "Année scolaire close",
    "reseaux.academie.creee": "Académie enregistrée",
    "reseaux.cio.cree": "CIO enregistré",
    "reseaux.cio.modifie": "Fiche du CIO modifiée",
    "reseaux.cio.ferme": "CIO fermé",
    "reseaux.cio.rouvert": "CIO rouvert",
    "reseaux.cio.contact": "Coordonnées du CIO modifiées",
    "reseaux.etablissement.sectorise": "CIO de secteur modifié",
    "reseaux.habilitation.accordee": "Habilitation accordée",
    "reseaux.habilitation.revoquee": "Habilitation révoquée",
    "reseaux.habilitation.portee": "Habilitation portée",
    "reseaux.reseau.cree": "Réseau créé",
    "reseaux.reseau.renomme": "Réseau renommé",
    "reseaux.reseau.tete_changee": "Tête de réseau changée",
    "reseaux.reseau.dissous": "Réseau dissous",
    "reseaux.reseau.membre_ajoute": "Établissement ajouté au réseau",
    "reseaux.reseau.membre_deplace": "Établissement déplacé d’un réseau à l’autre",
    "reseaux.reseau.membre_retire": "Établissement retiré du réseau",
    "reseaux.groupe.cree": "Groupe créé",
    "reseaux.groupe.renomme": "Groupe renommé",
    "reseaux.groupe.supprime": "Groupe supprimé",
    "reseaux.groupe.membre_ajoute": "Membre ajouté au groupe",
    "reseaux.groupe.membre_retire": "Membre retiré du groupe",
    "reseaux.departement.contour": "Contour du département enregistré",
}

#: What these acts keep besides the fields of their object.
CHAMPS = {
    "etablissement": "établissement",
    "reseau": "réseau",
    "tete": "tête de réseau",
    "membres": "établissements",
    "cio": "CIO",
    "parent": "antenne de",
    "personne": "personne",
    "territoire": "territoire",
    "du": "du",
    "au": "au",
    "membre": "membre",
    "points": "points du tracé",
}


class ReseauxConfig(AppConfig):
    name = "reseaux"
    verbose_name = "Réseaux"

    def ready(self) -> None:
        # The worker knows a job once its module is loaded.
        from reseaux.services import annuaire  # noqa: F401, PLC0415 - models exist only now
        from reseaux.services.habilitations import perimetre_en_vigueur  # noqa: PLC0415 - the same

        declarer_actions(ACTIONS)
        declarer_champs(CHAMPS)
        definir_verification(perimetre_en_vigueur)

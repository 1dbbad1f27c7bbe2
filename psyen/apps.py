from django.apps import AppConfig

from psyen.enums import SensAvis
from socle.actions import declarer_actions, declarer_champs

ACTIONS = {
    "psyen.psyen.cree": "PsyEN enregistré",
    "psyen.psyen.modifie": "Fiche du PsyEN modifiée",
    "psyen.psyen.compte_ouvert": "Compte du PsyEN ouvert",
    "psyen.personne.effacee": "Données de la personne effacées",
    "psyen.rattachement.cree": "Rattachement enregistré",
    "psyen.rattachement.modifie": "Rattachement modifié",
    "psyen.repartition.ouverte": "Brouillon ouvert",
    "psyen.repartition.enregistree": "Brouillon enregistré",
    "psyen.repartition.date_changee": "Date d’effet changée",
    "psyen.repartition.psyen_actualises": "Liste des PsyEN actualisée",
    "psyen.repartition.supprimee": "Brouillon supprimé",
    "psyen.repartition.proposee": "Répartition proposée au DASEN",
    "psyen.repartition.retiree": "Proposition retirée",
    "psyen.repartition.avis": "Avis donné",
    "psyen.repartition.commentaire": "Commentaire d’un établissement",
    "psyen.repartition.renvoyee": "Répartition renvoyée au CIO",
    "psyen.repartition.reprise": "Répartition reprise pour correction",
    "psyen.repartition.arretee": "Répartition arrêtée",
    "psyen.arrete.document": "Document de l’arrêté mis en page",
    "psyen.modele_arrete.modifie": "Modèle d’arrêté modifié",
}

#: The half-days of a draft are the CIO's own work until it proposes them.
ACTES_DE_BROUILLON = (
    "psyen.repartition.ouverte",
    "psyen.repartition.enregistree",
    "psyen.repartition.date_changee",
    "psyen.repartition.psyen_actualises",
    "psyen.repartition.supprimee",
)

#: What these acts keep besides the fields of their object.
CHAMPS = {
    "quotite": "quotité (%)",
    "modifie": "version modifiée",
    "arrivees": "PsyEN arrivés",
    "departs": "PsyEN partis",
    "avis": "avis",
    "arrete": "arrêté n°",
    "sha256": "empreinte SHA-256",
}


class PsyenConfig(AppConfig):
    name = "psyen"
    verbose_name = "PsyEN et répartitions"

    def ready(self) -> None:
        from psyen.receivers import ecouter  # noqa: PLC0415 - models exist only now

        ecouter()
        declarer_actions(ACTIONS, reservees=ACTES_DE_BROUILLON)
        declarer_champs(CHAMPS, {"avis": dict(SensAvis.choices)})

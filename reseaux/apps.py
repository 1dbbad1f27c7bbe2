from django.apps import AppConfig

from socle.actions import declarer_actions
from socle.verification import definir_verification

ACTIONS = {
    "reseaux.annee.creee": "Année scolaire créée",
    "reseaux.annee.ouverte": "Année scolaire ouverte",
    "reseaux.annee.close": "Année scolaire close",
    "reseaux.cio.contact": "Coordonnées du CIO modifiées",
    "reseaux.etablissement.sectorise": "CIO de secteur modifié",
    "reseaux.habilitation.accordee": "Habilitation accordée",
    "reseaux.habilitation.revoquee": "Habilitation révoquée",
    "reseaux.habilitation.portee": "Habilitation portée",
}


class ReseauxConfig(AppConfig):
    name = "reseaux"
    verbose_name = "Réseaux"

    def ready(self) -> None:
        from reseaux.services.habilitations import perimetre_en_vigueur  # noqa: PLC0415 - models exist only now

        declarer_actions(ACTIONS)
        definir_verification(perimetre_en_vigueur)

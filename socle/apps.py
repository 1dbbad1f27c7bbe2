from importlib import import_module

from celery import current_app
from django.apps import AppConfig
from django.core.checks import register
from django.core.signals import request_started

from socle.actions import declarer_actions, declarer_champs
from socle.middleware import oublier_la_personne

ACTIONS = {
    "socle.courriel.renvoye": "Courriel renvoyé",
    "socle.document.depose": "Document déposé",
    "socle.document.version": "Nouvelle version d’un document",
    "socle.document.retire": "Document retiré",
}

#: What these acts keep besides the fields of their object.
CHAMPS = {"document": "document", "version": "version", "fichier": "fichier"}


class SocleConfig(AppConfig):
    name = "socle"
    verbose_name = "Socle technique"

    def ready(self) -> None:
        declarer_actions(ACTIONS)
        declarer_champs(CHAMPS)
        request_started.connect(oublier_la_personne)
        # Its rules name models, which are there from now on.
        register(import_module("socle.conservation").verifier_durees)
        # Web processes too must know the tasks that they wake up.
        current_app.loader.import_task_module("socle.tasks")

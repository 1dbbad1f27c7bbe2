from celery import current_app
from django.apps import AppConfig

from socle.actions import declarer_actions


class SocleConfig(AppConfig):
    name = "socle"
    verbose_name = "Socle technique"

    def ready(self) -> None:
        declarer_actions({"socle.courriel.renvoye": "Courriel renvoyé"})
        # Web processes too must know the tasks that they wake up.
        current_app.loader.import_task_module("socle.tasks")

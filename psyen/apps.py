from django.apps import AppConfig


class PsyenConfig(AppConfig):
    name = "psyen"
    verbose_name = "PsyEN et répartitions"

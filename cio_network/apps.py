from django.apps import AppConfig


class CioNetworkConfig(AppConfig):
    name = "cio_network"
    verbose_name = "Réseaux CIO"

from django.apps import AppConfig

from socle.actions import declarer_actions


class ComptesConfig(AppConfig):
    name = "comptes"
    verbose_name = "Comptes"

    def ready(self) -> None:
        declarer_actions(
            {
                "comptes.utilisateur.cree": "Compte créé",
                "comptes.utilisateur.desactive": "Compte désactivé",
                "comptes.utilisateur.reactive": "Compte réactivé",
                "comptes.utilisateur.reinitialise": "Lien de mot de passe envoyé",
                "comptes.utilisateur.mot_de_passe": "Mot de passe modifié",
                "comptes.utilisateur.nom": "Nom corrigé",
                "comptes.utilisateur.courriel": "Adresse électronique modifiée",
                "comptes.utilisateur.sessions": "Sessions ouvertes fermées",
            }
        )

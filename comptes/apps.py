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
                "comptes.identite.reliee": "Compte relié au fournisseur d’identité",
                "comptes.identite.deliee": "Compte délié du fournisseur d’identité",
                "comptes.second_facteur.active": "Second facteur activé",
                "comptes.second_facteur.retire": "Second facteur retiré",
                "comptes.second_facteur.codes": "Codes de secours renouvelés",
                "comptes.second_facteur.secours": "Code de secours utilisé",
                "comptes.second_facteur.suspendu": "Vérification du second facteur suspendue",
                "comptes.second_facteur.reinitialise": "Second facteur réinitialisé",
            }
        )

from django.apps import AppConfig
from django.urls import reverse

from socle.actions import declarer_actions, declarer_champs
from socle.porteurs import declarer_porteur

ACTIONS = {
    "missions.nomenclature.chargee": "Nomenclature de la fiche 1 chargée",
    "missions.mission.creee": "Mission ajoutée à la nomenclature",
    "missions.mission.modifiee": "Mission de la nomenclature modifiée",
    "missions.mission.retrait": "Mission retirée de la nomenclature",
    "missions.mission.retablissement": "Mission rétablie dans la nomenclature",
    "missions.mission.suppression": "Mission de la nomenclature supprimée",
    "missions.public.cree": "Public ajouté à la nomenclature",
    "missions.public.modifie": "Public de la nomenclature modifié",
    "missions.public.retrait": "Public retiré de la nomenclature",
    "missions.public.retablissement": "Public rétabli dans la nomenclature",
    "missions.public.suppression": "Public de la nomenclature supprimé",
    "missions.confiees.enregistrees": "Missions confiées à un PsyEN",
    "missions.commentaire.ajoute": "Commentaire sur les missions",
    "missions.priorite.dite": "Priorité de l’établissement enregistrée",
    "missions.lettre.emise": "Lettre de mission émise",
    "missions.matrice.preparee": "Projet de « Qui fait quoi ? » préparé",
    "missions.matrice.renommee": "Titre de la matrice modifié",
    "missions.matrice.grille": "Grille de la matrice modifiée",
    "missions.matrice.importee": "Matrice importée d’un tableur",
    "missions.matrice.ligne_ajoutee": "Activité ajoutée à la matrice",
    "missions.matrice.ligne_modifiee": "Activité de la matrice modifiée",
    "missions.matrice.ligne_retiree": "Activité retirée de la matrice",
    "missions.matrice.ligne_deplacee": "Activité de la matrice déplacée",
    "missions.matrice.acteur_ajoute": "Acteur ajouté à la matrice",
    "missions.matrice.acteur_modifie": "Acteur de la matrice modifié",
    "missions.matrice.acteur_retire": "Acteur retiré de la matrice",
    "missions.matrice.acteur_deplace": "Acteur de la matrice déplacé",
    "missions.matrice.validee_sg": "Matrice validée par le secrétaire général",
    "missions.matrice.validee_direction": "Matrice validée par la direction de l’orientation",
    "missions.matrice.abandonnee": "Projet de matrice abandonné",
    "missions.dossier.cree": "Dossier transversal ajouté",
    "missions.dossier.modifie": "Dossier transversal modifié",
    "missions.dossier.retire": "Dossier transversal retiré de la liste",
    "missions.dossier.retabli": "Dossier transversal rétabli",
    "missions.delegation.donnee": "Délégation donnée",
    "missions.delegation.retiree": "Délégation retirée",
    "missions.activite.enregistree": "Relevés d’activité enregistrés",
    "missions.programme.prepare": "Programme d’activités préparé",
    "missions.programme.modifie": "Programme d’activités modifié",
    "missions.programme.publie": "Programme d’activités publié",
    "missions.programme.abandonne": "Brouillon de programme d’activités abandonné",
    "missions.champ.defini": "Champ d’intervention défini",
    "missions.territoire.creee": "Action de territoire inscrite",
    "missions.territoire.modifiee": "Action de territoire modifiée",
    "missions.territoire.realisee": "Action de territoire réalisée",
    "missions.territoire.annulee": "Action de territoire annulée",
    "missions.territoire.retablie": "Action de territoire rétablie",
    "missions.externalisable.creee": "Action externalisable ajoutée au catalogue",
    "missions.externalisable.modifiee": "Action externalisable modifiée",
    "missions.externalisable.retiree": "Action externalisable retirée du catalogue",
    "missions.externalisable.retablie": "Action externalisable remise au catalogue",
    "missions.biblio_lab.suivi": "Biblio-Lab inscrit",
    "missions.biblio_lab.modifie": "Biblio-Lab modifié",
    "missions.partenaire.cree": "Partenaire inscrit",
    "missions.partenaire.modifie": "Partenaire modifié",
    "missions.partenaire.supprime": "Partenaire supprimé",
    "missions.convention.creee": "Convention enregistrée",
    "missions.convention.modifiee": "Convention modifiée",
    "missions.fiche_de_poste.preparee": "Fiche de poste préparée",
    "missions.fiche_de_poste.modifiee": "Fiche de poste écrite",
    "missions.fiche_de_poste.validee": "Fiche de poste validée",
    "missions.fiche_de_poste.close": "Fin d’une fiche de poste",
    "missions.fiche_de_poste.supprimee": "Projet de fiche de poste supprimé",
}

#: Missions in detail are read by the PsyEN, his CIO and the chef d’établissement: not in the journal.
ACTES_DE_DETAIL = ("missions.confiees.enregistrees", "missions.commentaire.ajoute")

#: What these acts keep besides the fields of their object.
CHAMPS = {
    "annee": "année scolaire",
    "nombres_ajoutes": "nombres ajoutés",
    "nombres_modifies": "nombres modifiés",
    "nombres_retires": "nombres retirés",
    "missions": "missions",
    "publics": "publics",
    "cases": "cases",
    "parts": "autres acteurs",
    "acteur": "acteur",
    "decide": "décide",
    "rubrique": "rubrique",
    "activite": "activité",
    "dossier": "dossier transversal",
    "source": "à partir de",
    "import": "import",
    "validations_effacees": "validations effacées",
    "au_titre": "au titre de",
    "delegataire": "délégataire",
    "membre": "membre",
    "partenaires": "partenaires",
    "rubriques": "rubriques",
}


class MissionsConfig(AppConfig):
    name = "missions"
    verbose_name = "Missions et autorités"

    def ready(self) -> None:
        from missions.models import (  # noqa: PLC0415 - models exist only now
            Convention,
            Delegation,
            DossierTransversal,
        )
        from missions.notifications.delegations import GARDE, est_encore_due  # noqa: PLC0415 - the same
        from missions.permissions import (  # noqa: PLC0415 - the same
            peut_deleguer,
            peut_lire_dossiers,
            peut_lire_territoire,
            peut_modifier_convention,
            peut_piloter_dossier,
        )
        from missions.receivers import ecouter  # noqa: PLC0415 - the same
        from missions.selectors.delegations import mention_delegation  # noqa: PLC0415 - the same
        from socle.courriels import declarer_garde  # noqa: PLC0415 - the same

        ecouter()
        declarer_actions(ACTIONS, reservees=ACTES_DE_DETAIL)
        declarer_champs(CHAMPS)
        declarer_garde(GARDE, est_encore_due)
        # The IEN-IO joins the act that he signs; whoever pilots a dossier fills it.
        declarer_porteur(
            Delegation,
            lire=lambda perimetre, delegation: peut_lire_dossiers(perimetre),
            ecrire=lambda perimetre, delegation: peut_deleguer(perimetre, delegation.dossier),
            page=lambda delegation: reverse("missions:delegation", args=[delegation.pk]),
        )
        declarer_porteur(
            DossierTransversal,
            lire=lambda perimetre, dossier: peut_lire_dossiers(perimetre),
            ecrire=peut_piloter_dossier,
            page=lambda dossier: reverse("missions:dossier", args=[dossier.pk]),
            au_titre_de=mention_delegation,
        )
        declarer_porteur(
            Convention,
            lire=lambda perimetre, convention: peut_lire_territoire(perimetre),
            ecrire=peut_modifier_convention,
            page=lambda convention: reverse("missions:convention", args=[convention.pk]),
        )

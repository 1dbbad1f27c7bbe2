from django.apps import AppConfig
from django.urls import reverse

from planning.enums import GenreCible, SourceCible
from socle.actions import declarer_actions, declarer_champs
from socle.porteurs import declarer_porteur

ACTIONS = {
    "planning.plan.cree": "Plan de travail créé",
    "planning.plan.regle": "Plan de travail réglé",
    "planning.plan.clos": "Plan de travail clos",
    "planning.plan.rouvert": "Plan de travail rouvert",
    "planning.objectifs.charges": "Objectifs de l’expérimentation chargés",
    "planning.objectif.cree": "Objectif ajouté",
    "planning.objectif.modifie": "Objectif modifié",
    "planning.objectif.deplace": "Objectif déplacé",
    "planning.objectif.retire": "Objectif retiré",
    "planning.objectif.retabli": "Objectif rétabli",
    "planning.plan.reconduit": "Plan de travail reconduit",
    "planning.action.creee": "Action ajoutée au plan",
    "planning.action.modifiee": "Action modifiée",
    "planning.action.faite": "Action faite",
    "planning.action.reportee": "Action reportée",
    "planning.action.abandonnee": "Action abandonnée",
    "planning.action.rouverte": "Action rouverte",
    "planning.action.rappels_suspendus": "Rappels suspendus",
    "planning.action.commentee": "Commentaire ajouté",
    "planning.preuve.ajoutee": "Preuve ajoutée",
    "planning.preuve.retiree": "Preuve retirée",
    "planning.jalon.cree": "Jalon ajouté",
    "planning.jalon.modifie": "Jalon modifié",
    "planning.jalon.fait": "Jalon fait",
    "planning.jalon.reporte": "Jalon reporté",
    "planning.jalon.abandonne": "Jalon abandonné",
    "planning.jalon.rouvert": "Jalon rouvert",
    "planning.periode_non_ouvree.creee": "Période non ouvrée ajoutée",
    "planning.periode_non_ouvree.modifiee": "Période non ouvrée modifiée",
    "planning.periode_non_ouvree.supprimee": "Période non ouvrée supprimée",
    "planning.calendrier.charge": "Jours fériés et vacances de l’année chargés",
    "planning.periode_orientation.creee": "Période d’orientation ajoutée",
    "planning.periode_orientation.modifiee": "Période d’orientation modifiée",
    "planning.periode_orientation.supprimee": "Période d’orientation supprimée",
    "planning.orientation.chargee": "Calendrier d’orientation type repris",
    "planning.rythme.choisi": "Rythme de l’année choisi",
    "planning.flux.cree": "Calendrier partagé créé",
    "planning.flux.renouvele": "Lien du calendrier partagé renouvelé",
    "planning.flux.revoque": "Calendrier partagé révoqué",
    "planning.jalon.relance": "Responsables relancés",
    "planning.message.modifie": "Texte d’un message modifié",
    "planning.message.retabli": "Texte d’origine d’un message rétabli",
    "planning.rappels.mode_choisi": "Rythme des rappels choisi",
    "planning.reunion.demandee": "Concertation demandée",
    "planning.reunion.retiree": "Demande de concertation retirée",
    "planning.reunion.ecartee": "Demande de concertation écartée",
    "planning.reunion.convoquee": "Réunion convoquée",
    "planning.reunion.modifiee": "Réunion modifiée",
    "planning.reunion.annulee": "Réunion annulée",
    "planning.reunion.point_propose": "Point proposé à l’ordre du jour",
    "planning.reunion.point_statue": "Point de l’ordre du jour tranché",
    "planning.reunion.point_retire": "Point retiré par son auteur",
    "planning.reunion.ordre_arrete": "Ordre du jour arrêté",
    "planning.reunion.ordre_rouvert": "Ordre du jour rouvert",
    "planning.reunion.participants_ajoutes": "Participants ajoutés",
    "planning.reunion.participant_retire": "Participant retiré",
    "planning.reunion.invitations_envoyees": "Invitations envoyées",
    "planning.reunion.reponse": "Réponse à l’invitation",
    "planning.reunion.presences": "Présences notées",
    "planning.reunion.compte_rendu": "Compte rendu écrit",
    "planning.reunion.compte_rendu_diffuse": "Compte rendu diffusé",
    "planning.reunion.compte_rendu_rectifie": "Compte rendu rectifié",
    "planning.reunion.decision_en_action": "Décision devenue une action du plan",
}

#: What these acts keep besides the fields of their object.
CHAMPS = {
    "jours_avant": "rappels avant l’échéance (jours)",
    "predecesseurs": "attend les actions n°",
    "objectifs": "objectifs",
    "texte": "texte",
    "objet": "objet",
    "source": "reconduit de",
    "actions": "actions reprises n°",
    "etablissement": "établissement",
    "cio": "CIO",
    "periodes": "périodes",
    "quand": "date",
    "point": "point",
    "participants": "participants",
    "presents": "présents",
    "destinataires": "destinataires",
    "decisions": "décisions",
    "reponse": "réponse",
}


class PlanningConfig(AppConfig):
    name = "planning"
    verbose_name = "Plan de travail"

    def ready(self) -> None:
        from planning.models import Action, Reunion  # noqa: PLC0415 - models exist only now
        from planning.permissions import (  # noqa: PLC0415 - the same
            peut_conduire,
            peut_lire_participants,
            peut_lire_suivi,
            peut_organiser,
        )
        from planning.receivers import ecouter  # noqa: PLC0415 - the same
        from planning.services.rappels import garder_les_rappels  # noqa: PLC0415 - the same

        garder_les_rappels()
        ecouter()
        declarer_actions(ACTIONS)
        declarer_champs(CHAMPS, {"cible": dict(GenreCible.choices), "source": dict(SourceCible.choices)})
        # A document is evidence, or minutes: it may name people, whom the Région does not read (R08).
        declarer_porteur(
            Action,
            lire=lambda perimetre, action: peut_lire_suivi(perimetre),
            ecrire=peut_conduire,
            page=lambda action: reverse("planning:action", args=[action.pk]),
        )
        declarer_porteur(
            Reunion,
            lire=lambda perimetre, reunion: peut_lire_participants(perimetre),
            ecrire=peut_organiser,
            page=lambda reunion: reverse("planning:reunion", args=[reunion.pk]),
        )

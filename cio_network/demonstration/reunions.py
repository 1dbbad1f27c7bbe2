"""The meetings of the demonstration: one held and reported, one being prepared, one asked for by a PsyEN."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from cio_network.demonstration.personnes import Equipe
from comptes.enums import Role
from planning.enums import GenreReunion, ReponseInvitation
from planning.models import PlanDeTravail, Reunion
from planning.selectors.reunions_invites import resoudre
from planning.services.reunions import convoquer_reunion, demander_concertation
from planning.services.reunions_invitations import (
    ajouter_participants,
    envoyer_invitations,
    repondre_a_l_invitation,
)
from planning.services.reunions_ordre import arreter_ordre_du_jour, proposer_point
from planning.services.reunions_seance import (
    diffuser_compte_rendu,
    enregistrer_compte_rendu,
    noter_presences,
)
from reseaux.models import CIO, Habilitation
from reseaux.perimetre import Perimetre

COMPTE_RENDU = """\
Le DCIO rappelle le cadre : les PsyEN interviennent en réseau, autour du lycée tête de réseau.

Permanences : le CIO reste ouvert au public pendant les vacances, par roulement de deux PsyEN.

Entretiens délocalisés : trois établissements souhaitent adresser des familles au CIO le mercredi.
Le groupe propose un créneau commun, à l’essai jusqu’aux vacances.

Biblio-Lab : le CDI du lycée est prêt ; il reste à choisir les dates d’ouverture aux familles."""
DECISIONS = (
    "Ouvrir un créneau commun d’entretiens au CIO, le mercredi de 14 h à 17 h, jusqu’aux vacances",
    "Publier le tableau des permanences avant la fin du mois",
    "Arrêter avec le chef d’établissement les dates d’ouverture du Biblio-Lab aux familles",
)


def charger_reunions(cio: CIO, equipe: Equipe, aujourd_hui: dt.date) -> None:
    """Around one CIO: what its direction, its PsyEN and the IEN-IO do with a meeting."""
    dcio = equipe.dcio[cio.pk]
    _tenue(cio, dcio, _le(aujourd_hui - dt.timedelta(days=20), 14))
    psyens = _comptes_des_psyen(cio)
    _a_venir(cio, equipe.ien_io, psyens, _le(aujourd_hui + dt.timedelta(days=18), 9))
    if psyens:
        demander_concertation(
            perimetre=psyens[0],
            cio=cio,
            titre="Accueil des élèves de troisième au lycée professionnel",
            presentation="Préparer avec les trois collèges du réseau une demi-journée d’immersion commune, "
            "et répartir l’information des familles entre PsyEN et professeurs principaux.",
        )


def _tenue(cio: CIO, dcio: Perimetre, debut: dt.datetime) -> None:
    reunion = convoquer_reunion(
        perimetre=dcio,
        genre=GenreReunion.SERVICE,
        titre="Organisation du service des réseaux",
        presentation="Point d’étape du trimestre.",
        debut=debut,
        fin=debut + dt.timedelta(hours=2),
        lieu=f"{cio}, salle de réunion",
        cio=cio,
    )
    for point in ("Permanences des vacances", "Entretiens délocalisés au CIO", "Biblio-Lab de l’orientation"):
        proposer_point(perimetre=dcio, reunion=reunion, titre=point)
    arreter_ordre_du_jour(perimetre=dcio, reunion=reunion)
    invites = resoudre(dcio, reunion, choisis=["psyens_cio"])
    ajouter_participants(perimetre=dcio, reunion=reunion, invites=invites)
    # Its invitations left long before: written today, they would announce a day gone by.
    reunion.participants.update(invite_le=debut - dt.timedelta(days=15), reponse=ReponseInvitation.OUI)
    absent, *presents = reunion.participants.order_by("nom", "pk").values_list("pk", flat=True)
    reunion.participants.filter(pk=absent).update(reponse=ReponseInvitation.NON)
    noter_presences(perimetre=dcio, reunion=reunion, presents=presents)
    enregistrer_compte_rendu(
        perimetre=dcio, reunion=reunion, revision=0, texte=COMPTE_RENDU, decisions=DECISIONS
    )
    diffuser_compte_rendu(perimetre=dcio, reunion=reunion)


def _a_venir(cio: CIO, ien_io: Perimetre, psyens: list[Perimetre], debut: dt.datetime) -> Reunion:
    plan = PlanDeTravail.objects.filter(departement=cio.departement_id).order_by("-debut", "pk").first()
    reunion = convoquer_reunion(
        perimetre=ien_io,
        genre=GenreReunion.GROUPE_TRAVAIL,
        titre="Critères de l’évaluation de l’expérimentation",
        presentation="Retenir une douzaine de critères, et pour chacun un indicateur qui ne demande pas de "
        "nouvelle saisie.",
        debut=debut,
        fin=debut + dt.timedelta(hours=3),
        lieu="DSDEN, salle Loire",
        action=plan.actions.filter(numero=10).first() if plan else None,
    )
    invites = resoudre(ien_io, reunion, choisis=["direction", "dcio", "psyens_departement"])
    ajouter_participants(perimetre=ien_io, reunion=reunion, invites=invites)
    for point in ("Rappel du cadre et du calendrier", "Critères relatifs aux élèves et aux familles"):
        proposer_point(perimetre=ien_io, reunion=reunion, titre=point)
    envoyer_invitations(perimetre=ien_io, reunion=reunion)
    for psyen in psyens[:1]:
        proposer_point(
            perimetre=psyen,
            reunion=reunion,
            titre="Temps de préparation des actions collectives",
            texte="Comment le compter sans ajouter de saisie ?",
        )
    for psyen in psyens:
        repondre_a_l_invitation(perimetre=psyen, reunion=reunion, reponse=ReponseInvitation.OUI)
    return reunion


def _comptes_des_psyen(cio: CIO) -> list[Perimetre]:
    """Those who may sign in, as they would act."""
    habilitations = Habilitation.objects.pour_perimetre().filter(
        role=Role.PSYEN, departement=cio.departement_id
    )
    return [Perimetre.de(habilitation) for habilitation in habilitations.order_by("pk")]


def _le(jour: dt.date, heure: int) -> dt.datetime:
    """That day in Paris, or the Monday after a week-end."""
    ouvre = jour + dt.timedelta(days=7 - jour.weekday() if jour.weekday() > 4 else 0)
    return timezone.make_aware(dt.datetime.combine(ouvre, dt.time(heure)))

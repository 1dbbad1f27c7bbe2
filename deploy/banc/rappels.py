"""The tick of the reminders over 50 000 pending milestones: plans, owners and past reminders of a country.

Then ten thousand due on one day: written by a tick, sent by the senders of the outbox.
"""

import datetime as dt
import resource
import time

from django.db import connection
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from planning.models import Action, Jalon, PlanDeTravail, Rappel, ResponsableAction
from planning.selectors.rappels import Passage
from planning.services.rappels import envoyer_rappels
from reseaux.models import CIO, Departement, Habilitation
from socle.enums import EtatCourriel
from socle.models import Courriel

ACTIONS_PAR_PLAN, NOMBRE, DU_JOUR = 40, 50_000, 10_000
#: Due dates from a month ago to eleven months ahead.
DEBUT, ETENDUE = -30, 365


def preparer_rappels():
    """Commits, as the tick measured afterwards must read it from another process; everything owed so far is
    said, save that no mail is written.
    """
    jour = jour_de_mesure()
    actions = _actions(jour)
    titulaires = _titulaires(jour)
    cios = {cio.departement_id: cio for cio in CIO.objects.order_by("-pk")}
    Jalon.objects.bulk_create(
        (_jalon(rang, actions[rang % len(actions)], cios, jour) for rang in range(NOMBRE)), batch_size=5000
    )
    _dire(jour)
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE")  # as autovacuum does within minutes
    return {"jalons": Jalon.objects.a_faire().count(), "plans": len(cios), "titulaires": titulaires}


def passage():
    """The tick of every ten minutes, when all is said; then the first of the next working day."""
    jour = jour_de_mesure()
    durees = []
    for moment in (jour, jour + dt.timedelta(days=1)):
        debut = time.perf_counter()
        ecrits = envoyer_rappels(maintenant=timezone.make_aware(dt.datetime.combine(moment, dt.time(10))))
        durees.append((time.perf_counter() - debut, len(ecrits)))
    (attente, rien), (matin, ecrits) = durees
    memoire = memoire_au_plus_haut()
    return {"attente": attente, "rien": rien, "matin": matin, "ecrits": ecrits, "memoire": memoire}


def ecrire_rappels():
    """Ten thousand milestones due on the Friday, told one by one; their mails wait for the senders."""
    vendredi = jour_de_mesure() + dt.timedelta(days=2)
    du_jour = Jalon.objects.a_faire().order_by("pk").values("pk")[:DU_JOUR]
    Jalon.objects.filter(pk__in=du_jour).update(echeance=vendredi)
    # What the measure of the Thursday left is not ours.
    Courriel.objects.filter(etat=EtatCourriel.A_ENVOYER).update(etat=EtatCourriel.SANS_OBJET)
    debut = time.perf_counter()
    ecrits = envoyer_rappels(maintenant=timezone.make_aware(dt.datetime.combine(vendredi, dt.time(10))))
    duree = time.perf_counter() - debut
    courriels = Courriel.objects.filter(etat=EtatCourriel.A_ENVOYER).count()
    return {"ecrits": len(ecrits), "courriels": courriels, "duree": duree, "memoire": memoire_au_plus_haut()}


def memoire_au_plus_haut():
    """Of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def jour_de_mesure():
    """A Wednesday to come, so that it and the next day are worked."""
    jour = timezone.localdate()
    return jour + dt.timedelta(days=(2 - jour.weekday()) % 7)


def _actions(jour):
    plans = PlanDeTravail.objects.bulk_create(
        PlanDeTravail(
            departement=departement,
            titre="Banc",
            periode="Année",
            debut=jour,
            fin=jour + dt.timedelta(days=365),
        )
        for departement in Departement.objects.filter(cios__isnull=False).distinct().order_by("pk")
    )
    actions = Action.objects.bulk_create(
        Action(
            plan=plan,
            numero=numero,
            titre=f"Action {numero} du banc",
            attribution="DCIO",
            calendrier="Année",
            debut=jour,
            fin=jour + dt.timedelta(days=365),
        )
        for numero in range(1, ACTIONS_PAR_PLAN + 1)
        for plan in plans
    )
    ResponsableAction.objects.bulk_create(
        ResponsableAction(action=action, rang=1, role=Role.IEN_IO, est_garant=True) for action in actions
    )
    return actions


def _titulaires(jour):
    """An IEN-IO per département, a DCIO per CIO."""
    postes = [(Role.IEN_IO, {"departement": d}) for d in Departement.objects.order_by("pk")]
    postes += [(Role.DCIO, {"cio": cio}) for cio in CIO.objects.order_by("pk")]
    personnes = Utilisateur.objects.bulk_create(
        Utilisateur(
            courriel=f"banc{rang}@reseaux-cio.example", prenom="Camille", nom=f"Banc{rang}", password="!"
        )
        for rang in range(len(postes))
    )
    Habilitation.objects.bulk_create(
        Habilitation(utilisateur=personne, role=role, date_debut=jour - dt.timedelta(days=60), **territoire)
        for personne, (role, territoire) in zip(personnes, postes, strict=True)
    )
    return len(postes)


def _jalon(rang, action, cios, jour):
    """Half of them belong to the DCIO of a CIO, the others to the owners of the action."""
    cio = cios[action.plan.departement_id] if rang % 2 else None
    return Jalon(
        action=action,
        intitule=f"Jalon {rang} du banc",
        echeance=jour + dt.timedelta(days=DEBUT + rang % ETENDUE),
        echeance_fixee_le=jour - dt.timedelta(days=90),
        cio=cio,
        role=Role.DCIO if cio else "",
    )


def _dire(jour):
    Rappel.objects.bulk_create(
        (
            Rappel(
                jalon_id=du.jalon,
                echeance=du.echeance,
                destinataire=du.destinataire,
                etape=du.etape,
                jour=jour,
            )
            for du in Passage.du(jour).rappels_dus()
        ),
        batch_size=5000,
    )

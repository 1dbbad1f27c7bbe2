"""Measures made inside a process of their own; the result is printed as JSON."""

import json
import os
import resource
import time
import uuid

from banc.autorites import annee_du_pays
from banc.campagnes import campagne_du_banc
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.module_loading import import_string

from comptes.enums import Preuve, Role
from comptes.models import Utilisateur
from comptes.models.session import CLE_PREUVE
from psyen.documents import dessiner_arrete
from psyen.enums import EtatRepartition
from psyen.models import Repartition
from reseaux.models import Etablissement, Habilitation
from socle.courriels import envoyer_en_attente, mettre_en_file
from socle.enums import EtatCourriel
from socle.models import Courriel


def compte(role):
    """The first account of a role; that of the DCIO runs the large CIO."""
    return Habilitation.objects.select_related("utilisateur").filter(role=role).order_by("pk")[0]


def du_grand_cio(etat):
    """The latest répartition of the large CIO in that state."""
    visibles = Repartition.objects.select_related("cio__departement", "annee", "derivee_de")
    return visibles.filter(etat=etat, cio=compte(Role.DCIO).cio_id).order_by("-date_effet", "-pk")[0]


def pages():
    """Name → (who, address): every page measured."""
    brouillon = du_grand_cio(EtatRepartition.BROUILLON)
    admin = compte(Role.ADMIN).utilisateur.courriel
    dcio = compte(Role.DCIO).utilisateur.courriel
    ien = compte(Role.IEN_IO).utilisateur.courriel
    liste = reverse("reseaux:etablissements")
    pages_de_liste = -(-Etablissement.objects.count() // 50)
    grille = reverse("psyen:repartition_grille", args=[brouillon.pk])
    lecture = reverse("psyen:repartition", args=[brouillon.pk])
    autorites = reverse("missions:autorites")
    return {
        "plancher": (admin, "/banc/plancher/"),
        "liste": (admin, liste),
        "liste, page du milieu": (admin, f"{liste}?page={pages_de_liste // 2}"),
        "liste, dernière page": (admin, f"{liste}?page={pages_de_liste}"),
        "liste, recherche sans accent": (admin, f"{liste}?q=saint+exupery"),
        "liste, filtrée": (admin, f"{liste}?categorie=lycee"),
        "admin": (admin, "/banc/admin/reseaux/etablissement/"),
        "admin, recherche": (admin, "/banc/admin/reseaux/etablissement/?q=saint+exupery"),
        "CSV de tous": (admin, f"{liste}?format=csv"),
        "CSV filtré": (admin, f"{liste}?categorie=college&format=csv"),
        "missions par autorité": (admin, autorites),
        "missions par autorité, pays entier": (admin, f"{autorites}?annee={annee_du_pays()}"),
        "plancher du DCIO": (dcio, "/banc/plancher/"),
        "grille, par réseau": (dcio, f"{grille}?lecture=reseaux"),
        "grille, vue d’ensemble": (dcio, f"{grille}?lecture=ensemble"),
        "répartition, page de lecture": (dcio, lecture),
        "répartitions": (dcio, reverse("psyen:repartitions")),
        "plancher de l’IEN-IO": (ien, "/banc/plancher/"),
        "tableau de bord": (ien, reverse("planning:tableau_de_bord")),
        "matrice": (ien, reverse("missions:matrice")),
        "campagne d’évaluation": (ien, reverse("evaluation:campagne", args=[campagne_du_banc()])),
        "comparer les CIO": (ien, f"{reverse('evaluation:comparer')}?entre=cios"),
    }


def connecter(courriel):
    """A client signed in as once the second factor is given: nobody in the bench holds a phone."""
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0], "x-forwarded-proto": "https"})
    client.force_login(
        Utilisateur.objects.get(courriel=courriel), backend="django.contrib.auth.backends.ModelBackend"
    )
    session = client.session
    session[CLE_PREUVE] = Preuve.CODE
    session.save()
    return client


def temoins():
    """Person of the pages → the cookie of an open session."""
    return {
        qui: {settings.SESSION_COOKIE_NAME: connecter(qui).cookies[settings.SESSION_COOKIE_NAME].value}
        for qui in sorted({qui for qui, _ in pages().values()})
    }


def requetes():
    """Name of the page → number of queries, on this base."""
    comptees = {}
    for nom, (qui, adresse) in pages().items():
        client = connecter(qui)
        client.get(adresse)  # what a process keeps from its first page is not the page's
        with CaptureQueriesContext(connection) as capture:
            reponse = client.get(adresse)
            if reponse.streaming:
                b"".join(reponse.streaming_content)
        if reponse.status_code != 200:
            raise CommandError(f"{adresse} a répondu {reponse.status_code}.")
        comptees[nom] = len(capture)
    return comptees


def arrete():
    """The arrêté of the large CIO: seconds with WeasyPrint's own loading, then warm; peak MB."""
    sujet = du_grand_cio(EtatRepartition.ARRETEE).arrete
    durees = []
    for _ in range(3):
        debut = time.perf_counter()
        document = dessiner_arrete(sujet)
        durees.append(time.perf_counter() - debut)
    memoire = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "premier": durees[0],
        "suivants": min(durees[1:]),
        "memoire": memoire,
        "octets": len(document),
    }


def ecrire_courriels():
    """Mails of the size of a reminder, all due, in one transaction as a tick writes them."""
    nombre = int(os.environ["BANC_COURRIELS"])
    contexte = {"nouveau": "ana@ac-exemple.fr"}
    # What the pages left is not ours.
    Courriel.objects.filter(etat=EtatCourriel.A_ENVOYER).update(etat=EtatCourriel.SANS_OBJET)
    debut = time.perf_counter()
    with transaction.atomic():
        for rang in range(nombre):
            mettre_en_file(
                cle=f"banc:{uuid.uuid4()}",
                destinataire=f"agent{rang}@ac-exemple.fr",
                modele="comptes/courriels/adresse_modifiee",
                contexte=contexte,
            )
        connection.run_on_commit.clear()  # the bench wakes its own senders
    return {"nombre": nombre, "duree": time.perf_counter() - debut}


def envoyer_courriels():
    """One of the senders."""
    debut = time.time()
    envoyes = envoyer_en_attente(duree=600.0)
    return {"envoyes": envoyes, "debut": debut, "fin": time.time()}


#: Read when asked for: a measure of memory pays for what it needs only.
AILLEURS = {
    "explications": "banc.explications.expliquer",
    "preparer_monde": "banc.monde.preparer_monde",
    "ecritures_en_base": "banc.monde.ecritures_en_base",
    "affectations": "banc.affectations.mesurer_affectations",
    "preparer_campagnes": "banc.campagnes.preparer_campagnes",
    "preparer_plans": "banc.plans.preparer_plans",
    "preparer_autorites": "banc.autorites.preparer_autorites",
    "preparer_matrice": "banc.matrices.preparer_matrice_du_banc",
    "lettres": "banc.lettres.mesurer_lettres",
    "indicateurs": "banc.indicateurs.mesurer_indicateurs",
    "rapport": "banc.rapports.mesurer_rapport",
    "preparer_rappels": "banc.rappels.preparer_rappels",
    "passage": "banc.rappels.passage",
    "ecrire_rappels": "banc.rappels.ecrire_rappels",
}
EPREUVES = {
    "adresses": pages,
    "temoins": temoins,
    "requetes": requetes,
    "arrete": arrete,
    "ecrire_courriels": ecrire_courriels,
    "envoyer_courriels": envoyer_courriels,
}


class Command(BaseCommand):
    help = "Une mesure du banc, dans ce processus."
    requires_system_checks = ()  # they would load what is not measured

    def add_arguments(self, parser):
        parser.add_argument("epreuve", choices=sorted({**EPREUVES, **AILLEURS}))

    def handle(self, *, epreuve, **options):
        mesurer = EPREUVES.get(epreuve) or import_string(AILLEURS[epreuve])
        self.stdout.write(json.dumps(mesurer()))

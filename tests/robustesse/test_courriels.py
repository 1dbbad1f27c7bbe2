"""The outbox and the calendars name nobody from elsewhere to anybody (reliability row 2)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from planning.permissions import peut_partager_calendrier
from planning.selectors.reunions_invites import publics, resoudre
from planning.services.flux import creer_flux
from planning.services.rappels import envoyer_rappels
from planning.services.reunions_invitations import ajouter_participants, envoyer_invitations
from psyen.services.decision import renvoyer_repartition
from reseaux.models import Habilitation
from socle.models import Courriel
from tests.acces.monde import LETTRES, Monde, acteur, creer_mondes
from tests.lecture import texte_de_la_reponse, texte_du_contenu

pytestmark = pytest.mark.django_db


def canaris(monde: Monde) -> list[str]:
    """What only that world can have written."""
    titres = [monde.action.titre, monde.jalon.intitule, monde.reunion.titre]
    return [monde.psyen.nom, monde.cio.commune, *titres]


def interdits_a(monde: Monde, mondes: tuple[Monde, Monde, Monde], role: str) -> list[str]:
    """What that role in that world must never read: the stranger's, and the staff of another CIO."""
    etrangers = [autre for autre in mondes if autre.academie != monde.academie]
    voisins = [autre for autre in mondes if autre.academie == monde.academie and autre != monde]
    a_son_cio = role in {Role.DCIO, Role.PSYEN, Role.SECRETAIRE_CIO, Role.CHEF_ETABLISSEMENT}
    return [canari for autre in etrangers for canari in canaris(autre)] + [
        autre.psyen.nom for autre in voisins if a_son_cio
    ]


def texte_du_courriel(courriel: Courriel) -> str:
    piece = texte_du_contenu(bytes(courriel.piece.contenu)) if courriel.piece else ""
    return "\n".join((courriel.objet, courriel.corps_texte, courriel.corps_html, piece))


def monde_de(habilitation: Habilitation, mondes: tuple[Monde, Monde, Monde]) -> Monde:
    """The CIO or the school tells which; above, the first of the académie."""
    for monde in mondes:
        if habilitation.cio_id == monde.cio.pk or habilitation.etablissement_id == monde.tete.pk:
            return monde
    territoire = habilitation.departement or habilitation.cio or habilitation.etablissement
    academie = (
        habilitation.academie_id
        or getattr(territoire, "academie_id", None)
        or (territoire.departement.academie_id)
    )
    return next(monde for monde in mondes if monde.academie.pk == academie)


def faire_ecrire(monde: Monde) -> None:
    """Meeting called with everybody that may be, proposal sent back: beside what the world already wrote."""
    choisis = [code for code, _ in publics(monde.dcio, monde.reunion)]
    invites = resoudre(monde.dcio, monde.reunion, choisis=choisis)
    ajouter_participants(perimetre=monde.dcio, reunion=monde.reunion, invites=invites)
    envoyer_invitations(perimetre=monde.dcio, reunion=monde.reunion)
    renvoyer_repartition(repartition=monde.proposee, motif="À revoir", perimetre=monde.dasen)


def test_aucun_courriel_ne_nomme_quelqu_un_d_ailleurs():
    mondes = creer_mondes()
    for monde in mondes:
        for role in LETTRES.values():
            acteur(monde, role)
        faire_ecrire(monde)
    for jours in range(1, 16):
        envoyer_rappels(maintenant=timezone.now().replace(hour=10) + dt.timedelta(days=jours))
    fuites, ecrits = [], {monde.cio.pk: 0 for monde in mondes}
    for courriel in Courriel.objects.filter(utilisateur__isnull=False).select_related("piece").order_by("pk"):
        for habilitation in Habilitation.objects.filter(utilisateur=courriel.utilisateur_id).order_by("pk"):
            monde = monde_de(habilitation, mondes)
            texte = texte_du_courriel(courriel)
            interdits = interdits_a(monde, mondes, habilitation.role)
            fuites += [(courriel.cle, courriel.objet, c) for c in interdits if c in texte]
            ecrits[monde.cio.pk] += any(c in texte for c in canaris(monde))
    assert fuites == []
    assert all(nombre > 3 for nombre in ecrits.values()), ecrits


def test_aucun_calendrier_partage_ne_nomme_quelqu_un_d_ailleurs():
    mondes = creer_mondes()
    propre = mondes[0]
    fuites, montres = [], 0
    for role in LETTRES.values():
        perimetre = acteur(propre, role)
        if not peut_partager_calendrier(perimetre):
            continue
        for contenu in ({}, {"plan": propre.plan}, {"cio": propre.cio}):
            _, jeton = creer_flux(perimetre=perimetre, **contenu)
            reponse = Client().get(reverse("planning:flux_ics", args=[jeton]))
            assert reponse.status_code == 200
            texte = texte_de_la_reponse(reponse)
            # No name of anybody at all, be it one's own: the link lives outside (row 20).
            interdits = [*interdits_a(propre, mondes, role), propre.psyen.nom]
            fuites += [(role, contenu, canari) for canari in interdits if canari in texte]
            montres += any(titre in texte for titre in canaris(propre)[2:])
    assert fuites == []
    assert montres > 5

"""The mails about due dates: reminders, catch-up, daily digest, « relance » by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from django.conf import settings
from django.urls import reverse

from comptes.models import Utilisateur
from planning.enums import GenreMessage
from planning.models import Jalon, Rappel
from planning.selectors.messages import (
    Messages,
    Texte,
    attendu,
    blocs,
    delai_en_mots,
    jour_en_mots,
    nombre_en_mots,
    noms,
    valeurs_de_l_echeance,
)
from planning.selectors.rappels import RappelDu
from planning.selectors.rappels_etapes import ESCALADE
from socle.courriels import mettre_en_file
from socle.models import Courriel
from socle.templatetags.cio import en_toutes_lettres

GARDE = "planning.rappel"
MODELE = "planning/courriels/message"
TITRES = {
    GenreMessage.RETARD: "En retard :",
    GenreMessage.RAPPEL: "À venir :",
    GenreMessage.ESCALADE: "Retards des responsables, signalés à l’IEN-IO :",
}


@dataclass(frozen=True)
class Redaction:
    """What the mails of a tick are written with: its day, the texts, the milestones it speaks of."""

    jour: dt.date
    messages: Messages
    jalons: dict[int, Jalon]

    @classmethod
    def des(cls, jour: dt.date, messages: Messages, dus: Iterable[RappelDu]) -> Self:
        jalons = Jalon.objects.select_related("action__plan__departement").defer(
            "action__plan__departement__contour"
        )
        return cls(jour, messages, jalons.in_bulk({du.jalon for du in dus}))

    def ecrire(self, dus: Sequence[RappelDu], cle: str) -> Courriel | None:
        """One mail to one person: about one due date, or about several."""
        texte = self._seul(dus[0]) if len(dus) == 1 else self._ensemble(dus)
        return envoyer(texte, dus[0].destinataire, cle)

    def _seul(self, du: RappelDu) -> Texte:
        jalon = self.jalons[du.jalon]
        lien = adresse_du_jalon(jalon)
        valeurs = valeurs_de_l_echeance(jalon, self.jour, du.responsables, lien)
        valeurs["destinataire"] = str(du.destinataire)
        return self.messages.composer(jalon.action.plan.departement.academie_id, self._genre(du), valeurs)

    def _ensemble(self, dus: Sequence[RappelDu]) -> Texte:
        academie = self.jalons[dus[0].jalon].action.plan.departement.academie_id
        signales = all(du.etape == ESCALADE for du in dus)
        page = "planning:tableau_de_bord" if signales else "planning:mes_echeances"
        valeurs = {
            "destinataire": str(dus[0].destinataire),
            "date": en_toutes_lettres(self.jour),
            "nombre": nombre_en_mots(len(dus)),
            "liste": self._liste(dus),
            "lien": adresse(reverse(page)),
        }
        return self.messages.composer(academie, GenreMessage.RECAPITULATIF, valeurs)

    def _liste(self, dus: Sequence[RappelDu]) -> str:
        """Late, to come, reported to the IEN-IO: each under its title, by due date."""
        rangs = list(TITRES)
        tries = sorted(dus, key=lambda du: (rangs.index(self._genre(du)), du.echeance, du.jalon))
        parties = []
        for genre, groupe in groupby(tries, key=self._genre):
            parties.append(TITRES[genre])
            parties.append("\n".join(self._ligne(du) for du in groupe))
        return "\n\n".join(parties)

    def _ligne(self, du: RappelDu) -> str:
        quand = f"{jour_en_mots(du.echeance)} ({delai_en_mots(du.echeance, self.jour)})"
        return f"– {quand} : {attendu(self.jalons[du.jalon])}. Qui en répond : {noms(du.responsables)}."

    def _genre(self, du: RappelDu) -> GenreMessage:
        if du.etape == ESCALADE:
            return GenreMessage.ESCALADE
        return GenreMessage.RETARD if du.echeance < self.jour else GenreMessage.RAPPEL


def texte_de_relance(jalon: Jalon, responsables: Iterable[Utilisateur], auteur: str, jour: dt.date) -> Texte:
    """What « Relancer » proposes; whoever sends it may rewrite it first."""
    academie = jalon.action.plan.departement.academie_id
    valeurs = valeurs_de_l_echeance(jalon, jour, responsables, adresse_du_jalon(jalon)) | {"auteur": auteur}
    return Messages.lus(academie).composer(academie, GenreMessage.RELANCE, valeurs)


def envoyer(texte: Texte, destinataire: Utilisateur, cle: str) -> Courriel | None:
    """In the outbox, asked again before it leaves (`planning.services.rappels`); rather twice than never."""
    return mettre_en_file(
        cle=cle,
        destinataire=destinataire.courriel,
        utilisateur=destinataire,
        modele=MODELE,
        contexte={"objet": texte.objet, "texte": texte.corps, "blocs": blocs(texte.corps)},
        garde=GARDE,
        au_moins_une_fois=True,
    )


def cle_du_rappel(premier: Rappel) -> str:
    """A mail is written with its lines and named after the first: lines withdrawn give way to a new mail."""
    return f"planning.rappel:{premier.pk}"


def adresse_du_jalon(jalon: Jalon) -> str:
    return adresse(reverse("planning:jalon", args=[jalon.pk]))


def adresse(chemin: str) -> str:
    return f"{settings.ADRESSE_PUBLIQUE}{chemin}"

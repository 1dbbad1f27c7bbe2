"""Meetings: the list, and the page of one with its stages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.views.generic import DetailView

from comptes.enums import Role
from planning.enums import EtatReunion, GenreReunion
from planning.forms.reunions import PointForm, ReunionFiltre, plans_a_completer
from planning.models import Reunion
from planning.permissions import (
    peut_convoquer_des_reunions,
    peut_demander_concertation,
    peut_diriger_reunion,
    peut_lire_compte_rendu,
    peut_lire_participants,
    peut_lire_reunions,
    peut_organiser,
    peut_proposer_point,
    peut_retirer_demande,
)
from planning.selectors.reunions import (
    decisions_de,
    demandes_en_attente,
    etapes_de,
    participants_de,
    points_de,
    psyens_a_associer,
    reunions_listees,
)
from socle.journal import historique
from socle.pieces import documents_de
from socle.tableaux import ColonneEcran, lien
from socle.tableurs import Colonne
from socle.templatetags.cio import etiquette
from socle.views import ListeView, PerimetreMixin

CHAMPS_EXPORTES = (
    "titre",
    "genre",
    "debut",
    "fin",
    "departement__nom",
    "cio__nom",
    "etat",
    "initiateur_role",
    "nombre_participants",
    "nombre_presents",
)
GENRES, ETATS, ROLES = dict(GenreReunion.choices), dict(EtatReunion.choices), dict(Role.choices)


class ReunionListe(ListeView):
    """Every meeting that one reads: requests without a date first, then the latest."""

    model = Reunion
    droit = staticmethod(peut_lire_reunions)
    template_name = "planning/reunions/liste.html"
    titre = "Réunions"
    nom_objets = ("réunion", "réunions")
    filterset_class = ReunionFiltre
    champs = ("pk", "titre", "genre", "debut", "fin", "cio__nom", "etat", "nombre_participants")
    colonnes = (
        ColonneEcran("Objet", tri="objet"),
        ColonneEcran("Date", tri="date", insecable=True),
        ColonneEcran("Nature", tri="nature"),
        ColonneEcran("CIO", tri="cio"),
        ColonneEcran("Participants", nombre=True),
        ColonneEcran("État", tri="etat"),
    )
    tris = {
        "recent": ("-date_de_tri",),
        "date": ("date_de_tri",),
        "objet": ("titre", "-date_de_tri"),
        "nature": ("genre", "-date_de_tri"),
        "cio": ("cio__nom", "-date_de_tri"),
        "etat": ("etat", "-date_de_tri"),
    }
    colonnes_export = (
        Colonne("titre", "Objet", largeur=40),
        Colonne("genre", "Nature", largeur=24),
        Colonne("date", "Date", type="date"),
        Colonne("debut", "Début"),
        Colonne("fin", "Fin"),
        Colonne("departement", "Département"),
        Colonne("cio", "CIO", largeur=28),
        Colonne("etat", "État"),
        Colonne("initiative", "À l’initiative de", largeur=24),
        Colonne("nombre_participants", "Participants", type="entier"),
        Colonne("nombre_presents", "Présents", type="entier"),
    )
    vide_titre = "Aucune réunion"
    vide_texte = "Vos réunions paraissent ici, avec leur ordre du jour et leur compte rendu."

    def get_queryset(self) -> QuerySet[Reunion]:
        return reunions_listees(self.request.perimetre)

    def lignes(self, objets: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        base = reverse("planning:reunions")
        return [
            (
                lien(f"{base}{r['pk']}/", r["titre"]),
                f"{_heure_de_paris(r['debut']):%d/%m/%Y %H:%M}" if r["debut"] else "à fixer",
                GENRES[r["genre"]],
                r["cio__nom"] or "Tout le département",
                r["nombre_participants"],
                etiquette(r["etat"], _etat_dit(r["etat"], r["debut"])),
            )
            for r in objets
        ]

    def exporter_lignes(self, queryset: QuerySet[Reunion]) -> Iterable[Sequence[Any]]:
        for r in queryset.values(*CHAMPS_EXPORTES).iterator(2000):
            yield (
                r["titre"],
                GENRES[r["genre"]],
                _heure_de_paris(r["debut"]).date() if r["debut"] else None,
                *(f"{_heure_de_paris(heure):%H:%M}" if heure else "" for heure in (r["debut"], r["fin"])),
                r["departement__nom"],
                r["cio__nom"] or "",
                _etat_dit(r["etat"], r["debut"]),
                ROLES.get(r["initiateur_role"], ""),
                r["nombre_participants"],
                r["nombre_presents"],
            )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        convoque = peut_convoquer_des_reunions(perimetre)
        return super().get_context_data(**kwargs) | {
            "peut_convoquer": convoque,
            "peut_demander": peut_demander_concertation(perimetre),
            "demandes": demandes_en_attente(perimetre) if convoque else [],
        }


class ReunionDetail(PerimetreMixin, DetailView):
    """One page, from the preparation to the minutes."""

    model = Reunion
    template_name = "planning/reunions/detail.html"
    context_object_name = "reunion"

    def get_queryset(self) -> QuerySet[Reunion]:
        return (
            super()
            .get_queryset()
            .select_related("departement", "cio", "action__plan", "initiateur", "convoquee_par")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reunion, perimetre = self.object, self.request.perimetre
        points, participants = points_de(reunion), participants_de(reunion)
        lit_le_compte_rendu = peut_lire_compte_rendu(perimetre, reunion)
        mien = next((p for p in participants if p.utilisateur_id == perimetre.utilisateur_id), None)
        return super().get_context_data(**kwargs) | {
            "etapes": etapes_de(reunion, points, participants),
            "points": points,
            "participants": participants,
            "nombre_presents": sum(bool(p.present) for p in participants),
            "lit_les_noms": peut_lire_participants(perimetre),
            "a_prevenir": [p for p in participants if p.a_prevenir],
            "mien": mien,
            "a_associer": psyens_a_associer(perimetre, reunion),
            "point_form": PointForm() if peut_proposer_point(perimetre, reunion) else None,
            "peut_organiser": peut_organiser(perimetre, reunion),
            "peut_diriger": peut_diriger_reunion(perimetre, reunion),
            "peut_retirer_demande": peut_retirer_demande(perimetre, reunion),
            "lit_le_compte_rendu": lit_le_compte_rendu,
            "decisions": decisions_de(reunion) if lit_le_compte_rendu else [],
            "peut_completer_le_plan": plans_a_completer(perimetre, reunion).exists(),
            "pieces": documents_de(reunion, perimetre),
            "historique": historique(reunion),
        }


def _heure_de_paris(instant: dt.datetime) -> dt.datetime:
    return timezone.localtime(instant)


def _etat_dit(etat: str, debut: dt.datetime | None) -> str:
    """A request set aside never had a date."""
    return "Écartée" if etat == EtatReunion.ANNULEE and debut is None else ETATS[etat]

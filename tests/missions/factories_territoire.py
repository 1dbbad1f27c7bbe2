"""Territory, conventions and fiches de poste: written as they are, without the services."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from missions.enums import GenrePartenaire, Theme, Volet
from missions.models import (
    ActionDeTerritoire,
    ActionExternalisable,
    BiblioLab,
    Convention,
    FicheDePoste,
    Partenaire,
)
from reseaux.models import CIO, Departement
from tests.reseaux.factories import (
    creer_annee,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_perimetre,
)


def dans(jours: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=jours)


def creer_partenaire(
    nom: str = "Mission locale", *, departement: Departement | None = None, **champs: Any
) -> Partenaire:
    valeurs = {"genre": GenrePartenaire.MISSION_LOCALE} | champs
    departement = departement or creer_departement()
    return Partenaire.objects.get_or_create(nom=nom, departement=departement, defaults=valeurs)[0]


def creer_action_de_territoire(
    titre: str = "Forum des métiers", *, cio: CIO | None = None, **champs: Any
) -> ActionDeTerritoire:
    """Planned for today in the volet Avenir, at Blois."""
    valeurs = {"volet": Volet.AVENIR, "jour": dans(0), "annee": creer_annee()} | champs
    return ActionDeTerritoire.objects.create(titre=titre, cio=cio or creer_cio(), **valeurs)


def creer_externalisable(
    titre: str = "Atelier de remobilisation", *, cio: CIO | None = None, **champs: Any
) -> ActionExternalisable:
    valeurs = {"theme": Theme.DECROCHAGE} | champs
    return ActionExternalisable.objects.create(titre=titre, cio=cio or creer_cio(), **valeurs)


def creer_biblio_lab(etablissement=None, **champs: Any) -> BiblioLab:
    valeurs = {"annee": creer_annee(), "etat": "experimente", "depuis": dans(-30)} | champs
    return BiblioLab.objects.create(
        etablissement=etablissement or creer_etablissement(cio=creer_cio()), **valeurs
    )


def creer_convention(
    objet: str = "SPRO", *, departement: Departement | None = None, **champs: Any
) -> Convention:
    """In force, ending in two months: within its notice of 90 days."""
    departement = departement or creer_departement()
    valeurs = {"debut": dans(-300), "fin": dans(60)} | champs
    convention = Convention.objects.create(objet=objet, departement=departement, **valeurs)
    convention.partenaires.add(creer_partenaire("Région", departement=departement))
    return convention


def creer_secretaire(cio: CIO | None = None) -> Utilisateur:
    """In post at that CIO."""
    personne = creer_perimetre(Role.SECRETAIRE_CIO, cio or creer_cio()).utilisateur
    assert personne is not None
    return personne


def creer_fiche(
    secretaire: Utilisateur | None = None, *, cio: CIO | None = None, **champs: Any
) -> FicheDePoste:
    """Validated a month ago, without end."""
    cio = cio or creer_cio()
    valeurs = {
        "version": 1,
        "rubriques": {"Intitulé du poste": "Secrétaire", "Relations de travail": "Le DCIO et les PsyEN"},
        "debut": dans(-30),
        "validee_le": dans(-30),
    } | champs
    return FicheDePoste.objects.create(secretaire=secretaire or creer_secretaire(cio), cio=cio, **valeurs)

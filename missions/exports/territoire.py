"""What the CIO opens to its territory, as spreadsheets. The free text (descriptions) stays out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from missions.enums import EtatActionDeTerritoire, EtatBiblioLab, GenrePartenaire, Theme, Volet
from missions.models import ActionDeTerritoire, ActionExternalisable, BiblioLab, Convention, Partenaire
from missions.selectors.conventions import conventions_a_renouveler, situation
from socle.tableurs import Colonne

#: Stored slug → word read by a person.
VOLETS = {volet.value: str(volet.label) for volet in Volet}
ETATS = {etat.value: str(etat.label) for etat in EtatActionDeTerritoire}
THEMES = {theme.value: str(theme.label) for theme in Theme}
LABS = {etat.value: str(etat.label) for etat in EtatBiblioLab}
GENRES = {genre.value: str(genre.label) for genre in GenrePartenaire}

COLONNES_TERRITOIRE = (
    Colonne("departement", "Département", largeur=18),
    Colonne("cio", "CIO", largeur=28),
    Colonne("annee", "Année scolaire", largeur=14),
    Colonne("volet", "Volet", largeur=10),
    Colonne("titre", "Action", largeur=50),
    Colonne("jour", "Date", "date", largeur=12),
    Colonne("lieu", "Lieu", largeur=30),
    Colonne("publics", "Publics", largeur=36),
    Colonne("partenaires", "Partenaires", largeur=36),
    Colonne("etat", "État", largeur=12),
    Colonne("participants", "Participants", "entier", largeur=12),
)
COLONNES_EXTERNALISABLES = (
    Colonne("departement", "Département", largeur=18),
    Colonne("cio", "CIO", largeur=28),
    Colonne("theme", "Thème", largeur=40),
    Colonne("titre", "Action", largeur=50),
    Colonne("publics", "Publics", largeur=36),
    Colonne("partenaires", "Partenaires", largeur=36),
    Colonne("retiree_le", "Retirée le", "date", largeur=12),
)
COLONNES_BIBLIO_LABS = (
    Colonne("departement", "Département", largeur=18),
    Colonne("uai", "UAI", largeur=10),
    Colonne("etablissement", "Établissement", largeur=40),
    Colonne("commune", "Commune", largeur=24),
    Colonne("annee", "Année scolaire", largeur=14),
    Colonne("etat", "État", largeur=14),
    Colonne("depuis", "Depuis le", "date", largeur=12),
)
COLONNES_PARTENAIRES = (
    Colonne("departement", "Département", largeur=18),
    Colonne("nom", "Partenaire", largeur=40),
    Colonne("genre", "Nature", largeur=30),
    Colonne("site", "Site", largeur=40),
    Colonne("courriel", "Courriel du service", largeur=34),
)
COLONNES_CONVENTIONS = (
    Colonne("departement", "Département", largeur=18),
    Colonne("objet", "Objet", largeur=50),
    Colonne("reference", "Référence", largeur=20),
    Colonne("partenaires", "Parties", largeur=40),
    Colonne("debut", "Du", "date", largeur=12),
    Colonne("fin", "Au", "date", largeur=12),
    Colonne("preavis", "Rappel (jours avant)", "entier", largeur=18),
    Colonne("situation", "Situation", largeur=16),
)


def noms_lies(modele: type[Model], champ: str, nom: str, pks: Iterable[Any]) -> dict[int, str]:
    """Row → « Mission locale, Région »: the names of a many-to-many, read once for all the rows."""
    relation: Any = modele._meta.get_field(champ)
    source = relation.m2m_field_name()
    cible = relation.m2m_reverse_field_name()
    liens = relation.remote_field.through.objects.filter(**{f"{source}__in": pks})
    par_ligne: dict[int, list[str]] = defaultdict(list)
    for pk, texte in liens.order_by(f"{cible}__{nom}", "pk").values_list(f"{source}_id", f"{cible}__{nom}"):
        par_ligne[pk].append(texte)
    return {pk: ", ".join(textes) for pk, textes in par_ligne.items()}


def lignes_territoire(actions: QuerySet[ActionDeTerritoire]) -> Iterator[Sequence[Any]]:
    lues = list(actions.select_related("cio__departement", "annee"))
    publics, partenaires = _lies(ActionDeTerritoire, lues)
    for action in lues:
        yield (
            action.cio.departement.nom,
            action.cio.nom,
            action.annee.code,
            VOLETS[action.volet],
            action.titre,
            action.jour,
            action.lieu,
            publics.get(action.pk, ""),
            partenaires.get(action.pk, ""),
            ETATS[action.etat],
            action.participants,
        )


def lignes_externalisables(actions: QuerySet[ActionExternalisable]) -> Iterator[Sequence[Any]]:
    lues = list(actions.select_related("cio__departement"))
    publics, partenaires = _lies(ActionExternalisable, lues)
    for action in lues:
        yield (
            action.cio.departement.nom,
            action.cio.nom,
            THEMES[action.theme],
            action.titre,
            publics.get(action.pk, ""),
            partenaires.get(action.pk, ""),
            action.retiree_le,
        )


def lignes_biblio_labs(labs: QuerySet[BiblioLab]) -> Iterator[Sequence[Any]]:
    for lab in labs.select_related("etablissement__departement", "annee"):
        ecole = lab.etablissement
        yield (
            ecole.departement.nom,
            ecole.uai,
            ecole.nom,
            ecole.commune,
            lab.annee.code,
            LABS[lab.etat],
            lab.depuis,
        )


def lignes_partenaires(partenaires: QuerySet[Partenaire]) -> Iterator[Sequence[Any]]:
    for partenaire in partenaires.select_related("departement"):
        yield (
            partenaire.departement.nom,
            partenaire.nom,
            GENRES[partenaire.genre],
            partenaire.site,
            partenaire.courriel,
        )


def lignes_conventions(conventions: QuerySet[Convention]) -> Iterator[Sequence[Any]]:
    jour = timezone.localdate()
    a_renouveler = set(conventions_a_renouveler(jour).values_list("pk", flat=True))
    lues = list(conventions.select_related("departement"))
    parties = noms_lies(Convention, "partenaires", "nom", [convention.pk for convention in lues])
    for convention in lues:
        yield (
            convention.departement.nom,
            convention.objet,
            convention.reference,
            parties.get(convention.pk, ""),
            convention.debut,
            convention.fin,
            convention.preavis,
            situation(convention.debut, convention.fin, convention.pk in a_renouveler, jour).label,
        )


def _lies(modele: type[Model], lues: Sequence[Model]) -> tuple[dict[int, str], dict[int, str]]:
    pks = [ligne.pk for ligne in lues]
    return noms_lies(modele, "publics", "libelle", pks), noms_lies(modele, "partenaires", "nom", pks)

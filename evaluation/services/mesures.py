"""Figures entered by hand: a grid at once, all or nothing, without losing a colleague's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from evaluation.enums import Niveau
from evaluation.models import Campagne, Indicateur, Mesure
from evaluation.permissions import peut_saisir_des_mesures
from evaluation.selectors.saisie import Case, GrilleSaisie, lire_grille, type_valeurs, valeurs_saisies
from evaluation.selectors.tendances import ecrire_valeur
from evaluation.services.saisies_demandees import solder_demandes
from evaluation.services.verrous import verrouiller_campagne
from evaluation.validators import valider_date_du_chiffre, valider_valeur
from reseaux.models import CIO
from reseaux.perimetre import Perimetre
from socle.journal import journaliser_lot


class ConflitDeMesure(Exception):
    """A colleague has written other figures in the same cells since the page was opened; nothing written."""

    def __init__(self, enregistrees: type_valeurs, cases: set[Case]) -> None:
        super().__init__("Des chiffres ont été enregistrés entre-temps.")
        self.enregistrees = enregistrees
        self.cases = cases


@dataclass(frozen=True)
class Place:
    """The indicator and the territory of a cell."""

    indicateur: Indicateur
    cio: CIO | None

    @property
    def territoire(self) -> str:
        return self.cio.nom if self.cio else "département"


@transaction.atomic
def enregistrer_mesures(
    *,
    perimetre: Perimetre,
    campagne: Campagne,
    saisies: Mapping[Case, Decimal | None],
    relevee_le: dt.date,
    depart: type_valeurs | None = None,
) -> int:
    """Writes the cells that differ from `depart`, what the page was opened with (None: what is saved); an
    emptied cell has no figure any more. Returns how many changed; what was asked for and is there is done.

    Raises ConflitDeMesure when one of these cells has moved since, ValidationError naming each fault.
    """
    campagne = verrouiller_campagne(campagne, perimetre, peut_saisir_des_mesures)
    grille = lire_grille(campagne, perimetre)
    ouvertes = grille.valeurs if depart is None else depart
    enregistrees = valeurs_saisies(campagne)
    changees = {c: valeur for c, valeur in saisies.items() if valeur != ouvertes.get(c)}
    a_ecrire = {c: valeur for c, valeur in changees.items() if valeur != enregistrees.get(c)}
    _refuser_les_fautes(grille, a_ecrire, relevee_le)
    disputees = {c for c in a_ecrire if enregistrees.get(c) != ouvertes.get(c)}
    if disputees:
        raise ConflitDeMesure(enregistrees, disputees)
    if a_ecrire:
        places = _places(grille, a_ecrire)
        _ecrire(perimetre, campagne, places, a_ecrire, relevee_le)
        _journaliser(perimetre, campagne, places, enregistrees, a_ecrire)
        solder_demandes(perimetre=perimetre, campagne=campagne)
    return len(a_ecrire)


def _refuser_les_fautes(
    grille: GrilleSaisie, a_ecrire: Mapping[Case, Decimal | None], relevee_le: dt.date
) -> None:
    if a_ecrire.keys() - grille.cases:
        raise PermissionDenied
    unites = {indicateur.pk: indicateur.unite for indicateur in grille.indicateurs}
    fautes = []
    try:
        valider_date_du_chiffre(relevee_le)
    except ValidationError as faute:
        fautes += [message.capitalize() for message in faute.messages]
    for case, valeur in a_ecrire.items():
        try:
            if valeur is not None:
                valider_valeur(valeur, unites[case.indicateur])
        except ValidationError as faute:
            fautes += [f"{grille.titre(case)} : {message}" for message in faute.messages]
    if fautes:
        raise ValidationError(fautes)


def _places(grille: GrilleSaisie, cases: Iterable[Case]) -> dict[Case, Place]:
    indicateurs = {indicateur.pk: indicateur for indicateur in grille.indicateurs}
    cios = {cio.pk: cio for cio in grille.colonnes if cio}
    return {case: Place(indicateurs[case.indicateur], cios.get(case.cio)) for case in cases}


def _ecrire(
    perimetre: Perimetre,
    campagne: Campagne,
    places: Mapping[Case, Place],
    a_ecrire: Mapping[Case, Decimal | None],
    relevee_le: dt.date,
) -> None:
    """What was there goes first: a figure that was imported, or that could not be given, is replaced too."""
    for case in a_ecrire:
        niveau = Niveau.CIO if case.cio else Niveau.DEPARTEMENT
        anciennes = Mesure.objects.filter(campagne=campagne, indicateur=case.indicateur, niveau=niveau)
        anciennes.filter(cio=case.cio or None).delete()
    Mesure.objects.bulk_create(
        Mesure(
            campagne=campagne,
            indicateur=place.indicateur,
            niveau=Niveau.CIO if place.cio else Niveau.DEPARTEMENT,
            cio=place.cio,
            territoire=place.cio.nom if place.cio else campagne.departement.nom,
            cle_territoire=place.cio.nom if place.cio else campagne.departement.code,
            valeur=a_ecrire[case],
            source=place.indicateur.source,
            relevee_le=relevee_le,
            saisie_par_id=perimetre.utilisateur_id,
            qualite=perimetre.libelle[:200],
        )
        for case, place in places.items()
        if a_ecrire[case] is not None
    )


def _journaliser(
    perimetre: Perimetre,
    campagne: Campagne,
    places: Mapping[Case, Place],
    avant: type_valeurs,
    apres: Mapping[Case, Decimal | None],
) -> None:
    """One line a figure, in the history of the campaign."""
    for action, retiree in (("evaluation.mesure.saisie", False), ("evaluation.mesure.retiree", True)):
        journaliser_lot(
            perimetre=perimetre,
            action=action,
            objets=[
                (campagne, _en_clair(places[case], avant.get(case)), _en_clair(places[case], valeur))
                for case, valeur in apres.items()
                if (valeur is None) == retiree
            ],
        )


def _en_clair(place: Place, valeur: Decimal | None) -> dict[str, str | None]:
    texte = None if valeur is None else ecrire_valeur(valeur, place.indicateur.unite)
    return {"indicateur": place.indicateur.code, "territoire": place.territoire, "valeur": texte}

"""Writing the counts of a CIO and a month: all or nothing, without losing a colleague's numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from missions.enums import Lieu
from missions.models import ReleveActivite
from missions.permissions import peut_saisir_activite
from missions.selectors.activite import (
    COLONNES,
    NOMBRE_MAXIMUM,
    CleLigne,
    cle_de,
    ecoles_du_cio,
    lire_nombres,
    missions_comptees,
    nom_du_mois,
    premier_du_mois,
    publics_comptes,
    type_nombres,
)
from reseaux.models import CIO, AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

#: (row, column) → number typed; None where the cell is empty.
type_saisies = Mapping[tuple[CleLigne, str], int | None]
PAR_CLE = {colonne.cle: colonne for colonne in COLONNES}


class ConflitDeReleve(Exception):
    """A colleague has written other numbers in the same cells since the page was opened; nothing written."""

    def __init__(self, enregistres: type_nombres, cellules: set[tuple[CleLigne, str]]) -> None:
        super().__init__("Des nombres ont été enregistrés entre-temps.")
        self.enregistres = enregistres
        self.cellules = cellules


@dataclass(frozen=True)
class Nomenclatures:
    """What a row of that CIO and month may be about: words by key, read once."""

    ecoles: dict[int, str]
    missions: dict[int, tuple[str, str]]
    publics: dict[int, str]

    @classmethod
    def de(cls, cio: CIO, mois: dt.date, annee: AnneeScolaire) -> Nomenclatures:
        return cls(
            {ecole.pk: str(ecole) for ecole in ecoles_du_cio(cio, annee)},
            {m.pk: (f"{m.code} – {m.libelle}", m.lieu) for m in missions_comptees(cio, mois)},
            {public.pk: public.libelle for public in publics_comptes(cio, mois)},
        )

    def refus(self, cle: CleLigne) -> str:
        """Why nothing is counted on that row, or « »."""
        if cle.etablissement and cle.etablissement not in self.ecoles:
            return "Cet établissement n’est ni du secteur ni d’un réseau du CIO cette année."
        if cle.mission not in self.missions:
            return "Cette mission n’est pas une mission des PsyEN en vigueur ce mois-là."
        if cle.public and cle.public not in self.publics:
            return "Ce public n’est pas de la nomenclature en vigueur ce mois-là."
        libelle, lieu = self.missions[cle.mission]
        if (lieu == Lieu.EPLE) != bool(cle.etablissement):
            ou = "en établissement : choisissez lequel" if lieu == Lieu.EPLE else "au CIO"
            return f"La mission {libelle} s’exerce {ou}."
        return ""

    def en_clair(self, cle: CleLigne) -> str:
        """« Au CIO, M1 – L’accueil…, Décrocheurs »."""
        ou = self.ecoles.get(cle.etablissement, "") if cle.etablissement else "Au CIO"
        mission = self.missions.get(cle.mission, ("", ""))[0]
        public = self.publics.get(cle.public, "") if cle.public else "Tous publics"
        return ", ".join(mot for mot in (ou, mission, public) if mot)


def annee_du_mois(mois: dt.date) -> AnneeScolaire:
    """The school year that the month is in, when it may still be counted."""
    if mois.day != 1:
        raise ValidationError("Un relevé porte sur un mois entier.")
    if mois > premier_du_mois(timezone.localdate()):
        raise ValidationError(
            f"Le mois de {nom_du_mois(mois)} n’a pas commencé : l’activité se compte une fois passée."
        )
    annee = AnneeScolaire.objects.au(mois)
    if annee is None:
        raise ValidationError(f"Le mois de {nom_du_mois(mois)} n’est dans aucune année scolaire connue.")
    if not annee.est_modifiable:
        raise ValidationError(f"L’année scolaire {annee} est close : ses relevés ne changent plus.")
    return annee


@transaction.atomic
def enregistrer_activite(
    *,
    perimetre: Perimetre,
    cio: CIO,
    mois: dt.date,
    saisies: type_saisies,
    depart: type_nombres | None = None,
) -> int:
    """Writes the cells that differ from `depart`, the numbers that the page was opened with (None: those of
    the database); an emptied cell is no longer counted. Returns how many changed.

    Raises ConflitDeReleve when one of these cells has moved since, ValidationError naming each fault.
    """
    # Held until the end: two people on one month come one after the other.
    cio = CIO.objects.select_for_update(of=("self",)).select_related("departement").get(pk=cio.pk)
    if not peut_saisir_activite(perimetre, cio):
        raise PermissionDenied
    annee = annee_du_mois(mois)
    releves = {
        (cle_de(r), r.unite, r.audience): r
        for r in ReleveActivite.objects.filter(cio=cio, mois=mois).order_by("pk")
    }
    enregistres = lire_nombres(releves.values())
    ouverts = enregistres if depart is None else depart
    changees = {c: nombre for c, nombre in saisies.items() if nombre != ouverts.get(c)}
    a_ecrire = {c: nombre for c, nombre in changees.items() if nombre != enregistres.get(c)}
    _refuser_les_fautes(a_ecrire, enregistres, Nomenclatures.de(cio, mois, annee))
    disputees = {c for c in a_ecrire if enregistres.get(c) != ouverts.get(c)}
    if disputees:
        raise ConflitDeReleve(enregistres, disputees)
    if a_ecrire:
        _ecrire(cio, mois, releves, a_ecrire)
        _journaliser(perimetre, cio, mois, enregistres, a_ecrire)
    return len(a_ecrire)


def _refuser_les_fautes(
    a_ecrire: Mapping[tuple[CleLigne, str], int | None],
    enregistres: type_nombres,
    nomenclatures: Nomenclatures,
) -> None:
    """What was counted before a mission was retired may be corrected, never begun."""
    connues = {cle for cle, _ in enregistres}
    fautes: dict[str, None] = {}
    for (cle, colonne), nombre in a_ecrire.items():
        motif = "" if cle in connues else nomenclatures.refus(cle)
        if not motif and colonne not in PAR_CLE:
            motif = "Cette colonne n’existe pas."
        if not motif and nombre is not None and not 0 <= nombre <= NOMBRE_MAXIMUM:
            motif = (
                f"{nomenclatures.en_clair(cle)}, {PAR_CLE[colonne].titre} : {nombre} n’est pas possible ; "
                f"un mois compte de 0 à {NOMBRE_MAXIMUM}."
            )
        if motif:
            fautes[motif] = None
    if fautes:
        raise ValidationError(list(fautes))


def _ecrire(
    cio: CIO,
    mois: dt.date,
    releves: Mapping[tuple[CleLigne, str, str], ReleveActivite],
    a_ecrire: Mapping[tuple[CleLigne, str], int | None],
) -> None:
    nouveaux, changes, retires = [], [], []
    for (cle, nom), nombre in a_ecrire.items():
        colonne = PAR_CLE[nom]
        releve = releves.get((cle, colonne.unite, colonne.audience))
        if releve is None and nombre is not None:
            nouveaux.append(
                ReleveActivite(
                    cio=cio,
                    mois=mois,
                    etablissement_id=cle.etablissement or None,
                    mission_id=cle.mission,
                    public_id=cle.public or None,
                    unite=colonne.unite,
                    audience=colonne.audience,
                    nombre=nombre,
                )
            )
        elif releve is not None and nombre is None:
            retires.append(releve.pk)
        elif releve is not None and nombre is not None:
            releve.nombre = nombre
            changes.append(releve)
    ReleveActivite.objects.filter(pk__in=retires).delete()
    ReleveActivite.objects.bulk_update(changes, ["nombre"], batch_size=500)
    ReleveActivite.objects.bulk_create(nouveaux, batch_size=500)


def _journaliser(
    perimetre: Perimetre,
    cio: CIO,
    mois: dt.date,
    avant: type_nombres,
    apres: Mapping[tuple[CleLigne, str], int | None],
) -> None:
    """How much was written, not the numbers: small ones are not read above the CIO, the journal is."""
    journaliser(
        perimetre=perimetre,
        action="missions.activite.enregistree",
        objet=cio,
        apres={
            "mois": nom_du_mois(mois),
            "nombres_ajoutes": sum(c not in avant for c in apres),
            "nombres_modifies": sum(c in avant and n is not None for c, n in apres.items()),
            "nombres_retires": sum(n is None for n in apres.values()),
        },
        departement_id=cio.departement_id,
    )

"""Réseaux, répartitions and arrêtés of the national set, year after year, written in bulk.

The content of a répartition is written while it is a draft, then the répartition is decided: the triggers
of the database refuse any other order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils import timezone

from cio_network.demonstration.national import LOT, Secteur
from cio_network.demonstration.repartitions import VISAS
from psyen.enums import DEMI_JOURNEES_PAR_SEMAINE, PAS, EtatRepartition, NatureArrete
from psyen.models import Affectation, Arrete, CompteurArrete, ModeleArrete, PsyEN, Repartition, Service
from reseaux.enums import EtatAnnee
from reseaux.models import AnneeScolaire, Departement, Etablissement, MembreReseau, Reseau
from socle.fichiers import enregistrer_fichier
from socle.models import Fichier

#: Part of the week kept at the CIO, in whole half-days below.
PART_CIO = Decimal("0.4")
SIGNATAIRE = {
    "autorite": "Le directeur académique des services de l’éducation nationale",
    "visas": VISAS,
    "signataire": "Signataire du jeu d’essai",
    "qualite": "Pour le recteur et par délégation",
    "lieu": "Paris",
}


@dataclass(frozen=True)
class Semaine:
    """One PsyEN in one réseau, with the schools he goes to."""

    psyen: PsyEN
    quotite: Decimal
    reseau: Reseau
    ecoles: Sequence[Etablissement]

    @property
    def capacite(self) -> Decimal:
        return self.quotite * DEMI_JOURNEES_PAR_SEMAINE / 100

    @property
    def cio(self) -> Decimal:
        return self.capacite * PART_CIO // 1

    def parts(self) -> Iterator[tuple[Etablissement, Decimal]]:
        """The rest of the week over the schools, by half steps, the first ones served better."""
        pas = int((self.capacite - self.cio) / PAS)
        entier, reste = divmod(pas, len(self.ecoles))
        for rang, ecole in enumerate(self.ecoles):
            if nombre := entier + (rang < reste):
                yield ecole, nombre * PAS


def charger_annee(secteurs: Sequence[Secteur], annee: AnneeScolaire) -> None:
    """One year of the country: drafts for the year in preparation, arrêtés for the others."""
    reseaux = _charger_reseaux(secteurs, annee)
    repartitions = Repartition.objects.bulk_create(
        (Repartition(cio=s.cio, annee=annee, date_effet=annee.debut) for s in secteurs), batch_size=LOT
    )
    semaines = [
        (repartition, semaine)
        for secteur, repartition in zip(secteurs, repartitions, strict=True)
        for semaine in _semaines(secteur, reseaux[secteur.cio.pk])
    ]
    services = Service.objects.bulk_create(
        (
            Service(
                repartition=repartition,
                psyen=s.psyen,
                quotite=s.quotite,
                capacite=s.capacite,
                demi_journees_cio=s.cio,
                reseau=s.reseau,
                compte_dans_couverture=s.psyen.compte_dans_couverture,
            )
            for repartition, s in semaines
        ),
        batch_size=LOT,
    )
    Affectation.objects.bulk_create(
        (
            Affectation(service=service, etablissement=ecole, reseau=semaine.reseau, demi_journees=nombre)
            for service, (_, semaine) in zip(services, semaines, strict=True)
            for ecole, nombre in semaine.parts()
        ),
        batch_size=LOT,
    )
    if annee.etat != EtatAnnee.PREPARATION:
        _decider(secteurs, repartitions, annee)


def _charger_reseaux(secteurs: Sequence[Secteur], annee: AnneeScolaire) -> dict[int, list[Reseau]]:
    """CIO → its réseaux of that year, in the order of the sector; members with them."""
    couples = [(s, n, ecoles) for s in secteurs for n, ecoles in enumerate(s.reseaux, start=1)]
    reseaux = Reseau.objects.bulk_create(
        (
            Reseau(cio=s.cio, annee=annee, nom=f"{n:02} {ecoles[0].nom}"[:80], tete=ecoles[0])
            for s, n, ecoles in couples
        ),
        batch_size=LOT,
    )
    MembreReseau.objects.bulk_create(
        (
            MembreReseau(reseau=reseau, annee=annee, etablissement=ecole)
            for reseau, (_, _, ecoles) in zip(reseaux, couples, strict=True)
            for ecole in ecoles
        ),
        batch_size=LOT,
    )
    par_cio: dict[int, list[Reseau]] = {s.cio.pk: [] for s in secteurs}
    for reseau in reseaux:
        par_cio[reseau.cio_id].append(reseau)
    return par_cio


def _semaines(secteur: Secteur, reseaux: Sequence[Reseau]) -> Iterator[Semaine]:
    """PsyEN in turn over the réseaux: one takes the even schools, the next the odd ones, all the tête."""
    for rang, (psyen, quotite) in enumerate(secteur.psyens if reseaux else ()):
        tour, numero = divmod(rang, len(reseaux))
        tete, *autres = secteur.reseaux[numero]
        yield Semaine(psyen, quotite, reseaux[numero], [tete, *autres[tour % 2 :: 2]])


def _decider(secteurs: Sequence[Secteur], repartitions: list[Repartition], annee: AnneeScolaire) -> None:
    """Proposed by the DCIO, decided by the DASEN two months before the rentrée."""
    jour = timezone.make_aware(dt.datetime.combine(annee.debut - dt.timedelta(days=60), dt.time(10)))
    for secteur, repartition in zip(secteurs, repartitions, strict=True):
        repartition.etat = EtatRepartition.ARRETEE
        repartition.proposee_le, repartition.decidee_le = jour - dt.timedelta(days=15), jour
        repartition.proposee_en_qualite, repartition.decidee_en_qualite = secteur.dcio, secteur.dasen
        repartition.proposee_par_id = secteur.dcio.utilisateur_id
        repartition.decidee_par_id = secteur.dasen.utilisateur_id
    decision = ("le", "par", "en_qualite")
    champs = [f"{geste}_{champ}" for geste in ("proposee", "decidee") for champ in decision]
    Repartition.objects.bulk_update(repartitions, ["etat", *champs], batch_size=LOT)


def charger_arretes(secteurs: Sequence[Secteur]) -> None:
    """The numbered arrêté of each decision. One file for all: to draw 4 000 PDF would take a night."""
    departements = {s.cio.departement_id: s.cio.departement for s in secteurs}
    ModeleArrete.objects.bulk_create(
        ModeleArrete(departement=d, prefixe=f"DSDEN{d.code}-CIO", **SIGNATAIRE) for d in departements.values()
    )
    fichier = enregistrer_fichier(
        nom="arrete-du-jeu-d-essai.txt", type_mime="text/plain", contenu="Arrêté du jeu d’essai.".encode()
    )
    decidees = (
        Repartition.objects.filter(etat=EtatRepartition.ARRETEE)
        .select_related("cio__departement")
        .order_by("cio__departement", "decidee_le", "pk")
    )
    groupes = groupby(decidees, key=lambda r: (r.cio.departement, timezone.localdate(r.decidee_le)))
    for (departement, jour), repartitions in groupes:
        arretes = [_arrete(departement, jour, n, r, fichier) for n, r in enumerate(repartitions, start=1)]
        Arrete.objects.bulk_create(arretes)
        CompteurArrete.objects.create(departement=departement, annee_civile=jour.year, dernier=len(arretes))


def _arrete(
    departement: Departement, jour: dt.date, rang: int, repartition: Repartition, fichier: Fichier
) -> Arrete:
    return Arrete(
        repartition=repartition,
        departement=departement,
        annee_civile=jour.year,
        rang=rang,
        numero=f"DSDEN{departement.code}-CIO-{jour.year}-{rang:03}",
        nature=NatureArrete.INITIAL,
        date_signature=jour,
        fichier=fichier,
        **SIGNATAIRE,
    )

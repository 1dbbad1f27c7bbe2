"""The répartitions of the demonstration, shared out, proposed and decided by those whose job it is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from cio_network.demonstration.personnes import Distribution, Equipe
from psyen.enums import PAS, Modalite, SensAvis, Statut
from psyen.models import Affectation, Arrete, PsyEN, Repartition
from psyen.selectors.grille import Cellule, Ecole, LigneGrille, ReseauGrille, construire_grille
from psyen.services.decision import (
    arreter_repartition,
    configurer_arretes,
    donner_avis,
    renvoyer_repartition,
)
from psyen.services.grille import SaisieService, enregistrer_grille, partager_selon_effectifs
from psyen.services.repartition import preparer_modificatif, preparer_repartition, proposer_repartition
from reseaux.models import CIO, AnneeScolaire, Departement
from reseaux.perimetre import Perimetre

#: Part of the week kept at the CIO.
PART_CIO = Decimal("0.4")
VISAS = (
    "Vu le code de l’éducation, notamment ses articles L. 313-1 à L. 313-6 et D. 313-1 à D. 313-13 ;\n"
    "Vu le décret n° 2017-120 du 1er février 2017 portant dispositions statutaires relatives aux "
    "psychologues de l’éducation nationale ;\n"
    "Vu l’arrêté du 9 mai 2017 relatif au temps de travail des psychologues de l’éducation nationale ;"
)
CHEFS_LIEUX = {"018": "Bourges", "028": "Chartres", "041": "Blois"}


def charger_modele(departement: Departement, dasen: Perimetre, perimetre: Perimetre) -> None:
    """Visas and signatory of the département's arrêtés."""
    configurer_arretes(
        departement=departement,
        perimetre=perimetre,
        autorite=f"L’inspecteur d’académie, directeur académique des services de l’éducation nationale "
        f"{departement.avec_article}",
        visas=VISAS,
        signataire=str(dasen.utilisateur),
        qualite="Pour le recteur et par délégation, le directeur académique des services de l’éducation "
        f"nationale {departement.avec_article}",
        lieu=CHEFS_LIEUX[departement.code],
        prefixe=f"DSDEN{departement.code[1:]}-CIO",
    )


def arreter_annee(cio: CIO, annee: AnneeScolaire, equipe: Equipe, *, signee_le: dt.date) -> Arrete:
    """The first version of a year, from the blank page (or last year's copy) to the arrêté."""
    repartition = preparer_et_partager(cio, annee, equipe)
    proposer_repartition(
        repartition=repartition,
        perimetre=equipe.dcio[cio.pk],
        le=_a_dix_heures(signee_le - dt.timedelta(days=12)),
    )
    return arreter_repartition(repartition=repartition, perimetre=equipe.dasen, le=_a_dix_heures(signee_le))


def preparer_et_partager(cio: CIO, annee: AnneeScolaire, equipe: Equipe) -> Repartition:
    """Open the draft and give a week to every PsyEN who has none yet."""
    repartition = preparer_repartition(cio=cio, annee=annee, perimetre=equipe.dcio[cio.pk])
    return _partager(repartition, equipe.dcio[cio.pk])


def modifier_en_cours_d_annee(
    cio: CIO, annee: AnneeScolaire, equipe: Equipe, distribution: Distribution, aujourd_hui: dt.date
) -> Arrete:
    """A contractuel arrives during the year: a modificatif gives him his schools."""
    effet = min(max(annee.debut + dt.timedelta(days=1), aujourd_hui - dt.timedelta(days=21)), annee.fin)
    distribution.psyen(cio, rang=2, debut=effet, statut=Statut.CONTRACTUEL, fin=annee.fin)
    dcio = equipe.dcio[cio.pk]
    repartition = preparer_modificatif(cio=cio, annee=annee, date_effet=effet, perimetre=dcio)
    _partager(repartition, dcio)
    proposer_repartition(
        repartition=repartition,
        perimetre=dcio,
        message="Arrivée d’un contractuel en cours d’année.",
        le=_a_dix_heures(effet - dt.timedelta(days=9)),
    )
    return arreter_repartition(
        repartition=repartition, perimetre=equipe.dasen, le=_a_dix_heures(effet - dt.timedelta(days=5))
    )


def mener_jusqu_a(etat: str, repartition: Repartition, equipe: Equipe) -> None:
    """Next year's draft, brought to the state shown."""
    if etat == "brouillon":
        _laisser_inacheve(repartition, equipe.dcio[repartition.cio_id])
        return
    proposer_repartition(
        repartition=repartition,
        perimetre=equipe.dcio[repartition.cio_id],
        message="Proposition établie après échange avec l’équipe du CIO.",
    )
    if etat == "avis":
        donner_avis(
            repartition=repartition,
            sens=SensAvis.FAVORABLE,
            texte="Couverture conforme aux orientations du département.",
            perimetre=equipe.ien_io,
        )
    if etat == "renvoyee":
        renvoyer_repartition(
            repartition=repartition,
            motif="Merci de renforcer la présence dans le lycée tête de réseau, puis de proposer de nouveau.",
            perimetre=equipe.dasen,
        )
    if etat == "arretee":
        arreter_repartition(repartition=repartition, perimetre=equipe.dasen)


def _a_dix_heures(jour: dt.date) -> dt.datetime:
    """An act of the past, recorded by the demonstration as it was done."""
    return timezone.make_aware(dt.datetime.combine(jour, dt.time(10)))


def _partager(repartition: Repartition, perimetre: Perimetre) -> Repartition:
    """Give those whose week is blank the réseau that has the fewest PsyEN, one after the other."""
    grille = construire_grille(repartition)
    places = {reseau.pk: grille.nombre_de_psyen(reseau) for reseau in grille.reseaux}
    couvertes = {pk for pk in grille.ecoles if grille.couverture_ecole(pk)}
    saisies = []
    for ligne in grille.lignes:
        if not ligne.cellules:
            reseau = min(grille.reseaux, key=lambda r: places[r.pk])
            saisie = _semaine(ligne, reseau, couvertes)
            saisies.append(saisie)
            places[reseau.pk] += ligne.compte
            couvertes |= saisie.affectations.keys()
    return enregistrer_grille(
        repartition=repartition, saisies=saisies, revision=repartition.revision, perimetre=perimetre
    )


def _semaine(ligne: LigneGrille, reseau: ReseauGrille, couvertes: set[int]) -> SaisieService:
    """Four tenths at the CIO, the rest over the tête and the schools where nobody goes yet: the first
    PsyEN of a réseau leaves half of them to the second.
    """
    autres = [e for e in reseau.ecoles if e.est_ouverte and e.pk != reseau.tete_pk]
    sans_personne = [e for e in autres if e.pk not in couvertes]
    choisies = sans_personne[::2] if len(sans_personne) == len(autres) else sans_personne or autres[::2]
    ecoles = [e for e in reseau.ecoles if e.pk == reseau.tete_pk] + choisies
    cio = ligne.capacite * PART_CIO // PAS * PAS
    parts = partager_selon_effectifs(ligne.capacite - cio, _poids(ecoles, reseau.tete_pk))
    return SaisieService(
        psyen_pk=ligne.psyen_pk,
        quotite=ligne.quotite,
        capacite=ligne.capacite,
        cio=cio,
        reseau_pk=reseau.pk,
        affectations={pk: Cellule(part, Modalite.PRESENTIEL) for pk, part in parts.items() if part},
    )


def _laisser_inacheve(repartition: Repartition, perimetre: Perimetre) -> None:
    """What a draft looks like half-way: a school that nobody has yet, a PsyEN lent to another réseau, a
    presence at a distance.
    """
    grille = construire_grille(repartition)
    premier, deuxieme, *_ = (ligne for ligne in grille.lignes if len(ligne.cellules) > 1)
    colleges = [pk for pk in premier.cellules if not grille.ecoles[pk].est_lycee]
    quittee = min(colleges, key=lambda pk: (premier.cellules[pk].demi_journees, -pk))
    ailleurs = next(r for r in grille.reseaux if r.pk != deuxieme.reseau_pk)
    pretee = max(deuxieme.cellules, key=lambda pk: (deuxieme.cellules[pk].demi_journees, pk))
    prete = deuxieme.cellules[pretee].demi_journees
    enregistrer_grille(
        repartition=repartition,
        saisies=[
            _modifier(premier, {quittee: Cellule(Decimal(0), Modalite.PRESENTIEL)}),
            _modifier(
                deuxieme,
                {
                    pretee: Cellule(prete - PAS, Modalite.PRESENTIEL),
                    ailleurs.ecoles[-1].pk: Cellule(PAS, Modalite.DISTANCIEL),
                },
            ),
        ],
        revision=repartition.revision,
        perimetre=perimetre,
    )


def _modifier(ligne: LigneGrille, cellules: dict[int, Cellule]) -> SaisieService:
    """The same week, save these schools."""
    return SaisieService(
        psyen_pk=ligne.psyen_pk,
        quotite=ligne.quotite,
        capacite=ligne.capacite,
        cio=ligne.cio,
        reseau_pk=ligne.reseau_pk,
        affectations=ligne.cellules | cellules,
    )


def _poids(ecoles: list[Ecole], tete_pk: int) -> dict[int, int]:
    """Pupils, the tête counted half: two PsyEN share it."""
    return {e.pk: (e.effectif or 0) // (2 if e.pk == tete_pk else 1) for e in ecoles}


def ecoles_touchees(repartition: Repartition) -> list[int]:
    """Schools of a répartition, the most half-days first: whose chefs get an account."""
    lignes = Affectation.objects.filter(service__repartition=repartition).order_by("-demi_journees", "pk")
    return list(dict.fromkeys(lignes.values_list("etablissement_id", flat=True)))


def psyens_de(repartition: Repartition) -> list[PsyEN]:
    """The PsyEN of a répartition who have schools, by name."""
    return list(
        PsyEN.objects.filter(services__repartition=repartition, services__affectations__isnull=False)
        .distinct()
        .order_by("nom", "pk")
    )

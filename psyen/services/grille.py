"""Writing the grid: many weeks at once, all or nothing, without losing a colleague's edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from psyen.enums import DEMI_JOURNEES_PAR_SEMAINE, DEMI_JOURNEES_PERMISES, PAS, Modalite
from psyen.models import Affectation, PsyEN, Repartition, Service
from psyen.permissions import peut_modifier_repartition
from psyen.selectors.controles import ERREUR, Alerte, depassement, nombre
from psyen.selectors.grille import Cellule, Grille, LigneGrille, construire_grille
from psyen.services.repartition import exiger, verrouiller
from reseaux.models import Etablissement, MembreReseau, Reseau
from reseaux.perimetre import Perimetre
from reseaux.selectors.indicateurs import effectifs_connus
from socle.journal import journaliser


@dataclass
class SaisieService:
    """One PsyEN's week as typed; `affectations`: school → half-days and modalité, zero meaning none."""

    psyen_pk: int
    quotite: Decimal
    capacite: Decimal
    cio: Decimal
    reseau_pk: int | None = None
    affectations: dict[int, Cellule] = field(default_factory=dict)


class ConflitDEdition(Exception):
    """Someone saved the draft since this page was opened; nothing was written."""

    def __init__(self, repartition: Repartition) -> None:
        super().__init__("Le brouillon a été modifié entre-temps.")
        self.repartition = repartition


class SaisieRefusee(ValidationError):
    """Rules broken by what was typed; `alertes` says beside which cell to show each."""

    def __init__(self, alertes: Sequence[Alerte]) -> None:
        super().__init__([alerte.message for alerte in alertes])
        self.alertes = list(alertes)


@transaction.atomic
def enregistrer_grille(
    *, repartition: Repartition, saisies: Sequence[SaisieService], revision: int, perimetre: Perimetre
) -> Repartition:
    """Save the weeks given; those not given, or given unchanged, are not touched.

    `revision` is the one the page was opened with. Raises ConflitDEdition when the draft moved since,
    SaisieRefusee (one message per fault, naming PsyEN and school) when a rule is broken.
    """
    repartition = _prendre(repartition, revision, perimetre)
    grille = construire_grille(repartition)
    changees = _changees(grille, saisies)
    if not changees:
        return repartition
    fautes = [faute for ligne, saisie in changees for faute in fautes_de_saisie(grille, ligne, saisie)]
    if fautes:
        raise SaisieRefusee(fautes)
    _ecrire(repartition, grille, [saisie for _, saisie in changees])
    repartition.revision += 1
    repartition.save()
    journaliser(
        perimetre=perimetre,
        action="psyen.repartition.enregistree",
        objet=repartition,
        avant={ligne.nom_complet: _resume(grille, ligne, ligne.cellules) for ligne, _ in changees},
        apres={ligne.nom_complet: _resume(grille, s, s.affectations) for ligne, s in changees},
    )
    return repartition


def affecter_au_reseau(
    *,
    repartition: Repartition,
    psyen: PsyEN,
    reseau: Reseau,
    parts: dict[int, Decimal],
    revision: int,
    perimetre: Perimetre,
) -> Repartition:
    """Associate a PsyEN with a réseau and give him these half-days in its schools.

    His half-days in other réseaux stay as they are. Same refusals as `enregistrer_grille`.
    """
    grille = construire_grille(repartition)
    ligne = next((ligne for ligne in grille.lignes if ligne.psyen_pk == psyen.pk), None)
    if ligne is None:
        raise ValidationError(f"{psyen} ne figure pas dans cette répartition.")
    ecoles_du_reseau = {pk for pk, reseau_pk in grille.reseau_de().items() if reseau_pk == reseau.pk}
    conservees = {pk: c for pk, c in ligne.cellules.items() if pk not in ecoles_du_reseau}
    nouvelles = {
        pk: Cellule(part, ligne.cellules[pk].modalite if pk in ligne.cellules else Modalite.PRESENTIEL)
        for pk, part in parts.items()
        if part
    }
    saisie = SaisieService(
        psyen_pk=psyen.pk,
        quotite=ligne.quotite,
        capacite=ligne.capacite,
        cio=ligne.cio,
        reseau_pk=reseau.pk,
        affectations=conservees | nouvelles,
    )
    return enregistrer_grille(
        repartition=repartition, saisies=[saisie], revision=revision, perimetre=perimetre
    )


def partager_selon_effectifs(demi_journees: Decimal, effectifs: dict[int, int]) -> dict[int, Decimal]:
    """Split half-days over schools in proportion of their pupils, by steps of 0.5, total kept exactly.

    Largest remainders; equal pupils share equally, ties by order.
    """
    pas_a_donner = int((demi_journees / PAS).to_integral_value(ROUND_HALF_UP))
    exacts = parts_exactes(Decimal(pas_a_donner), effectifs)
    parts = {pk: int(exact) for pk, exact in exacts.items()}
    restants = pas_a_donner - sum(parts.values())
    for pk in sorted(exacts, key=lambda pk: parts[pk] - exacts[pk])[:restants]:
        parts[pk] += 1
    return {pk: n * PAS for pk, n in parts.items()}


def parts_exactes(quantite: Decimal, effectifs: dict[int, int]) -> dict[int, Decimal]:
    """The same split before rounding; a school of unknown size counts as the mean of the others."""
    connus = [n for n in effectifs.values() if n]
    moyenne = Decimal(sum(connus)) / len(connus) if connus else Decimal(1)
    poids = {pk: Decimal(n) if n else moyenne for pk, n in effectifs.items()}
    total = sum(poids.values())
    return {pk: quantite * p / total for pk, p in poids.items()}


def proposer_parts(reseau: Reseau, demi_journees: Decimal) -> dict[int, Decimal]:
    """The split over the open schools of a réseau that « Affecter à un réseau » proposes."""
    membres = (
        MembreReseau.objects.filter(reseau=reseau, etablissement__in=Etablissement.objects.ouverts())
        .order_by("etablissement__nom", "pk")
        .values_list("etablissement_id", flat=True)
    )
    connus = effectifs_connus(etablissements=membres, annee=reseau.annee)
    return partager_selon_effectifs(
        demi_journees, {pk: connus[pk].nombre if pk in connus else 0 for pk in membres}
    )


def fautes_de_saisie(grille: Grille, ligne: LigneGrille, saisie: SaisieService) -> list[Alerte]:
    """The rules a week breaks, in words; the database keeps them too (constraints, triggers)."""
    nom, pk = ligne.nom_complet, ligne.psyen_pk
    fautes = []
    if not 0 < saisie.quotite <= 100:
        fautes.append(_faute("quotite", f"{nom} : la quotité est comprise entre 1 et 100 %.", pk))
    elif not 0 <= saisie.capacite <= saisie.quotite * DEMI_JOURNEES_PAR_SEMAINE / 100:
        texte = (
            f"{nom} : la capacité ne peut pas dépasser {nombre(saisie.quotite / 10)} demi-journées "
            f"pour une quotité de {nombre(saisie.quotite)} %."
        )
        fautes.append(_faute("capacite", texte, pk))
    if saisie.cio and saisie.cio not in DEMI_JOURNEES_PERMISES:
        texte = f"{nom} : les demi-journées au CIO se comptent par pas de 0,5, de 0 à 10."
        fautes.append(_faute("cio", texte, pk))
    if saisie.reseau_pk is not None and saisie.reseau_pk not in {r.pk for r in grille.reseaux}:
        texte = f"{nom} : ce réseau n’est pas un réseau du CIO pour cette année."
        fautes.append(_faute("reseau", texte, pk))
    total = saisie.cio
    for ecole_pk, cellule in saisie.affectations.items():
        faute = _faute_de_cellule(grille, ligne, ecole_pk, cellule)
        if faute:
            fautes.append(_faute("cellule", f"{nom}{faute}", pk, ecole_pk))
        total += cellule.demi_journees
    if total > saisie.capacite:
        fautes.append(_faute("capacite_depassee", depassement(nom, total, saisie.capacite), pk))
    return fautes


def _faute(code: str, message: str, psyen_pk: int, ecole_pk: int | None = None) -> Alerte:
    return Alerte(ERREUR, code, message, psyen_pk=psyen_pk, ecole_pk=ecole_pk)


def _faute_de_cellule(grille: Grille, ligne: LigneGrille, pk: int, cellule: Cellule) -> str:
    """What follows the name of the PsyEN, empty when the cell is right."""
    ecole = grille.ecoles.get(pk)
    if ligne.cellules.get(pk) == cellule:
        # A copied line of a school closed or out of the réseaux may stay until the proposal, not change.
        return ""
    if ecole is None or ecole.reseau_pk is None:
        return " : l’établissement n’appartient à aucun réseau de ce CIO cette année."
    if not ecole.est_ouverte:
        return f" : {ecole} est fermé."
    if cellule.demi_journees not in DEMI_JOURNEES_PERMISES:
        return f", {ecole} : les demi-journées se comptent par pas de 0,5, de 0,5 à 10."
    if cellule.modalite not in Modalite.values:
        return f", {ecole} : modalité inconnue."
    return ""


def _prendre(repartition: Repartition, revision: int, perimetre: Perimetre) -> Repartition:
    """Hold the draft at this revision until the end of the transaction, or tell who came first."""
    repartition = verrouiller(repartition)
    exiger(peut_modifier_repartition(perimetre, repartition), "Cette répartition n’est plus modifiable.")
    if repartition.revision != revision:
        raise ConflitDEdition(repartition)
    return repartition


def _changees(grille: Grille, saisies: Sequence[SaisieService]) -> list[tuple[LigneGrille, SaisieService]]:
    lignes = {ligne.psyen_pk: ligne for ligne in grille.lignes}
    changees = []
    for saisie in saisies:
        ligne = lignes.get(saisie.psyen_pk)
        if ligne is None:
            raise ValidationError("Un PsyEN de la page ne figure plus dans la répartition : rechargez-la.")
        saisie.affectations = {pk: c for pk, c in saisie.affectations.items() if c.demi_journees}
        avant = (ligne.quotite, ligne.capacite, ligne.cio, ligne.reseau_pk, ligne.cellules)
        apres = (saisie.quotite, saisie.capacite, saisie.cio, saisie.reseau_pk, saisie.affectations)
        if avant != apres:
            changees.append((ligne, saisie))
    return changees


def _ecrire(repartition: Repartition, grille: Grille, saisies: list[SaisieService]) -> None:
    """Empty the changed weeks, set them, fill them: no total passes above its capacity on the way."""
    par_psyen = {saisie.psyen_pk: saisie for saisie in saisies}
    services = list(Service.objects.filter(repartition=repartition, psyen__in=par_psyen).order_by("pk"))
    reseau_de = grille.reseau_de()
    anciens_reseaux = dict(
        Affectation.objects.filter(service__in=services).values_list("etablissement_id", "reseau_id")
    )
    try:
        # A savepoint: an error of the database leaves the transaction usable for the message.
        with transaction.atomic():
            Affectation.objects.filter(service__in=services).delete()
            for service in services:
                saisie = par_psyen[service.psyen_id]
                service.quotite, service.capacite = saisie.quotite, saisie.capacite
                service.demi_journees_cio, service.reseau_id = saisie.cio, saisie.reseau_pk
            Service.objects.bulk_update(services, ["quotite", "capacite", "demi_journees_cio", "reseau"])
            Affectation.objects.bulk_create(
                Affectation(
                    service=service,
                    etablissement_id=pk,
                    reseau_id=reseau_de.get(pk) or anciens_reseaux[pk],
                    demi_journees=cellule.demi_journees,
                    modalite=cellule.modalite,
                )
                for service in services
                for pk, cellule in par_psyen[service.psyen_id].affectations.items()
            )
    except IntegrityError as erreur:
        raise ValidationError(
            "La répartition n’a pas été enregistrée : une règle de la base l’interdit "
            "(capacité dépassée ou établissement répété). Vérifiez les totaux et recommencez."
        ) from erreur


def _resume(
    grille: Grille, semaine: LigneGrille | SaisieService, cellules: dict[int, Cellule]
) -> dict[str, str]:
    """What the journal keeps of a week."""
    reseaux = {reseau.pk: reseau.nom for reseau in grille.reseaux}
    resume = {
        "quotité (%)": nombre(semaine.quotite),
        "capacité": nombre(semaine.capacite),
        "réseau principal": reseaux.get(semaine.reseau_pk, "") if semaine.reseau_pk else "",
        "CIO": nombre(semaine.cio),
    }
    for pk, cellule in cellules.items():
        distance = " (à distance)" if cellule.modalite == Modalite.DISTANCIEL else ""
        resume[str(grille.ecoles[pk])] = f"{nombre(cellule.demi_journees)}{distance}"
    return resume

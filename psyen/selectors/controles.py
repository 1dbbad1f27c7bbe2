"""What is wrong, or worth a look, in a répartition: errors block the proposal, warnings do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.formats import number_format

from psyen.selectors.grille import Grille, LigneGrille, ReseauGrille

ERREUR = "erreur"
AVERTISSEMENT = "avertissement"


@dataclass(frozen=True)
class Alerte:
    """One finding, and where to show it: beside a PsyEN, a school or a réseau."""

    niveau: str
    code: str
    message: str
    psyen_pk: int | None = None
    ecole_pk: int | None = None
    reseau_pk: int | None = None

    @property
    def est_erreur(self) -> bool:
        return self.niveau == ERREUR


def controler(grille: Grille) -> list[Alerte]:
    """Every finding, errors first; pure: also used on what is typed and not saved yet."""
    alertes = [*_periode(grille)]
    for ligne in grille.lignes:
        alertes += _ligne(grille, ligne)
    for reseau in grille.reseaux:
        alertes += _reseau(grille, reseau)
    for ecole in grille.hors_reseau:
        alertes.append(
            Alerte(
                ERREUR,
                "ecole_hors_reseau",
                f"{ecole} n’appartient plus à aucun réseau de ce CIO : retirez ses demi-journées "
                "ou replacez l’établissement dans un réseau.",
                ecole_pk=ecole.pk,
            )
        )
    return sorted(alertes, key=lambda alerte: not alerte.est_erreur)


def depassement(nom: str, total: Decimal, capacite: Decimal) -> str:
    """The one sentence said of an overfilled week, by the page (static/js/grille.js) as by the services."""
    trop = nombre(total - capacite)
    return f"{nom} : {en_demi_journees(total)} pour une capacité de {nombre(capacite)} ; retirez-en {trop}."


def erreurs(grille: Grille) -> list[Alerte]:
    """Only what forbids to propose or to decide."""
    return [alerte for alerte in controler(grille) if alerte.est_erreur]


def _periode(grille: Grille) -> Iterator[Alerte]:
    repartition = grille.repartition
    annee = repartition.annee
    if not annee.debut <= repartition.date_effet <= annee.fin:
        yield Alerte(
            ERREUR,
            "date_hors_annee",
            f"La date d’effet doit être comprise entre le {annee.debut:%d/%m/%Y} et le {annee.fin:%d/%m/%Y}.",
        )
    if not grille.lignes:
        yield Alerte(ERREUR, "aucun_psyen", "La répartition ne compte aucun PsyEN.")


def _ligne(grille: Grille, ligne: LigneGrille) -> Iterator[Alerte]:
    if ligne.reste < 0:
        yield Alerte(
            ERREUR,
            "capacite_depassee",
            depassement(ligne.nom_complet, ligne.total, ligne.capacite),
            psyen_pk=ligne.psyen_pk,
        )
    if not ligne.est_rattache:
        yield Alerte(
            ERREUR,
            "non_rattache",
            f"{ligne.nom_complet} n’est pas rattaché à ce CIO au {grille.repartition.date_effet:%d/%m/%Y} : "
            "retirez sa ligne ou corrigez son rattachement.",
            psyen_pk=ligne.psyen_pk,
        )
    yield from _ligne_avertissements(grille, ligne)


def _ligne_avertissements(grille: Grille, ligne: LigneGrille) -> Iterator[Alerte]:
    if not ligne.cellules and not ligne.est_stagiaire:
        yield _attention("sans_ecole", f"{ligne.nom_complet} n’a aucun établissement.", ligne)
    if ligne.reste > 0:
        yield _attention(
            "reste", f"{ligne.nom_complet} : il reste {en_demi_journees(ligne.reste)} à répartir.", ligne
        )
    reseaux = grille.reseaux_de(ligne)
    if len(reseaux) > 1:
        noms = ", ".join(r.nom for r in reseaux)
        yield _attention(
            "plusieurs_reseaux", f"{ligne.nom_complet} intervient dans plusieurs réseaux : {noms}.", ligne
        )
    if ligne.reseau_pk is None:
        return
    for pk, ecole in grille.ecoles.items():
        if pk in ligne.cellules and ecole.reseau_pk not in (None, ligne.reseau_pk):
            yield Alerte(
                AVERTISSEMENT,
                "hors_de_son_reseau",
                f"{ligne.nom_complet} : {ecole} n’est pas dans son réseau principal.",
                psyen_pk=ligne.psyen_pk,
                ecole_pk=pk,
            )


def _reseau(grille: Grille, reseau: ReseauGrille) -> Iterator[Alerte]:
    nombre = grille.nombre_de_psyen(reseau)
    cible, tolerance = settings.CIBLE_PSYEN_PAR_RESEAU, settings.TOLERANCE_PSYEN_PAR_RESEAU
    if abs(nombre - cible) > tolerance:
        yield Alerte(
            AVERTISSEMENT,
            "reseau_hors_cible",
            f"Réseau {reseau.nom} : {nombre} PsyEN pour une cible d’environ {number_format(cible)}.",
            reseau_pk=reseau.pk,
        )
    for ecole in reseau.ecoles:
        if not ecole.est_ouverte and grille.total_ecole(ecole.pk):
            yield Alerte(
                ERREUR,
                "ecole_fermee",
                f"{ecole} est fermé : retirez ses demi-journées.",
                ecole_pk=ecole.pk,
                reseau_pk=reseau.pk,
            )
        elif ecole.est_ouverte and not grille.couverture_ecole(ecole.pk):
            yield Alerte(
                AVERTISSEMENT,
                "ecole_sans_personne",
                f"{ecole} : aucun PsyEN.",
                ecole_pk=ecole.pk,
                reseau_pk=reseau.pk,
            )


def _attention(code: str, message: str, ligne: LigneGrille) -> Alerte:
    return Alerte(AVERTISSEMENT, code, message, psyen_pk=ligne.psyen_pk)


def nombre(valeur: Decimal) -> str:
    """« 2,5 », « 10 »."""
    return f"{valeur.normalize():f}".replace(".", ",")


def en_demi_journees(valeur: Decimal) -> str:
    """« 1 demi-journée », « 2,5 demi-journées »."""
    return f"{nombre(valeur)} demi-journée{'s' if valeur >= 2 else ''}"

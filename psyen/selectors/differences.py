"""What changes from one version to the next: « À décider », arrêté modificatif, mails."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from psyen.selectors.grille import ZERO, Ecole, Grille, LigneGrille


@dataclass(frozen=True)
class Ecart:
    """Half-days of a PsyEN in one place, before and after; `ecole` is None for the CIO itself."""

    psyen_pk: int
    nom: str
    prenom: str
    ecole: Ecole | None
    avant: Decimal
    apres: Decimal
    modalite_avant: str = ""
    modalite_apres: str = ""

    @property
    def psyen(self) -> str:
        return f"{self.prenom} {self.nom}"

    @property
    def delta(self) -> Decimal:
        return self.apres - self.avant

    @property
    def est_arrivee(self) -> bool:
        return not self.avant

    @property
    def est_depart(self) -> bool:
        return not self.apres


def differences(avant: Grille | None, apres: Grille) -> list[Ecart]:
    """Every place whose half-days or modalité differ, by PsyEN then school; all of it when there is
    no version before.
    """
    anciennes = {ligne.psyen_pk: ligne for ligne in avant.lignes} if avant else {}
    nouvelles = {ligne.psyen_pk: ligne for ligne in apres.lignes}
    ecoles = (avant.ecoles if avant else {}) | apres.ecoles
    ecarts: list[Ecart] = []
    for pk in anciennes.keys() | nouvelles.keys():
        ecarts += _ecarts_du_psyen(anciennes.get(pk), nouvelles.get(pk), ecoles)
    return sorted(ecarts, key=_ordre)


def _ecarts_du_psyen(
    ancienne: LigneGrille | None, nouvelle: LigneGrille | None, ecoles: dict[int, Ecole]
) -> list[Ecart]:
    ligne = nouvelle or ancienne
    assert ligne is not None  # noqa: S101 - the key comes from one of the two
    cio_avant = ancienne.cio if ancienne else ZERO
    cio_apres = nouvelle.cio if nouvelle else ZERO
    ecarts = []
    if cio_avant != cio_apres:
        ecarts.append(Ecart(ligne.psyen_pk, ligne.nom, ligne.prenom, None, cio_avant, cio_apres))
    cellules_avant = ancienne.cellules if ancienne else {}
    cellules_apres = nouvelle.cellules if nouvelle else {}
    for pk in cellules_avant.keys() | cellules_apres.keys():
        avant, apres = cellules_avant.get(pk), cellules_apres.get(pk)
        if avant != apres:
            ecarts.append(
                Ecart(
                    ligne.psyen_pk,
                    ligne.nom,
                    ligne.prenom,
                    ecoles[pk],
                    avant.demi_journees if avant else ZERO,
                    apres.demi_journees if apres else ZERO,
                    avant.modalite if avant else "",
                    apres.modalite if apres else "",
                )
            )
    return ecarts


def _ordre(ecart: Ecart) -> tuple:
    ecole = ecart.ecole
    return (
        ecart.nom,
        ecart.prenom,
        ecart.psyen_pk,
        ecole is not None,
        str(ecole or ""),
        ecole.pk if ecole else 0,
    )

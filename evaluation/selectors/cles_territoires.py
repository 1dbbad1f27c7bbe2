"""What the tables of figures call each territory, and how they are found again from that name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from evaluation.enums import Niveau
from evaluation.models import Campagne
from reseaux.models import CIO, Etablissement, Reseau


@dataclass(frozen=True)
class ClesDesTerritoires:
    """The names of a département and a school year, read once in three queries."""

    departement: str
    cios: dict[int, str]
    #: (CIO, name) of each réseau.
    reseaux: dict[int, tuple[int, str]]
    ecoles: dict[int, str]

    @classmethod
    def du(cls, campagne: Campagne) -> Self:
        departement = campagne.departement
        reseaux = Reseau.objects.filter(cio__departement=departement, annee=campagne.annee_id)
        return cls(
            departement.code,
            dict(CIO.objects.filter(departement=departement).values_list("pk", "nom")),
            {pk: (cio, nom) for pk, cio, nom in reseaux.values_list("pk", "cio", "nom")},
            dict(Etablissement.objects.filter(departement=departement).values_list("pk", "uai")),
        )

    def cle(self, niveau: str, cio: int | None, reseau: int | None, etablissement: int | None) -> str:
        """« 041 », « CIO de Blois », « CIO de Blois / Réseau Camille-Claudel », « 0410001D »."""
        if niveau == Niveau.DEPARTEMENT:
            return self.departement
        if niveau == Niveau.ETABLISSEMENT and etablissement is not None:
            return self.ecoles.get(etablissement, str(etablissement))
        nom_du_cio = self.cios.get(cio, "") if cio is not None else ""
        if niveau == Niveau.RESEAU and reseau is not None:
            return f"{nom_du_cio} / {self.reseaux.get(reseau, (0, str(reseau)))[1]}"
        return nom_du_cio

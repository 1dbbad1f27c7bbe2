"""What people say of the figures: the last version of each thread, and those before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from evaluation.models import Analyse, Campagne
from reseaux.models import CIO
from reseaux.perimetre import Perimetre

LUS = ("texte", "version", "le", "qualite", "cio__nom", "auteur__prenom", "auteur__nom")
SYNTHESE = "Synthèse de l’IEN-IO"


@dataclass(frozen=True)
class FilAnalyse:
    """The versions of one text, the last one first."""

    cio: CIO | None
    derniere: Analyse
    precedentes: list[Analyse]

    @property
    def titre(self) -> str:
        return f"Analyse du DCIO, {self.cio}" if self.cio else SYNTHESE


def fils_d_analyses(
    campagne: Campagne, perimetre: Perimetre, indicateur: int | None = None
) -> list[FilAnalyse]:
    """Those that one reads of an indicator, or of the whole campaign: the synthesis, then the CIO by name."""
    lues = Analyse.objects.dans_perimetre(perimetre).filter(campagne=campagne, indicateur=indicateur)
    par_cio: dict[CIO | None, list[Analyse]] = defaultdict(list)
    completes = lues.select_related("cio", "auteur").only(*LUS)
    for analyse in completes.order_by("-version", "-pk"):
        par_cio[analyse.cio].append(analyse)
    fils = [FilAnalyse(cio, versions[0], versions[1:]) for cio, versions in par_cio.items()]
    return sorted(fils, key=lambda fil: (fil.cio is not None, fil.cio.nom if fil.cio else ""))


def derniere_analyse(campagne: Campagne, indicateur: int | None, cio: int | None) -> Analyse | None:
    """The version that holds."""
    versions = Analyse.objects.filter(campagne=campagne, indicateur=indicateur, cio=cio)
    return versions.select_related("auteur").order_by("-version").first()

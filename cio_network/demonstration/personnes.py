"""The fictional staff of the demonstration: accounts by role, PsyEN by CIO."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from cio_network.demonstration.noms import adresse, personnes
from comptes.enums import Role
from comptes.selectors import MOT_DE_PASSE_DEMONSTRATION
from comptes.services.comptes import creer_utilisateur
from psyen.enums import Statut
from psyen.models import PsyEN
from psyen.services.psyen import enregistrer_psyen, ouvrir_compte_psyen
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement, Habilitation
from reseaux.perimetre import Perimetre
from reseaux.services.habilitations import Territoire, accorder_habilitation

#: The département whose accounts are offered on the sign-in page.
DEPARTEMENT_VITRINE = "041"
#: Quotités of a CIO's team, in a fixed turn: most work full time.
QUOTITES = (100, 100, 80, 100, 100, 50, 100, 90, 100, 100)
STATUTS = (
    Statut.TITULAIRE,
    Statut.TITULAIRE,
    Statut.CONTRACTUEL,
    Statut.TITULAIRE,
    Statut.TITULAIRE,
    Statut.CONTRACTUEL,
    Statut.TITULAIRE,
)


@dataclass
class Distribution:
    """Draws the next fictional person and opens accounts on one day."""

    perimetre: Perimetre
    debut: dt.date
    suite: Iterator[tuple[str, str]]

    @classmethod
    def depuis(cls, debut: dt.date, perimetre: Perimetre) -> Distribution:
        return cls(perimetre=perimetre, debut=debut, suite=personnes())

    def compte(self, role: str, territoire: Territoire, *, vitrine: str = "") -> Perimetre:
        """An account with one habilitation; `vitrine` is its line on the sign-in page."""
        prenom, nom = next(self.suite)
        utilisateur = creer_utilisateur(
            perimetre=self.perimetre,
            courriel=adresse(prenom, nom),
            prenom=prenom,
            nom=nom,
            mot_de_passe=MOT_DE_PASSE_DEMONSTRATION,
            demonstration=vitrine,
        )
        return self.habiliter(utilisateur, role, territoire)

    def habiliter(self, utilisateur, role: str, territoire: Territoire) -> Perimetre:
        habilitation = accorder_habilitation(
            perimetre=self.perimetre,
            utilisateur=utilisateur,
            role=role,
            territoire=territoire,
            date_debut=self.debut,
        )
        return Perimetre.de(Habilitation.objects.pour_perimetre().get(pk=habilitation.pk))

    def psyen(
        self, cio: CIO, *, rang: int, debut: dt.date, statut: str | None = None, fin: dt.date | None = None
    ) -> PsyEN:
        """A PsyEN attached to that CIO, quotité and statut in turn."""
        prenom, nom = next(self.suite)
        return enregistrer_psyen(
            perimetre=self.perimetre,
            nom=nom,
            prenom=prenom,
            courriel=adresse(prenom, nom),
            telephone="",
            statut=statut or STATUTS[rang % len(STATUTS)],
            cio=cio,
            quotite=Decimal(QUOTITES[rang % len(QUOTITES)]),
            date_debut=debut,
            date_fin=fin,
        )


@dataclass
class Equipe:
    """Who acts in a département."""

    dasen: Perimetre
    ien_io: Perimetre
    dcio: dict[int, Perimetre]


def charger_direction(distribution: Distribution, departement: Departement) -> Equipe:
    """DASEN, SG, IEN-IO, adjoint, chargé de mission Région; a DCIO and a secrétaire by CIO."""
    vitrine = departement.code == DEPARTEMENT_VITRINE

    def ligne(texte: str) -> str:
        return f"{texte} {departement.avec_article}" if vitrine else ""

    dasen = distribution.compte(Role.DASEN, departement, vitrine=ligne("DASEN"))
    ien_io = distribution.compte(Role.IEN_IO, departement, vitrine=ligne("IEN-IO"))
    distribution.compte(Role.SG, departement, vitrine=ligne("Secrétaire général"))
    distribution.compte(Role.ADJOINT_IEN_IO, departement, vitrine=ligne("Adjoint à l’IEN-IO"))
    distribution.compte(
        Role.CHARGE_MISSION_REGION,
        departement,
        vitrine=f"Chargé de mission de la Région – {departement}" if vitrine else "",
    )
    return Equipe(dasen=dasen, ien_io=ien_io, dcio=_dcio(distribution, departement))


def _dcio(distribution: Distribution, departement: Departement) -> dict[int, Perimetre]:
    """One DCIO by CIO, save in the Cher where one person runs Bourges and Saint-Amand-Montrond."""
    dcio: dict[int, Perimetre] = {}
    cios = list(departement.cios.order_by("pk"))
    for cio in cios:
        vitrine = cio.departement.code == DEPARTEMENT_VITRINE or cio.commune == "Bourges"
        if cio.commune == "Saint-Amand-Montrond":
            bourges = next(dcio[c.pk] for c in cios if c.commune == "Bourges")
            dcio[cio.pk] = distribution.habiliter(bourges.utilisateur, Role.DCIO, cio)
        else:
            suite = " et de Saint-Amand-Montrond" if cio.commune == "Bourges" else ""
            dcio[cio.pk] = distribution.compte(
                Role.DCIO, cio, vitrine=f"DCIO – {cio}{suite}" if vitrine else ""
            )
        distribution.compte(
            Role.SECRETAIRE_CIO, cio, vitrine=f"Secrétaire – {cio}" if cio.commune == "Blois" else ""
        )
    return dcio


def charger_psyens(
    distribution: Distribution, cio: CIO, nombre: int, courante: AnneeScolaire, suivante: AnneeScolaire
) -> list[PsyEN]:
    """A CIO's team: `nombre` PsyEN since three years, one of them leaving next summer and replaced, a
    stagiaire this year in the first CIO of each département.
    """
    depuis = courante.debut.replace(year=courante.debut.year - 3)
    equipe = [
        distribution.psyen(cio, rang=rang, debut=depuis, fin=courante.fin if rang == nombre - 1 else None)
        for rang in range(nombre)
    ]
    distribution.psyen(cio, rang=0, debut=suivante.debut)
    if cio == cio.departement.cios.order_by("pk").first():
        distribution.psyen(cio, rang=0, debut=courante.debut, statut=Statut.STAGIAIRE, fin=courante.fin)
    return equipe


def ouvrir_comptes_psyen(distribution: Distribution, psyens: list[PsyEN], cio: CIO) -> None:
    """Two PsyEN of a CIO of the showcase département may sign in."""
    for psyen in psyens[:2]:
        creer_utilisateur(
            perimetre=distribution.perimetre,
            courriel=psyen.courriel,
            prenom=psyen.prenom,
            nom=psyen.nom,
            mot_de_passe=MOT_DE_PASSE_DEMONSTRATION,
            demonstration=f"PsyEN – {cio}",
        )
        ouvrir_compte_psyen(perimetre=distribution.perimetre, psyen=psyen, date_debut=distribution.debut)


def ouvrir_comptes_chefs(distribution: Distribution, etablissements: list[Etablissement]) -> None:
    """The chef d'établissement of each of these schools."""
    for etablissement in etablissements:
        distribution.compte(
            Role.CHEF_ETABLISSEMENT,
            etablissement,
            vitrine=f"Chef d’établissement – {etablissement.nom}, {etablissement.commune}",
        )

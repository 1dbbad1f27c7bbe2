"""Three worlds: one's own CIO, the neighbour in the same département, a stranger in another académie.

Each holds the same objects, so that a leak has something to show.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from comptes.enums import Role
from planning.models import Action, Jalon, PlanDeTravail, Reunion
from psyen.models import Arrete, PsyEN, Repartition
from psyen.services.decision import arreter_repartition
from psyen.services.repartition import preparer_modificatif, preparer_repartition, proposer_repartition
from reseaux.models import CIO, Academie, Departement, Etablissement, Habilitation, Reseau
from reseaux.perimetre import Perimetre
from socle.fichiers import enregistrer_fichier
from tests.planning.factories import creer_action, creer_jalon, creer_plan, creer_reunion
from tests.psyen.factories import (
    creer_modele_arrete,
    creer_psyen,
    creer_reseau_type,
    ecoles_de,
    enregistrer,
    saisie,
)
from tests.reseaux.factories import (
    annee_suivante,
    creer_academie,
    creer_annee,
    creer_cio,
    creer_departement,
    creer_perimetre,
    creer_utilisateur,
)

#: One letter a role, to write the table in little room.
LETTRES = {
    "A": Role.ADMIN,
    "D": Role.DASEN,
    "S": Role.SG,
    "I": Role.IEN_IO,
    "J": Role.ADJOINT_IEN_IO,
    "C": Role.DCIO,
    "E": Role.SECRETAIRE_CIO,
    "P": Role.PSYEN,
    "H": Role.CHEF_ETABLISSEMENT,
    "R": Role.CHARGE_MISSION_REGION,
}


@dataclass
class Monde:
    """A CIO, its réseau, its PsyEN, a version arrêtée, a modificatif proposed and a draft of next year."""

    academie: Academie
    departement: Departement
    cio: CIO
    reseau: Reseau
    #: Next year's réseau, around the same tête: the one that may still be drawn again.
    reseau_suivant: Reseau
    tete: Etablissement
    psyen: PsyEN
    arretee: Repartition
    arrete: Arrete
    proposee: Repartition
    brouillon: Repartition
    dcio: Perimetre
    dasen: Perimetre
    habilitation: Habilitation
    #: Of the département: the neighbour shares it.
    plan: PlanDeTravail
    action: Action
    #: Of the CIO: its DCIO answers for it.
    jalon: Jalon
    reunion: Reunion

    def territoire(self, role: Role):
        """What a person of that role is limited to in this world."""
        return {
            Role.ADMIN: self.academie,
            Role.DCIO: self.cio,
            Role.SECRETAIRE_CIO: self.cio,
            Role.CHEF_ETABLISSEMENT: self.tete,
        }.get(role, self.departement)


def creer_monde(commune: str, *, departement: Departement) -> Monde:
    """Through the services: everything in it is as the trade would have made it."""
    cio = creer_cio(commune, departement=departement)
    reseau = creer_reseau_type(f"Réseau {commune}", cio=cio, annee=creer_annee())
    reseau_suivant = creer_reseau_type(f"Réseau {commune}", cio=cio, annee=annee_suivante())
    psyen = creer_psyen(f"Canari{commune}", cio=cio, utilisateur=creer_utilisateur(nom=f"Canari{commune}"))
    dcio, dasen = creer_perimetre(Role.DCIO, cio), creer_perimetre(Role.DASEN, departement)
    creer_modele_arrete(departement)

    arretee = preparer_repartition(cio=cio, annee=creer_annee(), perimetre=dcio)
    _partager(arretee, psyen, reseau)
    proposer_repartition(repartition=arretee, perimetre=dcio)
    arrete = arreter_repartition(repartition=arretee, perimetre=dasen)
    # Drawing it for good takes a second: its bytes are the business of tests/psyen/test_documents.py.
    # (Over a live server the task has already done so.)
    arrete.refresh_from_db()
    if arrete.fichier is None:
        arrete.fichier = enregistrer_fichier(nom="arrete.pdf", type_mime="application/pdf", contenu=b"%PDF-")
        arrete.save()
    proposee = preparer_modificatif(
        cio=cio,
        annee=creer_annee(),
        date_effet=creer_annee().debut + dt.timedelta(days=200),
        perimetre=dcio,
    )
    proposer_repartition(repartition=proposee, perimetre=dcio)
    brouillon = preparer_repartition(cio=cio, annee=annee_suivante(), perimetre=dcio)
    for repartition in (arretee, proposee, brouillon):
        repartition.refresh_from_db()
    plan = PlanDeTravail.objects.filter(departement=departement).order_by("pk").first()
    plan = plan or creer_plan(f"Plan {departement}", departement=departement)
    action = creer_action(plan, f"Action canari {commune}", role=Role.SG)
    return Monde(
        academie=departement.academie,
        departement=departement,
        cio=cio,
        reseau=reseau,
        reseau_suivant=reseau_suivant,
        tete=reseau.tete,
        psyen=psyen,
        arretee=arretee,
        arrete=arrete,
        proposee=proposee,
        brouillon=brouillon,
        dcio=dcio,
        dasen=dasen,
        habilitation=dcio.habilitation,
        plan=plan,
        action=action,
        jalon=creer_jalon(action, f"Jalon canari {commune}", role=Role.DCIO, cio=cio),
        reunion=creer_reunion(f"Réunion canari {commune}", departement=departement, cio=cio),
    )


def creer_mondes() -> tuple[Monde, Monde, Monde]:
    """(own, neighbour, stranger)."""
    loir_et_cher = creer_departement()
    ille_et_vilaine = creer_departement("035", academie=creer_academie("14", "Rennes"))
    return (
        creer_monde("Blois", departement=loir_et_cher),
        creer_monde("Vendôme", departement=loir_et_cher),
        creer_monde("Rennes", departement=ille_et_vilaine),
    )


def acteur(monde: Monde, role: Role) -> Perimetre:
    """Someone of that role in that world; the PSYEN is the one of the world's répartition."""
    utilisateur = monde.psyen.utilisateur if role == Role.PSYEN else None
    return creer_perimetre(role, monde.territoire(role), utilisateur=utilisateur)


def _partager(repartition: Repartition, psyen: PsyEN, reseau: Reseau) -> None:
    ecoles = ecoles_de(reseau)
    enregistrer(repartition, saisie(repartition, psyen, dict.fromkeys(ecoles, "2"), cio="4"))

"""« Qui fait quoi ? », transversal dossiers, delegations and fields of the direction in the demonstration."""

from __future__ import annotations

import datetime as dt

from cio_network.demonstration.personnes import DEPARTEMENT_VITRINE, Equipe
from comptes.enums import Role
from missions.enums import Part
from missions.models import DossierTransversal, Matrice
from missions.selectors.matrice import lire_matrice
from missions.services.champs import definir_champ
from missions.services.delegations import deleguer
from missions.services.dossiers import charger_dossiers
from missions.services.matrice import preparer_matrice, valider_matrice
from missions.services.matrice_lignes import SaisieLigne, ajouter_ligne, enregistrer_grille
from reseaux.models import Departement, Habilitation
from reseaux.perimetre import Perimetre

#: Dossier → (role of the delegate, days until the end, what is delegated).
DELEGATIONS = {
    "Réaffectation après un conseil de discipline": (
        Role.ADJOINT_IEN_IO,
        280,
        "Recherche de l’établissement d’accueil, proposition d’affectation, information des familles.",
    ),
    "FOQUALE": (Role.ADJOINT_IEN_IO, 21, "Animation du réseau et réunions de suivi."),
    "Dispositifs relais": (Role.DCIO, 280, "Présidence de la commission d’admission."),
}
CHAMPS = {
    Role.IEN_IO: "Conduit l’expérimentation : orientations stratégiques, priorités de l’année, évaluation. "
    "Arrête l’ordre du jour des temps de concertation.",
    Role.ADJOINT_IEN_IO: "Seconde l’IEN-IO pour l’évaluation et les Biblio-Lab ; pilote par délégation la "
    "réaffectation après un conseil de discipline et le réseau FOQUALE.",
    Role.DCIO: "Dirige le CIO, répond de son programme d’activités, répartit le service des PsyEN ; "
    "interlocuteur des chefs d’établissement du bassin.",
}


def charger_matrices(departements: dict[int, Equipe], aujourd_hui: dt.date) -> None:
    """The four dossiers, a validated matrix in each département; a second version under way and live
    delegations in the showcase.
    """
    for pk, equipe in departements.items():
        departement = Departement.objects.get(pk=pk)
        charger_dossiers(perimetre=equipe.ien_io, departement=departement)
        matrice = preparer_matrice(perimetre=equipe.ien_io, departement=departement)
        _valider(matrice, equipe)
        if departement.code == DEPARTEMENT_VITRINE:
            _preparer_la_suite(departement, equipe)
            _deleguer(departement, equipe, aujourd_hui)
            _definir_les_champs(departement, equipe, aujourd_hui)


def _valider(matrice: Matrice, equipe: Equipe) -> None:
    for signataire in (_porte(Role.SG, matrice.departement), equipe.ien_io):
        matrice = valider_matrice(perimetre=signataire, matrice=matrice, revision=matrice.revision)


def _preparer_la_suite(departement: Departement, equipe: Equipe) -> None:
    """Version 2: an activity more, and another who decides."""
    projet = preparer_matrice(perimetre=equipe.ien_io, departement=departement)
    acteurs = {acteur.libelle: acteur.pk for acteur in projet.acteurs.order_by("rang", "pk")}
    biblio_lab = next(ligne for ligne in lire_matrice(projet).lignes if "Biblio-Lab" in ligne.activite)
    ien_io, chef = acteurs["IEN-IO"], acteurs["Chef d’établissement"]
    ecarts = {biblio_lab.pk: {ien_io: ("D", "C"), chef: ("R", "DR")}}
    enregistrer_grille(perimetre=equipe.ien_io, matrice=projet, saisies=ecarts)
    parts = {acteurs["PsyEN"]: Part.REALISE, acteurs["Chef d’établissement"]: Part.INFORME}
    ajouter_ligne(
        perimetre=equipe.ien_io,
        matrice=projet,
        saisie=SaisieLigne(
            "Partenariats et territoire",
            "Organiser un entretien externalisé au CIO",
            acteurs["DCIO"],
            parts,
        ),
    )
    valider_matrice(perimetre=_porte(Role.SG, departement), matrice=projet, revision=_revision(projet))


def _deleguer(departement: Departement, equipe: Equipe, aujourd_hui: dt.date) -> None:
    """From today: a delegation never covers what is past. One ends within thirty days."""
    dcio = next(iter(equipe.dcio.values()))
    delegataires = {
        Role.ADJOINT_IEN_IO: _porte(Role.ADJOINT_IEN_IO, departement).habilitation,
        Role.DCIO: dcio.habilitation,
    }
    for libelle, (role, jours, etendue) in DELEGATIONS.items():
        delegataire = delegataires[role]
        assert delegataire is not None  # noqa: S101 - each wears the habilitation it was opened with
        deleguer(
            perimetre=equipe.ien_io,
            dossier=DossierTransversal.objects.get(departement=departement, libelle=libelle),
            delegataire=delegataire,
            debut=aujourd_hui,
            fin=aujourd_hui + dt.timedelta(days=jours),
            etendue=etendue,
        )


def _definir_les_champs(departement: Departement, equipe: Equipe, aujourd_hui: dt.date) -> None:
    membres = [equipe.ien_io, _porte(Role.ADJOINT_IEN_IO, departement), *equipe.dcio.values()]
    for membre in membres:
        assert membre.utilisateur is not None  # noqa: S101 - each was opened with an account
        definir_champ(
            perimetre=equipe.ien_io,
            departement=departement,
            membre=membre.utilisateur,
            texte=CHAMPS[Role(membre.role)],
            debut=aujourd_hui,
        )


def _porte(role: str, departement: Departement) -> Perimetre:
    habilitations = Habilitation.objects.pour_perimetre().filter(role=role, departement=departement)
    return Perimetre.de(habilitations.order_by("pk")[0])


def _revision(matrice: Matrice) -> int:
    return Matrice.objects.values_list("revision", flat=True).get(pk=matrice.pk)

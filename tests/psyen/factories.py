"""Deterministic PsyEN, répartitions and models of arrêté, built with the real services where it matters."""

import datetime as dt
from decimal import Decimal

from comptes.enums import Role
from psyen.enums import Modalite, Statut
from psyen.models import Arrete, ModeleArrete, PsyEN, Rattachement, Repartition
from psyen.selectors.grille import Cellule, construire_grille
from psyen.services.decision import arreter_repartition
from psyen.services.grille import SaisieService, enregistrer_grille
from psyen.services.repartition import preparer_modificatif, preparer_repartition, proposer_repartition
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement, Reseau
from reseaux.perimetre import Perimetre
from tests.reseaux.factories import (
    annee_suivante,
    creer_annee,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_lycee,
    creer_perimetre,
    creer_reseau,
)


def creer_psyen(
    nom: str = "",
    *,
    cio: CIO | None = None,
    quotite: Decimal | int = 100,
    statut: str = Statut.TITULAIRE,
    prenom: str = "Dominique",
    debut: dt.date | None = None,
    fin: dt.date | None = None,
    utilisateur=None,
) -> PsyEN:
    """A PsyEN attached to the CIO of Blois since three years, unless told otherwise."""
    nom = nom or f"Psyen{PsyEN.objects.count() + 1}"
    psyen = PsyEN.objects.create(
        nom=nom,
        prenom=prenom,
        courriel=f"{prenom}.{nom}@ac.example".lower(),
        statut=statut,
        utilisateur=utilisateur,
    )
    Rattachement.objects.create(
        psyen=psyen,
        cio=cio or creer_cio(),
        quotite=quotite,
        date_debut=debut or creer_annee().debut - dt.timedelta(days=1000),
        date_fin=fin,
    )
    return psyen


def creer_reseau_type(
    nom: str = "", *, cio: CIO | None = None, annee: AnneeScolaire | None = None, colleges: int = 2
) -> Reseau:
    """A lycée tête and some collèges around it."""
    cio = cio or creer_cio()
    tete = creer_lycee(cio=cio)
    membres = [creer_etablissement(cio=cio) for _ in range(colleges)]
    return creer_reseau(cio, annee=annee or annee_suivante(), tete=tete, membres=membres, nom=nom)


def ecoles_de(reseau: Reseau) -> list[Etablissement]:
    """The tête first, then the others by number."""
    return list(Etablissement.objects.filter(appartenances__reseau=reseau).order_by("-categorie", "uai"))


def creer_modele_arrete(departement: Departement | None = None) -> ModeleArrete:
    departement = departement or creer_departement()
    return ModeleArrete.objects.get_or_create(
        departement=departement,
        defaults={
            "autorite": "Le directeur académique des services de l’éducation nationale",
            "visas": "Vu le code de l’éducation ;\nVu le décret n° 2017-120 du 1er février 2017 ;",
            "signataire": "Camille DASEN",
            "qualite": "Pour le recteur et par délégation",
            "lieu": "Blois",
            "prefixe": f"DSDEN{departement.code}-CIO",
        },
    )[0]


def creer_brouillon(
    *, cio: CIO | None = None, annee: AnneeScolaire | None = None, psyens: int = 1
) -> Repartition:
    """A draft of next year with one réseau and some PsyEN, nothing shared out yet."""
    cio, annee = cio or creer_cio(), annee or annee_suivante()
    if not cio.reseaux.filter(annee=annee).exists():
        creer_reseau_type(cio=cio, annee=annee)
    for _ in range(psyens):
        creer_psyen(cio=cio)
    return preparer_repartition(cio=cio, annee=annee, perimetre=Perimetre.systeme())


def saisie(
    repartition: Repartition,
    psyen: PsyEN,
    ecoles: dict[Etablissement, str] | None = None,
    *,
    cio: str = "0",
    **champs,
) -> SaisieService:
    """What the DCIO types on one line; `ecoles`: school → half-days."""
    ligne = next(ligne for ligne in construire_grille(repartition).lignes if ligne.psyen_pk == psyen.pk)
    valeurs = {"quotite": ligne.quotite, "capacite": ligne.capacite, "reseau_pk": ligne.reseau_pk} | champs
    cellules = {
        ecole.pk: Cellule(Decimal(nombre), Modalite.PRESENTIEL) for ecole, nombre in (ecoles or {}).items()
    }
    return SaisieService(psyen_pk=psyen.pk, cio=Decimal(cio), affectations=cellules, **valeurs)


def enregistrer(repartition: Repartition, *saisies: SaisieService, perimetre: Perimetre | None = None):
    """Save these lines of the draft as it stands."""
    repartition.refresh_from_db()
    return enregistrer_grille(
        repartition=repartition,
        saisies=saisies,
        revision=repartition.revision,
        perimetre=perimetre or Perimetre.systeme(),
    )


def creer_proposee(
    *, cio: CIO | None = None, annee: AnneeScolaire | None = None, dcio: Perimetre | None = None
) -> Repartition:
    """A draft filled (2 half-days in each school, 4 at the CIO) and proposed by the DCIO."""
    repartition = creer_brouillon(cio=cio, annee=annee)
    for service in repartition.services.select_related("psyen").order_by("pk"):
        reseau = repartition.cio.reseaux.filter(annee=repartition.annee).order_by("pk").first()
        enregistrer(
            repartition,
            saisie(repartition, service.psyen, dict.fromkeys(ecoles_de(reseau), "2"), cio="4"),
        )
    dcio = dcio or creer_perimetre(Role.DCIO, repartition.cio)
    return proposer_repartition(repartition=repartition, perimetre=dcio)


def creer_arretee(
    *,
    cio: CIO | None = None,
    annee: AnneeScolaire | None = None,
    dasen: Perimetre | None = None,
) -> Repartition:
    """Proposed by a DCIO, arrêtée by the DASEN of the département."""
    repartition = creer_proposee(cio=cio, annee=annee or creer_annee())
    creer_modele_arrete(repartition.cio.departement)
    dasen = dasen or creer_perimetre(Role.DASEN, repartition.cio.departement)
    arreter_repartition(repartition=repartition, perimetre=dasen)
    repartition.refresh_from_db()
    return repartition


def creer_modificatif_propose(
    initiale: Repartition,
    demi_journees: str,
    *,
    jours: int = 60,
    dcio: Perimetre | None = None,
    message: str = "",
) -> Repartition:
    """A proposal that gives the first PsyEN only his tête, for so many half-days, from some days later."""
    version = preparer_modificatif(
        cio=initiale.cio,
        annee=initiale.annee,
        date_effet=initiale.annee.debut + dt.timedelta(days=jours),
        perimetre=Perimetre.systeme(),
    )
    reseau = version.cio.reseaux.filter(annee=version.annee).order_by("pk").first()
    psyen = version.services.order_by("pk").first().psyen
    enregistrer(version, saisie(version, psyen, {reseau.tete: demi_journees}, cio="4"))
    return proposer_repartition(
        repartition=version, perimetre=dcio or creer_perimetre(Role.DCIO, version.cio), message=message
    )


def decider(repartition: Repartition, dasen: Perimetre | None = None) -> Arrete:
    """Arrêtée by the DASEN of the département."""
    creer_modele_arrete(repartition.cio.departement)
    dasen = dasen or creer_perimetre(Role.DASEN, repartition.cio.departement)
    return arreter_repartition(repartition=repartition, perimetre=dasen)

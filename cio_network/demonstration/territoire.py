"""The territory of the demonstration: real schools, the nine CIO, their sectors and their réseaux."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command

from cio_network.demonstration.noms import adresse
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement, Reseau
from reseaux.perimetre import Perimetre
from reseaux.selectors.geographie import distance_km
from reseaux.selectors.indicateurs import effectifs_connus
from reseaux.services.annees import creer_annee_suivante, ouvrir_annee
from reseaux.services.cio import creer_cio, sectoriser
from reseaux.services.contours import importer_contours
from reseaux.services.reseaux import ajouter_membre, creer_reseau

DONNEES = Path(__file__).resolve().parent / "donnees"
#: Départements of the founding experiment.
DEPARTEMENTS = ("018", "028", "041")
#: Sizes seen in Orléans-Tours: three to five EPLE a réseau.
EPLE_PAR_RESEAU = 4


@dataclass(frozen=True)
class SiteCIO:
    """A town that has a CIO according to the press; no UAI, no street: none is known for sure."""

    commune: str
    departement: str
    code_postal: str
    latitude: float
    longitude: float


SITES = (
    SiteCIO("Bourges", "018", "18000", 47.07494, 2.40477),
    SiteCIO("Vierzon", "018", "18100", 47.23692, 2.0788),
    SiteCIO("Saint-Amand-Montrond", "018", "18200", 46.72621, 2.52),
    SiteCIO("Chartres", "028", "28000", 48.44695, 1.50569),
    SiteCIO("Châteaudun", "028", "28200", 48.07664, 1.32638),
    SiteCIO("Dreux", "028", "28100", 48.74872, 1.35957),
    SiteCIO("Blois", "041", "41000", 47.58143, 1.30612),
    SiteCIO("Vendôme", "041", "41100", 47.80137, 1.06114),
    SiteCIO("Romorantin-Lanthenay", "041", "41200", 47.37465, 1.74443),
)


def charger_annees(rentree: int, perimetre: Perimetre) -> tuple[AnneeScolaire, AnneeScolaire, AnneeScolaire]:
    """Last year (open for now: it is closed when its successor opens), this year, next year."""
    precedente = creer_annee_suivante(perimetre=perimetre, rentree=rentree - 1)
    ouvrir_annee(perimetre=perimetre, annee=precedente)
    precedente.refresh_from_db()
    return (
        precedente,
        creer_annee_suivante(perimetre=perimetre),
        creer_annee_suivante(perimetre=perimetre),
    )


def charger_etablissements(annee: AnneeScolaire) -> None:
    """The open-data annuaire, then the pupils of the last files published, taken as an estimate."""
    silence = {"verbosity": 0, "stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("importer_annuaire", str(DONNEES / "annuaire.csv"), **silence)
    for fichier, rentree in (("effectifs_colleges.csv", ""), ("effectifs_lycees.csv", "2021")):
        call_command(
            "importer_effectifs", str(DONNEES / fichier), annee=annee.code, rentree=rentree, **silence
        )


def charger_contours(perimetre: Perimetre) -> None:
    """Outlines of the three départements for the maps."""
    importer_contours(contenu=(DONNEES / "departements.geojson").read_bytes(), perimetre=perimetre)


def charger_cios(perimetre: Perimetre) -> list[CIO]:
    """The CIO, each with the public schools nearest to it in its département as its sector."""
    cios = [
        creer_cio(
            perimetre=perimetre,
            nom=f"CIO de {site.commune}",
            departement=Departement.objects.get(code=site.departement),
            commune=site.commune,
            code_postal=site.code_postal,
            courriel=adresse("cio", site.commune),
            telephone=f"02 00 00 {rang + 10} 00",
            horaires="Du lundi au vendredi, de 9 h à 12 h et de 13 h 30 à 17 h",
            latitude=site.latitude,
            longitude=site.longitude,
        )
        for rang, site in enumerate(SITES)
    ]
    for cio in cios:
        secteur = [e for e in _eple(cio.departement) if _le_plus_proche(e, cios) == cio]
        sectoriser(perimetre=perimetre, etablissements=secteur, cio=cio)
    return cios


def dessiner_reseaux(cio: CIO, annee: AnneeScolaire, perimetre: Perimetre) -> list[Reseau]:
    """Réseaux of about four EPLE: the largest lycées head them, each school joins the nearest tête
    that still has room.
    """
    ecoles = list(cio.etablissements.eple().ouverts().exclude(latitude=None).order_by("uai"))
    connus = effectifs_connus(etablissements=[e.pk for e in ecoles], annee=annee)
    effectifs = {pk: connu.nombre for pk, connu in connus.items()}
    # An agricultural lycée has its own ministry: a member like the others, never a tête.
    candidats = (e for e in ecoles if e.est_lycee and "agricole" not in e.nom)
    lycees = sorted(candidats, key=lambda e: (-effectifs.get(e.pk, 0), e.uai))
    tetes = lycees[: max(1, min(len(lycees), round(len(ecoles) / EPLE_PAR_RESEAU)))]
    place = -(-len(ecoles) // len(tetes)) + 1
    membres: dict[Etablissement, list[Etablissement]] = {tete: [] for tete in tetes}
    for ecole in sorted((e for e in ecoles if e not in tetes), key=lambda e: e.uai):
        libres = [tete for tete in tetes if len(membres[tete]) < place - 1]
        membres[min(libres, key=lambda tete: (_distance(ecole, tete), tete.uai))].append(ecole)
    reseaux: list[Reseau] = []
    for tete, autres in membres.items():
        reseau = creer_reseau(
            cio=cio, annee=annee, nom=_nom_de_reseau(tete, reseaux), tete=tete, perimetre=perimetre
        )
        for ecole in autres:
            ajouter_membre(reseau=reseau, etablissement=ecole, perimetre=perimetre)
        reseaux.append(reseau)
    return reseaux


def _eple(departement: Departement) -> list[Etablissement]:
    return list(departement.etablissements.eple().ouverts().exclude(latitude=None).order_by("uai"))


def _le_plus_proche(etablissement: Etablissement, cios: list[CIO]) -> CIO:
    du_departement = [cio for cio in cios if cio.departement_id == etablissement.departement_id]
    return min(du_departement, key=lambda cio: _distance(etablissement, cio))


def _nom_de_reseau(tete: Etablissement, deja: list[Reseau]) -> str:
    """« Lycée polyvalent Augustin Thierry » → « Augustin Thierry »; in full when the short name is taken."""
    nom = re.sub(r"^Lycée( général| polyvalent| professionnel| et| technologique)* ?", "", tete.nom)
    est_pris = any(reseau.nom == nom for reseau in deja)
    return nom if nom[:1].isupper() and not est_pris else tete.nom


def _distance(a: Etablissement, b: Etablissement | CIO) -> float:
    """In km; both have coordinates: the queries above leave the others out."""
    return distance_km((a.longitude or 0, a.latitude or 0), (b.longitude or 0, b.latitude or 0))

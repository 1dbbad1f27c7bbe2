"""Deterministic objects of the territory, shared by every test: plain functions, no randomness."""

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone

from comptes.enums import Preuve, Role
from comptes.models import Utilisateur
from comptes.models.session import CLE_PREUVE
from reseaux.enums import Categorie, EtatAnnee, Secteur, TypeTerritoire
from reseaux.models import (
    CIO,
    TERRITOIRE_DU_ROLE,
    Academie,
    AnneeScolaire,
    Bassin,
    Departement,
    Effectif,
    Etablissement,
    Habilitation,
    MembreReseau,
    Reseau,
)
from reseaux.perimetre import Perimetre
from reseaux.validators import cle_uai

NOMS_DE_DEPARTEMENT = {"018": "Cher", "028": "Eure-et-Loir", "035": "Ille-et-Vilaine", "041": "Loir-et-Cher"}
NATURES = {
    Categorie.COLLEGE: "340",
    Categorie.LYCEE: "302",
    Categorie.LYCEE_POLYVALENT: "306",
    Categorie.LYCEE_PROFESSIONNEL: "320",
    Categorie.EREA: "370",
    Categorie.SECTION: "334",
}


def creer_academie(code: str = "18", nom: str = "Orléans-Tours") -> Academie:
    return Academie.objects.get_or_create(code=code, defaults={"nom": nom})[0]


def creer_departement(code: str = "041", *, academie: Academie | None = None) -> Departement:
    nom = NOMS_DE_DEPARTEMENT.get(code, f"Département {code}")
    defauts = {"nom": nom, "avec_article": f"de {nom}", "academie": academie or creer_academie()}
    return Departement.objects.get_or_create(code=code, defaults=defauts)[0]


def creer_bassin(code: str = "18501", *, departement: Departement | None = None) -> Bassin:
    defauts = {"nom": f"Bassin {code}", "departement": departement or creer_departement()}
    return Bassin.objects.get_or_create(code=code, defaults=defauts)[0]


def creer_annee(debut: int | None = None, *, etat: str | None = None) -> AnneeScolaire:
    """The school year that starts in September of `debut`; without it the one of today, « en cours »."""
    en_cours = _annee_du_jour()
    debut = en_cours if debut is None else debut
    if etat is None:
        etat = EtatAnnee.EN_COURS if debut == en_cours else EtatAnnee.PREPARATION
        etat = EtatAnnee.CLOSE if debut < en_cours else etat
    jours = {"debut": dt.date(debut, 9, 1), "fin": dt.date(debut + 1, 8, 31), "etat": etat}
    return AnneeScolaire.objects.get_or_create(code=f"{debut}-{debut + 1}", defaults=jours)[0]


def annee_suivante() -> AnneeScolaire:
    """The year in preparation."""
    return creer_annee(_annee_du_jour() + 1)


def annee_precedente() -> AnneeScolaire:
    """The year that is over."""
    return creer_annee(_annee_du_jour() - 1)


def _annee_du_jour() -> int:
    aujourd_hui = timezone.localdate()
    return aujourd_hui.year if aujourd_hui.month >= 9 else aujourd_hui.year - 1


def creer_cio(
    commune: str = "Blois",
    *,
    departement: Departement | None = None,
    parent: CIO | None = None,
    **champs: Any,
) -> CIO:
    """« CIO de Blois »; the same commune twice is the same CIO."""
    departement = departement or (parent.departement if parent else creer_departement())
    nom = champs.pop("nom", f"CIO de {commune}")
    defauts = {"commune": commune, "parent": parent, "courriel": "cio@reseaux-cio.example"} | champs
    return CIO.objects.get_or_create(departement=departement, nom=nom, defaults=defauts)[0]


def uai(departement: str = "041", numero: int = 1) -> str:
    """A code with the right key; 02A and 02B become 620 and 720 as in the annuaire."""
    chiffres = {"02A": "620", "02B": "720"}.get(departement, departement) + f"{numero:04d}"
    return chiffres + cle_uai(chiffres)


def creer_etablissement(
    nom: str = "",
    *,
    categorie: str = Categorie.COLLEGE,
    departement: Departement | None = None,
    cio: CIO | None = None,
    **champs: Any,
) -> Etablissement:
    """An open public collège of Blois, unless told otherwise; its UAI follows the last one made."""
    departement = departement or (cio.departement if cio else creer_departement())
    numero = Etablissement.objects.count() + 1
    prefixe = "Collège" if categorie == Categorie.COLLEGE else "Lycée"
    valeurs = {
        "uai": uai(departement.code, numero),
        "nom": nom or f"{prefixe} n° {numero}",
        "nature": NATURES[Categorie(categorie)],
        "secteur": Secteur.PUBLIC,
        "commune": "Blois",
        "latitude": 47.58,
        "longitude": 1.33,
    }
    return Etablissement.objects.create(
        categorie=categorie, departement=departement, cio=cio, **(valeurs | champs)
    )


def creer_lycee(nom: str = "", **champs: Any) -> Etablissement:
    return creer_etablissement(nom, categorie=Categorie.LYCEE, **champs)


def creer_effectif(etablissement: Etablissement, nombre: int, annee: AnneeScolaire | None = None) -> Effectif:
    return Effectif.objects.create(etablissement=etablissement, annee=annee or creer_annee(), nombre=nombre)


def creer_reseau(
    cio: CIO | None = None,
    *,
    annee: AnneeScolaire | None = None,
    tete: Etablissement | None = None,
    membres: tuple[Etablissement, ...] | list[Etablissement] = (),
    nom: str = "",
) -> Reseau:
    """A réseau of that CIO and year; its tête is made if none is given and is always a member."""
    cio = cio or creer_cio()
    tete = tete or creer_lycee(cio=cio)
    annee = annee or creer_annee()
    reseau = Reseau.objects.create(cio=cio, annee=annee, tete=tete, nom=nom or f"Réseau {tete.nom}")
    for etablissement in (tete, *(m for m in membres if m != tete)):
        MembreReseau.objects.create(reseau=reseau, annee=annee, etablissement=etablissement)
    return reseau


def creer_utilisateur(courriel: str = "", *, prenom: str = "Camille", nom: str = "") -> Utilisateur:
    numero = Utilisateur.objects.count() + 1
    utilisateur = Utilisateur(
        courriel=courriel or f"personne{numero}@reseaux-cio.example", prenom=prenom, nom=nom or f"Nom{numero}"
    )
    utilisateur.set_unusable_password()
    utilisateur.save()
    return utilisateur


def territoire_par_defaut(role: str) -> Academie | Departement | CIO | Etablissement:
    """What the tests call « own »: académie 18, Loir-et-Cher, CIO de Blois, one collège of Blois."""
    departement = creer_departement()
    return {
        TypeTerritoire.ACADEMIE: lambda: departement.academie,
        TypeTerritoire.DEPARTEMENT: lambda: departement,
        TypeTerritoire.CIO: creer_cio,
        TypeTerritoire.ETABLISSEMENT: lambda: creer_etablissement(cio=creer_cio()),
    }[TERRITOIRE_DU_ROLE[Role(role)]]()


def creer_habilitation(
    role: str,
    territoire: Academie | Departement | CIO | Etablissement | None = None,
    *,
    utilisateur: Utilisateur | None = None,
    **champs: Any,
) -> Habilitation:
    """In force since a month, on the territory that the role takes."""
    valeurs = {"date_debut": timezone.localdate() - dt.timedelta(days=30)} | champs
    valeurs[TERRITOIRE_DU_ROLE[Role(role)].value] = territoire or territoire_par_defaut(role)
    return Habilitation.objects.create(utilisateur=utilisateur or creer_utilisateur(), role=role, **valeurs)


def creer_perimetre(
    role: str, territoire: Academie | Departement | CIO | Etablissement | None = None, **champs: Any
) -> Perimetre:
    """Someone new who wears that role, as the middleware would have it."""
    habilitation = creer_habilitation(role, territoire, **champs)
    return Perimetre.de(Habilitation.objects.pour_perimetre().get(pk=habilitation.pk))


def connecter(client: Client, perimetre: Perimetre) -> Client:
    """Signs that person in, without the sign-in page, as once the second factor is given."""
    assert perimetre.utilisateur is not None
    client.force_login(perimetre.utilisateur, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[CLE_PREUVE] = Preuve.CODE
    session.save()
    return client

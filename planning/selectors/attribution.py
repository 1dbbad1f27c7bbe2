"""Who an attribution names: « SG + IEN-IO + Adj IEN-IO », « IEN-IO ou adjointe », « Équipe de direction »."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from comptes.enums import Role
from planning.enums import Lien
from planning.selectors.responsables import Titulaires
from reseaux.enums import GenreGroupe
from reseaux.models import Departement, Groupe
from socle.texte import normaliser_recherche

EXEMPLES = (
    "« DCIO », « SG + IEN-IO + Adj IEN-IO », « IEN-IO ou adjointe », « Équipe de direction orientation »"
)
#: As `normaliser_recherche` writes them; a final « s » or « e » is dropped before looking.
ROLES = {
    "dcio": Role.DCIO,
    "directeurs de cio": Role.DCIO,
    "directeur de cio": Role.DCIO,
    "ien io": Role.IEN_IO,
    "ien": Role.IEN_IO,
    "adj ien io": Role.ADJOINT_IEN_IO,
    "adj": Role.ADJOINT_IEN_IO,
    "adjoint": Role.ADJOINT_IEN_IO,
    "adjointe": Role.ADJOINT_IEN_IO,
    "adjoint ien io": Role.ADJOINT_IEN_IO,
    "adjointe ien io": Role.ADJOINT_IEN_IO,
    "adjoint a l ien io": Role.ADJOINT_IEN_IO,
    "adjointe a l ien io": Role.ADJOINT_IEN_IO,
    "sg": Role.SG,
    "secretaire general": Role.SG,
    "secretaire generale": Role.SG,
    "dasen": Role.DASEN,
    "ia dasen": Role.DASEN,
    "secretaire de cio": Role.SECRETAIRE_CIO,
    "secretaires de cio": Role.SECRETAIRE_CIO,
    "psyen": Role.PSYEN,
    "chefs d etablissement": Role.CHEF_ETABLISSEMENT,
    "chef d etablissement": Role.CHEF_ETABLISSEMENT,
}
EQUIPE = re.compile(r"(equipe de )?direction( (de l )?orientation)?")
#: « + », « & », a comma, « et » or « ou » between two owners.
SEPARATEUR = re.compile(r"\s*(?:[+&,;]|\b(et|ou)\b)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class SaisieResponsable:
    """An owner to write: one of person, group, role; joined to the one before by « et » or « ou »."""

    utilisateur_id: int | None = None
    groupe_id: int | None = None
    role: str = ""
    lien: str = Lien.ET
    est_garant: bool = False


def lire_attribution(texte: str, departement: Departement) -> list[SaisieResponsable]:
    """The owners that a text names, the first one accountable; `ValidationError` naming what is unknown."""
    morceaux = _decouper(texte)
    if not morceaux:
        raise ValidationError(f"Dites qui répond de l’action, par exemple {EXEMPLES}.")
    groupes = list(Groupe.objects.filter(departement=departement).order_by("pk"))
    titulaires = Titulaires.des_departements([departement.pk])
    lus = []
    for rang, (lien, nom) in enumerate(morceaux):
        cle = _chercher(nom, groupes, titulaires)
        if cle is None:
            raise ValidationError(
                f"« {nom} » ne désigne ni un rôle, ni un groupe, ni une personne habilitée du département. "
                f"Écrivez par exemple {EXEMPLES}."
            )
        lus.append(SaisieResponsable(*cle, lien=lien, est_garant=rang == 0))
    return lus


def _decouper(texte: str) -> list[tuple[str, str]]:
    """(link with the one before, name) of each owner."""
    sans_pilotage = re.sub(r"^\s*pilotage\s*:?\s*", "", texte, flags=re.IGNORECASE)
    parties = SEPARATEUR.split(sans_pilotage)
    liens = [Lien.ET, *(Lien.OU if (mot or "").lower() == "ou" else Lien.ET for mot in parties[1::2])]
    return [(lien, nom.strip()) for lien, nom in zip(liens, parties[::2], strict=True) if nom.strip()]


def _chercher(
    nom: str, groupes: list[Groupe], titulaires: Titulaires
) -> tuple[int | None, int | None, str] | None:
    """(person, group, role) behind one name."""
    cherche = normaliser_recherche(nom)
    if role := ROLES.get(cherche):
        return None, None, role
    for groupe in groupes:
        if normaliser_recherche(groupe.nom) == cherche:
            return None, groupe.pk, ""
    if EQUIPE.fullmatch(cherche):
        equipe = next((g for g in groupes if g.genre == GenreGroupe.EQUIPE_DIRECTION), None)
        return (None, equipe.pk, "") if equipe else None
    for personne in titulaires.en_poste.values():
        ecrits = (f"{personne.prenom} {personne.nom}", f"{personne.nom} {personne.prenom}")
        if cherche in map(normaliser_recherche, ecrits):
            return personne.pk, None, ""
    return None

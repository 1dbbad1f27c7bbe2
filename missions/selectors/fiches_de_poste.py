"""Fiches de poste: the template, what a version says, what changed, who is due one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from missions.enums import SituationFiche
from missions.models import FicheDePoste
from reseaux.models import CIO, Habilitation
from reseaux.perimetre import Perimetre

FICHIER = Path(__file__).resolve().parent.parent / "donnees" / "fiche_de_poste.json"
#: Words, line ends and other blanks: what a comparison keeps apart.
MOTS = re.compile(r"\n|[^\S\n]+|\S+")
#: A fiche validated longer ago is to be read again.
AGE_MAXIMAL = dt.timedelta(days=365)


# --- The template ------------------------------------------------------------------------------------


@cache
def modele() -> dict[str, str]:
    """Heading → proposed text, in order."""
    lignes = json.loads(FICHIER.read_text(encoding="utf-8"))["rubriques"]
    return {ligne["titre"]: ligne["texte"] for ligne in lignes}


def rubriques_du_modele(cio: CIO) -> dict[str, str]:
    """The proposed texts, for that CIO."""
    return {
        titre: texte.replace("{cio}", cio.nom).replace("{commune}", cio.commune)
        for titre, texte in modele().items()
    }


def titres_de(*fiches: FicheDePoste) -> list[str]:
    """Headings in the order of the template (a JSON object of the database keeps none), then those of older
    templates.
    """
    anciens = {titre for fiche in fiches for titre in fiche.rubriques} - modele().keys()
    return [*modele(), *sorted(anciens)]


def rubriques_de(fiche: FicheDePoste) -> list[tuple[str, str]]:
    """What is written, heading by heading; the empty ones left out."""
    lues = ((titre, fiche.rubriques.get(titre, "")) for titre in titres_de(fiche))
    return [(titre, texte) for titre, texte in lues if texte]


def empreinte(fiche: FicheDePoste) -> str:
    """Changes with any word of it: two people writing at once are told apart."""
    texte = json.dumps(fiche.rubriques, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(texte.encode()).hexdigest()[:16]


# --- Comparison --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Morceau:
    """A run of words: kept (« » ), « retire » or « ajoute »."""

    texte: str
    sort: str = ""


@dataclass(frozen=True)
class RubriqueComparee:
    titre: str
    morceaux: list[Morceau]

    @property
    def est_changee(self) -> bool:
        return any(morceau.sort for morceau in self.morceaux)


def precedente_de(fiche: FicheDePoste) -> FicheDePoste | None:
    """The version before, of the same person in the same CIO."""
    anterieures = FicheDePoste.objects.filter(
        secretaire=fiche.secretaire_id, cio=fiche.cio_id, version__lt=fiche.version
    )
    return anterieures.order_by("-version").first()


def comparer(avant: FicheDePoste, apres: FicheDePoste) -> list[RubriqueComparee]:
    """Every heading of either, word by word."""
    paires = (
        (titre, avant.rubriques.get(titre, ""), apres.rubriques.get(titre, ""))
        for titre in titres_de(avant, apres)
    )
    return [RubriqueComparee(titre, _morceaux(a, b)) for titre, a, b in paires if a or b]


def _morceaux(avant: str, apres: str) -> list[Morceau]:
    a, b = MOTS.findall(avant), MOTS.findall(apres)
    morceaux = []
    for operation, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if operation == "equal":
            morceaux.append(Morceau("".join(a[a1:a2])))
            continue
        if a1 < a2:
            morceaux.append(Morceau("".join(a[a1:a2]), "retire"))
        if b1 < b2:
            morceaux.append(Morceau("".join(b[b1:b2]), "ajoute"))
    return morceaux


# --- Situation and due list --------------------------------------------------------------------------


def avec_situation(fiches: QuerySet[FicheDePoste], jour: dt.date | None = None) -> QuerySet[FicheDePoste]:
    """Annotates `situation`: draft, to come, valid, ended."""
    jour = jour or timezone.localdate()
    return fiches.annotate(
        situation=Case(
            When(validee_le=None, then=Value(SituationFiche.PROJET.value)),
            When(debut__gt=jour, then=Value(SituationFiche.A_VENIR.value)),
            When(Q(fin=None) | Q(fin__gte=jour), then=Value(SituationFiche.VALIDE.value)),
            default=Value(SituationFiche.REMPLACEE.value),
            output_field=CharField(),
        )
    )


@dataclass(frozen=True)
class FicheDue:
    """A secrétaire in post whose fiche is missing (`depuis` is None) or older than a year."""

    secretaire: Utilisateur
    cio: CIO
    depuis: dt.date | None
    #: The draft already begun, to be resumed.
    projet: int | None = None


def secretaires_en_poste(cios: QuerySet[CIO], jour: dt.date | None = None) -> list[Habilitation]:
    """Those of these CIO on that day, by CIO and by name."""
    en_poste = Habilitation.objects.en_vigueur(jour).filter(
        role=Role.SECRETAIRE_CIO, cio__in=cios, utilisateur__is_active=True
    )
    return list(
        en_poste.select_related("utilisateur", "cio").order_by(
            "cio__nom", "utilisateur__nom", "utilisateur__prenom", "pk"
        )
    )


def fiches_dues(perimetre: Perimetre, jour: dt.date | None = None) -> list[FicheDue]:
    """« Actualiser les fiches de poste »: who is due one, in the CIO one sees. Three queries."""
    jour = jour or timezone.localdate()
    en_poste = secretaires_en_poste(CIO.objects.dans_perimetre(perimetre), jour)
    personnes = {habilitation.utilisateur_id for habilitation in en_poste}
    fiches = FicheDePoste.objects.filter(secretaire__in=personnes).order_by("pk")
    validees = dict(fiches.valides(jour).values_list("secretaire", "validee_le"))
    projets = {
        (secretaire, cio): pk
        for secretaire, cio, pk in fiches.filter(validee_le=None).values_list("secretaire", "cio", "pk")
    }
    return [
        FicheDue(
            habilitation.utilisateur,
            habilitation.cio,
            validees.get(habilitation.utilisateur_id),
            projets.get((habilitation.utilisateur_id, habilitation.cio.pk)),
        )
        for habilitation in en_poste
        if habilitation.cio and est_due(validees.get(habilitation.utilisateur_id), jour)
    ]


def est_due(validee_le: dt.date | None, jour: dt.date) -> bool:
    return validee_le is None or validee_le < jour - AGE_MAXIMAL

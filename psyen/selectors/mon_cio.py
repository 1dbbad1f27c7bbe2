"""« Mon CIO »: where each school year stands, and the next step."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from psyen.enums import EtatRepartition
from psyen.models import AvisRepartition, CommentaireEtablissement, Repartition
from psyen.selectors.a_decider import ChiffreReseau, chiffrer_reseaux, paroles
from psyen.selectors.controles import Alerte, controler, nombre
from psyen.selectors.grille import Grille, construire_grilles
from psyen.selectors.periodes import periodes
from psyen.selectors.versions import Situation, situations_des_cios
from reseaux.enums import EtatAnnee
from reseaux.models import CIO
from reseaux.perimetre import Perimetre

# What the CIO has to do next; the page has one button for each.
DESSINER, PREPARER, SAISIR, ATTENDRE, REPRENDRE, RIEN = (
    "dessiner",
    "preparer",
    "saisir",
    "attendre",
    "reprendre",
    "rien",
)
ETAPE_DE_L_ETAT = {
    EtatRepartition.BROUILLON: SAISIR,
    EtatRepartition.PROPOSEE: ATTENDRE,
    EtatRepartition.RENVOYEE: REPRENDRE,
}


@dataclass(frozen=True)
class AnneeDuCIO:
    """A year that may still be written."""

    situation: Situation
    #: The picture of the version being prepared, otherwise of the last one arrêtée.
    grille: Grille | None
    en_vigueur: Repartition | None
    avis: list[AvisRepartition]
    commentaires: list[CommentaireEtablissement]

    @property
    def version(self) -> Repartition | None:
        return self.situation.ouverte or self.situation.derniere_arretee

    @property
    def etape(self) -> str:
        ouverte = self.situation.ouverte
        if ouverte:
            return ETAPE_DE_L_ETAT[EtatRepartition(ouverte.etat)]
        if self.situation.derniere_arretee:
            return RIEN
        return PREPARER if self.situation.a_des_reseaux else DESSINER

    @cached_property
    def alertes(self) -> list[Alerte]:
        return controler(self.grille) if self.grille else []

    @cached_property
    def reseaux(self) -> list[ChiffreReseau]:
        return chiffrer_reseaux(self.grille) if self.grille else []

    @property
    def hors_cible(self) -> int:
        return sum(reseau.est_hors_cible for reseau in self.reseaux)

    @property
    def sans_personne(self) -> int:
        return sum(len(reseau.sans_personne) for reseau in self.reseaux)

    @property
    def ecoles(self) -> int:
        """Open schools of the réseaux."""
        return sum(reseau.ouvertes for reseau in self.reseaux)

    @property
    def couverts(self) -> int:
        return self.ecoles - self.sans_personne

    @property
    def etp(self) -> str:
        """Full-time equivalents, stagiaires included: « 7,3 », « 9 »."""
        lignes = self.grille.lignes if self.grille else []
        return nombre(sum((ligne.quotite for ligne in lignes), Decimal(0)) / 100)


@dataclass(frozen=True)
class Antenne:
    """An antenne of the CIO, and its own répartitions when it has some."""

    cio: CIO
    situations: list[Situation]


@dataclass(frozen=True)
class MonCIO:
    cio: CIO
    antennes: list[Antenne]
    annees: list[AnneeDuCIO]
    #: The last version of each closed year, the latest first.
    closes: list[Repartition]


def lire_mon_cio(perimetre: Perimetre) -> MonCIO:
    """The page of a DCIO or a secrétaire; the same number of queries whatever the number of years."""
    cio = CIO.objects.select_related("departement").get(Q(pk=perimetre.cio_id))
    antennes = list(CIO.objects.filter(parent=cio, est_ouvert=True).order_by("nom", "pk"))
    des_cios = situations_des_cios([cio, *antennes])
    liste = des_cios[cio.pk]
    montrees = [r for s in liste if (r := s.ouverte or s.derniere_arretee)]
    for situation in liste:
        for repartition in situation.versions:
            # Already read: the pictures need them joined.
            repartition.annee, repartition.cio = situation.annee, cio
    grilles = construire_grilles(montrees)
    avis, commentaires = paroles([r for r in montrees if r.etat == EtatRepartition.PROPOSEE])
    aujourd_hui = timezone.localdate()
    en_vigueur = {
        p.repartition.annee_id: p.repartition for p in periodes([cio.pk]) if p.contient(aujourd_hui)
    }
    annees = [
        AnneeDuCIO(
            situation=s,
            grille=grilles.get(r.pk) if (r := s.ouverte or s.derniere_arretee) else None,
            en_vigueur=en_vigueur.get(s.annee.pk),
            avis=[a for a in avis if r and a.repartition_id == r.pk],
            commentaires=[c for c in commentaires if r and c.repartition_id == r.pk],
        )
        for s in liste
    ]
    return MonCIO(cio, [Antenne(a, des_cios[a.pk]) for a in antennes], annees, _closes(cio))


def _closes(cio: CIO) -> list[Repartition]:
    dernieres: dict[int, Repartition] = {}
    arretees = (
        Repartition.objects.filter(cio=cio, annee__etat=EtatAnnee.CLOSE, etat=EtatRepartition.ARRETEE)
        .select_related("annee", "arrete")
        .order_by("-annee__debut", "-date_effet", "-version")
    )
    for repartition in arretees:
        dernieres.setdefault(repartition.annee_id, repartition)
    return list(dernieres.values())

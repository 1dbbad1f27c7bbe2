"""What waits for the DASEN's decision, with everything that helps to take it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.db.models import Q

from psyen.enums import EtatRepartition
from psyen.models import AvisRepartition, CommentaireEtablissement, Repartition
from psyen.permissions import peut_decider, peut_donner_avis
from psyen.selectors.concernes import Concernes, concernes
from psyen.selectors.controles import Alerte, controler
from psyen.selectors.differences import Ecart, differences
from psyen.selectors.grille import Ecole, Grille, ReseauGrille, construire_grilles
from reseaux.perimetre import Perimetre


@dataclass(frozen=True)
class LigneEcart:
    """A line of a table of differences: who or where, before, after."""

    libelle: str
    avant: Decimal
    apres: Decimal
    modalite_avant: str
    modalite_apres: str


@dataclass(frozen=True)
class GroupeEcarts:
    """The differences of one PsyEN, or of one school."""

    libelle: str
    lignes: list[LigneEcart]


@dataclass(frozen=True)
class ChiffreReseau:
    """A réseau against the target of about two PsyEN."""

    nom: str
    psyens: int
    est_hors_cible: bool
    ouvertes: int
    sans_personne: list[Ecole]


@dataclass(frozen=True)
class Comparaison:
    """The differences read by PsyEN and by school, and what they come to."""

    par_psyen: list[GroupeEcarts]
    par_ecole: list[GroupeEcarts]
    arrivees: list[str]
    departs: list[str]


@dataclass(frozen=True)
class Proposition:
    """One card of « À décider »: a proposal compared with what it changes, and what was said of it."""

    repartition: Repartition
    grille: Grille
    #: The version modified, otherwise the last one of an earlier year; None for a CIO's very first.
    reference: Repartition | None
    avant: Grille | None
    #: On the present proposal: those given before it was returned are history.
    avis: list[AvisRepartition]
    commentaires: list[CommentaireEtablissement]
    peut_decider: bool
    peut_donner_avis: bool

    @cached_property
    def comparaison(self) -> Comparaison:
        return comparer(self.avant, self.grille)

    @cached_property
    def alertes(self) -> list[Alerte]:
        return controler(self.grille)

    @property
    def erreurs(self) -> list[Alerte]:
        return [alerte for alerte in self.alertes if alerte.est_erreur]

    @cached_property
    def reseaux(self) -> list[ChiffreReseau]:
        return chiffrer_reseaux(self.grille)

    @property
    def sans_personne(self) -> list[Ecole]:
        return [ecole for reseau in self.reseaux for ecole in reseau.sans_personne]

    @cached_property
    def vises(self) -> Concernes:
        """Who will get a mail."""
        return concernes(self.grille, self.avant if self.repartition.est_modificative else None)


def propositions(perimetre: Perimetre, pks: Collection[int] | None = None) -> list[Proposition]:
    """Every proposal that one reads (or those chosen), the oldest first; a constant number of queries."""
    repartitions = Repartition.objects.dans_perimetre(perimetre).filter(etat=EtatRepartition.PROPOSEE)
    if pks is not None:
        repartitions = repartitions.filter(pk__in=pks)
    liste = list(
        repartitions.select_related(
            "cio__departement",
            "annee",
            "derivee_de__annee",
            "derivee_de__cio",
            "proposee_par",
            "proposee_en_qualite__cio",
        ).order_by("proposee_le", "pk")
    )
    references = _references(liste)
    grilles = construire_grilles([*liste, *references.values()])
    avis, commentaires = paroles(liste)
    return [
        Proposition(
            repartition=r,
            grille=grilles[r.pk],
            reference=references.get(r.pk),
            avant=grilles[references[r.pk].pk] if r.pk in references else None,
            avis=[a for a in avis if a.repartition_id == r.pk],
            commentaires=[c for c in commentaires if c.repartition_id == r.pk],
            peut_decider=peut_decider(perimetre, r),
            peut_donner_avis=peut_donner_avis(perimetre, r),
        )
        for r in liste
    ]


def comparer(avant: Grille | None, apres: Grille) -> Comparaison:
    """Group the differences by PsyEN and by school; who comes into the répartition, who leaves it."""
    par_psyen: dict[int, GroupeEcarts] = {}
    par_ecole: dict[int, GroupeEcarts] = {}
    for e in differences(avant, apres):
        groupe = par_psyen.setdefault(e.psyen_pk, GroupeEcarts(e.psyen, []))
        groupe.lignes.append(_ligne(e, str(e.ecole or apres.repartition.cio)))
        if e.ecole:
            ecole = par_ecole.setdefault(e.ecole.pk, GroupeEcarts(str(e.ecole), []))
            ecole.lignes.append(_ligne(e, e.psyen))
    anciens = {ligne.psyen_pk: ligne.nom_complet for ligne in avant.lignes} if avant else {}
    nouveaux = {ligne.psyen_pk: ligne.nom_complet for ligne in apres.lignes}
    return Comparaison(
        par_psyen=list(par_psyen.values()),
        par_ecole=sorted(par_ecole.values(), key=lambda groupe: groupe.libelle),
        arrivees=[nom for pk, nom in nouveaux.items() if pk not in anciens],
        departs=[nom for pk, nom in anciens.items() if pk not in nouveaux],
    )


def _ligne(ecart: Ecart, libelle: str) -> LigneEcart:
    return LigneEcart(libelle, ecart.avant, ecart.apres, ecart.modalite_avant, ecart.modalite_apres)


def _references(liste: list[Repartition]) -> dict[int, Repartition]:
    """Proposal → what it is compared with."""
    premieres = [r for r in liste if not r.est_modificative]
    arretees = (
        Repartition.objects.filter(cio__in=[r.cio_id for r in premieres], etat=EtatRepartition.ARRETEE)
        .select_related("annee", "cio")
        .order_by("-date_effet", "-version")
    )
    references = {r.pk: r.derivee_de for r in liste if r.derivee_de}
    for arretee in arretees:
        for r in premieres:
            if arretee.cio_id == r.cio_id and arretee.annee.fin < r.annee.debut:
                references.setdefault(r.pk, arretee)
    return references


def paroles(liste: list[Repartition]) -> tuple[list[AvisRepartition], list[CommentaireEtablissement]]:
    """Opinions and comments on the present proposals, in two queries."""
    # An impossible condition when nothing is proposed.
    sur = Q(pk__in=[])
    for r in liste:
        sur |= Q(repartition=r.pk, donne_le__gte=r.proposee_le)
    avis = AvisRepartition.objects.filter(sur).select_related("auteur", "en_qualite__departement")
    commentaires = CommentaireEtablissement.objects.filter(sur).select_related("etablissement", "auteur")
    return list(avis.order_by("-donne_le", "-pk")), list(commentaires.order_by("donne_le", "pk"))


def chiffrer_reseaux(grille: Grille) -> list[ChiffreReseau]:
    """Each réseau of a picture against the target."""
    return [_chiffre(grille, reseau) for reseau in grille.reseaux]


def _chiffre(grille: Grille, reseau: ReseauGrille) -> ChiffreReseau:
    nombre = grille.nombre_de_psyen(reseau)
    ouvertes = [ecole for ecole in reseau.ecoles if ecole.est_ouverte]
    ecart = abs(nombre - settings.CIBLE_PSYEN_PAR_RESEAU)
    return ChiffreReseau(
        nom=reseau.nom,
        psyens=nombre,
        est_hors_cible=ecart > settings.TOLERANCE_PSYEN_PAR_RESEAU,
        ouvertes=len(ouvertes),
        sans_personne=[ecole for ecole in ouvertes if not grille.couverture_ecole(ecole.pk)],
    )

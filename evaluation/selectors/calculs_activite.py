"""What the CIO count each month: I14 interviews held at the CIO, I15 trainings given.

Numbers from 1 to 4 are never read outside the CIO, nor worked out: the figures are those of the activity page
(`missions.selectors.activite_lecture`), masked by the same rule, over the same year and the same places. What
it masks is not published here either.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from evaluation.enums import Niveau
from evaluation.selectors.calcul import Contexte, LignesComptees, Resultat, calcul
from evaluation.selectors.lectures import cios
from evaluation.selectors.statistiques import arrondir
from evaluation.selectors.territoires import lister, par_cio, territoires
from missions.enums import Audience, Lieu, Unite
from missions.models import ReleveActivite
from missions.models.activite import ReleveActiviteQuerySet
from missions.selectors.activite import nom_du_mois
from missions.selectors.activite_lecture import lire_masquee
from missions.selectors.activite_masquage import type_montre
from reseaux.perimetre import Perimetre

NON_COMPTE = "non calculable : aucun relevé d’activité n’est saisi pour l’année"
MASQUE = "non publié : un nombre de 1 à 4 pourrait s’en déduire"
OU = {Lieu.CIO: "Au CIO", Lieu.EPLE: "En établissement"}


@dataclass(frozen=True, slots=True)
class Releve:
    """A number of a month, inside the CIO."""

    cio: int
    mois: dt.date
    lieu: str
    mission: str
    audience: str
    nombre: int
    reseau: None = None
    etablissement: None = None


def _releves(contexte: Contexte, lieu: str) -> ReleveActiviteQuerySet:
    """Of the whole year, as the activity page reads them: cut at a day, they would give a month away."""
    return ReleveActivite.objects.filter(
        cio__departement=contexte.departement,
        etablissement__isnull=lieu == Lieu.CIO,
        mois__gte=contexte.annee.debut,
        mois__lte=contexte.annee.fin,
    )


def _montres(contexte: Contexte, lieu: str) -> dict[str, dict[int, list[type_montre]]]:
    """Unit → CIO (0: the département) → what is shown of its numbers, antennes included; a unit that a CIO
    never counted is absent.
    """

    def lire() -> dict[str, dict[int, list[type_montre]]]:
        releves = _releves(contexte, lieu)
        lecture = lire_masquee(releves, "cio")
        connus = cios(contexte)
        comptes = set(releves.order_by().values_list("cio", "unite").distinct())
        par_nom = {connus[cio].nom: cio for cio, _ in comptes}
        montres: dict[str, dict[int, list[type_montre]]] = {}
        for colonne, unite in enumerate(lecture.unites):
            siens = montres.setdefault(unite, defaultdict(list))
            for rang in lecture.rangs:
                cio = par_nom[rang.libelle]
                if (cio, unite) in comptes:
                    siens[connus[cio].principal].append(rang.valeurs[colonne])
            if siens:
                siens[0].append(lecture.total[colonne])
        return montres

    return contexte.lire(f"activite:{lieu}", lire)


def _par_cio(contexte: Contexte, unite: str, lieux: Sequence[str]) -> list[Resultat]:
    """Of the département and of each CIO, when nothing of it is masked."""
    montres = [_montres(contexte, lieu).get(unite, {}) for lieu in lieux]
    return [
        _publier(territoire, [nombre for m in montres for nombre in m.get(territoire.cio or 0, [])])
        for territoire in territoires(contexte, Niveau.CIO)
    ]


def _publier(territoire: Resultat, montres: Sequence[type_montre]) -> Resultat:
    if not montres:
        return replace(territoire, motif=NON_COMPTE)
    if any(isinstance(montre, str) for montre in montres):
        return replace(territoire, motif=MASQUE)
    somme = arrondir(sum(int(montre) for montre in montres))
    return replace(territoire, valeur=somme, numerateur=somme)


def _lignes_de(
    code: str, unite: str, lieux: Sequence[str]
) -> Callable[[Contexte, Perimetre, Resultat], LignesComptees]:
    """The counts, month by month, for the CIO that made them; above, the figure of each CIO."""

    def lignes(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
        if not (perimetre.travaille_au_cio or perimetre.est_systeme):
            return par_cio(contexte, perimetre, territoire, code)
        return lister(
            contexte,
            perimetre,
            territoire,
            _lire_releves(contexte, unite, lieux),
            colonnes=("Mois", "Lieu", "CIO", "Mission", "Personnels formés", "Nombre"),
            dire=lambda rang: (
                nom_du_mois(rang.mois),
                rang.lieu,
                cios(contexte)[rang.cio].nom,
                rang.mission,
                rang.audience,
                rang.nombre,
            ),
            adresse=lambda _: reverse("missions:activite"),
        )

    return lignes


def _lire_releves(contexte: Contexte, unite: str, lieux: Sequence[str]) -> list[Releve]:
    connus = cios(contexte)
    return [
        Releve(
            connus[cio].principal,
            mois,
            OU[Lieu(lieu)],
            f"{code} – {libelle}",
            Audience(audience).label if audience else "",
            nombre,
        )
        for lieu in lieux
        for cio, mois, code, libelle, audience, nombre in _releves(contexte, lieu)
        .filter(unite=unite)
        .order_by("mois", "pk")
        .values_list("cio", "mois", "mission__code", "mission__libelle", "audience", "nombre")
    ]


@calcul(
    "entretiens_au_cio",
    "Entretiens tenus au CIO",
    lignes=_lignes_de("entretiens_au_cio", Unite.ENTRETIENS, (Lieu.CIO,)),
)
def entretiens_au_cio(contexte: Contexte) -> Iterable[Resultat]:
    """Nombre d’entretiens tenus au CIO et dans ses antennes pendant l’année scolaire, d’après les relevés
    d’activité mensuels : chaque entretien compte pour un, quel que soit le nombre de personnes reçues.
    Exclus : les entretiens tenus dans les établissements ; les mois qui ne sont pas saisis. Toute l’année
    scolaire saisie est comptée, au-delà du jour observé. Un nombre de 1 à 4, ou qui permettrait d’en déduire
    un, n’est pas publié.
    """
    return _par_cio(contexte, Unite.ENTRETIENS, (Lieu.CIO,))


@calcul(
    "formations_donnees",
    "Formations données aux acteurs de l’orientation",
    lignes=_lignes_de("formations_donnees", Unite.FORMATIONS, (Lieu.CIO, Lieu.EPLE)),
)
def formations_donnees(contexte: Contexte) -> Iterable[Resultat]:
    """Nombre de formations données pendant l’année scolaire aux professeurs principaux, CPE, professeurs
    documentalistes et personnels de direction, au CIO et dans les établissements, d’après les relevés
    d’activité mensuels ; une formation donnée à deux publics est comptée dans chacun.
    Exclus : les mois qui ne sont pas saisis ; le nombre de participants, que les relevés ne portent pas.
    Toute l’année scolaire saisie est comptée, au-delà du jour observé. Un nombre de 1 à 4, ou qui permettrait
    d’en déduire un, n’est pas publié.
    """
    return _par_cio(contexte, Unite.FORMATIONS, (Lieu.CIO, Lieu.EPLE))

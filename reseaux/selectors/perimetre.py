"""The perimeter of a CIO for one year: its réseaux, their schools, the schools left out, the warnings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.utils.formats import localize

from reseaux.enums import Categorie
from reseaux.models import CIO, AnneeScolaire, Etablissement, MembreReseau, Reseau
from reseaux.selectors.geographie import distance_km
from reseaux.selectors.indicateurs import EffectifConnu, effectifs_connus

#: Short words of the badges; the label of the category is too long for a line of a card.
TYPES_COURTS = {
    Categorie.COLLEGE: "collège",
    Categorie.LYCEE: "lycée",
    Categorie.LYCEE_POLYVALENT: "lycée polyvalent",
    Categorie.LYCEE_PROFESSIONNEL: "lycée professionnel",
    Categorie.EREA: "EREA",
    Categorie.SECTION: "section",
}


@dataclass(frozen=True, slots=True)
class EcoleDuPerimetre:
    """A school as the editor shows it."""

    etablissement: Etablissement
    effectif: EffectifConnu | None = None
    reseau_pk: int | None = None
    est_tete: bool = False
    #: As the crow flies to the tête of its réseau; None without coordinates.
    distance: float | None = None

    @property
    def jeton(self) -> str:
        """What the form sends: the school and the réseau where the editor saw it (0: none)."""
        return f"{self.etablissement.pk}-{self.reseau_pk or 0}"

    @property
    def type_court(self) -> str:
        return TYPES_COURTS[Categorie(self.etablissement.categorie)]

    @property
    def est_eloignee(self) -> bool:
        return self.distance is not None and self.distance > settings.DISTANCE_MAXIMALE_A_LA_TETE

    @property
    def distance_ecrite(self) -> str:
        """« 12 km », « moins d’un km »; empty for the tête itself."""
        if self.distance is None or self.est_tete:
            return ""
        return f"{localize(round(self.distance))} km" if self.distance >= 1 else "moins d’un km"

    @property
    def alerte(self) -> str:
        """What is wrong with this school, in a few words; empty when nothing is."""
        if not self.etablissement.est_ouvert:
            return "fermé : à retirer" if not self.est_tete else "fermé : désignez une autre tête"
        if self.est_eloignee and self.distance is not None:
            return f"à {localize(round(self.distance))} km de la tête"
        return ""


@dataclass(frozen=True)
class ReseauDuPerimetre:
    """A réseau and its schools, the tête first."""

    reseau: Reseau
    ecoles: tuple[EcoleDuPerimetre, ...]

    @property
    def cle(self) -> str:
        """For the attributes of the page: as text, a template does not write it « 1 234 »."""
        return str(self.reseau.pk)

    @property
    def eleves(self) -> int:
        """Pupils of the réseau, as far as they are known."""
        return sum(ecole.effectif.nombre for ecole in self.ecoles if ecole.effectif)

    @property
    def alertes(self) -> list[str]:
        """Warnings, never errors: the DCIO may have his reasons."""
        alertes = []
        if not self.reseau.tete.est_ouvert:
            alertes.append("La tête de réseau est fermée : désignez un autre lycée.")
        if not any(e.etablissement.categorie == Categorie.COLLEGE for e in self.ecoles):
            alertes.append("Ce réseau ne compte aucun collège.")
        return alertes


@dataclass(frozen=True)
class PerimetreDuCio:
    """Everything the editor, the map and the table under it show."""

    cio: CIO
    annee: AnneeScolaire
    reseaux: tuple[ReseauDuPerimetre, ...]
    #: Open EPLE of the CIO's sector in no réseau.
    sans_reseau: tuple[EcoleDuPerimetre, ...]
    #: Other open EPLE of the département in no réseau: a réseau may reach beyond the sector.
    hors_secteur: tuple[EcoleDuPerimetre, ...] = field(default=())

    @cached_property
    def ecoles(self) -> tuple[EcoleDuPerimetre, ...]:
        """Those in a réseau."""
        return tuple(ecole for reseau in self.reseaux for ecole in reseau.ecoles)

    @property
    def eleves(self) -> int:
        return sum(reseau.eleves for reseau in self.reseaux)

    @cached_property
    def annee_des_effectifs(self) -> str:
        """The year that most numbers of pupils come from: said once, the others beside the school."""
        annees = Counter(
            e.effectif.annee for e in (*self.ecoles, *self.sans_reseau, *self.hors_secteur) if e.effectif
        )
        return annees.most_common(1)[0][0] if annees else ""

    @property
    def lycees_disponibles(self) -> list[Etablissement]:
        """Who may head a new réseau: the lycées in no réseau, those of the sector first."""
        ecoles = (*self.sans_reseau, *self.hors_secteur)
        return [ecole.etablissement for ecole in ecoles if ecole.etablissement.est_lycee]

    @property
    def nombre_alertes(self) -> int:
        en_ligne = sum(1 for ecole in self.ecoles if ecole.alerte)
        return len(self.sans_reseau) + en_ligne + sum(len(reseau.alertes) for reseau in self.reseaux)


def perimetre_du_cio(*, cio: CIO, annee: AnneeScolaire) -> PerimetreDuCio:
    return perimetres(cios=[cio], annee=annee)[0]


def perimetres(*, cios: Sequence[CIO], annee: AnneeScolaire) -> list[PerimetreDuCio]:
    """Four queries, whatever the number of CIO: réseaux, members, free schools, pupils."""
    reseaux = list(
        Reseau.objects.filter(cio__in=cios, annee=annee)
        .select_related("tete", "cio")
        .order_by("cio__nom", "nom", "pk")
    )
    membres = defaultdict(list)
    for membre in (
        MembreReseau.objects.filter(reseau__in=reseaux)
        .select_related("etablissement")
        .order_by("etablissement__nom", "etablissement")
    ):
        membres[membre.reseau_id].append(membre.etablissement)
    libres = _ecoles_libres(cios, annee)
    tous = [e.pk for liste in membres.values() for e in liste] + [e.pk for e in libres]
    effectifs = effectifs_connus(etablissements=tous, annee=annee)
    lus = [
        ReseauDuPerimetre(reseau, tuple(_ecoles_du_reseau(reseau, membres[reseau.pk], effectifs)))
        for reseau in reseaux
    ]
    ecoles = [EcoleDuPerimetre(e, effectifs.get(e.pk)) for e in libres]
    return [_perimetre(cio, annee, lus, ecoles) for cio in cios]


def _ecoles_libres(cios: Sequence[CIO], annee: AnneeScolaire) -> list[Etablissement]:
    """Open EPLE of the départements of these CIO in no réseau that year."""
    return list(
        Etablissement.objects.eple()
        .ouverts()
        .filter(departement__in={cio.departement_id for cio in cios})
        .exclude(pk__in=MembreReseau.objects.filter(annee=annee).values("etablissement"))
        .select_related("cio")
        .order_by("commune", "nom", "pk")
    )


def _perimetre(
    cio: CIO, annee: AnneeScolaire, reseaux: list[ReseauDuPerimetre], libres: list[EcoleDuPerimetre]
) -> PerimetreDuCio:
    voisines = [e for e in libres if e.etablissement.departement_id == cio.departement_id]
    return PerimetreDuCio(
        cio=cio,
        annee=annee,
        reseaux=tuple(r for r in reseaux if r.reseau.cio_id == cio.pk),
        sans_reseau=tuple(e for e in voisines if _est_du_secteur(e.etablissement, cio)),
        hors_secteur=tuple(e for e in voisines if not _est_du_secteur(e.etablissement, cio)),
    )


def _est_du_secteur(etablissement: Etablissement, cio: CIO) -> bool:
    """The sector of a CIO holds that of its antennes."""
    secteur = etablissement.cio
    return secteur is not None and cio.pk in (secteur.pk, secteur.parent_id)


def _ecoles_du_reseau(
    reseau: Reseau, etablissements: Iterable[Etablissement], effectifs: dict[int, EffectifConnu]
) -> list[EcoleDuPerimetre]:
    ecoles = [
        EcoleDuPerimetre(
            etablissement=etablissement,
            effectif=effectifs.get(etablissement.pk),
            reseau_pk=reseau.pk,
            est_tete=etablissement.pk == reseau.tete_id,
            distance=distance_entre(etablissement, reseau.tete),
        )
        for etablissement in etablissements
    ]
    return sorted(ecoles, key=lambda e: (not e.est_tete, not e.etablissement.est_lycee))


def distance_entre(a: Etablissement, b: Etablissement) -> float | None:
    """In km, None when one of them has no coordinates."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    return distance_km((a.longitude, a.latitude), (b.longitude, b.latitude))

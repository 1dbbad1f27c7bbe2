"""The figures worked out again from the raw rows, one after the other, without a line of the service."""

import datetime as dt

from django.conf import settings

from planning.models import PeriodeNonOuvree
from psyen.models import Affectation, Rattachement, Repartition, Service
from reseaux.models import CIO, AnneeScolaire, Effectif, Etablissement, MembreReseau


def principal(cio: CIO | None) -> CIO | None:
    return None if cio is None else (cio.parent or cio)


def est_ouverte(ecole: Etablissement, jour: dt.date) -> bool:
    if ecole.date_ouverture and ecole.date_ouverture > jour:
        return False
    return not (ecole.date_fermeture and ecole.date_fermeture <= jour)


class Tables:
    """Every row of every table, as it stands when this is made; then loops."""

    def __init__(self, departement):
        self.departement = departement
        self.annees = list(AnneeScolaire.objects.order_by("pk"))
        self.cios = list(CIO.objects.select_related("parent").order_by("pk"))
        self.versions = list(Repartition.objects.select_related("annee", "cio__parent").order_by("pk"))
        self.services = list(
            Service.objects.select_related("psyen", "repartition__cio__parent").order_by("pk")
        )
        self.affectations = list(
            Affectation.objects.select_related(
                "service__psyen", "service__repartition__cio", "etablissement", "reseau"
            ).order_by("pk")
        )
        self.ecoles = list(Etablissement.objects.select_related("cio__parent").order_by("pk"))
        self.membres = list(MembreReseau.objects.select_related("reseau__cio__parent").order_by("pk"))
        self.effectifs = list(Effectif.objects.select_related("annee").order_by("annee__debut"))
        self.rattachements = list(Rattachement.objects.order_by("pk"))
        self.fermetures = list(PeriodeNonOuvree.objects.order_by("pk"))

    def annee_de(self, jour: dt.date) -> AnneeScolaire:
        (annee,) = [a for a in self.annees if a.debut <= jour <= a.fin]
        return annee

    def version_du(self, cio: CIO, jour: dt.date) -> Repartition | None:
        """The last arrêtée effective by that day, of the year of that day."""
        retenue = None
        for version in self.versions:
            if version.cio_id != cio.pk or version.etat != "arretee" or version.date_effet > jour:
                continue
            if version.annee != self.annee_de(jour):
                continue
            if retenue is None or (version.date_effet, version.version) > (
                retenue.date_effet,
                retenue.version,
            ):
                retenue = version
        return retenue

    def en_vigueur(self, jour: dt.date) -> set[int]:
        siens = [cio for cio in self.cios if cio.departement_id == self.departement.pk]
        return {version.pk for cio in siens if (version := self.version_du(cio, jour))}

    def affectations_du(self, jour: dt.date) -> list[Affectation]:
        """Of the versions in force, stagiaires apart."""
        en_vigueur = self.en_vigueur(jour)
        return [
            a
            for a in self.affectations
            if a.service.repartition_id in en_vigueur and a.service.psyen.statut != "stagiaire"
        ]

    def services_du(self, jour: dt.date) -> list[Service]:
        en_vigueur = self.en_vigueur(jour)
        return [s for s in self.services if s.repartition_id in en_vigueur and s.psyen.statut != "stagiaire"]

    def reseau_de(self, ecole: Etablissement, jour: dt.date):
        for membre in self.membres:
            if membre.etablissement_id == ecole.pk and membre.annee_id == self.annee_de(jour).pk:
                return membre.reseau
        return None

    def tenant(self, ecole: Etablissement, jour: dt.date) -> CIO | None:
        """Whose répartition may send someone there."""
        reseau = self.reseau_de(ecole, jour)
        return reseau.cio if reseau else principal(ecole.cio)

    def cio_de(self, ecole: Etablissement, jour: dt.date) -> CIO | None:
        return principal(self.tenant(ecole, jour))

    def ecoles_comptees(self, jour: dt.date) -> list[Etablissement]:
        """EPLE open that day, whose CIO has a répartition in force."""
        retenues = []
        for ecole in self.ecoles:
            if ecole.departement != self.departement or not ecole.est_eple or not est_ouverte(ecole, jour):
                continue
            tenant = self.tenant(ecole, jour)
            if self.version_du(tenant, jour) if tenant else self.en_vigueur(jour):
                retenues.append(ecole)
        return retenues

    def demi_journees(self, ecole: Etablissement, jour: dt.date):
        return sum(a.demi_journees for a in self.affectations_du(jour) if a.etablissement_id == ecole.pk)

    def eleves(self, ecole: Etablissement, jour: dt.date) -> int:
        """Of the year, otherwise of the last year before it."""
        connus = [e for e in self.effectifs if e.etablissement_id == ecole.pk and e.annee.debut <= jour]
        return connus[-1].nombre if connus else 0

    def ponderes(self, ecole: Etablissement, jour: dt.date) -> float:
        poids = 1.0
        for trait, present in (
            ("REP", ecole.education_prioritaire == "REP"),
            ("REP+", ecole.education_prioritaire == "REP+"),
            ("ULIS", ecole.ulis),
            ("SEGPA", ecole.segpa),
        ):
            if present:
                poids += settings.POIDS_ELEVES[trait]
        return self.eleves(ecole, jour) * poids

    def est_ouvre(self, jour: dt.date) -> bool:
        if jour.weekday() >= 5:
            return False
        siennes = [p for p in self.fermetures if p.academie_id == self.departement.academie_id]
        return not any(p.debut <= jour <= p.fin for p in siennes)

    def est_encore_la(self, psyen: int, jour: dt.date) -> bool:
        fins = [r.date_fin for r in self.rattachements if r.psyen_id == psyen]
        return None in fins or max(fins) >= jour

    def jours_vacants(self, ecole: Etablissement, jusqu_au: dt.date) -> tuple[int, int]:
        """(without anyone, observed), day after day."""
        jour, vacants, observes = self.annee_de(jusqu_au).debut, 0, 0
        while jour <= jusqu_au:
            version = self.version_du(self.tenant(ecole, jour), jour)
            if version and self.est_ouvre(jour) and est_ouverte(ecole, jour):
                observes += 1
                presents = [
                    a
                    for a in self.affectations
                    if a.service.repartition_id == version.pk
                    and a.etablissement_id == ecole.pk
                    and a.service.psyen.statut != "stagiaire"
                    and self.est_encore_la(a.service.psyen_id, jour)
                ]
                vacants += not presents
            jour += dt.timedelta(days=1)
        return vacants, observes

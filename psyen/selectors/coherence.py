"""What must be true of the répartitions and arrêtés whatever happened: one French sentence per anomaly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from django.db import connection
from django.db.models import DecimalField, F, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from psyen.enums import EtatRepartition
from psyen.models import Affectation, Arrete, CompteurArrete, Rattachement, Repartition, Service
from psyen.selectors.controles import nombre
from socle.coherence import declencheurs_manquants, exclusions_manquantes, superposees

#: Rules that the database keeps itself (migration 0002).
DECLENCHEURS = frozenset(
    {
        "psyen_service_insert_repartition_figee_new",
        "psyen_service_update_repartition_figee_old",
        "psyen_service_update_repartition_figee_new",
        "psyen_service_delete_repartition_figee_old",
        "psyen_affectation_insert_repartition_figee_new",
        "psyen_affectation_update_repartition_figee_old",
        "psyen_affectation_update_repartition_figee_new",
        "psyen_affectation_delete_repartition_figee_old",
        "psyen_affectation_insert_total",
        "psyen_affectation_update_total",
        "psyen_affectation_delete_total",
        "psyen_repartition_update_repartition_arretee",
        "psyen_repartition_delete_repartition_arretee",
        "psyen_arrete_update_arrete_intangible",
        "psyen_arrete_delete_arrete_intangible",
    }
)
#: On PostgreSQL an exclusion constraint holds this rule.
DECLENCHEURS_SQLITE = frozenset(
    f"psyen_rattachement_{ordre}_rattachement_sans_chevauchement" for ordre in ("insert", "update")
)
EXCLUSION = "rattachement_sans_chevauchement"
#: The sweep draws missing documents every minute.
DOCUMENT_ATTENDU = dt.timedelta(hours=6)
DEMI_JOURNEES: DecimalField = DecimalField(max_digits=6, decimal_places=1)


def controler() -> Iterator[str]:
    """Anomalies of the PsyEN, the répartitions and the arrêtés."""
    yield from _regles_manquantes()
    yield from _totaux_faux()
    yield from _affectations_d_une_autre_annee()
    yield from _rattachements_superposes()
    yield from _decisions_sans_arrete()
    yield from _numerotation_trouee()


def _regles_manquantes() -> Iterator[str]:
    if connection.vendor == "sqlite":
        yield from declencheurs_manquants(DECLENCHEURS | DECLENCHEURS_SQLITE)
        return
    yield from declencheurs_manquants(DECLENCHEURS)
    yield from exclusions_manquantes([EXCLUSION])


def _totaux_faux() -> Iterator[str]:
    """`demi_journees_eple` is the sum of the affectations, and the week holds in the capacity."""
    somme = Coalesce(Sum("affectations__demi_journees"), Value(Decimal(0)), output_field=DEMI_JOURNEES)
    services = Service.objects.annotate(somme=somme).select_related("psyen", "repartition__cio")
    for service in services.exclude(demi_journees_eple=F("somme")).order_by("pk"):
        eple, affectees = nombre(service.demi_journees_eple), nombre(service.somme)
        yield f"{_nommer(service)} : {eple} demi-journées en EPLE inscrites, {affectees} affectées."
    trop = F("demi_journees_cio") + F("somme")
    for service in services.filter(capacite__lt=trop).order_by("pk"):
        yield (
            f"{_nommer(service)} : {nombre(service.demi_journees_cio)} demi-journées au CIO et "
            f"{nombre(service.somme)} en EPLE dépassent sa capacité ({nombre(service.capacite)})."
        )


def _nommer(service: Service) -> str:
    return f"{service.psyen}, répartition n° {service.repartition_id}"


def _affectations_d_une_autre_annee() -> Iterator[str]:
    """The réseau copied beside a school is one of the répartition's own year."""
    fautives = Affectation.objects.exclude(reseau__annee=F("service__repartition__annee"))
    for affectation in fautives.select_related("reseau__annee", "service").order_by("pk"):
        yield (
            f"Une affectation de la répartition n° {affectation.service.repartition_id} passe par le réseau "
            f"« {affectation.reseau} » de {affectation.reseau.annee}, une autre année."
        )


def _rattachements_superposes() -> Iterator[str]:
    """« Un CIO et un seul à chaque date » (R01)."""
    fautifs = superposees(Rattachement.objects.all(), "psyen", debut="date_debut", fin="date_fin")
    for rattachement in fautifs.select_related("psyen", "cio"):
        yield (
            f"{rattachement.psyen} : le rattachement du {rattachement.date_debut:%d/%m/%Y} "
            f"({rattachement.cio}) en recouvre un autre."
        )


def _decisions_sans_arrete() -> Iterator[str]:
    """Arrêtée, numbered and documented go together."""
    arretees = Repartition.objects.filter(etat=EtatRepartition.ARRETEE)
    for repartition in arretees.filter(arrete__isnull=True).select_related("cio", "annee").order_by("pk"):
        yield f"{repartition} (n° {repartition.pk}) est arrêtée sans arrêté."
    arretes = Arrete.objects.select_related("repartition__cio")
    for arrete in arretes.exclude(repartition__etat=EtatRepartition.ARRETEE).order_by("pk"):
        yield f"L’arrêté {arrete.numero} porte sur une répartition qui n’est pas arrêtée."
    for arrete in arretes.exclude(departement=F("repartition__cio__departement")).order_by("pk"):
        yield f"L’arrêté {arrete.numero} n’est pas du département de {arrete.repartition.cio}."
    attente = timezone.now() - DOCUMENT_ATTENDU
    for arrete in arretes.filter(fichier=None, repartition__decidee_le__lt=attente).order_by("pk"):
        yield f"L’arrêté {arrete.numero} n’a toujours pas de document."


def _numerotation_trouee() -> Iterator[str]:
    """Numbers follow on from 1 in a département and civil year, and the counter stands at the last one."""
    rangs: dict[tuple[int, int], list[int]] = {}
    for arrete in Arrete.objects.order_by("departement", "annee_civile", "rang", "pk"):
        rangs.setdefault((arrete.departement_id, arrete.annee_civile), []).append(arrete.rang)
        if not arrete.numero.endswith(f"-{arrete.annee_civile}-{arrete.rang:03d}"):
            yield f"Le numéro « {arrete.numero} » ne correspond pas au rang {arrete.rang} de l’arrêté."
    compteurs = CompteurArrete.objects.select_related("departement").order_by("departement", "annee_civile")
    derniers = {(c.departement_id, c.annee_civile): c for c in compteurs}
    for cle, suite in rangs.items():
        compteur = derniers.get(cle)
        if suite != list(range(1, len(suite) + 1)) or compteur is None or compteur.dernier != len(suite):
            yield (
                f"Les numéros des arrêtés de {cle[1]} ne se suivent pas "
                f"({compteur.departement if compteur else f'département n° {cle[0]}'}) : "
                f"{len(suite)} arrêtés, dernier rang {suite[-1]}, "
                f"compteur {compteur.dernier if compteur else 'absent'}."
            )

"""Missions entrusted to every PsyEN of the académie of the first ADMIN: what the view by authority sums."""

from django.utils import timezone

from comptes.enums import Role
from missions.enums import Cadre, Lieu
from missions.models import Mission, MissionConfiee
from missions.selectors.missions import services_en_vigueur
from missions.services.nomenclature import charger_nomenclature
from psyen.models import Affectation
from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre


def preparer_autorites():
    """One mission at the CIO and one in each school, in turn."""
    academie = Habilitation.objects.filter(role=Role.ADMIN).order_by("pk")[0].academie
    charger_nomenclature(perimetre=Perimetre.systeme(), academie=academie)
    missions = Mission.objects.filter(academie=academie, cadre=Cadre.PSYEN).order_by("rang", "pk")
    par_lieu = {lieu: [m for m in missions if m.lieu == lieu] for lieu in Lieu}
    services = services_en_vigueur(timezone.localdate()).filter(
        repartition__cio__departement__academie=academie
    )
    lus = list(services.select_related("repartition").order_by("pk"))
    par_pk = {service.pk: service for service in lus}
    lignes = [_ligne(s, par_lieu[Lieu.CIO], rang, None) for rang, s in enumerate(lus)]
    affectations = Affectation.objects.filter(service__in=par_pk).order_by("pk")
    lignes += [
        _ligne(par_pk[a.service_id], par_lieu[Lieu.EPLE], rang, a.etablissement_id)
        for rang, a in enumerate(affectations)
    ]
    MissionConfiee.objects.bulk_create(lignes, ignore_conflicts=True)
    return {"missions": len(lignes), "cio": len({ligne.cio_id for ligne in lignes})}


def _ligne(service, missions, rang, etablissement_pk):
    return MissionConfiee(
        psyen_id=service.psyen_id,
        cio_id=service.repartition.cio_id,
        annee_id=service.repartition.annee_id,
        mission=missions[rang % len(missions)],
        etablissement_id=etablissement_pk,
        demi_journees="0.5",
    )

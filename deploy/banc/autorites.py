"""Missions entrusted in the country of the first ADMIN: what the view by authority sums."""

from django.utils import timezone

from comptes.enums import Role
from missions.enums import Cadre, Lieu
from missions.models import Mission, MissionConfiee
from missions.selectors.missions import services_en_vigueur
from missions.selectors.missions_reprise import annee_d_avant
from missions.services.nomenclature import charger_nomenclature
from psyen.models import Affectation
from psyen.selectors.presences import jour_de_reference
from reseaux.models import CIO, AnneeScolaire, Habilitation
from reseaux.perimetre import Perimetre

#: An académie, as the bound says; the year before, every CIO of the country.
CIO_D_UNE_ACADEMIE = 60


def preparer_autorites():
    """This year in sixty CIO, the large one first; the year before in all. Committed for the server."""
    academie = Habilitation.objects.filter(role=Role.ADMIN).order_by("pk")[0].academie
    charger_nomenclature(perimetre=Perimetre.systeme(), academie=academie)
    grand = Habilitation.objects.filter(role=Role.DCIO).order_by("pk")[0].cio_id
    autres = CIO.objects.exclude(pk=grand).order_by("departement__code", "pk")
    cios = [grand, *autres.values_list("pk", flat=True)]
    annee = AnneeScolaire.objects.au(timezone.localdate())
    confiees = _confier(academie, annee, cios[:CIO_D_UNE_ACADEMIE])
    toutes = _confier(academie, annee_d_avant(annee), cios)
    return {"academie": confiees, "pays": toutes}


def annee_du_pays():
    """The code of the year in which every CIO holds missions."""
    return annee_d_avant(AnneeScolaire.objects.au(timezone.localdate())).code


def _confier(academie, annee, cios):
    """One mission at the CIO and one in each school, in turn, for each PsyEN of these CIO; how many."""
    missions = Mission.objects.filter(academie=academie, cadre=Cadre.PSYEN).order_by("rang", "pk")
    par_lieu = {lieu: [m for m in missions if m.lieu == lieu] for lieu in Lieu}
    services = services_en_vigueur(jour_de_reference(annee)).filter(repartition__cio__in=cios)
    par_pk = {s.pk: s for s in services.select_related("repartition").order_by("pk")}
    lignes = [_ligne(s, par_lieu[Lieu.CIO], rang, None) for rang, s in enumerate(par_pk.values())]
    affectations = Affectation.objects.filter(service__in=par_pk).order_by("pk")
    lignes += [
        _ligne(par_pk[a.service_id], par_lieu[Lieu.EPLE], rang, a.etablissement_id)
        for rang, a in enumerate(affectations)
    ]
    MissionConfiee.objects.bulk_create(lignes, ignore_conflicts=True)
    return len(lignes)


def _ligne(service, missions, rang, etablissement_pk):
    return MissionConfiee(
        psyen_id=service.psyen_id,
        cio_id=service.repartition.cio_id,
        annee_id=service.repartition.annee_id,
        mission=missions[rang % len(missions)],
        etablissement_id=etablissement_pk,
        demi_journees="0.5",
    )

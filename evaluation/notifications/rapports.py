"""Who is told that a report is issued, that its synthesis is open to them, that an export is ready."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from comptes.enums import Role
from comptes.models import Utilisateur
from evaluation.models import ExportProgramme, LivraisonExport, Rapport
from reseaux.models import Habilitation
from reseaux.perimetre import ROLES_DEPARTEMENT
from socle.courriels import mettre_en_file
from socle.models import Courriel
from socle.notifications import notifier

#: Guards asked again just before a mail leaves.
GARDE_SYNTHESE = "evaluation.synthese"
GARDE_LIVRAISON = "evaluation.livraison"


def annoncer_emission(rapport: Rapport) -> None:
    """Under the bell of whoever reads the reports of the département."""
    departement = rapport.campagne.departement_id
    lecteurs = Q(departement=departement, role__in=ROLES_DEPARTEMENT)
    lecteurs |= Q(cio__departement=departement, role=Role.DCIO)
    url = reverse("evaluation:rapport", args=[rapport.pk])
    for personne in _personnes(lecteurs):
        notifier(
            utilisateur=personne,
            texte=f"« {rapport.titre} » : le rapport est émis.",
            url=url,
            cle=f"evaluation.rapport:{rapport.pk}",
        )


def annoncer_synthese(rapport: Rapport) -> int:
    """Those of the département who read the synthesis only, each once a publication; how many."""
    personnes = _personnes(_lecteurs_de_la_synthese(rapport.campagne.departement_id))
    url = reverse("evaluation:syntheses")
    # Published again after a withdrawal is another news.
    fois = f"{rapport.publie_le:%Y%m%d%H%M%S}" if rapport.publie_le else ""
    for personne in personnes:
        notifier(
            utilisateur=personne,
            texte=f"La synthèse de l’évaluation {rapport.campagne.annee} est publiée.",
            url=url,
            cle=f"evaluation.synthese:{rapport.pk}:{fois}",
        )
        mettre_en_file(
            cle=f"evaluation.synthese:{rapport.pk}:{fois}:{personne.pk}",
            destinataire=personne.courriel,
            utilisateur=personne,
            modele="evaluation/courriels/synthese",
            contexte={"rapport": rapport, "lien": f"{settings.ADRESSE_PUBLIQUE}{url}"},
            garde=GARDE_SYNTHESE,
        )
    return len(personnes)


def annoncer_livraison(livraison: LivraisonExport) -> None:
    """A link that asks for a session and for the right again: never the file."""
    programme = livraison.programme
    url = reverse("evaluation:livraison", args=[livraison.pk])
    mettre_en_file(
        cle=f"evaluation.livraison:{programme.pk}:{livraison.periode}",
        destinataire=programme.proprietaire.courriel,
        utilisateur=programme.proprietaire,
        modele="evaluation/courriels/livraison",
        contexte={
            "livraison": livraison,
            "programme": programme,
            "lien": f"{settings.ADRESSE_PUBLIQUE}{url}",
        },
        garde=GARDE_LIVRAISON,
    )


def synthese_encore_due(courriel: Courriel) -> bool:
    """Still published by the same gesture, and the person still holds a role that reads it there."""
    _, pk, fois, _ = courriel.cle.split(":")
    rapport = Rapport.objects.filter(pk=pk, publie_le__isnull=False).select_related("campagne").first()
    if rapport is None or f"{rapport.publie_le:%Y%m%d%H%M%S}" != fois:
        return False
    lecteurs = _lecteurs_de_la_synthese(rapport.campagne.departement_id)
    return _en_vigueur().filter(lecteurs, utilisateur=courriel.utilisateur_id).exists()


def livraison_encore_due(courriel: Courriel) -> bool:
    """The habilitation that asked for the export is still in force."""
    programme = ExportProgramme.objects.filter(pk=courriel.cle.split(":")[1])
    return _en_vigueur().filter(pk__in=programme.values("habilitation")).exists()


def _lecteurs_de_la_synthese(departement: int) -> Q:
    psyens = Q(role=Role.PSYEN, departement=departement)
    chefs = Q(role=Role.CHEF_ETABLISSEMENT, etablissement__departement=departement)
    return psyens | chefs | Q(role=Role.SECRETAIRE_CIO, cio__departement=departement)


def _en_vigueur() -> QuerySet[Habilitation]:
    return Habilitation.objects.en_vigueur().filter(utilisateur__is_active=True)


def _personnes(habilitations: Q) -> list[Utilisateur]:
    pks = _en_vigueur().filter(habilitations).values("utilisateur")
    return list(Utilisateur.objects.filter(pk__in=pks).order_by("pk"))

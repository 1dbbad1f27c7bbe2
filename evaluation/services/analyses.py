"""Saying what the figures mean: version after version, none is ever lost."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from evaluation.models import Analyse, Campagne, Indicateur
from evaluation.permissions import peut_analyser
from evaluation.selectors.analyses import derniere_analyse
from reseaux.models import CIO
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

DEPASSEE = (
    "Une autre version a été enregistrée pendant que vous écriviez : relisez-la ci-dessus, puis enregistrez "
    "de nouveau si vous maintenez votre texte."
)


@transaction.atomic
def ecrire_analyse(
    *,
    perimetre: Perimetre,
    campagne: Campagne,
    texte: str,
    version_lue: int,
    indicateur: Indicateur | None = None,
    cio: CIO | None = None,
) -> Analyse:
    """A new version of what is said of an indicator, or of the whole, for a CIO or for the département; of a
    frozen campaign as well. `version_lue`: the version on the page, 0 when there was none.

    The same text again writes nothing. ValidationError when another version came meanwhile, or when the
    indicator or the CIO is that of another département.
    """
    campagne = Campagne.objects.select_for_update(of=("self",)).get(pk=campagne.pk)
    if not peut_analyser(perimetre, campagne, cio):
        raise PermissionDenied
    _exiger_du_departement(campagne, indicateur, cio)
    derniere = derniere_analyse(campagne, indicateur.pk if indicateur else None, cio.pk if cio else None)
    actuelle = derniere.version if derniere else 0
    if actuelle != version_lue:
        raise ValidationError(DEPASSEE, code="depassee")
    propre = texte.replace("\r\n", "\n").strip()
    if derniere and derniere.texte == propre:
        return derniere
    analyse = Analyse(
        campagne=campagne,
        indicateur=indicateur,
        cio=cio,
        version=actuelle + 1,
        texte=propre,
        auteur_id=perimetre.utilisateur_id,
        qualite=perimetre.libelle[:200],
    )
    analyse.full_clean(exclude=["auteur"])
    analyse.save()
    journaliser(
        perimetre=perimetre,
        action="evaluation.analyse.ecrite",
        objet=campagne,
        apres={
            "indicateur": indicateur.code if indicateur else None,
            "territoire": cio.nom if cio else None,
            "version": analyse.version,
        },
        departement_id=campagne.departement_id,
    )
    return analyse


def _exiger_du_departement(campagne: Campagne, indicateur: Indicateur | None, cio: CIO | None) -> None:
    if indicateur is not None and indicateur.departement_id != campagne.departement_id:
        raise ValidationError("Cet indicateur est celui d’un autre département.")
    if cio is not None and cio.departement_id != campagne.departement_id:
        raise ValidationError("Ce CIO est celui d’un autre département.")

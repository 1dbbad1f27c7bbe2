"""A frozen campaign with its definitions, figures and analyses; plain functions, no randomness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from evaluation.enums import EtatCampagne, EtatCritere, EtatRapport, Niveau, Sens, SourceIndicateur, Unite
from evaluation.models import Analyse, Campagne, Critere, DefinitionFigee, Indicateur, Mesure, Rapport
from evaluation.selectors.definitions import COMMUNS, definitions
from evaluation.services.rapports import preparer_rapport
from planning.models import Objectif
from reseaux.models import CIO, Departement
from reseaux.perimetre import Perimetre
from socle.fichiers import enregistrer_fichier
from tests.evaluation.factories_cadre import creer_critere, creer_indicateur_saisi
from tests.planning.factories import creer_objectif
from tests.reseaux.factories import creer_annee, creer_cio, creer_departement

OBJECTIF = "Renforcer la présence des PsyEN dans chaque établissement"


def creer_campagne_ouverte(
    code: str = "T1", *, departement: Departement | None = None, jour: dt.date | None = None
) -> Campagne:
    """Observed on the last day of May of this school year, unless told otherwise."""
    annee = creer_annee()
    return Campagne.objects.get_or_create(
        departement=departement or creer_departement(),
        code=code,
        defaults={
            "annee": annee,
            "libelle": f"Campagne {code}",
            "date_observation": jour or dt.date(annee.fin.year, 5, 31),
        },
    )[0]


def creer_objectif_nomme(libelle: str = OBJECTIF, code: str = "O1", **champs: Any) -> Objectif:
    objectif = Objectif.objects.filter(code=code, niveau="objectif", **champs).first()
    objectif = objectif or creer_objectif(code, **champs)
    objectif.libelle = libelle
    objectif.save()
    return objectif


def creer_indicateur(code: str, objectif: Objectif | None = None, **champs: Any) -> Indicateur:
    """In per cent, the more the better, target 90, serving a criterion of that objective."""
    departement = champs.pop("departement", None) or creer_departement()
    critere: Critere | None = None
    if objectif is not None:
        critere = creer_critere(f"Critère de {objectif.code}", departement=departement, objectif=objectif)
        if critere.etat != EtatCritere.VALIDE:
            critere.etat, critere.statue_le = EtatCritere.VALIDE, timezone.localdate()
            critere.save()
    valeurs = {"unite": Unite.POURCENTAGE, "sens": Sens.HAUSSE, "cible": Decimal(90)} | champs
    return creer_indicateur_saisi(code, departement=departement, critere=critere, **valeurs)


def mesurer(
    campagne: Campagne, indicateur: Indicateur, valeur: Any, *, cio: CIO | None = None, **champs: Any
) -> Mesure:
    """The figure of the département, or of that CIO; None: not to be computed."""
    departement = campagne.departement
    valeurs = {
        "niveau": Niveau.CIO if cio else Niveau.DEPARTEMENT,
        "cio": cio,
        "territoire": cio.nom if cio else departement.nom,
        "cle_territoire": cio.nom if cio else departement.code,
        "valeur": None if valeur is None else Decimal(str(valeur)),
        "motif": "non calculable : aucun établissement ouvert" if valeur is None else "",
        "source": indicateur.source,
        "relevee_le": campagne.date_observation,
    }
    return Mesure.objects.create(campagne=campagne, indicateur=indicateur, **(valeurs | champs))


def analyser(
    campagne: Campagne, texte: str, *, indicateur: Indicateur | None = None, cio: CIO | None = None
) -> Analyse:
    """The next version of that analysis."""
    siennes = Analyse.objects.filter(campagne=campagne, indicateur=indicateur, cio=cio)
    qualite = f"DCIO, {cio}" if cio else "IEN-IO"
    return Analyse.objects.create(
        campagne=campagne,
        indicateur=indicateur,
        cio=cio,
        version=siennes.count() + 1,
        texte=texte,
        qualite=qualite,
    )


def figer(campagne: Campagne) -> Campagne:
    """As the service does, without its checks."""
    for definition in definitions(campagne):
        propres = ("methode", "responsable", "critere", "objectif", "rang")
        DefinitionFigee.objects.create(
            campagne=campagne,
            indicateur_id=definition.indicateur,
            **{champ: getattr(definition, champ) for champ in (*COMMUNS, *propres)},
        )
    campagne.etat, campagne.figee_le = EtatCampagne.FIGEE, timezone.localdate()
    campagne.figee_par, campagne.empreinte = "IEN-IO", "0" * 64
    campagne.save()
    return campagne


def creer_campagne_figee(
    code: str = "T1", *, departement: Departement | None = None, valeurs: Sequence[Any] = (80, 75, 85)
) -> Campagne:
    """One objective, one indicator: the département then two CIO; an imported figure that has none."""
    departement = departement or creer_departement()
    campagne = creer_campagne_ouverte(code, departement=departement)
    objectif = creer_objectif_nomme(departement=departement)
    couverture = creer_indicateur("I1", objectif, departement=departement)
    decisions = creer_indicateur(
        "I19", departement=departement, source=SourceIndicateur.IMPORTE, cible=None, sens=Sens.NEUTRE
    )
    mesurer(campagne, couverture, valeurs[0])
    for commune, valeur in zip(("Blois", "Vendôme"), valeurs[1:], strict=True):
        mesurer(campagne, couverture, valeur, cio=creer_cio(commune, departement=departement))
    mesurer(campagne, decisions, None)
    return figer(campagne)


def creer_rapport(perimetre: Perimetre, campagne: Campagne | None = None, **champs: Any) -> Rapport:
    """A draft on a frozen campaign."""
    return preparer_rapport(perimetre=perimetre, campagne=campagne or creer_campagne_figee(), **champs)


def emettre(rapport: Rapport) -> Rapport:
    """Without drawing anything: three documents of a few bytes."""
    for forme in ("document", "diaporama", "synthese"):
        pdf = enregistrer_fichier(
            nom=f"{forme}.pdf", type_mime="application/pdf", contenu=f"%PDF {forme}".encode()
        )
        setattr(rapport, forme, pdf)
    derniere = Analyse.objects.filter(campagne=rapport.campagne).order_by("-pk").first()
    rapport.etat, rapport.emis_le, rapport.emis_par = EtatRapport.EMIS, timezone.localdate(), "IEN-IO"
    rapport.derniere_analyse = derniere.pk if derniere else 0
    rapport.save()
    return rapport

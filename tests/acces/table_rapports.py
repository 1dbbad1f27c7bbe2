"""Lines of the reports: of a département, hence the same for the neighbour; exports belong to a person."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from evaluation.models import Campagne, ExportProgramme, LivraisonExport, Rapport
from reseaux.perimetre import Perimetre
from socle.fichiers import enregistrer_fichier
from tests.acces.monde import Monde
from tests.acces.table import INEXISTANT, Acces
from tests.evaluation.factories_rapports import creer_campagne_figee, creer_rapport, emettre
from tests.reseaux.factories import creer_perimetre

#: Who reads a report once issued.
LECTEURS = "ADSIJC"


def _campagne(m: Monde, code: str) -> Campagne:
    siennes = Campagne.objects.filter(departement=m.departement, code=code)
    return siennes.first() or creer_campagne_figee(code, departement=m.departement)


def brouillon_de(m: Monde) -> int:
    campagne = _campagne(m, "B1")
    rapport = campagne.rapports.first() or creer_rapport(Perimetre.systeme(), campagne)
    return rapport.pk


def emis_de(m: Monde) -> int:
    """Issued, not published."""
    campagne = _campagne(m, "E1")
    rapport = campagne.rapports.first() or emettre(creer_rapport(Perimetre.systeme(), campagne))
    return rapport.pk


def publie_de(m: Monde) -> int:
    campagne = _campagne(m, "P1")
    rapport = campagne.rapports.first() or emettre(creer_rapport(Perimetre.systeme(), campagne))
    Rapport.objects.filter(pk=rapport.pk).update(publie_le=timezone.now())
    return rapport.pk


def programme_d_un_autre(m: Monde) -> ExportProgramme:
    """Of another ADMIN: whoever asks, it is nobody's. The same in a world each time."""
    deja = ExportProgramme.objects.filter(habilitation__academie=m.academie).order_by("pk").first()
    if deja is not None:
        return deja
    admin = creer_perimetre("admin", m.academie)
    return ExportProgramme.objects.create(
        proprietaire=admin.utilisateur,
        habilitation=admin.habilitation,
        niveaux=["cio"],
        format="csv",
        rythme="mensuel",
        premier_le=timezone.localdate(),
    )


def livraison_d_un_autre(m: Monde) -> int:
    programme = programme_d_un_autre(m)
    deja = programme.livraisons.first()
    if deja is not None:
        return deja.pk
    fichier = enregistrer_fichier(nom="e.csv", type_mime="text/csv", contenu=b"x")
    return LivraisonExport.objects.create(programme=programme, periode="2026-11", fichier=fichier).pk


def _du_departement(
    url: str, codes: dict[int, str], objet: Any, methode: str = "get", **champs: Any
) -> Acces:
    """The neighbour is of the same département."""
    return Acces(url, codes, codes, objet, methode, **champs)


def _brouillon(url: str, codes: dict[int, str], methode: str = "post", **champs: Any) -> Acces:
    """For whoever does not compose, a draft does not exist."""
    return _du_departement(url, codes, brouillon_de, methode, sinon=404, **champs)


def _emis(url: str, codes: dict[int, str], methode: str = "post", **champs: Any) -> Acces:
    """A gesture: the object is looked for first."""
    lus = "".join(lettre for lettre in LECTEURS if lettre not in "".join(codes.values()))
    return _du_departement(url, {403: lus} | codes, emis_de, methode, sinon=404, **champs)


ACCES_RAPPORTS: list[Acces] = [
    Acces("evaluation:rapports", {200: LECTEURS}),
    Acces("evaluation:rapport_preparer", {200: "SIJ"}),
    _du_departement("evaluation:rapport", {200: LECTEURS}, emis_de),
    _brouillon("evaluation:rapport_composer", {200: "SIJ"}, "get"),
    _brouillon("evaluation:rapport_apercu", {200: "SIJ"}),
    _emis("evaluation:rapport_bilan", {200: "SIJ"}, "get"),
    _du_departement(
        "evaluation:rapport_projet",
        {302: "SIJ"},
        lambda m: (brouillon_de(m), "rapport"),
        "post",
        sinon=404,
        inexistant=(INEXISTANT, "rapport"),
    ),
    _brouillon("evaluation:rapport_emettre", {302: "IJ", 403: "S"}),
    _brouillon("evaluation:rapport_abandonner", {302: "SIJ"}),
    _emis("evaluation:rapport_version", {302: "SIJ"}),
    _emis("evaluation:synthese_publier", {302: "IJ"}),
    _emis("evaluation:synthese_retirer", {302: "IJ"}),
    _du_departement(
        "evaluation:rapport_document",
        {200: LECTEURS},
        lambda m: (emis_de(m), "rapport"),
        inexistant=(INEXISTANT, "rapport"),
    ),
    _du_departement(
        "evaluation:rapport_annexe",
        {200: LECTEURS},
        lambda m: (emis_de(m), "csv"),
        inexistant=(INEXISTANT, "csv"),
    ),
    Acces("evaluation:syntheses", {200: f"{LECTEURS}EPH"}),
    _du_departement("evaluation:synthese", {200: f"{LECTEURS}EPH"}, publie_de),
    Acces("evaluation:exports", {200: "A"}),
    Acces("evaluation:export_programmer", {200: "A"}),
    Acces("evaluation:export_arreter", {}, {}, lambda m: programme_d_un_autre(m).pk, "post", sinon=404),
    Acces("evaluation:livraison", {404: "A"}, {404: "A"}, livraison_d_un_autre),
]

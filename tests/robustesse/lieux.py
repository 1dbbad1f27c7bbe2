"""Every address of the URLconf, on objects that exist: nobody lists them by hand, none can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from planning.models import Action, FluxCalendrier
from planning.services.flux import creer_flux
from socle.journal import historique
from socle.models import Courriel, Notification, TravailDeFond
from tests.acces import table_enquetes as enquetes
from tests.acces import table_evaluation_cadre as cadre
from tests.acces import table_evaluation_campagnes as campagnes
from tests.acces import table_missions_matrice as matrice
from tests.acces import table_rapports as rapports
from tests.acces import table_territoire as territoire
from tests.acces.monde import Monde
from tests.acces.table_activite import mois_de, programme_de
from tests.acces.table_documents import genre_de, version_de
from tests.acces.table_fiches_plan import groupe_de, membre_de, objectif_de, preuve_de
from tests.acces.table_missions_confiees import mission_de, public_de
from tests.acces.table_missions_lettres import lettre_de
from tests.acces.table_reunions import decision_de, participant_de, point_de
from tests.planning.factories import creer_periode_non_ouvree, creer_periode_orientation


def routes(motifs: Any = None, espace: str = "", debut: str = "") -> Iterator[tuple[str, str, list[str]]]:
    """(name, first segment of the path, names of the arguments) of each pattern."""
    for motif in motifs if motifs is not None else get_resolver().url_patterns:
        chemin = debut + str(motif.pattern)
        if isinstance(motif, URLResolver):
            dessous = f"{espace}{motif.namespace}:" if motif.namespace else espace
            yield from routes(motif.url_patterns, dessous, chemin)
        elif isinstance(motif, URLPattern):
            yield f"{espace}{motif.name}", chemin.split("/")[0], list(motif.pattern.converters)


def flux_de(monde: Monde) -> int:
    """The shared calendar of the DCIO who made the world, made once."""
    flux = FluxCalendrier.objects.filter(habilitation=monde.habilitation).order_by("pk").first()
    return (flux or creer_flux(perimetre=monde.dcio)[0]).pk


OBJETS_DU_TERRITOIRE = (
    territoire.action_de_territoire_de,
    territoire.externalisable_de,
    territoire.biblio_lab_de,
    territoire.partenaire_de,
    territoire.convention_de,
)
NOMS = sorted({nom for nom, _, _ in routes()})


def arguments(monde: Monde) -> dict[tuple[str, str], list[Any]]:
    """(first segment, argument) → values that exist in that world."""
    annees = [monde.brouillon.annee, monde.arretee.annee]
    return {
        ("repartitions", "pk"): [monde.brouillon.pk, monde.proposee.pk, monde.arretee.pk],
        ("mon-psyen", "pk"): [monde.proposee.pk],
        ("arretes", "pk"): [monde.arrete.pk],
        ("arretes", "code"): [monde.departement.code],
        ("psyen", "pk"): [monde.psyen.pk],
        ("psyen", "rattachement"): [monde.psyen.rattachements.get().pk],
        ("psyen", "format_"): ["csv"],
        ("cio", "pk"): [monde.cio.pk],
        ("reseaux", "pk"): [monde.reseau_suivant.pk],
        ("reseaux", "cio"): [monde.cio.pk],
        ("reseaux", "annee"): [annees[0].code],
        ("etablissements", "pk"): [monde.tete.pk],
        ("habilitations", "pk"): [monde.habilitation.pk],
        ("comptes", "pk"): [monde.dcio.utilisateur_id],
        ("annees", "pk"): [annee.pk for annee in annees],
        ("courriels", "pk"): [Courriel.objects.order_by("pk").first().pk],
        ("journal", "pk"): [historique(monde.arretee).first().pk],
        ("notifications", "pk"): list(Notification.objects.order_by("pk").values_list("pk", flat=True)),
        ("travaux", "pk"): list(TravailDeFond.objects.order_by("pk").values_list("pk", flat=True)),
        ("documents", "type"): [genre_de(Action)],
        ("documents", "objet"): [monde.action.pk],
        ("documents", "pk"): [version_de(monde.action).document_id],
        ("documents", "version"): [version_de(monde.action).pk],
        ("plan", "pk"): [monde.plan.pk],
        ("plan", "action"): [monde.action.pk],
        ("plan", "jalon"): [monde.jalon.pk],
        ("plan", "objectif"): [objectif_de(monde)],
        ("plan", "groupe"): [groupe_de(monde)],
        ("plan", "membre"): [membre_de(monde)],
        ("plan", "preuve"): [preuve_de(monde)],
        ("plan", "niveau"): ["objectif"],
        ("plan", "geste"): ["reporter"],
        ("plan", "geste_plan"): ["clore"],
        ("plan", "geste_objectif"): ["monter"],
        ("mes-echeances", "pk"): [monde.jalon.pk],
        ("textes-des-rappels", "genre"): ["rappel"],
        ("reunions", "pk"): [monde.reunion.pk],
        ("reunions", "geste"): ["envoyer"],
        ("reunions", "point"): [point_de(monde.reunion).pk],
        ("reunions", "geste_point"): ["retenir"],
        ("reunions", "participant"): [participant_de(monde.reunion).pk],
        ("reunions", "decision"): [decision_de(monde.reunion).pk],
        ("calendriers", "jeton"): ["jeton"],
        ("mes-calendriers", "pk"): [flux_de(monde)],
        ("calendrier-orientation", "annee"): [annees[1].code],
        ("calendrier-orientation", "pk"): [creer_periode_orientation(monde.departement).pk, monde.tete.pk],
        ("jours-non-ouvres", "pk"): [creer_periode_non_ouvree(monde.academie).pk],
        ("jours-non-ouvres", "annee"): [annees[1].code],
        ("nomenclature", "mission"): [mission_de(monde)],
        ("nomenclature", "public"): [public_de(monde)],
        ("nomenclature", "geste_nomenclature"): ["retirer"],
        ("missions", "psyen"): [monde.psyen.pk],
        ("missions", "annee"): [monde.arretee.annee.code],
        ("qui-fait-quoi", "pk"): [matrice.projet_de(monde), matrice.matrice_de(monde)],
        ("qui-fait-quoi", "autre"): [matrice.matrice_de(monde)],
        ("qui-fait-quoi", "departement"): [monde.departement.pk],
        ("qui-fait-quoi", "format_"): ["csv"],
        ("qui-fait-quoi", "ligne"): [matrice.ligne_de(monde)],
        ("qui-fait-quoi", "acteur"): [matrice.acteur_de(monde)],
        ("qui-fait-quoi", "geste"): ["descendre"],
        ("dossiers", "pk"): [matrice.dossier_de(monde)],
        ("dossiers", "departement"): [monde.departement.pk],
        ("dossiers", "delegation"): [matrice.delegation_de(monde)],
        ("dossiers", "membre"): [matrice.membre_de(monde)[1]],
        ("dossiers", "geste"): ["retirer"],
        # Five kinds of objects under one segment: each address is tried with the keys of all of them.
        ("territoire", "pk"): sorted({de(monde) for de in OBJETS_DU_TERRITOIRE}),
        ("territoire", "geste"): ["annuler", "retirer"],
        ("fiches-de-poste", "pk"): [territoire.projet_de(monde), territoire.fiche_de(monde)],
        ("activite", "format_"): ["csv"],
        ("activite", "pk"): [monde.cio.pk],
        ("activite", "mois"): [mois_de(monde)[1]],
        ("programmes", "pk"): [programme_de(monde)],
        ("lettres", "pk"): [lettre_de(monde)],
        ("lettres", "psyen"): [monde.psyen.pk],
        ("lettres", "annee"): [monde.arretee.annee.code],
        ("mon-etablissement", "pk"): [monde.tete.pk],
        ("mon-etablissement", "annee"): [monde.arretee.annee.code],
        ("criteres", "pk"): [cadre.critere_de(monde), cadre.critere_valide_de(monde)],
        ("indicateurs", "pk"): [cadre.indicateur_de(monde), cadre.indicateur_retire_de(monde)],
        ("campagnes", "pk"): [campagnes.campagne_de(monde)],
        ("campagnes", "format_"): ["csv"],
        ("campagnes", "indicateur"): [campagnes.indicateur_de(monde)[1]],
        ("campagnes", "mesure"): [campagnes.mesure_de(monde)[1]],
        ("campagnes", "geste_campagne"): ["figer"],
        ("enquetes", "pk"): enquetes.tout_de(monde),
        ("enquetes", "geste"): ["descendre", "reprendre"],
        ("enquetes", "genre"): ["echelle", "choix_unique"],
        ("enquetes", "format_"): ["csv"],
        ("enquetes", "jeton"): ["jeton"],
        ("rapports", "pk"): [rapports.brouillon_de(monde), rapports.emis_de(monde)],
        ("rapports", "forme"): ["rapport"],
        ("rapports", "format_"): ["csv"],
        ("synthese-evaluation", "pk"): [rapports.publie_de(monde)],
        ("exports-evaluation", "pk"): [
            rapports.programme_d_un_autre(monde).pk,
            rapports.livraison_d_un_autre(monde),
        ],
        ("compte", "jeton"): ["jeton"],
        ("mot-de-passe", "uidb64"): ["MQ"],
        ("mot-de-passe", "token"): ["jeton"],
        ("aide", "role"): ["dcio"],
    }


def adresses(monde: Monde) -> dict[str, list[str]]:
    """Name → its addresses on the objects of that world. Read once for a world: it asks a hundred queries."""
    connus = arguments(monde)
    trouvees: dict[str, list[str]] = {}
    for nom, segment, noms in routes():
        valeurs = [connus[segment, argument] for argument in noms]
        trouvees.setdefault(nom, []).extend(
            reverse(nom, kwargs=dict(zip(noms, choix, strict=True))) for choix in product(*valeurs)
        )
    return {nom: list(dict.fromkeys(lues)) for nom, lues in trouvees.items()}

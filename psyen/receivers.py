"""What the PsyEN file adds to the pages of the schools, the CIO and the réseaux."""

from typing import Any

from django.urls import reverse

from psyen.models import Rattachement
from psyen.permissions import peut_lire_indicateurs, peut_lister_psyens
from psyen.selectors.controles import nombre
from psyen.selectors.presences import presences_dans, presences_du_reseau, rattachements_du_cio
from reseaux.models import CIO, Etablissement, Reseau
from reseaux.perimetre import Perimetre
from reseaux.signals import Complement, fermeture_demandee, fiche_affichee, liste_affichee
from socle.tableaux import ColonneEcran, TableauEcran, lien

GABARIT = "psyen/psyen/_complement.html"


def ecouter() -> None:
    """Connects the receivers, once, at start."""
    fiche_affichee.connect(_psyens_de_l_etablissement, sender=Etablissement)
    fiche_affichee.connect(_psyens_du_cio, sender=CIO)
    fiche_affichee.connect(_psyens_du_reseau, sender=Reseau)
    liste_affichee.connect(_indicateurs, sender=Reseau)
    fermeture_demandee.connect(_psyens_a_rattacher_ailleurs, sender=CIO)


def _psyens_de_l_etablissement(*, objet: Etablissement, perimetre: Perimetre, **_: Any) -> Complement | None:
    if not (peut_lister_psyens(perimetre) or perimetre.etablissement_id == objet.pk):
        return None
    colonnes = (
        ColonneEcran("PsyEN"),
        ColonneEcran("CIO"),
        ColonneEcran("Demi-journées", nombre=True),
        ColonneEcran("Modalité"),
    )
    lignes = [
        (
            _nom(perimetre, a.service.psyen_id, str(a.service.psyen)),
            str(a.service.repartition.cio),
            a.demi_journees,
            a.get_modalite_display(),
        )
        for a in presences_dans(objet, perimetre)
    ]
    vide = "Aucun PsyEN n’est affecté à cet établissement par une répartition arrêtée."
    return _complement("PsyEN affectés aujourd’hui", colonnes, lignes, vide)


def _psyens_du_cio(*, objet: CIO, perimetre: Perimetre, **_: Any) -> Complement | None:
    if not peut_lister_psyens(perimetre):
        return None
    colonnes = (
        ColonneEcran("PsyEN"),
        ColonneEcran("Statut"),
        ColonneEcran("Quotité (%)", nombre=True),
        ColonneEcran("Depuis le"),
    )
    lignes = [
        (
            _nom(perimetre, r.psyen_id, str(r.psyen)),
            r.psyen.get_statut_display(),
            nombre(r.quotite),
            r.date_debut,
        )
        for r in rattachements_du_cio(objet, perimetre)
    ]
    return _complement("PsyEN rattachés", colonnes, lignes, "Aucun PsyEN n’est rattaché à ce CIO.")


def _psyens_du_reseau(*, objet: Reseau, perimetre: Perimetre, **_: Any) -> Complement | None:
    if not peut_lister_psyens(perimetre):
        return None
    colonnes = (ColonneEcran("PsyEN"), ColonneEcran("Demi-journées dans le réseau", nombre=True))
    lignes = [(_nom(perimetre, pk, nom), total) for pk, nom, total in presences_du_reseau(objet, perimetre)]
    vide = "Aucune répartition arrêtée n’affecte de PsyEN à ce réseau."
    return _complement("PsyEN du réseau", colonnes, lignes, vide)


def _indicateurs(*, perimetre: Perimetre, **_: Any) -> tuple[str, str] | None:
    return ("Indicateurs", reverse("psyen:indicateurs")) if peut_lire_indicateurs(perimetre) else None


def _psyens_a_rattacher_ailleurs(*, cio: CIO, **_: Any) -> str:
    """A PsyEN is always attached to a CIO that is open."""
    restants = Rattachement.objects.filter(cio=cio).non_termines().values("psyen").distinct().count()
    if not restants:
        return ""
    return f"PsyEN encore rattachés : {restants}. Donnez-leur un autre rattachement, ou mettez-y fin."


def _nom(perimetre: Perimetre, pk: int, nom: str) -> str:
    """A link for whoever may open the file."""
    return lien(reverse("psyen:psyen", args=(pk,)), nom) if peut_lister_psyens(perimetre) else nom


def _complement(titre: str, colonnes: Any, lignes: list, vide: str) -> Complement:
    tableau = TableauEcran(titre, colonnes, lignes, {})
    return Complement(GABARIT, {"titre": titre, "tableau": tableau, "vide": vide})

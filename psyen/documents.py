"""The arrêté, its draft and its extracts, drawn from the same picture as the screens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from comptes.models import Utilisateur
from psyen.enums import HEURES_PAR_DEMI_JOURNEE, EtatRepartition, Modalite, NatureArrete
from psyen.models import Arrete, AvisRepartition, ModeleArrete, Repartition
from psyen.selectors.controles import nombre
from psyen.selectors.differences import Ecart, differences
from psyen.selectors.grille import ZERO, Ecole, Grille, LigneGrille, construire_grille
from psyen.selectors.mes_donnees import Rubrique
from psyen.templatetags.repartition import intitule_reseau
from reseaux.models import Etablissement
from socle.documents import render_pdf
from socle.templatetags.cio import en_toutes_lettres

#: What each nature does to the establishments; the rest of the title is the same.
VERBES = {NatureArrete.INITIAL: "fixant", NatureArrete.MODIFICATIF: "modifiant"}


@dataclass(frozen=True)
class LigneEcole:
    """A line of an annex: a place or a person, and half-days."""

    lieu: str
    commune: str
    demi_journees: Decimal


@dataclass(frozen=True)
class SemainePsyEN:
    """A PsyEN's annex: the CIO first, then each EPLE d'exercice."""

    psyen: str
    cio: Decimal
    ecoles: tuple[LigneEcole, ...]

    @property
    def total(self) -> Decimal:
        return self.cio + sum((ligne.demi_journees for ligne in self.ecoles), ZERO)


@dataclass(frozen=True)
class PresencesEcole:
    """A school's annex: who comes, how many half-days."""

    ecole: Ecole
    lignes: tuple[LigneEcole, ...]

    @property
    def total(self) -> Decimal:
        return sum((ligne.demi_journees for ligne in self.lignes), ZERO)


@dataclass(frozen=True)
class PresencesReseau:
    nom: str
    ecoles: tuple[PresencesEcole, ...]


@dataclass(frozen=True)
class LigneChangement:
    """Half-days in one place before and after, in words."""

    lieu: str
    commune: str
    avant: str
    apres: str


@dataclass(frozen=True)
class Changement:
    """What a modificatif changes in the week of one PsyEN."""

    psyen: str
    lignes: tuple[LigneChangement, ...]


# --- The four documents ----------------------------------------------------------------------------


def dessiner_arrete(arrete: Arrete) -> bytes:
    """The PDF of an arrêté; the same bytes each time it is drawn from the same data."""
    return render_pdf(
        "psyen/documents/arrete.html",
        texte_arrete(arrete) | {"date_document": arrete.date_signature},
        titre=f"{arrete.get_nature_display().capitalize()} n° {arrete.numero}",
    )


def dessiner_projet(repartition: Repartition, modele: ModeleArrete | None = None) -> bytes:
    """What the arrêté would be today: « PROJET » across each page, no number, no date.

    `modele`: visas and signatory being tried, otherwise those of the département.
    """
    return render_pdf(
        "psyen/documents/arrete.html",
        texte_arrete(projet_d_arrete(repartition, modele))
        | {"projet": True, "date_document": timezone.localdate()},
        titre=f"Projet d’arrêté – {repartition.cio}, {repartition.annee}",
    )


def dessiner_extrait_etablissement(arrete: Arrete, etablissement: Etablissement) -> bytes:
    """What the arrêté says of one school, for its chef d'établissement: nobody else's half-days."""
    grille = construire_grille(arrete.repartition)
    presences = [
        {"nom": nom_d_arrete(ligne), "modalite": Modalite(c.modalite).label, "demi_journees": c.demi_journees}
        for ligne in grille.lignes
        if (c := ligne.cellules.get(etablissement.pk))
    ]
    return render_pdf(
        "psyen/documents/extrait_etablissement.html",
        _commun(arrete)
        | {
            "etablissement": etablissement,
            "presences": {"lignes": presences, "total": grille.total_ecole(etablissement.pk)},
            "date_document": arrete.date_signature,
        },
        titre=f"Extrait de l’arrêté n° {arrete.numero} – {etablissement}",
    )


def dessiner_extrait_psyen(arrete: Arrete, psyen_pk: int) -> bytes:
    """What the arrêté says of one PsyEN, for himself."""
    grille = construire_grille(arrete.repartition)
    ligne = next(ligne for ligne in grille.lignes if ligne.psyen_pk == psyen_pk)
    return render_pdf(
        "psyen/documents/extrait_psyen.html",
        _commun(arrete) | {"semaine": _semaine(grille, ligne), "date_document": arrete.date_signature},
        titre=f"Extrait de l’arrêté n° {arrete.numero} – {ligne.nom_complet}",
    )


def dessiner_mes_donnees(utilisateur: Utilisateur, rubriques: Sequence[Rubrique]) -> bytes:
    """What is held about a person, for this person (RGPD, article 15)."""
    return render_pdf(
        "psyen/documents/mes_donnees.html",
        {"personne": str(utilisateur), "rubriques": rubriques, "jour": timezone.localdate()},
        titre=f"Données personnelles de {utilisateur}",
    )


# --- What they say ---------------------------------------------------------------------------------


def projet_d_arrete(repartition: Repartition, modele: ModeleArrete | None = None) -> Arrete:
    """The arrêté as it would be taken today, not saved: no number, no date."""
    modele = modele or ModeleArrete.objects.filter(departement=repartition.cio.departement_id).first()
    return Arrete(
        repartition=repartition,
        nature=NatureArrete.MODIFICATIF if repartition.est_modificative else NatureArrete.INITIAL,
        autorite=modele.autorite if modele else "",
        visas=modele.visas if modele else "",
        signataire=modele.signataire if modele else "",
        qualite=modele.qualite if modele else "",
        lieu=modele.lieu if modele else "",
    )


def texte_arrete(
    arrete: Arrete, grille: Grille | None = None, modifiee: Grille | None = None
) -> dict[str, Any]:
    """Context of psyen/documents/_arrete.html, the same for the PDF and the preview on screen.

    An initial arrêté carries the whole picture, a modificatif its differences only. Grids already read
    may be given.
    """
    repartition = arrete.repartition
    grille = grille or construire_grille(repartition)
    avis = _dernier_avis(repartition)
    contexte = _commun(arrete) | {
        "objet": f"Arrêté {VERBES[NatureArrete(arrete.nature)]} les établissements d’exercice des "
        "psychologues de l’éducation nationale rattachés "
        f"au {repartition.cio}, année scolaire {repartition.annee}",
        "visas": [visa.strip() for visa in arrete.visas.splitlines() if visa.strip()],
        "avis": avis,
        "avis_le": avis and timezone.localdate(avis.donne_le),
        "proposee_le": repartition.proposee_le and timezone.localdate(repartition.proposee_le),
        "modifie": "",
    }
    if repartition.derivee_de is None:
        semaines = [_semaine(grille, ligne) for ligne in grille.lignes]
        return contexte | {"semaines": semaines, "reseaux": _par_reseau(grille)}
    modifie, visa = _arrete_modifie(repartition)
    ecarts = differences(modifiee or construire_grille(repartition.derivee_de), grille)
    return contexte | {
        "modifie": modifie,
        "visas": [*contexte["visas"], visa],
        "changements": _changements(repartition, ecarts),
    }


def nom_d_arrete(personne: LigneGrille | Ecart) -> str:
    """« BESSON Olivier », in the order of the annexes."""
    return f"{personne.nom.upper()} {personne.prenom}"


def _commun(arrete: Arrete) -> dict[str, Any]:
    repartition = arrete.repartition
    return {
        "arrete": arrete,
        "repartition": repartition,
        "cio": repartition.cio,
        "departement": repartition.cio.departement,
        "duree_demi_journee": f"{int(HEURES_PAR_DEMI_JOURNEE)} h {int(HEURES_PAR_DEMI_JOURNEE % 1 * 60)}",
    }


def _arrete_modifie(repartition: Repartition) -> tuple[str, str]:
    """« n° 1 du 2 juillet 2026 » and its visa, which names every modificatif taken since."""
    initial, *modificatifs = Arrete.objects.filter(
        repartition__cio=repartition.cio_id,
        repartition__annee=repartition.annee_id,
        repartition__etat=EtatRepartition.ARRETEE,
        repartition__version__lt=repartition.version,
    ).order_by("repartition__version")
    visa = f"Vu l’arrêté {_reference(initial)}"
    if modificatifs:
        visa += ", modifié par " + " et ".join(f"l’arrêté {_reference(a)}" for a in modificatifs)
    return _reference(initial), f"{visa} ;"


def _reference(arrete: Arrete) -> str:
    return f"n° {arrete.numero} du {en_toutes_lettres(arrete.date_signature)}"


def _semaine(grille: Grille, ligne: LigneGrille) -> SemainePsyEN:
    ecoles = grille.ecoles
    lignes = sorted(
        (
            LigneEcole(ecoles[pk].nom + _a_distance(c.modalite), ecoles[pk].commune, c.demi_journees)
            for pk, c in ligne.cellules.items()
        ),
        key=lambda e: (e.commune, e.lieu),
    )
    return SemainePsyEN(nom_d_arrete(ligne), ligne.cio, tuple(lignes))


def _par_reseau(grille: Grille) -> list[PresencesReseau]:
    groupes = [(intitule_reseau(r.nom), r.ecoles) for r in grille.reseaux]
    if grille.hors_reseau:
        groupes.append(("Hors réseau", grille.hors_reseau))
    return [
        PresencesReseau(nom, tuple(PresencesEcole(e, _presences(grille, e)) for e in ecoles))
        for nom, ecoles in groupes
    ]


def _presences(grille: Grille, ecole: Ecole) -> tuple[LigneEcole, ...]:
    return tuple(
        LigneEcole(nom_d_arrete(ligne) + _a_distance(c.modalite), ecole.commune, c.demi_journees)
        for ligne in grille.lignes
        if (c := ligne.cellules.get(ecole.pk))
    )


def _changements(repartition: Repartition, ecarts: Iterable[Ecart]) -> list[Changement]:
    """By PsyEN, two homonyms kept apart."""
    groupes: dict[int, list[Ecart]] = {}
    for ecart in ecarts:
        groupes.setdefault(ecart.psyen_pk, []).append(ecart)
    return [
        Changement(nom_d_arrete(lignes[0]), tuple(_ligne_changement(repartition, e) for e in lignes))
        for lignes in groupes.values()
    ]


def _ligne_changement(repartition: Repartition, ecart: Ecart) -> LigneChangement:
    lieu = ecart.ecole or repartition.cio
    return LigneChangement(
        lieu=lieu.nom,
        commune=lieu.commune,
        avant=nombre(ecart.avant) + _a_distance(ecart.modalite_avant) if ecart.avant else "–",
        apres=nombre(ecart.apres) + _a_distance(ecart.modalite_apres) if ecart.apres else "–",
    )


def _a_distance(modalite: str) -> str:
    """Only what is not the ordinary case is printed."""
    return " (à distance)" if modalite == Modalite.DISTANCIEL else ""


def _dernier_avis(repartition: Repartition) -> AvisRepartition | None:
    """The opinion on this proposal, not one given on an earlier one that was returned."""
    avis = repartition.avis.order_by("-donne_le", "-pk").first()
    if avis is None or repartition.proposee_le is None or avis.donne_le < repartition.proposee_le:
        return None
    return avis

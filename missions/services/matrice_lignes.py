"""Inside a draft: its activities and its actors, one by one or through the grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from missions.enums import Part
from missions.models import ActeurMatrice, CaseMatrice, DossierTransversal, LigneMatrice, Matrice
from missions.selectors.matrice import MOTS, PARTS, TableauMatrice, dossiers_ouverts, lire_matrice
from missions.services.matrice_verrou import toucher, verrouiller_projet
from reseaux.perimetre import Perimetre
from socle.texte import normaliser_recherche

#: Columns of the spreadsheets that are no actor.
COLONNES_RESERVEES = {"rubrique", "activite", "dossiertransversal"}

#: Line → actor → (letters that the page showed, letters typed), for the cells that were changed.
EcartsDeGrille = Mapping[int, Mapping[int, tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class SaisieLigne:
    """What is typed of an activity: who decides (an actor's key), what the others do."""

    rubrique: str
    activite: str
    decide: int
    parts: Mapping[int, str]
    dossier: DossierTransversal | None = None


@transaction.atomic
def enregistrer_grille(*, perimetre: Perimetre, matrice: Matrice, saisies: EcartsDeGrille) -> Matrice:
    """What was typed over what the page showed: only the cells that were changed are written, so that two
    people at once lose nothing; the same cell written by both is refused, and told.
    """
    matrice = verrouiller_projet(matrice, perimetre)
    tableau = lire_matrice(matrice)
    if fautes := fautes_de_grille(tableau, saisies):
        raise FautesDeGrille(fautes)
    acteurs = {acteur.pk: acteur.libelle for acteur in tableau.acteurs}
    changements = []
    for ligne in tableau.lignes:
        for acteur, (_, lettres) in saisies.get(ligne.pk, {}).items():
            avant = ligne.lettres(acteur)
            if lettres == avant:
                continue
            _ecrire_lettres(ligne.pk, acteur, lettres)
            changements.append(f"{ligne.activite} – {acteurs[acteur]} : {MOTS[avant]} → {MOTS[lettres]}")
    if changements:
        toucher(perimetre, matrice, "missions.matrice.grille", apres={"cases": changements})
    return matrice


class FautesDeGrille(ValidationError):
    """Every fault with its place: (line, actor)."""

    def __init__(self, fautes: Sequence[tuple[tuple[int, int], str]]) -> None:
        super().__init__([texte for _, texte in fautes])
        self.fautes = fautes


def fautes_de_grille(tableau: TableauMatrice, saisies: EcartsDeGrille) -> list[tuple[tuple[int, int], str]]:
    """An unknown letter, a line without its decider or with two, a cell that a colleague has just written."""
    fautes = []
    for ligne in tableau.lignes:
        ecarts = saisies.get(ligne.pk)
        if not ecarts:
            continue
        decideurs = []
        for acteur in tableau.acteurs:
            enregistree = ligne.lettres(acteur.pk)
            avant, apres = ecarts.get(acteur.pk, (enregistree, enregistree))
            if apres not in MOTS:
                texte = f"« {apres[:20]} » n’est pas une lettre connue ; écrivez R, D, DR, C ou I."
                fautes.append(((ligne.pk, acteur.pk), f"{ligne.activite}, {acteur.libelle} : {texte}"))
            elif enregistree not in (avant, apres):
                texte = f"un collègue vient d’écrire « {MOTS[enregistree]} », vous écrivez « {MOTS[apres]} »."
                fautes.append(((ligne.pk, acteur.pk), f"{ligne.activite}, {acteur.libelle} : {texte}"))
            if apres.startswith("D"):
                decideurs.append(acteur)
        if faute := faute_de_decideur([acteur.libelle for acteur in decideurs]):
            colonne = decideurs[1] if decideurs else tableau.acteurs[0]
            fautes.append(((ligne.pk, colonne.pk), f"{ligne.activite} : {faute}"))
    return fautes


def faute_de_decideur(decideurs: Sequence[str]) -> str:
    """« exactly one décide per line »; empty when it is so."""
    if not decideurs:
        return "personne ne décide ; écrivez D pour un acteur."
    if len(decideurs) > 1:
        noms = ", ".join(f"« {nom} »" for nom in decideurs)
        return f"{noms} décident ; n’en gardez qu’un, les autres réalisent, sont consultés ou informés."
    return ""


def _ecrire_lettres(ligne: int, acteur: int, lettres: str) -> None:
    if lettres.startswith("D"):
        LigneMatrice.objects.filter(pk=ligne).update(decide=acteur)
    _ecrire_part(ligne, acteur, lettres[-1:])


def _ecrire_part(ligne: int, acteur: int, lettre: str) -> None:
    part = PARTS.get(lettre)
    if part is None:
        CaseMatrice.objects.filter(ligne=ligne, acteur=acteur).delete()
    else:
        CaseMatrice.objects.update_or_create(ligne_id=ligne, acteur_id=acteur, defaults={"part": part})


# --- One activity -------------------------------------------------------------------------------------


@transaction.atomic
def ajouter_ligne(
    *, perimetre: Perimetre, matrice: Matrice, saisie: SaisieLigne, revision: int | None = None
) -> LigneMatrice:
    """At the end of its rubrique."""
    matrice = verrouiller_projet(matrice, perimetre, revision=revision)
    ligne = LigneMatrice(matrice=matrice, rang=matrice.lignes.count() + 1)
    _ecrire_ligne(ligne, saisie)
    toucher(perimetre, matrice, "missions.matrice.ligne_ajoutee", apres=_dire(ligne))
    return ligne


@transaction.atomic
def modifier_ligne(
    *, perimetre: Perimetre, ligne: LigneMatrice, saisie: SaisieLigne, revision: int | None = None
) -> LigneMatrice:
    matrice = verrouiller_projet(ligne.matrice, perimetre, revision=revision)
    ligne = _relire(ligne)
    avant = _dire(ligne)
    _ecrire_ligne(ligne, saisie)
    apres = _dire(ligne)
    if apres != avant:
        toucher(perimetre, matrice, "missions.matrice.ligne_modifiee", avant=avant, apres=apres)
    return ligne


@transaction.atomic
def retirer_ligne(*, perimetre: Perimetre, ligne: LigneMatrice) -> None:
    matrice = verrouiller_projet(ligne.matrice, perimetre)
    ligne = _relire(ligne)
    avant = _dire(ligne)
    ligne.delete()
    toucher(perimetre, matrice, "missions.matrice.ligne_retiree", avant=avant)


@transaction.atomic
def deplacer_ligne(*, perimetre: Perimetre, ligne: LigneMatrice, pas: int) -> None:
    """One place up (-1) or down (+1) within its rubrique."""
    matrice = verrouiller_projet(ligne.matrice, perimetre)
    ordre = lire_matrice(matrice).lignes
    rang = next((i for i, lue in enumerate(ordre) if lue.pk == ligne.pk), None)
    if rang is None:
        raise ValidationError("Cette activité vient d’être retirée : actualisez la page.")
    voisine = rang + pas
    if not 0 <= voisine < len(ordre) or ordre[voisine].rubrique != ordre[rang].rubrique:
        place = "première" if pas < 0 else "dernière"
        raise ValidationError(f"« {ordre[rang].activite} » est déjà la {place} de sa rubrique.")
    ordre[rang], ordre[voisine] = ordre[voisine], ordre[rang]
    LigneMatrice.objects.bulk_update(
        [LigneMatrice(pk=lue.pk, rang=nouveau) for nouveau, lue in enumerate(ordre, start=1)], ["rang"]
    )
    toucher(
        perimetre, matrice, "missions.matrice.ligne_deplacee", apres={"activite": ordre[voisine].activite}
    )


def _relire(ligne: LigneMatrice) -> LigneMatrice:
    relue = LigneMatrice.objects.select_related("matrice", "decide", "dossier").filter(pk=ligne.pk)
    if trouvee := relue.first():
        return trouvee
    raise ValidationError("Cette activité vient d’être retirée : actualisez la page.")


def _ecrire_ligne(ligne: LigneMatrice, saisie: SaisieLigne) -> None:
    acteurs = {acteur.pk: acteur for acteur in ligne.matrice.acteurs.order_by("rang", "pk")}
    if saisie.decide not in acteurs or saisie.parts.keys() - acteurs.keys():
        raise ValidationError("Un acteur choisi n’est pas une colonne de ce projet : actualisez la page.")
    if saisie.parts.get(saisie.decide, Part.REALISE) != Part.REALISE:
        raise ValidationError(
            {"decide": "Qui décide n’est ni consulté ni informé : il décide, ou décide et réalise."}
        )
    ouverts = dossiers_ouverts(ligne.matrice.departement_id, timezone.localdate()).values()
    if saisie.dossier and saisie.dossier != ligne.dossier and saisie.dossier not in ouverts:
        raise ValidationError({"dossier": "Ce dossier n’est pas ouvert dans le département de la matrice."})
    ligne.rubrique, ligne.activite = saisie.rubrique.strip(), saisie.activite.strip()
    ligne.recherche = normaliser_recherche(ligne.rubrique, ligne.activite)
    ligne.decide, ligne.dossier = acteurs[saisie.decide], saisie.dossier
    ligne.full_clean()
    ligne.save()
    ligne.cases.all().delete()
    CaseMatrice.objects.bulk_create(
        CaseMatrice(ligne=ligne, acteur_id=acteur, part=part) for acteur, part in saisie.parts.items()
    )


def _dire(ligne: LigneMatrice) -> dict[str, object]:
    cases = ligne.cases.select_related("acteur").order_by("acteur__rang", "pk")
    return {
        "rubrique": ligne.rubrique,
        "activite": ligne.activite,
        "decide": str(ligne.decide),
        "dossier": str(ligne.dossier) if ligne.dossier else "",
        "parts": [f"{case.acteur} {case.get_part_display()}" for case in cases],
    }


# --- One actor ----------------------------------------------------------------------------------------


@transaction.atomic
def ajouter_acteur(*, perimetre: Perimetre, matrice: Matrice, libelle: str, role: str = "") -> ActeurMatrice:
    """The last column."""
    matrice = verrouiller_projet(matrice, perimetre)
    acteur = ActeurMatrice(matrice=matrice, rang=matrice.acteurs.count() + 1)
    _ecrire_acteur(acteur, libelle, role)
    toucher(perimetre, matrice, "missions.matrice.acteur_ajoute", apres={"acteur": acteur.libelle})
    return acteur


@transaction.atomic
def modifier_acteur(*, perimetre: Perimetre, acteur: ActeurMatrice, libelle: str, role: str) -> ActeurMatrice:
    matrice = verrouiller_projet(acteur.matrice, perimetre)
    acteur = _relire_acteur(acteur)
    avant = {"acteur": acteur.libelle, "role": acteur.role}
    _ecrire_acteur(acteur, libelle, role)
    apres = {"acteur": acteur.libelle, "role": acteur.role}
    if apres != avant:
        toucher(perimetre, matrice, "missions.matrice.acteur_modifie", avant=avant, apres=apres)
    return acteur


@transaction.atomic
def retirer_acteur(*, perimetre: Perimetre, acteur: ActeurMatrice) -> None:
    """With its cells; never while it decides something."""
    matrice = verrouiller_projet(acteur.matrice, perimetre)
    acteur = _relire_acteur(acteur)
    decide = list(
        matrice.lignes.filter(decide=acteur).order_by("rang", "pk").values_list("activite", flat=True)
    )
    if decide:
        autres = f" et {len(decide) - 1} autre{'s' if len(decide) > 2 else ''}" if len(decide) > 1 else ""
        raise ValidationError(
            f"« {acteur} » décide de « {decide[0]} »{autres} : dites d’abord qui décide à sa place."
        )
    libelle = acteur.libelle
    acteur.delete()
    toucher(perimetre, matrice, "missions.matrice.acteur_retire", avant={"acteur": libelle})


@transaction.atomic
def deplacer_acteur(*, perimetre: Perimetre, acteur: ActeurMatrice, pas: int) -> None:
    """One column to the left (-1) or to the right (+1)."""
    matrice = verrouiller_projet(acteur.matrice, perimetre)
    ordre = list(matrice.acteurs.order_by("rang", "pk"))
    rang = ordre.index(_relire_acteur(acteur))
    voisin = rang + pas
    if not 0 <= voisin < len(ordre):
        raise ValidationError(f"« {acteur} » est déjà la {'première' if pas < 0 else 'dernière'} colonne.")
    ordre[rang], ordre[voisin] = ordre[voisin], ordre[rang]
    for nouveau, colonne in enumerate(ordre, start=1):
        colonne.rang = nouveau
    ActeurMatrice.objects.bulk_update(ordre, ["rang"])
    toucher(perimetre, matrice, "missions.matrice.acteur_deplace", apres={"acteur": str(acteur)})


def _relire_acteur(acteur: ActeurMatrice) -> ActeurMatrice:
    if trouve := ActeurMatrice.objects.filter(pk=acteur.pk).select_related("matrice").first():
        return trouve
    raise ValidationError("Cet acteur vient d’être retiré : actualisez la page.")


def _ecrire_acteur(acteur: ActeurMatrice, libelle: str, role: str) -> None:
    """Two labels that only accents or capitals tell apart would be one column of a spreadsheet."""
    acteur.libelle, acteur.role = " ".join(libelle.split()), role
    forme = _forme(acteur.libelle)
    voisins = acteur.matrice.acteurs.exclude(pk=acteur.pk).values_list("libelle", flat=True)
    if forme in COLONNES_RESERVEES | {_forme(voisin) for voisin in voisins.order_by("pk")}:
        raise ValidationError({"libelle": "Une colonne de la matrice porte déjà ce nom."})
    acteur.full_clean()
    acteur.save()


def _forme(libelle: str) -> str:
    return normaliser_recherche(libelle).replace(" ", "")

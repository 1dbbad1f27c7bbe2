"""The versions of « Qui fait quoi ? »: drawn up, validated by the SG and by the direction, then frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from comptes.enums import Role
from missions.enums import EtatMatrice
from missions.models import ActeurMatrice, CaseMatrice, LigneMatrice, Matrice
from missions.permissions import (
    peut_preparer_matrice,
    peut_valider_matrice_direction,
    peut_valider_matrice_sg,
)
from missions.selectors.matrice import (
    DECIDE,
    PARTS,
    LigneLue,
    TableauMatrice,
    dossiers_ouverts,
    lire_matrice,
)
from missions.selectors.matrice_modele import matrice_modele
from missions.services.matrice_verrou import toucher, verrouiller_projet
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser
from socle.texte import normaliser_recherche


@transaction.atomic
def preparer_matrice(*, perimetre: Perimetre, departement: Departement) -> Matrice:
    """A draft: a copy of the last validated version, or the model when there is none."""
    # Two people at once: the second waits here, then is told of the draft of the first.
    departement = Departement.objects.select_for_update().get(pk=departement.pk)
    if not peut_preparer_matrice(perimetre, departement):
        raise PermissionDenied
    versions = Matrice.objects.filter(departement=departement).order_by("-version")
    derniere = versions.first()
    if derniere and derniere.est_modifiable:
        raise ValidationError("Un projet est déjà en préparation : reprenez-le.")
    matrice = Matrice.objects.create(
        departement=departement,
        version=derniere.version + 1 if derniere else 1,
        titre=derniere.titre if derniere else matrice_modele()["titre"],
    )
    if derniere:
        _copier(lire_matrice(derniere), matrice)
    else:
        _charger_modele(matrice)
    journaliser(
        perimetre=perimetre,
        action="missions.matrice.preparee",
        objet=matrice,
        apres={"source": str(derniere) if derniere else "modèle"},
        departement_id=departement.pk,
    )
    return matrice


@transaction.atomic
def renommer_matrice(*, perimetre: Perimetre, matrice: Matrice, titre: str) -> Matrice:
    """The title is printed at the head of the document."""
    matrice = verrouiller_projet(matrice, perimetre)
    avant, matrice.titre = matrice.titre, titre.strip()
    if matrice.titre == avant:
        return matrice
    matrice.full_clean()
    toucher(perimetre, matrice, "missions.matrice.renommee", avant={"titre": avant}, apres={"titre": titre})
    return matrice


@transaction.atomic
def valider_matrice(*, perimetre: Perimetre, matrice: Matrice, revision: int) -> Matrice:
    """« SG + Direction orientation » (action 3): each validates what he read; with both it is validated."""
    lignes = Matrice.objects.select_for_update(of=("self",)).select_related("departement")
    matrice = lignes.get(pk=matrice.pk)
    pour_le_sg = peut_valider_matrice_sg(perimetre, matrice)
    if not pour_le_sg and not peut_valider_matrice_direction(perimetre, matrice):
        raise PermissionDenied
    if revision != matrice.revision:
        raise ValidationError("Le projet a changé depuis que vous l’avez ouvert : relisez-le, puis validez.")
    if not matrice.lignes.exists():
        raise ValidationError("Le projet ne contient aucune activité : écrivez-en avant de le valider.")
    if matrice.validee_sg_le if pour_le_sg else matrice.validee_direction_le:
        raise ValidationError("Cette validation est déjà donnée : il manque celle de l’autre signataire.")
    if pour_le_sg:
        matrice.validee_sg_par, matrice.validee_sg_le = perimetre.utilisateur, timezone.now()
    else:
        matrice.validee_direction_par = perimetre.utilisateur
        matrice.validee_direction_le = timezone.now()
        matrice.validee_direction_qualite = perimetre.libelle
    if matrice.validee_sg_le and matrice.validee_direction_le:
        matrice.etat = EtatMatrice.VALIDEE
    matrice.save()
    journaliser(
        perimetre=perimetre,
        action="missions.matrice.validee_sg" if pour_le_sg else "missions.matrice.validee_direction",
        objet=matrice,
        apres={"etat": matrice.etat},
        departement_id=matrice.departement_id,
    )
    return matrice


@transaction.atomic
def abandonner_projet(*, perimetre: Perimetre, matrice: Matrice) -> None:
    """A draft that leads nowhere; the validated version stays."""
    matrice = verrouiller_projet(matrice, perimetre)
    journaliser(
        perimetre=perimetre,
        action="missions.matrice.abandonnee",
        objet=matrice,
        departement_id=matrice.departement_id,
    )
    # Lines first: an actor who decides is protected.
    matrice.lignes.all().delete()
    matrice.delete()


# --- Filling ------------------------------------------------------------------------------------------


def _copier(source: TableauMatrice, matrice: Matrice) -> None:
    copies = ecrire_acteurs(matrice, [(acteur.libelle, acteur.role) for acteur in source.acteurs])
    nouveaux = {acteur.pk: copies[acteur.libelle] for acteur in source.acteurs}
    ouverts = {d.pk for d in dossiers_ouverts(matrice.departement_id, timezone.localdate()).values()}
    ecrire_lignes(
        matrice,
        [
            LigneLue(
                0,
                ligne.rubrique,
                ligne.activite,
                nouveaux[ligne.decide].pk,
                dossier=ligne.dossier if ligne.dossier in ouverts else None,
                parts={nouveaux[acteur].pk: part for acteur, part in ligne.parts.items()},
            )
            for ligne in source.lignes
        ],
    )


def _charger_modele(matrice: Matrice) -> None:
    """The dossiers of the model are bound to those of the département that bear the same label."""
    modele = matrice_modele()
    acteurs = ecrire_acteurs(matrice, [(a["libelle"], a["role"]) for a in modele["acteurs"]])
    dossiers = dossiers_ouverts(matrice.departement_id, timezone.localdate())
    lignes = []
    for ligne in modele["lignes"]:
        parts = {acteurs[libelle].pk: lettres for libelle, lettres in ligne["parts"].items()}
        dossier = dossiers.get(ligne["dossier"])
        lignes.append(
            ligne_de_lettres(ligne["rubrique"], ligne["activite"], dossier.pk if dossier else None, parts)
        )
    ecrire_lignes(matrice, lignes)


def ligne_de_lettres(
    rubrique: str, activite: str, dossier: int | None, lettres: Mapping[int, str]
) -> LigneLue:
    """A line from what each cell holds; one of them decides (checked by the caller)."""
    decide = next(acteur for acteur, lue in lettres.items() if lue.startswith(DECIDE))
    parts = {acteur: PARTS[lue[-1]] for acteur, lue in lettres.items() if lue[-1:] in PARTS}
    return LigneLue(0, rubrique, activite, decide, dossier=dossier, parts=parts)


def ecrire_acteurs(matrice: Matrice, acteurs: Iterable[tuple[str, Role | str]]) -> dict[str, ActeurMatrice]:
    """The columns in that order, by label."""
    ActeurMatrice.objects.bulk_create(
        ActeurMatrice(matrice=matrice, rang=rang, libelle=libelle, role=role)
        for rang, (libelle, role) in enumerate(acteurs, start=1)
    )
    return {acteur.libelle: acteur for acteur in matrice.acteurs.order_by("rang", "pk")}


def ecrire_lignes(matrice: Matrice, lignes: list[LigneLue]) -> None:
    """The lines in that order, with their cells, in a draft that has none."""
    LigneMatrice.objects.bulk_create(
        LigneMatrice(
            matrice=matrice,
            rang=rang,
            rubrique=ligne.rubrique,
            activite=ligne.activite,
            recherche=normaliser_recherche(ligne.rubrique, ligne.activite),
            decide_id=ligne.decide,
            dossier_id=ligne.dossier,
        )
        for rang, ligne in enumerate(lignes, start=1)
    )
    pks = dict(matrice.lignes.order_by("pk").values_list("activite", "pk"))
    CaseMatrice.objects.bulk_create(
        CaseMatrice(ligne_id=pks[ligne.activite], acteur_id=acteur, part=part)
        for ligne in lignes
        for acteur, part in ligne.parts.items()
    )

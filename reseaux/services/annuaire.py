"""Import of the open-data annuaire: read, plan, then write everything or nothing."""

from __future__ import annotations

import gzip
from collections.abc import Collection, Sequence
from io import BytesIO
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from reseaux.models import CIO, Academie, Bassin, Departement, Etablissement
from reseaux.perimetre import Perimetre
from reseaux.permissions import peut_administrer
from reseaux.services.annuaire_lecture import Fiche, lire_annuaire, territoires
from reseaux.services.annuaire_plan import Modification, PlanAnnuaire, Valeurs, planifier_annuaire, titres
from socle.fichiers import enregistrer_fichier
from socle.imports import PERIME, ecrire_compte_rendu, type_mime
from socle.journal import journaliser, journaliser_lot
from socle.models import Fichier, TravailDeFond
from socle.tableurs import LIMITES, TYPES_MIME, Limites, TableauIllisible, lire_tableau
from socle.travaux import genre_de_travail, lancer_travail

#: The whole annuaire, first degree included, has some 66 000 lines of 72 columns.
LIMITES_ANNUAIRE = Limites(octets=100_000_000, lignes=100_000, cellules=10_000_000, caracteres=150_000_000)
GENRE = "reseaux.import_annuaire"
#: Beyond this many written rows a web import runs in the background.
ECRITURES_IMMEDIATES = 1_000
LOT = 250


class Avancement(Protocol):
    """Told of what is done; a command writes a line, a job moves its bar."""

    def __call__(self, fait: int, total: int | None = None, message: str | None = None) -> None: ...


def apercu_annuaire(
    *,
    perimetre: Perimetre,
    nom: str,
    contenu: bytes,
    departements: Collection[str] = (),
    fermer_absents: bool = False,
    limites: Limites = LIMITES,
) -> PlanAnnuaire:
    """What the file would change; writes nothing. ValidationError when it is not a readable annuaire."""
    if not peut_administrer(perimetre):
        raise PermissionDenied
    try:
        tableau = lire_tableau(decompresser(contenu, limites), nom=nom, limites=limites)
    except TableauIllisible as illisible:
        raise ValidationError(str(illisible)) from None
    lecture = lire_annuaire(tableau, departements=departements)
    return planifier_annuaire(perimetre=perimetre, lecture=lecture, fermer_absents=fermer_absents)


def importer_annuaire(
    *,
    perimetre: Perimetre,
    nom: str,
    contenu: bytes,
    departements: Collection[str] = (),
    fermer_absents: bool = False,
    empreinte: str = "",
    limites: Limites = LIMITES,
    fichier: Fichier | None = None,
    progression: Avancement | None = None,
) -> PlanAnnuaire:
    """Write all that the file changes, in one transaction, and keep the file with its fingerprint.

    `empreinte` is that of the plan the user confirmed: when the base has moved since, nothing is written.
    A file that changes nothing leaves no trace.
    """
    try:
        with transaction.atomic():
            plan = apercu_annuaire(
                perimetre=perimetre,
                nom=nom,
                contenu=contenu,
                departements=departements,
                fermer_absents=fermer_absents,
                limites=limites,
            )
            plan.exiger_applicable(empreinte)
            if plan.nb_ecritures:
                _Ecriture(perimetre, plan, progression).appliquer()
                fichier = fichier or enregistrer_fichier(nom=nom, type_mime=type_mime(nom), contenu=contenu)
                _journaliser_import(perimetre, plan, fichier)
    except IntegrityError:
        raise ValidationError(PERIME, code="perime") from None
    return plan


def decompresser(contenu: bytes, limites: Limites) -> bytes:
    """A « .csv.gz » opened within the limit of size, anything else as it is."""
    if not contenu.startswith(b"\x1f\x8b"):
        return contenu
    try:
        with gzip.GzipFile(fileobj=BytesIO(contenu)) as flux:
            clair = flux.read(limites.octets + 1)
    except (OSError, EOFError):
        raise ValidationError("Le fichier compressé est abîmé : téléchargez-le de nouveau.") from None
    if len(clair) > limites.octets:
        raise ValidationError(f"Une fois décompressé, le fichier dépasse {limites.octets // 1_000_000} Mo.")
    return clair


class _Ecriture:
    """Applies a plan inside the caller's transaction."""

    def __init__(self, perimetre: Perimetre, plan: PlanAnnuaire, progression: Avancement | None) -> None:
        self.perimetre = perimetre
        self.plan = plan
        self.progression = progression
        self.total = len(plan.creations) + len(plan.modifications)
        self.fait = 0

    def appliquer(self) -> None:
        self._territoires()
        ecoles = [(fiche, v) for fiche, v in self.plan.creations if not fiche.est_cio]
        cios = [(fiche, v) for fiche, v in self.plan.creations if fiche.est_cio]
        self._creer(Etablissement, ecoles)
        self._creer(CIO, cios)
        self._modifier(
            Etablissement, [m for m in self.plan.modifications if isinstance(m.objet, Etablissement)]
        )
        self._modifier(CIO, [m for m in self.plan.modifications if isinstance(m.objet, CIO)])
        self._lier(Etablissement, "mere")
        self._lier(CIO, "parent")

    def _avancer(self, nombre: int) -> None:
        self.fait += nombre
        if self.progression:
            self.progression(self.fait, self.total, "Écriture des établissements")

    def _territoires(self) -> None:
        """Académies, départements and bassins that the file names and that we did not know."""
        reference = territoires()
        for code in sorted(self.plan.departements):
            connu = reference["departements"][code]
            academie, _ = Academie.objects.get_or_create(
                code=connu["academie"], defaults={"nom": reference["academies"][connu["academie"]]}
            )
            Departement.objects.create(
                code=code, nom=connu["nom"], avec_article=connu["avec_article"], academie=academie
            )
        self.departements = dict(Departement.objects.values_list("code", "pk"))
        Bassin.objects.bulk_create(
            Bassin(code=code, nom=nom, departement_id=self.departements[departement])
            for code, (nom, departement) in sorted(self.plan.bassins.items())
        )
        self.bassins = dict(Bassin.objects.values_list("code", "pk"))

    def _poser(self, objet: Any, valeurs: Valeurs) -> Any:
        """Set the values on an instance; links to schools wait until every row exists."""
        for champ, valeur in valeurs.items():
            if champ == "departement":
                objet.departement_id = self.departements[valeur]
            elif champ == "bassin":
                objet.bassin_id = self.bassins[valeur]
            elif champ not in {"mere", "parent"}:
                setattr(objet, champ, valeur)
        return objet

    def _creer(self, modele: type[Model], creations: Sequence[tuple[Fiche, Valeurs]]) -> None:
        for debut in range(0, len(creations), LOT):
            lot = [self._poser(modele(), {"uai": f.uai} | v) for f, v in creations[debut : debut + LOT]]
            for objet in lot:
                objet.calculer_derives()
            modele._default_manager.bulk_create(lot)
            journaliser_lot(
                perimetre=self.perimetre,
                action="reseaux.annuaire.cree",
                objets=((objet, None, {"code UAI": objet.uai}) for objet in lot),
            )
            self._avancer(len(lot))

    def _modifier(self, modele: type[Model], modifications: Sequence[Modification]) -> None:
        for debut in range(0, len(modifications), LOT):
            lot = modifications[debut : debut + LOT]
            champs = set().union(*(m.nouvelles for m in lot)) - {"mere", "parent"}
            for m in lot:
                self._poser(m.objet, m.nouvelles).calculer_derives()
            derives = {"recherche", "est_eple"} if modele is Etablissement else {"recherche"}
            modele._default_manager.bulk_update([m.objet for m in lot], sorted(champs | derives))
            self._journaliser_lot(lot)
            self._avancer(len(lot))

    def _journaliser_lot(self, lot: Sequence[Modification]) -> None:
        for action, membres in (
            ("reseaux.annuaire.modifie", [m for m in lot if m.fiche]),
            ("reseaux.annuaire.ferme", [m for m in lot if not m.fiche]),
        ):
            journaliser_lot(
                perimetre=self.perimetre,
                action=action,
                objets=((m.objet, titres(m.changements, 1), titres(m.changements, 2)) for m in membres),
            )

    def _lier(self, modele: type[Any], lien: str) -> None:
        """Attach sections and annexes to their mother, antennes to their CIO."""
        voulues = {f.uai: v[lien] for f, v in self.plan.creations if v.get(lien)}
        voulues |= {m.objet.uai: m.nouvelles[lien] for m in self.plan.modifications if lien in m.nouvelles}
        if not voulues:
            return
        par_uai = {objet.uai: objet for objet in modele._default_manager.exclude(uai=None)}
        changes = [par_uai[uai] for uai in voulues if uai in par_uai]
        for objet in changes:
            mere = voulues[objet.uai]
            setattr(objet, f"{lien}_id", par_uai[mere].pk if mere else None)
            objet.calculer_derives()
        champs = [lien, "est_eple"] if modele is Etablissement else [lien]
        modele._default_manager.bulk_update(changes, champs, batch_size=LOT)


def _journaliser_import(perimetre: Perimetre, plan: PlanAnnuaire, fichier: Fichier) -> None:
    journaliser(
        perimetre=perimetre,
        action="reseaux.annuaire.importe",
        objet=fichier,
        # Read back by `selectors.etablissements.dernier_import`.
        apres=dict(plan.comptes())
        | {"départements": ", ".join(sorted(plan.couverts)), "empreinte SHA-256": fichier.sha256},
    )


@transaction.atomic
def lancer_import_annuaire(
    *,
    perimetre: Perimetre,
    nom: str,
    contenu: bytes,
    departements: Collection[str],
    fermer_absents: bool,
    empreinte: str,
) -> TravailDeFond:
    """A confirmed import too large for one page: the file is kept and a job applies it."""
    if not peut_administrer(perimetre):
        raise PermissionDenied
    fichier = enregistrer_fichier(nom=nom, type_mime=type_mime(nom), contenu=contenu)
    return lancer_travail(
        perimetre=perimetre,
        genre=GENRE,
        titre="Import de l’annuaire",
        parametres={
            "fichier": fichier.pk,
            "departements": list(departements),
            "fermer_absents": fermer_absents,
            "empreinte": empreinte,
        },
    )


@genre_de_travail(GENRE)
def executer_import_annuaire(
    travail: TravailDeFond, *, perimetre: Perimetre, progression: Avancement
) -> Fichier:
    """The confirmed import, in the background; its result is the report of what was written."""
    progression(0, 1, "Lecture du fichier")
    fichier = Fichier.objects.get(pk=travail.parametres["fichier"])
    plan = importer_annuaire(
        perimetre=perimetre,
        nom=fichier.nom,
        contenu=bytes(fichier.contenu),
        departements=travail.parametres["departements"],
        fermer_absents=travail.parametres["fermer_absents"],
        empreinte=travail.parametres["empreinte"],
        fichier=fichier,
        progression=progression,
    )
    progression(plan.nb_ecritures, plan.nb_ecritures, plan.resume())
    return enregistrer_fichier(
        nom="compte-rendu-annuaire.csv",
        type_mime=TYPES_MIME["csv"],
        contenu=ecrire_compte_rendu(plan, "csv", titre="Import de l’annuaire"),
    )

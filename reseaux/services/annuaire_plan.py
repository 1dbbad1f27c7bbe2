"""What an annuaire file would change here: computed from the database, writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils import timezone

from reseaux.enums import EtatEtablissement
from reseaux.models import CIO, Academie, Bassin, Departement, Etablissement
from reseaux.perimetre import Perimetre
from reseaux.services.annuaire_lecture import NATURE_CIO, Famille, Fiche, Lecture, famille, territoires
from socle.imports import Anomalie, Mouvement, PlanImport, en_clair
from socle.texte import normaliser_recherche

#: An existing CIO keeps its contact data, which its DCIO holds: there the annuaire only fills blanks.
TENUS_PAR_LE_CIO = ("adresse", "code_postal", "telephone", "courriel")
#: Of a CIO, our model holds no more than this.
CHAMPS_DE_CIO = frozenset({*TENUS_PAR_LE_CIO, "nom", "commune", "latitude", "longitude", "mere"})
#: Written as codes until the rows they point to exist.
LIENS = {"departement": "département", "bassin": "bassin", "mere": "établissement mère", "parent": "CIO mère"}

Valeurs = dict[str, Any]


@dataclass(slots=True)
class Modification:
    """An object of ours and the values that the file gives it: attribute → new value (codes for links)."""

    objet: Any
    nouvelles: Valeurs
    changements: tuple[tuple[str, str, str], ...]
    fiche: Fiche | None = None


@dataclass
class PlanAnnuaire(PlanImport):
    titres: ClassVar = {
        "crees": "Créés",
        "modifies": "Modifiés",
        "rouverts": "Rouverts",
        "fermes": "Fermés",
        "absents": "Absents du fichier",
    }
    sans_effet: ClassVar = frozenset({"absents"})
    explications: ClassVar = {
        "absents": "Ils restent ouverts. Pour les fermer, déposez de nouveau le fichier en le demandant."
    }

    creations: list[tuple[Fiche, Valeurs]] = field(default_factory=list)
    modifications: list[Modification] = field(default_factory=list)
    bassins: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: Those that we did not know yet.
    departements: set[str] = field(default_factory=set)
    #: Those that the file speaks of.
    couverts: set[str] = field(default_factory=set)


def planifier_annuaire(
    *, perimetre: Perimetre, lecture: Lecture, fermer_absents: bool = False
) -> PlanAnnuaire:
    """Compare the sheets of the file with every row we hold; the ADMIN's own académie only."""
    plan = PlanAnnuaire(
        refus=list(lecture.refus),
        avertissements=list(lecture.avertissements),
        remarques=list(lecture.remarques),
        laisses=Counter(lecture.laisses),
    )
    fiches = _dans_l_academie(perimetre, lecture.fiches, plan)
    plan.couverts = {fiche.departement for fiche in fiches.values()}
    comparaison = _Comparaison(perimetre, plan, fiches)
    for fiche in fiches.values():
        comparaison.examiner(fiche)
    if not plan.refus:
        # A refused line is not an absent school.
        comparaison.chercher_absents(fermer_absents)
    return plan


def _dans_l_academie(perimetre: Perimetre, fiches: dict[str, Fiche], plan: PlanAnnuaire) -> dict[str, Fiche]:
    if perimetre.est_systeme:
        return fiches
    code = Academie.objects.dans_perimetre(perimetre).get().code
    departements = territoires()["departements"]
    retenues = {u: f for u, f in fiches.items() if departements[f.departement]["academie"] == code}
    if autres := len(fiches) - len(retenues):
        plan.laisses["autres académies"] += autres
    return retenues


class _Comparaison:
    """The rows we hold, read once (about 10 000 nationally), against each sheet."""

    def __init__(self, perimetre: Perimetre, plan: PlanAnnuaire, fiches: dict[str, Fiche]) -> None:
        self.plan = plan
        self.fiches = fiches
        self.departements = dict(Departement.objects.values_list("pk", "code"))
        self.bassins = dict(Bassin.objects.values_list("pk", "code"))
        self.ecoles = {e.uai: e for e in Etablissement.objects.order_by("pk")}
        self.cios = list(CIO.objects.order_by("pk"))
        self.uai_de = {e.pk: e.uai for e in self.ecoles.values()}
        self.uai_de_cio = {cio.pk: cio.uai or "" for cio in self.cios}
        self.autorises = set(Departement.objects.dans_perimetre(perimetre).values_list("code", flat=True))
        self.aujourd_hui = timezone.localdate()
        self.vus: set[str] = set()

    def examiner(self, fiche: Fiche) -> None:
        self.vus.add(fiche.uai)
        objet: Any = self._cio(fiche) if fiche.est_cio else self.ecoles.get(fiche.uai)
        if objet is not None and not self._est_autorise(objet, fiche):
            return
        if fiche.departement not in self.departements.values():
            self.plan.departements.add(fiche.departement)
        attendu = self._attendu_cio(fiche, objet) if fiche.est_cio else self._attendu_ecole(fiche)
        if fiche.est_cio and not self._nom_de_cio_libre(fiche, objet, attendu):
            return
        if objet is None:
            self.plan.creations.append((fiche, attendu))
            self._noter("crees", _libelle(fiche), self._description(fiche, attendu), fiche.ligne)
        else:
            self._comparer(fiche, objet, attendu)

    def _est_autorise(self, objet: Etablissement | CIO, fiche: Fiche) -> bool:
        actuel = self.departements[objet.departement_id]
        if actuel in self.autorises:
            return True
        self.plan.refus.append(
            Anomalie(fiche.ligne, "", fiche.uai, f"{fiche.uai} est enregistré dans une autre académie.")
        )
        return False

    # --- What the file says, in the terms of our models ------------------------------------------------
    def _attendu_ecole(self, fiche: Fiche) -> Valeurs:
        attendu: Valeurs = {
            "nature": fiche.nature,
            "categorie": fiche.categorie,
            "secteur": fiche.secteur,
            "departement": fiche.departement,
            **fiche.champs,
        }
        connue = self.ecoles.get(fiche.uai)
        if connue is not None and "mere" not in attendu and connue.nature == fiche.nature:
            # A file without mothers cannot tell an annexe from a school: what we know stands.
            attendu["categorie"] = connue.categorie
        if fiche.bassin:
            code, nom = fiche.bassin
            attendu["bassin"] = code
            if code not in self.bassins.values():
                # A bassin may straddle two départements: the first code, whatever the order of the file.
                connu = self.plan.bassins.get(code, (nom, fiche.departement))
                self.plan.bassins[code] = min(connu, (nom, fiche.departement), key=lambda b: b[1])
        if (mere := attendu.get("mere")) and mere not in self.ecoles and not self._est_une_ecole(mere):
            motif = f"L’établissement mère {mere} n’est ni dans le fichier ni dans la base."
            self.plan.avertissements.append(Anomalie(fiche.ligne, "", mere, motif))
            attendu["mere"] = ""
        if attendu.get("etat") == EtatEtablissement.FERME:
            attendu["date_fermeture"] = (connue and connue.date_fermeture) or self.aujourd_hui
        elif "etat" in attendu:
            attendu["date_fermeture"] = None
        return attendu

    def _est_une_ecole(self, uai: str) -> bool:
        return uai in self.fiches and not self.fiches[uai].est_cio

    def _attendu_cio(self, fiche: Fiche, connu: CIO | None) -> Valeurs:
        attendu: Valeurs = {"uai": fiche.uai, "departement": fiche.departement}
        attendu |= {cle: valeur for cle, valeur in fiche.champs.items() if cle in CHAMPS_DE_CIO}
        if "etat" in fiche.champs:
            attendu["est_ouvert"] = fiche.champs["etat"] != EtatEtablissement.FERME
        mere = attendu.pop("mere", "")
        if mere in self.uai_de_cio.values() or (mere in self.fiches and self.fiches[mere].est_cio):
            attendu["parent"] = mere
        if connu is not None:
            attendu = {
                cle: valeur
                for cle, valeur in attendu.items()
                if cle not in TENUS_PAR_LE_CIO or not getattr(connu, cle)
            }
        return attendu

    def _cio(self, fiche: Fiche) -> CIO | None:
        """By its UAI; otherwise the only CIO of that commune that was entered without one."""
        if connu := next((cio for cio in self.cios if cio.uai == fiche.uai), None):
            return connu
        commune = normaliser_recherche(fiche.champs["commune"])
        candidats = [
            cio
            for cio in self.cios
            if not cio.uai
            and self.departements[cio.departement_id] == fiche.departement
            and normaliser_recherche(cio.commune) == commune
        ]
        return candidats[0] if len(candidats) == 1 else None

    def _nom_de_cio_libre(self, fiche: Fiche, connu: CIO | None, attendu: Valeurs) -> bool:
        for cio in self.cios:
            meme = self.departements[cio.departement_id] == fiche.departement and cio.nom == attendu["nom"]
            if meme and cio != connu:
                motif = f"Un autre CIO du département {fiche.departement} porte déjà le nom « {cio.nom} »."
                self.plan.refus.append(Anomalie(fiche.ligne, "", cio.nom, motif))
                return False
        return True

    # --- Differences -------------------------------------------------------------------------------------
    def _actuelle(self, objet: Any, champ: str) -> Any:
        if champ == "departement":
            return self.departements[objet.departement_id]
        if champ == "bassin":
            return self.bassins.get(objet.bassin_id, "")
        if champ == "mere":
            return self.uai_de.get(objet.mere_id, "")
        if champ == "parent":
            return self.uai_de_cio.get(objet.parent_id, "")
        return getattr(objet, champ)

    def _comparer(self, fiche: Fiche, objet: Etablissement | CIO, attendu: Valeurs) -> None:
        nouvelles = {c: v for c, v in attendu.items() if self._actuelle(objet, c) != v}
        if not nouvelles:
            self.plan.inchanges += 1
            return
        changements = tuple(
            (_titre(objet, c), _lisible(objet, c, self._actuelle(objet, c)), _lisible(objet, c, v))
            for c, v in nouvelles.items()
        )
        self.plan.modifications.append(Modification(objet, nouvelles, changements, fiche))
        rouvert = not objet.est_ouvert and (
            nouvelles.get("est_ouvert")
            or nouvelles.get("etat", EtatEtablissement.FERME) != EtatEtablissement.FERME
        )
        self._noter("rouverts" if rouvert else "modifies", _libelle(fiche), changements, fiche.ligne)

    def _description(self, fiche: Fiche, attendu: Valeurs) -> tuple[tuple[str, str, str], ...]:
        modele = CIO if fiche.est_cio else Etablissement
        dites = {champ: valeur for champ, valeur in attendu.items() if valeur not in ("", None)}
        return tuple((_titre(modele, c), en_clair(None), _lisible(modele, c, v)) for c, v in dites.items())

    def _noter(
        self, groupe: str, objet: str, changements: tuple[tuple[str, str, str], ...], ligne: int | None = None
    ) -> None:
        self.plan.mouvements.append(Mouvement(groupe, objet, changements, ligne))

    # --- Absents -----------------------------------------------------------------------------------------
    def chercher_absents(self, fermer: bool) -> None:
        """Open here, absent from a file that covers their département, their kind and their secteur."""
        couvertes: set[Famille] = {fiche.famille for fiche in self.fiches.values()}
        for ecole in self.ecoles.values():
            code = self.departements[ecole.departement_id]
            sa_famille = famille(code, ecole.nature, ecole.categorie, ecole.secteur)
            if ecole.uai not in self.vus and ecole.est_ouvert and sa_famille in couvertes:
                fin = {"etat": EtatEtablissement.FERME, "date_fermeture": self.aujourd_hui}
                self._absent(ecole, f"{ecole.uai} – {ecole}", fin, fermer)
        for cio in self.cios:
            code = self.departements[cio.departement_id]
            couvert = famille(code, NATURE_CIO, "", "public") in couvertes
            if cio.uai and cio.uai not in self.vus and cio.est_ouvert and couvert:
                self._absent(cio, f"{cio.uai} – {cio}", {"est_ouvert": False}, fermer)

    def _absent(self, objet: Etablissement | CIO, libelle: str, fin: Valeurs, fermer: bool) -> None:
        if not fermer:
            self._noter("absents", libelle, ())
            return
        changements = tuple(
            (_titre(objet, c), _lisible(objet, c, getattr(objet, c)), _lisible(objet, c, v))
            for c, v in fin.items()
        )
        self.plan.modifications.append(Modification(objet, fin, changements))
        self._noter("fermes", libelle, changements)


def _libelle(fiche: Fiche) -> str:
    return f"{fiche.uai} – {fiche.champs['nom']} ({fiche.champs['commune']})"


def _titre(modele: Any, champ: str) -> str:
    return LIENS.get(champ) or str(modele._meta.get_field(champ).verbose_name)


def _lisible(modele: Any, champ: str, valeur: Any) -> str:
    """« lycée polyvalent » rather than the slug that is stored."""
    choix = () if champ in LIENS else modele._meta.get_field(champ).flatchoices
    return en_clair(dict(choix).get(valeur, valeur))


def titres(champs: Iterable[tuple[str, str, str]], rang: int) -> dict[str, str]:
    """Before (1) or after (2) of some changes, as the journal keeps them."""
    return {changement[0]: changement[rang] for changement in champs}

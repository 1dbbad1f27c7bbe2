"""The grid as the page shows it: rows written in Python, because 1 800 cells in a template loop cost more
than all the rest of the page (reference/performance.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from psyen.enums import Modalite
from psyen.forms.grille import empreinte, texte_cellule
from psyen.selectors.controles import Alerte, controler, nombre
from psyen.selectors.grille import ZERO, Ecole, Grille, LigneGrille, ReseauGrille, heures_pour_cent_eleves
from reseaux.selectors.dessin import couleur, forme

#: Codes of findings whose own field is not the cell: prefix of that field.
CHAMPS = {"quotite": "q", "capacite": "k", "cio": "i", "reseau": "r", "capacite_depassee": "i"}
#: What is said beside the name, the whole sentence being in the list of findings.
COURTS = {
    "non_rattache": "non rattaché à cette date",
    "plusieurs_reseaux": "plusieurs réseaux",
    "sans_ecole": "aucun établissement",
}


@dataclass(frozen=True, slots=True)
class AlerteEcran:
    """A finding and the place it links to."""

    alerte: Alerte
    ancre: str
    court: str
    #: Named by the field it marks (aria-describedby); empty when an earlier finding already is.
    id: str
    marque: bool


@dataclass(frozen=True)
class ReseauEcran:
    """A réseau with its mark (the colour and shape of the map) and its totals."""

    reseau: ReseauGrille
    classe: str
    trace: str
    ecoles: Sequence[Ecole]
    total: Decimal
    nombre_de_psyen: int
    heures: Decimal | None
    corps: SafeString
    totaux: SafeString
    #: To read only: (name, is a stagiaire, half-days by school, total in the réseau).
    lecture: Sequence[tuple[str, bool, Sequence[str], str]]
    #: To read only: total of each school.
    totaux_lus: Sequence[str]
    nombre_de_lignes: int

    @property
    def est_vide(self) -> bool:
        return not self.nombre_de_lignes

    @property
    def nombre_de_colonnes(self) -> int:
        return len(self.ecoles) + 2

    @property
    def textes(self) -> dict[str, str]:
        """Totals as static/js/grille.js writes them."""
        return {"total": nombre(self.total), "heures": montrer(self.heures or Decimal(0))}


@dataclass
class GrilleEcran:
    """One picture of the draft, saved or just typed. `illisibles` and `fautes` come from what was typed;
    `origine` is the grid as saved and `empreintes` the prints of the lines as they were first shown.
    """

    grille: Grille
    illisibles: Mapping[str, str] = field(default_factory=dict)
    fautes: Sequence[Alerte] = ()
    origine: Grille | None = None
    empreintes: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def alertes(self) -> list[AlerteEcran]:
        """What was refused, then what the draft itself calls for, each sentence once."""
        dites: dict[str, Alerte] = {}
        for alerte in (*self.fautes, *controler(self.grille)):
            dites.setdefault(alerte.message, alerte)
        ancres: set[str] = set()
        return [_alerte(a, ancres) for a in dites.values()]

    @cached_property
    def nombre_d_erreurs(self) -> int:
        return sum(1 for a in self.alertes if a.alerte.est_erreur)

    @cached_property
    def nombre_d_avertissements(self) -> int:
        return len(self.alertes) - self.nombre_d_erreurs

    @cached_property
    def reseaux(self) -> list[ReseauEcran]:
        return [self._reseau(rang, reseau) for rang, reseau in enumerate(self.grille.reseaux)]

    @cached_property
    def hors_reseau(self) -> ReseauEcran | None:
        """Schools that left every réseau and still hold half-days: to be emptied."""
        if not self.grille.hors_reseau:
            return None
        return self._tableau(ReseauGrille(0, "Hors réseau", 0, self.grille.hors_reseau), "carte-libre", "")

    @cached_property
    def semaines(self) -> list[tuple[LigneGrille, dict[str, str], list[tuple[str, str]]]]:
        """To read only: each PsyEN, his totals as text, his schools with their half-days."""
        ecoles = self.grille.ecoles
        return [
            (
                ligne,
                {
                    "quotite": nombre(ligne.quotite),
                    "capacite": nombre(ligne.capacite),
                    "cio": nombre(ligne.cio),
                    "eple": nombre(ligne.eple),
                    "reste": montrer(ligne.reste),
                },
                [(str(ecoles[pk]), texte_cellule(c)) for pk, c in ligne.cellules.items()],
            )
            for ligne in self.grille.lignes
        ]

    @cached_property
    def services(self) -> SafeString:
        """Rows of « Services »: the week of each PsyEN without its schools."""
        return _html(
            f"{self._tete(ligne)}{self._champs(ligne)}{self._bilan(ligne)}</tr>"
            for ligne in self.grille.lignes
        )

    @cached_property
    def ensemble(self) -> SafeString:
        """Rows of the overview: every PsyEN × every school."""
        ecoles = [e for r in self.grille.reseaux for e in r.ecoles] + list(self.grille.hors_reseau)
        return _html(
            f"{self._tete(ligne)}{self._champs(ligne)}{self._cellules(ligne, ecoles)}"
            f"{self._bilan(ligne)}</tr>"
            for ligne in self.grille.lignes
        )

    @cached_property
    def totaux(self) -> SafeString:
        """Foot of the overview: total of each school."""
        return _html(td for r in self.blocs for td in (r.totaux,))

    @property
    def blocs(self) -> list[ReseauEcran]:
        return self.reseaux + ([self.hors_reseau] if self.hors_reseau else [])

    @property
    def refus(self) -> list[AlerteEcran]:
        """What stopped the save, for the summary at the top."""
        fautes = {alerte.message for alerte in self.fautes}
        return [a for a in self.alertes if a.alerte.message in fautes]

    @cached_property
    def textes(self) -> dict[str, str]:
        """Grand totals: each PsyEN once, however many réseaux he is in."""
        lignes = self.grille.lignes
        capacite = sum((ligne.capacite for ligne in lignes), ZERO)
        cio = sum((ligne.cio for ligne in lignes), ZERO)
        eple = sum((ligne.eple for ligne in lignes), ZERO)
        totaux = {"capacite": capacite, "cio": cio, "eple": eple, "reste": capacite - cio - eple}
        return {cle: montrer(total) for cle, total in totaux.items()}

    def _reseau(self, rang: int, reseau: ReseauGrille) -> ReseauEcran:
        return self._tableau(reseau, f"carte-c{couleur(rang)}", forme(rang, 8))

    def _tableau(self, reseau: ReseauGrille, classe: str, trace: str) -> ReseauEcran:
        lignes = self._lignes_du_reseau(reseau)
        total = self.grille.couverture_reseau(reseau)
        return ReseauEcran(
            reseau=reseau,
            classe=classe,
            trace=trace,
            ecoles=reseau.ecoles,
            total=total,
            nombre_de_psyen=self.grille.nombre_de_psyen(reseau),
            heures=heures_pour_cent_eleves(total, reseau.effectif),
            corps=_html(self._ligne_de_reseau(ligne, reseau) for ligne in lignes),
            totaux=_html(self._total_ecole(ecole) for ecole in reseau.ecoles),
            lecture=[_lire(ligne, reseau.ecoles) for ligne in self.grille.psyens_du_reseau(reseau)],
            totaux_lus=[nombre(self.grille.total_ecole(ecole.pk)) for ecole in reseau.ecoles],
            nombre_de_lignes=len(lignes),
        )

    def _lignes_du_reseau(self, reseau: ReseauGrille) -> list[LigneGrille]:
        """Those who have half-days there, saved or typed, and those whose réseau principal it is."""
        ecoles = {ecole.pk for ecole in reseau.ecoles}
        enregistrees = {ligne.psyen_pk: ligne for ligne in (self.origine or self.grille).lignes}
        presents = []
        for ligne in self.grille.lignes:
            avant = enregistrees.get(ligne.psyen_pk, ligne)
            touchees = ecoles & (ligne.cellules.keys() | avant.cellules.keys())
            principal = reseau.pk in (ligne.reseau_pk, avant.reseau_pk)
            mal_lue = any(f"c-{ligne.psyen_pk}-{pk}" in self.illisibles for pk in ecoles)
            if touchees or principal or mal_lue:
                presents.append(ligne)
        return presents

    @cached_property
    def _marques(self) -> dict[str, str]:
        """Field or cell → level of its gravest finding."""
        return {a.ancre: a.alerte.niveau for a in self.alertes if a.id and a.marque}

    @cached_property
    def _notes(self) -> dict[int, list[str]]:
        """PsyEN → what is said under his name: errors in full, warnings in two words."""
        notes: dict[int, list[str]] = {}
        for a in self.alertes:
            if a.alerte.psyen_pk is None or a.alerte.ecole_pk is not None:
                continue
            texte = a.alerte.message if a.alerte.code == "capacite_depassee" else a.court
            if texte:
                notes.setdefault(a.alerte.psyen_pk, []).append(
                    f'<span class="grille__note grille__note--{a.alerte.niveau}" data-code="{a.alerte.code}">'
                    f"{conditional_escape(texte)}</span>"
                )
        return notes

    def _tete(self, ligne: LigneGrille) -> str:
        pk = ligne.psyen_pk
        trace = self.empreintes.get(pk) or empreinte(ligne)
        erreur = ' class="est-erreur"' if ligne.reste < 0 else ""
        return (
            f'<tr id="l-{pk}" data-psyen="{pk}" data-compte="{int(ligne.compte)}"{erreur}><th scope="row">'
            f'<span id="p{pk}">{conditional_escape(ligne.nom_complet)}</span>{_statuts(ligne)}'
            f'<span class="grille__notes" id="n-{pk}">{"".join(self._notes.get(pk, ()))}</span>'
            f'<input type="hidden" name="b-{pk}" value="{trace}"></th>'
        )

    def _champs(self, ligne: LigneGrille) -> str:
        pk = ligne.psyen_pk
        options = "".join(
            f'<option value="{r.pk}"{" selected" if r.pk == ligne.reseau_pk else ""}>'
            f"{conditional_escape(r.nom)}</option>"
            for r in self.grille.reseaux
        )
        return (
            f'<td class="grille__reseau">{_libelle("Réseau principal")}'
            f'<select id="r-{pk}" name="r-{pk}" aria-labelledby="p{pk} lib-r"{self._marque(f"r-{pk}")}>'
            f'<option value="">–</option>{options}</select></td>'
            f"{self._champ(pk, 'q', 'Quotité (%)', nombre(ligne.quotite))}"
            f"{self._champ(pk, 'k', 'Capacité', nombre(ligne.capacite))}"
            f"{self._champ(pk, 'i', 'Au CIO', nombre(ligne.cio) if ligne.cio else '')}"
        )

    def _champ(self, pk: int, prefixe: str, libelle: str, valeur: str) -> str:
        nom = f"{prefixe}-{pk}"
        valeur = conditional_escape(self.illisibles.get(nom, valeur))
        return (
            f'<td class="grille__{prefixe}">{_libelle(libelle)}'
            f'<input id="{nom}" name="{nom}" value="{valeur}" aria-labelledby="p{pk} lib-{prefixe}"'
            f"{self._marque(nom)}></td>"
        )

    def _bilan(self, ligne: LigneGrille) -> str:
        pk, reste = ligne.psyen_pk, montrer(ligne.reste)
        return (
            f'<td class="grille__total">{_libelle("En établissement")}'
            f'<span id="te-{pk}">{nombre(ligne.eple)}</span></td>'
            f'<td class="grille__reste">{_libelle("Reste")}'
            f'<span id="s-{pk}">{reste}</span>'
            f'<meter id="v-{pk}" min="0" max="{max(ligne.capacite, Decimal("0.5"))}" value="{ligne.total}" '
            f'aria-labelledby="p{pk} lib-v"></meter></td>'
        )

    def _ligne_de_reseau(self, ligne: LigneGrille, reseau: ReseauGrille) -> str:
        pk = ligne.psyen_pk
        erreur = " est-erreur" if ligne.reste < 0 else ""
        return (
            f'<tr data-rappel="{pk}" class="grille__ligne{erreur}"><th scope="row">'
            f"{conditional_escape(ligne.nom_complet)}{_statuts(ligne, reseau)}</th>"
            f"{self._cellules(ligne, reseau.ecoles, avec_libelle=True)}"
            f'<td class="grille__reste">{_libelle("Reste")}'
            f'<span data-reste="{pk}">{montrer(ligne.reste)}</span></td></tr>'
        )

    def _cellules(self, ligne: LigneGrille, ecoles: Iterable[Ecole], *, avec_libelle: bool = False) -> str:
        """The inputs of a row; the name of the school is repeated where rows become cards."""
        pk, cellules, illisibles, marques = ligne.psyen_pk, ligne.cellules, self.illisibles, self._marques
        html = []
        for ecole in ecoles:
            nom = f"c-{pk}-{ecole.pk}"
            cellule = cellules.get(ecole.pk)
            valeur = texte_cellule(cellule) if cellule else ""
            if illisibles:
                valeur = conditional_escape(illisibles.get(nom, valeur))
            classe = ' class="a-distance"' if cellule and cellule.modalite == Modalite.DISTANCIEL else ""
            marque = self._marque(nom) if nom in marques else ""
            nom_affiche = _libelle(ecole.nom) if avec_libelle else ""
            html.append(
                f'<td{classe}>{nom_affiche}<input id="{nom}" name="{nom}" value="{valeur}" '
                f'aria-labelledby="p{pk} e{ecole.pk} lib-c"{marque}></td>'
            )
        return "".join(html)

    def _marque(self, nom: str) -> str:
        niveau = self._marques.get(nom)
        if niveau is None:
            return ""
        invalide = ' aria-invalid="true"' if niveau == "erreur" else ""
        return f' class="est-{niveau}" aria-describedby="a-{nom}"{invalide}'

    def _total_ecole(self, ecole: Ecole) -> str:
        total = self.grille.total_ecole(ecole.pk)
        vide = ' class="est-vide"' if not total else ""
        return f'<td{vide}>{_libelle(ecole.nom)}<span id="c-{ecole.pk}">{nombre(total)}</span></td>'


def _lire(ligne: LigneGrille, ecoles: Sequence[Ecole]) -> tuple[str, bool, Sequence[str], str]:
    textes = [texte_cellule(ligne.cellules.get(ecole.pk)) for ecole in ecoles]
    total = sum((ligne.cellules[e.pk].demi_journees for e in ecoles if e.pk in ligne.cellules), ZERO)
    return ligne.nom_complet, ligne.est_stagiaire, textes, nombre(total)


def _alerte(alerte: Alerte, ancres: set[str]) -> AlerteEcran:
    lieu = ancre(alerte)
    identifiant = "" if lieu in ancres else f"a-{lieu}"
    ancres.add(lieu)
    # A warning on the whole week is said under the name; marking a field for it would mislead.
    marque = alerte.est_erreur or alerte.ecole_pk is not None
    return AlerteEcran(alerte, lieu, COURTS.get(alerte.code, ""), identifiant, marque)


def ancre(alerte: Alerte) -> str:
    """Identifier of the field, row or column that a finding is about."""
    if alerte.psyen_pk is not None and alerte.ecole_pk is not None:
        return f"c-{alerte.psyen_pk}-{alerte.ecole_pk}"
    if alerte.psyen_pk is not None:
        return f"{CHAMPS.get(alerte.code, 'i')}-{alerte.psyen_pk}"
    if alerte.ecole_pk is not None:
        return f"e{alerte.ecole_pk}"
    return f"reseau-{alerte.reseau_pk}" if alerte.reseau_pk is not None else "grille"


def montrer(valeur: Decimal) -> str:
    """A computed number, with the typographic minus."""
    return nombre(valeur).replace("-", "−")


def _libelle(texte: str) -> str:
    """Title of a cell where rows become cards; the input has its own name (aria-labelledby)."""
    return f'<span class="grille__libelle" aria-hidden="true">{conditional_escape(texte)}</span>'


def _statuts(ligne: LigneGrille, reseau: ReseauGrille | None = None) -> str:
    """« stagiaire », and « renfort » for someone whose réseau principal is another one."""
    statuts = ["stagiaire"] if ligne.est_stagiaire else []
    if reseau and ligne.reseau_pk not in (None, reseau.pk):
        statuts.append("renfort")
    return "".join(f' <span class="grille__statut">{statut}</span>' for statut in statuts)


def _html(morceaux: Iterable[str]) -> SafeString:
    return mark_safe("".join(morceaux))  # noqa: S308 - names and typed texts are escaped where they enter

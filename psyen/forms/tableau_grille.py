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
TETE = ' <span class="grille__statut">tête</span>'
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


@dataclass
class ReseauEcran:
    """A réseau with its mark (colour and shape of the map) and its totals; each part written when read."""

    ecran: GrilleEcran
    reseau: ReseauGrille
    classe: str
    trace: str

    @property
    def ecoles(self) -> Sequence[Ecole]:
        return self.reseau.ecoles

    @property
    def nombre_de_psyen(self) -> int:
        return self.ecran.grille.nombre_de_psyen(self.reseau)

    @property
    def nombre_de_colonnes(self) -> int:
        return len(self.ecoles) + 2

    @cached_property
    def cle(self) -> str:
        return str(self.reseau.pk)

    @cached_property
    def resume(self) -> SafeString:
        """Totals of the réseau; static/js/grille.js writes them again as one types."""
        total, pk = self.ecran.grille.couverture_reseau(self.reseau), self.cle
        heures = heures_pour_cent_eleves(total, self.reseau.effectif)
        morceaux = [
            f'<span id="rn-{pk}">{self.nombre_de_psyen}</span> PsyEN',
            f'<span id="rt-{pk}">{nombre(total)}</span> demi-journées',
        ]
        if heures is not None:
            morceaux.append(f'<span id="rh-{pk}">{nombre(heures)}</span> h pour 100 élèves')
        return _html([" · ".join(morceaux)])

    @cached_property
    def lignes(self) -> list[LigneGrille]:
        return self.ecran.lignes_du_reseau(self.reseau)

    @property
    def titres(self) -> SafeString:
        """Heads of the columns, one per school."""
        tete = self.reseau.tete_pk
        return _html(_titre_ecole(ecole, est_tete=ecole.pk == tete) for ecole in self.ecoles)

    @property
    def corps(self) -> SafeString:
        """Rows to type in."""
        return _html(self.ecran.ligne_de_reseau(ligne, self.reseau) for ligne in self.lignes)

    @property
    def totaux(self) -> SafeString:
        """Foot of the table: total of each school."""
        return _html(_total_ecole(ecole, self.ecran.grille.total_ecole(ecole.pk)) for ecole in self.ecoles)

    @cached_property
    def lecture(self) -> SafeString:
        """Rows to read only, the same columns."""
        return _html(_lire(ligne, self.ecoles) for ligne in self.ecran.grille.psyens_du_reseau(self.reseau))


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

    @property
    def liste_alertes(self) -> SafeString:
        """One line per finding, a link to its place; grille.js marks the cells from the data-* attributes."""
        return _html(_ligne_alerte(a) for a in self.alertes)

    @cached_property
    def nombre_d_erreurs(self) -> int:
        return sum(1 for a in self.alertes if a.alerte.est_erreur)

    @cached_property
    def nombre_d_avertissements(self) -> int:
        return len(self.alertes) - self.nombre_d_erreurs

    @cached_property
    def reseaux(self) -> list[ReseauEcran]:
        return [
            ReseauEcran(self, reseau, f"carte-c{couleur(rang)}", forme(rang, 8))
            for rang, reseau in enumerate(self.grille.reseaux)
        ]

    @cached_property
    def hors_reseau(self) -> ReseauEcran | None:
        """Schools that left every réseau and still hold half-days: to be emptied."""
        if not self.grille.hors_reseau:
            return None
        return ReseauEcran(
            self, ReseauGrille(0, "Hors réseau", 0, self.grille.hors_reseau), "carte-libre", ""
        )

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
        return _html(bloc.totaux for bloc in self.blocs)

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

    def lignes_du_reseau(self, reseau: ReseauGrille) -> list[LigneGrille]:
        """Those who have half-days there, saved or typed, and those whose réseau principal it is."""
        ecoles = {ecole.pk for ecole in reseau.ecoles}
        enregistrees = {ligne.psyen_pk: ligne for ligne in (self.origine or self.grille).lignes}
        presents = []
        for ligne in self.grille.lignes:
            avant = enregistrees.get(ligne.psyen_pk, ligne)
            touchees = ecoles & (ligne.cellules.keys() | avant.cellules.keys())
            principal = reseau.pk in (ligne.reseau_pk, avant.reseau_pk)
            mal_lue = self.illisibles and any(f"c-{ligne.psyen_pk}-{pk}" in self.illisibles for pk in ecoles)
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

    @cached_property
    def _options(self) -> list[tuple[int, str]]:
        return [(reseau.pk, conditional_escape(reseau.nom)) for reseau in self.grille.reseaux]

    def _champs(self, ligne: LigneGrille) -> str:
        pk = ligne.psyen_pk
        options = "".join(
            f'<option value="{cle}"{" selected" if cle == ligne.reseau_pk else ""}>{nom}</option>'
            for cle, nom in self._options
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

    def ligne_de_reseau(self, ligne: LigneGrille, reseau: ReseauGrille) -> str:
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
            nom, cellule = f"c-{pk}-{ecole.pk}", cellules.get(ecole.pk)
            debut, valeur = "<td>", ""
            if cellule:
                valeur = texte_cellule(cellule)
                debut = '<td class="a-distance">' if cellule.modalite == Modalite.DISTANCIEL else debut
            if illisibles:
                valeur = conditional_escape(illisibles.get(nom, valeur))
            html.append(
                f'{debut}{_libelle(ecole.nom) if avec_libelle else ""}<input id="{nom}" name="{nom}" '
                f'value="{valeur}" aria-labelledby="p{pk} e{ecole.pk} lib-c"'
                f"{self._marque(nom) if nom in marques else ''}></td>"
            )
        return "".join(html)

    def _marque(self, nom: str) -> str:
        niveau = self._marques.get(nom)
        if niveau is None:
            return ""
        invalide = ' aria-invalid="true"' if niveau == "erreur" else ""
        return f' class="est-{niveau}" aria-describedby="a-{nom}"{invalide}'


def _titre_ecole(ecole: Ecole, *, est_tete: bool) -> str:
    return (
        f'<th scope="col" id="e{ecole.pk}" class="grille__ecole{" grille__tete" if est_tete else ""}"><span>'
        f'{conditional_escape(ecole.nom)}<span class="grille__commune">, {conditional_escape(ecole.commune)}'
        f"</span>{TETE if est_tete else ''}</span></th>"
    )


def _total_ecole(ecole: Ecole, total: Decimal) -> str:
    vide = ' class="est-vide"' if not total else ""
    return f'<td{vide}>{_libelle(ecole.nom)}<span id="c-{ecole.pk}">{nombre(total)}</span></td>'


def _lire(ligne: LigneGrille, ecoles: Sequence[Ecole]) -> str:
    cellules = [ligne.cellules.get(ecole.pk) for ecole in ecoles]
    total = sum((cellule.demi_journees for cellule in cellules if cellule), ZERO)
    return (
        f'<tr><th scope="row">{conditional_escape(ligne.nom_complet)}{_statuts(ligne)}</th>'
        f"{''.join(f'<td>{texte_cellule(cellule)}</td>' for cellule in cellules)}"
        f'<td class="grille__total">{nombre(total)}</td></tr>'
    )


def _alerte(alerte: Alerte, ancres: set[str]) -> AlerteEcran:
    lieu = ancre(alerte)
    identifiant = "" if lieu in ancres else f"a-{lieu}"
    ancres.add(lieu)
    # A warning on the whole week is said under the name; marking a field for it would mislead.
    marque = alerte.est_erreur or alerte.ecole_pk is not None
    return AlerteEcran(alerte, lieu, COURTS.get(alerte.code, ""), identifiant, marque)


def _ligne_alerte(a: AlerteEcran) -> str:
    alerte = a.alerte
    identifiant = f' id="{a.id}"' if a.id else ""
    return (
        f'<li{identifiant} class="est-{alerte.niveau}" data-ancre="{a.ancre}" '
        f'data-niveau="{alerte.niveau}" data-code="{alerte.code}" data-psyen="{alerte.psyen_pk or ""}" '
        f'data-court="{a.court}" data-marque="{"1" if a.marque else ""}"><a href="#{a.ancre}">'
        f'<span class="fr-sr-only">{alerte.niveau.capitalize()} : </span>'
        f"{conditional_escape(alerte.message)}</a></li>"
    )


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

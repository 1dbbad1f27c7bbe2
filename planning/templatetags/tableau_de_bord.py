"""The repeated parts of the dashboard, written in Python: a template loop over forty actions, their bars and
their lines costs more than all the rest of the page (performance.md). Every text is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from planning.selectors.avancement import Compte, Noeud
from planning.selectors.charge import Charge, MoisDeCharge
from planning.selectors.frise import Barre, Frise, Losange
from planning.selectors.tableau_de_bord import Attente, LigneAction
from planning.selectors.tableau_de_bord_urgences import Blocage, Echeance

register = template.Library()


# --- Late, due, blocked ----------------------------------------------------------------------------


@register.simple_tag
def lignes_echeances(echeances: Iterable[Echeance], pilote: bool) -> SafeString:
    """One line per due date: how many days, what, who answers, « Relancer » for whoever drives the plan."""
    return mark_safe("".join(_echeance(e, pilote) for e in echeances))  # noqa: S308 - escaped below


@register.simple_tag
def lignes_blocages(blocages: Iterable[Blocage]) -> SafeString:
    """One line per blocked action: what it waits for."""
    return mark_safe("".join(map(_blocage, blocages)))  # noqa: S308 - escaped below


def _echeance(e: Echeance, pilote: bool) -> str:
    action, titre = e.ligne.action, escape(e.titre)
    if e.jalon:
        origine = f'Jalon de l’<a href="{e.ligne.url}">action {action.numero}</a>'
    else:
        titre, origine = f"{action.numero}. {titre}", "Fin de l’action"
    return (
        f'<li class="plan-ligne"><p class="plan-ligne__delai">{_delai(e)}</p>'
        f'<div class="plan-ligne__quoi"><p class="plan-ligne__titre"><a href="{e.url}">{titre}</a></p>'
        f'<p class="plan-ligne__detail">{origine}, {e.date:%d/%m/%Y}</p></div>'
        f'<p class="plan-ligne__qui">{_qui(e)}</p>{_relance(e, titre) if pilote else ""}</li>'
    )


def _delai(e: Echeance) -> str:
    """The number of days first: it is read from afar."""
    if e.jours in (0, 1):
        return f"<strong>{e.delai.capitalize()}</strong>"
    jours = f"<strong>{e.nombre}</strong> jour{'s' if e.nombre > 1 else ''}"
    return f"{jours} de retard" if e.jours < 0 else f"dans {jours}"


def _qui(e: Echeance) -> str:
    libelles = f"<strong>{escape(e.responsables)}</strong>" if e.responsables else ""
    if e.est_caduque:
        return f'{libelles}<span class="plan-caduc">Plus personne en poste</span>'
    if e.personnes and e.personnes != e.responsables:
        return f"{libelles}<span>{escape(e.personnes)}</span>"
    return libelles


def _relance(e: Echeance, titre: str) -> str:
    if not e.url_relance:
        return ""
    return (
        f'<a class="fr-btn fr-btn--sm fr-btn--tertiary plan-ligne__geste" href="{e.url_relance}">Relancer'
        f'<span class="fr-sr-only"> : {titre}</span></a>'
    )


def _blocage(b: Blocage) -> str:
    action = b.ligne.action
    qui = f", {escape(b.responsables)}" if b.responsables else ""
    attentes = ", ".join(
        f'<a href="{a.url}" title="{escape(a.titre)}">l’action {a.numero}</a>' for a in b.ligne.retient
    )
    return (
        '<li class="plan-ligne plan-ligne--bloquee"><div class="plan-ligne__quoi">'
        f'<p class="plan-ligne__titre"><a href="{b.ligne.url}">{escape(str(action))}</a></p>'
        f'<p class="plan-ligne__detail">{escape(action.calendrier)}{qui}</p>'
        f'<p class="plan-ligne__detail">Attend {attentes}</p></div></li>'
    )


# --- Gauges ----------------------------------------------------------------------------------------


@register.simple_tag
def jauge_compte(compte: Compte) -> SafeString:
    """Done, then late, out of the total, with the numbers."""
    retard, mots = "", ""
    if compte.en_retard:
        retard = (
            f'<rect class="jauge__retard" x="{compte.pourcentage}" width="{compte.part_en_retard}" '
            'height="8"/>'
        )
        mots = f"<em>{compte.en_retard} en retard</em>"
    return mark_safe(  # noqa: S308 - numbers and our own words
        '<span class="plan-compte"><svg class="jauge" viewBox="0 0 100 8" preserveAspectRatio="none" '
        'aria-hidden="true"><rect class="jauge__fond" width="100" height="8"/>'
        f'<rect class="jauge__fait" width="{compte.pourcentage}" height="8"/>{retard}</svg>'
        f"<strong>{compte.texte}</strong>{mots}</span>"
    )


@register.simple_tag
def sous_axes(axe: Noeud, url: str) -> SafeString:
    """The sub-axes of an axis, folded on their objectives; each objective filters the plan."""
    return mark_safe("".join(_sous_axe(n, escape(url)) for n in axe.enfants))  # noqa: S308 - escaped below


def _sous_axe(noeud: Noeud, url: str) -> str:
    objectifs = "".join(
        f'<li class="plan-objectif"><a href="{url}{n.objectif.pk}">{escape(n.objectif.libelle)}</a> '
        f"{jauge_compte(n.compte)}</li>"
        for n in noeud.enfants
    )
    return (
        f'<details class="plan-sous-axe"><summary><span>{escape(noeud.objectif.libelle)}</span> '
        f'{jauge_compte(noeud.compte)}</summary><ul class="fr-raw-list">{objectifs}</ul></details>'
    )


# --- Load by month ---------------------------------------------------------------------------------


@register.simple_tag
def mois_de_charge(charge: Charge, url: str) -> SafeString:
    """A bar per month, which filters the plan by that month; `url` ends where the month is written."""
    debut = escape(url)
    return mark_safe("".join(_mois(m, charge, debut) for m in charge.mois))  # noqa: S308 - escaped here


@register.simple_tag
def rangs_de_charge(charge: Charge) -> SafeString:
    """The same in the rows of a table, empty months aside."""
    return mark_safe(  # noqa: S308 - numbers and names of months
        "".join(
            f'<tr><th scope="row">{m.nom}</th><td class="cio-nombre">{m.faites}</td>'
            f'<td class="cio-nombre">{m.restantes}</td><td class="cio-nombre">{m.total}</td></tr>'
            for m in charge.mois
            if m.total
        )
    )


def _mois(m: MoisDeCharge, charge: Charge, url: str) -> str:
    courant = " charge__mois--courant" if m.est_courant else ""
    nom = (
        f'<text class="charge__mois{courant}" x="{m.milieu}" y="{charge.base + 16}" text-anchor="middle">'
        f"{m.nom_court}</text>"
    )
    if not m.total:
        return nom
    place = f'x="{m.x}" width="{m.largeur}"'
    return (
        f'<a class="charge__lien" href="{url}{m.cle}" aria-label="{m.resume}">'
        f'<rect class="charge__cible" {place} y="0" height="{charge.hauteur}"/>'
        f'<rect class="s-faite" {place} y="{m.y_faites}" height="{m.h_faites}"/>'
        f'<rect class="s-en_cours" {place} y="{m.y_restantes}" height="{m.h_restantes}"/>'
        f'<text class="charge__nombre" x="{m.milieu}" y="{m.y_nombre}" text-anchor="middle">{m.total}</text>'
        f"</a>{nom}"
    )


# --- Timeline --------------------------------------------------------------------------------------


@register.simple_tag
def barres_de_frise(frise: Frise) -> SafeString:
    """Each action as a focusable link with its accessible name, then its milestones."""
    return mark_safe("".join(map(_barre, frise.barres)))  # noqa: S308 - escaped below


@register.simple_tag
def noms_de_frise(frise: Frise) -> SafeString:
    """The titles beside the drawing: for the pointer only, the bars already say them."""
    return mark_safe(  # noqa: S308 - escaped here
        "".join(
            f'<li class="frise__nom"><a href="{ligne.url}" tabindex="-1">{escape(str(ligne.action))}</a></li>'
            for ligne in (b.ligne for b in frise.barres)
        )
    )


@register.simple_tag
def rangs_de_frise(lignes: Iterable[LigneAction], suivi: bool) -> SafeString:
    """The same in the rows of a table."""
    return mark_safe("".join(_rang(ligne, suivi) for ligne in lignes))  # noqa: S308 - escaped below


def _barre(b: Barre) -> str:
    nom, situation = escape(b.nom), b.situation
    place = f'x="{b.x}" y="{b.y}" width="{b.largeur}" height="20" rx="3"'
    titre = "".join(f'<text x="0" y="{y}" fill="#161616">{escape(texte)}</text>' for y, texte in b.titre)
    voile = (
        f'<rect class="frise-voile" {place} fill="url(#frise-rayures)"/>' if situation == "en_cours" else ""
    )
    retard = (
        f'<rect class="frise-depassement" x="{b.x_retard}" y="{b.y_retard}" width="{b.largeur_retard}" '
        'height="12" fill="url(#frise-hachures)"/>'
        if b.largeur_retard
        else ""
    )
    return (
        f'{titre}<a class="frise-lien" href="{b.ligne.url}" aria-label="{nom}"><title>{nom}</title>'
        f'<rect class="frise-cible" x="{b.x}" y="{b.y_cible}" width="{b.largeur}" height="28" fill="none"/>'
        f'<rect class="frise-barre s-{situation}" {place} fill="{b.fond}" stroke="{b.trait}"/>{retard}{voile}'
        f'<text class="frise-texte frise-texte--{b.place} t-{situation}" x="{b.x_texte}" y="{b.y_texte}" '
        f'text-anchor="{b.ancre}" fill="{b.encre}">{b.texte}</text></a>{"".join(map(_losange, b.losanges))}'
    )


def _losange(losange: Losange) -> str:
    nom = escape(losange.nom)
    return (
        f'<a class="frise-lien" href="{losange.jalon.url}" aria-label="{nom}"><title>{nom}</title>'
        f'<path class="frise-losange frise-losange--{losange.etat}" d="{losange.trace}" '
        f'fill="{losange.fond}" stroke="#161616"/></a>'
    )


def _rang(ligne: LigneAction, suivi: bool) -> str:
    action = ligne.action
    jalons = (
        " ; ".join(
            f'<a href="{j.url}">{escape(j.intitule)}</a> ({j.echeance:%d/%m/%Y}, {str(j.etat.label).lower()})'
            for j in ligne.jalons
        )
        or "–"
    )
    return (
        f'<tr><th scope="row"><a href="{ligne.url}">{escape(str(action))}</a></th>'
        f'<td>{escape(action.calendrier)}</td><td class="cio-insecable">{action.debut:%d/%m/%Y}</td>'
        f'<td class="cio-insecable">{action.fin:%d/%m/%Y}</td><td>{ligne.libelle_situation}</td>'
        f"<td>{_attentes(ligne.attend)}</td>{f'<td>{jalons}</td>' if suivi else ''}</tr>"
    )


def _attentes(attend: Iterable[Attente]) -> str:
    return ", ".join(f"{a.numero}{'' if a.est_ouverte else ' (finie)'}" for a in attend) or "–"

"""The forms of a page, as a browser would send them: where from the fuzzing starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Formulaire:
    action: str
    methode: str
    champs: list[tuple[str, str]] = field(default_factory=list)
    boutons: list[tuple[str, str]] = field(default_factory=list)
    requis: set[str] = field(default_factory=set)
    listes: set[str] = field(default_factory=set)

    @property
    def donnees(self) -> dict[str, list[str]]:
        valeurs: dict[str, list[str]] = {}
        # A preview lays a PDF out: the same fields are tried without it.
        boutons = [bouton for bouton in self.boutons if bouton[0] != "apercu"]
        for nom, valeur in (*self.champs, *boutons[:1]):
            valeurs.setdefault(nom, []).append(valeur)
        return valeurs


class _Lecteur(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.formulaires: list[Formulaire] = []
        self.par_identifiant: dict[str, Formulaire] = {}
        self.detaches: list[tuple[str, str, str]] = []
        self.ouvert: Formulaire | None = None
        self.zone: str | None = None
        self.texte: list[str] = []
        self.liste: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {cle: valeur or "" for cle, valeur in attrs}
        if tag == "form":
            self.ouvert = Formulaire(a.get("action", ""), a.get("method", "get").lower())
            self.formulaires.append(self.ouvert)
            if "id" in a:
                self.par_identifiant[a["id"]] = self.ouvert
        elif tag == "option" and self.liste:
            premier = not self.liste[1]
            if "selected" in a or premier:
                self.liste[1][:] = [a.get("value", "")]
        elif "name" in a and tag in {"input", "button", "select", "textarea"}:
            self._champ(tag, a, {cle for cle, _ in attrs})

    def _champ(self, tag: str, a: dict[str, str], presents: set[str]) -> None:
        genre = a.get("type", "text")
        if "required" in presents and self.ouvert:
            self.ouvert.requis.add(a["name"])
        if tag == "select":
            self.liste = (a["name"], [])
            if self.ouvert:
                self.ouvert.listes.add(a["name"])
        elif tag == "textarea":
            self.zone, self.texte = a["name"], []
        elif tag == "button" or genre == "submit":
            if self.ouvert:
                self.ouvert.boutons.append((a["name"], a.get("value", "")))
        elif genre not in {"checkbox", "radio"} or "checked" in presents or "form" in a:
            defaut = "on" if genre in {"checkbox", "radio"} else ""
            self._ajouter(a["name"], a.get("value", defaut), a.get("form", ""))

    def _ajouter(self, nom: str, valeur: str, formulaire: str = "") -> None:
        if formulaire:
            self.detaches.append((formulaire, nom, valeur))
        elif self.ouvert:
            self.ouvert.champs.append((nom, valeur))

    def handle_data(self, data: str) -> None:
        if self.zone:
            self.texte.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.ouvert = None
        elif tag == "textarea" and self.zone:
            # The first newline of a textarea is not part of what it holds.
            self._ajouter(self.zone, "".join(self.texte).removeprefix("\n"))
            self.zone = None
        elif tag == "select" and self.liste:
            nom, valeurs = self.liste
            self._ajouter(nom, valeurs[0] if valeurs else "")
            self.liste = None


def formulaires(html: str) -> list[Formulaire]:
    """Every form of that page, with what it holds when it opens; the token is left out."""
    lecteur = _Lecteur()
    lecteur.feed(html)
    for identifiant, nom, valeur in lecteur.detaches:
        if identifiant in lecteur.par_identifiant:
            lecteur.par_identifiant[identifiant].champs.append((nom, valeur))
    for formulaire in lecteur.formulaires:
        formulaire.champs = [(n, v) for n, v in formulaire.champs if n != "csrfmiddlewaretoken"]
    return lecteur.formulaires

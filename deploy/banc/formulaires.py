"""The fields that a browser would send with a form of a page."""

import re
from collections import defaultdict
from html import unescape
from html.parser import HTMLParser

FORMULAIRE = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
ACTION = re.compile(r'\baction="([^"]*)"')


class FormulaireAbsentError(Exception):
    """The page does not hold that form."""


def lire_formulaire(page, action):
    """Name → values of the form sent to `action` by POST; without an address, the form that names none."""
    for attributs, contenu in FORMULAIRE.findall(page):
        trouvee = ACTION.search(attributs)
        vise = unescape(trouvee[1]).partition("?")[0] if trouvee else ""
        if 'method="post"' in attributs and vise == action:
            champs = _Champs()
            champs.feed(contenu)
            return champs.valeurs
    raise FormulaireAbsentError(action or "formulaire de la page")


class _Champs(HTMLParser):
    def __init__(self):
        super().__init__()
        self.valeurs = defaultdict(list)
        self.liste = self.texte = None
        self.a_defaut = None

    def handle_starttag(self, balise, attributs):
        lus = dict(attributs)
        if "disabled" in lus:
            return
        if balise == "input":
            self._saisie(lus)
        elif balise == "select":
            self.liste, self.a_defaut = lus["name"], None
        elif balise == "option" and self.liste:
            self._option(lus)
        elif balise == "textarea":
            self.texte = lus["name"]
            self.valeurs[self.texte] = [""]

    def _saisie(self, lus):
        genre = lus.get("type", "text")
        coche = genre not in ("checkbox", "radio") or "checked" in lus
        if lus.get("name") and coche and genre not in ("submit", "button", "file"):
            self.valeurs[lus["name"]].append(lus.get("value") or "")

    def _option(self, lus):
        """The first one goes when none is selected."""
        valeur = lus.get("value", "")
        if "selected" in lus:
            self.valeurs[self.liste].append(valeur)
        elif self.a_defaut is None:
            self.a_defaut = valeur

    def handle_endtag(self, balise):
        if balise == "select":
            if self.liste not in self.valeurs and self.a_defaut is not None:
                self.valeurs[self.liste] = [self.a_defaut]
            self.liste = None
        elif balise == "textarea":
            self.texte = None

    def handle_data(self, donnees):
        if self.texte:
            self.valeurs[self.texte][0] += donnees.removeprefix("\n")

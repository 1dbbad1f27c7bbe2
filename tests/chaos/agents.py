"""People at work, through the forms of the pages as a browser would send them."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Callable
from typing import NamedTuple

from pyotp import TOTP

from tests.chaos.heure import maintenant
from tests.chaos.peupler import MOT_DE_PASSE
from tests.production.pile import Pile, Reponse, Visiteur
from tests.robustesse.formulaires import Formulaire, formulaires

ACTIVATION = "/compte/second-facteur/activer/"


class Refus(Exception):
    """The page of the form did not come: nothing was sent."""

    def __init__(self, reponse: Reponse) -> None:
        super().__init__(reponse.statut, reponse.entetes.get("Location"))
        self.reponse = reponse


class Fait(NamedTuple):
    """A gesture and its answer; `marque` is found nowhere else in the base."""

    genre: str
    marque: str
    reponse: Reponse

    @property
    def acquitte(self) -> bool:
        """The service said yes: it redirects, elsewhere than to the sign-in page."""
        return self.reponse.statut == 302 and "/connexion/" not in self.reponse.entetes["Location"]


class Agent(Visiteur):
    """Signed in for good."""

    def __init__(self, pile: Pile, courriel: str) -> None:
        super().__init__(pile)
        self.courriel = courriel

    def entrer(self) -> Agent:
        entree = self.soumettre("/connexion/", username=self.courriel, password=MOT_DE_PASSE)
        assert entree.statut == 302, entree.texte
        return self

    def activer_le_second_facteur(self) -> Agent:
        cle = re.search(r'class="cio-cle">([^<]+)<', self.demander(ACTIVATION).texte)
        assert cle
        code = TOTP(cle[1].replace(" ", "")).at(maintenant())
        page = self.soumettre(ACTIVATION, saisie=code)
        assert "codes de secours" in page.texte, page
        return self

    def pages(self) -> list[str]:
        """Where the menu leads this person."""
        plan = self.demander("/plan-du-site/").texte
        principal = plan[plan.index("<main") : plan.index("</main")]
        return sorted(set(re.findall(r'href="(/[^"#]*)"', principal)))

    def formulaire(self, chemin: str, champ: str) -> tuple[Formulaire, str]:
        """The form of that page that holds that field, and its token."""
        page = self.demander(chemin)
        if page.statut != 200:
            raise Refus(page)
        jeton = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.texte)
        trouve = next(f for f in formulaires(page.texte) if any(re.match(champ, nom) for nom, _ in f.champs))
        assert jeton
        return trouve, jeton[1]

    def remplir(self, chemin: str, champ: str, **saisie: str) -> Reponse:
        """That form, as it was shown but for what is typed."""
        trouve, jeton = self.formulaire(chemin, champ)
        donnees = trouve.donnees | saisie | {"csrfmiddlewaretoken": jeton}
        return self.demander(trouve.action or chemin, donnees)


class Dasen(Agent):
    def __init__(self, pile: Pile, courriel: str, proposees: list[int]) -> None:
        super().__init__(pile, courriel)
        self.proposees = proposees

    def arreter(self) -> Reponse:
        """The next proposal: its number now, its PDF and its mails by the worker."""
        chemin = f"/a-decider/arreter/?repartition={self.proposees.pop()}"
        return self.remplir(chemin, "repartition")


class Ien(Agent):
    def __init__(self, pile: Pile, courriel: str, jalon: int) -> None:
        super().__init__(pile, courriel)
        self.jalon = jalon

    @property
    def gestes(self) -> list[Callable[[], Fait]]:
        return [self.relancer]

    def relancer(self) -> Fait:
        """A mail to those who answer for a milestone: row, mail, journal, in one transaction."""
        objet = f"Relance {secrets.token_hex(8)}"
        return Fait(
            "relance", objet, self.remplir(f"/plan/jalons/{self.jalon}/relancer/", "corps", objet=objet)
        )


class Dcio(Agent):
    def __init__(self, pile: Pile, courriel: str, action: int, type: int, brouillon: int) -> None:  # noqa: A002 - the field’s name
        super().__init__(pile, courriel)
        self.action, self.type, self.brouillon = action, type, brouillon

    @property
    def gestes(self) -> list[Callable[[], Fait]]:
        return [self.commenter, self.enregistrer_la_grille, self.poser_un_jalon, self.deposer]

    def commenter(self) -> Fait:
        texte = f"Commentaire {secrets.token_hex(8)}"
        chemin = f"/plan/actions/{self.action}/commenter/"
        return Fait("commentaire", texte, self.remplir(chemin, "texte", texte=texte))

    def poser_un_jalon(self, dans_jours: int = 60) -> Fait:
        intitule = f"Jalon {secrets.token_hex(8)}"
        echeance = str((maintenant() + dt.timedelta(days=dans_jours)).date())
        chemin = f"/plan/actions/{self.action}/jalon/"
        return Fait("jalon", intitule, self.remplir(chemin, "intitule", intitule=intitule, echeance=echeance))

    def deposer(self, octets: int = 20_000) -> Fait:
        """A file of letters: four rows in one transaction, one of them heavy."""
        titre = f"Document {secrets.token_hex(8)}"
        chemin = f"/documents/{self.type}/{self.action}/deposer/"
        _, jeton = self.formulaire(chemin, "titre")
        champs = {"csrfmiddlewaretoken": jeton, "titre": titre}
        corps, genre = en_morceaux(champs, secrets.token_hex(octets // 2))
        return Fait("document", titre, self.demander(chemin, corps, Content_Type=genre))

    def enregistrer_la_grille(self) -> Fait:
        """One half-day more or less in a school; the draft counts what was saved."""
        chemin = f"/repartitions/{self.brouillon}/grille/?lecture=ensemble"
        grille, jeton = self.formulaire(chemin, "c-")
        donnees = {nom: valeurs[0] for nom, valeurs in grille.donnees.items()}
        cellule = next(nom for nom in donnees if nom.startswith("c-"))
        marque = f"{self.brouillon}/{int(donnees['revision']) + 1}"
        donnees |= {cellule: "1" if donnees[cellule] == "0,5" else "0,5", "csrfmiddlewaretoken": jeton}
        return Fait("grille", marque, self.demander(grille.action or chemin, donnees))


def en_morceaux(champs: dict[str, str], texte: str) -> tuple[bytes, str]:
    """multipart/form-data with one text file, and its type."""
    borne = secrets.token_hex(16)
    parts = [f'Content-Disposition: form-data; name="{nom}"\r\n\r\n{champ}' for nom, champ in champs.items()]
    fichier = (
        'Content-Disposition: form-data; name="fichier"; filename="notes.txt"\r\nContent-Type: text/plain'
    )
    parts.append(f"{fichier}\r\n\r\n{texte}")
    corps = "".join(f"--{borne}\r\n{part}\r\n" for part in parts) + f"--{borne}--\r\n"
    return corps.encode(), f"multipart/form-data; boundary={borne}"

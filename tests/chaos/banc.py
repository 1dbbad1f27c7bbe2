"""The service on a PostgreSQL and a Redis that one may ill-treat, with people who work in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.chaos.agents import Dasen, Dcio, Ien
from tests.chaos.disques import PetitDisque
from tests.chaos.heure import VARIABLE, Heure
from tests.pannes.ateliers import Courtier
from tests.pannes.attente import attendre
from tests.production.pile import APPLICATIONS, Pile, pile_sur
from tests.services_jetables import Postgresql, dossier_court, identite_du_service

#: Everything as PostgreSQL sets it: what is committed is on the disk.
SURE = ("max_wal_size=64MB", "min_wal_size=32MB")


class Banc:
    def __init__(
        self,
        serveur: Postgresql,
        courtier: Courtier,
        pile: Pile,
        disques: dict[str, PetitDisque],
        heure: Heure,
    ) -> None:
        self.serveur, self.courtier, self.pile = serveur, courtier, pile
        self.disques, self.heure = disques, heure
        gens = json.loads(self._peupler())
        self.dcio = [Dcio(pile, **dcio) for dcio in gens["dcio"]]
        self.ien, self.dasen = Ien(pile, **gens["ien"]), Dasen(pile, **gens["dasen"])
        for agent in (*self.dcio, self.ien, self.dasen):
            agent.entrer()
        for agent in (self.ien, self.dasen):
            agent.activer_le_second_facteur()
        self.attendre_que_tout_parte()

    def _peupler(self) -> str:
        ordre = "from tests.chaos.peupler import peupler; print(peupler())"
        fini = self.pile.gerer("shell", "--no-imports", "--command", ordre)
        assert fini.returncode == 0, fini.stderr
        return fini.stdout

    @property
    def agents(self) -> list[Dcio | Ien]:
        return [*self.dcio, self.ien]

    def processus(self) -> dict[str, list[int]]:
        """Service → its process and those that it started: the same after a fault as before it."""
        return {nom: sorted(_lignee(self.pile.processus[nom].pid)) for nom in APPLICATIONS}

    @contextmanager
    def sans_redemarrage(self) -> Iterator[None]:
        """Whatever happens inside, the application heals by itself: not one of its processes is replaced."""
        avant = self.processus()
        yield
        assert self.processus() == avant

    def attendre_le_retour(self) -> None:
        """The page that says « ready », from each of the processes."""
        attendre(lambda: all(self.pile.web_repond() for _ in range(8)), "le retour du service", delai=60)

    def laisser_passer_les_delais(self) -> None:
        """Ten minutes later for the mails that a broken link holds, twelve hours for those put off."""
        with self.pile.base_de_donnees() as base:
            base.execute(
                "UPDATE socle_courriel SET pris_le = pris_le - interval '11 minutes',"
                " prochain_essai_le = cree_le WHERE etat <> 'envoye'"
            )

    def attendre_que_tout_parte(self) -> None:
        """No mail is owed any more, and the mail server has each of them."""
        attendre(lambda: not self._lire("etat <> 'envoye'"), "chaque courriel envoyé", delai=60)
        assert {message["Message-ID"] for message in self.pile.puits.messages} == self._lire("true")

    def attendre_les_arretes(self) -> None:
        """Each decision has its PDF."""
        attendre(lambda: not self.compter("psyen_arrete WHERE fichier_id IS NULL"), "chaque PDF", delai=60)

    def attendre_un_diagnostic_sans_panne(self) -> None:
        attendre(lambda: "panne" not in self.pile.diagnostic().values(), "un diagnostic sans panne", delai=60)

    def rappels(self, intitule: str) -> int:
        """How many times that milestone was told to its owner."""
        return self.compter(
            f"planning_rappel r JOIN planning_jalon j ON j.id = r.jalon_id WHERE j.intitule = '{intitule}'"
        )

    def compter(self, quoi: str) -> int:
        with self.pile.base_de_donnees() as base:
            return base.execute(f"SELECT count(*) FROM {quoi}").fetchone()[0]

    def _lire(self, condition: str) -> set[str]:
        with self.pile.base_de_donnees() as base:
            lus = base.execute(f"SELECT message_id FROM socle_courriel WHERE {condition}")
            return {message_id for (message_id,) in lus}


def _lignee(pid: int) -> Iterator[int]:
    yield pid
    for enfant in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _lignee(int(enfant))


@contextmanager
def banc_ouvert() -> Iterator[Banc]:
    identite = identite_du_service()
    with ExitStack() as pile_des_services, dossier_court(identite) as dossier:
        entrer = pile_des_services.enter_context
        disques = {nom: PetitDisque(dossier / nom, mo) for nom, mo in TAILLES.items()}
        for disque in disques.values():
            entrer(disque.monte(identite))
        serveur = Postgresql(dossier, disques["base"].dossier / "donnees", SURE)
        serveur.creer()
        pile_des_services.callback(serveur.arreter)
        serveur.demarrer()
        courtier = Courtier()
        courtier.demarrer()
        pile_des_services.callback(courtier.arreter)
        heure = Heure(dossier / "heure")
        reglages = {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.reglages",
            "TMPDIR": str(disques["tmp"].dossier),
            VARIABLE: str(heure.fichier),
        }
        pile = entrer(pile_sur(serveur.adresse, courtier.adresse, **reglages))
        yield Banc(serveur, courtier, pile, disques, heure)


#: Name of a disk → its size in MB.
TAILLES = {"base": 400, "tmp": 64, "sauvegardes": 64}

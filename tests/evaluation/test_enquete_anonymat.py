"""An adversary with a copy of the database, the outbox and the logs finds no answer of anyone (reliability
28, 29).

He also knows in which order people answered, which nothing tells him. Whatever pair of orders he matches, he
finds the answer of somebody as often as by drawing it: exact binomial test over many surveys, always the same
ones.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import combinations, product
from random import Random
from statistics import fmean

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comptes.models import Session, Utilisateur
from evaluation.models import Enquete, Invitation, Jeton, Question, Reponse, Urne
from evaluation.selectors.enquete_resultats import lire_resultats
from evaluation.selectors.enquetes import empreinte
from evaluation.services import enquete_urne
from evaluation.services.enquete_cloture import cloturer
from evaluation.services.enquete_conduite import clore_enquete
from evaluation.services.enquete_reponse import deposer_reponse
from psyen.models import PsyEN
from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre
from socle.chiffrement import Illisible
from socle.models import Courriel, EntreeJournal, Notification
from socle.secrets_des_journaux import masquer
from tests.evaluation.factories_enquetes import (
    TEXTE,
    creer_brouillon,
    creer_ouverte,
    creer_psyens,
    feuille,
    liens,
    repondre,
)

pytestmark = pytest.mark.django_db
PERSONNES, ENQUETES = 6, 120
#: Enough to be sure that an adversary who always finds is not lucky.
ENQUETES_TEMOINS = 20
PHYSIQUE = "ctid" if connection.vendor == "postgresql" else "rowid"


# --- Structure ----------------------------------------------------------------------------------------


def test_une_reponse_n_a_que_sa_question_et_sa_valeur():
    colonnes = {champ.name: type(champ) for champ in Reponse._meta.get_fields()}
    assert colonnes == {
        "id": models.UUIDField,
        "question": models.ForeignKey,
        "valeur": models.PositiveSmallIntegerField,
        "texte": models.TextField,
    }
    with connection.cursor() as curseur:
        description = connection.introspection.get_table_description(curseur, Reponse._meta.db_table)
        sequences = connection.introspection.get_sequences(curseur, Reponse._meta.db_table)
    assert {colonne.name for colonne in description} == {"id", "question_id", "valeur", "texte"}
    assert connection.vendor == "sqlite" or sequences == []


def test_aucun_chemin_ne_mene_d_une_reponse_a_une_personne():
    """Nor from the urn: the only table that both sides know is the survey."""

    def atteints(modele: type[models.Model]) -> set[type[models.Model]]:
        vus, a_voir = set(), [modele]
        while a_voir:
            vu = a_voir.pop()
            vus.add(vu)
            relations = [*vu._meta.fields, *vu._meta.many_to_many]
            a_voir += [champ.related_model for champ in relations if champ.related_model not in {None, *vus}]
        return vus

    personnes = {Utilisateur, PsyEN, Habilitation, Invitation, Jeton, Courriel, Notification, EntreeJournal}
    for modele in (Reponse, Urne):
        assert not atteints(modele) & personnes
    assert {Enquete} <= atteints(Reponse) & atteints(Invitation)
    assert not atteints(Reponse) & atteints(Jeton) - atteints(Enquete)


def test_rien_ne_date_une_reponse():
    """No model of the survey keeps an instant; a day only for what everyone knows."""
    instants = [
        f"{modele.__name__}.{champ.name}"
        for modele in apps.get_app_config("evaluation").get_models()
        if modele in {Enquete, Question, Invitation, Jeton, Urne, Reponse}
        for champ in modele._meta.fields
        if isinstance(champ, models.DateTimeField | models.GenericIPAddressField)
    ]
    assert instants == []


# --- While it is open ---------------------------------------------------------------------------------


def test_l_urne_ne_montre_ni_les_reponses_ni_leur_longueur():
    longueurs = set()
    for texte in ("", "court", "un texte bien plus long, avec des accents éàü et des « guillemets »" * 9):
        enquete = creer_ouverte(f"Enquête {len(texte)}")
        questions = list(enquete.questions.dans_l_ordre())
        for jeton in liens(enquete)[:3]:
            deposer_reponse(jeton=jeton, reponses=feuille(questions) | {questions[4].pk: texte})
        urne = Urne.objects.get(enquete=enquete)
        assert "court" not in urne.scelle
        longueurs.add(len(urne.scelle))
    assert len(longueurs) == 1


def test_chaque_depot_recrit_toute_l_urne():
    enquete = creer_ouverte()
    questions, etats = list(enquete.questions.dans_l_ordre()), []
    for rang, jeton in enumerate(liens(enquete)):
        deposer_reponse(jeton=jeton, reponses=feuille(questions, rang))
        etats.append(Urne.objects.get(enquete=enquete).scelle)
    for ancien, nouveau in combinations(etats, 2):
        communs = [x == y for x, y in zip(ancien[100:], nouveau[100:], strict=False)]
        # Two base64 texts drawn at random agree on one character in 64.
        assert fmean(communs) < 1 / 30
    # The seal bears no time: after its version, eight bytes at zero.
    assert all(etat.startswith("gAAAAAAAAAAA") for etat in etats)


def test_l_urne_d_une_enquete_ne_s_ouvre_pas_a_la_place_d_une_autre():
    premiere, deuxieme = creer_ouverte("Une"), creer_ouverte("Deux")
    repondre(premiere, 1)
    urne = Urne.objects.get(enquete=deuxieme)
    urne.scelle = Urne.objects.get(enquete=premiere).scelle
    with pytest.raises(Illisible):
        enquete_urne.ouvrir(urne)


# --- Traces -------------------------------------------------------------------------------------------


def test_repondre_ne_laisse_ni_journal_ni_session_ni_temoin_ni_courriel():
    enquete = creer_ouverte()
    jeton, questions = liens(enquete)[0], list(enquete.questions.dans_l_ordre())
    donnees = {f"q{q.pk}": v for q, v in zip(questions, [3, 4, 1, [0], "Un mot"], strict=True)}
    traces = (EntreeJournal, Session, Courriel, Notification)
    avant = [modele.objects.count() for modele in traces]
    client = Client(enforce_csrf_checks=True)
    adresse = reverse("evaluation:enquete_repondre", args=[jeton])
    reponses = [
        client.get(adresse),
        client.post(adresse, donnees),
        client.get(reverse("evaluation:enquete_merci")),
    ]
    assert [reponse.status_code for reponse in reponses] == [200, 302, 200]
    assert avant == [modele.objects.count() for modele in traces]
    for reponse in reponses:
        assert not reponse.cookies
        assert reponse["Referrer-Policy"] == "no-referrer"
        assert reponse["Cache-Control"] == "private, no-store"
    assert reponses[1]["Location"] == reverse("evaluation:enquete_merci")


def test_le_journal_technique_ne_garde_pas_les_liens(caplog):
    jeton = liens(creer_ouverte())[0]
    adresse = reverse("evaluation:enquete_repondre", args=[jeton])
    caplog.set_level("DEBUG")
    Client().get(adresse + "rien/")
    assert "/enquetes/repondre/" in caplog.text
    assert jeton not in masquer(caplog.text)
    assert masquer(f'"POST {adresse} HTTP/1.1" 302') == '"POST /enquetes/repondre/*** HTTP/1.1" 302'


# --- The adversary ------------------------------------------------------------------------------------


def _p_valeur(trouves: int, essais: int, chance: float) -> float:
    """Probability of doing as well by chance: exact, one-sided."""
    return sum(
        math.comb(essais, k) * chance**k * (1 - chance) ** (essais - k) for k in range(trouves, essais + 1)
    )


def _lignes(table: str, ordre: str, condition: str = "1 = 1") -> list[dict]:
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT * FROM {table} WHERE {condition} ORDER BY {ordre}")
        noms = [colonne[0] for colonne in curseur.description]
        return [dict(zip(noms, ligne, strict=True)) for ligne in curseur.fetchall()]


def _simuler(rang: int, psyens: list[PsyEN], hasard: Random) -> tuple[Enquete, list[int], dict[int, int]]:
    """A survey of one scale: (closed survey, persons in the order they answered, what each said).

    Invitations without their mails, to be quick; deposits and closing are the real ones.
    """
    enquete = creer_brouillon(f"Enquête {rang}", questions=[TEXTE | {"genre": "echelle"}], par_cio=False)
    Enquete.objects.filter(pk=enquete.pk).update(etat="ouverte")
    enquete.refresh_from_db()
    urne = Urne.objects.create(enquete=enquete)
    for psyen in psyens:
        invitation = Invitation.objects.create(
            enquete=enquete, psyen=psyen, cio_id=psyen.rattachements.get().cio_id
        )
        jeton = f"{rang}-{psyen.pk}-{hasard.getrandbits(64)}"
        Jeton.objects.create(invitation=invitation, empreinte=empreinte(jeton))
        psyen.jeton = jeton
    question = enquete.questions.get()
    ordre = hasard.sample(psyens, len(psyens))
    dits = dict(zip((p.pk for p in ordre), hasard.sample(range(11), len(psyens)), strict=True))
    for psyen in ordre:
        deposer_reponse(jeton=psyen.jeton, reponses={question.pk: dits[psyen.pk]})
    urne.refresh_from_db()
    cloturer(enquete, urne, timezone.localdate())
    return enquete, [psyen.pk for psyen in ordre], dits


def _ordres_des_personnes(enquete: Enquete, temps: list[int]) -> dict[str, list[int]]:
    """All the orders in which the dump, or what the adversary knows, puts the persons."""
    table, condition = Invitation._meta.db_table, f"enquete_id = {enquete.pk}"
    invitations = {ligne["id"]: ligne["psyen_id"] for ligne in _lignes(table, "id", condition)}
    jetons = f"invitation_id IN ({', '.join(map(str, invitations))})"
    return {
        "temps": temps,
        "temps inverse": temps[::-1],
        "invitation": list(invitations.values()),
        "place de l’invitation": [ligne["psyen_id"] for ligne in _lignes(table, PHYSIQUE, condition)],
        "empreinte du lien": [
            invitations[ligne["invitation_id"]]
            for ligne in _lignes(Jeton._meta.db_table, "empreinte", jetons)
        ],
    }


def _ordres_des_reponses(enquete: Enquete) -> dict[str, list[int]]:
    """All the orders in which the dump puts the answers."""
    question = enquete.questions.get()
    condition = f"question_id = {question.pk}"
    return {
        ordre: [ligne["valeur"] for ligne in _lignes(Reponse._meta.db_table, ordre, condition)]
        for ordre in (PHYSIQUE, "id", "valeur")
    }


def _attaquer(
    graine: int, hasard: Random, monkeypatch, enquetes: int = ENQUETES
) -> tuple[dict[tuple[str, str], int], list[float]]:
    """How many times each pair of orders gave the answer of the person aimed at; Kendall's tau of each survey
    between the time of the answers and their place.
    """
    monkeypatch.setattr(enquete_urne, "HASARD", hasard)
    psyens, monde = creer_psyens(PERSONNES), Random(graine)
    trouves: dict[tuple[str, str], int] = defaultdict(int)
    taus = []
    for rang in range(enquetes):
        with transaction.atomic():
            enquete, temps, dits = _simuler(rang, psyens, monde)
            personnes, reponses = _ordres_des_personnes(enquete, temps), _ordres_des_reponses(enquete)
        visee = monde.choice(temps)
        for (p, ordre), (r, valeurs) in product(personnes.items(), reponses.items()):
            trouves[p, r] += valeurs[ordre.index(visee)] == dits[visee]
        taus.append(_tau([reponses[PHYSIQUE].index(dits[psyen]) for psyen in temps]))
    return trouves, taus


def _tau(places: list[int]) -> float:
    """Kendall's tau with the natural order: 1 the same, -1 the reverse, 0 nothing to do with it."""
    paires = list(combinations(places, 2))
    return sum(1 if a < b else -1 for a, b in paires) / len(paires)


def test_l_adversaire_ne_fait_pas_mieux_que_le_hasard(monkeypatch):
    trouves, taus = _attaquer(28, Random(29), monkeypatch)
    assert len(trouves) == 15
    p_valeurs = {paire: _p_valeur(nombre, ENQUETES, 1 / PERSONNES) for paire, nombre in trouves.items()}
    # Fifteen attempts: the best of them must not be surprising (Bonferroni).
    assert min(p_valeurs.values()) > 0.05 / len(p_valeurs), p_valeurs
    n = PERSONNES
    ecart_type = math.sqrt(2 * (2 * n + 5) / (9 * n * (n - 1)) / ENQUETES)
    assert abs(fmean(taus)) < 2 * ecart_type


class SansMelange(Random):
    """The same, that shuffles nothing."""

    def shuffle(self, x) -> None:
        return None


def test_sans_le_melange_l_adversaire_trouverait(monkeypatch):
    """The proof that the test above can fail."""
    trouves, taus = _attaquer(28, SansMelange(29), monkeypatch, ENQUETES_TEMOINS)
    assert trouves["temps", PHYSIQUE] == ENQUETES_TEMOINS
    assert _p_valeur(ENQUETES_TEMOINS, ENQUETES_TEMOINS, 1 / PERSONNES) < 1e-12
    assert fmean(taus) == 1


def test_les_textes_se_lisent_dans_un_ordre_sans_rapport_avec_celui_des_depots(monkeypatch):
    monkeypatch.setattr(enquete_urne, "HASARD", Random(30))
    taus = []
    for rang in range(12):
        enquete = creer_ouverte(f"Enquête {rang}", psyens=10)
        repondre(enquete, 10)
        clore_enquete(perimetre=Perimetre.systeme(), enquete=enquete)
        enquete.refresh_from_db()
        textes = lire_resultats(enquete).textes[0].textes
        assert sorted(textes) == sorted(f"Remarque {n}" for n in range(10))
        taus.append(_tau([textes.index(f"Remarque {n}") for n in range(10)]))
    assert abs(fmean(taus)) < 2 * math.sqrt(2 * 25 / (9 * 10 * 9) / 12)


@pytest.mark.postgresql
def test_toutes_les_reponses_sont_de_la_meme_transaction_et_d_aucun_depot():
    """xmin, the transaction that wrote a row, is in a copy of the files of PostgreSQL."""
    enquete = creer_ouverte()
    repondre(enquete, 6)
    clore_enquete(perimetre=Perimetre.systeme(), enquete=enquete)
    with connection.cursor() as curseur:
        curseur.execute("SELECT DISTINCT xmin::text FROM evaluation_reponse")
        assert len(curseur.fetchall()) == 1

"""No group of 1 to 4 is read, nor worked out: every answer that could give a publication is enumerated.

The reader of these tests knows everything published and the rules themselves; a number is worked out when all
the answers that give the same publication agree on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain, combinations, combinations_with_replacement, product

import pytest

from evaluation.enums import ECHELLE, PERSONNES_AU_MOINS, TRANCHES, GenreQuestion
from evaluation.models import Question, ResultatEnquete
from evaluation.selectors.enquete_depouillement import Bulletin, Invites, depouiller
from evaluation.selectors.enquete_protection import (
    Tranche,
    choix_montrables,
    coche_montrable,
    groupes_montrables,
    moyennes_sures,
    regrouper,
    tranches_montrables,
)
from evaluation.selectors.enquete_publication import (
    Agregat,
    Part,
    TropPeu,
    ecrire_publication,
    lire_publication,
)

SEUIL = PERSONNES_AU_MOINS


def est_petit(nombre: int) -> bool:
    return 0 < nombre < SEUIL


def deductibles(explications: Iterable[Sequence[int]], ensembles: Iterable[Sequence[int]]) -> list:
    """Sets of places whose sum is the same in every explanation, and small."""
    explications = list(explications)
    sommes = ((e, {sum(c[rang] for rang in e) for c in explications}) for e in ensembles)
    return [(e, valeurs) for e, valeurs in sommes if len(valeurs) == 1 and est_petit(min(valeurs))]


def sous_ensembles(nombre: int) -> list[tuple[int, ...]]:
    rangs = range(nombre)
    return list(chain.from_iterable(combinations(rangs, k) for k in range(1, nombre)))


# --- Scales -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [5, 6, 7, 8])
def test_d_une_echelle_aucun_petit_nombre_ne_se_deduit(n):
    publies = defaultdict(list)
    for valeurs in combinations_with_replacement(ECHELLE, n):
        montrable = tranches_montrables(valeurs, SEUIL)
        publie = (montrable.tranches, sum(valeurs) if montrable.avec_moyenne else None)
        if len(set(valeurs)) == 1:
            publie = "réponses homogènes"
        publies[publie].append([valeurs.count(note) for note in ECHELLE])
    intervalles = [range(bas, haut + 1) for bas in ECHELLE for haut in range(bas, 11)]
    assert len(publies) > 20
    assert {p: d for p, e in publies.items() if (d := deductibles(e, intervalles))} == {}


def test_sans_la_marge_la_moyenne_trahirait():
    """The proof that the test above can fail: five answers whose sum is 1 have one explanation."""
    assert not tranches_montrables([0, 0, 0, 0, 1], SEUIL).avec_moyenne
    explications = [
        [valeurs.count(note) for note in ECHELLE]
        for valeurs in combinations_with_replacement(ECHELLE, 5)
        if sum(valeurs) == 1
    ]
    assert deductibles(explications, [range(1, 11)])


@pytest.mark.parametrize(
    ("valeurs", "attendues"),
    [
        ([1] * 5 + [5] * 6 + [9] * 7, [(0, 3, 5), (4, 6, 6), (7, 10, 7)]),
        ([1] * 5 + [5] * 2 + [9] * 7, [(0, 3, 5), (4, 10, 9)]),
        ([1] * 3 + [5] * 4 + [9] * 7, [(0, 6, 7), (7, 10, 7)]),
        ([1] * 3 + [5] * 9 + [9] * 2, []),
    ],
)
def test_les_tranches_se_reunissent_quand_l_une_est_petite(valeurs, attendues):
    montrable = tranches_montrables(valeurs, SEUIL)
    assert [(t.bas, t.haut, t.effectif) for t in montrable.tranches] == attendues
    assert montrable.avec_moyenne


# --- Choices ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("choix", "maximum"), [(2, 24), (3, 20), (4, 14)])
def test_d_un_choix_unique_aucun_petit_nombre_ne_se_deduit(choix, maximum):
    publies = defaultdict(list)
    for effectifs in product(range(maximum + 1), repeat=choix):
        n = sum(effectifs)
        if not SEUIL <= n <= maximum:
            continue
        groupes = choix_montrables(effectifs, SEUIL)
        montres = [(tuple(g), sum(effectifs[rang] for rang in g)) for g in groupes or ()]
        assert not [nombre for _, nombre in montres if est_petit(nombre)]
        homogene = max(effectifs) == n
        publies[n, homogene, None if homogene else tuple(montres)].append(effectifs)
    assert {p: d for p, e in publies.items() if (d := deductibles(e, sous_ensembles(choix)))} == {}


@pytest.mark.parametrize("n", range(5, 16))
def test_d_un_choix_multiple_ni_ceux_qui_cochent_ni_les_autres_ne_sont_peu(n):
    montres = [k for k in range(n + 1) if coche_montrable(k, n, SEUIL)]
    caches = [k for k in range(n + 1) if k not in montres]
    assert not [k for k in montres if est_petit(k) or est_petit(n - k)]
    assert {0, n} <= set(caches)  # unanimity tells the answer of each
    assert len(caches) != 1  # alone, a masked number would be known


# --- Territory ----------------------------------------------------------------------------------------

DEPARTEMENTS = [(5, 5), (6, 7), (5, 20), (5, 5, 5), (6, 7, 9), (10, 10, 10), (5, 6, 7, 8)]


@pytest.mark.parametrize("invites", DEPARTEMENTS, ids=str)
def test_aucune_difference_de_deux_filtres_ne_couvre_peu_de_personnes(invites):
    """Every number of answers of every group; every choice of the groups shown, taken away from the whole."""
    for reponses in product(*(range(nombre + 1) for nombre in invites)):
        if sum(reponses) < SEUIL:
            continue
        montres = groupes_montrables(invites, reponses, SEUIL)
        assert not [rang for rang in montres if reponses[rang] < SEUIL]
        for retires in chain.from_iterable(combinations(montres, k) for k in range(len(montres) + 1)):
            assert not est_petit(sum(reponses) - sum(reponses[rang] for rang in retires))
            assert not est_petit(sum(reponses[rang] for rang in retires))


@pytest.mark.parametrize("invites", DEPARTEMENTS, ids=str)
def test_les_chiffres_publies_laissent_ouverte_la_taille_de_chaque_groupe_masque(invites):
    """From the total, the groups shown and the numbers invited, unless all the CIO together leave no
    doubt.
    """
    for reponses in product(*(range(nombre + 1) for nombre in invites)):
        montres = groupes_montrables(invites, reponses, SEUIL)
        caches = [rang for rang in range(len(invites)) if rang not in montres]
        reste = sum(reponses[rang] for rang in caches)
        if sum(reponses) < SEUIL or not montres or not reste:
            continue
        for rang in caches:
            autres = sum(invites[autre] for autre in caches if autre != rang)
            possibles = range(max(0, reste - autres), min(invites[rang], reste) + 1)
            assert len(possibles) > 1 or not est_petit(possibles[0])


@pytest.mark.parametrize(
    ("invites", "groupes"),
    [
        ((12, 6, 9), [[0], [1], [2]]),
        ((12, 3, 4), [[0], [1, 2]]),
        ((12, 3, 9), [[0], [1, 2]]),
        ((3, 0, 4), [[0, 2]]),
        ((12, 1, 1), [[0, 1, 2]]),
    ],
)
def test_un_petit_cio_est_reuni_avant_toute_reponse(invites, groupes):
    assert regrouper(invites, SEUIL) == groupes


def _partages_possibles(n: int) -> dict[int, set[tuple[int, int]]]:
    """By real enumeration: sum → how many of `n` answers stand in the first two bands."""
    partages = defaultdict(set)
    for valeurs in combinations_with_replacement(ECHELLE, n):
        nombres = [sum(bas <= v <= haut for v in valeurs) for bas, haut in TRANCHES]
        partages[sum(valeurs)].add((nombres[0], nombres[1]))
    return partages


def test_croisees_avec_la_repartition_les_moyennes_par_cio_ne_fixent_aucun_petit_nombre():
    """Two CIO of five answers, any two means, any distribution of the ten that they allow."""
    partages, refuses, surs = _partages_possibles(5), 0, 0
    for somme_a, somme_b in product(range(5, 46), (5, 9, 17, 25, 33, 41, 45)):
        totaux = defaultdict(set)
        for a, b in product(partages[somme_a], partages[somme_b]):
            totaux[a[0] + b[0], a[1] + b[1]].add((a, b))
        for (premiers, deuxiemes), mondes in totaux.items():
            effectifs = (premiers, deuxiemes, 10 - premiers - deuxiemes)
            tranches = [Tranche(*bornes, k) for bornes, k in zip(TRANCHES, effectifs, strict=True)]
            if any(est_petit(k) for k in effectifs):
                continue
            cellules = [(a[0], a[1], 5 - sum(a), b[0], b[1], 5 - sum(b)) for a, b in mondes]
            trahies = deductibles(cellules, [(rang,) for rang in range(6)])
            sur = moyennes_sures([(5, somme_a), (5, somme_b)], tranches, SEUIL)
            assert not (sur and trahies)
            surs, refuses = surs + sur, refuses + bool(trahies)
    assert surs > 100  # it is not by refusing everything
    assert refuses > 50  # nor because nothing could be worked out


# --- What is built from the sheets --------------------------------------------------------------------


def _question(pk: int, genre: GenreQuestion, choix: Sequence[str] = ()) -> Question:
    return Question(pk=pk, genre=genre, libelle=f"Question {pk}", choix=list(choix))


QUESTIONS = [
    _question(1, GenreQuestion.ECHELLE),
    _question(2, GenreQuestion.CHOIX_UNIQUE, ["a", "b", "c"]),
    _question(3, GenreQuestion.CHOIX_MULTIPLE, ["x", "y"]),
    _question(4, GenreQuestion.TEXTE_LIBRE),
]


def _bulletins(n: int, cio: int = 1, textes: int = 0, notes: Sequence[int] = (2, 5, 8)) -> list[Bulletin]:
    return [
        Bulletin(
            cio,
            {1: notes[rang % len(notes)], 2: rang % 2, 3: [0] if rang % 2 else []}
            | ({4: f"Texte {rang}"} if rang < textes else {}),
        )
        for rang in range(n)
    ]


def _publier(bulletins: Sequence[Bulletin], invites: Sequence[Invites] = (), par_cio: bool = True):
    invites = invites or [Invites(1, "CIO de Blois", 40)]
    return depouiller(QUESTIONS, bulletins, invites, seuil=SEUIL, par_cio=par_cio)


@pytest.mark.parametrize("n", range(5))
def test_moins_de_cinq_reponses_et_rien_n_est_dit_pas_meme_leur_nombre(n):
    publication = _publier(_bulletins(n))
    assert publication.reponses is None
    assert not publication.questions
    assert not publication.textes


@pytest.mark.parametrize(
    ("n", "textes", "montres"),
    [(10, 4, False), (10, 5, True), (10, 6, False), (10, 9, False), (10, 10, True), (30, 12, True)],
)
def test_les_textes_ne_se_montrent_ni_a_quelques_uns_ni_contre_quelques_uns(n, textes, montres):
    assert bool(_publier(_bulletins(n, textes=textes)).textes) == montres


def test_des_reponses_toutes_identiques_sont_signalees_et_tues():
    publication = _publier(_bulletins(8, notes=[7]))
    agregat = publication.question(1).agregat
    assert (agregat.homogene, agregat.moyenne, agregat.parts) == (True, None, ())


def test_un_choix_multiple_unanime_est_signale_et_tu():
    memes = [Bulletin(1, bulletin.reponses | {3: [0]}) for bulletin in _bulletins(12)]
    agregat = _publier(memes).question(3).agregat
    assert (agregat.homogene, agregat.parts) == (True, ())
    # All tick the first, some the second as well: the first is masked alone.
    partages = [Bulletin(1, b.reponses | {3: [0, 1] if rang < 6 else [0]}) for rang, b in enumerate(memes)]
    assert [part.effectif for part in _publier(partages).question(3).agregat.parts] == [None, 6]


def test_un_cio_de_peu_de_reponses_est_masque_et_un_autre_avec_lui():
    invites = [Invites(1, "Blois", 12), Invites(2, "Romorantin", 8), Invites(3, "Vendôme", 9)]
    bulletins = [*_bulletins(9, 1), *_bulletins(3, 2), *_bulletins(8, 3)]
    publication = _publier(bulletins, invites)
    assert [(g.nom, g.reponses) for g in publication.groupes] == [
        ("Blois", 9),
        ("Romorantin", None),
        ("Vendôme", None),
    ]
    assert publication.question(1).par_groupe[0].moyenne == Decimal("5.0")
    assert publication.question(1).par_groupe[1:] == (None, None)
    # The same without results by CIO.
    assert _publier(bulletins, invites, par_cio=False).groupes == ()


def test_la_moyenne_et_la_repartition_sont_celles_des_bulletins():
    publication = _publier(_bulletins(21, notes=[1, 5, 9, 10]))
    agregat = publication.question(1).agregat
    notes = [(1, 5, 9, 10)[rang % 4] for rang in range(21)]
    assert agregat.moyenne == (Decimal(sum(notes)) / 21).quantize(Decimal("0.1"))
    assert [part.effectif for part in agregat.parts] == [6, 5, 10]
    assert [(p.libelle, p.effectif) for p in publication.question(2).agregat.parts] == [
        ("a", 11),
        ("b", 10),
        ("c", 0),
    ]


# --- The one type -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seuil", [0, 1, 5])
@pytest.mark.parametrize("n", range(5))
def test_un_agregat_ne_se_construit_pas_sous_cinq_personnes(n, seuil):
    with pytest.raises(TropPeu):
        Agregat(seuil=seuil, n=n)


@pytest.mark.parametrize("effectif", range(1, 5))
def test_ni_avec_une_part_de_quelques_personnes(effectif):
    with pytest.raises(TropPeu):
        Agregat(seuil=5, n=20, parts=(Part("de 0 à 3", effectif), Part("de 4 à 10", 20 - effectif)))
    with pytest.raises(TropPeu):
        Agregat(seuil=8, n=20, parts=(Part("de 0 à 3", 7),))


def test_la_publication_se_relit_telle_quelle_et_refuse_d_en_dire_plus():
    bulletins = [*_bulletins(9, 1), *_bulletins(7, 2, textes=7)]
    publication = _publier(bulletins, [Invites(1, "Blois", 12), Invites(2, "Vendôme", 9)])
    ligne = ResultatEnquete(
        invites=21, reponses=publication.reponses, contenu=ecrire_publication(publication)
    )
    assert lire_publication(ligne, SEUIL) == publication
    ligne.contenu["questions"]["1"]["n"] = 3
    with pytest.raises(TropPeu):
        lire_publication(ligne, SEUIL)

"""Periods as written (issue 3, line 2): every spelling of a period gives the same bounds."""

import calendar
import contextlib
import datetime as dt
import re
import time
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from planning.validators import ANNEE_MAX, ANNEE_MIN, decaler_date, decaler_texte, lire_periode

MOIS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def bornes(texte: str) -> tuple[str, str]:
    periode = lire_periode(texte)
    return str(periode.debut), str(periode.fin)


@pytest.mark.parametrize(
    ("texte", "debut", "fin"),
    [
        # The thirteen actions of the source, as written there.
        ("Avril 2021", "2021-04-01", "2021-04-30"),
        ("Mai 2021", "2021-05-01", "2021-05-31"),
        ("Juin 2021", "2021-06-01", "2021-06-30"),
        ("Juin/Juillet 2021", "2021-06-01", "2021-07-31"),
        ("Septembre 2021", "2021-09-01", "2021-09-30"),
        ("Septembre-octobre 2021", "2021-09-01", "2021-10-31"),
        ("Année 2021-2022", "2021-09-01", "2022-08-31"),
        ("Mai 2022", "2022-05-01", "2022-05-31"),
        # Days.
        ("12 mai 2022", "2022-05-12", "2022-05-12"),
        ("le 1er juin 2022", "2022-06-01", "2022-06-01"),
        ("12/05/2022", "2022-05-12", "2022-05-12"),
        ("12.5.2022", "2022-05-12", "2022-05-12"),
        ("2022-05-12", "2022-05-12", "2022-05-12"),
        ("29 février 2024", "2024-02-29", "2024-02-29"),
        # Ranges.
        ("du 3 au 12 mai 2022", "2022-05-03", "2022-05-12"),
        ("3-12 mai 2022", "2022-05-03", "2022-05-12"),
        ("12 et 13 mai 2022", "2022-05-12", "2022-05-13"),
        ("du 28 mai au 3 juin 2022", "2022-05-28", "2022-06-03"),
        ("du 20 décembre 2021 au 5 janvier 2022", "2021-12-20", "2022-01-05"),
        ("du 03/05 au 12/06/2022", "2022-05-03", "2022-06-12"),
        ("2022-05-03 – 2022-05-12", "2022-05-03", "2022-05-12"),
        ("d’avril à juin 2022", "2022-04-01", "2022-06-30"),
        ("décembre 2021 - janvier 2022", "2021-12-01", "2022-01-31"),
        ("décembre/janvier 2021-2022", "2021-12-01", "2022-01-31"),
        ("du 12 mai à fin juin 2022", "2022-05-12", "2022-06-30"),
        ("de début à mi-mai 2022", "2022-05-01", "2022-05-20"),
        ("rentrée 2022 - fin octobre 2022", "2022-09-01", "2022-10-31"),
        # Parts of months, terms, rentrée.
        ("début mai 2022", "2022-05-01", "2022-05-10"),
        ("Mi-mai 2022", "2022-05-11", "2022-05-20"),
        ("fin février 2024", "2024-02-21", "2024-02-29"),
        ("1er trimestre 2021-2022", "2021-09-01", "2021-12-31"),
        ("2e trimestre 2021-2022", "2022-01-01", "2022-03-31"),
        ("3ème trimestre de l’année scolaire 2021-2022", "2022-04-01", "2022-06-30"),
        ("T1 2021-2022", "2021-09-01", "2021-12-31"),
        ("S1 2021-2022", "2021-09-01", "2022-01-31"),
        ("second semestre 2021-2022", "2022-02-01", "2022-06-30"),
        ("T1-T2 2021-2022", "2021-09-01", "2022-03-31"),
        ("du 1er au 2e trimestre 2021-2022", "2021-09-01", "2022-03-31"),
        ("Rentrée 2022", "2022-09-01", "2022-09-15"),
        ("2021/2022", "2021-09-01", "2022-08-31"),
        # Spellings.
        ("  JUIN  ∕ juillet   2021 ", "2021-06-01", "2021-07-31"),
        ("sept.–oct. 2021", "2021-09-01", "2021-10-31"),
        ("fev. 2022", "2022-02-01", "2022-02-28"),
        ("Annee\u00a02021\u2014\u202f2022", "2021-09-01", "2022-08-31"),
        ("1ᵉʳ juin 2022", "2022-06-01", "2022-06-01"),
    ],
)
def test_une_periode_ecrite_a_ses_bornes(texte, debut, fin):
    assert bornes(texte) == (debut, fin)


def test_le_texte_est_garde_tel_qu_ecrit():
    assert lire_periode(" Juin/Juillet 2021 ").texte == "Juin/Juillet 2021"


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("", "Indiquez une période"),
        ("   ", "Indiquez une période"),
        ("bientôt", "n’est pas comprise"),
        ("Juin", "Septembre-octobre"),
        ("juin/juil", "n’est pas comprise"),
        ("jui 2021", "n’est pas comprise"),
        ("30 février 2022", "30/02/2022 n’existe pas"),
        ("29/02/2023", "29/02/2023 n’existe pas"),
        ("12/13/2022", "n’existe pas"),
        ("Année 2021-2023", "écrivez « 2021-2022 »"),
        ("mai 1021", "n’est pas vraisemblable"),
        ("Décembre-janvier 2022", "décembre 2026 - janvier 2027"),
        ("du 12 au 3 mai 2022", "commence après sa fin"),
        ("juin 2022 - mai 2021", "inversez"),
        ("4e trimestre 2021-2022", "trois trimestres ou deux semestres"),
        ("S3 2021-2022", "trois trimestres ou deux semestres"),
        ("1er trimestre 2021", "2021-2022"),
        ("٣ mai 2022", "n’est pas comprise"),
        ("mai ２０２２", "n’est pas comprise"),
        ("mai 2022\x00", "n’est pas comprise"),
        ("mai 2022 " * 20, "100 au plus"),
    ],
)
def test_un_texte_incompris_dit_comment_ecrire(texte, dit):
    with pytest.raises(ValidationError) as refus:
        lire_periode(texte)
    assert dit in " ".join(refus.value.messages)


annees = st.integers(ANNEE_MIN, ANNEE_MAX - 1)
traits = st.sampled_from("-‐‑–—−")
barres_ou_traits = st.sampled_from("/-‑–—∕")
espaces = st.sampled_from([" ", "  ", "\u00a0", "\u202f"])
jours = st.dates(dt.date(ANNEE_MIN, 1, 1), dt.date(ANNEE_MAX, 12, 31))


@st.composite
def noms_de_mois(draw, rang):
    """A month in full or shortened, with or without accents."""
    nom = MOIS[rang - 1]
    if rang not in (3, 5, 6, 7, 8) and draw(st.booleans()):
        nom = nom[:4] + "."
    return draw(st.sampled_from([nom, unicodedata.normalize("NFD", nom), sans_accents(nom)]))


def sans_accents(texte):
    return "".join(c for c in unicodedata.normalize("NFD", texte) if not unicodedata.combining(c))


def fin_de_mois(annee, mois):
    return dt.date(annee, mois, calendar.monthrange(annee, mois)[1])


@st.composite
def jours_ecrits(draw):
    jour = draw(jours)
    en_lettres = f"{jour.day}{'er' if jour.day == 1 else ''} {draw(noms_de_mois(jour.month))} {jour.year}"
    ecrit = draw(
        st.sampled_from(
            [en_lettres, f"{jour:%d/%m/%Y}", f"{jour:%Y-%m-%d}", f"{jour.day}.{jour.month}.{jour.year}"]
        )
    )
    return ecrit, jour, jour


@st.composite
def mois_ecrits(draw):
    annee = draw(annees)
    premier, dernier = sorted((draw(st.integers(1, 12)), draw(st.integers(1, 12))))
    if premier == dernier:
        ecrit = f"{draw(noms_de_mois(premier))} {annee}"
    else:
        liaison = draw(st.sampled_from(["/", "-", " – ", " à ", " et ", " / "]))
        ecrit = f"{draw(noms_de_mois(premier))}{liaison}{draw(noms_de_mois(dernier))} {annee}"
    return ecrit, dt.date(annee, premier, 1), fin_de_mois(annee, dernier)


@st.composite
def annees_ecrites(draw):
    annee = draw(annees)
    debut = draw(st.sampled_from(["Année ", "année scolaire ", "annee ", ""]))
    ecrit = f"{debut}{annee}{draw(barres_ou_traits)}{annee + 1}"
    return ecrit, dt.date(annee, 9, 1), dt.date(annee + 1, 8, 31)


@st.composite
def termes_ecrits(draw):
    annee = draw(annees)
    mot, rang, (du, au) = draw(
        st.sampled_from(
            [
                ("trimestre", 1, ((0, 9), (0, 12))),
                ("trimestre", 2, ((1, 1), (1, 3))),
                ("trimestre", 3, ((1, 4), (1, 6))),
                ("semestre", 1, ((0, 9), (1, 1))),
                ("semestre", 2, ((1, 2), (1, 6))),
            ]
        )
    )
    ordinal = "1er" if rang == 1 else draw(st.sampled_from([f"{rang}e", f"{rang}ème"]))
    terme = draw(st.sampled_from([f"{ordinal} {mot}", f"{mot} {rang}", f"{mot[0]}{rang}"]))
    return f"{terme} {annee}-{annee + 1}", dt.date(annee + du[0], du[1], 1), fin_de_mois(annee + au[0], au[1])


@st.composite
def intervalles_ecrits(draw):
    debut, fin = sorted((draw(jours), draw(jours)))
    en_lettres = f"{debut.day} {MOIS[debut.month - 1]}"
    if debut.year != fin.year:
        en_lettres += f" {debut.year}"
    elif debut.month == fin.month:
        en_lettres = f"{debut.day}"
    fin_en_lettres = f"{fin.day} {MOIS[fin.month - 1]} {fin.year}"
    ecrit = draw(
        st.sampled_from(
            [
                f"du {en_lettres} au {fin_en_lettres}",
                f"{en_lettres} - {fin_en_lettres}",
                f"du {debut:%d/%m/%Y} au {fin:%d/%m/%Y}",
                f"{debut} – {fin}",
            ]
        )
    )
    return ecrit, debut, fin


periodes_ecrites = st.one_of(
    jours_ecrits(), mois_ecrits(), annees_ecrites(), termes_ecrits(), intervalles_ecrits()
)


@given(periodes_ecrites, st.sampled_from([str, str.upper, str.capitalize]), espaces)
def test_toutes_les_ecritures_d_une_periode_ont_les_memes_bornes(periode, casse, espace):
    texte, debut, fin = periode
    lue = lire_periode(casse(texte).replace(" ", espace))
    assert (lue.debut, lue.fin) == (debut, fin)
    assert lue.debut <= lue.fin


@given(periodes_ecrites, st.integers(-4, 8))
@example(("29 février 2024", dt.date(2024, 2, 29), dt.date(2024, 2, 29)), 1)
@example(("du 27 au 29 fév. 2024", dt.date(2024, 2, 27), dt.date(2024, 2, 29)), 2)
@example(("2024-02-29", dt.date(2024, 2, 29), dt.date(2024, 2, 29)), 1)
@example(("29/02/2024", dt.date(2024, 2, 29), dt.date(2024, 2, 29)), -1)
def test_decaler_une_periode_decale_ses_bornes(periode, n):
    texte, debut, fin = periode
    # The year that is written may come before the bounds: « 2e trimestre 2000-2001 » starts in 2001.
    ecrites = [debut.year, fin.year, *(int(annee) for annee in re.findall(r"\d{4}", texte))]
    if not (min(ecrites) + n >= ANNEE_MIN and max(ecrites) + n <= ANNEE_MAX):
        with pytest.raises(ValidationError):
            decaler_texte(texte, n)
        return
    lue = lire_periode(decaler_texte(texte, n))
    assert lue.debut == decaler_date(debut, n)
    attendue = decaler_date(fin, n)
    # A whole February keeps its last day, whichever it is.
    assert lue.fin in {attendue, fin_de_mois(attendue.year, 2)} if fin.month == 2 else lue.fin == attendue


def test_decaler_garde_les_mots():
    assert decaler_texte("Année 2021-2022", 1) == "Année 2022-2023"
    assert decaler_texte("Juin/Juillet 2021", 5) == "Juin/Juillet 2026"
    assert (
        decaler_texte("du 20 décembre 2021 au 5 janvier 2022", 1) == "du 20 décembre 2022 au 5 janvier 2023"
    )


def test_le_29_fevrier_devient_le_28_une_annee_qui_n_en_a_pas():
    assert decaler_date(dt.date(2024, 2, 29), 1) == dt.date(2025, 2, 28)
    assert decaler_texte("29 février 2024", 1) == "28 février 2025"
    assert decaler_texte("29 février 2024", 4) == "29 février 2028"
    assert decaler_texte("du 29 janvier au 29 février 2024", 1) == "du 29 janvier au 28 février 2025"


@given(st.text(max_size=150) | st.text("0123456789 /-–dueatrim.ésfévoc’", max_size=60))
def test_aucun_texte_ne_leve_autre_chose_qu_un_refus(texte):
    for lire in (lire_periode, lambda t: decaler_texte(t, 1)):
        with contextlib.suppress(ValidationError):
            lire(texte)


@pytest.mark.parametrize(
    "texte", ["1" * 10_000, "a" * 10_000, " " * 10_000, "- " * 5_000, "mai 2022 " * 1_200, "é" * 10_000]
)
def test_un_tres_long_texte_est_refuse_aussitot(texte):
    debut = time.perf_counter()
    with pytest.raises(ValidationError):
        lire_periode(texte)
    assert time.perf_counter() - debut < 0.1

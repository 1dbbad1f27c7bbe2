"""Lines of the work plan, the reminders, the meetings and the calendars."""

from planning.services.flux import creer_flux
from tests.acces.table import TOUS, Acces
from tests.acces.table_fiches_plan import ACCES_FICHES_PLAN
from tests.acces.table_reunions import ACCES_REUNIONS
from tests.acces.table_tableau_de_bord import ACCES_TABLEAU_DE_BORD
from tests.planning.factories import creer_periode_non_ouvree, creer_periode_orientation

#: A school year that nobody created.
JAMAIS = ("1999-2000",)


def _annee(m):
    return m.arretee.annee.code


def _ecole(m):
    return m.arretee.annee.code, m.tete.pk


def _ferme(m):
    return creer_periode_non_ouvree(m.academie).pk


def _periode(m):
    return creer_periode_orientation(m.departement).pk


def _flux(m):
    """That of someone else: the DCIO who made the world."""
    return creer_flux(perimetre=m.dcio)[0].pk


def _de_l_annee(url: str, propre: dict[int, str], methode: str = "get") -> Acces:
    """A page of a school year, the same for everyone."""
    return Acces(url, propre, {}, _annee, methode, a_un_voisin=False, a_un_etranger=False, inexistant=JAMAIS)


#: Orientation calendar, holidays, shared calendars.
ACCES_CALENDRIERS = [
    Acces("planning:orientation", {200: TOUS}),
    _de_l_annee("planning:periode_orientation_creer", {200: "IJ"}),
    _de_l_annee("planning:orientation_charger", {302: "IJ"}, "post"),
    Acces("planning:periode_orientation_modifier", {200: "IJ"}, {200: "IJ"}, _periode),
    Acces("planning:periode_orientation_supprimer", {302: "IJ"}, {302: "IJ"}, _periode, "post", sinon=403),
    _de_l_annee("planning:rythmes", {200: "CH"}),
    Acces(
        "planning:rythme_trimestre", {302: "CH"}, {403: "C"}, _ecole, "post", inexistant=(*JAMAIS, 999_999)
    ),
    Acces("planning:rythme_semestre", {302: "CH"}, {403: "C"}, _ecole, "post", inexistant=(*JAMAIS, 999_999)),
    Acces("planning:jours_non_ouvres", {200: "AIJ"}),
    Acces("planning:periode_non_ouvree_creer", {200: "A"}),
    Acces("planning:periode_non_ouvree_modifier", {200: "A"}, {200: "A"}, _ferme),
    Acces("planning:periode_non_ouvree_supprimer", {302: "A"}, {302: "A"}, _ferme, "post"),
    _de_l_annee("planning:jours_non_ouvres_charger", {302: "A"}, "post"),
    Acces("planning:mes_flux", {200: "ADSIJCEPH"}),
    Acces("planning:flux_creer", {200: "ADSIJCEPH"}),
    Acces("planning:flux_renouveler", {403: "R"}, {}, _flux, "post", sinon=404),
    Acces("planning:flux_revoquer", {403: "R"}, {}, _flux, "post", sinon=404),
]

#: Reminders: what awaits me, « Relancer », texts of the académie.
ACCES_RAPPELS = [
    Acces("planning:mes_echeances", {200: "ADSIJCEPH"}),
    Acces("planning:mode_rappels", {302: "ADSIJCEPH"}, methode="post"),
    Acces(
        "planning:echeance_faite",
        {302: "SIJC"},
        {302: "SIJ", 403: "ADCEPHR"},
        lambda m: m.jalon.pk,
        "post",
    ),
    Acces("planning:relancer", {200: "IJ", 404: "R"}, {200: "IJ", 403: "ADSCEPH"}, lambda m: m.jalon.pk),
    Acces("planning:messages", {200: "A"}),
    *(
        Acces(
            url,
            {code: "A"},
            objet=lambda m: "rappel",
            methode=methode,
            a_un_voisin=False,
            a_un_etranger=False,
            inexistant=("inconnu",),
        )
        for url, code, methode in (
            ("planning:message", 200, "get"),
            ("planning:message_retablir", 302, "post"),
        )
    ),
]

ACCES_PLANNING: list[Acces] = [
    *ACCES_FICHES_PLAN,
    *ACCES_CALENDRIERS,
    *ACCES_RAPPELS,
    *ACCES_REUNIONS,
    *ACCES_TABLEAU_DE_BORD,
]

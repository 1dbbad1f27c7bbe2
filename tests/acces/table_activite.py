"""Lines of the activity in figures and of the programmes d'activités."""

from __future__ import annotations

from django.utils import timezone

from missions.models import ProgrammeActivites
from missions.services.programmes import preparer_programme
from tests.acces.table import INEXISTANT, Acces


def mois_de(m):
    return m.cio.pk, f"{timezone.localdate():%Y-%m}"


def programme_de(m):
    """One draft a CIO and a year: the first line that names it makes it."""
    programme = ProgrammeActivites.objects.filter(cio=m.cio).first()
    return (programme or preparer_programme(perimetre=m.dcio, cio=m.cio, annee=m.arretee.annee)).pk


ACCES_ACTIVITE: list[Acces] = [
    Acces("missions:activite", {200: "ADSIJCEH"}),
    Acces(
        "missions:activite_releves",
        {200: "CE"},
        {},
        lambda m: "csv",
        a_un_voisin=False,
        a_un_etranger=False,
        inexistant=("pdf",),
    ),
    Acces("missions:activite_importer", {200: "CE"}),
    Acces("missions:activite_compter", {302: "CE"}),
    Acces(
        "missions:activite_saisir",
        {200: "CE"},
        {403: "ADSIJPR"},
        mois_de,
        inexistant=(INEXISTANT, "2026-10"),
    ),
    Acces("missions:programmes", {200: "ADSIJCEPH"}),
    Acces("missions:programme_preparer", {200: "CE"}),
    Acces("missions:programme", {200: "CE"}, {}, programme_de, sinon=404),
    Acces("missions:programme_modifier", {200: "CE"}, {}, programme_de, sinon=404),
    Acces("missions:programme_pdf", {200: "CE"}, {}, programme_de, sinon=404),
    Acces("missions:programme_publier", {302: "C", 403: "E"}, {}, programme_de, "post", sinon=404),
    Acces("missions:programme_abandonner", {302: "CE"}, {}, programme_de, "post", sinon=404),
]

"""Two colleagues at the same instant: on one cell of the counts, on one programme."""

from __future__ import annotations

import pytest

from missions.models import ProgrammeActivites, ReleveActivite
from missions.services.activite import ConflitDeReleve, enregistrer_activite
from missions.services.programmes import preparer_programme
from tests.missions.test_activite import Decor
from tests.psyen.test_numerotation import tous_ensemble

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_de_deux_nombres_dans_une_case_un_seul_est_ecrit_et_l_autre_le_sait():
    decor, conflits = Decor(), []

    def compter(nombre: int) -> None:
        try:
            enregistrer_activite(
                perimetre=decor.dcio,
                cio=decor.cio,
                mois=decor.mois,
                saisies={(decor.au_cio, "entretiens"): nombre},
                depart={},
            )
        except ConflitDeReleve as conflit:
            conflits.append(conflit.enregistres[decor.au_cio, "entretiens"])

    assert tous_ensemble([lambda: compter(12), lambda: compter(15)]) == [None, None]
    assert conflits == [ReleveActivite.objects.get().nombre]


def test_de_deux_brouillons_un_seul_est_prepare():
    decor = Decor()
    fautes = tous_ensemble(
        [lambda: preparer_programme(perimetre=decor.dcio, cio=decor.cio, annee=decor.annee)] * 2
    )
    assert sorted(type(faute).__name__ for faute in fautes) == ["NoneType", "ValidationError"]
    assert ProgrammeActivites.objects.count() == 1

"""Stored files."""

from hashlib import sha256

import pytest

from socle.fichiers import enregistrer_fichier
from socle.models import Fichier

pytestmark = pytest.mark.django_db


def test_un_fichier_se_relit_a_l_octet_pres():
    contenu = bytes(range(256)) * 10
    cree = enregistrer_fichier(nom="données.bin", type_mime="application/octet-stream", contenu=contenu)
    lu = Fichier.objects.get(pk=cree.pk)
    assert bytes(lu.contenu) == contenu
    assert (lu.taille, lu.sha256) == (2560, sha256(contenu).hexdigest())
    assert str(lu) == "données.bin"

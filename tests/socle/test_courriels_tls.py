"""Mail only goes to the server that it is for: its certificate is verified, nothing goes in clear instead."""

import ssl
from pathlib import Path

import pytest

from socle.courriels import CERTIFICAT_INCONNU, envoyer_en_attente, joindre_le_serveur
from socle.enums import EtatCourriel
from socle.models import Courriel
from tests.certificats import certifier, contexte_du_serveur
from tests.socle.boite import Puits, ecrire, etats, puits_ouvert

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["starttls", "tls"])
def boite_chiffree(request, settings):
    """`boite_chiffree(certificate)`: a mail server that shows it, in both ways that a mail server has."""
    ouvertes = []

    def ouvrir(certificat: Path) -> Puits:
        starttls = request.param == "starttls"
        contexte = {"tls_context" if starttls else "ssl_context": contexte_du_serveur(certificat)}
        boite = Puits()
        ouverte = puits_ouvert(boite, require_starttls=starttls, **contexte)
        settings.EMAIL_PORT = ouverte.__enter__()
        ouvertes.append(ouverte)
        settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = starttls, not starttls
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "localhost", 2
        return boite

    yield ouvrir
    for ouverte in ouvertes:
        ouverte.__exit__(None, None, None)


def test_un_certificat_que_personne_ne_garantit_ne_recoit_rien(boite_chiffree, tmp_path):
    boite = boite_chiffree(certifier(tmp_path, "localhost"))
    ecrire()
    assert envoyer_en_attente() == 0
    assert boite.recus == []
    courriel = Courriel.objects.get()
    assert courriel.etat == EtatCourriel.A_ENVOYER
    assert courriel.erreur.startswith(CERTIFICAT_INCONNU)
    with pytest.raises(ssl.SSLCertVerificationError):
        joindre_le_serveur(2)


def test_un_certificat_garanti_pour_un_autre_nom_non_plus(boite_chiffree, tmp_path, monkeypatch):
    certificat = certifier(tmp_path, "autre.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificat))
    boite = boite_chiffree(certificat)
    ecrire()
    assert envoyer_en_attente() == 0
    assert boite.recus == []
    assert Courriel.objects.get().erreur.startswith(CERTIFICAT_INCONNU)


def test_un_certificat_garanti_pour_ce_nom_convient(boite_chiffree, tmp_path, monkeypatch):
    """Else the two above would prove nothing."""
    certificat = certifier(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificat))
    boite = boite_chiffree(certificat)
    ecrire()
    assert envoyer_en_attente() == 1
    assert boite.destinataires == ["ana@ac-essai.fr"]


def test_un_serveur_sans_tls_ne_recoit_rien_en_clair(puits, settings):
    settings.EMAIL_USE_TLS = True
    ecrire()
    assert envoyer_en_attente() == 0
    assert puits.recus == []
    assert etats() == {"ana@ac-essai.fr": EtatCourriel.A_ENVOYER}

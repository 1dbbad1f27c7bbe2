"""Certificates that sign themselves, for a server that nobody vouches for."""

import datetime as dt
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certifier(dossier: Path, nom: str) -> Path:
    """A file with a key, and the certificate of that name that it signs itself."""
    cle = ec.generate_private_key(ec.SECP256R1())
    qui = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nom)])
    maintenant = dt.datetime.now(dt.UTC)
    certificat = (
        x509.CertificateBuilder(qui, qui, cle.public_key(), x509.random_serial_number())
        .not_valid_before(maintenant - dt.timedelta(days=1))
        .not_valid_after(maintenant + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(nom)]), critical=False)
        .sign(cle, hashes.SHA256())
    )
    pem, sans = serialization.Encoding.PEM, serialization.NoEncryption()
    contenu = cle.private_bytes(pem, serialization.PrivateFormat.PKCS8, sans)
    fichier = dossier / f"{nom}.pem"
    fichier.write_bytes(contenu + certificat.public_bytes(pem))
    return fichier


def contexte_du_serveur(certificat: Path) -> ssl.SSLContext:
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(certificat)
    return contexte

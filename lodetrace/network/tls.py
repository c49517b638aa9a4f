"""TLS of an RPC node: an own key in an encrypted store, a certificate that clients pin."""

import ipaddress
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from lodetrace.atomic_file import PRIVATE
from lodetrace.network.besu_toml import TLS_KEYSTORE, TLS_PASSWORD
from lodetrace.network.files import write_file
from lodetrace.network.manifest import OwnNode

if TYPE_CHECKING:
    from cryptography import x509

CERTIFICATE: Final = "tls.pem"
"""What clients are given."""

DAYS: Final = 825
"""More is refused by some clients."""


def make_certificate(node: OwnNode) -> None:
    """Writes key store, its password and the certificate of the node's RPC address."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        pkcs12,
    )

    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, node.name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_names(node.placement.rpc_host), critical=False)
        .sign(key, hashes.SHA256())
    )
    password = secrets.token_urlsafe(32)
    store = pkcs12.serialize_key_and_certificates(
        b"besu", key, certificate, None, BestAvailableEncryption(password.encode())
    )
    write_file(node.folder / TLS_KEYSTORE, store, PRIVATE)
    write_file(node.folder / TLS_PASSWORD, password, PRIVATE)
    write_file(node.folder / CERTIFICATE, certificate.public_bytes(Encoding.PEM))


def _names(host: str) -> "x509.SubjectAlternativeName":
    from cryptography import x509

    try:
        return x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    except ValueError:
        return x509.SubjectAlternativeName([x509.DNSName(host)])

"""Certificates are verified, except those of sources whose files say not to."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from local_sites import Crawled, Pages, article, finish, listing, serve, start


def certificate(folder: Path, *names: str, expired: bool = False) -> Path:
    """Self-signed, for *names*; with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC) - timedelta(days=9 if expired else 0)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path = folder / f"{names[0]}.pem"
    path.write_bytes(private + made.public_bytes(pem))
    return path


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    pages: Pages = {"/": listing("/tin-1.html"), "/tin-1.html": article("1")}
    folder = tmp_path_factory.mktemp("tls")
    known, expired = certificate(folder, "known.test"), certificate(folder, "expired.test", expired=True)
    trust = folder / "trust.pem"
    trust.write_bytes(known.read_bytes() + expired.read_bytes())
    with (
        serve({"known": pages}, known) as trusted,
        serve({"other": pages}, certificate(folder, "x.test")) as untrusted,
        serve({"late": pages}, expired) as late,
    ):
        hosts = {"known.test": trusted["known"].address, "alias.test": trusted["known"].address}
        hosts |= dict.fromkeys(("strict.test", "legacy.test"), untrusted["other"].address)
        hosts["expired.test"] = late["late"].address
        sources = [
            {"slug": name, "homepage": f"https://{name}.test/", "sections": ["/"], "legacy_tls": name == "legacy"}
            for name in ("known", "alias", "strict", "legacy", "expired")
        ]
        yield finish(start({"sources": sources, "hosts": hosts}, SSL_CERT_FILE=str(trust)))


def test_a_valid_certificate(crawled: Crawled) -> None:
    assert crawled.reports["known"]["outcomes"] == {"200": 2}
    assert {e["metadata"]["tls-verified"] for e in crawled.of("known")} == {"true"}


@pytest.mark.parametrize("slug", ["strict", "alias", "expired"])
def test_an_unknown_authority_a_wrong_name_or_a_passed_day_is_refused(crawled: Crawled, slug: str) -> None:
    report = crawled.reports[slug]
    assert report["cause"] == "tls" and "legacy_tls" in report["suggestion"]
    assert {(e["status"], e["metadata"]["error"]) for e in crawled.of(slug)} == {(None, "tls")}


def test_legacy_tls_takes_it_and_says_so(crawled: Crawled) -> None:
    assert crawled.reports["legacy"]["outcomes"] == {"200": 2}
    assert {e["metadata"]["tls-verified"] for e in crawled.of("legacy")} == {"false"}

"""Certificates are checked everywhere, and refused except where a source's file allows it; each capture says which."""

import ssl
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from local_sites import Crawled, Pages, article, finish, listing, serve, server_context, start

NOW = datetime.now(UTC)


@dataclass
class Issuer:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    pem: bytes = b""


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def make(folder: Path, *hosts: str, by: Issuer | None = None, days: int = 30, authority: bool = False) -> Path:
    """A certificate with its key and the chain in one file; self-signed, or signed *by* an issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = named(hosts[0])
    issuer = by or Issuer(subject, key)
    made = (
        x509.CertificateBuilder(issuer.name, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=90))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=authority or by is None, path_length=None), critical=True)
        .sign(issuer.key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path = folder / f"{hosts[0]}.pem"
    path.write_bytes(private + made.public_bytes(pem))
    if authority:
        path.with_suffix(".ca").write_bytes(made.public_bytes(pem))
    return path


def authority(folder: Path, name: str) -> Issuer:
    path = make(folder, name, authority=True)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Issuer(named(name), key, path.with_suffix(".ca").read_bytes())


def of_2008(certificate: Path) -> ssl.SSLContext:
    """A server that speaks TLS 1.0 and nothing newer."""
    context = server_context(certificate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    return context


LEGACY = ("lax", "laxvalid", "laxold", "laxexpired")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("tls")
    known, unknown = authority(folder, "known-authority"), authority(folder, "unknown-authority")
    (folder / "trusted.pem").write_bytes(known.pem)
    certificates: dict[str, Path | ssl.SSLContext] = {
        "valid": make(folder, "valid.test", "laxvalid.test", by=known),
        "expired": make(folder, "expired.test", "laxexpired.test", by=known, days=-3),
        "other": make(folder, "one.test", "two.test", "three.test", "four.test", by=known),
        "self": make(folder, "self.test", "lax.test"),
        "stranger": make(folder, "stranger.test", by=unknown),
        "old": of_2008(make(folder, "old.test", "laxold.test", by=known)),
    }
    servers = {"laxvalid": "valid", "laxexpired": "expired", "lax": "self", "laxold": "old", "guest": "self"}
    pages: Pages = {"/": listing("/tin-1.html"), "/tin-1.html": article("1")}
    with ExitStack() as stack:
        sites = {name: stack.enter_context(serve({name: pages}, made))[name] for name, made in certificates.items()}
        slugs = [*certificates, *LEGACY]
        hosts = {f"{slug}.test": sites[servers.get(slug, slug)].address for slug in slugs}
        sources: list[dict[str, Any]] = [
            {"slug": slug, "homepage": f"https://{slug}.test/", "sections": ["/"], "legacy_tls": slug in LEGACY}
            for slug in slugs
        ]
        # A source without legacy_tls on the host of one that has it.
        sources.append({"slug": "guest", "homepage": "https://lax.test/guest/", "sections": ["/"]})
        yield finish(start({"sources": sources, "hosts": hosts}, SSL_CERT_FILE=str(folder / "trusted.pem")))


def flags(crawled: Crawled, slug: str) -> set[str | None]:
    return {exchange["metadata"].get("tls-verified") for exchange in crawled.of(slug)}


@pytest.mark.parametrize("slug", ["valid", "laxvalid", "laxold"])
def test_a_valid_certificate_is_said_to_be_one_whatever_the_file_allows(crawled: Crawled, slug: str) -> None:
    assert crawled.reports[slug]["outcomes"] == {"200": 2}, crawled.reports[slug]["evidence"]
    assert flags(crawled, slug) == {"true"}


@pytest.mark.parametrize("slug", ["lax", "laxexpired"])
def test_legacy_tls_takes_one_that_is_not_and_says_so(crawled: Crawled, slug: str) -> None:
    assert crawled.reports[slug]["outcomes"] == {"200": 2}
    assert flags(crawled, slug) == {"false"}


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        # As the certificate says it, which is by UTC. Not in the test's name: processes that share the tests would
        # not agree on it over midnight.
        pytest.param("expired", f"it expired on {NOW - timedelta(days=3):%Y-%m-%d}", id="expired"),
        ("other", "it is for one.test, two.test, three.test, …, not for other.test"),
        ("self", "it is self-signed"),
        ("stranger", "its issuer is unknown"),
        ("guest", "it is self-signed"),
        ("old", "no common ground: "),
    ],
)
def test_elsewhere_it_ends_the_connection_and_what_is_wrong_is_said(crawled: Crawled, slug: str, words: str) -> None:
    report = crawled.reports[slug]
    assert report["cause"] == "tls" and "legacy_tls" in report["suggestion"]
    address = "https://lax.test/" if slug == "guest" else f"https://{slug}.test/robots.txt"
    assert report["evidence"].startswith(f"{address} tls: ") and words in report["evidence"]
    assert {(e["status"], e["metadata"]["error"]) for e in crawled.of(slug)} == {(None, "tls")}
    assert flags(crawled, slug) == {None}

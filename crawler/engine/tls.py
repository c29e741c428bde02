"""TLS as an archive needs it: what is wrong with a certificate is known, whether the connection was refused or not.

Every certificate is checked. Where a source's file says ``legacy_tls`` the outcome does not end the connection, and old
protocols and ciphers are taken: many .gov.vn hosts have broken chains, or speak nothing newer.
"""

import weakref
from typing import Any

from OpenSSL import SSL, crypto
from service_identity import VerificationError
from service_identity.exceptions import CertificateError
from service_identity.hazmat import DNS_ID, DNSPattern, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import CertificateOptions, TLSVersion, platformTrust
from twisted.python.failure import Failure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.hosts import is_literal

# X509_V_ERR_… of OpenSSL's x509_vfy.h. A chain that ends nowhere is reported twice, as 20 and 21.
UNKNOWN_ISSUER = "its issuer is unknown"
PROBLEMS = {
    2: UNKNOWN_ISSUER,
    9: "it is not valid yet",
    10: "it has expired",
    18: "it is self-signed",
    19: "its chain ends in a self-signed certificate",
    20: UNKNOWN_ISSUER,
    21: UNKNOWN_ISSUER,
    23: "it was revoked",
    26: "it is not for servers",
    66: "its key is too short",
    67: "a key of its chain is too short",
    68: "its signature is of a kind that is no longer safe",
}
EXPIRED = 10
# What OpenSSL refuses today and old servers still speak: short keys, TLS 1.0, renegotiation as before RFC 5746.
LEGACY_CIPHERS = b"DEFAULT:@SECLEVEL=0"
OP_LEGACY_SERVER_CONNECT = 0x4


class Check:
    """What the certificate of one connection was found to be. *problem* is None where it is valid."""

    def __init__(self, hostname: str) -> None:
        self._hostname = hostname
        self._problems: list[str] = []
        self._seen = False

    @property
    def verified(self) -> bool:
        return self._seen and not self._problems

    @property
    def problem(self) -> str | None:
        return "; ".join(self._problems) or None

    def look(self, certificate: crypto.X509, error: int, depth: int) -> Exception | None:
        """Note what OpenSSL says of one certificate of the chain; the failure where its name is another host's."""
        if error:
            self._note(_said(certificate, error, depth))
        if depth:
            return None
        self._seen = True
        wanted = IPAddress_ID(self._hostname) if is_literal(self._hostname) else DNS_ID(self._hostname)
        try:
            verify_service_identity(extract_patterns(certificate), [wanted], [])
        except (VerificationError, CertificateError) as failure:
            self._note(f"it is for {_names(certificate)}, not for {self._hostname}")
            return failure
        return None

    def _note(self, problem: str) -> None:
        if problem not in self._problems:
            self._problems.append(problem)


def _said(certificate: crypto.X509, error: int, depth: int) -> str:
    end = certificate.get_notAfter()
    if error != EXPIRED or not end:
        return PROBLEMS.get(error, f"OpenSSL error {error}")
    day = f"{end[:4].decode()}-{end[4:6].decode()}-{end[6:8].decode()}"
    return f"it expired on {day}" if depth == 0 else f"one that it rests on expired on {day}"


def _names(certificate: crypto.X509) -> str:
    """The hosts that a certificate is for, three of them at most."""
    try:
        found = [each.pattern.decode() for each in extract_patterns(certificate) if isinstance(each, DNSPattern)]
    except CertificateError:
        found = []
    return ", ".join(found[:3]) + (", …" if len(found) > 3 else "") if found else "no host"


@implementer(IOpenSSLClientConnectionCreator)
class _Creator:
    """Makes a connection, and leaves its ``check`` with Twisted's protocol for it."""

    def __init__(self, context: SSL.Context, hostname: str, *, strict: bool) -> None:
        self._context, self._hostname, self._strict = context, hostname, strict

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        connection = SSL.Connection(self._context)
        if not is_literal(self._hostname):
            connection.set_tlsext_host_name(self._hostname.encode("ascii"))
        check = protocol.check = Check(self._hostname)
        strict, known = self._strict, weakref.ref(protocol)

        def verify(_: SSL.Connection, certificate: crypto.X509, error: int, depth: int, ok: int) -> bool:
            wrong_name = check.look(certificate, error, depth)
            if strict and wrong_name is not None and (living := known()) is not None:
                living.failVerification(Failure(wrong_name))  # type: ignore[no-untyped-call]
            return not strict or (bool(ok) and wrong_name is None)

        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, verify)
        return connection


@implementer(IPolicyForHTTPS)
class Policy:
    """*legacy*: the hosts of sources whose files say ``legacy_tls``. One context for all hosts: it holds the machine's
    authorities, which take 20 ms to load.
    """

    def __init__(self, legacy: frozenset[str]) -> None:
        self._legacy = legacy
        trust = platformTrust()  # type: ignore[no-untyped-call]
        self._strict = CertificateOptions(trustRoot=trust).getContext()
        self._lax = CertificateOptions(trustRoot=trust, insecurelyLowerMinimumTo=TLSVersion.TLSv1_0).getContext()
        # Twisted's own way to say so expands the list, and loses the level on the way.
        self._lax.set_cipher_list(LEGACY_CIPHERS)
        self._lax.set_min_proto_version(SSL.TLS1_VERSION)
        self._lax.set_options(OP_LEGACY_SERVER_CONNECT)

    def creatorForNetloc(self, hostname: bytes, port: int) -> _Creator:
        name = hostname.decode("ascii")
        legacy = name in self._legacy
        return _Creator(self._lax if legacy else self._strict, name, strict=not legacy)


def explain(error: BaseException, check: Check | None) -> str:
    """In words why there is no connection."""
    if check is not None and check.problem:
        return f"the certificate is not valid: {check.problem}"
    while error.__cause__ is not None and not isinstance(error, SSL.Error):
        reasons = [reason.value for reason in getattr(error.__cause__, "reasons", ())]
        error = next((each for each in reasons if isinstance(each, SSL.Error)), error.__cause__)
    said = error.args[0] if isinstance(error, SSL.Error) and error.args and isinstance(error.args[0], list) else []
    return "no common ground: " + "; ".join(str(entry[-1]) for entry in said) if said else "the connection broke"

"""Why a request got no usable answer: one short code each, the same in the WARC metadata, the ledger and the report."""

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed

from crawler.failure import DECIDED, Failure

__all__ = ["DECIDED", "Failure", "NotAsked", "TlsProblem", "code_of", "evidence_of"]


class NotAsked(IgnoreRequest):
    """A request that we decided not to send, or not to follow."""

    def __init__(self, code: str, evidence: str = "") -> None:
        super().__init__(f"{code}: {evidence}" if evidence else code)
        self.code = code
        self.evidence = evidence


class TlsProblem(Exception):
    """No connection, and what is wrong with the certificate: "certificate has expired"."""


BY_TYPE: tuple[tuple[type[BaseException], Failure], ...] = (
    (DownloadTimeoutError, Failure.TIMEOUT),
    (CannotResolveHostError, Failure.DNS),
    (DownloadConnectionRefusedError, Failure.REFUSED),
    (DownloadCancelledError, Failure.TOO_LARGE),
    (ResponseDataLossError, Failure.LOST),
    (TlsProblem, Failure.TLS),
    (SSL.Error, Failure.TLS),
    (VerificationError, Failure.TLS),
    (ConnectionClosed, Failure.LOST),
    (ConnectError, Failure.REFUSED),
)


def code_of(error: BaseException) -> str:
    if isinstance(error, NotAsked):
        return error.code
    if isinstance(error, DownloadFailedError):
        reasons = [reason.value for reason in getattr(error.__cause__, "reasons", ())]
        return Failure.TLS if any(isinstance(r, SSL.Error | VerificationError) for r in reasons) else Failure.LOST
    return next((code for kind, code in BY_TYPE if isinstance(error, kind)), Failure.OTHER)


def evidence_of(url: str, error: BaseException) -> str:
    """What a person needs to see the failure: the address and what came of it."""
    if isinstance(error, NotAsked) and error.evidence:
        return error.evidence
    code = code_of(error)
    if isinstance(error, TlsProblem):
        return f"{url} {code}: {error}"
    return f"{url} {code}: {type(error).__name__}" if code == Failure.OTHER else f"{url} {code}"

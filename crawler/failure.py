"""Why a request got no usable answer, as a word; without Scrapy, so that the record side can know it."""

from enum import StrEnum


class Failure(StrEnum):
    """The first seven are the network's; the others are decisions of ours not to ask (any further).

    ``challenged``: its host has just asked for a browser, and is left alone. ``redirect-to-home``: the page is gone.
    """

    TIMEOUT = "timeout"
    DNS = "dns"
    REFUSED = "refused"
    TLS = "tls"
    LOST = "connection-lost"
    TOO_LARGE = "too-large"
    OTHER = "other"
    ROBOTS = "robots"
    OFFSITE = "offsite"
    SEEN = "redirect-to-seen"
    REDIRECTS = "too-many-redirects"
    HOME = "redirect-to-home"
    CHALLENGED = "challenged"
    GIVEN_UP = "host-given-up"
    STOPPED = "stopped"


# Decisions that the next run would only repeat, as long as site and rules stay as they are.
DECIDED = frozenset({Failure.ROBOTS, Failure.OFFSITE, Failure.SEEN, Failure.REDIRECTS, Failure.HOME, Failure.TOO_LARGE})

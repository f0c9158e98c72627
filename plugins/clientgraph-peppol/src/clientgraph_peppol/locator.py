"""The Service Metadata Locator: names in the DNS that tell who publishes of a participant.

Policy for use of identifiers and Service Metadata Locator of OpenPeppol (eDelivery BDXL 1.0):
U-NAPTR records under the hash of the participant's identifier.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import dns.asyncresolver
import dns.exception
import dns.resolver

from clientgraph import Unavailable

ZONE, NAMESERVER, PORT = "zone", "nameserver", "nameserver_port"
PRODUCTION: Final = "participant.sml.prod.tech.peppol.org"
SCHEME: Final = "iso6523-actorid-upis"
_SERVICE: Final = b"meta:smp"
_SECONDS: Final = 4.0


def host_of(participant: str, zone: str) -> str:
    """The name that is there exactly where the participant is registered."""
    digest = hashlib.sha256(participant.lower().encode()).digest()
    label = base64.b32encode(digest).decode().rstrip("=").lower()
    return f"{label}.{SCHEME}.{zone}"


async def publisher_of(participant: str, settings: Mapping[str, Any]) -> str | None:
    """The URL of who publishes of a participant; None where it is not registered.

    That is so where there is no such name. Raises `Unavailable` where the name servers do not
    answer, or not with such a URL: some leave out records of a type that they do not know.
    """
    host = host_of(participant, settings.get(ZONE, PRODUCTION))
    try:
        found = await _resolver(settings).resolve(host, "NAPTR", lifetime=_SECONDS, search=False)
    except dns.resolver.NXDOMAIN:
        return None
    except (dns.exception.DNSException, OSError) as error:
        raise Unavailable("the name servers do not answer") from error
    for record in sorted(found, key=lambda each: (each.order, each.preference)):
        url = _url(record)
        if url is not None:
            return url
    raise Unavailable("the record names no publisher")


def _resolver(settings: Mapping[str, Any]) -> dns.asyncresolver.Resolver:
    server = settings.get(NAMESERVER)
    resolver = dns.asyncresolver.Resolver(configure=server is None)
    if server is not None:
        resolver.nameservers = [server]
        resolver.port = settings.get(PORT, 53)
    return resolver


def _url(record: Any) -> str | None:
    """The URL of ``!.*!https://smp.example.org!``; None for records of other services."""
    if record.flags.lower() != b"u" or record.service.lower() != _SERVICE:
        return None
    parts = record.regexp.decode("utf-8", "replace").split("!")
    usable = len(parts) == 4 and parts[1] in (".*", "^.*$") and _is_url(parts[2])
    return parts[2].rstrip("/") if usable else None


def _is_url(text: str) -> bool:
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False

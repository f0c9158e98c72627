"""Which URL a plugin's request goes to: within its service, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import httpx2

from clientgraph.contract.outbound import OutboundService
from clientgraph.outbound.answers import Unusable
from clientgraph.outbound.network import Origin

_PORTS: Final = {"https": 443, "http": 80}
_SLASH: Final = r"(?:[/\\]|%2f|%5c)"
_UPWARDS: Final = re.compile(rf"{_SLASH}(?:\.|%2e){{1,2}}(?:{_SLASH}|$)", re.IGNORECASE)


def origin(url: httpx2.URL) -> Origin:
    """The host and port that a URL leads to."""
    return url.raw_host.decode("ascii"), url.port or _PORTS.get(url.scheme, 0)


def base_problem(text: str, schemes: tuple[str, ...]) -> str | None:
    """What is wrong with a base URL; None where it can be used."""
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, TypeError):
        return "it is not a URL"
    if url.scheme not in schemes or not url.host:
        return f"it must begin with {' or '.join(f'{each}://' for each in schemes)}"
    if url.userinfo or url.query or url.fragment:
        return "it must have no user, no query and no fragment"
    return None


class Urls:
    """Where requests of one service may go.

    ``given`` is the base URL that the operator named, which may be http and anywhere. For a
    service whose URLs are found at run time it is one more place that can be reached.
    """

    def __init__(self, service: OutboundService, given: str | None) -> None:
        self._open = service.base_url is None
        base = given or service.base_url
        self._base = httpx2.URL(base.rstrip("/")) if base else None
        self.trusted: Origin | None = origin(httpx2.URL(given)) if given else None

    def of(self, path: str, params: Mapping[str, str | int] | None) -> httpx2.URL:
        """The URL of a request; raises `ValueError` for one that leaves its service.

        For a service whose URLs are found at run time, raises `Unusable` for one that cannot
        be reached: such URLs come from elsewhere.
        """
        if not self._open and path[:1] not in ("", "/", "?"):
            raise ValueError("the path must begin with a slash")
        try:
            url = httpx2.URL(path if self._open else f"{self._base}{path}")
        except httpx2.InvalidURL as error:
            raise self._refusal("the URL cannot be read") from error
        if not self._leads_there(url) or _UPWARDS.search(path.partition("?")[0]):
            raise self._refusal("the URL leads away from the service")
        return url.copy_merge_params(dict(params)) if params else url

    def _leads_there(self, url: httpx2.URL) -> bool:
        if url.userinfo or not url.host:
            return False
        if self._base is not None and same_origin(url, self._base):
            return url.path.startswith(self._base.path)
        return self._open and url.scheme == "https" and origin(url)[1] == _PORTS["https"]

    def _refusal(self, reason: str) -> Exception:
        return Unusable(reason) if self._open else ValueError(reason)


def same_origin(one: httpx2.URL, other: httpx2.URL) -> bool:
    """Whether two URLs have scheme, host and port in common."""
    return one.scheme == other.scheme and origin(one) == origin(other)

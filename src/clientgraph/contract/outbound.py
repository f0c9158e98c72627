"""Speaking to other services: what a plugin declares, and what it is handed to speak with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson


class Unavailable(Exception):
    """Another service cannot be asked now: it is down, too slow, or was asked too often.

    Says nothing about what was asked. ``message`` is for whoever runs the service or the
    workspace: it is logged and shown in ``lastErrors``, so it quotes nothing of a client.
    ``retry_after`` are the seconds until it can be asked again, if that is known. The HTTP client
    raises it; plugins may, for whatever they ask by other means.
    """

    def __init__(self, message: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True, kw_only=True)
class OutboundService:
    """A service on the network that a plugin speaks to: nothing else can be reached.

    ``key``          lower snake case: ``search``. The operator can name another base URL for it
                     (``[plugin.NAME.services]`` in the settings), e.g. a mirror of one's own.
    ``base_url``     https, with the path that all requests begin with; None for a service whose
                     URLs are found at run time (Peppol's access points): then only public
                     addresses can be reached, by https on port 443.
    ``requests``     how many requests it may be sent in ``per_seconds``, over all workspaces of
                     the process that ask with the same key; None where it sets no limit. Each
                     attempt counts as one, the redirects that it follows do not, nor does what
                     the cache answers.
    ``per_seconds``  see there.
    ``credential``   the header, or the parameter of the URL, that carries the key of who asks. Who
                     has asked too much with one key is told to wait; others are not.
    ``at_once``      how many requests may be under way at the same time.
    ``timeout``      seconds for one attempt, from connecting to the last byte.
    ``attempts``     how often a request that may be repeated is sent at most.
    ``largest``      bytes of an answer; a longer one is cut off and the service unavailable.
    ``cache``        seconds for which an answer with status 200, 404 or 410 to a GET is answered
                     again from memory, unless it is a page of HTML, or one that a registry ended
                     in `Unavailable` with; 0 for never. A GET with the header
                     ``Cache-Control: no-store`` is asked anew, and its answer not kept.

    Where ``base_url`` is None, limits, ``at_once`` and rests are those of each host by itself.
    """

    key: str
    base_url: str | None
    requests: int | None = None
    per_seconds: float = 1.0
    credential: str = "Authorization"
    at_once: int = 4
    timeout: float = 3.0
    attempts: int = 2
    largest: int = 5_000_000
    cache: float = 0.0


@dataclass(frozen=True, kw_only=True)
class HttpAnswer:
    """What a service answered. ``headers`` have names in lower case."""

    status: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The content as UTF-8; what is none becomes the replacement character."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The content read as JSON; raises `Unavailable` where it is none."""
        try:
            return orjson.loads(self.content)
        except orjson.JSONDecodeError as error:
            raise Unavailable("the answer is not JSON") from error


class HttpClient(Protocol):
    """One service, as a plugin speaks to it.

    ``path`` is appended to the service's base URL (a whole URL for a service without one); what
    it is made of must be quoted by the plugin. Limits, time-outs, retries that honour
    ``Retry-After``, the circuit breaker and the cache are the client's; redirects to elsewhere are
    not followed. Statuses 429 and 500 and above are answered as `Unavailable` once no attempt is
    left; every other answer is returned, whatever its status. Requests are sent with
    ``User-Agent: clientgraph/VERSION`` and ``Accept: application/json`` where ``headers`` name no
    others; ``Host``, ``Content-Length``, ``Transfer-Encoding``, ``Connection`` and
    ``Accept-Encoding`` are the client's own.
    """

    async def get(
        self,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        """Ask with GET. Answers are cached by URL and headers."""

    async def post(
        self,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
    ) -> HttpAnswer:
        """Ask with POST; sent again after a failure only where it is ``repeatable``."""

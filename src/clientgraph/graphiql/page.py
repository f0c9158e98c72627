"""Writes the HTML of the GraphiQL page and the content security policy it runs under."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from clientgraph.graphiql.files import EntryPoint, read_entry_point

_NONCE = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_LOCAL_PATH = re.compile(r"/(?!/)[A-Za-z0-9/_.~-]*")
# json.dumps writes U+2028 and U+2029 as \u escapes already; these three could end the element.
_SCRIPT_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="same-origin">
<meta property="csp-nonce" nonce="{nonce}">
<title>{title}</title>
{links}
<script type="application/json" id="clientgraph-config">{config}</script>
<script type="module" nonce="{nonce}" src="{script}"></script>
</head>
<body>
<div id="graphiql"><p class="clientgraph-wait">Loading…</p></div>
<noscript><p class="clientgraph-wait">GraphiQL needs JavaScript.</p></noscript>
</body>
</html>
"""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A tab shown on the first visit; ``title`` becomes the comment on its first line.

    GraphiQL labels the tab with the name of the first operation in ``query``; ``headers`` are
    laid over the default headers. Raises ValueError when the title is not one line.
    """

    title: str
    query: str
    variables: Mapping[str, Any] | None = None
    headers: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        """Refuse a title that would not stay inside its comment."""
        if len(self.title.splitlines()) != 1:
            raise ValueError(f"the title of an example is one line: {self.title!r}")


class GraphiQLPage:
    """The page as it can be rendered many times, each time with a fresh nonce.

    ``assets_path`` is where `assets_app` is mounted, a path on this host. Raises ValueError when
    it is not, and FileNotFoundError when the package was installed without its built files.
    """

    def __init__(self, *, assets_path: str = "/graphql/assets") -> None:
        self._assets_path = _local_path(assets_path).rstrip("/")
        self._entry: EntryPoint = read_entry_point()

    def render(
        self,
        nonce: str,
        *,
        endpoint: str,
        examples: Sequence[Example] = (),
        default_headers: Mapping[str, str] | None = None,
        title: str = "clientgraph",
    ) -> str:
        """The HTML of the page, for a response with `content_security_policy(nonce)`.

        ``endpoint`` is the path of the GraphQL API on this host (POST and graphql-transport-ws);
        ``default_headers`` are written into the page, so they must not be secret from whoever
        may open it. Raises ValueError for a malformed nonce or endpoint.
        """
        config = {
            "title": title,
            "endpoint": _local_path(endpoint),
            "defaultHeaders": dict(default_headers or {}),
            "examples": [_example_config(example) for example in examples],
        }
        return _PAGE.format(
            nonce=_checked_nonce(nonce),
            title=escape(title),
            links="\n".join(self._links(nonce)),
            config=_json_for_script(config),
            script=self._url(self._entry.script),
        )

    def _links(self, nonce: str) -> list[str]:
        """The <link> elements: icon, style sheets, modules that the entry point imports."""
        return [
            f'<link rel="icon" type="image/svg+xml" href="{self._url(self._entry.icon)}">',
            *(f'<link rel="stylesheet" href="{self._url(name)}">' for name in self._entry.styles),
            *(
                f'<link rel="modulepreload" nonce="{nonce}" href="{self._url(name)}">'
                for name in self._entry.modules
            ),
        ]

    def _url(self, name: str) -> str:
        """The address of a built file on this host."""
        return f"{self._assets_path}/{escape(name)}"


def content_security_policy(nonce: str) -> str:
    """The Content-Security-Policy for a page rendered with ``nonce`` (base64, fresh each time).

    Scripts run only with the nonce or when such a script loads them, style sheets only from this
    host or with the nonce, and nothing comes from another host. `connect-src 'self'` covers the
    WebSocket of the same host (CSP 3, section 6.7.2.8). Raises ValueError for a malformed nonce.
    """
    nonce = _checked_nonce(nonce)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}' 'strict-dynamic'",
            f"style-src 'self' 'nonce-{nonce}'",
            # Monaco writes the place of each line into style attributes; they cannot run anything.
            "style-src-attr 'unsafe-inline'",
            "connect-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _example_config(example: Example) -> dict[str, Any]:
    """An example as the page's script reads it: variables as JSON text."""
    variables = example.variables
    return {
        "title": example.title,
        "query": example.query,
        "variables": None if variables is None else _pretty(variables),
        "headers": None if example.headers is None else dict(example.headers),
    }


def _pretty(value: Mapping[str, Any]) -> str:
    """JSON text as a person would write it into an editor."""
    return json.dumps(dict(value), ensure_ascii=False, indent=2)


def _json_for_script(value: Mapping[str, Any]) -> str:
    """JSON in ASCII that cannot end, or open a comment in, the script element around it."""
    return json.dumps(value).translate(_SCRIPT_ESCAPES)


def _checked_nonce(nonce: str) -> str:
    """The nonce, if it can stand in a header and an attribute as it is."""
    if not _NONCE.fullmatch(nonce):
        raise ValueError("a nonce is at least 16 characters of base64")
    return nonce


def _local_path(path: str) -> str:
    """The path, if it cannot name another host."""
    if not _LOCAL_PATH.fullmatch(path):
        raise ValueError(f"not a path on this host: {path!r}")
    return path

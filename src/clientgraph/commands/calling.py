"""The API of a running service, as commands ask it: over HTTP, with a token of the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Final
from urllib.parse import quote

import httpx2
import typer

from clientgraph.commands.problems import Problem
from clientgraph.config import Settings

TOKEN: Final = "CLIENTGRAPH_TOKEN"  # noqa: S105 - the name of a variable
SECONDS: Final = 60.0
PIECE: Final = 262_144

Url = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="The service. [default: as set, on this computer]"),
]


class Service:
    """A service that runs somewhere; every failure is a `Problem`."""

    def __init__(self, settings: Settings, url: str | None) -> None:
        token = os.environ.get(TOKEN)
        if not token:
            raise Problem(
                f"Set {TOKEN} to an API token of the workspace. 'clientgraph token create --role "
                "MEMBER …' makes one."
            )
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
        self._url = (url or f"http://{host}:{settings.port}").rstrip("/")
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": _language()}
        self._http = httpx2.Client(headers=headers, timeout=SECONDS)

    def __enter__(self) -> Service:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def ask(self, text: str, variables: Mapping[str, Any]) -> Any:
        """The data of an operation."""
        body = {"query": text, "variables": dict(variables)}
        answer = self._json(self._sent("POST", "/graphql", json=body))
        if answer.get("errors"):
            raise Problem(" ".join(str(each["message"]) for each in answer["errors"]))
        return answer["data"]

    def done(self, text: str, variables: Mapping[str, Any]) -> Any:
        """The payload of a mutation's one field; its mistakes are a `Problem`."""
        (payload,) = self.ask(text, variables).values()
        if payload["userErrors"]:
            said = " ".join(str(each["message"]) for each in payload["userErrors"])
            raise Problem(said.replace("`skipInvalid`", "--skip-invalid"))
        return payload

    def upload(self, path: Path) -> str:
        """Send a file; its id."""
        name = f"attachment; filename*=UTF-8''{quote(path.name)}"
        try:
            with path.open("rb") as file:
                pieces: Iterator[bytes] = iter(lambda: file.read(PIECE), b"")
                answer = self._sent(
                    "POST", "/files", content=pieces, headers={"Content-Disposition": name}
                )
        except OSError as error:
            raise Problem(f"{path} cannot be read: {error.strerror}.") from error
        return str(self._json(answer)["data"]["id"])

    def download(self, link: str, path: Path) -> None:
        """Fetch what a link of the service is to."""
        answer = self._sent("GET", link)
        if answer.status_code != httpx2.codes.OK:
            raise Problem(answer.text.strip())
        path.write_bytes(answer.content)

    def _sent(self, method: str, path: str, **more: Any) -> httpx2.Response:
        try:
            return self._http.request(method, f"{self._url}{path}", **more)
        except httpx2.HTTPError as error:
            raise Problem(
                f"{self._url} does not answer: {error}. Is 'clientgraph serve' running there?"
            ) from error

    def _json(self, answer: httpx2.Response) -> Any:
        try:
            found = answer.json()
        except ValueError as error:
            raise Problem(
                f"{self._url} answers {answer.status_code}, and not as clientgraph does."
            ) from error
        if "data" not in found and found.get("errors"):
            raise Problem(" ".join(str(each["message"]) for each in found["errors"]))
        return found


def _language() -> str:
    return os.environ.get("LANG", "en").partition("_")[0] or "en"

"""A registry as a plugin brings it, asking a local server that replays recorded answers."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from clientgraph import (
    Company,
    CompanyAddress,
    CompanyCandidate,
    CompanyRegistry,
    NotFound,
    Protected,
    Unavailable,
    hookimpl,
)

ANSWERS = Path(__file__).with_name("answers")
MASKED = "[NON-DIFFUSIBLE]"
ATTRIBUTION = "Insee, Sirene – Licence Ouverte 2.0"


def recorded() -> list[Any]:
    """Every unit that an answer was recorded of."""
    files = sorted(ANSWERS.glob("*.json"))
    return [unit for file in files for unit in json.loads(file.read_bytes())["results"]]


@dataclass
class Server:
    """The local server: what it was asked, and how it misbehaves.

    ``status`` is answered, with ``headers``; ``body`` instead of what was recorded.
    """

    url: str = ""
    asked: list[str] = field(default_factory=list)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def answer(self, query: str) -> bytes:
        """The recorded answer to a query, or the recorded units with a number."""
        self.asked.append(query)
        file = ANSWERS / f"{query.lower()}.json"
        if file.is_file():
            return file.read_bytes()
        found = [unit for unit in recorded() if query in (unit["siren"], unit["siege"]["siret"])]
        return json.dumps({"results": found, "total_results": len(found)}).encode()


@contextmanager
def serving() -> Iterator[Server]:
    """A server on a free port."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        """Answers `GET /search?q=…`."""

        def do_GET(self) -> None:
            """Replay, or misbehave."""
            query = parse_qs(urlsplit(self.path).query)["q"][0]
            body = server.answer(query)
            self.send_response(server.status)
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(server.body if server.body is not None else body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_address[1]}"
        threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            http.shutdown()


@dataclass(frozen=True)
class Recherche:
    """A plugin with one registry, which reads the fields that these tests need."""

    url: str
    key: str = "FR_RECHERCHE"

    @hookimpl
    def company_registries(self) -> Iterable[CompanyRegistry]:
        """Searches in France, and looks up its numbers."""
        yield CompanyRegistry(
            key=self.key,
            label={"en": "Company search of France", "fr": "Recherche d'entreprises"},
            attribution=ATTRIBUTION,
            search=self.search,
            countries=frozenset({"FR"}),
            lookup=self.lookup,
            kinds=frozenset({"FR_SIREN", "FR_SIRET"}),
        )

    def search(self, query: str, _country: str, limit: int) -> list[CompanyCandidate]:
        """The units, each with its head office."""
        return [
            CompanyCandidate(
                name=unit["nom_raison_sociale"],
                identifiers={"FR_SIRET": unit["siege"]["siret"], "FR_SIREN": unit["siren"]},
                address=unit["siege"]["adresse"],
                postal_code=unit["siege"]["code_postal"],
                city=unit["siege"]["libelle_commune"],
                is_active=unit["etat_administratif"] == "A",
            )
            for unit in self._ask(query)[:limit]
        ]

    def lookup(self, _kind: str, value: str) -> Company:
        """One unit, with the establishment that was asked for or its head office."""
        found = self._ask(value)
        if not found:
            raise NotFound
        unit = found[0]
        if unit["statut_diffusion"] == "P" or unit["nom_raison_sociale"] == MASKED:
            raise Protected
        place = unit["siege"]
        street = [place["numero_voie"], place["type_voie"], place["libelle_voie"]]
        address = CompanyAddress(
            line1=" ".join(filter(None, street)),
            line2=place["complement_adresse"],
            postal_code=place["code_postal"],
            city=place["libelle_commune"],
        )
        identifiers = {"FR_SIREN": unit["siren"], "FR_SIRET": place["siret"]}
        return Company(
            name=unit["nom_raison_sociale"],
            country="FR",
            identifiers=identifiers | ({"FR_VAT": unit["tva"][0]} if unit.get("tva") else {}),
            trading_name=place["nom_commercial"],
            kind="PUBLIC_BODY" if unit["nature_juridique"].startswith("7") else "COMPANY",
            activity_code=unit["activite_principale"],
            addresses=[address],
            is_active=unit["etat_administratif"] == "A" and place["etat_administratif"] == "A",
        )

    def _ask(self, query: str) -> Any:
        address = f"{self.url}/search?{urlencode({'q': query})}"
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - local
                return json.load(answer)["results"]
        except urllib.error.HTTPError as error:
            with error:
                rest = error.headers.get("Retry-After", "")
            retry_after = int(rest) if rest.isdigit() else None
            raise Unavailable(f"HTTP {error.code}", retry_after=retry_after) from error
        except OSError as error:
            raise Unavailable("no answer") from error

"""The Peppol network on this machine: a name server, a publisher, and who asks them."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

import clientgraph_peppol
import clientgraph_stdnum
from clientgraph.config import Settings
from clientgraph.testing import (
    Api,
    Replay,
    Reply,
    begun,
    dialect_of_tests,
    fresh_database,
    plugins_for,
    replaying,
    settings_for,
)

ZONE = "participant.example"
INVOICE = (
    "busdox-docid-qns::urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice##"
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0::2.1"
)


@dataclass
class NameServer:
    """Answers NAPTR questions over UDP, from what is registered.

    ``records`` maps a name to the data of its records, ``rcode`` is answered instead where set;
    ``silent`` answers nothing.
    """

    port: int
    records: dict[str, list[str]] = field(default_factory=dict)
    rcode: dns.rcode.Rcode | None = None
    silent: bool = False
    asked: list[str] = field(default_factory=list)

    def register(self, participant: str, url: str) -> None:
        """Let a participant's metadata be published at a URL."""
        digest = hashlib.sha256(participant.lower().encode()).digest()
        label = base64.b32encode(digest).decode().rstrip("=").lower()
        name = f"{label}.iso6523-actorid-upis.{ZONE}."
        self.records[name] = [f'100 10 "U" "Meta:SMP" "!.*!{url}!" .']

    def answer(self, question: bytes) -> bytes | None:
        """The message that answers another."""
        asked = dns.message.from_wire(question)
        name = asked.question[0].name.to_text().lower()
        self.asked.append(name)
        if self.silent:
            return None
        made = dns.message.make_response(asked)
        made.flags |= dns.flags.RA
        found = self.records.get(name)
        if self.rcode is not None:
            made.set_rcode(self.rcode)
        elif found is None:
            made.set_rcode(dns.rcode.NXDOMAIN)
        elif found:
            made.answer.append(dns.rrset.from_text(name, 60, "IN", "NAPTR", *found))
        return made.to_wire()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asyncio, one loop for the run."""
    return "asyncio"


@pytest.fixture(scope="session")
def clientgraph_plugins() -> Mapping[str, object]:
    """The plugin, and that of the identifiers."""
    return {"stdnum": clientgraph_stdnum, "peppol": clientgraph_peppol}


@pytest.fixture
def names() -> Iterator[NameServer]:
    """A name server that knows nobody."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        server = NameServer(opened.getsockname()[1])

        def serve() -> None:
            while (received := opened.recvfrom(4096))[0]:
                answer = server.answer(received[0])
                if answer is not None:
                    opened.sendto(answer, received[1])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", server.port))
        thread.join()


@pytest.fixture
def publisher() -> Iterator[Replay]:
    """A publisher of metadata that knows nobody."""
    with replaying() as server:
        yield server


@dataclass(frozen=True)
class Network:
    """The network, and the way into it."""

    names: NameServer
    publisher: Replay

    def join(self, participant: str, *documents: str) -> None:
        """Let a participant be registered and receive documents."""
        self.names.register(participant, self.publisher.url)
        path = f"/iso6523-actorid-upis%3A%3A{participant.replace(':', '%3A')}"
        links = "".join(
            f'<s:ServiceMetadataReference href="{self.publisher.url}{path}/services/'
            f'{each.replace("#", "%23").replace(":", "%3A")}"/>'
            for each in documents
        )
        body = (
            '<s:ServiceGroup xmlns:s="http://busdox.org/serviceMetadata/publishing/1.0/">'
            f"<s:ServiceMetadataReferenceCollection>{links}"
            "</s:ServiceMetadataReferenceCollection></s:ServiceGroup>"
        )
        self.publish(participant, body.encode())

    def publish(self, participant: str, body: bytes) -> None:
        """Let the publisher answer this of a participant."""
        path = f"/iso6523-actorid-upis%3A%3A{participant.replace(':', '%3A')}"
        self.publisher.routes[path] = Reply(body=body, headers={"Content-Type": "text/xml"})


@pytest.fixture
def network(names: NameServer, publisher: Replay) -> Network:
    """A network without participants."""
    return Network(names, publisher)


@pytest.fixture
def instance(names: NameServer) -> Mapping[str, Any]:
    """The settings that lead to that network."""
    return {"zone": ZONE, "nameserver": "127.0.0.1", "nameserver_port": names.port}


@pytest.fixture(scope="session")
async def own_settings(
    anyio_backend: object,  # noqa: ARG001 - async fixtures ask for it
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Settings]:
    """A database that no other service works on: it would ask in this one's place."""
    async with fresh_database(dialect_of_tests(), tmp_path_factory.mktemp("peppol")) as urls:
        yield settings_for(*urls)


@pytest.fixture
async def asking(
    own_settings: Settings,
    clientgraph_plugins: Mapping[str, object],
    instance: Mapping[str, Any],
    network: Network,
) -> AsyncIterator[Api]:
    """The API of a new workspace whose service asks that network."""
    settings = replace(own_settings, plugin={"peppol": instance})
    urls = {"peppol": {"smp": network.publisher.url}}
    async with begun(settings, plugins_for(clientgraph_plugins), service_urls=urls) as made:
        yield (await made.make()).api()

"""Only public addresses are reached, and only within the service, however they are written."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpcore2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from clientgraph import OutboundService, Unavailable, hookimpl
from clientgraph.outbound.addresses import is_public, resolve
from clientgraph.outbound.clients import Outbound
from clientgraph.plugins import Plugins
from clientgraph.testing.replay import Reply, replaying
from tests.outbound.reaching import reaching

pytestmark = pytest.mark.anyio

# Also those that only a lenient reader understands.
LOCAL = [
    "127.0.0.1", "127.1", "127.0.1", "0177.0.0.1", "017700000001", "0x7f.0.0.1", "0x7f000001",
    "2130706433", "127.0.0.1.", "127.255.255.254", "0", "0.0.0.0", "localhost", "LOCALHOST",  # noqa: S104
    "localhost.", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]",
    "[2001:0:7f00:1::]", "[fe80::1%25lo]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]",
    "[ff02::1]", "[2001:db8::1]", "169.254.169.254", "169.254.1.1", "10.0.0.1", "172.16.0.1",
    "172.31.255.255", "192.168.1.1", "100.64.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.7",
    "192.0.0.9", "192.0.0.10", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.175.48.1",
    "[2001:1::1]", "[2001:20::1]", "[2620:4f:8000::1]", "[3fff::1]", "[5f00::1]",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "①②⑦.⓪.⓪.①", "127。0。0。1", "0xA9FEA9FE",
]  # fmt: skip


class Recording(httpcore2.AnyIOBackend):
    """A network on which nothing is reached: where connections were wanted to is noted."""

    def __init__(self) -> None:
        self.dialled: list[str] = []

    async def connect_tcp(self, host: str, *_: Any, **__: Any) -> Any:
        """Nobody answers there."""
        self.dialled.append(host)
        raise httpcore2.ConnectError


@pytest.mark.parametrize("host", LOCAL)
async def test_no_spelling_leads_to_an_address_that_is_not_public(host: str) -> None:
    """For a service whose URLs are found at run time: nothing is dialled at all."""
    network = Recording()
    async with reaching(base_url=None, network=network, attempts=1) as http:
        with pytest.raises(Unavailable):
            await http.get(f"https://{host}/a")
        with pytest.raises(Unavailable):
            await http.post(f"https://{host}/a", json={})
    assert network.dialled == []


@pytest.mark.parametrize("host", LOCAL)
async def test_a_declared_service_is_not_trusted_either(host: str) -> None:
    """A plugin that declares a private address does not reach it: only the operator's word does."""
    network = Recording()
    url = f"https://{host}"
    plugin = SimpleNamespace(
        outbound_services=hookimpl(lambda: [OutboundService(key="search", base_url=url)])
    )
    found = Plugins({"trade": plugin})
    if found.infos["trade"].status == "QUARANTINED":
        assert "the base URL: it is not a URL" in found.infos["trade"].errors[0]
        return
    http = Outbound(found.services, network=network).client("trade", "search")
    with pytest.raises(Unavailable):
        await http.get("/a")
    assert network.dialled == []


def test_public_addresses_are_public() -> None:
    """And what only looks like one is not."""
    assert all(map(is_public, ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "2a00:1450::5"]))
    assert not any(map(is_public, ["", "example.org", "1.1.1.1.1", "2606:4700::1111/64"]))


class Resolver:
    """Answers the next list of addresses each time, as a name server that rebinds does."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The last answer stays."""
        self.asked.append((host, port))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def test_a_name_that_is_bound_anew_leads_nowhere_else() -> None:
    """What was checked is what is dialled; a second look-up is checked as the first."""
    network, resolver = Recording(), Resolver(["1.1.1.1"], ["127.0.0.1"])
    async with reaching(base_url=None, network=network, resolver=resolver, attempts=2) as http:
        with pytest.raises(Unavailable):
            await http.get("https://rebinding.example/a")
    assert resolver.asked == [("rebinding.example", 443)] * 2
    assert network.dialled == ["1.1.1.1"]


async def test_of_several_addresses_only_public_ones_are_dialled() -> None:
    """In their order, until one answers."""
    network = Recording()
    resolver = Resolver(["127.0.0.1", "1.1.1.1", "10.0.0.1", "2606:4700::1111", "::1"])
    async with reaching(network=network, resolver=resolver, attempts=1) as http:
        with pytest.raises(Unavailable):
            await http.get("/a")
    assert network.dialled == ["1.1.1.1", "2606:4700::1111"]


@pytest.mark.parametrize(
    "url",
    [
        "http://one.example/a", "https://one.example:8443/a", "https://one.example:80/a",
        "https://user@one.example/a", "ftp://one.example/a", "file:///etc/passwd", "//one.example",
        "one.example/a", "", "https://", "https://one.example:99999/", "https://[::1", "https:///a",
    ],
)  # fmt: skip
async def test_only_https_on_its_own_port_is_reached(url: str) -> None:
    """For a service whose URLs are found at run time: these come from elsewhere."""
    network = Recording()
    resolver = Resolver(["1.1.1.1"])
    async with reaching(base_url=None, network=network, resolver=resolver, attempts=1) as http:
        with pytest.raises(Unavailable):
            await http.get(url)
    assert network.dialled == []


@pytest.mark.parametrize(
    "path",
    [
        ".evil.example/a", "@evil.example/a", ":8443/a", "a", "/../b", "/a/../../b", "/..", "/.",
        "/%2e%2e/b", "/%2E./b", "/a/..%2f..%2fb", "\\..\\b", "/a\\..\\b", "/a/%2e%2e",
    ],
)  # fmt: skip
async def test_a_path_does_not_leave_its_service(path: str) -> None:
    """A plugin that quotes badly is told so, before anything is sent."""
    with replaying() as service:
        async with reaching(f"{service.url}/v1") as http:
            with pytest.raises(ValueError, match=r"leads away|must begin|cannot be read"):
                await http.get(path)
    assert service.asked == []


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding"])
async def test_some_headers_are_not_a_plugins_to_set(name: str) -> None:
    """They say where a request goes and where it ends."""
    with replaying() as service:
        async with reaching(service.url) as http:
            with pytest.raises(ValueError, match="headers"):
                await http.get("/a", headers={name: "evil.example"})
    assert service.asked == []


async def test_a_header_does_not_become_two() -> None:
    """A line's end in a value is not sent."""
    with replaying() as service:
        async with reaching(service.url, attempts=1) as http:
            with pytest.raises(Unavailable):
                await http.get("/a", headers={"key": "a\r\nx-more: b"})
    assert service.asked == []


async def test_the_operators_word_counts_for_exactly_one_place() -> None:
    """The private address that the operator named is reached, and no other of that host."""
    with replaying({"/a": [1]}) as named, replaying({"/a": [2]}) as beside:
        async with reaching(named.url, base_url=None, attempts=1) as http:
            assert (await http.get(f"{named.url}/a")).json() == [1]
            with pytest.raises(Unavailable):
                await http.get(f"{beside.url}/a")
    assert beside.asked == []


async def test_redirects_are_followed_within_the_same_place_only() -> None:
    """Elsewhere, the redirect is the answer; a circle ends."""
    with replaying({"/b": [1]}) as service, replaying({"/b": [2]}) as beside:

        def to(place: str) -> Reply:
            return Reply(status=302, headers={"Location": place})

        port = service.url.rpartition(":")[2]
        service.routes |= {
            "/a": to("/b"),
            "/away": to(f"{beside.url}/b"),
            "/other": to(f"http://localhost:{port}/b"),
            "/meta": to("http://169.254.169.254/latest"),
            "/user": to(f"http://u:p@127.0.0.1:{port}/b"),
            "/round": to("/round"),
            "/file": to("file:///etc/passwd"),
        }
        async with reaching(service.url, timeout=10.0) as http:
            assert (await http.get("/a")).json() == [1]
            asked = len(service.asked)
            for path in ("/away", "/other", "/meta", "/user", "/file"):
                assert (await http.get(path)).status == 302
            assert len(service.asked) == asked + 5
            assert (await http.get("/round")).status == 302
            assert len(service.asked) == asked + 9
            assert (await http.post("/a", json={})).status == 302
    assert beside.asked == []


async def test_a_service_that_was_not_declared_is_not_reached() -> None:
    """Nor is that of another plugin."""
    made = Outbound({"trade": {"search": OutboundService(key="search", base_url="https://a.b")}})
    for plugin, key in (("trade", "other"), ("other", "search")):
        with pytest.raises(LookupError):
            made.client(plugin, key)


async def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would reach for us what we do not."""
    with replaying() as proxy, replaying({"/a": [1]}) as service:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.url)
        async with reaching(service.url) as http:
            assert (await http.get("/a")).json() == [1]
    assert proxy.asked == []


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Contexts of a server with this name, and of a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = folder / "server.pem"
    file.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, *form))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    client = ssl.create_default_context(cadata=made.public_bytes(pem).decode())
    return server, client


async def test_the_certificate_is_that_of_the_name(tmp_path: Path) -> None:
    """The address is dialled, and the name is asked for and checked: another name is refused."""
    server, client = certificate(tmp_path, "service.example")
    heads: list[bytes] = []

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
        writer.close()

    async with await asyncio.start_server(met, "127.0.0.1", 0, ssl=server) as listening:
        port = listening.sockets[0].getsockname()[1]
        services = {
            key: OutboundService(key=key, base_url="https://a.example", attempts=1)
            for key in ("same", "other")
        }
        urls = {"same": f"https://service.example:{port}", "other": f"https://b.example:{port}"}
        made = Outbound(
            {"trade": services},
            {"trade": urls},
            resolver=Resolver(["127.0.0.1"]),
            certificates=client,
        )
        assert (await made.client("trade", "same").get("/a")).json() == []
        with pytest.raises(Unavailable):
            await made.client("trade", "other").get("/a")
        await made.close()
    assert [f"host: service.example:{port}".encode() in head.lower() for head in heads] == [True]


async def test_the_system_is_asked_for_addresses() -> None:
    """Each once, whatever the kind of socket."""
    assert await resolve("127.0.0.1", 443) == ["127.0.0.1"]

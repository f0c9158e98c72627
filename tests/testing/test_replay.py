"""A replayed service answers what was recorded, and says what is wrong with the recording."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

from clientgraph.testing import Asked, Reply, replaying
from tests.testing.test_suites import HEAD

REGISTRY = """
from clientgraph import Company, CompanyRegistry, OutboundService, Unavailable, read_json

SERVICE = OutboundService(key="own", base_url="https://registry.example.com")

async def lookup(context, kind, value):
    answer = await context.http("own").get(f"/companies/{value}", params={"year": 2026})
    if answer.status != 200:
        raise Unavailable(f"the registry is closed ({answer.status})")
    return Company(name=answer.json()["name"], country="FR", identifiers={kind: value})

REGISTRY = CompanyRegistry(
    key="OWN", label=ALL, attribution="x", lookup=lookup, kinds=frozenset({"FR_SIREN"})
)
OWN = SimpleNamespace(
    outbound_services=hookimpl(lambda: [SERVICE]),
    company_registries=hookimpl(version=2)(lambda: [REGISTRY]),
)

@pytest.fixture(scope="session")
def clientgraph_plugins():
    import clientgraph_stdnum

    return {"stdnum": clientgraph_stdnum, "own": OWN}

class TestOwn(RegistryConformance):
    plugin = "own"
    registry = "OWN"
    service = "own"
    routes = {"/companies/732829320?year=2025": {"name": "Ganymède"}}
    found = ("FR_SIREN", "732829320", "Ganymède")
    missing = ("FR_SIREN", "552032534")
    bad = ("FR_SIREN", "732829321")
"""


def answered(routes: dict[str, Any], path: str) -> httpx2.Response:
    """What such a service answers to GET."""
    with replaying(routes) as service:
        return httpx2.get(service.url + path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a", "any"),
        ("/a?q=x", "x"),
        ("/a?q=x&p=2", "x, page 2"),
        ("/a?p=2&q=x&z=1", "x, page 2"),
        ("/a?q=y", "any"),
        ("/a?q=", "blank"),
        ("/a%20b?q=x", "spaced"),
    ],
)
def test_routes_may_name_parameters(path: str, expected: str) -> None:
    """The one that names most of those that were sent answers."""
    routes = {
        "/a": ["any"],
        "/a?q=x": ["x"],
        "/a?q=x&p=2": ["x, page 2"],
        "/a?q=": ["blank"],
        "/a%20b?q=x": ["spaced"],
    }
    assert answered(routes, path).json() == [expected]


def test_a_tuple_is_refused() -> None:
    """It would be sent as a list with status 200."""
    with pytest.raises(TypeError, match=r"Reply\(status=404"), replaying({"/a": (404, {})}):
        pass


def test_a_route_that_fails_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """With the request and what was raised; so is one that has no route."""

    def breaks(asked: Asked) -> Any:
        return asked.query["missing"]

    assert answered({"/a": breaks}, "/a?q=1").status_code == 500
    assert answered({"/a": lambda _: (404, {})}, "/a").status_code == 500
    assert answered({"/a": Reply(status=204)}, "/b?q=1").status_code == 404
    told = [(each.message, vars(each)["path"], vars(each)["reason"]) for each in caplog.records]
    first, second, third = told
    assert first == ("a route failed", "/a?q=1", "KeyError: 'missing'")
    assert second[:2] == ("a route failed", "/a")
    assert "Reply(status=404" in second[2]
    assert third == ("no route fits a request", "/b?q=1", "known: /a")


def test_a_suite_that_fails_says_why(tmp_path: Path) -> None:
    """What the plugin said of its service, and which request no route answered."""
    (tmp_path / "test_it.py").write_text(HEAD + REGISTRY, "utf-8")
    test = "test_it.py::TestOwn::test_a_known_number_fills_a_client"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    told = done.stdout.partition("What clientgraph warned of")[2]
    assert "no route fits a request" in told
    assert "method=GET path=/companies/732829320?year=2026" in told
    assert "plugin=own hook=company_registries OWN reason=the registry is closed (404)" in told

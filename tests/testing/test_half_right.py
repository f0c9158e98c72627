"""Answers that are half right: what they are, and that the suites notice who misreads them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clientgraph.testing import half_right
from tests.testing.test_replay import REGISTRY
from tests.testing.test_suites import HEAD

BODY = {
    "name": "X",
    "place": {"city": "Y", "code": None},
    "lines": [{"a": 1, "b": 2}, 3],
    "on": True,
}
KIND = """
TestOwn.routes = {"/companies/732829320": {"company": {"name": "Ganymède", "active": True}}}

def told(answer):
    return Company(name=answer["name"], country="FR", identifiers={"FR_SIREN": "732829320"})
"""
# How an answer without what is needed is read, and what the suite says.
READERS = {
    """
    if answer.status != 200:
        raise NotFound
    return told(read_json(answer)["company"].record("name").value)
""": "passed",
    """
    company = read_json(answer)["company"]
    if company["name"].text is None:
        raise NotFound
    return told(company.value)
""": "NOT_FOUND",
}


def test_each_member_is_missing_or_another_thing() -> None:
    """Once each, before any is changed again; the body itself stays what it is."""
    before = repr(BODY)
    found = half_right(BODY)
    assert repr(BODY) == before
    assert len({repr(body) for _, body in found}) == len(found)
    places = [told.split()[0] for told, _ in found[:8]]
    assert places == [
        "name",
        "place",
        "lines",
        "on",
        "place.city",
        "place.code",
        "lines.0",
        "lines.0.a",
    ]
    assert ("name is taken out", {k: v for k, v in BODY.items() if k != "name"}) in found
    assert ("on is 7", {**BODY, "on": 7}) not in found
    assert ('on is "x"', {**BODY, "on": "x"}) in found
    assert ("lines is []", {**BODY, "lines": []}) in found
    assert ("name is null", {**BODY, "name": None}) in found


@pytest.mark.parametrize("most", [1, 7, 60])
def test_there_are_no_more_than_are_wanted(most: int) -> None:
    """The same ones each time."""
    many = {str(number): {"a": [number]} for number in range(40)}
    found = half_right(many, most)
    assert len(found) == most
    assert found == half_right(many, most)


@pytest.mark.parametrize(("reader", "said"), READERS.items(), ids=READERS.values())
def test_a_registry_that_misreads_half_an_answer_fails(
    tmp_path: Path, reader: str, said: str
) -> None:
    """By what it says of the company."""
    own = f"async def read(context, kind, value):{ASKS}{reader}"
    text = f"{HEAD}\nfrom clientgraph import NotFound\n{REGISTRY}\n{KIND}\n{own}\n{INSTEAD}"
    (tmp_path / "test_it.py").write_text(text, "utf-8")
    test = "test_it.py::TestOwn::test_half_of_an_answer_is_none"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert said in done.stdout, done.stdout + done.stderr
    assert done.returncode == (0 if said == "passed" else 1)


ASKS = """
    answer = await context.http("own").get(f"/companies/{value}")
"""
INSTEAD = """
OWN.company_registries = hookimpl(version=2)(lambda: [replace(REGISTRY, lookup=read)])
"""

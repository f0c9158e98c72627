"""E-mail addresses beside the verdicts of isemail (source in data/LICENCES.md)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from clientgraph import values
from clientgraph.testing import Api

DATA = Path(__file__).parent / "data"
# What isemail calls fit for SMTP; the rest is fit for a message's header at best, or for nothing.
FIT = {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN", "ISEMAIL_RFC5321"}


def labelled() -> list[tuple[str, bool, str]]:
    """Address, whether it is fit for SMTP, and isemail's diagnosis."""
    tests = ET.parse(DATA / "isemail.xml").getroot().iter("test")  # noqa: S314
    return [
        (
            _plain(test.findtext("address") or ""),
            test.findtext("category") in FIT,
            (test.findtext("diagnosis") or "").removeprefix("ISEMAIL_"),
        )
        for test in tests
    ]


def _plain(address: str) -> str:
    """Control characters, which the file writes as their pictures, as themselves."""
    return "".join(chr(ord(c) - 0x2400) if "\u2400" <= c <= "\u241f" else c for c in address)


def accepted(address: str) -> bool:
    """Whether the address can be stored."""
    try:
        values.email(address)
    except values.ValueProblem:
        return False
    return True


def test_most_verdicts_agree() -> None:
    """Of 164 labelled addresses 123 are judged alike."""
    judged = Counter((fit, accepted(address)) for address, fit, _ in labelled())
    assert judged == {
        (True, True): 21,
        (True, False): 17,
        (False, True): 24,
        (False, False): 102,
    }


def test_refused_though_fit_are_forms_that_nobody_uses() -> None:
    """Domains of one label, numeric domains, quoted names and IP addresses are refused."""
    refused = Counter(
        diagnosis for address, fit, diagnosis in labelled() if fit and not accepted(address)
    )
    assert refused == {
        "RFC5321_ADDRESSLITERAL": 7,
        "RFC5321_QUOTEDSTRING": 6,
        "RFC5321_TLDNUMERIC": 2,
        "RFC5321_TLD": 1,
        "VALID": 1,
    }


def test_accepted_though_unfit_have_only_blanks_around_them() -> None:
    """Blanks and line ends around an address are removed; that is all we forgive."""
    forgiven = [address for address, fit, _ in labelled() if not fit and accepted(address)]
    assert {values.email(address) for address in forgiven} == {"test@iana.org"}
    assert all(address.strip() == "test@iana.org" != address for address in forgiven)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Zoe.Peeters@EXAMPLE.org ", "Zoe.Peeters@example.org"),
        ("zoé@example.org", "zoé@example.org"),
        ("zoe\u0301@example.org", "zoé@example.org"),
        ("zoe@xn--caf-dma.example.org", "zoe@café.example.org"),
        ("zoe+invoices@example.org", "zoe+invoices@example.org"),
        (f"{'a' * 64}@example.org", f"{'a' * 64}@example.org"),
    ],
)
def test_stored_form(typed: str, stored: str) -> None:
    """The domain is in lower case, letters are composed, the name before the @ stays as typed."""
    assert values.email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "Zoé Peeters <zoe@example.org>",
        "a@example.org, b@example.org",
        "zoe@example",
        "zoe@localhost",
        "mailto:zoe@example.org",
        f"{'a' * 65}@example.org",
        f"a@{'b' * 250}.org",
        "zoe@exam\x00ple.org",
        "zoe\u202e@example.org",
        "",
    ],
)
def test_no_address(typed: str) -> None:
    """Names, lists, bare hosts, overlong parts and hidden characters are refused."""
    assert not accepted(typed)


@pytest.mark.anyio
async def test_a_refusal_says_what_is_wrong(api: Api) -> None:
    """The message is in the caller's language; in English it names the very mistake."""
    shown = {}
    for language in ("en", "fr"):
        speaker = Api(api.client, api.token, language)
        payload = await speaker.do("clientCreate", {"name": "Io", "email": "zoe@example"})
        (error,) = payload["userErrors"]
        assert (error["path"], error["code"]) == (["input", "email"], "INVALID_EMAIL")
        shown[language] = error["message"]
    assert shown == {
        "en": "This is not a valid e-mail address. "
        "(The part after the @-sign is not valid. It should have a period)",
        "fr": "Cette adresse e-mail n'est pas valide.",
    }

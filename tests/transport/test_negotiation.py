"""What the headers of a request ask for."""

import pytest

from clientgraph.transport.negotiation import (
    Acceptable,
    accept_language,
    acceptable,
    bearer_token,
    media_type,
    prefers_html,
)

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
URQL = f"{GRAPHQL}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "single", "stream"),
    [
        (None, JSON, False),
        ("", JSON, False),
        ("*/*", JSON, True),
        ("application/*", JSON, False),
        (JSON, JSON, False),
        (GRAPHQL, GRAPHQL, False),
        (f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8", GRAPHQL, False),
        (f"{JSON}, {GRAPHQL}", JSON, False),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL, False),
        (f"{JSON};q=0.5, {GRAPHQL};q=0.6", GRAPHQL, False),
        (f"{GRAPHQL};q=0.5, {JSON};q=0.6", JSON, False),
        (f"{GRAPHQL}, */*", GRAPHQL, True),
        (f"{GRAPHQL};q=0.1, */*;q=0.8", JSON, True),
        (f"{JSON};q=0, */*", GRAPHQL, True),
        (f"{JSON};q=0", None, False),
        (f"{JSON};charset=latin1", None, False),
        (f'{JSON};charset="UTF-8"', JSON, False),
        ("APPLICATION/JSON", JSON, False),
        ("text/event-stream", None, True),
        ("text/*;q=0.1", None, True),
        ("text/event-stream;q=0", None, False),
        ("text/html", None, False),
        (f"{JSON};q=2", None, False),
        (f"{JSON};q=abc", None, False),
        (f'text/plain;a="x,{JSON}"', None, False),
        (",,;;=,", None, False),
        (URQL, GRAPHQL, True),
        (BROWSER, JSON, True),
    ],
)
def test_accept(accept, single, stream):
    """Qualities, wildcards and parameters decide the media type of the answer."""
    assert acceptable(accept) == Acceptable(single, stream=stream)


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("text/html, application/json;q=0.9", True),
        ("application/json, text/html;q=0.9", False),
        ("application/json, text/html", False),
        ("text/html;q=0", False),
        ("*/*", False),
        (None, False),
    ],
)
def test_page_is_for_browsers(accept, html):
    """A page is wanted where HTML stands before JSON."""
    assert prefers_html(accept) is html


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("fr", "fr"),
        ("FR-be", "fr"),
        ("nl-BE, fr-BE;q=0.8, en;q=0.5", "nl"),
        ("en;q=0.3, de;q=0.9", "de"),
        ("es, it;q=0.9, de-AT;q=0.1", "de"),
        ("es", "en"),
        ("*", "en"),
        ("de;q=0", "en"),
        ("de;q=x, fr;q=0.2", "fr"),
        ("fr;q=0.5, fr-CA;q=0.9, nl;q=0.7", "fr"),
        ("frisian", "en"),
    ],
)
def test_accept_language(header, language):
    """The best language of ours, English where none fits."""
    assert accept_language(header) == language


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer cgp_x", "cgp_x"),
        ("bearer cgp_x", "cgp_x"),
        ("BEARER   cgp_x ", "cgp_x"),
        ("Basic Y2dwOng=", None),
        ("cgp_x", None),
        ("Bearer", None),
        ("Bearer ", None),
        ("", None),
        (None, None),
    ],
)
def test_bearer_token(header, token):
    """Only the Bearer scheme carries a token."""
    assert bearer_token(header) == token


def test_content_type_with_parameters():
    """A content type is read in lower case, its parameters without quotes."""
    content = media_type('Application/JSON; Charset="UTF-8"')
    assert content is not None
    assert (content.value, content.parameters) == ("application/json", {"charset": "utf-8"})
    assert media_type(None) is None


def test_long_headers_are_read_once():
    """A header of the largest size a server lets through is read in one pass."""
    assert acceptable('"' * 60_000) == Acceptable(None, stream=False)
    assert acceptable("a;" * 30_000) == Acceptable(None, stream=False)
    assert accept_language("fr;q=0.1," * 7_000) == "fr"

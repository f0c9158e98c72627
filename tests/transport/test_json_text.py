"""The depth guard and the decoder behind it."""

import pytest

from clientgraph.transport.json_text import Malformed, decode, deeper_than, encode


@pytest.mark.parametrize(
    ("text", "deeper"),
    [
        (b"", False),
        (b"[" * 32, False),
        (b"[" * 33, True),
        (b"[" * 32 + b"]" * 32, False),
        (b'{"a":' * 33 + b"1" + b"}" * 33, True),
        (b"[" + b"[]," * 100_000 + b"[]]", False),
        (b'{"query": "' + b"{" * 500 + b'"}', False),
        (b'{"query": "a \\" ' + b"[" * 500 + b'"}', False),
        (b'{"query": "a \\\\"' + b"[" * 33, True),
        (b'"' + b"[" * 500, False),
        (b'"\\"' * 80_000 + b"\\", False),
        (b"[" * 1_000_000, True),
    ],
)
def test_depth_counts_brackets_outside_strings(text, deeper):
    """Only brackets that nest count, not those inside strings."""
    assert deeper_than(32, text) is deeper


def test_guard_reads_unclosed_strings_once():
    """A text of quotes that never close is one token, so the scan cannot become quadratic."""
    assert deeper_than(1, b"[[" + b'x\\"' * 85_000) is True
    assert deeper_than(2, b"[[{" + b'x\\"' * 85_000) is True
    assert deeper_than(3, b"[[{" + b'x\\"' * 85_000 + b"[") is False


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "The body is not valid JSON: "),
        (b"NONSENSE", "The body is not valid JSON: "),
        (b'{"query":', "The body is not valid JSON: "),
        (b"NaN", "The body is not valid JSON: "),
        (b"Infinity", "The body is not valid JSON: "),
        (b'"\xff"', "The body is not valid JSON: "),
        (b'"\\ud800"', "The body is not valid JSON: "),
        ("{}".encode("utf-16"), "The body is not valid JSON: "),
        (b"[" * 33, "The body is nested deeper than 32 levels."),
    ],
)
def test_malformed_json_is_refused_by_name(text, message):
    """What is not JSON in UTF-8 is refused with a message that names the text."""
    with pytest.raises(Malformed) as refused:
        decode(text, depth=32, name="The body")
    assert str(refused.value).startswith(message)


def test_the_last_of_duplicate_keys_counts():
    """Duplicate keys are not an error."""
    assert decode(b'{"a": 1, "a": 2}', depth=1, name="The body") == {"a": 2}


def test_encoding_is_utf8_without_spaces():
    """Text leaves as it is, not as escapes."""
    assert encode({"name": "Zoë"}) == '{"name":"Zoë"}'.encode()

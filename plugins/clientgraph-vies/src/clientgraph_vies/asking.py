"""One question to VIES, and its answer in one shape.

VIES tells its failures inside of answers with status 200, in either of two shapes, and never
does "not available" mean "not valid". In the shape with ``userError`` a failure has ``isValid``
false, too: there the word is the verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from clientgraph import HttpClient, Json, Unavailable

SERVICE: Final = "rest"
PATH: Final = "/check-vat-number"
# What stands for "not told", as Germany and Spain answer for name and address.
_MASK: Final = "---"
_LONGEST: Final = 500
# A word that is a verdict → whether it says valid.
_VERDICTS: Final[Mapping[str, bool]] = {"VALID": True, "INVALID": False}
_OK: Final = 200


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What VIES said of a number.

    ``word`` is VALID, INVALID, or VIES's word for why it cannot say; ``name`` and ``address`` are
    None where they are not told; ``is_masked`` says that the member state tells no names;
    ``consultation`` is the number that proves the asking; ``date`` is VIES's own.
    """

    word: str
    name: str | None = None
    is_masked: bool = False
    address: str | None = None
    consultation: str | None = None
    date: str | None = None


async def ask(
    client: HttpClient, number: tuple[str, str], requester: tuple[str, str] | None
) -> Answer:
    """Ask about a number (prefix, rest) in the name of a requester; raises `Unavailable`."""
    body = {"countryCode": number[0], "vatNumber": number[1]}
    if requester is not None:
        body |= {"requesterMemberStateCode": requester[0], "requesterNumber": requester[1]}
    answer = await client.post(PATH, json=body, repeatable=True)
    found = Json(answer.json()).record()
    word = _word(found)
    if word in _VERDICTS and not (answer.status == _OK and _is_of(found, number)):
        raise Unavailable("the answer is none to this question")
    return Answer(
        word=word,
        name=_told(found["name"]),
        is_masked=found["name"].value in ("", _MASK),
        address=_told(found["address"]),
        consultation=_told(found["requestIdentifier"]),
        date=_told(found["requestDate"]),
    )


def _word(found: Json) -> str:
    """VALID, INVALID or the word of the failure; raises `Unavailable` where there is none."""
    if found["errorWrappers"].value:
        verdict = found["valid"].value
        word = found["errorWrappers"].entries()[0].required("error")
    elif "userError" in found.value:
        verdict = found["isValid"].value
        word = found.required("userError")
    else:
        verdict = found["valid"].value
        word = "VALID" if verdict else "INVALID"
    word = word.upper()[:_LONGEST]
    if word in _VERDICTS and verdict is not _VERDICTS[word]:
        raise Unavailable("the answer says neither valid nor invalid")
    return word


def _is_of(found: Json, number: tuple[str, str]) -> bool:
    """Whether an answer that says of which number it is says this one."""
    said = (found["countryCode"].value, found["vatNumber"].value)
    return all(told in (None, own) for told, own in zip(said, number, strict=True))


def _told(found: Json) -> str | None:
    """A text of the answer; None for what stands for nothing."""
    text = found.text
    return None if text in (None, _MASK) else text[:_LONGEST]

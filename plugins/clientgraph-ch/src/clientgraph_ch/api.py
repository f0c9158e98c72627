"""What is asked of Zefix: https://www.zefix.admin.ch/ZefixPublicREST/swagger-ui/index.html."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from clientgraph import (
    Company,
    CompanyCandidate,
    HttpAnswer,
    Json,
    NotFound,
    PluginContext,
    Unavailable,
    read_json,
)
from clientgraph_ch.mapping import candidate, company

SERVICE: Final = "zefix"
USER: Final = "user"
PASSWORD: Final = "password"  # noqa: S105 - the name of the setting
SHORTEST: Final = 3


async def search(
    context: PluginContext, text: str, _country: str, most: int
) -> list[CompanyCandidate]:
    """Companies whose names begin with the text, active ones first; `*` stands for anything.

    Zefix takes no text of less than three letters: `Unavailable`, so that others are asked.
    """
    if len(text) < SHORTEST:
        raise Unavailable(f"Zefix takes no text of less than {SHORTEST} letters")
    asked = {"name": text if "*" in text else f"{text}*", "activeOnly": False}
    answer = await context.http(SERVICE).post(
        "/company/search", json=asked, headers=_account(context), repeatable=True
    )
    try:
        found = [candidate(each) for each in _told(answer)]
    except NotFound:
        return []
    return sorted(found, key=lambda each: not each.is_active)[:most]


async def lookup(context: PluginContext, _kind: str, value: str) -> Company:
    """The company with a UID, or with the VAT number that is made of it."""
    number = value[:12]
    answer = await context.http(SERVICE).get(f"/company/uid/{number}", headers=_account(context))
    return company(_told(answer))


def _account(context: PluginContext) -> dict[str, str]:
    user, password = context.settings.get(USER), context.settings.get(PASSWORD)
    if not (user and password):
        raise Unavailable(f"no {USER} and {PASSWORD} are set for Zefix")
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


def _told(answer: HttpAnswer) -> Json:
    """The companies of an answer; Zefix tells errors with status 200, too."""
    if answer.status in (401, 403):
        raise Unavailable("Zefix refuses the account")
    found = read_json(answer, absent=(404,))
    error = found["error"]["type"].text
    if error == "NOT_FOUND":
        raise NotFound
    if not isinstance(found.value, list):
        raise Unavailable(f"Zefix answers {error or 'no list'}")
    return found

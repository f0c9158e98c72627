"""What is asked of the KVK API: https://developers.kvk.nl/documentation."""

from __future__ import annotations

from typing import Final

from clientgraph import (
    Company,
    CompanyCandidate,
    Json,
    NotFound,
    PluginContext,
    Unavailable,
    read_json,
)
from clientgraph_nl.mapping import candidates, company

SERVICE: Final = "kvk"
KEY: Final = "api_key"
HEADER: Final = "apikey"
# A company is listed once for itself and once for each establishment.
ROWS: Final = 4
MOST_ROWS: Final = 100


async def search(
    context: PluginContext, text: str, _country: str, most: int
) -> list[CompanyCandidate]:
    """Companies whose names fit, in the register's order."""
    asked: dict[str, str | int] = {
        "naam": text,
        "resultatenPerPagina": min(most * ROWS, MOST_ROWS),
    }
    try:
        return candidates(await _told(context, "/v2/zoeken", asked))[:most]
    except NotFound:
        return []


async def lookup(context: PluginContext, kind: str, value: str) -> Company:
    """The company with a KVK number or RSIN; the latter costs one search more."""
    if kind == "NL_RSIN":
        found = candidates(await _told(context, "/v2/zoeken", {"rsin": value}))
        if not found:
            raise NotFound
        value = found[0].identifiers["NL_KVK"]
    return company(await _told(context, f"/v1/basisprofielen/{value}"))


async def _told(
    context: PluginContext, path: str, params: dict[str, str | int] | None = None
) -> Json:
    """An answer; raises `NotFound` where nothing fits, which the KVK tells by 404."""
    key = context.settings.get(KEY)
    if not key:
        raise Unavailable(f"no {KEY} is set for the KVK")
    answer = await context.http(SERVICE).get(path, params=params, headers={HEADER: key})
    if answer.status in (401, 403):
        raise Unavailable(f"the KVK refuses the {KEY}")
    return read_json(answer, absent=(404,))

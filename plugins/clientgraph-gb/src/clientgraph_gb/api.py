"""What is asked of Companies House: https://developer-specs.company-information.service.gov.uk/."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from clientgraph import Company, CompanyCandidate, Json, PluginContext, Unavailable, read_json
from clientgraph_gb.mapping import candidate, company

SERVICE: Final = "companies_house"
KEY: Final = "api_key"


async def search(
    context: PluginContext, text: str, _country: str, most: int
) -> list[CompanyCandidate]:
    """Companies whose names or numbers fit, in the register's order, closed ones among them."""
    found = await _told(context, "/search/companies", {"q": text, "items_per_page": most})
    return [candidate(each) for each in found["items"].entries(found["total_results"])]


async def lookup(context: PluginContext, _kind: str, value: str) -> Company:
    """The company with a number."""
    return company(await _told(context, f"/company/{value}"))


async def _told(
    context: PluginContext, path: str, params: dict[str, str | int] | None = None
) -> Json:
    """An answer; the key is the user name, without a password."""
    key = context.settings.get(KEY)
    if not key:
        raise Unavailable(f"no {KEY} is set for Companies House")
    headers = {"Authorization": f"Basic {b64encode(f'{key}:'.encode()).decode()}"}
    answer = await context.http(SERVICE).get(path, params=params, headers=headers)
    if answer.status in (401, 403):
        raise Unavailable(f"Companies House refuses the {KEY}")
    return read_json(answer, absent=() if params else (404,))

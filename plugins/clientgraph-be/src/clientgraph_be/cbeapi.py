"""cbeapi.be, a private service on the same data: asked where there is no local index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from clientgraph import (
    Company,
    CompanyAddress,
    CompanyCandidate,
    Json,
    NotFound,
    OutboundService,
    PluginContext,
    Unavailable,
    read_json,
)
from clientgraph_be.units import Unit, candidate, company, number_of, typed_number

# 2,500 requests a day on its free plan (documentation of the service).
SERVICE: Final = OutboundService(
    key="cbeapi",
    base_url="https://cbeapi.be/api/v1",
    requests=2_500,
    per_seconds=86_400.0,
    cache=3_600.0,
)
KEY: Final = "cbeapi_key"
KINDS: Final = frozenset({"BE_ENTERPRISE", "BE_VAT"})


async def search(
    context: PluginContext, text: str, _country: str, limit: int
) -> Sequence[CompanyCandidate]:
    """Enterprises by their name, or the one with the number that was typed."""
    number = typed_number(text)
    try:
        found = (
            await _asked(context, f"/company/{quote(number)}")
            if number
            else await _asked(context, "/company/search", name=text)
        )
    except NotFound:
        return ()
    made = (candidate(unit_of(each)) for each in found)
    return [each for each in made if each is not None][:limit]


async def lookup(context: PluginContext, kind: str, value: str) -> Company:
    """The enterprise with this number; raises `NotFound` or `Protected`."""
    number = number_of(kind, value)
    units = [unit_of(record) for record in await _asked(context, f"/company/{quote(number)}")]
    if not units:
        raise NotFound
    for unit in units:
        if unit.enterprise == number:
            return company(unit)
    raise Unavailable("the answer is of another enterprise")


async def _asked(context: PluginContext, path: str, **parameters: str) -> Sequence[Json]:
    """The records of an answer, which holds one object or a list."""
    key = context.settings.get(KEY)
    if not key:
        raise Unavailable("there is no key for cbeapi.be")
    headers = {"Authorization": f"Bearer {key}", "Accept-Language": context.language}
    answer = await context.http(SERVICE.key).get(path, params=parameters, headers=headers)
    found = read_json(answer, absent={404})
    if isinstance(found["data"].value, dict):
        return [found["data"]]
    return found["data"].entries(found["meta"]["total"])


def unit_of(record: Json) -> Unit:
    """A record of the service.

    Raises `Unavailable` for one without a number, or that does not say what it is the record of:
    of natural persons nothing is told.
    """
    number = typed_number(record.required("cbe_number"))
    if number is None:
        raise Unavailable("a record without a number")
    if record.required("type") == "natural_person":
        return Unit(enterprise=number, is_person=True)
    contacts = _contacts(record["contact_infos"])
    trading = record["commercial_name"].text
    return Unit(
        enterprise=number,
        name=record["denomination"].text or trading or record["abbreviation"].text,
        trading_name=trading,
        form=(record["juridical_form_code"].text or "").zfill(3),
        is_active=record["status"].text in (None, "active"),
        activity=_activity(record["nace_activities"]),
        address=_address(record["address"]),
        email=contacts.get("email"),
        phone=contacts.get("phone") or contacts.get("tel"),
        website=contacts.get("web") or contacts.get("website"),
    )


def _contacts(found: Json) -> dict[str, str]:
    """From ``{email, phone, web}`` or a list of ``{type, value}``; the first of each counts."""
    if isinstance(found.value, dict):
        pairs = [(name, found[name].text) for name in found.value]
    else:
        pairs = [((each["type"].text or "").lower(), each["value"].text) for each in found]
    return {name: text for name, text in reversed(pairs) if text}


def _activity(found: Json) -> str | None:
    """The main one, in the newest nomenclature."""
    each_one = [found] if isinstance(found.value, dict) else found
    listed = [each for each in each_one if each["classification"].text == "MAIN"]
    newest = max(listed, key=lambda each: each["nace_version"].text or "", default=Json(None))
    code = (newest["code"].text or "").replace(".", "")
    return code if code.isascii() and code.isdigit() else None


def _address(found: Json) -> CompanyAddress | None:
    street, city = found["street"].text, found["city"].text
    if not (street or city):
        return None
    house = found["street_number"].text or found["house_number"].text
    return CompanyAddress(
        line1=" ".join(filter(None, (street, house))) or None,
        box=found["box"].text,
        postal_code=found["post_code"].text,
        city=city,
        country=found["country_code"].text or "BE",
    )

"""Any clients that the API takes, with a value for every field that a sheet can carry."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hypothesis import strategies as some

from clientgraph.testing import Api
from tests.fields.defining import TIERS, define
from tests.templates.preparing import category, member

Some = some.SearchStrategy[Any]

# What programs would run, drop, fold or turn round. Errors of spreadsheets (#N/A) are refused.
ODD: Final = (
    "=1+1",
    "=HYPERLINK(1)",
    "+32 2 555 01 00",
    "-5",
    "@SUM(A1)",
    "'quoted",
    "''=x",
    "'=x",
    "＝1",
    "007",
    "1E5",
    "5.52032534E8",
    "552032534.0",
    "12345678901234567890",
    "1/2",
    "TRUE",
    "true",
    "Yes",
    "null",
    "N/A",
    "2026-01-31",
    "31/01/2026",
    "12:30",
    "{a}",
    "[1]",
    '{"a": 1}',
    'say "so"',
    "a;b|c,d",
    "a\tb",
    "http://example.com",
    "mailto:a@example.com",
    "_x000D_",
    "&amp;<b>",
    "\\n",
    "%",
    "-",
    "?",
    "👩‍👩‍👧 et fils",
    "شركة النور",
    "בע״מ \u200f(12)",
    "e\u0301te\u0301",
    "ǅ ß İı",
    "sep=;",
    "BEGIN:VCARD",
    "Name",
    "x" * 500,
)
LETTERS: Final = some.characters(
    exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"),
    exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff",
)
RANDOM: Final = some.text(LETTERS, min_size=1, max_size=30).filter(lambda text: text.strip())
TEXT: Final = some.sampled_from(ODD) | RANDOM
# Of codes, what looks like an amount is taken for what a spreadsheet made of one.
SHORT: Final = (
    some.sampled_from([each for each in ODD if len(each) <= 40 and each != "5.52032534E8"]) | RANDOM
)
COUNTRY: Final = some.sampled_from(["BE", "FR", "DE", "NL", "LU", "CH"])
LOCALE: Final = some.sampled_from(["fr-BE", "nl-BE", "de-DE", "en-GB"])
PHONE: Final = some.sampled_from(["+3225551212", "+33612345678", "+4930901820", "+41446681800"])
EMAIL: Final = some.from_regex(r"[a-z]{1,8}(\+[a-z]{1,3})?@[a-z]{1,5}\.example", fullmatch=True)
WEB: Final = some.sampled_from(
    ["https://example.com", "http://a.example:8080/x?y=1&z=%20#top", "https://example.com/=1;2"]
)
TRUTH: Final = some.booleans()
IBANS: Final = ("BE71096123456769", "DE89370400440532013000", "FR1420041010050500013M02606")
IDENTIFIERS: Final[Mapping[str, Sequence[str]]] = {
    "BE_ENTERPRISE": ("0123456749", "0403170701", "0202239951"),
    "FR_SIREN": ("552032534", "732829320", "005520135"),
    "FR_SIRET": ("55203253400646", "73282932000074"),
}

OF_TYPE: Final[Mapping[str, Some]] = {
    "TEXT": TEXT,
    "NUMBER": some.integers(-(10**14), 10**14)
    | some.integers(-(10**9), 10**9).map(lambda each: each / 1000),
    "DECIMAL": some.decimals(-(10**12), 10**12, places=4).map(lambda each: f"{each or 0:f}"),
    "BOOLEAN": TRUTH,
    "DATE": some.dates().map(lambda each: each.isoformat()),
    "CHOICE": some.sampled_from(["gold", "silver"]),
    "CHOICES": some.lists(some.sampled_from(["gold", "silver"]), min_size=1, unique=True),
    "MONEY": some.builds(
        lambda number, currency: {"amount": f"{number:f}", "currency": currency},
        some.decimals(-(10**6), 10**6, places=2).map(lambda each: each or abs(each)),
        some.sampled_from(["EUR", "USD"]),
    ),
    "URL": WEB,
    "EMAIL": EMAIL,
    "PHONE": PHONE,
    "COLOUR": some.from_regex(r"#[0-9a-f]{6}", fullmatch=True),
    "IBAN": some.sampled_from(IBANS),
    "PERCENTAGE": some.decimals(0, 100, places=2).map(lambda each: f"{each or 0:f}"),
    "GEO_POINT": some.builds(
        lambda north, east: {"latitude": north, "longitude": east},
        some.integers(-90_0000, 90_0000).map(lambda each: each / 10_000),
        some.integers(-180, 180),
    ),
    "RATING": some.integers(1, 5),
}

OF_CLIENT: Final[Mapping[str, Some]] = {
    "name": TEXT,
    "tradingName": TEXT,
    "kind": some.sampled_from(["COMPANY", "INDIVIDUAL", "PUBLIC_BODY"]),
    "externalReference": SHORT,
    "reference": SHORT,
    "country": COUNTRY,
    "locale": LOCALE,
    "currency": some.sampled_from(["EUR", "CHF", "JPY"]),
    "website": WEB,
    "email": EMAIL,
    "phone": PHONE,
    "vatRegime": some.sampled_from(["TAXABLE", "EXPORT_OR_EXEMPT", "INTRA_COMMUNITY"]),
    "accountingCode": SHORT,
    "activityCode": some.sampled_from(["62.01Z", "01.11Z"]),
    "iban": some.sampled_from(IBANS),
}
OF_TERMS: Final[Mapping[str, Some]] = {"days": some.integers(0, 365), "endOfMonth": TRUTH}
OF_CONTACT: Final[Mapping[str, Some]] = {
    "civility": some.sampled_from(["MADAME", "MONSIEUR", "DOCTEUR"]),
    "firstName": TEXT,
    "lastName": TEXT,
    "email": EMAIL,
    "phone": PHONE,
    "mobile": PHONE,
    "switchboardPhone": PHONE,
    "position": TEXT,
    "locale": LOCALE,
}
OF_ADDRESS: Final[Mapping[str, Some]] = {
    "label": TEXT,
    "kind": some.sampled_from(["BILLING", "DELIVERY", "OTHER"]),
    "line1": TEXT,
    "line2": TEXT,
    "streetNumber": SHORT,
    "box": SHORT,
    "city": TEXT,
    "region": TEXT,
}
# Of which each contact and each address has one.
NAMED_BY: Final = ("firstName", "lastName", "email", "phone", "mobile")
PLACED_BY: Final = ("line1", "line2", "city", "region")
# Where only one of several may say yes.
FLAGS: Final = {
    "contacts": ("isMain", "isInvoiceRecipient"),
    "addresses": ("isDefaultForBilling",),
}
POSTAL: Final = {
    "BE": "1000",
    "FR": "01000",
    "DE": "01067",
    "NL": "1012 AB",
    "LU": "L-1009",
    "CH": "8001",
}
# What is there with the client, or has no value of its own to come back.
LISTED: Final = ("categories", "assignees", "integrations")
ELSEWHERE: Final = {"parent", "type", *LISTED, "contacts.source"}
NOT_WRITTEN: Final = {"template", "mandate"}


def covered(types: Sequence[str]) -> set[str]:
    """The keys of fields that clients of here have, where each type has a field of each record."""
    parts = {"contacts": OF_CONTACT, "addresses": OF_ADDRESS}
    return {
        *OF_CLIENT,
        *(f"paymentTerms.{each}" for each in OF_TERMS),
        *(f"{name}.{each}" for name, fields in parts.items() for each in fields),
        *(f"{name}.{each}" for name, flags in FLAGS.items() for each in flags),
        *("addresses.postalCode", "addresses.country"),
        *(f"{name}customFields.{key_of(each)}" for name in OWNERS.values() for each in types),
        *(f"identifiers.{kind}" for kind in IDENTIFIERS),
        *ELSEWHERE,
        *NOT_WRITTEN,
    }


OWNERS: Final = {"CLIENT": "", "CONTACT": "contacts.", "ADDRESS": "addresses."}


def key_of(kind: str) -> str:
    """The key of the custom field of a type."""
    return "of" + kind.title().replace("_", "")


def some_of(fields: Mapping[str, Some]) -> Some:
    """Some of these fields."""
    return some.fixed_dictionaries({}, optional=fields)


def customs(types: Sequence[str], ids: Mapping[str, Sequence[str]]) -> Some:
    """Values of some custom fields."""
    known = {**OF_TYPE, "CLIENT_REFERENCE": some.sampled_from(ids["clients"])}
    fields = {key_of(kind): known[kind] for kind in types}
    return some_of(fields).map(
        lambda found: [{"key": key, "value": value} for key, value in found.items()]
    )


def parts(fields: Mapping[str, Some], custom: Some, *, needed: Sequence[str]) -> Some:
    """Several contacts or addresses."""
    one = some.tuples(some_of(fields), custom).map(
        lambda found: {**found[0], "customFields": found[1]}
    )
    one = one.filter(lambda found: any(each in found for each in needed))
    return some.lists(one, max_size=3, unique_by=lambda each: each.get("email") or repr(each))


def _placed(draw: some.DrawFn, made: Any, ids: Mapping[str, Sequence[str]]) -> None:
    """Where contacts come from, where addresses are, and which of them are the first."""
    for each in made["contacts"]:
        if draw(TRUTH):
            each["source"] = draw(some.sampled_from(ids["sources"]))
    for each in made["addresses"]:
        each["country"] = draw(COUNTRY)
        if draw(TRUTH):
            each["postalCode"] = POSTAL[each["country"]]
    for name, flags in FLAGS.items():
        for flag in flags:
            if made[name] and draw(TRUTH):
                draw(some.sampled_from(made[name]))[flag] = True
    billing = [each for each in made["addresses"] if each.get("kind") == "BILLING"]
    for each in billing[1:]:
        each["kind"] = "OTHER"


@some.composite
def clients(draw: some.DrawFn, ids: Mapping[str, Sequence[str]], types: Sequence[str]) -> Any:
    """One client as `clientCreate` takes it."""
    made = draw(some_of(OF_CLIENT))
    made["name"] = draw(TEXT)
    custom = customs(types, ids)
    made["customFields"] = draw(custom)
    if draw(TRUTH):
        made["parent"] = draw(some.sampled_from(ids["clients"]))
    if draw(TRUTH):
        made["paymentTerms"] = {"days": draw(OF_TERMS["days"]), "endOfMonth": draw(TRUTH)}
    if draw(TRUTH):
        made["type"] = draw(some.sampled_from(ids["types"]))
    for name in LISTED:
        made[name] = draw(some.lists(some.sampled_from(ids[name]), unique=True))
    made["contacts"] = draw(parts(OF_CONTACT, custom, needed=NAMED_BY))
    made["addresses"] = draw(parts(OF_ADDRESS, custom, needed=PLACED_BY))
    _placed(draw, made, ids)
    return made


def several(ids: Mapping[str, Sequence[str]], types: Sequence[str]) -> Some:
    """Some clients that do not have each other's keys."""
    return some.lists(clients(ids, types), min_size=1, max_size=6).map(_distinct)


def _distinct(made: list[Any]) -> list[Any]:
    for name in ("reference", "externalReference"):
        known = {"A-1", "+A", "=A1", "007"}
        for each in made:
            value = " ".join(unicodedata.normalize("NFC", each.pop(name, "")).split())
            if value and value not in known:
                each[name] = value
            known.add(value)
    for place, each in enumerate(made):
        each["identifiers"] = [
            {"kind": kind, "value": numbers[place]}
            for kind, numbers in IDENTIFIERS.items()
            if place < len(numbers)
        ]
    return made


def iban_of(number: int) -> str:
    """One of many IBANs; an account is never another client's again."""
    account = f"37040044{number:010}"
    return f"DE{98 - int(f'{account}131400') % 97:02}{account}"


async def equip(api: Api, types: Sequence[str]) -> dict[str, list[str]]:
    """Custom fields of every type and of every record, and ids of what clients can be given."""
    for owner in OWNERS:
        for kind in types:
            more: dict[str, Any] = {"options": TIERS} if kind.startswith("CHOICE") else {}
            await define(api, key_of(kind), kind, on=owner, **more)
    found = await api("{ clientTypes { id } contactSources { id } integrations { key } }")
    known = [
        await api.new_client("Jupiter", reference="A-1", externalReference="+A"),
        await api.new_client("A 1", reference="=A1", externalReference="007"),
    ]
    return {
        "clients": [each["id"] for each in known],
        "types": [each["id"] for each in found["clientTypes"]],
        "sources": [each["id"] for each in found["contactSources"]],
        "categories": [await category(api, name) for name in ("=Gros", "A; B", "B", "Détail | 2")],
        "assignees": [await member(api, name) for name in ("Ada", "Bob")],
        "integrations": [each["key"] for each in found["integrations"]],
    }

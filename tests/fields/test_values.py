"""Values of custom fields: every type read, shown, filtered, refused at its place."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api, Workspace
from tests.fields.defining import TIERS, VALUES, define, given, mistakes, names

pytestmark = pytest.mark.anyio

# Type, options, value as given, the fields of the value's type, and its text in English.
TYPES: dict[str, tuple[dict[str, Any], Any, dict[str, Any], str]] = {
    "TEXT": ({"maxLength": 20}, "  Déjà  vu ", {"text": "Déjà vu"}, "Déjà vu"),
    "NUMBER": ({"min": 0}, 1234.5, {"number": 1234.5}, "1,234.5"),
    "DECIMAL": ({"decimals": 3}, "1234.500", {"decimal": "1234.500"}, "1,234.500"),
    "BOOLEAN": ({}, True, {"boolean": True}, "Yes"),
    "DATE": ({}, "2026-01-31", {"date": "2026-01-31"}, "Jan 31, 2026"),
    "CHOICE": (TIERS, "gold", {"choice": {"key": "gold", "label": "Gold"}}, "Gold"),
    "CHOICES": (
        TIERS,
        ["silver", "gold"],
        {"choices": [{"key": "gold", "label": "Gold"}, {"key": "silver", "label": "Silver"}]},
        "Gold, Silver",
    ),
    "MONEY": (
        {"currencies": ["EUR"]},
        {"amount": "12.5", "currency": "EUR"},
        {"amount": "12.50", "currency": "EUR"},
        "€12.50",
    ),
    "URL": ({}, "example.com/a", {"url": "https://example.com/a"}, "https://example.com/a"),
    "EMAIL": ({}, "Ada@Example.com", {"email": "Ada@example.com"}, "Ada@example.com"),
    "PHONE": ({}, "01 42 68 53 00", {"phone": "+33142685300"}, "+33142685300"),
}
WRONG: list[tuple[str, Any, str]] = [
    ("TEXT", 5, "WRONG_JSON"),
    ("TEXT", "x" * 21, "TOO_LONG"),
    ("TEXT", "   ", "REQUIRED"),
    ("NUMBER", "twelve", "WRONG_JSON"),
    ("NUMBER", -1, "OUT_OF_RANGE"),
    ("NUMBER", True, "WRONG_JSON"),
    ("DECIMAL", 12.5, "WRONG_JSON"),
    ("DECIMAL", "1.2345", "TOO_MANY_DECIMALS"),
    ("DECIMAL", "1" * 21, "OUT_OF_RANGE"),
    ("BOOLEAN", "yes", "WRONG_JSON"),
    ("DATE", "2026-02-30", "INVALID_DATE"),
    ("DATE", 20260131, "WRONG_JSON"),
    ("CHOICE", "bronze", "UNKNOWN_CHOICE"),
    ("CHOICES", "gold", "WRONG_JSON"),
    ("CHOICES", ["gold", "bronze"], "UNKNOWN_CHOICE"),
    ("MONEY", {"amount": "1.234", "currency": "EUR"}, "TOO_MANY_DECIMALS"),
    ("MONEY", {"amount": "1", "currency": "USD"}, "UNKNOWN_CHOICE"),
    ("MONEY", {"amount": "1"}, "WRONG_JSON"),
    ("URL", "javascript:alert(1)", "INVALID_URL"),
    ("EMAIL", "ada@", "INVALID_EMAIL"),
    ("PHONE", "12", "INVALID_PHONE"),
    ("CLIENT_REFERENCE", "client_00000000000040008000000000000000", "NOT_FOUND"),
    ("CLIENT_REFERENCE", "elsewhere", "NOT_FOUND"),
]


async def _all(api: Api) -> None:
    for kind, (options, *_) in TYPES.items():
        await define(api, kind.lower(), kind, options=options)


async def test_every_type_is_read_and_shown(api: Api) -> None:
    """A value of each type comes back typed, in the order of the definitions."""
    await _all(api)
    entries = given(**{kind.lower(): value for kind, (_, value, *_) in TYPES.items()})
    made = await api.new_client(selection=VALUES, customFields=entries)
    assert [each["key"] for each in made["customFields"]] == [kind.lower() for kind in TYPES]
    for each, (_, _, fields, text) in zip(made["customFields"], TYPES.values(), strict=True):
        assert {name: each[name] for name in fields} == fields
        assert each["display"] == text


@pytest.mark.parametrize(("kind", "value", "code"), WRONG)
async def test_a_wrong_value_is_refused_at_its_place(
    api: Api, kind: str, value: Any, code: str
) -> None:
    """The path leads to the value in the list, and nothing is stored."""
    await define(api, "other", "BOOLEAN")
    await define(api, "mine", kind, options=TYPES.get(kind, ({},))[0])
    entries = given(other=True, mine=value)
    payload = await api.do("clientCreate", {"name": "Io", "customFields": entries})
    assert mistakes(payload) == [("input.customFields.1.value", code)]


async def test_a_reference_names_a_client(api: Api) -> None:
    """It is shown by the client's name, and is empty once that client is gone."""
    await define(api, "broker", "CLIENT_REFERENCE")
    broker = await api.new_client("Broker")
    made = await api.new_client("Io", VALUES, customFields=given(broker=broker["id"]))
    (value,) = made["customFields"]
    assert (value["client"], value["display"]) == ({"name": "Broker"}, "Broker")
    await api.done("clientDelete", {"id": broker["id"]})
    query = f'{{ client(by: {{id: "{made["id"]}"}}) {{ {VALUES} }} }}'
    (value,) = (await api(query))["client"]["customFields"]
    assert (value["client"], value["display"]) == (None, "")


async def test_values_speak_the_callers_language(workspace: Workspace) -> None:
    """Labels, choices and numbers follow the language; a locale may be asked for."""
    api = workspace.api()
    labels = [{"language": "en", "text": "Tier"}, {"language": "fr", "text": "Niveau"}]
    await define(api, "tier", "CHOICE", options=TIERS, labels=labels)
    await define(api, "fee", "MONEY")
    money = {"amount": "1234.5", "currency": "EUR"}
    made = await api.new_client(customFields=given(tier="gold", fee=money))
    asked = f"""{{ client(by: {{id: "{made["id"]}"}}) {{ customFields {{
        definition {{ label }} plain: display local: display(locale: "de-AT") }} }} }}"""
    tier, fee = (await workspace.api(language="fr")(asked))["client"]["customFields"]
    assert tier["definition"] == {"label": "Niveau"}
    assert tier["plain"] == "Or"
    assert fee["plain"] == "1\u202f234,50\u00a0€"
    assert fee["local"] == "€\u00a01.234,50"


async def test_absent_values_stay_and_null_clears(api: Api) -> None:
    """A change names the values that it touches; the client's version counts it."""
    await define(api, "a", "TEXT")
    await define(api, "b", "TEXT")
    made = await api.new_client(customFields=given(a="one", b="two"))
    change = {"id": made["id"], "expectedVersion": made["version"], "customFields": given(a=None)}
    changed = (await api.done("clientUpdate", change, f"client {{ version {VALUES} }}"))["client"]
    assert [(each["key"], each["text"]) for each in changed["customFields"]] == [("b", "two")]
    assert changed["version"] == made["version"] + 1


async def test_unknown_archived_and_repeated_keys_are_refused(api: Api) -> None:
    """Each at its place."""
    gone = await define(api, "gone", "TEXT")
    await define(api, "a", "TEXT")
    await api.done("customFieldDefinitionArchive", {"id": gone["id"]})
    entries = [*given(nothing="x", gone="x", a="x"), *given(a="y")]
    payload = await api.do("clientCreate", {"name": "Io", "customFields": entries})
    assert mistakes(payload) == [
        ("input.customFields.0.key", "UNKNOWN_CUSTOM_FIELD"),
        ("input.customFields.1.key", "UNKNOWN_CUSTOM_FIELD"),
        ("input.customFields.3.key", "DUPLICATE"),
    ]


async def test_required_fields_hold_for_clients_in_use(api: Api) -> None:
    """Creation, change and activation ask for them; a draft need not have them."""
    await define(api, "size", "NUMBER", required=True)
    payload = await api.do("clientCreate", {"name": "Io"})
    assert mistakes(payload) == [("input.customFields.size", "REQUIRED")]
    draft = await api.new_client("Io", isDraft=True)
    payload = await api.do("clientActivate", {"id": draft["id"]})
    assert mistakes(payload) == [("input.customFields.size", "REQUIRED")]
    await api.done("clientUpdate", {"id": draft["id"], "customFields": given(size=3)})
    await api.done("clientActivate", {"id": draft["id"]})
    payload = await api.do("clientUpdate", {"id": draft["id"], "customFields": given(size=None)})
    assert mistakes(payload) == [("input.customFields.0.value", "REQUIRED")]
    await api.done("clientUpdate", {"id": draft["id"], "name": "Io II"})


async def test_new_records_get_defaults(api: Api) -> None:
    """Unless a value or null is given."""
    await define(api, "tier", "CHOICE", options=TIERS, defaultValue="silver")
    kept = []
    for entries in ([], given(tier="gold"), given(tier=None)):
        made = await api.new_client(selection=VALUES, customFields=entries)
        kept.append([each["display"] for each in made["customFields"]])
    assert kept == [["Silver"], ["Gold"], []]


async def test_unique_values_name_the_record_that_has_them(api: Api) -> None:
    """Without regard to case and accents; the record itself may say its value again."""
    await define(api, "contract", "TEXT", unique=True)
    first = await api.new_client(customFields=given(contract="Été-1"))
    second = {"name": "Io", "customFields": given(contract="ete-1")}
    payload = await api.do("clientCreate", second)
    assert mistakes(payload) == [("input.customFields.0.value", "TAKEN")]
    assert payload["userErrors"][0]["recordId"] == first["id"]
    again = {"id": first["id"], "customFields": given(contract="Été 1")}
    await api.done("clientUpdate", again)
    await api.done("clientUpdate", {"id": first["id"], "customFields": given(contract=None)})
    await api.done("clientCreate", second)


async def test_values_of_contacts_and_addresses(api: Api) -> None:
    """Nested in a new client and alone, with their own definitions and paths."""
    await define(api, "floor", "NUMBER", "ADDRESS", required=True)
    await define(api, "badge", "TEXT", "CONTACT", unique=True)
    people = [{"lastName": name, "customFields": given(badge="B1")} for name in ("Un", "Deux")]
    wrong = {"name": "Io", "contacts": people, "addresses": [{"line1": "1 rue Haute"}]}
    assert sorted(mistakes(await api.do("clientCreate", wrong))) == [
        ("input.addresses.0.customFields.floor", "REQUIRED"),
        ("input.contacts.1.customFields.0.value", "DUPLICATE"),
    ]
    made = await api.new_client(
        selection=f"contacts(first: 5) {{ nodes {{ id {VALUES} }} }} addresses {{ id {VALUES} }}",
        contacts=people[:1],
        addresses=[{"line1": "1 rue Haute", "customFields": given(floor=2)}],
    )
    (contact,), (address,) = made["contacts"]["nodes"], made["addresses"]
    assert [each["text"] for each in contact["customFields"]] == ["B1"]
    assert [each["number"] for each in address["customFields"]] == [2]
    added = await api.do(
        "contactCreate",
        {"clientId": made["id"], "lastName": "Deux", "customFields": given(badge="b1")},
    )
    assert mistakes(added) == [("input.customFields.0.value", "TAKEN")]
    assert added["userErrors"][0]["recordId"] == contact["id"]
    change = {"id": address["id"], "customFields": given(floor=-1)}
    changed = await api.done("addressUpdate", change, f"address {{ {VALUES} }}")
    assert [each["number"] for each in changed["address"]["customFields"]] == [-1]
    lost = await api.do("addressUpdate", {"id": address["id"], "customFields": given(floor=None)})
    assert mistakes(lost) == [("input.customFields.0.value", "REQUIRED")]
    change = {"id": contact["id"], "customFields": given(badge="B2")}
    changed = await api.done("contactUpdate", change, f"contact {{ {VALUES} }}")
    assert [each["text"] for each in changed["contact"]["customFields"]] == ["B2"]


FILTERS: list[tuple[str, str, Any, str]] = [
    ("text", "EQ", "ELEVE", "a"),
    ("text", "NE", "Élève", "bc"),
    ("text", "IN", ["élève", "zoé"], "ab"),
    ("text", "CONTAINS", "lev", "a"),
    ("text", "STARTS_WITH", "Zo", "b"),
    ("text", "STARTS_WITH", "%", ""),
    ("text", "IS_SET", True, "ab"),
    ("text", "IS_SET", False, "c"),
    ("decimal", "EQ", "10", "b"),
    ("decimal", "LT", "9.5", "ac"),
    ("decimal", "LTE", "10.00", "abc"),
    ("decimal", "GT", "-10.5", "ab"),
    ("decimal", "GTE", "-10.50", "abc"),
    ("money", "GT", {"amount": "5", "currency": "EUR"}, "b"),
    ("money", "LTE", {"amount": "99", "currency": "USD"}, "c"),
    ("choices", "EQ", "gold", "ab"),
    ("choices", "NE", "silver", "bc"),
    ("date", "GTE", "2026-02-01", "b"),
    ("boolean", "EQ", False, "b"),
]


async def test_clients_are_filtered_by_custom_fields(api: Api) -> None:
    """Every operator, numbers by size, money within its currency."""
    for kind in ("text", "decimal", "money", "choices", "date", "boolean"):
        options = TIERS if kind == "choices" else {}
        await define(api, kind, kind.upper(), options=options)
    rows: dict[str, dict[str, Any]] = {
        "a": {"text": "Élève", "decimal": "9", "choices": ["gold", "silver"], "boolean": True},
        "b": {"text": "Zoé", "decimal": "10", "choices": ["gold"], "boolean": False},
        "c": {"decimal": "-10.50"},
    }
    rows["a"] |= {"money": {"amount": "5", "currency": "EUR"}, "date": "2026-01-31"}
    rows["b"] |= {"money": {"amount": "40", "currency": "EUR"}, "date": "2026-02-01"}
    rows["c"] |= {"money": {"amount": "6", "currency": "USD"}}
    for name, values in rows.items():
        await api.new_client(name, customFields=given(**values))
    for key, op, value, expected in FILTERS:
        found = await names(api, {"key": key, "op": op, "value": value})
        assert "".join(found) == expected, (key, op, value)
    both = [
        {"key": "choices", "op": "EQ", "value": "gold"},
        {"key": "decimal", "op": "LT", "value": 10},
    ]
    assert await names(api, *both) == ["a"]


async def test_long_numbers_are_exact(api: Api) -> None:
    """Numbers of 38 digits that differ in the last one are told apart and put in order."""
    await define(api, "n", "DECIMAL", unique=True)
    start = "12345678901234567890.12345678901234567"
    for digit in "12":
        await api.new_client(digit, customFields=given(n=f"{start}{digit}"))
        await api.new_client(f"-{digit}", customFields=given(n=f"-{start}{digit}"))
    assert await names(api, {"key": "n", "op": "GT", "value": f"{start}1"}) == ["2"]
    assert await names(api, {"key": "n", "op": "LT", "value": f"-{start}1"}) == ["-2"]
    wrong = {"name": "3", "customFields": given(n="1234567890.1234567890123456789")}
    payload = await api.do("clientCreate", wrong)
    assert mistakes(payload) == [("input.customFields.0.value", "TOO_MANY_DECIMALS")]


async def test_very_long_texts_are_kept_and_told_apart(api: Api) -> None:
    """Longer than any index takes: found by the whole text and by its beginning."""
    await define(api, "t", "TEXT", unique=True)
    start = "\U0001d7d8한국어" * 124
    for end in "ab":
        await api.new_client(end, customFields=given(t=start + end))
    assert await names(api, {"key": "t", "op": "EQ", "value": f"{start}b"}) == ["b"]
    assert await names(api, {"key": "t", "op": "STARTS_WITH", "value": start[:90]}) == ["a", "b"]


async def test_a_filter_that_makes_no_sense_is_refused(api: Api) -> None:
    """An unknown field, an operator that the type lacks, a value that does not fit."""
    await define(api, "done", "BOOLEAN")
    await define(api, "mail", "EMAIL")
    query = "query($f: ClientFilter) { clients(filter: $f) { totalCount } }"
    for condition in (
        {"key": "other", "op": "EQ", "value": 1},
        {"key": "done", "op": "LT", "value": True},
        {"key": "done", "op": "EQ", "value": "yes"},
        {"key": "done", "op": "IN", "value": True},
        {"key": "done", "op": "IS_SET", "value": "yes"},
        {"key": "mail", "op": "CONTAINS", "value": "\0"},
    ):
        assert await api.codes(query, {"f": {"customFields": [condition]}}) == ["BAD_USER_INPUT"]


async def test_other_workspaces_have_other_fields(api: Api, other: Workspace) -> None:
    """Definitions and values stay in their workspace."""
    await define(api, "a", "TEXT")
    await api.new_client(customFields=given(a="x"))
    stranger = other.api()
    assert (await stranger("{ customFieldDefinitions(on: CLIENT) { key } }")) == {
        "customFieldDefinitions": []
    }
    payload = await stranger.do("clientCreate", {"name": "Io", "customFields": given(a="x")})
    assert mistakes(payload) == [("input.customFields.0.key", "UNKNOWN_CUSTOM_FIELD")]

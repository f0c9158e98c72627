"""What types of custom fields must bear."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

import jsonschema
import orjson
import pytest

from clientgraph.config import Settings
from clientgraph.contract.fields import FieldType
from clientgraph.hookspecs import LANGUAGES
from clientgraph.testing.conformance import hostile, sentences
from clientgraph.testing.workspaces import Api, Workspace, Workspaces, plugins_for, running

KEY: Final = "mine"
_OF_EVERY_VALUE: Final = {"__typename", "key", "display"}
LOCALES: Final = ("en-GB", "fr-BE", "nl-BE", "de-DE")
_FIND = "query($f: ClientFilter) { clients(filter: $f, first: 50) { nodes { name } } }"
_SORT = """query($s: CustomFieldSort) { clients(sortByCustomField: $s, first: 50) {
  nodes { name } } }"""
_COMPARISONS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "EQ": operator.eq,
    "LT": operator.lt,
    "LTE": operator.le,
    "GT": operator.gt,
    "GTE": operator.ge,
}
_KNOWN = "{ customFieldTypes { key label operators isSortable } }"


class FieldTypeConformance:
    """A type of custom fields keeps its contract from input to filter, order and display.

    A type with options takes one class for each set of them that matters.

    ``key``       of the type.
    ``values``    two or more values as inputs take them, all different, in ascending order; single
                  ones for a type that is a list.
    ``refused``   values that are refused, each with its code, which has a sentence in each of the
                  four languages.
    ``shown``     the display of each of ``values`` for a caller who reads English.
    ``options``   of the field that is defined.
    ``refused_options``  options that are refused, each with its code, which has its sentences too.
    ``textual``   operand of CONTAINS and STARTS_WITH → places in ``values`` that it finds, for
                  types with these operators.
    """

    pytestmark = pytest.mark.anyio

    key: ClassVar[str]
    values: ClassVar[Sequence[Any]]
    refused: ClassVar[Sequence[tuple[Any, str]]]
    shown: ClassVar[Sequence[str]]
    options: ClassVar[Mapping[str, Any]] = {}
    refused_options: ClassVar[Sequence[tuple[Mapping[str, Any], str]]] = ()
    textual: ClassVar[Mapping[tuple[str, str], set[int]]] = {}

    @pytest.fixture
    def kind(self, workspaces: Workspaces) -> FieldType:
        """The type, as the service has it."""
        return workspaces.plugins.field_types[self.key]

    @pytest.fixture
    def stored(self, kind: FieldType) -> Sequence[Any]:
        """What ``values`` become."""
        return [kind.parse(self._given(kind, value), self.options, "FR") for value in self.values]

    @pytest.fixture
    def groups(self, kind: FieldType, stored: Sequence[Any]) -> Sequence[str]:
        """What each of them can be compared with; asked where no event loop runs."""
        return [kind.comparable(_one(kind, each)) for each in stored]

    @pytest.fixture
    async def filled(self, kind: FieldType, api: Api) -> Api:
        """The API of a workspace with a client for each value, named by its place, and one more."""
        await self._define(api)
        for place, value in reversed(list(enumerate(self.values))):
            await api.new_client(f"{place:02}", customFields=self._entry(kind, value))
        await api.new_client("none")
        return api

    def test_the_stored_form_is_its_own(self, kind: FieldType, stored: Sequence[Any]) -> None:
        """It is JSON, and reading it again changes nothing."""
        for each in stored:
            again = orjson.loads(orjson.dumps(each))
            assert again == each
            assert kind.parse(again, self.options, "FR") == each

    def test_keys_are_in_the_order_of_values(self, kind: FieldType, stored: Sequence[Any]) -> None:
        """By their bytes, and different where values are."""
        keys = [kind.sort_key(_one(kind, each)) for each in stored]
        assert len(set(keys)) == len(keys)
        ranks = list(kind.ranks(self.options)) if kind.ranks else sorted(keys, key=str.encode)
        assert keys == [each for each in ranks if each in keys]

    def test_every_language_is_shown_a_text(self, kind: FieldType, stored: Sequence[Any]) -> None:
        """In each locale."""
        for each in stored:
            for locale in LOCALES:
                assert kind.display(each, locale, self.options).strip()

    def test_the_label_speaks_all_languages(self, kind: FieldType) -> None:
        """English is what others fall back to; users expect their own."""
        assert [name for name in LANGUAGES if not kind.label.get(name)] == []

    def test_the_schema_describes_the_values(self, kind: FieldType) -> None:
        """The JSON Schema for typed programs takes each of ``values``."""
        schema = kind.form.json_schema(self.options)
        jsonschema.Draft202012Validator.check_schema(schema)
        for value in self.values:
            jsonschema.validate(self._given(kind, value), schema)

    async def test_it_is_listed(self, kind: FieldType, api: Api) -> None:
        """With its operators, so that a form knows what to offer."""
        listed = (await api(_KNOWN))["customFieldTypes"]
        (own,) = [each for each in listed if each["key"] == self.key]
        assert set(own["operators"]) == kind.operators
        assert own["isSortable"] is kind.is_sortable

    async def test_values_are_shown(self, kind: FieldType, filled: Api) -> None:
        """As a text, and in the fields of their own type."""
        name = kind.form.selection
        own = kind.graphql_type.__name__
        query = f"""{{ clients(first: 50) {{ nodes {{ name
          customFields {{ __typename key display ... on {own} {{ {name} }} }} }} }} }}"""
        found = {row["name"]: row["customFields"] for row in await _nodes(filled, query)}
        assert found.pop("none") == []
        for place, display in enumerate(self.shown):
            (value,) = found[f"{place:02}"]
            assert (value["__typename"], value["display"]) == (own, display)
            assert value.keys() > _OF_EVERY_VALUE

    async def test_what_does_not_fit_is_refused(self, workspaces: Workspaces, api: Api) -> None:
        """At the value, with the code that says why, in the words of the caller's language."""
        await self._define(api)
        place = ("customFields", "0", "value")
        for value, code in self.refused:
            given = {"name": "x", "customFields": [{"key": KEY, "value": value}]}
            await sentences.told(workspaces.plugins, api, "clientCreate", given, place, code)

    async def test_options_that_do_not_fit_are_refused(
        self, workspaces: Workspaces, api: Api
    ) -> None:
        """When the field is defined, likewise."""
        for options, code in self.refused_options:
            given = {**self._definition(), "options": dict(options)}
            await sentences.told(
                workspaces.plugins,
                api,
                "customFieldDefinitionCreate",
                given,
                ["options"],
                code,
                or_inside=True,
            )

    async def test_what_is_read_can_be_written_back(self, kind: FieldType, filled: Api) -> None:
        """What was exported is imported again, and is the same value.

        So does the text for people, which spreadsheets carry; a type may refuse it, but never
        takes it for another value.
        """
        chosen = f"__typename key display ... on {kind.graphql_type.__name__} {{ %s }}"
        shown = f"{{ id customFields {{ {chosen % kind.form.selection} }} }}"
        for row in await _nodes(filled, f"{{ clients(first: 50) {{ nodes {shown} }} }}"):
            for value in row["customFields"]:
                given = {"id": row["id"], "customFields": self._written(self.written_back(value))}
                assert (await filled.done("clientUpdate", given, f"client {shown}")) == {
                    "client": row,
                    "userErrors": [],
                }
                text = [value["display"]] if kind.is_list else value["display"]
                given = {"id": row["id"], "customFields": self._written(text)}
                payload = await filled.do("clientUpdate", given, f"client {shown}")
                assert payload["userErrors"] or payload["client"] == row, text

    def written_back(self, value: Mapping[str, Any]) -> Any:
        """What an input takes of a value as the API answered it, with the type's own fields.

        The one field that the form selects, else an object of them. Override it for a type that
        is written in another shape than it is read.
        """
        own = {name: each for name, each in value.items() if name not in _OF_EVERY_VALUE}
        return next(iter(own.values())) if len(own) == 1 else own

    async def test_hostile_values_are_kept_or_refused(self, api: Api) -> None:
        """None breaks the type."""
        await self._define(api)
        for value in hostile.JSON:
            given = {"name": "x", "customFields": [{"key": KEY, "value": value}]}
            body = await api.answer(
                "mutation($i: ClientCreateInput!) { clientCreate(input: $i) { client {"
                " customFields { display } } userErrors { code } } }",
                {"i": given},
            )
            assert "errors" not in body, ascii(value)
            codes = [error["code"] for error in body["data"]["clientCreate"]["userErrors"]]
            assert "FIELD_TYPE_FAILED" not in codes, ascii(value)

    async def test_every_operator_finds_what_it_says(
        self, kind: FieldType, groups: Sequence[str], filled: Api
    ) -> None:
        """Each with each value; those that compare stay among values that can be compared."""
        idle = {asked for asked, _ in self.textual} - kind.operators
        assert not idle, f"'textual' asks what the type has no operators for: {sorted(idle)}"
        for asked in sorted(kind.operators):
            for operand, expected in self._cases(groups, asked):
                condition = {"key": KEY, "op": asked, "value": operand}
                found = await _nodes(filled, _FIND, {"f": {"customFields": [condition]}})
                names = {row["name"] for row in found}
                assert names == expected, (asked, operand)

    async def test_lists_are_sorted_by_it(self, kind: FieldType, filled: Api) -> None:
        """Up and down; what has no value comes last. Or lists cannot be sorted by it."""
        if not kind.is_sortable:
            codes = await filled.codes(_SORT, {"s": {"key": KEY, "direction": "ASC"}})
            assert codes == ["BAD_USER_INPUT"]
            return
        names = [f"{place:02}" for place in range(len(self.values))]
        for direction, expected in (("ASC", names), ("DESC", names[::-1])):
            found = await _nodes(filled, _SORT, {"s": {"key": KEY, "direction": direction}})
            assert [row["name"] for row in found] == [*expected, "none"]

    async def test_values_outlive_the_plugin(
        self,
        clientgraph_settings: Settings,
        clientgraph_plugins: Mapping[str, object] | None,
        workspaces: Workspaces,
        workspace: Workspace,
        stored: Sequence[Any],
        filled: Api,
    ) -> None:
        """Without it they are shown as they are stored; with it again, as before."""
        owner = workspaces.plugins.owner_of_field_type(self.key)
        if owner == "core":
            pytest.skip("core's own types are always there")
        query = """{ clients(first: 50) { nodes { name
          customFields { __typename display ... on UnknownValue { raw } } } } }"""
        before = await _nodes(filled, query)
        plugins = plugins_for(clientgraph_plugins, without=owner)
        async with running(clientgraph_settings, plugins) as client:
            rows = await _nodes(replace(workspace, client=client).api(), query)
        left = {row["name"]: row["customFields"] for row in rows}
        for place, each in enumerate(stored):
            (value,) = left[f"{place:02}"]
            assert (value["__typename"], value["raw"]) == ("UnknownValue", each)
        assert await _nodes(filled, query) == before

    def _cases(self, groups: Sequence[str], asked: str) -> list[tuple[Any, set[str]]]:
        """Operands, and the names of the clients that each finds."""
        names = [f"{place:02}" for place in range(len(self.values))]
        match asked:
            case "IS_SET":
                return [(True, set(names)), (False, {"none"})]
            case "CONTAINS" | "STARTS_WITH":
                texts = [(text, found) for (op, text), found in self.textual.items() if op == asked]
                assert texts, f"'textual' says nothing of {asked}"
                return [(text, {names[place] for place in found}) for text, found in texts]
            case "IN":
                return [([self.values[0], self.values[-1]], {names[0], names[-1]})]
        return [
            (value, _expected(asked, place, groups, names))
            for place, value in enumerate(self.values)
        ]

    async def _define(self, api: Api) -> None:
        given = {**self._definition(), "options": dict(self.options)}
        await api.done("customFieldDefinitionCreate", given)

    def _definition(self) -> dict[str, Any]:
        label = {"language": "en", "text": "Mine"}
        return {"on": "CLIENT", "key": KEY, "type": self.key, "labels": [label]}

    def _given(self, kind: FieldType, value: Any) -> Any:
        return [value] if kind.is_list else value

    def _entry(self, kind: FieldType, value: Any) -> list[dict[str, Any]]:
        return self._written(self._given(kind, value))

    def _written(self, value: Any) -> list[dict[str, Any]]:
        return [{"key": KEY, "value": value}]


def _one(kind: FieldType, stored: Any) -> Any:
    return stored[0] if kind.is_list else stored


def _expected(asked: str, place: int, groups: Sequence[str], names: Sequence[str]) -> set[str]:
    """The clients that EQ, NE and comparisons with the value at a place find."""
    if asked == "NE":
        return {*names, "none"} - {names[place]}
    compare = _COMPARISONS[asked]
    return {
        name
        for other, name in enumerate(names)
        if compare(other, place) and groups[other] == groups[place]
    }


async def _nodes(api: Api, query: str, variables: dict[str, Any] | None = None) -> Any:
    return (await api(query, variables))["clients"]["nodes"]

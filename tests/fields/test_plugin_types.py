"""Types of custom fields that a plugin brings, and what remains when it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry

from clientgraph import CustomFieldValue, FieldProblem, FieldType, TypedForm, hookimpl
from clientgraph.config import Settings
from clientgraph.fields.lists import CustomFieldOperator
from clientgraph.graphql.fields import computed
from clientgraph.plugins import Plugins
from clientgraph.testing import Workspace, running
from tests.fields.defining import VALUES, define, given, mistakes
from tests.invoicing import with_plugin

pytestmark = pytest.mark.anyio


@strawberry.type(description="A place on a map.")
class PlaceValue(CustomFieldValue):
    """Stored as latitude and longitude."""

    @computed("Degrees north.")
    def latitude(self) -> float:
        """The first of both."""
        return float(self.stored[0])


def parse(value: Any, _options: Mapping[str, Any], _country: str) -> Any:
    """Two numbers."""
    if not isinstance(value, list) or len(value) != 2:
        raise FieldProblem("PLACE_WITHOUT_DEGREES", "latitude, then longitude")
    return value


PLACE = FieldType(
    key="PLACE",
    label={"en": "Place"},
    operators=frozenset({"EQ", "IS_SET"}),
    parse=parse,
    sort_key=str,
    display=lambda stored, _locale, _options: f"{stored[0]}° N",
    graphql_type=PlaceValue,
    form=TypedForm(
        selection="latitude",
        shape="{ latitude: number }",
        type=lambda _: "number",
        take="value.latitude",
        json_schema=lambda _: {"type": "number"},
    ),
)


class Places:
    """The plugin."""

    @hookimpl
    def field_types(self) -> list[FieldType]:
        """One type."""
        return [PLACE]

    @hookimpl
    def messages(self) -> dict[str, dict[str, str]]:
        """One sentence."""
        return {"PLACE_WITHOUT_DEGREES": {"en": "A place has two numbers."}}


async def test_hook_field_types(settings: Settings, workspace: Workspace) -> None:
    """Typed while it is there; without it shown as UnknownValue, which an update leaves alone."""
    async with running(settings, with_plugin("places", Places())) as client:
        api = replace(workspace, client=client).api()
        await define(api, "site", "PLACE")
        await define(api, "note", "TEXT")
        wrong = await api.do("clientCreate", {"name": "Io", "customFields": given(site=1)})
        assert mistakes(wrong) == [("input.customFields.0.value", "PLACE_WITHOUT_DEGREES")]
        message = "A place has two numbers. (latitude, then longitude)"
        assert wrong["userErrors"][0]["message"] == message
        shown = "customFields { display ... on PlaceValue { latitude } }"
        made = await api.new_client(selection=shown, customFields=given(site=[48, 2]))
        assert made["customFields"] == [{"display": "48° N", "latitude": 48.0}]
    api = workspace.api()
    change = {"id": made["id"], "customFields": given(note="x")}
    left = (await api.done("clientUpdate", change, f"client {{ {VALUES} }}"))["client"]
    assert [(each["key"], each["__typename"]) for each in left["customFields"]] == [
        ("site", "UnknownValue"),
        ("note", "TextValue"),
    ]
    assert left["customFields"][0]["raw"] == [48, 2]
    refused = await api.do("clientUpdate", {"id": made["id"], "customFields": given(site=[1, 2])})
    assert mistakes(refused) == [("input.customFields.0.value", "FIELD_TYPE_MISSING")]
    await api.done("clientUpdate", {"id": made["id"], "customFields": given(site=None)})


def test_a_type_has_one_owner() -> None:
    """A plugin that claims a type of another is left out, with a reason that names the other."""
    claim = SimpleNamespace(field_types=hookimpl(lambda: [replace(PLACE, key="TEXT")]))
    (*_, info) = with_plugin("claim", claim).infos.values()
    assert (info.name, info.status) == ("claim", "QUARANTINED")
    assert list(info.errors) == ["ValueError: field type TEXT is claimed by core already"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"key": "place"}, "ValueError: field type 'place': the key must be in upper snake case"),
        ({"label": {"fr": "Lieu"}}, "ValueError: field type PLACE: the label needs a text for"),
        ({"operators": {"NEAR"}}, "ValueError: field type PLACE: the operators must be among"),
        ({"parse": None}, "TypeError: field type PLACE: parse, sort_key, display and the like"),
        ({"ranks": 1}, "TypeError: field type PLACE: ranks must be a function or None"),
        ({"check_limits": 1}, "TypeError: field type PLACE: check_limits must be a function"),
        ({"is_list": 1}, "TypeError: field type PLACE: is_list and is_sortable must be true or"),
        ({"unknown": 1}, "TypeError: field type PLACE: unknown must be a function or None"),
        ({"graphql_type": "x"}, "TypeError: field type PLACE: graphql_type must be a type"),
    ],
)
def test_a_bad_type_leaves_its_plugin_out(bad: dict[str, Any], reason: str) -> None:
    """The plugin is shown with its reason, and nothing of it is there."""
    declared = SimpleNamespace(field_types=hookimpl(lambda: [replace(PLACE, **bad)]))
    plugins = Plugins({"bad": declared})
    assert plugins.infos["bad"].errors[0].startswith(reason)
    assert plugins.field_types == {}


@strawberry.type(description="A place that is no value.")
class Stray:
    """Inherits nothing."""

    latitude: float = strawberry.field(description="Degrees north.")


class Bare(CustomFieldValue):
    """Is no type of the schema."""


@strawberry.type(description="A place that works when it is made.")
class Busy(CustomFieldValue):
    """As if there were only one."""

    latitude: float = strawberry.field(resolver=lambda: 1.0, description="Degrees north.")

    def __post_init__(self) -> None:
        """Not done for values."""
        raise AssertionError


@pytest.mark.parametrize(
    ("graphql_type", "selection", "reason"),
    [
        (
            Busy,
            "latitude",
            "TypeError: field type PLACE: graphql_type Busy must not have __post_init__: values "
            "are made in the service's loop. Use resolvers",
        ),
        (
            Stray,
            "latitude",
            "TypeError: field type PLACE: graphql_type Stray must inherit "
            "clientgraph.CustomFieldValue",
        ),
        (
            Bare,
            "latitude",
            "UndecoratedSubclassError: `Bare` subclasses the Strawberry interface "
            "`CustomFieldValue` but isn't decorated itself, so it can't be used in the schema",
        ),
        (
            PlaceValue,
            "longitude",
            "ValueError: field type PLACE: the selection 'longitude' does not fit PlaceValue: "
            "Cannot query field 'longitude' on type 'PlaceValue'. Did you mean 'latitude'?",
        ),
        (
            PlaceValue,
            "definition",
            "ValueError: field type PLACE: the selection 'definition' does not fit PlaceValue: "
            "Field 'definition' of type 'CustomFieldDefinition!' must have a selection of "
            "subfields. Did you mean 'definition { ... }'?",
        ),
        (
            PlaceValue,
            "latitude }",
            "ValueError: field type PLACE: the selection 'latitude }' does not fit PlaceValue: "
            "Syntax Error: Unexpected '}'.",
        ),
    ],
)
async def test_a_type_that_does_not_fit_the_schema_leaves_its_plugin_out(
    settings: Settings, workspace: Workspace, graphql_type: type, selection: str, reason: str
) -> None:
    """Found at start, not by the first caller; what else there is works."""
    form = replace(PLACE.form, selection=selection)
    wrong = replace(PLACE, graphql_type=graphql_type, form=form)
    plugins = with_plugin("bad", SimpleNamespace(field_types=hookimpl(lambda: [wrong])))
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        found = (await api("{ customFieldTypes { key } }"))["customFieldTypes"]
        kinds = [each["key"] for each in found]
        assert "TEXT" in kinds
        assert "PLACE" not in kinds
    info = plugins.infos["bad"]
    assert (info.status, info.reason) == ("QUARANTINED", reason)


def test_every_operator_of_filters_can_be_declared() -> None:
    """A type that has all of them is taken in."""
    operators = frozenset(each.value for each in CustomFieldOperator)
    whole = replace(PLACE, operators=operators)
    declared = SimpleNamespace(field_types=hookimpl(lambda: [whole]))
    (found,) = Plugins({"places": declared}).field_types.values()
    assert (found.key, found.operators) == ("PLACE", operators)

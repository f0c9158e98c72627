"""Limits of custom fields: what is written keeps to them, what is looked for need not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from clientgraph import FieldProblem, hookimpl
from clientgraph.config import Settings
from clientgraph.testing import Api, Workspace, running
from tests.fields.defining import define, given, mistakes, names
from tests.fields.test_plugin_types import PLACE
from tests.invoicing import with_plugin

pytestmark = pytest.mark.anyio

COUNT = "query($f: ClientFilter) { clients(filter: $f) { totalCount } }"
OLD = {"choices": [{"key": "gold"}, {"key": "old"}]}
NEW = {"choices": [{"key": "gold"}]}
EUROS = {"amount": "5.00", "currency": "EUR"}


@pytest.mark.parametrize(
    ("kind", "before", "after", "value", "wanted", "code"),
    [
        ("TEXT", {}, {"maxLength": 3}, "four", ("EQ", "Four"), "TOO_LONG"),
        ("TEXT", {}, {"maxLength": 3}, "four", ("IN", ["one", "four"]), "TOO_LONG"),
        ("NUMBER", {"max": 9}, {"max": 3}, 9, ("EQ", 9), "OUT_OF_RANGE"),
        ("NUMBER", {}, {"min": 0}, -5, ("LT", -4), "OUT_OF_RANGE"),
        ("DECIMAL", {}, {"decimals": 1}, "1.25", ("EQ", "1.250"), "TOO_MANY_DECIMALS"),
        ("DECIMAL", {}, {"max": "1"}, "1.25", ("GTE", "1.25"), "OUT_OF_RANGE"),
        ("MONEY", {}, {"currencies": ["CHF"]}, EUROS, ("EQ", EUROS), "UNKNOWN_CHOICE"),
        ("CHOICE", OLD, NEW, "old", ("EQ", "old"), "UNKNOWN_CHOICE"),
        ("CHOICE", OLD, NEW, "old", ("IN", ["gold", "old"]), "UNKNOWN_CHOICE"),
        ("CHOICES", OLD, NEW, ["old", "gold"], ("EQ", "old"), "UNKNOWN_CHOICE"),
    ],
)
async def test_what_new_limits_do_not_allow_is_found(
    api: Api,
    kind: str,
    before: dict[str, Any],
    after: dict[str, Any],
    value: Any,
    wanted: tuple[str, Any],
    code: str,
) -> None:
    """A kept value is found by what it is; it cannot be written any more."""
    field = await define(api, "x", kind, options=before)
    await api.new_client("Io", customFields=given(x=value))
    change = {"id": field["id"], "options": after, "acceptInvalid": True}
    await api.done("customFieldDefinitionUpdate", change)
    assert await names(api, {"key": "x", "op": wanted[0], "value": wanted[1]}) == ["Io"]
    refused = await api.do("clientCreate", {"name": "Europa", "customFields": given(x=value)})
    assert mistakes(refused) == [("input.customFields.0.value", code)]
    default = {"id": field["id"], "defaultValue": value}
    refused = await api.do("customFieldDefinitionUpdate", default)
    assert mistakes(refused) == [("input.defaultValue", code)]


@pytest.mark.parametrize(
    ("condition", "place", "problem", "sentence"),
    [
        (("n", "EQ", "x"), "value", "WRONG_JSON", "Ce champ prend une valeur comme 12.5."),
        (("n", "IN", [1, "x"]), "value.1", "WRONG_JSON", "Ce champ prend une valeur comme 12.5."),
        (("n", "IN", 1), "value", "WRONG_JSON", "Ce champ prend une valeur comme […]."),
        (("n", "IS_SET", 1), "value", "WRONG_JSON", "Ce champ prend une valeur comme true."),
        (("t", "CONTAINS", 1), "value", "WRONG_JSON", 'Ce champ prend une valeur comme "text".'),
        (
            ("n", "IN", [1] * 101),
            "value",
            "TOO_MANY_VALUES",
            "Les listes d'un filtre peuvent avoir 100 valeurs, pas plus.",
        ),
        (
            ("n", "CONTAINS", "1"),
            "op",
            "UNKNOWN_OPERATOR",
            "Les champs de ce type n'ont pas cet opérateur. Opérateurs connus : EQ, GT, GTE, IN, "
            "IS_SET, LT, LTE, NE.",
        ),
        (
            ("c", "EQ", ["gold", "old"]),
            "value",
            "NOT_ONE_VALUE",
            "EQ attend une seule valeur. IN en accepte plusieurs, et IS_SET trouve les fiches qui "
            "n'en ont pas.",
        ),
        (
            ("nothing", "EQ", 1),
            "key",
            "UNKNOWN_CUSTOM_FIELD",
            "Il n'y a pas de champ personnalisé « nothing » en usage. Le champ "
            "customFieldDefinitions les énumère.",
        ),
    ],
)
async def test_a_condition_that_cannot_be_used_is_named(
    api: Api, condition: tuple[str, str, Any], place: str, problem: str, sentence: str
) -> None:
    """Where it stands, however deep, with a code and in the caller's language."""
    for key, kind, options in (("n", "NUMBER", {}), ("t", "TEXT", {}), ("c", "CHOICES", OLD)):
        await define(api, key, kind, options=options)
    key, op, value = condition
    fine = {"key": "n", "op": "EQ", "value": 1}
    wanted = {"customFields": [fine, {"key": key, "op": op, "value": value}]}
    for path, whole in (
        ("filter.customFields.1", wanted),
        ("filter.and.1.not.customFields.1", {"and": [{}, {"not": wanted}]}),
    ):
        error = await _refused(replace(api, language="fr"), whole)
        assert error["message"] == f"'{path}.{place}': {sentence}"
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "problem": problem}


class Graded:
    """A plugin whose type has a limit, and a sentence of its own for it."""

    @hookimpl
    def field_types(self) -> list[Any]:
        """A grade of 0 to 100, up to the option ``max``."""
        form = replace(PLACE.form, selection="key")
        return [
            replace(
                PLACE,
                key="GRADE",
                parse=self.parse,
                check_limits=self.check_limits,
                check_options=lambda options: options,
                form=form,
            )
        ]

    @hookimpl
    def messages(self) -> dict[str, dict[str, str]]:
        """Two languages."""
        return {"GRADE_ABOVE": {"en": "Up to {most}.", "fr": "Jusqu'à {most}."}}

    def parse(self, value: Any, _options: Mapping[str, Any], _country: str) -> int:
        """A number."""
        if not isinstance(value, int) or not 0 <= value <= 100:
            raise FieldProblem("GRADE_ABOVE", most=100)
        return value

    def check_limits(self, stored: Any, options: Mapping[str, Any]) -> None:
        """Up to ``max``."""
        if stored > options["max"]:
            raise FieldProblem("GRADE_ABOVE", most=options["max"])


@pytest.fixture
async def graded(settings: Settings, workspace: Workspace) -> AsyncIterator[Api]:
    """A workspace with a grade of 90 from when that was allowed."""
    async with running(settings, with_plugin("grades", Graded())) as client:
        api = replace(workspace, client=client).api()
        field = await define(api, "grade", "GRADE", options={"max": 90})
        await api.new_client("Io", customFields=given(grade=90))
        change = {"id": field["id"], "options": {"max": 20}, "acceptInvalid": True}
        await api.done("customFieldDefinitionUpdate", change)
        yield api


async def test_limits_of_a_plugin_are_for_what_is_written(graded: Api) -> None:
    """A filter takes what its type reads; refused, it says the plugin's own sentence."""
    assert await names(graded, {"key": "grade", "op": "EQ", "value": 90}) == ["Io"]
    refused = await graded.do("clientCreate", {"name": "x", "customFields": given(grade=21)})
    assert [error["message"] for error in refused["userErrors"]] == ["Up to 20."]
    condition = {"key": "grade", "op": "EQ", "value": 101}
    for language, sentence in (("en", "Up to 100."), ("fr", "Jusqu'à 100."), ("de", "Up to 100.")):
        api = replace(graded, language=language)
        error = await _refused(api, {"customFields": [condition]})
        assert error["message"] == f"'filter.customFields.0.value': {sentence}"
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "problem": "GRADE_ABOVE"}
        view = {"name": "v", "on": "CLIENTS", "filter": {"customFields": [condition]}}
        (mistake,) = (await api.do("savedViewCreate", {**view, "isShared": True}))["userErrors"]
        assert mistake == {
            "path": ["input", "filter", "customFields", "0", "value"],
            "code": "GRADE_ABOVE",
            "message": sentence,
            "recordId": None,
        }


async def test_limits_that_answer_instead_of_raising_are_a_failure(
    settings: Settings, workspace: Workspace
) -> None:
    """False is no refusal: nothing is written until the plugin is mended."""
    broken = Graded()
    broken.check_limits = lambda stored, options: stored <= options["max"]  # type: ignore[method-assign, assignment, return-value]
    plugins = with_plugin("grades", broken)
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        await define(api, "grade", "GRADE", options={"max": 20})
        refused = await api.do("clientCreate", {"name": "x", "customFields": given(grade=1)})
    assert mistakes(refused) == [("input.customFields.0.value", "FIELD_TYPE_FAILED")]
    assert plugins.infos["grades"].errors == [
        "TypeError: check_limits refuses by FieldProblem, and answers None"
    ]


async def _refused(api: Api, wanted: dict[str, Any]) -> Any:
    (error,) = (await api.answer(COUNT, {"f": wanted}))["errors"]
    return error

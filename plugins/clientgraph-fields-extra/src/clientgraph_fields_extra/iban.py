"""IBAN: a bank account number (ISO 13616), for accounts that are not the workspace's own."""

from __future__ import annotations

from typing import Any, Final

import strawberry
from stdnum import iban as standard
from stdnum.exceptions import ValidationError

from clientgraph import CustomFieldValue, FieldProblem, FieldType, TypedForm
from clientgraph_fields_extra.texts import Options

LONGEST_INPUT: Final = 64


@strawberry.type(description="A bank account number.")
class IbanValue(CustomFieldValue):
    """Stored without spaces."""

    @strawberry.field(description="Without spaces: `BE68539007547034`.")
    def iban(self) -> str:
        """As stored."""
        return str(self.stored)

    @strawberry.field(description="As it is printed, in groups of four.")
    def formatted(self) -> str:
        """In groups."""
        return grouped(str(self.stored))

    @strawberry.field(description="Where the account is kept, ISO 3166-1 alpha-2.")
    def country(self) -> str:
        """Its first two letters."""
        return str(self.stored)[:2]


def grouped(iban: str) -> str:
    """In groups of four."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def parse(value: Any, _options: Options, _country: str) -> str:
    """Upper case without spaces; structure and check digits must fit."""
    if not isinstance(value, str):
        raise FieldProblem("WRONG_JSON", expected='"BE68 5390 0754 7034"')
    if not value.strip():
        raise FieldProblem("REQUIRED")
    if len(value) > LONGEST_INPUT or not value.isascii():
        raise FieldProblem("INVALID_IBAN")
    try:
        # Not by national rules: the lists of banks that these look into are never complete.
        found: str = standard.validate(value, check_country=False)
    except ValidationError:
        raise FieldProblem("INVALID_IBAN") from None
    return found


def _search_form(text: str) -> str:
    return "".join(text.split()).upper()


IBAN: Final = FieldType(
    key="IBAN",
    label={"en": "IBAN", "fr": "IBAN", "nl": "IBAN", "de": "IBAN"},
    operators=frozenset({"EQ", "NE", "IN", "STARTS_WITH", "IS_SET"}),
    parse=parse,
    sort_key=str,
    display=lambda stored, _locale, _options: grouped(stored),
    graphql_type=IbanValue,
    form=TypedForm(
        selection="iban",
        shape="{ iban: string }",
        type=lambda _: "string",
        take="value.iban",
        json_schema=lambda _: {"type": "string", "pattern": "^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$"},
    ),
    search_form=_search_form,
)

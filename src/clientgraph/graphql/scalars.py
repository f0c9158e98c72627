"""The scalars of the API. Inputs take any text: what is wrong with it is answered as data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal as PythonDecimal
from decimal import InvalidOperation
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from clientgraph import values
from clientgraph.errors import BadUserInput

CountryCode = NewType("CountryCode", str)
CurrencyCode = NewType("CurrencyCode", str)
Locale = NewType("Locale", str)
EmailAddress = NewType("EmailAddress", str)
PhoneNumber = NewType("PhoneNumber", str)
URL = NewType("URL", str)
IBAN = NewType("IBAN", str)


def _text(name: str) -> Any:
    def parse(value: Any) -> str:
        if not isinstance(value, str):
            raise GraphQLError(f"{name} must be a text in quotes.")
        return value

    return parse


def _moment(value: Any) -> datetime:
    try:
        parsed = datetime.fromisoformat(value)
        moment = parsed.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise GraphQLError(
            "DateTime must be RFC 3339 with an offset, such as 2026-01-31T09:30:00Z."
        ) from None
    if parsed.tzinfo is None:
        raise GraphQLError("DateTime needs an offset, such as the Z in 2026-01-31T09:30:00Z.")
    return moment


def known_country(code: str) -> str:
    """A country that an argument or filter names; raises `BadUserInput` where there is none."""
    try:
        return values.country(code)
    except values.ValueProblem as problem:
        raise BadUserInput(
            f"'{problem.params['value']}' is not a country code: two capital letters (ISO 3166-1)."
        ) from problem


def _shown_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise GraphQLError("Date must be ISO 8601, such as 2026-01-31.") from None


def _number(value: Any) -> PythonDecimal:
    try:
        parsed = PythonDecimal(value) if isinstance(value, str | int) else None
    except InvalidOperation:
        parsed = None
    if parsed is None or not parsed.is_finite() or len(parsed.as_tuple().digits) > 38:
        raise GraphQLError('Decimal must be a number in quotes, such as "1234.50".')
    return parsed


def _strong(name: str, description: str, url: str) -> ScalarDefinition:
    made: ScalarDefinition = strawberry.scalar(
        name=name,
        description=description,
        specified_by_url=url,
        serialize=str,
        parse_value=_text(name),
    )
    return made


SCALARS: dict[object, ScalarDefinition] = {
    CountryCode: _strong(
        "CountryCode",
        "A country as two capital letters (ISO 3166-1 alpha-2), such as FR.",
        "https://www.iso.org/iso-3166-country-codes.html",
    ),
    CurrencyCode: _strong(
        "CurrencyCode",
        "A currency as three capital letters (ISO 4217), such as EUR.",
        "https://www.iso.org/iso-4217-currency-codes.html",
    ),
    Locale: _strong(
        "Locale",
        "A language and a country (BCP 47), such as fr-BE.",
        "https://www.rfc-editor.org/rfc/rfc5646",
    ),
    EmailAddress: _strong(
        "EmailAddress",
        "An e-mail address (RFC 5321; international ones by RFC 6531).",
        "https://www.rfc-editor.org/rfc/rfc5321",
    ),
    PhoneNumber: _strong(
        "PhoneNumber",
        "A phone number in E.164, such as +3222345678. National forms are understood in inputs, "
        "with the record's country.",
        "https://www.itu.int/rec/T-REC-E.164",
    ),
    URL: _strong("URL", "An http or https address.", "https://url.spec.whatwg.org/"),
    IBAN: _strong(
        "IBAN",
        "An international bank account number (ISO 13616), without blanks.",
        "https://www.iso.org/standard/81090.html",
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A point in time (RFC 3339), answered in UTC: 2026-01-31T09:30:00Z.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=_shown_moment,
        parse_value=_moment,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A day (ISO 8601): 2026-01-31.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=date.isoformat,
        parse_value=_day,
    ),
    PythonDecimal: strawberry.scalar(
        name="Decimal",
        description='An exact decimal number as text: "1234.50". At most 38 digits.',
        specified_by_url="https://speleotrove.com/decimal/daconvs.html",
        serialize=str,
        parse_value=_number,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
}

"""The types of custom fields that ship with the service, declared as plugins declare theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import orjson
from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from clientgraph.contract.fields import FieldType, TypedForm
from clientgraph.fields import parsing
from clientgraph.fields.graphql import values as face
from clientgraph.fields.keys import number_key, text_key

Options = Mapping[str, Any]
EXACT: Final = frozenset({"EQ", "NE", "IN", "IS_SET"})
ORDERED: Final = EXACT | {"LT", "LTE", "GT", "GTE"}
TEXTUAL: Final = EXACT | {"CONTAINS", "STARTS_WITH"}
_YES: Final = {
    True: {"en": "Yes", "fr": "Oui", "nl": "Ja", "de": "Ja"},
    False: {"en": "No", "fr": "Non", "nl": "Nee", "de": "Nein"},
}


def form(
    field: str, typescript: str, schema: Mapping[str, Any], given: str | None = None
) -> TypedForm:
    """The form of a type whose value is one GraphQL field; ``given``: as inputs take it."""
    return TypedForm(
        selection=field,
        shape=f"{{ {field}: {typescript} }}",
        type=lambda _: typescript,
        take=f"value.{field}",
        json_schema=lambda _: schema,
        input=(lambda _: given) if given else None,
    )


def in_locale(locale: str) -> Locale:
    """The nearest locale that CLDR has."""
    for name in (locale.replace("-", "_"), locale[:2]):
        try:
            return Locale.parse(name)
        except UnknownLocaleError:
            continue
    return Locale("en")


def _as_is(stored: Any, _locale: str, _options: Options) -> str:
    return str(stored)


def _number(stored: Any, locale: str, _options: Options) -> str:
    number = Decimal(str(stored))
    exponent = number.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    pattern = f"#,##0.{'0' * places}" if places else "#,##0"
    return format_decimal(number, format=pattern, locale=in_locale(locale))


def _money(stored: Any, locale: str, _options: Options) -> str:
    return format_currency(Decimal(stored["amount"]), stored["currency"], locale=in_locale(locale))


def _day(stored: Any, locale: str, _options: Options) -> str:
    return format_date(date.fromisoformat(stored), locale=in_locale(locale))


def _boolean(stored: Any, locale: str, _options: Options) -> str:
    words = _YES[bool(stored)]
    return words.get(locale[:2], words["en"])


def _choice(stored: Any, locale: str, options: Options) -> str:
    return face.choice_labels(dict(options), locale[:2]).get(stored, stored)


def _choices(stored: Any, locale: str, options: Options) -> str:
    return ", ".join(_choice(key, locale, options) for key in stored)


def _one_of(options: Options) -> str:
    keys = parsing.keys(options)
    return " | ".join(orjson.dumps(key).decode() for key in keys) or "never"


def _money_key(stored: Any) -> str:
    return f"{stored['currency']} {number_key(Decimal(stored['amount']))}"


_NUMERIC: Final = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
_CHOICE_SHAPE: Final = "{ key: string; label: string }"

BUILTIN: Final = (
    FieldType(
        key="TEXT",
        label={"en": "Text", "fr": "Texte", "nl": "Tekst", "de": "Text"},
        operators=TEXTUAL,
        parse=parsing.text,
        sort_key=text_key,
        display=_as_is,
        graphql_type=face.TextValue,
        form=form("text", "string", {"type": "string"}),
        check_options=parsing.text_options,
        check_limits=parsing.text_limits,
        search_form=text_key,
    ),
    FieldType(
        key="NUMBER",
        label={"en": "Number", "fr": "Nombre", "nl": "Getal", "de": "Zahl"},
        operators=ORDERED,
        parse=parsing.number,
        sort_key=lambda stored: number_key(Decimal(str(stored))),
        display=_number,
        graphql_type=face.NumberValue,
        form=form("number", "number", {"type": "number"}),
        check_options=parsing.number_options,
        check_limits=parsing.number_limits,
    ),
    FieldType(
        key="DECIMAL",
        label={
            "en": "Exact decimal number",
            "fr": "Nombre décimal exact",
            "nl": "Exact decimaal getal",
            "de": "Genaue Dezimalzahl",
        },
        operators=ORDERED,
        parse=parsing.decimal,
        sort_key=lambda stored: number_key(Decimal(stored)),
        display=_number,
        graphql_type=face.DecimalValue,
        form=form("decimal", "string", _NUMERIC),
        check_options=parsing.decimal_options,
        check_limits=parsing.number_limits,
    ),
    FieldType(
        key="BOOLEAN",
        label={"en": "Yes or no", "fr": "Oui ou non", "nl": "Ja of nee", "de": "Ja oder nein"},
        operators=EXACT,
        parse=parsing.boolean,
        sort_key=lambda stored: "1" if stored else "0",
        display=_boolean,
        graphql_type=face.BooleanValue,
        form=form("boolean", "boolean", {"type": "boolean"}),
    ),
    FieldType(
        key="DATE",
        label={"en": "Date", "fr": "Date", "nl": "Datum", "de": "Datum"},
        operators=ORDERED,
        parse=parsing.day,
        sort_key=str,
        display=_day,
        graphql_type=face.DateValue,
        form=form("date", "string", {"type": "string", "format": "date"}),
    ),
    FieldType(
        key="CHOICE",
        label={"en": "Choice", "fr": "Choix", "nl": "Keuze", "de": "Auswahl"},
        operators=EXACT,
        parse=parsing.choice,
        sort_key=str,
        display=_choice,
        graphql_type=face.ChoiceValue,
        form=TypedForm(
            selection="choice { key label }",
            shape=f"{{ choice: {_CHOICE_SHAPE} }}",
            type=_one_of,
            take="value.choice.key",
            json_schema=lambda options: {"enum": parsing.keys(options)},
        ),
        check_options=parsing.choice_options,
        check_limits=parsing.choice_limits,
        ranks=parsing.keys,
    ),
    FieldType(
        key="CHOICES",
        label={"en": "Choices", "fr": "Choix multiples", "nl": "Keuzes", "de": "Mehrfachauswahl"},
        operators=EXACT,
        parse=parsing.choices,
        sort_key=str,
        display=_choices,
        graphql_type=face.ChoicesValue,
        form=TypedForm(
            selection="choices { key label }",
            shape=f"{{ choices: {_CHOICE_SHAPE}[] }}",
            type=lambda options: f"({_one_of(options)})[]",
            take="value.choices.map((choice) => choice.key)",
            json_schema=lambda options: {
                "type": "array",
                "items": {"enum": parsing.keys(options)},
                "uniqueItems": True,
            },
        ),
        check_options=parsing.choice_options,
        check_limits=parsing.choices_limits,
        is_list=True,
        ranks=parsing.keys,
    ),
    FieldType(
        key="MONEY",
        label={"en": "Money", "fr": "Montant", "nl": "Bedrag", "de": "Geldbetrag"},
        operators=ORDERED,
        parse=parsing.money,
        sort_key=_money_key,
        display=_money,
        graphql_type=face.MoneyValue,
        form=TypedForm(
            selection="amount currency",
            shape="{ amount: string; currency: string }",
            type=lambda _: "Money",
            take="{ amount: value.amount, currency: value.currency }",
            json_schema=lambda _: {
                "type": "object",
                "properties": {"amount": _NUMERIC, "currency": {"type": "string"}},
                "required": ["amount", "currency"],
                "additionalProperties": False,
            },
        ),
        check_options=parsing.money_options,
        check_limits=parsing.money_limits,
        comparable=lambda stored: f"{stored['currency']} ",
    ),
    FieldType(
        key="URL",
        label={"en": "Web address", "fr": "Adresse web", "nl": "Webadres", "de": "Webadresse"},
        operators=TEXTUAL,
        parse=parsing.url,
        sort_key=str,
        display=_as_is,
        graphql_type=face.URLValue,
        form=form("url", "string", {"type": "string", "format": "uri"}),
    ),
    FieldType(
        key="EMAIL",
        label={"en": "E-mail", "fr": "E-mail", "nl": "E-mail", "de": "E-Mail"},
        operators=TEXTUAL,
        parse=parsing.email,
        sort_key=str.casefold,
        display=_as_is,
        graphql_type=face.EmailValue,
        form=form("email", "string", {"type": "string", "format": "email"}),
        search_form=str.casefold,
    ),
    FieldType(
        key="PHONE",
        label={"en": "Phone", "fr": "Téléphone", "nl": "Telefoon", "de": "Telefon"},
        operators=TEXTUAL,
        parse=parsing.phone,
        sort_key=str,
        display=_as_is,
        graphql_type=face.PhoneValue,
        form=form("phone", "string", {"type": "string", "pattern": r"^\+[0-9]+$"}),
    ),
)

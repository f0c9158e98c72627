"""Definitions and values of custom fields as the API shows them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

import orjson
import strawberry
from strawberry.scalars import JSON

from clientgraph import values
from clientgraph.containment import plain
from clientgraph.errors import BadUserInput
from clientgraph.fields import models
from clientgraph.fields.models import RecordKind
from clientgraph.fields.reading import Shown, display_texts
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed
from clientgraph.graphql.nodes import RecordNode, record
from clientgraph.graphql.scalars import URL, CurrencyCode, EmailAddress, Locale, PhoneNumber

RecordKindType = described(
    RecordKind,
    "What can have custom fields.",
    CLIENT="Clients.",
    CONTACT="Contacts.",
    ADDRESS="Addresses.",
    EVENT="Events.",
)


@strawberry.type(description="A label in one language.")
class CustomFieldLabel:
    """One of several."""

    language: str = column("en, fr, nl or de.")
    text: str = column("What a form shows.")


@record(models.CustomFieldDefinition, "A field that the workspace added to its records.")
class CustomFieldDefinition(RecordNode):
    """Columns of a definition."""

    key: str = column("Stable name, such as `budget`; unique for its kind of record.")
    type: str = column("A key from `customFieldTypes`, such as MONEY.")
    section: str | None = column("The part of a form that it belongs to.")
    position: int = column("Its place among the others.")
    archived_at: dt.datetime | None = column("Since when it is out of forms; its values are kept.")

    @computed("The kind of records that have it.")
    def on(self: Any) -> RecordKindType:  # type: ignore[valid-type]
        """From the column."""
        return RecordKind(self.on_kind)

    @computed("What a form shows, in the caller's language.")
    def label(self: Any, info: Info) -> str:
        """English, or any other, where that language lacks one."""
        found: str = self.label(info.context.language)
        return found

    @computed("What a form shows, in each language.", size=4)
    def labels(self: Any) -> list[CustomFieldLabel]:
        """All of them."""
        known: dict[str, str] = orjson.loads(self.labels)
        return [CustomFieldLabel(language=code, text=text) for code, text in known.items()]

    @computed("Whether records must have it; drafts need not.")
    def required(self: Any) -> bool:
        """From the column."""
        return bool(self.is_required)

    @computed("Whether two records may not share a value.")
    def unique(self: Any) -> bool:
        """From the column."""
        return bool(self.is_unique)

    @computed("The type's options, such as the choices of CHOICE.")
    def options(self: Any) -> JSON:
        """Parsed."""
        return JSON(self.option_values())

    @computed("What new records get when nothing is given.")
    def default_value(self: Any) -> JSON | None:
        """Parsed."""
        return None if self.default_value is None else JSON(orjson.loads(self.default_value))


DisplayLocale = Annotated[
    Locale | None, argument("Such as fr-BE; the caller's language by default.")
]


@strawberry.interface(description="A value of a custom field; one concrete type for each type.")
class CustomFieldValue:
    """The row of the definition, the value in its stored form, and whose it is."""

    row: strawberry.Private[Any]
    stored: strawberry.Private[Any]
    owner: strawberry.Private[Any]

    @computed("The field's key.")
    def key(self) -> str:
        """From the definition."""
        return str(self.row.key)

    @computed("The field.")
    def definition(self) -> CustomFieldDefinition:
        """The row itself."""
        found: CustomFieldDefinition = self.row
        return found

    @computed("The value as people read it.")
    async def display(self, info: Info, locale: DisplayLocale = strawberry.UNSET) -> str:
        """By the field's type."""
        return await display_text(self, info, locale)


async def display_text(value: CustomFieldValue, info: Info, locale: str | None) -> str:
    """The value's text; raises `BadUserInput` for a locale that there is not."""
    try:
        wanted = values.locale(locale) if locale else info.context.language
    except values.ValueProblem as problem:
        raise BadUserInput("'locale' must be a language and a country, such as fr-BE.") from problem
    field_type = info.context.plugins.field_types.get(value.row.type)
    if field_type is None or isinstance(value, UnknownValue):
        return plain(value.stored)
    shown = Shown(field_type.key, wanted, value.row.options, orjson.dumps(value.stored))
    found: str = await info.context.load(display_texts, shown)
    return found


@strawberry.type(description="A value whose type is not known: its plugin is gone, or it was kept.")
class UnknownValue(CustomFieldValue):
    """As stored."""

    @computed("The value as it is stored.")
    def raw(self) -> JSON:
        """JSON."""
        return JSON(self.stored)


@strawberry.type(description="A text.")
class TextValue(CustomFieldValue):
    """TEXT."""

    @computed("The text.")
    def text(self) -> str:
        """As stored."""
        return str(self.stored)


@strawberry.type(description="A number.")
class NumberValue(CustomFieldValue):
    """NUMBER."""

    @computed("The number.")
    def number(self) -> float:
        """As stored."""
        return float(self.stored)


@strawberry.type(description="An exact decimal number.")
class DecimalValue(CustomFieldValue):
    """DECIMAL."""

    @computed("The number.")
    def decimal(self) -> Decimal:
        """From its text."""
        return Decimal(self.stored)


@strawberry.type(description="Yes or no.")
class BooleanValue(CustomFieldValue):
    """BOOLEAN."""

    @computed("Whether it is so.")
    def boolean(self) -> bool:
        """As stored."""
        return bool(self.stored)


@strawberry.type(description="A day.")
class DateValue(CustomFieldValue):
    """DATE."""

    @computed("The day.")
    def date(self) -> dt.date:
        """From its text."""
        return dt.date.fromisoformat(self.stored)


@strawberry.type(description="One of the choices of a field.")
class Choice:
    """A key and its label."""

    key: str = column("Stable name.")
    label: str = column("The label in the caller's language.")


@strawberry.type(description="One choice.")
class ChoiceValue(CustomFieldValue):
    """CHOICE."""

    @computed("What was chosen.")
    def choice(self, info: Info) -> Choice:
        """With its label."""
        return _choice(self, info, self.stored)


@strawberry.type(description="Any number of choices.")
class ChoicesValue(CustomFieldValue):
    """CHOICES."""

    @computed("What was chosen, in the order of the choices.", size=1)
    def choices(self, info: Info) -> list[Choice]:
        """With their labels."""
        return [_choice(self, info, key) for key in self.stored]


def _choice(value: CustomFieldValue, info: Info, key: str) -> Choice:
    labels = choice_labels(value.row.option_values(), info.context.language)
    return Choice(key=key, label=labels.get(key, key))


def choice_labels(options: dict[str, Any], language: str) -> dict[str, str]:
    """Key → label in a language, or else in English, or else the key."""
    return {
        each["key"]: each["labels"].get(language) or each["labels"].get("en") or each["key"]
        for each in options.get("choices", ())
    }


@strawberry.type(description="An amount of money.")
class MoneyValue(CustomFieldValue):
    """MONEY."""

    @computed("The amount.")
    def amount(self) -> Decimal:
        """Exact."""
        return Decimal(self.stored["amount"])

    @computed("The currency.")
    def currency(self) -> CurrencyCode:
        """ISO 4217."""
        return CurrencyCode(self.stored["currency"])


@strawberry.type(description="A web address.")
class URLValue(CustomFieldValue):
    """URL."""

    @computed("The address.")
    def url(self) -> URL:
        """As stored."""
        return URL(self.stored)


@strawberry.type(description="An e-mail address.")
class EmailValue(CustomFieldValue):
    """EMAIL."""

    @computed("The address.")
    def email(self) -> EmailAddress:
        """As stored."""
        return EmailAddress(self.stored)


@strawberry.type(description="A phone number.")
class PhoneValue(CustomFieldValue):
    """PHONE."""

    @computed("The number.")
    def phone(self) -> PhoneNumber:
        """E.164."""
        return PhoneNumber(self.stored)

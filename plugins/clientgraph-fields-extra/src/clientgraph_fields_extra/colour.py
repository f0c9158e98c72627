"""COLOUR: a colour of the screen (sRGB)."""

from __future__ import annotations

import re
from typing import Any, Final

import strawberry

from clientgraph import CustomFieldValue, FieldProblem, FieldType, TypedForm
from clientgraph_fields_extra.texts import Options

_WRITTEN: Final = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


@strawberry.type(description="A colour of the screen.")
class ColourValue(CustomFieldValue):
    """Stored as #rrggbb."""

    @strawberry.field(description="As CSS has it: `#0a7d5c`.")
    def hex(self) -> str:
        """As stored."""
        return str(self.stored)

    @strawberry.field(description="Red, 0 to 255.")
    def red(self) -> int:
        """The first part."""
        return int(self.stored[1:3], 16)

    @strawberry.field(description="Green, 0 to 255.")
    def green(self) -> int:
        """The second part."""
        return int(self.stored[3:5], 16)

    @strawberry.field(description="Blue, 0 to 255.")
    def blue(self) -> int:
        """The third part."""
        return int(self.stored[5:7], 16)


def parse(value: Any, _options: Options, _country: str) -> str:
    """``#rrggbb``, lower case, from that or from ``#rgb``."""
    if not isinstance(value, str):
        raise FieldProblem("WRONG_JSON", expected='"#0a7d5c"')
    found = _WRITTEN.fullmatch(value.strip())
    if found is None:
        raise FieldProblem("INVALID_COLOUR")
    digits = found[1].lower()
    return f"#{digits if len(digits) == len('rrggbb') else ''.join(each * 2 for each in digits)}"


COLOUR: Final = FieldType(
    key="COLOUR",
    label={"en": "Colour", "fr": "Couleur", "nl": "Kleur", "de": "Farbe"},
    operators=frozenset({"EQ", "NE", "IN", "IS_SET"}),
    parse=parse,
    sort_key=str,
    display=lambda stored, _locale, _options: str(stored),
    graphql_type=ColourValue,
    form=TypedForm(
        selection="hex",
        shape="{ hex: string }",
        type=lambda _: "string",
        take="value.hex",
        json_schema=lambda _: {"type": "string", "pattern": "^#[0-9a-f]{6}$"},
    ),
    is_sortable=False,
)
